//! The events of a connection beside messages: the server stops, or a time is reached. Waiting for them costs
//! nothing while messages flow: only an event that has happened is polled.

use crate::call::jitter::jitter;
use crate::call::policy::after;
use crate::net::clock::sleep_until;
use crate::waist::mounted::Mounted;
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// An event beside the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// The server drains: finish what runs.
    Drain,
    /// The time to drain is over.
    Close,
    /// The connection has reached its age limit: finish what runs.
    Age,
    /// The time for the calls of an aged connection is over.
    Grace,
    /// The time to look whether the peer is alive.
    Life,
    /// The time by which the first message is due.
    FirstMessage,
}

/// The signals of one connection.
#[derive(Debug)]
pub(super) struct Signals(FuturesUnordered<BoxFuture<'static, Signal>>);

impl Signals {
    pub(super) fn new(mounted: &Mounted) -> Self {
        let (draining, closing) = (mounted.draining.clone(), mounted.closing.clone());
        let signals = FuturesUnordered::new();
        signals.push(Box::pin(async move {
            draining.cancelled().await;
            Signal::Drain
        }) as BoxFuture<'static, Signal>);
        signals.push(Box::pin(async move {
            closing.cancelled().await;
            Signal::Close
        }));
        Self(signals)
    }

    /// Signals after this time, unless the time is beyond the clock's range.
    pub(super) fn after(&mut self, wait: Duration, signal: Signal) {
        if let Some(time) = after(Instant::now(), wait) {
            self.at(time, signal);
        }
    }

    /// Signals at this time.
    pub(super) fn at(&mut self, time: Instant, signal: Signal) {
        self.0.push(Box::pin(async move {
            sleep_until(time).await;
            signal
        }));
    }

    /// Signals at the connection's age limit, 10 % more or less, if it has one.
    pub(super) fn at_age(&mut self, age: Option<Duration>) {
        let varied = age.and_then(|age| age.checked_sub(age / 10)?.checked_add(jitter(age / 5)));
        if let Some(age) = varied {
            self.after(age, Signal::Age);
        }
    }

    /// The next signal.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Signal> {
        match self.0.poll_next_unpin(cx) {
            Poll::Ready(Some(signal)) => Poll::Ready(signal),
            // `closing` is in the set until it comes, and then the connection ends.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
