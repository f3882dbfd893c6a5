//! gRPC, gRPC-Web and Connect as bytes on the wire: requests by hand, sound and malformed.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::raw::{Answer, Http, ask, envelope, gunzip, gzip, open, post, split};
use crate::support::grpc::service::{Item, item};
use crate::support::grpc::{Running, serve_probe, serve_probe_with};
use crate::support::until;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, StreamBody};
use polywire::{Compression, Limits, Message};
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;

const PATH: &str = "/test.v1.Probe";

fn proto(item: &Item) -> Vec<u8> {
    envelope(0, &item.encode())
}

fn decoded(payload: &Bytes) -> Item {
    Item::decode(payload.clone()).expect("an item")
}

/// A gRPC call with the body as it is.
async fn grpc(running: &Running, method: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    ask(running.address, Http::Two, post(&format!("{PATH}/{method}"), "application/grpc", headers, body))
        .await
}

/// A unary Connect call with JSON.
async fn connect(running: &Running, method: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = [&[("connect-protocol-version", "1")], headers].concat();
    let request = post(&format!("{PATH}/{method}"), "application/json", &headers, body.to_owned());
    ask(running.address, Http::One, request).await
}

/// A Connect stream with JSON.
async fn connect_stream(running: &Running, method: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let request = post(&format!("{PATH}/{method}"), "application/connect+json", headers, body);
    ask(running.address, Http::One, request).await
}

fn json_end(answer: &Answer) -> serde_json::Value {
    let (flags, payload) = answer.envelopes().pop().expect("an end");
    assert_eq!(flags, 2);
    serde_json::from_slice(&payload).expect("JSON")
}

// ---- gRPC ----

#[tokio::test]
async fn grpc_answers_in_the_content_type_of_the_request() {
    let running = serve_probe().await;
    for (content_type, body) in [
        ("application/grpc", proto(&item(7, "x"))),
        ("application/grpc+proto", proto(&item(7, "x"))),
        ("application/grpc+json", envelope(0, br#"{"index":7,"text":"x"}"#)),
        ("APPLICATION/GRPC; charset=utf-8", proto(&item(7, "x"))),
    ] {
        let expected = body[5..].to_vec();
        let request = post("/test.v1.Probe/Echo", content_type, &[("te", "trailers")], body);
        let answer = ask(running.address, Http::Two, request).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), content_type.split(';').next().unwrap().to_lowercase());
        assert_eq!(answer.envelopes(), [(0, Bytes::from(expected))], "{content_type}");
        assert_eq!(answer.trailers["grpc-status"], "0");
    }
}

#[tokio::test]
async fn grpc_streams_in_every_shape() {
    let running = serve_probe().await;
    let answer = grpc(&running, "Count", &[], proto(&item(3, ""))).await;
    let indices: Vec<_> = answer.envelopes().iter().map(|(_, payload)| decoded(payload).index).collect();
    assert_eq!((indices, answer.trailer("grpc-status")), (vec![1, 2, 3], "0"));
    let two = [proto(&item(1, "a")), proto(&item(2, "b"))].concat();
    let answer = grpc(&running, "Collect", &[], two.clone()).await;
    assert_eq!(decoded(&answer.envelopes()[0].1), item(3, "ab"));
    let answer = grpc(&running, "Chat", &[], two).await;
    let texts: Vec<_> = answer.envelopes().iter().map(|(_, payload)| decoded(payload).text).collect();
    assert_eq!(texts, ["Echo: a", "Echo: b"]);
}

#[tokio::test]
async fn grpc_errors_before_the_first_message_are_trailers_only() {
    let running = serve_probe().await;
    for method in ["Echo", "Read"] {
        let answer = grpc(&running, method, &[], proto(&item(13, ""))).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("grpc-status"), "5");
        assert_eq!(answer.header("grpc-message"), "no item 13 %E2%80%93 %C3%A9");
        assert!(answer.headers.contains_key("grpc-status-details-bin"));
        assert!(answer.trailers.is_empty() && answer.body.is_empty());
    }
    // With headers of the handler, head and trailers stay apart.
    let answer = grpc(&running, "Count", &[], proto(&item(13, ""))).await;
    assert_eq!((answer.header("x-header"), answer.header("grpc-status")), ("counting", ""));
    assert_eq!(answer.trailers["grpc-status"], "5");
}

#[tokio::test]
async fn grpc_errors_within_a_stream_come_behind_its_items() {
    let running = serve_probe().await;
    let answer = grpc(&running, "Count", &[], proto(&item(2, "break"))).await;
    assert_eq!(answer.envelopes().len(), 2);
    assert_eq!((answer.trailer("grpc-status"), answer.trailer("x-trailer")), ("15", "counted"));
}

#[tokio::test]
async fn a_panic_is_opaque() {
    let running = serve_probe().await;
    let answer = grpc(&running, "Echo", &[], proto(&item(14, ""))).await;
    assert_eq!((answer.trailer("grpc-status"), answer.trailer("grpc-message")), ("13", "internal error"));
    let answer = connect(&running, "Echo", &[], r#"{"index":14}"#).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json(), json!({"code": "internal", "message": "internal error"}));
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented_by_name() {
    let running = serve_probe().await;
    let answer = grpc(&running, "Nothing", &[], proto(&item(1, ""))).await;
    assert_eq!(answer.trailer("grpc-status"), "12");
    assert!(answer.trailer("grpc-message").contains("test.v1.Probe/Nothing"));
    let answer = connect(&running, "Nothing", &[], "{}").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.json()["code"], "unimplemented");
    assert!(answer.json()["message"].as_str().unwrap().contains("test.v1.Probe/Nothing"));
    let answer = connect_stream(&running, "Nothing", &[], envelope(0, b"{}")).await;
    assert_eq!(json_end(&answer)["error"]["code"], "unimplemented");
}

#[tokio::test]
async fn a_content_type_that_nobody_speaks_is_415() {
    let running = serve_probe().await;
    for (method, content_type) in [
        ("Echo", "text/plain"),
        ("Echo", "application/grpc+thrift"),
        ("Echo", "application/connect+json"),
        ("Count", "application/json"),
        ("Count", "application/proto"),
        ("Count", "application/connect+xml"),
    ] {
        let request =
            post(&format!("{PATH}/{method}"), content_type, &[("connect-protocol-version", "1")], "{}");
        let answer = ask(running.address, Http::Two, request).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{method} {content_type}");
        assert!(answer.header("accept-post").contains("application/grpc+json"), "{method} {content_type}");
    }
}

#[tokio::test]
async fn another_verb_is_405_and_grpc_needs_http_2() {
    let running = serve_probe().await;
    for (name, value) in [
        ("connect-protocol-version", "1"),
        ("content-type", "application/grpc"),
        ("content-type", "application/grpc-web+thrift"),
        ("content-type", "application/proto"),
    ] {
        let put = Request::put("/test.v1.Probe/Echo").header(name, value).body(Empty::new().boxed()).unwrap();
        let answer = ask(running.address, Http::One, put).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "POST"),
            "{value}"
        );
        assert!(answer.body.is_empty(), "{value}");
    }
    let request = post("/test.v1.Probe/Echo", "application/grpc", &[], proto(&item(1, "")));
    assert_eq!(ask(running.address, Http::One, request).await.status, StatusCode::HTTP_VERSION_NOT_SUPPORTED);
}

#[tokio::test]
async fn metadata_comes_in_and_goes_out() {
    let running = serve_probe().await;
    // Base64 without padding, as the library writes it, and with padding.
    for bytes in ["AP8", "AP8="] {
        let headers = [("x-mine", "yes"), ("x-mine-bin", bytes)];
        let answer = grpc(&running, "Echo", &headers, proto(&item(1, ""))).await;
        assert_eq!(answer.header("x-header"), "yes");
        assert_eq!(answer.trailers["x-trailer"], "yes");
        assert_eq!(answer.trailers["x-trailer-bin"], "AP8");
    }
    for index in ["1", "13"] {
        let body = format!(r#"{{"index":{index}}}"#);
        let answer = connect(&running, "Echo", &[("x-mine", "yes")], &body).await;
        assert_eq!((answer.header("x-header"), answer.header("trailer-x-trailer")), ("yes", "yes"));
    }
    let answer = connect_stream(&running, "Count", &[], envelope(0, br#"{"index":1}"#)).await;
    assert_eq!(answer.header("x-header"), "counting");
    assert_eq!(json_end(&answer), json!({"metadata": {"x-trailer": ["counted"]}}));
}

// ---- malformed requests ----

#[tokio::test]
async fn grpc_refuses_what_breaks_the_framing() {
    let running = serve_probe().await;
    let sound = proto(&item(1, "x"));
    for (name, body, code) in [
        ("a truncated prefix", sound[..3].to_vec(), "3"),
        ("a truncated message", sound[..sound.len() - 1].to_vec(), "3"),
        ("a compressed message without an encoding", envelope(1, &gzip(&item(1, "").encode())), "13"),
        ("unknown flags", envelope(4, &item(1, "").encode()), "13"),
        ("no message", Vec::new(), "12"),
        ("two messages", [sound.clone(), sound.clone()].concat(), "12"),
        ("bytes that are no protobuf", envelope(0, &[0xff; 8]), "3"),
    ] {
        for method in ["Echo", "Count"] {
            let answer = grpc(&running, method, &[], body.clone()).await;
            assert_eq!(answer.trailer("grpc-status"), code, "{method}: {name}: {answer:?}");
        }
    }
    for body in [sound[..3].to_vec(), envelope(4, b"")] {
        let answer = grpc(&running, "Collect", &[], [sound.clone(), body].concat()).await;
        assert!(["3", "13"].contains(&answer.trailer("grpc-status")), "{answer:?}");
    }
}

#[tokio::test]
async fn connect_refuses_what_breaks_the_framing() {
    let running = serve_probe().await;
    let sound = envelope(0, b"{}");
    for (name, body, code) in [
        ("a truncated message", sound[..6].to_vec(), "invalid_argument"),
        ("a compressed message without an encoding", envelope(1, &gzip(b"{}")), "internal"),
        ("the flags of an end", envelope(2, b"{}"), "internal"),
        ("no message", Vec::new(), "unimplemented"),
        ("two messages", [sound.clone(), sound.clone()].concat(), "unimplemented"),
        ("text that is no JSON", envelope(0, b"{"), "invalid_argument"),
    ] {
        let answer = connect_stream(&running, "Count", &[], body).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(json_end(&answer)["error"]["code"], code, "{name}");
    }
}

#[tokio::test]
async fn undecodable_input_names_field_and_place() {
    let running = serve_probe().await;
    let answer = connect(&running, "Echo", &[], r#"{"index":"seven"}"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["code"], "invalid_argument");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("`index`") && message.contains("line 1"), "{message}");
    let answer = grpc(&running, "Echo", &[], envelope(0, &[0x0a, 0x01, 0x00])).await;
    assert_eq!(answer.trailer("grpc-status"), "3");
    assert!(answer.trailer("grpc-message").contains("`index`"), "{answer:?}");
}

// ---- timeouts ----

#[tokio::test]
async fn a_timeout_that_is_over_is_deadline_exceeded() {
    let running = serve_probe().await;
    for timeout in ["50m", "0n", "50000u"] {
        let answer = grpc(&running, "Echo", &[("grpc-timeout", timeout)], proto(&item(15, ""))).await;
        assert_eq!(answer.trailer("grpc-status"), "4", "{timeout}");
    }
    let answer = grpc(&running, "Count", &[("grpc-timeout", "2S")], proto(&item(1, "wait"))).await;
    assert_eq!((answer.envelopes().len(), answer.trailer("grpc-status")), (1, "4"));
    let answer = connect(&running, "Echo", &[("connect-timeout-ms", "50")], r#"{"index":15}"#).await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(answer.json()["code"], "deadline_exceeded");
}

#[tokio::test]
async fn a_malformed_timeout_is_refused_by_name() {
    let running = serve_probe().await;
    for timeout in ["5", "m", "123456789m", "5x", "-1m"] {
        let answer = grpc(&running, "Echo", &[("grpc-timeout", timeout)], proto(&item(1, ""))).await;
        assert_eq!(answer.trailer("grpc-status"), "3", "{timeout}");
        assert!(answer.trailer("grpc-message").contains("grpc-timeout"), "{timeout}");
    }
    let answer = connect(&running, "Echo", &[("connect-timeout-ms", "5s")], "{}").await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_argument"))
    );
}

#[tokio::test]
async fn a_body_that_never_comes_ends_with_the_deadline() {
    let limits = Limits {
        unary_timeout: Duration::from_millis(100),
        drain_timeout: Duration::ZERO,
        ..Limits::default()
    };
    let running = serve_probe_with(|server| server.limits(limits)).await;
    let silent = StreamBody::new(futures_util::stream::pending()).boxed();
    let request =
        Request::post("/test.v1.Probe/Echo").header("content-type", "application/grpc").body(silent).unwrap();
    assert_eq!(ask(running.address, Http::Two, request).await.trailer("grpc-status"), "4");
}

// ---- limits ----

#[tokio::test]
async fn a_message_over_the_limit_is_refused_by_its_length_alone() {
    let limits = Limits { message_size: 1000, drain_timeout: Duration::ZERO, ..Limits::default() };
    let running = serve_probe_with(|server| server.limits(limits)).await;
    // Only the prefix is sent: a server that waited for the message would wait for ever.
    let prefix = Ok(http_body::Frame::data(Bytes::from_static(&[0, 0, 0, 0x03, 0xe9])));
    let body = StreamBody::new(futures_util::StreamExt::chain(
        futures_util::stream::iter([prefix]),
        futures_util::stream::pending(),
    ));
    let request = Request::post("/test.v1.Probe/Echo").header("content-type", "application/grpc");
    let answer = ask(running.address, Http::Two, request.body(body.boxed()).unwrap()).await;
    assert_eq!(answer.trailer("grpc-status"), "8");
    let answer = connect(&running, "Echo", &[], &format!(r#"{{"text":"{}"}}"#, "x".repeat(1000))).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["code"], "resource_exhausted");
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_too() {
    let limits = Limits { reply_size: 1000, drain_timeout: Duration::ZERO, ..Limits::default() };
    let running = serve_probe_with(|server| server.limits(limits)).await;
    let answer = grpc(&running, "Echo", &[], proto(&item(16, "1001"))).await;
    assert_eq!(answer.trailer("grpc-status"), "8");
    let answer = connect(&running, "Echo", &[], r#"{"index":16,"text":"1001"}"#).await;
    assert_eq!(answer.json()["code"], "resource_exhausted");
    let sound = proto(&item(1, "a"));
    let answer = grpc(&running, "Chat", &[], [sound, proto(&item(2, &"x".repeat(990)))].concat()).await;
    assert_eq!((answer.envelopes().len(), answer.trailer("grpc-status")), (1, "8"));
}

// ---- gzip ----

#[tokio::test]
async fn gzip_is_answered_in_kind() {
    let running = serve_probe_with(|server| server.compression([Compression::Gzip])).await;
    let packed = envelope(1, &gzip(&item(7, "x").encode()));
    let answer =
        grpc(&running, "Echo", &[("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")], packed).await;
    assert_eq!((answer.header("grpc-encoding"), answer.trailer("grpc-status")), ("gzip", "0"));
    let (flags, payload) = answer.envelopes().remove(0);
    assert_eq!((flags, gunzip(&payload)), (1, item(7, "x").encode().to_vec()));

    let headers = [("connect-content-encoding", "gzip")];
    let answer = connect_stream(&running, "Count", &headers, envelope(1, &gzip(br#"{"index":1}"#))).await;
    assert_eq!(answer.header("connect-content-encoding"), "gzip");
    assert_eq!(gunzip(&answer.envelopes()[0].1), br#"{"index":1,"text":""}"#);

    let request = post(
        "/test.v1.Probe/Echo",
        "application/json",
        &[("connect-protocol-version", "1"), ("content-encoding", "gzip"), ("accept-encoding", "br, gzip")],
        gzip(br#"{"index":7}"#),
    );
    let answer = ask(running.address, Http::One, request).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(gunzip(&answer.body), br#"{"index":7,"text":""}"#);
}

#[tokio::test]
async fn a_flag_says_which_messages_are_packed() {
    let running = serve_probe_with(|server| server.compression([Compression::Gzip])).await;
    let mixed = [envelope(1, &gzip(&item(1, "a").encode())), proto(&item(2, "b"))].concat();
    let answer =
        grpc(&running, "Collect", &[("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity")], mixed)
            .await;
    assert_eq!(answer.header("grpc-encoding"), "");
    assert_eq!((answer.envelopes()[0].0, decoded(&answer.envelopes()[0].1)), (0, item(3, "ab")));
}

#[tokio::test]
async fn an_unknown_encoding_is_unimplemented_with_those_there_are() {
    let running = serve_probe_with(|server| server.compression([Compression::Gzip])).await;
    let answer = grpc(&running, "Echo", &[("grpc-encoding", "zstd")], proto(&item(1, ""))).await;
    assert_eq!((answer.trailer("grpc-status"), answer.header("grpc-accept-encoding")), ("12", "gzip"));
    let answer = connect(&running, "Echo", &[("content-encoding", "br")], "{}").await;
    assert_eq!((answer.status, answer.header("accept-encoding")), (StatusCode::NOT_IMPLEMENTED, "gzip"));
    assert!(answer.json()["message"].as_str().unwrap().contains("`br`"), "{}", answer.json());
    let answer = connect(&running, "Echo", &[("content-encoding", "Identity")], "{}").await;
    assert_eq!(answer.status, StatusCode::OK);
    // Messages are packed one by one, and the body around them never is.
    let answer = grpc(&running, "Echo", &[("content-encoding", "gzip")], proto(&item(1, ""))).await;
    assert_eq!(answer.trailer("grpc-status"), "12");
    assert!(answer.trailer("grpc-message").contains("`gzip`"), "{}", answer.trailer("grpc-message"));
    let packed = envelope(1, &gzip(&item(7, "x").encode()));
    let answer = grpc(&running, "Echo", &[("grpc-encoding", "GZIP")], packed).await;
    assert_eq!(answer.trailer("grpc-status"), "0");
}

#[tokio::test]
async fn packed_requests_are_not_taken_unless_the_server_says_so() {
    let running = serve_probe().await;
    let packed = envelope(1, &gzip(&item(7, "x").encode()));
    let answer = grpc(&running, "Echo", &[("grpc-encoding", "gzip")], packed).await;
    assert_eq!((answer.trailer("grpc-status"), answer.header("grpc-accept-encoding")), ("12", "identity"));
    let query = "connect=v1&encoding=json&compression=gzip&base64=1&message=AAAA";
    let request = Request::get(format!("/test.v1.Probe/Read?{query}")).body(Empty::new().boxed());
    let answer = ask(running.address, Http::One, request.unwrap()).await;
    assert_eq!((answer.status, answer.header("accept-encoding")), (StatusCode::NOT_IMPLEMENTED, "identity"));
}

#[tokio::test]
async fn a_bomb_is_refused() {
    let running = serve_probe_with(|server| server.compression([Compression::Gzip])).await;
    let bomb = envelope(1, &gzip(&vec![0; 64 << 20]));
    assert!(bomb.len() < 1 << 20);
    let answer = grpc(&running, "Echo", &[("grpc-encoding", "gzip")], bomb).await;
    assert_eq!(answer.trailer("grpc-status"), "8");
    let answer = grpc(&running, "Echo", &[("grpc-encoding", "gzip")], envelope(1, b"not gzip")).await;
    assert_eq!(answer.trailer("grpc-status"), "3");
}

// ---- gRPC-Web ----

#[tokio::test]
async fn grpc_web_ends_with_trailers_in_the_body() {
    let running = serve_probe().await;
    for http in [Http::One, Http::Two] {
        let request = post("/test.v1.Probe/Echo", "application/grpc-web+proto", &[], proto(&item(7, "x")));
        let answer = ask(running.address, http, request).await;
        assert_eq!(answer.header("content-type"), "application/grpc-web+proto");
        let envelopes = answer.envelopes();
        assert_eq!(decoded(&envelopes[0].1), item(7, "x"));
        assert_eq!(envelopes[1], (0x80, Bytes::from_static(b"grpc-status: 0\r\n")));
        assert!(answer.trailers.is_empty());
        let request =
            post("/test.v1.Probe/Count", "application/grpc-web+json", &[], envelope(0, br#"{"index":13}"#));
        let answer = ask(running.address, http, request).await;
        let (flags, trailers) = answer.envelopes().remove(0);
        let trailers = String::from_utf8(trailers.to_vec()).unwrap();
        assert_eq!(flags, 0x80);
        assert!(
            trailers.contains("grpc-status: 5\r\n") && trailers.contains("x-trailer: counted\r\n"),
            "{trailers}"
        );
    }
}

#[tokio::test]
async fn grpc_web_text_is_base64_in_both_directions() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let running = serve_probe().await;
    // The body in two pieces, each with its own padding.
    let body = proto(&item(3, "x"));
    let text = BASE64_STANDARD.encode(&body[..4]) + &BASE64_STANDARD.encode(&body[4..]);
    let request = post("/test.v1.Probe/Count", "application/grpc-web-text", &[], text);
    let answer = ask(running.address, Http::One, request).await;
    assert_eq!(answer.header("content-type"), "application/grpc-web-text");
    let mut whole = Vec::new();
    for piece in answer.body.split_inclusive(|byte| *byte == b'=') {
        match piece {
            b"=" => {}
            piece => {
                let lenient = base64::engine::GeneralPurposeConfig::new()
                    .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
                let engine = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
                let piece = piece.strip_suffix(b"=").unwrap_or(piece);
                whole.extend(engine.decode(piece).expect("base64"));
            }
        }
    }
    let envelopes = split(whole.into());
    assert_eq!(envelopes.len(), 4);
    assert_eq!(decoded(&envelopes[2].1), item(3, "x"));
    let request = post("/test.v1.Probe/Echo", "application/grpc-web-text", &[], "!!!!");
    let answer = ask(running.address, Http::One, request).await;
    let end = BASE64_STANDARD.decode(&answer.body).expect("base64");
    assert!(String::from_utf8_lossy(&end).contains("grpc-status: 3"), "{end:?}");
}

// ---- Connect ----

#[tokio::test]
async fn connect_unary_is_plain_http() {
    let running = serve_probe().await;
    for http in [Http::One, Http::Two] {
        let request = post("/test.v1.Probe/Echo", "application/proto", &[], item(7, "x").encode());
        let answer = ask(running.address, http, request).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/proto"));
        assert_eq!(decoded(&answer.body), item(7, "x"));
    }
    let answer = connect(&running, "Echo", &[], r#"{"index":7}"#).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.json(), json!({"index": 7, "text": ""}));
}

#[tokio::test]
async fn connect_errors_are_json_under_their_own_http_status() {
    let running = serve_probe().await;
    let answer = connect(&running, "Echo", &[], r#"{"index":13}"#).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::NOT_FOUND, "application/json"));
    let detail = json!({"type": "test.v1.Item", "value": "CA0SBmRldGFpbA"});
    assert_eq!(answer.json(), json!({"code": "not_found", "message": "no item 13 – é", "details": [detail]}));
}

#[tokio::test]
async fn connect_has_one_version() {
    let running = serve_probe().await;
    let request = post("/test.v1.Probe/Echo", "application/proto", &[("connect-protocol-version", "2")], "");
    let answer = ask(running.address, Http::One, request).await;
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_argument"))
    );
    let answer =
        connect_stream(&running, "Count", &[("connect-protocol-version", "2")], envelope(0, b"{}")).await;
    assert_eq!(json_end(&answer)["error"]["code"], "invalid_argument");
}

#[tokio::test]
async fn connect_streams_end_with_an_envelope() {
    let running = serve_probe().await;
    for http in [Http::One, Http::Two] {
        let body = envelope(0, br#"{"index":2,"text":"break"}"#);
        let answer =
            ask(running.address, http, post("/test.v1.Probe/Count", "application/connect+json", &[], body))
                .await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, "application/connect+json")
        );
        let envelopes = answer.envelopes();
        assert_eq!(envelopes[0], (0, Bytes::from_static(br#"{"index":1,"text":"break"}"#)));
        assert_eq!(envelopes.len(), 3);
        assert_eq!(json_end(&answer)["error"], json!({"code": "data_loss", "message": "the stream broke"}));
    }
    let two = [envelope(0, br#"{"text":"a"}"#), envelope(0, br#"{"text":"b"}"#)].concat();
    let answer = connect_stream(&running, "Chat", &[], two.clone()).await;
    assert_eq!(answer.envelopes()[1].1, Bytes::from_static(br#"{"index":0,"text":"Echo: b"}"#));
    let answer = connect_stream(&running, "Collect", &[], two).await;
    assert_eq!(answer.envelopes()[0].1, Bytes::from_static(br#"{"index":0,"text":"ab"}"#));
    assert_eq!(json_end(&answer), json!({}));
}

#[tokio::test]
async fn connect_get_is_for_methods_that_only_read() {
    let running = serve_probe().await;
    let get = async |target: &str| {
        let request = Request::get(target).body(Empty::new().boxed()).unwrap();
        ask(running.address, Http::One, request).await
    };
    for query in [
        "connect=v1&encoding=json&message=%7B%22index%22%3A7%7D",
        "connect=v1&encoding=json&base64=1&message=eyJpbmRleCI6N30",
        "encoding=json&base64=1&message=eyJpbmRleCI6N30%3D",
    ] {
        let answer = get(&format!("/test.v1.Probe/Read?{query}")).await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, json!({"index": 7, "text": ""})),
            "{query}"
        );
    }
    let answer = get("/test.v1.Probe/Read?connect=v1&encoding=proto&base64=1&message=CAc").await;
    assert_eq!((answer.header("content-type"), decoded(&answer.body).index), ("application/proto", 7));
    let answer = get("/test.v1.Probe/Read?connect=v1&encoding=json&message=%7B%22index%22%3A13%7D").await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    for query in ["connect=v1&encoding=json&message=%7B%7D", "connect=v1", "connect=v1&encoding=yaml"] {
        let answer = get(&format!("/test.v1.Probe/Echo?{query}")).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "POST"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_connect_get_that_is_wrong_says_what_is() {
    let running = serve_probe().await;
    for (target, status, code, part) in [
        ("Read?connect=v1", 400, "invalid_argument", "`message` and `encoding` is missing"),
        ("Read?connect=v1&encoding=json", 400, "invalid_argument", "`message` is missing"),
        ("Read?connect=v1&message=%7B%7D", 400, "invalid_argument", "`encoding` is missing"),
        ("Read?encoding=json", 400, "invalid_argument", "`message` is missing"),
        ("Read?message=%7B%7D", 400, "invalid_argument", "`encoding` is missing"),
        ("Read?connect=v9&encoding=json&message=%7B%7D", 400, "invalid_argument", "`connect` must be `v1`"),
        ("Read?connect=&encoding=json&message=%7B%7D", 400, "invalid_argument", "`connect` must be `v1`"),
        ("Read?connect=v2", 400, "invalid_argument", "`connect` must be `v1`"),
        ("Read?connect=v1&encoding=json&base64=1&message=!", 400, "invalid_argument", "base64"),
        ("Read?connect=v1&encoding=json&message=%7B", 400, "invalid_argument", ""),
        (
            "Read?connect=v1&encoding=yaml&message=x",
            415,
            "invalid_argument",
            "`encoding` must be `proto` or `json`",
        ),
        ("Read?connect=v1&encoding=json&compression=lzma&message=x", 501, "unimplemented", "lzma"),
        ("Nothing?connect=v1&encoding=json&message=%7B%7D", 404, "unimplemented", "test.v1.Probe/Nothing"),
        ("Nothing?connect=v1", 404, "unimplemented", "test.v1.Probe/Nothing"),
    ] {
        let request = Request::get(format!("/test.v1.Probe/{target}")).body(Empty::new().boxed()).unwrap();
        let answer = ask(running.address, Http::One, request).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &json!(code)), "{target}");
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(part), "{target}: {message}");
    }
}

/// The health service has an HTTP route too, so plain JSON to it is Connect only with Connect's header.
#[cfg(feature = "http")]
#[tokio::test]
async fn plain_json_is_connect_by_its_header_alone() {
    let running = serve_probe().await;
    let path = "/grpc.health.v1.Health/Check";
    let body = r#"{"service":"nobody"}"#;
    let request = post(path, "application/json", &[("connect-protocol-version", "1")], body);
    assert_eq!(ask(running.address, Http::One, request).await.json()["code"], "not_found");
    let answer = ask(running.address, Http::One, post(path, "application/json", &[], body)).await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::NOT_FOUND, &json!(5)));
}

// ---- cancellation and flow ----

#[tokio::test]
async fn a_caller_that_goes_away_cancels_its_handler() {
    let running = serve_probe().await;
    let request = post("/test.v1.Probe/Read", "application/grpc", &[], proto(&item(15, "")));
    let call = open(running.address, Http::Two, request);
    assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    until("the handler is dropped", async || running.probe.dropped.load(Ordering::SeqCst) == 1).await;
    let request = post("/test.v1.Probe/Count", "application/grpc", &[], proto(&item(1, "wait")));
    let mut response = open(running.address, Http::Two, request).await;
    response.frame().await.expect("a frame").expect("an item");
    drop(response);
    until("the stream is dropped", async || running.probe.dropped.load(Ordering::SeqCst) == 2).await;
}

#[tokio::test]
async fn a_reader_that_stops_stops_the_source() {
    let running = serve_probe().await;
    // Two gigabytes, if a reader took them all.
    let request =
        post("/test.v1.Probe/Count", "application/grpc", &[], proto(&item(2_000_000, &"z".repeat(1000))));
    let mut response = open(running.address, Http::Two, request).await;
    let mut taken = 0;
    while taken < 1 << 20 {
        taken +=
            response.frame().await.expect("a frame").expect("data").into_data().map_or(0, |data| data.len());
    }
    // Enough time for many more, if the handler did not wait for the reader.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let made = running.probe.made.load(Ordering::SeqCst);
    assert!(made < 20_000, "{made} items of 1000 bytes were made for a reader that took 1 MiB");
}

#[tokio::test]
async fn many_items_share_a_frame() {
    let running = serve_probe().await;
    let request = post("/test.v1.Probe/Count", "application/grpc", &[], proto(&item(1000, "")));
    let mut response = open(running.address, Http::Two, request).await;
    let mut frames = 0;
    while let Some(frame) = response.frame().await {
        frames += usize::from(frame.expect("a frame").is_data());
    }
    assert!(frames <= 2, "{frames} frames for 1000 items of some bytes");
}
