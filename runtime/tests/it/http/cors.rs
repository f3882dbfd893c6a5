//! Pages of other sites: refused unless the server opens up, and then for every HTTP transport.
#![cfg(all(feature = "http", feature = "macros"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{Answer, raw, send};
use crate::support::http::{Everything, library, server};
use crate::support::{serve, serve_router};
use polywire::{Context, Cors, Result, Server, Streaming, service};
use std::net::SocketAddr;

const PAGE: &str = "origin: https://shop.example";

async fn preflight(address: SocketAddr, origin: &str) -> Answer {
    let headers =
        [origin, "access-control-request-method: PUT", "access-control-request-headers: content-type, x-key"];
    send(address, "OPTIONS /echo/7", &headers, "").await
}

#[tokio::test]
async fn a_server_is_closed_unless_told() {
    let address = library().await;
    let answer = send(address, "GET /echo/7", &[PAGE], "").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    assert_eq!(preflight(address, PAGE).await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn every_page_may_call_when_any_may() {
    let address = serve(server().cors(Cors::any().with_credentials())).await;
    for line in ["GET /echo/7", "GET /echo/x", "GET /nothing", "GET /test_v1.proto"] {
        let answer = send(address, line, &[PAGE], "").await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{line}");
        let exposed = answer.header("access-control-expose-headers").expect("exposed");
        assert!(exposed.contains("grpc-status-details-bin"), "{exposed}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "never for every page");
    }
    let answer = preflight(address, PAGE).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, x-key"));
    assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PUT")));
    // This is not a browser's preflight, so the route answers.
    assert!(send(address, "OPTIONS /echo/7", &[], "").await.header("allow").is_some());
}

#[tokio::test]
async fn only_the_pages_that_are_named_may_call() {
    let cors = Cors::origins(["https://Shop.example", "http://localhost:3000"])
        .with_credentials()
        .expose(["x-lead"]);
    let address = serve(server().cors(cors)).await;
    let answer = send(address, "GET /headers/1", &[PAGE], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.ends_with(", x-lead")));
    assert_eq!(answer.header("vary"), Some("origin"));
    for origin in ["origin: https://evil.example", "origin: https://shop.example.evil", "origin: null"] {
        let answer = send(address, "GET /echo/7", &[origin], "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None), "{origin}");
        assert_eq!(answer.header("vary"), Some("origin"), "or a cache would serve it to the others");
        assert_eq!(preflight(address, origin).await.header("access-control-allow-methods"), None, "{origin}");
    }
}

#[test]
#[should_panic(expected = "`x y` is not a header name")]
fn a_header_that_cannot_be_exposed_is_refused_at_start() {
    let _ = Cors::any().expose(["x y"]);
}

/// A header that a browser sends by itself.
const AGENT: &str = "user-agent: Mozilla/5.0 (X11; Linux x86_64)";

async fn status(address: SocketAddr, line: &str, host: &str, headers: &[&str]) -> u16 {
    let mut request = format!("{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    headers.iter().for_each(|header| request.push_str(&format!("{header}\r\n")));
    raw(address, format!("{request}\r\n").as_bytes()).await.status
}

#[tokio::test]
async fn a_page_whose_name_was_bent_to_loopback_reaches_nothing() {
    let address = library().await;
    for line in ["GET /echo/7", "GET /openapi.json", "POST /test.v1.Library/Bare", "GET /nothing", "GET /ws"]
    {
        for headers in [
            &["origin: http://evil"][..],
            &["origin: http://evil:8080", AGENT],
            &["origin: HTTP://EVIL"],
            &[AGENT],
            &["accept-language: en"],
            &["referer: http://evil/"],
        ] {
            assert_eq!(status(address, line, "evil", headers).await, 421, "{line} {headers:?}");
        }
    }
    let handshake = [
        "origin: http://evil",
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    assert_eq!(status(address, "GET /ws", "evil", &handshake).await, 421);
    let told = send(address, "GET /echo/7", &[AGENT], "").await;
    assert_eq!(told.message(), "host `test` is not served here; allow it with `Server::hosts([\"test\"])`");
    for host in ["localhost", "localhost:1", "127.0.0.1:1", "127.1.2.3", "[::1]", "app.localhost:3000"] {
        assert_eq!(status(address, "GET /echo/7", host, &[AGENT]).await, 200, "{host}");
    }
    // A program, a page behind a proxy that ends TLS, and a page of another site, which CORS decides about.
    for headers in [
        &[][..],
        &[AGENT, "sec-fetch-site: same-origin"],
        &[AGENT, "origin: https://shop.example"],
        &[AGENT, "origin: http://elsewhere.example"],
    ] {
        assert_eq!(status(address, "GET /echo/7", "shop.example", headers).await, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn a_server_with_a_list_of_hosts_serves_them_alone() {
    let address = serve(server().hosts(["Shop.example", "*.shop.example", "pay.example:8443"])).await;
    for host in [
        "shop.example",
        "shop.example:81",
        "a.b.shop.example",
        "pay.example:8443",
        "localhost:1",
        "127.0.0.1",
    ] {
        assert_eq!(status(address, "GET /echo/7", host, &[AGENT]).await, 200, "{host}");
    }
    for host in ["evil", "shop.example.evil", "ashop.example", "pay.example", "10.0.0.1", ""] {
        assert_eq!(status(address, "GET /echo/7", host, &[]).await, 421, "{host}");
    }
    let any = serve(server().hosts(["*"])).await;
    assert_eq!(status(any, "GET /echo/7", "evil", &[AGENT, "origin: http://evil"]).await, 200);
    // Loopback names are accepted by loopback listeners only.
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let open = server().hosts(["shop.example"]).listener(listener);
    tokio::spawn(open.serve_until(std::future::pending()));
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    assert_eq!(status(address, "GET /echo/7", "localhost", &[]).await, 421);
    assert_eq!(status(address, "GET /echo/7", "shop.example", &[]).await, 200);
}

/// What a page of another site would have its visitors do.
#[service(package = "pay.v1")]
pub trait Pay {
    #[http(POST "/transfers/{to}")]
    #[http(PUT "/transfers/{to}")]
    #[http(PATCH "/transfers/{to}")]
    #[http(DELETE "/transfers/{to}")]
    #[http(POST "/bare/{to}", body = "")]
    async fn transfer(&self, cx: Context, to: String) -> Result<String>;

    #[read]
    #[http(POST "/search")]
    async fn search(&self, cx: Context) -> Result<String>;

    #[http(POST "/import")]
    async fn import(&self, cx: Context, lines: Streaming<Everything>) -> Result<String>;

    #[http(POST "/follow")]
    async fn follow(&self) -> Result<Streaming<Everything>>;
}

struct Bank;

/// The credentials that arrived.
fn credentials(cx: &Context) -> String {
    let of = |name| cx.metadata().get(name).unwrap_or("none").to_owned();
    format!("{} {}", of("cookie"), of("authorization"))
}

impl Pay for Bank {
    async fn transfer(&self, cx: Context, _: String) -> Result<String> {
        Ok(credentials(&cx))
    }

    async fn search(&self, cx: Context) -> Result<String> {
        Ok(credentials(&cx))
    }

    async fn import(&self, cx: Context, _: Streaming<Everything>) -> Result<String> {
        Ok(credentials(&cx))
    }

    async fn follow(&self) -> Result<Streaming<Everything>> {
        Ok(Streaming::new(futures_util::stream::empty()))
    }
}

async fn bank(change: impl FnOnce(Server) -> Server) -> SocketAddr {
    serve(change(Server::new().hosts(["*"]).service(PayServer::new(Bank)))).await
}

/// Requests as a form sends them, or as easily sent.
const LINES: [&str; 9] = [
    "POST /transfers/eve",
    "PUT /transfers/eve",
    "PATCH /transfers/eve",
    "DELETE /transfers/eve",
    "POST /bare/eve",
    "POST /pay.v1.Pay/Transfer?to=eve",
    "POST /import",
    "POST /follow",
    "POST /pay.v1.Pay/Follow",
];
const FORMS: [&[&str]; 5] = [
    &[],
    &["content-type: application/x-www-form-urlencoded"],
    &["content-type: multipart/form-data; boundary=x"],
    &["content-type: Text/Plain; charset=utf-8"],
    &["content-type: "],
];
const EVIL: [&[&str]; 6] = [
    &["origin: https://evil.example"],
    &["origin: null"],
    &["sec-fetch-site: cross-site"],
    &["sec-fetch-site: cross-site", "origin: https://evil.example"],
    &["sec-fetch-site: same-site", "origin: http://other.test"],
    &["origin: http://test", "origin: https://evil.example"],
];

fn headers<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    parts.concat()
}

#[tokio::test]
async fn a_form_of_another_site_calls_nothing() {
    let address = bank(|server| server).await;
    for line in LINES {
        for form in FORMS {
            for evil in EVIL {
                let headers = headers(&[form, evil, &["cookie: session=1"]]);
                let answer = send(address, line, &headers, "").await;
                assert_eq!(answer.status, 403, "{line} {headers:?}: {answer:?}");
                assert_eq!(answer.json()["code"], 7, "permission_denied");
                assert!(answer.message().contains("Server::cors"), "{answer:?}");
            }
        }
    }
    let with_body = send(address, LINES[0], &[EVIL[0][0], FORMS[3][0], "cookie: session=1"], "{}").await;
    assert_eq!(with_body.status, 403);
}

#[tokio::test]
async fn our_own_pages_and_programs_call_as_before() {
    let address = bank(|server| server).await;
    for own in [
        &[][..],
        &["origin: http://test"],
        &["sec-fetch-site: same-origin", "origin: https://behind.a.proxy"],
        &["sec-fetch-site: none"],
    ] {
        for line in LINES {
            let headers = headers(&[own, &["cookie: session=1"]]);
            assert_eq!(send(address, line, &headers, "").await.status, 200, "{line} {own:?}");
        }
    }
    // A request that no form can make has a preflight: its answer has already decided.
    let asked = ["origin: https://evil.example", "content-type: application/json", "cookie: session=1"];
    assert_eq!(send(address, LINES[0], &asked, "").await.status, 200);
    // Anybody may call a method that changes nothing. CORS decides who may read the answer.
    let page = ["origin: https://evil.example", "sec-fetch-site: cross-site"];
    assert_eq!(send(address, "POST /search", &page, "").await.status, 200);
    assert_eq!(send(address, "GET /openapi.json", &page, "").await.status, 200);
}

#[tokio::test]
async fn pages_that_cors_lets_in_send_forms_with_the_credentials_that_it_says() {
    let page = ["origin: https://shop.example", "cookie: session=1", "authorization: Basic YTpi"];
    let listed = || Cors::origins(["https://shop.example"]);
    for (cors, arrived) in [
        (listed().with_credentials(), "session=1 Basic YTpi"),
        (listed(), "none none"),
        (Cors::any(), "none none"),
        (Cors::any().with_credentials(), "none none"),
    ] {
        let address = bank(|server| server.cors(cors)).await;
        for site in [&[][..], &["sec-fetch-site: cross-site"], &["sec-fetch-site: same-site"]] {
            let answer = send(address, "POST /transfers/ada", &headers(&[&page, site]), "").await;
            assert_eq!((answer.status, answer.body.contains(arrived)), (200, true), "{site:?} {answer:?}");
        }
    }
    let address = bank(|server| server.cors(listed().with_credentials())).await;
    for evil in EVIL {
        let answer =
            send(address, "POST /transfers/eve", &headers(&[evil, &["cookie: session=1"]]), "").await;
        assert_eq!(answer.status, 403, "{evil:?}");
    }
    // A token that a page sets itself belongs to the page.
    let address = bank(|server| server.cors(Cors::any())).await;
    let token = ["origin: https://shop.example", "authorization: Bearer x"];
    let answer = send(address, "POST /transfers/ada", &token, "").await;
    assert!(answer.body.contains("none Bearer x"), "{answer:?}");
}

#[tokio::test]
async fn a_content_type_that_is_not_read_is_refused_though_the_body_is_empty() {
    let address = bank(|server| server).await;
    for line in LINES {
        for form in &FORMS[1..4] {
            let answer = send(address, line, form, "").await;
            assert_eq!(answer.status, 415, "{line} {form:?}: {answer:?}");
        }
    }
    for line in ["POST /transfers/ada", "POST /bare/ada", "DELETE /transfers/ada", "POST /follow"] {
        assert_eq!(send(address, line, &["content-type: application/json"], "").await.status, 200, "{line}");
    }
    // Some clients set a content type for every request, even for one without a body.
    assert_eq!(send(address, "GET /openapi.json", &["content-type: text/plain"], "").await.status, 200);
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn pages_that_call_without_credentials_bring_none_of_the_browsers() {
    use axum::http::HeaderMap;
    let seen = || {
        let route = axum::routing::get(|headers: HeaderMap| async move {
            let names = ["cookie", "authorization", "x-kept"];
            names.map(|name| headers.contains_key(name).to_string()).join(" ")
        });
        axum::Router::new().route("/seen", route)
    };
    let listed = || Cors::origins(["https://shop.example"]);
    for (cors, origin, authorization, expected) in [
        (Cors::any(), Some(PAGE), "Basic dTpw", "false false true"),
        (Cors::any(), Some(PAGE), "negotiate YQ==", "false false true"),
        (Cors::any(), Some(PAGE), "Bearer token", "false true true"),
        (Cors::any(), Some("origin: null"), "Basic dTpw", "false false true"),
        (listed(), Some(PAGE), "Basic dTpw", "false false true"),
        (listed().with_credentials(), Some(PAGE), "Basic dTpw", "true true true"),
        // A program, and a page of our own.
        (Cors::any(), None, "Basic dTpw", "true true true"),
        (Cors::any(), Some("origin: https://test"), "Basic dTpw", "true true true"),
    ] {
        let address = serve(server().cors(cors).merge(seen())).await;
        let authorization = format!("authorization: {authorization}");
        let headers = ["cookie: a=1", &authorization, "x-kept: 1"].into_iter().chain(origin);
        let answer = send(address, "GET /seen", &headers.collect::<Vec<_>>(), "").await;
        assert_eq!(answer.body, expected, "{origin:?} {authorization}");
    }
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn a_mounted_server_checks_hosts_only_when_told() {
    for (server, expected) in [(server(), 200), (server().hosts(["shop.example"]), 421)] {
        let address = serve_router(server.into_router()).await;
        assert_eq!(status(address, "GET /echo/7", "evil", &[AGENT]).await, expected);
        assert_eq!(status(address, "GET /echo/7", "shop.example", &[]).await, 200);
    }
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn a_router_of_the_users_own_is_the_users_to_guard() {
    let router = axum::Router::new().route("/hook", axum::routing::post(async || "taken"));
    let address = bank(|server| server.merge(router)).await;
    let answer = send(address, "POST /hook", &["origin: https://evil.example"], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "taken"));
}
