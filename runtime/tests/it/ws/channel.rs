//! Our client over a real socket. The contract suite tests what every client must do; here is what is special
//! to this one.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::{
    Desk, DeskClient, Served, note, reaches, serve_desk, serve_desk_on, serve_desk_with,
};
use crate::support::{listen, nobody, serve, serve_router, until};
use futures_util::{SinkExt, StreamExt};
use polywire::{Code, Codec, Context, Endpoint, Limits, Result, Status, Streaming};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

async fn connect(served: &Served, codec: Codec) -> DeskClient {
    DeskClient::connect(Endpoint::new(served.url()).codec(codec)).await.expect("a connection")
}

#[tokio::test]
async fn values_alone_are_whole_messages_again() {
    let served = serve_desk().await;
    for codec in [Codec::Json, Codec::Proto] {
        let client = connect(&served, codec).await;
        assert_eq!(client.list().await, Ok(vec![note(1, "one"), note(2, "two")]));
        assert_eq!((client.maybe(true).await, client.maybe(false).await), (Ok(Some(7)), Ok(None)));
    }
}

#[tokio::test]
async fn a_consumer_that_sleeps_does_not_hold_up_the_others() {
    let served = serve_desk().await;
    for codec in [Codec::Json, Codec::Proto] {
        let made = served.hands.made.load(Ordering::SeqCst);
        let client = connect(&served, codec).await;
        let mut asleep = client.count(Context::new(), 1_000_000_000).await.expect("a stream");
        assert_eq!(asleep.next().await.map(|item| item.map(|item| item.id)), Ok(Some(1)));
        for id in 0..200 {
            assert_eq!(client.echo(note(id, "x")).await, Ok(note(id, "x")));
        }
        let ahead = served.hands.made.load(Ordering::SeqCst) - made;
        assert!(ahead <= 40, "the server made {ahead} items for a client that took one");
        for id in 2..=12 {
            assert_eq!(asleep.next().await.map(|item| item.map(|item| item.id)), Ok(Some(id)));
        }
        assert_eq!(asleep.next().await, Err(Status::data_loss("unlucky")));
    }
}

#[tokio::test]
async fn an_upload_waits_for_a_slow_handler_and_others_do_not_wait_for_it() {
    let served = serve_desk().await;
    for codec in [Codec::Json, Codec::Proto] {
        let client = connect(&served, codec).await;
        let big = "x".repeat(10_000);
        let items = Streaming::from_items((0..100).map(move |id| note(id, &big)));
        let uploading = client.clone();
        let upload = tokio::spawn(async move { uploading.slow(items).await });
        for id in 0..200 {
            assert_eq!(client.echo(note(id, "x")).await, Ok(note(id, "x")));
        }
        served.hands.open(101);
        assert_eq!(upload.await.expect("no panic"), Ok(note(100, "")));
    }
}

#[tokio::test]
async fn an_error_among_the_items_ends_the_call_on_both_sides() {
    let served = serve_desk().await;
    let client = connect(&served, Codec::Json).await;
    let items = futures_util::stream::iter([Ok(note(1, "")), Err(Status::aborted("no more"))]);
    assert_eq!(client.sum(Streaming::new(items)).await, Err(Status::aborted("no more")));
    reaches(&served.hands.dropped, 1).await;
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled() {
    let served = serve_desk().await;
    let client = connect(&served, Codec::Proto).await;
    {
        let call = client.wait(1);
        let mut call = std::pin::pin!(call);
        tokio::select! {
            _ = &mut call => panic!("nobody opened the gate"),
            () = reaches(&served.hands.begun, 1) => {}
        }
    }
    reaches(&served.hands.dropped, 1).await;
    let mut items = client.watch(note(1, "x")).await.expect("a stream");
    assert_eq!(items.next().await, Ok(Some(note(1, "x"))));
    drop(items);
    reaches(&served.hands.dropped, 2).await;
    let (_sender, items) = Streaming::channel(1);
    let chat = client.chat(items).await.expect("a stream");
    drop(chat);
    reaches(&served.hands.done, 1).await;
}

#[tokio::test]
async fn more_calls_than_a_connection_takes_wait_for_their_turn() {
    let served = serve_desk().await;
    let client = connect(&served, Codec::Json).await;
    let calls: Vec<_> = (0..150)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.wait(id).await })
        })
        .collect();
    reaches(&served.hands.begun, 64).await;
    served.hands.open(150);
    for call in calls {
        assert_eq!(call.await.expect("no panic").map(|note| note.text), Ok("waited".to_owned()));
    }
}

#[tokio::test]
async fn a_lost_connection_fails_what_is_in_flight_and_the_next_call_opens_another() {
    let mut served =
        serve_desk_with(Limits { drain_timeout: Duration::from_millis(50), ..Limits::default() }).await;
    let address = served.address;
    let client = connect(&served, Codec::Json).await;
    let waiting = client.clone();
    let in_flight = tokio::spawn(async move { waiting.wait(1).await });
    let mut stream = client.watch(note(1, "x")).await.expect("a stream");
    assert_eq!(stream.next().await, Ok(Some(note(1, "x"))));
    reaches(&served.hands.begun, 2).await;
    served.stop();
    served.ended().await;
    assert_eq!(in_flight.await.expect("no panic").map_err(|status| status.code()), Err(Code::Unavailable));
    assert_eq!(stream.next().await.map_err(|status| status.code()), Err(Code::Unavailable));
    let nobody = client.echo(note(1, "")).await.expect_err("nobody listens");
    assert_eq!(nobody.code(), Code::Unavailable);

    let listener = TcpListener::bind(address).await.expect("the port is free again");
    let _served = serve_desk_on(listener, Limits::default());
    until("the client finds it", async || client.echo(note(2, "")).await == Ok(note(2, ""))).await;
}

#[tokio::test]
async fn a_message_over_the_limit_fails_its_call_and_no_neighbour() {
    let served = serve_desk().await;
    for codec in [Codec::Json, Codec::Proto] {
        let client = connect(&served, codec).await;
        let waiting = client.clone();
        let begun = served.hands.begun.load(Ordering::SeqCst);
        let other = tokio::spawn(async move { waiting.wait(1).await });
        reaches(&served.hands.begun, begun + 1).await;
        let huge = note(1, &"x".repeat(2_000_000));
        let status = client.echo(huge.clone()).await.expect_err("too large");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(status.message().contains("request_size"), "{status}");
        let status = client.watch(huge.clone()).await.expect_err("too large");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        let status = client.sum(Streaming::from_items([note(1, ""), huge])).await.expect_err("too large");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        served.hands.open(1);
        assert_eq!(other.await.expect("no panic").map(|note| note.text), Ok("waited".to_owned()));
    }
}

#[tokio::test]
async fn calls_and_streams_beyond_what_a_connection_takes_go_over_another() {
    let served = serve_desk().await;
    let endpoint = Endpoint::new(served.url()).connection_calls(2).connection_streams(2).connections(2);
    let client = DeskClient::connect(endpoint).await.expect("a connection");
    let mut streams = Vec::new();
    for id in 0..4 {
        let mut stream = client.watch(note(id, "")).await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note(id, ""))));
        streams.push(stream);
    }
    let status = client.watch(note(5, "")).await.expect_err("all are full");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert!(status.message().contains("Endpoint::connections"), "{status}");
    assert_eq!(client.echo(note(6, "")).await, Ok(note(6, "")), "calls are counted apart");

    let calls: Vec<_> = (0..4)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.wait(id).await })
        })
        .collect();
    reaches(&served.hands.begun, 8).await;
    assert_eq!(client.echo(note(7, "")).await.map_err(|status| status.code()), Err(Code::ResourceExhausted));
    served.hands.open(4);
    for call in calls {
        assert_eq!(call.await.expect("no panic").map(|note| note.text), Ok("waited".to_owned()));
    }
    streams.pop();
    let mut again = client.watch(note(8, "")).await.expect("a place was given back");
    assert_eq!(again.next().await, Ok(Some(note(8, ""))));
}

#[tokio::test]
async fn many_calls_at_once_fail_together_when_the_server_is_gone() {
    let mut served = serve_desk().await;
    let client = connect(&served, Codec::Json).await;
    assert_eq!(client.echo(note(1, "")).await, Ok(note(1, "")));
    served.stop();
    served.ended().await;
    let calls = (0..40).map(|id| {
        let client = client.clone();
        async move { client.echo(note(id, "")).await.expect_err("nobody listens").to_string() }
    });
    let all = futures_util::future::join_all(calls);
    let all = tokio::time::timeout(Duration::from_secs(30), all).await.expect("an end");
    assert!(
        all.iter().all(|status| status == &all[0] && status.contains("unavailable")),
        "one attempt: {all:?}"
    );
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn a_path_is_put_in_front_of_every_endpoint() {
    let hands = crate::support::ws::hands();
    let router = axum::Router::new().nest("/api", crate::support::ws::server(&hands).into_router());
    let served = Served::at(serve_router(router).await, hands);
    for base in ["/api", "/api/", "/api/ws"] {
        let client = DeskClient::connect(format!("{}{base}", served.url())).await.expect(base);
        assert_eq!(client.echo(note(7, "x")).await, Ok(note(7, "x")), "{base}");
    }
    let mut stock = crate::support::ws::client::open(&served, "/api/echo").await;
    stock.say(serde_json::json!({"id": 7})).await;
    assert_eq!(stock.hear().await["id"], 7);
}

#[tokio::test]
async fn a_message_that_the_server_does_not_take_is_the_fault_of_its_call() {
    let served = serve_desk().await;
    let endpoint = Endpoint::new(served.url()).codec(Codec::Proto).request_size(4 << 20);
    let client = DeskClient::connect(endpoint).await.expect("a connection");
    let waiting = client.clone();
    let other = tokio::spawn(async move { waiting.wait(1).await });
    reaches(&served.hands.begun, 1).await;
    let too_large = client.echo(note(1, &"x".repeat(2_000_000))).await.expect_err("too large");
    assert_eq!(too_large.code(), Code::ResourceExhausted, "{too_large}");
    assert_eq!(other.await.expect("no panic").map_err(|status| status.code()), Err(Code::Unavailable));
    assert_eq!(client.echo(note(2, "")).await, Ok(note(2, "")));
}

#[tokio::test]
async fn nobody_there_is_unavailable_and_no_websocket_says_what_it_is() {
    let address = nobody().await;
    let status = DeskClient::connect(format!("ws://{address}")).await.expect_err("nobody");
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(status.message().contains(&address.to_string()), "{status}");

    let served = serve_desk().await;
    let status = DeskClient::connect(format!("{}/nothing", served.url())).await.expect_err("no such path");
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    let status = DeskClient::connect("ws://").await.expect_err("no URL");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
}

/// A server that answers any first message with these.
async fn impostor(answers: Vec<Message>) -> Result<DeskClient> {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        let (io, _) = listener.accept().await.expect("a client");
        let mut socket = tokio_tungstenite::accept_async(io).await.expect("a handshake");
        let _ = socket.next().await;
        for answer in answers {
            let _ = socket.send(answer).await;
        }
        while let Some(Ok(_)) = socket.next().await {}
    });
    DeskClient::connect(format!("ws://{address}")).await
}

#[tokio::test]
async fn a_server_that_breaks_the_rules_harms_its_call_alone() {
    let item = r#"{"jsonrpc":"2.0","method":"m","params":{"subscription":1,"result":{"id":1}}}"#;
    let opened = r#"{"jsonrpc":"2.0","id":1,"result":{"subscription":1}}"#;

    let flood = std::iter::once(opened).chain(std::iter::repeat_n(item, 1_000));
    let client = impostor(flood.map(Message::from).collect()).await.expect("a connection");
    let mut stream = client.watch(note(1, "")).await.expect("a stream");
    let mut taken = 0;
    let status = loop {
        match stream.next().await {
            Ok(Some(_)) => taken += 1,
            Ok(None) => panic!("ended well"),
            Err(status) => break status,
        }
    };
    assert!(taken <= 100 && matches!(status.code(), Code::Internal | Code::Unavailable), "{taken} {status}");

    let client = impostor(vec![item.into()]).await.expect("a connection");
    assert_eq!(client.watch(note(1, "")).await.expect_err("an item too early").code(), Code::Internal);

    let wrong = r#"{"jsonrpc":"2.0","id":1,"result":"no note"}"#;
    let noise = ["", "7", "{}", r#"{"id":99,"result":1}"#, wrong].map(Message::from);
    let client = impostor(noise.into()).await.expect("a connection");
    assert_eq!(client.echo(note(1, "")).await.expect_err("no note").code(), Code::Internal);

    let client = impostor(vec![Message::Binary(b"x".as_slice().into())]).await.expect("a connection");
    assert_eq!(client.echo(note(1, "")).await.expect_err("the wrong kind").code(), Code::Unavailable);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn over_tls_it_trusts_whom_it_is_told_to() {
    use polywire::{ClientTls, ServerTls};
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (cert, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let tls = ServerTls::new(cert.as_bytes(), key.as_bytes()).expect("TLS");
    let server = crate::support::ws::server(&crate::support::ws::hands()).tls(tls);
    let port = serve(server).await.port();

    let trusting = ClientTls::with_roots(cert.as_bytes()).and_then(|tls| tls.server_name("localhost"));
    let trusting = trusting.expect("a root");
    for codec in [Codec::Json, Codec::Proto] {
        let endpoint = Endpoint::new(format!("wss://127.0.0.1:{port}")).codec(codec).tls(trusting.clone());
        let client = DeskClient::connect(endpoint).await.expect("a connection");
        assert_eq!(client.echo(note(7, "safe")).await, Ok(note(7, "safe")));
        let mut items = client.count(Context::new(), 3).await.expect("a stream");
        assert_eq!(items.next().await.map(|item| item.map(|item| item.id)), Ok(Some(1)));
    }
    // No public authority has signed the certificate, and it names no other host.
    let unknown = DeskClient::connect(format!("wss://127.0.0.1:{port}")).await.expect_err("a stranger");
    assert_eq!(unknown.code(), Code::Unavailable, "{unknown}");
    let other = trusting.server_name("books.example").expect("a name");
    let endpoint = Endpoint::new(format!("wss://127.0.0.1:{port}")).tls(other);
    assert_eq!(DeskClient::connect(endpoint).await.expect_err("another name").code(), Code::Unavailable);
    let plain = DeskClient::connect(format!("ws://127.0.0.1:{port}")).await.expect_err("no TLS");
    assert_eq!(plain.code(), Code::Unavailable, "{plain}");
}
