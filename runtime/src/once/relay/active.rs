//! The loop of a relay: takes the lease, reads what is due, publishes it side by side, and notes what became of it.
//!
//! A message that hangs delays nothing but its own key: each lane of rows is noted when it ends, and new rows are read
//! meanwhile.

use super::Relay;
use crate::call::context::Context;
use crate::call::input::Codec;
use crate::call::metadata::Metadata;
use crate::call::status::{Code, Result, Status};
use crate::channel::{Channel, Payload};
use crate::log::{Quoted, sparsely};
use crate::once::outbox::table::{self, Fate};
use crate::once::sql::{Row, Sql, reached};
use crate::transport::amqp::channel::IDEMPOTENCY_KEY;
use crate::transport::amqp::ids;
use futures_core::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The rows that are read at once.
const BATCH: usize = 64;
/// The lanes that are published side by side.
const LANES: usize = 256;
/// The time limit of one attempt to publish.
const ATTEMPT: Duration = Duration::from_secs(5);
/// The longest time until a message is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A relay with its channels.
pub(super) struct Active<DB: Sql> {
    relay: Relay<DB>,
    /// For protobuf, and for JSON.
    channels: [Arc<dyn Channel>; 2],
    owner: String,
    /// The end of the lease, by our own clock.
    held_until: Mutex<Instant>,
}

/// The lanes under way, with the rows and the keys that they hold.
#[derive(Default)]
struct Flight<'a> {
    lanes: FuturesUnordered<BoxFuture<'a, Lane>>,
    rows: HashSet<i64>,
    keys: HashSet<String>,
}

/// Rows that were published one after another.
struct Lane {
    rows: Vec<Row>,
    fates: Vec<(i64, Fate)>,
}

impl<'a> Flight<'a> {
    fn holds(&self, row: &Row) -> bool {
        self.rows.contains(&row.sequence)
            || row.ordering_key.as_ref().is_some_and(|key| self.keys.contains(key))
    }

    fn add<DB: Sql>(&mut self, rows: Vec<Row>, by: &'a Active<DB>) {
        self.rows.extend(rows.iter().map(|row| row.sequence));
        self.keys.extend(rows.iter().filter_map(|row| row.ordering_key.clone()));
        self.lanes.push(Box::pin(by.publish_lane(rows)));
    }

    /// Forgets what lanes held that have ended. Returns the fates of their rows.
    fn end(&mut self, lanes: Vec<Lane>) -> Vec<(i64, Fate)> {
        let mut fates = Vec::new();
        for lane in lanes {
            for row in &lane.rows {
                self.rows.remove(&row.sequence);
                if let Some(key) = &row.ordering_key {
                    self.keys.remove(key);
                }
            }
            fates.extend(lane.fates);
        }
        fates
    }

    /// Waits for the end of a lane. Returns it, and those that have ended too.
    async fn next(&mut self) -> Vec<Lane> {
        let mut ended: Vec<Lane> = self.lanes.next().await.into_iter().collect();
        while let Some(Some(lane)) = self.lanes.next().now_or_never() {
            ended.push(lane);
        }
        ended
    }
}

impl<DB: Sql> Active<DB> {
    pub(super) fn new(relay: Relay<DB>, channels: [Arc<dyn Channel>; 2]) -> Self {
        Self { relay, channels, owner: ids::message_id(), held_until: Mutex::new(Instant::now()) }
    }

    /// Relays until `stop` is ready, ends what is under way, and gives the lease back.
    pub(super) async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut flight = Flight::default();
        let mut next_look = Instant::now();
        loop {
            if next_look <= Instant::now() || flight.lanes.len() <= BATCH / 2 {
                next_look = Instant::now() + self.look(&mut flight).await;
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                ended = flight.next(), if !flight.lanes.is_empty() => self.note(flight.end(ended)).await,
                () = tokio::time::sleep_until(next_look) => {}
            }
        }
        while !flight.lanes.is_empty() {
            let ended = flight.next().await;
            self.note(flight.end(ended)).await;
        }
        if let Err(status) = table::release(&self.relay.outbox.pool, &self.owner).await {
            tracing::warn!(%status, "the relay's lease was not given back; it runs out by itself");
        }
    }

    /// Begins to publish what is due, if this relay is the active one. Returns the time until the next look.
    async fn look<'a>(&'a self, flight: &mut Flight<'a>) -> Duration {
        let pause = self.relay.poll.min(self.relay.lease / 4);
        match self.begin(flight).await {
            Ok(()) => pause,
            Err(status) => {
                sparsely!(warn, %status, "the outbox cannot be read or written; it is tried again");
                sleep(pause).await;
                pause
            }
        }
    }

    async fn begin<'a>(&'a self, flight: &mut Flight<'a>) -> Result<()> {
        if !self.is_active().await? || flight.lanes.len() >= LANES {
            return Ok(());
        }
        let most = i64::try_from(BATCH + flight.rows.len()).unwrap_or(i64::MAX);
        let mut due = table::due(&self.relay.outbox.pool, most).await?;
        due.retain(|row| !flight.holds(row));
        for lane in lanes(due) {
            flight.add(lane, self);
        }
        Ok(())
    }

    /// Whether this relay has the lease. Renews it when a third of it has passed.
    async fn is_active(&self) -> Result<bool> {
        let lease = self.relay.lease;
        let now = Instant::now();
        if self.held_until().saturating_duration_since(now) > lease.mul_f64(2.0 / 3.0) {
            return Ok(true);
        }
        let has_it = table::lease(&self.relay.outbox.pool, &self.owner, lease).await?;
        let until = if has_it { now + lease } else { now };
        *self.held_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        Ok(has_it)
    }

    fn held_until(&self) -> Instant {
        *self.held_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn note(&self, fates: Vec<(i64, Fate)>) {
        if fates.is_empty() {
            return;
        }
        if let Err(status) = table::note(&self.relay.outbox.pool, &fates).await {
            sparsely!(warn, %status, "what was published is not noted, and will be published again under its id");
        }
    }

    /// Publishes rows of one key, up to the first that fails. The rest of them wait behind it.
    async fn publish_lane(&self, rows: Vec<Row>) -> Lane {
        let mut fates = Vec::with_capacity(rows.len());
        for row in &rows {
            // Nothing is begun that could outlast the lease.
            let left = self.held_until().saturating_duration_since(Instant::now() + self.relay.lease / 6);
            if left.is_zero() {
                break;
            }
            match self.publish(row, left.min(ATTEMPT)).await {
                Ok(()) => fates.push((row.sequence, Fate::Published)),
                Err(status) => {
                    fates.push((row.sequence, fate(row, &status)));
                    break;
                }
            }
        }
        Lane { rows, fates }
    }

    async fn publish(&self, row: &Row, left: Duration) -> Result<()> {
        let Some(method) = self.relay.methods.get(&*row.method) else {
            return Err(Status::unavailable(
                "this relay does not know the method; add its service by `Relay::service`",
            ));
        };
        let channel = match table::codec(row)? {
            Codec::Proto => &self.channels[0],
            Codec::Json => &self.channels[1],
        };
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
fn lanes(due: Vec<Row>) -> Vec<Vec<Row>> {
    let mut lanes: Vec<Vec<Row>> = Vec::new();
    let mut of_key: HashMap<String, usize> = HashMap::new();
    for row in due {
        let Some(key) = row.ordering_key.clone() else {
            lanes.push(vec![row]);
            continue;
        };
        let at = *of_key.entry(key).or_insert(lanes.len());
        match lanes.get_mut(at) {
            Some(lane) => lane.push(row),
            None => lanes.push(vec![row]),
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
