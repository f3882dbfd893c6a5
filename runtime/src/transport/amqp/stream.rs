//! Server streams as sequences of replies, on the server's side.
//!
//! Each item is a reply. The last reply has a `grpc-status` and no item. A caller may name how many items it
//! takes (`x-polywire-items`). Such a caller first gets an empty reply with the response's headers. It then
//! gets no more items than it grants.

use super::broker::Publish;
use super::properties::{Value, ValueRef};
use super::replier::{MOST_ITEMS, StreamControl, Wish, ended};
use super::wire;
use super::work::{Origin, Shared, answer as last_reply, controlled_reply};
use crate::call::context::Response;
use crate::call::metadata::Metadata;
use crate::call::status::{Result, Status};
use crate::waist::handler::{BoxOutgoing, NoFrame};
use bytes::{Bytes, BytesMut};
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// The size limit that gives exactly one message for each fill, even an empty message.
const ONE: usize = 0;

/// The time between two checks that somebody still listens.
const LIVENESS: Duration = Duration::from_secs(10);

/// Sends a handler's items to the caller, until either side has enough.
pub(super) async fn answer(shared: &Arc<Shared>, outgoing: Result<BoxOutgoing>, origin: Origin) {
    let Some(address) = origin.reply_to.clone() else { return };
    let outgoing = match outgoing {
        Ok(outgoing) => outgoing,
        Err(status) => return shared.replier.reply(last_reply(address, Err(status), &origin)).await,
    };
    let window = origin.delivery.properties.header(wire::ITEMS).and_then(ValueRef::int);
    let window = window.map(|items| usize::try_from(items).unwrap_or(0).min(MOST_ITEMS));
    let control = shared.replier.open_stream(window);
    let mut stream = Stream { shared, outgoing, origin, address, control, sent: 0 };
    if window.is_some() {
        stream.open().await;
    }
    let end = stream.run().await;
    if let Some(end) = end {
        stream.close(end).await;
    }
}

struct Stream<'a> {
    shared: &'a Shared,
    outgoing: BoxOutgoing,
    origin: Origin,
    address: String,
    control: StreamControl,
    sent: i64,
}

enum Next {
    Item(Bytes),
    End(Result<()>),
    Wish(Wish),
    Check,
}

impl Stream<'_> {
    /// Tells the caller that the stream was accepted, with the response's headers.
    async fn open(&mut self) {
        let response = Response { headers: self.origin.cx.take_headers(), trailers: Metadata::new() };
        let mut opening = self.reply(Bytes::new());
        wire::put_response(&mut opening.properties.headers, &response);
        self.shared.replier.reply(opening).await;
    }

    /// Sends the items. Returns the end of the stream, or `None` when the caller does not want to know.
    async fn run(&mut self) -> Option<Result<()>> {
        let mut checks = interval(LIVENESS);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        checks.reset();
        loop {
            let next = {
                let Self { outgoing, control, .. } = self;
                let (credits, wishes) = control.halves();
                let item = async {
                    credits.available().await;
                    item(outgoing).await
                };
                tokio::select! {
                    biased;
                    wish = ended(wishes) => Next::Wish(wish),
                    next = item => next,
                    _ = checks.tick() => Next::Check,
                }
            };
            match next {
                Next::Item(body) => {
                    self.control.credits.spend();
                    self.sent += 1;
                    let item = self.reply(body);
                    self.shared.replier.reply(item).await;
                }
                Next::End(end) => return Some(end),
                Next::Wish(Wish::Broken) => {
                    return Some(Err(Status::unavailable(
                        "the connection to the broker was lost in mid-stream",
                    )));
                }
                Next::Wish(_) => return None,
                Next::Check => {
                    if !self.shared.replier.listens(&self.address).await {
                        return None;
                    }
                }
            }
        }
    }

    async fn close(&mut self, end: Result<()>) {
        self.sent += 1;
        let mut last = last_reply(self.address.clone(), end.map(|()| Bytes::new()), &self.origin);
        last.properties.headers.insert(wire::SEQUENCE.to_owned(), Value::Int(self.sent));
        self.shared.replier.reply(last).await;
    }

    fn reply(&self, body: Bytes) -> Publish {
        controlled_reply(self.address.clone(), self.control.id, self.sent, &self.origin, body)
    }
}

async fn item(outgoing: &mut BoxOutgoing) -> Next {
    let mut buffer = BytesMut::new();
    match poll_fn(|cx| outgoing.as_mut().poll_fill(cx, &mut buffer, ONE, &mut NoFrame)).await {
        Some(Ok(())) => Next::Item(buffer.freeze()),
        Some(Err(status)) => Next::End(Err(status)),
        None => Next::End(Ok(())),
    }
}
