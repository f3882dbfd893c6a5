//! `Server::into_parts`: a router that somebody else serves, and what is left for us: brokers and the drain.
#![cfg(all(feature = "ws", feature = "memory", feature = "axum", feature = "macros"))]

use crate::support::ws::client::rpc;
use crate::support::ws::{Served, hands, reaches, server};
use crate::support::{listen, until};
use polywire::{Limits, Operation, Result, Server, service};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

#[service(package = "parts.v1")]
trait Jobs {
    #[amqp(task)]
    async fn run(&self, id: i32) -> Result<()>;
}

/// A worker that waits for a permit before each job.
#[derive(Clone)]
struct Worker {
    begun: Arc<Mutex<Vec<i32>>>,
    done: Arc<Mutex<Vec<i32>>>,
    gate: Arc<Semaphore>,
}

impl Worker {
    fn new() -> Self {
        Self { begun: Arc::default(), done: Arc::default(), gate: Arc::new(Semaphore::new(0)) }
    }
}

impl Jobs for Worker {
    async fn run(&self, id: i32) -> Result<()> {
        self.begun.lock().expect("no panic").push(id);
        self.gate.acquire().await.expect("an open gate").forget();
        self.done.lock().expect("no panic").push(id);
        Ok(())
    }
}

fn at_once() -> Limits {
    Limits::default().drain_delay(Duration::ZERO)
}

#[tokio::test]
async fn a_mounted_server_consumes_until_it_is_stopped_and_finishes_its_message() {
    let broker = "memory:parts";
    let make = |worker: &Worker| {
        let server = Server::new().limits(at_once()).service(JobsServer::new(worker.clone()));
        server.amqp(broker).consumer_group("parts").into_parts().expect("it mounts")
    };
    let worker = Worker::new();
    let (router, consumers) = make(&worker);
    let (listener, address) = listen().await;
    let stop = CancellationToken::new();
    let graceful = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let serving = tokio::spawn(graceful.into_future());
    let consuming = tokio::spawn(consumers.serve_until(stop.clone().cancelled_owned()));

    let jobs = JobsClient::connect(broker).await.expect("the broker");
    jobs.run(1).await.expect("published");
    until("it began", async || worker.begun.lock().expect("no panic").len() == 1).await;
    // The same service over its router, at the same time.
    let direct = JobsClient::connect(format!("http://{address}")).await.expect("a connection");
    worker.gate.add_permits(2);
    direct.run(2).await.expect("an answer");
    jobs.run(3).await.expect("published");
    until("it began", async || worker.begun.lock().expect("no panic").contains(&3)).await;

    stop.cancel();
    jobs.run(4).await.expect("published");
    worker.gate.add_permits(2); // for 3, and for 4 if it was taken before the stop
    consuming.await.expect("no panic").expect("it served");
    serving.await.expect("no panic").expect("it served");
    let mut done = worker.done.lock().expect("no panic").clone();
    done.sort_unstable();
    assert!(done.starts_with(&[1, 2, 3]), "{done:?}");

    // What came later waits for the next one.
    let next = Worker::new();
    next.gate.add_permits(10);
    let (_router, consumers) = make(&next);
    let consuming = tokio::spawn(consumers.serve_until(std::future::pending()));
    let all = async || {
        worker.done.lock().expect("no panic").contains(&4) || *next.done.lock().expect("no panic") == [4]
    };
    until("the fourth is done", all).await;
    consuming.abort();
}

#[tokio::test]
async fn a_websocket_of_a_mounted_server_is_drained() {
    let hands = hands();
    let (router, consumers) = server(&hands).limits(at_once()).into_parts().expect("it mounts");
    let served = Served::at(crate::support::serve_router(router).await, Arc::clone(&hands));
    let stop = CancellationToken::new();
    let draining = tokio::spawn(consumers.serve_until(stop.clone().cancelled_owned()));
    let mut idle = rpc(&served).await;
    idle.call("Echo", json!({"id": 7})).await;
    let mut client = rpc(&served).await;
    let id = client.request("Wait", json!({"id": 1})).await;
    reaches(&hands.begun, 1).await;
    stop.cancel();
    assert_eq!(idle.closed().await.0, 1001);
    assert!(!draining.is_finished());
    hands.open(1);
    let answer = client.hear().await;
    assert_eq!((&answer["id"], &answer["result"]["id"]), (&json!(id), &json!(1)));
    assert_eq!(client.closed().await.0, 1001);
    draining.await.expect("no panic").expect("it drained");
}

#[tokio::test]
async fn the_listeners_of_operation_answer_until_the_drain_has_ended() {
    let (listener, address) = listen().await;
    let hands = hands();
    let operation = Operation::new().listener(listener);
    let (router, consumers) =
        server(&hands).limits(at_once()).operation(operation).into_parts().expect("it mounts");
    let served = Served::at(crate::support::serve_router(router).await, Arc::clone(&hands));
    let stop = CancellationToken::new();
    let draining = tokio::spawn(consumers.serve_until(stop.clone().cancelled_owned()));
    let ready = || crate::support::http::client::get(address, "/readyz");
    assert_eq!(ready().await.status, 200);
    let mut client = rpc(&served).await;
    client.request("Wait", json!({"id": 1})).await;
    reaches(&hands.begun, 1).await;
    stop.cancel();
    until("it says that it drains", async || ready().await.status == 503).await;
    hands.open(1);
    draining.await.expect("no panic").expect("it drained");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_mounted_server_tells_of_its_stop_and_refuses_a_wrong_broker() {
    let (router, consumers) = Server::new().limits(at_once()).into_parts().expect("it mounts");
    let address = crate::support::serve_router(router).await;
    let health = || crate::support::http::client::json(address, "POST /grpc.health.v1.Health/Check", "{}");
    #[cfg(feature = "grpc")]
    assert_eq!(health().await.json()["status"], "SERVING");
    consumers.serve_until(async {}).await.expect("it drained");
    #[cfg(feature = "grpc")]
    assert_eq!(health().await.json()["status"], "NOT_SERVING");
    let (_, consumers) = Server::new().amqp("https://nowhere").into_parts().expect("it mounts");
    let refused = consumers.serve_until(async {}).await.expect_err("no broker").to_string();
    assert!(refused.contains("nowhere"), "{refused}");
}
