//! The contract documents that a server shows: `/<package>.proto`, `/openapi.json`, `/asyncapi.json`, and `/docs` for people.
//!
//! Pages of other sites read them as they may call: when [`Cors`](super::Cors) lets them in.

use super::body::Body;
use crate::mounted::Mounted;
use crate::spec;
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode, request::Parts};
use polywire_codegen::schema::files::is_googles;
use polywire_codegen::schema::{asyncapi, openapi, proto};
use std::collections::HashMap;

/// The query that asks for a `.proto` file with its `google.api.http` options.
const ANNOTATIONS: &str = "annotations";
/// The query that asks for it without its `buf.validate.field` options.
const PLAIN: &str = "plain";
const TEXT: &str = "text/plain; charset=utf-8";

/// One document.
pub(super) struct Document {
    pub(super) content_type: &'static str,
    pub(super) text: Bytes,
    /// What the page may load (Content Security Policy).
    pub(super) policy: Option<&'static str>,
}

/// Rendered once at start, by path.
pub(crate) struct Documents(HashMap<String, Document>);

impl Documents {
    pub(crate) fn new(mounted: &Mounted) -> Self {
        let mut documents = HashMap::new();
        if mounted.shown.is_hidden {
            return Self(documents);
        }
        let api = spec::api(mounted.shown.info.clone(), mounted.of_user());
        for (name, file) in spec::files(&mounted.services) {
            if !is_googles(&name) {
                documents.insert(format!("/{name}"), Document::text(TEXT, proto::render(&file)));
                let annotated = Document::text(TEXT, proto::render_annotated(&file, &api));
                documents.insert(format!("/{name}?{ANNOTATIONS}"), annotated);
                documents
                    .insert(format!("/{name}?{PLAIN}"), Document::text(TEXT, proto::render_plain(&file)));
            }
        }
        let openapi = openapi::render(&api, mounted.shown.openapi);
        documents.insert("/openapi.json".to_owned(), Document::text(JSON, openapi));
        documents.insert("/asyncapi.json".to_owned(), Document::text(JSON, asyncapi::render(&api)));
        #[cfg(feature = "docs")]
        documents.extend(super::page::documents());
        Self(documents)
    }

    /// The document of a path, or that there is no other way to ask for it.
    pub(crate) fn find(&self, parts: &Parts) -> Option<Response<Body>> {
        let path = parts.uri.path();
        let asked = match parts.uri.query() {
            Some(query @ (ANNOTATIONS | PLAIN)) => self.0.get(&format!("{path}?{query}")),
            _ => None,
        };
        let document = asked.or_else(|| self.0.get(path))?;
        if parts.method != Method::GET && parts.method != Method::HEAD {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        let mut response = Response::new(Body::full(document.text.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(document.content_type));
        if let Some(policy) = document.policy {
            headers.insert(http::header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        Some(response)
    }
}

const JSON: &str = "application/json";

impl Document {
    fn text(content_type: &'static str, text: String) -> Self {
        Self { content_type, text: text.into(), policy: None }
    }
}
