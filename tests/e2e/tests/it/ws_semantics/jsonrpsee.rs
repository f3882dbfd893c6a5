//! Promises to users of the jsonrpsee client at `/ws`. It subscribes by one method, unsubscribes by another,
//! and takes the answer of the first for the subscription itself.

use jsonrpsee_core::client::{ClientT, Error, IdKind, Subscription, SubscriptionClientT};
use jsonrpsee_core::rpc_params;
use jsonrpsee_ws_client::{WsClient, WsClientBuilder};
use polywire::Limits;
use polywire_e2e::wires::Host;
use polywire_e2e::{Contract, ContractService, ContractServiceServer};
use serde_json::{Value, json};
use std::time::Duration;

const SERVICE: &str = "contract.v1.ContractService";

/// A client whose ids are of this kind, and the service that it calls.
async fn open(ids: IdKind) -> (WsClient, Contract) {
    let contract = Contract::default();
    let address = Host::Own.serve(ContractServiceServer::new(contract.clone()), Limits::default()).await;
    let client = WsClientBuilder::default().id_format(ids).build(format!("ws://{address}/ws")).await;
    (client.expect("a WebSocket"), contract)
}

async fn count(client: &WsClient, upto: i32, delay_ms: u32) -> Result<Subscription<Value>, Error> {
    let (begin, end) = (format!("{SERVICE}.Count/subscribe"), format!("{SERVICE}.Count/unsubscribe"));
    client.subscribe(&begin, rpc_params![upto, delay_ms], &end).await
}

async fn rest(mut items: Subscription<Value>) -> Vec<Value> {
    let mut got = Vec::new();
    while let Some(item) = items.next().await {
        got.push(item.expect("an item")["index"].clone());
    }
    got
}

async fn until_nothing_runs(contract: &Contract) {
    while contract.running().await.expect("a count") > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn subscriptions_of_one_socket_hear_their_own_items_and_end() {
    for ids in [IdKind::Number, IdKind::String] {
        let (client, _) = open(ids).await;
        let few = count(&client, 2, 1).await.expect("a subscription");
        let more = count(&client, 5, 1).await.expect("another");
        let echoed: Value =
            client.request(&format!("{SERVICE}.Echo"), rpc_params![7]).await.expect("an answer");
        assert_eq!(echoed["index"], 7);
        assert_eq!(rest(more).await, [1, 2, 3, 4, 5].map(Value::from));
        assert_eq!(rest(few).await, [1, 2].map(Value::from));
    }
}

#[tokio::test]
async fn a_subscription_that_breaks_ends_after_its_items() {
    let (client, _) = open(IdKind::Number).await;
    let broken = count(&client, 13, 0).await.expect("a subscription");
    assert_eq!(rest(broken).await, [1, 2, 3].map(Value::from));
    assert!(client.is_connected());
}

#[tokio::test]
async fn a_subscription_that_is_refused_is_an_error_with_its_status() {
    let (client, _) = open(IdKind::Number).await;
    let Err(Error::Call(error)) = count(&client, -1, 0).await else { panic!("not refused") };
    assert_eq!((error.code(), error.message()), (-32602, "field `upto`: must not be negative"));
    let status: Value = serde_json::from_str(error.data().expect("a status").get()).expect("JSON");
    assert_eq!(status["code"], json!(3));
}

#[tokio::test]
async fn a_subscription_that_is_given_back_stops_and_the_socket_stays() {
    let (client, contract) = open(IdKind::Number).await;
    let mut items = count(&client, 1_000_000, 1).await.expect("a subscription");
    items.next().await.expect("not the end").expect("an item");
    items.unsubscribe().await.expect("an end");
    until_nothing_runs(&contract).await;
    let mut items = count(&client, 1_000_000, 1).await.expect("another");
    items.next().await.expect("not the end").expect("an item");
    drop(items);
    until_nothing_runs(&contract).await;
    assert_eq!(contract.cancelled().await, Ok(2));
    assert_eq!(rest(count(&client, 1, 0).await.expect("a third")).await, [Value::from(1)]);
}
