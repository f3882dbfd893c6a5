//! The documents that a server shows, and hides when told so.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::send;
use crate::support::http::{library, server};
use crate::support::serve;
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
    assert!(page.header("content-security-policy").is_some());
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

#[tokio::test]
async fn no_browser_takes_a_document_or_an_answer_for_something_else() {
    let address = library().await;
    for (path, _) in DOCUMENTS {
        let answer = send(address, &format!("GET {path}"), &[], "").await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
    }
    for line in ["GET /echo/7", "GET /nothing", "PATCH /echo/7", "GET /fail/5", "GET /watch/2", "GET /echo/x"]
    {
        let answer = send(address, line, &[], "").await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{line}: {answer:?}");
    }
}

const BROWSER: &str = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn the_root_leads_a_browser_on_and_tells_a_program_what_it_was_told() {
    let info = ApiInfo::new("Books & <more>", "1.0.0");
    let address = serve(server().info(info)).await;
    let page = send(address, "GET /", &[BROWSER], "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("vary"), Some("accept"));
    assert!(page.header("content-security-policy").expect("a policy").contains("frame-ancestors 'none'"));
    for part in [
        "<title>Books &amp; &lt;more&gt;</title>",
        "href=\"openapi.json\"",
        "href=\"test.v1.proto\"",
        "test.v1.Library",
    ] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    assert_eq!(page.body.contains("href=\"docs\""), cfg!(feature = "docs"));
    assert!(!page.body.contains("start.js") && !page.body.contains("grpc."), "{page:?}");
    let head = send(address, "HEAD /", &[BROWSER], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for accept in ["accept: */*", "accept: application/json", "x-none: 1"] {
        let answer = send(address, "GET /", &[accept], "").await;
        assert_eq!((answer.status, answer.message()), (404, "no route for GET /".to_owned()), "{accept}");
    }
    let hidden = serve(server().show_schema(false)).await;
    assert_eq!(send(hidden, "GET /", &[BROWSER], "").await.status, 404);
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_root_is_the_routers_when_it_takes_it() {
    use axum::Router;
    use axum::routing::get;
    let home = || Router::new().route("/", get(|| async { "home" }));
    let single = || Router::new().fallback(|| async { "one page for all" });
    let address = serve(server().merge(home())).await;
    assert_eq!(send(address, "GET /", &[BROWSER], "").await.body, "home");
    let address = serve(server().merge(single())).await;
    assert_eq!(send(address, "GET /", &[BROWSER], "").await.body, "one page for all");
    assert_eq!(send(address, "GET /openapi.json", &[BROWSER], "").await.json()["openapi"], "3.1.1");
    let address = serve(server().merge(Router::new().route("/own", get(|| async { "mine" })))).await;
    assert!(send(address, "GET /", &[BROWSER], "").await.body.contains("openapi.json"));
}

#[cfg(feature = "docs")]
#[tokio::test]
async fn the_page_stands_in_no_frame_and_with_a_slash_it_is_the_same() {
    let info = ApiInfo::new("Books", "1").server("https://books.example/api").server("/relative");
    let address = serve(server().info(info)).await;
    let policy = send(address, "GET /docs", &[], "").await;
    let policy = policy.header("content-security-policy").expect("a policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "connect-src 'self' https://books.example",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for path in ["/docs", "/docs/start.js", "/docs/swagger-ui.css"] {
        let answer = send(address, &format!("GET {path}"), &[], "").await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let moved = send(address, "GET /docs/", &[], "").await;
    assert_eq!((moved.status, moved.header("location")), (308, Some("../docs")));
    let hidden = serve(server().show_schema(false)).await;
    assert_eq!(send(hidden, "GET /docs/", &[], "").await.status, 404);
}

#[derive(Debug)]
struct Closed;

impl polywire::Interceptor for Closed {
    fn before<'a>(
        &'a self,
        _: polywire::Context,
        _: &'static polywire::Method,
    ) -> polywire::BoxFuture<'a, polywire::Result<polywire::Context>> {
        Box::pin(async { Err(polywire::Status::unauthenticated("nobody may")) })
    }
}

/// The table in the guide: every method is behind the interceptors, whichever service it is from. All other
/// paths are not.
#[cfg(all(feature = "axum", feature = "grpc"))]
#[tokio::test]
async fn interceptors_stand_before_every_method_and_before_nothing_else() {
    let router = axum::Router::new().route("/own", axum::routing::get(|| async { "mine" }));
    let address = serve(server().interceptor(Closed).merge(router)).await;
    let web = "content-type: application/grpc-web+proto";
    for (line, header, behind) in [
        ("GET /echo/7", "x-none: 1", true),
        ("HEAD /echo/7", "x-none: 1", true),
        ("POST /test.v1.Library/Bare", "content-type: application/json", true),
        ("POST /grpc.health.v1.Health/Check", "content-type: application/json", true),
        ("GET /openapi.json", "x-none: 1", false),
        ("GET /asyncapi.json", "x-none: 1", false),
        ("GET /test.v1.proto", "x-none: 1", false),
        ("GET /", BROWSER, false),
        ("GET /own", "x-none: 1", false),
    ] {
        let body = if line.starts_with("POST") { "{}" } else { "" };
        let answer = send(address, line, &[header], body).await;
        assert_eq!(answer.status, if behind { 401 } else { 200 }, "{line}: {answer:?}");
    }
    // An empty message in an envelope.
    let envelope = "\0\0\0\0\0";
    for method in [
        "test.v1.Library/Bare",
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ] {
        let answer = send(address, &format!("POST /{method}"), &[web], envelope).await;
        assert!(
            answer.header("grpc-status") == Some("16") || answer.body.contains("grpc-status: 16"),
            "{method}: {answer:?}"
        );
    }
    // Hidden documents are behind nothing. A layer before the router could guard them as well.
    let hidden = serve(server().interceptor(Closed).show_schema(false)).await;
    assert_eq!(send(hidden, "GET /openapi.json", &[], "").await.status, 404);
}
