//! Reads and writes limits in configuration files: durations as people write them, sizes and counts as whole numbers.

use serde::de::{self, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// The units of a duration, in milliseconds, the largest first.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The units of a size, in bytes.
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)];

/// A number, or a size with a unit. Environment variables are text, so a number may be one.
fn size(text: &str) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let (_, bytes) = SIZES.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*bytes)
}

/// A type that a limit can have.
pub(crate) trait Setting: Sized {
    const EXPECTED: &'static str;
    fn from_number(_: u64) -> Option<Self> {
        None
    }
    fn from_text(_: &str) -> Option<Self> {
        None
    }
    /// The value that `null` means, if any.
    fn absent() -> Option<Self> {
        None
    }
    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error>;
}

impl Setting for usize {
    const EXPECTED: &'static str = "a whole number, or a size such as \"4MiB\"";

    fn from_text(text: &str) -> Option<Self> {
        size(text).and_then(Self::from_number)
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::try_from(number).ok()
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u64(*self as u64)
    }
}

impl Setting for u32 {
    const EXPECTED: &'static str = "a whole number under 2^32, or a size such as \"4MiB\"";

    fn from_text(text: &str) -> Option<Self> {
        size(text).and_then(Self::from_number)
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::try_from(number).ok()
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u32(*self)
    }
}

impl Setting for Duration {
    const EXPECTED: &'static str = "a number and a unit (ms, s, m or h), such as \"10s\"";

    fn from_text(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at(digits);
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*millis).map(Self::from_millis)
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let millis = self.as_millis() as u64;
        let (unit, of) = UNITS.into_iter().find(|(_, of)| millis.is_multiple_of(*of)).unwrap_or(("ms", 1));
        out.collect_str(&format_args!("{}{unit}", millis / of))
    }
}

/// The word for a limit that is not set.
const NONE: &str = "none";

impl Setting for Option<Duration> {
    const EXPECTED: &'static str = "a number and a unit (ms, s, m or h), such as \"10s\", or \"none\"";

    fn from_text(text: &str) -> Option<Self> {
        if text == NONE { Some(None) } else { Duration::from_text(text).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn write<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(duration) => duration.write(out),
            None => out.serialize_str(NONE),
        }
    }
}

pub(crate) fn serialize<T: Setting, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    value.write(out)
}

pub(crate) fn deserialize<'de, T: Setting, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    input.deserialize_any(Reading(PhantomData))
}

struct Reading<T>(PhantomData<T>);

impl<T: Setting> Visitor<'_> for Reading<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        T::from_number(number).ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        let value = u64::try_from(number).ok().and_then(T::from_number);
        value.ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        T::absent().ok_or_else(|| E::invalid_type(de::Unexpected::Unit, &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}
