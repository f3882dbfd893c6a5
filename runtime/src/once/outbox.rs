//! [`SqlOutbox`]: messages that are published if, and only if, the caller's transaction is committed.
//!
//! `recorder` is the channel behind the clients of [`SqlOutbox::record`]: it keeps what it is given. `table` has the
//! statements of the rows; the relay works on them.

mod recorder;
pub(super) mod table;

use crate::call::input::Codec;
use crate::call::status::Result;
use crate::channel::Channel;
use crate::client::Caller;
use crate::once::sql::{self, Sql};
use recorder::Recorder;
use sqlx::Pool;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use table::Key;

/// A transactional outbox in a table of SQLite (feature `sqlite`) or PostgreSQL (feature `postgres`), through sqlx.
///
/// [`record`](Self::record) writes tasks and events in the caller's transaction. A [`Relay`](crate::Relay) publishes them
/// once the transaction is committed, and deletes their rows when the broker has confirmed them. If the transaction is
/// rolled back, nothing is published.
///
/// Each row has a message id: the call's `idempotency-key`, else a new UUID. The relay publishes under this id however
/// often it tries, so a consumer with an [`Inbox`](crate::Inbox) handles the message once.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] mod example {
/// use polywire::{Endpoint, Relay, Result, SqlOutbox, service};
/// use sqlx::SqlitePool;
///
/// #[service(package = "shop.v1", transports(amqp))]
/// pub trait Shipping {
///     #[amqp(task, queue = "parcels")]
///     async fn ship(&self, order_id: i64) -> Result<()>;
/// }
///
/// async fn order(pool: &SqlitePool, outbox: &SqlOutbox<sqlx::Sqlite>, order_id: i64) -> Result<()> {
///     let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
///     sqlx::query("INSERT INTO orders (id) VALUES ($1)").bind(order_id).execute(&mut *tx).await?;
///     outbox
///         .record(&mut tx, |caller| async move { ShippingClient::from_caller(caller).ship(order_id).await })
///         .await?;
///     tx.commit().await?; // the order and its parcel, or neither
///     Ok(())
/// }
///
/// async fn start(pool: SqlitePool) -> Result<()> {
///     let outbox = SqlOutbox::new(pool);
///     outbox.migrate().await?;
///     let relay = Relay::new(outbox, Endpoint::new("amqp://127.0.0.1:5672"));
///     tokio::spawn(relay.service(ShippingServer::<ShippingClient>::spec()).run());
///     Ok(())
/// }
/// # }
/// ```
pub struct SqlOutbox<DB: Sql> {
    pub(super) pool: Pool<DB>,
    codec: Codec,
}

/// A message of the outbox that its relay gave up: the broker, or this program, refuses it for good.
///
/// The message keeps its place. Later messages of its ordering key wait behind it. [`SqlOutbox::retry`] and
/// [`SqlOutbox::discard`] decide.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use polywire::SetAside;
/// fn line(row: &SetAside) -> String {
///     format!("{} {} after {} attempts: {}", row.message_id, row.method, row.attempts, row.failure)
/// }
/// # let _ = line;
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SetAside {
    /// The message id.
    pub message_id: String,
    /// The full name of the method, such as `shop.v1.Shipping/Ship`.
    pub method: String,
    /// The key that orders it, if it has one.
    pub ordering_key: Option<String>,
    /// The time at which it was recorded, by the database's clock.
    pub recorded_at: SystemTime,
    /// The number of times that it was tried.
    pub attempts: u64,
    /// The last refusal.
    pub failure: String,
}

impl<DB: Sql> SqlOutbox<DB> {
    /// The statements that [`migrate`](Self::migrate) runs, for programs with migrations of their own. They are in
    /// `migrations/` of this crate too.
    pub const MIGRATION: &'static str = DB::OUTBOX;

    /// Makes an outbox over this pool. The tables must be there: see [`migrate`](Self::migrate).
    pub fn new(pool: Pool<DB>) -> Self {
        Self { pool, codec: Codec::Proto }
    }

    /// Sets the encoding of the messages. The default is protobuf.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// fn for_others(pool: sqlx::SqlitePool) -> polywire::SqlOutbox<sqlx::Sqlite> {
    ///     polywire::SqlOutbox::new(pool).codec(polywire::Codec::Json)
    /// }
    /// ```
    #[must_use]
    pub fn codec(mut self, codec: Codec) -> Self {
        self.codec = codec;
        self
    }

    /// Creates the tables `polywire_outbox` and `polywire_outbox_lease` if they are missing.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn migrate(&self) -> Result<()> {
        sql::migrate(&self.pool, DB::OUTBOX).await
    }

    /// Writes the tasks and events that `publish` starts, as rows in the transaction of `connection`.
    ///
    /// Any client works over the caller that it gets. Nothing is sent. The rows are written after `publish` has ended
    /// well, in the order of the calls. A message whose id is recorded already is left out.
    ///
    /// # Errors
    /// - The error of `publish`; no row is written then.
    /// - From a client in it: `failed_precondition` for a method that answers, or one without a queue. Call it directly.
    /// - From a client in it: `resource_exhausted` for a message of more than 1 MiB.
    /// - The failure of the database.
    pub async fn record<T, F: Future<Output = Result<T>>>(
        &self,
        connection: &mut DB::Connection,
        publish: impl FnOnce(Caller) -> F,
    ) -> Result<T> {
        self.write(connection, None, publish).await
    }

    /// Like [`record`](Self::record), for messages that arrive in order. Those of one key are published one after
    /// another. While one of them fails, the others of its key wait.
    ///
    /// [`record`](Self::record) does this by itself for a method that is `ordered_by` a field of its request: the key is
    /// the service and the field's value.
    ///
    /// The order is that of the transactions: a message follows those that were committed before it was recorded.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")] mod example {
    /// # use polywire::{Result, SqlOutbox, service};
    /// # #[service(package = "shop.v1", transports(amqp))]
    /// # pub trait Ledger { #[amqp(event)] async fn booked(&self, account: String, cents: i64) -> Result<()>; }
    /// async fn book(outbox: &SqlOutbox<sqlx::Sqlite>, tx: &mut sqlx::SqliteConnection, account: &str) -> Result<()> {
    ///     let booked = |caller| {
    ///         let (ledger, account) = (LedgerClient::from_caller(caller), account.to_owned());
    ///         async move { ledger.booked(account, 100).await }
    ///     };
    ///     outbox.record_ordered(tx, account, booked).await
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`record`](Self::record).
    pub async fn record_ordered<T, F: Future<Output = Result<T>>>(
        &self,
        connection: &mut DB::Connection,
        key: &str,
        publish: impl FnOnce(Caller) -> F,
    ) -> Result<T> {
        self.write(connection, Some(key), publish).await
    }

    async fn write<T, F: Future<Output = Result<T>>>(
        &self,
        connection: &mut DB::Connection,
        key: Key<'_>,
        publish: impl FnOnce(Caller) -> F,
    ) -> Result<T> {
        let recorder = Arc::new(Recorder::new(self.codec));
        let channel: Arc<dyn Channel> = Arc::<Recorder>::clone(&recorder);
        let done = publish(Caller::new(channel)).await?;
        for message in recorder.take() {
            table::record::<DB>(connection, key, &message).await?;
        }
        Ok(done)
    }

    /// The number of messages that wait for their relay, without those set aside.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn waiting(&self) -> Result<u64> {
        table::waiting(&self.pool).await
    }

    /// The messages that the relay gave up, the oldest first. At most 1,000 of them.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn set_aside(&self) -> Result<Vec<SetAside>> {
        let rows = table::set_aside(&self.pool).await?;
        Ok(rows.into_iter().map(SetAside::from).collect())
    }

    /// Gives a message that was set aside to the relay again. Returns whether there was one of this id.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn retry(&self, message_id: &str) -> Result<bool> {
        table::retry(&self.pool, message_id).await
    }

    /// Deletes a message that was set aside. Returns whether there was one of this id.
    ///
    /// # Errors
    /// The failure of the database.
    pub async fn discard(&self, message_id: &str) -> Result<bool> {
        table::discard(&self.pool, message_id).await
    }
}

impl<DB: Sql> Clone for SqlOutbox<DB> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), codec: self.codec }
    }
}

impl<DB: Sql> fmt::Debug for SqlOutbox<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlOutbox({})", DB::NAME)
    }
}

impl From<sql::Row> for SetAside {
    fn from(row: sql::Row) -> Self {
        Self {
            message_id: row.message_id,
            method: row.method,
            ordering_key: row.ordering_key,
            recorded_at: UNIX_EPOCH + Duration::from_millis(row.recorded_at.unsigned_abs()),
            attempts: row.attempts.unsigned_abs(),
            failure: row.failure.unwrap_or_default(),
        }
    }
}
