//! 10,000 tasks, while the broker is killed with -9 and restarted, and a consumer too: every confirmed task
//! is handled.
//!
//! The test runs a RabbitMQ of its own (`scripts/rabbitmq`), because it kills it.
#![allow(clippy::expect_used, clippy::print_stdout)]

use futures_util::StreamExt;
use polywire::Context;
use polywire_e2e::ledger::{LedgerService, LedgerServiceClient};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TASKS: i64 = 10_000;
/// How many are on their way to the broker at a time.
const AT_ONCE: usize = 200;
/// Longer than any outage here: a publisher that may wait so long must get every task confirmed.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(180);
/// From the last confirm until everything is handled.
const PATIENCE: Duration = Duration::from_secs(180);

/// A RabbitMQ that may be killed. It goes with the test.
struct Rabbit {
    directory: PathBuf,
    url: String,
}

impl Rabbit {
    fn start() -> Self {
        let directory = std::env::temp_dir().join(format!("polywire-durability-{}", std::process::id()));
        let mut rabbit = Self { directory, url: String::new() };
        rabbit.run("start");
        rabbit.url = rabbit.run("url").trim().to_owned();
        rabbit
    }

    /// Runs a verb of the script; what it prints.
    fn run(&self, verb: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/rabbitmq");
        let output =
            Command::new(script).arg(verb).env("RABBITMQ_DIR", &self.directory).output().expect("a script");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "rabbitmq {verb}: {}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Stops in good order and starts again. RabbitMQ 3.10 writes the name of a new quorum queue to disk some
    /// seconds late (the `dets` table of its Raft library). If it is killed before, it forgets the queue with
    /// all its messages.
    fn settle(&self) {
        self.run("stop");
        self.run("start");
    }

    async fn crash_and_return(&self) {
        tokio::task::block_in_place(|| self.run("kill9"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| self.run("start"));
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        self.run("remove");
    }
}

/// A consumer in a process of its own. Dropping it kills it with -9.
struct Worker(Child);

impl Worker {
    fn start(url: &str, ledger: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger-worker"));
        Self(command.arg(url).arg(ledger).spawn().expect("a worker"))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // SIGKILL. The process may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How often each task was handled.
fn read(ledger: &Path) -> HashMap<i64, usize> {
    let text = std::fs::read_to_string(ledger).unwrap_or_default();
    let mut counts = HashMap::new();
    for id in text.lines().filter_map(|line| line.parse().ok()) {
        *counts.entry(id).or_default() += 1;
    }
    counts
}

async fn until(count: &AtomicUsize, at_least: usize) {
    while count.load(Ordering::Relaxed) < at_least {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_is_handled_whoever_is_killed() {
    let rabbit = Rabbit::start();
    let ledger = rabbit.directory.join("ledger");
    let client = LedgerServiceClient::connect(rabbit.url.as_str()).await.expect("a client");
    let confirmed = AtomicUsize::new(1);
    client.record(1).await.expect("a confirm, and so the queue");
    tokio::task::block_in_place(|| rabbit.settle());

    let publish = async {
        let tasks = (2..=TASKS).map(|id| {
            let (client, confirmed) = (&client, &confirmed);
            async move {
                let cx = Context::new().with_timeout(PUBLISH_TIMEOUT);
                let result = cx.scope(client.record(id)).await;
                confirmed.fetch_add(usize::from(result.is_ok()), Ordering::Relaxed);
                (id, result)
            }
        });
        futures_util::stream::iter(tasks).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await
    };
    let kill = async {
        let mut workers = vec![Worker::start(&rabbit.url, &ledger), Worker::start(&rabbit.url, &ledger)];
        until(&confirmed, 2_000).await;
        rabbit.crash_and_return().await;
        until(&confirmed, 5_000).await;
        workers.remove(0);
        workers.push(Worker::start(&rabbit.url, &ledger));
        until(&confirmed, 8_000).await;
        rabbit.crash_and_return().await;
        workers
    };
    let (results, _workers) = tokio::join!(publish, kill);

    let failed: Vec<_> =
        results.iter().filter_map(|(id, result)| result.as_ref().err().map(|why| (id, why))).collect();
    assert!(failed.is_empty(), "not confirmed: {failed:?}");
    let deadline = Instant::now() + PATIENCE;
    let handled = loop {
        let handled = read(&ledger);
        if handled.len() as i64 == TASKS || Instant::now() > deadline {
            break handled;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let lost: Vec<i64> = (1..=TASKS).filter(|id| !handled.contains_key(id)).collect();
    let duplicates: usize = handled.values().map(|count| count - 1).sum();
    println!(
        "confirmed {}, handled {}, lost {}, duplicates {duplicates}",
        confirmed.load(Ordering::Relaxed),
        handled.len(),
        lost.len()
    );
    assert!(lost.is_empty(), "lost: {lost:?}");
}
