//! The serde serializer that writes messages as JSON text (RFC 8259), without white space.
//!
//! serde_json looks at each byte of a string by itself and writes through `io::Write`. This writer looks at eight bytes
//! together. A string without escapes, the usual case, is one copy to the end of a buffer. Numbers are written by the
//! same crates as in serde_json.

mod sink;

use serde::ser::{self, Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct};
pub(crate) use sink::Sink;
use sink::{Escaped, put_name, put_text};
use std::fmt::{Display, Write as _};

type Error = serde_json::Error;
type Result<T = (), E = Error> = std::result::Result<T, E>;
type Never = Impossible<(), Error>;

/// Writes one JSON value at the end of a buffer.
pub(crate) struct Writer<'a, O>(&'a mut O);

impl<'a, O: Sink> Writer<'a, O> {
    pub(crate) fn new(out: &'a mut O) -> Self {
        Self(out)
    }

    #[inline]
    fn plain(self, text: &str) -> Result {
        self.0.put(text);
        Ok(())
    }

    #[inline]
    fn begin(self, open: &str) -> Members<'a, O> {
        self.0.put(open);
        Members { out: self.0, first: true, foreign: None }
    }
}

/// The error for a type that no message holds.
fn none<T>(what: &str) -> Result<T> {
    Err(Error::custom(format_args!("{what} cannot be part of a message")))
}

macro_rules! integers {
    ($($name:ident $ty:ty),*) => {$(
        #[inline]
        fn $name(self, value: $ty) -> Result {
            self.plain(itoa::Buffer::new().format(value))
        }
    )*};
}

macro_rules! floats {
    ($($name:ident $ty:ty),*) => {$(
        fn $name(self, value: $ty) -> Result {
            let mut buffer = zmij::Buffer::new();
            self.plain(if value.is_finite() { buffer.format_finite(value) } else { "null" })
        }
    )*};
}

impl<'a, O: Sink> ser::Serializer for Writer<'a, O> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'a, O>;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Members<'a, O>;
    type SerializeStruct = Members<'a, O>;
    type SerializeStructVariant = Never;

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    }

    floats! { serialize_f32 f32, serialize_f64 f64 }

    fn serialize_bool(self, value: bool) -> Result {
        self.plain(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result {
        put_text(text, self.0);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result {
        self.0.put("\"");
        write!(Escaped(self.0), "{value}").map_err(Error::custom)?;
        self.0.put("\"");
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result {
        none("a string of bytes")
    }

    fn serialize_none(self) -> Result {
        self.plain("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.plain("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result {
        none("a variant")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a, O>> {
        Ok(self.begin("["))
    }

    fn serialize_tuple(self, _: usize) -> Result<Never> {
        none("a tuple")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never> {
        none("a tuple")
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never> {
        none("a variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a, O>> {
        Ok(self.begin("{"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a, O>> {
        // serde_json marks JSON that is text already with a struct name that no Rust type can have.
        if name.starts_with('$') {
            return Ok(Members { out: self.0, first: true, foreign: Some(name) });
        }
        Ok(self.begin("{"))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never> {
        none("a variant")
    }
}

/// An array or an object that is being written.
pub(crate) struct Members<'a, O> {
    out: &'a mut O,
    first: bool,
    /// The name of a struct that serde_json has to write.
    foreign: Option<&'static str>,
}

impl<O: Sink> Members<'_, O> {
    #[inline]
    fn separate(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.put(",");
        }
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Writer(self.out))
    }

    #[inline]
    fn close(self, bracket: &str) -> Result {
        self.out.put(bracket);
        Ok(())
    }
}

impl<O: Sink> SerializeSeq for Members<'_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.separate();
        self.value(value)
    }

    fn end(self) -> Result {
        self.close("]")
    }
}

impl<O: Sink> SerializeMap for Members<'_, O> {
    type Ok = ();
    type Error = Error;

    /// Writes a key, which is text in every map of proto3 JSON.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.separate();
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.out.put(":");
        self.value(value)
    }

    fn end(self) -> Result {
        self.close("}")
    }
}

impl<O: Sink> SerializeStruct for Members<'_, O> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
        if let Some(name) = self.foreign {
            return foreign(&Foreign { name, key, value }, self.out);
        }
        put_name(key, std::mem::take(&mut self.first), self.out);
        self.value(value)
    }

    fn end(self) -> Result {
        if self.foreign.is_some() { Ok(()) } else { self.close("}") }
    }
}

/// Writes a value with serde_json.
fn foreign(value: &impl Serialize, out: &mut impl Sink) -> Result {
    out.put(&serde_json::to_string(value)?);
    Ok(())
}

/// A struct of one field, passed on as it came.
struct Foreign<'a, T: ?Sized> {
    name: &'static str,
    key: &'static str,
    value: &'a T,
}

impl<T: Serialize + ?Sized> Serialize for Foreign<'_, T> {
    fn serialize<S: ser::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut out = out.serialize_struct(self.name, 1)?;
        out.serialize_field(self.key, self.value)?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BytesMut;
    use serde_json::value::RawValue;
    use serde_json::{Value, json};
    use std::fmt;

    fn written(value: &(impl Serialize + ?Sized)) -> String {
        let mut out = BytesMut::from(&b"before "[..]);
        value.serialize(Writer::new(&mut out)).expect("it is written");
        let mut text = String::from("before ");
        value.serialize(Writer::new(&mut text)).expect("it is written");
        assert_eq!(out, text);
        text.split_off(7)
    }

    #[test]
    fn every_character_is_escaped_as_serde_json_does_wherever_it_stands() {
        let characters =
            (0..0x100).filter_map(char::from_u32).chain(['\u{2028}', '\u{7ff}', '🦀', '\u{10ffff}']);
        for character in characters {
            for before in 0..18 {
                let text =
                    format!("{}{character}{}\"{character}", "x".repeat(before), "é".repeat(before % 5));
                assert_eq!(written(&text), serde_json::to_string(&text).expect("text"), "{text:?}");
            }
        }
    }

    #[test]
    fn values_are_what_serde_json_makes_of_them() {
        let value = json!({
            "": [], "o": {}, "a\n": [1, -2, 3.5, 1e300, true, false, null, "x\\y", [[]], {"k": "v"}],
            "n": u64::MAX, "m": i64::MIN,
        });
        assert_eq!(written(&value), value.to_string());
        for number in [0.1, -0.0, 1e21, 5e-324, f64::MAX] {
            assert_eq!(written(&number), Value::from(number).to_string());
        }
        assert_eq!(written(&0.1f32), "0.1");
        assert_eq!(written(&f64::NAN), serde_json::to_string(&f64::NAN).expect("it is null"));
    }

    #[test]
    fn json_that_is_text_already_stays_as_it_is() {
        let raw = RawValue::from_string(r#"{"a" : 1.0}"#.to_owned()).expect("it is JSON");
        assert_eq!(written(&[&*raw, &*raw][..]), r#"[{"a" : 1.0},{"a" : 1.0}]"#);
    }

    #[test]
    fn text_in_pieces_is_one_string() {
        struct Pieces;
        impl Display for Pieces {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}\"\t", 1)
            }
        }
        impl Serialize for Pieces {
            fn serialize<S: ser::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }
        assert_eq!(written(&Pieces), r#""1\"\t""#);
    }
}
