//! polywire's `grpc://` client against a tonic server: the cases of the contract, except for those that tonic
//! itself does not keep (a panic's status, trailers of its own on a unary call).
#![allow(clippy::expect_used)]

use polywire::{Caller, Code, Context, Endpoint, Metadata};
use polywire_e2e::cases::{self, Streams};
use polywire_e2e::{ContractService, ContractServiceClient, GhostServiceClient};
use polywire_tonic_peer::Contract;
use polywire_tonic_peer::stubs::contract_service_server::ContractServiceServer;
use std::time::Duration;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

async fn caller() -> Caller {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let address = incoming.local_addr().expect("an address");
    let gzip = CompressionEncoding::Gzip;
    let service =
        ContractServiceServer::new(Contract::default()).accept_compressed(gzip).send_compressed(gzip);
    tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
    Caller::connect(Endpoint::new(format!("grpc://{address}"))).await.expect("a connection")
}

async fn client() -> ContractServiceClient {
    ContractServiceClient::from_caller(caller().await)
}

macro_rules! cases {
    ($($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            cases::$case(&client().await).await;
        }
    )*};
}

cases! { unary concurrent server_stream server_stream_fails server_stream_refused typed_error every_code cancellation sizes }

#[tokio::test]
async fn client_stream() {
    cases::client_stream(&client().await, Streams::All).await;
}

#[tokio::test]
async fn bidi() {
    cases::bidi(&client().await, Streams::All).await;
}

#[tokio::test]
async fn deadline() {
    cases::deadline(&client().await).await;
}

/// tonic names no method in its answer, so only the code is asked.
#[tokio::test]
async fn unknown_method() {
    let ghost = GhostServiceClient::from_caller(caller().await);
    let cx = Context::new().with_timeout(Duration::from_secs(5));
    let status = cx
        .scope(polywire_e2e::GhostService::boo(&ghost, Default::default()))
        .await
        .expect_err("nobody serves it");
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}

#[tokio::test]
async fn metadata_both_ways() {
    let client = client().await;
    let mut sent = Metadata::new();
    sent.append("x-one", "1").expect("sound metadata");
    sent.append("x-two", "zwei").expect("sound metadata");
    sent.append("x-two", "drei").expect("sound metadata");
    let cx = Context::new().with_metadata(&sent);
    let seen = client.metadata(cx.clone()).await.expect("headers");
    let of = |key: &str| {
        seen.iter().filter(|header| header.key == key).map(|header| header.value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("x-one"), ["1"]);
    assert_eq!(of("x-two").join(","), "zwei,drei");
    assert_eq!(cx.headers().get("x-reply"), Some("header"));
}

/// tonic drops the connection's stream on a panic; the client reports it and goes on.
#[tokio::test]
async fn a_panic_on_the_other_side_is_an_error_and_the_client_lives() {
    let client = client().await;
    assert!(client.panic("call".to_owned()).await.is_err());
    cases::unary(&client).await;
}
