//! The serde deserializer over JSON text that messages are read with.
//!
//! It takes exactly the texts that serde_json takes, but does not say why it refuses one. [`Refused`] is empty, so results
//! are as small as their values, and no error text is made in vain. A caller that needs the reason and its place reads the
//! text again with serde_json ([`decode_json`](super::decode_json)).

mod ignore;
mod number;
mod string;
#[cfg(test)]
mod tests;

use number::Number;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt::{self, Display};

/// The most lists and objects inside of each other, the same as in serde_json. Messages have a smaller limit of their own.
const LEVELS: u8 = 127;

/// The refusal of a text: it is no JSON, or not the value that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

type Result<T = (), E = Refused> = std::result::Result<T, E>;

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text was refused")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    #[cold]
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// A cursor over one text.
pub(crate) struct Parser<'de> {
    text: &'de str,
    at: usize,
    /// The number of lists and objects that may still begin inside of the open ones.
    levels: u8,
    /// The last string that had escapes, with the escapes replaced.
    unescaped: String,
}

impl<'de> Parser<'de> {
    pub(crate) const fn new(text: &'de str) -> Self {
        Self { text, at: 0, levels: LEVELS, unescaped: String::new() }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When more than white space is left.
    pub(crate) fn end(mut self) -> Result {
        self.peek().map_or(Ok(()), |_| Err(Refused))
    }

    /// The next byte.
    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over white space, and returns the next byte.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(..=b' ') => self.peek_behind_space(),
            byte => byte,
        }
    }

    fn peek_behind_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Moves past white space and this byte.
    #[inline]
    fn take(&mut self, byte: u8) -> Result {
        if self.peek() != Some(byte) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result {
        match self.text.as_bytes().get(self.at..) {
            Some(rest) if rest.starts_with(word.as_bytes()) => self.at += word.len(),
            _ => return Err(Refused),
        }
        Ok(())
    }

    /// Reads `null` when it is the next value, and says whether it was.
    #[inline]
    fn null(&mut self) -> Result<bool> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        self.literal("null").map(|()| true)
    }

    /// Whether another member or element comes before `close`. Moves past the comma, but not past `close`.
    #[inline]
    fn more(&mut self, first: &mut bool, close: u8) -> Result<bool> {
        let next = self.peek();
        if next == Some(close) {
            return Ok(false);
        }
        if std::mem::take(first) {
            return Ok(true);
        }
        if next != Some(b',') {
            return Err(Refused);
        }
        self.at += 1;
        Ok(true)
    }

    #[inline]
    fn open(&mut self, bracket: u8) -> Result {
        self.take(bracket)?;
        self.levels = self.levels.checked_sub(1).ok_or(Refused)?;
        Ok(())
    }

    #[inline]
    fn close(&mut self, bracket: u8) -> Result {
        self.levels += 1;
        self.take(bracket)
    }

    #[inline]
    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.open(b'[')?;
        let value = visitor.visit_seq(Members { parser: self, first: true })?;
        self.close(b']')?;
        Ok(value)
    }

    #[inline]
    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        self.open(b'{')?;
        let value = visitor.visit_map(Members { parser: self, first: true })?;
        self.close(b'}')?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for &mut Parser<'de> {
    type Error = Refused;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => match self.number()? {
                Number::Whole(number) => visitor.visit_u64(number),
                Number::Negative(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
            },
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.list(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            _ => self.literal("null").and_then(|()| visitor.visit_unit()),
        }
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b't') => self.literal("true").and_then(|()| visitor.visit_bool(true)),
            _ => self.literal("false").and_then(|()| visitor.visit_bool(false)),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.take(b'"')?;
        match self.plain_string() {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(plain) => visitor.visit_str(self.escaped_string(plain)?),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.list(visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.object(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.ignore()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct struct enum
    }
}

/// The elements of a list or the members of an object, behind the opening bracket.
struct Members<'a, 'de> {
    parser: &'a mut Parser<'de>,
    /// Whether the next one is the first, which has no comma in front.
    first: bool,
}

impl<'de> SeqAccess<'de> for Members<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.parser.more(&mut self.first, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.parser).map(Some)
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.parser.more(&mut self.first, b'}')? {
            return Ok(None);
        }
        // A name is text, whatever the seed asks for.
        match self.parser.peek() {
            Some(b'"') => seed.deserialize(&mut *self.parser).map(Some),
            _ => Err(Refused),
        }
    }

    #[inline]
    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.parser.take(b':')?;
        seed.deserialize(&mut *self.parser)
    }
}
