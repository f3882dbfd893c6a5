//! An inbox in memory. A restart forgets it.

use super::{Inbox, MessageKey};
use crate::call::status::{Result, Status};
use futures_core::future::BoxFuture;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The marks that are kept if the program says nothing.
const CAPACITY: usize = 100_000;
/// The time for which a mark is kept if the program says nothing.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// An [`Inbox`] in memory, for tests and for effects that end with the process.
///
/// The inbox keeps the last 100,000 messages that were handled, each for a day, unless told otherwise. A clone is the
/// same inbox.
///
/// ```
/// use polywire::{Inbox, MemoryInbox, MessageKey};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
/// let inbox = MemoryInbox::new();
/// let key = MessageKey::new("payments", "018f-7")?;
/// drop(inbox.begin_as(key.clone()).await?); // a handler that fails commits nothing
/// let handling = inbox.begin_as(key.clone()).await?.expect("not handled yet");
/// inbox.commit(handling).await?;
/// assert!(inbox.begin_as(key).await?.is_none());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct MemoryInbox {
    shared: Arc<Shared>,
    capacity: usize,
    retention: Duration,
}

#[derive(Default)]
struct Shared {
    marks: Mutex<Marks>,
    /// A handling has ended.
    ended: Notify,
}

#[derive(Default)]
struct Marks {
    states: HashMap<MessageKey, State>,
    /// The handled messages, the oldest first.
    handled: VecDeque<(Instant, MessageKey)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Begun,
    Handled,
}

impl Shared {
    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Marks {
    /// Forgets what is too old or too much.
    fn forget(&mut self, capacity: usize, retention: Duration) {
        while let Some((at, _)) = self.handled.front()
            && (self.handled.len() > capacity || at.elapsed() > retention)
        {
            if let Some((_, key)) = self.handled.pop_front() {
                self.states.remove(&key);
            }
        }
    }
}

impl MemoryInbox {
    /// Makes an empty inbox.
    pub fn new() -> Self {
        Self { shared: Arc::default(), capacity: CAPACITY, retention: RETENTION }
    }

    /// Keeps the last `messages` that were handled. Older ones are forgotten: they would be handled again.
    ///
    /// ```
    /// let inbox = polywire::MemoryInbox::new().capacity(1_000);
    /// # drop(inbox);
    /// ```
    #[must_use]
    pub fn capacity(mut self, messages: usize) -> Self {
        self.capacity = messages;
        self
    }

    /// Keeps each mark for this time. Make it longer than a message may be under way, retries included.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let inbox = polywire::MemoryInbox::new().retention(Duration::from_secs(3600));
    /// # drop(inbox);
    /// ```
    #[must_use]
    pub fn retention(mut self, time: Duration) -> Self {
        self.retention = time;
        self
    }
}

impl Default for MemoryInbox {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryInbox({} handled)", self.shared.marks().handled.len())
    }
}

impl Inbox for MemoryInbox {
    type Transaction = MemoryTransaction;

    fn begin_as(&self, key: MessageKey) -> BoxFuture<'_, Result<Option<MemoryTransaction>>> {
        Box::pin(async move {
            loop {
                let ended = self.shared.ended.notified();
                {
                    let mut marks = self.shared.marks();
                    marks.forget(self.capacity, self.retention);
                    match marks.states.get(&key) {
                        Some(State::Handled) => return Ok(None),
                        Some(State::Begun) => {}
                        None => {
                            marks.states.insert(key.clone(), State::Begun);
                            return Ok(Some(MemoryTransaction { shared: Arc::clone(&self.shared), key }));
                        }
                    }
                }
                ended.await;
            }
        })
    }

    fn commit(&self, transaction: MemoryTransaction) -> BoxFuture<'_, Result<()>> {
        let ours = Arc::ptr_eq(&self.shared, &transaction.shared);
        if ours {
            let mut marks = self.shared.marks();
            marks.states.insert(transaction.key.clone(), State::Handled);
            marks.handled.push_back((Instant::now(), transaction.key.clone()));
        }
        Box::pin(async move {
            match ours {
                true => Ok(()),
                false => Err(Status::failed_precondition("the transaction belongs to another inbox")),
            }
        })
    }
}

/// The handling of a message under way. Dropping it makes the message unhandled again.
///
/// ```
/// use polywire::{Inbox, MemoryInbox, MemoryTransaction, Result};
/// async fn finish(inbox: &MemoryInbox, handling: MemoryTransaction) -> Result<()> {
///     inbox.commit(handling).await
/// }
/// # let _ = finish;
/// ```
#[must_use = "the message counts as handled only after `commit`"]
pub struct MemoryTransaction {
    shared: Arc<Shared>,
    key: MessageKey,
}

impl fmt::Debug for MemoryTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTransaction({})", self.key)
    }
}

impl Drop for MemoryTransaction {
    fn drop(&mut self) {
        let mut marks = self.shared.marks();
        if marks.states.get(&self.key) == Some(&State::Begun) {
            marks.states.remove(&self.key);
        }
        drop(marks);
        self.shared.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::status::Code;

    fn key(id: &str) -> MessageKey {
        MessageKey::new("q", id).expect("sound")
    }

    async fn handle(inbox: &MemoryInbox, id: &str) -> bool {
        let Some(handling) = inbox.begin_as(key(id)).await.expect("begins") else { return false };
        inbox.commit(handling).await.expect("commits");
        true
    }

    #[tokio::test]
    async fn the_oldest_is_forgotten_first() {
        let inbox = MemoryInbox::new().capacity(2);
        for id in ["1", "2", "3"] {
            assert!(handle(&inbox, id).await);
        }
        assert!(!handle(&inbox, "3").await && !handle(&inbox, "2").await);
        assert!(handle(&inbox, "1").await, "one too many");
    }

    #[tokio::test(start_paused = true)]
    async fn a_mark_is_kept_for_its_time() {
        let inbox = MemoryInbox::new().retention(Duration::from_secs(10));
        assert!(handle(&inbox, "1").await);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(!handle(&inbox, "1").await);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(handle(&inbox, "1").await);
    }

    #[tokio::test]
    async fn a_second_delivery_waits_for_the_end_of_the_first() {
        for commits in [true, false] {
            let inbox = MemoryInbox::new();
            let first = inbox.begin_as(key("1")).await.expect("begins").expect("new");
            let mut second = inbox.begin_as(key("1"));
            assert!(futures_util::poll!(&mut second).is_pending());
            if commits {
                inbox.commit(first).await.expect("commits");
            } else {
                drop(first);
            }
            assert_eq!(second.await.expect("begins").is_none(), commits);
        }
    }

    #[tokio::test]
    async fn another_inbox_does_not_commit() {
        let handling = MemoryInbox::new().begin_as(key("1")).await.expect("begins").expect("new");
        let status = MemoryInbox::new().commit(handling).await.expect_err("a stranger");
        assert_eq!(status.code(), Code::FailedPrecondition);
    }
}
