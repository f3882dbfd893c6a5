//! A stock tonic client calls a server that has layers of tower-http around it, as a server of tonic would have.
#![allow(clippy::expect_used)]

use futures_util::{StreamExt, stream};
use polywire::Server;
use polywire_e2e::serving::serve;
use polywire_e2e::{Contract, ContractServiceServer};
use polywire_tonic_peer::stubs::contract_service_client::ContractServiceClient;
use polywire_tonic_peer::stubs::{CountRequest, Item, RejectRequest};
use std::sync::{Arc, Mutex};
use tonic::Code;
use tonic::transport::Channel;
use tower_http::classify::GrpcFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;

type Client = ContractServiceClient<Channel>;

fn contract() -> Server {
    Server::new().service(ContractServiceServer::new(Contract::default()))
}

/// The server on a listener of its own, under a prefix of axum, and that with the layers around all of axum.
async fn clients(around: impl Fn(Server) -> Server) -> Vec<Client> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mounted = listener.local_addr().expect("an address");
    let router = around(contract()).into_router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut clients = Vec::new();
    for address in [serve(around(contract())).await, mounted] {
        clients.push(Client::connect(format!("http://{address}")).await.expect("a connection"));
    }
    clients
}

fn item(index: i32) -> Item {
    Item { index, text: "text ".repeat(1_000), data: vec![0, 255] }
}

#[tokio::test]
async fn a_layer_that_packs_leaves_grpc_its_messages_and_trailers() {
    for mut client in clients(|server| server.layer(CompressionLayer::new())).await {
        let mut request = tonic::Request::new(item(1));
        // A proxy may add it. Messages of gRPC are not packed by it.
        request.metadata_mut().insert("accept-encoding", "gzip".parse().expect("a value"));
        let answer = client.echo(request).await.expect("an answer");
        assert_eq!(answer.metadata().get("content-encoding"), None);
        assert_eq!(answer.into_inner(), item(1));
        let reject = RejectRequest { code: 5, message: "not here".to_owned() };
        let refused = client.reject(reject).await.expect_err("rejected");
        assert_eq!((refused.code(), refused.message()), (Code::NotFound, "not here"));
        let mut request = tonic::Request::new(CountRequest { upto: 13, delay_ms: 0 });
        request.metadata_mut().insert("accept-encoding", "gzip".parse().expect("a value"));
        let items = client.count(request).await.expect("a stream").into_inner();
        let seen: Vec<_> =
            items.map(|item| item.map(|item| item.index).map_err(|end| end.code())).collect().await;
        assert_eq!(seen, [Ok(1), Ok(2), Ok(3), Err(Code::DataLoss)]);
    }
}

#[tokio::test]
async fn a_layer_does_not_hold_back_items_of_either_direction() {
    let around = |server: Server| server.layer(CompressionLayer::new()).layer(TraceLayer::new_for_grpc());
    for mut client in clients(around).await {
        let (send, sent) = tokio::sync::mpsc::unbounded_channel::<Item>();
        let sent = stream::unfold(sent, async |mut sent| Some((sent.recv().await?, sent)));
        send.send(item(0)).expect("it listens");
        let mut answers = client.chat(sent).await.expect("a stream").into_inner();
        for index in 0..3 {
            let answer = answers.message().await.expect("no error").expect("an item");
            assert_eq!(answer.index, index);
            send.send(item(index + 1)).expect("it listens");
        }
    }
}

#[tokio::test]
async fn a_tracing_layer_reads_the_status_from_the_trailers() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let around = |server: Server| {
        let seen = Arc::clone(&seen);
        let layer = TraceLayer::new_for_grpc().on_failure(
            move |failure: GrpcFailureClass, _: std::time::Duration, _: &tracing::Span| {
                seen.lock().expect("no panic").push(failure.to_string());
            },
        );
        server.layer(layer)
    };
    for mut client in clients(around).await {
        client.echo(item(1)).await.expect("an answer");
        assert!(seen.lock().expect("no panic").is_empty());
        let reject = RejectRequest { code: 13, message: "broken".to_owned() };
        assert_eq!(client.reject(reject).await.expect_err("rejected").code(), Code::Internal);
        assert_eq!(std::mem::take(&mut *seen.lock().expect("no panic")), ["Status: Internal: broken"]);
        let items =
            client.count(CountRequest { upto: 13, delay_ms: 0 }).await.expect("a stream").into_inner();
        assert_eq!(items.collect::<Vec<_>>().await.len(), 4);
        assert_eq!(std::mem::take(&mut *seen.lock().expect("no panic")), ["Status: DataLoss: stream broke"]);
    }
}
