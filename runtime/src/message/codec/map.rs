//! Map fields: `HashMap`, `BTreeMap` and `IndexMap` (feature `indexmap`).
//!
//! On the wire they are repeated entries of a key (1) and a value (2).

use super::{FIXED, Field, KEY_FIXED, KEY_ZIGZAG, NATURAL, Reader, Unfit, Value, Wire, ZIGZAG, json, wire};
use crate::message::codec::check::Checker;
use crate::message::constraint::Rules;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Definitions, Scalar, Type};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// A type that protobuf allows as the key of a map: integers, bool and text.
///
/// ```
/// use polywire::Message;
/// use std::collections::BTreeMap;
///
/// /// A newtype is a key if what it holds is one.
/// #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Message)]
/// struct Isbn(String);
///
/// #[derive(Debug, PartialEq, Message)]
/// struct Stock {
///     copies: BTreeMap<Isbn, u32>,
/// }
///
/// let stock = Stock { copies: BTreeMap::from([(Isbn("1-4920".to_owned()), 3)]) };
/// assert_eq!(serde_json::to_string(&stock)?, r#"{"copies":{"1-4920":3}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait MapKey<const AS: u8 = NATURAL>: Value<AS> {
    /// The type in the schema.
    const SCALAR: Scalar;
    /// The key as JSON writes it: always a string.
    fn to_key(&self) -> Cow<'_, str>;
    /// Reads a JSON key.
    fn from_key(key: &str) -> Option<Self>;
}

macro_rules! number_keys {
    ($($ty:ty, $as:expr => $scalar:ident),*) => {$(
        impl MapKey<{ $as }> for $ty {
            const SCALAR: Scalar = Scalar::$scalar;
            fn to_key(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
            fn from_key(key: &str) -> Option<Self> {
                key.parse().ok()
            }
        }
    )*};
}

number_keys! {
    bool, NATURAL => Bool,
    i8, NATURAL => Int32,
    i16, NATURAL => Int32,
    i32, NATURAL => Int32,
    i64, NATURAL => Int64,
    u8, NATURAL => Uint32,
    u16, NATURAL => Uint32,
    u32, NATURAL => Uint32,
    u64, NATURAL => Uint64,
    i32, ZIGZAG => Sint32,
    i64, ZIGZAG => Sint64,
    i32, FIXED => Sfixed32,
    i64, FIXED => Sfixed64,
    u32, FIXED => Fixed32,
    u64, FIXED => Fixed64
}

macro_rules! text_keys {
    ($($ty:ty),*) => {$(
        impl MapKey for $ty {
            const SCALAR: Scalar = Scalar::String;
            fn to_key(&self) -> Cow<'_, str> {
                Cow::Borrowed(self)
            }
            fn from_key(key: &str) -> Option<Self> {
                Some(key.to_owned().into())
            }
        }
    )*};
}

text_keys!(String, Box<str>, Arc<str>, Cow<'static, str>);

/// The operations that all map types share.
pub(super) trait Map<K, V>: Default {
    fn pairs<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a;
    /// Adds an entry; false when the key was there already.
    fn add(&mut self, key: K, value: V) -> bool;
}

impl<K: Eq + Hash, V, H: BuildHasher + Default> Map<K, V> for HashMap<K, V, H> {
    fn pairs<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.iter()
    }
    fn add(&mut self, key: K, value: V) -> bool {
        self.insert(key, value).is_none()
    }
}

impl<K: Ord, V> Map<K, V> for BTreeMap<K, V> {
    fn pairs<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.iter()
    }
    fn add(&mut self, key: K, value: V) -> bool {
        self.insert(key, value).is_none()
    }
}

#[cfg(feature = "indexmap")]
impl<K: Eq + Hash, V, H: BuildHasher + Default> Map<K, V> for indexmap::IndexMap<K, V, H> {
    fn pairs<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.iter()
    }
    fn add(&mut self, key: K, value: V) -> bool {
        self.insert(key, value).is_none()
    }
}

/// The size of an entry. Unlike a field, an entry always holds both its key and its value.
fn entry_len<const KEY: u8, K: Value<KEY>, const AS: u8, V: Value<AS>>(key: &K, value: &V) -> usize {
    2 + key.len() + value.len()
}

/// Reads an entry; `None` when its value is unknown, and unknown values are left out.
fn take_entry<const KEY: u8, K: MapKey<KEY>, const AS: u8, V: Value<AS>>(
    input: &mut Reader<'_>,
) -> Result<Option<(K, V)>, DecodeError> {
    let (mut key, mut value) = (None::<K>, None::<V>);
    while let Some((number, wire)) = input.tag()? {
        match number {
            1 => <K as Field<KEY>>::merge_field(&mut key, wire, input)?,
            2 => {
                <Option<V> as Field<AS>>::merge_field(&mut value, wire, input)?;
                if value.is_none() {
                    input.pass_the_rest();
                    return Ok(None);
                }
            }
            _ => input.skip(number, wire)?,
        }
    }
    let key = key.or_else(K::absent).ok_or_else(|| input.error("a map entry has no key"))?;
    // An absent message is the empty one: some encoders leave out defaults.
    let value = match value.or_else(V::absent) {
        Some(value) => value,
        None => {
            let empty = bytes::Bytes::from_static(&[0]);
            input.detached(&empty, V::take)?
        }
    };
    Ok(Some((key, value)))
}

macro_rules! map_field {
    ($ty:ty, $field:expr, $key:expr, $as:expr, [$($generics:tt)*]) => {
        impl<$($generics)*> Field<{ $field }> for $ty {
            type Slot = Self;
            const TYPE: Type = Type::Map(<K as MapKey<{ $key }>>::SCALAR, V::ELEMENT);

            fn register(definitions: &mut Definitions) {
                V::register(definitions);
            }

            fn field_len(&self, number: u32) -> usize {
                let entry = |(key, value)| {
                    let len = entry_len::<{ $key }, K, { $as }, V>(key, value);
                    wire::tag_len(number) + wire::varint_len(len as u64) + len
                };
                self.pairs().map(entry).sum()
            }

            fn put_field(&self, number: u32, out: &mut BytesMut) {
                for (key, value) in self.pairs() {
                    wire::put_tag(number, Wire::Len, out);
                    wire::put_varint(entry_len::<{ $key }, K, { $as }, V>(key, value) as u64, out);
                    wire::put_tag(1, K::WIRE, out);
                    key.put(out);
                    wire::put_tag(2, V::WIRE, out);
                    value.put(out);
                }
            }

            fn merge_field(entries: &mut Self, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
                input.expect(Wire::Len, wire)?;
                let entry = input.maybe(|input| input.nested(take_entry::<{ $key }, K, { $as }, V>))?;
                if let Some((key, value)) = entry {
                    entries.add(key, value);
                }
                Ok(())
            }

            fn finish(entries: Self, _: &'static str) -> Result<Self, Unfit> {
                Ok(entries)
            }

            const CHECKED: bool = K::CHECKED && V::CHECKED;

            fn check_field(&self, rules: &Rules, check: &mut Checker) {
                check.map::<{ $key }, K, { $as }, V>(self.pairs(), rules);
            }

            fn field_to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                let mut map = out.serialize_map(Some(self.pairs().len()))?;
                for (key, value) in self.pairs() {
                    map.serialize_entry(key.to_key().as_ref(), &json::Out::<{ $as }, V>(value))?;
                }
                map.end()
            }

            fn merge_field_json<'de, D: Deserializer<'de>>(entries: &mut Self, input: D) -> Result<(), D::Error> {
                let read = json::nullable_map::<{ $key }, { $as }, K, V, Self, D>(input)?;
                *entries = read.unwrap_or_default();
                Ok(())
            }
        }
    };
}

/// One implementation for each encoding of the keys and of the values.
macro_rules! map_fields {
    ($($field:expr => $key:expr, $as:expr;)*) => {$(
        map_field!(
            HashMap<K, V, H>, $field, $key, $as,
            [K: MapKey<{ $key }> + Eq + Hash, V: Value<{ $as }>, H: BuildHasher + Default]
        );
        map_field!(BTreeMap<K, V>, $field, $key, $as, [K: MapKey<{ $key }> + Ord, V: Value<{ $as }>]);
        #[cfg(feature = "indexmap")]
        map_field!(
            indexmap::IndexMap<K, V, H>, $field, $key, $as,
            [K: MapKey<{ $key }> + Eq + Hash, V: Value<{ $as }>, H: BuildHasher + Default]
        );
    )*};
}

map_fields! {
    NATURAL => NATURAL, NATURAL;
    ZIGZAG => NATURAL, ZIGZAG;
    FIXED => NATURAL, FIXED;
    KEY_ZIGZAG => ZIGZAG, NATURAL;
    KEY_ZIGZAG | ZIGZAG => ZIGZAG, ZIGZAG;
    KEY_ZIGZAG | FIXED => ZIGZAG, FIXED;
    KEY_FIXED => FIXED, NATURAL;
    KEY_FIXED | ZIGZAG => FIXED, ZIGZAG;
    KEY_FIXED | FIXED => FIXED, FIXED;
}
