//! `/docs`: Swagger UI (Apache-2.0, <https://github.com/swagger-api/swagger-ui>) on `/openapi.json`.
//!
//! Its script and its style come out of the crate `swagger-ui-dist`, which carries them: nothing is loaded from elsewhere,
//! and the page's policy forbids it. The addresses are relative, so that the page works under any prefix.

use super::documents::Document;
use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use http_body_util::BodyExt;
use swagger_ui_dist::{ApiDefinition, OpenApiSource, generate_routes};
use tower_service::Service;

const PAGE: &str = include_str!("page/index.html");
const START: &str = include_str!("page/start.js");
/// What is ours, but for what Swagger UI draws with: inline styles, and images in data URLs.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/// The page and what it loads, by path.
pub(super) fn documents() -> Vec<(String, Document)> {
    let document = |path: &str, content_type, text| {
        (path.to_owned(), Document { content_type, text, policy: Some(POLICY) })
    };
    let script = "text/javascript; charset=utf-8";
    vec![
        document("/docs", "text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())),
        document("/docs/start.js", script, Bytes::from_static(START.as_bytes())),
        document("/docs/swagger-ui-bundle.js", script, asset("/docs/swagger-ui-bundle.js")),
        document("/docs/swagger-ui.css", "text/css; charset=utf-8", asset("/docs/swagger-ui.css")),
    ]
}

/// A file of the crate, which gives it out as an axum route only: it has it at hand, so that nothing is waited for.
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
