//! What may happen to a connection beside messages: the server stops, a time passes. Waiting for it costs nothing while
//! messages flow: only what has happened is polled.

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

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// The server drains: finish what runs.
    Drain,
    /// The time to drain is over.
    Close,
    /// The connection is as old as it may be: finish what runs.
    Age,
    /// The time that its calls had then is over.
    Grace,
    /// Look whether the peer is alive.
    Life,
    /// The first message should be here.
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

    /// Signals after this time, unless no clock reaches so far.
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

    /// Signals the age of the connection, 10 % more or less, if it has one.
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
            // `closing` is among them until it came, and then the connection ends.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}
