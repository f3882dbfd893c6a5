//! The items of a client on their way to the handler. This bounded queue stands between the task that reads
//! the socket and the task that reads the stream.

use crate::call::budget::Reservation;
use crate::call::input::{Codec, Input};
use crate::call::policy::Policy;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use futures_core::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Bytes that may wait for a handler; one item may always wait.
const ROOM: usize = 256 << 10;
/// Bytes taken that are worth a grant, however few the items: clients may bound their items under way by
/// size.
const WORTH: usize = ROOM / 8;
/// The cost of an item beside its bytes.
const ITEM: usize = 64;

/// The end that the transport holds.
#[derive(Debug, Clone)]
pub(super) struct Inbox(Arc<Mutex<Shared>>);

/// The end that the handler holds.
#[derive(Debug)]
pub(super) struct Items {
    shared: Arc<Mutex<Shared>>,
    /// Memory that the last item given to the handler holds.
    memory: Reservation,
}

/// An item, and the memory that it holds until the next one is asked for.
#[derive(Debug)]
pub(super) struct Item {
    input: Input,
    memory: Reservation,
}

impl Item {
    /// Makes an item with a copy of `body`: an item that waits must not keep the whole read buffer alive.
    ///
    /// # Errors
    /// `resource_exhausted` when there is no room for it beside the messages of others.
    pub(super) fn new(codec: Codec, body: &[u8], policy: &Arc<Policy>) -> Result<Self> {
        let mut memory = Reservation::of(policy);
        memory.hold(body.len())?;
        Ok(Self { input: Input::Encoded(codec, Bytes::copy_from_slice(body)), memory })
    }
}

#[derive(Debug, Default)]
struct Shared {
    queue: VecDeque<Result<Item>>,
    bytes: usize,
    /// Items that the handler took since the last grant, and their bytes.
    taken: u32,
    taken_bytes: usize,
    /// Items that the handler took in all.
    moved: u64,
    /// Whether the queue holds the last item.
    ended: bool,
    /// Whether the handler's end is gone.
    dropped: bool,
    handler: Option<Waker>,
    room: Option<Waker>,
    credit: Option<Waker>,
}

impl Shared {
    fn wake_handler(&mut self) {
        if let Some(waker) = self.handler.take() {
            waker.wake();
        }
    }

    fn wake_transport(&mut self) {
        for waker in [self.room.take(), self.credit.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cost(item: &Result<Item>) -> usize {
    match item {
        Ok(Item { input: Input::Encoded(_, bytes), .. }) => ITEM + bytes.len(),
        _ => ITEM,
    }
}

/// Both ends of a queue.
pub(super) fn inbox() -> (Inbox, Items) {
    let shared = Arc::<Mutex<Shared>>::default();
    (Inbox(Arc::clone(&shared)), Items { shared, memory: Reservation::default() })
}

impl Inbox {
    /// Ready when an item may be pushed.
    pub(super) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut shared = lock(&self.0);
        if shared.dropped || shared.queue.is_empty() || shared.bytes < ROOM {
            return Poll::Ready(());
        }
        shared.room = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The number of items that the handler has taken.
    pub(super) fn moved(&self) -> u64 {
        lock(&self.0).moved
    }

    /// Hands an item to the handler. An item after the end, or one that nobody takes, is dropped.
    pub(super) fn push(&self, item: Item) {
        self.add(Ok(item), false);
    }

    /// Ends the queue: the client has no more items.
    pub(super) fn end(&self) {
        let mut shared = lock(&self.0);
        shared.ended = true;
        shared.wake_handler();
    }

    /// Ends the queue with an error.
    pub(super) fn fail(&self, status: Status) {
        self.add(Err(status), true);
    }

    fn add(&self, item: Result<Item>, last: bool) {
        let mut shared = lock(&self.0);
        if shared.ended || shared.dropped {
            return;
        }
        shared.bytes += cost(&item);
        shared.queue.push_back(item);
        shared.ended = last;
        shared.wake_handler();
    }

    /// The number of items that the handler took since the last answer, once it is `enough` or their bytes
    /// are.
    pub(super) fn poll_taken(&self, enough: u32, cx: &mut Context<'_>) -> Poll<u32> {
        let mut shared = lock(&self.0);
        if shared.taken >= enough || shared.taken_bytes >= WORTH {
            shared.taken_bytes = 0;
            return Poll::Ready(std::mem::take(&mut shared.taken));
        }
        shared.credit = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Stream for Items {
    type Item = Result<Input>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut shared = lock(&this.shared);
        match shared.queue.pop_front() {
            Some(item) => {
                shared.bytes -= cost(&item);
                shared.moved += 1;
                shared.taken = shared.taken.saturating_add(1);
                shared.taken_bytes = shared.taken_bytes.saturating_add(cost(&item));
                shared.wake_transport();
                Poll::Ready(Some(item.map(|Item { input, memory }| {
                    this.memory = memory;
                    input
                })))
            }
            None if shared.ended => Poll::Ready(None),
            None => {
                shared.handler = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.dropped = true;
        shared.queue.clear();
        shared.bytes = 0;
        shared.wake_transport();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt, StreamExt, future::poll_fn};

    fn item(len: usize) -> Item {
        Item::new(Codec::Json, &vec![b' '; len], &Arc::default()).expect("room")
    }

    fn has_room(inbox: &Inbox) -> bool {
        poll_fn(|cx| inbox.poll_room(cx)).now_or_never().is_some()
    }

    #[tokio::test]
    async fn room_ends_with_the_bytes_that_wait_and_comes_back_as_they_are_taken() {
        let (inbox, mut items) = inbox();
        inbox.push(item(ROOM));
        assert!(!has_room(&inbox));
        let waiting = tokio::spawn(async move { poll_fn(|cx| inbox.poll_room(cx)).await });
        assert!(items.next().await.expect("an item").is_ok());
        waiting.await.expect("woken");
    }

    #[tokio::test]
    async fn one_item_has_room_whatever_its_size() {
        let (inbox, _items) = inbox();
        assert!(has_room(&inbox));
        inbox.push(item(10 * ROOM));
        assert!(!has_room(&inbox));
    }

    #[tokio::test]
    async fn what_was_sent_before_the_end_or_the_failure_arrives_first() {
        let (inbox, items) = inbox();
        inbox.push(item(1));
        inbox.fail(Status::cancelled("gone"));
        inbox.push(item(2));
        let all: Vec<_> = items.collect().await;
        assert!(matches!(&all[..], [Ok(_), Err(status)] if status.message() == "gone"));
    }

    #[tokio::test]
    async fn few_large_items_are_granted_anew_as_many_small_ones_are() {
        let (inbox, mut items) = inbox();
        let taken = |inbox: &Inbox| poll_fn(|cx| inbox.poll_taken(3, cx)).now_or_never();
        for (len, granted) in [(1, [None, None, Some(3)]), (WORTH, [Some(1), Some(1), Some(1)])] {
            for granted in granted {
                inbox.push(item(len));
                assert!(items.next().await.expect("an item").is_ok());
                assert_eq!(taken(&inbox), granted);
            }
        }
    }

    #[test]
    fn a_handler_that_needs_no_more_makes_room() {
        let (inbox, items) = inbox();
        inbox.push(item(ROOM));
        drop(items);
        assert!(has_room(&inbox));
    }
}
