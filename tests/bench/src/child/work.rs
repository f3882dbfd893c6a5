//! A child that is a client: publishes or consumes so many tasks, or makes so many calls. It prints the time
//! and the usage.

use crate::case::{Side, Task, Threads};
use crate::usage::{Allocations, Usage};
use crate::{Result, ours, peer};
use clap::Args;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A broker that stands still must not hold the run.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Args)]
pub(crate) struct Options {
    /// Whose client.
    #[arg(value_enum)]
    side: Side,
    /// What it does.
    #[arg(value_enum)]
    task: Task,
    /// The broker, or the server.
    url: String,
    /// How many tasks or calls are measured; a tenth as many come before.
    calls: u64,
    /// How many may be under way.
    #[arg(long)]
    in_flight: usize,
    /// The core to stay on.
    #[arg(long)]
    core: Option<usize>,
}

/// One round, between two readings of the clocks.
pub(crate) fn work(options: &Options, allocations: fn() -> Option<Allocations>) -> Result<()> {
    super::start(options.core, Threads::Single)?.block_on(async {
        let meter = &Meter::leaked(options.calls, allocations);
        let round = async {
            match (options.side, options.task) {
                (Side::Polywire, Task::Publish) => {
                    ours::queue::publish(&options.url, options.in_flight, meter).await
                }
                (Side::Polywire, Task::Consume) => ours::queue::consume(&options.url, meter).await,
                (Side::Polywire, Task::Call) => ours::call(&options.url, options.in_flight, meter).await,
                (Side::Peer, Task::Call) => {
                    peer::tonic_grpc::call(&options.url, options.in_flight, meter).await
                }
                (Side::Peer, Task::Publish) => {
                    peer::lapin::publish(&options.url, options.in_flight, meter).await
                }
                (Side::Peer, Task::Consume) => {
                    peer::lapin::consume(&options.url, options.in_flight, meter).await
                }
            }
        };
        tokio::time::timeout(PATIENCE, round).await.map_err(|_| "the other side stands still")??;
        let (elapsed, usage) = meter.measured()?;
        writeln!(std::io::stdout(), "{} {usage}", elapsed.as_nanos())?;
        Ok(())
    })
}

/// Counts what is done; reads the clocks after the first tenth and at the end.
pub(crate) struct Meter {
    before: u64,
    total: u64,
    done: AtomicU64,
    allocations: fn() -> Option<Allocations>,
    readings: Mutex<Vec<(Instant, Result<Usage>)>>,
    ended: Notify,
}

impl Meter {
    /// Handlers are `'static`: so is what they count with.
    fn leaked(calls: u64, allocations: fn() -> Option<Allocations>) -> &'static Self {
        let before = calls / 10;
        Box::leak(Box::new(Self {
            before,
            total: before + calls,
            done: AtomicU64::new(0),
            allocations,
            readings: Mutex::default(),
            ended: Notify::new(),
        }))
    }

    /// How many tasks a round has, those before the measurement included.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// One more is done.
    pub(crate) fn count(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done == self.before || done == self.total {
            let reading = (Instant::now(), Usage::now(self.allocations));
            self.readings.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
        }
        if done == self.total {
            self.ended.notify_one();
        }
    }

    /// All are done.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    fn measured(&self) -> Result<(Duration, Usage)> {
        let readings = std::mem::take(&mut *self.readings.lock().unwrap_or_else(PoisonError::into_inner));
        let [(begin, before), (end, after)] =
            <[_; 2]>::try_from(readings).map_err(|_| "not every task was counted exactly once")?;
        Ok((end - begin, after? - before?))
    }
}
