//! Connecting: a fresh connection each time, and endless attempts. The wait between attempts is at most 100
//! ms at first, grows to at most 5 s, and is random within this (full jitter).

use super::broker::{Broker, BrokerLink, Fault, LinkEvent, Role};
use super::health::{LinkHealth, State};
use super::ids::jitter;
use crate::log::Quoted;
use crate::waist::supervise::caught;
use futures_core::future::BoxFuture;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(5);
/// The age at which a connection counts as good. The next failure then counts as a first one.
const SETTLED: Duration = Duration::from_secs(5);

pub(crate) struct Dialer {
    broker: Arc<dyn Broker>,
    role: Role,
    health: LinkHealth,
    failures: u32,
    opened: Option<Instant>,
    /// The reason that was told last. The same reason is told once.
    told: Option<String>,
}

impl Dialer {
    pub(crate) fn new(broker: Arc<dyn Broker>, role: Role, health: LinkHealth) -> Self {
        Self { broker, role, health, failures: 0, opened: None, told: None }
    }

    /// Opens the next connection, however long this takes.
    pub(crate) async fn dial(&mut self) -> Arc<dyn BrokerLink> {
        loop {
            if self.failures > 0 {
                sleep(jitter(ceiling(self.failures))).await;
            }
            match self.broker.open(self.role).await {
                Ok(link) => {
                    self.opened = Some(Instant::now());
                    return link;
                }
                Err(fault) => self.failed(&fault),
            }
        }
    }

    /// Notes that the connection is in use.
    pub(crate) fn ready(&self) {
        tracing::debug!(broker = self.broker.address(), role = %self.role, "connected");
        self.health.set(State::Ready);
    }

    /// Notes an event of a connection. Returns the reason when the connection is lost.
    pub(crate) fn note(&self, event: LinkEvent) -> Option<Fault> {
        match event {
            LinkEvent::Lost(fault) => return Some(fault),
            LinkEvent::Unblocked => self.ready(),
            LinkEvent::Blocked(reason) => {
                tracing::warn!(broker = self.broker.address(), role = %self.role, reason = %Quoted(&reason), "blocked by the broker");
                self.health.set(State::Down(format!("blocked by the broker: {reason}")));
            }
        }
        None
    }

    /// Notes that there is no connection, or that it no longer works.
    pub(crate) fn failed(&mut self, fault: &Fault) {
        if self.opened.take().is_some_and(|opened| opened.elapsed() >= SETTLED) {
            self.failures = 0;
            self.told = None;
        }
        self.failures = self.failures.saturating_add(1);
        let reason = fault.to_string();
        if self.told.as_ref() != Some(&reason) {
            tracing::warn!(broker = self.broker.address(), role = %self.role, fault = %Quoted(fault), "no connection; trying again");
            self.told = Some(reason);
        } else {
            tracing::debug!(broker = self.broker.address(), role = %self.role, fault = %Quoted(fault), failures = self.failures, "no connection");
        }
        self.health.set(State::Down(format!("{}: {fault}", self.broker.address())));
    }
}

/// Runs the work on one connection. A panic counts as a lost connection: everything begins again on the next.
pub(crate) async fn survived<T>(
    name: &'static str,
    session: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    caught(name, session).await.unwrap_or_else(|why| Err(Fault::Lost(why)))
}

/// The events of a connection, one after the other.
pub(crate) struct Events<'a> {
    link: &'a dyn BrokerLink,
    next: BoxFuture<'a, LinkEvent>,
}

impl<'a> Events<'a> {
    pub(crate) fn new(link: &'a dyn BrokerLink) -> Self {
        Self { link, next: link.event() }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<LinkEvent> {
        let event = ready!(self.next.as_mut().poll(cx));
        self.next = self.link.event();
        Poll::Ready(event)
    }
}

/// The longest wait after so many failures in a row.
pub(crate) fn ceiling(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    (FIRST_DELAY * 2u32.pow(doublings)).min(LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::Kept;
    use tracing::Level;

    #[derive(Debug)]
    struct Nobody;

    impl Broker for Nobody {
        fn user(&self) -> Option<&str> {
            None
        }

        fn open(&self, _: Role) -> BoxFuture<'_, Result<Arc<dyn BrokerLink>, Fault>> {
            Box::pin(async { Err(Fault::Lost("nobody".into())) })
        }

        fn address(&self) -> &str {
            "amqp://nobody"
        }
    }

    #[test]
    fn a_reason_is_told_once_until_it_changes() {
        let (log, health) = (Kept::default(), LinkHealth::new());
        let mut dialer = Dialer::new(Arc::new(Nobody), Role::Publish, health.clone());
        let refused = Fault::Refused { code: 403, text: "ACCESS_REFUSED - login was refused".into() };
        tracing::subscriber::with_default(log.clone(), || {
            for fault in
                [&Fault::Lost("away".into()), &refused, &refused, &refused, &Fault::Lost("away".into())]
            {
                dialer.failed(fault);
            }
        });
        let told = log.at(Level::WARN);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].contains("login was refused"), "{told:?}");
        assert_eq!(health.reason().as_deref(), Some("amqp://nobody: connection lost: away"));
    }

    #[test]
    fn delays_double_up_to_five_seconds() {
        let millis: Vec<u128> = [1, 2, 3, 6, 7, 1_000].map(|failures| ceiling(failures).as_millis()).to_vec();
        assert_eq!(millis, [100, 200, 400, 3_200, 5_000, 5_000]);
    }
}
