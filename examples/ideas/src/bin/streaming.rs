//! The four shapes of a method: one or many requests, one or many responses.
//!
//! `Streaming<T>` as the argument makes many requests, `Result<Streaming<T>>` many responses, on every wire that
//! carries streams: gRPC, Connect and WebSocket here.
//!
//! Run it: `cargo run -p polywire-examples --bin streaming`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, Message, Result, Server, Streaming, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A payment into an account. Each item of a request stream is a message.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Payment {
    /// How much, in cents.
    pub cents: i64,
}

/// Counts money.
#[service(package = "streaming.v1")]
pub trait Till {
    /// One request, one response.
    async fn vat(&self, cents: i64) -> Result<i64>;
    /// One request, many responses.
    async fn instalments(&self, cents: i64, months: u32) -> Result<Streaming<Payment>>;
    /// Many requests, one response.
    async fn total(&self, payments: Streaming<Payment>) -> Result<i64>;
    /// Many requests, many responses, both at once.
    async fn balances(&self, payments: Streaming<Payment>) -> Result<Streaming<i64>>;
}

struct Cashier;

impl Till for Cashier {
    async fn vat(&self, cents: i64) -> Result<i64> {
        Ok(cents * 19 / 100)
    }

    async fn instalments(&self, cents: i64, months: u32) -> Result<Streaming<Payment>> {
        let months = i64::from(months.max(1));
        Ok(Streaming::from_items((0..months).map(move |month| Payment { cents: (cents + month) / months })))
    }

    async fn total(&self, mut payments: Streaming<Payment>) -> Result<i64> {
        let mut total = 0;
        while let Some(payment) = payments.next().await? {
            total += payment.cents;
        }
        Ok(total)
    }

    async fn balances(&self, payments: Streaming<Payment>) -> Result<Streaming<i64>> {
        let mut balance = 0;
        // An answer to each payment, as it comes.
        Ok(payments.map(move |payment| {
            balance += payment.cents;
            balance
        }))
    }
}

/// Calls all four; it does not know which wire it is on.
async fn try_all(till: &impl Till) -> Result<()> {
    println!("  vat          {}", till.vat(1_000).await?);
    let instalments = till.instalments(1_000, 3).await?.collect().await?;
    println!("  instalments  {:?}", instalments.iter().map(|payment| payment.cents).collect::<Vec<_>>());
    println!("  total        {}", till.total(Streaming::from_items(instalments)).await?);

    // What is sent comes out of `payments`. The next payment is made when the last answer is there.
    let (sender, payments) = Streaming::channel(1);
    let mut balances = till.balances(payments).await?;
    for cents in [100, 50, -30] {
        sender.send(Payment { cents }).await?;
        println!("  balances     {cents:+} makes {:?}", balances.next().await?);
    }
    drop(sender); // ends the requests, and with them the responses
    println!("  balances     then {:?}", balances.next().await?);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(TillServer::new(Cashier))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    // Change the URL, not the code.
    for scheme in ["grpc", "http", "ws"] {
        println!("{scheme}:");
        try_all(&TillClient::connect(format!("{scheme}://{address}")).await?).await?;
    }

    drop(stop);
    Ok(server.await??)
}
