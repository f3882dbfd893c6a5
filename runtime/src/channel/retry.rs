//! The retry policy of a client, as the user sets it (gRPC proposal A6). The channel keeps to it.

use crate::call::status::Code;
use std::time::Duration;

/// The policy by which a failed call is made again.
///
/// That happens only if its method is `#[idempotent]` or `#[read]`, its request is one message, and nothing of
/// the answer has been handed out.
///
/// A server may say when to come back (`grpc-retry-pushback-ms`, `Retry-After`). The client obeys, also when
/// the server says never.
///
/// ```
/// use polywire::{Endpoint, Retry};
/// let retry = Retry { attempts: 5, ..Retry::default() };
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").retry(retry);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// The most attempts for a call, the first included: 3.
    pub attempts: u32,
    /// The bound of the pause before the second attempt, which is a random part of it: 100 ms. It doubles with
    /// each attempt.
    pub first_pause: Duration,
    /// The longest pause, unless the server asks for a longer one: 5 s.
    pub longest_pause: Duration,
    /// The codes that are worth another attempt: `unavailable`.
    pub codes: Vec<Code>,
    /// The budget of a channel, in failures: 10. Each failure with one of `codes` takes 1, and each success
    /// gives a tenth back. While less than half is left, no call is made again. So a server that is down is not
    /// buried under attempts.
    pub budget: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            codes: vec![Code::Unavailable],
            budget: 10,
        }
    }
}
