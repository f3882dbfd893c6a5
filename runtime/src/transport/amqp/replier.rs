//! Replies, on a connection of their own. The broker closes the connection that replies to a malformed
//! address.
//!
//! Replies are not confirmed. The replies of a stream carry an address, where the caller grants more items or
//! cancels.
//!
//! A published request may be with any consumer, so a caller knows nobody to tell of a cancellation. A call that
//! lasts longer than 50 ms therefore answers once with such an address (`reply_to` of an empty reply), if its
//! caller asked for that. Strangers do not ask, and see one reply a request.

use super::broker::{Broker, BrokerLink, Deliveries, Delivery, Fault, Outlet, Publish, Role};
use super::dial::{Dialer, Events, survived};
use super::health::LinkHealth;
use super::properties::ValueRef;
use super::wire;
use crate::log::{Quoted, sparsely};
use futures_util::future::poll_fn;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Replies in one write.
const BATCH: usize = 256;
/// Replies that wait to be written. Further senders wait until there is room.
const BACKLOG: usize = 1_024;

#[derive(Clone)]
pub(crate) struct Replier {
    commands: mpsc::Sender<Command>,
    streams: Arc<Streams>,
    health: LinkHealth,
    _open: Arc<DropGuard>,
}

enum Command {
    Reply(Publish),
    Exists(String, oneshot::Sender<bool>),
    /// Asks for an answer when all earlier replies are written.
    Flush(oneshot::Sender<()>),
}

impl Replier {
    pub(crate) fn start(broker: Arc<dyn Broker>) -> Self {
        let (commands, receiver) = mpsc::channel(BACKLOG);
        let (health, streams) = (LinkHealth::new(), Arc::<Streams>::default());
        let closed = CancellationToken::new();
        let dialer = Dialer::new(broker, Role::Reply, health.clone());
        let task = Task { dialer, commands: receiver, streams: Arc::clone(&streams) };
        let open = Arc::new(closed.clone().drop_guard());
        tokio::spawn(async move { closed.run_until_cancelled_owned(task.run()).await });
        Self { commands, streams, health, _open: open }
    }

    pub(crate) fn health(&self) -> &LinkHealth {
        &self.health
    }

    /// Hands a reply over without waiting. Returns the reply when too many wait.
    pub(crate) fn try_reply(&self, reply: Publish) -> Option<Publish> {
        match self.commands.try_reserve() {
            Ok(place) => {
                place.send(Command::Reply(reply));
                None
            }
            Err(_) => Some(reply),
        }
    }

    pub(crate) async fn reply(&self, reply: Publish) {
        // The task ends with the last handle, and this is one.
        let _ = self.commands.send(Command::Reply(reply)).await;
    }

    /// Whether somebody still listens at a reply address. When this cannot be found out, the answer is yes.
    pub(crate) async fn listens(&self, address: &str) -> bool {
        let (asked, answer) = oneshot::channel();
        let _ = self.commands.send(Command::Exists(address.to_owned(), asked)).await;
        answer.await.unwrap_or(true)
    }

    /// Waits until every reply so far is written or lost. Returns at once when the broker cannot be reached.
    pub(crate) async fn flush(&self) {
        if self.health.reason().is_none() {
            let (asked, answer) = oneshot::channel();
            let _ = self.commands.send(Command::Flush(asked)).await;
            let _ = answer.await;
        }
    }

    /// Registers a stream of replies. A caller without a window takes everything.
    pub(crate) fn open_stream(&self, window: Option<usize>) -> StreamControl {
        self.streams.open(window)
    }
}

/// The latest wish of a stream's caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Go,
    Cancelled,
    /// The way back is broken. Replies may be missing, so the stream is broken too.
    Broken,
}

#[derive(Default)]
struct Streams {
    next: AtomicU64,
    open: Mutex<HashMap<u64, Open>>,
}

struct Open {
    credits: Option<Arc<Semaphore>>,
    wish: watch::Sender<Wish>,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(self: &Arc<Self>, window: Option<usize>) -> StreamControl {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let credits = window.map(|window| Arc::new(Semaphore::new(window)));
        let (wish, wishes) = watch::channel(Wish::Go);
        self.lock().insert(id, Open { credits: credits.clone(), wish });
        StreamControl { id, credits: Credits(credits), wishes, streams: Arc::clone(self) }
    }

    /// Hears a grant or a cancel of a caller. It ignores invalid ones, because they come from outside.
    fn hear(&self, delivery: &Delivery) {
        let Some(id) = delivery.properties.correlation_id().and_then(|id| id.parse().ok()) else { return };
        let open = self.lock();
        let Some(stream) = open.get(&id) else { return };
        if delivery.properties.header(wire::CANCEL).is_some() {
            stream.wish.send_replace(Wish::Cancelled);
        }
        let more = delivery.properties.header(wire::ITEMS).and_then(ValueRef::int);
        if let (Some(more), Some(credits)) =
            (more.and_then(|more| usize::try_from(more).ok()), &stream.credits)
        {
            credits.add_permits(more.min(MOST_ITEMS.saturating_sub(credits.available_permits())));
        }
    }

    fn break_all(&self) {
        self.lock().values().for_each(|stream| {
            stream.wish.send_replace(Wish::Broken);
        });
    }
}

/// The most items that a caller can have granted at a time.
pub(crate) const MOST_ITEMS: usize = 1 << 20;

/// The server's side of a stream's control. Dropping it unregisters the stream.
pub(crate) struct StreamControl {
    pub(crate) id: u64,
    pub(crate) credits: Credits,
    wishes: watch::Receiver<Wish>,
    streams: Arc<Streams>,
}

/// The items that the caller still takes; unlimited when it set no limit.
pub(crate) struct Credits(Option<Arc<Semaphore>>);

impl Credits {
    /// Waits until the caller takes one more item.
    pub(crate) async fn available(&self) {
        if let Some(credits) = &self.0 {
            // The semaphore is never closed, and the permit is given back at once.
            let _ = credits.acquire().await;
        }
    }

    pub(crate) fn spend(&self) {
        if let Some(Ok(permit)) = self.0.as_deref().map(Semaphore::try_acquire) {
            permit.forget();
        }
    }
}

impl StreamControl {
    pub(crate) fn halves(&mut self) -> (&Credits, &mut watch::Receiver<Wish>) {
        (&self.credits, &mut self.wishes)
    }
}

/// Waits until the caller wants no more items, or can get no more.
pub(crate) async fn ended(wishes: &mut watch::Receiver<Wish>) -> Wish {
    match wishes.wait_for(|wish| *wish != Wish::Go).await {
        Ok(wish) => *wish,
        Err(_) => Wish::Broken,
    }
}

impl Drop for StreamControl {
    fn drop(&mut self) {
        self.streams.lock().remove(&self.id);
    }
}

struct Task {
    dialer: Dialer,
    commands: mpsc::Receiver<Command>,
    streams: Arc<Streams>,
}

impl Task {
    async fn run(mut self) {
        loop {
            let Err(fault) = survived("AMQP replier", self.connected()).await else { return };
            self.dialer.failed(&fault);
            self.streams.break_all();
        }
    }

    async fn connected(&mut self) -> Result<(), Fault> {
        let link = self.dialer.dial().await;
        self.session(&*link).await
    }

    async fn session(&mut self, link: &dyn BrokerLink) -> Result<(), Fault> {
        let (mut outlet, mut control) = link.caller().await?;
        self.dialer.ready();
        let mut events = Events::new(link);
        let mut commands = Vec::new();
        let mut batch = Vec::new();
        while poll_fn(|cx| self.poll(cx, &mut control, &mut events, &mut commands)).await? {
            for command in commands.drain(..) {
                match command {
                    Command::Reply(reply) => batch.push(reply),
                    Command::Exists(address, asked) => {
                        let _ = asked.send(link.exists(&address).await.unwrap_or(true));
                    }
                    Command::Flush(asked) => {
                        send(&mut *outlet, &mut batch).await?;
                        let _ = asked.send(());
                    }
                }
            }
            send(&mut *outlet, &mut batch).await?;
        }
        Ok(())
    }

    /// Waits for commands. Returns `false` when nobody holds the replier any more.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        control: &mut Deliveries,
        events: &mut Events<'_>,
        commands: &mut Vec<Command>,
    ) -> Poll<Result<bool, Fault>> {
        while let Poll::Ready(said) = control.as_mut().poll_next(cx) {
            match said {
                Some(Ok(delivery)) => self.streams.hear(&delivery),
                Some(Err(fault)) => return Poll::Ready(Err(fault)),
                None => return Poll::Ready(Err(Fault::Lost("the channel for replies was closed".into()))),
            }
        }
        if let Poll::Ready(count) = self.commands.poll_recv_many(cx, commands, BATCH) {
            return Poll::Ready(Ok(count > 0));
        }
        while let Poll::Ready(event) = events.poll_next(cx) {
            if let Some(fault) = self.dialer.note(event) {
                return Poll::Ready(Err(fault));
            }
        }
        Poll::Pending
    }
}

/// Writes a batch of replies. A batch that fails is not sent again: one of its replies may have broken the
/// connection.
async fn send(outlet: &mut dyn Outlet, batch: &mut Vec<Publish>) -> Result<(), Fault> {
    if batch.is_empty() {
        return Ok(());
    }
    let sent = outlet.send(batch).await;
    if let Err(fault) = &sent {
        sparsely!(warn, fault = %Quoted(fault), replies = batch.len(), "replies were lost with the connection");
    }
    batch.clear();
    sent
}
