//! proto3 JSON through serde (<https://protobuf.dev/programming-guides/json/>).
//!
//! Output is canonical unless a [`JsonStyle`] says otherwise. Input accepts both spellings of a name, numbers or
//! strings, and both base64 alphabets. Duplicate names are refused. Nesting and the number of elements are bounded.
//!
//! serde passes no state down, so two thread-locals hold the style of a write and the budget of a read (depth and
//! elements). They are set during one encode or decode, which never awaits.
//!
//! A parser and a writer of our own stand behind serde's traits, so messages, the parts of an HTTP request and
//! foreign serializers share one mapping. The parser takes exactly what serde_json takes; tests and the fuzz target
//! check that. Its error is empty. A refused text is read again with serde_json and its path tracked, which gives the
//! error. So only a refused text is read twice, and a sound one pays nothing for errors.

pub(crate) mod boolean;
pub(crate) mod budget;
pub(crate) mod bytes;
mod decode;
pub(crate) mod float;
pub(crate) mod integer;
mod message;
pub(crate) mod note;
mod parser;
mod plain;
mod style;
pub(crate) mod text;
mod writer;

pub(crate) use decode::{decode_json, decode_text, json_fault};
pub(crate) use message::only_field;
pub(super) use message::write_named;
pub(super) use message::{read_choice, read_object, write_object};
pub use message::{read_message, write_field, write_message};
pub(crate) use parser::{Parser, Refused};
pub use style::{JsonDefaults, JsonUnknown};
pub(crate) use style::{Ruled, unknown_values};
pub(crate) use writer::{Sink, Writer};

use super::map::{Map, MapKey};
use super::{Element, Value};
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A value on its way out: implements serde's trait through ours.
pub(crate) struct Out<'a, const AS: u8, T>(pub(crate) &'a T);

impl<const AS: u8, T: Value<AS>> Serialize for Out<'_, AS, T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.to_json(out)
    }
}

/// A value on its way in; `None` when it is passed over.
struct In<const AS: u8, T>(Option<T>);

impl<'de, const AS: u8, T: Value<AS>> Deserialize<'de> for In<AS, T> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        T::from_json_known(input).map(Self)
    }
}

/// Reads a value; `null` is the absent value, for every type.
#[inline]
pub(super) fn nullable<'de, const AS: u8, T: Value<AS>, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<T>, D::Error> {
    if T::JSON_NULL {
        return T::from_json(input).map(Some);
    }
    Option::<In<AS, T>>::deserialize(input).map(|value| value.and_then(|In(value)| value))
}

/// Reads a required value, like [`nullable`], but refuses an unknown value under every rule.
pub(super) fn required<'de, const AS: u8, T: Value<AS>, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<T>, D::Error> {
    struct Required<const AS: u8, T>(T);

    impl<'de, const AS: u8, T: Value<AS>> Deserialize<'de> for Required<AS, T> {
        #[inline]
        fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
            T::from_json(input).map(Self)
        }
    }
    if T::JSON_NULL {
        return T::from_json(input).map(Some);
    }
    let read = Option::<Required<AS, T>>::deserialize(input)?;
    Ok(read.map(|Required(value)| value))
}

/// Reads a list; a `null` among its elements is refused.
pub(super) fn nullable_list<'de, const AS: u8, T: Element<AS>, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<Vec<T>>, D::Error> {
    struct List<const AS: u8, T>(PhantomData<T>);

    impl<'de, const AS: u8, T: Element<AS>> Visitor<'de> for List<AS, T> {
        type Value = Option<Vec<T>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
            input.deserialize_seq(self)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut values = Vec::new();
            while let Some(In(value)) = seq.next_element::<In<AS, T>>()? {
                budget::count()?;
                if let Some(value) = value {
                    values.push(value);
                }
            }
            Ok(Some(values))
        }
    }
    input.deserialize_option(List::<AS, T>(PhantomData))
}

/// Reads a map; `null` values and duplicate keys are refused.
pub(super) fn nullable_map<
    'de,
    const KEY: u8,
    const AS: u8,
    K: MapKey<KEY>,
    V: Value<AS>,
    M: Map<K, V>,
    D: Deserializer<'de>,
>(
    input: D,
) -> Result<Option<M>, D::Error> {
    struct Entries<const KEY: u8, const AS: u8, K, V, M>(PhantomData<(K, V, M)>);

    impl<'de, const KEY: u8, const AS: u8, K: MapKey<KEY>, V: Value<AS>, M: Map<K, V>> Visitor<'de>
        for Entries<KEY, AS, K, V, M>
    {
        type Value = Option<M>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
            input.deserialize_map(self)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = M::default();
            while let Some(key) = map.next_key_seed(KeySeed::<KEY, K>(PhantomData))? {
                budget::count()?;
                let In(value) = map.next_value::<In<AS, V>>()?;
                if value.is_some_and(|value| !entries.add(key, value)) {
                    return Err(de::Error::custom("duplicate map key"));
                }
            }
            Ok(Some(entries))
        }
    }
    input.deserialize_option(Entries::<KEY, AS, K, V, M>(PhantomData))
}

struct KeySeed<const KEY: u8, K>(PhantomData<K>);

impl<'de, const KEY: u8, K: MapKey<KEY>> DeserializeSeed<'de> for KeySeed<KEY, K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<K, D::Error> {
        input.deserialize_str(self)
    }
}

impl<const KEY: u8, K: MapKey<KEY>> Visitor<'_> for KeySeed<KEY, K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map key of type {}", K::SCALAR.keyword())
    }
    fn visit_str<E: de::Error>(self, key: &str) -> Result<K, E> {
        K::from_key(key).ok_or_else(|| E::invalid_value(de::Unexpected::Str(key), &self))
    }
}
