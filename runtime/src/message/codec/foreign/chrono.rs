//! chrono: `DateTime<Utc>` is `google.protobuf.Timestamp`, `TimeDelta` is `google.protobuf.Duration`.

use crate::message::codec::wellknown::time::{Moment, NANOS, Point, Span, Timed, timed};
use chrono::{DateTime, TimeDelta, Utc};

impl Timed for DateTime<Utc> {
    type Kind = Point;

    fn moment(&self) -> Moment {
        let (seconds, nanos) = (self.timestamp(), self.timestamp_subsec_nanos().cast_signed());
        // In chrono a leap second has more nanoseconds than a second. protobuf has none, so it becomes the next second.
        Moment { seconds: seconds + i64::from(nanos / NANOS), nanos: nanos % NANOS }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::from_timestamp(seconds, u32::try_from(nanos).ok()?)
    }
}

impl Timed for TimeDelta {
    type Kind = Span;

    fn moment(&self) -> Moment {
        Moment { seconds: self.num_seconds(), nanos: self.subsec_nanos() }
    }
    fn from_moment(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::try_seconds(seconds)?.checked_add(&Self::nanoseconds(nanos.into()))
    }
}

timed!(DateTime<Utc>, TimeDelta);
