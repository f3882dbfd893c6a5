//! A tree of values, each with the place where it was written, and the reading of it by serde.
//!
//! Texts of environment variables have no type of their own. The reader says what it wants: `8` is a number or a
//! text, and `a, b` a list.

use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use std::fmt;
use std::sync::Arc;

/// The place of a key or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A line of a file, counted from 1.
    Line(Arc<str>, usize),
    /// An environment variable.
    Variable(Arc<str>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{file}:{line}"),
            Self::Variable(name) => write!(f, "{name}"),
        }
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: Place,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// The text of an environment variable.
    Said(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    /// Puts `over` on top: tables are joined, everything else is replaced.
    pub(super) fn join(&mut self, over: Self) {
        let (Value::Table(keys), Value::Table(new)) = (&mut self.value, &over.value) else {
            *self = over;
            return;
        };
        for (key, node) in new.clone() {
            match keys.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => known.join(node),
                None => keys.push((key, node)),
            }
        }
    }
}

/// A value that cannot be read: where, in which key, and why.
#[derive(Debug, Default)]
pub(super) struct Fault {
    pub(super) at: Option<Place>,
    /// The keys from the inside to the outside.
    pub(super) keys: Vec<String>,
    pub(super) what: String,
    /// The value that was found. It is not shown if its key may hold a secret.
    pub(super) found: Option<String>,
}

impl Fault {
    fn at(mut self, place: &Place) -> Self {
        self.at.get_or_insert_with(|| place.clone());
        self
    }

    fn inside(mut self, key: impl Into<String>) -> Self {
        self.keys.push(key.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { what: message.to_string(), ..Self::default() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let what = format!("expected {expected}");
        Self { what, found: Some(found.to_string()), ..Self::default() }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> de::Deserializer<'de> for Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let Self { at, value } = self;
        let read = match value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Integer(value) => visitor.visit_i64(value),
            Value::Float(value) => visitor.visit_f64(value),
            Value::Text(text) | Value::Said(text) => visitor.visit_string(text),
            Value::List(nodes) => visitor.visit_seq(SeqDeserializer::new(nodes.into_iter())),
            Value::Table(keys) => visitor.visit_map(Keys(keys.into_iter(), None)),
        };
        read.map_err(|fault| fault.at(&at))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Said(text) => match text.parse() {
                Ok(value) => visitor.visit_bool(value),
                Err(_) => self.deserialize_any(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let Value::Said(text) = &self.value else { return self.deserialize_any(visitor) };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parts = parts.map(|part| Self { at: self.at.clone(), value: Value::Said(part.to_owned()) });
        visitor.visit_seq(SeqDeserializer::new(parts.collect::<Vec<_>>().into_iter()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::Text(text) | Value::Said(text) => {
                let read: Result<V::Value, Fault> =
                    text.into_deserializer().deserialize_enum(name, variants, visitor);
                read.map_err(|fault| fault.at(&self.at))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The keys of a table, each named in the faults of its value.
struct Keys(std::vec::IntoIter<(String, Node)>, Option<(String, Node)>);

impl<'de> de::MapAccess<'de> for Keys {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.1 = self.0.next();
        let Some((key, node)) = &self.1 else { return Ok(None) };
        let read: Result<K::Value, Fault> = seed.deserialize(key.as_str().into_deserializer());
        read.map(Some).map_err(|fault| fault.at(&node.at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, node)) = self.1.take() else { return Err(de::Error::custom("a key has no value")) };
        let at = node.at.clone();
        seed.deserialize(node).map_err(|fault| fault.at(&at).inside(key))
    }
}
