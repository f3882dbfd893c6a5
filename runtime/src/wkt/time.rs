//! `google.protobuf.Timestamp` and `Duration` in full range; in JSON RFC 3339 and `"1.500s"`.

use super::message::well_known;
use crate::codec::wellknown::civil;
use crate::codec::wellknown::time::{LONGEST_SECONDS, Moment, Timed, fraction, split_fraction};
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer, ser};
use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

const NANOS: i32 = 1_000_000_000;

/// A point in time: `google.protobuf.Timestamp`. Any numbers travel; JSON is of the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds that count forward, of times before 1970 too: 0 to 999,999,999.
    pub nanos: i32,
}

/// A signed span of time: `google.protobuf.Duration`. Any numbers travel; JSON is of at most 10,000 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Duration {
    /// Whole seconds.
    pub seconds: i64,
    /// Nanoseconds with the sign of the seconds: -999,999,999 to 999,999,999.
    pub nanos: i32,
}

well_known!(Timestamp { seconds: i64 = 1, nanos: i32 = 2 } write, read);
well_known!(Duration { seconds: i64 = 1, nanos: i32 = 2 } write, read);

/// A message that is text in JSON.
trait Text: Sized {
    /// What the text looks like, for an error.
    const JSON: &'static str;
    fn to_text(&self) -> Option<String>;
    fn from_text(text: &str) -> Option<Self>;
}

impl Text for Timestamp {
    const JSON: &'static str = <SystemTime as Timed>::JSON;

    fn to_text(&self) -> Option<String> {
        let nanos = u32::try_from(self.nanos).ok().filter(|_| self.nanos < NANOS)?;
        <SystemTime as Timed>::write(Moment { seconds: self.seconds, nanos })
    }
    fn from_text(text: &str) -> Option<Self> {
        let Moment { seconds, nanos } = <SystemTime as Timed>::read(text)?;
        Some(Self { seconds, nanos: i32::try_from(nanos).ok()? })
    }
}

impl Text for Duration {
    const JSON: &'static str = "seconds such as \"-1.5s\"";

    fn to_text(&self) -> Option<String> {
        let (sign, seconds, nanos) =
            (self.seconds.signum(), self.seconds.unsigned_abs(), self.nanos.unsigned_abs());
        let one_sign = sign * i64::from(self.nanos.signum()) >= 0;
        let in_range = seconds <= LONGEST_SECONDS.unsigned_abs() && nanos < NANOS.unsigned_abs();
        let minus = if sign < 0 || self.nanos < 0 { "-" } else { "" };
        (one_sign && in_range).then(|| format!("{minus}{seconds}{}s", fraction(nanos)))
    }
    fn from_text(text: &str) -> Option<Self> {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
        let (seconds, nanos) = split_fraction(text.strip_suffix('s')?)?;
        let plain = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = seconds.parse().ok().filter(|seconds: &i64| plain && *seconds <= LONGEST_SECONDS)?;
        Some(Self { seconds: sign * seconds, nanos: sign as i32 * i32::try_from(nanos).ok()? })
    }
}

fn write<T: Text, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    let out_of_range = || ser::Error::custom(format_args!("out of range: JSON has {}", T::JSON));
    out.serialize_str(&value.to_text().ok_or_else(out_of_range)?)
}

fn read<'de, T: Text, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    struct TextVisitor<T>(PhantomData<T>);

    impl<T: Text> Visitor<'_> for TextVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::JSON)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            T::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    input.deserialize_str(TextVisitor(PhantomData))
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let Moment { seconds, nanos } = time.moment();
        // Nanoseconds are fewer than a second's.
        Self { seconds, nanos: nanos as i32 }
    }
}

/// A time that is out of the range of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is out of range")
    }
}

impl std::error::Error for OutOfRange {}

impl TryFrom<Timestamp> for SystemTime {
    type Error = OutOfRange;

    fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
        let nanos = u32::try_from(time.nanos).ok().filter(|_| time.nanos < NANOS).ok_or(OutOfRange)?;
        let in_range =
            Some(time.seconds).filter(|seconds| civil::SECONDS.contains(seconds)).ok_or(OutOfRange)?;
        Timed::from_moment(Moment { seconds: in_range, nanos }).ok_or(OutOfRange)
    }
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = OutOfRange;

    fn try_from(span: std::time::Duration) -> Result<Self, OutOfRange> {
        let seconds = i64::try_from(span.as_secs()).map_err(|_| OutOfRange)?;
        Ok(Self { seconds, nanos: span.subsec_nanos() as i32 })
    }
}

impl TryFrom<Duration> for std::time::Duration {
    type Error = OutOfRange;

    fn try_from(span: Duration) -> Result<Self, OutOfRange> {
        let seconds = u64::try_from(span.seconds).map_err(|_| OutOfRange)?;
        let nanos = u32::try_from(span.nanos).ok().filter(|_| span.nanos < NANOS).ok_or(OutOfRange)?;
        Ok(Self::new(seconds, nanos))
    }
}
