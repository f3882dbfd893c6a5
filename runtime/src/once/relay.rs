//! [`Relay`]: publishes the rows of an outbox. One relay is active at a time, by a lease in the database.
//!
//! A row is deleted only after the broker has confirmed its message. A crash between the two publishes it once more,
//! under the same message id. `active` has the loop.

mod active;

use crate::call::input::Codec;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::Result;
use crate::channel::{Channel, Endpoint};
use crate::once::outbox::SqlOutbox;
use crate::once::sql::Sql;
use active::Active;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Publishes the messages of a [`SqlOutbox`], and deletes those that the broker has confirmed.
///
/// Run one in each process that records, or in a process of its own: any number may run, and one of them is active.
/// The others take over when it ends, or when its lease runs out after a crash.
///
/// - A message is published under the id of its row, however often it is tried. After a crash it may arrive twice; a
///   consumer with an [`Inbox`](crate::Inbox) handles it once.
/// - Messages of one ordering key are published one after another. Others are published side by side.
/// - What fails because of the broker is tried again, after 500 ms at first and 30 s at last, for ever.
/// - What can never be published (`invalid_argument` and such) is set aside, and an error in the log says so:
///   [`SqlOutbox::set_aside`].
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] mod example {
/// # use polywire::{Endpoint, Relay, Result, SqlOutbox, service};
/// # #[service(package = "shop.v1", transports(amqp))]
/// # pub trait Shipping { #[amqp(task)] async fn ship(&self, order_id: i64) -> Result<()>; }
/// async fn relay(outbox: SqlOutbox<sqlx::Sqlite>) -> Result<()> {
///     Relay::new(outbox, Endpoint::new("amqp://127.0.0.1:5672"))
///         .service(ShippingServer::<ShippingClient>::spec())
///         .run_until(async { drop(tokio::signal::ctrl_c().await) })
///         .await
/// }
/// # }
/// ```
#[must_use = "a relay does nothing until `run` is awaited"]
pub struct Relay<DB: Sql> {
    outbox: SqlOutbox<DB>,
    endpoint: Endpoint,
    methods: HashMap<&'static str, &'static Method>,
    lease: Duration,
    poll: Duration,
}

impl<DB: Sql> Relay<DB> {
    /// Makes a relay from this outbox to this broker.
    pub fn new(outbox: SqlOutbox<DB>, endpoint: impl Into<Endpoint>) -> Self {
        let (lease, poll) = (Duration::from_secs(30), Duration::from_millis(200));
        Self { outbox, endpoint: endpoint.into(), methods: HashMap::new(), lease, poll }
    }

    /// Adds the methods of a service: `…Server::<…Client>::spec()`. A message of any other method waits for a relay
    /// that knows it, and a warning in the log says so.
    pub fn service(mut self, service: &'static ServiceSpec) -> Self {
        self.methods.extend(service.methods.iter().map(|method| (method.full_name(), *method)));
        self
    }

    /// Sets for how long the lease holds that makes this relay the active one: 30 s. After a crash another relay waits
    /// for so long. It is renewed when a third of it has passed. It is 300 ms at least.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn quick(relay: polywire::Relay<sqlx::Sqlite>) -> polywire::Relay<sqlx::Sqlite> {
    /// # use std::time::Duration;
    /// relay.lease(Duration::from_secs(10))
    /// # }
    /// ```
    pub fn lease(mut self, time: Duration) -> Self {
        self.lease = time.max(Duration::from_millis(300));
        self
    }

    /// Sets the time between two looks into an empty outbox: 200 ms.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # fn lazy(relay: polywire::Relay<sqlx::Sqlite>) -> polywire::Relay<sqlx::Sqlite> {
    /// # use std::time::Duration;
    /// relay.poll(Duration::from_secs(1))
    /// # }
    /// ```
    pub fn poll(mut self, time: Duration) -> Self {
        self.poll = time;
        self
    }

    /// Relays for ever. It may be dropped at any time, as after a crash.
    ///
    /// A database or a broker that cannot be reached is told in the log, and tried again.
    ///
    /// # Errors
    /// The reason why the endpoint can never be used: `invalid_argument` for a URL that no transport takes.
    pub async fn run(self) -> Result<()> {
        self.run_until(std::future::pending()).await
    }

    /// Relays until `stop` is ready. It then ends the messages under way and gives the lease back, so that another relay
    /// takes over at once.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<()> {
        let channels = [self.open(Codec::Proto).await?, self.open(Codec::Json).await?];
        Active::new(self, channels).run(stop).await;
        Ok(())
    }

    async fn open(&self, codec: Codec) -> Result<Arc<dyn Channel>> {
        crate::transport::connect(self.endpoint.clone().codec(codec)).await
    }
}

impl<DB: Sql> fmt::Debug for Relay<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("outbox", &self.outbox)
            .field("methods", &self.methods.len())
            .field("lease", &self.lease)
            .field("poll", &self.poll)
            .finish_non_exhaustive()
    }
}
