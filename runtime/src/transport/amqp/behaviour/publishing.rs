//! Publishing: a topology that is mended, and failures that stay alone.

use super::*;
use crate::transport::amqp::broker::{Exchange, ExchangeKind, Topology};
use crate::transport::amqp::publisher::{Failure, Publisher};

async fn delete(world: &World, exchange: &str, queue: &str) {
    let link = world.broker().open(Role::Publish).await.unwrap();
    link.delete(exchange, queue).await.unwrap();
    link.close().await;
}

pub(super) async fn a_deleted_exchange_is_declared_again(world: World) {
    let client = world.client().await;
    client.call("Work", "\"1\"").await.unwrap();
    delete(&world, &world.service, "none").await;
    client.call("Work", "\"2\"").await.unwrap();
    assert_eq!(world.take(&world.queue("Work")).await.1, "\"1\"");
    assert_eq!(world.take(&world.queue("Work")).await.1, "\"2\"");
}

pub(super) async fn a_deleted_queue_is_declared_again(world: World) {
    let client = world.client().await;
    client.call("Work", "\"lost with its queue\"").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    delete(&world, "none", &world.queue("Work")).await;
    client.call("Work", "\"2\"").await.unwrap();
    assert_eq!(world.take(&world.queue("Work")).await.1, "\"2\"");
}

pub(super) async fn the_dead_letters_of_a_deleted_queue_find_a_new_one(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    client.call("Work", "fail_after_gate").await.unwrap();
    world.saw(1).await;
    sleep(Duration::from_secs(1)).await;
    let letters = format!("{}.dlq", world.queue("Work"));
    delete(&world, "none", &letters).await;
    client.call("Work", "fail invalid_argument").await.unwrap();
    let link = world.broker().open(Role::Consume).await.unwrap();
    while !link.exists(&letters).await.unwrap() {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.take(&letters).await.1, "fail invalid_argument");
    world.gate.notify_waiters();
    served.stop().await;
}

fn to(exchange: &str, key: &str, body: usize) -> Publish {
    let properties = Properties { message_id: Some(format!("{exchange}{body}")), ..Properties::default() };
    Publish {
        exchange: exchange.to_owned().into(),
        routing_key: key.to_owned().into(),
        mandatory: true,
        properties: Box::new(properties),
        body: Bytes::from(body.to_string()),
    }
}

pub(super) async fn one_bad_message_costs_no_other(world: World) {
    world.client().await.call("Work", "\"declares\"").await.unwrap();
    let (queue, nowhere) = (world.queue("Work"), world.queue("nowhere"));
    let publisher = Publisher::start(world.broker(), Vec::new());
    let began = Instant::now();
    let mut good = Vec::new();
    for round in 0..3 {
        let all = (0..30).map(|n| {
            let message = if n == 7 { to(&nowhere, "", n) } else { to("", &queue, round * 100 + n) };
            publisher.publish(message)
        });
        let results = timeout(PATIENCE, futures_util::future::join_all(all)).await.expect("all end");
        for (n, result) in results.into_iter().enumerate() {
            match result {
                Ok(()) => good.push(n),
                Err(Failure::Rejected { code: 404, text }) if n == 7 => {
                    assert!(text.contains(&nowhere), "{text}");
                }
                other => panic!("{n}: {other:?}"),
            }
        }
    }
    assert_eq!(good.len(), 3 * 29);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

pub(super) async fn an_idempotency_key_is_the_message_id(world: World) {
    let client = world.client().await;
    let mut metadata = Metadata::new();
    metadata.append("idempotency-key", "\"order-7\"").unwrap();
    let cx = || Context::new().with_metadata(&metadata);
    client.call_in(cx(), "Work", "\"1\"").await.unwrap();
    client.call_in(cx(), "Work", "\"1\"").await.unwrap();
    for _ in 0..2 {
        let (properties, _) = world.take(&world.queue("Work")).await;
        assert_eq!(properties.message_id.as_deref(), Some("order-7"));
    }
}

pub(super) async fn an_exchange_of_another_type_is_refused_and_the_rest_runs(world: World) {
    let name = world.queue("events");
    let exchange = Exchange { name: name.clone().into(), kind: ExchangeKind::Fanout, alternate: None };
    let link = world.broker().open(Role::Publish).await.unwrap();
    link.declare(&Topology { exchanges: vec![exchange], ..Topology::default() }).await.unwrap();
    let served = world.start("group", Limits::default());
    let client = world.client().await;
    client.call("Work", "\"1\"").await.unwrap();
    assert_eq!(world.saw(1).await[0].body, "\"1\"");
    let refused = client.call("Told", "\"2\"").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");
    assert!(refused.message().contains(&name) && refused.message().contains("another type"), "{refused}");
    let trouble = timeout(PATIENCE, async {
        loop {
            match served.mounted.health.degraded() {
                Some(why) if why.contains("another type") => return why,
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
    });
    assert!(trouble.await.expect("health says so").contains(&name));
    link.close().await;
}
