//! Hedged calls: a slow server is overtaken by another.

use super::*;
use crate::support::until;
use polywire::{ClientStats, Hedge, Interceptor, Method, Outcome, Retry};
use std::time::Duration;

/// A hedge so soon that no test waits for it.
fn soon() -> Hedge {
    Hedge { delay: Duration::from_millis(1), ..Hedge::default() }
}

fn never() -> Hedge {
    Hedge { delay: Duration::from_secs(3_600), ..Hedge::default() }
}

/// Two servers whose first is slow, and a client that asks them in order.
async fn slow_and_fast(endpoint: impl FnOnce(Endpoint) -> Endpoint, wire: &str) -> (Servers, FleetClient) {
    let mut servers = serve(2).await;
    let client = connect(endpoint(servers.endpoint(wire).balance(Balance::RoundRobin))).await;
    servers.meet(&client, 1).await;
    servers.meet(&client, 2).await;
    servers.all[0].set(Mode::Wait);
    (servers, client)
}

#[derive(Default)]
struct Seen(Mutex<Vec<&'static str>>);

impl Interceptor for Seen {
    fn after(&self, _: &Context, _: &'static Method, outcome: &Outcome<'_>) {
        self.0.lock().unwrap().push(outcome.code());
    }
}

#[tokio::test]
async fn the_first_answer_wins_and_the_other_attempt_is_cancelled() {
    for wire in WIRES {
        let (stats, seen) = (ClientStats::default(), Arc::new(Seen::default()));
        let change = |endpoint: Endpoint| endpoint.hedge(soon()).stats(&stats).interceptor(Arc::clone(&seen));
        let (mut servers, client) = slow_and_fast(change, wire).await;
        let before = stats.clients().remove(0);
        seen.0.lock().unwrap().clear();
        let (mut rounds, mut overtaken) = (0, 0);
        // One of two calls meets the slow server first.
        while stats.clients()[0].hedges_won == before.hedges_won {
            rounds += 1;
            let cx = Context::new();
            assert_eq!(client.who(cx.clone()).await, Ok(2), "{wire}");
            let names = cx.headers().get_all("x-server").map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(names, ["2"], "{wire}: the metadata of the answer alone");
        }
        let dropped = &servers.all[0].inside.dropped;
        until("it is cancelled", async || {
            while let Ok(id) = servers.begun.try_recv() {
                overtaken += usize::from(id == 1);
            }
            overtaken > 0 && dropped.load(Ordering::SeqCst) == overtaken
        })
        .await;
        let after = stats.clients().remove(0);
        assert_eq!(after.calls - before.calls, rounds);
        assert_eq!(
            *seen.0.lock().unwrap(),
            vec!["ok"; rounds as usize],
            "{wire}: an interceptor sees one call"
        );
    }
}

#[tokio::test]
async fn what_may_not_happen_twice_and_streams_are_asked_once() {
    for wire in WIRES {
        let stats = ClientStats::default();
        let (mut servers, client) =
            slow_and_fast(|endpoint| endpoint.hedge(soon()).stats(&stats), wire).await;
        servers.all[1].set(Mode::Wait);
        let before = stats.clients()[0].hedges;
        let slow = client.change(Context::new().with_timeout(Duration::from_millis(100))).await;
        assert_eq!((code(slow), servers.seen()), (Code::DeadlineExceeded, 1), "{wire}");
        let mut stream = client.watch().await.expect("a stream");
        stream.next().await.expect("an item");
        assert!(tokio::time::timeout(Duration::from_millis(50), stream.next()).await.is_err());
        assert_eq!((servers.seen(), stats.clients()[0].hedges), (1, before), "{wire}");
    }
}

#[tokio::test]
async fn a_failure_that_is_not_fatal_is_followed_at_once() {
    for wire in WIRES {
        let (mut servers, client) = slow_and_fast(|endpoint| endpoint.hedge(never()), wire).await;
        servers.all[0].set(unavailable());
        for _ in 0..2 {
            assert_eq!(client.who(Context::new()).await, Ok(2), "{wire}");
        }
        let seen = servers.seen();
        assert!((3..=4).contains(&seen), "{wire}: {seen} attempts; one of two calls met the first, or both");
        servers.all[1].set(unavailable());
        assert_eq!(code(client.who(Context::new()).await), Code::Unavailable);
        assert_eq!(servers.seen(), 2, "{wire}: no more than the rule says");
        servers.all.iter().for_each(|server| server.set(Mode::Fail(Status::not_found("no book"))));
        assert_eq!(code(client.who(Context::new()).await), Code::NotFound);
        assert_eq!(servers.seen(), 1, "{wire}: a fatal failure is the answer");
    }
}

#[tokio::test]
async fn a_server_that_says_never_is_obeyed() {
    for wire in ["grpc", "grpcweb"] {
        let (mut servers, client) = slow_and_fast(|endpoint| endpoint.hedge(never()), wire).await;
        let never = Status::unavailable("not today").with_retry_after(Duration::MAX);
        servers.all.iter().for_each(|server| server.set(Mode::Fail(never.clone())));
        assert_eq!(code(client.who(Context::new()).await), Code::Unavailable);
        assert_eq!(servers.seen(), 1, "{wire}");
    }
}

#[tokio::test]
async fn the_budget_bounds_the_second_attempts() {
    for wire in WIRES {
        let stats = ClientStats::default();
        let retry = Retry { budget: 10, ..Retry::default() };
        let change = |endpoint: Endpoint| endpoint.hedge(soon()).retry(retry.clone()).stats(&stats);
        let (servers, client) = slow_and_fast(change, wire).await;
        servers.all[1].set(Mode::Wait);
        let before = stats.clients()[0].hedges;
        for _ in 0..20 {
            let hasty = Context::new().with_timeout(Duration::from_millis(30));
            assert_eq!(code(client.who(hasty).await), Code::DeadlineExceeded, "{wire}");
        }
        let hedges = stats.clients()[0].hedges - before;
        assert!((1..=5).contains(&hedges), "{wire}: {hedges} of 20 calls that hung had a second attempt");
    }
}

#[tokio::test]
async fn a_server_that_answers_nobody_is_overtaken_too() {
    // A listener that nobody accepts from: connections in the clear are there, and no answer comes.
    let (_silent, address) = listen().await;
    for wire in ["grpc", "grpcweb", "http"] {
        let servers = serve(1).await;
        let addresses = [address.to_string(), servers.addresses()[0].clone()];
        let endpoint = Endpoint::new(format!("{wire}://books.internal")).addresses(addresses).hedge(soon());
        let retry = Retry { budget: 1_000, ..Retry::default() };
        let client = connect(endpoint.retry(retry).balance(Balance::RoundRobin)).await;
        for _ in 0..10 {
            assert_eq!(client.who(Context::new()).await, Ok(1), "{wire}");
        }
    }
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn metrics_count_one_call_and_its_attempts() {
    use polywire::layers::Metrics;
    let (metrics, stats) = (Metrics::new(), ClientStats::default());
    metrics.add_clients(stats.clone());
    let change = |endpoint: Endpoint| endpoint.hedge(never()).stats(&stats).interceptor(metrics.client());
    let (servers, client) = slow_and_fast(change, "grpc").await;
    servers.all[0].set(unavailable());
    let mut calls = 0;
    while stats.clients()[0].hedges_won == 0 {
        calls += 1;
        assert_eq!(client.who(Context::new()).await, Ok(2));
    }
    let (text, reading) = (metrics.text(), stats.clients().remove(0));
    let row =
        |name: &str, value: u64| text.contains(&format!("{name}{{url=\"grpc://books.internal\"}} {value}\n"));
    assert!(row("polywire_client_hedges_won_total", 1), "{text}");
    assert!(row("polywire_client_attempts_total", reading.attempts), "{text}");
    assert!(text.contains("polywire_client_addresses_up{url=\"grpc://books.internal\"} 2.0\n"), "{text}");
    let calls = format!("rpc_method=\"fleet.v1.Fleet/Who\",rpc_response_status_code=\"OK\"}} {calls}\n");
    assert!(text.contains(&calls), "an interceptor counts calls: {text}");
}
