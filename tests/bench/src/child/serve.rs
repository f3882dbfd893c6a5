//! A server child: prints its port, then its usage for each line on standard input, until that ends.

use crate::case::{Side, Threads, Wire};
use crate::usage::{Allocations, Usage};
use crate::{Result, ours, peer};
use clap::Args;
use std::io::{self, BufRead, Write};
use tokio::net::TcpListener;

#[derive(Args)]
pub(crate) struct Options {
    /// Whose server.
    #[arg(value_enum)]
    side: Side,
    /// Speaking what.
    #[arg(value_enum)]
    wire: Wire,
    /// On which threads.
    #[arg(long, value_enum, default_value_t = Threads::Single)]
    threads: Threads,
    /// The core to stay on.
    #[arg(long)]
    core: Option<usize>,
}

/// Serves until standard input ends.
pub(crate) fn serve(options: &Options, allocations: fn() -> Option<Allocations>) -> Result<()> {
    super::start(options.core, options.threads)?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        answer(&listener.local_addr()?.port().to_string())?;
        let (ended, end) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            // A failure ends our output, and the parent learns of it by that.
            let _ = report(allocations);
            ended.send(())
        });
        tokio::select! {
            served = run(options, listener) => served,
            _ = end => Ok(()),
        }
    })
}

async fn run(options: &Options, listener: TcpListener) -> Result<()> {
    match (options.side, options.wire) {
        (Side::Polywire, _) => ours::serve(listener, options.threads).await,
        (Side::Peer, Wire::Grpc) => peer::tonic_grpc::serve(listener).await,
        (Side::Peer, Wire::Rest) => peer::axum_rest::serve(listener).await,
        (Side::Peer, Wire::Ws) => peer::axum_ws::serve(listener).await,
    }
}

fn report(allocations: fn() -> Option<Allocations>) -> Result<()> {
    for line in io::stdin().lock().lines() {
        line?;
        answer(&Usage::now(allocations)?.to_string())?;
    }
    Ok(())
}

fn answer(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
