//! Work that waits: for room in the server, or for its turn to run alone.

use super::*;
use crate::call::budget::Reservation;
use polywire_codegen::transport::amqp::topology::DELIVERY_LIMIT;

/// Long enough for a task that does not wait to be seen.
const MOMENT: Duration = Duration::from_millis(300);

pub(super) async fn a_task_waits_for_a_place_and_spends_no_attempt(world: World) {
    let served = world.serve_with("group", Limits::default().calls_in_flight(2)).await;
    let policy = &served.mounted.policy;
    // Calls of other wires have all places.
    let places = [policy.admit(Shape::Unary).unwrap(), policy.admit(Shape::Unary).unwrap()];
    let client = world.client().await;
    for n in 0..5 {
        client.call("Work", &format!("\"{n}\"")).await.unwrap();
    }
    client.call("Told", "\"news\"").await.unwrap();
    sleep(MOMENT).await;
    assert!(world.seen.lock().unwrap().is_empty(), "{:?}", world.seen.lock().unwrap());
    drop(places);
    let seen = world.saw(6).await;
    assert!(seen.iter().all(|seen| seen.attempt == 1), "{seen:?}");
    served.stop().await;
    assert_eq!(world.left(&format!("{}.dlq", world.queue("Work"))).await, 0);
}

pub(super) async fn a_task_waits_for_memory_and_spends_no_attempt(world: World) {
    let served = world.serve_with("group", Limits::default().decode_budget(200 << 10)).await;
    let mut others = Reservation::of(&served.mounted.policy);
    others.hold(150 << 10).unwrap();
    let client = world.client().await;
    client.call("Work", &format!("\"{}\"", "x".repeat(100 << 10))).await.unwrap();
    sleep(MOMENT).await;
    assert!(world.seen.lock().unwrap().is_empty());
    drop(others);
    assert_eq!(world.saw(1).await[0].attempt, 1);
    // What never fits is told, and does not wait.
    client.call("Work", &"x".repeat(300 << 10)).await.unwrap();
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(text(&letter, "grpc-status"), "8");
    served.stop().await;
}

pub(super) async fn what_was_lost_twice_runs_alone(world: World) {
    let queue = world.queue("Work");
    let client = world.client().await;
    for _ in 0..10 {
        client.call("Work", "sleep 20").await.unwrap();
    }
    for _ in 0..2 {
        world.lose(&queue, 10).await;
    }
    let served = world.serve().await;
    assert_eq!(world.saw(10).await.len(), 10);
    let most = &world.running.1;
    assert_eq!(most.load(Ordering::SeqCst), 1, "suspects ran at once");
    for _ in 0..10 {
        client.call("Work", "sleep 500").await.unwrap();
    }
    world.saw(20).await;
    assert!(most.load(Ordering::SeqCst) > 5, "the lane does not end: {most:?}");
    served.stop().await;
    assert_eq!(world.left(&queue).await, 0);
    assert_eq!(world.left(&format!("{queue}.dlq")).await, 0);
}

pub(super) async fn what_was_lost_too_often_is_a_dead_letter_with_a_reason(world: World) {
    let queue = world.queue("Work");
    let client = world.client().await;
    client.call("Work", "\"poison\"").await.unwrap();
    for _ in 0..DELIVERY_LIMIT {
        world.lose(&queue, 1).await;
    }
    let _served = world.serve().await;
    client.call("Work", "\"innocent\"").await.unwrap();
    let (letter, body) = world.take(&format!("{queue}.dlq")).await;
    assert_eq!(body, "\"poison\"");
    assert!(text(&letter, wire::REASON).starts_with("delivery_limit: "), "{letter:?}");
    assert_eq!(world.saw(1).await[0].body, "\"innocent\"");
}

/// A server at full pace meets a suspect: it finishes what it has, and only then runs the suspect.
pub(super) async fn a_suspect_among_others_waits_for_them(world: World) {
    let queue = world.queue("Work");
    let client = world.client().await;
    let served = world.serve().await;
    // More than the server takes from the broker.
    let full = (0..66).map(|_| client.call("Work", "sleep 3000"));
    futures_util::future::join_all(full).await;
    world.saw(64).await;
    client.call("Work", "alone").await.unwrap();
    let link = world.broker().open(Role::Consume).await.unwrap();
    let waiting = timeout(PATIENCE, async {
        loop {
            let depth = link.depth(&queue).await.unwrap().unwrap_or(0);
            if depth >= 2 {
                break usize::try_from(depth).unwrap();
            }
            sleep(Duration::from_millis(5)).await;
        }
    });
    let waiting = waiting.await.expect("some wait");
    for _ in 0..2 {
        world.lose(&queue, waiting).await;
    }
    assert!(world.saw(67).await.iter().any(|seen| seen.body == "alone"));
    served.stop().await;
    assert_eq!(world.left(&queue).await, 0);
    assert_eq!(world.left(&format!("{queue}.dlq")).await, 0, "it did not run alone");
}

/// If it ends the program, it must not take the messages of other queues with it.
pub(super) async fn a_suspect_waits_for_the_messages_of_other_queues(world: World) {
    let client = world.client().await;
    let queue = world.queue("Work");
    client.call("Work", "alone").await.unwrap();
    for _ in 0..3 {
        world.lose(&queue, 1).await;
    }
    client.call("Brief", "sleep 500").await.unwrap();
    let _served = world.serve().await;
    world.saw(2).await;
    // It says that others run, if they do, and is a dead letter then.
    client.call("Work", "\"after\"").await.unwrap();
    let seen = world.saw(3).await;
    let order = seen.iter().map(|seen| &*seen.body).collect::<Vec<_>>();
    assert_eq!(order, ["sleep 500", "alone", "\"after\""]);
    assert_eq!(world.left(&format!("{queue}.dlq")).await, 0);
}
