//! Streams and unary calls have places of their own.

use super::{Open, Ward, Wire, note, open};
use polywire::{Code, Limits, Streaming};

fn small() -> Limits {
    Limits { calls_in_flight: 1, open_streams: 3, ..Limits::default() }
}

#[tokio::test]
async fn idle_streams_hold_no_place_of_a_call() {
    for wire in Wire::ALL {
        let Open { ward, nurse, .. } = open(wire, small()).await;
        let mut streams = Vec::new();
        for _ in 0..3 {
            let mut stream = ward.watch().await.expect("a stream");
            assert_eq!(stream.next().await, Ok(Some(note("first"))), "{wire:?}");
            streams.push(stream);
        }
        assert_eq!(ward.ask(note("still there")).await, Ok(note("still there")), "{wire:?}");

        let refused = match ward.watch().await {
            Ok(mut stream) => stream.next().await.map(drop),
            Err(status) => Err(status),
        };
        let refused = refused.expect_err("one too many");
        assert_eq!(refused.code(), Code::ResourceExhausted, "{wire:?}: {refused}");
        assert!(refused.message().contains("3 open streams"), "{wire:?}: {refused}");

        drop(streams);
        nurse.lives(0).await;
        loop {
            // A place is free again a moment after its handler is gone.
            if let Ok(mut stream) = ward.watch().await
                && stream.next().await.is_ok()
            {
                break;
            }
        }
    }
}

#[tokio::test]
async fn streams_of_requests_are_streams() {
    for wire in Wire::with_uploads() {
        let Open { ward, nurse, .. } = open(wire, Limits { open_streams: 1, ..small() }).await;
        let (sender, notes) = Streaming::channel(1);
        sender.send(note("a")).await.expect("room");
        let gathering = tokio::spawn({
            let ward = ward.clone();
            async move { ward.gather(notes).await }
        });
        nurse.lives(1).await;
        assert_eq!(ward.ask(note("b")).await, Ok(note("b")), "{wire:?}");
        let refused = ward.gather(Streaming::channel(1).1).await.expect_err("one too many");
        assert_eq!(refused.code(), Code::ResourceExhausted, "{wire:?}: {refused}");
        drop(sender);
        assert_eq!(gathering.await.expect("no panic"), Ok(note("a")), "{wire:?}");
    }
}

#[tokio::test]
async fn a_multiplexed_connection_has_a_share_of_the_streams() {
    let limits = Limits { connection_streams: 2, ws_calls: 1, ..Limits::default() };
    let Open { ward, .. } = open(Wire::Rpc, limits).await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = ward.watch().await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(note("first"))));
        streams.push(stream);
    }
    assert_eq!(ward.ask(note("beside")).await, Ok(note("beside")));
    let refused = ward.watch().await.expect_err("one too many");
    assert_eq!(refused.message(), "the connection has 2 open streams, its limit");
}
