//! Tries the promises of `Limits` on a server process, row by row, and prints a table: the row, the tool, the
//! result, and the most memory that the server took beside what it began with. Ends with an error when a row
//! does not hold.
//!
//! Rows that wait for a default run side by side, each on a server of its own. The others run one after the
//! other.
#![allow(clippy::print_stdout)]

mod http1;
mod http2;
mod rows;
mod server;
mod ws;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use server::{Environment, Process};
use std::process::ExitCode;

/// The observation, or the text of a promise that does not hold.
type Seen = Result<String, Box<dyn std::error::Error + Send + Sync>>;

/// One promise.
struct Row {
    name: &'static str,
    tool: &'static str,
    /// The environment variables of the server.
    environment: Environment,
    /// The memory that the server may take for it, in MiB; 0 where the server must have ended by then.
    memory: u64,
    run: for<'a> fn(&'a Process) -> BoxFuture<'a, Seen>,
}

/// A row of the table.
macro_rules! row {
    ($name:literal, $tool:literal, $memory:literal, $run:path) => {
        row!($name, $tool, $memory, &[], $run)
    };
    ($name:literal, $tool:literal, $memory:literal, $limits:literal, $run:path) => {
        row!($name, $tool, $memory, &[("LIMITS", $limits)], $run)
    };
    ($name:literal, $tool:literal, $memory:literal, $environment:expr, $run:path) => {
        $crate::Row {
            name: $name,
            tool: $tool,
            environment: $environment,
            memory: $memory,
            run: |server| Box::pin($run(server)),
        }
    };
}
pub(crate) use row;

/// Runs one row; whether it held.
async fn try_row(row: Row) -> bool {
    let (mut seen, mut taken) = (Err("the server did not start".into()), 0);
    if let Ok(server) = Process::start(row.environment).await {
        let before = server.resident();
        let measured = server.forget_peak();
        seen = (row.run)(&server).await;
        taken = server.peak().saturating_sub(before) >> 10;
        if seen.is_ok() {
            if let Err(error) = measured {
                seen = Err(format!("no memory could be measured: {error}").into());
            } else if (server.peak() == 0) != (row.memory == 0) {
                seen = Err(if row.memory == 0 { "the server lives" } else { "the server died" }.into());
            } else if taken > row.memory {
                seen = Err(format!("took more than {} MiB", row.memory).into());
            }
        }
    }
    let (held, text) = match &seen {
        Ok(text) => ("ok", text.clone()),
        Err(error) => ("FAILED", error.to_string()),
    };
    println!("{held:<6} | {:<34} | {:<12} | {text} | +{taken} MiB", row.name, row.tool);
    seen.is_ok()
}

#[tokio::main]
async fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |row: &Row| chosen.is_empty() || chosen.iter().any(|name| row.name.contains(name.as_str()));
    println!("       | limit | tool | seen | memory");
    let waiting = rows::waiting().into_iter().filter(wanted);
    let mut held: Vec<bool> =
        futures_util::stream::iter(waiting.map(try_row)).buffer_unordered(16).collect().await;
    for row in rows::busy().into_iter().filter(wanted) {
        held.push(try_row(row).await);
    }
    let mut total = held.len();
    let mut passed = held.into_iter().filter(|held| *held).count();
    if chosen.is_empty() || chosen.iter().any(|name| name == "shutdown") {
        total += 1;
        passed += usize::from(rows::shutdown::under_load().await);
    }
    println!("faults: {passed} of {total}");
    if passed == total && total > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
