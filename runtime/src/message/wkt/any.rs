//! `google.protobuf.Any`: a message with the name of its type. On the wire it needs nothing else.
//!
//! Its JSON is that of the message inside, so the type must be known. The well-known types are; [`register`] adds others.

use super::message::well_known;
use super::*;
use crate::message::codec::Message;
use crate::message::error::DecodeError;
use bytes::Bytes;
use serde::de::{self, Visitor};
use serde::ser::{self, SerializeMap};
use serde::{Deserializer, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{LazyLock, PoisonError, RwLock};

/// A message of any type: `google.protobuf.Any`.
///
/// ```
/// use polywire::{Message, wkt::Any};
///
/// #[derive(Debug, PartialEq, Message)]
/// #[message(package = "books.v1")]
/// struct Book {
///     id: i32,
/// }
///
/// let any = Any::pack(&Book { id: 7 });
/// assert_eq!(any.type_url, "type.googleapis.com/books.v1.Book");
/// assert_eq!(any.unpack::<Book>(), Ok(Book { id: 7 }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Any {
    /// A URL that ends in a slash and the full name of the message, such as `type.googleapis.com/books.v1.Book`.
    pub type_url: String,
    /// The message in the protobuf encoding.
    pub value: Bytes,
}

well_known!(Any { type_url: String = 1, value: Bytes = 2 } write, read);

impl Any {
    /// Makes an `Any` that holds the message.
    pub fn pack<M: Message>(message: &M) -> Self {
        Self { type_url: format!("type.googleapis.com/{}", M::NAME.full_name("")), value: message.encode() }
    }

    /// The message, when it is an `M`.
    ///
    /// # Errors
    /// When it is another message, or malformed.
    pub fn unpack<M: Message>(&self) -> Result<M, DecodeError> {
        let (name, expected) = (name_in(&self.type_url), M::NAME.full_name(""));
        if name != Some(expected.as_str()) {
            return Err(DecodeError::new(format!(
                "the message is of type `{}`, not `{expected}`",
                self.type_url
            )));
        }
        M::decode(self.value.clone())
    }
}

/// The full name of the message in a URL of a type.
fn name_in(type_url: &str) -> Option<&str> {
    type_url.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// The conversions of a registered type from one encoding to the other.
#[derive(Clone, Copy)]
struct Entry {
    to_json: fn(Bytes) -> Result<String, String>,
    from_json: fn(serde_json::Value) -> Result<Bytes, String>,
    /// Whether the JSON is no object of the fields, so that it stands in a member `value`.
    special: bool,
}

impl Entry {
    fn of<M: Message>(special: bool) -> Self {
        Self {
            to_json: |bytes| {
                let message = M::decode(bytes).map_err(|error| error.to_string())?;
                let mut text = Vec::new();
                message
                    .write_json(&mut serde_json::Serializer::new(&mut text))
                    .map_err(|error| error.to_string())?;
                String::from_utf8(text).map_err(|error| error.to_string())
            },
            from_json: |json| {
                M::read_json(json).map(|message| message.encode()).map_err(|error| error.to_string())
            },
            special,
        }
    }
}

static TYPES: LazyLock<RwLock<BTreeMap<String, Entry>>> = LazyLock::new(|| {
    let mut types = BTreeMap::new();
    macro_rules! special {
        ($($ty:ty),*) => {$(types.insert(<$ty as Message>::NAME.full_name(""), Entry::of::<$ty>(true));)*};
    }
    special!(Any, Timestamp, Duration, FieldMask, Struct, Value, ListValue);
    special!(BoolValue, BytesValue, DoubleValue, FloatValue, Int32Value, Int64Value);
    special!(StringValue, UInt32Value, UInt64Value);
    // An object without members, which needs no `value`.
    types.insert(<Empty as Message>::NAME.full_name(""), Entry::of::<Empty>(false));
    RwLock::new(types)
});

/// Makes a message known to the JSON of [`Any`], for the whole process. The message needs a package of its own
/// (`#[message(package = "books.v1")]`): without it, the full name has no package.
///
/// ```
/// use polywire::{JsonOptions, Message, wkt};
///
/// #[derive(Message)]
/// #[message(package = "books.v1")]
/// struct Book {
///     id: i32,
/// }
///
/// wkt::register::<Book>();
/// let json = JsonOptions::default().write(&wkt::Any::pack(&Book { id: 7 }))?;
/// assert_eq!(json, r#"{"@type":"type.googleapis.com/books.v1.Book","id":7}"#);
/// # Ok::<(), polywire::Status>(())
/// ```
pub fn register<M: Message>() {
    let mut types = TYPES.write().unwrap_or_else(PoisonError::into_inner);
    types.entry(M::NAME.full_name("")).or_insert_with(|| Entry::of::<M>(false));
}

fn entry(type_url: &str) -> Result<Entry, String> {
    let types = TYPES.read().unwrap_or_else(PoisonError::into_inner);
    let entry = name_in(type_url).and_then(|name| types.get(name)).copied();
    entry.ok_or_else(|| {
        format!("type `{type_url}` is not known to JSON; register it with `polywire::wkt::register`")
    })
}

fn write<S: Serializer>(any: &Any, out: S) -> Result<S::Ok, S::Error> {
    if any.type_url.is_empty() && any.value.is_empty() {
        return out.serialize_map(Some(0))?.end();
    }
    let entry = entry(&any.type_url).map_err(ser::Error::custom)?;
    let text = (entry.to_json)(any.value.clone()).map_err(ser::Error::custom)?;
    let mut map = out.serialize_map(None)?;
    map.serialize_entry("@type", &any.type_url)?;
    if entry.special {
        map.serialize_entry("value", &RawValue::from_string(text).map_err(ser::Error::custom)?)?;
    } else {
        let members: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(&text).map_err(ser::Error::custom)?;
        for (name, value) in &members {
            map.serialize_entry(name, value)?;
        }
    }
    map.end()
}

fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Any, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = serde_json::Map<String, serde_json::Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with `@type`")
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = serde_json::Map::new();
            while let Some((name, value)) = map.next_entry::<String, _>()? {
                if members.insert(name, value).is_some() {
                    return Err(de::Error::custom("duplicate member of an object"));
                }
            }
            Ok(members)
        }
    }
    let level = crate::message::codec::json::budget::enter()?;
    let members = input.deserialize_map(Members)?;
    let any = from_members(members).map_err(de::Error::custom);
    drop(level);
    any
}

fn from_members(mut members: serde_json::Map<String, serde_json::Value>) -> Result<Any, String> {
    if members.is_empty() {
        return Ok(Any::default());
    }
    let Some(serde_json::Value::String(type_url)) = members.remove("@type") else {
        return Err("`@type` is required but absent".to_owned());
    };
    let entry = entry(&type_url)?;
    let inner = match entry.special {
        true => members.remove("value").ok_or("`value` is required but absent")?,
        false => serde_json::Value::Object(members),
    };
    Ok(Any { value: (entry.from_json)(inner)?, type_url })
}
