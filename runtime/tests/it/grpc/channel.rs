//! Our own channels against our own server: every protocol, shape and codec, and failures on the way.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc;

use crate::support::grpc::service::{Item, Probe, ProbeClient, ProbeServer, ProbeService, item, no_item};
use crate::support::grpc::{Running, serve_probe, serve_probe_with};
use crate::support::{nobody, until};
use polywire::{Code, Codec, Context, Endpoint, Limits, Metadata, Status, Streaming};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const SCHEMES: [&str; 3] = ["grpc", "grpcweb", "http"];

fn endpoint(running: &Running, scheme: &str, codec: Codec) -> Endpoint {
    Endpoint::new(format!("{scheme}://{}", running.address)).codec(codec)
}

async fn every_client(running: &Running) -> Vec<(String, ProbeClient)> {
    let mut clients = Vec::new();
    for scheme in SCHEMES {
        for codec in [Codec::Proto, Codec::Json] {
            let client = ProbeClient::connect(endpoint(running, scheme, codec)).await.expect("a client");
            clients.push((format!("{scheme} {codec:?}"), client));
        }
    }
    clients
}

async fn indices(stream: Streaming<Item>) -> (Vec<i32>, Option<Status>) {
    let (mut stream, mut seen) = (stream, Vec::new());
    loop {
        match stream.next().await {
            Ok(Some(item)) => seen.push(item.index),
            Ok(None) => return (seen, None),
            Err(status) => return (seen, Some(status)),
        }
    }
}

#[tokio::test]
async fn a_url_that_leads_nowhere_is_refused_before_anything_is_dialled() {
    for scheme in ["grpc", "grpcweb", "http", "GRPC", "ws", "amqp"] {
        if scheme == "ws" && !cfg!(feature = "ws") || scheme == "amqp" && !cfg!(feature = "amqp") {
            continue;
        }
        for rest in
            ["127.0.0.1:99999", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:", ":80", "a b", "[::1%eth0]:1"]
        {
            let url = format!("{scheme}://{rest}");
            let endpoint = Endpoint::new(url.as_str()).lazy(true);
            let status = ProbeClient::connect(endpoint).await.expect_err(&url);
            assert_eq!(status.code(), Code::InvalidArgument, "{status}");
            assert!(status.message().starts_with(&format!("`{url}` ")), "{status}");
        }
    }
    let elsewhere = Endpoint::new("grpc://books").addresses(["127.0.0.1:99999"]);
    let status = ProbeClient::connect(elsewhere).await.expect_err("no port");
    assert_eq!((status.code(), status.message().contains("port")), (Code::InvalidArgument, true), "{status}");
}

#[tokio::test]
async fn schemes_have_no_case() {
    let running = serve_probe().await;
    for scheme in ["GRPC", "GrpcWeb", "Http"] {
        let url = format!("{scheme}://{}", running.address);
        let client = ProbeClient::connect(url.as_str()).await.expect(&url);
        assert_eq!(client.read(item(7, "x")).await, Ok(item(7, "x")), "{url}");
    }
}

#[tokio::test]
async fn a_server_listens_on_no_port_that_there_is_not() {
    for address in
        ["127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:", "127.0.0.1", ":80", "http://127.0.0.1:0", "a b:0"]
    {
        let error = polywire::Server::new().listen(address).serve().await.expect_err(address);
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{error}");
        assert!(error.to_string().starts_with(&format!("cannot listen on {address}: it ")), "{error}");
    }
}

#[tokio::test]
async fn every_shape_works_on_every_protocol_with_both_codecs() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let cx = Context::new;
        assert_eq!(client.echo(cx(), item(1, "é")).await, Ok(item(1, "é")), "{name}");
        assert_eq!(client.read(item(0, "")).await, Ok(item(0, "")), "{name}");
        let counted = client.count(cx(), item(3, "")).await.expect(&name);
        assert_eq!(indices(counted).await, (vec![1, 2, 3], None), "{name}");
        let none = client.count(cx(), item(0, "")).await.expect(&name);
        assert_eq!(indices(none).await, (vec![], None), "{name}");
        let sent = Streaming::from_items([item(1, "a"), item(2, "b")]);
        assert_eq!(client.collect(sent).await, Ok(item(3, "ab")), "{name}");
        assert_eq!(client.collect(Streaming::from_items([])).await, Ok(item(0, "")), "{name}");
        let replies = client.chat(Streaming::from_items([item(1, "a"), item(2, "b")])).await.expect(&name);
        let replies = replies.collect().await.expect(&name);
        assert_eq!(replies, [item(1, "Echo: a"), item(2, "Echo: b")], "{name}");
    }
}

#[tokio::test]
async fn empty_messages_are_messages() {
    let running = serve_probe().await;
    let local = polywire::local(ProbeServer(Arc::new(Probe::default())));
    let mut clients = every_client(&running).await;
    clients.push(("local".to_owned(), ProbeClient(polywire::Caller::new(local))));
    for (name, client) in clients {
        let counted = client.count(Context::new(), item(3, "empty")).await.expect(&name);
        assert_eq!(counted.collect().await, Ok(vec![item(0, ""); 3]), "{name}");
    }
}

#[tokio::test]
async fn errors_arrive_whole_before_and_within_a_stream() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        assert_eq!(client.echo(Context::new(), item(13, "")).await, Err(no_item()), "{name}");
        assert_eq!(
            client.echo(Context::new(), item(14, "")).await,
            Err(Status::internal("internal error")),
            "{name}"
        );
        let refused = match client.count(Context::new(), item(13, "")).await {
            Ok(stream) => indices(stream).await.1,
            Err(status) => Some(status),
        };
        assert_eq!(refused, Some(no_item()), "{name}");
        let broken = client.count(Context::new(), item(2, "break")).await.expect(&name);
        assert_eq!(
            indices(broken).await,
            (vec![1, 2], Some(Status::data_loss("the stream broke"))),
            "{name}"
        );
    }
}

#[tokio::test]
async fn metadata_goes_in_and_comes_back_as_headers_and_trailers() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let mut metadata = Metadata::new();
        metadata.append("x-mine", "yes").unwrap();
        metadata.append_bin("x-mine-bin", &[0, 255]).unwrap();
        metadata.append("content-type", "text/plain").unwrap();
        for index in [1, 13] {
            let cx = Context::new().with_metadata(&metadata);
            let _ = client.echo(cx.clone(), item(index, "")).await;
            assert_eq!(cx.headers().get("x-header"), Some("yes"), "{name} {index}");
            assert_eq!(cx.trailers().get("x-trailer"), Some("yes"), "{name} {index}");
            assert_eq!(
                cx.trailers().get_bin("x-trailer-bin").as_deref(),
                Some(&[0, 255][..]),
                "{name} {index}"
            );
            assert_eq!(cx.headers().get("content-type"), None, "{name} {index}");
        }
        let cx = Context::new();
        let counted = client.count(cx.clone(), item(2, "")).await.expect(&name);
        assert_eq!(cx.headers().get("x-header"), Some("counting"), "{name}");
        indices(counted).await;
        assert_eq!(cx.trailers().get("x-trailer"), Some("counted"), "{name}");
    }
}

#[tokio::test]
async fn a_deadline_ends_the_call_on_both_sides() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let before = running.probe.dropped.load(Ordering::SeqCst);
        let cx = Context::new().with_timeout(Duration::from_millis(100));
        let status = client.echo(cx, item(15, "")).await.expect_err(&name);
        assert_eq!(status.code(), Code::DeadlineExceeded, "{name}");
        until(&format!("the handler is dropped: {name}"), async || {
            running.probe.dropped.load(Ordering::SeqCst) > before
        })
        .await;
    }
    // All at once, since each takes its time.
    let clients = every_client(&running).await;
    let streams = clients.iter().map(|(name, client)| async move {
        let cx = Context::new().with_timeout(Duration::from_secs(2));
        let (seen, end) = indices(client.count(cx, item(2, "wait")).await.expect(name)).await;
        assert_eq!(
            (seen, end.map(|status| status.code())),
            (vec![1, 2], Some(Code::DeadlineExceeded)),
            "{name}"
        );
    });
    futures_util::future::join_all(streams).await;
}

#[tokio::test]
async fn dropping_a_call_drops_its_handler() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let before = running.probe.dropped.load(Ordering::SeqCst);
        // HTTP/1.1 can only cancel by closing, and a call that changes something outlives that.
        let read = !name.starts_with("grpc ");
        let call = async {
            if read {
                client.read(item(15, "")).await
            } else {
                client.echo(Context::new(), item(15, "")).await
            }
        };
        assert!(tokio::time::timeout(Duration::from_millis(50), call).await.is_err(), "{name}");
        until(&format!("the handler is dropped: {name}"), async || {
            running.probe.dropped.load(Ordering::SeqCst) == before + 1
        })
        .await;
        let mut waiting = client.count(Context::new(), item(1, "wait")).await.expect(&name);
        assert_eq!(waiting.next().await, Ok(Some(item(1, "wait"))), "{name}");
        drop(waiting);
        until("the stream is dropped", async || running.probe.dropped.load(Ordering::SeqCst) == before + 2)
            .await;
    }
}

#[tokio::test]
async fn a_chat_goes_back_and_forth() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let (sender, items) = Streaming::channel(1);
        let mut replies = client.chat(items).await.expect(&name);
        for turn in 0..5 {
            sender.send(item(turn, "turn")).await.expect(&name);
            assert_eq!(replies.next().await, Ok(Some(item(turn, "Echo: turn"))), "{name}");
        }
        drop(sender);
        assert_eq!(replies.next().await, Ok(None), "{name}");
    }
}

#[tokio::test]
async fn what_breaks_the_callers_own_stream_is_what_the_call_fails_with() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let (sender, items) = Streaming::channel(4);
        sender.send(item(1, "a")).await.unwrap();
        sender.fail(Status::aborted("changed my mind")).await.unwrap();
        assert_eq!(client.collect(items).await, Err(Status::aborted("changed my mind")), "{name}");
    }
}

#[tokio::test]
async fn limits_hold_in_both_directions() {
    let limits = Limits { message_size: 1 << 20, reply_size: 1 << 20, ..Limits::default() };
    let running = serve_probe_with(|server| server.limits(limits)).await;
    for (name, client) in every_client(&running).await {
        let large = "x".repeat(900 << 10);
        assert_eq!(client.echo(Context::new(), item(1, &large)).await, Ok(item(1, &large)), "{name}");
        let status = client.echo(Context::new(), item(1, &large.repeat(2))).await.expect_err(&name);
        assert_eq!(status.code(), Code::ResourceExhausted, "{name}: {status}");
        let status = client.echo(Context::new(), item(16, "2000000")).await.expect_err(&name);
        assert_eq!(status.code(), Code::ResourceExhausted, "{name}: {status}");
    }
    for scheme in SCHEMES {
        let small = endpoint(&running, scheme, Codec::Proto).message_size(1000);
        let client = ProbeClient::connect(small).await.expect("a client");
        let status = client.echo(Context::new(), item(16, "1001")).await.expect_err(scheme);
        assert_eq!(status.code(), Code::ResourceExhausted, "{scheme}: {status}");
        assert_eq!(client.echo(Context::new(), item(1, "")).await, Ok(item(1, "")), "{scheme}");
    }
}

#[tokio::test]
async fn many_items_cross_in_order() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let text = "y".repeat(100);
        let counted = client.count(Context::new(), item(5000, &text)).await.expect(&name);
        assert_eq!(indices(counted).await.0, (1..=5000).collect::<Vec<_>>(), "{name}");
        let sent = Streaming::from_items((0..5000).map(|_| item(1, "")));
        assert_eq!(client.collect(sent).await, Ok(item(5000, "")), "{name}");
    }
}

#[tokio::test]
async fn calls_at_once_do_not_mix() {
    let running = serve_probe().await;
    for (name, client) in every_client(&running).await {
        let calls = (0..50).map(|index| {
            let client = &client;
            async move { client.echo(Context::new(), item(100 + index, "")).await.map(|item| item.index) }
        });
        let answers = futures_util::future::join_all(calls).await;
        let expected: Vec<_> = (0..50).map(|index| Ok(100 + index)).collect();
        assert_eq!(answers, expected, "{name}");
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable_at_once() {
    let address = nobody().await;
    for scheme in SCHEMES {
        let status = ProbeClient::connect(format!("{scheme}://{address}")).await.expect_err("nobody");
        assert_eq!(status.code(), Code::Unavailable, "{scheme}");
        assert!(status.message().contains(&address.to_string()), "{status}");
    }
}

#[tokio::test]
async fn a_client_finds_a_server_that_came_back() {
    for scheme in SCHEMES {
        let running = serve_probe().await;
        let address = running.address;
        let client = ProbeClient::connect(format!("{scheme}://{address}")).await.expect("a client");
        assert_eq!(client.echo(Context::new(), item(1, "")).await, Ok(item(1, "")), "{scheme}");
        let waiting = client.echo(Context::new(), item(15, ""));
        let stop = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            running.stop().await;
        };
        let (cut, ()) = tokio::join!(waiting, stop);
        assert_eq!(cut.expect_err("no server").code(), Code::Unavailable, "{scheme}");
        assert_eq!(
            client.echo(Context::new(), item(1, "")).await.expect_err("no server").code(),
            Code::Unavailable
        );
        let Ok(listener) = tokio::net::TcpListener::bind(address).await else { continue };
        let _again = grpc::serve_probe_on(listener, |server| server);
        until(&format!("{scheme}: the client finds it"), async || {
            client.echo(Context::new(), item(1, "")).await == Ok(item(1, ""))
        })
        .await;
    }
}
