//! Reads a message from the parts of an HTTP request: path variables, query parameters and body, by the JSON rules.
//!
//! A parameter is named by the path of its field in either spelling (`order_id`, `orderId`, `book.title`,
//! `book[title]`), or by a map and a key (`labels[key]`). A repeated parameter is a list. Its text reads as the
//! field's type does in JSON. Unknown parameters are skipped.
//!
//! A path variable stands for its field. A query parameter or a body that names the field too must say the
//! same, or leave it at its default.

pub(crate) mod members;
mod path;
mod query;

use crate::message::codec::Message;
use crate::message::codec::extent;
use crate::message::codec::json::{Parser, Refused, decode_json, json_fault, note};
use crate::message::encoding::Codec;
use crate::message::error::DecodeError;
use bytes::Bytes;
use members::{Member, repeats};
use polywire_codegen::names;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The parts of an HTTP request that make up the message.
///
/// ```
/// # use polywire::{Message, transport::{HttpBody, HttpInput, Input}};
/// #[derive(Debug, PartialEq, Message)]
/// struct ListBooks {
///     shelf: i32,
///     genre: String,
/// }
///
/// // GET /shelves/3/books?genre=essay, by the route "/shelves/{shelf}/books"
/// let request = HttpInput {
///     variables: vec![("shelf", "3".to_owned())],
///     query: Some("genre=essay".to_owned()),
///     body: HttpBody::None,
/// };
/// let read: ListBooks = Input::Http(request).decode()?;
/// assert_eq!(read, ListBooks { shelf: 3, genre: "essay".to_owned() });
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct HttpInput {
    /// The texts of the path's variables, percent-decoded, by field path such as `book.name`.
    pub variables: Vec<(&'static str, String)>,
    /// The query as it came, without `?`.
    pub query: Option<String>,
    /// The body.
    pub body: HttpBody,
}

/// The part of the message that is in the body.
#[derive(Debug, Clone, Default)]
pub enum HttpBody {
    /// No part.
    #[default]
    None,
    /// JSON of the message itself.
    Whole(Bytes),
    /// JSON of this field.
    Field(&'static str, Bytes),
}

impl HttpBody {
    /// The number of bytes of the body.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Whole(json) | Self::Field(_, json) => json.len(),
        }
    }
}

/// Reads the message from the parts of a request.
///
/// # Errors
/// The fault, with the path variable, the query parameter or the place in the body.
pub(crate) fn decode<M: Message>(input: &HttpInput) -> Result<M, DecodeError> {
    if let HttpBody::Whole(body) = &input.body
        && input.variables.is_empty()
    {
        return decode_json(Codec::Json.message_of(body));
    }
    let mut entries = entries(input).collect::<Result<Vec<_>, _>>()?;
    sort(&mut entries);
    decode_parts(&entries, &input.body)
}

/// Reads the message from sorted entries and a body.
///
/// # Errors
/// The same as [`decode`].
pub(crate) fn decode_parts<M: Message>(entries: &[Entry<'_>], body: &HttpBody) -> Result<M, DecodeError> {
    note::take();
    let parts = Part::Level(Level { entries, depth: 0, members: members(body)? });
    match crate::message::codec::json::read_message(parts) {
        Ok(message) => Ok(message),
        Err(fault) => Err(placed(fault, body, |body| decode_json::<M>(body).err())),
    }
}

/// The members of the body, by field.
fn members(body: &HttpBody) -> Result<Vec<Option<Member<'_>>>, DecodeError> {
    match body {
        HttpBody::None => Ok(Vec::new()),
        HttpBody::Whole(body) => {
            members::read(Codec::Json.message_of(body)).map_err(|error| json_fault(&error))
        }
        HttpBody::Field(_, body) if body.is_empty() => Ok(Vec::new()),
        HttpBody::Field(field, body) => {
            let value = serde_json::from_slice::<&RawValue>(body);
            let value = value.map_err(|error| json_fault(&error).within(field))?;
            Ok(vec![Some(Member { name: Cow::Borrowed(field), value })])
        }
    }
}

/// The fault with its place. For a fault in the body, the body alone is read again to find it.
#[cold]
fn placed(fault: Fault, body: &HttpBody, wrong: fn(&[u8]) -> Option<DecodeError>) -> DecodeError {
    let found = match (fault, body) {
        (Fault::Placed(error), _) => return error.noted(note::take()),
        (Fault::Bare(what), _) => return DecodeError::new(what).noted(note::take()),
        (Fault::Body, HttpBody::None) => None,
        (Fault::Body, HttpBody::Whole(body)) => wrong(body),
        (Fault::Body, HttpBody::Field(field, body)) => {
            let open = format!("{{\"{field}\":");
            let whole = [open.as_bytes(), body, b"}"].concat();
            wrong(&whole).map(|error| error.shifted(open.len()))
        }
    };
    // The body by itself is within the limits.
    found.unwrap_or_else(|| DecodeError::new("is too large together with the path and the query"))
}

/// One path variable or query parameter.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    /// The path of the entry's field.
    path: Cow<'a, str>,
    text: Cow<'a, str>,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Variable,
    Query,
}

impl Entry<'_> {
    fn fault(&self, what: impl Into<String>) -> DecodeError {
        let fault = match self.origin {
            Origin::Variable => DecodeError::in_variable(&self.path, what),
            Origin::Query => DecodeError::in_query(&self.path, what),
        };
        fault.by(path::told(&self.path))
    }

    /// Whether the client chose the name.
    pub(crate) fn is_of_query(&self) -> bool {
        self.origin == Origin::Query
    }

    /// The names on the way to the entry's field.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &str> {
        path::steps(&self.path)
    }
}

/// Every entry, or the fault in it.
pub(crate) fn entries(input: &HttpInput) -> impl Iterator<Item = Result<Entry<'_>, DecodeError>> {
    let variable =
        |path, text| Entry { path: Cow::Borrowed(path), text: Cow::Borrowed(text), origin: Origin::Variable };
    let variables = input.variables.iter().map(move |(field, text)| Ok(variable(*field, text.as_str())));
    // With `body: "*"` nothing is left for the query (google/api/http.proto).
    let query = input.query.as_deref().filter(|_| !matches!(input.body, HttpBody::Whole(_)));
    let query = query.into_iter().flat_map(query::read);
    variables.chain(query.filter_map(|entry| entry.and_then(|entry| free(entry, input)).transpose()))
}

/// Sorts entries by path. Entries of one path keep their order.
pub(crate) fn sort(entries: &mut [Entry<'_>]) {
    if entries.len() > 1 {
        entries.sort_by(|a, b| a.steps().cmp(b.steps()));
    }
}

/// A query parameter, unless another part of the request stands for its field.
fn free<'a>(entry: Entry<'a>, input: &HttpInput) -> Result<Option<Entry<'a>>, DecodeError> {
    let most = extent::of_json().nesting;
    if entry.steps().count() > most as usize {
        return Err(entry.fault(format!("nests deeper than {most} levels")));
    }
    if let Some((field, text)) = input.variables.iter().find(|(field, _)| is_path(&entry.path, field)) {
        return match entry.text == *text {
            true => Ok(None),
            false => {
                Err(entry.fault(format!("the path sets `{field}` to `{text}`; leave the parameter out")))
            }
        };
    }
    let of_body = |name| matches!(input.body, HttpBody::Field(field, _) if is_name(name, field));
    let is_free = !entry.steps().next().is_some_and(of_body);
    Ok(is_free.then_some(entry))
}

/// Whether `name` is the field's name in either spelling.
fn is_name(name: &str, field: &str) -> bool {
    name == field || (field.contains('_') && name == names::json(field))
}

/// Applies [`is_name`] to each part of a path.
fn is_path(path: &str, field: &str) -> bool {
    let mut fields = field.split('.');
    path::steps(path).all(|name| fields.next().is_some_and(|field| is_name(name, field)))
        && fields.next().is_none()
}

/// The parts of one message: its entries and the members of the body.
struct Level<'de> {
    /// All of them begin with the same `depth` names.
    entries: &'de [Entry<'de>],
    depth: usize,
    /// Members of the body. A member is taken when an entry is merged with it.
    members: Vec<Option<Member<'de>>>,
}

/// One value: text, a message in parts, or JSON of the body.
enum Part<'de> {
    Text(&'de [Entry<'de>]),
    Level(Level<'de>),
    Body(&'de RawValue),
}

/// A level during reading.
struct Walk<'de> {
    level: Level<'de>,
    /// The number of members read so far.
    read: usize,
    /// The value of the key that was read last.
    value: Option<Part<'de>>,
}

impl<'de> Walk<'de> {
    const fn new(level: Level<'de>) -> Self {
        Self { level, read: 0, value: None }
    }
}

impl<'de> Level<'de> {
    /// The next field that an entry names, with its part.
    fn next_entry(&mut self) -> Result<Option<(&'de str, Part<'de>)>, Fault> {
        let Some(first) = self.entries.first() else { return Ok(None) };
        let depth = self.depth;
        let name = path::step(&first.path, depth).unwrap_or_default();
        if depth > 0 && path::is_malformed(name) {
            let what = "the brackets are malformed: write `field[key]` or `field.name`";
            return Err(Fault::Placed(first.fault(what)));
        }
        let same = |entry: &Entry<'_>| path::step(&entry.path, depth) == Some(name);
        let count = self.entries.iter().take_while(|entry| same(entry)).count();
        let (group, rest) = self.entries.split_at(count);
        self.entries = rest;
        let texts = group.iter().filter(|entry| path::step(&entry.path, depth + 1).is_none()).count();
        let member = self.members.iter_mut().find(|m| m.as_ref().is_some_and(|m| is_name(&m.name, name)));
        let member = member.and_then(Option::take);
        let part = if texts == 0 {
            let members = member.map_or(Ok(Vec::new()), |member| members::read_value(member.value));
            let members = members.map_err(|_| Fault::Body)?;
            Part::Level(Level { entries: group, depth: depth + 1, members })
        } else if texts < count {
            return Err(Fault::Placed(first.fault("is given as a whole and in parts: give one of them")));
        } else {
            if let Some(member) = member.filter(|member| !repeats(member.value, &first.text)) {
                let what =
                    format!("the body says `{}`; leave it out there, or say the same", member.value.get());
                return Err(Fault::Placed(first.fault(what)));
            }
            Part::Text(group)
        };
        Ok(Some((name, part)))
    }
}

impl<'de> MapAccess<'de> for Walk<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if let Some((name, part)) = self.level.next_entry()? {
            self.value = Some(part);
            return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
        }
        while let Some(member) = self.level.members.get_mut(self.read) {
            self.read += 1;
            if let Some(Member { name, value }) = member.take() {
                self.value = Some(Part::Body(value));
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(part) = self.value.take() else {
            return Err(Fault::Bare("a value without a name".to_owned()));
        };
        let place = part.place();
        match seed.deserialize(part) {
            Ok(value) => Ok(value),
            Err(fault) => Err(fault.at(place)),
        }
    }
}

/// The place of a fault whose reader does not know it.
enum Place<'de> {
    Entry(&'de Entry<'de>),
    /// The message at the end of the first names of a path; the number says how many.
    Message(&'de str, usize),
    Body,
}

impl<'de> Part<'de> {
    fn place(&self) -> Place<'de> {
        match self {
            Self::Text([entry, ..]) => Place::Entry(entry),
            Self::Level(Level { entries: [entry, ..], depth, .. }) => Place::Message(&entry.path, *depth),
            _ => Place::Body,
        }
    }
}

impl Fault {
    fn at(self, place: Place<'_>) -> Self {
        match (self, place) {
            (Self::Bare(what), Place::Entry(entry)) => Self::Placed(entry.fault(what)),
            (Self::Bare(what), Place::Message(path, depth)) => {
                let names: Vec<&str> = path::steps(path).take(depth).collect();
                let error = DecodeError::new(what).within(&names.join("."));
                Self::Placed(error.by(path::told(path).take(depth)))
            }
            (fault, _) => fault,
        }
    }
}

impl<'de> SeqAccess<'de> for Part<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Part::Text(entries) = self else { return Ok(None) };
        let Some((first, rest)) = entries.split_at_checked(1) else { return Ok(None) };
        *entries = rest;
        seed.deserialize(Part::Text(first)).map(Some)
    }
}

/// The text of an entry that is not a list.
fn only<'de>(entries: &'de [Entry<'de>]) -> Result<&'de str, Fault> {
    match entries {
        [entry] => Ok(&entry.text),
        _ => Err(Fault::Bare("is given more than once, but is not a list".to_owned())),
    }
}

/// Passes the call on to the parser of whole messages, for a part in the body.
macro_rules! body {
    ($value:expr, $method:ident, $visitor:expr) => {
        Parser::new($value.get()).$method($visitor).map_err(Fault::from)
    };
}

impl<'de> Deserializer<'de> for Part<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(entries) => visitor.visit_borrowed_str(only(entries)?),
            Self::Level(level) => visitor.visit_map(Walk::new(level)),
            Self::Body(value) => body!(value, deserialize_any, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(entries) => match only(entries)? {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                text => visitor.visit_borrowed_str(text),
            },
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Body(value) => body!(value, deserialize_option, visitor),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(_) => visitor.visit_seq(self),
            Self::Level(_) => {
                let what = "is a list: give each item by the bare name, as in `tags=a&tags=b`; a list of messages needs a body";
                Err(Fault::Bare(what.to_owned()))
            }
            Self::Body(value) => body!(value, deserialize_seq, visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(_) => {
                let what = "is a message or a map: name what is inside, as in `message.field` or `map[key]`";
                Err(Fault::Bare(what.to_owned()))
            }
            Self::Level(level) => visitor.visit_map(Walk::new(level)),
            Self::Body(value) => body!(value, deserialize_map, visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Body(value) => body!(value, deserialize_str, visitor),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct struct enum identifier
    }
}

/// A fault, and what is known of its place.
#[derive(Debug)]
enum Fault {
    /// The place is known.
    Placed(DecodeError),
    /// The place is not known yet.
    Bare(String),
    /// In the body. The reader of the body finds the fault and its place again.
    Body,
}

impl From<Refused> for Fault {
    fn from(_: Refused) -> Self {
        Self::Body
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placed(error) => error.fmt(f),
            Self::Bare(what) => f.write_str(what),
            Self::Body => Refused.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::Bare(what.to_string())
    }
}
