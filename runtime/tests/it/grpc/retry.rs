//! Retries: which calls are made again, how often and when (gRPC proposal A6), and which never. Also cancels
//! and back-pressure.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::canned::{Canned, Fake, OK, canned, grpc as answer, one};
use crate::support::grpc::service::{ProbeClient, ProbeService, item};
use crate::support::listen;
use bytes::Bytes;
use http::Response;
use polywire::{Code, Context, Endpoint, Result, Retry, Streaming};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

fn eager() -> Retry {
    Retry { first_pause: Duration::from_millis(1), ..Retry::default() }
}

fn failure(status: &'static str) -> Canned {
    canned(200, &[("content-type", "application/grpc"), ("grpc-status", status)], "")
}

/// A server that fails `times`, and a client of it.
async fn failing(times: usize, failure: Canned, retry: Retry) -> (Fake, ProbeClient) {
    let fake = Fake::new(move |before| if before < times { failure.clone() } else { answer(one(), OK) });
    let endpoint = Endpoint::new(format!("grpc://{}", fake.listen().await)).retry(retry);
    let client = ProbeClient::connect(endpoint).await.expect("a client");
    (fake, client)
}

fn attempts(fake: &Fake) -> Vec<Option<String>> {
    let previous = |head: &http::request::Parts| {
        let value = head.headers.get("grpc-previous-rpc-attempts")?;
        Some(value.to_str().expect("text").to_owned())
    };
    fake.seen().iter().map(|(head, _)| previous(head)).collect()
}

#[tokio::test]
async fn a_read_is_made_again_until_it_succeeds() {
    let (fake, client) = failing(2, failure("14"), eager()).await;
    assert_eq!(client.read(item(7, "x")).await, Ok(item(7, "x")));
    assert_eq!(attempts(&fake), [None, Some("1".to_owned()), Some("2".to_owned())]);
    assert!(fake.seen().windows(2).all(|pair| pair[0].1 == pair[1].1), "the same request each time");
}

#[tokio::test]
async fn no_more_often_than_the_policy_says() {
    let (fake, client) = failing(9, failure("14"), eager()).await;
    assert_eq!(client.read(item(7, "x")).await.expect_err("a failure").code(), Code::Unavailable);
    assert_eq!(fake.seen().len(), 3);
}

#[tokio::test]
async fn what_may_not_happen_twice_is_made_once() {
    let (fake, client) = failing(9, failure("14"), eager()).await;
    client.echo(Context::new(), item(7, "x")).await.expect_err("a failure");
    client.collect(Streaming::from_items([])).await.expect_err("a failure");
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn only_the_codes_of_the_policy_are_worth_it() {
    let (fake, client) = failing(9, failure("9"), eager()).await;
    assert_eq!(client.read(item(7, "x")).await.expect_err("a failure").code(), Code::FailedPrecondition);
    assert_eq!(fake.seen().len(), 1);
    let aborted = Retry { codes: vec![Code::Aborted], ..eager() };
    let (_, client) = failing(1, failure("10"), aborted).await;
    assert_eq!(client.read(item(7, "x")).await, Ok(item(7, "x")));
}

#[tokio::test]
async fn without_a_policy_nothing_is_made_again() {
    let fake = Fake::new(|_| failure("14"));
    let endpoint = Endpoint::new(format!("grpc://{}", fake.listen().await));
    let client = ProbeClient::connect(endpoint).await.expect("a client");
    client.read(item(7, "x")).await.expect_err("a failure");
    assert_eq!(fake.seen().len(), 1);
}

#[tokio::test]
async fn the_server_says_when_and_whether() {
    let soon = failure("14").with("grpc-retry-pushback-ms", "1");
    let patient = Retry { first_pause: Duration::from_secs(3600), ..Retry::default() };
    let patient = Retry { longest_pause: Duration::from_secs(3600), ..patient };
    let (fake, client) = failing(1, soon, patient).await;
    assert_eq!(client.read(item(7, "x")).await, Ok(item(7, "x")));
    assert_eq!(fake.seen().len(), 2);
    for never in ["-1", "soon"] {
        let (fake, client) = failing(9, failure("14").with("grpc-retry-pushback-ms", never), eager()).await;
        let failed = client.read(item(7, "x")).await.expect_err("a failure");
        assert_eq!((fake.seen().len(), failed.retry_after()), (1, Some(Duration::MAX)), "{never}");
    }
}

#[tokio::test]
async fn a_pause_longer_than_the_deadline_is_not_made() {
    let (fake, client) = failing(9, failure("14").with("grpc-retry-pushback-ms", "60000"), eager()).await;
    let call = Context::new()
        .with_timeout(Duration::from_secs(20))
        .scope(async { client.read(item(7, "x")).await.expect_err("a failure").code() });
    assert_eq!((call.await, fake.seen().len()), (Code::Unavailable, 1));
}

#[tokio::test]
async fn a_server_that_is_down_is_not_buried() {
    let (fake, client) = failing(usize::MAX, failure("14"), eager()).await;
    for _ in 0..20 {
        client.read(item(7, "x")).await.expect_err("a failure");
    }
    // Attempts use up half the budget of 10, and each of the first calls makes three. Then each call is made
    // once.
    assert!((20..=24).contains(&fake.seen().len()), "{} attempts", fake.seen().len());
}

#[tokio::test]
async fn connect_and_grpc_web_keep_to_the_same_policy() {
    let web = canned(200, &[("content-type", "application/grpc-web"), ("grpc-status", "14")], "");
    let connect = canned(503, &[("content-type", "application/json")], r#"{"code":"unavailable"}"#);
    for (scheme, failure) in [("grpcweb", web), ("http", connect)] {
        let fake = Fake::new(move |_| failure.clone());
        let endpoint = Endpoint::new(format!("{scheme}://{}", fake.listen().await)).retry(eager());
        let client = ProbeClient::connect(endpoint).await.expect("a client");
        client.read(item(7, "x")).await.expect_err("a failure");
        assert_eq!(fake.seen().len(), 3, "{scheme}");
        client.echo(Context::new(), item(7, "x")).await.expect_err("a failure");
        assert_eq!(fake.seen().len(), 4, "{scheme}");
    }
}

/// A server of raw HTTP/2 on one connection. It reports the resets that it gets, refuses the first `refuse`
/// streams, and answers the others with a head alone.
async fn raw(refuse: usize) -> (ProbeClient, mpsc::UnboundedReceiver<h2::Reason>) {
    let (listener, address) = listen().await;
    let (told, resets) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
        let mut count = 0;
        while let Some(Ok((_request, mut respond))) = connection.accept().await {
            count += 1;
            if count <= refuse {
                respond.send_reset(h2::Reason::REFUSED_STREAM);
                continue;
            }
            let head = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
            let Ok(mut send) = respond.send_response(head, false) else {
                let reason = std::future::poll_fn(|cx| respond.poll_reset(cx)).await;
                told.send(reason.expect("a reset")).expect("a test");
                continue;
            };
            if refuse > 0 {
                send.send_data(Bytes::from(one()), false).expect("a stream");
                send.send_trailers(
                    [("grpc-status".parse().unwrap(), "0".parse().unwrap())].into_iter().collect(),
                )
                .expect("a stream");
                continue;
            }
            let told = told.clone();
            tokio::spawn(async move {
                if let Ok(reason) = std::future::poll_fn(|cx| send.poll_reset(cx)).await {
                    told.send(reason).expect("a test");
                }
            });
        }
    });
    let client = ProbeClient::connect(format!("grpc://{address}")).await.expect("a client");
    (client, resets)
}

#[tokio::test]
async fn what_the_server_never_saw_is_sent_again_once() {
    let (client, _) = raw(1).await;
    assert_eq!(client.echo(Context::new(), item(7, "x")).await, Ok(item(7, "x")));
    let (client, _) = raw(2).await;
    let refused = client.echo(Context::new(), item(7, "x")).await.expect_err("refused twice");
    assert_eq!(refused.code(), Code::Unavailable);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_reset_as_cancelled() {
    let (client, mut resets) = raw(0).await;
    let unary = client.echo(Context::new(), item(7, "x"));
    assert!(tokio::time::timeout(Duration::from_millis(50), unary).await.is_err());
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    drop(client.count(Context::new(), item(7, "x")).await.expect("a head"));
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    // The requests are still open here, and no item is sent.
    let (sender, requests) = Streaming::channel(1);
    drop(client.chat(requests).await.expect("a head"));
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    sender.closed().await;
    let (sender, requests) = Streaming::channel(1);
    let collecting = client.collect(requests);
    assert!(tokio::time::timeout(Duration::from_millis(50), collecting).await.is_err());
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    sender.closed().await;
}

#[tokio::test]
async fn a_call_can_be_cancelled_without_dropping_it() {
    let (client, mut resets) = raw(0).await;
    let cx = Context::new();
    let token = cx.cancellation();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        token.cancel();
    };
    let (cancelled, ()): (Result<_>, _) = tokio::join!(client.echo(cx.clone(), item(7, "x")), cancel);
    assert_eq!(cancelled.expect_err("cancelled").code(), Code::Cancelled);
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    let cx = Context::new();
    let token = cx.cancellation();
    let mut items = client.count(cx.clone(), item(7, "x")).await.expect("a head");
    token.cancel();
    assert_eq!(items.next().await.expect_err("cancelled").code(), Code::Cancelled);
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
    assert_eq!(items.next().await, Ok(None));
}

#[tokio::test]
async fn the_callers_own_failure_resets_the_stream_as_cancelled() {
    let (client, mut resets) = raw(0).await;
    let (sender, requests) = Streaming::channel(1);
    sender.fail(polywire::Status::aborted("changed my mind")).await.expect("a reader");
    let failed = client.collect(requests).await;
    assert_eq!(failed, Err(polywire::Status::aborted("changed my mind")));
    assert_eq!(resets.recv().await, Some(h2::Reason::CANCEL));
}

#[tokio::test]
async fn a_server_that_does_not_read_holds_the_upload_back() {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
        let mut held = Vec::new();
        // The server takes requests and reads no body: the window stays shut.
        while let Some(Ok(request)) = connection.accept().await {
            held.push(request);
        }
    });
    let client = ProbeClient::connect(format!("grpc://{address}")).await.expect("a client");
    let (made, text) = (Arc::new(AtomicUsize::new(0)), "x".repeat(10_000));
    let count = Arc::clone(&made);
    let items = futures_util::stream::repeat_with(move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(item(1, &text))
    });
    let call = client.collect(Streaming::new(items));
    assert!(tokio::time::timeout(Duration::from_millis(500), call).await.is_err(), "it waits");
    // 64 KiB fit into the window of a stream, and one more batch waits for the window.
    let made = made.load(Ordering::SeqCst);
    assert!((5..=20).contains(&made), "{made} items of 10 kB");
}
