//! The processes under measurement. Each is this program again, on one core. Its runtime is single-threaded,
//! unless the threads are measured.

pub(crate) mod serve;
pub(crate) mod work;

use crate::case::Threads;
use crate::{Result, machine};
use tokio::runtime::{Builder, Runtime};

/// Pins this process, if asked to, and makes its runtime.
fn start(core: Option<usize>, threads: Threads) -> Result<Runtime> {
    if let Some(core) = core {
        machine::pin(core)?;
    }
    let mut builder = match threads {
        Threads::Shared => Builder::new_multi_thread(),
        Threads::Single | Threads::PerCore => Builder::new_current_thread(),
    };
    Ok(builder.enable_all().build()?)
}
