//! Renders an [`Api`] as an OpenAPI document: every route, its input and its answers.
//!
//! OpenAPI describes single bodies. A stream is described as its text, with the schema of its items: as
//! `itemSchema` since 3.2, and as JSON Schema's `contentSchema` in 3.1.

mod content;
mod operation;
mod parameters;
mod paths;

use super::api::{Api, CallOf, Service};
use super::errors;
use super::json::{Json, Object};
use super::shapes::{Schemas, keep_used};
use crate::transport::http::{Body, Rule, Template, Verb};
use operation::Route;
use paths::Paths;

/// The version of OpenAPI.
///
/// ```
/// # use polywire_codegen::schema::openapi::Version as OpenApi;
/// assert_eq!(OpenApi::default(), OpenApi::V3_1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Version {
    /// 3.1, which most tools read.
    #[default]
    V3_1,
    /// 3.2, which has a place for the items of streams.
    V3_2,
}

impl Version {
    const fn number(self) -> &'static str {
        match self {
            Self::V3_1 => "3.1.1",
            Self::V3_2 => "3.2.0",
        }
    }
}

/// The text of the document, in JSON.
pub fn render(api: &Api, version: Version) -> String {
    let calls: Vec<CallOf<'_>> = api.calls().filter(|call| call.served.plans.http.is_some()).collect();
    let schemas = Schemas::new(api, &calls);
    let mut paths = Paths::default();
    for call in &calls {
        for (index, route) in routes(*call).into_iter().enumerate() {
            paths.add(route, index, &schemas, version);
        }
    }
    let mut components = schemas.components();
    errors::add_status(&mut components);
    errors::add_problem(&mut components);
    let paths = paths.finish();
    keep_used(&mut components, &[&paths]);
    Object::new()
        .with("openapi", version.number())
        .with("info", info(api))
        .with("servers", servers(api))
        // A trait does not say who may call it: the server decides.
        .with("security", Json::List(Vec::new()))
        .with_list("tags", tags(api))
        .with("paths", paths)
        .with("components", Object::new().with("schemas", components))
        .document()
}

/// The routes of a method: those that it names, and the default route that every method has.
fn routes(call: CallOf<'_>) -> Vec<Route<'_>> {
    let rules = call.served.plans.http.as_ref().map_or(&[][..], |plan| &plan.rules);
    let named = rules.iter().map(|rule: &Rule| Route {
        call,
        verb: rule.verb,
        path: Some(&rule.path),
        body: &rule.body,
        field: rule.response_body.as_deref().or(call.served.wrapped.as_deref()),
    });
    let default = Route {
        call,
        verb: Verb::Post,
        path: None::<&Template>,
        body: &Body::Whole,
        field: call.served.wrapped.as_deref(),
    };
    named.chain([default]).collect()
}

fn info(api: &Api) -> Object {
    let info = &api.info;
    let contact =
        info.contact.as_ref().map(|(name, url)| Object::new().with_text("name", name).with_text("url", url));
    let license = info.license.as_deref().map(|expression| {
        Object::new().with("name", expression.to_owned()).with("identifier", expression.to_owned())
    });
    Object::new()
        .with("title", info.title.to_string())
        .with_text("description", &api.description())
        .with_some("contact", contact)
        .with_some("license", license)
        .with("version", info.version.to_string())
}

fn servers(api: &Api) -> Json {
    let server = |url: &str| Json::from(Object::new().with("url", url.to_owned()));
    match api.info.servers.as_slice() {
        [] => Json::List(vec![server("/")]),
        urls => Json::List(urls.iter().map(|url| server(url)).collect()),
    }
}

/// One tag for each service.
fn tags(api: &Api) -> Vec<Json> {
    let has_routes = |service: &&Service| service.methods.iter().any(|method| method.plans.http.is_some());
    let tag = |service: &Service| {
        let tag = Object::new().with("name", service.model.full_name());
        let docs = service.model.docs.to_string();
        let docs = if docs.is_empty() { format!("`{}`", service.model.full_name()) } else { docs };
        tag.with("description", docs).into()
    };
    api.services().filter(has_routes).map(tag).collect()
}
