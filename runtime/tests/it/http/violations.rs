//! All faults of a request at once, over every wire that carries JSON, with the names that the client wrote.
#![allow(unreachable_pub, reason = "traits and messages, as users have them")]

use crate::support::http::client::{get, json, send};
use crate::support::serve;
use polywire::{Caller, Codec, Endpoint, Message, Result, Server, Status, Streaming, service};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::time::SystemTime;

#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Kind {
    Novel,
    Essay,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Line {
    #[field(min_len = 2)]
    pub title: String,
    pub unit_price: i64,
    pub sold_at: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Message)]
pub enum Payment {
    #[field(len = 4)]
    Card(String),
    Cash(Line),
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Order {
    #[field(min_len = 3)]
    pub title: String,
    pub price_cents: i32,
    pub placed_at: SystemTime,
    pub items: Vec<Line>,
    pub by_name: BTreeMap<String, Line>,
    pub by_number: BTreeMap<i32, u8>,
    pub kind: Kind,
    pub small: u8,
    pub corners: [f64; 2],
    pub payment: Option<Payment>,
}

#[service(package = "faults.v1")]
pub trait Faults {
    #[http(POST "/orders")]
    #[http(PUT "/orders/{price_cents}")]
    #[http(PATCH "/orders/{price_cents}", body = "items")]
    async fn place(&self, order: Order) -> Result<()>;
    #[http(GET "/search/{page}")]
    async fn search(
        &self,
        page: u8,
        #[field(min_len = 3)] sort_by: String,
        since: SystemTime,
        max_items: i32,
    ) -> Result<()>;
    #[http(POST "/upload")]
    async fn upload(&self, lines: Streaming<Line>) -> Result<()>;
}

#[service(package = "faults.v1", name = "Snake", json(case = "snake"))]
pub trait Snake {
    #[http(POST "/snake")]
    async fn place(&self, order: Order) -> Result<()>;
}

pub struct Desk;

impl Faults for Desk {
    async fn place(&self, _: Order) -> Result<()> {
        Ok(())
    }
    async fn search(&self, _: u8, _: String, _: SystemTime, _: i32) -> Result<()> {
        Ok(())
    }
    async fn upload(&self, mut lines: Streaming<Line>) -> Result<()> {
        while lines.next().await?.is_some() {}
        Ok(())
    }
}

impl Snake for Desk {
    async fn place(&self, _: Order) -> Result<()> {
        Ok(())
    }
}

/// An order as a client with no idea of it knows it.
#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Loose {
    pub title: Option<Value>,
    pub price_cents: Option<Value>,
    pub items: Option<Value>,
    pub by_name: Option<Value>,
    pub small: Option<Value>,
    pub corners: Option<Value>,
}

#[service(package = "faults.v1", name = "Faults")]
pub trait Lax {
    #[http(POST "/orders")]
    async fn place(&self, order: Loose) -> Result<()>;
}

fn app() -> Server {
    Server::new().service(FaultsServer::new(Desk)).service(SnakeServer::new(Desk))
}

/// Fields and reasons of a status in JSON.
fn told(status: &Value) -> Vec<(String, String)> {
    let violations = status["details"][0]["fieldViolations"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    violations.iter().map(|one| (text(&one["field"]), text(&one["reason"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect()
}

const ORDER: &[(&str, &str)] = &[
    ("priceCents", "INVALID_VALUE"),
    ("items[1].unitPrice", "INVALID_VALUE"),
    ("items[1].soldAt", "REQUIRED"),
    (r#"byName["k.1"].soldAt"#, "INVALID_VALUE"),
    ("small", "INVALID_VALUE"),
    ("placedAt", "REQUIRED"),
    ("kind", "REQUIRED"),
    ("corners", "INVALID_VALUE"),
    ("title", "MIN_LEN"),
    ("items[1].title", "MIN_LEN"),
    (r#"byName["k.1"].title"#, "MIN_LEN"),
];

fn loose() -> Loose {
    Loose {
        title: Some(value!("ab")),
        price_cents: Some(value!("x")),
        items: Some(value!([
            {"title": "long", "unitPrice": "1", "soldAt": "2026-01-02T03:04:05Z"},
            {"title": "x", "unitPrice": true},
        ])),
        by_name: Some(value!({"k.1": {"title": "", "soldAt": "soon"}})),
        small: Some(value!(300)),
        corners: Some(value!([1])),
    }
}

#[tokio::test]
async fn every_fault_of_a_body_is_told() {
    let address = serve(app()).await;
    let body = serde_json::to_string(&loose()).expect("JSON");
    let answer = json(address, "POST /orders", &body).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(told(&answer.json()), pairs(ORDER), "{answer:?}");
    let message = answer.message();
    assert!(message.starts_with("field `priceCents`: invalid "), "{message}");
    assert!(message.ends_with("and 8 more"), "{message}");
}

#[tokio::test]
async fn every_fault_is_told_over_every_wire_that_carries_json() {
    let server = app().amqp("memory:every-fault");
    let address = serve(server).await;
    for url in ["http", "grpc", "ws"]
        .map(|scheme| format!("{scheme}://{address}"))
        .into_iter()
        .chain(["memory:every-fault".to_owned()])
    {
        let endpoint = Endpoint::new(url.clone()).codec(Codec::Json);
        let client = LaxClient::from_caller(Caller::connect(endpoint).await.expect("a connection"));
        let status: Status = client.place(loose()).await.expect_err("faults");
        let seen: Vec<_> = status.field_violations().into_iter().map(|one| (one.field, one.reason)).collect();
        assert_eq!(seen, pairs(ORDER), "{url}: {status}");
    }
}

#[tokio::test]
async fn fields_are_named_as_the_client_wrote_them() {
    let address = serve(app()).await;
    let sound = r#""title":"abc","kind":"KIND_NOVEL","corners":[1,2]"#;
    for (path, body, expected) in [
        (
            "/orders",
            format!(r#"{{{sound},"price_cents":"x"}}"#),
            [("price_cents", "INVALID_VALUE"), ("placed_at", "REQUIRED")],
        ),
        (
            "/orders",
            format!(r#"{{{sound},"priceCents":"x"}}"#),
            [("priceCents", "INVALID_VALUE"), ("placedAt", "REQUIRED")],
        ),
        (
            "/orders",
            format!(r#"{{{sound},"small":"x"}}"#),
            [("small", "INVALID_VALUE"), ("placedAt", "REQUIRED")],
        ),
        (
            "/snake",
            format!(r#"{{{sound},"small":"x"}}"#),
            [("small", "INVALID_VALUE"), ("placed_at", "REQUIRED")],
        ),
    ] {
        let answer = json(address, &format!("POST {path}"), &body).await;
        assert_eq!(told(&answer.json()), pairs(&expected), "{body}");
    }
}

#[tokio::test]
async fn a_fault_is_told_once_whatever_follows_from_it() {
    let address = serve(app()).await;
    let sound = r#""title":"abc","kind":"KIND_NOVEL","corners":[1,2],"placedAt":"2026-01-02T03:04:05Z""#;
    for (members, expected) in [
        (r#""payment":{"card":7}"#, &[("payment.card", "INVALID_VALUE")][..]),
        (r#""payment":{"card":"1"}"#, &[("payment.card", "LEN")]),
        (
            r#""payment":{"cash":{"title":"x"}}"#,
            &[("payment.cash.soldAt", "REQUIRED"), ("payment.cash.title", "MIN_LEN")],
        ),
        (r#""payment":[]"#, &[("payment", "INVALID_VALUE")]),
        (r#""small":1,"small":2"#, &[("small", "INVALID_VALUE")]),
        (
            r#""items":[null,{"soldAt":"1970-01-01T00:00:00Z"},3]"#,
            &[("items[0]", "INVALID_VALUE"), ("items[2]", "INVALID_VALUE"), ("items[1].title", "MIN_LEN")],
        ),
        (
            r#""byNumber":{"7":256,"x":1}"#,
            &[("byNumber[7]", "INVALID_VALUE"), ("byNumber[x]", "INVALID_VALUE")],
        ),
    ] {
        let body = format!("{{{sound},{members}}}");
        let answer = json(address, "POST /orders", &body).await;
        assert_eq!((answer.status, told(&answer.json())), (400, pairs(expected)), "{body}: {answer:?}");
    }
}

#[tokio::test]
async fn faults_of_path_query_and_body_are_told_together() {
    let address = serve(app()).await;
    let answer = get(address, "/search/300?sort_by=a&max_items=many&since=soon").await;
    let expected = [
        ("max_items", "INVALID_VALUE"),
        ("page", "INVALID_VALUE"),
        ("since", "INVALID_VALUE"),
        ("sort_by", "MIN_LEN"),
    ];
    assert_eq!(told(&answer.json()), pairs(&expected), "{answer:?}");
    let answer = get(address, "/search/1?sortBy=a&maxItems=1%").await;
    let expected = [("maxItems", "INVALID_VALUE"), ("since", "REQUIRED"), ("sortBy", "MIN_LEN")];
    assert_eq!(told(&answer.json()), pairs(&expected), "{answer:?}");
    let answer = json(address, "PUT /orders/x", r#"{"title":"a","small":-1}"#).await;
    let expected = [
        ("price_cents", "INVALID_VALUE"),
        ("small", "INVALID_VALUE"),
        ("placedAt", "REQUIRED"),
        ("kind", "REQUIRED"),
        ("corners", "INVALID_VALUE"),
        ("title", "MIN_LEN"),
    ];
    assert_eq!(told(&answer.json()), pairs(&expected), "{answer:?}");
    let answer = json(address, "PATCH /orders/1?small=x", r#"[{"unitPrice":"x"}]"#).await;
    let told = told(&answer.json());
    for field in ["small", "items[0].unitPrice", "items[0].soldAt", "items[0].title", "title"] {
        assert!(told.iter().any(|(name, _)| name == field), "{field}: {told:?}");
    }
}

#[tokio::test]
async fn malformed_json_names_no_field() {
    let address = serve(app()).await;
    for body in [r#"{"small":}"#, r#"{"small":1"#, "["] {
        let answer = json(address, "POST /orders", body).await;
        assert_eq!((answer.status, &answer.json()["details"]), (400, &value!([])), "{body}: {answer:?}");
    }
}

#[tokio::test]
async fn as_many_faults_are_told_as_a_status_holds() {
    let address = serve(app()).await;
    let items = vec!["1"; 500].join(",");
    let answer = json(address, "POST /orders", &format!(r#"{{"items":[{items}]}}"#)).await;
    let told = told(&answer.json());
    assert_eq!(told.len(), 32, "{answer:?}");
    assert_eq!(told[31].0, "items[31]");
    // A long text is read again less often.
    let filler = "x".repeat(600_000);
    let answer =
        json(address, "POST /orders", &format!(r#"{{"small":"{filler}","items":[1,2,3,4,5]}}"#)).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn each_item_of_a_stream_tells_its_faults() {
    let address = serve(app()).await;
    let headers = ["content-type: application/x-ndjson"];
    let answer = send(address, "POST /upload", &headers, "{\"title\":\"a\",\"unitPrice\":\"x\"}\n").await;
    let expected = [("unitPrice", "INVALID_VALUE"), ("soldAt", "REQUIRED"), ("title", "MIN_LEN")];
    assert_eq!(told(&answer.json()), pairs(&expected), "{answer:?}");
}
