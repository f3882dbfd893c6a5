//! time: `OffsetDateTime` and `UtcDateTime` are `google.protobuf.Timestamp`, `Duration` is `google.protobuf.Duration`.
//!
//! Both points in time are read in UTC: the wire has no offset.

use crate::message::codec::wellknown::time::{Moment, Point, Span, Timed, timed};
use time::{Duration, OffsetDateTime, UtcDateTime};

macro_rules! points {
    ($($ty:ty),*) => {$(
        impl Timed for $ty {
            type Kind = Point;

            fn moment(&self) -> Moment {
                // The nanoseconds are less than a second, so they fit.
                Moment { seconds: self.unix_timestamp(), nanos: self.nanosecond().cast_signed() }
            }
            fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
                Self::from_unix_timestamp(seconds).ok()?.replace_nanosecond(u32::try_from(nanos).ok()?).ok()
            }
        }
    )*};
}

points!(OffsetDateTime, UtcDateTime);

impl Timed for Duration {
    type Kind = Span;

    fn moment(&self) -> Moment {
        Moment { seconds: self.whole_seconds(), nanos: self.subsec_nanoseconds() }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Some(Self::new(seconds, nanos))
    }
}

timed!(OffsetDateTime, UtcDateTime, Duration);
