//! The fuzz target of multiplexed messages, in both encodings and in both directions.

use super::dialect::client::{ClientDialect, Told};
use super::dialect::json::{Json, scan_agrees};
use super::dialect::proto::Proto;
use super::dialect::{Back, Dialect, Ended, Fault, Heard, Inbound, Invocation, Manner};
use crate::call::limits::Limits;
use crate::call::metadata::Metadata;
use crate::call::status::{Code, Status};
use bytes::{Bytes, BytesMut};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The fuzz target. The first byte of `data` chooses the encoding; the rest is a message, read as a server
/// and as a client.
///
/// The values that are read are within the limits. Every answer to them is one that a client understands. The
/// fast reader of JSON finds what serde finds. An item, an end, a cancel and a grant come back unchanged when
/// we send them.
pub fn ws(data: &[u8]) {
    let [encoding, message @ ..] = data else { return };
    if encoding & 1 == 0 {
        let Ok(text) = std::str::from_utf8(message) else { return };
        scan_agrees(text);
        let text = Utf8Bytes::from(text);
        both::<Json>(&text, |bytes| Utf8Bytes::try_from(bytes).unwrap_or_else(|_| panic!("we write UTF-8")));
    } else {
        both::<Proto>(&Bytes::copy_from_slice(message), |bytes| bytes);
    }
}

fn both<D: Dialect + ClientDialect>(message: &D::Message, received: fn(Bytes) -> D::Message) {
    let limits = Limits::default();
    match D::parse(message, &limits) {
        Inbound::One(heard) => server::<D>(heard, &limits, received),
        Inbound::Batch(batch) => {
            assert!(!batch.is_empty() && batch.len() <= limits.ws_calls);
            batch.into_iter().for_each(|heard| server::<D>(heard, &limits, received));
        }
    }
    client::<D>(message, received);
}

/// Answers a message, and checks that a client reads this answer back.
fn server<D: Dialect + ClientDialect>(
    heard: Heard<'_, D::Id>,
    limits: &Limits,
    received: fn(Bytes) -> D::Message,
) {
    match heard {
        Heard::Call(call) => answer::<D>(call, limits, received),
        Heard::Refused { id, fault, status } => {
            assert!(!status.message().is_empty() && status.code() != Code::Internal);
            failed::<D>(id.as_ref(), fault, &status, received);
        }
        Heard::Item { id, body } => {
            assert!(D::is_sound(&body));
            end::<D>(&id, received);
        }
        Heard::Grant { id, items } => {
            let granted = received(D::granted(&id, items));
            told::<D>(&granted, |told| assert_eq!(told, &Told::Granted(items)));
        }
        Heard::End { .. } | Heard::Cancel { .. } | Heard::Broken { .. } | Heard::Nothing => {}
    }
}

fn answer<D: Dialect + ClientDialect>(
    call: Invocation<'_, D::Id>,
    limits: &Limits,
    received: fn(Bytes) -> D::Message,
) {
    if let Some(metadata) = &call.metadata {
        let size: usize = metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
        assert!(size <= 2 * limits.header_size as usize, "{size} bytes of metadata");
    }
    let Some(id) = call.id else { return };
    let headers = call.metadata.unwrap_or_default();
    let back = Back { headers: headers.clone(), trailers: headers.clone() };
    if let Some(request) = call.body.filter(|body| D::is_sound(body)) {
        let mut body = BytesMut::zeroed(D::headroom(&id));
        body.extend_from_slice(&request);
        let result = received(D::result(&id, body, &back));
        let Some(answer) = D::understand(&result) else { return assert!(!is_number(&id)) };
        assert_eq!(answer.told, Told::Result(request));
        assert_eq!((answer.headers, answer.trailers), (headers.clone(), headers.clone()));
    }
    failed::<D>(Some(&id), Fault::Call, &Status::not_found("no \"book\" \u{7f}é"), received);
    let opened = received(D::opened(&id, Manner::Call, &headers));
    told::<D>(&opened, |told| assert!(matches!(told, Told::Result(_))));
    end::<D>(&id, received);
}

fn failed<D: Dialect + ClientDialect>(
    id: Option<&D::Id>,
    fault: Fault,
    status: &Status,
    received: fn(Bytes) -> D::Message,
) {
    let failure = received(D::failure(id, fault, status, &Back::default()));
    told::<D>(&failure, |told| assert_eq!(told, &Told::Failed(status.clone())));
}

fn end<D: Dialect + ClientDialect>(id: &D::Id, received: fn(Bytes) -> D::Message) {
    let trailers = Metadata::new();
    let end = Ended { method: "a.v1.B/C", manner: Manner::Call, error: None, trailers: &trailers };
    let ended = received(D::ended(id, end));
    told::<D>(&ended, |told| assert_eq!(told, &Told::Ended));
}

/// Checks an answer as the client reads it. Our ids are numbers; an answer to another id is JSON all the
/// same.
fn told<D: Dialect + ClientDialect>(message: &D::Message, check: impl FnOnce(&Told)) {
    if let Some(answer) = D::understand(message) {
        check(&answer.told);
    }
}

fn is_number<I: std::fmt::Debug>(id: &I) -> bool {
    format!("{id:?}").trim_matches(|c: char| !c.is_ascii_digit()).parse::<u64>().is_ok_and(|id| id < 1 << 53)
        && !format!("{id:?}").contains(['-', '\\'])
}

/// Reads the message as a client, and checks the messages that it sends back.
fn client<D: Dialect + ClientDialect>(message: &D::Message, received: fn(Bytes) -> D::Message) {
    let Some(answer) = D::understand(message) else { return };
    let id = answer.id;
    if id == 0 {
        return;
    }
    let limits = Limits::default();
    let sent = |bytes| received(bytes);
    let mut words = vec![(D::end(id), "End"), (D::cancel(id), "Cancel")];
    match answer.told {
        Told::Item(body) | Told::Result(body) if D::is_sound(&body) => {
            let item = sent(D::item(id, &body));
            match D::parse(&item, &limits) {
                Inbound::One(Heard::Item { body: back, .. }) => assert_eq!(back, body),
                other => panic!("an item became {other:?}"),
            }
        }
        Told::Granted(items) => words.push((D::grant(id, items), "Grant")),
        _ => {}
    }
    for (word, name) in words {
        match D::parse(&sent(word), &limits) {
            Inbound::One(heard) => assert!(format!("{heard:?}").starts_with(name), "{name} became {heard:?}"),
            Inbound::Batch(_) => panic!("{name} became a batch"),
        }
    }
}
