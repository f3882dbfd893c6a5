//! The opening handshake: what is refused, by whom a connection may be opened, and that a router of axum is no obstacle.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod ws_support;

use polywire::{Cors, Server};
use serde_json::json;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use ws_support::client::{Refused, open, open_with};
use ws_support::{Served, hands, serve, server};

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
async fn a_sound_handshake_is_accepted() {
    let served = serve().await;
    for path in ["/ws", "/chat", "/notes/7", "/%63hat"] {
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
    let served = serve().await;
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
    let served = serve().await;
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
    let served = serve().await;
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

/// Serves with what else the server is told.
async fn serve_as(change: impl FnOnce(Server) -> Server) -> Served {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let hands = hands();
    tokio::spawn(change(server(&hands)).listener(listener).serve_until(std::future::pending()));
    Served::at(address, hands)
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
    let served = serve().await;
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
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let served = Served::at(listener.local_addr().expect("an address"), hands);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let beside = serve_as(|server| server.merge(own())).await;
    for served in [served, beside] {
        let mut client = open(&served, "/chat").await;
        client.say(json!({"text": "x"})).await;
        assert_eq!(client.hear().await["text"], "Echo: x");
        let mut client = open(&served, "/ws").await;
        assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
        assert_eq!(open_with(&served, "/nowhere", &[]).await.expect_err("nothing there").0, 404);
    }
}
