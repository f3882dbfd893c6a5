//! The shared part of the well-known types: their fields on the wire, and serde's traits through their own JSON.

/// Implements `Message` and serde's traits for a struct of `google.protobuf`. `$write` and `$read` are its JSON, and
/// `$given` is the view of it that constraints check.
macro_rules! well_known {
    ($name:ident { $($field:ident: $ty:ty = $number:literal),* } $write:expr, $read:expr $(, $given:expr)?) => {
        const _: () = {
            use $crate::message::codec::{Field, Message, NATURAL, Reader, Unfit, Wire};
            use polywire_codegen::model;
            use std::borrow::Cow;

            #[derive(Default)]
            pub struct Slots { $($field: <$ty as Field<{ NATURAL }>>::Slot,)* }

            impl Message for $name {
                const NAME: model::TypeName = model::TypeName::in_package("google.protobuf", stringify!($name));
                const SCHEMA: &'static model::Message = &model::Message {
                    name: Self::NAME,
                    docs: Cow::Borrowed(""),
                    fields: Cow::Borrowed(&[$($crate::message::wkt::message::field(
                        stringify!($field), $number, <$ty as Field<{ NATURAL }>>::TYPE,
                    )),*]),
                    oneof: None,
                    reserved: model::Reserved::NONE,
                    deprecated: false,
                };
                type Slots = Slots;

                fn register_fields(definitions: &mut model::Definitions) {
                    $(<$ty as Field<{ NATURAL }>>::register(definitions);)*
                }
                fn fields_len(&self) -> usize {
                    0 $(+ Field::<{ NATURAL }>::field_len(&self.$field, $number))*
                }
                fn put_fields(&self, out: &mut bytes::BytesMut) {
                    $(Field::<{ NATURAL }>::put_field(&self.$field, $number, out);)*
                }
                fn merge_field(
                    slots: &mut Slots,
                    number: u32,
                    wire: Wire,
                    input: &mut Reader<'_>,
                ) -> Result<(), $crate::message::error::DecodeError> {
                    match number {
                        $($number => <$ty as Field<{ NATURAL }>>::merge_field(&mut slots.$field, wire, input),)*
                        _ => input.skip(number, wire),
                    }
                }
                fn put_json<S: serde::ser::SerializeStruct>(&self, out: &mut S) -> Result<(), S::Error> {
                    $($crate::message::codec::json::write_field::<{ NATURAL }, _, _>(
                        out, stringify!($field), stringify!($field), &self.$field,
                    )?;)*
                    Ok(())
                }
                fn merge_json<'de, D: serde::Deserializer<'de>>(
                    slots: &mut Slots,
                    index: usize,
                    value: D,
                ) -> Result<(), D::Error> {
                    match Self::SCHEMA.fields[index].number {
                        $($number => <$ty as Field<{ NATURAL }>>::merge_field_json(&mut slots.$field, value),)*
                        // Not reached: the index is that of a field.
                        _ => Ok(()),
                    }
                }
                fn finish(slots: Slots) -> Result<Self, Unfit> {
                    Ok(Self { $($field: <$ty as Field<{ NATURAL }>>::finish(slots.$field, stringify!($field))?,)* })
                }
                $(fn given_whole(&self) -> $crate::message::constraint::Given<'_> {
                    $given(self)
                })?
                fn write_json<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                    $write(self, out)
                }
                fn read_json<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                    $read(input)
                }
            }
            $crate::message::wkt::message::serde!($name);
        };
    };
}
pub(super) use well_known;

/// Implements serde's traits through the message's own JSON.
macro_rules! serde_traits {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                $crate::message::codec::Message::write_json(self, out)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                <Self as $crate::message::codec::Message>::read_json(input)
            }
        }
    };
}
pub(super) use serde_traits as serde;

use polywire_codegen::model;
use std::borrow::Cow;

/// A field of the model. The names are one word, and the same in JSON, except `type_url`, which JSON never has.
pub(super) const fn field(name: &'static str, number: u32, ty: model::Type) -> model::Field {
    model::Field {
        name: Cow::Borrowed(name),
        json: Cow::Borrowed(json(name)),
        number,
        ty,
        unpacked: false,
        docs: Cow::Borrowed(""),
        deprecated: false,
        examples: Cow::Borrowed(&[]),
        oneof: None,
        constraints: Cow::Borrowed(&[]),
        failure: None,
        default: None,
        json_written: false,
    }
}

const fn json(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"type_url" => "typeUrl",
        _ => name,
    }
}
