//! One single-threaded runtime for each core, each with its own accept loop:
//! [`Server::thread_per_core`](crate::Server).
//!
//! No call moves between threads, and no wake-up crosses them. All cores share one engine, one policy and one
//! drain, so limits count over all cores.
//!
//! This is an option and not the default, because a handler that blocks its thread blocks every connection of
//! that core.

use super::accept::{self, Door};
use crate::net::listen::{Places, Portable};
use std::io;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A socket that a core listens on.
pub(crate) type Socket = (Portable, Places);

/// The threads of a server. They end when this value is dropped.
pub(crate) struct Cores {
    threads: Vec<JoinHandle<()>>,
    ended: DropGuard,
}

/// The number of cores that this process may use.
pub(crate) fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Cores {
    /// Starts a thread for each element of `cores`, which lists the sockets of that core.
    ///
    /// # Errors
    /// When the system gives no thread, or a runtime cannot be made.
    pub(crate) async fn start(cores: Vec<Vec<Socket>>, door: &Door) -> io::Result<Self> {
        let ended = CancellationToken::new();
        let mut started = Self { threads: Vec::new(), ended: ended.clone().drop_guard() };
        for (number, sockets) in cores.into_iter().enumerate() {
            let (ready, is_ready) = oneshot::channel();
            let core = Core { sockets, door: door.clone(), ended: ended.clone() };
            let thread = std::thread::Builder::new().name(format!("polywire-{number}"));
            started.threads.push(thread.spawn(move || core.run(ready))?);
            is_ready.await.map_err(io::Error::other)??;
        }
        Ok(started)
    }

    /// Ends the threads. Their calls must have ended.
    pub(crate) async fn end(self) {
        drop(self.ended);
        let joined =
            tokio::task::spawn_blocking(|| self.threads.into_iter().for_each(|thread| drop(thread.join())));
        // A thread has reported its own failure.
        let _ = joined.await;
    }
}

struct Core {
    sockets: Vec<Socket>,
    door: Door,
    ended: CancellationToken,
}

impl Core {
    fn run(self, ready: oneshot::Sender<io::Result<()>>) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            // The task that waits may be gone. Then nobody needs the error.
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async {
            let accepting = accept(self.sockets, &self.door);
            let runs = accepting.is_ok();
            if ready.send(accepting).is_ok() && runs {
                self.ended.cancelled().await;
            }
        });
        // Threads that a handler left behind are not waited for.
        runtime.shutdown_background();
    }
}

fn accept(sockets: Vec<Socket>, door: &Door) -> io::Result<()> {
    for (socket, places) in sockets {
        let listener = socket.into_listener()?;
        door.mounted.tasks.spawn(accept::serve(listener, places, door.clone()));
    }
    Ok(())
}
