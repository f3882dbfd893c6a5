//! Types of the standard library and of other crates as values of fields. Those of a crate are behind a feature that is
//! named for it.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
mod ip;
#[cfg(feature = "jiff")]
mod jiff;
mod json;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

/// Makes a type text in protobuf and in JSON. It has no default, so it is required unless it is in an `Option`.
macro_rules! text {
    ($ty:ty, $form:ident, $what:literal, |$value:ident, $then:ident| $write:expr, |$text:ident| $read:expr) => {
        const _: () = {
            fn with_text<R>($value: &$ty, $then: impl FnOnce(&str) -> R) -> R {
                $write
            }

            impl $crate::message::codec::Value for $ty {
                const ELEMENT: polywire_codegen::model::Element =
                    polywire_codegen::model::Element::Text(polywire_codegen::model::TextForm::$form);
                const WIRE: $crate::message::codec::Wire = $crate::message::codec::Wire::Len;

                fn is_default(&self) -> bool {
                    false
                }
                fn len(&self) -> usize {
                    let len = with_text(self, str::len);
                    $crate::message::codec::wire::varint_len(len as u64) + len
                }
                fn put(&self, out: &mut bytes::BytesMut) {
                    with_text(self, |text| {
                        $crate::message::codec::wire::put_varint(text.len() as u64, out);
                        out.extend_from_slice(text.as_bytes());
                    });
                }
                fn take(
                    input: &mut $crate::message::codec::Reader<'_>,
                ) -> Result<Self, $crate::message::error::DecodeError> {
                    let $text = input.text()?;
                    $read.ok_or_else(|| input.error(concat!("is not ", $what)))
                }
                fn absent() -> Option<Self> {
                    None
                }
                const CHECKED: bool = true;
                fn given(&self) -> $crate::message::constraint::Given<'_> {
                    $crate::message::constraint::Given::Text(with_text(self, |text| text.to_owned().into()))
                }
                fn to_json<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                    with_text(self, |text| out.serialize_str(text))
                }
                fn from_json<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                    struct Text;
                    impl serde::de::Visitor<'_> for Text {
                        type Value = $ty;
                        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                            f.write_str($what)
                        }
                        fn visit_str<E: serde::de::Error>(self, $text: &str) -> Result<$ty, E> {
                            let unexpected = serde::de::Unexpected::Str($text);
                            $read.ok_or_else(|| E::invalid_value(unexpected, &self))
                        }
                    }
                    input.deserialize_str(Text)
                }
            }
            impl $crate::message::codec::Element for $ty {}
        };
    };
}
use text;
