//! A message that may end the program runs while this server handles no other message of its broker.
//!
//! A consumer keeps its suspects from its own messages. Those of the other queues are in the same process: if it is
//! aborted, each of them is lost once more, and a message that is lost too often is a dead letter. So a suspect lets the
//! messages of all queues that have begun come to their end first, and no other begins meanwhile. It does not wait long:
//! a handler may take minutes, and other queues must go on.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::time::{sleep, timeout};

/// The time for other consumers to begin what they have, after a server has started.
const OTHERS_BEGIN: Duration = Duration::from_millis(250);
/// The longest wait for the messages that run.
const OTHERS_END: Duration = Duration::from_secs(5);
/// The time for their acknowledgements to go out. They are joined for 5 ms.
const OTHERS_SETTLE: Duration = Duration::from_millis(30);

/// The right to run: many messages have it at once, or one suspect.
#[derive(Clone, Default)]
pub(super) struct Alone(Arc<RwLock<()>>);

/// The time of an ordinary message.
pub(super) type Among = OwnedRwLockReadGuard<()>;

impl Alone {
    /// The time of an ordinary message, unless a suspect has it or waits for it.
    pub(super) fn try_among(&self) -> Option<Among> {
        Arc::clone(&self.0).try_read_owned().ok()
    }

    /// Waits for the time of an ordinary message.
    pub(super) async fn among(&self) -> Among {
        Arc::clone(&self.0).read_owned().await
    }

    /// Waits until a suspect can run alone. `None` when others take too long; it then runs beside them.
    pub(super) async fn alone(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        sleep(OTHERS_BEGIN).await;
        let alone = timeout(OTHERS_END, Arc::clone(&self.0).write_owned()).await.ok()?;
        sleep(OTHERS_SETTLE).await;
        Some(alone)
    }
}
