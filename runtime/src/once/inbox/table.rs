//! An inbox in a table of SQLite or PostgreSQL.

use super::{Inbox, MessageKey};
use crate::call::status::Result;
use crate::once::sql::{self, Argument, Sql, Statement};
use futures_core::future::BoxFuture;
use sqlx::{Pool, Transaction};
use std::fmt;
use std::time::Duration;

/// Marks a message. It changes no row when the message was handled before. PostgreSQL waits here for a transaction that
/// marks the same message. On SQLite that one would hold the whole database, so the wait is in `BEGIN IMMEDIATE`.
const MARK: Statement = Statement {
    name: "mark",
    text: "INSERT INTO polywire_inbox (queue, message_id, handled_at) VALUES ($1, $2, NOW) ON CONFLICT DO NOTHING",
};

const SWEEP: Statement =
    Statement { name: "sweep", text: "DELETE FROM polywire_inbox WHERE handled_at < NOW - $1" };

/// An [`Inbox`] in a table of SQLite (feature `sqlite`) or PostgreSQL (feature `postgres`), through sqlx.
///
/// [`begin`](Inbox::begin) gives a transaction of sqlx, so that the handler's own statements and the mark are committed
/// together. A failure of sqlx becomes a [`Status`](crate::Status) by `?`.
///
/// On SQLite the transaction holds the database's one write lock. Give the handler's slow work to the time before or
/// after it. Another writer waits for `busy_timeout` of sqlx, 5 s by default, then its message is tried again.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] mod example {
/// use polywire::{Context, Inbox, Result, SqlInbox, service};
/// use sqlx::{Sqlite, SqlitePool};
///
/// #[service(package = "pay.v1", transports(amqp))]
/// pub trait Payments {
///     #[amqp(task, queue = "charges")]
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()>;
/// }
///
/// struct Desk {
///     inbox: SqlInbox<Sqlite>,
/// }
///
/// impl Payments for Desk {
///     async fn charge(&self, cx: Context, order_id: i64) -> Result<()> {
///         let Some(mut tx) = self.inbox.begin(&cx).await? else { return Ok(()) };
///         sqlx::query("INSERT INTO charges (order_id) VALUES ($1)").bind(order_id).execute(&mut *tx).await?;
///         self.inbox.commit(tx).await
///     }
/// }
///
/// async fn open() -> Result<Desk> {
///     let pool = SqlitePool::connect("sqlite:pay.db?mode=rwc").await?;
///     let inbox = SqlInbox::new(pool);
///     inbox.migrate().await?;
///     Ok(Desk { inbox })
/// }
/// # }
/// ```
pub struct SqlInbox<DB: Sql> {
    pool: Pool<DB>,
}

impl<DB: Sql> SqlInbox<DB> {
    /// The statements that [`migrate`](Self::migrate) runs, for programs with migrations of their own. They are in
    /// `migrations/` of this crate too.
    pub const MIGRATION: &'static str = DB::INBOX;

    /// Makes an inbox over this pool. The table must be there: see [`migrate`](Self::migrate).
    pub fn new(pool: Pool<DB>) -> Self {
        Self { pool }
    }

    /// Creates the table `polywire_inbox` if it is missing.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn migrate(&self) -> Result<()> {
        sql::migrate(&self.pool, DB::INBOX).await
    }

    /// Forgets the messages that were handled longer ago than `retention`. Returns their number.
    ///
    /// Call it once an hour or so, else the table grows for ever. The time must be longer than a message may be under
    /// way. Dead letters live for 14 days and may be replayed, so 30 days are a good choice.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")]
    /// # async fn run(inbox: polywire::SqlInbox<sqlx::Sqlite>) {
    /// # use std::time::Duration;
    /// let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    /// loop {
    ///     hourly.tick().await;
    ///     match inbox.sweep(Duration::from_secs(30 * 24 * 3600)).await {
    ///         Ok(forgotten) => println!("{forgotten} messages forgotten"),
    ///         Err(status) => println!("{status}; the next hour will do"),
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn sweep(&self, retention: Duration) -> Result<u64> {
        let mut transaction = sql::begin(&self.pool).await?;
        let age = i64::try_from(retention.as_millis()).unwrap_or(i64::MAX / 2);
        let forgotten = sql::execute::<DB>(&mut transaction, &SWEEP, &[Argument::Int(age)]).await?;
        sql::commit(transaction, &SWEEP).await?;
        Ok(forgotten)
    }
}

impl<DB: Sql> Clone for SqlInbox<DB> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone() }
    }
}

impl<DB: Sql> fmt::Debug for SqlInbox<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlInbox({})", DB::NAME)
    }
}

impl<DB: Sql> Inbox for SqlInbox<DB> {
    type Transaction = Transaction<'static, DB>;

    fn begin_as(&self, key: MessageKey) -> BoxFuture<'_, Result<Option<Self::Transaction>>> {
        Box::pin(async move {
            let mut transaction = sql::begin(&self.pool).await?;
            let arguments = [Argument::Text(key.queue()), Argument::Text(key.id())];
            let marked = sql::execute::<DB>(&mut transaction, &MARK, &arguments).await?;
            Ok((marked == 1).then_some(transaction))
        })
    }

    fn commit(&self, transaction: Self::Transaction) -> BoxFuture<'_, Result<()>> {
        Box::pin(sql::commit(transaction, &MARK))
    }
}
