//! JSON text into a [`BytesMut`]: serde's serializer for what messages are made of.
//!
//! serde_json looks at every byte of a string by itself and writes through `io::Write`; here eight bytes are looked at
//! together, and a string that needs no escape, as most do, is one copy. Numbers stay serde_json's.

use bytes::{BufMut, BytesMut};
use serde::ser::{self, Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct};
use std::fmt::{self, Display, Write as _};

type Error = serde_json::Error;
type Result<T = (), E = Error> = std::result::Result<T, E>;
type Never = Impossible<(), Error>;

/// Writes one JSON value at the end of a buffer.
pub(crate) struct Writer<'a>(&'a mut BytesMut);

impl<'a> Writer<'a> {
    pub(crate) fn new(out: &'a mut BytesMut) -> Self {
        Self(out)
    }

    /// What is written as serde_json writes it.
    fn foreign(self, value: &(impl Serialize + ?Sized)) -> Result {
        value.serialize(&mut serde_json::Serializer::new(self.0.writer()))
    }

    fn literal(self, text: &str) -> Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn begin(self, bracket: u8) -> Members<'a> {
        self.0.put_u8(bracket);
        // ASCII's closing brackets are two behind the opening ones.
        Members { out: self.0, close: bracket + 2, first: true, foreign: None }
    }
}

/// What no message holds.
fn none<T>(what: &str) -> Result<T> {
    Err(Error::custom(format_args!("{what} is no part of a message")))
}

macro_rules! numbers {
    ($($name:ident $ty:ty),*) => {$(
        fn $name(self, value: $ty) -> Result {
            self.foreign(&value)
        }
    )*};
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Never;

    numbers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_f32 f32, serialize_f64 f64
    }

    fn serialize_bool(self, value: bool) -> Result {
        self.literal(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result {
        put_text(text, self.0);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result {
        self.0.put_u8(b'"');
        write!(Escaped(self.0), "{value}").map_err(Error::custom)?;
        self.0.put_u8(b'"');
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result {
        none("a string of bytes")
    }

    fn serialize_none(self) -> Result {
        self.literal("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.literal("null")
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

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>> {
        Ok(self.begin(b'['))
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

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>> {
        Ok(self.begin(b'{'))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a>> {
        // A struct whose name no Rust type can have is a sign between serde_json and itself: JSON that is text already.
        if name.starts_with('$') {
            return Ok(Members { out: self.0, close: 0, first: true, foreign: Some(name) });
        }
        Ok(self.begin(b'{'))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Never> {
        none("a variant")
    }
}

/// An array or an object that is being written.
pub(crate) struct Members<'a> {
    out: &'a mut BytesMut,
    close: u8,
    first: bool,
    /// The name of a struct that serde_json is to write.
    foreign: Option<&'static str>,
}

impl Members<'_> {
    fn separate(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.put_u8(b',');
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Writer(self.out))
    }

    fn close(self) -> Result {
        if self.foreign.is_none() {
            self.out.put_u8(self.close);
        }
        Ok(())
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.separate();
        self.value(value)
    }

    fn end(self) -> Result {
        self.close()
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    /// Keys are text, in every map of proto3 JSON.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.separate();
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.out.put_u8(b':');
        self.value(value)
    }

    fn end(self) -> Result {
        self.close()
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
        if let Some(name) = self.foreign {
            return Writer(self.out).foreign(&Foreign { name, key, value });
        }
        self.separate();
        put_text(key, self.out);
        self.out.put_u8(b':');
        self.value(value)
    }

    fn end(self) -> Result {
        self.close()
    }
}

/// A struct of one field, handed on as it came.
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

/// Text that comes in pieces, between quotes.
struct Escaped<'a>(&'a mut BytesMut);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        put_escaped(text, self.0);
        Ok(())
    }
}

fn put_text(text: &str, out: &mut BytesMut) {
    out.reserve(text.len() + 2);
    out.put_u8(b'"');
    put_escaped(text, out);
    out.put_u8(b'"');
}

fn put_escaped(text: &str, out: &mut BytesMut) {
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_len(rest));
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { return };
        put_escape(*byte, out);
        rest = after;
    }
}

#[cold]
fn put_escape(byte: u8, out: &mut BytesMut) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// How many bytes there are before the first that must be escaped: a quote, a backslash, a control character.
fn plain_len(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return at * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let special = tail.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
    special.map_or(bytes.len(), |at| words.len() * 8 + at)
}

/// The high bits of the bytes that must be escaped. Only the lowest bit is certain: a borrow may set one above it.
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const fn less(word: u64, than: u8) -> u64 {
        word.wrapping_sub(ONES * than as u64) & !word
    }
    let quote = less(word ^ (ONES * b'"' as u64), 1);
    let backslash = less(word ^ (ONES * b'\\' as u64), 1);
    (less(word, 0x20) | quote | backslash) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    fn written(value: &(impl Serialize + ?Sized)) -> String {
        let mut out = BytesMut::from(&b"before "[..]);
        value.serialize(Writer::new(&mut out)).expect("it is written");
        String::from_utf8(out[7..].to_vec()).expect("it is text")
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
