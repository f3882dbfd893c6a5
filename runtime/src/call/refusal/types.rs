//! The types that a request reaches: what each path leads to, and what values may stand there.

use crate::message::codec::check::subscript_of;
use crate::message::codec::{self, Message};
use crate::message::error::{Step, joined};
use polywire_codegen::model::{
    self, Constraint, Definition, Definitions, Element, Field, Others, Scalar, Type, TypeName, WellKnown,
    Zero,
};

/// The most levels that a stand-in may nest.
const DEPTH: u32 = 16;
/// The most elements that a stand-in may have.
const ELEMENTS: u64 = 1024;

/// The definitions of types, and the name of the message itself.
pub(super) struct Types {
    root: TypeName,
    definitions: Definitions,
}

/// A place inside of a message.
pub(super) enum At<'t> {
    Field(&'t Field),
    Item { index: usize, element: &'t Element },
    Key { key: String, scalar: Scalar, element: &'t Element },
}

impl At<'_> {
    /// Whether a name, in either spelling, or a key leads to this place.
    pub(super) fn is(&self, name: &str) -> bool {
        match self {
            Self::Field(field) => field.json == name || field.name == name,
            Self::Key { key, .. } => key == name,
            Self::Item { .. } => false,
        }
    }

    /// The name in JSON, or the key.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Field(field) => field.json.to_string(),
            Self::Key { key, .. } => key.clone(),
            Self::Item { index, .. } => index.to_string(),
        }
    }
}

/// The path that leads from `path` to the place `at` inside it. `name` gives the name of a field.
pub(super) fn further(path: &str, at: &At<'_>, name: impl FnOnce(&Field) -> String) -> String {
    let part = match at {
        At::Field(field) => name(field),
        At::Item { index, .. } => format!("[{index}]"),
        At::Key { key, scalar, .. } => subscript_of(*scalar, key),
    };
    if path.is_empty() { part } else { joined(path, &part) }
}

impl Types {
    pub(super) fn of<M: Message>() -> Self {
        let mut definitions = Definitions::default();
        codec::register::<M>(&mut definitions);
        Self { root: M::NAME, definitions }
    }

    /// The places on the way, as far as they are known.
    pub(super) fn way(&self, steps: &[Step]) -> Vec<At<'_>> {
        let mut way = Vec::new();
        let mut message = self.message(&self.root);
        let mut field: Option<&Field> = None;
        for step in steps {
            let at = match (field.map(|field| &field.ty), step) {
                (Some(Type::Repeated(element)), Step::Index(index)) => At::Item { index: *index, element },
                (Some(Type::Map(scalar, element)), Step::Name(key)) => {
                    At::Key { key: key.clone(), scalar: *scalar, element }
                }
                (Some(Type::Map(scalar, element)), Step::Index(key)) => {
                    At::Key { key: key.to_string(), scalar: *scalar, element }
                }
                (None | Some(Type::Singular(_) | Type::Optional(_)), Step::Name(name)) => {
                    let found = message.and_then(|message| find(message, name));
                    let Some(found) = found else { break };
                    At::Field(found)
                }
                (Some(Type::Repeated(_)), Step::Name(_))
                | (None | Some(Type::Singular(_) | Type::Optional(_)), Step::Index(_)) => break,
            };
            let element = match &at {
                At::Field(found) => {
                    field = Some(found);
                    found.ty.element()
                }
                At::Item { element, .. } | At::Key { element, .. } => {
                    field = None;
                    *element
                }
            };
            message = element.type_name().and_then(|name| self.message(name));
            way.push(at);
        }
        way
    }

    /// The path by the names of the schema, as far as they are known.
    pub(super) fn canonical(&self, steps: &[Step]) -> String {
        self.way(steps)
            .iter()
            .fold(String::new(), |path, at| further(&path, at, |field| field.name.to_string()))
    }

    /// A message of the user's. Messages of protobuf have a JSON form of their own.
    fn message(&self, name: &TypeName) -> Option<&model::Message> {
        match self.definitions.get(name)? {
            Definition::Message(message) if WellKnown::of(name).is_none() => Some(message),
            Definition::Message(_) | Definition::Enum(_) => None,
        }
    }

    /// JSON that can be read in this place; `None` where no value is needed.
    pub(super) fn stand_in(&self, at: &At<'_>) -> Option<String> {
        match at {
            At::Field(field) => self.of_field(field, DEPTH),
            At::Item { element, .. } => self.of_element(element, DEPTH),
            At::Key { .. } => None,
        }
    }

    fn of_field(&self, field: &Field, depth: u32) -> Option<String> {
        match &field.ty {
            _ if field.oneof.is_some() => None,
            Type::Optional(_) | Type::Map(..) | Type::Singular(Element::Scalar(_)) => None,
            Type::Singular(element) => self.of_element(element, depth),
            Type::Repeated(element) => {
                let item = self.of_element(element, depth)?;
                let items = vec![item; usize::try_from(fixed_len(&field.constraints)?).ok()?];
                Some(format!("[{}]", items.join(",")))
            }
        }
    }

    fn of_element(&self, element: &Element, depth: u32) -> Option<String> {
        match element {
            Element::Scalar(scalar) => Some(of_scalar(*scalar).to_owned()),
            Element::Text(form) => Some(format!("\"{}\"", form.least())),
            Element::Enum(name) => match self.definitions.get(name)? {
                Definition::Enum(definition) => of_enum(definition),
                Definition::Message(_) => None,
            },
            Element::Message(name) => match WellKnown::of(name) {
                Some(known) => Some(of_googles(known).to_owned()),
                None => self.of_message(self.message(name)?, depth.checked_sub(1)?),
            },
        }
    }

    fn of_message(&self, message: &model::Message, depth: u32) -> Option<String> {
        let member =
            |field: &Field, value: String| format!("{}:{value}", serde_json::Value::from(&*field.json));
        let members: Vec<String> = if message.oneof.is_some() {
            let first = message.fields.first()?;
            vec![member(first, self.of_element(first.ty.element(), depth)?)]
        } else {
            let fields = message.fields.iter();
            fields.filter_map(|field| Some(member(field, self.of_field(field, depth)?))).collect()
        };
        Some(format!("{{{}}}", members.join(",")))
    }
}

fn find<'t>(message: &'t model::Message, name: &str) -> Option<&'t Field> {
    message.fields.iter().find(|field| field.json == name || field.name == name)
}

/// The length of an array.
fn fixed_len(constraints: &[Constraint]) -> Option<u64> {
    let least = constraints.iter().find_map(|rule| match rule {
        Constraint::MinItems(count) if *count > 0 => Some(*count),
        _ => None,
    })?;
    (constraints.contains(&Constraint::MaxItems(least)) && least <= ELEMENTS).then_some(least)
}

const fn of_scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "false",
        Scalar::String | Scalar::Bytes => "\"\"",
        Scalar::Double
        | Scalar::Float
        | Scalar::Int32
        | Scalar::Int64
        | Scalar::Uint32
        | Scalar::Uint64
        | Scalar::Sint32
        | Scalar::Sint64
        | Scalar::Fixed32
        | Scalar::Fixed64
        | Scalar::Sfixed32
        | Scalar::Sfixed64 => "0",
    }
}

/// The first value that can be read.
fn of_enum(definition: &model::Enum) -> Option<String> {
    let has_zero = definition.others == Others::Kept || definition.zero == Zero::Own;
    let value = definition.values.iter().find(|value| has_zero || value.number != 0)?;
    Some(format!("\"{}\"", value.name))
}

const fn of_googles(known: WellKnown) -> &'static str {
    match known {
        WellKnown::Timestamp => "\"1970-01-01T00:00:00Z\"",
        WellKnown::Duration => "\"0s\"",
        WellKnown::FieldMask | WellKnown::StringValue | WellKnown::BytesValue => "\"\"",
        WellKnown::Value | WellKnown::NullValue => "null",
        WellKnown::ListValue => "[]",
        WellKnown::BoolValue => "false",
        WellKnown::Any | WellKnown::Empty | WellKnown::Struct => "{}",
        WellKnown::DoubleValue
        | WellKnown::FloatValue
        | WellKnown::Int32Value
        | WellKnown::Int64Value
        | WellKnown::UInt32Value
        | WellKnown::UInt64Value => "0",
    }
}
