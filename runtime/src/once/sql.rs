//! How a statement runs on SQLite and on PostgreSQL. Both number their arguments `$1`, so they share the text of
//! the statements; `NOW` in a text stands for the database's clock, in milliseconds since 1970.
//!
//! The clock is the database's, because the processes that share a table may have clocks of their own.

use crate::call::status::{Result, Status};
use crate::log::sparsely;
use futures_core::future::BoxFuture;
use sqlx::error::ErrorKind;
use sqlx::{Database, Pool, Transaction};

/// A statement, with the name under which the tests know it.
pub(super) struct Statement {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

/// An argument of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    Int(i64),
    Text(&'a str),
    OptionalText(Option<&'a str>),
    Bytes(&'a [u8]),
}

/// One row of the outbox.
#[derive(Debug, Clone)]
pub struct Row {
    pub(super) sequence: i64,
    pub(super) message_id: String,
    pub(super) method: String,
    pub(super) codec: String,
    pub(super) metadata: String,
    pub(super) body: Vec<u8>,
    pub(super) ordering_key: Option<String>,
    /// The text that chooses the way of the message.
    pub(super) steer: Option<String>,
    pub(super) recorded_at: i64,
    pub(super) attempts: i64,
    pub(super) failure: Option<String>,
}

/// The statements and types of one database. The module is private, so nobody else can implement it.
pub trait Statements: Database {
    /// The clock, in milliseconds since 1970.
    const NOW: &'static str;
    /// Begins a transaction that will write.
    const BEGIN: &'static str;
    /// Keeps two programs from migrating at once.
    const MIGRATING: &'static str;
    const INBOX: &'static str;
    const OUTBOX: &'static str;

    /// Runs a statement. Returns the number of rows that it changed.
    fn execute<'a>(
        connection: &'a mut Self::Connection,
        text: &'a str,
        arguments: &'a [Argument<'a>],
    ) -> BoxFuture<'a, sqlx::Result<u64>>;

    /// Runs a query for rows of the outbox.
    fn rows<'a>(
        connection: &'a mut Self::Connection,
        text: &'a str,
        arguments: &'a [Argument<'a>],
    ) -> BoxFuture<'a, sqlx::Result<Vec<Row>>>;

    /// Runs a query for one number.
    fn number<'a>(connection: &'a mut Self::Connection, text: &'a str) -> BoxFuture<'a, sqlx::Result<i64>>;

    /// Runs a script.
    fn script<'a>(connection: &'a mut Self::Connection, text: &'a str) -> BoxFuture<'a, sqlx::Result<()>>;
}

/// A database that can hold an inbox and an outbox: `sqlx::Sqlite` with the feature `sqlite`, `sqlx::Postgres`
/// with `postgres`.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use polywire::{Sql, SqlInbox, SqlOutbox};
///
/// /// Makes both over the pool of a program, whichever database it is.
/// fn once<DB: Sql>(pool: sqlx::Pool<DB>) -> (SqlInbox<DB>, SqlOutbox<DB>) {
///     (SqlInbox::new(pool.clone()), SqlOutbox::new(pool))
/// }
/// # let _ = once::<sqlx::Sqlite>;
/// # }
/// ```
pub trait Sql: Statements {}

impl<DB: Statements> Sql for DB {}

/// The query of a text with its arguments. A macro, because what may be an argument is another type on each database.
macro_rules! bound {
    ($database:ty, $text:ident, $arguments:ident) => {
        $arguments.iter().fold(sqlx::query::<$database>($text), |query, argument| match *argument {
            Argument::Int(value) => query.bind(value),
            Argument::Text(value) => query.bind(value),
            Argument::OptionalText(value) => query.bind(value),
            Argument::Bytes(value) => query.bind(value),
        })
    };
}

macro_rules! statements {
    ($database:ty, $folder:literal, now = $now:literal, begin = $begin:literal, migrating = $migrating:literal) => {
        impl Statements for $database {
            const NOW: &'static str = $now;
            const BEGIN: &'static str = $begin;
            const MIGRATING: &'static str = $migrating;
            const INBOX: &'static str = include_str!(concat!("../../migrations/", $folder, "/inbox.sql"));
            const OUTBOX: &'static str = include_str!(concat!("../../migrations/", $folder, "/outbox.sql"));

            fn execute<'a>(
                connection: &'a mut Self::Connection,
                text: &'a str,
                arguments: &'a [Argument<'a>],
            ) -> BoxFuture<'a, sqlx::Result<u64>> {
                Box::pin(async move {
                    let query = bound!($database, text, arguments);
                    Ok(query.execute(connection).await?.rows_affected())
                })
            }

            fn rows<'a>(
                connection: &'a mut Self::Connection,
                text: &'a str,
                arguments: &'a [Argument<'a>],
            ) -> BoxFuture<'a, sqlx::Result<Vec<Row>>> {
                Box::pin(async move {
                    let query = bound!($database, text, arguments);
                    let rows = query.fetch_all(connection).await?;
                    rows.iter().map(read_row).collect()
                })
            }

            fn number<'a>(
                connection: &'a mut Self::Connection,
                text: &'a str,
            ) -> BoxFuture<'a, sqlx::Result<i64>> {
                Box::pin(sqlx::query_scalar::<$database, i64>(text).fetch_one(connection))
            }

            fn script<'a>(
                connection: &'a mut Self::Connection,
                text: &'a str,
            ) -> BoxFuture<'a, sqlx::Result<()>> {
                Box::pin(async move {
                    sqlx::Executor::execute(connection, sqlx::raw_sql(text)).await?;
                    Ok(())
                })
            }
        }
    };
}

#[cfg(feature = "sqlite")]
statements!(
    sqlx::Sqlite,
    "sqlite",
    // Older than `unixepoch('subsec')`, so that a program may link the SQLite of its system.
    now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    // A transaction that reads first and writes later can fail on SQLite, whatever the time it waits for.
    begin = "BEGIN IMMEDIATE",
    migrating = ""
);

#[cfg(feature = "postgres")]
statements!(
    sqlx::Postgres,
    "postgres",
    now = "(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT",
    begin = "BEGIN",
    // `IF NOT EXISTS` alone fails when two programs create a table at once. The number is ours, of no meaning.
    migrating = "SELECT pg_advisory_xact_lock(7091426100537)"
);

/// Reads a row of the columns that [`super::outbox`] asks for, in their order.
fn read_row<R: sqlx::Row>(row: &R) -> sqlx::Result<Row>
where
    usize: sqlx::ColumnIndex<R>,
    for<'r> i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Vec<u8>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    Ok(Row {
        sequence: row.try_get(0)?,
        message_id: row.try_get(1)?,
        method: row.try_get(2)?,
        codec: row.try_get(3)?,
        metadata: row.try_get(4)?,
        body: row.try_get(5)?,
        ordering_key: row.try_get(6)?,
        steer: row.try_get(7)?,
        recorded_at: row.try_get(8)?,
        attempts: row.try_get(9)?,
        failure: row.try_get(10)?,
    })
}

/// Runs a statement. Returns the number of rows that it changed.
pub(super) async fn execute<DB: Sql>(
    connection: &mut DB::Connection,
    statement: &Statement,
    arguments: &[Argument<'_>],
) -> Result<u64> {
    reached("before", statement.name);
    let text = statement.text.replace("NOW", DB::NOW);
    let changed = DB::execute(connection, &text, arguments).await.map_err(failed)?;
    reached("after", statement.name);
    Ok(changed)
}

/// Runs a query for rows of the outbox.
pub(super) async fn rows<DB: Sql>(
    connection: &mut DB::Connection,
    statement: &Statement,
    arguments: &[Argument<'_>],
) -> Result<Vec<Row>> {
    reached("before", statement.name);
    let text = statement.text.replace("NOW", DB::NOW);
    let rows = DB::rows(connection, &text, arguments).await.map_err(failed)?;
    reached("after", statement.name);
    Ok(rows)
}

/// Begins a transaction that will write.
pub(super) async fn begin<DB: Sql>(pool: &Pool<DB>) -> Result<Transaction<'static, DB>> {
    pool.begin_with(DB::BEGIN).await.map_err(failed)
}

/// Commits what `statement` has changed.
pub(super) async fn commit<DB: Sql>(
    transaction: Transaction<'static, DB>,
    statement: &Statement,
) -> Result<()> {
    reached("committing", statement.name);
    transaction.commit().await.map_err(failed)?;
    reached("committed", statement.name);
    Ok(())
}

/// Creates the tables of a script where they are missing.
pub(super) async fn migrate<DB: Sql>(pool: &Pool<DB>, script: &str) -> Result<()> {
    let mut transaction = begin(pool).await?;
    DB::script(&mut transaction, DB::MIGRATING).await.map_err(failed)?;
    DB::script(&mut transaction, script).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// Tells at the trace level how far the work is. The tests kill their program there.
pub(super) fn reached(when: &'static str, what: &'static str) {
    tracing::trace!(target: "polywire::once", when, what);
}

/// Turns a failure of the database into a status, so that a handler may use `?`: `unavailable` when the database
/// cannot be reached, `aborted` when it was busy or the transaction met another, else `internal`.
///
/// The status does not show the text of the database, which may tell of tables and values. The text is in the log, and
/// it is the source of the status.
impl From<sqlx::Error> for Status {
    fn from(error: sqlx::Error) -> Self {
        failed(error)
    }
}

#[cold]
pub(super) fn failed(error: sqlx::Error) -> Status {
    sparsely!(warn, %error, "a database failed");
    let status = match &error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            Status::unavailable("the database cannot be reached")
        }
        sqlx::Error::WorkerCrashed => Status::unavailable("the connection to the database is lost"),
        sqlx::Error::Database(database) if may_pass(database.as_ref()) => {
            Status::aborted("the database was busy with other work")
        }
        sqlx::Error::Database(database) => Status::internal(match database.kind() {
            ErrorKind::UniqueViolation => "the database has such a row already",
            ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation => {
                "the database refused a value"
            }
            _ => "the database refused a statement",
        }),
        _ => Status::internal("the database answered in a way that cannot be read"),
    };
    status.with_source(error)
}

/// Whether the same transaction may pass when it is tried again: SQLite is busy or locked, PostgreSQL met a
/// serialization failure, a deadlock or a lock that took too long, or it is starting or stopping.
fn may_pass(error: &dyn sqlx::error::DatabaseError) -> bool {
    const POSTGRES: [&str; 7] = ["40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"];
    let Some(code) = error.code() else { return false };
    // An extended code of SQLite has the plain one in its lowest byte: 5 is busy, 6 is locked.
    let is_sqlite = code.len() < 5 && code.parse().is_ok_and(|code: u32| matches!(code & 0xff, 5 | 6));
    is_sqlite || POSTGRES.contains(&&*code)
}
