//! The programs under torture. They do as they are told, and write what happened to a file, one line a fact. The ledger
//! beside them (`ledger.py`) shares no code with them.
//!
//! ```text
//! torture serve <url> <log> [<http address>]
//! torture produce <url> <log> <first id> <count> <messages a second> <percent of poison, bad, …>
//! ```

use polywire::{Caller, Code, Context, Delay, Endpoint, Limits, Metadata, Result, Server, Status, service};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tokio::time::{Instant, interval, sleep};

/// The work. `kind` says what becomes of a message.
#[service(package = "torture.v1")]
pub trait Torture {
    /// Work without an order.
    #[amqp(task, retry(limit = 8, backoff = "50ms..2s"))]
    async fn work(&self, cx: Context, id: i64, kind: String) -> Result<()>;
    /// Work in the order of each key.
    #[amqp(task, ordered_by = "key", partitions = 4, retry(limit = 8, backoff = "20ms..200ms"))]
    async fn step(&self, cx: Context, key: String, id: i64, kind: String) -> Result<()>;
    /// A call that takes its time, to fill the server.
    #[http(GET "/slow")]
    async fn slow(&self, seconds: i32) -> Result<()>;
}

/// A file to which whole lines are appended. A line is on its way to the disk before anybody is told.
#[derive(Clone)]
struct Log(Arc<File>);

impl Log {
    fn open(path: &str) -> io::Result<Self> {
        Ok(Self(Arc::new(OpenOptions::new().create(true).append(true).open(path)?)))
    }

    fn line(&self, text: &str) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        // One write, so that lines of several processes do not mix.
        (&*self.0)
            .write_all(format!("{now} {text}\n").as_bytes())
            .map_err(|error| Status::internal("the log cannot be written").with_source(error))
    }
}

struct Worker(Log);

impl Worker {
    async fn run(&self, cx: &Context, what: &str, id: i64, kind: &str) -> Result<()> {
        let attempt = cx.attempt();
        let redelivered = cx.message().is_some_and(polywire::Delivered::is_redelivered);
        self.0.line(&format!("began {what} {id} {attempt} {}", u8::from(redelivered)))?;
        match kind {
            // It takes its whole process with it.
            "poison" => std::process::abort(),
            "flaky" if attempt == 1 => return Err(Status::unavailable("not the first time")),
            "bad" => return Err(Status::invalid_argument("it can never be done")),
            "slow" => sleep(Duration::from_millis(150)).await,
            _ => {}
        }
        self.0.line(&format!("done {what} {id} {attempt} {}", u8::from(redelivered)))
    }
}

impl Torture for Worker {
    async fn work(&self, cx: Context, id: i64, kind: String) -> Result<()> {
        self.run(&cx, "work", id, &kind).await
    }

    async fn step(&self, cx: Context, key: String, id: i64, kind: String) -> Result<()> {
        self.run(&cx, &key, id, &kind).await
    }

    async fn slow(&self, seconds: i32) -> Result<()> {
        sleep(Duration::from_secs(u64::try_from(seconds).unwrap_or(0).min(60))).await;
        Ok(())
    }
}

async fn serve(url: &str, log: &str, http: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::default().drain_delay(Duration::ZERO);
    let server = Server::new().service(TortureServer::new(Worker(Log::open(log)?))).limits(limits).amqp(url);
    match http {
        Some(address) => server.listen(address).serve().await?,
        None => server.serve().await?,
    }
    Ok(())
}

/// The kind of a message: mostly one that simply runs.
fn kind(id: i64, kinds: &[(String, i64)]) -> &str {
    let mut at = id.wrapping_mul(7_919).rem_euclid(100);
    for (kind, percent) in kinds {
        if at < *percent {
            return kind;
        }
        at -= percent;
    }
    "ok"
}

/// Publishes one message until the broker has it. Its idempotency key is its id, so that a second try is the same message.
async fn publish(caller: Caller, id: i64, kind: String, log: Log) -> Result<()> {
    let mut key = Metadata::new();
    key.append("idempotency-key", &format!("m-{id}"))?;
    let caller = caller.with_metadata(key).with_timeout(Duration::from_secs(5));
    let client = TortureClient::from_caller(caller);
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        let result = match (&*kind, id % 3) {
            ("late", _) => {
                client
                    .with(Delay::by(Duration::from_millis(1_500)))
                    .work(Context::new(), id, kind.clone())
                    .await
            }
            ("poison", _) | (_, 0 | 1) => client.work(Context::new(), id, kind.clone()).await,
            _ => client.step(Context::new(), format!("key-{}", id % 7), id, kind.clone()).await,
        };
        match result {
            Ok(()) => return log.line(&format!("confirmed {id} {kind}")),
            Err(status) if Instant::now() < give_up => {
                log.line(&format!("tried {id} {}", status.code()))?;
                if kind == "told" {
                    return log.line(&format!("unknown {id} {status}"));
                }
                // What certainly arrived nowhere, and what nobody knows of, are both tried again: the id is the same.
                if matches!(
                    status.code(),
                    Code::InvalidArgument | Code::FailedPrecondition | Code::PermissionDenied
                ) {
                    return log.line(&format!("refused {id} {status}"));
                }
                sleep(Duration::from_millis(50)).await;
            }
            Err(status) => return log.line(&format!("unknown {id} {status}")),
        }
    }
}

async fn produce(args: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [url, log, first, count, rate, kinds @ ..] = args else { return Err("too few arguments".into()) };
    let (log, first, count) = (Log::open(log)?, first.parse::<i64>()?, count.parse::<i64>()?);
    let kinds = kinds.iter().filter_map(|kind| {
        let (kind, percent) = kind.split_once('=')?;
        Some((kind.to_owned(), percent.parse().ok()?))
    });
    let kinds: Vec<(String, i64)> = kinds.collect();
    let caller = Caller::connect(Endpoint::new(url.as_str())).await?;
    let mut ticks = interval(Duration::from_secs(1) / rate.parse::<u32>()?);
    let flight = Arc::new(Semaphore::new(256));
    // The messages of one key go one after another, as a publisher must that wants their order.
    let keys: Vec<Arc<Semaphore>> = (0..7).map(|_| Arc::new(Semaphore::new(1))).collect();
    for id in first..first + count {
        ticks.tick().await;
        let place = Arc::clone(&flight).acquire_owned().await?;
        let kind = kind(id, &kinds).to_owned();
        let (caller, log) = (caller.clone(), log.clone());
        let key = Arc::clone(&keys[usize::try_from(id % 7)?]);
        let turn = if id % 3 == 2 { Some(key.acquire_owned().await?) } else { None };
        tokio::spawn(async move {
            let _held = (place, turn);
            if let Err(status) = publish(caller, id, kind, log).await {
                eprintln!("{id}: {status}");
            }
        });
    }
    let _all = flight.acquire_many(256).await?;
    log.line("end")?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("serve") if args.len() >= 3 => serve(&args[1], &args[2], args.get(3).map(String::as_str)).await,
        Some("produce") => produce(&args[1..]).await,
        _ => Err("torture serve <url> <log> [<http>] | produce <url> <log> <first> <count> <rate> [<kind>=<percent>]".into()),
    }
}
