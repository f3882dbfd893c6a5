//! [`QueueStats`]: the numbers of a server's queues, for metrics.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The bounds of [`Latencies::buckets`], in milliseconds.
const BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
/// The number of a meter that nobody has read yet.
const UNKNOWN: u64 = u64::MAX;

/// The numbers of the queues that a server consumes, as they are now. Clones share them.
///
/// They are counted from the start of the server, and never go back. A consumer counts each delivery, so a message that
/// comes again counts again. Take it before `serve`, and read it while the server runs.
///
/// ```
/// use polywire::{Result, Server, service};
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     #[amqp(task, queue = "orders")]
///     async fn process(&self, order_id: i64) -> Result<()>;
/// }
/// # struct Worker;
/// # impl Orders for Worker { async fn process(&self, _: i64) -> Result<()> { Ok(()) } }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<()> {
/// let server = Server::new().service(OrdersServer::new(Worker)).amqp("memory:stats");
/// let stats = server.queue_stats();
/// tokio::spawn(server.serve());
/// OrdersClient::connect("memory:stats").await?.process(7).await?;
///
/// while stats.queues().first().is_none_or(|orders| orders.delivered == 0) {
///     tokio::task::yield_now().await;
/// }
/// for queue in stats.queues() {
///     println!("{}: {} delivered, {} dead", queue.name, queue.delivered, queue.dead_lettered);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct QueueStats {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    meters: Mutex<Vec<Arc<Meter>>>,
    confirms: Arc<Confirms>,
    /// Cancelled when somebody reads these numbers, so that the depths are worth asking for.
    read: CancellationToken,
}

impl fmt::Debug for QueueStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.queues()).finish()
    }
}

/// The numbers of one queue. [`QueueStats::queues`] gives them.
///
/// ```
/// use polywire::QueueReading;
///
/// fn is_behind(queue: &QueueReading) -> bool {
///     queue.waiting.is_some_and(|waiting| waiting > 10_000)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueReading {
    /// The broker, without a password.
    pub broker: String,
    /// The queue.
    pub name: String,
    /// The messages that wait at the broker, every 15 s. `None` until the broker has told.
    pub waiting: Option<u64>,
    /// The deliveries that were taken.
    pub delivered: u64,
    /// The deliveries among them that had been delivered before (the flag `redelivered`).
    pub redelivered: u64,
    /// The failures that another attempt followed.
    pub retried: u64,
    /// The messages that became dead letters here. Those that the broker moved by itself are not among them.
    pub dead_lettered: u64,
    /// The messages whose sender's time was over before they ran. They are dead letters too.
    pub expired: u64,
    /// The time from the publish to the delivery of the last message, to the second for a publisher that is not
    /// polywire. `None` until there is one.
    pub age: Option<Duration>,
}

/// How long a broker took to confirm messages. [`QueueStats::confirms`] gives it.
///
/// ```
/// use polywire::Latencies;
///
/// fn mean_seconds(latencies: &Latencies) -> Option<f64> {
///     (latencies.count > 0).then(|| latencies.sum.as_secs_f64() / latencies.count as f64)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Latencies {
    /// The number of confirms that took at most so long, for each bound: 1 ms to 10 s. Each counts those before it too.
    pub buckets: Vec<(Duration, u64)>,
    /// The number of all confirms.
    pub count: u64,
    /// The time of all confirms together, in whole microseconds.
    pub sum: Duration,
}

impl QueueStats {
    /// The queues, in the order in which they were first consumed.
    pub fn queues(&self) -> Vec<QueueReading> {
        self.shared.read.cancel();
        self.meters().iter().map(|meter| meter.read()).collect()
    }

    /// The time that brokers took to confirm what the server itself published: retries and dead letters.
    pub fn confirms(&self) -> Latencies {
        self.shared.confirms.read()
    }

    pub(crate) fn meter(&self, broker: &str, queue: &str) -> Arc<Meter> {
        let mut meters = self.meters();
        let there = meters.iter().find(|meter| meter.broker == broker && meter.queue == queue);
        if let Some(there) = there {
            return Arc::clone(there);
        }
        let meter = Arc::new(Meter::new(broker, queue));
        meters.push(Arc::clone(&meter));
        meter
    }

    pub(crate) fn confirmed(&self) -> Arc<Confirms> {
        Arc::clone(&self.shared.confirms)
    }

    /// Waits until somebody reads the numbers.
    pub(crate) async fn read(&self) {
        self.shared.read.cancelled().await;
    }

    fn meters(&self) -> MutexGuard<'_, Vec<Arc<Meter>>> {
        self.shared.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The counters of one queue.
pub(crate) struct Meter {
    broker: String,
    queue: String,
    waiting: AtomicU64,
    delivered: AtomicU64,
    redelivered: AtomicU64,
    retried: AtomicU64,
    dead_lettered: AtomicU64,
    expired: AtomicU64,
    /// In milliseconds.
    age: AtomicU64,
}

impl Meter {
    fn new(broker: &str, queue: &str) -> Self {
        Self {
            broker: broker.to_owned(),
            queue: queue.to_owned(),
            waiting: AtomicU64::new(UNKNOWN),
            delivered: AtomicU64::new(0),
            redelivered: AtomicU64::new(0),
            retried: AtomicU64::new(0),
            dead_lettered: AtomicU64::new(0),
            expired: AtomicU64::new(0),
            age: AtomicU64::new(UNKNOWN),
        }
    }

    pub(crate) fn queue(&self) -> &str {
        &self.queue
    }

    /// Counts a delivery of a message that was published so many milliseconds ago.
    pub(crate) fn delivery(&self, redelivered: bool, age_ms: u64) {
        add(&self.delivered);
        if redelivered {
            add(&self.redelivered);
        }
        self.age.store(age_ms, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        add(&self.retried);
    }

    pub(crate) fn dead_letter(&self, expired: bool) {
        add(&self.dead_lettered);
        if expired {
            add(&self.expired);
        }
    }

    pub(crate) fn set_waiting(&self, waiting: Option<u64>) {
        self.waiting.store(waiting.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    fn read(&self) -> QueueReading {
        let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let known = |number| Some(get(number)).filter(|number| *number != UNKNOWN);
        QueueReading {
            broker: self.broker.clone(),
            name: self.queue.clone(),
            waiting: known(&self.waiting),
            delivered: get(&self.delivered),
            redelivered: get(&self.redelivered),
            retried: get(&self.retried),
            dead_lettered: get(&self.dead_lettered),
            expired: get(&self.expired),
            age: known(&self.age).map(Duration::from_millis),
        }
    }
}

fn add(number: &AtomicU64) {
    number.fetch_add(1, Ordering::Relaxed);
}

/// A histogram of the time to a confirm.
#[derive(Debug, Default)]
pub(crate) struct Confirms {
    buckets: [AtomicU64; BOUNDS_MS.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

impl Confirms {
    pub(crate) fn note(&self, took: Duration) {
        if let Some(at) = BOUNDS_MS.iter().position(|bound| took <= Duration::from_millis(*bound)) {
            add(&self.buckets[at]);
        }
        add(&self.count);
        self.sum_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn read(&self) -> Latencies {
        let mut so_far = 0;
        let buckets = BOUNDS_MS.iter().zip(&self.buckets).map(|(bound, own)| {
            so_far += own.load(Ordering::Relaxed);
            (Duration::from_millis(*bound), so_far)
        });
        Latencies {
            buckets: buckets.collect(),
            count: self.count.load(Ordering::Relaxed),
            sum: Duration::from_micros(self.sum_us.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bucket_counts_those_before_it() {
        let confirms = Confirms::default();
        for ms in [0, 1, 3, 700, 60_000] {
            confirms.note(Duration::from_millis(ms));
        }
        let read = confirms.read();
        let counts = read.buckets.iter().map(|(_, count)| *count).collect::<Vec<_>>();
        assert_eq!(counts, [2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4]);
        assert_eq!((read.count, read.sum), (5, Duration::from_millis(60_704)));
    }
}
