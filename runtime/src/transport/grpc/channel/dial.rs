//! Connections to one address: opened in time, and after a failure not too soon again.

use crate::status::{Result, Status};
use http::uri::Authority;
use hyper_util::rt::TokioIo;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Opens connections. Clones share the memory of failures.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    authority: Authority,
    timeout: Duration,
    failures: Arc<Mutex<Failures>>,
}

/// The failures since the last success.
#[derive(Debug, Default)]
struct Failures {
    pause: Duration,
    /// Until when nobody tries, and why.
    last: Option<(Instant, Status)>,
}

impl Dial {
    pub(super) fn new(authority: Authority, timeout: Duration) -> Self {
        Self { authority, timeout, failures: Arc::default() }
    }

    /// A new connection.
    ///
    /// # Errors
    /// `unavailable` when nobody answers; at once, when somebody was refused a moment ago: a server that comes back must
    /// not meet all its clients in the same millisecond.
    pub(super) async fn open(&self) -> Result<TokioIo<TcpStream>> {
        if let Some(status) = self.pausing() {
            return Err(status);
        }
        match tokio::time::timeout(self.timeout, TcpStream::connect(self.authority.as_str())).await {
            Ok(Ok(stream)) => {
                // Small frames must not wait for each other's acknowledgement; a socket that cannot is used all the same.
                let _ = stream.set_nodelay(true);
                *self.failures() = Failures::default();
                Ok(TokioIo::new(stream))
            }
            Ok(Err(error)) => {
                let status = Status::unavailable(format!("cannot connect to {}: {error}", self.authority));
                Err(self
                    .failed(status.with_source(Arc::new(error) as Arc<dyn std::error::Error + Send + Sync>)))
            }
            Err(_) => {
                let text =
                    format!("cannot connect to {}: no answer within {:?}", self.authority, self.timeout);
                Err(self.failed(Status::unavailable(text)))
            }
        }
    }

    fn failures(&self) -> std::sync::MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pausing(&self) -> Option<Status> {
        let failures = self.failures();
        let (until, status) = failures.last.as_ref()?;
        (Instant::now() < *until).then(|| status.clone())
    }

    fn failed(&self, status: Status) -> Status {
        let mut failures = self.failures();
        failures.pause = (failures.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        failures.last = Some((Instant::now() + jittered(failures.pause), status.clone()));
        status
    }
}

/// Between half of it and the whole.
fn jittered(pause: Duration) -> Duration {
    // A fresh hasher is seeded from the system's randomness: enough to keep clients apart.
    let random = RandomState::new().hash_one(0u8) % 1024;
    pause / 2 + pause / 2 * random as u32 / 1024
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Code;

    #[test]
    fn a_pause_is_at_least_half_and_never_longer() {
        for _ in 0..100 {
            let pause = jittered(LONGEST_PAUSE);
            assert!(LONGEST_PAUSE / 2 <= pause && pause <= LONGEST_PAUSE, "{pause:?}");
        }
    }

    #[tokio::test]
    async fn after_a_failure_nobody_is_dialled_for_a_moment() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let dial = Dial::new(address.to_string().parse().expect("an authority"), Duration::from_secs(5));
        let refused = dial.open().await.expect_err("nobody is there");
        assert_eq!(refused.code(), Code::Unavailable);
        assert!(refused.message().contains(&address.to_string()), "{refused}");
        let Ok(_back) = tokio::net::TcpListener::bind(address).await else { return };
        assert_eq!(dial.open().await.expect_err("a pause"), refused);
        tokio::time::sleep(FIRST_PAUSE).await;
        dial.open().await.expect("a connection");
    }
}
