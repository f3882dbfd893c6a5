//! From an HTTP request to fields: which part becomes which field, and the errors when it cannot.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{get, json, send};
use crate::support::http::library;
use polywire::{Message, Result, service};
use serde_json::{Value, json as value};

/// The members of the answer that are not at their default.
fn set(answer: &crate::support::http::client::Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let Value::Object(mut object) = answer.json() else { panic!("{answer:?}") };
    let empty = [
        value!(0),
        value!("0"),
        value!(0.0),
        value!(""),
        value!(false),
        value!([]),
        value!({}),
        value!(null),
    ];
    object.retain(|_, value| !empty.contains(value));
    Value::Object(object)
}

#[tokio::test]
async fn path_and_query_become_fields() {
    let address = library().await;
    for (target, expected) in [
        ("/echo", value!({})),
        ("/echo?", value!({})),
        ("/echo/7", value!({"id": 7})),
        ("/echo/-7", value!({"id": -7})),
        ("/echo/7?text=a+b%20c", value!({"id": 7, "text": "a b c"})),
        ("/echo?order_id=9007199254740993", value!({"orderId": "9007199254740993"})),
        ("/echo?orderId=5", value!({"orderId": "5"})),
        ("/echo?count=1e3&price=2.5&flag=true", value!({"count": "1000", "price": 2.5, "flag": true})),
        ("/echo?price=NaN", value!({"price": "NaN"})),
        ("/echo?flag=false", value!({})),
        ("/echo?data=aGk", value!({"data": "aGk="})),
        ("/echo?data=-_8%3D", value!({"data": "+/8="})),
        ("/echo?tags=a&tags=b&tags=", value!({"tags": ["a", "b", ""]})),
        ("/echo?numbers=1&text=x&numbers=2", value!({"numbers": [1, 2], "text": "x"})),
        ("/echo?limit=0", value!({})),
        ("/echo?labels.one=1&labels.two=2", value!({"labels": {"one": 1, "two": 2}})),
        ("/echo?part.name=x&part.pageCount=3", value!({"part": {"name": "x", "pageCount": 3}})),
        ("/echo?part.name=x&part.page_count=3", value!({"part": {"name": "x", "pageCount": 3}})),
        ("/echo?%74ext=x", value!({"text": "x"})),
        ("/echo?unknown=1&also.unknown.deep=2&text=x", value!({"text": "x"})),
        ("/echo?&&text=x&", value!({"text": "x"})),
        ("/echo?text", value!({})),
        ("/flags/true", value!({"flag": true})),
        ("/text/a/b%20c", value!({"text": "a/b c"})),
        ("/text/", value!({})),
        ("/genres/GENRE_POETRY", value!({"genre": "GENRE_POETRY"})),
        ("/genres/2", value!({"genre": "GENRE_POETRY"})),
        // The same value twice is no conflict.
        ("/echo/7?id=7", value!({"id": 7})),
    ] {
        assert_eq!(set(&get(address, target).await), expected, "{target}");
    }
}

#[tokio::test]
async fn a_body_is_the_message_or_the_field_that_the_rule_says() {
    let address = library().await;
    for (line, body, expected) in [
        ("POST /echo", "", value!({})),
        ("POST /echo", "{}", value!({})),
        ("POST /echo", r#"{"id":1,"order_id":"2"}"#, value!({"id": 1, "orderId": "2"})),
        // `body: "*"` leaves nothing for the query.
        ("POST /echo?text=ignored", r#"{"id":1}"#, value!({"id": 1})),
        ("POST /test.v1.Library/Bare", r#"{"id":1}"#, value!({"id": 1})),
        ("POST /test.v1.Library/Bare", "", value!({})),
        ("POST /test.v1.Library/Echo", r#"{"text":"default route"}"#, value!({"text": "default route"})),
        ("PUT /echo/7", r#"{"text":"x","tags":["a"]}"#, value!({"id": 7, "text": "x", "tags": ["a"]})),
        ("PUT /echo/7", "", value!({"id": 7})),
        ("PUT /echo/7", r#"{"id":7,"text":"x"}"#, value!({"id": 7, "text": "x"})),
        ("PUT /echo/7", r#"{"id":"7","text":"x"}"#, value!({"id": 7, "text": "x"})),
        // A client that writes defaults does not contradict the path.
        ("PUT /echo/7", r#"{"id":0,"text":"x"}"#, value!({"id": 7, "text": "x"})),
        ("PUT /echo/7", r#"{"id":null,"text":"x"}"#, value!({"id": 7, "text": "x"})),
        ("PUT /orders/8", r#"{"orderId":"8","text":"x"}"#, value!({"orderId": "8", "text": "x"})),
        ("PUT /orders/8", r#"{"orderId":"0"}"#, value!({"orderId": "8"})),
        (
            "PUT /v1/merge/5",
            r#"{"part":{"name":"x"},"id":1}"#,
            value!({"id": 1, "part": {"name": "x", "pageCount": 5}}),
        ),
        ("PUT /v1/merge/5", r#"{"part":{"pageCount":5}}"#, value!({"part": {"name": "", "pageCount": 5}})),
        ("PUT /v1/merge/5", r#"{"part":null}"#, value!({"part": {"name": "", "pageCount": 5}})),
        (
            "PATCH /v1/shelves/1/parts/2?id=3&part.pageCount=9",
            r#"{"pageCount":4}"#,
            value!({"id": 3, "part": {"name": "shelves/1/parts/2", "pageCount": 4}}),
        ),
        ("PATCH /v1/shelves/1/parts/2", "", value!({"part": {"name": "shelves/1/parts/2", "pageCount": 0}})),
        ("POST /echo/7:lend", r#"{"text":"x"}"#, value!({"id": 7, "text": "x"})),
        ("DELETE /echo/7?text=x", "", value!({"id": 7, "text": "x"})),
    ] {
        assert_eq!(set(&json(address, line, body).await), expected, "{line} {body}");
    }
}

#[tokio::test]
async fn response_body_and_wrapped_values_answer_with_one_field() {
    let address = library().await;
    let part = json(address, "POST /v1/parts?id=1", r#"{"name":"x"}"#).await;
    assert_eq!((part.status, part.json()), (200, value!({"name": "x", "pageCount": 0})));
    assert_eq!(json(address, "POST /v1/parts", "").await.body, "null");
    assert_eq!(get(address, "/tags/?tags=a&tags=b").await.body, r#"["a","b"]"#);
    assert_eq!(json(address, "POST /test.v1.Library/Tags", r#"{"tags":["c"]}"#).await.body, r#"["c"]"#);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_its_place() {
    let address = library().await;
    for (line, body, part) in [
        (
            "GET /echo/x",
            "",
            "path variable `id`: invalid value: string \"x\", expected an integer in the range of i32",
        ),
        ("GET /echo/2147483648", "", "path variable `id`: invalid value"),
        ("GET /echo/1.5", "", "path variable `id`: invalid value"),
        ("GET /flags/yes", "", "path variable `flag`: invalid type: string \"yes\", expected a boolean"),
        (
            "GET /genres/DRAMA",
            "",
            "path variable `genre`: invalid value: string \"DRAMA\", expected a name or number of enum Genre",
        ),
        ("GET /echo?count=-1", "", "query parameter `count`: invalid value"),
        ("GET /echo?orderId=", "", "query parameter `orderId`: invalid value"),
        ("GET /echo?id=1&id=2", "", "query parameter `id`: is given more than once, but is not a list"),
        ("GET /echo?numbers=1&numbers=x", "", "query parameter `numbers`: invalid value: string \"x\""),
        ("GET /echo?order_id=1&orderId=2", "", "duplicate field `order_id`"),
        ("GET /echo?part=x", "", "query parameter `part`: is a message or a map: name what is inside"),
        ("GET /echo?part.pageCount=x", "", "query parameter `part.pageCount`: invalid value"),
        ("GET /echo?part=x&part.name=y", "", "query parameter `part`: is given as a whole and in parts"),
        ("GET /echo?parts.name=y", "", "field `parts`: is a list: give each item by the bare name"),
        ("GET /echo?tags[]=a", "", "field `tags`: is a list: give each item by the bare name"),
        ("GET /echo?tags[0]=a", "", "field `tags`: is a list: give each item by the bare name"),
        ("GET /echo?parts[0][name]=a", "", "`tags=a&tags=b`; a list of messages needs a body"),
        ("GET /echo?id[gte]=1", "", "field `id`: invalid type: map"),
        ("GET /echo?labels=a", "", "query parameter `labels`: is a message or a map"),
        ("GET /echo?labels[a]=x", "", "query parameter `labels[a]`: invalid value: string \"x\""),
        ("GET /echo?labels[a]=1&labels[a]=2", "", "query parameter `labels[a]`: is given more than once"),
        ("GET /echo?labels[a]=1&labels.a=2", "", "is given more than once"),
        ("GET /echo?labels[a=1", "", "query parameter `labels[a`: the brackets are malformed"),
        ("GET /echo?labels]=1", "", "query parameter `labels]`: the brackets are malformed"),
        ("GET /echo?labels[a]b=1", "", "query parameter `labels[a]b`: the brackets are malformed"),
        ("GET /echo?part[pageCount]=x", "", "query parameter `part[pageCount]`: invalid value"),
        ("GET /echo?text.x=y", "", "field `text`: invalid type: map, expected a string"),
        ("GET /echo?data=!", "", "query parameter `data`: invalid value"),
        ("GET /echo?text=%zz", "", "query parameter `text`: `%` begins no percent escape"),
        ("GET /echo?text=%ff", "", "query parameter `text`: is not UTF-8"),
        ("GET /echo/7?id=8", "", "query parameter `id`: the path sets `id` to `7`; leave the parameter out"),
        (
            "PUT /echo/7",
            r#"{"id":8}"#,
            "path variable `id`: the body says `8`; leave it out there, or say the same",
        ),
        ("PUT /orders/7", r#"{"orderId":"8"}"#, "path variable `order_id`: the body says `\"8\"`"),
        (
            "PUT /echo/7",
            r#"{"text":1}"#,
            "field `text`: invalid type: integer `1`, expected a string (at line 1, column 9)",
        ),
        ("PUT /echo/7", r#"{"text":"a","text":"b"}"#, "duplicate field `text`"),
        ("PUT /echo/7", r#"{"text":"a""#, "(at line 1, column 11)"),
        ("PUT /echo/7", r#"[1]"#, "invalid type: sequence, expected an object"),
        ("POST /echo", r#"{"part":{"pageCount":"x"}}"#, "field `part.pageCount`: invalid value"),
        ("POST /echo", r#"{"parts":[{},{"name":3}]}"#, "field `parts[1].name`: invalid type: integer `3`"),
        ("POST /echo", "{", "EOF while parsing an object (at line 1, column 1)"),
        ("POST /echo", "{} x", "trailing characters (at line 1, column 4)"),
        ("POST /echo", "null", "invalid type: null"),
        (
            "POST /v1/parts",
            r#"{"name":3}"#,
            "field `part.name`: invalid type: integer `3`, expected a string (at line 1, column 9)",
        ),
        ("POST /v1/parts", r#"{"name"}"#, "field `part`: expected `:` (at line 1, column 8)"),
        (
            "PUT /v1/merge/5",
            r#"{"part":{"pageCount":6}}"#,
            "path variable `part.page_count`: the body says `6`",
        ),
        ("PUT /v1/merge/5", r#"{"part":3}"#, "field `part`: invalid type: integer `3`"),
        ("PATCH /v1/shelves/1/parts/2", r#"{"pageCount":"x"}"#, "field `part.pageCount`: invalid value"),
    ] {
        let answer = json(address, line, body).await;
        assert_eq!(answer.status, 400, "{line} {body}: {answer:?}");
        assert_eq!(answer.json()["code"], 3, "{answer:?}");
        assert!(answer.message().contains(part), "{line} {body}: {:?}", answer.message());
    }
}

#[tokio::test]
async fn a_query_can_nest_and_repeat_only_so_far() {
    let address = library().await;
    let deep = format!("/echo?{}=1", vec!["part"; 65].join("."));
    let answer = get(address, &deep).await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("nests deeper than 64 levels"), "{answer:?}");
    let many = format!("/echo?{}", vec!["tags="; 3_000].join("&"));
    assert_eq!(get(address, &many).await.json()["tags"].as_array().map(Vec::len), Some(3_000));
}

#[tokio::test]
async fn a_body_without_content_type_is_read_only_when_empty() {
    let address = library().await;
    for (headers, body, status) in [
        (&[][..], "", 200),
        (&["content-type: application/json"], "", 200),
        // A form without fields is a form.
        (&["content-type: text/plain", "content-length: 0"], "", 415),
        (&["content-type: application/json; charset=utf-8"], "{}", 200),
        (&["content-type: Application/JSON"], "{}", 200),
        (&["content-type: application/merge-patch+json"], "{}", 200),
        (&[], "{}", 415),
        (&["content-type: application/x-www-form-urlencoded"], "{}", 415),
        (&["content-type: text/json"], "{}", 415),
    ] {
        let answer = send(address, "POST /echo", headers, body).await;
        assert_eq!(answer.status, status, "{headers:?}: {answer:?}");
    }
    let answer = send(address, "POST /echo", &["content-type: text/plain"], "{}").await;
    assert_eq!(answer.message(), "content type `text/plain` is not supported here; send application/json");
}

#[tokio::test]
async fn maps_and_messages_are_read_from_brackets_and_dots() {
    let address = library().await;
    for (query, expected) in [
        ("labels[a]=1&labels[b]=2", value!({"labels": {"a": 1, "b": 2}})),
        ("labels[b.c]=1&labels.a=2", value!({"labels": {"b.c": 1, "a": 2}})),
        ("labels%5Ba%20b%5D=1", value!({"labels": {"a b": 1}})),
        ("part[name]=x&part.pageCount=3", value!({"part": {"name": "x", "pageCount": 3}})),
        ("part[page_count]=3", value!({"part": {"name": "", "pageCount": 3}})),
        // Unknown names are ignored, in any spelling.
        ("no[a]=1&no]=2&[x=3&no.a[b]c=4&id=7", value!({"id": 7})),
    ] {
        let answer = get(address, &format!("/echo?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        for (name, part) in expected.as_object().expect("an object") {
            assert_eq!(&answer.json()[name], part, "{query}");
        }
    }
}

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Product {
    #[field(json = "product-name")]
    pub name: String,
    #[field(json = "priceCents")]
    pub price_cents: i64,
    pub in_stock: bool,
    #[field(default = 20)]
    pub page_size: u64,
    #[field(default = "title")]
    pub order_by: String,
    #[field(default = "abc")]
    pub token: Vec<u8>,
    #[field(default = true)]
    pub is_new: bool,
    #[field(default = 1.5, json = "w")]
    pub weight: f64,
}

#[service(package = "named.v1", json(case = "snake"))]
pub trait Named {
    #[http(GET "/products/{name}")]
    #[http(GET "/products")]
    #[http(POST "/products")]
    async fn put(&self, product: Product) -> Result<Product>;
}

pub struct Store;

impl Named for Store {
    async fn put(&self, product: Product) -> Result<Product> {
        Ok(product)
    }
}

fn product() -> serde_json::Value {
    value!({
        "product-name": "x", "priceCents": "7", "in_stock": true, "page_size": "20", "order_by": "title",
        "token": "YWJj", "is_new": true, "w": 1.5,
    })
}

#[tokio::test]
async fn a_name_that_was_written_wins_over_the_case_and_defaults_stand_in() {
    let address = crate::support::serve(polywire::Server::new().service(NamedServer::new(Store))).await;
    for (line, body) in [
        ("POST /products", r#"{"product-name":"x","priceCents":7,"in_stock":true}"#),
        ("POST /products", r#"{"name":"x","price_cents":"7","inStock":true,"pageSize":null}"#),
        ("GET /products?product-name=x&priceCents=7&in_stock=true", ""),
        ("GET /products?name=x&price_cents=7&inStock=true", ""),
        ("GET /products/x?priceCents=7&in_stock=true", ""),
    ] {
        let answer = json(address, line, body).await;
        assert_eq!((answer.status, answer.json()), (200, product()), "{line} {body}: {answer:?}");
    }
    let answer = json(address, "POST /products", r#"{"product-name":1,"in_stock":2}"#).await;
    let violations = answer.json()["details"][0]["fieldViolations"].clone();
    assert_eq!(
        [&violations[0]["field"], &violations[1]["field"]],
        ["product-name", "in_stock"],
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_name_that_was_written_holds_over_websocket_too() {
    use futures_util::{SinkExt, StreamExt};
    let address = crate::support::serve(polywire::Server::new().service(NamedServer::new(Store))).await;
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("ws://{address}/ws")).await.expect("a connection");
    let call = value!({
        "jsonrpc": "2.0", "id": 1, "method": "named.v1.Named.Put",
        "params": {"product-name": "x", "priceCents": "7", "in_stock": true},
    });
    socket.send(call.to_string().into()).await.expect("sent");
    let answer = socket.next().await.expect("an answer").expect("a message").into_text().expect("text");
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["result"], product());
}

#[test]
fn documents_say_defaults_maps_and_written_names() {
    let info = polywire::ApiInfo::new("named", "1");
    let named = NamedServer::<Store>::spec().openapi(info.clone(), polywire::OpenApi::V3_1);
    let named: serde_json::Value = serde_json::from_str(&named).expect("JSON");
    let parameters = named["paths"]["/products"]["get"]["parameters"].as_array().expect("parameters").clone();
    let default = |name: &str| {
        let found = parameters.iter().find(|parameter| parameter["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {parameters:?}"))["schema"]["default"].clone()
    };
    assert_eq!(default("page_size"), value!(20));
    assert_eq!(default("order_by"), value!("title"));
    assert_eq!(default("token"), value!("YWJj"));
    assert_eq!(default("is_new"), value!(true));
    assert_eq!(default("w"), value!(1.5));
    assert_eq!(default("product-name"), value!(null));
    let body = &named["components"]["schemas"]["named.v1.Product-Input-Snake"]["properties"];
    assert_eq!(body["page_size"]["default"], value!("20"), "{named:#}");
    assert_eq!(body["token"]["default"], value!("YWJj"));
    assert_eq!(body["priceCents"]["default"], value!(null));
    let library = crate::support::http::LibraryServer::<crate::support::http::Shelf>::spec();
    let library = library.openapi(info, polywire::OpenApi::V3_1);
    let library: serde_json::Value = serde_json::from_str(&library).expect("JSON");
    let parameters = library["paths"]["/echo"]["get"]["parameters"].as_array().expect("parameters");
    let labels = parameters.iter().find(|parameter| parameter["name"] == "labels").expect("the map");
    assert_eq!((&labels["style"], &labels["explode"]), (&value!("deepObject"), &value!(true)));
    assert_eq!(labels["schema"]["type"], "object");
    assert!(labels["schema"]["additionalProperties"]["format"] == "int32", "{labels:#}");
}
