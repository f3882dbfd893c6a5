//! `()` is `google.protobuf.Empty`.

use crate::message::codec::{Message, Reader, Unfit, Wire};
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definitions, TypeName};
use serde::{Deserializer, ser::SerializeStruct};
use std::borrow::Cow;

impl Message for () {
    const NAME: TypeName = TypeName::in_package("google.protobuf", "Empty");
    const SCHEMA: &'static model::Message = &model::Message {
        name: Self::NAME,
        docs: Cow::Borrowed(""),
        fields: Cow::Borrowed(&[]),
        oneof: None,
        reserved: model::Reserved::NONE,
        deprecated: false,
    };
    type Slots = ();

    fn register_fields(_: &mut Definitions) {}

    fn fields_len(&self) -> usize {
        0
    }

    fn put_fields(&self, _: &mut BytesMut) {}

    fn merge_field(_: &mut (), number: u32, wire: Wire, input: &mut Reader<'_>) -> Result<(), DecodeError> {
        input.skip(number, wire)
    }

    fn put_json<S: SerializeStruct>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }

    fn merge_json<'de, D: Deserializer<'de>>(_: &mut (), _: usize, _: D) -> Result<(), D::Error> {
        Ok(())
    }

    fn finish((): ()) -> Result<Self, Unfit> {
        Ok(())
    }
}
