//! [`Delay`]: the time before which a task or an event does not run.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest delay.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);

/// The time before which a task or an event over AMQP does not run. `client.with(…)` takes one.
///
/// The message is published at once, confirmed and persistent. A consumer that gets it too early sends it to a queue
/// whose messages come back after their time. So a delay outlives the broker's restart and that of every server. A
/// message is at most a hundredth of its delay early, or as late as its queue is long. A delay that is over already is
/// none. A queue that no server of polywire consumes delays nothing.
///
/// Calls that answer, ordered methods (`ordered_by`), other wires and the outbox cannot delay: their clients are refused
/// with `failed_precondition`, and nothing is sent. A delay has at most ten years.
///
/// ```
/// use polywire::{Code, Delay, Result, local, service};
/// use std::time::Duration;
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task)]
///     async fn remind(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Desk;
/// # impl Orders for Desk { async fn remind(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let orders = OrdersClient::connect("memory:reminders").await?;
/// orders.with(Delay::by(Duration::from_secs(24 * 3_600))).remind(101).await?;
///
/// let near = OrdersClient::local(Desk);
/// let refused = near.with(Delay::by(Duration::from_secs(5))).remind(101).await.expect_err("no queue");
/// assert_eq!(refused.code(), Code::FailedPrecondition);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay(When);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// The time after each call.
    By(Duration),
    At(SystemTime),
}

impl Delay {
    /// A delay from the call on.
    #[must_use]
    pub const fn by(time: Duration) -> Self {
        Self(When::By(time))
    }

    /// A delay until this time, by the clock of the consumers.
    #[must_use]
    pub const fn at(time: SystemTime) -> Self {
        Self(When::At(time))
    }

    /// The time, in milliseconds since the epoch. `None` beyond the longest delay.
    pub(crate) fn due(self) -> Option<u64> {
        let now = SystemTime::now();
        let due = match self.0 {
            When::By(time) => now.checked_add(time)?,
            When::At(time) => time,
        };
        if due.duration_since(now).is_ok_and(|wait| wait > LONGEST) {
            return None;
        }
        u64::try_from(due.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_ends_within_ten_years() {
        assert_eq!(Delay::by(Duration::MAX).due(), None);
        assert_eq!(Delay::by(LONGEST + Duration::from_secs(60)).due(), None);
        assert!(Delay::by(LONGEST).due().is_some());
        assert_eq!(Delay::at(UNIX_EPOCH).due(), Some(0));
        assert_eq!(Delay::at(UNIX_EPOCH - Duration::from_secs(5)).due(), Some(0));
    }
}
