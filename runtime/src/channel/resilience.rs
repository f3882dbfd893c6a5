//! The rules by which a client guards itself and its servers, as the user sets them. The balanced channel keeps to them.

use crate::call::status::Code;
use std::time::Duration;

/// The rule by which an address gets no calls for a while (outlier ejection).
///
/// An address is ejected after failures in a row. When its time is over it gets calls again, and one failure ejects it
/// again, for a longer time. Each success ends the row. The last address is never ejected, so a client of one address
/// ejects nothing. When all other addresses are lost, ejected ones get calls.
///
/// A call that its deadline ended counts as `deadline_exceeded`; one that its caller gave up does not count.
///
/// ```
/// use polywire::{Ejection, Endpoint};
/// let patient = Ejection { failures: 20, ..Ejection::default() };
/// let endpoint = Endpoint::new("grpc://books.internal").addresses(["10.0.0.1:80", "10.0.0.2:80"]).ejection(patient);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ejection {
    /// The failures in a row after which an address is ejected: 5.
    pub failures: u32,
    /// The codes that are failures of the server: `unavailable`, `internal`, `unknown`, `deadline_exceeded`.
    pub codes: Vec<Code>,
    /// The time of the first ejection: 30 s. The second takes twice as long, the third three times.
    pub time: Duration,
    /// The longest time of an ejection: 5 min.
    pub longest: Duration,
    /// The largest part of the addresses that may be ejected at once, in percent: 50. One may always be.
    pub share: u8,
}

impl Default for Ejection {
    fn default() -> Self {
        Self {
            failures: 5,
            codes: vec![Code::Unavailable, Code::Internal, Code::Unknown, Code::DeadlineExceeded],
            time: Duration::from_secs(30),
            longest: Duration::from_secs(300),
            share: 50,
        }
    }
}

/// The rule by which a client stops calling (circuit breaker).
///
/// After failures in a row the breaker is *open*: each call fails at once with `unavailable`, the reason
/// `CIRCUIT_OPEN` of the domain `polywire` ([`Status::reason`](crate::Status::reason)), and the time to come back
/// ([`Status::retry_after`](crate::Status::retry_after)). Then one call is let through. If it succeeds, the breaker is
/// closed. If it fails, it is open for twice as long. A call counts once, after its retries.
///
/// ```
/// use polywire::{Breaker, Endpoint};
/// use std::time::Duration;
/// let breaker = Breaker { time: Duration::from_secs(1), ..Breaker::default() };
/// let endpoint = Endpoint::new("http://127.0.0.1:8080").breaker(breaker);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Breaker {
    /// The failures in a row after which it opens: 10.
    pub failures: u32,
    /// The codes that are failures: `unavailable`, `deadline_exceeded`. Any other answer shows that the server is well.
    pub codes: Vec<Code>,
    /// The time for which it is open at first: 5 s.
    pub time: Duration,
    /// The longest time for which it is open: 60 s.
    pub longest: Duration,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 10,
            codes: vec![Code::Unavailable, Code::DeadlineExceeded],
            time: Duration::from_secs(5),
            longest: Duration::from_secs(60),
        }
    }
}

/// The bound of a client's calls at once.
///
/// More calls wait, in the order in which they came, for as long as their deadline lets them. A call beyond the queue
/// fails at once with `resource_exhausted`. A stream has its place until it ends. The attempts of one call have one
/// place.
///
/// ```
/// use polywire::{Concurrency, Endpoint};
/// // Nobody waits: what does not run at once fails at once.
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").concurrency(Concurrency { calls: 10, waiting: 0 });
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concurrency {
    /// The most calls that run at once: 100.
    pub calls: usize,
    /// The most calls that wait: 100.
    pub waiting: usize,
}

impl Default for Concurrency {
    fn default() -> Self {
        Self { calls: 100, waiting: 100 }
    }
}

/// The rule by which a slow call is made a second time beside the first (gRPC proposal A6, hedging).
///
/// Only calls of methods marked `#[read]` or `#[idempotent]` are hedged, with one message each way. Streams are not. The
/// next attempt goes to another address, if there is one. The first answer wins, and the other attempts are cancelled.
/// An attempt that fails with one of `codes` is followed by the next at once; any other failure is the answer. A call that
/// is hedged is not retried.
///
/// Each attempt beside the first takes 1 of the budget ([`Retry::budget`](crate::Retry::budget)), and each success gives a
/// tenth back. While less than half is left, no second attempt is made. So hedging adds a tenth to the load at most. A
/// server may say when to come back, or never (`grpc-retry-pushback-ms`, `Retry-After`): the next attempt waits for it.
///
/// ```
/// use polywire::{Endpoint, Hedge};
/// use std::time::Duration;
/// // The time in which 95 of 100 calls are answered is a good delay.
/// let hedge = Hedge { delay: Duration::from_millis(40), ..Hedge::default() };
/// let endpoint = Endpoint::new("grpc://books.internal").addresses(["10.0.0.1:80", "10.0.0.2:80"]).hedge(hedge);
/// # drop(endpoint);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Hedge {
    /// The time without an answer after which the next attempt is made: 100 ms.
    pub delay: Duration,
    /// The most attempts for a call, the first included: 2.
    pub attempts: u32,
    /// The codes that do not end the call while other attempts may succeed: `unavailable`.
    pub codes: Vec<Code>,
}

impl Default for Hedge {
    fn default() -> Self {
        Self { delay: Duration::from_millis(100), attempts: 2, codes: vec![Code::Unavailable] }
    }
}
