//! Every option of a client of gRPC, gRPC-Web and Connect: each does what its documentation says.
#![cfg(feature = "grpc")]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use crate::support::grpc;
use crate::support::grpc::canned::{Canned, Fake, OK, canned, grpc as answer, one};
use crate::support::grpc::service::{ProbeClient, ProbeService, item};
use crate::support::{listen, nobody, until};
use http::Version;
use polywire::{
    Balance, Code, Codec, Compression, Context, Endpoint, HttpVersion, Protocol, Result, Streaming,
};
use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

async fn client(endpoint: Endpoint) -> ProbeClient {
    ProbeClient::connect(endpoint).await.expect("a client")
}

async fn ask(client: &ProbeClient) -> Result<i32> {
    client.echo(Context::new(), item(7, "x")).await.map(|item| item.index)
}

/// A gRPC answer with a number, to tell servers apart.
fn numbered(index: i32) -> Canned {
    use polywire::Message;
    answer(grpc::raw::envelope(0, &item(index, "").encode()), OK)
}

fn proto() -> Canned {
    use polywire::Message;
    canned(200, &[("content-type", "application/proto")], item(7, "x").encode())
}

#[tokio::test]
async fn every_shape_goes_over_either_http() {
    let running = grpc::serve_probe().await;
    for protocol in [Protocol::Connect, Protocol::GrpcWeb] {
        for version in [HttpVersion::Http1, HttpVersion::Http2] {
            for codec in [Codec::Proto, Codec::Json] {
                let name = format!("{protocol:?} {version:?} {codec:?}");
                let endpoint = Endpoint::new(format!("http://{}", running.address));
                let endpoint = endpoint.protocol(protocol).http_version(version).codec(codec);
                let client = client(endpoint).await;
                assert_eq!(ask(&client).await, Ok(7), "{name}");
                let counted = client.count(Context::new(), item(3, "")).await.expect(&name);
                assert_eq!(counted.collect().await.map(|items| items.len()), Ok(3), "{name}");
                let sent = Streaming::from_items([item(1, "a"), item(2, "b")]);
                assert_eq!(client.collect(sent).await, Ok(item(3, "ab")), "{name}");
                let sent = Streaming::from_items([item(1, "a"), item(2, "b")]);
                let replies = client.chat(sent).await.expect(&name).collect().await;
                assert_eq!(replies, Ok(vec![item(1, "Echo: a"), item(2, "Echo: b")]), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn the_version_of_http_is_what_was_asked_for() {
    for (version, calls, streams) in [
        (HttpVersion::Auto, Version::HTTP_11, Version::HTTP_2),
        (HttpVersion::Http1, Version::HTTP_11, Version::HTTP_11),
        (HttpVersion::Http2, Version::HTTP_2, Version::HTTP_2),
    ] {
        let fake = Fake::new(|_| proto());
        let client =
            client(Endpoint::new(format!("http://{}", fake.listen().await)).http_version(version)).await;
        assert_eq!(ask(&client).await, Ok(7));
        client.collect(Streaming::from_items([])).await.expect_err("no stream");
        let seen: Vec<_> = fake.seen().iter().map(|(head, _)| head.version).collect();
        assert_eq!(seen, [calls, streams], "{version:?}");
    }
    let grpc = Endpoint::new("grpc://127.0.0.1:1").http_version(HttpVersion::Http1).lazy(true);
    let refused = ProbeClient::connect(grpc).await.expect_err("gRPC over HTTP/1.1");
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_protocol_goes_before_the_scheme() {
    let fake = Fake::new(|_| numbered(7));
    let endpoint = Endpoint::new(format!("http://{}/base", fake.listen().await)).protocol(Protocol::Grpc);
    assert_eq!(ask(&client(endpoint).await).await, Ok(7));
    let seen = fake.seen();
    assert_eq!(seen[0].0.headers["content-type"], "application/grpc");
    assert_eq!(seen[0].0.uri.path(), "/base/test.v1.Probe/Echo");
}

#[tokio::test]
async fn nothing_larger_than_the_request_size_leaves() {
    let fake = Fake::new(|_| proto());
    let address = fake.listen().await;
    for scheme in ["grpc", "grpcweb", "http"] {
        let client = client(Endpoint::new(format!("{scheme}://{address}")).request_size(1000)).await;
        let large = item(7, &"x".repeat(1000));
        let refused = client.echo(Context::new(), large.clone()).await.expect_err(scheme);
        assert_eq!(refused.code(), Code::ResourceExhausted, "{scheme}");
        let refused = client.count(Context::new(), large.clone()).await.expect_err(scheme);
        assert_eq!(refused.code(), Code::ResourceExhausted, "{scheme}");
        assert!(fake.seen().is_empty(), "{scheme}");
    }
    let running = grpc::serve_probe().await;
    for scheme in ["grpc", "grpcweb", "http"] {
        let client =
            client(Endpoint::new(format!("{scheme}://{}", running.address)).request_size(1000)).await;
        let refused = client.collect(Streaming::from_items([item(7, &"x".repeat(1000))])).await;
        assert_eq!(refused.expect_err(scheme).code(), Code::ResourceExhausted, "{scheme}");
    }
}

#[tokio::test]
async fn reads_are_gets_when_that_is_on_and_they_are_short() {
    for (codec, short) in [
        (Codec::Proto, "connect=v1&base64=1&encoding=proto&message=CAcSAXg"),
        (Codec::Json, "connect=v1&encoding=json&message=%7B%22index%22%3A7%2C%22text%22%3A%22x%22%7D"),
    ] {
        let fake = Fake::new(|_| proto());
        let endpoint = Endpoint::new(format!("http://{}", fake.listen().await)).codec(codec);
        let (plain, reader) = (client(endpoint.clone()).await, client(endpoint.connect_get(true)).await);
        drop(plain.read(item(7, "x")).await);
        drop(reader.read(item(7, "x")).await);
        drop(reader.echo(Context::new(), item(7, "x")).await);
        drop(reader.read(item(7, &"x".repeat(8 << 10))).await);
        let seen = fake.seen();
        let verbs: Vec<_> = seen.iter().map(|(head, _)| head.method.as_str()).collect();
        assert_eq!(verbs, ["POST", "GET", "POST", "POST"], "{codec:?}");
        assert_eq!(seen[1].0.uri.query(), Some(short));
        assert!(!seen[1].0.headers.contains_key("content-type"));
    }
    let running = grpc::serve_probe().await;
    for codec in [Codec::Proto, Codec::Json] {
        let endpoint = Endpoint::new(format!("http://{}", running.address)).codec(codec).connect_get(true);
        assert_eq!(client(endpoint).await.read(item(7, "é&=")).await, Ok(item(7, "é&=")));
    }
}

#[tokio::test]
async fn requests_are_packed_when_that_is_on() {
    for scheme in ["grpc", "grpcweb", "http"] {
        let fake = Fake::new(|_| proto());
        let endpoint = Endpoint::new(format!("{scheme}://{}", fake.listen().await));
        let (plain, packed) =
            (client(endpoint.clone()).await, client(endpoint.compression(Compression::Gzip)).await);
        for client in [&plain, &packed] {
            drop(client.echo(Context::new(), item(7, &"x".repeat(10_000))).await);
        }
        let (encoding, accept) = match scheme {
            "http" => ("content-encoding", "accept-encoding"),
            _ => ("grpc-encoding", "grpc-accept-encoding"),
        };
        let seen = fake.seen();
        assert!(!seen[0].0.headers.contains_key(encoding) && seen[0].1.len() > 10_000, "{scheme}");
        assert_eq!(seen[1].0.headers[encoding], "gzip", "{scheme}");
        assert!(seen[1].1.len() < 200, "{scheme}: {} bytes", seen[1].1.len());
        for (head, _) in &seen {
            assert!(head.headers[accept].to_str().unwrap().contains("gzip"), "{scheme}");
        }
    }
}

#[tokio::test]
async fn an_http1_connection_is_kept_for_a_while() {
    let fake = Fake::new(|_| proto());
    let endpoint = Endpoint::new(format!("http://{}", fake.listen().await));
    let kept = client(endpoint.clone()).await;
    for _ in 0..10 {
        assert_eq!(ask(&kept).await, Ok(7));
    }
    assert_eq!(fake.connections(), 1);
    let brief = client(endpoint.idle_timeout(Duration::from_millis(1))).await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(ask(&brief).await, Ok(7));
    }
    assert_eq!(fake.connections(), 5);
}

#[tokio::test]
async fn a_lazy_client_connects_with_its_first_call() {
    let address = nobody().await;
    for scheme in ["grpc", "grpcweb", "http"] {
        let endpoint = Endpoint::new(format!("{scheme}://{address}"));
        ProbeClient::connect(endpoint.clone()).await.expect_err("nobody is there");
        let client = client(endpoint.lazy(true)).await;
        let failed = ask(&client).await.expect_err("nobody is there");
        assert_eq!(failed.code(), Code::Unavailable, "{scheme}");
        let cause = failed.source().expect("a cause");
        let refused = cause.downcast_ref::<std::io::Error>().expect("an I/O error");
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused, "{scheme}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_in_time() {
    // A backlog that nobody accepts from still takes connections, so only a handshake shows that nobody is
    // there.
    let (_listener, address) = listen().await;
    let endpoint = Endpoint::new(format!("grpc://{address}"))
        .keepalive(Duration::from_millis(50))
        .keepalive_timeout(Duration::from_millis(50));
    let call = ask(&client(endpoint).await).await.expect_err("nobody answers");
    assert_eq!(call.code(), Code::Unavailable, "{call}");
    assert!(call.source().is_some());
}

#[tokio::test]
async fn the_first_address_that_answers_is_kept_until_it_does_not() {
    let (first, second) = (grpc::serve_probe().await, Fake::new(|_| numbered(2)));
    let addresses =
        [nobody().await.to_string(), first.address.to_string(), second.listen().await.to_string()];
    let client = client(Endpoint::new("grpc://books.internal").addresses(addresses)).await;
    for _ in 0..5 {
        assert_eq!(ask(&client).await, Ok(7));
    }
    assert_eq!(second.connections(), 0);
    first.stop().await;
    assert_eq!(ask(&client).await, Ok(2));
    let seen = second.seen();
    assert_eq!(seen[0].0.uri.authority().expect("an authority"), "books.internal");
}

#[tokio::test]
async fn calls_go_round_among_the_addresses_that_are_there() {
    let servers: Vec<_> = (0..3).map(|index| Fake::new(move |_| numbered(index))).collect();
    let mut addresses = vec![nobody().await.to_string()];
    for server in &servers {
        addresses.push(server.listen().await.to_string());
    }
    let endpoint = Endpoint::new("grpc://books.internal").addresses(addresses).balance(Balance::RoundRobin);
    let client = client(endpoint).await;
    until("all are connected", async || {
        drop(ask(&client).await);
        servers.iter().all(|server| server.connections() > 0)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut seen = HashSet::new();
    for _ in 0..12 {
        seen.insert(ask(&client).await.expect("an answer"));
    }
    assert_eq!(seen, HashSet::from([0, 1, 2]));
    assert!(servers.iter().all(|server| server.connections() == 1));
}

#[tokio::test]
async fn a_name_is_all_that_it_stands_for_in_round_robin() {
    let fake = Fake::new(|_| numbered(1));
    let endpoint = Endpoint::new(format!("grpc://localhost:{}", fake.listen().await.port()));
    let client = client(endpoint.balance(Balance::RoundRobin)).await;
    for _ in 0..4 {
        assert_eq!(ask(&client).await, Ok(1));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_address_may_be_a_unix_socket() {
    let folder = std::env::temp_dir().join(format!("polywire-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("socket");
    let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
    let fake = Fake::new(|_| numbered(3));
    let serving = fake.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serving.clone().connection(stream));
        }
    });
    let endpoint = Endpoint::new("grpc://localhost").addresses([format!("unix:{}", path.display())]);
    assert_eq!(ask(&client(endpoint).await).await, Ok(3));
    std::fs::remove_dir_all(&folder).expect("an empty folder");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for address in ["books.internal", "http://books.internal:80", "unix:"] {
        let endpoint = Endpoint::new("grpc://books.internal").addresses([address]);
        let refused = ProbeClient::connect(endpoint).await.expect_err(address);
        assert_eq!(refused.code(), Code::InvalidArgument, "{address}");
    }
}

#[tokio::test]
async fn a_status_in_the_head_means_nothing_when_more_follows() {
    let trailers = answer(one(), OK).with("grpc-status", "7");
    let fake = Fake::new(move |_| trailers.clone());
    let client = client(Endpoint::new(format!("grpc://{}", fake.listen().await))).await;
    assert_eq!(ask(&client).await, Ok(7));
}
