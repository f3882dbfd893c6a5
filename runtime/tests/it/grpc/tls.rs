//! Clients over TLS: the servers they trust, the certificates they show, and the agreed version of HTTP.
#![cfg(all(feature = "grpc", feature = "tls"))]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::canned::{Canned, Fake, OK, canned, grpc as answer, one};
use crate::support::grpc::raw::envelope;
use crate::support::grpc::service::{ProbeClient, ProbeService, item};
use crate::support::listen;
use http::Version;
use polywire::{ClientTls, Code, Context, Endpoint, HttpVersion, Message, Result, Status, Streaming};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// An authority made for the test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
struct Pair {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn issue(&self, name: &str) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        Pair { certificate: params.signed_by(&key, &self.0).expect("a certificate"), key }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.0.der().to_vec())).expect("a root");
        roots
    }
}

/// Serves `fake` over TLS, with these protocols on offer.
async fn serve_fake(
    fake: &Fake,
    own: &Pair,
    clients: Option<RootCertStore>,
    alpn: &'static [&'static str],
) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("TLS");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(roots) => builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .expect("a verifier"),
        ),
    };
    let chain = vec![own.certificate.der().clone()];
    let key = PrivateKeyDer::try_from(own.key.serialize_der()).expect("a key");
    let mut config = builder.with_single_cert(chain, key).expect("a certificate");
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (listener, address) = listen().await;
    let fake = fake.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, fake) = (acceptor.clone(), fake.clone());
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    fake.connection(stream).await;
                }
            });
        }
    });
    address
}

const BOTH: &[&str] = &["h2", "http/1.1"];

fn good(scheme: &str) -> Canned {
    match scheme {
        "grpcs" => answer(one(), OK),
        "grpcwebs" => {
            let body = [one(), envelope(0x80, b"grpc-status:0\r\n")].concat();
            canned(200, &[("content-type", "application/grpc-web+proto")], body)
        }
        _ => canned(200, &[("content-type", "application/proto")], item(7, "x").encode()),
    }
}

async fn ask(endpoint: Endpoint) -> Result<i32> {
    let client = ProbeClient::connect(endpoint).await?;
    client.echo(Context::new(), item(7, "x")).await.map(|item| item.index)
}

fn chain(status: &Status) -> String {
    let mut text = String::new();
    let mut cause: Option<&dyn Error> = Some(status);
    while let Some(error) = cause {
        text.push_str(&format!("{error}; "));
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn a_server_is_trusted_for_its_authority_and_its_name() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let own = ours.issue("localhost");
    for scheme in ["grpcs", "grpcwebs", "https"] {
        let fake = Fake::new(move |_| good(scheme));
        let port = serve_fake(&fake, &own, None, BOTH).await.port();
        let endpoint = Endpoint::new(format!("{scheme}://localhost:{port}"));
        let trusting = |pem: &str| ClientTls::with_roots(pem.as_bytes()).expect("a root");
        assert_eq!(ask(endpoint.clone().tls(trusting(&ours.pem()))).await, Ok(7), "{scheme}");
        for untrusting in [endpoint.clone(), endpoint.clone().tls(trusting(&theirs.pem()))] {
            let refused = ask(untrusting).await.expect_err("an unknown authority");
            assert_eq!(refused.code(), Code::Unavailable, "{scheme}");
            assert!(chain(&refused).contains("invalid peer certificate"), "{scheme}: {}", chain(&refused));
        }
        let by_address = Endpoint::new(format!("{scheme}://127.0.0.1:{port}"));
        let refused = ask(by_address.clone().tls(trusting(&ours.pem()))).await.expect_err("another name");
        assert_eq!(refused.code(), Code::Unavailable, "{scheme}");
        assert!(chain(&refused).contains("not valid for"), "{scheme}: {}", chain(&refused));
        let named = trusting(&ours.pem()).server_name("localhost").expect("a name");
        assert_eq!(ask(by_address.tls(named)).await, Ok(7), "{scheme}");
    }
}

#[tokio::test]
async fn a_client_shows_its_certificate_to_those_who_ask() {
    let authority = Authority::new();
    let (own, mine) = (authority.issue("localhost"), authority.issue("client"));
    let stranger = Authority::new().issue("client");
    for scheme in ["grpcs", "grpcwebs", "https"] {
        let fake = Fake::new(move |_| good(scheme));
        let port = serve_fake(&fake, &own, Some(authority.roots()), BOTH).await.port();
        let endpoint = Endpoint::new(format!("{scheme}://localhost:{port}"));
        let nobody = ClientTls::with_roots(authority.pem().as_bytes()).expect("a root");
        let with = |pair: &Pair| {
            let (chain, key) = (pair.certificate.pem(), pair.key.serialize_pem());
            nobody.clone().identity(chain.as_bytes(), key.as_bytes()).expect("an identity")
        };
        assert_eq!(ask(endpoint.clone().tls(with(&mine))).await, Ok(7), "{scheme}");
        for tls in [nobody.clone(), with(&stranger)] {
            let refused = ask(endpoint.clone().tls(tls)).await.expect_err("not let in");
            assert_eq!(refused.code(), Code::Unavailable, "{scheme}: {refused}");
        }
        assert_eq!(fake.seen().len(), 1, "{scheme}");
    }
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused_before_anybody_is_dialled() {
    let authority = Authority::new();
    let (one, other) = (authority.issue("a"), authority.issue("b"));
    let tls = ClientTls::default()
        .identity(one.certificate.pem().as_bytes(), other.key.serialize_pem().as_bytes())
        .expect("an identity");
    let refused = ask(Endpoint::new("grpcs://127.0.0.1:1").tls(tls)).await.expect_err("no identity");
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
}

#[tokio::test]
async fn both_sides_agree_on_a_version_of_http() {
    let authority = Authority::new();
    let own = authority.issue("localhost");
    let tls = ClientTls::with_roots(authority.pem().as_bytes()).expect("a root");
    for (alpn, wanted, agreed) in [
        (BOTH, HttpVersion::Auto, Version::HTTP_2),
        (&["http/1.1"], HttpVersion::Auto, Version::HTTP_11),
        (&[], HttpVersion::Auto, Version::HTTP_11),
        (BOTH, HttpVersion::Http1, Version::HTTP_11),
        (BOTH, HttpVersion::Http2, Version::HTTP_2),
    ] {
        let fake = Fake::new(|_| good("https"));
        let port = serve_fake(&fake, &own, None, alpn).await.port();
        let endpoint = Endpoint::new(format!("https://localhost:{port}")).tls(tls.clone());
        let client = ProbeClient::connect(endpoint.http_version(wanted)).await.expect("a client");
        for _ in 0..3 {
            assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")));
        }
        client.collect(Streaming::from_items([])).await.expect_err("no stream");
        let versions: Vec<_> = fake.seen().iter().map(|(head, _)| head.version).collect();
        assert_eq!(versions, [agreed; 4], "{alpn:?} {wanted:?}");
        assert!(fake.connections() <= 2, "{alpn:?} {wanted:?}: {} connections", fake.connections());
    }
    let fake = Fake::new(|_| good("grpcs"));
    let port = serve_fake(&fake, &own, None, &["http/1.1"]).await.port();
    let refused = ask(Endpoint::new(format!("grpcs://localhost:{port}")).tls(tls)).await;
    let refused = refused.expect_err("gRPC over HTTP/1.1");
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
}
