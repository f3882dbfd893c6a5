//! The limits that a method sets: the time of its handler, what runs and what is taken, and its priority.

use super::*;
use polywire_codegen::transport::amqp::Load;

fn task(name: &'static str, load: Load) -> Row {
    let retry = Retry { limit: 1, jitter: false, ..Retry::DEFAULT };
    (name, Shape::Unary, Plan { retry, load, ..plan(Kind::Task) }, Idempotency::Unknown)
}

pub(super) async fn no_more_run_at_once_than_asked(world: World) {
    let load = Load { concurrency: Some(2), ..Load::DEFAULT };
    let world = world.with_methods(&[task("Narrow", load)]);
    let client = world.client().await;
    for _ in 0..8 {
        client.call("Narrow", "sleep 30").await.unwrap();
    }
    let _served = world.serve().await;
    world.saw(8).await;
    assert_eq!(world.running.1.load(Ordering::SeqCst), 2);
}

pub(super) async fn no_more_are_taken_than_asked(world: World) {
    let minute = Some(60_000);
    let load = Load { timeout_ms: minute, prefetch: Some(3), concurrency: Some(1), ..Load::DEFAULT };
    let world = world.with_methods(&[task("Few", load)]);
    let served = world.serve().await;
    let client = world.client().await;
    // The first message ends the lane of a new connection.
    client.call("Few", "\"first\"").await.unwrap();
    world.saw(1).await;
    for _ in 0..6 {
        client.call("Few", "wait").await.unwrap();
    }
    world.saw(2).await;
    let link = world.broker().open(Role::Consume).await.unwrap();
    timeout(PATIENCE, async {
        while link.depth(&world.queue("Few")).await.unwrap() != Some(3) {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("three are taken");
    link.close().await;
    // Another consumer gets the other three, and no more.
    world.lose(&world.queue("Few"), 3).await;
    while world.saw(2).await.len() < 7 {
        world.gate.notify_waiters();
        sleep(Duration::from_millis(5)).await;
    }
    world.gate.notify_waiters();
    served.stop().await;
}

pub(super) async fn a_handler_that_takes_too_long_is_tried_again(world: World) {
    let load = Load { timeout_ms: Some(50), ..Load::DEFAULT };
    let world = world.with_methods(&[task("Hasty", load)]);
    let _served = world.serve().await;
    world.client().await.call("Hasty", "until_late").await.unwrap();
    let seen = world.saw(2).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2]);
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("Hasty"))).await;
    assert_eq!(text(&letter, "grpc-status"), "4");
}

pub(super) async fn a_message_has_the_priority_of_its_method(world: World) {
    let load = Load { priority: Some(7), ..Load::DEFAULT };
    let world = world.with_methods(&[task("Urgent", load)]);
    let client = world.client().await;
    client.call("Urgent", "\"now\"").await.unwrap();
    client.call("Work", "\"later\"").await.unwrap();
    assert_eq!(world.take(&world.queue("Urgent")).await.0.priority, Some(7));
    assert_eq!(world.take(&world.queue("Work")).await.0.priority, None);
}

pub(super) async fn a_timeout_above_the_brokers_is_refused_at_the_start(world: World) {
    let load = Load { timeout_ms: Some(3_600_000), ..Load::DEFAULT };
    let world = world.with_methods(&[task("Long", load)]);
    let refused =
        super::super::serve(&world.endpoint, &world.mounted("group", Limits::default())).unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("/Long: `timeout` is 3600s"), "{refused}");
}
