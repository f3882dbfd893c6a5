//! Messages that polywire brings itself, written without the derive macros: the runtime builds without them. The names
//! are the original ones, even against the style guide.

use crate::message::codec::choice::element;
use polywire_codegen::model::{self, Type, TypeName};
use std::borrow::Cow;

/// Makes structs that are messages: `Name in "package" { field "jsonName": Type = number, … }`.
///
/// A member of a `oneof` is an `Option`, with the name of the `oneof` after the JSON name. The encoding is the same.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident $(in $package:literal)? { $($field:ident $json:literal $(in $oneof:literal)?: $ty:ty = $number:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct $name { $(pub(crate) $field: $ty,)* }

        const _: () = {
            use $crate::message::codec::{Field, Message, NATURAL, Reader, Unfit, Wire};
            use polywire_codegen::model;
            use std::borrow::Cow;

            #[derive(Default)]
            #[allow(unreachable_pub, reason = "as public as the trait that names it")]
            pub struct Slots { $($field: <$ty as Field<{ NATURAL }>>::Slot,)* }

            impl Message for $name {
                const NAME: model::TypeName = $crate::message::plain::name(stringify!($name), &[$($package)?]);
                const SCHEMA: &'static model::Message = &model::Message {
                    name: Self::NAME,
                    docs: Cow::Borrowed(""),
                    fields: Cow::Borrowed(&[$($crate::message::plain::field(
                        (stringify!($field), $json), $number, const { &<$ty as Field<{ NATURAL }>>::TYPE }, &[$($oneof)?],
                    )),*]),
                    oneof: None,
                    reserved: model::Reserved::NONE,
                    deprecated: false,
                };
                type Slots = Slots;

                fn register_fields(definitions: &mut model::Definitions) {
                    let _ = &definitions;
                    $(<$ty as Field<{ NATURAL }>>::register(definitions);)*
                }
                fn fields_len(&self) -> usize {
                    0 $(+ Field::<{ NATURAL }>::field_len(&self.$field, $number))*
                }
                fn put_fields(&self, out: &mut bytes::BytesMut) {
                    let _ = &out;
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
                    let _ = &out;
                    $($crate::message::codec::json::write_field::<{ NATURAL }, _, _>(
                        out, $json, stringify!($field), &self.$field,
                    )?;)*
                    Ok(())
                }
                fn merge_json<'de, D: serde::Deserializer<'de>>(
                    slots: &mut Slots,
                    index: usize,
                    value: D,
                ) -> Result<(), D::Error> {
                    let field = Self::SCHEMA.fields[index].number;
                    match field {
                        $($number => <$ty as Field<{ NATURAL }>>::merge_field_json(&mut slots.$field, value),)*
                        // Not reached: the index is that of a field.
                        _ => Ok(()),
                    }
                }
                fn finish(slots: Slots) -> Result<Self, Unfit> {
                    Ok(Self { $($field: <$ty as Field<{ NATURAL }>>::finish(slots.$field, stringify!($field))?,)* })
                }
            }
        };
    )*};
}
pub(crate) use messages;

pub(crate) const fn name(name: &'static str, package: &[&'static str]) -> TypeName {
    match package {
        [package, ..] => TypeName::in_package(package, name),
        [] => TypeName::local(name),
    }
}

pub(crate) const fn field(
    (name, json): (&'static str, &'static str),
    number: u32,
    ty: &'static Type,
    oneof: &[&'static str],
) -> model::Field {
    let ty = match ty {
        Type::Optional(of) if oneof.is_empty() => Type::Optional(element(of)),
        Type::Optional(of) | Type::Singular(of) => Type::Singular(element(of)),
        Type::Repeated(of) => Type::Repeated(element(of)),
        Type::Map(key, of) => Type::Map(*key, element(of)),
    };
    let oneof = match oneof {
        [oneof, ..] => Some(Cow::Borrowed(*oneof)),
        [] => None,
    };
    model::Field {
        name: Cow::Borrowed(name),
        json: Cow::Borrowed(json),
        number,
        ty,
        unpacked: false,
        docs: Cow::Borrowed(""),
        deprecated: false,
        examples: Cow::Borrowed(&[]),
        oneof,
        constraints: Cow::Borrowed(&[]),
        failure: None,
        default: None,
        json_written: false,
    }
}
