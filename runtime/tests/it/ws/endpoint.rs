//! A method's own endpoint: one connection and one call, with a stock client.
#![cfg(all(feature = "ws", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::ws::client::{Refused, open, open_with};
use crate::support::ws::{Note, note, reaches, serve_desk};
use polywire::Message as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

fn binary(note: &Note) -> Message {
    Message::Binary(note.encode())
}

#[tokio::test]
async fn a_chat_echoes_any_number_of_times() {
    let served = serve_desk().await;
    let mut client = open(&served, "/chat").await;
    for text in ["hi", "", "ünï \u{1f980}", &"x".repeat(100_000), "hi"] {
        client.say(json!({"id": 1, "text": text})).await;
        assert_eq!(client.hear().await, json!({"id": 1, "text": format!("Echo: {text}")}));
    }
    client.send("").await;
    assert_eq!(client.closed().await, (1000, String::new()));
}

#[tokio::test]
async fn answers_come_in_the_kind_that_the_client_used_first() {
    let served = serve_desk().await;
    let mut client = open(&served, "/chat").await;
    client.send(binary(&note(1, "a"))).await;
    assert_eq!(client.message().await, Some(binary(&note(1, "Echo: a"))));
    // Each message is read by its own kind.
    client.say(json!({"id": 2, "text": "b"})).await;
    assert_eq!(client.message().await, Some(binary(&note(2, "Echo: b"))));
    client.send("").await;
    assert_eq!(client.closed().await.0, 1000);
}

#[tokio::test]
async fn a_handler_may_speak_first() {
    let served = serve_desk().await;
    let mut client = open(&served, "/greet").await;
    assert_eq!(client.hear().await["text"], "hello");
    client.send(binary(&note(1, "a"))).await;
    assert_eq!(client.hear().await["text"], "Echo: a", "what was begun in text goes on in text");
}

#[tokio::test]
async fn a_server_stream_of_the_url_begins_at_once_and_ends_normally() {
    let served = serve_desk().await;
    let mut client = open(&served, "/count/3").await;
    for id in 1..=3 {
        assert_eq!(client.hear().await, json!({"id": id, "text": ""}));
    }
    assert_eq!(client.closed().await, (1000, String::new()));
    assert_eq!(client.rest().await, []);
}

#[tokio::test]
async fn a_stream_that_breaks_says_so_after_its_items() {
    let served = serve_desk().await;
    let mut client = open(&served, "/count/20").await;
    for id in 1..=12 {
        assert_eq!(client.hear().await["id"], id);
    }
    let (code, reason) = client.closed().await;
    assert_eq!(code, 4015);
    let status: Value = serde_json::from_str(&reason).expect("JSON");
    assert_eq!((&status["code"], &status["message"]), (&json!(15), &json!("unlucky")));
}

#[tokio::test]
async fn a_stream_whose_request_is_a_message_waits_for_it() {
    let served = serve_desk().await;
    let mut client = open(&served, "/watch").await;
    client.say(json!({"text": "mine"})).await;
    assert_eq!(client.hear().await["text"], "mine");
    client.socket.close(None).await.expect("closed");
    reaches(&served.hands.dropped, 1).await;

    let mut client = open(&served, "/watch").await;
    client.send(binary(&note(3, "ours"))).await;
    assert_eq!(client.message().await, Some(binary(&note(3, "ours"))));
}

#[tokio::test]
async fn a_unary_method_answers_once() {
    let served = serve_desk().await;
    let mut client = open(&served, "/notes/7?text=mine").await;
    assert_eq!(client.hear().await, json!({"id": 7, "text": "mine"}));
    assert_eq!(client.closed().await, (1000, String::new()));

    let mut client = open(&served, "/echo").await;
    client.send(binary(&note(3, "x"))).await;
    assert_eq!(client.message().await, Some(binary(&note(3, "x"))));
    assert_eq!(client.closed().await.0, 1000);

    let mut client = open(&served, "/echo").await;
    client.send("").await;
    assert_eq!(client.hear().await, json!({"id": 0, "text": ""}), "a request of which nothing is said");
}

#[tokio::test]
async fn an_empty_text_ends_the_items_of_the_client() {
    let served = serve_desk().await;
    let mut client = open(&served, "/sum").await;
    for id in 1..=100 {
        client.say(json!({"id": id})).await;
    }
    client.send("").await;
    assert_eq!(client.hear().await["id"], 5050);
    assert_eq!(client.closed().await.0, 1000);

    let mut client = open(&served, "/sum").await;
    client.send("").await;
    assert_eq!(client.hear().await, json!({"id": 0, "text": ""}));

    // An empty binary message is an item: a protobuf message with defaults only.
    let mut client = open(&served, "/sum").await;
    client.send(Message::Binary(Default::default())).await;
    client.send(binary(&note(4, "x"))).await;
    client.send("").await;
    assert_eq!(client.message().await, Some(binary(&note(4, "x"))));
}

#[tokio::test]
async fn a_close_ends_the_items_as_well_and_the_handler_runs_to_its_end() {
    let served = serve_desk().await;
    let mut client = open(&served, "/sum").await;
    client.say(json!({"id": 1})).await;
    let close = CloseFrame { code: 1000.into(), reason: Default::default() };
    client.socket.close(Some(close)).await.expect("closed");
    assert_eq!(client.closed().await.0, 1000);
    reaches(&served.hands.done, 1).await;
}

#[tokio::test]
async fn a_connection_that_is_lost_breaks_the_items_off() {
    let served = serve_desk().await;
    let mut client = open(&served, "/sum").await;
    client.say(json!({"id": 1})).await;
    reaches(&served.hands.begun, 1).await;
    drop(client);
    reaches(&served.hands.dropped, 1).await;
}

#[tokio::test]
async fn a_unary_call_that_changes_something_outlives_its_client() {
    let served = serve_desk().await;
    let client = open(&served, "/wait/7").await;
    reaches(&served.hands.begun, 1).await;
    drop(client);
    served.hands.open(1);
    reaches(&served.hands.done, 1).await;
}

#[tokio::test]
async fn an_item_that_cannot_be_read_names_the_field() {
    let served = serve_desk().await;
    for (path, message) in [
        ("/chat", r#"{"id":"many"}"#.into()),
        ("/sum", r#"{"id":true}"#.into()),
        ("/echo", r#"{"id":[]}"#.into()),
        ("/chat", Message::Binary(vec![10, 1, b'x'].into())),
    ] {
        let mut client = open(&served, path).await;
        client.send(message).await;
        let (code, reason) = client.closed().await;
        assert_eq!(code, 4003, "{path}: {reason}");
        assert!(reason.contains("id") && serde_json::from_str::<Value>(&reason).is_ok(), "{path}: {reason}");
    }
    for message in ["{", "null x", "[1]"] {
        let mut client = open(&served, "/chat").await;
        client.send(message).await;
        assert_eq!(client.closed().await.0, 4003, "{message}");
    }
}

#[tokio::test]
async fn each_code_has_its_close() {
    let served = serve_desk().await;
    for code in 1..=16 {
        let mut client = open(&served, &format!("/fail/{code}")).await;
        let (close, reason) = client.closed().await;
        let status: Value = serde_json::from_str(&reason).expect("JSON");
        assert_eq!((close, &status["code"]), (4000 + code, &json!(code)), "{reason}");
    }
    let mut client = open(&served, "/count/-1").await;
    assert_eq!(client.closed().await.0, 4003);
}

#[tokio::test]
async fn a_panic_is_internal_and_opaque() {
    let served = serve_desk().await;
    let mut client = open(&served, "/panic/call").await;
    let (code, reason) = client.closed().await;
    assert_eq!(code, 4013);
    assert!(!reason.contains("secret"), "{reason}");

    let mut client = open(&served, "/panic/later").await;
    assert_eq!(client.hear().await["id"], 1);
    assert_eq!(client.closed().await.0, 4013);
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_refused_before_the_upgrade() {
    let served = serve_desk().await;
    for path in ["/notes/%00", "/notes/..", "/notes/a%2Fb", "/notes/%zz"] {
        let Refused(status, body) = open_with(&served, path, &[]).await.expect_err(path);
        assert_eq!((status, &body["code"]), (400, &json!(3)), "{path}: {body}");
    }
    let mut client = open(&served, "/notes/many").await;
    let (code, reason) = client.closed().await;
    assert_eq!(code, 4003);
    assert!(reason.contains("id"), "{reason}");
}

mod one {
    use polywire::{Result, service};

    #[service(package = "one.v1")]
    pub(crate) trait Left {
        #[ws("/same/{id}")]
        async fn get(&self, id: i32) -> Result<i32>;
    }

    #[service(package = "two.v1")]
    pub(crate) trait Right {
        #[ws("/same/{name}")]
        async fn find(&self, name: i32) -> Result<i32>;

        #[ws("/{room}")]
        async fn enter(&self, room: String) -> Result<String>;
    }

    pub(crate) struct Both;

    impl Left for Both {
        async fn get(&self, id: i32) -> Result<i32> {
            Ok(id)
        }
    }

    impl Right for Both {
        async fn find(&self, name: i32) -> Result<i32> {
            Ok(name)
        }

        async fn enter(&self, room: String) -> Result<String> {
            Ok(room)
        }
    }
}

#[tokio::test]
async fn one_endpoint_of_two_methods_is_refused_at_the_start_with_both_names() {
    use one::{Both, LeftServer, RightServer};
    let server = polywire::Server::new()
        .service(LeftServer::new(Both))
        .service(RightServer::new(Both))
        .listen("127.0.0.1:0");
    let error = server.serve_until(std::future::pending()).await.expect_err("a conflict");
    let text = "`/same/{name}` of two.v1.Right/Find is a WebSocket endpoint of one.v1.Left/Get already; change one of the paths";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_variable_does_not_stand_for_the_multiplexed_endpoint() {
    let server = polywire::Server::new().service(one::RightServer::new(one::Both));
    let address = crate::support::serve(server).await;
    let served = crate::support::ws::Served::at(address, crate::support::ws::hands());
    let mut client = crate::support::ws::client::rpc(&served).await;
    client
        .say(json!({"jsonrpc": "2.0", "id": 1, "method": "two.v1.Right.Enter", "params": {"room": "x"}}))
        .await;
    assert_eq!(client.hear().await["result"], "x");
}
