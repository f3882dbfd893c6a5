//! The proof by kill -9: a shop writes orders and publishes them through its outbox, a desk charges them through its
//! inbox. The program is killed before and after every statement, publish and commit, and started again. In the end
//! each order that was committed is charged once, and nothing else is.
//!
//! The program is this test binary, started again with a place to die at. `polywire::once` tells at the trace level how far
//! it is; the program sends itself SIGKILL there. The ledger is plain SQL, and nothing in it forbids a second charge.

use super::{Effects, PATIENCE, folder, open};
use polywire::{Context, Inbox, Limits, Relay, Result, Server, SqlInbox, SqlOutbox, Status, service};
use sqlx::{Pool, Sqlite};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

const FILE: &str = "POLYWIRE_PROOF_FILE";
/// The place to die at, or the role in the last run.
const PLACE: &str = "POLYWIRE_PROOF_PLACE";
/// The place of the last run: it lives until all is settled.
const NOWHERE: &str = "nowhere";

/// The places, in the order in which an order passes them.
const PLACES: [&str; 24] = [
    "before order",
    "before record",
    "after record",
    "committing order",
    "committed order",
    "before lease",
    "after lease",
    "committing lease",
    "committed lease",
    "before due",
    "after due",
    "before publish",
    "after publish",
    "before published",
    "after published",
    "committing published",
    "committed published",
    "before mark",
    "after mark",
    "before charge",
    "after charge",
    "committing mark",
    "committed mark",
    "before acknowledgement",
];

#[service(package = "once.v1", transports(amqp))]
pub trait Desk {
    /// Charges an order of the run with this number. The order 0 is the last.
    #[amqp(task, queue = "once.proof")]
    async fn charge(&self, cx: Context, run: i64, order_id: i64) -> Result<()>;
}

/// Tells the place, as the library does.
fn reached(when: &'static str, what: &'static str) {
    tracing::trace!(target: "polywire::once", when, what);
}

struct Clerk {
    run: i64,
    inbox: SqlInbox<Sqlite>,
    last: mpsc::UnboundedSender<()>,
}

impl Desk for Clerk {
    async fn charge(&self, cx: Context, run: i64, order_id: i64) -> Result<()> {
        if run != self.run {
            return Ok(()); // a message of an earlier run of the tests, over another file
        }
        if order_id == 0 {
            let _ = self.last.send(());
            return Ok(());
        }
        let Some(mut transaction) = self.inbox.begin(&cx).await? else { return Ok(()) };
        reached("before", "charge");
        let charge = sqlx::query("INSERT INTO charges (order_id) VALUES ($1)");
        charge.bind(order_id).execute(&mut *transaction).await?;
        reached("after", "charge");
        self.inbox.commit(transaction).await?;
        reached("before", "acknowledgement");
        Ok(())
    }
}

/// Writes an order, and its message.
async fn order(pool: &Pool<Sqlite>, outbox: &SqlOutbox<Sqlite>, run: i64) -> Result<()> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    reached("before", "order");
    let order = sqlx::query_scalar("INSERT INTO orders DEFAULT VALUES RETURNING id");
    let id: i64 = order.fetch_one(&mut *transaction).await?;
    let charge =
        |caller| async move { DeskClient::from_caller(caller).charge(Context::new(), run, id).await };
    outbox.record(&mut transaction, charge).await?;
    reached("committing", "order");
    transaction.commit().await?;
    reached("committed", "order");
    Ok(())
}

/// The program: shop, relay and desk in one process. It places two orders, and lives until it is killed, or until all
/// is settled.
async fn program(file: &Path, place: &str) -> Result<()> {
    let url = std::env::var("AMQP_URL").map_err(|_| Status::internal("no AMQP_URL"))?;
    let pool = open(file).await;
    let run = run_of(&pool).await;
    let (inbox, outbox) = (SqlInbox::new(pool.clone()), SqlOutbox::new(pool.clone()));
    let (last, mut was_last) = mpsc::unbounded_channel();
    let desk = DeskServer::new(Clerk { run, inbox, last });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = Server::new().service(desk).limits(Limits::default().drain_delay(Duration::ZERO));
    let server = tokio::spawn(server.amqp(url.as_str()).serve_until(async { drop(stopped.await) }));
    let relay = Relay::new(outbox.clone(), url.as_str()).poll(Duration::from_millis(5));
    let relay = relay.lease(Duration::from_millis(400)).service(DeskServer::<DeskClient>::spec());
    tokio::spawn(relay.run());
    for _ in 0..2 {
        order(&pool, &outbox, run).await?;
    }
    if place != NOWHERE {
        return std::future::pending().await;
    }
    while !is_settled(&pool, &outbox).await? {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What the queue still holds stands before this message.
    DeskClient::connect(url).await?.charge(Context::new(), run, 0).await?;
    was_last.recv().await;
    drop(stop);
    server
        .await
        .map_err(|_| Status::internal("the server panicked"))?
        .map_err(|_| Status::internal("it did not serve"))
}

async fn is_settled(pool: &Pool<Sqlite>, outbox: &SqlOutbox<Sqlite>) -> Result<bool> {
    let missing = "SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM charges)";
    Ok(outbox.waiting().await? == 0 && Sqlite::count(pool, missing).await == 0)
}

async fn run_of(pool: &Pool<Sqlite>) -> i64 {
    Sqlite::count(pool, "SELECT number FROM run").await
}

/// Not a test: the program that the proof kills. It ends at once when it is not started by the proof.
#[test]
fn program_of_the_proof() {
    let (Ok(file), Ok(place)) = (std::env::var(FILE), std::env::var(PLACE)) else { return };
    kill::at(place.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(program(Path::new(&file), &place)).expect("it ends well");
}

/// Starts the program. Returns whether it was killed, else it ended well.
async fn start(file: &Path, place: &str) -> bool {
    let mut program = Command::new(std::env::current_exe().expect("this program"));
    program.args(["once::proof::program_of_the_proof", "--exact", "--nocapture"]);
    program.env(FILE, file).env(PLACE, place).stdout(Stdio::null());
    let mut program = program.spawn().expect("it starts");
    let ended = async {
        loop {
            match program.try_wait().expect("a child of ours") {
                Some(status) => return status,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let ended = timeout(PATIENCE, ended).await;
    let status = ended.unwrap_or_else(|_| {
        drop(program.kill());
        panic!("the program never came to `{place}`");
    });
    assert!(status.success() || status.signal() == Some(9), "`{place}`: {status}");
    !status.success()
}

#[tokio::test]
async fn rabbitmq_kill_9_anywhere_loses_nothing_and_doubles_nothing() {
    assert!(
        std::env::var("AMQP_URL").is_ok(),
        "AMQP_URL is not set; run `scripts/test`, or `scripts/rabbitmq start`"
    );
    let folder = folder();
    let file = folder.join("proof.db");
    let pool = open(&file).await;
    let tables =
        "CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE charges (order_id INTEGER);
        CREATE TABLE run AS SELECT abs(random()) AS number";
    Sqlite::run(&pool, tables).await;
    SqlInbox::new(pool.clone()).migrate().await.expect("migrates");
    let outbox = SqlOutbox::new(pool.clone());
    outbox.migrate().await.expect("migrates");

    for place in PLACES {
        assert!(start(&file, place).await, "`{place}` was not reached");
    }
    assert!(!start(&file, NOWHERE).await, "the last run ends by itself");

    let orders = Sqlite::count(&pool, "SELECT count(*) FROM orders").await;
    assert!(orders >= 2, "{orders} orders");
    for (what, text) in [
        ("lost", "SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM charges)"),
        ("doubled", "SELECT count(*) - count(DISTINCT order_id) FROM charges"),
        ("made up", "SELECT count(*) FROM charges WHERE order_id NOT IN (SELECT id FROM orders)"),
    ] {
        assert_eq!(Sqlite::count(&pool, text).await, 0, "{what} of {orders}");
    }
    assert_eq!(outbox.waiting().await.expect("counts"), 0);
    assert!(outbox.set_aside().await.expect("lists").is_empty());
    drop(std::fs::remove_dir_all(folder));
}

/// A log that kills the program at a place.
mod kill {
    use std::fmt::Debug;
    use std::process::Command;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    struct Killer(String);

    /// Makes the program send itself SIGKILL at this place. Other threads run on until the signal is there.
    pub fn at(place: String) {
        tracing::subscriber::set_global_default(Killer(place)).expect("the first log");
    }

    #[derive(Default)]
    struct Place {
        when: String,
        what: String,
    }

    impl Visit for Place {
        fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

        fn record_str(&mut self, field: &Field, value: &str) {
            match field.name() {
                "when" => value.clone_into(&mut self.when),
                "what" => value.clone_into(&mut self.what),
                _ => {}
            }
        }
    }

    impl Subscriber for Killer {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "polywire::once"
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut place = Place::default();
            event.record(&mut place);
            if format!("{} {}", place.when, place.what) == self.0 {
                let own = std::process::id().to_string();
                drop(Command::new("kill").args(["-9", &own]).status());
                std::process::abort();
            }
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
}
