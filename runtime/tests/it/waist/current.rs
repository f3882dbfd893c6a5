//! The current context of a handler is that of the incoming call. Calls of its own carry only what the
//! handler added.

use super::{Note, Open, Ward, WardClient, Wire, note, open};
use polywire::{Context, Limits, Metadata, Result, Streaming, Transport};
use std::time::Duration;

/// The caller, as an interceptor found out.
#[derive(Debug, Clone)]
pub struct Guest(pub &'static str);

const SECRET: &str = "authorization";
const TRACE: &str = "traceparent";
const TRACE_VALUE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const ADDED: &str = "x-added";

/// The facts of the current context.
pub fn told() -> Note {
    let cx = Context::current();
    let guest = cx.extension().map(|Guest(name)| *name);
    let of = |key| cx.metadata().get(key).unwrap_or("-").to_owned();
    let timed = if cx.deadline().is_some() { "timed" } else { "untimed" };
    note(&format!(
        "{} {} {} {} {} {timed}",
        cx.transport(),
        guest.unwrap_or("-"),
        of(SECRET),
        of(TRACE),
        of(ADDED)
    ))
}

/// Calls the next service twice, and returns what it saw.
pub async fn pass_on(next: &WardClient) -> Result<Note> {
    let plain = next.tell(note("")).await?;
    let mut metadata = Metadata::new();
    metadata.append(ADDED, "yes").expect("sound");
    let added = Context::current().with_metadata(&metadata).scope(next.tell(note(""))).await?;
    Ok(note(&format!("{} | {}", plain.text, added.text)))
}

fn transport(wire: Wire) -> Transport {
    match wire {
        Wire::Local => Transport::Local,
        Wire::Grpc => Transport::Grpc,
        Wire::GrpcWeb => Transport::GrpcWeb,
        Wire::Connect => Transport::Connect,
        Wire::Rpc => Transport::WebSocket,
        Wire::Memory => Transport::Memory,
    }
}

fn call() -> Context {
    let mut metadata = Metadata::new();
    metadata.append(SECRET, "secret").expect("sound");
    metadata.append(TRACE, TRACE_VALUE).expect("sound");
    Context::new().with_metadata(&metadata).with_timeout(Duration::from_secs(60))
}

#[tokio::test]
async fn a_handler_and_its_stream_run_in_the_context_of_their_call() {
    for wire in Wire::ALL {
        let Open { ward, .. } = open(wire, Limits::default()).await;
        let expected = note(&format!("{} bob secret {TRACE_VALUE} - timed", transport(wire)));
        assert_eq!(call().scope(ward.tell(note(""))).await, Ok(expected.clone()), "{wire:?}");
        let stream: Streaming<_> = call().scope(ward.tell_all()).await.expect("a stream");
        assert_eq!(stream.collect().await, Ok(vec![expected]), "{wire:?}");
    }
}

#[tokio::test]
async fn a_call_from_a_handler_carries_what_was_added_and_no_credentials() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, Limits::default()).await;
        nurse.next.set(ward.clone()).expect("none yet");
        let wire_name = transport(wire);
        let expected =
            format!("{wire_name} bob - {TRACE_VALUE} - timed | {wire_name} bob - {TRACE_VALUE} yes timed");
        assert_eq!(call().scope(ward.pass_on(note(""))).await, Ok(note(&expected)), "{wire:?}");
    }
}

#[tokio::test]
async fn elsewhere_the_current_context_is_new() {
    assert_eq!(told(), note("local - - - - untimed"));
}
