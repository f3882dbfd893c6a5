//! The requests that reach a method, and the answers to the others.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{get, json, raw, send};
use crate::support::http::{LibraryServer, Shelf, library, server};

#[tokio::test]
async fn a_path_without_a_route_is_404_with_its_name() {
    let address = library().await;
    for (line, text) in [
        ("GET /nothing", "no route for GET /nothing"),
        ("GET /echo/", "no route for GET /echo/"),
        ("GET /echo/7/8", "no route for GET /echo/7/8"),
        ("POST /test.v1.Library/Nothing", "no route for POST /test.v1.Library/Nothing"),
        ("GET /%00", "no route for GET /%00"),
        ("OPTIONS /nothing", "no route for OPTIONS /nothing"),
    ] {
        let answer = send(address, line, &[], "").await;
        assert_eq!((answer.status, answer.message().as_str()), (404, text), "{line}");
        assert_eq!(answer.json()["code"], 12, "unimplemented");
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_with_those_that_are_right() {
    let address = library().await;
    let answer = send(address, "PATCH /echo/7", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, PUT, DELETE, OPTIONS")));
    assert_eq!(
        answer.message(),
        "PATCH is not allowed for /echo/7; allowed: GET, HEAD, PUT, DELETE, OPTIONS"
    );
    let answer = get(address, "/test.v1.Library/Bare").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST, OPTIONS")));
    let answer = send(address, "OPTIONS /echo", &[], "").await;
    assert_eq!(
        (answer.status, answer.header("allow"), answer.body.as_str()),
        (204, Some("GET, HEAD, POST, OPTIONS"), "")
    );
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let address = library().await;
    let whole = get(address, "/echo/7").await;
    let head = send(address, "HEAD /echo/7", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
    assert_eq!(head.header("content-type"), whole.header("content-type"));
    assert_eq!(send(address, "HEAD /fail/5", &[], "").await.status, 404);
    let stream = send(address, "HEAD /watch/3", &["accept: text/event-stream"], "").await;
    assert_eq!((stream.status, stream.body.as_str()), (200, ""));
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
}

#[tokio::test]
async fn a_path_that_could_be_taken_for_another_is_400() {
    let address = library().await;
    for (target, part) in [
        ("/echo/%00", "path variable `id`: a NUL byte (%00) is not allowed"),
        ("/echo/..", "path variable `id`: `..` is not allowed"),
        ("/echo/%2e%2e", "path variable `id`: `..` is not allowed"),
        ("/echo/a%2Fb", "path variable `id`: an encoded slash (%2F) is not allowed in one segment"),
        ("/echo/%", "path variable `id`: `%` is not a percent escape"),
        ("/echo/%4", "path variable `id`: `%4` is not a percent escape"),
        ("/echo/%gg", "path variable `id`: `%gg` is not a percent escape"),
        ("/echo/%ff", "path variable `id`: is not UTF-8"),
        ("/text/a/../../etc/passwd", "path variable `text`: `..` is not allowed"),
        ("/text/..%2f..%2fetc", "path variable `text`: `..` is not allowed"),
        ("/text/..%5c..%5cetc", "path variable `text`: `..` is not allowed"),
        ("/text/a/./b", "path variable `text`: `.` is not allowed"),
        ("/echo/.", "path variable `id`: `.` is not allowed"),
        ("/echo/%2e", "path variable `id`: `.` is not allowed"),
    ] {
        let answer = get(address, target).await;
        assert_eq!((answer.status, answer.message().as_str()), (400, part), "{target}");
    }
    // Decoded once: an escape that appears then is text.
    assert_eq!(get(address, "/text/%252e%252e").await.json()["text"], "%2e%2e");
    assert_eq!(get(address, "/text/a%2Fb").await.json()["text"], "a%2Fb");
}

/// A guard in front of the server cannot be passed by, whether it compares paths as written or by their
/// meaning.
#[tokio::test]
async fn a_path_is_taken_as_it_is_written() {
    let address = library().await;
    let json = ["content-type: application/json"];
    for line in [
        "POST /%74est.v1.Library/Bare",
        "POST /test%2Ev1.Library/Bare",
        "POST /test.v1.Library/B%61re",
        "POST /test.v1.Library%2FBare",
        "POST //test.v1.Library/Bare",
        "POST /test.v1.Library//Bare",
        "POST /./test.v1.Library/Bare",
        "POST /x/../test.v1.Library/Bare",
        "POST /test.v1.Library/Bare/",
        "POST /test.v1.Library/Bare;x=1",
        "POST /TEST.v1.Library/Bare",
        "POST /test.v1.library/bare",
        "POST /%65cho",
        "POST /echo/",
        "POST //echo",
        "POST /echo;x=1",
        "POST /Echo",
        "GET /%65cho/7",
        "GET /x/../echo/7",
        "GET /%6Fpenapi.json",
        "GET /openapi%2Ejson",
        "GET /test_v1%2Eproto",
        "POST /grpc%2Ehealth.v1.Health/Check",
        "GET /%77s",
    ] {
        let answer = send(address, line, &json, "{}").await;
        assert_eq!(answer.status, 404, "{line}: {answer:?}");
    }
    for (line, path) in [("POST /test.v1.Library/Bare", "{}"), ("POST /echo", "{}")] {
        assert_eq!(send(address, line, &json, path).await.status, 200, "{line}");
    }
    let connect = ["content-type: application/json", "connect-protocol-version: 1"];
    for path in ["/%74est.v1.Library/Bare", "/test.v1.Library/Bar%65"] {
        assert_eq!(send(address, &format!("POST {path}"), &connect, "{}").await.status, 404, "{path}");
    }
    let handshake = [
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    assert_eq!(send(address, "GET /%77s", &handshake, "").await.status, 404);
}

#[tokio::test]
async fn a_request_line_that_is_no_http_does_not_reach_a_route() {
    let address = library().await;
    for (request, status) in [
        (&b"GET echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"[..], 404),
        (b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400),
    ] {
        assert_eq!(raw(address, request).await.status, status, "{}", String::from_utf8_lossy(request));
    }
}

#[tokio::test]
async fn two_rules_of_one_shape_keep_a_server_from_starting() {
    let server = server().service(LibraryServer::new(Shelf)).listen("127.0.0.1:0");
    let error = server.serve_until(std::future::pending()).await.expect_err("a conflict");
    let first = "`GET /echo` of test.v1.Library/Echo is a route of test.v1.Library/Echo already; change one of the paths; ";
    assert!(error.to_string().starts_with(first), "{error}");
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let address = library().await;
    let answer = raw(
        address,
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\":1}\
          GET /nothing HTTP/1.1\r\nhost: a\r\n\r\nGET /echo/3 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    )
    .await;
    let parts: Vec<&str> = answer.body.split("HTTP/1.1 ").collect();
    assert!(answer.status == 200 && parts[0].starts_with(r#"{"id":1,"#), "{answer:?}");
    assert!(
        parts[1].starts_with("404 ") && parts[2].starts_with("200 ") && parts[2].contains(r#"{"id":3,"#),
        "{answer:?}"
    );
}

#[tokio::test]
async fn gzip_bombs_are_not_opened() {
    let address = library().await;
    // Request compression is off. The packed bytes are no JSON, and the server does not unpack them to find
    // out.
    let answer =
        send(address, "POST /echo", &["content-type: application/json", "content-encoding: gzip"], "\u{1f}")
            .await;
    assert_eq!(answer.status, 415, "{answer:?}");
    assert_eq!(json(address, "POST /echo", "{}").await.status, 200);
}
