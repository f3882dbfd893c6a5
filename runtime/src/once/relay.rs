//! [`Relay`]: publishes the rows of an outbox. One relay is active at a time, by a lease in the database.
//!
//! A row is deleted only after the broker has confirmed its message. A crash between the two publishes it once more,
//! under the same message id.

use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::metadata::Metadata;
use crate::call::spec::{Method, ServiceSpec};
use crate::call::status::{Code, Result, Status};
use crate::channel::{Channel, Endpoint, Payload};
use crate::log::{Quoted, sparsely};
use crate::once::outbox::SqlOutbox;
use crate::once::outbox::table::{self, Fate};
use crate::once::sql::{Row, Sql, reached};
use crate::transport::amqp::channel::IDEMPOTENCY_KEY;
use crate::transport::amqp::ids;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The rows that are read and published at once.
const BATCH: i64 = 64;
/// The longest time until a message is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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
    /// for so long. A message must be confirmed within two thirds of it, so it is 300 ms at least.
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
        let active = Active {
            channels: [self.open(Codec::Proto).await?, self.open(Codec::Json).await?],
            owner: ids::message_id(),
            relay: self,
        };
        let mut stop = std::pin::pin!(stop);
        loop {
            let pause = active.turn().await;
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = sleep(pause) => {}
            }
        }
        if let Err(status) = table::release(&active.relay.outbox.pool, &active.owner).await {
            tracing::warn!(%status, "the relay's lease was not given back; it runs out by itself");
        }
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

/// A relay with its channels.
struct Active<DB: Sql> {
    relay: Relay<DB>,
    /// For protobuf, and for JSON.
    channels: [Arc<dyn Channel>; 2],
    owner: String,
}

impl<DB: Sql> Active<DB> {
    /// Publishes what is due, if this relay is the active one. Returns the time until the next turn.
    async fn turn(&self) -> Duration {
        match self.publish_due().await {
            Ok(0) => self.relay.poll,
            Ok(_) => Duration::ZERO,
            Err(status) => {
                sparsely!(warn, %status, "the outbox cannot be read or written; it is tried again");
                self.relay.poll.max(Duration::from_millis(500))
            }
        }
    }

    /// Returns the number of rows that it took.
    async fn publish_due(&self) -> Result<usize> {
        let pool = &self.relay.outbox.pool;
        let until = Instant::now() + self.relay.lease.mul_f64(2.0 / 3.0);
        if !table::lease(pool, &self.owner, self.relay.lease).await? {
            return Ok(0);
        }
        let due = table::due(pool, BATCH).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let mut lanes: FuturesUnordered<_> =
            lanes(&due).into_iter().map(|lane| self.publish_lane(lane, until)).collect();
        let mut fates = Vec::with_capacity(due.len());
        while let Some(lane) = lanes.next().await {
            fates.extend(lane);
        }
        table::note(pool, &fates).await?;
        Ok(due.len())
    }

    /// Publishes rows of one key, up to the first that fails. The rest of them wait behind it.
    async fn publish_lane(&self, lane: Vec<&Row>, until: Instant) -> Vec<(i64, Fate)> {
        let mut fates = Vec::with_capacity(lane.len());
        for row in lane {
            let fate = match self.publish(row, until).await {
                Ok(()) => Fate::Published,
                Err(status) => fate(row, &status),
            };
            let has_failed = !matches!(fate, Fate::Published);
            fates.push((row.sequence, fate));
            if has_failed {
                break;
            }
        }
        fates
    }

    async fn publish(&self, row: &Row, until: Instant) -> Result<()> {
        let Some(method) = self.relay.methods.get(&*row.method) else {
            return Err(Status::unavailable(
                "this relay does not know the method; add its service by `Relay::service`",
            ));
        };
        let channel = match table::codec(row)? {
            Codec::Proto => &self.channels[0],
            Codec::Json => &self.channels[1],
        };
        let left = until.saturating_duration_since(Instant::now());
        let cx = Context::new().with_metadata(&metadata(row)?).with_timeout(left);
        let cx = match &row.steer {
            Some(text) => cx.with_steer(text.clone()),
            None => cx,
        };
        let published = channel.call(method, cx, Payload::One(row.body.clone().into()));
        let late = |_| Status::deadline_exceeded("the broker did not confirm in time");
        reached("before", "publish");
        timeout(left, published).await.map_err(late)??;
        reached("after", "publish");
        Ok(())
    }
}

/// The rows of each key, in their order; a row without a key is alone.
fn lanes(due: &[Row]) -> Vec<Vec<&Row>> {
    let mut lanes: Vec<Vec<&Row>> = Vec::new();
    let mut of_key: HashMap<&str, usize> = HashMap::new();
    for row in due {
        match row.ordering_key.as_deref() {
            None => lanes.push(vec![row]),
            Some(key) => match of_key.get(key) {
                Some(at) => lanes[*at].push(row),
                None => {
                    of_key.insert(key, lanes.len());
                    lanes.push(vec![row]);
                }
            },
        }
    }
    lanes
}

/// The metadata of a row, with its message id in quotes: the channel takes one pair of them away.
fn metadata(row: &Row) -> Result<Metadata> {
    let unreadable =
        |why: String| Status::invalid_argument(format!("its row has unreadable metadata: {why}"));
    let pairs: Vec<(String, String)> =
        serde_json::from_str(&row.metadata).map_err(|error| unreadable(error.to_string()))?;
    let mut metadata = Metadata::new();
    let id = (IDEMPOTENCY_KEY.to_owned(), format!("\"{}\"", row.message_id));
    for (name, value) in pairs.iter().chain([&id]) {
        metadata.append(name, value).map_err(|error| unreadable(error.to_string()))?;
    }
    Ok(metadata)
}

/// The fate of a row that was not published. Logs the reason.
fn fate(row: &Row, status: &Status) -> Fate {
    let (id, method) = (Quoted(&row.message_id), Quoted(&row.method));
    if is_final(status.code()) {
        tracing::error!(%id, %method, %status, "a message of the outbox is set aside; decide by `SqlOutbox::retry` or `discard`");
        return Fate::SetAside(status.to_string());
    }
    sparsely!(warn, %id, %method, %status, "a message of the outbox was not published; it is tried again");
    let doubled = Duration::from_millis(500).saturating_mul(1 << row.attempts.clamp(0, 10));
    let longest = doubled.min(LONGEST_PAUSE);
    Fate::Postponed(longest / 2 + ids::jitter(longest / 2), status.to_string())
}

/// Whether a message can never be published. What an administrator can change at the broker is not final.
fn is_final(code: Code) -> bool {
    match code {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss => true,
        Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Internal
        | Code::Unavailable
        | Code::Unauthenticated => false,
    }
}
