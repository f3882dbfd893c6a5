//! The services of one server, with their types erased. Every transport is built from them.

#[cfg(feature = "_net")]
use crate::call::compression::Compressions;
use crate::call::context::{Context, Inner};
use crate::call::policy::Policy;
use crate::call::spec::ServiceSpec;
use crate::waist::handler::{Around, Route, Service};
use crate::waist::health::Health;
#[cfg(feature = "_queue")]
use crate::waist::queue_stats::QueueStats;
use polywire_codegen::schema::api::Info;
use polywire_codegen::schema::openapi::Version;
use std::sync::Arc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The documents that a server shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) info: Info,
    pub(crate) openapi: Version,
    /// Whether it shows none.
    pub(crate) is_hidden: bool,
    /// The paths at which the server answers an operator, hidden or not.
    pub(crate) operation: Vec<&'static str>,
}

/// Settings of a server that hold for all of its services.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) policy: Policy,
    pub(crate) health: Health,
    pub(crate) shown: Shown,
    #[cfg(feature = "_queue")]
    pub(crate) queues: Queues,
    #[cfg(feature = "_net")]
    pub(crate) compressions: Compressions,
}

/// The queues of a server.
#[cfg(feature = "_queue")]
#[derive(Debug, Default)]
pub(crate) struct Queues {
    /// The consumer group of events. It is the program's name unless the server sets another.
    pub(crate) group: Option<String>,
    /// Queues of callers that replies may go to, beside those that the broker named.
    pub(crate) replies: Vec<String>,
    /// The time after which the broker takes a message back from its consumer, if it is not RabbitMQ's default.
    pub(crate) consumer_timeout: Option<std::time::Duration>,
    /// The numbers that metrics read.
    pub(crate) stats: QueueStats,
}

/// Services with their types erased.
#[derive(Default)]
pub(crate) struct Services {
    pub(crate) specs: Vec<&'static ServiceSpec>,
    pub(crate) routes: Vec<Arc<Route>>,
}

impl Services {
    pub(crate) fn add(&mut self, service: impl Service) {
        self.specs.push(service.spec());
        self.routes.extend(service.routes().into_iter().map(Arc::new));
    }
}

/// Routes, rules and the signal to stop. The transports of one server share them.
pub(crate) struct Mounted {
    pub(crate) services: Vec<&'static ServiceSpec>,
    pub(crate) routes: Vec<Arc<Route>>,
    pub(crate) policy: Arc<Policy>,
    /// Cancelled when the server begins to drain: it takes nothing new, and finishes what runs.
    pub(crate) draining: CancellationToken,
    /// Cancelled when the time to drain is over: the server drops what still runs.
    pub(crate) closing: CancellationToken,
    /// Tasks that must end before the server may: connections that left the accept loop, consumers.
    pub(crate) tasks: TaskTracker,
    #[cfg(feature = "_queue")]
    pub(crate) queues: Queues,
    pub(crate) health: Health,
    pub(crate) shown: Shown,
    /// The number of the user's services in `services`. The server's own follow them.
    users: usize,
    /// The ways in which requests may be compressed.
    #[cfg(feature = "_net")]
    pub(crate) compressions: Compressions,
}

impl Mounted {
    /// Mounts the services of the user, and those that the server itself brings.
    pub(crate) fn new(mut settings: Settings, user: Services, own: Services) -> Self {
        let users = user.specs.len();
        for route in &user.routes {
            let Around { service, method } = &route.around;
            settings.policy.add_interceptors(route.method, service.iter().chain(method.iter()));
        }
        Self {
            services: [user.specs, own.specs].concat(),
            routes: [user.routes, own.routes].concat(),
            draining: settings.policy.draining.clone(),
            policy: Arc::new(settings.policy),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            #[cfg(feature = "_queue")]
            queues: settings.queues,
            health: settings.health,
            shown: settings.shown,
            users,
            #[cfg(feature = "_net")]
            compressions: settings.compressions,
        }
    }

    /// Adds a check to the server's health.
    #[cfg(feature = "_queue")]
    pub(crate) fn add_check(&self, check: impl Fn() -> Option<String> + Send + Sync + 'static) {
        self.health.add_check(check);
    }

    /// The context of a call that a transport took at `taken`. `inner.deadline` is the deadline that the caller asked for.
    pub(crate) fn context(&self, route: &Route, taken: Instant, inner: Inner) -> Context {
        self.policy.context(route.ruled(), taken, inner)
    }

    /// The services that the user mounted.
    pub(crate) fn of_user(&self) -> &[&'static ServiceSpec] {
        &self.services[..self.users]
    }
}
