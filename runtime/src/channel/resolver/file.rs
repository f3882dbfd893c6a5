//! The addresses of a file, which another program writes.

use super::Resolver;
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The addresses of a file, one a line; an empty line and text after `#` are nothing. The file is read again when its time
/// of change or its size is another, which is looked at every second.
///
/// Write a new file and rename it over the old one, so that no half of it is read.
///
/// ```
/// use polywire::{Balance, Endpoint, FileResolver};
/// let endpoint = Endpoint::new("wss://chat.internal")
///     .resolver(FileResolver::new("/etc/chat/addresses"))
///     .balance(Balance::LeastRequest);
/// # drop(endpoint);
/// ```
#[derive(Debug)]
pub struct FileResolver {
    path: PathBuf,
    every: Duration,
    read: Mutex<Option<Stamp>>,
}

/// The state of a file by which it is known.
type Stamp = (SystemTime, u64);

impl FileResolver {
    /// Reads this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), every: Duration::from_secs(1), read: Mutex::default() }
    }

    /// Sets how often the file's time is looked at.
    ///
    /// ```
    /// # use polywire::FileResolver; use std::time::Duration;
    /// let seldom = FileResolver::new("/etc/books/addresses").every(Duration::from_secs(10));
    /// # drop(seldom);
    /// ```
    #[must_use]
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    fn read(&self) -> Option<Stamp> {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.modified()?, metadata.len()))
}

fn load(path: &Path) -> std::io::Result<(Stamp, String)> {
    let stamp = stamp(path)?;
    if stamp.1 > LARGEST {
        return Err(std::io::Error::other(format!("it has more than {LARGEST} bytes")));
    }
    Ok((stamp, std::fs::read_to_string(path)?))
}

/// Runs code that waits for a disk.
async fn away<T: Send + 'static>(
    run: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}

impl Resolver for FileResolver {
    fn resolve(&self) -> BoxFuture<'_, Result<Vec<String>>> {
        Box::pin(async {
            let path = self.path.clone();
            let (stamp, text) = away(move || load(&path)).await.map_err(|error| {
                let text = format!("cannot read the addresses in {}: {error}", self.path.display());
                Status::unavailable(text).with_source(error)
            })?;
            *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some(stamp);
            let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
            Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
        })
    }

    fn changed(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            loop {
                tokio::time::sleep(self.every).await;
                let path = self.path.clone();
                // A file that is gone for a moment is on its way to be replaced.
                if away(move || stamp(&path)).await.is_ok_and(|now| Some(now) != self.read()) {
                    return;
                }
            }
        })
    }
}
