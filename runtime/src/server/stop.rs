//! The stop of a server: the signals that ask for it, and the drain.
//!
//! SIGTERM begins with a delay, and Ctrl-C does not. SIGTERM comes from an orchestrator: for 5 s health says
//! `NOT_SERVING` and everything is still answered, because load balancers learn late. A person at a terminal
//! has no load balancer to tell. `serve_until` cannot know who asks, so it waits too.

use crate::call::policy::GOODBYE;
use crate::waist::mounted::Mounted;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A request to stop, by a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// An orchestrator asks (SIGTERM). Load balancers must hear of the stop first.
    Terminate,
    /// A person asks (Ctrl-C), and waits.
    Interrupt,
}

/// SIGTERM and Ctrl-C. The handlers are installed at construction, so no signal is missed before the first
/// `next`.
pub(super) struct Signals {
    #[cfg(unix)]
    both: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let both = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        let both = match both {
            (Ok(terminate), Ok(interrupt)) => Some((terminate, interrupt)),
            // Without a handler, the signal ends the process, as it would by default.
            _ => None,
        };
        Self { both }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Self {}
    }

    /// Waits for the next signal.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Asked {
        let Some((terminate, interrupt)) = &mut self.both else { return std::future::pending().await };
        tokio::select! {
            _ = terminate.recv() => Asked::Terminate,
            _ = interrupt.recv() => Asked::Interrupt,
        }
    }

    /// Waits for the next signal.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) -> Asked {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Asked::Interrupt
    }
}

/// The source of a second request to stop. This is no async closure: one that borrows makes the server's
/// future not `Send`.
pub(super) enum Again {
    Signals(Signals),
    Nobody,
}

impl Again {
    /// Is ready at the next request to stop.
    async fn asked(&mut self) {
        match self {
            Self::Signals(signals) => _ = signals.next().await,
            Self::Nobody => std::future::pending().await,
        }
    }
}

/// Reports the stop, waits for `delay`, takes nothing new, and finishes running calls. A second request to
/// stop ends the delay; one after the delay ends the calls that still run.
pub(super) async fn drain(mounted: &Mounted, delay: Duration, mut again: Again) {
    let limits = &mounted.policy.limits;
    mounted.health.stop();
    tokio::select! {
        biased;
        () = sleep(delay) => {}
        () = again.asked() => {}
    }
    mounted.draining.cancel();
    mounted.tasks.close();
    tokio::select! {
        biased;
        () = mounted.tasks.wait() => return,
        () = sleep(limits.drain_timeout) => {
            tracing::warn!(timeout = ?limits.drain_timeout, "calls that still ran at the end of the drain were cut off");
        }
        () = again.asked() => tracing::warn!("asked to stop again: calls that still ran were cut off"),
    }
    // Calls that still run end with `unavailable`, and their peers are told.
    mounted.policy.ending.begin();
    if timeout(GOODBYE, mounted.tasks.wait()).await.is_ok() {
        return;
    }
    mounted.closing.cancel();
    let _ = timeout(GOODBYE, mounted.tasks.wait()).await;
}
