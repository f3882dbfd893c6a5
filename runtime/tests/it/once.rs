//! Messages that count once: inbox, outbox and relay, on SQLite and on PostgreSQL.

mod automatic;
mod inbox;
mod outbox;
mod proof;
mod relay;

use polywire::{Result, Sql, service};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection, PgPool, Pool, Postgres, Sqlite};
use std::path::PathBuf;
use std::time::Duration;

/// The time limit of a wait. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

#[service(package = "once.v1", transports(amqp))]
pub trait Shop {
    #[amqp(task, queue = "once.parcels")]
    async fn ship(&self, order_id: i64) -> Result<()>;
    #[amqp(task, ordered_by = "order_id", partitions = 2)]
    async fn amend(&self, order_id: i64) -> Result<()>;
    #[amqp(event)]
    async fn ordered(&self, order_id: i64) -> Result<()>;
    #[amqp(rpc)]
    async fn price(&self, order_id: i64) -> Result<i64>;
}

/// A database of a test's own, gone with it.
struct Store<DB: Sql> {
    pool: Pool<DB>,
    _home: Home,
}

/// The place of the data.
enum Home {
    Folder(PathBuf),
    /// In a server, which is thrown away whole.
    Server,
}

impl Drop for Home {
    fn drop(&mut self) {
        match self {
            Self::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Self::Server => {}
        }
    }
}

/// A folder of its own.
fn folder() -> PathBuf {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("polywire-once-{}-{next}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The pool of a SQLite file, as a service would open it.
async fn open(file: &std::path::Path) -> Pool<Sqlite> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(30));
    SqlitePoolOptions::new().max_connections(8).connect_with(options).await.expect("a database")
}

impl Store<Sqlite> {
    async fn sqlite() -> Self {
        let folder = folder();
        let pool = open(&folder.join("test.db")).await;
        prepare_sqlite(&pool).await;
        Self { pool, _home: Home::Folder(folder) }
    }
}

impl Store<Postgres> {
    /// A schema would do, but a table's name could then be found in another.
    async fn postgres() -> Self {
        let url = std::env::var("POSTGRES_URL").expect(
            "POSTGRES_URL is not set; run `scripts/test`, or `scripts/postgres start` and export what it prints",
        );
        let name = format!("once_{}_{:?}", std::process::id(), std::thread::current().id())
            .replace(|char: char| !char.is_ascii_alphanumeric(), "_")
            .to_lowercase();
        let mut server = sqlx::PgConnection::connect(&url).await.expect("a server");
        for statement in
            [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")]
        {
            sqlx::raw_sql(&statement).execute(&mut server).await.expect("a database");
        }
        let (server, _) = url.rsplit_once('/').expect("a URL with a database");
        let pool = PgPool::connect(&format!("{server}/{name}")).await.expect("a pool");
        sqlx::raw_sql("CREATE TABLE effects (id BIGINT)").execute(&pool).await.expect("a table");
        Self { pool, _home: Home::Server }
    }
}

async fn prepare_sqlite(pool: &Pool<Sqlite>) {
    let table = "CREATE TABLE IF NOT EXISTS effects (id INTEGER)";
    sqlx::raw_sql(table).execute(pool).await.expect("a table");
}

/// The tests of a module, on each database. A macro, because sqlx's bounds are another on each.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Store::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::Store::postgres().await).await;
            })*
        }
    };
}
use on_both;

/// A handler's effects, and a test's looks at them.
trait Effects: Sql {
    fn add(connection: &mut Self::Connection, id: i64) -> impl Future<Output = ()> + Send;
    async fn all(pool: &Pool<Self>) -> Vec<i64>;
    async fn run(pool: &Pool<Self>, text: &str);
    async fn count(pool: &Pool<Self>, text: &str) -> i64;
}

macro_rules! effects {
    ($($database:ty),*) => {$(
        impl Effects for $database {
            async fn add(connection: &mut Self::Connection, id: i64) {
                let insert = sqlx::query::<$database>("INSERT INTO effects (id) VALUES ($1)");
                insert.bind(id).execute(connection).await.expect("inserts");
            }

            async fn all(pool: &Pool<Self>) -> Vec<i64> {
                sqlx::query_scalar::<$database, i64>("SELECT id FROM effects ORDER BY id")
                    .fetch_all(pool)
                    .await
                    .expect("reads")
            }

            async fn run(pool: &Pool<Self>, text: &str) {
                sqlx::raw_sql(text).execute(pool).await.expect("runs");
            }

            async fn count(pool: &Pool<Self>, text: &str) -> i64 {
                sqlx::query_scalar::<$database, i64>(text).fetch_one(pool).await.expect("counts")
            }
        }
    )*};
}
effects!(Sqlite, Postgres);
