//! [`Health`]: whether a server and each of its services can do its work. Load balancers and probes ask for it.
//!
//! The server mounts gRPC health and reflection unless a service of the same name is there already. Health says
//! `NOT_SERVING` while a broker is away and while the server drains. The HTTP side goes on serving.

mod checks;
#[cfg(feature = "grpc")]
mod service;

#[cfg(feature = "grpc")]
pub(crate) use service::HealthServer;

use checks::Checks;
use std::collections::HashMap;
use std::fmt::{self, Display};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The health of a server (`grpc.health.v1`), to read and to set. Clones share it.
///
/// A server serves from its first moment. It does not serve once it drains, while a broker is away, or while a check of
/// the program's own fails ([`Health::check`]). A service serves unless the program set it otherwise.
///
/// ```
/// use polywire::{Health, Server};
/// let health = Health::new();
/// let server = Server::new().health(health.clone());
/// health.set_not_serving("books.v1.BookService");
/// assert!(!health.is_serving("books.v1.BookService"));
/// # drop(server);
/// ```
#[derive(Clone, Default)]
pub struct Health(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: watch::Sender<State>,
    checks: Mutex<Vec<Check>>,
    own: Checks,
}

/// The reason why something in the background is not well; `None` when it is well.
type Check = Box<dyn Fn() -> Option<String> + Send + Sync>;

#[derive(Debug, Default)]
struct State {
    /// The states set by hand. The empty name is the server as a whole.
    set: HashMap<String, bool>,
    stopping: bool,
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Health").field(&*self.0.state.borrow()).finish()
    }
}

impl Health {
    /// Makes a health where everything serves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets that a service can work. The empty name is the server as a whole.
    ///
    /// ```
    /// # use polywire::Health;
    /// let health = Health::new();
    /// health.set_not_serving("books.v1.BookService"); // while the index is built
    /// health.set_serving("books.v1.BookService");
    /// assert!(health.is_serving("books.v1.BookService"));
    /// ```
    pub fn set_serving(&self, service: &str) {
        self.set(service, true);
    }

    /// Sets that a service cannot work for now. The empty name is the server as a whole.
    pub fn set_not_serving(&self, service: &str) {
        self.set(service, false);
    }

    fn set(&self, service: &str, serving: bool) {
        self.0.state.send_if_modified(|state| state.set.insert(service.to_owned(), serving) != Some(serving));
    }

    /// Whether a service can work now. The empty name asks for the server as a whole.
    ///
    /// ```
    /// # use polywire::Health;
    /// let health = Health::new();
    /// assert!(health.is_serving("") && health.is_serving("books.v1.BookService"));
    /// health.set_not_serving(""); // the server as a whole: load balancers go elsewhere
    /// assert!(!health.is_serving("") && health.is_serving("books.v1.BookService"));
    /// ```
    pub fn is_serving(&self, service: &str) -> bool {
        let state = self.0.state.borrow();
        let set = state.set.get(service).copied().unwrap_or(true);
        set && !state.stopping && (!service.is_empty() || self.degraded().is_none())
    }

    /// Adds a check of the program's own: the server as a whole serves only while it passes.
    ///
    /// It runs when a probe asks (gRPC health, `/readyz`), at most once a second, however many ask. It has 2 s.
    /// Its reason goes to those who may see the reasons of `/readyz`, under this name.
    ///
    /// ```
    /// # use polywire::{Health, Server};
    /// # async fn ping() -> std::io::Result<()> { Ok(()) }
    /// let health = Health::new();
    /// health.check("database", || async { ping().await });
    /// let server = Server::new().health(health);
    /// # drop(server);
    /// ```
    pub fn check<F, E>(&self, name: impl Into<String>, check: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        self.0.own.add(name.into(), check);
    }

    /// Runs the checks of the program's own, unless they ran a moment ago.
    #[cfg(feature = "_net")]
    pub(crate) async fn ask(&self) {
        self.0.own.run().await;
    }

    /// All reasons why the server as a whole does not serve.
    #[cfg(feature = "_net")]
    pub(crate) fn reasons(&self) -> Vec<String> {
        let state = self.0.state.borrow();
        let mut reasons = Vec::new();
        if state.stopping {
            reasons.push("the server is stopping".to_owned());
        }
        if state.set.get("") == Some(&false) {
            reasons.push("the program said so".to_owned());
        }
        drop(state);
        reasons.extend(self.troubles());
        reasons.extend(self.0.own.failures());
        reasons
    }

    /// The troubles of background tasks.
    #[cfg(feature = "_net")]
    fn troubles(&self) -> Vec<String> {
        self.0
            .checks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter_map(|check| check())
            .collect()
    }

    /// The reason why the server is not wholly well, such as a broker that is away or a check that failed when it was
    /// last asked; `None` when it is well.
    ///
    /// ```
    /// # use polywire::Health;
    /// assert_eq!(Health::new().degraded(), None);
    /// ```
    pub fn degraded(&self) -> Option<String> {
        let trouble =
            self.0.checks.lock().unwrap_or_else(PoisonError::into_inner).iter().find_map(|check| check());
        trouble.or_else(|| self.0.own.failures().into_iter().next())
    }

    /// Adds a check of something in the background to the health of the server as a whole.
    pub(crate) fn add_check(&self, check: impl Fn() -> Option<String> + Send + Sync + 'static) {
        self.0.checks.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(check));
    }

    /// Tells that the server is about to stop. Nothing serves from now on.
    pub(crate) fn stop(&self) {
        self.0.state.send_modify(|state| state.stopping = true);
    }

    /// Reports every change that was set by hand. The checks report nothing; they must be asked.
    #[cfg(feature = "grpc")]
    fn changes(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_broker_that_is_away_is_the_servers_trouble_alone() {
        let (health, away) = (Health::new(), Arc::new(AtomicBool::new(false)));
        let broker = Arc::clone(&away);
        health.add_check(move || broker.load(Ordering::Relaxed).then(|| "the broker is away".to_owned()));
        assert!(health.is_serving(""));
        away.store(true, Ordering::Relaxed);
        assert!(!health.is_serving(""));
        assert!(health.is_serving("books.BookService"));
        assert_eq!(health.degraded().as_deref(), Some("the broker is away"));
    }

    #[test]
    fn nothing_serves_once_the_server_stops() {
        let health = Health::new();
        health.set_serving("books.BookService");
        health.stop();
        assert!(!health.is_serving("") && !health.is_serving("books.BookService"));
    }
}
