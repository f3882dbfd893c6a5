//! Failed calls over HTTP: codes, details, problem documents, deadlines, panics, overload.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{get, json, send};
use crate::support::http::{library, server};
use crate::support::serve;
use polywire::{Code, Context, Error, Limits, Message, Result, Server, Status, Streaming, service};
use serde_json::json as value;
use std::net::SocketAddr;

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

/// connectrpc.com/docs/protocol, "HTTP to Error Code": a client of Connect takes a failure in
/// `application/json` for an error of Connect.
#[tokio::test]
async fn on_a_path_that_connect_shares_what_nobody_reads_is_refused_by_problem_details() {
    let address = library().await;
    for (line, form) in [
        ("POST /test.v1.Library/Echo", "application/problem+json"),
        ("POST /test.v1.Library/Bare", "application/problem+json"),
        ("POST /echo", "application/json"),
    ] {
        let answer = send(address, line, &["content-type: image/jpeg"], "12345678").await;
        assert_eq!((answer.status, answer.header("content-type")), (415, Some(form)), "{line}");
        assert_eq!(
            answer.message(),
            "content type `image/jpeg` is not supported here; send application/json"
        );
    }
    // A body that is read, and is wrong, is refused as before.
    let answer = json(address, "POST /test.v1.Library/Echo", "{").await;
    assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/json")));
}

#[tokio::test]
async fn problem_details_are_for_who_asks() {
    let address = library().await;
    let accept = ["accept: application/json, application/problem+json"];
    let answer = send(address, "GET /fail/5", &accept, "").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")));
    let problem = value!({
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "failed with not_found",
        "message": "failed with not_found", "code": "not_found",
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
    let limits = Limits { calls_in_flight: 0, open_streams: 0, ..Limits::default() };
    let address = serve(server().limits(limits)).await;
    // Streams have places of their own, and their limit is a quota.
    for (line, status) in [("GET /echo", 503), ("GET /watch/3", 429)] {
        let answer = send(address, line, &[], "").await;
        assert_eq!((answer.status, answer.header("retry-after")), (status, Some("1")), "{line}");
        assert_eq!(answer.json()["code"], 8);
    }
}

#[service(package = "gate.v1")]
trait Gate {
    #[http(GET "/gate/{code}")]
    async fn refuse(
        &self,
        cx: Context,
        code: i32,
        micros: Option<u64>,
        challenge: Option<String>,
    ) -> Result<()>;
}

struct Closed;

impl Gate for Closed {
    async fn refuse(
        &self,
        cx: Context,
        code: i32,
        micros: Option<u64>,
        challenge: Option<String>,
    ) -> Result<()> {
        if let Some(challenge) = challenge {
            cx.append_header("www-authenticate", &challenge).expect("a header");
        }
        let status = Status::new(Code::from_number(code).expect("a code"), "slow down");
        Err(match micros {
            Some(micros) => status.with_retry_after(std::time::Duration::from_micros(micros)),
            None => status,
        })
    }
}

async fn gate() -> SocketAddr {
    serve(Server::new().service(GateServer::new(Closed))).await
}

#[tokio::test]
async fn a_quota_is_429_and_says_when_to_come_again() {
    let address = gate().await;
    for (query, status, after) in [
        ("8?micros=1000000", 429, Some("1")),
        ("8?micros=1000001", 429, Some("2")),
        ("8", 429, None),
        ("14?micros=200000", 503, Some("1")),
        ("9?micros=3000000", 400, Some("3")),
    ] {
        for accept in ["accept: application/json", "accept: application/problem+json"] {
            let answer = send(address, &format!("GET /gate/{query}"), &[accept], "").await;
            assert_eq!((answer.status, answer.header("retry-after")), (status, after), "{query} {accept}");
        }
    }
    let headers = ["content-type: application/json", "connect-protocol-version: 1"];
    let body = r#"{"code":8,"micros":"1500000"}"#;
    let answer = send(address, "POST /gate.v1.Gate/Refuse", &headers, body).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("2")));
}

#[tokio::test]
async fn a_401_says_how_to_say_who_is_calling() {
    let address = gate().await;
    let connect = ["content-type: application/json", "connect-protocol-version: 1"];
    for (challenge, said) in [(None, "Bearer realm=\"api\""), (Some("Digest"), "Digest")] {
        let query = challenge.map(|challenge| format!("?challenge={challenge}")).unwrap_or_default();
        let answer = get(address, &format!("/gate/16{query}")).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some(said)));
        let body = value!({"code": 16, "challenge": challenge}).to_string();
        let answer = send(address, "POST /gate.v1.Gate/Refuse", &connect, &body).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some(said)));
    }
    assert_eq!(get(address, "/gate/7").await.header("www-authenticate"), None);
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

#[derive(Debug, Clone, PartialEq, Message)]
struct Receipt {
    number: u32,
}

#[derive(Debug, PartialEq, Error)]
enum TillError {
    #[error(NotFound, "no item {id}")]
    Missing { id: i64 },
    #[error(Aborted, "sold out")]
    SoldOut,
    #[error(transparent)]
    Other(Status),
}

#[service(package = "till.v1")]
trait TillService {
    #[http(GET "/items/{id}")]
    async fn buy(&self, id: i64) -> Result<Receipt, TillError>;
    #[http(GET "/items/{id}/receipts")]
    #[ws("/live/items/{id}/receipts")]
    async fn watch(&self, id: i64) -> Result<Streaming<Receipt>, TillError>;
    #[http(POST "/messages")]
    async fn fail(&self, cx: Context, text: String) -> Result<()>;
    #[http(GET "/broken/{after}")]
    async fn panic(&self, after: u32) -> Result<Streaming<Receipt>>;
}

struct Till;

impl TillService for Till {
    async fn buy(&self, id: i64) -> Result<Receipt, TillError> {
        Err(if id == 0 { TillError::SoldOut } else { TillError::Missing { id } })
    }

    async fn watch(&self, id: i64) -> Result<Streaming<Receipt>, TillError> {
        let error = self.buy(id).await.expect_err("every item is missing");
        let items = [Ok(Receipt { number: 1 }), Err(error.into())];
        Ok(Streaming::new(futures_util::stream::iter(items)))
    }

    async fn fail(&self, cx: Context, text: String) -> Result<()> {
        cx.edit_headers(|headers| headers.append_bin("x-bytes-bin", &[0, 255])).expect("a key for bytes");
        Err(Status::failed_precondition(text))
    }

    async fn panic(&self, after: u32) -> Result<Streaming<Receipt>> {
        let items = (1..=after).map(|number| Ok(Receipt { number }));
        let broken = std::iter::once_with(|| panic!("a secret"));
        Ok(Streaming::new(futures_util::stream::iter(items.chain(broken))))
    }
}

async fn till() -> SocketAddr {
    serve(Server::new().service(TillServiceServer::new(Till))).await
}

#[tokio::test]
async fn a_typed_error_is_a_detail_of_the_body_and_of_the_last_of_a_stream() {
    let address = till().await;
    for (id, http, status) in [
        (
            7,
            404,
            value!({"code": 5, "message": "no item 7", "details": [
                {"@type": "type.googleapis.com/till.v1.TillError", "missing": {"id": "7"}}
            ]}),
        ),
        (
            0,
            409,
            value!({"code": 10, "message": "sold out", "details": [
                {"@type": "type.googleapis.com/till.v1.TillError", "soldOut": {}}
            ]}),
        ),
    ] {
        let answer = get(address, &format!("/items/{id}")).await;
        assert_eq!((answer.status, answer.json()), (http, status.clone()));
        // A client without our types reads the variant as the JSON of the detail.
        let mut detail = answer.json()["details"][0].clone();
        detail.as_object_mut().expect("an object").remove("@type");
        let expected = if id == 0 { TillError::SoldOut } else { TillError::Missing { id } };
        assert_eq!(serde_json::from_value::<TillError>(detail).expect("the variant"), expected);

        let target = format!("GET /items/{id}/receipts");
        let answer = send(address, &target, &["accept: application/x-ndjson"], "").await;
        let lines: Vec<serde_json::Value> =
            answer.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((answer.status, lines), (200, vec![value!({"number": 1}), value!({"error": status})]));
        let answer = send(address, &target, &["accept: text/event-stream"], "").await;
        let (item, error) = answer.body.split_once("\n\n").expect("two events");
        assert_eq!(item, "data: {\"number\":1}");
        let data = error.strip_prefix("event: error\ndata: ").expect("an event called error");
        assert_eq!(serde_json::from_str::<serde_json::Value>(data).expect("JSON"), status);
        let answer = send(address, &target, &["accept: application/json"], "").await;
        assert_eq!(answer.json(), value!([{"number": 1}, {"error": status}]));
    }
}

#[tokio::test]
async fn a_message_arrives_to_the_character() {
    let address = till().await;
    for text in ["", "%41 100 %", "a\r\nx-evil: 1", "\0\u{7f}", "é – \u{1f980}", "\"'\\</script>", " x "] {
        let answer = json(address, "POST /messages", &value!({ "text": text }).to_string()).await;
        assert_eq!((answer.status, answer.message().as_str()), (400, text));
        assert_eq!((answer.header("x-evil"), answer.header("x-bytes-bin")), (None, Some("AP8")));
    }
    let long = "\n\u{e9}%\"".repeat(800);
    let answer = json(address, "POST /messages", &value!({ "text": long }).to_string()).await;
    assert_eq!(answer.message(), long);
}

#[tokio::test]
async fn a_panic_in_a_stream_is_its_last_line() {
    let address = till().await;
    let status = value!({"code": 13, "message": "internal error", "details": []});
    for after in [0, 2] {
        let answer =
            send(address, &format!("GET /broken/{after}"), &["accept: application/x-ndjson"], "").await;
        let last = answer.body.lines().last().expect("a line");
        let last: serde_json::Value = serde_json::from_str(last).expect("JSON");
        let seen = if answer.status == 200 { last["error"].clone() } else { last };
        assert_eq!((seen, answer.body.contains("secret")), (status.clone(), false), "{answer:?}");
        assert_eq!(answer.body.matches("number").count(), after);
    }
}
