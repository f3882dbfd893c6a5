//! `google.protobuf.Timestamp` and `Duration` in full range. In JSON they are RFC 3339 and `"1.500s"`.

use super::message::well_known;
use crate::message::codec::wellknown::time::{
    Kind, Moment, NANOS, Point, Span, Timed, read_text, write_text,
};
use crate::message::constraint::Given;
use serde::{Deserializer, Serializer};
use std::fmt;
use std::time::SystemTime;

/// A point in time: `google.protobuf.Timestamp`. Protobuf carries any numbers, JSON only the years 1 to 9999.
///
/// ```
/// use polywire::{JsonOptions, wkt::Timestamp};
/// use std::time::{Duration, SystemTime};
///
/// let sold = Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1_500));
/// assert_eq!(sold, Timestamp { seconds: 1, nanos: 500_000_000 });
/// assert_eq!(JsonOptions::default().write(&sold)?, r#""1970-01-01T00:00:01.500Z""#);
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds that count forward, before 1970 too: 0 to 999,999,999.
    pub nanos: i32,
}

/// A signed span of time: `google.protobuf.Duration`. Protobuf carries any numbers, JSON at most 10,000 years.
///
/// ```
/// use polywire::{JsonOptions, wkt::Duration};
/// let early = Duration { seconds: -90, nanos: 0 }; // std's cannot be negative
/// assert_eq!(JsonOptions::default().write(&early)?, r#""-90s""#);
/// # Ok::<(), polywire::Status>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Duration {
    /// Whole seconds.
    pub seconds: i64,
    /// Nanoseconds with the sign of the seconds: -999,999,999 to 999,999,999.
    pub nanos: i32,
}

well_known!(Timestamp { seconds: i64 = 1, nanos: i32 = 2 } write_point, read_point, given_point);
well_known!(Duration { seconds: i64 = 1, nanos: i32 = 2 } write_span, read_span, given_span);

fn given_point(time: &Timestamp) -> Given<'static> {
    Point::given(Moment { seconds: time.seconds, nanos: time.nanos })
}

fn given_span(span: &Duration) -> Given<'static> {
    Span::given(Moment { seconds: span.seconds, nanos: span.nanos })
}

fn write_point<S: Serializer>(time: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
    write_text::<Point, S>(Moment { seconds: time.seconds, nanos: time.nanos }, out)
}

fn read_point<'de, D: Deserializer<'de>>(input: D) -> Result<Timestamp, D::Error> {
    read_text::<Point, D>(input).map(|Moment { seconds, nanos }| Timestamp { seconds, nanos })
}

fn write_span<S: Serializer>(span: &Duration, out: S) -> Result<S::Ok, S::Error> {
    write_text::<Span, S>(Moment { seconds: span.seconds, nanos: span.nanos }, out)
}

fn read_span<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    read_text::<Span, D>(input).map(|Moment { seconds, nanos }| Duration { seconds, nanos })
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let Moment { seconds, nanos } = time.moment();
        Self { seconds, nanos }
    }
}

/// The error for a time that is out of the range of its type.
///
/// ```
/// use polywire::wkt::{Duration, OutOfRange};
/// let early = Duration { seconds: -90, nanos: 0 };
/// assert_eq!(std::time::Duration::try_from(early), Err(OutOfRange));
/// ```
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
        let moment = Moment { seconds: time.seconds, nanos: time.nanos };
        Some(moment).filter(|moment| Point::is_valid(*moment)).and_then(Timed::from_moment).ok_or(OutOfRange)
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
