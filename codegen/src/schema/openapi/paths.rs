//! The paths of a document, each in one spelling. Their variables become parameters.

use super::Version;
use super::operation::{self, Route};
use super::parameters;
use crate::model::{Field, Scalar};
use crate::schema::address::{Address, Kind, Variable};
use crate::schema::json::{Json, Object};
use crate::schema::shapes::Schemas;
use std::collections::BTreeMap;

/// The paths of a document, in the order of the methods.
#[derive(Default)]
pub(super) struct Paths {
    items: Object,
    /// The spelling of each shape, and the names of its variables.
    known: BTreeMap<String, (String, Vec<String>)>,
}

impl Paths {
    /// Adds a route. The first route of a method has index 0.
    pub(super) fn add(&mut self, route: Route<'_>, index: usize, schemas: &Schemas<'_>, version: Version) {
        let mut path = match route.path {
            Some(template) => Address::new(template),
            None => Address::literal(route.call.path()),
        };
        let names: Vec<String> = path.variables.iter().map(|variable| variable.name.clone()).collect();
        let (text, names) = self.known.entry(path.shape).or_insert((path.text, names));
        for (variable, name) in path.variables.iter_mut().zip(names) {
            variable.name.clone_from(name);
        }
        let item = self.items.entry(text);
        let verb = route.verb.as_str().to_ascii_lowercase();
        // A server with two methods on one route does not start. The document shows the first one.
        if !item.contains(&verb) {
            item.add(verb, operation::render(&route, &path.variables, index, schemas, version));
        }
    }

    pub(super) fn finish(self) -> Object {
        self.items
    }
}

/// The parameter object of a variable.
pub(super) fn parameter(
    variable: &Variable,
    route: &Route<'_>,
    schemas: &Schemas<'_>,
    version: Version,
) -> Json {
    let found = variable.field.as_deref().and_then(|field| parameters::find(route, field, schemas));
    let docs = found.map_or("", |field: &Field| &field.docs);
    let schema = match variable.kind {
        Kind::Whole => match found {
            Some(field) if is_text(field) => never_empty(parameters::schema(route, field, schemas)),
            Some(field) => parameters::schema(route, field, schemas),
            None => text(),
        },
        Kind::Part => text(),
        Kind::Rest => Object::new().with("type", "string"),
    };
    let whole = found.filter(|_| variable.kind == Kind::Whole);
    let example = whole.and_then(|field| parameters::example(route, field));
    let reserved = variable.kind == Kind::Rest && version == Version::V3_2;
    Object::new()
        .with("name", variable.name.clone())
        .with("in", "path")
        .with_text("description", &variable.description(docs))
        .with("required", true)
        .with_some("deprecated", found.is_some_and(|field| field.deprecated).then_some(true))
        .with("schema", schema)
        .with_some("example", example)
        .with_some("allowReserved", reserved.then_some(true))
        .into()
}

fn is_text(field: &Field) -> bool {
    field.ty.element().scalar() == Some(Scalar::String)
}

/// Text of one segment.
fn text() -> Object {
    never_empty(Object::new().with("type", "string"))
}

/// The schema with a least length of 1: a segment of a path is never empty.
fn never_empty(mut schema: Object) -> Object {
    match schema.get("minLength") {
        Some(Json::Number(least)) if least != "0" => schema,
        _ => {
            schema.remove("minLength");
            schema.with("minLength", 1)
        }
    }
}
