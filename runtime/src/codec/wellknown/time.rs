//! `std::time::Duration` is `google.protobuf.Duration`, `SystemTime` is `google.protobuf.Timestamp`.
//!
//! On the wire both are seconds (1) and nanoseconds (2); in JSON `"1.500s"` and RFC 3339.

use super::civil;
use crate::codec::{Element, NATURAL, Reader, Value, Wire, wire};
use crate::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::model::{Element as ElementType, TypeName};
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 10,000 years, as protobuf bounds a duration.
pub(crate) const LONGEST_SECONDS: i64 = 315_576_000_000;
const NANOS: u32 = 1_000_000_000;

/// Seconds and nanoseconds; the nanoseconds count forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
}

/// What a `Moment` stands for.
pub(crate) trait Timed: Sized {
    const NAME: &'static str;
    /// What JSON looks like, for an error.
    const JSON: &'static str;
    fn moment(&self) -> Moment;
    /// `None` when it is out of range.
    fn from_moment(moment: Moment) -> Option<Self>;
    fn write(moment: Moment) -> Option<String>;
    fn read(text: &str) -> Option<Moment>;
}

impl Timed for Duration {
    const NAME: &'static str = "Duration";
    const JSON: &'static str = "seconds such as \"1.5s\", not negative";

    fn moment(&self) -> Moment {
        Moment { seconds: i64::try_from(self.as_secs()).unwrap_or(i64::MAX), nanos: self.subsec_nanos() }
    }
    fn from_moment(moment: Moment) -> Option<Self> {
        let seconds = u64::try_from(moment.seconds).ok().filter(|_| moment.seconds <= LONGEST_SECONDS)?;
        Some(Self::new(seconds, moment.nanos))
    }
    fn write(moment: Moment) -> Option<String> {
        (moment.seconds <= LONGEST_SECONDS).then(|| format!("{}{}s", moment.seconds, fraction(moment.nanos)))
    }
    fn read(text: &str) -> Option<Moment> {
        let (seconds, nanos) = split_fraction(text.strip_suffix('s')?)?;
        let plain = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        Some(Moment { seconds: seconds.parse().ok().filter(|_| plain)?, nanos })
    }
}

impl Timed for SystemTime {
    const NAME: &'static str = "Timestamp";
    const JSON: &'static str = "RFC 3339 such as \"2026-01-02T03:04:05Z\", of the years 1 to 9999";

    fn moment(&self) -> Moment {
        match self.duration_since(UNIX_EPOCH) {
            Ok(after) => after.moment(),
            Err(before) => {
                let Moment { seconds, nanos } = before.duration().moment();
                match nanos {
                    0 => Moment { seconds: -seconds, nanos },
                    nanos => Moment { seconds: -seconds - 1, nanos: NANOS - nanos },
                }
            }
        }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        if !civil::SECONDS.contains(&seconds) {
            return None;
        }
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(nanos.into()))
    }
    fn write(Moment { seconds, nanos }: Moment) -> Option<String> {
        civil::SECONDS.contains(&seconds).then(|| format!("{}{}Z", civil::format(seconds), fraction(nanos)))
    }
    fn read(text: &str) -> Option<Moment> {
        let (date_time, rest) = text.split_at_checked(19)?;
        let offset = rest.find(['Z', '+', '-'])?;
        let (fraction, zone) = rest.split_at(offset);
        let (none, nanos) = split_fraction(fraction)?;
        let seconds = civil::parse(date_time)?.checked_sub(civil::offset(zone)?)?;
        (none.is_empty() && civil::SECONDS.contains(&seconds)).then_some(Moment { seconds, nanos })
    }
}

/// Nothing, or 3, 6 or 9 digits, as protobuf's own writers do.
pub(crate) fn fraction(nanos: u32) -> String {
    match nanos {
        0 => String::new(),
        n if n % 1_000_000 == 0 => format!(".{:03}", n / 1_000_000),
        n if n % 1_000 == 0 => format!(".{:06}", n / 1_000),
        n => format!(".{n:09}"),
    }
}

/// What is before the point, and the nanoseconds after it: at most nine digits.
pub(crate) fn split_fraction(text: &str) -> Option<(&str, u32)> {
    let Some((whole, digits)) = text.split_once('.') else { return Some((text, 0)) };
    let sound = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let nanos = format!("{digits:0<9}").parse().ok().filter(|_| sound)?;
    Some((whole, nanos))
}

/// The fields of both messages: seconds 1, nanos 2.
fn body_len(moment: Moment) -> usize {
    let len = |value: u64| if value == 0 { 0 } else { 1 + wire::varint_len(value) };
    len(moment.seconds as u64) + len(moment.nanos.into())
}

fn put_body(moment: Moment, out: &mut BytesMut) {
    for (number, value) in [(1, moment.seconds as u64), (2, u64::from(moment.nanos))] {
        if value != 0 {
            wire::put_tag(number, Wire::Varint, out);
            wire::put_varint(value, out);
        }
    }
}

fn take_body<T: Timed>(input: &mut Reader<'_>) -> Result<T, DecodeError> {
    let (mut seconds, mut nanos) = (0, 0);
    while let Some((number, wire)) = input.tag()? {
        match (number, wire) {
            (1, Wire::Varint) => seconds = input.varint()? as i64,
            (2, Wire::Varint) => nanos = input.varint()? as i32,
            _ => input.skip(number, wire)?,
        }
    }
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < NANOS);
    nanos
        .and_then(|nanos| T::from_moment(Moment { seconds, nanos }))
        .ok_or_else(|| input.error(format!("is out of range for {}: {}", T::NAME, T::JSON)))
}

macro_rules! timed {
    ($($ty:ty),*) => {$(
        impl Value<NATURAL> for $ty {
            const ELEMENT: ElementType =
                ElementType::Message(TypeName::in_package("google.protobuf", <$ty as Timed>::NAME));
            const WIRE: Wire = Wire::Len;

            fn is_default(&self) -> bool {
                false
            }
            fn len(&self) -> usize {
                1 + body_len(self.moment())
            }
            fn put(&self, out: &mut BytesMut) {
                let moment = self.moment();
                wire::put_varint(body_len(moment) as u64, out);
                put_body(moment, out);
            }
            fn take(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                input.nested(take_body)
            }
            fn absent() -> Option<Self> {
                None
            }
            fn to_json<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                let out_of_range = || serde::ser::Error::custom(concat!("out of range for ", stringify!($ty)));
                out.serialize_str(&<$ty>::write(self.moment()).ok_or_else(out_of_range)?)
            }
            fn from_json<'de, D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                input.deserialize_str(Text(PhantomData))
            }
        }
        impl Element for $ty {}
    )*};
}

timed!(Duration, SystemTime);

struct Text<T>(PhantomData<T>);

impl<T: Timed> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::JSON)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::read(text).and_then(T::from_moment).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Option<Moment> {
        SystemTime::read(text)
    }

    #[test]
    fn timestamps_are_rfc_3339_in_both_directions() {
        for (text, seconds, nanos) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799, 999_000_000),
            ("2024-02-29T12:30:15.000250Z", 1_709_209_815, 250_000),
        ] {
            let moment = Moment { seconds, nanos };
            assert_eq!(time(text), Some(moment), "{text}");
            assert_eq!(SystemTime::write(moment).as_deref(), Some(text));
            assert_eq!(SystemTime::from_moment(moment).map(|time| time.moment()), Some(moment));
        }
        assert_eq!(time("1970-01-01T01:00:00+01:00"), Some(Moment::default()));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-13-01T00:00:00Z",
            "1970-02-30T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00.1234567890Z",
            "1970-01-01 00:00:00Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59-01:00",
            "1970-01-01T00:00:00+1:00",
            "1970-01-01T00:00:0éZ",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_seconds_with_a_fraction() {
        for (text, duration) in [
            ("0s", Duration::ZERO),
            ("1.500s", Duration::from_millis(1_500)),
            ("3.000000001s", Duration::new(3, 1)),
            ("315576000000s", Duration::from_secs(315_576_000_000)),
        ] {
            assert_eq!(Duration::read(text).and_then(Duration::from_moment), Some(duration), "{text}");
            assert_eq!(Duration::write(duration.moment()).as_deref(), Some(text));
        }
        for text in ["", "s", "1", "-1s", "1.s", "+1s", "315576000001s", "1e3s"] {
            assert_eq!(Duration::read(text).and_then(Duration::from_moment), None, "{text}");
        }
    }
}
