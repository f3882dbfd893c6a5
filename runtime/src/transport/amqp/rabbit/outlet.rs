//! Publishing on a lapin channel, with and without confirms.
//!
//! lapin gives a returned message to the next confirm that completes, whichever that is. A confirm of many
//! messages completes them in no particular order. So a returned message is reported by its id. A round of
//! confirms is reported only when every return that belongs to it must have been seen.

use super::super::broker::{Fault, Outlet, Publish, REPLY_TO, Returned, Settled};
use super::convert::{short, wire_properties};
use super::fault;
use crate::log::{Quoted, sparsely};
use base64::prelude::{BASE64_STANDARD, Engine};
use futures_core::future::BoxFuture;
use futures_util::future::maybe_done;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream};
use lapin::message::BasicReturnMessage;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation, PublisherConfirm};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A message that is about to be written. Nothing happens before its first poll.
type Write<'a> = Pin<Box<dyn Future<Output = lapin::Result<PublisherConfirm>> + Send + 'a>>;

fn write<'a>(channel: &'a Channel, message: &'a Publish) -> Result<Write<'a>, Fault> {
    let options = BasicPublishOptions { mandatory: message.mandatory, immediate: false };
    let (exchange, key) = (short(&message.exchange)?, short(&message.routing_key)?);
    let properties = wire_properties(&message.properties)?;
    Ok(Box::pin(channel.basic_publish(exchange, key, options, &message.body, properties)))
}

/// Writes all messages at once.
///
/// The first poll queues a message's frames, so polling in order keeps the order. Everything else is done
/// before, because lapin's thread falls asleep between two frames that do not follow closely.
///
/// The messages are also written in order. When the last one is written, all are. Waiting for the last one
/// first wakes this task only once.
async fn publish_all<'a>(
    channel: &Channel,
    batch: impl Iterator<Item = &'a Publish>,
) -> Result<Vec<PublisherConfirm>, Fault> {
    let mut writes = Vec::new();
    for message in batch {
        writes.push(maybe_done(write(channel, message)?));
    }
    for write in &mut writes {
        // No task is woken for the messages before the last one.
        let _ = Pin::new(write).poll(&mut Context::from_waker(Waker::noop()));
    }
    for write in writes.iter_mut().rev() {
        write.await;
    }
    let confirms = writes.into_iter().filter_map(|mut write| Pin::new(&mut write).take_output());
    confirms.map(|confirm| confirm.map_err(fault)).collect()
}

fn returned(message: BasicReturnMessage) -> Returned {
    let id = message.properties.message_id().as_ref();
    Returned {
        message_id: id.map_or_else(String::new, |id| id.as_str().to_owned()),
        exchange: message.exchange.to_string(),
        routing_key: message.routing_key.to_string(),
        reason: format!("{} {}", message.reply_code, message.reply_text),
    }
}

struct Pending {
    position: u64,
    confirm: PublisherConfirm,
}

impl Future for Pending {
    type Output = (u64, lapin::Result<Confirmation>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let position = self.position;
        Pin::new(&mut self.confirm).poll(cx).map(|confirmation| (position, confirmation))
    }
}

pub(super) struct Confirmed {
    channel: Channel,
    sent: u64,
    pending: FuturesUnordered<Pending>,
    /// Completed confirms. A return that belongs to them may not have been seen yet.
    round: Vec<Settled>,
}

impl Confirmed {
    pub(super) fn new(channel: Channel) -> Self {
        Self { channel, sent: 0, pending: FuturesUnordered::new(), round: Vec::new() }
    }

    /// Takes every confirm that has completed. Returns go straight to the caller, before the round.
    fn collect(&mut self, cx: &mut Context<'_>, into: &mut Vec<Settled>) -> Result<(), Fault> {
        while let Poll::Ready(Some((position, confirmation))) = Pin::new(&mut self.pending).poll_next(cx) {
            let (settled, message) = match confirmation.map_err(fault)? {
                Confirmation::Ack(message) => (Settled::Acked(position), message),
                Confirmation::Nack(message) => (Settled::Nacked(position), message),
                Confirmation::NotRequested => (Settled::Nacked(position), None),
            };
            self.round.push(settled);
            into.extend(message.map(|message| Settled::Returned(returned(message))));
        }
        Ok(())
    }

    /// Waits until lapin has completed the confirms of the current frame. lapin completes them under one
    /// lock, and this call takes the same lock.
    fn barrier(&self) {
        let _ = self.channel.wait_for_confirms().now_or_never();
    }
}

impl Outlet for Confirmed {
    fn send<'a>(&'a mut self, batch: &'a [Publish]) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            for confirm in publish_all(&self.channel, batch.iter()).await? {
                self.sent += 1;
                self.pending.push(Pending { position: self.sent, confirm });
            }
            Ok(())
        })
    }

    fn poll_settled(&mut self, cx: &mut Context<'_>, into: &mut Vec<Settled>) -> Poll<Result<(), Fault>> {
        self.collect(cx, into)?;
        if self.round.is_empty() {
            return if into.is_empty() { Poll::Pending } else { Poll::Ready(Ok(())) };
        }
        let round = std::mem::take(&mut self.round);
        self.barrier();
        self.collect(cx, into)?;
        into.extend(round);
        if !self.round.is_empty() {
            // These confirms completed meanwhile. Their own round follows at once.
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn take_returned(&mut self) -> Vec<Returned> {
        Vec::new()
    }
}

/// Whether a reply may be sent to its address. The broker closes a connection that replies to a direct reply
/// address that it never gave out. So replies to obviously invented addresses are dropped.
fn is_answerable(message: &Publish) -> bool {
    let Some(address) = message.routing_key.strip_prefix(REPLY_TO).filter(|_| message.exchange.is_empty())
    else {
        return true;
    };
    let parts = address.strip_prefix('.').and_then(|address| address.split_once('.'));
    let genuine = parts.is_some_and(|(process, key)| {
        // A process and a random key.
        BASE64_STANDARD.decode(process).is_ok_and(|process| is_process(&process))
            && BASE64_STANDARD.decode(key).is_ok_and(|key| !key.is_empty())
    });
    if !genuine {
        sparsely!(warn, address = %Quoted(&message.routing_key), "a request asked for its reply at an address that no broker gives out");
    }
    genuine
}

/// Whether these bytes are an Erlang process id in the external term format, and nothing else: version 131, PID_EXT
/// or NEW_PID_EXT, the node's name as an atom, an id, a serial and a creation.
fn is_process(term: &[u8]) -> bool {
    let [131, kind @ (88 | 103), atom, rest @ ..] = term else { return false };
    let name = match (atom, rest) {
        // Atoms with a length of two bytes, and of one.
        (100 | 118, [high, low, rest @ ..]) => {
            rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
        }
        (115 | 119, [length, rest @ ..]) => rest.split_at_checked(usize::from(*length)),
        _ => None,
    };
    let numbers = if *kind == 88 { 12 } else { 9 };
    name.is_some_and(|(name, rest)| {
        !name.is_empty() && std::str::from_utf8(name).is_ok() && rest.len() == numbers
    })
}

pub(super) struct Plain {
    channel: Channel,
}

impl Plain {
    pub(super) fn new(channel: Channel) -> Self {
        Self { channel }
    }
}

impl Outlet for Plain {
    fn send<'a>(&'a mut self, batch: &'a [Publish]) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let answerable = batch.iter().filter(|message| is_answerable(message));
            publish_all(&self.channel, answerable).await.map(drop)
        })
    }

    fn poll_settled(&mut self, _cx: &mut Context<'_>, _into: &mut Vec<Settled>) -> Poll<Result<(), Fault>> {
        Poll::Pending
    }

    fn take_returned(&mut self) -> Vec<Returned> {
        // Without confirms nothing is waited for. The call only takes the returned messages.
        let returns = self.channel.wait_for_confirms().now_or_never();
        returns.and_then(Result::ok).into_iter().flatten().map(returned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::is_process;

    #[test]
    fn a_process_id_is_a_whole_term() {
        let pid = |kind: u8, atom: &[u8], numbers: usize| {
            [&[131, kind], atom, b"a@b", vec![7; numbers].as_slice()].concat()
        };
        for whole in [pid(88, &[119, 3], 12), pid(88, &[100, 0, 3], 12), pid(103, &[115, 3], 9)] {
            assert!(is_process(&whole), "{whole:?}");
            for cut in 0..whole.len() {
                assert!(!is_process(&whole[..cut]), "{cut} of {whole:?}");
            }
            assert!(!is_process(&[whole, vec![0]].concat()));
        }
        for strange in
            [pid(65, &[119, 3], 12), pid(88, &[119, 200], 12), pid(88, &[97, 3], 12), vec![131; 40]]
        {
            assert!(!is_process(&strange), "{strange:?}");
        }
    }
}
