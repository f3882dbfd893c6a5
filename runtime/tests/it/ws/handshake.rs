//! The opening handshake: refusals, the origins that may open a connection, and the handshake under a router
//! of axum.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::client::{Refused, open, open_with};
use crate::support::ws::{Served, hands, reaches, serve_desk, server};
#[cfg(all(feature = "grpc", feature = "http", feature = "tls", feature = "axum"))]
use crate::support::{serve, serve_router};
use polywire::{BoxFuture, Context, Cors, Interceptor, Limits, Server, Status};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOUND: [(&str, &str); 5] = [
    ("host", "a.example"),
    ("connection", "keep-alive, Upgrade"),
    ("upgrade", "WebSocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// The head of the answer to a handshake with some headers changed, or left out.
async fn ask(address: SocketAddr, line: &str, changed: &[(&str, Option<&str>)]) -> String {
    let mut request = format!("{line}\r\n");
    for (name, value) in SOUND {
        let value = changed.iter().find(|(other, _)| *other == name).map_or(Some(value), |(_, value)| *value);
        request += &value.map_or_else(String::new, |value| format!("{name}: {value}\r\n"));
    }
    for (name, value) in changed.iter().filter(|(name, _)| SOUND.iter().all(|(other, _)| other != name)) {
        request += &value.map_or_else(String::new, |value| format!("{name}: {value}\r\n"));
    }
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(format!("{request}\r\n").as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("a head"));
    }
    String::from_utf8(head).expect("text").to_ascii_lowercase()
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

#[tokio::test]
async fn a_path_is_taken_as_it_is_written() {
    let served = serve_desk().await;
    for path in
        ["/%63hat", "/%77s", "//ws", "/ws/", "/ws;x=1", "/./ws", "/x/../ws", "/chat/", "/%6eotes/7", "/WS"]
    {
        let head = ask(served.address, &format!("GET {path} HTTP/1.1"), &[]).await;
        assert_eq!(status(&head), 404, "{path}");
    }
}

#[tokio::test]
async fn a_sound_handshake_is_accepted() {
    let served = serve_desk().await;
    for path in ["/ws", "/chat", "/notes/7", "/notes/%37"] {
        let head = ask(served.address, &format!("GET {path} HTTP/1.1"), &[]).await;
        assert_eq!(status(&head), 101, "{path}");
        for part in [
            "upgrade: websocket",
            "connection: upgrade",
            "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
        ] {
            assert!(head.contains(part), "{head}");
        }
        assert!(!head.contains("sec-websocket-protocol"), "{head}");
    }
}

#[tokio::test]
async fn an_unsound_one_is_told_why() {
    let served = serve_desk().await;
    for (changed, expected) in [
        (("connection", Some("keep-alive")), 400),
        (("connection", None), 400),
        (("sec-websocket-version", Some("8")), 426),
        (("sec-websocket-version", None), 426),
        (("sec-websocket-key", Some("short")), 400),
        (("sec-websocket-key", None), 400),
    ] {
        for path in ["/ws", "/chat"] {
            let head = ask(served.address, &format!("GET {path} HTTP/1.1"), &[changed]).await;
            assert_eq!(status(&head), expected, "{changed:?}: {head}");
            assert_eq!(head.contains("sec-websocket-version: 13"), expected == 426, "{head}");
        }
    }
}

#[tokio::test]
async fn a_request_without_a_handshake_is_told_to_make_one() {
    let served = serve_desk().await;
    for (line, expected) in
        [("GET /ws HTTP/1.1", 426), ("GET /sum HTTP/1.1", 426), ("GET /none HTTP/1.1", 404)]
    {
        let head = ask(served.address, line, &[("upgrade", None), ("connection", None)]).await;
        assert_eq!(status(&head), expected, "{line}");
    }
    let refused = open_with(&served, "/ws/none", &[]).await.expect_err("no such path");
    assert_eq!(refused.0, 404);
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_connect() {
    let served = serve_desk().await;
    let address = served.address.to_string();
    for path in ["/ws", "/chat"] {
        for origin in
            ["https://elsewhere.example", "null", "http://127.0.0.1", "", &format!("ftp://{address}")]
        {
            let Refused(status, body) =
                open_with(&served, path, &[("origin", origin)]).await.expect_err("a foreign origin");
            assert_eq!((status, &body["code"]), (403, &json!(7)), "{origin}: {body}");
        }
        for origin in [format!("http://{address}"), format!("HTTP://{address}")] {
            open_with(&served, path, &[("origin", &origin)]).await.expect("our own origin");
        }
    }
}

/// Serves with further options.
async fn serve_as(change: impl FnOnce(Server) -> Server) -> Served {
    let hands = hands();
    Served::at(serve(change(server(&hands))).await, hands)
}

#[tokio::test]
async fn cors_lets_listed_pages_in_with_cookies_only_when_told() {
    let page = "https://shop.example";
    let headers = [("origin", page), ("cookie", "session=1"), ("x-kept", "yes")];
    for (cors, cookies) in [
        (Cors::origins([page]), false),
        (Cors::origins([page]).with_credentials(), true),
        (Cors::any().with_credentials(), false),
    ] {
        let served = serve_as(|server| server.cors(cors)).await;
        let mut client = open_with(&served, "/ws", &headers).await.expect("a listed origin");
        let text = client.call("Context", json!({})).await["result"]["text"].to_string();
        assert_eq!((text.contains("cookie"), text.contains("x-kept")), (cookies, true), "{text}");
    }
    let served = serve_as(|server| server.cors(Cors::origins([page]))).await;
    let refused =
        open_with(&served, "/ws", &[("origin", "https://other.example")]).await.expect_err("not listed");
    assert_eq!(refused.0, 403);
    // Our own pages keep their cookies.
    let own = format!("http://{}", served.address);
    let mut client =
        open_with(&served, "/ws", &[("origin", &own), ("cookie", "a=b")]).await.expect("our own");
    assert!(client.call("Context", json!({})).await["result"]["text"].to_string().contains("cookie=a=b"));
}

#[tokio::test]
async fn the_first_subprotocol_that_is_known_is_chosen() {
    let served = serve_desk().await;
    for (offered, chosen) in [
        ("polywire.v1+proto", Some("polywire.v1+proto")),
        ("polywire.v1+json", Some("polywire.v1+json")),
        ("other, polywire.v1+json, polywire.v1+proto", Some("polywire.v1+json")),
        ("other", None),
    ] {
        let head =
            ask(served.address, "GET /ws HTTP/1.1", &[("sec-websocket-protocol", Some(offered))]).await;
        let line = head.lines().find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
        assert_eq!((status(&head), line), (101, chosen), "{offered}");
    }
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn it_works_inside_a_router_and_beside_one() {
    let hands = hands();
    let own = || axum::Router::new().route("/own", axum::routing::get(|| async { "mine" }));
    let router = own().merge(server(&hands).into_router());
    let served = Served::at(serve_router(router).await, hands);
    let beside = serve_as(|server| server.merge(own())).await;
    let layered = serve_as(|server| {
        server.merge(own()).layer(tower_http::compression::CompressionLayer::new()).layer(axum::Extension(7))
    });
    for served in [served, beside, layered.await] {
        let mut client = open(&served, "/chat").await;
        client.say(json!({"text": "x"})).await;
        assert_eq!(client.hear().await["text"], "Echo: x");
        let mut client = open(&served, "/ws").await;
        assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
        assert_eq!(open_with(&served, "/nowhere", &[]).await.expect_err("nothing there").0, 404);
    }
}

/// Lets in the clients that it knows, and counts who came and went.
#[derive(Debug, Clone, Default)]
struct Door(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    came: AtomicU32,
    went: AtomicU32,
}

/// Panics when it is dropped, even as the value of a panic.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a secret");
    }
}

/// The identity that the door found out.
#[derive(Debug, Clone)]
struct Guest(String);

impl Interceptor for Door {
    fn connect<'a>(&'a self, cx: Context) -> BoxFuture<'a, polywire::Result<Context>> {
        Box::pin(async move {
            match cx.metadata().get("authorization") {
                None => Err(Status::unauthenticated("who is there?")),
                Some("Bearer foe") => Err(Status::permission_denied("not you")),
                Some("Bearer busy") => Err(Status::unavailable("come back")),
                Some("Bearer panic") => panic!("a secret"),
                Some("Bearer bomb") => std::panic::panic_any(Bomb),
                Some("Bearer slow") => {
                    let _bomb = Bomb;
                    std::future::pending().await
                }
                Some(friend) => {
                    assert_eq!(Context::current().metadata().get("authorization"), Some(friend));
                    self.0.came.fetch_add(1, Ordering::SeqCst);
                    let guest = Guest(friend.to_owned());
                    Ok(cx.with_extension(guest))
                }
            }
        })
    }

    fn disconnect(&self, cx: &Context) {
        let known = Context::current().extension::<Guest>().is_some();
        assert_eq!(known, cx.extension::<Guest>().is_some());
        self.0.went.fetch_add(1, Ordering::SeqCst);
        std::panic::panic_any(Bomb);
    }
}

/// What a handler sees of its connection.
#[polywire::service(package = "hall.v1")]
trait Hall {
    #[ws("/seen")]
    async fn seen(&self, cx: Context) -> polywire::Result<String>;

    #[ws("/token")]
    async fn token(&self, access_token: String) -> polywire::Result<String>;
}

struct Seen;

impl Hall for Seen {
    async fn seen(&self, cx: Context) -> polywire::Result<String> {
        let guest = cx.extension::<Guest>().map_or("nobody", |guest| &guest.0);
        let authorization = cx.metadata().get("authorization").unwrap_or("none");
        let uri = cx.extension::<http::Uri>().map_or_else(String::new, ToString::to_string);
        Ok(format!("guest={guest} authorization={authorization} uri={uri}"))
    }

    async fn token(&self, access_token: String) -> polywire::Result<String> {
        Ok(access_token)
    }
}

async fn hall(change: impl FnOnce(Server) -> Server) -> Served {
    let server = change(Server::new().service(HallServer::new(Seen)));
    Served::at(serve(server).await, hands())
}

/// The answers of `Seen` over both kinds of endpoint.
async fn seen(served: &Served, query: &str, headers: &[(&'static str, &str)]) -> [String; 2] {
    let mut client = open_with(served, &format!("/ws{query}"), headers).await.expect("let in");
    client.say(json!({"jsonrpc": "2.0", "id": 1, "method": "hall.v1.Hall.Seen"})).await;
    let multiplexed = client.hear().await["result"].as_str().expect("text").to_owned();
    let mut client = open_with(served, &format!("/seen{query}"), headers).await.expect("let in");
    [multiplexed, client.hear().await.as_str().expect("text").to_owned()]
}

#[tokio::test]
async fn an_interceptor_refuses_a_handshake_and_what_it_finds_out_every_call_knows() {
    let door = Door::default();
    let limits = Limits::default().header_timeout(std::time::Duration::from_millis(500));
    let served = hall(|server| server.interceptor(door.clone()).limits(limits)).await;
    for path in ["/ws", "/seen"] {
        for (token, expected) in [("foe", 403), ("busy", 503), ("panic", 500), ("bomb", 500), ("slow", 504)] {
            let header = format!("Bearer {token}");
            let refused = open_with(&served, path, &[("authorization", &header)]).await.expect_err(token);
            assert_eq!(refused.0, expected, "{token}: {}", refused.1);
            assert!(!refused.1.to_string().contains("secret"), "{}", refused.1);
        }
        assert_eq!(open_with(&served, path, &[]).await.expect_err("nobody").0, 401);
    }
    for seen in seen(&served, "", &[("authorization", "Bearer friend")]).await {
        assert!(seen.starts_with("guest=Bearer friend authorization=Bearer friend"), "{seen}");
    }
    assert_eq!(door.0.came.load(Ordering::SeqCst), 2);
    reaches(&door.0.went, 2).await;
}

#[tokio::test]
async fn a_browser_may_send_its_token_as_a_subprotocol_or_in_the_url() {
    let served = hall(|server| server).await;
    let encoded = "base64url.bearer.authorization.k8s.io.dG9r";
    for (query, offered, header) in [
        ("", Some("bearer.tok"), None),
        ("", Some("polywire.v1+json, bearer.tok"), None),
        ("", Some(encoded), None),
        ("?access_token=tok", None, None),
        ("?access_token=t%6Fk", None, None),
        ("?access_token=other", Some("bearer.other"), Some("Bearer tok")),
    ] {
        let headers: Vec<_> = [("sec-websocket-protocol", offered), ("authorization", header)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        for (seen, path) in seen(&served, query, &headers).await.iter().zip(["/ws", "/seen"]) {
            assert!(seen.contains("authorization=Bearer tok "), "{query} {offered:?}: {seen}");
            assert!(seen.ends_with(&format!("uri={path}{query}")), "{seen}");
        }
    }
    for (query, offered) in [
        ("?access_token=a&access_token=b", None),
        ("?access_token=", None),
        ("", Some("bearer.")),
        ("", Some("bearer.a, bearer.b")),
    ] {
        let headers: Vec<_> =
            offered.map(|offered| ("sec-websocket-protocol", offered)).into_iter().collect();
        for path in ["/ws", "/seen"] {
            let refused =
                open_with(&served, &format!("{path}{query}"), &headers).await.expect_err("no token");
            assert_eq!(refused.0, 400, "{query} {offered:?}");
        }
    }
    // When the request has a field of this name, the parameter is that field.
    let mut client = open_with(&served, "/token?access_token=mine", &[]).await.expect("let in");
    assert_eq!(client.hear().await, "mine");
}

#[tokio::test]
async fn a_token_is_echoed_only_where_nothing_else_can_be() {
    let served = serve_desk().await;
    for path in ["/ws", "/chat"] {
        for (offered, chosen) in [
            ("bearer.tok", "bearer.tok"),
            ("other, bearer.tok", "bearer.tok"),
            ("bearer.tok, polywire.v1+json", "polywire.v1+json"),
            ("bearer.tok, polywire.v1+proto", "polywire.v1+proto"),
        ] {
            let head = ask(
                served.address,
                &format!("GET {path} HTTP/1.1"),
                &[("sec-websocket-protocol", Some(offered))],
            )
            .await;
            let line = head.lines().find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
            assert_eq!((status(&head), line), (101, Some(chosen)), "{path} {offered}");
        }
    }
}

#[tokio::test]
async fn a_calls_own_metadata_goes_first_and_forges_nothing() {
    let served = serve_desk().await;
    let handshake = [("authorization", "Bearer old"), ("x-forwarded-for", "10.0.0.1"), ("x-kept", "yes")];
    let proto = [("sec-websocket-protocol", "polywire.v1+proto")];
    let mut client = open_with(&served, "/ws", &handshake).await.expect("open");
    let beside = json!({"metadata": {
        "Authorization": "Bearer new", "x-forwarded-for": "6.6.6.6", "X-Real-IP": "6.6.6.6", "host": "evil",
        "cookie": "a=b", "origin": "evil", "forwarded": "for=6.6.6.6", "via": "evil", "grpc-timeout": "1S",
        "sec-fetch-site": "none", "x-own": ["1", "2"]
    }});
    client.request_with("Context", json!({}), beside.clone()).await;
    let text = client.hear().await["result"]["text"].as_str().expect("text").to_owned();
    for part in ["authorization=Bearer new", "x-forwarded-for=10.0.0.1", "x-kept=yes", "x-own=1", "x-own=2"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for part in ["old", "6.6.6.6", "evil", "cookie", "grpc-timeout", "sec-fetch"] {
        assert!(!text.contains(part), "{part}: {text}");
    }
    // The next call has only the handshake's metadata again.
    let text = client.call("Context", json!({})).await["result"]["text"].to_string();
    assert!(text.contains("authorization=Bearer old") && !text.contains("x-own"), "{text}");

    let all = [&handshake[..], &proto].concat();
    let mut client = open_with(&served, "/ws", &all).await.expect("open");
    let entry = |key: &str, value: &str| {
        let inner =
            [&[10, key.len() as u8][..], key.as_bytes(), &[18, value.len() as u8], value.as_bytes()].concat();
        [&[50, inner.len() as u8][..], &inner].concat()
    };
    let call = [&[8, 1, 16, 1, 26, 20][..], b"desk.v1.Desk/Context"].concat();
    let call = [call, entry("authorization", "Bearer new"), entry("X-Forwarded-For", "6.6.6.6")].concat();
    client.send(tokio_tungstenite::tungstenite::Message::Binary(call.into())).await;
    let Some(tokio_tungstenite::tungstenite::Message::Binary(answer)) = client.message().await else {
        panic!("no answer")
    };
    let text = String::from_utf8_lossy(&answer).into_owned();
    assert!(text.contains("authorization=Bearer new") && text.contains("x-forwarded-for=10.0.0.1"), "{text}");
    assert!(!text.contains("6.6.6.6") && !text.contains("old"), "{text}");
}
