//! Every case over every client: in process, gRPC, gRPC-Web, Connect with both codecs, WebSocket with both
//! codecs, the in-memory broker, and RabbitMQ.
#![allow(clippy::expect_used)]

use polywire::{Caller, Codec, Endpoint, Server};
use polywire_e2e::cases::{self, Streams};
use polywire_e2e::serving::{broker, serve};
use polywire_e2e::{
    Contract, ContractServiceClient, ContractServiceServer, GhostServiceClient, SkewedServiceClient,
};

/// Serves the contract on every wire and opens the client that `endpoint` names, given the address and the broker.
async fn start(endpoint: impl Fn(&str, &str) -> Endpoint) -> Caller {
    over(endpoint, broker()).await
}

async fn over(endpoint: impl Fn(&str, &str) -> Endpoint, broker: String) -> Caller {
    let server = Server::new().service(ContractServiceServer::new(Contract::default()));
    let address = serve(server.amqp(broker.clone())).await.to_string();
    Caller::connect(endpoint(&address, &broker)).await.expect("a connection")
}

macro_rules! suite {
    ($wire:ident, $streams:ident, $start:expr) => {
        mod $wire {
            use super::*;

            async fn client() -> ContractServiceClient {
                ContractServiceClient::from_caller($start.await)
            }

            suite! { @plain unary concurrent server_stream server_stream_fails server_stream_refused typed_error every_code
                deadline cancellation metadata_both_ways sizes panics }

            #[tokio::test]
            async fn client_stream() {
                cases::client_stream(&client().await, Streams::$streams).await;
            }

            #[tokio::test]
            async fn bidi() {
                cases::bidi(&client().await, Streams::$streams).await;
            }

            #[tokio::test]
            async fn unknown_method() {
                cases::unknown_method(&GhostServiceClient::from_caller($start.await)).await;
            }

            #[tokio::test]
            async fn bad_input() {
                cases::bad_input(&SkewedServiceClient::from_caller($start.await)).await;
            }
        }
    };
    (@plain $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            cases::$case(&client().await).await;
        }
    )*};
}

async fn in_process() -> Caller {
    Caller::new(polywire::local(ContractServiceServer::new(Contract::default())))
}

/// The broker that the test run started. Its absence is a failure: a suite that did not run must not look as if it had.
fn rabbitmq() -> String {
    std::env::var("AMQP_URL").expect("AMQP_URL names a RabbitMQ: run scripts/test, or scripts/rabbitmq start")
}

suite!(local, All, in_process());
suite!(grpc, All, start(|address, _| Endpoint::new(format!("grpc://{address}"))));
suite!(grpc_web, All, start(|address, _| Endpoint::new(format!("grpcweb://{address}"))));
suite!(connect_proto, All, start(|address, _| Endpoint::new(format!("http://{address}"))));
suite!(connect_json, All, start(|address, _| Endpoint::new(format!("http://{address}")).codec(Codec::Json)));
suite!(websocket_json, All, start(|address, _| Endpoint::new(format!("ws://{address}"))));
suite!(
    websocket_proto,
    All,
    start(|address, _| Endpoint::new(format!("ws://{address}")).codec(Codec::Proto))
);
suite!(memory, FromServer, start(|_, broker| Endpoint::new(broker)));
suite!(amqp, FromServer, over(|_, broker| Endpoint::new(broker), rabbitmq()));
