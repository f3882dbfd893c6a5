//! `Box<M>` and `Arc<M>`: the same message as `M`.

use super::{Message, Reader, Unfit, Wire};
use crate::message::codec::check::Checker;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{self, Definitions, TypeName};
use serde::{Deserializer, Serializer, ser::SerializeStruct};
use std::sync::Arc;

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<M: Message> Message for $pointer<M> {
            const NAME: TypeName = M::NAME;
            const SCHEMA: &'static model::Message = M::SCHEMA;
            const JSON_NULL: bool = M::JSON_NULL;
            type Slots = M::Slots;

            fn register_fields(definitions: &mut Definitions) {
                M::register_fields(definitions);
            }
            fn fields_len(&self) -> usize {
                (**self).fields_len()
            }
            fn put_fields(&self, out: &mut BytesMut) {
                (**self).put_fields(out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: Wire,
                input: &mut Reader<'_>,
            ) -> Result<(), DecodeError> {
                M::merge_field(slots, number, wire, input)
            }
            fn put_json<S: SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
                (**self).put_json(out)
            }
            fn merge_json<'de, D: Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: D,
            ) -> Result<(), D::Error> {
                M::merge_json(slots, index, value)
            }
            fn finish(slots: Self::Slots) -> Result<Self, Unfit> {
                M::finish(slots).map(Self::new)
            }
            fn check_fields(&self, check: &mut Checker) {
                (**self).check_fields(check);
            }
            fn write_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                (**self).write_json(out)
            }
            fn read_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                M::read_json(input).map(Self::new)
            }
        }
    )*};
}

pointers!(Box, Arc);
