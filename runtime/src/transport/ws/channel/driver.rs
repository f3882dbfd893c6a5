//! The task that owns a connection. It sends the messages of calls, and hands them the server's messages. It
//! never stops reading while it waits to write. The credit of each call bounds what is read, so no call waits
//! for another to read.

use super::super::close::Close;
use super::super::dialect::client::{ClientDialect, ServerMessage, Told};
use super::super::socket::{Lost, Received, Socket};
use super::line::{Command, Ends, Event, Outcome, ReplySender, Urgent, Waiting};
use super::lost;
use crate::call::metadata::Metadata;
use crate::call::status::Status;
use crate::channel::dial::Io;
use crate::net::clock::sleep_until;
use bytes::Bytes;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{self, Poll};
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, Sleep};

/// Messages handled before other tasks have their turn.
const TURN: usize = 128;

/// The task of one connection.
pub(super) struct Driver<D> {
    socket: Socket<Io>,
    ends: Ends,
    calls: HashMap<u64, Waiting>,
    /// The time to look whether the server is alive.
    look: Pin<Box<Sleep>>,
    /// Whether no call is there and none can come.
    unused: bool,
    dialect: PhantomData<fn() -> D>,
}

/// The reason why a connection ended.
enum Ending {
    /// No call needs the connection.
    Unused,
    Lost,
    /// A fault of the server, after which the client cannot go on.
    Fault(Close),
    /// The server's Close.
    Closed {
        code: u16,
        reason: String,
    },
}

impl From<Lost> for Ending {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Gone => Self::Lost,
            Lost::Fault(close) => Self::Fault(close),
        }
    }
}

impl<D: ClientDialect> Driver<D> {
    pub(super) fn new(socket: Socket<Io>, ends: Ends) -> Self {
        let look = Box::pin(sleep_until(Instant::now()));
        Self { socket, ends, calls: HashMap::new(), look, unused: false, dialect: PhantomData }
    }

    pub(super) async fn run(mut self) {
        let ending = poll_fn(|task| self.poll(task)).await;
        // From here on a new call finds the line down, and opens a new one.
        drop(self.ends);
        let close = match ending {
            Ending::Unused => Some(Close::normal()),
            Ending::Lost => {
                fail(self.calls, |_| lost());
                None
            }
            Ending::Fault(close) => {
                fail(self.calls, |_| Status::unavailable("the server broke the WebSocket protocol"));
                Some(close)
            }
            Ending::Closed { code, reason } => {
                closed(self.calls, code, &reason);
                Some(Close::normal())
            }
        };
        if let Some(close) = close {
            self.socket.close(close).await;
        }
    }

    fn poll(&mut self, task: &mut task::Context<'_>) -> Poll<Ending> {
        while self.look.as_mut().poll(task).is_ready() {
            match self.socket.check() {
                Ok(again) => self.look.as_mut().reset(again),
                Err(_) => return Poll::Ready(Ending::Lost),
            }
        }
        match self.poll_turn(task) {
            Ok(()) if self.unused && self.calls.is_empty() => Poll::Ready(Ending::Unused),
            Ok(()) => Poll::Pending,
            Err(ending) => Poll::Ready(ending),
        }
    }

    fn poll_turn(&mut self, task: &mut task::Context<'_>) -> Result<(), Ending> {
        for turn in 0.. {
            if turn == TURN {
                task.waker().wake_by_ref();
                break;
            }
            let is_taken = self.socket.poll_ready(task)?.is_ready();
            let is_quiet = !is_taken || self.poll_order(task)?.is_pending();
            let Poll::Ready(received) = self.socket.poll_message(task)? else {
                if is_quiet { break } else { continue }
            };
            match D::accept(received) {
                Ok(message) => self.hear(&message)?,
                Err(Received::Close { code, reason }) => return Err(Ending::Closed { code, reason }),
                Err(_) => {
                    let close = Close::unsupported("a kind of message that the subprotocol does not use");
                    return Err(Ending::Fault(close));
                }
            }
        }
        let _ = self.socket.poll_flush(task)?;
        Ok(())
    }

    /// Does one thing that calls asked for.
    fn poll_order(&mut self, task: &mut task::Context<'_>) -> Poll<Result<(), Lost>> {
        if let Poll::Ready(Some(urgent)) = self.ends.urgent.poll_recv(task) {
            return Poll::Ready(self.hurry(urgent));
        }
        match self.ends.commands.poll_recv(task) {
            Poll::Ready(Some(command)) => Poll::Ready(self.obey(command)),
            Poll::Ready(None) => {
                self.unused = true;
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn hurry(&mut self, urgent: Urgent) -> Result<(), Lost> {
        match urgent {
            Urgent::Cancel(id) if self.calls.remove(&id).is_some() => {
                self.socket.feed(D::KIND, D::cancel(id))
            }
            Urgent::Cancel(_) => Ok(()),
            Urgent::Grant(id) => match self.calls.get(&id).map(|waiting| &waiting.replies) {
                Some(ReplySender::Many(_, grants)) => self.socket.feed(D::KIND, D::grant(id, grants.take())),
                _ => Ok(()),
            },
        }
    }

    fn obey(&mut self, command: Command) -> Result<(), Lost> {
        match command {
            Command::Start { waiting, .. } if waiting.is_forsaken() => Ok(()),
            Command::Start { id, frame, mut waiting } => {
                waiting.longest = frame.len();
                self.calls.insert(id, waiting);
                self.socket.feed(D::KIND, frame)
            }
            Command::More { id, frame } => match self.calls.get_mut(&id) {
                Some(waiting) => {
                    waiting.longest = waiting.longest.max(frame.len());
                    self.socket.feed(D::KIND, frame)
                }
                None => Ok(()),
            },
            Command::Fail { id, status } => self.cut_off(id, status),
        }
    }

    /// Ends a call from our side.
    fn cut_off(&mut self, id: u64, status: Status) -> Result<(), Lost> {
        match self.calls.remove(&id) {
            Some(waiting) => {
                waiting.finish(Outcome::failed(status));
                self.socket.feed(D::KIND, D::cancel(id))
            }
            None => Ok(()),
        }
    }

    fn hear(&mut self, message: &D::Message) -> Result<(), Lost> {
        let Some(ServerMessage { id, told, headers, trailers }) = D::understand(message) else {
            tracing::debug!("the server sent a message that a client cannot understand");
            return Ok(());
        };
        let Some(waiting) = self.calls.get(&id) else { return Ok(()) };
        let event = match (told, &waiting.replies) {
            (Told::Granted(items), _) => {
                waiting.uploads.iter().for_each(|uploads| uploads.grant(items));
                return Ok(());
            }
            (Told::Failed(status), _) => {
                return self.finish(id, Outcome { result: Err(status), headers, trailers });
            }
            (Told::Ended, _) => {
                return self.finish(id, Outcome { result: Ok(Bytes::new()), headers, trailers });
            }
            (Told::Result(body), ReplySender::One(_)) => {
                return self.finish(id, Outcome { result: Ok(body), headers, trailers });
            }
            (Told::Result(_) | Told::Headers, _) => Event::Headers(headers),
            (Told::Item(item), _) => Event::Item(item),
        };
        self.pass(id, event)
    }

    fn finish(&mut self, id: u64, outcome: Outcome) -> Result<(), Lost> {
        if let Some(waiting) = self.calls.remove(&id) {
            waiting.finish(outcome);
        }
        Ok(())
    }

    /// Hands an event to the caller. There is room: the server has only the credit that the caller gave.
    fn pass(&mut self, id: u64, event: Event) -> Result<(), Lost> {
        let Some(ReplySender::Many(events, _)) = self.calls.get(&id).map(|waiting| &waiting.replies) else {
            return Ok(());
        };
        match events.try_send(event) {
            Err(TrySendError::Full(_)) => {
                self.cut_off(id, Status::internal("the server sent more items than the client granted"))
            }
            // A caller that gave up sends a cancel itself.
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
        }
    }
}

fn fail(calls: HashMap<u64, Waiting>, status: impl Fn(u64) -> Status) {
    for (id, waiting) in calls {
        waiting.finish(Outcome {
            result: Err(status(id)),
            headers: Metadata::new(),
            trailers: Metadata::new(),
        });
    }
}

/// Ends all calls after the server's Close: calls in flight were not answered. A Close for a message that was
/// too large is blamed on the call that sent the longest one.
fn closed(calls: HashMap<u64, Waiting>, code: u16, reason: &str) {
    let guilty = calls.iter().max_by_key(|(_, waiting)| waiting.longest).map(|(id, _)| *id);
    let said =
        if reason.is_empty() { format!("with code {code}") } else { format!("with code {code}: {reason}") };
    fail(calls, |id| match code {
        1009 if guilty == Some(id) => {
            Status::resource_exhausted(format!("the server closed the connection {said}"))
        }
        _ => Status::unavailable(format!("the server closed the connection {said}")),
    });
}
