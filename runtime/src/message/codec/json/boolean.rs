//! `bool` in proto3 JSON: `true` or `false`.

use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn write<S: Serializer>(value: bool, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_bool(value)
}

pub(crate) fn read<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
    bool::deserialize(input)
}
