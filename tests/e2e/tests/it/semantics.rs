//! Promises to callers on every wire: calls that take too long are ended, and a caller that gives up stops
//! its call. A panic's text stays secret, and texts and metadata arrive as they were sent.
#![allow(clippy::expect_used)]

use bytes::Bytes;
use polywire::{Caller, Code, Context, Limits, Metadata, Result, Status, Streaming};
use polywire_e2e::cases::Streams;
use polywire_e2e::on_every_wire;
use polywire_e2e::probe::{
    CALLER, Ending, Entry, Place, Probe, ProbeService, ProbeServiceClient, ProbeServiceServer, Tick,
    until_guards, until_held_up,
};
use polywire_e2e::wires::Wire;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

on_every_wire! {
    a_dropped_call_stops_its_handler
    a_dropped_stream_drops_the_handlers
    a_dropped_stream_of_requests_ends_its_handler
    a_panic_says_nothing
    a_panic_in_a_stream_comes_after_its_items
    a_panic_over_a_stream_of_requests
    a_reader_that_takes_nothing_holds_up_the_source
    messages_arrive_to_the_character
    metadata_arrives_to_the_byte
    metadata_comes_with_failures_too
    what_belongs_to_the_protocol_is_not_metadata
    the_servers_own_deadline
    the_servers_own_patience_with_a_stream
}

const HTTP: [Wire; 6] = [
    Wire::Grpc,
    Wire::GrpcWeb,
    Wire::ConnectProto,
    Wire::ConnectJson,
    Wire::WebSocketJson,
    Wire::WebSocketProto,
];

async fn open(wire: Wire) -> ProbeServiceClient {
    open_with(wire, Limits::default()).await
}

async fn open_with(wire: Wire, limits: Limits) -> ProbeServiceClient {
    named(wire.open(ProbeServiceServer::new(Probe::default()), limits).await)
}

/// A client whose calls are counted apart from all others.
fn named(caller: Caller) -> ProbeServiceClient {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos();
    let mut name = Metadata::new();
    let text = format!("{now}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    name.append(CALLER, &text).expect("sound");
    ProbeServiceClient::from_caller(caller.with_metadata(name))
}

fn short() -> Limits {
    let short = Duration::from_millis(150);
    Limits::default().unary_timeout(short).stream_idle_timeout(Some(short))
}

/// The caller set none: what it hears is `deadline_exceeded`, not that its call was cancelled.
async fn the_servers_own_deadline(wire: Wire) {
    outlasts(&open_with(wire, short()).await).await;
}

async fn outlasts(probe: &ProbeServiceClient) {
    let status = probe.hang(Context::new()).await.expect_err("too long");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    until_guards(probe, 0, 1).await;
}

async fn the_servers_own_patience_with_a_stream(wire: Wire) {
    tires_of(&open_with(wire, short()).await).await;
}

async fn tires_of(probe: &ProbeServiceClient) {
    let before = probe.guards(Context::new()).await.expect("a count").dropped;
    let mut ticks = probe.drip(Context::new()).await.expect("a stream");
    assert_eq!(ticks.next().await, Ok(Some(Tick { number: 1 })));
    let status = ticks.next().await.expect_err("too long");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    until_guards(probe, 0, before + 1).await;
}

async fn a_dropped_call_stops_its_handler(wire: Wire) {
    drops_a_call(&open(wire).await).await;
}

async fn drops_a_call(probe: &ProbeServiceClient) {
    tokio::select! {
        answer = probe.hang(Context::new()) => panic!("{answer:?}"),
        () = until_guards(probe, 1, 0) => {}
    }
    until_guards(probe, 0, 1).await;
}

async fn a_dropped_stream_drops_the_handlers(wire: Wire) {
    drops_a_stream(&open(wire).await).await;
}

async fn drops_a_stream(probe: &ProbeServiceClient) {
    let mut ticks = probe.drip(Context::new()).await.expect("a stream");
    assert_eq!(ticks.next().await, Ok(Some(Tick { number: 1 })));
    until_guards(probe, 1, 0).await;
    drop(ticks);
    until_guards(probe, 0, 1).await;
}

async fn a_dropped_stream_of_requests_ends_its_handler(wire: Wire) {
    let probe = open(wire).await;
    match wire.streams() {
        Streams::All => drops_requests(&probe).await,
        Streams::FromServer => {
            let (_sender, ticks) = Streaming::channel(1);
            let status = probe.swallow(Context::new(), ticks).await.expect_err("no such call");
            assert_eq!(status.code(), Code::Unimplemented, "{status}");
        }
    }
}

async fn drops_requests(probe: &ProbeServiceClient) {
    let (sender, ticks) = Streaming::channel(1);
    sender.send(Tick { number: 1 }).await.expect("room");
    tokio::select! {
        answer = probe.swallow(Context::new(), ticks) => panic!("{answer:?}"),
        () = until_guards(probe, 1, 0) => {}
    }
    until_guards(probe, 0, 1).await;

    let (sender, ticks) = Streaming::channel(1);
    let mut answers = probe.exchange(Context::new(), ticks).await.expect("a stream");
    sender.send(Tick { number: 7 }).await.expect("room");
    assert_eq!(answers.next().await, Ok(Some(Tick { number: 7 })));
    until_guards(probe, 1, 1).await;
    drop(answers);
    until_guards(probe, 0, 2).await;
}

const PLACES: [Place; 2] = [Place::AtOnce, Place::AfterAnAwait];

fn opaque<T: std::fmt::Debug>(answer: Result<T>) {
    assert_eq!(answer.expect_err("a panic"), Status::internal("internal error"));
}

async fn a_panic_says_nothing(wire: Wire) {
    panics(&open(wire).await).await;
}

async fn panics(probe: &ProbeServiceClient) {
    for place in PLACES {
        opaque(probe.panic(place).await);
        // The same client: its connection still works.
        until_guards(probe, 0, 0).await;
    }
}

async fn a_panic_in_a_stream_comes_after_its_items(wire: Wire) {
    panics_midway(&open(wire).await).await;
}

async fn panics_midway(probe: &ProbeServiceClient) {
    for (place, after) in PLACES.into_iter().flat_map(|place| [(place, 0), (place, 3)]) {
        match probe.panic_midway(after, place).await {
            Ok(mut ticks) => {
                for number in 1..=after {
                    assert_eq!(ticks.next().await, Ok(Some(Tick { number })));
                }
                opaque(ticks.next().await);
            }
            // A panic before the first item may be the answer to the call.
            refused => {
                assert_eq!(after, 0);
                opaque(refused);
            }
        }
        until_guards(probe, 0, 0).await;
    }
}

async fn a_panic_over_a_stream_of_requests(wire: Wire) {
    panics_over_requests(&open(wire).await, wire.streams()).await;
}

async fn panics_over_requests(probe: &ProbeServiceClient, streams: Streams) {
    let ticks = || Streaming::from_items([Tick { number: 1 }]);
    let read = probe.panic_reading(ticks()).await;
    let exchanged = match probe.panic_exchanging(ticks()).await {
        Ok(mut answers) => answers.next().await,
        Err(status) => Err(status),
    };
    match streams {
        Streams::All => {
            opaque(read);
            opaque(exchanged);
        }
        Streams::FromServer => {
            assert_eq!(read.expect_err("no such call").code(), Code::Unimplemented);
            assert_eq!(exchanged.expect_err("no such call").code(), Code::Unimplemented);
        }
    }
    until_guards(probe, 0, 0).await;
}

async fn a_reader_that_takes_nothing_holds_up_the_source(wire: Wire) {
    holds_up(&open(wire).await).await;
}

async fn holds_up(probe: &ProbeServiceClient) {
    let mut blocks = probe.pour(Context::new()).await.expect("a stream");
    assert_eq!(blocks.next().await.expect("a block").map(|block| block.number), Some(1));
    // When the client reads on, the source goes on.
    for number in 2..=until_held_up(probe).await + 1 {
        let block = blocks.next().await.expect("a block").expect("no end");
        assert_eq!(block.number, number);
    }
    drop(blocks);
    until_guards(probe, 0, 1).await;
}

async fn under_router(wire: Wire, limits: Limits) -> ProbeServiceClient {
    named(wire.open_under_router(ProbeServiceServer::new(Probe::default()), limits).await)
}

#[tokio::test]
async fn a_foreign_router_keeps_to_our_deadlines() {
    for wire in HTTP {
        let probe = under_router(wire, short()).await;
        outlasts(&probe).await;
        tires_of(&probe).await;
    }
}

#[tokio::test]
async fn under_a_foreign_router_a_caller_who_goes_stops_its_handler() {
    for wire in HTTP {
        drops_a_call(&under_router(wire, Limits::default()).await).await;
        drops_a_stream(&under_router(wire, Limits::default()).await).await;
        drops_requests(&under_router(wire, Limits::default()).await).await;
    }
}

#[tokio::test]
async fn under_a_foreign_router_a_panic_says_nothing() {
    for wire in HTTP {
        let probe = under_router(wire, Limits::default()).await;
        panics(&probe).await;
        panics_midway(&probe).await;
        panics_over_requests(&probe, wire.streams()).await;
    }
}

#[tokio::test]
async fn under_a_foreign_router_a_reader_that_takes_nothing_holds_up_the_source() {
    for wire in HTTP {
        holds_up(&under_router(wire, Limits::default()).await).await;
    }
}

/// Texts over which a header, a JSON text, a percent-encoding or a base64 might trip.
fn messages() -> Vec<String> {
    let short = [
        "",
        "%",
        "%41",
        "%zz",
        "100 %",
        "a\nb",
        "a\r\nb: c",
        "\r\n\r\n",
        "\0",
        "\u{1}\u{7f}",
        "tab\tbed",
        " padded ",
        "\u{e9} \u{2013} \u{1f980} \u{202e}",
        "\"quoted\" 'and' \\ \\n",
        "a:b; c=d, e",
        "{\"code\":3}",
        "</script>",
    ];
    let long = ["x", "\u{e9}", "%", "\n\" "].map(|piece| piece.repeat(4096 / piece.len()));
    short.into_iter().map(str::to_owned).chain(long).collect()
}

fn assert_message(status: &Status, sent: &str) {
    let start = |text: &str| text.chars().take(100).collect::<String>();
    let seen = status.message();
    let what = (start(seen), seen.len(), start(sent), sent.len());
    assert!(status.code() == Code::FailedPrecondition && seen == sent, "{}: {what:?}", status.code());
}

async fn messages_arrive_to_the_character(wire: Wire) {
    let probe = open(wire).await;
    for message in messages() {
        let status = probe.fail(9, message.clone()).await.expect_err("as asked");
        assert_message(&status, &message);
        let mut ticks = probe.fail_midway(9, message.clone()).await.expect("a stream");
        assert_eq!(ticks.next().await, Ok(Some(Tick { number: 1 })));
        assert_message(&ticks.next().await.expect_err("as asked"), &message);
    }
}

const TEXTS: [&str; 4] =
    ["plain", "with spaces, a comma; \"quotes\"", "~!@#$%^&*()[]{}<>\\|`'=+-_/?.:", "last"];

fn every_byte() -> [Vec<u8>; 5] {
    [(0..=255).collect(), Vec::new(), vec![0], (0..=255).rev().collect(), b"text, with a comma".to_vec()]
}

/// Metadata of each kind.
fn sent() -> Metadata {
    let mut metadata = Metadata::new();
    metadata.append("x-one", "1").expect("sound");
    TEXTS.iter().for_each(|value| metadata.append("x-several", value).expect("sound"));
    metadata.append("x-empty", "").expect("sound");
    every_byte().iter().for_each(|value| metadata.append_bin("x-several-bin", value).expect("sound"));
    metadata.append_bin("x-empty-bin", &[]).expect("sound");
    metadata.append_bin("x-one-bin", &every_byte()[0]).expect("sound");
    metadata
}

const KEYS: [&str; 7] =
    ["x-one", "x-several", "x-empty", "x-several-bin", "x-empty-bin", "x-one-bin", "x-absent"];

fn keys() -> Vec<String> {
    KEYS.map(str::to_owned).to_vec()
}

/// How the texts of a key arrive: several are one with commas on a broker, as AMQP has one value a header.
fn texts(wire: Wire, metadata: &Metadata, key: &str) -> Vec<String> {
    let all: Vec<String> = metadata.get_all(key).map(str::to_owned).collect();
    match all.len() > 1 && wire.is_broker() {
        true => vec![all.join(", ")],
        false => all,
    }
}

fn assert_same(wire: Wire, what: &str, seen: &Metadata) {
    let sent = sent();
    for key in KEYS {
        match key.ends_with("-bin") {
            true => {
                let (seen, sent) = (seen.get_all_bin(key), sent.get_all_bin(key));
                assert_eq!(seen.collect::<Vec<_>>(), sent.collect::<Vec<_>>(), "{what}: {key}");
            }
            false => {
                let seen: Vec<&str> = seen.get_all(key).collect();
                assert_eq!(seen, texts(wire, &sent, key), "{what}: {key}");
            }
        }
    }
}

fn assert_seen(wire: Wire, entries: &[Entry]) {
    let sent = sent();
    for (entry, key) in entries.iter().zip(KEYS) {
        if key.ends_with("-bin") {
            assert_eq!(entry.bytes, sent.get_all_bin(key).collect::<Vec<Bytes>>(), "request: {key}");
        } else {
            assert_eq!(entry.texts, texts(wire, &sent, key), "request: {key}");
        }
    }
    assert_eq!(entries.len(), KEYS.len());
}

async fn metadata_arrives_to_the_byte(wire: Wire) {
    let probe = open(wire).await;
    let cx = Context::new().with_metadata(&sent());
    assert_seen(wire, &probe.metadata(cx.clone(), keys(), Ending::Well).await.expect("entries"));
    assert_same(wire, "header", &cx.headers());
    assert_same(wire, "trailer", &cx.trailers());

    let cx = Context::new().with_metadata(&sent());
    let entries = probe.metadata_midway(cx.clone(), keys(), Ending::Well).await.expect("a stream");
    assert_seen(wire, &entries.collect().await.expect("entries"));
    assert_same(wire, "header of a stream", &cx.headers());
    assert_same(wire, "trailer of a stream", &cx.trailers());
}

async fn metadata_comes_with_failures_too(wire: Wire) {
    let probe = open(wire).await;
    let cx = Context::new().with_metadata(&sent());
    let status = probe.metadata(cx.clone(), keys(), Ending::Badly).await.expect_err("as asked");
    assert_eq!(status, Status::aborted("as asked"));
    assert_same(wire, "header", &cx.headers());
    assert_same(wire, "trailer", &cx.trailers());

    let cx = Context::new().with_metadata(&sent());
    let entries = probe.metadata_midway(cx.clone(), keys(), Ending::Badly).await.expect("a stream");
    assert_eq!(entries.collect().await, Err(Status::aborted("as asked")));
    assert_same(wire, "header of a stream", &cx.headers());
    assert_same(wire, "trailer of a stream", &cx.trailers());
}

/// Neither side can make the other believe what its protocol says itself.
async fn what_belongs_to_the_protocol_is_not_metadata(wire: Wire) {
    const OURS: [&str; 17] = [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "grpc-timeout",
        "grpc-encoding",
        "connect-timeout-ms",
        "connect-protocol-version",
        "connect-content-encoding",
        "content-type",
        "content-length",
        "content-encoding",
        "connection",
        "transfer-encoding",
        "te",
        "upgrade",
        "host",
        "user-agent",
    ];
    const FORGED: &str = "7";
    let probe = open(wire).await;
    let mut metadata = Metadata::new();
    for key in OURS {
        match key.ends_with("-bin") {
            true => metadata.append_bin(key, &[8, 7]).expect("sound"),
            false => metadata.append(key, FORGED).expect("sound"),
        }
    }
    metadata.append("x-mine", "yes").expect("sound");
    let cx = Context::new().with_metadata(&metadata);
    let keys: Vec<String> = OURS.iter().map(|key| (*key).to_owned()).chain(["x-mine".to_owned()]).collect();
    for entry in probe.metadata(cx, keys, Ending::Well).await.expect("entries") {
        let expected = if entry.key == "x-mine" { vec!["yes".to_owned()] } else { Vec::new() };
        let seen: Vec<String> = match entry.key.as_str() {
            "grpc-status-details-bin" => entry.texts,
            // HTTP's own headers may be there, with their true values.
            _ => entry.texts.into_iter().filter(|text| text == FORGED || entry.key == "x-mine").collect(),
        };
        assert_eq!(seen, expected, "{}", entry.key);
    }

    let cx = Context::new();
    let keys = OURS.iter().filter(|key| !key.ends_with("-bin")).map(|key| (*key).to_owned()).collect();
    assert_eq!(probe.forge(cx.clone(), keys, FORGED.to_owned()).await, Ok(()));
    for (what, metadata) in [("headers", cx.headers()), ("trailers", cx.trailers())] {
        let forged: Vec<_> = metadata.iter().filter(|(_, value)| *value == FORGED).collect();
        assert_eq!(forged, [], "{what}");
    }
}

#[test]
fn metadata_that_cannot_travel_is_refused() {
    let mut metadata = Metadata::new();
    for value in
        ["a\nb", "a\r\nx-other: c", "\0", "tab\tbed", "\u{7f}", "\u{e9}", "\u{1f980}", "line\u{2028}"]
    {
        let error = metadata.append("x-mine", value).expect_err(value).to_string();
        assert!(error.contains("`x-mine`") && error.contains("printable ASCII"), "{value:?}: {error}");
    }
    let long = "x".repeat(70_000);
    for key in ["", " ", "x y", "x:y", "x\ny", "\u{e9}", "(x)", "x\0", long.as_str()] {
        assert!(metadata.append(key, "v").is_err(), "{key:?}");
        assert!(metadata.append_bin(&format!("{key}:-bin"), b"v").is_err(), "{key:?}");
    }
    assert!(metadata.append("x-mine-bin", "dGV4dA").is_err());
    assert!(metadata.append_bin("x-mine", b"bytes").is_err());
    assert!(metadata.is_empty(), "{metadata:?}");

    metadata.append("X-Mine", "1").expect("keys are lower case, whatever case they are given in");
    assert_eq!(metadata.get("x-mine"), Some("1"));
    // Enough keys to fill a map of headers: an error, no panic.
    let full = (0..40_000).find_map(|number| metadata.append(&format!("x-{number}"), "").err());
    assert!(full.is_some_and(|error| error.to_string().contains("too many")));
}
