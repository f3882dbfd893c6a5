//! The cases: each is a function over a client, or over the implementation itself. A wire that cannot carry a
//! case must say so.

use crate::contract::{ContractError, ContractService, Item};
use crate::serving::until;
use crate::strangers::{GhostService, GhostServiceClient, SkewedItem, SkewedService, SkewedServiceClient};
use bytes::Bytes;
use polywire::{Code, Context, Metadata, Status, Streaming};
use std::time::Duration;

/// The kinds of streams that a wire carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streams {
    /// All four kinds.
    All,
    /// From the server only: brokers.
    FromServer,
}

fn item(index: i32) -> Item {
    Item {
        index,
        text: format!("text {index} – é\u{1f980}\n\"quoted\""),
        data: Bytes::from(vec![0, 255, index as u8]),
    }
}

fn metadata(pairs: &[(&str, &str)]) -> Metadata {
    let mut metadata = Metadata::new();
    for (key, value) in pairs {
        metadata.append(key, value).expect("sound metadata");
    }
    metadata
}

/// A value comes back as it was sent; the empty one and the extremes too.
pub async fn unary(client: &impl ContractService) {
    for sent in
        [item(1), Item::default(), Item { index: i32::MIN, ..item(2) }, Item { index: i32::MAX, ..item(3) }]
    {
        assert_eq!(client.echo(sent.clone()).await, Ok(sent));
    }
}

/// Many calls at once on one client do not mix up.
pub async fn concurrent(client: &impl ContractService) {
    let calls = (0..100).map(|index| async move { (index, client.echo(item(index)).await) });
    for (index, answer) in futures_util::future::join_all(calls).await {
        assert_eq!(answer, Ok(item(index)));
    }
}

/// Items arrive in order, then the end.
pub async fn server_stream(client: &impl ContractService) {
    let items = client.count(100, 0).await.expect("a stream").collect().await.expect("items");
    assert_eq!(items.iter().map(|item| item.index).collect::<Vec<_>>(), (1..=100).collect::<Vec<_>>());
    assert_eq!(items[41].text, "item 42");
    let none = client.count(0, 0).await.expect("a stream").collect().await;
    assert_eq!(none, Ok(Vec::new()));
}

/// A stream that fails gives its items first, then the status.
pub async fn server_stream_fails(client: &impl ContractService) {
    let mut items = client.count(13, 0).await.expect("a stream");
    for index in 1..=3 {
        assert_eq!(items.next().await.expect("an item").map(|item| item.index), Some(index));
    }
    assert_eq!(items.next().await, Err(Status::data_loss("stream broke")));
}

/// A method that refuses before its first item: the error may come with the call or as the first item.
pub async fn server_stream_refused(client: &impl ContractService) {
    let refused = match client.count(-1, 0).await {
        Ok(mut items) => items.next().await.map(drop),
        Err(status) => Err(status),
    };
    assert_eq!(refused, Err(Status::invalid_argument("field `upto`: must not be negative")));
}

/// Many items make one answer.
pub async fn client_stream(client: &impl ContractService, streams: Streams) {
    let sent = Streaming::from_items((1..=50).map(item));
    match (client.collect(sent).await, streams) {
        (Ok(summary), Streams::All) => assert_eq!((summary.count, summary.bytes), (50, 150)),
        (Err(status), Streams::FromServer) => assert_eq!(status.code(), Code::Unimplemented, "{status}"),
        (other, _) => panic!("{other:?}"),
    }
    if streams == Streams::All {
        let none = client.collect(Streaming::from_items([])).await.expect("a summary");
        assert_eq!(none.count, 0);
    }
}

/// Each answer arrives before the next item is sent.
pub async fn bidi(client: &impl ContractService, streams: Streams) {
    let (sender, sent) = Streaming::channel(1);
    let answers = client.chat(sent).await;
    let mut answers = match (answers, streams) {
        (Ok(answers), Streams::All) => answers,
        (Err(status), Streams::FromServer) => {
            assert_eq!(status.code(), Code::Unimplemented, "{status}");
            return;
        }
        (other, _) => panic!("{other:?}"),
    };
    for index in 1..=20 {
        sender.send(item(index)).await.expect("a reader");
        let answer = answers.next().await.expect("an answer").expect("not the end");
        assert_eq!(answer, Item { text: format!("Echo: {}", item(index).text), ..item(index) });
    }
    drop(sender);
    assert_eq!(answers.next().await, Ok(None));
}

/// The variant that the handler returned is the variant that arrives.
pub async fn typed_error(client: &impl ContractService) {
    assert_eq!(client.fail("missing".to_owned()).await, Err(ContractError::Missing { id: 7 }));
    assert_eq!(client.fail("sold_out".to_owned()).await, Err(ContractError::SoldOut));
    let other = ContractError::Other(Status::unavailable("somewhere else"));
    assert_eq!(client.fail("other".to_owned()).await, Err(other));
    assert_eq!(client.fail(String::new()).await, Ok(()));
}

/// Every code arrives as itself, with its message.
pub async fn every_code(client: &impl ContractService) {
    for code in Code::ALL {
        let message = format!("{code}: 100 % – é\nsecond line");
        let status = client.reject(i32::from(code.number()), message.clone()).await.expect_err("a status");
        assert_eq!((status.code(), status.message()), (code, message.as_str()));
    }
}

/// A method that nobody serves is unimplemented, by name.
pub async fn unknown_method(client: &GhostServiceClient) {
    let cx = Context::new().with_timeout(Duration::from_secs(5));
    let status = cx.scope(client.boo(item(1))).await.expect_err("nobody serves it");
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    assert!(status.message().contains("contract.v1.GhostService"), "{status}");
}

/// A request that cannot be decoded is refused, and the error names the field.
pub async fn bad_input(client: &SkewedServiceClient) {
    let sent = SkewedItem { index: "not a number".to_owned() };
    let status = client.echo(sent).await.expect_err("undecodable");
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    assert!(status.message().contains("index"), "{status}");
}

/// The deadline ends the call, and the handler knew of it.
pub async fn deadline(client: &impl ContractService) {
    let cx = Context::new().with_timeout(Duration::from_millis(200));
    let status = cx.scope(client.sleep(30_000)).await.expect_err("too late");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");

    let left =
        client.remaining(Context::new().with_timeout(Duration::from_secs(20))).await.expect("an answer");
    assert!((1..=20_000).contains(&left), "{left} ms left");

    let cx = Context::new().with_timeout(Duration::from_millis(300));
    let mut items = cx.scope(client.count(1_000, 50)).await.expect("a stream");
    let error = loop {
        match items.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended by itself"),
            Err(status) => break status,
        }
    };
    assert_eq!(error.code(), Code::DeadlineExceeded, "{error}");
}

/// Dropping the call drops the handler; dropping a stream drops the handler's stream.
pub async fn cancellation(client: &impl ContractService) {
    let before = client.cancelled().await.expect("a count");
    tokio::select! {
        woke = client.sleep(20_000) => panic!("still asleep: {woke:?}"),
        // A call dropped before it left would be no call.
        () = until_running(client) => {}
    }
    until_cancelled(client, before + 1).await;

    let mut items = client.count(10_000, 20).await.expect("a stream");
    assert!(items.next().await.expect("an item").is_some());
    drop(items);
    until_cancelled(client, before + 2).await;
}

async fn until_running(client: &impl ContractService) {
    until("a handler runs", async || client.running().await.expect("a count") > 0).await;
}

async fn until_cancelled(client: &impl ContractService, count: u32) {
    let what = format!("{count} handlers were dropped");
    until(&what, async || client.cancelled().await.expect("a count") >= count).await;
}

/// Metadata travels both ways.
pub async fn metadata_both_ways(client: &impl ContractService) {
    let cx = Context::new().with_metadata(&metadata(&[("x-one", "1"), ("x-two", "zwei"), ("x-two", "drei")]));
    let headers = client.metadata(cx.clone()).await.expect("headers");
    let seen = |key: &str| -> Vec<String> {
        let of_key = headers.iter().filter(|header| header.key == key);
        of_key
            .flat_map(|header| header.value.split(',').map(|v| v.trim().to_owned()).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(seen("x-one"), ["1"]);
    assert_eq!(seen("x-two"), ["zwei", "drei"]);
    assert_eq!(cx.headers().get("x-reply"), Some("header"));
    assert_eq!(cx.trailers().get("x-trail"), Some("trailer"));
}

/// Empty data, and a lot of data.
pub async fn sizes(client: &impl ContractService) {
    assert_eq!(client.blob(0).await, Ok(Bytes::new()));
    let large = client.blob(700_000).await.expect("a large answer");
    assert_eq!(large.len(), 700_000);
    let sent = Item { data: vec![7; 700_000].into(), ..Item::default() };
    assert_eq!(client.echo(sent.clone()).await, Ok(sent));
}

/// A panic is internal, says nothing of its text, and leaves the server whole.
pub async fn panics(client: &impl ContractService) {
    let status = client.panic("call".to_owned()).await.expect_err("a panic");
    assert_eq!(status.code(), Code::Internal);
    assert!(!status.message().contains("asked"), "{status}");

    let mut items = client.count(14, 0).await.expect("a stream");
    let mut seen = 0;
    let status = loop {
        match items.next().await {
            Ok(Some(_)) => seen += 1,
            Ok(None) => panic!("the stream ended well"),
            Err(status) => break status,
        }
    };
    assert_eq!((seen, status.code()), (2, Code::Internal));
    assert_eq!(client.echo(item(1)).await, Ok(item(1)));
}
