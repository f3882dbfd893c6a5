//! Limits: what a server refuses before it does harm, and what a client sees then.
//!
//! Each limit has a default, so a server is safe without any of this. `Limits` is also serde: a configuration
//! file may have `{"unary_timeout": "100ms"}`. This program makes some of them small and runs into each.
//!
//! Run it: `cargo run -p polywire-examples --bin limits`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, Result, Server, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Prints things.
#[service(package = "limits.v1")]
pub trait Printer {
    /// Prints a text and answers with its length.
    async fn print(&self, text: String) -> Result<u64>;
    /// Needs so many milliseconds.
    async fn print_slowly(&self, milliseconds: u64) -> Result<()>;
}

struct Machine;

impl Printer for Machine {
    async fn print(&self, text: String) -> Result<u64> {
        Ok(text.len() as u64)
    }

    async fn print_slowly(&self, milliseconds: u64) -> Result<()> {
        // A call that is out of time is dropped here.
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        Ok(())
    }
}

/// The answer, or what the client sees instead.
fn seen<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.map_or_else(|status| status.to_string(), |answer| format!("answered {answer:?}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = Limits::default()
        .message_size(1_000) // gRPC and Connect; `json_size` is that of HTTP/JSON, `ws_message_size` of WebSocket
        .ws_message_size(1_000)
        .unary_timeout(Duration::from_millis(500)) // of a call that asks for more, or for nothing
        .calls_in_flight(2) // more are refused, not queued
        .drain_delay(Duration::ZERO); // no load balancer waits for our end
    let server = Server::new().service(PrinterServer::new(Machine)).limits(limits).listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    for scheme in ["grpc", "http", "ws"] {
        let printer = PrinterClient::connect(format!("{scheme}://{address}")).await?;
        println!("{scheme}:");
        println!("  a short text: {}", seen(printer.print("short".to_owned()).await));
        // Over WebSocket it ends the connection, with all calls on it; the client opens another for the next call.
        println!("  a long text: {}", seen(printer.print("long".repeat(1_000)).await));
        let print = || printer.print_slowly(200);
        let three = tokio::join!(print(), print(), print());
        let mut three = [seen(three.0), seen(three.1), seen(three.2)];
        three.sort();
        println!("  three at once: {}", three.join("; "));
        println!("  a slow call: {}", seen(printer.print_slowly(60_000).await));
    }

    // A client may want an answer sooner than the server's limit.
    let printer = PrinterClient::connect(format!("grpc://{address}")).await?;
    let hasty = printer.with_timeout(Duration::from_millis(50));
    let error = hasty.print_slowly(60_000).await.expect_err("not in time");
    println!("a hasty client: {}", error.code());

    drop(stop);
    Ok(server.await??)
}
