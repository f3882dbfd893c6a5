//! `google.protobuf.Timestamp` and `Duration` for any Rust type; here for `SystemTime` and `std::time::Duration`.
//!
//! On the wire both are seconds (1) and nanoseconds (2). In JSON a timestamp is RFC 3339, and a duration is `"1.500s"`.

use crate::message::codec::{Reader, Wire, wire};
use crate::message::constraint::Given;
use crate::message::error::DecodeError;
use bytes::BytesMut;
use polywire_codegen::civil;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest duration of protobuf: 10,000 years.
const LONGEST_SECONDS: i64 = 315_576_000_000;
pub(crate) const NANOS: i32 = 1_000_000_000;

/// Seconds and nanoseconds, as on the wire. Those of a point count forward; those of a span have the sign of its seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Moment {
    pub(crate) seconds: i64,
    pub(crate) nanos: i32,
}

impl Moment {
    /// The same point, with nanoseconds that count forward.
    #[cfg(feature = "jiff")]
    pub(crate) const fn forward(self) -> Self {
        match self.nanos {
            ..0 => Self { seconds: self.seconds - 1, nanos: self.nanos + NANOS },
            _ => self,
        }
    }
}

/// One of the two messages: [`Point`] or [`Span`].
pub(crate) trait Kind {
    /// The name of the message.
    const NAME: &'static str;
    /// The view of a moment that constraints check.
    fn given(moment: Moment) -> Given<'static>;
    /// A description of the JSON form, for errors.
    const JSON: &'static str;
    /// Whether protobuf allows the moment.
    fn is_valid(moment: Moment) -> bool;
    /// The JSON of a valid moment.
    fn text(moment: Moment) -> String;
    /// Reads JSON; the result may be invalid.
    fn parse(text: &str) -> Option<Moment>;

    fn write(moment: Moment) -> Option<String> {
        Self::is_valid(moment).then(|| Self::text(moment))
    }
    fn read(text: &str) -> Option<Moment> {
        Self::parse(text).filter(|moment| Self::is_valid(*moment))
    }
}

/// `google.protobuf.Timestamp`.
pub(crate) struct Point;
/// `google.protobuf.Duration`.
pub(crate) struct Span;

/// The seconds and nanoseconds together, in nanoseconds.
pub(crate) const fn nanos(Moment { seconds, nanos }: Moment) -> i128 {
    seconds as i128 * NANOS as i128 + nanos as i128
}

impl Kind for Point {
    const NAME: &'static str = "Timestamp";
    fn given(moment: Moment) -> Given<'static> {
        Given::Point(nanos(moment))
    }
    const JSON: &'static str = "RFC 3339 such as \"2026-01-02T03:04:05Z\", of the years 1 to 9999";

    fn is_valid(Moment { seconds, nanos }: Moment) -> bool {
        civil::SECONDS.contains(&seconds) && (0..NANOS).contains(&nanos)
    }
    fn text(Moment { seconds, nanos }: Moment) -> String {
        civil::format(seconds, nanos)
    }
    fn parse(text: &str) -> Option<Moment> {
        civil::parse(text).map(|(seconds, nanos)| Moment { seconds, nanos })
    }
}

impl Kind for Span {
    const NAME: &'static str = "Duration";
    fn given(moment: Moment) -> Given<'static> {
        Given::Span(nanos(moment))
    }
    const JSON: &'static str = "seconds such as \"-1.5s\", of at most 10,000 years";

    fn is_valid(Moment { seconds, nanos }: Moment) -> bool {
        let one_sign = seconds.signum() * i64::from(nanos.signum()) >= 0;
        one_sign
            && (-LONGEST_SECONDS..=LONGEST_SECONDS).contains(&seconds)
            && (1 - NANOS..NANOS).contains(&nanos)
    }
    fn text(Moment { seconds, nanos }: Moment) -> String {
        let minus = if seconds < 0 || nanos < 0 { "-" } else { "" };
        format!("{minus}{}{}s", seconds.unsigned_abs(), civil::fraction(nanos.abs()))
    }
    fn parse(text: &str) -> Option<Moment> {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
        let (seconds, nanos) = civil::split_fraction(text.strip_suffix('s')?)?;
        let plain = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        let seconds: i64 = seconds.parse().ok().filter(|_| plain)?;
        Some(Moment { seconds: i64::from(sign) * seconds, nanos: sign * nanos })
    }
}

/// A Rust type that is one of the two messages. Writing a value beyond protobuf's range is an error in JSON. In
/// protobuf it is written, and the reader refuses it.
pub(crate) trait Timed: Sized {
    type Kind: Kind;
    fn moment(&self) -> Moment;
    /// Converts a valid moment; `None` when it is out of the type's own range.
    fn from_moment(moment: Moment) -> Option<Self>;
}

impl Timed for Duration {
    type Kind = Span;

    fn moment(&self) -> Moment {
        // The nanoseconds are less than a second, so they fit.
        Moment {
            seconds: i64::try_from(self.as_secs()).unwrap_or(i64::MAX),
            nanos: self.subsec_nanos().cast_signed(),
        }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Some(Self::new(u64::try_from(seconds).ok()?, u32::try_from(nanos).ok()?))
    }
}

impl Timed for SystemTime {
    type Kind = Point;

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
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(u64::try_from(nanos).ok()?))
    }
}

/// The size of the fields of either message: seconds 1, nanos 2.
pub(crate) fn body_len(moment: Moment) -> usize {
    let len = |value: u64| if value == 0 { 0 } else { 1 + wire::varint_len(value) };
    len(moment.seconds as u64) + len(i64::from(moment.nanos) as u64)
}

pub(crate) fn put_body(moment: Moment, out: &mut BytesMut) {
    wire::put_varint(body_len(moment) as u64, out);
    for (number, value) in [(1, moment.seconds), (2, moment.nanos.into())] {
        if value != 0 {
            wire::put_tag(number, Wire::Varint, out);
            wire::put_varint(value as u64, out);
        }
    }
}

pub(crate) fn take_body<T: Timed>(input: &mut Reader<'_>) -> Result<T, DecodeError> {
    read_body(Moment::default(), input)
}

/// Reads a second occurrence, and merges it: a field that it does not have keeps its earlier value.
pub(crate) fn merge_body<T: Timed>(earlier: &T, input: &mut Reader<'_>) -> Result<T, DecodeError> {
    read_body(earlier.moment(), input)
}

fn read_body<T: Timed>(mut moment: Moment, input: &mut Reader<'_>) -> Result<T, DecodeError> {
    while let Some((number, wire)) = input.tag()? {
        if number > 2 {
            input.skip(number, wire)?;
            continue;
        }
        input.expect(Wire::Varint, wire)?;
        let value = input.varint()?;
        match number {
            1 => moment.seconds = value as i64,
            _ => moment.nanos = value as i32,
        }
    }
    let valid = Some(moment).filter(|moment| T::Kind::is_valid(*moment));
    valid.and_then(T::from_moment).ok_or_else(|| {
        let (name, ty) = (T::Kind::NAME, std::any::type_name::<T>());
        input.error(format!("is out of range for {name} as {ty}: {}", T::Kind::JSON))
    })
}

/// Makes [`Timed`] types values of fields.
macro_rules! timed {
    ($($ty:ty),*) => {$(
        impl $crate::message::codec::Value for $ty {
            const ELEMENT: polywire_codegen::model::Element =
                polywire_codegen::model::Element::Message(polywire_codegen::model::TypeName::in_package(
                    "google.protobuf",
                    <<$ty as $crate::message::codec::wellknown::time::Timed>::Kind as $crate::message::codec::wellknown::time::Kind>::NAME,
                ));
            const WIRE: $crate::message::codec::Wire = $crate::message::codec::Wire::Len;

            fn is_default(&self) -> bool {
                false
            }
            fn len(&self) -> usize {
                1 + $crate::message::codec::wellknown::time::body_len($crate::message::codec::wellknown::time::Timed::moment(self))
            }
            fn put(&self, out: &mut bytes::BytesMut) {
                $crate::message::codec::wellknown::time::put_body($crate::message::codec::wellknown::time::Timed::moment(self), out);
            }
            fn take(input: &mut $crate::message::codec::Reader<'_>) -> Result<Self, $crate::message::error::DecodeError> {
                input.nested($crate::message::codec::wellknown::time::take_body)
            }
            fn merge(
                earlier: Self,
                input: &mut $crate::message::codec::Reader<'_>,
            ) -> ::core::result::Result<Self, $crate::message::error::DecodeError> {
                input.nested(|input| $crate::message::codec::wellknown::time::merge_body(&earlier, input))
            }
            fn absent() -> Option<Self> {
                None
            }
            const CHECKED: bool = true;
            fn given(&self) -> $crate::message::constraint::Given<'_> {
                <<$ty as $crate::message::codec::wellknown::time::Timed>::Kind as $crate::message::codec::wellknown::time::Kind>::given(
                    $crate::message::codec::wellknown::time::Timed::moment(self),
                )
            }
            fn to_json<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                $crate::message::codec::wellknown::time::to_json(self, out)
            }
            fn from_json<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::message::codec::wellknown::time::from_json(input)
            }
        }
        impl $crate::message::codec::Element for $ty {}
    )*};
}
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub(crate) use timed;

timed!(Duration, SystemTime);

pub(crate) fn to_json<T: Timed, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    write_text::<T::Kind, S>(value.moment(), out)
}

pub(crate) fn from_json<'de, T: Timed, D: Deserializer<'de>>(input: D) -> Result<T, D::Error> {
    let moment = read_text::<T::Kind, D>(input)?;
    T::from_moment(moment)
        .ok_or_else(|| de::Error::custom(format_args!("out of range for {}", std::any::type_name::<T>())))
}

/// Writes the JSON of either message.
pub(crate) fn write_text<K: Kind, S: Serializer>(moment: Moment, out: S) -> Result<S::Ok, S::Error> {
    let out_of_range = || serde::ser::Error::custom(format_args!("out of range: JSON has {}", K::JSON));
    out.serialize_str(&K::write(moment).ok_or_else(out_of_range)?)
}

/// Reads the JSON of either message.
pub(crate) fn read_text<'de, K: Kind, D: Deserializer<'de>>(input: D) -> Result<Moment, D::Error> {
    input.deserialize_str(Text::<K>(PhantomData))
}

struct Text<K>(PhantomData<K>);

impl<K: Kind> Visitor<'_> for Text<K> {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::JSON)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        K::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Option<Moment> {
        Point::read(text)
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
            assert_eq!(Point::write(moment).as_deref(), Some(text));
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
            assert_eq!(Span::read(text).and_then(Duration::from_moment), Some(duration), "{text}");
            assert_eq!(Span::write(duration.moment()).as_deref(), Some(text));
        }
        for text in ["", "s", "1", "-1s", "1.s", "+1s", "--1s", "315576000001s", "1e3s"] {
            assert_eq!(Span::read(text).and_then(Duration::from_moment), None, "{text}");
        }
    }

    #[test]
    fn a_span_has_one_sign() {
        for (text, seconds, nanos) in [
            ("-1s", -1, 0),
            ("-0.500s", 0, -500_000_000),
            ("-315576000000.999999999s", -LONGEST_SECONDS, 1 - NANOS),
        ] {
            let moment = Moment { seconds, nanos };
            assert_eq!(Span::read(text), Some(moment), "{text}");
            assert_eq!(Span::write(moment).as_deref(), Some(text));
        }
        for (seconds, nanos) in [(-1, 1), (1, -1), (0, NANOS), (0, -NANOS), (i64::MIN, 0)] {
            assert!(!Span::is_valid(Moment { seconds, nanos }), "{seconds} {nanos}");
        }
    }
}
