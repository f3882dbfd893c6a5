//! The documents that a server shows, and that it does not when told so.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(missing_docs, unused_crate_dependencies, clippy::expect_used)]

mod http_support;

use http_support::client::send;
use http_support::{library, serve, server};
use polywire::{ApiInfo, OpenApi};

const DOCUMENTS: [(&str, &str); 3] = [
    ("/test.v1.proto", "text/plain; charset=utf-8"),
    ("/openapi.json", "application/json"),
    ("/asyncapi.json", "application/json"),
];

#[tokio::test]
async fn the_documents_are_there() {
    let address = library().await;
    for (path, content_type) in DOCUMENTS {
        let answer = send(address, &format!("GET {path}"), &[], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)), "{path}");
        let head = send(address, &format!("HEAD {path}"), &[], "").await;
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        let answer = send(address, &format!("POST {path}"), &[], "").await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{path}");
    }
    let openapi = send(address, "GET /openapi.json", &[], "").await.json();
    assert_eq!(openapi["openapi"], "3.1.1");
    assert_eq!(openapi["paths"]["/echo/{id}"]["get"]["operationId"], "test.v1.Library.Echo.2");
    assert!(
        openapi["paths"]["/grpc.health.v1.Health/Check"].is_null(),
        "the server's own services are no part of the API"
    );
    let asyncapi = send(address, "GET /asyncapi.json", &[], "").await.json();
    assert_eq!(asyncapi["asyncapi"], "3.1.0");
}

#[tokio::test]
async fn the_documents_say_what_the_owner_says() {
    let info =
        ApiInfo::new("The library", "3.0.0").license("MIT").contact("The desk", "https://library.example");
    let info = info
        .description("Books.")
        .server("https://library.example/api")
        .broker("amqps://me:secret@broker.example");
    let address = serve(server().info(info).openapi(OpenApi::V3_2)).await;
    let openapi = send(address, "GET /openapi.json", &[], "").await.json();
    assert_eq!((&openapi["openapi"], &openapi["info"]["title"]), (&"3.2.0".into(), &"The library".into()));
    assert_eq!(openapi["servers"][0]["url"], "https://library.example/api");
    let stream = &openapi["paths"]["/watch/{id}"]["get"]["responses"]["200"]["content"]["text/event-stream"];
    assert!(stream["itemSchema"]["anyOf"].is_array(), "{stream}");
    let answer = send(address, "GET /asyncapi.json", &[], "").await;
    let servers = &answer.json()["servers"];
    assert_eq!(
        (&servers["websocket"]["protocol"], &servers["websocket"]["pathname"]),
        (&"wss".into(), &"/api".into())
    );
    assert_eq!(
        (&servers["broker"]["host"], &servers["broker"]["protocol"]),
        (&"broker.example".into(), &"amqps".into())
    );
    assert!(!answer.body.contains("secret"));
}

#[tokio::test]
async fn nothing_is_shown_by_a_server_that_hides_its_schema() {
    let address = serve(server().show_schema(false)).await;
    for (path, _) in DOCUMENTS.into_iter().chain([("/docs", ""), ("/docs/start.js", "")]) {
        assert_eq!(send(address, &format!("GET {path}"), &[], "").await.status, 404, "{path}");
    }
    #[cfg(feature = "grpc")]
    for version in ["v1", "v1alpha"] {
        let line = format!("POST /grpc.reflection.{version}.ServerReflection/ServerReflectionInfo");
        let answer = send(address, &line, &["content-type: application/grpc-web+proto"], "").await;
        assert!(answer.body.contains("grpc-status: 12"), "{answer:?}");
    }
    assert_eq!(send(address, "GET /echo/7", &[], "").await.status, 200);
}

#[cfg(feature = "docs")]
#[tokio::test]
async fn the_page_and_all_it_loads_come_from_the_server() {
    let address = library().await;
    let page = send(address, "GET /docs", &[], "").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").expect("a policy").starts_with("default-src 'self'"));
    for (path, least, content_type) in [
        ("/docs/swagger-ui-bundle.js", 1_000_000, "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", 100_000, "text/css; charset=utf-8"),
        ("/docs/start.js", 100, "text/javascript; charset=utf-8"),
    ] {
        assert!(page.body.contains(&path[1..]), "the page loads {path}");
        let answer = send(address, &format!("GET {path}"), &[], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)), "{path}");
        assert!(answer.body.len() > least, "{path}: {} bytes", answer.body.len());
    }
}
