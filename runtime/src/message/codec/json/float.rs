//! `float` and `double` in proto3 JSON: numbers, and "NaN", "Infinity", "-Infinity".

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// `f32` or `f64`.
pub(crate) trait Float: Copy + Into<f64> {
    const NAME: &'static str;
    /// Converts a double; `None` when it is finite and out of range.
    fn narrow(value: f64) -> Option<Self>;
    fn write_number<S: Serializer>(self, out: S) -> Result<S::Ok, S::Error>;
}

impl Float for f64 {
    const NAME: &'static str = "double";
    fn narrow(value: f64) -> Option<Self> {
        Some(value)
    }
    fn write_number<S: Serializer>(self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f64(self)
    }
}

impl Float for f32 {
    const NAME: &'static str = "float";
    fn narrow(value: f64) -> Option<Self> {
        let narrow = value as f32;
        (narrow.is_finite() || !value.is_finite()).then_some(narrow)
    }
    fn write_number<S: Serializer>(self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f32(self)
    }
}

pub(crate) fn write<F: Float, S: Serializer>(value: F, out: S) -> Result<S::Ok, S::Error> {
    let wide: f64 = value.into();
    if wide.is_finite() {
        value.write_number(out)
    } else if wide.is_nan() {
        out.serialize_str("NaN")
    } else {
        out.serialize_str(if wide > 0.0 { "Infinity" } else { "-Infinity" })
    }
}

pub(crate) fn read<'de, F: Float, D: Deserializer<'de>>(input: D) -> Result<F, D::Error> {
    input.deserialize_any(FloatVisitor(PhantomData))
}

struct FloatVisitor<F>(PhantomData<F>);

impl<F: Float> Visitor<'_> for FloatVisitor<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number in the range of {}, \"NaN\", \"Infinity\" or \"-Infinity\"", F::NAME)
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<F, E> {
        F::narrow(value).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<F, E> {
        self.visit_f64(value as f64)
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<F, E> {
        self.visit_f64(value as f64)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<F, E> {
        let value = match text {
            "NaN" => f64::NAN,
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => match text.parse::<f64>() {
                Ok(value) if value.is_finite() && text.ends_with(|c: char| c.is_ascii_digit()) => value,
                _ => return Err(E::invalid_value(Unexpected::Str(text), &self)),
            },
        };
        self.visit_f64(value)
    }
}
