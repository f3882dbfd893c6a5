//! The ways of calls: the choice of an address, and addresses that come, go, hang and lie.

use super::*;
use crate::support::grpc::canned::{Fake, OK, grpc as answer, one};
use crate::support::grpc::service::{ProbeClient, ProbeService, item};
use crate::support::{nobody, until};
use polywire::{FileResolver, Retry};
use std::collections::HashSet;
use std::time::Duration;

#[tokio::test]
async fn of_two_servers_the_one_with_fewer_calls_is_asked() {
    for wire in WIRES {
        let mut servers = serve(2).await;
        let client = connect(servers.endpoint(wire)).await;
        servers.meet(&client, 1).await;
        servers.meet(&client, 2).await;
        servers.all.iter().for_each(|server| server.set(Mode::Wait));
        let mut asked = [0_u32; 3];
        let mut calls = Vec::new();
        for call in 1..=12 {
            let client = client.clone();
            calls.push(tokio::spawn(async move { client.who(Context::new()).await }));
            asked[servers.begun.recv().await.expect("a call") as usize] += 1;
            assert!(asked[1].abs_diff(asked[2]) <= 1, "{wire}: {asked:?} after {call}");
        }
        servers.all.iter().for_each(|server| server.open(6));
        for call in calls {
            call.await.expect("no panic").expect(wire);
        }
    }
}

#[tokio::test]
async fn a_stream_counts_as_long_as_it_runs() {
    let mut servers = serve(2).await;
    for wire in WIRES {
        let client = connect(servers.endpoint(wire)).await;
        servers.meet(&client, 1).await;
        servers.meet(&client, 2).await;
        let mut stream = client.watch().await.expect("a stream");
        let busy = stream.next().await.expect("an item").expect("a number");
        for _ in 0..10 {
            assert_eq!(client.who(Context::new()).await, Ok(3 - busy), "{wire}");
        }
        drop(stream);
        let met = |id| async move { client.who(Context::new()).await == Ok(id) };
        until("the place is given back", || met.clone()(busy)).await;
        servers.seen();
    }
}

#[tokio::test]
async fn addresses_come_and_go_and_running_calls_go_on() {
    for wire in WIRES {
        let mut servers = serve(2).await;
        let addresses = servers.addresses();
        let given = Given::default();
        given.set([addresses[0].clone()]);
        let endpoint = Endpoint::new(format!("{wire}://books.internal"))
            .resolver(given.clone())
            .balance(Balance::LeastRequest);
        let client = connect(endpoint).await;
        assert_eq!(client.who(Context::new()).await, Ok(1), "{wire}");
        servers.all[0].set(Mode::Wait);
        servers.seen();
        let running = tokio::spawn({
            let client = client.clone();
            async move { client.change(Context::new()).await }
        });
        assert_eq!(servers.begun.recv().await, Some(1));

        given.set([addresses[1].clone()]);
        servers.all[0].set(Mode::Answer);
        servers.meet(&client, 2).await;
        for _ in 0..5 {
            assert_eq!(client.who(Context::new()).await, Ok(2), "{wire}");
        }
        servers.all[0].open(1);
        assert_eq!(running.await.expect("no panic"), Ok(1), "{wire}: its address is gone, the call is not");
    }
}

#[tokio::test]
async fn without_an_address_the_call_says_so_until_there_is_one() {
    for wire in WIRES {
        let servers = serve(1).await;
        let given = Given::default();
        let endpoint = Endpoint::new(format!("{wire}://books.internal")).resolver(given.clone());
        let refused = FleetClient::connect(endpoint.clone()).await.expect_err("nobody");
        let expected = format!("`{wire}://books.internal` has no address: its resolver gave none");
        assert_eq!(refused, Status::unavailable(expected.clone()));
        let client = connect(endpoint.lazy(true)).await;
        assert_eq!(client.who(Context::new()).await, Err(Status::unavailable(expected)));
        given.set(servers.addresses());
        until("the address is known", async || client.who(Context::new()).await == Ok(1)).await;
    }
}

#[tokio::test]
async fn a_call_that_cannot_leave_goes_to_another_server() {
    for wire in WIRES {
        let mut servers = serve(2).await;
        let client = connect(servers.endpoint(wire)).await;
        servers.meet(&client, 1).await;
        servers.meet(&client, 2).await;
        let gone = servers.all.remove(0).stop().await;
        // Not even a call that must not run twice fails: no server has seen it.
        for _ in 0..20 {
            assert_eq!(client.change(Context::new()).await, Ok(2), "{wire}");
        }
        let listener = tokio::net::TcpListener::bind(gone).await.expect("its port");
        servers.add(3, listener);
        servers.meet(&client, 3).await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_in_its_handshake_holds_nobody_up() {
    // Of the wires in the clear, WebSocket alone has a handshake that needs an answer.
    let (_silent, address) = listen().await;
    let servers = serve(1).await;
    let endpoint = Endpoint::new("ws://books.internal")
        .addresses([address.to_string(), servers.addresses()[0].clone()])
        .connect_timeout(Duration::from_secs(3_600))
        .balance(Balance::LeastRequest);
    let client = connect(endpoint).await;
    for _ in 0..10 {
        assert_eq!(client.change(Context::new()).await, Ok(1));
    }
}

#[tokio::test]
async fn servers_that_are_not_there_or_reset_are_passed_over() {
    let (resetting, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = resetting.accept().await {
            stream.set_zero_linger().expect("a socket");
        }
    });
    for wire in WIRES {
        let servers = serve(1).await;
        let addresses = [nobody().await.to_string(), address.to_string(), servers.addresses()[0].clone()];
        for balance in [Balance::PickFirst, Balance::RoundRobin, Balance::LeastRequest] {
            let endpoint = Endpoint::new(format!("{wire}://books.internal"))
                .addresses(addresses.clone())
                .retry(Retry { attempts: 20, budget: 1_000, first_pause: Duration::ZERO, ..Retry::default() })
                .balance(balance)
                .stats(&polywire::ClientStats::default());
            let client = connect(endpoint).await;
            for _ in 0..10 {
                assert_eq!(client.who(Context::new()).await, Ok(1), "{wire} {balance:?}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_at_any_address_is_told_at_once() {
    for wire in WIRES {
        let addresses = [nobody().await.to_string(), nobody().await.to_string()];
        let endpoint = Endpoint::new(format!("{wire}://books.internal"))
            .addresses(addresses)
            .balance(Balance::LeastRequest);
        assert_eq!(code(FleetClient::connect(endpoint.clone()).await), Code::Unavailable, "{wire}");
        let client = connect(endpoint.lazy(true)).await;
        let refused = client.who(Context::new()).await.expect_err("nobody");
        assert!(refused.message().contains("cannot connect to 127.0.0.1:"), "{wire}: {refused}");
    }
}

#[tokio::test]
async fn a_web_socket_repeats_what_the_policy_allows() {
    let mut servers = serve(1).await;
    let retry = Retry { first_pause: Duration::ZERO, ..Retry::default() };
    let client = connect(Endpoint::new(format!("ws://{}", servers.addresses()[0])).retry(retry)).await;
    servers.all[0].set(unavailable());
    assert_eq!(code(client.who(Context::new()).await), Code::Unavailable);
    assert_eq!(servers.seen(), 3);
    assert_eq!(code(client.change(Context::new()).await), Code::Unavailable);
    assert_eq!(servers.seen(), 1);
}

#[tokio::test]
async fn a_name_is_all_of_its_addresses() {
    for wire in WIRES {
        let servers = serve(1).await;
        let url = format!("{wire}://localhost:{}", servers.all[0].address.port());
        let client = connect(Endpoint::new(url).balance(Balance::LeastRequest)).await;
        for _ in 0..4 {
            assert_eq!(client.who(Context::new()).await, Ok(1), "{wire}");
        }
    }
}

#[tokio::test]
async fn requests_name_the_host_of_the_url() {
    for wire in ["grpc", "grpcweb"] {
        let fake = Fake::new(|_| answer(one(), OK));
        let endpoint = Endpoint::new(format!("{wire}://books.internal"))
            .addresses([fake.listen().await.to_string()])
            .http_version(polywire::HttpVersion::Http2)
            .balance(Balance::LeastRequest);
        let client = ProbeClient::connect(endpoint).await.expect("a client");
        drop(client.read(item(7, "x")).await);
        assert_eq!(fake.seen()[0].0.uri.authority().expect("an authority"), "books.internal", "{wire}");
    }
}

#[tokio::test]
async fn a_file_of_addresses_is_read_again_when_it_changes() {
    let mut servers = serve(2).await;
    let addresses = servers.addresses();
    let folder = std::env::temp_dir().join(format!("polywire-addresses-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("books");
    std::fs::write(&path, format!("# the first\n\n  {}  # in the cellar\n", addresses[0])).expect("a file");
    let resolver = FileResolver::new(&path).every(Duration::from_millis(5));
    let endpoint = Endpoint::new("ws://books.internal").resolver(resolver).balance(Balance::LeastRequest);
    let client = connect(endpoint).await;
    assert_eq!(client.who(Context::new()).await, Ok(1));
    std::fs::write(&path, &addresses[1]).expect("a file");
    servers.meet(&client, 2).await;
    std::fs::remove_dir_all(&folder).expect("a folder");
    for _ in 0..5 {
        assert_eq!(client.who(Context::new()).await, Ok(2), "a file that is gone changes nothing");
    }
    let missing = Endpoint::new("ws://books.internal").resolver(FileResolver::new(&path));
    let refused = FleetClient::connect(missing).await.expect_err("no file");
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.message().starts_with("cannot read the addresses in "), "{refused}");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for wire in WIRES {
        for address in ["books.internal", "http://books.internal:80", "unix:"] {
            let endpoint = Endpoint::new(format!("{wire}://books.internal")).lazy(true);
            let endpoint = endpoint.addresses(["127.0.0.1:1", address]).balance(Balance::LeastRequest);
            assert_eq!(code(FleetClient::connect(endpoint).await), Code::InvalidArgument, "{wire} {address}");
        }
    }
}

#[cfg(feature = "memory")]
#[tokio::test]
async fn a_broker_refuses_what_has_no_meaning_for_it() {
    use polywire::{Breaker, ClientStats, Concurrency, Ejection, Hedge};
    let urls: &[&str] =
        if cfg!(feature = "amqp") { &["memory:x", "amqp://localhost"] } else { &["memory:x"] };
    for url in urls {
        let endpoint = || Endpoint::new(*url);
        for (endpoint, option) in [
            (endpoint().resolver(Given::default()), "Endpoint::resolver"),
            (endpoint().ejection(Ejection::default()), "Endpoint::ejection"),
            (endpoint().breaker(Breaker::default()), "Endpoint::breaker"),
            (endpoint().concurrency(Concurrency::default()), "Endpoint::concurrency"),
            (endpoint().hedge(Hedge::default()), "Endpoint::hedge"),
            (endpoint().stats(&ClientStats::default()), "Endpoint::stats"),
            (endpoint().balance(Balance::LeastRequest), "Balance::LeastRequest"),
        ] {
            let refused = FleetClient::connect(endpoint).await.expect_err(option);
            assert_eq!(refused.code(), Code::InvalidArgument);
            assert!(refused.message().contains(option), "{refused}");
        }
    }
}

#[tokio::test]
async fn every_address_of_round_robin_has_its_turn_on_a_web_socket() {
    let mut servers = serve(3).await;
    let client = connect(servers.endpoint("ws").balance(Balance::RoundRobin)).await;
    for id in 1..=3 {
        servers.meet(&client, id).await;
    }
    let mut seen = HashSet::new();
    for _ in 0..3 {
        seen.insert(client.who(Context::new()).await.expect("an answer"));
    }
    assert_eq!(seen.len(), 3);
}
