//! Our channels against servers whose answers no server of ours gives.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc::canned::{Canned, Fake, OK, canned, grpc, one};
use crate::support::grpc::raw::{envelope, gzip};
use crate::support::grpc::service::{Item, ProbeClient, ProbeService, item};
use polywire::{Code, Context, Message, Result, Status};

/// A client of a server that gives this answer.
async fn client(answer: Canned, scheme: &str) -> ProbeClient {
    let address = Fake::new(move |_| answer.clone()).listen().await;
    ProbeClient::connect(format!("{scheme}://{address}")).await.expect("a client")
}

async fn unary(answer: Canned, scheme: &str) -> Result<Item> {
    client(answer, scheme).await.echo(Context::new(), item(1, "")).await
}

/// The number of items that came, and the end of the stream.
async fn stream(answer: Canned, scheme: &str) -> (usize, Option<Status>) {
    let mut items = match client(answer, scheme).await.count(Context::new(), item(1, "")).await {
        Ok(items) => items,
        Err(status) => return (0, Some(status)),
    };
    let mut count = 0;
    loop {
        match items.next().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, None),
            Err(status) => return (count, Some(status)),
        }
    }
}

#[tokio::test]
async fn what_no_grpc_server_says_has_a_code_of_its_own() {
    let html = [("content-type", "text/html")];
    for (name, answer, code) in [
        ("404", canned(404, &html, "not here"), Code::Unimplemented),
        ("502", canned(502, &html, "bad gateway"), Code::Unavailable),
        ("503", canned(503, &html, ""), Code::Unavailable),
        ("401", canned(401, &html, ""), Code::Unauthenticated),
        ("418", canned(418, &html, ""), Code::Unknown),
        ("a page", canned(200, &html, "<html>"), Code::Unknown),
        ("no content type", canned(200, &[], ""), Code::Unknown),
        ("another codec", grpc(one(), OK).with("content-type", "application/grpc+json"), Code::Internal),
        ("no status", grpc(one(), &[]), Code::Internal),
        ("a status that is no number", grpc(one(), &[("grpc-status", "fine")]), Code::Internal),
        ("a status that nobody knows", grpc(one(), &[("grpc-status", "77")]), Code::Unknown),
        ("an unknown encoding", grpc(one(), OK).with("grpc-encoding", "zip"), Code::Internal),
        ("a compressed message without an encoding", grpc(envelope(1, &gzip(b"")), OK), Code::Internal),
        ("unknown flags", grpc(envelope(8, b""), OK), Code::Internal),
        ("a message that is cut off", grpc(one()[..7].to_vec(), OK), Code::Internal),
        ("bytes that are no message", grpc(envelope(0, &[0xff; 4]), OK), Code::Internal),
        ("no message", grpc("", OK), Code::Unimplemented),
        ("two messages", grpc([one(), one()].concat(), OK), Code::Unimplemented),
        ("a message over the limit", grpc([0, 0x7f, 0, 0, 0], OK), Code::ResourceExhausted),
        ("an error behind a message", grpc(one(), &[("grpc-status", "10")]), Code::Aborted),
        ("an error in the head", grpc("", &[]).with("grpc-status", "7"), Code::PermissionDenied),
        ("an error in the head of a 503", canned(503, &[("grpc-status", "9")], ""), Code::FailedPrecondition),
    ] {
        let status = unary(answer.clone(), "grpc").await.expect_err(name);
        assert_eq!(status.code(), code, "{name}: {status}");
        if !name.ends_with("no message") && name != "two messages" {
            let (_, status) = stream(answer, "grpc").await;
            assert_eq!(status.map(|status| status.code()), Some(code), "{name}");
        }
    }
}

#[tokio::test]
async fn sound_answers_in_forms_that_ours_does_not_give() {
    assert_eq!(unary(grpc(one(), OK), "grpc").await, Ok(item(7, "x")));
    let packed = grpc(envelope(1, &gzip(&item(7, "x").encode())), OK).with("grpc-encoding", "gzip");
    assert_eq!(unary(packed, "grpc").await, Ok(item(7, "x")));
    // An empty stream, whose head is also its end.
    let bare = canned(200, &[("content-type", "application/grpc"), ("grpc-status", "0")], "");
    assert_eq!(stream(bare.clone(), "grpc").await, (0, None));
    assert_eq!(unary(bare, "grpc").await.expect_err("no message").code(), Code::Unimplemented);
    let web = [one(), envelope(0x80, b"grpc-status:0\r\n")].concat();
    let web = canned(200, &[("content-type", "application/grpc-web+proto")], web);
    assert_eq!(unary(web, "grpcweb").await, Ok(item(7, "x")));
}

fn web(body: Vec<u8>, status: &[(&'static str, &'static str)]) -> Canned {
    let head = [&[("content-type", "application/grpc-web+proto")], status].concat();
    canned(200, &head, body)
}

#[tokio::test]
async fn a_status_in_the_head_counts_where_the_end_of_the_body_tells_none() {
    let told = [("grpc-status", "3"), ("grpc-message", "no such genre")];
    let wrong = Status::invalid_argument("no such genre");
    for (name, body, status) in [
        ("an empty frame of trailers", envelope(0x80, b""), &wrong),
        ("trailers without a status", envelope(0x80, b"x-mine: 1\r\n"), &wrong),
        ("no body", Vec::new(), &wrong),
        (
            "a status in both",
            envelope(0x80, b"grpc-status: 5\r\ngrpc-message: told\r\n"),
            &Status::not_found("told"),
        ),
        ("an unknown number in the body", envelope(0x80, b"grpc-status: 77\r\n"), &Status::unknown("")),
    ] {
        assert_eq!(unary(web(body.clone(), &told), "grpcweb").await.as_ref(), Err(status), "{name}");
        let (count, ended) = stream(web(body, &told), "grpcweb").await;
        assert_eq!((count, ended.as_ref()), (0, Some(status)), "{name}");
    }
    // A response without a status is broken. A status in the head is not enough: the response may be cut off.
    assert_eq!(
        unary(web(envelope(0x80, b""), &[]), "grpcweb").await.expect_err("no end").code(),
        Code::Internal
    );
    assert_eq!(unary(web(one(), OK), "grpcweb").await.expect_err("cut off").code(), Code::Internal);
    let sound = [one(), envelope(0x80, b"")].concat();
    assert_eq!(unary(web(sound, OK), "grpcweb").await, Ok(item(7, "x")));
    let failed = grpc("", &[("x-mine", "1")]).with("grpc-status", "3").with("grpc-message", "no such genre");
    assert_eq!(unary(failed, "grpc").await, Err(wrong));
    let answered = grpc(one(), &[("x-mine", "1")]).with("grpc-status", "3");
    assert_eq!(unary(answered, "grpc").await.expect_err("a message, and no end").code(), Code::Internal);
}

#[tokio::test]
async fn a_message_is_kept_however_badly_it_is_escaped() {
    for (sent, message) in [("café".as_bytes(), "café"), (b"caf\xe9", "café"), (b"100% %zz", "100% %zz")] {
        let mut answer = grpc("", &[("grpc-status", "3")]);
        let value = http::HeaderValue::from_bytes(sent).expect("a value");
        if let Some(trailers) = &mut answer.trailers {
            trailers.insert("grpc-message", value);
        }
        assert_eq!(unary(answer, "grpc").await, Err(Status::invalid_argument(message)));
        let text = [b"grpc-status: 3\r\ngrpc-message: ", sent, b"\r\n"].concat();
        assert_eq!(
            unary(web(envelope(0x80, &text), &[]), "grpcweb").await,
            Err(Status::invalid_argument(message))
        );
    }
}

#[tokio::test]
async fn details_go_before_the_headers_beside_them() {
    // code 5, message "told", in google.rpc.Status.
    let answer = grpc(
        "",
        &[("grpc-status", "13"), ("grpc-message", "untold"), ("grpc-status-details-bin", "CAUSBHRvbGQ")],
    );
    assert_eq!(unary(answer, "grpc").await, Err(Status::not_found("told")));
    let garbled =
        grpc("", &[("grpc-status", "13"), ("grpc-message", "100%25"), ("grpc-status-details-bin", "!!")]);
    assert_eq!(unary(garbled, "grpc").await, Err(Status::internal("100%")));
}

#[tokio::test]
async fn what_no_connect_server_says_has_a_code_of_its_own() {
    let json = [("content-type", "application/json")];
    let proto = [("content-type", "application/proto")];
    for (name, answer, code, message) in [
        ("an error", canned(409, &json, r#"{"code":"aborted","message":"no"}"#), Code::Aborted, "no"),
        ("cancelled, in either spelling", canned(499, &json, r#"{"code":"cancelled"}"#), Code::Cancelled, ""),
        ("canceled, in either spelling", canned(499, &json, r#"{"code":"canceled"}"#), Code::Cancelled, ""),
        ("an unknown code", canned(404, &json, r#"{"code":"odd","message":"m"}"#), Code::Unimplemented, "m"),
        ("an error without a code", canned(503, &json, "{}"), Code::Unavailable, ""),
        ("an error that is no JSON", canned(503, &json, "{"), Code::Unavailable, "HTTP 503"),
        ("a page", canned(502, &[("content-type", "text/html")], "<html>"), Code::Unavailable, "HTTP 502"),
        (
            "a page that says it is fine",
            canned(200, &[("content-type", "text/html")], ""),
            Code::Unknown,
            "text/html",
        ),
        ("another codec", canned(200, &json, "{}"), Code::Internal, "application/json"),
        (
            "an unknown encoding",
            canned(200, &proto, "").with("content-encoding", "compress"),
            Code::Internal,
            "compress",
        ),
    ] {
        let status = unary(answer, "http").await.expect_err(name);
        assert_eq!(status.code(), code, "{name}: {status}");
        assert!(status.message().contains(message), "{name}: {status}");
    }
    let packed = canned(200, &proto, gzip(&item(7, "x").encode())).with("content-encoding", "gzip");
    assert_eq!(unary(packed, "http").await, Ok(item(7, "x")));
}

#[tokio::test]
async fn a_connect_stream_must_end_as_it_should() {
    let connect =
        |body: Vec<Vec<u8>>| canned(200, &[("content-type", "application/connect+proto")], body.concat());
    let end = |json: &str| envelope(2, json.as_bytes());
    for (name, answer, items, code) in [
        ("an end", connect(vec![one(), end("{}")]), 1, None),
        (
            "a compressed end",
            connect(vec![envelope(3, &gzip(b"{}"))]).with("connect-content-encoding", "gzip"),
            0,
            None,
        ),
        ("an error", connect(vec![one(), end(r#"{"error":{"code":"aborted"}}"#)]), 1, Some(Code::Aborted)),
        ("an error without a code", connect(vec![end(r#"{"error":{}}"#)]), 0, Some(Code::Unknown)),
        ("no end", connect(vec![one()]), 1, Some(Code::Internal)),
        ("an end that is no JSON", connect(vec![end("")]), 0, Some(Code::Internal)),
        ("bytes behind the end", connect(vec![end("{}"), one()]), 0, Some(Code::Internal)),
        ("a page", canned(502, &[("content-type", "text/html")], ""), 0, Some(Code::Unavailable)),
    ] {
        let (count, status) = stream(answer, "http").await;
        assert_eq!((count, status.map(|status| status.code())), (items, code), "{name}");
    }
}
