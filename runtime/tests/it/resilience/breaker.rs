//! The circuit breaker.

use super::*;
use polywire::{Breaker, ClientStats};
use std::time::Duration;

#[tokio::test]
async fn an_open_breaker_sends_nothing_and_says_when_to_come_back() {
    for wire in WIRES {
        let mut servers = serve(1).await;
        let breaker = Breaker { failures: 3, time: Duration::from_secs(3_600), ..Breaker::default() };
        let stats = ClientStats::default();
        let client = connect(servers.endpoint(wire).breaker(breaker).stats(&stats)).await;
        servers.all[0].set(unavailable());
        for _ in 0..3 {
            assert_eq!(code(client.change(Context::new()).await), Code::Unavailable);
        }
        servers.seen();
        servers.all[0].set(Mode::Answer);
        let refused = client.change(Context::new()).await.expect_err("open");
        assert_eq!(refused.reason(), Some(("CIRCUIT_OPEN".to_owned(), "polywire".to_owned())), "{wire}");
        assert!(refused.retry_after().is_some_and(|after| after > Duration::from_secs(60)));
        assert_eq!(code(client.watch().await), Code::Unavailable);
        assert_eq!(servers.seen(), 0, "{wire}");
        let reading = stats.clients().remove(0);
        assert_eq!((reading.is_breaker_open, reading.breaker_refusals, reading.calls), (true, 2, 3));
    }
}

#[tokio::test]
async fn one_call_closes_it() {
    for wire in WIRES {
        let mut servers = serve(1).await;
        let time = Duration::from_millis(5);
        let breaker = Breaker { failures: 1, time, longest: time, ..Breaker::default() };
        let client = connect(servers.endpoint(wire).breaker(breaker)).await;
        servers.all[0].set(unavailable());
        assert_eq!(code(client.change(Context::new()).await), Code::Unavailable);
        servers.all[0].set(Mode::Wait);
        servers.seen();
        let probe = loop {
            let mut call = tokio::spawn({
                let client = client.clone();
                async move { client.change(Context::new()).await }
            });
            tokio::select! {
                Some(_) = servers.begun.recv() => break call,
                refused = &mut call => drop(refused.expect("no panic").expect_err("open still")),
            }
        };
        assert!(
            client.change(Context::new()).await.expect_err("one call alone").reason().is_some(),
            "{wire}"
        );
        servers.all[0].set(Mode::Answer);
        servers.all[0].open(9);
        assert_eq!(probe.await.expect("no panic"), Ok(1));
        assert_eq!(client.change(Context::new()).await, Ok(1), "{wire}");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_opens_it() {
    let mut servers = serve(1).await;
    let breaker = Breaker { failures: 2, time: Duration::from_secs(3_600), ..Breaker::default() };
    let client = connect(servers.endpoint("grpc").breaker(breaker)).await;
    servers.all.remove(0).stop().await;
    for is_open in [false, false, true] {
        let status = client.change(Context::new()).await.expect_err("nobody");
        assert_eq!(status.reason().is_some(), is_open, "{status}");
    }
}
