//! Query parameters: all fields that are not in the path or the body. Fields of nested messages have their
//! path as name.

use super::operation::Route;
use crate::model::{Element, Field, Message, Type};
use crate::schema::json::{Json, Object};
use crate::schema::shapes::{Schemas, Side, Variant, examples, wellknown};
use crate::transport::http::Body;

/// The depth to which nested messages are shown. The server reads deeper ones too.
const DEPTH: usize = 4;

/// The field that a path such as `book.name` leads to.
pub(super) fn find<'a>(route: &Route<'_>, path: &str, schemas: &Schemas<'a>) -> Option<&'a Field> {
    let package = route.call.service.package.as_ref();
    let mut message = schemas.message(package, &route.call.method.input)?;
    let mut words = path.split('.').peekable();
    loop {
        let word = words.next()?;
        let field = message.fields.iter().find(|field| field.name == word)?;
        if words.peek().is_none() {
            return Some(field);
        }
        message = schemas.message(package, field.ty.element().type_name()?)?;
    }
}

/// The schema of a field as text.
pub(super) fn schema(route: &Route<'_>, field: &Field, schemas: &Schemas<'_>) -> Object {
    let service = route.call.service;
    schemas.of_parameter(&service.package, field, Variant::new(Side::Input, service.json))
}

/// The example of a field as text.
pub(super) fn example(route: &Route<'_>, field: &Field) -> Option<Json> {
    examples::of_parameter(field, Variant::new(Side::Input, route.call.service.json))
}

/// Every query parameter of a route.
pub(super) fn query(route: &Route<'_>, schemas: &Schemas<'_>) -> Vec<Json> {
    let package = route.call.service.package.as_ref();
    let mut found = Vec::new();
    let whole = *route.body == Body::Whole;
    if let Some(message) = schemas.message(package, &route.call.method.input).filter(|_| !whole) {
        Query { route, schemas, found: &mut found }.message(message, "", "", DEPTH, true);
    }
    found
}

struct Query<'a, 'b> {
    route: &'a Route<'a>,
    schemas: &'a Schemas<'b>,
    found: &'a mut Vec<Json>,
}

impl Query<'_, '_> {
    /// Adds the parameters of a message. `at` is the path in field names, `shown` is the path in parameter
    /// names.
    fn message(&mut self, message: &Message, at: &str, shown: &str, depth: usize, required: bool) {
        let variant = Variant::new(Side::Input, self.route.call.service.json);
        for field in message.fields.iter() {
            let (at, shown) = (format!("{at}{}", field.name), format!("{shown}{}", variant.name_of(field)));
            if !self.is_elsewhere(&at) {
                self.field(field, &at, shown, depth, required && message.oneof.is_none());
            }
        }
    }

    /// Whether the path or the body holds the field.
    fn is_elsewhere(&self, at: &str) -> bool {
        let in_body = matches!(self.route.body, Body::Field(field) if field == at);
        in_body || self.route.path.is_some_and(|path| path.variables().any(|variable| variable == at))
    }

    fn field(&mut self, field: &Field, at: &str, shown: String, depth: usize, required: bool) {
        let package = self.route.call.service.package.as_ref();
        let message = match field.ty.element() {
            Element::Message(name) if !wellknown::is_text(name) => Some(name),
            Element::Message(_) | Element::Scalar(_) | Element::Text(_) | Element::Enum(_) => None,
        };
        match (&field.ty, message) {
            // The query holds neither lists nor maps of messages.
            (Type::Map(..) | Type::Repeated(_), Some(_)) => {}
            (Type::Map(..), None) => {
                let parameter = self.parameter(field, shown, false);
                self.found.push(parameter.with("style", "deepObject").with("explode", true).into());
            }
            (Type::Singular(_) | Type::Optional(_), Some(name)) => {
                if let Some(nested) = self.schemas.message(package, name).filter(|_| depth > 0) {
                    self.message(nested, &format!("{at}."), &format!("{shown}."), depth - 1, false);
                }
            }
            (Type::Singular(_) | Type::Optional(_) | Type::Repeated(_), None) => {
                let required = required && self.schemas.is_required(package, field);
                let parameter = self.parameter(field, shown, required);
                self.found.push(parameter.into());
            }
        }
    }

    fn parameter(&self, field: &Field, shown: String, required: bool) -> Object {
        Object::new()
            .with("name", shown)
            .with("in", "query")
            .with_text("description", &field.docs)
            .with_some("required", required.then_some(true))
            .with_some("deprecated", field.deprecated.then_some(true))
            .with("schema", schema(self.route, field, self.schemas))
            .with_some("example", example(self.route, field))
    }
}
