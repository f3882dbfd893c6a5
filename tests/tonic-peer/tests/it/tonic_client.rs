//! A stock tonic client drives a polywire server over a real socket.
#![allow(clippy::expect_used)]

use futures_util::{StreamExt, stream};
use polywire::{Compression, Server};
use polywire_e2e::serving::{serve, until};
use polywire_e2e::{Contract, ContractServiceServer};
use polywire_tonic_peer::stubs::contract_error::Error as Variant;
use polywire_tonic_peer::stubs::contract_service_client::ContractServiceClient;
use polywire_tonic_peer::stubs::{
    BlobRequest, ContractError, CountRequest, FailRequest, Item, MetadataRequest, PanicRequest,
    RejectRequest, RemainingRequest,
};
use polywire_tonic_peer::{ERROR_DETAIL, RpcStatus};
use prost::Message as _;
use std::time::Duration;
use tonic::codec::CompressionEncoding;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

type Client = ContractServiceClient<Channel>;

async fn client() -> Client {
    let server = Server::new()
        .service(ContractServiceServer::new(Contract::default()))
        .compression([Compression::Gzip]);
    let address = serve(server).await;
    Client::connect(format!("http://{address}")).await.expect("a connection")
}

fn item(index: i32) -> Item {
    Item { index, text: format!("text {index} é🦀"), data: vec![0, 255, index as u8] }
}

/// The result of a stream: its items' indices, and the status that ended it early.
async fn drain(mut items: tonic::Streaming<Item>) -> (Vec<i32>, Option<Status>) {
    let mut seen = Vec::new();
    loop {
        match items.message().await {
            Ok(Some(item)) => seen.push(item.index),
            Ok(None) => return (seen, None),
            Err(status) => return (seen, Some(status)),
        }
    }
}

// --- the four stream kinds --------------------------------------------------------------------

#[tokio::test]
async fn unary() {
    let mut client = client().await;
    for sent in [Item::default(), item(1), item(i32::MIN), item(i32::MAX)] {
        assert_eq!(client.echo(sent.clone()).await.expect("an answer").into_inner(), sent);
    }
    let large = client.blob(BlobRequest { size: 3_000_000 }).await.expect("an answer").into_inner();
    assert_eq!(large.result.len(), 3_000_000);
}

#[tokio::test]
async fn many_calls_share_a_connection() {
    let client = client().await;
    let calls = (0..200).map(|index| {
        let mut client = client.clone();
        async move { client.echo(item(index)).await.map(|answer| answer.into_inner() == item(index)) }
    });
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.into_iter().all(|answer| answer.expect("an answer")));
}

#[tokio::test]
async fn server_stream() {
    let mut client = client().await;
    let items = client.count(CountRequest { upto: 1_000, delay_ms: 0 }).await.expect("a stream").into_inner();
    let (seen, end) = drain(items).await;
    assert_eq!(seen, (1..=1_000).collect::<Vec<_>>());
    assert!(end.is_none(), "{end:?}");
}

#[tokio::test]
async fn server_stream_that_breaks_keeps_what_came_before() {
    let mut client = client().await;
    let items = client.count(CountRequest { upto: 13, delay_ms: 0 }).await.expect("a stream").into_inner();
    let (seen, end) = drain(items).await;
    let end = end.expect("a status");
    assert_eq!((seen, end.code(), end.message()), (vec![1, 2, 3], Code::DataLoss, "stream broke"));
}

#[tokio::test]
async fn client_stream() {
    let mut client = client().await;
    for count in [0, 1, 500] {
        let summary =
            client.collect(stream::iter((0..count).map(item))).await.expect("a summary").into_inner();
        assert_eq!((summary.count, summary.bytes), (count, 3 * i64::from(count)));
    }
}

#[tokio::test]
async fn bidi_answers_each_item_before_the_next_is_sent() {
    let mut client = client().await;
    let (sender, sent) = tokio::sync::mpsc::channel(1);
    let sent = stream::unfold(sent, |mut sent| async move { sent.recv().await.map(|item| (item, sent)) });
    let mut answers = client.chat(sent.boxed()).await.expect("a stream").into_inner();
    for index in 1..=20 {
        sender.send(item(index)).await.expect("a reader");
        let answer = answers.message().await.expect("an answer").expect("not the end");
        assert_eq!(answer, Item { text: format!("Echo: {}", item(index).text), ..item(index) });
    }
    drop(sender);
    assert_eq!(answers.message().await.expect("an end"), None);
}

// --- errors -----------------------------------------------------------------------------------

#[tokio::test]
async fn a_typed_error_carries_its_detail() {
    let mut client = client().await;
    let status = client.fail(FailRequest { kind: "missing".to_owned() }).await.expect_err("a status");
    assert_eq!((status.code(), status.message()), (Code::NotFound, "no item 7"));
    let rpc = RpcStatus::decode(status.details()).expect("a google.rpc.Status");
    assert_eq!((rpc.code, rpc.message.as_str(), rpc.details.len()), (Code::NotFound as i32, "no item 7", 1));
    assert_eq!(rpc.details[0].type_url, ERROR_DETAIL);
    let detail = ContractError::decode(&*rpc.details[0].value).expect("the variant");
    assert!(matches!(detail.error, Some(Variant::Missing(missing)) if missing.id == 7));

    let status = client.fail(FailRequest { kind: "sold_out".to_owned() }).await.expect_err("a status");
    let rpc = RpcStatus::decode(status.details()).expect("a google.rpc.Status");
    let detail = ContractError::decode(&*rpc.details[0].value).expect("the variant");
    assert_eq!(detail.error, Some(Variant::SoldOut(())));
}

#[tokio::test]
async fn every_code_and_its_message() {
    let mut client = client().await;
    for code in 1..=16 {
        let message = format!("{code}: 100 % – é\nsecond line");
        let status =
            client.reject(RejectRequest { code, message: message.clone() }).await.expect_err("a status");
        assert_eq!((status.code() as i32, status.message()), (code, message.as_str()));
    }
}

#[tokio::test]
async fn a_panic_is_internal_and_the_connection_lives() {
    let mut client = client().await;
    let status = client.panic(PanicRequest { when: "now".to_owned() }).await.expect_err("a panic");
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("asked"), "{status}");
    let items = client.count(CountRequest { upto: 14, delay_ms: 0 }).await.expect("a stream").into_inner();
    let (seen, end) = drain(items).await;
    assert_eq!((seen, end.expect("a status").code()), (vec![1, 2], Code::Internal));
    assert_eq!(client.echo(item(1)).await.expect("an answer").into_inner(), item(1));
}

#[tokio::test]
async fn what_is_over_the_limit_is_refused() {
    let mut client = client().await;
    let sent = Item { data: vec![7; 6_000_000], ..Item::default() };
    let status = client.echo(sent).await.expect_err("too large");
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(client.echo(item(2)).await.expect("an answer").into_inner(), item(2));
}

// --- deadlines, cancellation, metadata, compression -------------------------------------------

fn with_timeout<T>(message: T, timeout: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(timeout);
    request
}

#[tokio::test]
async fn deadline() {
    let mut client = client().await;
    let left = client
        .remaining(with_timeout(RemainingRequest {}, Duration::from_secs(20)))
        .await
        .expect("an answer");
    assert!((1..=20_000).contains(&left.into_inner().result));

    let request = with_timeout(CountRequest { upto: 100_000, delay_ms: 20 }, Duration::from_millis(300));
    let items = client.count(request).await.expect("a stream").into_inner();
    let (_, end) = drain(items).await;
    assert_eq!(end.expect("a status").code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn dropping_a_call_drops_the_handler() {
    let mut client = client().await;
    let mut items =
        client.count(CountRequest { upto: 100_000, delay_ms: 10 }).await.expect("a stream").into_inner();
    assert!(items.message().await.expect("an item").is_some());
    drop(items);
    until("the handler's stream was dropped", async || {
        let count = client.cancelled(polywire_tonic_peer::stubs::CancelledRequest {}).await.expect("a count");
        count.into_inner().result == 1
    })
    .await;
}

#[tokio::test]
async fn metadata_both_ways() {
    let mut client = client().await;
    let mut request = Request::new(MetadataRequest {});
    request.metadata_mut().insert("x-one", "1".parse().expect("a value"));
    request.metadata_mut().append("x-two", "zwei".parse().expect("a value"));
    request.metadata_mut().append("x-two", "drei".parse().expect("a value"));
    let answer = client.metadata(request).await.expect("an answer");
    assert_eq!(answer.metadata().get("x-reply").expect("a header"), "header");
    // tonic puts a unary call's trailers beside its headers.
    assert_eq!(answer.metadata().get("x-trail").expect("a trailer"), "trailer");
    let seen: Vec<_> =
        answer.into_inner().result.into_iter().map(|header| (header.key, header.value)).collect();
    assert!(seen.contains(&("x-one".to_owned(), "1".to_owned())), "{seen:?}");
    let two: Vec<_> =
        seen.iter().filter(|(key, _)| key == "x-two").map(|(_, value)| value.as_str()).collect();
    assert_eq!(two.join(","), "zwei,drei");
}

#[tokio::test]
async fn gzip_both_ways() {
    let gzip = CompressionEncoding::Gzip;
    let mut client = client().await.send_compressed(gzip).accept_compressed(gzip);
    let sent = Item { text: "a".repeat(500_000), ..item(1) };
    let answer = client.echo(sent.clone()).await.expect("an answer");
    assert_eq!(answer.metadata().get("grpc-encoding").expect("compressed"), "gzip");
    assert_eq!(answer.into_inner(), sent);
    let summary = client.collect(stream::iter((0..50).map(item))).await.expect("a summary").into_inner();
    assert_eq!(summary.count, 50);
    let items = client.count(CountRequest { upto: 50, delay_ms: 0 }).await.expect("a stream").into_inner();
    assert_eq!(drain(items).await.0.len(), 50);
}
