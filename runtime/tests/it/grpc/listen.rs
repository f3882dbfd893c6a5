//! Listening: TLS and the clients it admits, certificates that are replaced, Unix sockets, shared ports.
#![cfg(all(feature = "grpc", feature = "tls", unix))]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::service::{Probe, ProbeClient, ProbeServer, ProbeService, item};
use crate::support::grpc::{impatient, serve_probe, serve_probe_with};
use crate::support::{nobody, start, until};
use polywire::{
    BoxFuture, ClientAuth, ClientTls, Code, Context, Endpoint, Interceptor, Limits, Method, PeerIdentity,
    Result, Server, ServerTls, UnixSocket,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa, KeyIdMethod,
    KeyPair, RevokedCertParams, SerialNumber, date_time_ymd,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// An authority made for the test.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// A certificate and its key, in PEM, and the certificate in DER.
    fn issue(&self, name: &str) -> (String, String, Vec<u8>) {
        self.issue_numbered(name, None)
    }

    fn issue_numbered(&self, name: &str, number: Option<u64>) -> (String, String, Vec<u8>) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.serial_number = number.map(SerialNumber::from);
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.pem(), key.serialize_pem(), certificate.der().to_vec())
    }

    fn server(&self) -> ServerTls {
        let (chain, key, _) = self.issue("localhost");
        ServerTls::new(chain.as_bytes(), key.as_bytes()).expect("a certificate")
    }

    /// A client with a certificate of this number.
    fn known(&self, number: u64) -> ClientTls {
        let (chain, key, _) = self.issue_numbered("client", Some(number));
        self.client().identity(chain.as_bytes(), key.as_bytes()).expect("an identity")
    }

    /// A list that revokes these numbers and is valid until this year.
    fn revoking(&self, numbers: &[u64], until: i32) -> String {
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0).expect("a list").pem().expect("PEM")
    }

    /// A client that trusts this authority.
    fn client(&self) -> ClientTls {
        ClientTls::with_roots(self.0.pem().as_bytes()).expect("a root")
    }
}

/// Notes the identity of each caller.
#[derive(Clone, Default)]
struct Guest(Arc<Mutex<Vec<Option<PeerIdentity>>>>);

impl Interceptor for Guest {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        self.0.lock().unwrap().push(cx.extension::<PeerIdentity>().cloned());
        Box::pin(async move { Ok(cx) })
    }
}

const SCHEMES: [&str; 3] = ["grpcs", "grpcwebs", "https"];

async fn client(scheme: &str, port: u16, tls: ClientTls) -> Result<ProbeClient> {
    ProbeClient::connect(Endpoint::new(format!("{scheme}://localhost:{port}")).tls(tls)).await
}

/// One call on a connection of its own.
async fn ask(scheme: &str, port: u16, tls: ClientTls) -> Result<i32> {
    Ok(client(scheme, port, tls).await?.echo(Context::new(), item(7, "x")).await?.index)
}

/// A client of a server that is about to listen.
async fn reach(endpoint: &Endpoint) -> ProbeClient {
    let mut reached = None;
    until("a server listens", async || {
        reached = ProbeClient::connect(endpoint.clone()).await.ok();
        reached.is_some()
    })
    .await;
    reached.expect("a client")
}

#[tokio::test]
async fn every_protocol_is_served_over_tls_and_nothing_without() {
    let authority = Authority::new();
    let running = serve_probe_with(|server| server.tls(authority.server())).await;
    let port = running.address.port();
    for scheme in SCHEMES {
        let client = client(scheme, port, authority.client()).await.expect("a client");
        assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")), "{scheme}");
        let items = client.count(Context::new(), item(3, "y")).await.expect("a stream");
        assert_eq!(items.collect().await.expect("items").len(), 3, "{scheme}");
    }
    let plain = Endpoint::new(format!("grpc://localhost:{port}"));
    let refused = match ProbeClient::connect(plain).await {
        Ok(client) => client.echo(Context::new(), item(7, "x")).await.expect_err("no TLS"),
        Err(refused) => refused,
    };
    assert_eq!(refused.code(), Code::Unavailable, "{refused}");
}

#[tokio::test]
async fn a_certificate_is_replaced_without_dropping_a_connection() {
    let (before, after) = (Authority::new(), Authority::new());
    let tls = before.server();
    let running = serve_probe_with(|server| server.tls(tls.clone())).await;
    let port = running.address.port();
    let old = client("grpcs", port, before.client()).await.expect("a client");
    assert!(old.echo(Context::new(), item(1, "")).await.is_ok());

    let (chain, key, _) = after.issue("localhost");
    let (_, stray, _) = after.issue("localhost");
    for (chain, key) in [(&chain, &stray), (&String::new(), &key), (&chain, &String::new())] {
        let refused = tls.reload(chain.as_bytes(), key.as_bytes()).expect_err("no pair");
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert_eq!(ask("grpcs", port, before.client()).await, Ok(7), "as before");
    }
    tls.reload(chain.as_bytes(), key.as_bytes()).expect("a pair");

    assert_eq!(old.echo(Context::new(), item(2, "")).await, Ok(item(2, "")), "on its old connection");
    assert_eq!(ask("grpcs", port, after.client()).await, Ok(7));
    assert_eq!(ask("grpcs", port, before.client()).await.expect_err("untrusted").code(), Code::Unavailable);
}

#[tokio::test]
async fn a_client_proves_who_it_is_where_that_is_asked() {
    let (authority, others) = (Authority::new(), Authority::new());
    for auth in [ClientAuth::Required, ClientAuth::Optional] {
        let tls = authority.server().client_roots(authority.0.pem().as_bytes(), auth).expect("a root");
        let guest = Guest::default();
        let running = serve_probe_with(|server| server.tls(tls).interceptor(guest.clone())).await;
        let port = running.address.port();
        for scheme in SCHEMES {
            let (chain, key, der) = authority.issue("client");
            let known = authority.client().identity(chain.as_bytes(), key.as_bytes()).expect("an identity");
            assert_eq!(ask(scheme, port, known).await, Ok(7), "{auth:?} {scheme}");
            let seen = guest.0.lock().unwrap().pop().expect("a call").expect("an identity");
            assert_eq!((seen.certificate(), seen.chain().count()), (&der[..], 1), "{auth:?} {scheme}");

            let (chain, key, _) = others.issue("client");
            let stranger =
                authority.client().identity(chain.as_bytes(), key.as_bytes()).expect("an identity");
            let refused = ask(scheme, port, stranger).await.expect_err("a stranger");
            assert_eq!(refused.code(), Code::Unavailable, "{auth:?} {scheme}: {refused}");

            let answer = ask(scheme, port, authority.client()).await;
            match auth {
                ClientAuth::Optional => {
                    assert_eq!(answer, Ok(7), "{scheme}");
                    assert_eq!(guest.0.lock().unwrap().pop().expect("a call"), None, "{scheme}");
                }
                _ => assert_eq!(answer.expect_err("nobody").code(), Code::Unavailable, "{scheme}"),
            }
        }
    }
}

#[tokio::test]
async fn a_revoked_client_is_refused_and_the_lists_are_replaced_without_dropping_a_connection() {
    let authority = Authority::new();
    let tls = authority.server().client_roots(authority.0.pem().as_bytes(), ClientAuth::Required);
    let tls = tls.and_then(|tls| tls.client_crls(authority.revoking(&[3], 2999).as_bytes())).expect("a list");
    let running = serve_probe_with(|server| server.tls(tls.clone())).await;
    let port = running.address.port();
    // One client each, since a client may resume its TLS session.
    let (one, two, three) = (authority.known(1), authority.known(2), authority.known(3));
    let open = client("grpcs", port, two.clone()).await.expect("a client");
    for scheme in SCHEMES {
        assert_eq!(ask(scheme, port, one.clone()).await, Ok(7), "{scheme}");
        assert_eq!(ask(scheme, port, two.clone()).await, Ok(7), "{scheme}");
        let refused = ask(scheme, port, three.clone()).await.expect_err("revoked");
        assert_eq!(refused.code(), Code::Unavailable, "{scheme}: {refused}");
    }
    assert!(open.echo(Context::new(), item(1, "")).await.is_ok());

    for wrong in
        ["", "nonsense", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", &authority.0.pem()]
    {
        let refused = tls.reload_client_crls(wrong.as_bytes()).expect_err(wrong);
        assert_eq!(refused.code(), Code::InvalidArgument, "{wrong}: {refused}");
    }
    assert_eq!(ask("grpcs", port, two.clone()).await, Ok(7), "as before");
    tls.reload_client_crls(authority.revoking(&[2], 2999).as_bytes()).expect("a list");

    assert!(open.echo(Context::new(), item(2, "")).await.is_ok(), "on its old connection");
    for scheme in SCHEMES {
        assert_eq!(ask(scheme, port, one.clone()).await, Ok(7), "{scheme}");
        assert!(ask(scheme, port, two.clone()).await.is_err(), "{scheme}");
        assert_eq!(ask(scheme, port, three.clone()).await, Ok(7), "{scheme}");
    }
    // An expired list says nothing about today, and a list of another authority nothing about our
    // certificates.
    for silent in [authority.revoking(&[], 2021), Authority::new().revoking(&[], 2999)] {
        tls.reload_client_crls(silent.as_bytes()).expect("a list");
        assert!(ask("grpcs", port, one.clone()).await.is_err());
    }
}

#[tokio::test]
async fn client_roots_are_replaced_without_dropping_a_connection() {
    let (before, after) = (Authority::new(), Authority::new());
    let tls = before.server();
    for refused in [
        tls.reload_client_roots(before.0.pem().as_bytes()),
        tls.reload_client_crls(before.revoking(&[], 2999).as_bytes()),
    ] {
        assert_eq!(refused.expect_err("nobody is asked").code(), Code::FailedPrecondition);
    }
    let tls = tls.client_roots(before.0.pem().as_bytes(), ClientAuth::Required).expect("a root");
    let running = serve_probe_with(|server| server.tls(tls.clone())).await;
    let port = running.address.port();
    let old = before.known(1);
    let (chain, key, _) = after.issue("client");
    let new = before.client().identity(chain.as_bytes(), key.as_bytes()).expect("an identity");
    let open = client("grpcs", port, old.clone()).await.expect("a client");
    assert!(open.echo(Context::new(), item(1, "")).await.is_ok());
    assert!(ask("grpcs", port, new.clone()).await.is_err());
    assert_eq!(tls.reload_client_roots(b"").expect_err("no root").code(), Code::InvalidArgument);
    assert_eq!(ask("grpcs", port, old.clone()).await, Ok(7), "as before");

    tls.reload_client_roots(after.0.pem().as_bytes()).expect("a root");
    assert!(open.echo(Context::new(), item(2, "")).await.is_ok(), "on its old connection");
    for scheme in SCHEMES {
        assert_eq!(ask(scheme, port, new.clone()).await, Ok(7), "{scheme}");
        assert!(ask(scheme, port, old.clone()).await.is_err(), "{scheme}");
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_cut_off() {
    let limits = Limits::default().drain_delay(Duration::ZERO).drain_timeout(Duration::ZERO);
    let limits = limits.handshake_timeout(Duration::from_millis(100));
    let running = serve_probe_with(|server| server.tls(Authority::new().server()).limits(limits)).await;
    let mut silent = tokio::net::TcpStream::connect(running.address).await.expect("a connection");
    let read = silent.read(&mut [0; 16]).await;
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
}

/// A server of [`Probe`] that waits for nothing at the end.
fn probe() -> Server {
    impatient().service(ProbeServer(Arc::new(Probe::default())))
}

#[tokio::test]
async fn a_unix_socket_comes_and_goes_with_its_server() {
    let path = std::env::temp_dir().join(format!("polywire-listen-{}.sock", std::process::id()));
    // The socket that a killed process left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
    let address = format!("unix:{}", path.display());
    let mut serving = start(probe().listen(&address));
    let endpoint = Endpoint::new("grpc://localhost").addresses([address.clone()]);
    let client = reach(&endpoint).await;
    assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")));

    let taken = Server::new().listen(&address).serve_until(std::future::pending()).await.expect_err("taken");
    assert!(taken.to_string().starts_with(&format!("cannot listen on {address}: ")), "{taken}");
    assert!(client.echo(Context::new(), item(8, "x")).await.is_ok(), "as before");
    serving.stop();
    serving.ended().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let path = std::env::temp_dir().join(format!("polywire-listen-{}.txt", std::process::id()));
    std::fs::write(&path, "mine").expect("a file");
    let address = format!("unix:{}", path.display());
    Server::new().listen(&address).serve_until(std::future::pending()).await.expect_err("a file");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "mine");
    std::fs::remove_file(&path).expect("the file");
}

fn socket_path(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("polywire-{name}-{}.sock", std::process::id()))
}

#[tokio::test]
async fn the_mode_and_the_group_of_a_unix_socket_are_those_that_were_asked_for() {
    use std::os::unix::fs::MetadataExt;
    let groups = std::fs::read_to_string("/etc/group").expect("the groups");
    let own = std::fs::metadata(std::env::current_exe().expect("a program")).expect("a file").gid();
    let named = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let named =
        named.into_iter().find(|fields| fields[2] == own.to_string()).expect("our group")[0].to_owned();
    for (mode, group) in [(0o660, named), (0o600, own.to_string()), (0o777, own.to_string())] {
        let path = socket_path("mode");
        let socket = UnixSocket::new(&path).mode(mode).group(&*group);
        let mut serving = start(probe().listen(socket));
        let address = format!("unix:{}", path.display());
        let client = reach(&Endpoint::new("grpc://localhost").addresses([address])).await;
        assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")));
        let file = std::fs::metadata(&path).expect("a file");
        assert_eq!((file.mode() & 0o7777, file.gid()), (mode, own), "{mode:o} {group}");
        serving.stop();
        serving.ended().await;
        assert!(!path.exists());
    }
}

#[tokio::test]
async fn what_cannot_be_set_keeps_the_server_from_starting_and_leaves_no_file() {
    let path = socket_path("wrong");
    for (socket, part) in [
        (UnixSocket::new(&path).mode(0o1777), "mode 0o1777 of a socket holds more than permissions"),
        (UnixSocket::new(&path).group("no-such-group"), "group `no-such-group` is not in /etc/group"),
        (UnixSocket::new(&path).group(""), "group `` is not in /etc/group"),
        (UnixSocket::new("/no/such/folder/x.sock").mode(0o600), "No such file or directory"),
    ] {
        let error = Server::new().listen(socket).serve_until(std::future::pending()).await.expect_err(part);
        let text = error.to_string();
        assert!(text.starts_with("cannot listen on unix:/") && text.contains(part), "{text}");
        assert!(!path.exists(), "{part}");
    }
}

#[tokio::test]
async fn servers_share_a_port_when_both_say_so() {
    let held = tokio::net::TcpSocket::new_v4().expect("a socket");
    held.set_reuseport(true).expect("an option");
    held.bind("127.0.0.1:0".parse().unwrap()).expect("a port");
    let address = held.local_addr().expect("an address").to_string();
    // This socket is bound and does not listen: it keeps the port and takes no connection.
    let servers = [(); 2].map(|()| start(probe().listen_shared(&address)));
    let client = reach(&Endpoint::new(format!("grpc://{address}"))).await;
    assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")));
    assert!(servers.iter().all(|serving| !serving.has_ended()), "both serve");
    let running = serve_probe().await;
    let alone = running.address.to_string();
    let taken = Server::new().listen_shared(&alone).serve_until(std::future::pending()).await;
    assert_eq!(taken.expect_err("not shared").kind(), std::io::ErrorKind::AddrInUse);
}

/// The number of connections made, up to `most`, to a server that accepts one of them.
async fn connected(limits: Limits, most: usize) -> usize {
    let address = nobody().await;
    let server = Server::new().listen(address.to_string()).limits(limits.connections(1));
    let serving = tokio::spawn(server.serve_until(std::future::pending()));
    let mut open = Vec::new();
    while open.len() < most {
        let connecting = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_secs(2), connecting).await {
            Ok(Ok(socket)) => open.push(socket),
            // The server does not listen yet.
            Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(_) => break,
        }
    }
    serving.abort();
    open.len()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_system_keeps_as_many_connections_as_are_asked_for() {
    // The kernel keeps one more than the backlog, one is accepted, and one more waits for a place.
    let few = connected(Limits::default().backlog(4), 100).await;
    assert!((4..=8).contains(&few), "{few} connections with a backlog of 4");
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("a setting");
    let allowed: usize = allowed.trim().parse().expect("a number");
    let some = 600.min(allowed);
    assert_eq!(connected(Limits::default(), some).await, some);
}

/// The status line that a client trusting `authority` gets for a request over TLS.
async fn ask_over_tls(address: std::net::SocketAddr, authority: &Authority, request: &str) -> String {
    use tokio::io::AsyncWriteExt;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.0.der().clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut tls = connector.connect("localhost".try_into().expect("a name"), socket).await.expect("TLS");
    tls.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n") {
        head.push(tls.read_u8().await.expect("a status"));
    }
    String::from_utf8(head).expect("text")
}

#[cfg(feature = "ws")]
#[tokio::test]
async fn where_tls_ends_here_a_page_that_came_without_it_is_not_ours() {
    let authority = Authority::new();
    let running = serve_probe_with(|server| server.tls(authority.server())).await;
    for (host, origin, expected) in [
        ("localhost", "https://localhost", 101),
        ("localhost:443", "https://localhost", 101),
        ("shop.example", "https://shop.example", 101),
        ("localhost", "http://localhost", 403),
        ("localhost", "http://localhost:443", 403),
        ("localhost:80", "http://localhost", 403),
        ("shop.example", "http://shop.example", 403),
    ] {
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let status = ask_over_tls(running.address, &authority, &request).await;
        assert!(status.contains(&format!(" {expected} ")), "{host} {origin}: {status}");
    }
}

#[tokio::test]
async fn an_http2_request_says_one_host() {
    use http_body_util::Empty;
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let running = serve_probe().await;
    let ask = async |authority: &str, hosts: &[&str]| {
        let stream =
            TokioIo::new(tokio::net::TcpStream::connect(running.address).await.expect("a connection"));
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2");
        tokio::spawn(connection);
        let mut request = hyper::Request::get(format!("http://{authority}/nothing"));
        for host in hosts {
            request = request.header("host", *host);
        }
        let request = request.body(Empty::<bytes::Bytes>::new()).expect("a request");
        sender.send_request(request).await.expect("a response").status().as_u16()
    };
    for (authority, hosts, expected) in [
        ("a", &[][..], 404),
        ("a", &["a"], 404),
        ("a", &["A:80"], 404),
        ("a:80", &["a"], 404),
        ("a", &["b"], 400),
        ("a", &["a:81"], 400),
        ("a:8080", &["a"], 400),
        ("a", &["a", "a"], 400),
        ("a", &["a", "b"], 400),
        ("a", &[""], 400),
        ("u@a", &[], 400),
    ] {
        assert_eq!(ask(authority, hosts).await, expected, "{authority} {hosts:?}");
    }
}
