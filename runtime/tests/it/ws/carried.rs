//! The parts of a request beside its message, which reach the handler by every wire. They are cookies,
//! however they were split, the client's TLS identity, the extensions of layers, and the URL's query where
//! the wire leaves it to the handler.

use crate::support::{serve, serve_router};
use http::{HeaderValue, Method, Request, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use polywire::{ClientAuth, Context, PeerIdentity, Result, Server, ServerTls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Bytes, Message};

#[polywire::service(package = "carried.v1")]
trait Carried {
    #[http(GET "/seen")]
    #[ws("/seen")]
    #[read]
    async fn seen(&self, cx: Context) -> Result<String>;
}

struct Seen;

/// The extension that a layer of axum leaves.
#[derive(Debug, Clone)]
struct Layered;

impl Carried for Seen {
    async fn seen(&self, cx: Context) -> Result<String> {
        let cookies: Vec<&str> = cx.metadata().get_all("cookie").collect();
        let (layer, identity) =
            (cx.extension::<Layered>().is_some(), cx.extension::<PeerIdentity>().is_some());
        let query = cx.extension::<http::Uri>().and_then(http::Uri::query).unwrap_or("none");
        Ok(format!("cookies={} layer={layer} identity={identity} query={query}!", cookies.join(" and ")))
    }
}

/// The way to make a call.
#[derive(Debug, Clone, Copy)]
enum Wire {
    /// A POST of this content type and body.
    Post(&'static str, &'static [u8]),
    Get(&'static str),
    WebSocket(&'static str, Option<&'static str>),
}

const CALL: &str = "/carried.v1.Carried/Seen";
const CONNECT_GET: &str = "/carried.v1.Carried/Seen?connect=v1&encoding=json&message=%7B%7D&x=1";

/// Each wire by each version that carries it, and the query that its handler sees.
const WIRES: [(Wire, Version, &str); 12] = [
    (Wire::Post("application/grpc", &[0; 5]), Version::HTTP_2, "none"),
    (Wire::Post("application/grpc-web", &[0; 5]), Version::HTTP_11, "none"),
    (Wire::Post("application/grpc-web", &[0; 5]), Version::HTTP_2, "none"),
    (Wire::Post("application/json", b"{}"), Version::HTTP_11, "none"),
    (Wire::Post("application/proto", b""), Version::HTTP_2, "none"),
    (Wire::Get(CONNECT_GET), Version::HTTP_11, "connect=v1&encoding=json&message=%7B%7D&x=1"),
    (Wire::Get(CONNECT_GET), Version::HTTP_2, "connect=v1&encoding=json&message=%7B%7D&x=1"),
    (Wire::Get("/seen"), Version::HTTP_11, "none"),
    (Wire::Get("/seen"), Version::HTTP_2, "none"),
    (Wire::WebSocket("/ws?x=1", None), Version::HTTP_11, "x=1"),
    (Wire::WebSocket("/ws?x=1", Some("polywire.v1+proto")), Version::HTTP_11, "x=1"),
    (Wire::WebSocket("/seen?access_token=t", None), Version::HTTP_11, "access_token=t"),
];

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// The address and connector of a server.
struct Place {
    address: SocketAddr,
    base: &'static str,
    tls: Option<rustls::ClientConfig>,
}

impl Place {
    async fn dial(&self, version: Version) -> Box<dyn Io> {
        let io = TcpStream::connect(self.address).await.expect("a connection");
        let Some(tls) = &self.tls else { return Box::new(io) };
        let mut tls = tls.clone();
        tls.alpn_protocols =
            vec![if version == Version::HTTP_2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
        let name = ServerName::try_from("localhost").expect("a name");
        Box::new(TlsConnector::from(Arc::new(tls)).connect(name, io).await.expect("TLS"))
    }

    async fn ask(&self, wire: Wire, version: Version) -> String {
        match wire {
            Wire::Post(content_type, body) => {
                self.http(Method::POST, CALL, (content_type, body), version).await
            }
            Wire::Get(path) => self.http(Method::GET, path, ("", b""), version).await,
            Wire::WebSocket(path, subprotocol) => self.websocket(path, subprotocol).await,
        }
    }

    async fn http(
        &self,
        method: Method,
        path: &str,
        (kind, body): (&str, &'static [u8]),
        version: Version,
    ) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let authority = format!("localhost:{}", self.address.port());
        let uri = match version {
            Version::HTTP_2 => format!("{scheme}://{authority}{}{path}", self.base),
            _ => format!("{}{path}", self.base),
        };
        let mut request =
            Request::builder().method(method).uri(uri).header("cookie", "a=1").header("cookie", "b=2");
        if version != Version::HTTP_2 {
            request = request.header("host", authority);
        }
        if !kind.is_empty() {
            request = request.header("content-type", kind).header("connect-protocol-version", "1");
        }
        let request = request.body(Full::new(Bytes::from_static(body))).expect("a request");
        let io = TokioIo::new(self.dial(version).await);
        let response = if version == Version::HTTP_2 {
            let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
            let (mut sender, connection) = handshake.expect("HTTP/2");
            tokio::spawn(connection);
            sender.send_request(request).await
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.expect("HTTP/1.1");
            tokio::spawn(connection);
            sender.send_request(request).await
        };
        let body = response.expect("a response").into_body().collect().await.expect("a body").to_bytes();
        String::from_utf8_lossy(&body).into_owned()
    }

    async fn websocket(&self, path: &str, subprotocol: Option<&'static str>) -> String {
        let url = format!("ws://localhost:{}{}{path}", self.address.port(), self.base);
        let mut request = url.into_client_request().expect("a request");
        for cookie in ["a=1", "b=2"] {
            request.headers_mut().append("cookie", HeaderValue::from_static(cookie));
        }
        if let Some(subprotocol) = subprotocol {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(subprotocol));
        }
        let io = self.dial(Version::HTTP_11).await;
        let (mut socket, _) = tokio_tungstenite::client_async(request, io).await.expect("a WebSocket");
        let call = match subprotocol {
            None => Message::from(r#"{"jsonrpc":"2.0","id":1,"method":"carried.v1.Carried.Seen"}"#),
            Some(_) => {
                Message::Binary([&[8, 1, 16, 1, 26, 23][..], b"carried.v1.Carried/Seen"].concat().into())
            }
        };
        if path.starts_with("/ws") {
            futures_util::SinkExt::send(&mut socket, call).await.expect("sent");
        }
        let answer = futures_util::StreamExt::next(&mut socket).await.expect("an answer").expect("a message");
        String::from_utf8_lossy(&answer.into_data()).into_owned()
    }
}

async fn native(change: impl FnOnce(Server) -> Server, tls: Option<rustls::ClientConfig>) -> Place {
    let server = change(Server::new().service(CarriedServer::new(Seen)));
    Place { address: serve(server).await, base: "", tls }
}

/// Both sides show certificates of one authority.
async fn over_tls() -> Place {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let issue = || {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        (params.signed_by(&key, &authority).expect("a certificate"), key)
    };
    let (own, own_key) = issue();
    let tls = ServerTls::new(own.pem().as_bytes(), own_key.serialize_pem().as_bytes()).expect("TLS");
    let tls = tls.client_roots(authority.pem().as_bytes(), ClientAuth::Required).expect("roots");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(authority.der().to_vec())).expect("a root");
    let (client, client_key) = issue();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let key = PrivateKeyDer::try_from(client_key.serialize_der()).expect("a key");
    let config = builder.expect("TLS").with_root_certificates(roots);
    let config = config.with_client_auth_cert(vec![client.der().clone()], key).expect("a certificate");
    native(|server| server.tls(tls), Some(config)).await
}

async fn under_axum() -> Place {
    let router =
        axum::Router::new().nest("/api", Server::new().service(CarriedServer::new(Seen)).into_router());
    let router = router.layer(axum::Extension(Layered));
    Place { address: serve_router(router).await, base: "/api", tls: None }
}

#[tokio::test]
async fn what_a_request_carries_reaches_every_wire() {
    for (name, place, layer, identity) in [
        ("native", native(|server| server, None).await, false, false),
        ("over TLS", over_tls().await, false, true),
        ("under axum", under_axum().await, true, false),
    ] {
        for (wire, version, query) in WIRES {
            let seen = place.ask(wire, version).await;
            let expected = format!("cookies=a=1; b=2 layer={layer} identity={identity} query={query}!");
            assert!(
                seen.contains(&expected),
                "{name}, {wire:?}, {version:?}: {seen:?} instead of {expected}"
            );
        }
    }
}
