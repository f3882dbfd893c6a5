//! Connections to one address. Each is opened within a time limit, and after a failure only after a pause.

use crate::call::jitter::jitter;
use crate::call::status::{Result, Status};
use crate::channel::dial::{self, Address, Offer, Opened, Tls};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A dialer that opens connections, and remembers failures.
#[derive(Debug)]
pub(super) struct Dial {
    address: Address,
    tls: Option<Tls>,
    timeout: Duration,
    failures: Mutex<Failures>,
    /// Whether the last attempt succeeded.
    is_well: AtomicBool,
}

/// The failures since the last success.
#[derive(Debug, Default)]
struct Failures {
    pause: Duration,
    /// The end of the pause, and the failure that began it.
    last: Option<(Instant, Status)>,
}

impl Dial {
    pub(super) fn new(address: Address, tls: Option<Tls>, timeout: Duration) -> Self {
        Self { address, tls, timeout, failures: Mutex::default(), is_well: AtomicBool::new(false) }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Opens a new connection.
    ///
    /// # Errors
    /// `unavailable` when nobody answers. Within the pause after a failed attempt it fails at once: all
    /// clients must not meet a server that comes back in the same millisecond.
    pub(super) async fn open(&self, offer: Offer) -> Result<Opened> {
        if let Some(status) = self.pausing() {
            return Err(status);
        }
        match dial::open(&self.address, self.tls.as_ref(), offer, self.timeout).await {
            Ok(opened) => {
                *self.failures() = Failures::default();
                self.is_well.store(true, Ordering::Relaxed);
                Ok(opened)
            }
            Err(status) => {
                self.is_well.store(false, Ordering::Relaxed);
                let mut failures = self.failures();
                failures.pause = (failures.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                failures.last = Some((Instant::now() + jitter(failures.pause), status.clone()));
                Err(status)
            }
        }
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the last attempt to connect succeeded.
    pub(super) fn is_well(&self) -> bool {
        self.is_well.load(Ordering::Relaxed)
    }

    /// Waits until the pause after a failed attempt is over.
    pub(super) async fn rest(&self) {
        let until = self.failures().last.as_ref().map(|(until, _)| *until);
        if let Some(until) = until {
            tokio::time::sleep_until(until).await;
        }
    }

    /// The failure that began the current pause, if there is one.
    pub(super) fn pausing(&self) -> Option<Status> {
        let failures = self.failures();
        let (until, status) = failures.last.as_ref()?;
        (Instant::now() < *until).then(|| status.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Code;

    #[tokio::test]
    async fn after_failures_nobody_is_dialled_for_a_moment() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let dial = Dial::new(Address::Tcp(address.to_string()), None, Duration::from_secs(5));
        let mut refused = Vec::new();
        for _ in 0..20 {
            let status = dial.open(Offer::Http1).await.err().expect("nobody is there");
            assert_eq!(status.code(), Code::Unavailable);
            assert!(status.message().contains(&address.to_string()), "{status}");
            assert!(std::error::Error::source(&status).is_some(), "{status:?}");
            refused.push(status);
        }
        // Twenty attempts were made at once, and most were refused by a pause: the pauses have grown.
        let pause = dial.failures().pause;
        assert!(FIRST_PAUSE <= pause && pause <= LONGEST_PAUSE, "{pause:?}");
        let Ok(_back) = tokio::net::TcpListener::bind(address).await else { return };
        tokio::time::sleep(LONGEST_PAUSE).await;
        dial.open(Offer::Http1).await.expect("a connection");
        assert!(dial.pausing().is_none());
    }
}
