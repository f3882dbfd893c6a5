//! Addresses that fail again and again get no calls for a while.

use super::*;
use polywire::{ClientStats, Ejection};
use std::time::Duration;

fn rule() -> Ejection {
    Ejection {
        failures: 3,
        time: Duration::from_secs(3_600),
        longest: Duration::from_secs(3_600),
        ..Ejection::default()
    }
}

/// Calls until so many failed.
async fn fail(client: &FleetClient, times: usize) {
    let mut failed = 0;
    while failed < times {
        failed += usize::from(client.change(Context::new()).await.is_err());
    }
}

#[tokio::test]
async fn after_failures_in_a_row_an_address_gets_no_calls() {
    for wire in WIRES {
        for status in [Status::unavailable("not today"), Status::internal("broken")] {
            let mut servers = serve(3).await;
            let stats = ClientStats::default();
            let client = connect(servers.endpoint(wire).ejection(rule()).stats(&stats)).await;
            for id in 1..=3 {
                servers.meet(&client, id).await;
            }
            servers.all[0].set(Mode::Fail(status));
            fail(&client, 3).await;
            for _ in 0..40 {
                client.change(Context::new()).await.expect("the others are well");
            }
            let reading = stats.clients().remove(0);
            let ejected = reading.addresses.iter().map(|address| address.is_ejected).collect::<Vec<_>>();
            assert_eq!((reading.ejections, ejected), (1, vec![true, false, false]), "{wire}");

            // Of three, one and no more may be ejected.
            servers.all[1].set(unavailable());
            fail(&client, 4).await;
            assert_eq!(stats.clients()[0].ejections, 1, "{wire}");
        }
    }
}

#[tokio::test]
async fn an_answer_of_the_service_is_no_failure_of_its_server() {
    let mut servers = serve(2).await;
    let stats = ClientStats::default();
    let client = connect(servers.endpoint("grpc").ejection(rule()).stats(&stats)).await;
    servers.meet(&client, 1).await;
    servers.all[0].set(Mode::Fail(Status::not_found("no such book")));
    fail(&client, 9).await;
    assert_eq!(stats.clients()[0].ejections, 0);
}

#[tokio::test]
async fn a_server_that_hangs_is_ejected_by_the_deadlines_of_calls() {
    for wire in WIRES {
        let mut servers = serve(2).await;
        let stats = ClientStats::default();
        let client = connect(servers.endpoint(wire).ejection(rule()).stats(&stats)).await;
        servers.meet(&client, 1).await;
        servers.meet(&client, 2).await;
        servers.all[0].set(Mode::Wait);
        let hasty = client.clone().with_timeout(Duration::from_millis(30));
        while stats.clients()[0].ejections == 0 {
            drop(hasty.who(Context::new()).await);
        }
        for _ in 0..20 {
            assert_eq!(client.who(Context::new()).await, Ok(2), "{wire}");
        }
    }
}

#[tokio::test]
async fn an_ejected_address_is_asked_when_no_other_is_left() {
    let mut servers = serve(2).await;
    let client = connect(servers.endpoint("grpc").ejection(rule())).await;
    servers.meet(&client, 1).await;
    servers.meet(&client, 2).await;
    servers.all[0].set(unavailable());
    fail(&client, 3).await;
    servers.all[0].set(Mode::Answer);
    assert_eq!(client.change(Context::new()).await, Ok(2));
    servers.all.remove(1).stop().await;
    let last = client.change(Context::new()).await;
    assert_eq!(last, Ok(1));
}

#[tokio::test]
async fn when_its_time_is_over_it_gets_calls_again() {
    let mut servers = serve(2).await;
    let rule = Ejection { time: Duration::from_millis(20), longest: Duration::from_millis(20), ..rule() };
    let client = connect(servers.endpoint("ws").ejection(rule)).await;
    servers.meet(&client, 1).await;
    servers.all[0].set(unavailable());
    fail(&client, 3).await;
    servers.all[0].set(Mode::Answer);
    servers.meet(&client, 1).await;
}
