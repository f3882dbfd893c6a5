//! The options of a broker.

use super::Endpoint;
use std::time::Duration;

/// The part of its exchanges and queues that a program declares.
///
/// ```
/// use polywire::{Declare, Endpoint, Server};
///
/// // The user of this program may read and write, and not configure.
/// let broker = Endpoint::new("amqp://shop@broker.internal/shop").declare(Declare::Passive);
/// let server = Server::new().amqp(broker);
/// # drop(server);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Declare {
    /// Creates the exchanges, queues and bindings that are missing. The user needs rights to configure them, or
    /// they must exist.
    #[default]
    All,
    /// Creates nothing, and says what is missing. An administrator creates it, by `cargo polywire topology`.
    Passive,
    /// Creates nothing and asks for nothing.
    None,
}

/// The options of AMQP. An option that is not set may stand in the URL.
#[derive(Debug, Clone, Default)]
#[cfg_attr(not(feature = "amqp"), allow(dead_code, reason = "the options of a transport that is not built"))]
pub(crate) struct AmqpOptions {
    pub(crate) declare: Option<Declare>,
    pub(crate) connection_name: Option<String>,
    pub(crate) heartbeat: Option<Duration>,
}

impl Endpoint {
    /// Sets what is declared on the broker. Default: [`Declare::All`], or `?declare=passive` of the URL.
    /// `amqp://` alone.
    ///
    /// ```
    /// # use polywire::{Declare, Endpoint};
    /// let endpoint = Endpoint::new("amqp://orders@broker.internal/shop").declare(Declare::Passive);
    /// ```
    #[must_use]
    pub fn declare(mut self, declare: Declare) -> Self {
        self.amqp.declare = Some(declare);
        self
    }

    /// Sets the name by which the broker lists the connections. Their purpose follows it: `orders publish`.
    /// Default: `polywire`, or `?connection_name=` of the URL. `amqp://` alone.
    #[must_use]
    pub fn connection_name(mut self, name: impl Into<String>) -> Self {
        self.amqp.connection_name = Some(name.into());
        self
    }

    /// Sets the time between two heartbeats, in whole seconds. A broker that is silent for twice as long is
    /// gone. Default: 10 s, or `?heartbeat=` of the URL. 0 sends none. `amqp://` alone.
    #[must_use]
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.amqp.heartbeat = Some(every);
        self
    }
}
