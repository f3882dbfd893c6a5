//! JSON Schema (draft 2020-12) of messages and enums, for the JSON that the reader accepts and the writer
//! produces.
//!
//! The two differ. Input may be `null`, may lack fields that have a default, and may have numbers as text.
//! Output has every field. So a type that goes both ways has two schemas, and one more for each JSON style.
//!
//! One schema for both would be wrong on one side. OpenAPI and AsyncAPI hold `books.v1.Book` (as written) and
//! `books.v1.Book-Input` (as read), each exact. A type that goes one way has one schema, under its own name.

mod digits;
mod ecma;
mod enums;
pub(super) mod examples;
mod limits;
mod null;
mod scalars;
pub(super) mod wellknown;

use super::api::{Api, CallOf};
use super::json::{Json, Object};
use crate::model::{
    Constraint, Definition, Element, Enum, Field, JsonCase, JsonInt64, JsonStyle, Message, Others, Type,
    TypeName,
};
use null::nullable;
use std::collections::{BTreeMap, BTreeSet};

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Read by the server.
    Input,
    /// Written by the server.
    Output,
}

/// The identity of one schema among those of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variant {
    pub(super) side: Side,
    snake: bool,
    numbers: bool,
}

impl Variant {
    pub(super) fn new(side: Side, style: JsonStyle) -> Self {
        Self { side, snake: style.case == JsonCase::Snake, numbers: style.int64 == JsonInt64::Number }
    }

    /// The variant for text, in which a wide number is written as it is.
    fn as_text(self) -> Self {
        Self { numbers: true, ..self }
    }

    /// The name of a field in this variant.
    pub(super) fn name_of<'a>(&self, field: &'a Field) -> &'a str {
        field.name_in(if self.snake { JsonCase::Snake } else { JsonCase::Camel })
    }

    /// The suffix that tells this schema from others of the same type. A type name holds no `-`.
    fn suffix(self) -> String {
        let side = if self.side == Side::Input { "-Input" } else { "" };
        let case = if self.snake { "-Snake" } else { "" };
        let numbers = if self.numbers { "-Numbers" } else { "" };
        format!("{side}{case}{numbers}")
    }
}

/// A type and the schemas that it needs.
struct Use<'a> {
    package: &'a str,
    definition: &'a Definition,
    variants: BTreeSet<Variant>,
}

/// The schemas that a set of calls needs.
pub(super) struct Schemas<'a> {
    api: &'a Api,
    uses: BTreeMap<String, Use<'a>>,
}

impl<'a> Schemas<'a> {
    /// The schemas of all requests and responses of `calls`, including errors.
    pub(super) fn new(api: &'a Api, calls: &[CallOf<'a>]) -> Self {
        let mut schemas = Self { api, uses: BTreeMap::new() };
        for CallOf { service, method, .. } in calls {
            let (package, style) = (service.package.as_ref(), service.json);
            schemas.visit(package, &method.input, Variant::new(Side::Input, style));
            schemas.visit(package, &method.output, Variant::new(Side::Output, style));
            if let Some(error) = &method.error {
                schemas.visit(package, error, Variant::new(Side::Output, JsonStyle::CANONICAL));
            }
        }
        schemas
    }

    fn visit(&mut self, package: &'a str, name: &TypeName, variant: Variant) {
        if wellknown::schema(name, variant).is_some() {
            return;
        }
        let Some(definition) = self.api.definition(package, name) else { return };
        let entry = self.uses.entry(name.full_name(package)).or_insert_with(|| Use {
            package,
            definition,
            variants: BTreeSet::new(),
        });
        if !entry.variants.insert(variant) {
            return;
        }
        if let Definition::Message(message) = definition {
            let names = message.fields.iter().filter_map(|field| field.ty.element().type_name());
            names.for_each(|name| self.visit(package, name, variant));
        }
    }

    /// The message that a name means.
    pub(super) fn message(&self, package: &str, name: &TypeName) -> Option<&'a Message> {
        self.api.definition(package, name)?.as_message()
    }

    /// All schemas by name.
    pub(super) fn components(&self) -> Object {
        let mut components = Object::new();
        for (name, Use { package, definition, variants }) in &self.uses {
            for variant in variants {
                let schema = match definition {
                    Definition::Message(message) => self.of_message(package, message, *variant),
                    Definition::Enum(definition) => enums::schema(definition, variant.side),
                };
                components.add(self.component(name, *variant), schema);
            }
        }
        components
    }

    /// The name of a schema. It is the type's name when there is only one schema, or for the canonical
    /// output.
    fn component(&self, full_name: &str, variant: Variant) -> String {
        let single = self.uses.get(full_name).is_none_or(|entry| entry.variants.len() == 1);
        if single { full_name.to_owned() } else { format!("{full_name}{}", variant.suffix()) }
    }

    /// The schema of a message or enum as a reference. A well-known type is written out.
    pub(super) fn of_type(&self, package: &str, name: &TypeName, variant: Variant) -> Object {
        wellknown::schema(name, variant)
            .unwrap_or_else(|| reference(&self.component(&name.full_name(package), variant)))
    }

    fn of_message(&self, package: &str, message: &Message, variant: Variant) -> Object {
        let head = Object::new()
            .with_text("description", &message.docs)
            .with_some("deprecated", message.deprecated.then_some(true));
        if message.oneof.is_some() {
            let member = |field: &Field| self.of_fields(package, std::iter::once(field), variant, |_| true);
            if let [only] = message.fields.as_ref() {
                let mut schema = head;
                schema.extend(member(only));
                return schema;
            }
            return head
                .with_list("oneOf", message.fields.iter().map(|field| member(field).into()).collect());
        }
        let mut schema = head;
        let required = |field: &Field| is_required(field, variant.side, self.api, package);
        let fields = message.fields.iter().filter(|field| field.oneof.is_none());
        schema.extend(self.of_fields(package, fields, variant, required));
        schema.with_list("allOf", self.choices(package, message, variant))
    }

    /// The rule of each `oneof`: at most one member is there.
    fn choices(&self, package: &str, message: &Message, variant: Variant) -> Vec<Json> {
        let mut oneofs: Vec<&str> = Vec::new();
        for oneof in message.fields.iter().filter_map(|field| field.oneof.as_deref()) {
            if !oneofs.contains(&oneof) {
                oneofs.push(oneof);
            }
        }
        let choice = |oneof: &str| {
            let members = || message.fields.iter().filter(|field| field.oneof.as_deref() == Some(oneof));
            let mut choices: Vec<Json> = members()
                .map(|field| {
                    let mut choice = self.of_fields(package, std::iter::once(field), variant, |_| true);
                    let others = members().filter(|other| other.number != field.number);
                    choice.entry("properties").extend(absent(others, variant));
                    choice.into()
                })
                .collect();
            choices.push(
                Object::new().with("type", "object").with("properties", absent(members(), variant)).into(),
            );
            Json::from(Object::new().with("anyOf", Json::List(choices)))
        };
        oneofs.into_iter().map(choice).collect()
    }

    /// An example of a whole message, made from the examples of its fields. `None` when a field that is
    /// always there has none.
    pub(super) fn example(&self, package: &str, name: &TypeName, variant: Variant) -> Option<Json> {
        examples::of_message(self, package, name, variant)
    }

    /// An object with some fields.
    pub(super) fn of_fields<'f>(
        &self,
        package: &str,
        fields: impl Iterator<Item = &'f Field>,
        variant: Variant,
        required: impl Fn(&Field) -> bool,
    ) -> Object {
        let (mut properties, mut needed) = (Object::new(), Vec::new());
        for field in fields {
            let name = variant.name_of(field).to_owned();
            let needs = required(field);
            properties.add(name.clone(), self.of_field(package, field, variant, !needs));
            if needs {
                needed.push(Json::from(name));
            }
        }
        let properties = (!properties.is_empty()).then_some(properties);
        Object::new().with("type", "object").with_some("properties", properties).with_list("required", needed)
    }

    /// Whether a message without this field is refused.
    pub(super) fn is_required(&self, package: &str, field: &Field) -> bool {
        is_required(field, Side::Input, self.api, package)
    }

    /// A field with its comment. When the field may be absent, `null` means absence.
    pub(super) fn of_field(&self, package: &str, field: &Field, variant: Variant, optional: bool) -> Object {
        let mut schema = self.of_value(package, field, variant);
        if variant.side == Side::Input && optional {
            schema = nullable(schema);
        }
        let mut description = field.docs.to_string();
        if let Some(Json::Text(own)) = schema.get("description") {
            match (description.is_empty(), field.constraints.is_empty()) {
                (true, _) => description.push_str(own),
                // The schema itself cannot express a pattern that only RE2 can run: this text alone has it.
                (false, false) => description.push_str(&format!("\n\n{own}")),
                (false, true) => {}
            }
            schema.remove("description");
        }
        let mut head = Object::new().with_text("description", &description);
        head.extend(schema);
        let example = examples::of_field(field, variant).map(|example| Json::List(vec![example]));
        // Output needs no default, as it always has the value.
        let default = (variant.side == Side::Input).then(|| examples::of_default(field, variant)).flatten();
        head.with_some("deprecated", field.deprecated.then_some(true))
            .with_some("default", default)
            .with_some("examples", example)
    }

    /// The value of a field, without its comment. Input has the field's constraints. Output has none, as it
    /// is not checked.
    pub(super) fn of_value(&self, package: &str, field: &Field, variant: Variant) -> Object {
        let rules = if variant.side == Side::Input { field.constraints.as_ref() } else { &[] };
        let element = |rules| self.of_element(package, field.ty.element(), variant, rules);
        match &field.ty {
            Type::Singular(_) | Type::Optional(_) => element(rules),
            Type::Repeated(_) => {
                let items = element(limits::inner(rules, |rule| matches!(rule, Constraint::Each(_))));
                limits::sized(Object::new().with("type", "array").with("items", items), rules)
            }
            Type::Map(key, _) => {
                let keys = limits::inner(rules, |rule| matches!(rule, Constraint::Keys(_)));
                let values = limits::inner(rules, |rule| matches!(rule, Constraint::Values(_)));
                let map = Object::new()
                    .with("type", "object")
                    .with_some("propertyNames", scalars::key(*key, keys))
                    .with("additionalProperties", element(values));
                limits::sized(map, rules)
            }
        }
    }

    fn of_element(&self, package: &str, element: &Element, variant: Variant, rules: &[Constraint]) -> Object {
        match element {
            Element::Scalar(scalar) if !rules.is_empty() => scalars::ruled(*scalar, rules),
            Element::Scalar(scalar) => scalars::schema(*scalar, variant.side, variant.numbers),
            Element::Text(form) => scalars::formed(*form, rules),
            Element::Message(name) if !rules.is_empty() => {
                limits::time(self.of_type(package, name, variant), rules)
            }
            Element::Enum(name) if !rules.is_empty() => match self.enumeration(package, name) {
                Some(definition) if definition.others == Others::Kept => enums::defined(definition),
                Some(_) | None => self.of_type(package, name, variant),
            },
            Element::Message(name) | Element::Enum(name) => self.of_type(package, name, variant),
        }
    }

    fn enumeration(&self, package: &str, name: &TypeName) -> Option<&Enum> {
        self.api.definition(package, name).and_then(Definition::as_enum)
    }

    /// A field that is the whole answer. It is `null` when it is absent.
    pub(super) fn of_answer(&self, package: &str, field: &Field, variant: Variant) -> Object {
        let schema = self.of_value(package, field, variant);
        if matches!(field.ty, Type::Optional(_)) { nullable(schema) } else { schema }
    }

    /// A field as a path variable or a query parameter. It is text, so there is no `null`, and numbers have
    /// one spelling.
    pub(super) fn of_parameter(&self, package: &str, field: &Field, variant: Variant) -> Object {
        let rules = field.constraints.as_ref();
        let is_list = matches!(field.ty, Type::Repeated(_));
        let of_one = match &field.ty {
            Type::Singular(_) | Type::Optional(_) => rules,
            Type::Repeated(_) => limits::inner(rules, |rule| matches!(rule, Constraint::Each(_))),
            Type::Map(..) => limits::inner(rules, |rule| matches!(rule, Constraint::Values(_))),
        };
        let one = match field.ty.element() {
            Element::Scalar(scalar) => scalars::parameter(*scalar, of_one),
            Element::Text(form) => scalars::formed(*form, of_one),
            element @ Element::Message(_) => self.of_element(package, element, variant, of_one),
            Element::Enum(name) => match self.enumeration(package, name) {
                Some(definition) => enums::parameter(definition, of_one),
                None => self.of_type(package, name, variant),
            },
        };
        if let Type::Map(key, _) = &field.ty {
            let keys = limits::inner(rules, |rule| matches!(rule, Constraint::Keys(_)));
            let map = Object::new()
                .with("type", "object")
                .with("propertyNames", scalars::bracketed(*key, keys))
                .with("additionalProperties", one);
            limits::sized(map, rules)
        } else if is_list {
            limits::sized(Object::new().with("type", "array").with("items", one), rules)
        } else {
            one.with_some("default", examples::of_default(field, variant.as_text()))
        }
    }
}

/// Whether a message of this side always has the field. For input: whether its absence is refused.
fn is_required(field: &Field, side: Side, api: &Api, package: &str) -> bool {
    if field.oneof.is_some() {
        return false;
    }
    match (side, &field.ty) {
        (Side::Output, ty) => !matches!(ty, Type::Optional(_)),
        (Side::Input, Type::Singular(Element::Message(_) | Element::Text(_))) => true,
        (Side::Input, Type::Singular(Element::Enum(name))) => match api.definition(package, name) {
            Some(Definition::Enum(definition)) => !enums::takes_zero(definition),
            Some(Definition::Message(_)) | None => false,
        },
        (Side::Input, ty) => !limits::takes_absence(&field.constraints, ty),
    }
}

/// Members of a `oneof` that are absent, which input may also write as `null`.
fn absent<'f>(fields: impl Iterator<Item = &'f Field>, variant: Variant) -> Object {
    let mut properties = Object::new();
    for field in fields {
        let none = match variant.side {
            Side::Input => Json::from(Object::new().with("type", "null")),
            Side::Output => Json::Bool(false),
        };
        properties.add(variant.name_of(field).to_owned(), none);
    }
    properties
}

/// The place of schemas in both kinds of documents.
const PLACE: &str = "#/components/schemas/";

/// A schema of the components by its name.
pub(super) fn reference(name: &str) -> Object {
    Object::new().with("$ref", format!("{PLACE}{name}"))
}

/// Drops the components that no path from `roots` leads to, such as the message around a value that travels
/// alone.
pub(super) fn keep_used(components: &mut Object, roots: &[&Object]) {
    let mut open = Vec::new();
    roots.iter().for_each(|root| root.references(&mut open));
    let mut used: BTreeSet<String> = BTreeSet::new();
    while let Some(reference) = open.pop() {
        let Some(name) = reference.strip_prefix(PLACE) else { continue };
        if used.insert(name.to_owned())
            && let Some(Json::Object(schema)) = components.get(name)
        {
            schema.references(&mut open);
        }
    }
    components.retain(|name| used.contains(name));
}
