//! `string` in proto3 JSON.

use serde::{Deserialize, Deserializer, Serializer};

#[inline]
pub(crate) fn write<S: Serializer>(value: &str, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(value)
}

#[inline]
pub(crate) fn read<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    String::deserialize(input)
}
