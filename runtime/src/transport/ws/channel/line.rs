//! The calls' side of a connection, and what passes between them and its driver. What a call sends waits for room; what
//! must not wait (it gives up, it took items) is bounded by the number of calls.

use super::upload::Uploads;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Messages that wait for the socket to take them.
const QUEUE: usize = 64;

/// One connection, as long as it is up.
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

/// Something to send.
#[derive(Debug)]
pub(super) enum Command {
    /// A call.
    Start { id: u64, frame: Bytes, waiting: Waiting },
    /// Something that belongs to a call.
    More { id: u64, frame: Bytes },
    /// The call cannot go on, for a reason on this side.
    Fail { id: u64, status: Status },
}

/// Something to do before anything else.
#[derive(Debug, Clone, Copy)]
pub(super) enum Urgent {
    /// Nobody waits for this call any more.
    Cancel(u64),
    /// Items of this call were taken: see its [`Grants`].
    Grant(u64),
}

/// A call that is not answered yet.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) answer: Answer,
    pub(super) uploads: Option<Arc<Uploads>>,
    /// The longest message that was sent for it.
    pub(super) longest: usize,
}

/// Where answers go.
#[derive(Debug)]
pub(super) enum Answer {
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

/// One of many.
#[derive(Debug)]
pub(super) enum Event {
    /// The stream is open, or was already.
    Headers(Metadata),
    Item(Bytes),
    End(Outcome),
}

/// Items that the caller took and the server has not been told of.
#[derive(Debug, Default)]
pub(super) struct Grants {
    items: AtomicU32,
    /// Whether the driver has been told to look.
    told: AtomicBool,
}

impl Grants {
    /// Adds items; true when the driver is to be told.
    fn add(&self, items: u32) -> bool {
        self.items.fetch_add(items, Ordering::AcqRel);
        !self.told.swap(true, Ordering::AcqRel)
    }

    /// What the server is to be told.
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

    /// Sends, once there is room. What the connection does not take any more comes back.
    pub(super) async fn send(&self, command: Command) -> Result<(), Command> {
        self.commands.send(command).await.map_err(|refused| refused.0)
    }

    pub(super) fn cancel(&self, id: u64) {
        // On a connection that is gone there is nothing to cancel.
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
        (Self { answer: Answer::One(sender), uploads, longest: 0 }, receiver)
    }

    pub(super) fn for_many(
        window: u32,
        uploads: Option<Arc<Uploads>>,
    ) -> (Self, mpsc::Receiver<Event>, Arc<Grants>) {
        // Beside the items: the opening, late metadata, the end.
        let (sender, receiver) = mpsc::channel(window as usize + 3);
        let grants = Arc::<Grants>::default();
        (Self { answer: Answer::Many(sender, Arc::clone(&grants)), uploads, longest: 0 }, receiver, grants)
    }

    /// Whether the caller has given up.
    pub(super) fn is_forsaken(&self) -> bool {
        match &self.answer {
            Answer::One(sender) => sender.is_closed(),
            Answer::Many(sender, _) => sender.is_closed(),
        }
    }

    /// Ends the call.
    pub(super) fn finish(self, outcome: Outcome) {
        if let Some(uploads) = &self.uploads {
            uploads.close();
        }
        // A caller that has given up does not hear it.
        match self.answer {
            Answer::One(sender) => drop(sender.send(outcome)),
            // There is room for the end: a server that exceeds its credit has been cut off before.
            Answer::Many(sender, _) => drop(sender.try_send(Event::End(outcome))),
        }
    }
}

impl Outcome {
    pub(super) fn failed(status: Status) -> Self {
        Self { result: Err(status), headers: Metadata::new(), trailers: Metadata::new() }
    }
}
