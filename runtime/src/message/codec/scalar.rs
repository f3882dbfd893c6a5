//! The scalar types of proto3, and the narrower integers of Rust.

use super::json::{self, float, integer};
use super::{Element, FIXED, NATURAL, Reader, Value, Wire, ZIGZAG, wire};
use crate::message::constraint::Given;
use crate::message::error::DecodeError;
use bytes::{Bytes, BytesMut};
use polywire_codegen::model::{Element as ElementType, Scalar};
use serde::de::Error as _;
use serde::{Deserializer, Serializer};
use std::borrow::Cow;
use std::sync::Arc;

/// Types that are written as a varint, each with its mapping to a number and back.
macro_rules! varint {
    ($($ty:ty, $as:expr, $scalar:ident, $to:expr, $from:expr, $json:ident, { $($element:tt)* };)*) => {$(
        impl Value<{ $as }> for $ty {
            const ELEMENT: ElementType = ElementType::Scalar(Scalar::$scalar);
            const WIRE: Wire = Wire::Varint;

            #[inline]
            fn is_default(&self) -> bool {
                *self == <$ty>::default()
            }
            #[inline]
            fn len(&self) -> usize {
                let to: fn($ty) -> u64 = $to;
                wire::varint_len(to(*self))
            }
            #[inline]
            fn put(&self, out: &mut BytesMut) {
                let to: fn($ty) -> u64 = $to;
                wire::put_varint(to(*self), out);
            }
            #[inline]
            fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let from: fn(u64) -> Option<$ty> = $from;
                let raw = input.varint()?;
                from(raw).ok_or_else(|| input.error(concat!("is out of range for ", stringify!($ty))))
            }
            fn absent() -> Option<Self> {
                Some(<$ty>::default())
            }
            const CHECKED: bool = true;
            fn given(&self) -> Given<'_> {
                Given::from(self)
            }
            #[inline]
            fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                json::$json::write(*self, out)
            }
            #[inline]
            fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                json::$json::read(input)
            }
        }
        $($element)*
    )*};
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

// A 32-bit field keeps the low half of a longer varint, as protobuf's own parsers do. The types that protobuf does
// not have are checked instead.
varint! {
    bool, NATURAL, Bool, |v| u64::from(v), |v| Some(v != 0), boolean, { impl Element for bool {} };
    i32, NATURAL, Int32, |v| i64::from(v) as u64, |v| Some(v as i32), integer, { impl Element for i32 {} };
    i64, NATURAL, Int64, |v| v as u64, |v| Some(v as i64), integer, { impl Element for i64 {} };
    u32, NATURAL, Uint32, |v| u64::from(v), |v| Some(v as u32), integer, { impl Element for u32 {} };
    u64, NATURAL, Uint64, |v| v, Some, integer, { impl Element for u64 {} };
    i32, ZIGZAG, Sint32, |v| zigzag(i64::from(v)), |v| Some(unzigzag(v & 0xffff_ffff) as i32), integer, { impl Element<ZIGZAG> for i32 {} };
    i64, ZIGZAG, Sint64, zigzag, |v| Some(unzigzag(v)), integer, { impl Element<ZIGZAG> for i64 {} };
    i8, NATURAL, Int32, |v| i64::from(v) as u64, |v| i8::try_from(v as i64).ok(), integer, { impl Element for i8 {} };
    i16, NATURAL, Int32, |v| i64::from(v) as u64, |v| i16::try_from(v as i64).ok(), integer, { impl Element for i16 {} };
    u8, NATURAL, Uint32, |v| u64::from(v), |v| u8::try_from(v).ok(), integer, {};
    u16, NATURAL, Uint32, |v| u64::from(v), |v| u16::try_from(v).ok(), integer, { impl Element for u16 {} };
}

/// Types of four or eight bytes, little endian.
macro_rules! fixed {
    ($($ty:ty, $as:expr, $scalar:ident, $wire:ident, $zero:expr, $json:ident;)*) => {$(
        impl Value<{ $as }> for $ty {
            const ELEMENT: ElementType = ElementType::Scalar(Scalar::$scalar);
            const WIRE: Wire = Wire::$wire;

            #[inline]
            fn is_default(&self) -> bool {
                let zero: fn(&$ty) -> bool = $zero;
                zero(self)
            }
            #[inline]
            fn len(&self) -> usize {
                size_of::<$ty>()
            }
            #[inline]
            fn put(&self, out: &mut BytesMut) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                input.fixed().map(<$ty>::from_le_bytes)
            }
            fn absent() -> Option<Self> {
                Some(<$ty>::default())
            }
            const CHECKED: bool = true;
            fn given(&self) -> Given<'_> {
                Given::from(self)
            }
            #[inline]
            fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                $json::write(*self, out)
            }
            #[inline]
            fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $json::read(input)
            }
        }
        impl Element<{ $as }> for $ty {}
    )*};
}

// Negative zero is not the default: its bits differ, and it must arrive.
fixed! {
    f32, NATURAL, Float, I32, |v| v.to_bits() == 0, float;
    f64, NATURAL, Double, I64, |v| v.to_bits() == 0, float;
    u32, FIXED, Fixed32, I32, |v| *v == 0, integer;
    u64, FIXED, Fixed64, I64, |v| *v == 0, integer;
    i32, FIXED, Sfixed32, I32, |v| *v == 0, integer;
    i64, FIXED, Sfixed64, I64, |v| *v == 0, integer;
}

/// Text and bytes of any length.
macro_rules! delimited {
    ($($ty:ty, $scalar:ident, |$value:ident| $bytes:expr, $take:expr, $json:ident;)*) => {$(
        impl Value for $ty {
            const ELEMENT: ElementType = ElementType::Scalar(Scalar::$scalar);
            const WIRE: Wire = Wire::Len;

            #[inline]
            fn is_default(&self) -> bool {
                self.is_empty()
            }
            #[inline]
            fn len(&self) -> usize {
                let $value = self;
                let len = $bytes.len();
                wire::varint_len(len as u64) + len
            }
            #[inline]
            fn put(&self, out: &mut BytesMut) {
                let $value = self;
                put_delimited($bytes, out);
            }
            #[inline]
            fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let take: fn(&mut Reader<'_>) -> Result<Self, DecodeError> = $take;
                take(input)
            }
            fn absent() -> Option<Self> {
                Some(Self::default())
            }
            const CHECKED: bool = true;
            fn given(&self) -> Given<'_> {
                Given::from(self)
            }
            #[inline]
            fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                json::$json::write(self.as_ref(), out)
            }
            #[inline]
            fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                json::$json::read(input).map(Self::from)
            }
        }
        impl Element for $ty {}
    )*};
}

#[inline]
fn put_delimited(bytes: &[u8], out: &mut BytesMut) {
    wire::put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

delimited! {
    String, String, |v| v.as_bytes(), |input| input.text().map(str::to_owned), text;
    Box<str>, String, |v| v.as_bytes(), |input| input.text().map(Self::from), text;
    Arc<str>, String, |v| v.as_bytes(), |input| input.text().map(Self::from), text;
    Cow<'static, str>, String, |v| v.as_bytes(), |input| input.text().map(|text| Cow::Owned(text.to_owned())), text;
    Vec<u8>, Bytes, |v| v.as_slice(), |input| input.length_delimited().map(Vec::from), bytes;
    Bytes, Bytes, |v| v.as_ref(), |input| input.length_delimited(), bytes;
}

/// Bytes of a fixed length, which are required.
impl<const N: usize> Value for [u8; N] {
    const ELEMENT: ElementType = ElementType::Scalar(Scalar::Bytes);
    const WIRE: Wire = Wire::Len;

    fn is_default(&self) -> bool {
        N == 0
    }
    fn len(&self) -> usize {
        wire::varint_len(N as u64) + N
    }
    fn put(&self, out: &mut BytesMut) {
        put_delimited(self, out);
    }
    fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let bytes = input.length_delimited()?;
        Self::try_from(&*bytes).map_err(|_| input.error(format!("has {} bytes, not {N}", bytes.len())))
    }
    fn absent() -> Option<Self> {
        Self::try_from([].as_slice()).ok()
    }
    const CHECKED: bool = true;
    fn given(&self) -> Given<'_> {
        Given::Bytes(self)
    }
    fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        json::bytes::write(self, out)
    }
    fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let bytes = json::bytes::read(input)?;
        Self::try_from(bytes)
            .map_err(|bytes| D::Error::custom(format_args!("has {} bytes, not {N}", bytes.len())))
    }
}

impl<const N: usize> Element for [u8; N] {}
