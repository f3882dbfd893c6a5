//! Constraints of time, on the types of every crate that has such types: each sees the same instants and
//! spans as protobuf.

use futures_util::FutureExt;
use polywire::{Message, Result, service, wkt};
use std::time::SystemTime;

/// The instants and spans that each case is put before, by seconds and nanoseconds.
const EPOCH: (i64, i32) = (0, 0);
const BEFORE: (i64, i32) = (-1, 999_999_999);
const SPAN: (i64, i32) = (1, 500_000_000);
const BACK: (i64, i32) = (0, -1);

fn now() -> (i64, i32) {
    let now = wkt::Timestamp::from(SystemTime::now());
    (now.seconds, now.nanos)
}

/// A service with constraints on one crate's types, and a test of them. `$point` and `$span` make a value
/// from seconds and nanoseconds.
macro_rules! times {
    ($crate_name:ident, $point:ty, $span:ty, $from_point:expr, $from_span:expr) => {
        mod $crate_name {
            use super::*;

            #[derive(Debug, Clone, Default, Message)]
            struct Times {
                #[field(min = "1970-01-01T00:00:00Z")]
                from: Option<$point>,
                #[field(exclusive_max = "1970-01-01T00:00:00Z")]
                until: Option<$point>,
                #[field(past)]
                past: Option<$point>,
                #[field(future)]
                future: Option<$point>,
                #[field(each(within = "1h"))]
                near: Vec<$point>,
                #[field(min = "0s", max = "1.5s")]
                span: Option<$span>,
                #[field(exclusive_max = "0s")]
                back: Option<$span>,
            }

            #[service(package = "times.v1")]
            trait Clock {
                async fn set(&self, times: Times) -> Result<()>;
            }

            struct Any;

            impl Clock for Any {
                async fn set(&self, _: Times) -> Result<()> {
                    Ok(())
                }
            }

            fn told(times: Times) -> Vec<(String, String)> {
                let answer = ClockClient::local(Any).set(times).now_or_never().expect("ready at once");
                let violations = answer.err().map(|status| status.field_violations()).unwrap_or_default();
                violations.into_iter().map(|violation| (violation.field, violation.reason)).collect()
            }

            #[test]
            fn keeps_its_constraints() {
                let point = |(seconds, nanos): (i64, i32)| -> $point { $from_point(seconds, nanos) };
                let span = |(seconds, nanos): (i64, i32)| -> $span { $from_span(seconds, nanos) };
                let (seconds, nanos) = now();
                let good = Times {
                    from: Some(point(EPOCH)),
                    until: Some(point(BEFORE)),
                    past: Some(point(EPOCH)),
                    future: Some(point((seconds + 1_000, 0))),
                    near: vec![point((seconds - 3_000, nanos)), point((seconds + 3_000, nanos))],
                    span: Some(span(SPAN)),
                    back: Some(span(BACK)),
                };
                assert_eq!(told(good), []);
                let bad = Times {
                    from: Some(point(BEFORE)),
                    until: Some(point(EPOCH)),
                    past: Some(point((seconds + 1_000, 0))),
                    future: Some(point(EPOCH)),
                    near: vec![point((seconds, nanos)), point((seconds - 4_000, nanos))],
                    span: Some(span((1, 500_000_001))),
                    back: Some(span(EPOCH)),
                };
                let expected = [
                    ("from", "MIN"),
                    ("until", "EXCLUSIVE_MAX"),
                    ("past", "PAST"),
                    ("future", "FUTURE"),
                    ("near[1]", "WITHIN"),
                    ("span", "MAX"),
                    ("back", "EXCLUSIVE_MAX"),
                ];
                assert_eq!(told(bad), expected.map(|(field, reason)| (field.to_owned(), reason.to_owned())));
                assert_eq!(
                    told(Times { span: Some(span(BACK)), ..Times::default() }),
                    [("span".to_owned(), "MIN".to_owned())]
                );
            }
        }
    };
}

times!(
    jiff_types,
    jiff::Timestamp,
    jiff::SignedDuration,
    |seconds, nanos| jiff::Timestamp::new(seconds, nanos).expect("in range"),
    jiff::SignedDuration::new
);
times!(
    chrono_types,
    chrono::DateTime<chrono::Utc>,
    chrono::TimeDelta,
    |seconds, nanos: i32| chrono::DateTime::from_timestamp(seconds, nanos.cast_unsigned()).expect("in range"),
    |seconds, nanos: i32| chrono::TimeDelta::seconds(seconds) + chrono::TimeDelta::nanoseconds(nanos.into())
);
times!(
    time_types,
    time::OffsetDateTime,
    time::Duration,
    |seconds, nanos: i32| time::OffsetDateTime::from_unix_timestamp(seconds).expect("in range")
        + time::Duration::nanoseconds(nanos.into()),
    time::Duration::new
);
times!(
    time_in_utc,
    time::UtcDateTime,
    time::Duration,
    |seconds, nanos: i32| time::UtcDateTime::from_unix_timestamp(seconds).expect("in range")
        + time::Duration::nanoseconds(nanos.into()),
    time::Duration::new
);
times!(
    well_known,
    wkt::Timestamp,
    wkt::Duration,
    |seconds, nanos| wkt::Timestamp { seconds, nanos },
    |seconds, nanos| wkt::Duration { seconds, nanos }
);
