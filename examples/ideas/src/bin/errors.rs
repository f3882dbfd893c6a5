//! Errors with a type: what the handler returns is what the client matches on, on every wire.
//!
//! `#[derive(Error)]` gives each variant a code and a message. The variant travels as a detail of the status.
//! Clients in other languages read the code, the message and the detail.
//!
//! Run it: `cargo run -p polywire-examples --bin errors`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Error, Limits, Result, Server, Status, service};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Why a seat cannot be had.
#[derive(Debug, PartialEq, Error)]
pub enum BookingError {
    /// The hall has no such seat.
    #[error(NotFound, "there is no seat {seat}")]
    NoSuchSeat {
        /// The number that was asked for.
        seat: u32,
    },
    /// Somebody was faster.
    #[error(AlreadyExists, "seat {seat} is taken; {next_free} is free")]
    Taken {
        /// The number that was asked for.
        seat: u32,
        /// A seat that can still be had.
        next_free: u32,
    },
    /// Everything else: a lost connection, a deadline, a variant that only a newer server knows.
    #[error(transparent)]
    Other(Status),
}

/// Sells seats.
#[service(package = "errors.v1")]
pub trait BoxOffice {
    /// Books a seat and answers with its price in cents.
    #[http(POST "/seats/{seat}")]
    async fn book(&self, #[field(min = 1)] seat: u32) -> Result<u32, BookingError>;
}

struct Hall;

impl BoxOffice for Hall {
    async fn book(&self, seat: u32) -> Result<u32, BookingError> {
        match seat {
            1..=10 => Err(BookingError::Taken { seat, next_free: 11 }),
            11..=100 => Ok(2_500),
            _ => Err(BookingError::NoSuchSeat { seat }),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(BoxOfficeServer::new(Hall))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .listener(listener);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    for scheme in ["grpc", "ws"] {
        let office = BoxOfficeClient::connect(format!("{scheme}://{address}")).await?;
        println!("{scheme}:");
        for seat in [7, 11, 400, 0] {
            match office.book(seat).await {
                Ok(cents) => println!("  seat {seat} costs {cents} cents"),
                // The variant and its fields are there, not only a text.
                Err(BookingError::Taken { next_free, .. }) => {
                    println!("  seat {seat} is taken, try {next_free}")
                }
                Err(error @ BookingError::NoSuchSeat { .. }) => println!("  seat {seat}: {error}"),
                // `#[field(min = 1)]` was broken: the server answered before the handler ran.
                Err(BookingError::Other(status)) => {
                    let violations = status.field_violations();
                    let broken = violations.iter().map(|rule| format!("{} {}", rule.field, rule.description));
                    println!("  seat {seat}: {}, {}", status.code(), broken.collect::<Vec<_>>().join(", "));
                }
            }
        }
    }

    drop(stop);
    Ok(server.await??)
}
