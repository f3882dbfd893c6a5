//! `/docs`: Swagger UI (Apache-2.0, <https://github.com/swagger-api/swagger-ui>) on `/openapi.json`.
//!
//! The page's script and style come from the crate `swagger-ui-dist`, which contains them. Nothing is loaded
//! from elsewhere, and the page's policy forbids it. The addresses are relative, so the page works under any
//! prefix.

use super::documents::document::Document;
use crate::net::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::LOCATION;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use polywire_codegen::schema::api::Info;
use swagger_ui_dist::{ApiDefinition, OpenApiSource, generate_routes};
use tower_service::Service;

const PAGE: &str = include_str!("page/index.html");
const START: &str = include_str!("page/start.js");
/// The policy allows our own files, and the data URLs of Swagger UI's images. `connect-src` is last, so that
/// [`policy`] can add the servers that the page may call.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; connect-src 'self'";

/// The page, and the files that it loads.
pub(super) const PATHS: [&str; 5] =
    ["/docs", WITH_SLASH, "/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"];
/// The page's path with a slash. Under it, relative addresses would lead elsewhere.
pub(super) const WITH_SLASH: &str = "/docs/";

/// The page and the files that it loads, by path.
pub(super) fn documents(info: &Info) -> Vec<(String, Document)> {
    let policy = policy(info);
    let document = |path: &str, content_type, text| {
        (path.to_owned(), Document::page(content_type, text, policy.clone()))
    };
    let script = "text/javascript; charset=utf-8";
    vec![
        document("/docs", "text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())),
        document("/docs/start.js", script, Bytes::from_static(START.as_bytes())),
        document("/docs/swagger-ui-bundle.js", script, asset("/docs/swagger-ui-bundle.js")),
        document("/docs/swagger-ui.css", "text/css; charset=utf-8", asset("/docs/swagger-ui.css")),
    ]
}

/// The policy, which also lets the page call the servers that its document names.
fn policy(info: &Info) -> HeaderValue {
    let origin = |url: &str| {
        let url: Uri = url.parse().ok()?;
        Some(format!(" {}://{}", url.scheme_str()?, url.authority()?))
    };
    let servers: String = info.servers().filter_map(origin).collect();
    HeaderValue::try_from(format!("{POLICY}{servers}")).unwrap_or(HeaderValue::from_static(POLICY))
}

/// Redirects from [`WITH_SLASH`] to the page, under any prefix.
pub(super) fn without_slash() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("../docs"));
    response
}

/// A file of the crate. The crate offers it only as an axum route, which has it at hand, so nothing is waited
/// for.
fn asset(path: &'static str) -> Bytes {
    let definition = ApiDefinition {
        uri_prefix: "/docs",
        api_definition: OpenApiSource::Uri("openapi.json"),
        title: None,
    };
    let request = Request::get(path).body(axum::body::Body::empty()).unwrap_or_default();
    let response = generate_routes(definition).call(request).now_or_never();
    let body = response.and_then(|response| response.ok()?.into_body().collect().now_or_never()?.ok());
    body.map(http_body_util::Collected::to_bytes).unwrap_or_default()
}
