//! A user's own router around us, and one merged into us; several servers in one application.
#![cfg(all(feature = "http", feature = "macros", feature = "axum"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{get, json, send};
use crate::support::http::{LibraryServer, Shelf, server};
use crate::support::{listen, serve};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::routing::{any, delete, get as route, post};
use polywire::{Message, Result, Server, service};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(Debug, Clone, PartialEq, Default, Message)]
struct Shop {
    id: i32,
    name: String,
}

/// Neighbours of [`crate::support::http::Library`]: each has paths of its own, and of every kind.
#[service(package = "shops.v1")]
trait Shops {
    #[http(GET "/shops/{id}")]
    #[http(POST "/shops/{id}:open")]
    #[http(GET "/shops/{id}/{name=**}")]
    #[http(GET "/größe/{id}")]
    async fn shop(&self, shop: Shop) -> Result<Shop>;

    #[http(PUT "/shops/{id}")]
    async fn change(&self, shop: Shop) -> Result<Shop>;
}

/// A route that [`Shops`] has as well.
#[service(package = "stalls.v1")]
trait Stalls {
    #[http(GET "/shops/{number}")]
    async fn stall(&self, number: i32) -> Result<Shop>;
}

/// On the path of a document.
#[service(package = "papers.v1")]
trait Papers {
    #[http(GET "/openapi.json")]
    async fn paper(&self) -> Result<Shop>;
}

/// On every path of one segment.
#[service(package = "links.v1")]
trait Links {
    #[http(GET "/{name}")]
    async fn link(&self, name: String) -> Result<Shop>;
}

struct Street;

impl Shops for Street {
    async fn shop(&self, shop: Shop) -> Result<Shop> {
        Ok(shop)
    }

    async fn change(&self, shop: Shop) -> Result<Shop> {
        Ok(shop)
    }
}

impl Stalls for Street {
    async fn stall(&self, number: i32) -> Result<Shop> {
        Ok(Shop { id: number, name: String::new() })
    }
}

impl Papers for Street {
    async fn paper(&self) -> Result<Shop> {
        Ok(Shop::default())
    }
}

impl Links for Street {
    async fn link(&self, name: String) -> Result<Shop> {
        Ok(Shop { id: 0, name })
    }
}

fn shops() -> Server {
    Server::new().service(ShopsServer::new(Street))
}

async fn axum(router: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    let make = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, make).await });
    address
}

#[tokio::test]
async fn everything_mounts_in_a_router() {
    let router = Router::new().route("/own", route(|| async { "mine" })).merge(server().into_router());
    let address = axum(router).await;
    assert_eq!(get(address, "/own").await.body, "mine");
    assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
    assert_eq!(json(address, "PUT /echo/7", r#"{"text":"x"}"#).await.json()["text"], "x");
    assert_eq!(get(address, "/nothing").await.message(), "no route for GET /nothing");
    assert_eq!(send(address, "PATCH /echo/7", &[], "").await.status, 405);
    let head = send(address, "HEAD /echo/7", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.header("content-length").is_some_and(|length| length != "0"), "{head:?}");
    let answer = send(address, "GET /watch/2", &["accept: text/event-stream"], "").await;
    assert!(answer.body.ends_with("event: end\ndata: {}\n\n"), "{answer:?}");
    assert_eq!(send(address, "GET /slow", &["grpc-timeout: 20m"], "").await.status, 504);
}

/// Asks for every path of both services, each under its prefix.
async fn both_answer(address: SocketAddr, library: &str, shops: &str) {
    for (line, key, value) in [
        ("GET /echo/7", "id", 7),
        ("POST /echo/7:lend", "id", 7),
        ("PUT /orders/5", "orderId", 5),
        ("PATCH /v1/shelves/1/parts/2", "id", 0),
        ("POST /test.v1.Library/Bare", "id", 0),
    ] {
        let (verb, path) = line.split_once(' ').expect("a verb and a path");
        let body = if verb == "GET" { "" } else { "{}" };
        let answer = json(address, &format!("{verb} {library}{path}"), body).await;
        assert_eq!(answer.status, 200, "{line}: {answer:?}");
        let found = &answer.json()[key];
        let number = found.as_i64().or_else(|| found.as_str()?.parse().ok()).unwrap_or(0);
        assert_eq!(number, value, "{line}: {answer:?}");
    }
    assert_eq!(get(address, &format!("{library}/text/a/b/c")).await.json()["text"], "a/b/c");
    for line in ["GET /shops/3", "POST /shops/3:open", "PUT /shops/3", "GET /gr%C3%B6%C3%9Fe/3"] {
        let (verb, path) = line.split_once(' ').expect("a verb and a path");
        let body = if verb == "GET" { "" } else { "{}" };
        let answer = json(address, &format!("{verb} {shops}{path}"), body).await;
        assert_eq!((answer.status, &answer.json()["id"]), (200, &3.into()), "{line}");
    }
    assert_eq!(get(address, &format!("{shops}/shops/3/by/the/sea")).await.json()["name"], "by/the/sea");
    let answer = send(address, &format!("DELETE {shops}/shops/3"), &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, PUT, OPTIONS")), "{answer:?}");
    for path in [format!("{library}/test.v1.proto"), format!("{shops}/shops.v1.proto")] {
        assert!(get(address, &path).await.body.starts_with("syntax"), "{path}");
    }
    assert_eq!(get(address, &format!("{shops}/openapi.json")).await.status, 200);
}

#[tokio::test]
async fn two_servers_are_in_one_application() {
    let merged = axum(Router::new().merge(server().into_router()).merge(shops().into_router())).await;
    both_answer(merged, "", "").await;
    let chained = axum(shops().into_router().merge(server().into_router())).await;
    both_answer(chained, "", "").await;
    let nested = Router::new().nest("/api", server().into_router()).merge(shops().into_router());
    both_answer(axum(nested).await, "/api", "").await;
    let apart = Router::new().nest("/a", server().into_router()).nest("/b/c", shops().into_router());
    both_answer(axum(apart).await, "/a", "/b/c").await;
    // The server's own paths come from the server that was merged last.
    assert!(get(merged, "/openapi.json").await.body.contains("shops.v1"));
    assert!(get(chained, "/openapi.json").await.body.contains("test.v1"));
}

#[tokio::test]
async fn an_application_keeps_its_fallback_and_its_routes() {
    let own = || {
        Router::new()
            .route("/", route(|| async { "home" }))
            .route("/shops/{id}", delete(|| async { "gone" }))
            .route("/openapi.json", post(|| async { "posted" }))
            .fallback(|| async { (StatusCode::IM_A_TEAPOT, "elsewhere") })
    };
    for router in [own().merge(shops().into_router()), shops().into_router().merge(own())] {
        let address = axum(router.merge(server().into_router())).await;
        assert_eq!(get(address, "/").await.body, "home");
        assert_eq!(send(address, "DELETE /shops/3", &[], "").await.body, "gone");
        assert_eq!(send(address, "POST /openapi.json", &[], "").await.body, "posted");
        assert_eq!(get(address, "/shops/3").await.json()["id"], 3);
        let answer = get(address, "/nothing").await;
        assert_eq!((answer.status, answer.body.as_str()), (418, "elsewhere"));
        assert_eq!(get(address, "/openapi.json").await.status, 200);
        assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
    }
    let outer = Router::new().fallback_service(shops().into_router());
    let address = axum(outer).await;
    assert_eq!(get(address, "/shops/3").await.json()["id"], 3);
    assert_eq!(get(address, "/nothing").await.message(), "no route for GET /nothing");
}

#[tokio::test]
async fn layers_stand_before_every_path_of_a_mounted_server() {
    let closed =
        axum::middleware::from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async {
            match request.headers().contains_key("x-key") {
                true => next.run(request).await,
                false => axum::response::IntoResponse::into_response(StatusCode::UNAUTHORIZED),
            }
        });
    let address = axum(server().into_router().layer(closed)).await;
    for line in [
        "GET /echo/7",
        "GET /openapi.json",
        "GET /ws",
        "GET /nothing",
        "POST /grpc.health.v1.Health/Check",
        "PATCH /echo/7",
    ] {
        assert_eq!(send(address, line, &[], "").await.status, 401, "{line}");
        assert_ne!(send(address, line, &["x-key: 1"], "").await.status, 401, "{line}");
    }
}

/// The error of a server that refuses before its first request, the same from each way to begin.
async fn refusal(make: impl Fn() -> Server) -> String {
    let served = make().listen("127.0.0.1:0").serve_until(async {}).await.expect_err("refused").to_string();
    let routed = make().try_into_router().expect_err("refused").to_string();
    let panic = catch_unwind(AssertUnwindSafe(|| make().into_router())).expect_err("refused");
    assert_eq!(panic.downcast_ref::<String>(), Some(&served));
    assert_eq!(served, routed);
    served
}

#[tokio::test]
async fn what_would_shadow_another_in_silence_is_refused_with_both_names() {
    let both = refusal(|| shops().service(StallsServer::new(Street))).await;
    assert!(both.contains("stalls.v1.Stalls/Stall") && both.contains("shops.v1.Shops/Shop"), "{both}");
    assert!(both.contains("GET /shops/{number}"), "{both}");
    let twice = refusal(|| shops().service(ShopsServer::new(Street))).await;
    assert!(twice.contains("shops.v1.Shops is mounted twice"), "{twice}");
    let document = refusal(|| Server::new().service(PapersServer::new(Street))).await;
    assert!(
        document.contains("papers.v1.Papers/Paper") && document.contains("show_schema(false)"),
        "{document}"
    );
    #[cfg(not(feature = "zstd"))]
    {
        let unbuilt = refusal(|| shops().compression([polywire::Compression::Zstd])).await;
        assert!(unbuilt.contains("zstd"), "{unbuilt}");
    }
    assert!(refusal(|| shops().hosts(["http://a"])).await.contains("`http://a` is not a host"));
    let hidden = Server::new().show_schema(false).service(PapersServer::new(Street));
    assert_eq!(get(axum(hidden.into_router()).await, "/openapi.json").await.json()["id"], 0);
}

#[tokio::test]
async fn a_document_goes_before_a_route_with_a_variable() {
    let links = || Server::new().service(LinksServer::new(Street));
    for address in [serve(links()).await, axum(links().into_router()).await] {
        assert_eq!(get(address, "/home").await.json()["name"], "home");
        assert!(get(address, "/openapi.json").await.json()["openapi"].is_string());
    }
    let address = serve(links().show_schema(false)).await;
    assert_eq!(get(address, "/openapi.json").await.json()["name"], "openapi.json");
}

#[tokio::test]
async fn a_router_merges_into_ours() {
    let router = Router::new()
        .route("/own", route(|| async { "mine" }))
        .route("/echo/{id}", delete(|| async { "never: the service has it" }).patch(|| async { "patched" }))
        .route("/teapot", any(|| async { StatusCode::IM_A_TEAPOT }));
    let address = serve(server().merge(router.clone())).await;
    let mounted = axum(server().merge(router).into_router()).await;
    for address in [address, mounted] {
        assert_eq!(get(address, "/own").await.body, "mine");
        assert_eq!(get(address, "/teapot").await.status, 418);
        assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
        assert_eq!(send(address, "DELETE /echo/7", &[], "").await.json()["id"], 7);
        assert_eq!(send(address, "PATCH /echo/7", &[], "").await.body, "patched");
        // The router has no route here, so the refusal is ours.
        let refused = send(address, "PATCH /tags/", &[], "").await;
        assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));
        assert_eq!(get(address, "/nothing").await.status, 404);
    }
}

async fn who(ConnectInfo(peer): ConnectInfo<SocketAddr>) -> String {
    peer.ip().to_string()
}

#[tokio::test]
async fn a_merged_router_knows_the_peer() {
    let router = || Router::new().route("/who", route(who)).route("/shops/{id}", delete(who));
    for address in [
        serve(shops().merge(router())).await,
        serve(Server::new().merge(router())).await,
        axum(shops().merge(router()).into_router()).await,
    ] {
        assert_eq!(get(address, "/who").await.body, "127.0.0.1");
        assert_eq!(send(address, "DELETE /shops/1", &[], "").await.body, "127.0.0.1");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_has_no_peer_to_know_as_in_axum() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let path = std::env::temp_dir().join(format!("polywire-mount-{}", std::process::id()));
    let address = format!("unix:{}", path.display());
    let router = Router::new().route("/who", route(who)).route("/own", route(|| async { "mine" }));
    tokio::spawn(Server::new().merge(router).listen(address).serve_until(std::future::pending()));
    let ask = async |target: &str| loop {
        let Ok(mut socket) = tokio::net::UnixStream::connect(&path).await else {
            tokio::task::yield_now().await;
            continue;
        };
        let request = format!("GET {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("an answer");
        return answer;
    };
    assert!(ask("/own").await.ends_with("mine"));
    assert!(ask("/who").await.starts_with("HTTP/1.1 500"));
    std::fs::remove_file(&path).expect("the socket");
}

#[tokio::test]
async fn a_server_without_services_leaves_everything_to_the_router_that_has_them() {
    let tag = axum::middleware::map_response(|mut response: axum::response::Response| async {
        response.headers_mut().insert("x-inner", axum::http::HeaderValue::from_static("1"));
        response
    });
    let inner = || server().into_router().layer(tag.clone());
    for address in
        [serve(Server::new().merge(inner())).await, axum(Server::new().merge(inner()).into_router()).await]
    {
        for (line, status) in [
            ("GET /echo/7", 200),
            ("GET /openapi.json", 200),
            ("GET /test.v1.proto", 200),
            ("GET /ws", 426),
            ("DELETE /tags/", 405),
            ("GET /nothing", 404),
        ] {
            let answer = send(address, line, &[], "").await;
            assert_eq!((answer.status, answer.header("x-inner")), (status, Some("1")), "{line}: {answer:?}");
        }
        assert!(get(address, "/openapi.json").await.body.contains("test.v1.Library"));
        let watched = json(address, "POST /sum", "{\"id\":1}\n{\"id\":2}\n").await;
        assert_ne!(watched.status, 404, "{watched:?}");
        #[cfg(feature = "grpc")]
        for service in ["", "test.v1.Library"] {
            let body = format!("{{\"service\":\"{service}\"}}");
            let answer = json(address, "POST /grpc.health.v1.Health/Check", &body).await;
            assert_eq!(answer.json()["status"], "SERVING", "{service}: {answer:?}");
            assert_eq!(answer.header("x-inner"), Some("1"));
        }
    }
}

#[cfg(feature = "grpc")]
#[tokio::test]
async fn a_server_with_a_router_alone_still_tells_its_health() {
    let taken = Router::new()
        .route("/own", route(|| async { "mine" }))
        .route("/read/{*rest}", post(|_: String| async { StatusCode::NOT_FOUND }));
    let address = serve(Server::new().merge(taken)).await;
    let answer = json(address, "POST /grpc.health.v1.Health/Check", "{}").await;
    assert_eq!(answer.json()["status"], "SERVING", "{answer:?}");
    assert_eq!(get(address, "/own").await.body, "mine");
    assert_eq!(json(address, "POST /read/it", "{}").await.status, 404);
    assert_eq!(get(address, "/nothing").await.status, 404);
}

#[tokio::test]
async fn services_go_before_a_merged_router_and_each_keeps_what_is_its_own() {
    let address = serve(shops().merge(server().into_router())).await;
    both_answer(address, "", "").await;
    assert!(get(address, "/openapi.json").await.body.contains("shops.v1"));
    drop(LibraryServer::new(Shelf));
}

#[tokio::test]
async fn unknown_methods_of_known_services_are_refused_in_the_words_of_the_protocol() {
    let address = axum(Router::new().merge(shops().into_router()).fallback(|| async { "elsewhere" })).await;
    #[cfg(feature = "grpc")]
    {
        let answer =
            send(address, "POST /shops.v1.Shops/No", &["content-type: application/grpc-web"], "").await;
        assert!(
            answer.header("grpc-status") == Some("12") || answer.body.contains("grpc-status: 12"),
            "{answer:?}"
        );
    }
    let answer = send(address, "GET /shops.v1.Shops/Shop", &[], "").await;
    assert_eq!(answer.status, 405, "{answer:?}");
    let answer = json(address, "POST /shops.v1.Shops/No", "{}").await;
    assert_eq!((answer.status, answer.json()["code"].is_null()), (404, false), "{answer:?}");
}

#[tokio::test]
async fn a_panic_of_a_merged_handler_is_its_answer_alone() {
    async fn later() -> &'static str {
        tokio::task::yield_now().await;
        panic!("a secret")
    }
    let router = || Router::new().route("/fine", route(|| async { "fine" })).route("/later", route(later));
    for server in [server().merge(router()), Server::new().merge(router())] {
        let address = serve(server).await;
        let get = |path| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        let last = "GET /fine HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let requests = format!("{}{}{last}", get("/fine"), get("/later"));
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
        tokio::io::AsyncWriteExt::write_all(&mut socket, requests.as_bytes()).await.expect("sent");
        let mut answers = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut socket, &mut answers).await.expect("answers");
        let answered = [answers.matches(" 200 OK").count(), answers.matches(" 500 Internal").count()];
        assert_eq!(answered, [2, 1], "{answers}");
        assert!(!answers.contains("secret"), "{answers}");
    }
}
