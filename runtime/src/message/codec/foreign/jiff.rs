//! jiff: `Timestamp` is `google.protobuf.Timestamp`, `SignedDuration` is `google.protobuf.Duration`.

use crate::message::codec::wellknown::time::{Moment, Point, Span, Timed, timed};
use jiff::{SignedDuration, Timestamp};

impl Timed for Timestamp {
    type Kind = Point;

    fn moment(&self) -> Moment {
        // jiff's nanoseconds have the sign of the seconds.
        Moment { seconds: self.as_second(), nanos: self.subsec_nanosecond() }.forward()
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::new(seconds, nanos).ok()
    }
}

impl Timed for SignedDuration {
    type Kind = Span;

    fn moment(&self) -> Moment {
        Moment { seconds: self.as_secs(), nanos: self.subsec_nanos() }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Some(Self::new(seconds, nanos))
    }
}

timed!(Timestamp, SignedDuration);
