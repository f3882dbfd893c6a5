//! Credit: a stream waits for its client, and no other call waits with it.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::client::{open, rpc};
use crate::support::ws::{reaches, serve_desk, serve_desk_with, until_nothing_is_made};
use futures_util::SinkExt;
use polywire::Limits;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{Bytes, Message};

#[tokio::test]
async fn without_a_grant_everything_comes() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.subscribe("Count", json!({"upto": 12}), json!({})).await;
    for id in 1..=12 {
        assert_eq!(client.hear().await["params"]["result"]["id"], id);
    }
    assert_eq!(client.hear().await["params"]["end"], true);
}

#[tokio::test]
async fn with_a_window_a_stream_waits_for_grants_while_other_calls_go_on() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Count", json!({"upto": 9}), json!({"window": 2})).await;
    let mut expected = 1;
    for granted in [2, 1, 4] {
        for _ in 0..granted {
            assert_eq!(client.hear().await["params"]["result"]["id"], expected);
            expected += 1;
        }
        // The next message is the answer of this call, not an item without credit.
        assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
        let next = if granted == 2 { 1 } else { 4 };
        if expected < 8 {
            client.notify("$/stream/grant", json!({"subscription": subscription, "items": next})).await;
        }
    }
    assert_eq!(served.hands.made.load(Ordering::SeqCst), 7, "the handler was not asked for more");
    client.notify("$/stream/grant", json!({"subscription": subscription, "items": u32::MAX})).await;
    for id in 8..=9 {
        assert_eq!(client.hear().await["params"]["result"]["id"], id);
    }
    assert_eq!(client.hear().await["params"]["end"], true);
}

#[tokio::test]
async fn a_window_of_nothing_waits_for_the_first_grant() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Count", json!({"upto": 1}), json!({"window": 0})).await;
    assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
    client.notify("$/stream/grant", json!({"subscription": subscription, "items": 1})).await;
    assert_eq!(client.hear().await["params"]["result"]["id"], 1);
    // The end needs no credit, but the handler is only asked for it when there is some.
    client.notify("$/stream/grant", json!({"subscription": subscription, "items": 1})).await;
    assert_eq!(client.hear().await["params"]["end"], true);
}

#[tokio::test]
async fn a_client_that_reads_nothing_stops_its_own_streams() {
    let served = serve_desk().await;
    let mut stuck = rpc(&served).await;
    stuck.subscribe("Count", json!({"upto": -1}), json!({})).await;
    for _ in 0..4 {
        stuck.request("Count", json!({"upto": 12})).await;
    }
    stuck.request("Echo", json!({"text": "x".repeat(200_000)})).await;
    // Far more than all buffers on the way hold, and no reader.
    let text = "x".repeat(200_000);
    let flood = async {
        for _ in 0..500 {
            stuck.request("Echo", json!({"text": text})).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_millis(1_500), flood).await.is_err(),
        "the server stopped reading"
    );
    let mut other = rpc(&served).await;
    assert_eq!(other.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
}

#[tokio::test]
async fn a_stream_that_always_has_more_can_be_cancelled() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Flood", json!({}), json!({})).await;
    client.hear().await;
    client.notify("$/cancelRequest", json!({"id": subscription})).await;
    let mut last = client.hear().await;
    while last["params"]["result"].is_object() {
        last = client.hear().await;
    }
    assert_eq!(last["params"]["error"]["data"]["code"], 1);
    reaches(&served.hands.dropped, 1).await;

    let mut client = open(&served, "/flood").await;
    client.hear().await;
    client.socket.close(None).await.expect("closed");
    reaches(&served.hands.dropped, 2).await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_still_heard() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Flood", json!({}), json!({})).await;
    // The client stops reading: the stream fills every buffer on the way, and stops.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(served.hands.dropped.load(Ordering::SeqCst), 0);
    client.notify("desk.v1.Desk.Wait", json!({"id": 1})).await;
    reaches(&served.hands.begun, 2).await;
    client.notify("$/cancelRequest", json!({"id": subscription})).await;
    while client.hear().await["params"]["result"].is_object() {}
    reaches(&served.hands.dropped, 1).await;
}

#[tokio::test]
async fn deadlines_and_cancels_end_the_calls_of_a_client_that_takes_nothing() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let endless = client.subscribe("Flood", json!({}), json!({})).await;
    client.request_with("Flood", json!({}), json!({"timeoutMs": 1_500})).await;
    until_nothing_is_made(&served.hands).await;
    client.request_with("Wait", json!({"id": 1}), json!({"timeoutMs": 100})).await;
    reaches(&served.hands.begun, 3).await;
    // The unary call and the second stream end at their deadlines.
    reaches(&served.hands.dropped, 2).await;
    let waiting = client.request("Wait", json!({"id": 2})).await;
    reaches(&served.hands.begun, 4).await;
    client.notify("$/cancelRequest", json!({"id": waiting})).await;
    client.notify("$/cancelRequest", json!({"id": endless})).await;
    reaches(&served.hands.dropped, 4).await;
}

#[tokio::test]
async fn a_deadline_ends_a_call_though_answers_have_no_room() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.request_with("Wait", json!({"id": 1}), json!({"timeoutMs": 3_000})).await;
    reaches(&served.hands.begun, 1).await;
    let text = "x".repeat(200_000);
    let unread = async {
        for _ in 0..1_000 {
            client.request("Echo", json!({"text": text})).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(1_500), unread).await.is_err(), "it stopped reading");
    reaches(&served.hands.dropped, 1).await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_dropped_though_it_sends_pings() {
    let limits = Limits { ws_idle_timeout: Duration::from_millis(700), ..Limits::default() };
    let served = serve_desk_with(limits.ws_ping_interval(Duration::from_millis(200))).await;
    for (path, dropped) in [("/ws", 1), ("/flood", 2)] {
        let mut client = open(&served, path).await;
        if path == "/ws" {
            client.subscribe("Flood", json!({}), json!({})).await;
        }
        let pings = async {
            loop {
                // Nobody reads these in the end.
                let _ = client.socket.send(Message::Ping(Bytes::new())).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = reaches(&served.hands.dropped, dropped) => {}
            () = pings => {}
        }
    }
}

#[tokio::test]
async fn a_client_that_takes_a_little_now_and_then_is_kept() {
    let limits = Limits { ws_idle_timeout: Duration::from_millis(700), ..Limits::default() };
    let served = serve_desk_with(limits.ws_ping_interval(Duration::from_millis(200))).await;
    let mut client = rpc(&served).await;
    client.subscribe("Flood", json!({}), json!({})).await;
    for _ in 0..30 {
        for _ in 0..4_000 {
            assert!(client.message().await.is_some(), "it was dropped");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(served.hands.dropped.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_slow_method_is_waited_for_as_long_as_it_takes_items() {
    let limits = Limits { ws_idle_timeout: Duration::from_millis(400), ..Limits::default() };
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    let id = client.request("Slow", json!(null)).await;
    let (text, hands) = ("x".repeat(50_000), std::sync::Arc::clone(&served.hands));
    // One after the other, for several times as long as one item may take.
    tokio::spawn(async move {
        for _ in 0..41 {
            hands.open(1);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    for _ in 0..40 {
        client.notify("$/stream/item", json!({"id": id, "item": {"text": text}})).await;
    }
    client.notify("$/stream/end", json!({"id": id})).await;
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["result"]["id"]), (&json!(id), &json!(40)), "{answer}");
}

#[tokio::test]
async fn many_small_items_before_a_large_one_do_not_count_as_a_stall() {
    let limits = Limits { ws_idle_timeout: Duration::from_millis(400), ..Limits::default() };
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    let id = client.request("Slow", json!(null)).await;
    let item = |text: &str| json!({"id": id, "item": {"text": text}});
    // The queue's room is exceeded by its last item, so the handler must take nearly all before another fits.
    for _ in 0..20 {
        client.notify("$/stream/item", item("small")).await;
    }
    client.notify("$/stream/item", item(&"x".repeat(200_000))).await;
    client.notify("$/stream/item", item(&"x".repeat(200_000))).await;
    client.notify("$/stream/item", item("behind")).await;
    client.notify("$/stream/end", json!({"id": id})).await;
    for _ in 0..24 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        served.hands.open(1);
    }
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["result"]["id"]), (&json!(id), &json!(23)), "{answer}");
}

#[tokio::test]
async fn a_stream_whose_client_grants_nothing_for_too_long_ends() {
    let limits = Limits { stream_idle_timeout: Some(Duration::from_millis(50)), ..Limits::default() };
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    client.subscribe("Count", json!({"upto": 5}), json!({"window": 1})).await;
    assert_eq!(client.hear().await["params"]["result"]["id"], 1);
    assert_eq!(client.hear().await["params"]["error"]["data"]["code"], 4);
    reaches(&served.hands.dropped, 1).await;
}

#[tokio::test]
async fn a_deadline_ends_a_stream_that_waits_for_credit() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.subscribe("Count", json!({"upto": 5}), json!({"window": 0, "timeoutMs": 50})).await;
    assert_eq!(client.hear().await["params"]["error"]["data"]["code"], 4);
}

#[tokio::test]
async fn a_client_with_a_window_is_granted_what_the_handler_took() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request_with("Slow", json!(null), json!({"window": 4})).await;
    for _ in 0..4 {
        client.notify("$/stream/item", json!({"id": id, "item": {}})).await;
    }
    served.hands.open(2);
    let grant = client.hear().await;
    assert_eq!(
        (&grant["method"], &grant["params"]),
        (&json!("$/stream/grant"), &json!({"id": id, "items": 2}))
    );
    client.notify("$/stream/end", json!({"id": id})).await;
    served.hands.open(3);
    let mut last = client.hear().await;
    if last["method"] == "$/stream/grant" {
        last = client.hear().await;
    }
    assert_eq!((&last["id"], &last["result"]["id"]), (&json!(id), &json!(4)));
}

#[tokio::test]
async fn items_of_a_client_without_a_window_wait_in_the_socket() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Slow", json!(null)).await;
    let text = "x".repeat(100_000);
    for _ in 0..5 {
        client.notify("$/stream/item", json!({"id": id, "item": {"text": text}})).await;
    }
    client.notify("$/stream/end", json!({"id": id})).await;
    let behind = client.request("Echo", json!({"id": 7})).await;
    served.hands.open(6);
    let mut answers = [client.hear().await, client.hear().await];
    answers.sort_by_key(|answer| answer["id"].as_u64());
    assert_eq!((&answers[0]["id"], &answers[0]["result"]["id"]), (&json!(id), &json!(5)));
    assert_eq!((&answers[1]["id"], &answers[1]["result"]["id"]), (&json!(behind), &json!(7)));
}

#[tokio::test]
async fn a_call_whose_items_hold_up_the_connection_is_given_up() {
    let limits = Limits { ws_idle_timeout: Duration::from_millis(200), ..Limits::default() };
    let served = serve_desk_with(limits).await;
    let mut client = rpc(&served).await;
    let id = client.request("Slow", json!(null)).await;
    let text = "x".repeat(100_000);
    for _ in 0..5 {
        client.notify("$/stream/item", json!({"id": id, "item": {"text": text}})).await;
    }
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["error"]["data"]["code"]), (&json!(id), &json!(8)));
    assert_eq!(client.call("Echo", json!({"id": 7})).await["result"]["id"], 7);
}
