//! `uuid::Uuid` is text. It is written with hyphens in lower case, and read in every form that the crate reads.

use super::text;
use crate::message::codec::MapKey;
use polywire_codegen::model::Scalar;
use std::borrow::Cow;
use uuid::Uuid;

text!(
    Uuid,
    Uuid,
    "a UUID such as 67e55044-10b1-426f-9247-bb680e5fe0c8",
    |id, then| then(id.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
    |text| Uuid::parse_str(text).ok()
);

impl MapKey for Uuid {
    const SCALAR: Scalar = Scalar::String;

    fn to_key(&self) -> Cow<'_, str> {
        self.hyphenated().to_string().into()
    }
    fn from_key(key: &str) -> Option<Self> {
        Self::parse_str(key).ok()
    }
}
