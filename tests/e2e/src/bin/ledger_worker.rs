//! A process that handles the ledger's tasks until it is killed: `ledger-worker <broker> <file>`.

use polywire::Server;
use polywire_e2e::ledger::{Ledger, LedgerServiceServer};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [broker, file] = &arguments[..] else {
        return Err("usage: ledger-worker <broker> <file>".into());
    };
    let ledger = Ledger::open(Path::new(file))?;
    Server::new().service(LedgerServiceServer::new(ledger)).amqp(broker.as_str()).serve().await?;
    Ok(())
}
