//! A service that writes down every task that it handles, for the test that kills processes.

use polywire::{Result, Status, service};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// Writes numbers down.
#[service(package = "ledger.v1")]
pub trait LedgerService {
    /// Writes one number down.
    #[amqp(task)]
    async fn record(&self, id: i64) -> Result<()>;
}

/// A ledger in a file, one number a line.
#[derive(Debug)]
pub struct Ledger(Mutex<File>);

impl Ledger {
    /// Appends to the file, which several processes may do.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        File::options().create(true).append(true).open(path).map(|file| Self(Mutex::new(file)))
    }
}

impl LedgerService for Ledger {
    async fn record(&self, id: i64) -> Result<()> {
        // The work takes a moment, so a kill finds some of it under way.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let line = format!("{id}\n");
        let mut file = self.0.lock().map_err(|_| Status::internal("the ledger is broken"))?;
        // One write: the whole line is appended, or none of it.
        file.write_all(line.as_bytes()).map_err(|error| Status::unavailable(error.to_string()))
    }
}
