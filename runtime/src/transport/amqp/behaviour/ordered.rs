//! Messages in order: the choice of a partition, retries in place, and the change of consumers.

use super::*;
use polywire_codegen::transport::amqp::order::{Order, partition_name};

fn order() -> Order {
    Order { by: "key".into(), partitions: 2 }
}

pub(super) fn ordered(world: World) -> World {
    let retry = Retry { limit: 2, first_ms: 20, last_ms: 40, jitter: false, on: None };
    let plan = Plan { retry, order: Some(order()), ..plan(Kind::Task) };
    world.with_methods(&[("Ordered", Shape::Unary, plan, Idempotency::Unknown)])
}

pub(super) fn queue(world: &World, key: &str) -> String {
    partition_name(&world.queue("Ordered"), order().partition(key))
}

pub(super) async fn publish(client: &Client, key: &str, body: &str) {
    client.call_in(Context::new().with_steer(key.to_owned()), "Ordered", body).await.unwrap();
}

fn bodies(seen: &[Seen], of: &str) -> Vec<String> {
    seen.iter().filter(|seen| seen.body.contains(of)).map(|seen| seen.body.clone()).collect()
}

pub(super) async fn the_partition_is_the_hash_of_the_field(world: World) {
    let world = ordered(world);
    let client = world.client().await;
    let lost = client.call("Ordered", "\"no key\"").await.unwrap_err();
    assert!(lost.message().contains("`key`"), "{lost}");
    // Python: zlib.crc32(b"order-17") % 2 and so on.
    for (key, partition) in [("order-17", 0), ("order-18", 1), ("101", 0)] {
        publish(&client, key, key).await;
        let (_, body) = world.take(&format!("{}.p{partition}", world.queue("Ordered"))).await;
        assert_eq!(body, key);
    }
}

pub(super) async fn a_failing_message_holds_its_partition_and_no_other(world: World) {
    let world = ordered(world);
    let (mine, other) = ("order-17", "order-18");
    let served = world.serve().await;
    let client = world.client().await;
    publish(&client, mine, "twice mine").await;
    publish(&client, mine, "\"mine too\"").await;
    publish(&client, other, "\"other\"").await;
    let seen = world.saw(5).await;
    assert_eq!(bodies(&seen, "mine"), ["twice mine", "twice mine", "twice mine", "\"mine too\""]);
    let attempts = seen.iter().filter(|seen| seen.body.contains("mine")).map(|seen| seen.attempt);
    assert_eq!(attempts.collect::<Vec<_>>(), [1, 2, 3, 1]);
    assert_eq!(bodies(&seen, "other").len(), 1);
    served.stop().await;
    assert_eq!(world.left(&queue(&world, mine)).await, 0);
}

pub(super) async fn what_fails_for_good_is_a_dead_letter_and_the_next_runs(world: World) {
    let world = ordered(world);
    let _served = world.serve().await;
    let client = world.client().await;
    for body in ["fail not_found", "fail unavailable", "\"next\""] {
        publish(&client, "a", body).await;
    }
    let letters = format!("{}.dlq", queue(&world, "a"));
    for (code, attempts) in [("5", 1), ("14", 3)] {
        let (letter, _) = world.take(&letters).await;
        assert_eq!(
            (text(&letter, "grpc-status"), &letter.headers[wire::ATTEMPT]),
            (code.into(), &Value::Int(attempts))
        );
    }
    let seen = world.saw(5).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 1, 2, 3, 1]);
    assert_eq!(seen[4].body, "\"next\"");
}

/// A server that drains keeps its queue until its message is settled.
pub(super) async fn a_drain_lets_nothing_overtake(world: World) {
    let world = ordered(world);
    let first = world.serve().await;
    let client = world.client().await;
    publish(&client, "a", "wait 1").await;
    world.saw(1).await;
    let _second = world.serve().await;
    for body in ["\"2\"", "\"3\"", "\"4\""] {
        publish(&client, "a", body).await;
    }
    let stopped = tokio::spawn(first.stop());
    // The broker has answered others meanwhile, so it would have given the next message to the second server.
    let link = world.broker().open(Role::Consume).await.unwrap();
    for _ in 0..20 {
        assert_eq!(link.depth(&queue(&world, "a")).await.unwrap(), Some(3));
    }
    link.close().await;
    world.gate.notify_waiters();
    stopped.await.unwrap();
    let seen = world.saw(4).await;
    assert_eq!(bodies(&seen, ""), ["wait 1", "\"2\"", "\"3\"", "\"4\""]);
    assert_eq!(world.running.1.load(Ordering::SeqCst), 1);
}
