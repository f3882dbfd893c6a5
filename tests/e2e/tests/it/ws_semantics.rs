//! Promises to callers over a method's own WebSocket endpoint, as a stock client sees them, of our own
//! listener and of a foreign axum server. Also at `/ws`, as a stock client of JSON-RPC sees them.
//! semantics.rs has what typed clients see on the other wires.
#![allow(clippy::expect_used)]

mod jsonrpsee;

use futures_util::{SinkExt, StreamExt};
use polywire::{Caller, Limits};
use polywire_e2e::probe::{Probe, ProbeServiceClient, ProbeServiceServer, until_guards, until_held_up};
use polywire_e2e::wires::Host;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, client_async};

macro_rules! everywhere {
    ($($case:ident)*) => {
        everywhere! { @ own Own $($case)* }
        everywhere! { @ axum Axum $($case)* }
    };
    (@ $module:ident $host:ident $($case:ident)*) => {
        mod $module {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::Host::$host).await;
            })*
        }
    };
}

everywhere! {
    a_caller_who_goes_stops_the_call
    a_caller_who_goes_ends_the_stream
    a_caller_who_goes_breaks_its_items_off
    a_panic_says_nothing
    a_panic_in_a_stream_comes_after_its_items
    a_panic_over_a_stream_of_requests
    a_reader_that_takes_nothing_holds_up_the_source
    metadata_comes_with_the_handshake
    the_servers_own_deadline
    the_servers_own_patience_with_a_stream
}

struct Served {
    address: String,
    /// A client on a connection of its own, which shows what becomes of the calls.
    probe: ProbeServiceClient,
}

async fn serve(host: Host) -> Served {
    serve_with(host, Limits::default()).await
}

async fn serve_with(host: Host, limits: Limits) -> Served {
    let address = host.serve(ProbeServiceServer::new(Probe::default()), limits).await;
    let caller = Caller::connect(format!("http://{address}").into()).await.expect("a connection");
    Served { address, probe: ProbeServiceClient::from_caller(caller) }
}

type Socket = WebSocketStream<TcpStream>;

impl Served {
    async fn open(&self, path: &str) -> Socket {
        self.open_with(path, &[]).await
    }

    async fn open_with(&self, path: &str, headers: &[(&'static str, &[u8])]) -> Socket {
        let io = TcpStream::connect(&self.address).await.expect("a connection");
        let mut request = format!("ws://{}/live{path}", self.address).into_client_request().expect("sound");
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value).expect("a value");
            request.headers_mut().append(*name, value);
        }
        client_async(request, io).await.expect("a WebSocket").0
    }
}

/// The next message that is no ping.
async fn next(socket: &mut Socket) -> Message {
    loop {
        match socket.next().await.expect("no end").expect("a message") {
            Message::Ping(_) => {}
            message => return message,
        }
    }
}

async fn hear(socket: &mut Socket) -> Value {
    match next(socket).await {
        Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
        other => panic!("no text: {other:?}"),
    }
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

/// The code of the Close that comes next, and the status that is its reason.
async fn closed(socket: &mut Socket) -> (u16, Value) {
    match next(socket).await {
        Message::Close(Some(CloseFrame { code, reason })) => {
            (code.into(), serde_json::from_str(&reason).expect("a status"))
        }
        other => panic!("no Close: {other:?}"),
    }
}

fn short() -> Limits {
    let short = Duration::from_millis(150);
    Limits::default().unary_timeout(short).stream_idle_timeout(Some(short))
}

fn tick(number: u32) -> Value {
    json!({ "number": number })
}

async fn the_servers_own_deadline(host: Host) {
    let served = serve_with(host, short()).await;
    let (code, status) = closed(&mut served.open("/hang").await).await;
    assert_eq!((code, &status["code"]), (4004, &json!(4)), "{status}");
    until_guards(&served.probe, 0, 1).await;
}

async fn the_servers_own_patience_with_a_stream(host: Host) {
    let served = serve_with(host, short()).await;
    let mut socket = served.open("/drip").await;
    assert_eq!(hear(&mut socket).await, tick(1));
    let (code, status) = closed(&mut socket).await;
    assert_eq!((code, &status["code"]), (4004, &json!(4)), "{status}");
    until_guards(&served.probe, 0, 1).await;
}

/// How a client goes.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// A Close that says so: 1001. 1000 is the end of its items alone.
    Close,
    /// The end of the connection, without a word.
    Lost,
}

const WAYS: [Way; 2] = [Way::Close, Way::Lost];

async fn go(mut socket: Socket, way: Way) -> Option<Socket> {
    match way {
        Way::Lost => None,
        Way::Close => {
            let close = CloseFrame { code: 1001.into(), reason: "".into() };
            socket.send(Message::Close(Some(close))).await.expect("sent");
            // The client keeps the connection open.
            Some(socket)
        }
    }
}

async fn a_caller_who_goes_stops_the_call(host: Host) {
    for way in WAYS {
        let served = serve(host).await;
        let socket = served.open("/hang").await;
        until_guards(&served.probe, 1, 0).await;
        let _rest = go(socket, way).await;
        until_guards(&served.probe, 0, 1).await;
    }
}

async fn a_caller_who_goes_ends_the_stream(host: Host) {
    for way in WAYS {
        let served = serve(host).await;
        let mut socket = served.open("/drip").await;
        assert_eq!(hear(&mut socket).await, tick(1));
        until_guards(&served.probe, 1, 0).await;
        let _rest = go(socket, way).await;
        until_guards(&served.probe, 0, 1).await;
    }
}

async fn a_caller_who_goes_breaks_its_items_off(host: Host) {
    for way in WAYS {
        let served = serve(host).await;
        let mut socket = served.open("/swallow").await;
        say(&mut socket, tick(1)).await;
        until_guards(&served.probe, 1, 0).await;
        let _rest = go(socket, way).await;
        until_guards(&served.probe, 0, 1).await;

        let mut socket = served.open("/exchange").await;
        say(&mut socket, tick(7)).await;
        assert_eq!(hear(&mut socket).await, tick(7));
        until_guards(&served.probe, 1, 1).await;
        let _rest = go(socket, way).await;
        until_guards(&served.probe, 0, 2).await;
    }
}

const PLACES: [&str; 2] = ["PLACE_AT_ONCE", "PLACE_AFTER_AN_AWAIT"];

async fn opaque(socket: &mut Socket) {
    let (code, status) = closed(socket).await;
    assert_eq!((code, status["code"].as_u64()), (4013, Some(13)), "{status}");
    assert_eq!(status["message"], "internal error");
}

async fn a_panic_says_nothing(host: Host) {
    let served = serve(host).await;
    for place in PLACES {
        opaque(&mut served.open(&format!("/panic/{place}")).await).await;
    }
}

async fn a_panic_in_a_stream_comes_after_its_items(host: Host) {
    let served = serve(host).await;
    for (place, after) in PLACES.into_iter().flat_map(|place| [(place, 0), (place, 3)]) {
        let mut socket = served.open(&format!("/panic/{place}/{after}")).await;
        for number in 1..=after {
            assert_eq!(hear(&mut socket).await, tick(number));
        }
        opaque(&mut socket).await;
    }
}

async fn a_panic_over_a_stream_of_requests(host: Host) {
    let served = serve(host).await;
    for path in ["/panic-reading", "/panic-exchanging"] {
        let mut socket = served.open(path).await;
        say(&mut socket, tick(1)).await;
        opaque(&mut socket).await;
    }
}

async fn a_reader_that_takes_nothing_holds_up_the_source(host: Host) {
    let served = serve(host).await;
    let mut socket = served.open("/pour").await;
    assert_eq!(hear(&mut socket).await["number"], 1);
    // When the client reads on, the source goes on.
    for number in 2..=until_held_up(&served.probe).await + 1 {
        assert_eq!(hear(&mut socket).await["number"], number);
    }
    drop(socket);
    until_guards(&served.probe, 0, 1).await;
}

/// Metadata whose value does not fit its key is left out, and the call goes on.
async fn metadata_comes_with_the_handshake(host: Host) {
    let served = serve(host).await;
    let headers: [(&str, &[u8]); 7] = [
        ("x-several", b"one"),
        ("x-several", b"two, with a comma"),
        ("x-bytes-bin", b"AP8"),
        ("x-bytes-bin", b"AP8=,dGV4dA"),
        ("x-bytes-bin", b"*"),
        ("x-latin", &[0xe9]),
        ("x-latin", b"plain"),
    ];
    let mut socket = served.open_with("/metadata", &headers).await;
    let keys = ["x-several", "x-bytes-bin", "x-latin"];
    say(&mut socket, json!({"keys": keys, "ending": "ENDING_WELL"})).await;
    let entries = hear(&mut socket).await;
    assert_eq!(entries[0]["texts"], json!(["one", "two, with a comma"]), "{entries}");
    assert_eq!(entries[1]["bytes"], json!(["AP8=", "AP8=", "dGV4dA=="]));
    assert_eq!(entries[2]["texts"], json!(["plain"]));
}
