//! One operation with its parameters, its body and its answers.

use super::{Version, content, parameters, paths};
use crate::model::Field;
use crate::schema::address::Variable;
use crate::schema::api::CallOf;
use crate::schema::errors::{self, Variants};
use crate::schema::json::{Json, Object, texts};
use crate::schema::shapes::{Schemas, Side, Variant, reference};
use crate::transport::http::{Body, Template, Verb};

/// One way to call a method.
#[derive(Clone, Copy)]
pub(super) struct Route<'a> {
    pub(super) call: CallOf<'a>,
    pub(super) verb: Verb,
    /// The path. `None` for `POST /package.Service/Method`.
    pub(super) path: Option<&'a Template>,
    pub(super) body: &'a Body,
    /// The only field of the response in the answer.
    pub(super) field: Option<&'a str>,
}

/// The operation object of a method's route number `index`.
pub(super) fn render(
    route: &Route<'_>,
    variables: &[Variable],
    index: usize,
    schemas: &Schemas<'_>,
    version: Version,
) -> Object {
    let mut parameters: Vec<Json> =
        variables.iter().map(|variable| paths::parameter(variable, route, schemas, version)).collect();
    parameters.extend(parameters::query(route, schemas));
    Object::new()
        .with("tags", texts([route.call.service.full_name()]))
        .with("summary", route.call.summary())
        .with("description", route.call.description())
        .with("operationId", operation_id(route, index))
        .with_list("parameters", parameters)
        .with_some("requestBody", request(route, schemas, version))
        .with("responses", responses(route, schemas, version))
        .with_some(
            "deprecated",
            (route.call.method.deprecated || route.call.service.deprecated).then_some(true),
        )
}

/// The name of the method. Further routes have a number.
fn operation_id(route: &Route<'_>, index: usize) -> String {
    let name = route.call.name();
    match (index, route.path) {
        (0, _) => name,
        (_, None) => format!("{name}.rpc"),
        (index, Some(_)) => format!("{name}.{}", index + 1),
    }
}

fn request(route: &Route<'_>, schemas: &Schemas<'_>, version: Version) -> Option<Object> {
    let CallOf { service, method, .. } = route.call;
    let variant = Variant::new(Side::Input, service.json);
    let package = service.package.as_ref();
    if method.shape.client_streams() {
        let items = schemas.of_type(package, &method.input, variant);
        return Some(Object::new().with("content", content::lines_in(items, version)));
    }
    let message = schemas.message(package, &method.input);
    let (schema, required) = match route.body {
        Body::None => return None,
        Body::Field(name) => {
            let field = message?.fields.iter().find(|field| field.name == *name)?;
            (schemas.of_value(package, field, variant), schemas.is_required(package, field))
        }
        Body::Whole => {
            let in_path = |field: &&Field| {
                !route.path.is_some_and(|path| path.variables().any(|variable| variable == field.name))
            };
            let needs = |field: &Field| schemas.is_required(package, field);
            let schema = match message.filter(|message| !message.fields.iter().all(|field| in_path(&field))) {
                None => schemas.of_type(package, &method.input, variant),
                Some(message) => {
                    let fields = message.fields.iter().filter(in_path);
                    schemas.of_fields(package, fields, variant, needs)
                }
            };
            let required = message.is_some_and(|message| {
                message.oneof.is_some() || message.fields.iter().filter(in_path).any(needs)
            });
            (schema, required)
        }
    };
    let content = Object::new().with("application/json", Object::new().with("schema", schema));
    Some(Object::new().with_some("required", required.then_some(true)).with("content", content))
}

fn responses(route: &Route<'_>, schemas: &Schemas<'_>, version: Version) -> Object {
    let CallOf { service, method, .. } = route.call;
    let variant = Variant::new(Side::Output, service.json);
    let package = service.package.as_ref();
    let message = schemas.message(package, &method.output);
    let field = route.field.and_then(|name| message?.fields.iter().find(|field| field.name == name));
    let answer = match field {
        Some(field) => schemas.of_answer(package, field, variant),
        None => schemas.of_type(package, &method.output, variant),
    };
    let status = errors::status_of(route.call, Variants::All, schemas);
    let good = if method.shape.server_streams() {
        Object::new()
            .with("description", "The items, as they come.")
            .with("content", content::stream(&answer, &status, version))
    } else {
        let content = Object::new().with("application/json", Object::new().with("schema", answer));
        Object::new().with("description", "The answer.").with("content", content)
    };
    let mut responses = Object::new().with("200", good);
    for (status, variants) in errors::by_http(route.call) {
        let which = Variants::Only(&variants);
        let body = errors::status_of(route.call, which, schemas);
        let problem = errors::problem_of(route.call, which, schemas);
        responses.add(status.to_string(), failed(errors::description(&variants), body, problem));
    }
    let other = |description: &str| {
        failed(description.to_owned(), reference(errors::STATUS), reference(errors::PROBLEM))
    };
    responses
        .with("4XX", other("The request cannot be served as it is."))
        .with("5XX", other("The server, or something behind it, failed."))
}

fn failed(description: String, status: Object, problem: Object) -> Object {
    let content = Object::new()
        .with("application/json", Object::new().with("schema", status))
        .with("application/problem+json", Object::new().with("schema", problem));
    Object::new().with("description", description).with("content", content)
}
