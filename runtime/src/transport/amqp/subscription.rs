//! Server streams as sequences of replies, on the client's side. Each stream has a channel of its own. So an
//! unread stream delays no other, and ends with its channel.

use super::broker::{BrokerLink, Delivery, Publish};
use super::calls::Line;
use super::channel::{Inner, STARTING, Target};
use super::properties::{Value, ValueRef};
use super::wire;
use crate::call::context::Context;
use crate::call::spec::Method;
use crate::call::status::Result;
use crate::channel::Messages;
use bytes::Bytes;
use futures_util::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

/// Items that may be on their way. The client grants half of them at a time.
const WINDOW: i64 = 64;
const GRANT: i64 = WINDOW / 2;
/// The time between two checks for a returned request.
const RETURNS: Duration = Duration::from_millis(20);
/// The time between two checks that the server is still there.
const LIVENESS: Duration = Duration::from_secs(10);
/// The time limit for sending a grant or a cancel.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends the request, and waits until the server accepts or refuses it.
pub(super) async fn open(
    inner: Arc<Inner>,
    target: &Target,
    method: &'static Method,
    cx: Context,
    body: Bytes,
) -> Result<Messages> {
    inner.declare(target).await?;
    let give_up = Instant::now() + STARTING;
    let (replies, first) = loop {
        let mut replies = send(&inner, target, method, &cx, body.clone()).await?;
        match replies.first().await {
            Some(reply) => {
                let first = replies.read(&reply?)?;
                break (replies, first);
            }
            // A server that starts at the same time may not have declared its queue yet.
            None if Instant::now() < give_up => sleep(STARTING / 20).await,
            None => return Err(inner.returned(method)),
        }
    };
    let (items, receiver) = mpsc::channel(GRANT as usize);
    tokio::spawn(replies.pump(first, items));
    Ok(Box::pin(futures_util::stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|item| (item, receiver))
    })))
}

/// Sends the request on a channel of its own.
async fn send(
    inner: &Arc<Inner>,
    target: &Target,
    method: &'static Method,
    cx: &Context,
    body: Bytes,
) -> Result<Replies> {
    let mut request = inner.message(target, method, cx, body)?;
    inner.request(&mut request, cx.deadline());
    request.properties.headers.insert(wire::ITEMS.to_owned(), Value::Int(WINDOW));
    let mut line = inner.calls().line().await.map_err(|fault| inner.lost(&fault.to_string()))?;
    line.outlet.send(&[request]).await.map_err(|fault| inner.lost(&fault.to_string()))?;
    let (inner, cx) = (Arc::clone(inner), cx.clone());
    Ok(Replies { line, inner, cx, expected: 0, ungranted: 0, control: None, over: false })
}

struct Replies {
    line: Line,
    inner: Arc<Inner>,
    cx: Context,
    /// The place in the stream that the next reply must have. A gap means that a reply was lost.
    expected: i64,
    ungranted: i64,
    /// The address of grants and a cancel.
    control: Option<wire::Control>,
    over: bool,
}

/// The meaning of a reply in a stream.
enum Part {
    Opening,
    Item(Bytes),
    End,
}

impl Replies {
    async fn next(&mut self) -> Result<Delivery> {
        match self.line.replies.next().await {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(fault)) => Err(self.inner.lost(&fault.to_string())),
            None => Err(self.inner.lost("the channel was closed")),
        }
    }

    /// Waits for the first reply. Returns `None` when the request came back.
    async fn first(&mut self) -> Option<Result<Delivery>> {
        loop {
            if let Ok(reply) = timeout(RETURNS, self.next()).await {
                return Some(reply);
            }
            if !self.line.outlet.take_returned().is_empty() {
                return None;
            }
        }
    }

    fn read(&mut self, reply: &Delivery) -> Result<Part> {
        let place = reply.properties.header(wire::SEQUENCE).and_then(ValueRef::int);
        let status = wire::outcome(reply);
        self.over = status.is_some();
        if let Some(Err(status)) = status {
            // This read takes the metadata. The failure is already known.
            let _ = self.inner.read(reply, &self.cx);
            return Err(status);
        }
        match place {
            Some(place) if place == self.expected => self.expected += 1,
            Some(_) => return Err(self.inner.lost("replies of the stream are missing")),
            // The server does not know streams, so this reply is the only one.
            None => {}
        }
        if self.control.is_none() {
            self.control = wire::control(&reply.properties);
        }
        match (place, self.over) {
            (Some(_), true) => self.inner.read(reply, &self.cx).map(|_| Part::End),
            (Some(0), false) => self.inner.read(reply, &self.cx).map(|_| Part::Opening),
            (Some(_), false) => self.inner.check_codec(reply).map(|()| Part::Item(reply.body.clone())),
            (None, _) => self.inner.read(reply, &self.cx).map(Part::Item),
        }
    }

    /// Hands the items on until either side has enough.
    async fn pump(mut self, first: Part, items: mpsc::Sender<Result<Bytes>>) {
        let mut part = Ok(first);
        let mut checks = interval(LIVENESS);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        checks.reset();
        loop {
            let only = matches!(part, Ok(Part::Item(_))) && self.over;
            let open = match part {
                Ok(Part::Opening) => true,
                Ok(Part::Item(body)) => items.send(Ok(body)).await.is_ok() && !only,
                Ok(Part::End) => false,
                Err(status) => {
                    // The reader may be gone.
                    let _ = items.send(Err(status)).await;
                    false
                }
            };
            if !open {
                break;
            }
            if !self.grant().await {
                // Without a word the reader would take this for the end of the stream.
                part = Err(self.inner.lost("no more items can be asked for"));
                continue;
            }
            let reply = loop {
                tokio::select! {
                    reply = self.next() => break Some(reply),
                    () = items.closed() => break None,
                    _ = checks.tick() => if !is_there(&self.line.link, self.control.as_ref()).await {
                        break Some(Err(self.inner.lost("the server of the stream is gone")));
                    },
                }
            };
            let Some(reply) = reply else { break };
            part = reply.and_then(|reply| self.read(&reply));
        }
        if let (Some(control), false) = (self.control.clone(), self.over) {
            self.say(control.cancel()).await;
        }
    }

    /// Grants more items when half of the window is used up. Returns `false` when the server cannot be
    /// reached.
    async fn grant(&mut self) -> bool {
        self.ungranted += 1;
        let Some(control) = self.control.clone().filter(|_| self.ungranted >= GRANT) else { return true };
        let more = std::mem::take(&mut self.ungranted);
        self.say(control.say(wire::ITEMS, Value::Int(more))).await
    }

    async fn say(&mut self, word: Publish) -> bool {
        let sent = timeout(CANCEL_TIMEOUT, self.line.outlet.send(&[word])).await;
        matches!(sent, Ok(Ok(())))
    }
}

/// Whether the server of a stream still listens. When this cannot be found out, the answer is yes.
async fn is_there(link: &Arc<dyn BrokerLink>, control: Option<&wire::Control>) -> bool {
    match control {
        Some(control) => link.exists(control.address()).await.unwrap_or(true),
        None => true,
    }
}
