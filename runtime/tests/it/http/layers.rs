//! `Server::layer`: layers of tower-http around a server of ours, and around it as a router.
#![cfg(all(feature = "http", feature = "macros", feature = "axum"))]
#![allow(clippy::expect_used)]

use crate::support::http::client::{Answer, get, json, raw, send};
use crate::support::http::{LibraryServer, Shelf, server};
use crate::support::{listen, serve};
use axum::Router;
use axum::extract::{ConnectInfo, Extension, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::{delete, get as route};
use polywire::{Context, Cors, Limits, Result, Server, service};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower_http::ServiceBuilderExt as _;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::request_id::MakeRequestUuid;

#[derive(Clone, Debug)]
struct User(&'static str);

/// The service whose handler tells what it knows of its call.
#[service(package = "seen.v1")]
trait Seen {
    #[http(GET "/seen/{id}")]
    async fn seen(&self, cx: Context, id: i32) -> Result<Vec<String>>;

    #[http(GET "/large")]
    async fn large(&self) -> Result<String>;
}

struct Eyes;

impl Seen for Eyes {
    async fn seen(&self, cx: Context, _: i32) -> Result<Vec<String>> {
        let peer = cx.peer().map(|peer| peer.ip().to_string());
        let user = cx.extension::<User>().map(|user| user.0.to_owned());
        let id = cx.metadata().get("x-request-id").map(str::to_owned);
        Ok([peer, user, id].into_iter().map(Option::unwrap_or_default).collect())
    }

    async fn large(&self) -> Result<String> {
        Ok("a".repeat(10_000))
    }
}

fn seen() -> Server {
    Server::new().service(SeenServer::new(Eyes))
}

/// Serves a router as axum does it, with the peers of its connections.
async fn axum(router: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    let make = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, make).await });
    address
}

/// The server on a listener of its own, and as a router under axum.
async fn both(make: impl Fn() -> Server) -> [SocketAddr; 2] {
    [serve(make()).await, axum(make().into_router()).await]
}

/// One line for each answer: the path that matched, the peer, `x-forwarded-for`, the status.
type Lines = Arc<Mutex<Vec<String>>>;

async fn note(Extension(lines): Extension<Lines>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    let forwarded = request.headers().contains_key("x-forwarded-for");
    let response = next.run(request).await;
    let line = format!("{path} {} {forwarded} {}", peer.unwrap_or_default(), response.status().as_u16());
    lines.lock().expect("no panic").push(line);
    response
}

fn noted(server: Server, lines: &Lines) -> Server {
    server.layer(Extension(Arc::clone(lines))).layer(from_fn(note))
}

#[tokio::test]
async fn a_layer_sees_every_answer_once_with_the_path_that_matched_and_the_peer() {
    let lines = Lines::default();
    let pages = || {
        Router::new().route("/pages/{page}", route(|| async { "a page" })).route(
            "/echo/{id}",
            delete(|| async { "never: the service has it" }).patch(|| async { "patched" }),
        )
    };
    for address in both(|| noted(server().merge(pages()), &lines)).await {
        for (line, path, status) in [
            ("GET /echo/7", "/echo/{id}", 200),
            ("DELETE /echo/7", "/echo/{id}", 200),
            ("PATCH /echo/7", "/echo/{id}", 200),
            ("PATCH /tags/", "/tags/", 405),
            ("GET /text/a/b", "/text/{*rest}", 200),
            ("POST /test.v1.Library/Bare", "/test.v1.Library/Bare", 200),
            ("POST /test.v1.Library/No", "/test.v1.Library/{*method}", 404),
            #[cfg(feature = "grpc")]
            ("POST /grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Check", 200),
            ("GET /openapi.json", "/openapi.json", 200),
            ("GET /pages/3", "/pages/{page}", 200),
            ("GET /nothing", "-", 404),
            // The page that lists the documents: the router has nothing there.
            ("GET /", "-", 200),
        ] {
            lines.lock().expect("no panic").clear();
            let accept = if line == "GET /" { "accept: text/html" } else { "accept: */*" };
            let body = if line.starts_with("POST") { "{}" } else { "" };
            let answer = send(address, line, &["content-type: application/json", accept], body).await;
            let noted = lines.lock().expect("no panic").join(", ");
            assert_eq!(noted, format!("{path} 127.0.0.1 false {status}"), "{line}: {answer:?}");
            assert_eq!(answer.status, status, "{line}: {answer:?}");
        }
        assert_eq!(send(address, "PATCH /echo/7", &[], "").await.body, "patched");
        assert_eq!(get(address, "/pages/3").await.body, "a page");
    }
}

#[tokio::test]
async fn a_layer_is_inside_of_those_added_before() {
    let add = |digit: &'static str| {
        map_response(move |mut response: Response| async move {
            let so_far = response.headers().get("x-order").and_then(|order| order.to_str().ok());
            let order = format!("{}{digit}", so_far.unwrap_or_default());
            response.headers_mut().insert("x-order", HeaderValue::from_str(&order).expect("digits"));
            response
        })
    };
    for address in both(|| server().layer(add("1")).layer(add("2"))).await {
        assert_eq!(get(address, "/echo/7").await.header("x-order"), Some("21"));
    }
}

#[tokio::test]
async fn a_handler_finds_what_a_layer_adds_and_the_peer() {
    let name = HeaderName::from_static("x-request-id");
    let ids = || tower::ServiceBuilder::new().set_x_request_id(MakeRequestUuid).propagate_x_request_id();
    for address in both(|| seen().layer(ids()).layer(Extension(User("ann")))).await {
        let answer = get(address, "/seen/1").await;
        let id = answer.header(name.as_str()).expect("an id").to_owned();
        assert_eq!(id.len(), 36, "{id}");
        assert_eq!(answer.json(), serde_json::json!(["127.0.0.1", "ann", id]));
        let given = send(address, "GET /seen/1", &["x-request-id: mine"], "").await;
        assert_eq!((given.header("x-request-id"), &given.json()[2]), (Some("mine"), &"mine".into()));
    }
}

#[tokio::test]
async fn a_server_behind_a_prefix_keeps_its_layers() {
    let lines = Lines::default();
    let inner = noted(seen(), &lines).into_router();
    let address = axum(Router::new().nest("/api", inner).merge(server().into_router())).await;
    assert_eq!(get(address, "/api/seen/1").await.status, 200);
    assert_eq!(get(address, "/echo/7").await.status, 200);
    assert_eq!(*lines.lock().expect("no panic"), ["/api/seen/{id} 127.0.0.1 false 200"]);
    // The same on a listener of ours: the service of one server, and a whole server under a prefix.
    let lines = Lines::default();
    let inner = noted(seen(), &lines).into_router();
    let address = serve(server().merge(Router::new().nest("/api", inner))).await;
    assert_eq!(get(address, "/api/seen/1").await.json()[0], "127.0.0.1");
    assert_eq!(get(address, "/echo/7").await.json()["id"], 7);
    assert!(get(address, "/api/openapi.json").await.body.contains("seen.v1"));
    assert!(get(address, "/openapi.json").await.body.contains("test.v1"));
    assert_eq!(lines.lock().expect("no panic").len(), 2);
}

#[cfg(feature = "grpc")]
#[tokio::test]
async fn answers_are_packed_by_a_layer_and_events_are_not() {
    use crate::support::grpc::raw::{Http, ask, gunzip, post};
    for address in both(|| seen().service(LibraryServer::new(Shelf)).layer(CompressionLayer::new())).await {
        let mut request = post("/large", "text/plain", &[("accept-encoding", "gzip")], "");
        *request.method_mut() = axum::http::Method::GET;
        let packed = ask(address, Http::One, request).await;
        assert_eq!(
            (packed.status, packed.header("content-encoding")),
            (StatusCode::OK, "gzip"),
            "{packed:?}"
        );
        assert_eq!(gunzip(&packed.body).len(), 10_002);
        assert_eq!(get(address, "/large").await.json(), "a".repeat(10_000));
        let events = ["accept: text/event-stream", "accept-encoding: gzip"];
        let events = send(address, "GET /watch/2", &events, "").await;
        assert!(events.body.ends_with("event: end\ndata: {}\n\n"), "{events:?}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_let_in_by_a_layer() {
    let page = "origin: https://shop.example";
    let cors = || CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any);
    for address in both(|| server().layer(cors())).await {
        let asked =
            ["access-control-request-method: PUT", "access-control-request-headers: content-type", page];
        let preflight = send(address, "OPTIONS /echo/7", &asked, "").await;
        let allowed = |answer: &Answer| answer.header("access-control-allow-origin").map(str::to_owned);
        assert_eq!((preflight.status, allowed(&preflight).as_deref()), (200, Some("*")), "{preflight:?}");
        let put = send(address, "PUT /echo/7", &["content-type: application/json", page], "{}").await;
        assert_eq!((put.status, allowed(&put).as_deref()), (200, Some("*")), "{put:?}");
    }
    // Ours goes before the layers.
    let lines = Lines::default();
    for address in both(|| noted(server().cors(Cors::any()), &lines)).await {
        let asked = ["access-control-request-method: PUT", page];
        assert_eq!(send(address, "OPTIONS /echo/7", &asked, "").await.status, 204);
        assert!(lines.lock().expect("no panic").is_empty());
    }
}

#[tokio::test]
async fn no_layer_sees_what_is_refused_or_the_word_of_a_stranger() {
    let lines = Lines::default();
    let forwarded = ["x-forwarded-for: 10.1.1.1"];
    let address = serve(noted(server().hosts(["test"]), &lines)).await;
    assert_eq!(send(address, "GET /echo/7", &forwarded, "").await.status, 200);
    assert_eq!(
        raw(address, b"GET /echo/7 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.status,
        421
    );
    assert_eq!(raw(address, b"GET /echo/7 HTTP/1.1\r\nconnection: close\r\n\r\n").await.status, 400);
    assert_eq!(*lines.lock().expect("no panic"), ["/echo/{id} 127.0.0.1 false 200"]);
    lines.lock().expect("no panic").clear();
    for address in both(|| noted(server().trusted_proxies(["127.0.0.1"]), &lines)).await {
        assert_eq!(send(address, "GET /echo/7", &forwarded, "").await.status, 200);
        assert_eq!(lines.lock().expect("no panic").pop().as_deref(), Some("/echo/{id} 127.0.0.1 true 200"));
    }
}

#[tokio::test]
async fn a_panic_of_a_layer_is_the_answer_to_one_request() {
    let bomb = from_fn(|request: Request, next: Next| async {
        assert!(!request.uri().path().ends_with("/13"), "a secret");
        next.run(request).await
    });
    let address = serve(server().layer(bomb)).await;
    let get = |id: u32, end: &str| format!("GET /echo/{id} HTTP/1.1\r\nhost: a\r\n{end}\r\n");
    let requests = [get(1, ""), get(13, ""), get(2, "connection: close\r\n")].concat();
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("a connection");
    tokio::io::AsyncWriteExt::write_all(&mut socket, requests.as_bytes()).await.expect("sent");
    let mut answers = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut socket, &mut answers).await.expect("answers");
    let answered = [answers.matches(" 200 OK").count(), answers.matches(" 500 Internal").count()];
    assert_eq!(answered, [2, 1], "{answers}");
    assert!(!answers.contains("secret"), "{answers}");
}

#[tokio::test]
async fn a_server_with_a_router_alone_has_layers_too() {
    let lines = Lines::default();
    let pages = || Router::new().route("/pages/{page}", route(|| async { "1" }));
    for address in both(|| noted(Server::new().merge(pages()), &lines)).await {
        assert_eq!(get(address, "/pages/3").await.body, "1");
        assert_eq!(get(address, "/nothing").await.status, 404);
        #[cfg(feature = "grpc")]
        assert_eq!(
            json(address, "POST /grpc.health.v1.Health/Check", "{}").await.json()["status"],
            "SERVING"
        );
        let seen = std::mem::take(&mut *lines.lock().expect("no panic"));
        assert_eq!(seen[..2], ["/pages/{page} 127.0.0.1 false 200", "- 127.0.0.1 false 404"]);
    }
}

#[tokio::test]
async fn a_server_with_layers_finishes_its_calls_when_it_stops() {
    let (entered, mut is_in) = tokio::sync::mpsc::unbounded_channel();
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let wait = {
        let gate = Arc::clone(&gate);
        from_fn(move |request: Request, next: Next| {
            let (gate, entered) = (Arc::clone(&gate), entered.clone());
            async move {
                entered.send(()).expect("the test waits");
                let _pass = gate.acquire().await.map_err(|_| StatusCode::GONE)?;
                Ok::<_, StatusCode>(next.run(request).await)
            }
        })
    };
    let (listener, address) = listen().await;
    let limits = Limits::default().drain_delay(Duration::ZERO);
    let mut serving = crate::support::start(server().limits(limits).layer(wait).listener(listener));
    let answer = tokio::spawn(async move { get(address, "/echo/7").await.status });
    is_in.recv().await.expect("the layer was entered");
    serving.stop();
    gate.add_permits(1);
    assert_eq!(answer.await.expect("no panic"), 200);
    serving.ended().await;
}
