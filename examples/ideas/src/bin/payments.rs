//! Once is enough: a payment is booked once, and its receipt is published once, though messages come twice.
//!
//! The shop writes an order and the message of its payment in one transaction (transactional outbox). A relay publishes
//! the message. The cashier books the payment, marks the message as handled and writes the receipt's message, again in one
//! transaction (inbox and outbox). A crash between any two of these steps loses nothing and books nothing twice.
//!
//! Everything is in one SQLite file. With PostgreSQL, enable polywire's feature `postgres` and open a `PgPool`; with
//! RabbitMQ, change the URL to `amqp://127.0.0.1:5672`.
//!
//! Run it: `cargo run -p polywire-examples --bin payments`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Context, Inbox, Limits, Metadata, Relay, Result, Server, SqlInbox, SqlOutbox, service};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{Sqlite, SqliteConnection};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

const BROKER: &str = "memory:payments";

/// Takes money, and tells of it.
#[service(package = "payments.v1", transports(amqp))]
pub trait Payments {
    /// Books the payment of an order.
    #[amqp(task, queue = "payments")]
    async fn pay(&self, cx: Context, order_id: i64, cents: i64) -> Result<()>;

    /// Tells that an order is paid.
    #[amqp(event)]
    async fn paid(&self, cx: Context, order_id: i64) -> Result<()>;
}

struct Cashier {
    inbox: SqlInbox<Sqlite>,
    outbox: SqlOutbox<Sqlite>,
    reports: mpsc::UnboundedSender<String>,
}

impl Payments for Cashier {
    async fn pay(&self, cx: Context, order_id: i64, cents: i64) -> Result<()> {
        let Some(mut tx) = self.inbox.begin(&cx).await? else {
            drop(self.reports.send(format!("order {order_id}: booked already")));
            return Ok(());
        };
        let booking = sqlx::query("INSERT INTO bookings (order_id, cents) VALUES ($1, $2)");
        booking.bind(order_id).bind(cents).execute(&mut *tx).await?;
        let paid =
            |caller| async move { PaymentsClient::from_caller(caller).paid(Context::new(), order_id).await };
        self.outbox.record(&mut tx, paid).await?;
        self.inbox.commit(tx).await?; // the mark, the booking and the receipt
        drop(self.reports.send(format!("order {order_id}: booked {cents} cents")));
        Ok(())
    }

    async fn paid(&self, _: Context, order_id: i64) -> Result<()> {
        drop(self.reports.send(format!("order {order_id}: receipt sent")));
        Ok(())
    }
}

/// Writes an order, and the message of its payment.
async fn order(tx: &mut SqliteConnection, outbox: &SqlOutbox<Sqlite>, cents: i64) -> Result<()> {
    let order = sqlx::query_scalar("INSERT INTO orders (cents) VALUES ($1) RETURNING id");
    let id: i64 = order.bind(cents).fetch_one(&mut *tx).await?;
    let pay =
        |caller| async move { PaymentsClient::from_caller(caller).pay(Context::new(), id, cents).await };
    outbox.record(tx, pay).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::temp_dir().join(format!("polywire-payments-{}.db", std::process::id()));
    let pool =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file).create_if_missing(true)).await?;
    let tables = "CREATE TABLE orders (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL);
        CREATE TABLE bookings (order_id INTEGER NOT NULL, cents INTEGER NOT NULL)";
    sqlx::raw_sql(tables).execute(&pool).await?;
    let (inbox, outbox) = (SqlInbox::new(pool.clone()), SqlOutbox::new(pool.clone()));
    inbox.migrate().await?;
    outbox.migrate().await?;

    let (reports, mut lines) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(PaymentsServer::new(Cashier { inbox, outbox: outbox.clone(), reports }))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .amqp(BROKER);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));
    let relay = Relay::new(outbox.clone(), BROKER).service(PaymentsServer::<PaymentsClient>::spec());
    tokio::spawn(relay.run());

    // An order that is given up leaves no message. One that is committed is paid.
    let mut given_up = pool.begin_with("BEGIN IMMEDIATE").await?;
    order(&mut given_up, &outbox, 100).await?;
    given_up.rollback().await?;
    let mut committed = pool.begin_with("BEGIN IMMEDIATE").await?;
    order(&mut committed, &outbox, 4200).await?;
    committed.commit().await?;
    for _ in 0..2 {
        println!("{}", lines.recv().await.ok_or("the cashier is gone")?);
    }

    // A publisher that heard no confirm publishes again, under the same id.
    let payments = PaymentsClient::connect(BROKER).await?;
    let mut key = Metadata::new();
    key.append("idempotency-key", "order-7")?;
    for _ in 0..2 {
        payments.pay(Context::new().with_metadata(&key), 7, 900).await?;
    }
    let mut rest = Vec::new();
    for _ in 0..3 {
        rest.push(lines.recv().await.ok_or("the cashier is gone")?);
    }
    rest.sort(); // the receipt and the second delivery are side by side
    println!("{}", rest.join("\n"));
    let bookings: i64 = sqlx::query_scalar("SELECT count(*) FROM bookings").fetch_one(&pool).await?;
    println!("bookings: {bookings}");

    drop(stop);
    server.await??;
    pool.close().await;
    Ok(std::fs::remove_file(file)?)
}
