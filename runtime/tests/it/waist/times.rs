//! The end of calls: one rule on every wire.

use super::{Open, Ward, Wire, note, open, tripping};
use futures_util::{SinkExt, StreamExt};
use polywire::{Code, Context, Limits, Result, Streaming};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

const CALL: Duration = Duration::from_millis(200);

fn short() -> Limits {
    Limits::default().unary_timeout(CALL)
}

/// A stream of four notes that takes twice as long as a unary call may.
fn slow() -> Streaming<super::Note> {
    let notes = futures_util::stream::unfold(0, async |sent| {
        if sent == 4 {
            return None;
        }
        sleep(CALL / 2).await;
        Some((Ok(note("x")), sent + 1))
    });
    Streaming::new(Box::pin(notes))
}

#[tokio::test]
async fn a_stream_of_requests_outlasts_a_unary_call() {
    for wire in Wire::with_uploads() {
        let Open { ward, .. } = open(wire, short()).await;
        assert_eq!(ward.gather(slow()).await, Ok(note("xxxx")), "{wire:?}");
    }
}

#[tokio::test]
async fn so_it_does_on_an_endpoint_of_its_own() {
    let Open { address, .. } = open(Wire::Rpc, short()).await;
    let io = TcpStream::connect(address).await.expect("a connection");
    let url = format!("ws://{address}/gather");
    let (mut socket, _) = tokio_tungstenite::client_async(url, io).await.expect("a WebSocket");
    for _ in 0..4 {
        sleep(CALL / 2).await;
        socket.send(Message::text(r#"{"text":"x"}"#)).await.expect("sent");
    }
    socket.send(Message::text("")).await.expect("sent");
    let answer = socket.next().await.expect("an answer").expect("a message");
    assert_eq!(answer.into_text().expect("a text").as_str(), r#"{"text":"xxxx"}"#);
}

#[tokio::test]
async fn a_unary_call_has_the_servers_limit() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, short()).await;
        let status = ward.hang(note("")).await.expect_err("too long");
        assert_eq!(status.code(), Code::DeadlineExceeded, "{wire:?}: {status}");
        nurse.lives(0).await;
    }
}

#[tokio::test]
async fn a_time_beyond_the_clock_is_no_deadline() {
    let cx = Context::new().with_timeout(Duration::MAX);
    assert_eq!(cx.deadline(), None);
    for wire in Wire::ALL {
        let Open { ward, .. } = open(wire, Limits::default()).await;
        assert_eq!(cx.scope(ward.ask(note("a"))).await, Ok(note("a")), "{wire:?}");
    }
}

#[tokio::test]
async fn the_limit_covers_interceptors() {
    for wire in Wire::ALL {
        let Open { ward, .. } = open(wire, short()).await;
        let status = tripping("never").scope(ward.ask(note(""))).await.expect_err("too long");
        assert_eq!(status.code(), Code::DeadlineExceeded, "{wire:?}: {status}");
    }
}

/// The handler of the stream is gone at the deadline, though its reader asks for nothing more.
#[tokio::test]
async fn a_stream_ends_at_its_deadline_though_nobody_reads() {
    let Open { ward, nurse, .. } = open(Wire::Local, Limits::default()).await;
    let soon = Context::new().with_timeout(CALL);
    let stream = soon.scope(ward.watch()).await.expect("a stream");
    nurse.lives(1).await;
    nurse.lives(0).await;
    let all: Result<Vec<_>> = stream.collect().await;
    assert_eq!(all.expect_err("too late").code(), Code::DeadlineExceeded);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_says_nothing_goes_on_unless_told() {
    let Open { ward, .. } = open(Wire::Local, Limits::default()).await;
    let mut stream = ward.watch().await.expect("a stream");
    assert_eq!(stream.next().await, Ok(Some(note("first"))));
    let day = Duration::from_secs(24 * 3_600);
    assert!(tokio::time::timeout(day, stream.next()).await.is_err(), "it goes on");
}

/// A server's own limit, and one that a method sets in its place.
#[tokio::test(start_paused = true)]
async fn a_stream_may_be_told_how_long_it_may_be_idle() {
    let hour = || Limits::default().stream_idle_timeout(Some(Duration::from_secs(3_600)));
    for (limits, of_method, seconds) in
        [(hour(), false, 3_600), (hour(), true, 60), (Limits::default(), true, 60)]
    {
        let Open { ward, .. } = open(Wire::Local, limits).await;
        let stream = if of_method { ward.glance().await } else { ward.watch().await };
        let mut stream = stream.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note("first"))));
        let begun = Instant::now();
        let status = stream.next().await.expect_err("too idle");
        assert_eq!(
            (status.code(), status.message()),
            (Code::DeadlineExceeded, "the stream was idle for too long")
        );
        assert_eq!(begun.elapsed().as_secs(), seconds);
    }
}
