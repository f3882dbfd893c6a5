//! The fuzz target of the properties and headers that a broker delivers, as bytes of AMQP 0-9-1.

mod foreign;

pub use foreign::foreign;

use super::broker::Delivery;
use super::properties::{Fields, Properties, Received};
use super::rabbit::{DEEPEST, depth, screened, wire_properties};
use super::wire;
use crate::call::input::Codec;
use crate::call::status::Status;
use bytes::Bytes;
use lapin::BasicProperties;
use lapin::protocol::basic::{gen_properties, parse_properties};
use std::sync::Arc;

/// The limit of metadata on a server, in bytes.
const LIMIT: usize = 16 << 10;

/// Checks a property list, in the form that it has in a content header frame (AMQP 0-9-1, section 4.2.6.1):
///
/// - After screening it does not nest too deep.
/// - The way into our types and back loses nothing.
/// - A value read in place equals the value in a copy. So a message means the same from RabbitMQ and from the
///   broker in memory.
/// - Metadata stays within its limit.
/// - A copy for sending again can be sent, and says the same as the original.
/// - A status comes back unchanged.
pub fn amqp(data: &[u8]) {
    let flat = screened(data);
    let Ok((_, theirs)) = parse_properties(flat.as_slice()) else { return };
    assert!(theirs.headers().as_ref().is_none_or(|headers| depth(headers) <= DEEPEST));
    let ours = copy(&theirs);
    let back =
        wire_properties(&ours).unwrap_or_else(|fault| panic!("from the wire, but not onto it: {fault}"));
    assert_eq!(text(&copy(&back)), text(&ours));
    let again = through_the_wire(&back);
    assert_eq!(text(&copy(&again)), text(&ours));
    let (theirs, ours) = (delivery(Received::Wire(theirs)), delivery(Received::Own(Arc::new(ours))));
    assert_eq!(wire::outcome(&theirs), wire::outcome(&ours));
    agree(&theirs.properties, &ours.properties);
    bounded(&ours.properties);
    if let Some(Err(status)) = wire::outcome(&ours) {
        told_again(&status);
    }
    copied(&ours);
}

fn delivery(properties: Received) -> Delivery {
    Delivery {
        tag: 1,
        exchange: "exchange".into(),
        routing_key: "key".into(),
        redelivered: false,
        properties,
        body: Bytes::new(),
    }
}

/// Prints the properties, to compare them. NaN is not equal to itself, but prints alike.
fn text(properties: &Properties) -> String {
    format!("{properties:?}")
}

fn copy(theirs: &BasicProperties) -> Properties {
    Received::Wire(theirs.clone()).to_properties()
}

fn through_the_wire(properties: &BasicProperties) -> BasicProperties {
    let written = gen_properties(properties)(Vec::new().into());
    let (bytes, _) = written.unwrap_or_else(|error| panic!("{error}: {properties:?}")).into_inner();
    match parse_properties(bytes.as_slice()) {
        Ok(([], back)) => back,
        other => panic!("{properties:?} became {other:?}"),
    }
}

/// Checks that a message read in place says the same as its copy.
fn agree(theirs: &Received, ours: &Received) {
    assert_eq!(wire::codec(theirs), wire::codec(ours));
    assert_eq!(wire::deadline(theirs).is_some(), wire::deadline(ours).is_some());
    assert_eq!(wire::is_acceptance(theirs), wire::is_acceptance(ours));
    assert_eq!(wire::control(theirs).is_some(), wire::control(ours).is_some());
    assert_eq!(wire::metadata(theirs, LIMIT), wire::metadata(ours, LIMIT));
    let all = |received: &Received| {
        let mut all = Vec::new();
        received.each_header(|name, value| all.push(format!("{name}: {value:?}")));
        all
    };
    assert_eq!(all(theirs), all(ours));
}

fn bounded(received: &Received) {
    if let Ok(metadata) = wire::metadata(received, LIMIT) {
        let size: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
        // A number or a boolean counts as eight bytes, however long its text is.
        assert!(size <= 64 * LIMIT, "{size} bytes of metadata");
        let mut headers = Fields::new();
        wire::put_metadata(&mut headers, &metadata);
        // The protocol's own headers are not written.
        let written = headers.clone();
        let again = Received::Own(Arc::new(Properties { headers, ..Properties::default() }));
        let again = wire::metadata(&again, usize::MAX);
        let texts = |metadata: &crate::call::metadata::Metadata| {
            let mut texts: Vec<_> = metadata
                .iter()
                .filter(|(name, _)| written.contains_key(*name))
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            texts.sort();
            texts
        };
        // The values of a name that came in two spellings are joined, so such a message is not compared.
        let names: Vec<_> = metadata.as_headers().keys().collect();
        if names.len() == metadata.as_headers().len() {
            assert_eq!(again.as_ref().map(texts), Ok(texts(&metadata)));
        }
    }
    if let Ok(response) = wire::take_response(received, LIMIT) {
        let mut headers = Fields::new();
        wire::put_response(&mut headers, &response);
        wire::put_status(&mut headers, None);
        assert!(headers.len() <= response.headers.iter().count() + response.trailers.iter().count() + 1);
    }
}

/// Checks that a failure comes back as it went out, in the headers and in the body.
fn told_again(status: &Status) {
    let mut headers = Fields::new();
    wire::put_status(&mut headers, Some(status));
    let content_type = Some(wire::PROTOBUF.into());
    let properties = Properties { headers, content_type, ..Properties::default() };
    let mut reply = delivery(Received::Own(Arc::new(properties)));
    reply.body = wire::status_body(Codec::Proto, status);
    assert_eq!(wire::outcome(&reply), Some(Err(status.clone())));
}

/// Checks a copy for publishing again: it can be published, a copy of it equals it, and the broker's marks
/// are gone.
fn copied(original: &Delivery) {
    assert!(wire::attempt(original) > 0);
    let copy = wire::copy(original);
    assert!(
        copy.persistent && copy.message_id.is_some() && copy.expiration.is_none() && copy.user_id.is_none()
    );
    assert!(copy.headers.keys().all(|name| !name.starts_with("x-death") && name != "CC" && name != "BCC"));
    assert!(copy.headers.contains_key(wire::KEY));
    if let Err(fault) = wire_properties(&copy) {
        panic!("a copy that cannot be sent: {fault}");
    }
    let again = wire::copy(&delivery(Received::Own(Arc::new(copy.clone()))));
    assert_eq!(text(&again), text(&copy));
}
