//! The calls' side of a connection, and the messages between calls and driver. A call's messages wait for
//! room. Cancels and grants must not wait; the number of calls bounds them.

use super::upload::Uploads;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for the socket.
const QUEUE: usize = 64;

/// One connection while it is up.
#[derive(Debug)]
pub(super) struct Line {
    commands: mpsc::Sender<Command>,
    urgent: mpsc::UnboundedSender<Urgent>,
}

/// The driver's ends.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) urgent: mpsc::UnboundedReceiver<Urgent>,
}

/// A message to send.
#[derive(Debug)]
pub(super) enum Command {
    /// A call.
    Start { id: u64, frame: Bytes, waiting: Waiting },
    /// A message that belongs to a call.
    More { id: u64, frame: Bytes },
    /// The call cannot go on, for a reason on this side.
    Fail { id: u64, status: Status },
}

/// An order that goes before all others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Urgent {
    /// The caller of this call waits no longer.
    Cancel(u64),
    /// Items of this call were taken, see its [`Grants`].
    Grant(u64),
}

/// A call that is not answered yet.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) replies: ReplySender,
    pub(super) uploads: Option<Arc<Uploads>>,
    /// The size of the longest message sent for it, in bytes.
    pub(super) longest: usize,
}

/// The sender of a call's answers.
#[derive(Debug)]
pub(super) enum ReplySender {
    One(oneshot::Sender<Outcome>),
    Many(mpsc::Sender<Event>, Arc<Grants>),
}

/// The only answer of a call.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) result: Result<Bytes>,
    pub(super) headers: Metadata,
    pub(super) trailers: Metadata,
}

/// One of a call's many answers.
#[derive(Debug)]
pub(super) enum Event {
    /// The stream is open, or was already.
    Headers(Metadata),
    Item(Bytes),
    End(Outcome),
}

/// Items that the caller took, and of which the server does not know yet.
#[derive(Debug, Default)]
pub(super) struct Grants {
    items: AtomicU32,
    /// Whether the driver knows that it has to look.
    told: AtomicBool,
}

impl Grants {
    /// Adds items. True when the driver must be told.
    fn add(&self, items: u32) -> bool {
        self.items.fetch_add(items, Ordering::AcqRel);
        !self.told.swap(true, Ordering::AcqRel)
    }

    /// Takes the number of items to tell the server.
    pub(super) fn take(&self) -> u32 {
        self.told.store(false, Ordering::Release);
        self.items.swap(0, Ordering::AcqRel)
    }
}

impl Line {
    pub(super) fn new() -> (Self, Ends) {
        let (commands, commands_end) = mpsc::channel(QUEUE);
        let (urgent, urgent_end) = mpsc::unbounded_channel();
        (Self { commands, urgent }, Ends { commands: commands_end, urgent: urgent_end })
    }

    pub(super) fn is_up(&self) -> bool {
        !self.commands.is_closed()
    }

    /// Sends a command once there is room. Returns a command that the connection no longer takes.
    pub(super) async fn send(&self, command: Command) -> Result<(), Command> {
        self.commands.send(command).await.map_err(|refused| refused.0)
    }

    pub(super) fn cancel(&self, id: u64) {
        // A connection that is gone has no call to cancel.
        let _ = self.urgent.send(Urgent::Cancel(id));
    }

    pub(super) fn grant(&self, id: u64, grants: &Grants, items: u32) {
        if grants.add(items) {
            let _ = self.urgent.send(Urgent::Grant(id));
        }
    }
}

impl Waiting {
    pub(super) fn for_one(uploads: Option<Arc<Uploads>>) -> (Self, oneshot::Receiver<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        (Self { replies: ReplySender::One(sender), uploads, longest: 0 }, receiver)
    }

    pub(super) fn for_many(
        window: u32,
        uploads: Option<Arc<Uploads>>,
    ) -> (Self, mpsc::Receiver<Event>, Arc<Grants>) {
        // Room beside the items: the opening, late metadata, the end.
        let (sender, receiver) = mpsc::channel(window as usize + 3);
        let grants = Arc::<Grants>::default();
        (
            Self { replies: ReplySender::Many(sender, Arc::clone(&grants)), uploads, longest: 0 },
            receiver,
            grants,
        )
    }

    /// Whether the caller has given up.
    pub(super) fn is_forsaken(&self) -> bool {
        match &self.replies {
            ReplySender::One(sender) => sender.is_closed(),
            ReplySender::Many(sender, _) => sender.is_closed(),
        }
    }

    /// Ends the call.
    pub(super) fn finish(self, outcome: Outcome) {
        if let Some(uploads) = &self.uploads {
            uploads.close();
        }
        // A caller that has given up does not get it.
        match self.replies {
            ReplySender::One(sender) => drop(sender.send(outcome)),
            // There is room for the end: a server that exceeds its credit has been cut off before.
            ReplySender::Many(sender, _) => drop(sender.try_send(Event::End(outcome))),
        }
    }
}

impl Outcome {
    pub(super) fn failed(status: Status) -> Self {
        Self { result: Err(status), headers: Metadata::new(), trailers: Metadata::new() }
    }
}
