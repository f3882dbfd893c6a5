//! The concurrency limit.

use super::*;
use crate::support::until;
use polywire::{ClientStats, Concurrency};

#[tokio::test]
async fn calls_beyond_the_limit_wait_and_those_beyond_the_queue_are_refused() {
    for wire in WIRES {
        let mut servers = serve(1).await;
        let stats = ClientStats::default();
        let endpoint = servers.endpoint(wire).concurrency(Concurrency { calls: 2, waiting: 1 }).stats(&stats);
        let client = connect(endpoint).await;
        servers.all[0].set(Mode::Wait);
        let call = || {
            let client = client.clone();
            tokio::spawn(async move { client.change(Context::new()).await })
        };
        let running = [call(), call()];
        assert_eq!((servers.begun.recv().await, servers.begun.recv().await), (Some(1), Some(1)));
        let waiting = call();
        until("one waits", async || stats.clients()[0].waiting == 1).await;
        let refused = client.change(Context::new()).await.expect_err("the queue is full");
        assert_eq!(refused.code(), Code::ResourceExhausted, "{wire}");
        assert!(refused.message().contains("Endpoint::concurrency"), "{refused}");
        assert_eq!((servers.seen(), stats.clients()[0].limit_refusals), (0, 1), "{wire}");

        // A caller who gives up leaves the queue.
        waiting.abort();
        until("nobody waits", async || stats.clients()[0].waiting == 0).await;
        let waiting = call();
        until("one waits", async || stats.clients()[0].waiting == 1).await;
        servers.all[0].open(3);
        for call in running.into_iter().chain([waiting]) {
            assert_eq!(call.await.expect("no panic"), Ok(1), "{wire}");
        }
        assert_eq!(servers.seen(), 1, "the one that waited");
    }
}

#[tokio::test]
async fn a_stream_has_its_place_until_it_ends() {
    for wire in WIRES {
        let servers = serve(1).await;
        let client = connect(servers.endpoint(wire).concurrency(Concurrency { calls: 1, waiting: 0 })).await;
        let mut stream = client.watch().await.expect("a stream");
        assert_eq!(stream.next().await, Ok(Some(1)));
        assert_eq!(code(client.change(Context::new()).await), Code::ResourceExhausted, "{wire}");
        servers.all[0].open(1);
        assert_eq!((stream.next().await, stream.next().await), (Ok(Some(1)), Ok(None)));
        assert_eq!(client.change(Context::new()).await, Ok(1), "{wire}");
        let dropped = client.watch().await.expect("a stream");
        drop(dropped);
        assert_eq!(client.change(Context::new()).await, Ok(1), "{wire}");
    }
}
