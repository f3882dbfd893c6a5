//! How a call that fails looks over HTTP: codes, details, problem documents, deadlines, panics, overload.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod http_support;

use http_support::client::{get, json, send};
use http_support::{library, serve, server};
use polywire::{Code, Limits};
use serde_json::json as value;

#[tokio::test]
async fn each_code_has_its_http_status_and_the_body_is_the_status() {
    let address = library().await;
    for code in Code::ALL {
        let answer = get(address, &format!("/fail/{}", code.number())).await;
        assert_eq!(answer.status, code.http(), "{code}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let message = format!("failed with {code}");
        assert_eq!(answer.json(), value!({"code": code.number(), "message": message, "details": []}));
    }
}

#[tokio::test]
async fn details_travel_as_any() {
    let address = library().await;
    let answer = get(address, "/fail/5?flag=true").await;
    let detail = value!({"@type": "type.googleapis.com/test.v1.Part", "name": "why", "pageCount": 1});
    assert_eq!(answer.json()["details"], value!([detail]));
}

#[tokio::test]
async fn problem_details_are_for_who_asks() {
    let address = library().await;
    let accept = ["accept: application/json, application/problem+json"];
    let answer = send(address, "GET /fail/5", &accept, "").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")));
    let problem = value!({
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "failed with not_found", "code": "not_found",
    });
    assert_eq!(answer.json(), problem);
    let answer = send(address, "GET /fail/1?flag=true", &accept, "").await;
    assert_eq!((answer.status, answer.json()["title"].as_str()), (499, Some("Client Closed Request")));
    assert_eq!(answer.json()["details"][0]["name"], "why");
    for line in ["GET /nothing", "PATCH /echo/7", "GET /echo/x"] {
        assert_eq!(
            send(address, line, &accept, "").await.header("content-type"),
            Some("application/problem+json")
        );
    }
    assert_eq!(
        send(address, "GET /echo/7", &accept, "").await.header("content-type"),
        Some("application/json")
    );
}

#[tokio::test]
async fn a_panic_is_500_and_says_nothing() {
    let address = library().await;
    let answer = get(address, "/panic").await;
    assert_eq!((answer.status, answer.message().as_str()), (500, "internal error"));
    assert_eq!(get(address, "/panic?id=1").await.status, 200);
}

#[tokio::test]
async fn a_deadline_is_504_from_either_header() {
    let address = library().await;
    for header in ["grpc-timeout: 20m", "request-timeout: 0.02", "request-timeout: 0"] {
        let answer = send(address, "GET /slow", &[header], "").await;
        assert_eq!((answer.status, answer.json()["code"].as_u64()), (504, Some(4)), "{header}");
    }
    for header in ["grpc-timeout: soon", "request-timeout: -1"] {
        let answer = send(address, "GET /echo", &[header], "").await;
        let name = header.split(':').next().unwrap_or_default();
        assert_eq!(answer.status, 400);
        assert!(answer.message().starts_with(&format!("header `{name}` must be ")), "{answer:?}");
    }
    // The handler never sees a request whose body does not come in time.
    let headers = ["content-type: application/json", "content-length: 10", "grpc-timeout: 20m"];
    assert_eq!(send(address, "POST /echo", &headers, "").await.status, 504);
}

#[tokio::test]
async fn the_servers_own_limit_is_the_ceiling() {
    let limits = Limits { unary_timeout: std::time::Duration::from_millis(20), ..Limits::default() };
    let address = serve(server().limits(limits)).await;
    for headers in [&[][..], &["request-timeout: 3600"]] {
        assert_eq!(send(address, "GET /slow", headers, "").await.status, 504);
    }
}

#[tokio::test]
async fn overload_is_503_with_the_time_to_come_again() {
    let limits = Limits { calls_in_flight: 0, ..Limits::default() };
    let address = serve(server().limits(limits)).await;
    for line in ["GET /echo", "GET /watch/3"] {
        let answer = send(address, line, &[], "").await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
        assert_eq!(answer.json()["code"], 8);
    }
}

#[tokio::test]
async fn metadata_goes_both_ways_but_never_breaks_the_message() {
    let address = library().await;
    let answer = send(address, "GET /headers/1", &["x-ask: hello"], "").await;
    assert_eq!((answer.status, answer.json()["text"].as_str()), (200, Some("hello")));
    assert_eq!((answer.header("x-lead"), answer.header("x-trail")), (Some("one"), Some("two")));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("content-length"), Some(answer.body.len().to_string().as_str()));
    let answer = get(address, "/headers/0").await;
    assert_eq!(
        (answer.status, answer.header("x-lead"), answer.header("x-trail")),
        (409, Some("one"), Some("two"))
    );
    let answer = json(address, "POST /headers/0", "{}").await;
    assert_eq!(answer.status, 405);
}
