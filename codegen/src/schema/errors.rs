//! The schemas of errors: `google.rpc.Status`, RFC 9457's problem details, and the typed details of methods.

use super::api::CallOf;
use super::json::{Json, Object, texts};
use super::shapes::{Schemas, Side, Variant, reference};
use crate::model::{Field, JsonStyle, Message};
use std::collections::BTreeMap;

/// The name of the schema of a status.
pub(super) const STATUS: &str = "google.rpc.Status";
/// The name of the schema of problem details.
pub(super) const PROBLEM: &str = "Problem";
/// The name of the schema of a detail.
pub(super) const ANY: &str = "google.protobuf.Any";

/// Adds `google.rpc.Status` and its parts, in the JSON form that all wires share.
pub(super) fn add_status(components: &mut Object) {
    let any = Object::new()
        .with("description", "A message of a type that `@type` names, its fields beside it.")
        .with("type", "object")
        .with("properties", Object::new().with("@type", Object::new().with("type", "string")))
        .with("required", texts(["@type"]));
    components.add(ANY, any);
    let properties = Object::new()
        .with("code", code("The number of the code (google.rpc.Code), such as 5 for `not_found`."))
        .with("message", text("What went wrong, for people."))
        .with("details", details());
    components.add(
        STATUS,
        Object::new()
            .with("description", "Why a call failed.")
            .with("type", "object")
            .with("properties", properties)
            .with("required", texts(["code", "message", "details"])),
    );
}

/// Adds the problem details of RFC 9457. Code and details are extension members. The message has the name
/// that it has in a status.
pub(super) fn add_problem(components: &mut Object) {
    let properties = Object::new()
        .with("type", Object::new().with("type", "string").with("format", "uri-reference"))
        .with("title", text("The reason phrase of the status."))
        .with("status", Object::new().with("type", "integer").with("minimum", 400).with("maximum", 599))
        .with("detail", text("What went wrong, for people."))
        .with("message", text("The same as `detail`, where a status has it."))
        .with("code", text("The name of the code (google.rpc.Code) in lower case, such as `not_found`."))
        .with("details", details());
    components.add(
        PROBLEM,
        Object::new()
            .with(
                "description",
                "Why a call failed, as RFC 9457 has it: for who accepts `application/problem+json`.",
            )
            .with("type", "object")
            .with("properties", properties)
            .with("required", texts(["type", "title", "status", "detail", "message", "code"])),
    );
}

/// The errors that a method names, one on each line: `- NOT_FOUND, missing: no book {id}`.
pub(super) fn told(name: &str, error: Option<&Message>) -> Vec<String> {
    let variant = |field: &Field| {
        let failure = field.failure.as_ref()?;
        let code = failure.code.as_str().to_ascii_uppercase();
        Some(format!("- {code}, {}: {}", field.name, in_one_line(&failure.message)))
    };
    let variants = error.iter().flat_map(|error| error.fields.iter()).filter_map(variant);
    [format!("Fails with a {name} among the details of its status:")].into_iter().chain(variants).collect()
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The HTTP statuses of a method's errors, in order, each with the variants that have it.
pub(super) fn by_http(call: CallOf<'_>) -> BTreeMap<u16, Vec<&Field>> {
    let mut statuses: BTreeMap<u16, Vec<&Field>> = BTreeMap::new();
    for field in call.error.iter().flat_map(|error| error.fields.iter()) {
        if let Some(failure) = &field.failure {
            statuses.entry(failure.code.http()).or_default().push(field);
        }
    }
    statuses
}

/// The description of a response with one of these variants.
pub(super) fn description(variants: &[&Field]) -> String {
    let variant = |field: &&Field| {
        let failure = field.failure.as_ref()?;
        let docs = if field.docs.is_empty() { &failure.message } else { &field.docs };
        Some(format!("`{}` ({}): {}", field.json, failure.code, in_one_line(docs)))
    };
    variants.iter().filter_map(variant).collect::<Vec<_>>().join("; ")
}

/// The typed errors of a method that an answer may hold.
#[derive(Clone, Copy)]
pub(super) enum Variants<'a> {
    All,
    Only(&'a [&'a Field]),
}

/// The status that a call may fail with. It includes the detail of the method's typed error, if there is one.
pub(super) fn status_of(call: CallOf<'_>, variants: Variants<'_>, schemas: &Schemas<'_>) -> Object {
    with_detail(STATUS, call, variants, schemas)
}

/// The problem details that a call may fail with.
pub(super) fn problem_of(call: CallOf<'_>, variants: Variants<'_>, schemas: &Schemas<'_>) -> Object {
    with_detail(PROBLEM, call, variants, schemas)
}

fn with_detail(name: &str, call: CallOf<'_>, variants: Variants<'_>, schemas: &Schemas<'_>) -> Object {
    let Some(error) = &call.method.error else { return reference(name) };
    let package = call.service.package.as_ref();
    let url = format!("type.googleapis.com/{}", error.full_name(package));
    let tag = Object::new()
        .with("type", "object")
        .with("properties", Object::new().with("@type", Object::new().with("const", url)))
        .with("required", texts(["@type"]));
    let variant = Variant::new(Side::Output, JsonStyle::CANONICAL);
    let member = |field: &&Field| schemas.of_fields(package, std::iter::once(*field), variant, |_| true);
    let error = match variants {
        Variants::All => schemas.of_type(package, error, variant),
        Variants::Only([field]) => member(field),
        Variants::Only(fields) => {
            let members = fields.iter().map(|field| member(field).into()).collect();
            Object::new().with("oneOf", Json::List(members))
        }
    };
    let typed = Object::new().with("allOf", Json::List(vec![tag.into(), error.into()]));
    let items = Object::new().with("anyOf", Json::List(vec![typed.into(), reference(ANY).into()]));
    let details = Object::new().with("type", "array").with("items", items);
    let narrowed = Object::new().with("properties", Object::new().with("details", details));
    Object::new().with("allOf", Json::List(vec![reference(name).into(), narrowed.into()]))
}

fn details() -> Object {
    Object::new()
        .with("description", "More, for programs; a typed error of the method is one of these.")
        .with("type", "array")
        .with("items", reference(ANY))
}

fn code(description: &'static str) -> Object {
    Object::new()
        .with("description", description)
        .with("type", "integer")
        .with("minimum", 1)
        .with("maximum", 16)
}

fn text(description: &'static str) -> Object {
    Object::new().with("description", description).with("type", "string")
}
