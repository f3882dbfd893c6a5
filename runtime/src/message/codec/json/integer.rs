//! Integers in proto3 JSON: 32 bits as numbers, 64 bits as strings. Input takes either, and `1e3` or `1.0` too.

use super::style;
use polywire_codegen::model::JsonInt64;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// The integer up to which every integer is a double.
const EXACT: u64 = 1 << 53;

/// An integer of at most 64 bits.
pub(crate) trait Integer: Copy + TryFrom<i128> + itoa::Integer {
    const NAME: &'static str;
    const WIDE: bool;
    fn write_number<S: Serializer>(self, out: S) -> Result<S::Ok, S::Error>;
    fn magnitude(self) -> u64;
}

macro_rules! integers {
    ($($ty:ident $wide:expr, $write:ident, $magnitude:expr;)*) => {$(
        impl Integer for $ty {
            const NAME: &'static str = stringify!($ty);
            const WIDE: bool = $wide;
            fn write_number<S: Serializer>(self, out: S) -> Result<S::Ok, S::Error> {
                out.$write(self)
            }
            fn magnitude(self) -> u64 {
                let magnitude: fn($ty) -> u64 = $magnitude;
                magnitude(self)
            }
        }
    )*};
}

integers! {
    i8 false, serialize_i8, |v| v.unsigned_abs().into();
    i16 false, serialize_i16, |v| v.unsigned_abs().into();
    i32 false, serialize_i32, |v| v.unsigned_abs().into();
    i64 true, serialize_i64, i64::unsigned_abs;
    u8 false, serialize_u8, u64::from;
    u16 false, serialize_u16, u64::from;
    u32 false, serialize_u32, u64::from;
    u64 true, serialize_u64, |v| v;
}

#[inline]
pub(crate) fn write<I: Integer, S: Serializer>(value: I, out: S) -> Result<S::Ok, S::Error> {
    let number = !I::WIDE || (style::current().int64 == JsonInt64::Number && value.magnitude() <= EXACT);
    if number { value.write_number(out) } else { out.serialize_str(itoa::Buffer::new().format(value)) }
}

#[inline]
pub(crate) fn read<'de, I: Integer, D: Deserializer<'de>>(input: D) -> Result<I, D::Error> {
    input.deserialize_any(IntegerVisitor(PhantomData))
}

struct IntegerVisitor<I>(PhantomData<I>);

impl<I: Integer> IntegerVisitor<I> {
    fn whole<E: de::Error>(self, value: i128, seen: Unexpected<'_>) -> Result<I, E> {
        I::try_from(value).map_err(|_| E::invalid_value(seen, &self))
    }
}

impl<I: Integer> Visitor<'_> for IntegerVisitor<I> {
    type Value = I;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an integer in the range of {}", I::NAME)
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<I, E> {
        self.whole(value.into(), Unexpected::Signed(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<I, E> {
        self.whole(value.into(), Unexpected::Unsigned(value))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<I, E> {
        // A double beyond 2^53 may have been rounded already: only text is exact there.
        if value.fract() != 0.0 || value.abs() > EXACT as f64 {
            return Err(E::invalid_value(Unexpected::Float(value), &self));
        }
        self.whole(value as i128, Unexpected::Float(value))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<I, E> {
        if let Some(value) = plain(text) {
            return self.whole(value, Unexpected::Str(text));
        }
        match text.parse::<f64>() {
            Ok(value) if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => self.visit_f64(value),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// Reads digits with an optional minus, as JSON spells a number: no plus, no leading zero, no white space.
fn plain(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = digits.len() <= 20 && (digits == "0" || !digits.starts_with(['0', '+']));
    if canonical { text.parse().ok() } else { None }
}
