//! Messages in proto3 JSON: objects. Unknown names are passed over, and duplicate names are refused.

use super::super::extent::Unknown;
use super::super::{Field, Message, Unfit};
use super::note::{self, Note};
use super::{JsonUnknown, budget, style};
use polywire_codegen::model::{self as schema, JsonCase};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::ser::{self, SerializeStruct};
use serde::{Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// Writes a message. The derived `Serialize` calls it.
///
/// # Errors
/// The errors of the serializer.
pub fn write_message<M: Message, S: Serializer>(message: &M, out: S) -> Result<S::Ok, S::Error> {
    message.write_json(out)
}

/// Writes a message as an object of its fields.
pub(in crate::message::codec) fn write_object<M: Message, S: Serializer>(
    message: &M,
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut out = out.serialize_struct("", M::SCHEMA.fields.len())?;
    message.put_json(&mut out)?;
    out.end()
}

/// Writes one field of a message, under the name that the style asks for.
///
/// # Errors
/// The errors of the serializer.
pub fn write_field<const AS: u8, T: Field<AS>, S: SerializeStruct>(
    out: &mut S,
    camel: &'static str,
    snake: &'static str,
    value: &T,
) -> Result<(), S::Error> {
    struct Out<'a, const AS: u8, T>(&'a T);
    impl<const AS: u8, T: Field<AS>> Serialize for Out<'_, AS, T> {
        fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
            self.0.field_to_json(out)
        }
    }
    // The binary encoding leaves out exactly the defaults.
    if value.skip_json() || (style::omits_defaults() && value.field_len(1) == 0) {
        return Ok(());
    }
    write_named(out, camel, snake, &Out::<AS, T>(value))
}

/// Writes one member of an object, under the name that the style asks for.
pub(in crate::message::codec) fn write_named<S: SerializeStruct>(
    out: &mut S,
    camel: &'static str,
    snake: &'static str,
    value: &impl Serialize,
) -> Result<(), S::Error> {
    let name = if style::current().case == JsonCase::Camel { camel } else { snake };
    out.serialize_field(name, value)
}

/// Reads a message. The derived `Deserialize` calls it.
///
/// # Errors
/// When a value is of the wrong kind, a field is duplicate or missing, or a limit is passed.
pub fn read_message<'de, M: Message, D: Deserializer<'de>>(input: D) -> Result<M, D::Error> {
    M::read_json(input)
}

/// Reads a message from an object of its fields.
pub(in crate::message::codec) fn read_object<'de, M: Message, D: Deserializer<'de>>(
    input: D,
) -> Result<M, D::Error> {
    let _level = budget::enter()?;
    input.deserialize_map(MessageVisitor(PhantomData))
}

struct MessageVisitor<M>(PhantomData<M>);

impl<'de, M: Message> Visitor<'de> for MessageVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object for {}", M::SCHEMA.name.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<M, A::Error> {
        match M::finish(read_slots::<M, A>(map)?) {
            Ok(message) => Ok(message),
            Err(unfit) => Err(misfit(unfit, M::SCHEMA)),
        }
    }
}

#[inline]
fn read_slots<'de, M: Message, A: MapAccess<'de>>(mut map: A) -> Result<M::Slots, A::Error> {
    let fields = M::SCHEMA.fields.as_ref();
    let mut slots = M::Slots::default();
    let mut seen = Seen::new(fields.len());
    let mut next = 0;
    while let Some(key) = map.next_key_seed(KeySeed { fields, next })? {
        let Some(index) = key else {
            pass_over(&mut map, M::SCHEMA)?;
            continue;
        };
        if !seen.insert(index) {
            return Err(duplicate(&fields[index]));
        }
        map.next_value_seed(ValueSeed::<M>(&mut slots, index))?;
        next = index + 1;
    }
    Ok(slots)
}

/// Reads an enum with data; `None` when it has unknown members alone, and unknown values are left out.
pub(in crate::message::codec) fn read_choice<'de, M: Message, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<M>, D::Error> {
    if style::unknown_values() == Unknown::Refused {
        return read_message(input).map(Some);
    }
    let _level = budget::enter()?;
    input.deserialize_map(ChoiceVisitor(PhantomData))
}

struct ChoiceVisitor<M>(PhantomData<M>);

impl<'de, M: Message> Visitor<'de> for ChoiceVisitor<M> {
    type Value = Option<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MessageVisitor::<M>(PhantomData).expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<M>, A::Error> {
        let mut members = Members { map, count: 0 };
        match M::finish(read_slots::<M, _>(&mut members)?) {
            Ok(message) => Ok(Some(message)),
            Err(_) if members.count > 0 => Ok(None),
            Err(unfit) => Err(misfit(unfit, M::SCHEMA)),
        }
    }
}

/// Counts the members of an object, known or not.
struct Members<A> {
    map: A,
    count: usize,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for &mut Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let key = self.map.next_key_seed(seed)?;
        self.count += usize::from(key.is_some());
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

// The items below are not generic in the message, so a reader has one copy of each, whatever it reads.

/// Passes over the value of a name that the message does not have, or refuses it.
fn pass_over<'de, A: MapAccess<'de>>(map: &mut A, message: &schema::Message) -> Result<(), A::Error> {
    if style::unknown() == JsonUnknown::Refused {
        return Err(de::Error::custom(format_args!("{} has no such field", message.name.name)));
    }
    map.next_value::<IgnoredAny>().map(drop)
}

#[cold]
fn duplicate<E: de::Error>(field: &'static schema::Field) -> E {
    note::set(Note::Unfit(&field.name));
    E::custom(format_args!("duplicate field `{}`", field.name))
}

#[cold]
fn misfit<E: de::Error>(unfit: Unfit, message: &schema::Message) -> E {
    let unfit = match style::unknown_values() {
        Unknown::Refused => unfit,
        Unknown::LeftOut => unfit.of_newer(message),
    };
    note::set(if unfit.is_absent() { Note::Absent(unfit.field()) } else { Note::Unfit(unfit.field()) });
    let field = message.fields.iter().find(|field| field.name == unfit.field());
    let name = field.map_or(unfit.field(), |field| &field.json);
    E::custom(format_args!("`{name}` {}", unfit.what()))
}

/// The set of fields that were read.
struct Seen {
    first: u64,
    more: Vec<u64>,
}

impl Seen {
    fn new(fields: usize) -> Self {
        Self { first: 0, more: vec![0; fields.saturating_sub(1) / 64] }
    }

    /// Adds a field; false when it was there already.
    fn insert(&mut self, index: usize) -> bool {
        let word = if index < 64 { &mut self.first } else { &mut self.more[index / 64 - 1] };
        let bit = 1 << (index % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// Finds the index of a field by either name. Members mostly come in the order of the schema, so the search begins
/// at the field behind the last one that was found.
struct KeySeed {
    fields: &'static [schema::Field],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        match self.fields.get(self.next) {
            Some(field) if field.json == name => Ok(Some(self.next)),
            _ => Ok(find(self.fields, self.next, name)),
        }
    }
}

/// Finds the field of this name in either spelling: from `next` on, then before it.
fn find(fields: &[schema::Field], next: usize, name: &str) -> Option<usize> {
    let (before, after) = fields.split_at(next.min(fields.len()));
    let is = |field: &schema::Field| field.json == name || field.name == name;
    after.iter().position(is).map(|at| at + before.len()).or_else(|| before.iter().position(is))
}

struct ValueSeed<'a, M: Message>(&'a mut M::Slots, usize);

impl<'de, M: Message> DeserializeSeed<'de> for ValueSeed<'_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        M::merge_json(self.0, self.1, input)
    }
}

/// Writes one field of a message as if it were the whole message, for HTTP's `response_body`.
pub(crate) fn only_field<M: Message, S: Serializer>(
    message: &M,
    field: &str,
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut pick = Pick::new(M::SCHEMA, field, out)?;
    message.put_json(&mut pick)?;
    pick.end_with(field)
}

/// A struct serializer that writes the value of one field and drops the others.
struct Pick<'a, S: Serializer> {
    names: (&'a str, &'a str),
    out: Option<S>,
    done: Option<S::Ok>,
}

impl<S: Serializer> Pick<'static, S> {
    fn new(message: &'static schema::Message, field: &str, out: S) -> Result<Self, S::Error> {
        let Some(field) = message.fields.iter().find(|f| f.name == field) else {
            return Err(ser::Error::custom(format_args!("{} has no field `{field}`", message.name.name)));
        };
        Ok(Self { names: (&field.json, &field.name), out: Some(out), done: None })
    }

    fn end_with(self, field: &str) -> Result<S::Ok, S::Error> {
        match (self.done, self.out) {
            (Some(done), _) => Ok(done),
            // The field was left out, as an absent `Option` is.
            (None, Some(out)) => out.serialize_unit(),
            (None, None) => Err(ser::Error::custom(format_args!("field `{field}` was not written"))),
        }
    }
}

impl<S: Serializer> SerializeStruct for Pick<'_, S> {
    type Ok = ();
    type Error = S::Error;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        if (key == self.names.0 || key == self.names.1)
            && let Some(out) = self.out.take()
        {
            self.done = Some(value.serialize(out)?);
        }
        Ok(())
    }

    fn end(self) -> Result<(), S::Error> {
        Ok(())
    }
}
