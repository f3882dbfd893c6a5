//! The multiplexed endpoint: JSON-RPC 2.0 with a stock client.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::client::{Client, open_with, rpc};
use crate::support::ws::{reaches, serve_desk};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_result_is_what_http_would_answer() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let answer = client.call("Echo", json!({"id": 7, "text": "ü"})).await;
    assert_eq!(answer, json!({"jsonrpc": "2.0", "id": 1, "result": {"id": 7, "text": "ü"}}));
    let answer = client.call("List", json!({})).await;
    assert_eq!(answer["result"], json!([{"id": 1, "text": "one"}, {"id": 2, "text": "two"}]));
    assert_eq!(client.call("Maybe", json!({"there": true})).await["result"], "7");
    let answer = client.call("Maybe", json!({})).await;
    assert_eq!(answer.as_object().and_then(|answer| answer.get("result")), Some(&Value::Null));
}

#[tokio::test]
async fn params_come_by_name_by_position_or_not_at_all() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    for params in [json!({"id": 7, "text": "x"}), json!([7, "x"])] {
        assert_eq!(client.call("Find", params).await["result"], json!({"id": 7, "text": "x"}));
    }
    assert_eq!(client.call("Find", json!([7])).await["result"], json!({"id": 7, "text": ""}));
    assert_eq!(client.call("List", json!(null)).await["result"][0]["id"], 1);
    let error = &client.call("Find", json!([7, "x", 8])).await["error"];
    assert_eq!((&error["code"], &error["data"]["code"]), (&json!(-32602), &json!(3)));
}

#[tokio::test]
async fn a_method_has_two_spellings() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client
        .say(json!({"jsonrpc": "2.0", "id": "a", "method": "desk.v1.Desk/Echo", "params": {"id": 1}}))
        .await;
    assert_eq!(client.hear().await, json!({"jsonrpc": "2.0", "id": "a", "result": {"id": 1, "text": ""}}));
}

#[tokio::test]
async fn ids_go_back_as_they_came() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    for id in ["\"a\"", "0", "-5", "\"1\"", "1.5", "null", "\"\\u00e9\""] {
        client.send(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"desk.v1.Desk.List"}}"#)).await;
        let Some(Message::Text(text)) = client.message().await else { panic!("no answer") };
        assert!(text.contains(&format!(r#""id":{id},"#)), "{text}");
    }
}

#[tokio::test]
async fn what_is_no_call_is_told_why() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    for (text, code, id) in [
        ("{", -32700, Value::Null),
        ("", -32700, Value::Null),
        ("7", -32600, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600, json!(1)),
        (r#"{"id":1,"method":"desk.v1.Desk.List"}"#, -32600, json!(1)),
        (r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.Nope"}"#, -32601, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"$/stream/item"}"#, -32601, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.List","params":7}"#, -32600, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.Echo","params":{"id":"x"}}"#, -32602, json!(1)),
        (r#"{"jsonrpc":"2.0","method":"desk.v1.Desk.List","params":7}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.Echo","params":{"id":}}"#, -32700, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.Count","params":{"upto":1]}"#, -32700, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"desk.v1.Desk.List","timeoutMs":-1}"#, -32600, json!(1)),
    ] {
        client.send(text).await;
        let answer = client.hear().await;
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{text}: {answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
    }
    let answer = client.call("Echo", json!({"id": "many"})).await;
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("`id`")), "{answer}");
    let answer = client.call("Nope", json!({})).await;
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("Nope")), "{answer}");
}

#[tokio::test]
async fn a_failed_call_has_its_status_in_data() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    for code in 1..=16 {
        let error = client.call("Fail", json!({"code": code})).await["error"].clone();
        let number = match code {
            3 => -32602,
            12 => -32601,
            13 => -32603,
            other => -32000 - other,
        };
        assert_eq!((&error["code"], &error["data"]["code"]), (&json!(number), &json!(code)));
        assert_eq!(error["message"], error["data"]["message"]);
    }
    let error = client.call("Fail", json!({"code": 9})).await["error"].clone();
    assert_eq!(error["data"]["details"][0]["@type"], "type.googleapis.com/desk.v1.Note");
    assert_eq!(error["data"]["details"][0]["text"], "why");
}

#[tokio::test]
async fn a_slow_call_does_not_hold_up_a_fast_one() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let slow = client.request("Wait", json!({"id": 1})).await;
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2);
    served.hands.open(1);
    assert_eq!(client.hear().await["id"], slow);
}

#[tokio::test]
async fn a_notification_runs_and_is_not_answered() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.notify("desk.v1.Desk.Wait", json!({"id": 1})).await;
    client.notify("desk.v1.Desk.Nope", json!({})).await;
    client.notify("desk.v1.Desk.Echo", json!({"id": "many"})).await;
    client.notify("$/whatever", json!({})).await;
    reaches(&served.hands.begun, 1).await;
    served.hands.open(1);
    reaches(&served.hands.done, 1).await;
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2, "the first answer of all");
}

#[tokio::test]
async fn an_array_is_never_taken_for_a_request() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.send(r#"[["2.0",5,"desk.v1.Desk.Wait",[1]]]"#).await;
    let answer = client.hear().await;
    assert_eq!((&answer[0]["error"]["code"], &answer[0]["id"]), (&json!(-32600), &Value::Null), "{answer}");
    assert_eq!(served.hands.begun.load(Ordering::SeqCst), 0, "the call ran");
}

#[tokio::test]
async fn notifications_and_responses_are_not_answered_even_malformed() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let waiting = client.request("Wait", json!({"id": 1})).await;
    for text in [
        r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":[]}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"$/stream/grant","params":{"items":1}}"#.to_owned(),
        r#"{"jsonrpc":"2.0","method":"desk.v1.Desk.List","timeoutMs":"x"}"#.to_owned(),
        format!(r#"{{"jsonrpc":"2.0","id":{waiting},"result":null}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":{waiting},"error":{{"code":1,"message":"no"}}}}"#),
        format!(r#"[{{"jsonrpc":"2.0","id":{waiting},"result":7}}]"#),
    ] {
        client.send(text).await;
    }
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2, "the first answer of all");
    served.hands.open(1);
    assert_eq!(client.hear().await["result"]["text"], "waited");

    let protocol = [("sec-websocket-protocol", "polywire.v1+proto")];
    let mut client = open_with(&served, "/ws", &protocol).await.expect("open");
    for stray in [&[8, 2, 16, 7][..], &[8, 3, 16, 7], &[8, 6], &[8, 5], &[8, 7, 72, 1]] {
        client.send(Message::Binary(stray.to_vec().into())).await;
    }
    let list = [&[8, 1, 16, 9, 26, 17][..], b"desk.v1.Desk/List"].concat();
    client.send(Message::Binary(list.into())).await;
    let Some(Message::Binary(answer)) = client.message().await else { panic!("no answer") };
    assert!(answer.starts_with(&[8, 2, 16, 9]), "the first answer of all: {answer:?}");
}

#[tokio::test]
async fn an_item_that_cannot_be_read_fails_its_call_and_no_other() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let waiting = client.request("Wait", json!({"id": 1})).await;
    let sum = client.request("Sum", json!(null)).await;
    client.notify("$/stream/item", json!({"id": sum})).await;
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["error"]["data"]["code"]), (&json!(sum), &json!(3)), "{answer}");
    served.hands.open(1);
    assert_eq!(client.hear().await["id"], waiting);
}

#[tokio::test]
async fn a_client_that_expects_the_subscription_itself_subscribes_and_unsubscribes() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    for (id, name) in [(json!(7), "desk.v1.Desk.Watch"), (json!("a"), "desk.v1.Desk/Watch")] {
        let call = |id: &Value, what: &str, params: Value| json!({"jsonrpc": "2.0", "id": id, "method": format!("{name}/{what}"), "params": params});
        client.say(call(&id, "subscribe", json!([1, "x"]))).await;
        assert_eq!(client.hear().await, json!({"jsonrpc": "2.0", "id": id, "result": id}));
        let item = client.hear().await;
        assert_eq!(item["params"], json!({"subscription": id, "result": {"id": 1, "text": "x"}}), "{item}");
        let dropped = served.hands.dropped.load(Ordering::SeqCst);
        client.say(call(&json!(99), "unsubscribe", json!([id]))).await;
        assert_eq!(client.hear().await, json!({"jsonrpc": "2.0", "id": 99, "result": true}));
        reaches(&served.hands.dropped, dropped + 1).await;
        client.say(call(&json!(99), "unsubscribe", json!([id]))).await;
        assert_eq!(client.hear().await["result"], false, "nothing came of it in between");
    }
    // The end is `"error":null`, and a failure is an error.
    client
        .say(json!({"jsonrpc": "2.0", "id": 1, "method": "desk.v1.Desk.Count/subscribe", "params": [1]}))
        .await;
    assert_eq!(client.hear().await["result"], 1);
    assert_eq!(client.hear().await["params"]["result"]["id"], 1);
    let end = client.hear().await["params"].clone();
    assert_eq!((&end["end"], end.get("error")), (&json!(true), Some(&Value::Null)));
    client
        .say(json!({"jsonrpc": "2.0", "id": 2, "method": "desk.v1.Desk.Count/subscribe", "params": [-1]}))
        .await;
    assert_eq!(client.hear().await["error"]["code"], -32602);
    // Only streams can be subscribed to.
    for method in ["desk.v1.Desk.Echo/subscribe", "desk.v1.Desk.Watch/other", "desk.v1.Desk.Sum/unsubscribe"]
    {
        client.say(json!({"jsonrpc": "2.0", "id": 3, "method": method, "params": [1]})).await;
        assert_eq!(client.hear().await["error"]["code"], -32601, "{method}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_one_message_when_all_is_done() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let call = |id: Value, method: &str, params: Value| json!({"jsonrpc": "2.0", "id": id, "method": format!("desk.v1.Desk.{method}"), "params": params});
    let notification = json!({"jsonrpc": "2.0", "method": "desk.v1.Desk.Echo", "params": {}});
    client
        .say(json!([
            call(json!(1), "Wait", json!({"id": 1})),
            call(json!(2), "Echo", json!({"id": 2})),
            notification,
            7,
            call(json!(3), "Fail", json!({"code": 5})),
            call(json!(4), "Count", json!({"upto": 1})),
        ]))
        .await;
    reaches(&served.hands.begun, 1).await;
    served.hands.open(1);
    let answers = client.hear().await;
    let of = |id: Value| {
        let found = answers.as_array().expect("an array").iter().find(|answer| answer["id"] == id);
        found.unwrap_or_else(|| panic!("no {id} in {answers}"))
    };
    assert_eq!(answers.as_array().map(Vec::len), Some(5));
    assert_eq!(of(json!(1))["result"]["text"], "waited");
    assert_eq!(of(json!(2))["result"]["id"], 2);
    assert_eq!(of(json!(3))["error"]["code"], -32005);
    assert_eq!(of(json!(4))["error"]["data"]["code"], 3, "a stream cannot be part of a batch");
    assert_eq!(of(Value::Null)["error"]["code"], -32600);

    client.say(json!([notification, notification])).await;
    let many: Vec<Value> = (0..65).map(|id| call(json!(id), "Echo", json!({}))).collect();
    client.say(Value::Array(many)).await;
    assert_eq!(
        client.hear().await["error"]["code"],
        -32600,
        "notifications have no answer, 65 calls are too many"
    );
}

#[tokio::test]
async fn metadata_and_deadline_travel_beside_params() {
    let served = serve_desk().await;
    let mut client = open_with(&served, "/ws", &[("authorization", "Bearer x")]).await.expect("open");
    let beside =
        json!({"metadata": {"x-one": "1", "X-Two": ["a", "b"], "x-bin": "AP8"}, "timeoutMs": 15_000});
    client.request_with("Context", json!({}), beside).await;
    let answer = client.hear().await;
    let text = answer["result"]["text"].as_str().expect("text").to_owned();
    for part in ["ws ", "authorization=Bearer x", "x-one=1", "x-two=a", "x-two=b", "x-bin=AP8"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("sec-websocket"), "{text}");
    assert!((1..=15_000).contains(&answer["result"]["id"].as_i64().expect("a number")), "{answer}");
    assert_eq!(
        (&answer["metadata"], &answer["trailers"]),
        (&json!({"x-reply": "one"}), &json!({"x-trail": "two"}))
    );

    client.request_with("Context", json!({}), json!({"timeoutMs": u64::MAX})).await;
    let left = client.hear().await["result"]["id"].as_i64().expect("a number");
    assert!((1..=30_000).contains(&left), "the server's own limit is the ceiling: {left}");

    client.request_with("Wait", json!({"id": 1}), json!({"timeoutMs": 50})).await;
    assert_eq!(client.hear().await["error"]["data"]["code"], 4);
    reaches(&served.hands.dropped, 1).await;

    for metadata in [json!({"x y": "1"}), json!({"x": "\n"}), json!(7), json!({"x": "v".repeat(20_000)})] {
        client.request_with("Context", json!({}), json!({"metadata": metadata})).await;
        assert_eq!(client.hear().await["error"]["code"], -32600);
    }
}

/// The params of each notification of a subscription, up to its end or error.
async fn notifications(client: &mut Client, subscription: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let message = client.hear().await;
        assert_eq!(
            (&message["jsonrpc"], &message["params"]["subscription"]),
            (&json!("2.0"), subscription),
            "{message}"
        );
        assert!(message.get("id").is_none() && message["method"].is_string(), "{message}");
        let params = message["params"].clone();
        let last = params.get("end").is_some() || params.get("error").is_some();
        all.push(params);
        if last {
            return all;
        }
    }
}

#[tokio::test]
async fn a_server_stream_is_a_subscription() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Count", json!({"upto": 3})).await;
    let opened = client.hear().await;
    let subscription = opened["result"]["subscription"].clone();
    assert_eq!((&opened["id"], &opened["metadata"]), (&json!(id), &json!({"x-reply": "one"})));
    let items = notifications(&mut client, &subscription).await;
    let ids: Vec<_> = items.iter().map(|item| item["result"]["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!(2), json!(3), Value::Null]);
    assert_eq!(items[3], json!({"subscription": subscription, "end": true, "trailers": {"x-trail": "two"}}));

    let subscription = client.subscribe("Count", json!({"upto": 0}), json!({})).await;
    assert_eq!(notifications(&mut client, &subscription).await.len(), 1);
}

#[tokio::test]
async fn a_stream_that_fails_says_so_once() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Count", json!({"upto": 20}), json!({})).await;
    let items = notifications(&mut client, &subscription).await;
    assert_eq!(items.len(), 13);
    assert_eq!(
        (&items[12]["error"]["code"], &items[12]["error"]["data"]["code"]),
        (&json!(-32015), &json!(15))
    );

    let answer = client.call("Count", json!({"upto": -1})).await;
    assert_eq!(answer["error"]["data"]["code"], 3, "refused before it began: an answer, no subscription");

    let answer = client.call("Panic", json!({"when": "call"})).await;
    assert_eq!(
        (&answer["error"]["code"], &answer["error"]["message"]),
        (&json!(-32603), &json!("internal error"))
    );
    let subscription = client.subscribe("Panic", json!({"when": "later"}), json!({})).await;
    let items = notifications(&mut client, &subscription).await;
    assert_eq!((items.len(), &items[1]["error"]["data"]["code"]), (2, &json!(13)));
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2, "the connection lives on");
}

#[tokio::test]
async fn a_client_stream_takes_items_and_answers_once() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Sum", json!(null)).await;
    for item in 1..=100 {
        client.notify("$/stream/item", json!({"id": id, "item": {"id": item}})).await;
    }
    client.notify("$/stream/end", json!({"id": id})).await;
    assert_eq!(client.hear().await, json!({"jsonrpc": "2.0", "id": id, "result": {"id": 5050, "text": ""}}));
    // Messages about a call that has ended are ignored.
    client.notify("$/stream/item", json!({"id": id, "item": {}})).await;
    client.notify("$/stream/end", json!({"id": id})).await;

    let id = client.request("Sum", json!({})).await;
    client.notify("$/stream/item", json!({"id": id, "item": {"id": "many"}})).await;
    let error = client.hear().await["error"].clone();
    assert_eq!(error["data"]["code"], 3);
    assert!(error["message"].as_str().is_some_and(|text| text.contains("`id`")), "{error}");
}

#[tokio::test]
async fn a_bidi_stream_goes_both_ways_at_once() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Chat", json!(null), json!({})).await;
    for id in 1..=20 {
        client.notify("$/stream/item", json!({"id": subscription, "item": {"id": id, "text": "x"}})).await;
        assert_eq!(client.hear().await["params"]["result"], json!({"id": id, "text": "Echo: x"}));
    }
    client.notify("$/stream/end", json!({"id": subscription})).await;
    assert_eq!(notifications(&mut client, &subscription).await.len(), 1);
}

#[tokio::test]
async fn the_subscription_does_not_wait_for_a_handler_that_waits_for_an_item() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let subscription = client.subscribe("Shy", json!(null), json!({})).await;
    client.notify("$/stream/item", json!({"id": subscription, "item": {"id": 5}})).await;
    let items = notifications(&mut client, &subscription).await;
    assert_eq!(items[0], json!({"subscription": subscription, "metadata": {"x-reply": "late"}}));
    assert_eq!((&items[1]["result"]["id"], items.len()), (&json!(5), 3));

    let subscription = client.subscribe("Shy", json!(null), json!({})).await;
    client.notify("$/stream/end", json!({"id": subscription})).await;
    assert_eq!(notifications(&mut client, &subscription).await[0]["error"]["data"]["code"], 9);
}

#[tokio::test]
async fn a_call_is_cancelled_and_its_handler_dropped() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let id = client.request("Wait", json!({"id": 1})).await;
    client.notify("$/cancelRequest", json!({"id": id})).await;
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["error"]["data"]["code"]), (&json!(id), &json!(1)));
    reaches(&served.hands.dropped, 1).await;

    let subscription = client.subscribe("Watch", json!({"text": "x"}), json!({})).await;
    assert_eq!(client.hear().await["params"]["result"]["text"], "x");
    client.notify("$/cancelRequest", json!({"id": subscription})).await;
    assert_eq!(notifications(&mut client, &subscription).await[0]["error"]["data"]["code"], 1);
    reaches(&served.hands.dropped, 2).await;

    client.notify("$/cancelRequest", json!({"id": 99})).await;
    assert_eq!(client.call("Echo", json!({"id": 2})).await["result"]["id"], 2);
}

#[tokio::test]
async fn an_id_names_one_running_call() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    let wait = json!({"jsonrpc": "2.0", "id": 1, "method": "desk.v1.Desk.Wait", "params": {"id": 1}});
    client.say(wait.clone()).await;
    client.say(wait.clone()).await;
    assert_eq!(client.hear().await["error"]["data"]["code"], 3);
    served.hands.open(1);
    assert_eq!(client.hear().await["result"]["id"], 1);
    served.hands.open(1);
    client.say(wait).await;
    assert_eq!(client.hear().await["result"]["id"], 1, "it is free again");
}

#[tokio::test]
async fn calls_that_change_something_outlive_the_connection_and_others_do_not() {
    let served = serve_desk().await;
    let mut client = rpc(&served).await;
    client.request("Wait", json!({"id": 1})).await;
    client.request("Look", json!({"id": 1})).await;
    client.subscribe("Count", json!({"upto": 1_000_000_000}), json!({"window": 1})).await;
    reaches(&served.hands.begun, 3).await;
    drop(client);
    reaches(&served.hands.dropped, 2).await;
    served.hands.open(1);
    reaches(&served.hands.done, 1).await;
    assert_eq!(served.hands.dropped.load(Ordering::SeqCst), 2);
}
