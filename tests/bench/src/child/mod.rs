//! The processes under measurement. Each is this program again, on one core, with a single-threaded runtime.

pub(crate) mod serve;
pub(crate) mod work;

use crate::{Result, machine};
use tokio::runtime::{Builder, Runtime};

/// Pins this process, if asked to, and makes its runtime.
fn start(core: Option<usize>) -> Result<Runtime> {
    if let Some(core) = core {
        machine::pin(core)?;
    }
    Ok(Builder::new_current_thread().enable_all().build()?)
}
