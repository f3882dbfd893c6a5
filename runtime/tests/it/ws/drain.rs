//! A server that stops: it finishes the calls that can be finished, and closes all other connections with
//! 1001.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::client::{open, rpc};
use crate::support::ws::{reaches, serve_desk, serve_desk_with};
use polywire::Limits;
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn connections_that_are_idle_are_sent_away_at_once() {
    let mut served = serve_desk().await;
    let mut clients = vec![open(&served, "/chat").await, open(&served, "/sum").await, rpc(&served).await];
    clients[0].say(json!({"text": "x"})).await;
    clients[0].hear().await;
    clients[2].call("Echo", json!({"id": 7})).await;
    served.stop();
    for mut client in clients {
        assert_eq!(client.closed().await.0, 1001);
    }
    served.ended().await;
}

#[tokio::test]
async fn a_call_that_runs_is_finished_and_answered_first() {
    let mut served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Wait", json!({"id": 1})).await;
    let mut other = open(&served, "/wait/2").await;
    reaches(&served.hands.begun, 2).await;
    served.stop();
    // Once the server refuses new calls, it has begun to drain.
    let mut refused = client.call("Echo", json!({"id": 7})).await;
    while refused["error"].is_null() {
        refused = client.call("Echo", json!({"id": 7})).await;
    }
    assert_eq!(refused["error"]["data"]["code"], 14);
    served.hands.open(2);
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["result"]["id"]), (&json!(id), &json!(1)));
    assert_eq!(client.closed().await.0, 1001);
    assert_eq!(other.hear().await["id"], 2);
    assert_eq!(other.closed().await.0, 1000);
    served.ended().await;
    assert_eq!(served.hands.done.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_upload_under_way_may_go_on() {
    let mut served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Sum", json!(null)).await;
    reaches(&served.hands.begun, 1).await;
    served.stop();
    client.notify("$/stream/item", json!({"id": id, "item": {"id": 5}})).await;
    client.notify("$/stream/end", json!({"id": id})).await;
    assert_eq!(client.hear().await["result"]["id"], 5);
    assert_eq!(client.closed().await.0, 1001);
    served.ended().await;
}

#[tokio::test]
async fn streams_end_since_they_might_never() {
    let mut served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.subscribe("Watch", json!({"text": "x"}), json!({})).await;
    assert_eq!(client.hear().await["params"]["result"]["text"], "x");
    let mut endpoint = open(&served, "/watch").await;
    endpoint.say(json!({"text": "y"})).await;
    assert_eq!(endpoint.hear().await["text"], "y");
    served.stop();
    assert_eq!(client.hear().await["params"]["error"]["data"]["code"], 14);
    assert_eq!(client.closed().await.0, 1001);
    assert_eq!(endpoint.closed().await.0, 1001);
    served.ended().await;
    reaches(&served.hands.dropped, 2).await;
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut_off() {
    let mut served =
        serve_desk_with(Limits { drain_timeout: Duration::from_millis(100), ..Limits::default() }).await;
    let mut client = rpc(&served).await;
    client.request("Wait", json!({"id": 1})).await;
    let mut endpoint = open(&served, "/wait/1").await;
    reaches(&served.hands.begun, 2).await;
    served.stop();
    // The end of the call may come before the end of the connection.
    let mut last = client.message().await.expect("an end");
    if let Message::Text(answer) = &last {
        assert!(answer.contains("-32014") && answer.contains("shutting down"), "{answer}");
        last = client.message().await.expect("a Close");
    }
    assert!(matches!(&last, Message::Close(Some(close)) if u16::from(close.code) == 1001), "{last:?}");
    let code = endpoint.closed().await.0;
    assert!(matches!(code, 1001 | 4014), "{code}");
    served.ended().await;
    reaches(&served.hands.dropped, 2).await;
}
