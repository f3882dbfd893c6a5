//! A message that may end the program runs while this server handles no other message of its broker.
//!
//! A consumer keeps its suspects from its own messages. Those of the other queues are in the same process: if it is
//! aborted, each of them is lost once more, and a message that is lost too often is a dead letter. So a suspect lets the
//! messages of all queues that have begun come to their end first, and no other begins meanwhile.
//!
//! A handler may take minutes, and other queues must go on. So a suspect waits only so long, and is alone only so long: a
//! message that ends the program mostly does so soon. After a wait in vain no suspect waits for a minute.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::time::{Instant, sleep, timeout};

/// The time for other consumers to begin what they have, after a server has started.
const OTHERS_BEGIN: Duration = Duration::from_millis(250);
/// The longest wait for the messages that run.
const OTHERS_END: Duration = Duration::from_secs(5);
/// The longest time for which nothing else begins, while a suspect runs.
const ALONE_FOR: Duration = Duration::from_secs(5);
/// The time without another wait, after one that was in vain.
const NO_MORE_FOR: Duration = Duration::from_secs(60);
/// The time for their acknowledgements to go out. They are joined for 5 ms.
const OTHERS_SETTLE: Duration = Duration::from_millis(30);

/// The right to run: many messages have it at once, or one suspect.
#[derive(Default)]
pub(super) struct Alone {
    right: Arc<RwLock<()>>,
    /// The end of the time in which no suspect waits.
    waits_again: Mutex<Option<Instant>>,
}

/// The time of an ordinary message.
pub(super) type Among = OwnedRwLockReadGuard<()>;

impl Alone {
    /// The time of an ordinary message, unless a suspect has it or waits for it.
    pub(super) fn try_among(&self) -> Option<Among> {
        Arc::clone(&self.right).try_read_owned().ok()
    }

    /// Waits for the time of an ordinary message.
    pub(super) async fn among(&self) -> Among {
        Arc::clone(&self.right).read_owned().await
    }

    /// Runs a suspect alone, as far as that is possible.
    pub(super) async fn run<T>(&self, suspect: impl Future<Output = T>) -> T {
        let alone = self.alone().await;
        let mut suspect = pin!(suspect);
        if alone.is_some()
            && let Ok(done) = timeout(ALONE_FOR, &mut suspect).await
        {
            return done;
        }
        drop(alone);
        suspect.await
    }

    /// Waits until a suspect can run alone. `None` when others take too long; it then runs beside them.
    async fn alone(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        sleep(OTHERS_BEGIN).await;
        let waits_again = *self.waits_again.lock().unwrap_or_else(PoisonError::into_inner);
        if waits_again.is_some_and(|at| Instant::now() < at) {
            return None;
        }
        let Ok(alone) = timeout(OTHERS_END, Arc::clone(&self.right).write_owned()).await else {
            let at = Instant::now() + NO_MORE_FOR;
            *self.waits_again.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
            return None;
        };
        sleep(OTHERS_SETTLE).await;
        Some(alone)
    }
}
