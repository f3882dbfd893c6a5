//! When a failed call may be made again (gRPC proposal A6), as the user says it. What keeps to it is the channel.

use crate::call::status::Code;
use std::time::Duration;

/// When a failed call is made again: only if its method is `#[idempotent]` or `#[read]`, its request is one message, and
/// nothing of the answer has been handed out.
///
/// A server that says when to come back (`grpc-retry-pushback-ms`, `Retry-After`) is believed, also when it says never.
///
/// ```
/// use polywire::{Endpoint, Retry};
/// let endpoint = Endpoint::new("grpc://127.0.0.1:8080").retry(Retry { attempts: 5, ..Retry::default() });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// How often a call is made at most, the first time included: 3.
    pub attempts: u32,
    /// The pause before the second attempt is a random part of this: 100 ms. It doubles with each attempt.
    pub first_pause: Duration,
    /// No pause is longer than this, but one that the server asks for: 5 s.
    pub longest_pause: Duration,
    /// The codes that are worth another attempt: `unavailable`.
    pub codes: Vec<Code>,
    /// The budget of a channel, in failures: 10. Each failure with one of `codes` takes 1, each success gives a tenth, and no
    /// call is made again while less than half is left: a server that is down is not buried under attempts.
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
