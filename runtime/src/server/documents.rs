//! The contract documents that a server shows: `/<package>.proto`, `/openapi.json`, `/asyncapi.json`, `/docs`
//! for people, and the [index] of them at `/`.
//!
//! Pages of other sites may read them under the same rule as they may call: if [`Cors`](crate::net::Cors)
//! lets them in.

pub(super) mod document;
mod index;

use crate::call::spec;
use crate::net::body::Body;
use crate::waist::mounted::Mounted;
use document::Document;
use http::header::{ALLOW, VARY};
use http::{HeaderValue, Method, Response, StatusCode, request::Parts};
use polywire_codegen::schema::files::is_googles;
use polywire_codegen::schema::{asyncapi, openapi, proto};
use std::collections::HashMap;

/// The query that asks for a `.proto` file with its `google.api.http` options.
const ANNOTATIONS: &str = "annotations";
/// The query that asks for a `.proto` file without its `buf.validate.field` options.
const PLAIN: &str = "plain";
const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";
const OPENAPI: &str = "/openapi.json";
const ASYNCAPI: &str = "/asyncapi.json";
/// The documents by path, rendered once at start.
pub(crate) struct Documents {
    all: HashMap<String, Document>,
    /// Whether a route with a variable fits the path of a document. Then documents go first.
    are_first: bool,
    index: Option<Document>,
}

/// The paths of the documents that a server of these services shows, and those at which it answers an operator.
pub(crate) fn paths(mounted: &Mounted) -> Vec<String> {
    let operation = mounted.shown.operation.iter().copied().map(str::to_owned);
    if mounted.shown.is_hidden {
        return operation.collect();
    }
    let files = spec::files(&mounted.services).into_keys().filter(|name| !is_googles(name));
    let mut paths: Vec<String> = files.map(|name| format!("/{name}")).chain(operation).collect();
    paths.extend([OPENAPI, ASYNCAPI].map(str::to_owned));
    #[cfg(feature = "docs")]
    paths.extend(super::page::PATHS.map(str::to_owned));
    paths
}

impl Documents {
    pub(crate) fn new(mounted: &Mounted) -> Self {
        let mut all = HashMap::new();
        if mounted.shown.is_hidden {
            return Self { all, are_first: false, index: None };
        }
        let api = spec::api(mounted.shown.info.clone(), mounted.of_user());
        for (name, file) in spec::files(&mounted.services) {
            if !is_googles(&name) {
                all.insert(format!("/{name}"), Document::text(TEXT, proto::render(&file)));
                let annotated = Document::text(TEXT, proto::render_annotated(&file, &api));
                all.insert(format!("/{name}?{ANNOTATIONS}"), annotated);
                all.insert(format!("/{name}?{PLAIN}"), Document::text(TEXT, proto::render_plain(&file)));
            }
        }
        let openapi = openapi::render(&api, mounted.shown.openapi);
        all.insert(OPENAPI.to_owned(), Document::text(JSON, openapi));
        all.insert(ASYNCAPI.to_owned(), Document::text(JSON, asyncapi::render(&api)));
        #[cfg(feature = "docs")]
        all.extend(super::page::documents(&mounted.shown.info));
        Self { all, are_first: false, index: index::render(mounted) }
    }

    /// Learns which routes there are. If a route with a variable fits the path of a document, the document
    /// goes first.
    #[cfg(feature = "http")]
    pub(crate) fn before(mut self, takes: impl Fn(&str) -> bool) -> Self {
        self.are_first = self.all.keys().any(|path| takes(path));
        self
    }

    /// The document of a path that a route fits as well.
    pub(crate) fn find_before(&self, parts: &Parts) -> Option<Response<Body>> {
        if self.are_first && is_read(&parts.method) { self.find(parts) } else { None }
    }

    /// The document of a path; 405 for verbs other than GET and HEAD.
    pub(crate) fn find(&self, parts: &Parts) -> Option<Response<Body>> {
        let path = parts.uri.path();
        #[cfg(feature = "docs")]
        if path == super::page::WITH_SLASH && !self.all.is_empty() {
            return Some(super::page::without_slash());
        }
        let asked = match parts.uri.query() {
            Some(query @ (ANNOTATIONS | PLAIN)) => self.all.get(&format!("{path}?{query}")),
            _ => None,
        };
        let document = asked.or_else(|| self.all.get(path))?;
        if !is_read(&parts.method) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        Some(document.to_response())
    }

    /// The page at `/` that lists the documents, for browsers only. Other owners of that path go first.
    pub(crate) fn index(&self, parts: &Parts) -> Option<Response<Body>> {
        let index = self.index.as_ref()?;
        if parts.uri.path() != "/" || !is_read(&parts.method) || !index::wants_page(&parts.headers) {
            return None;
        }
        let mut response = index.to_response();
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
        Some(response)
    }
}

fn is_read(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}
