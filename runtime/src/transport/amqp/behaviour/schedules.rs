//! Tasks by the clock.

use super::*;
use crate::transport::amqp::topology::{schedule, schedule_queue};
use std::collections::BTreeSet;

fn tick(pattern: &'static str) -> Row {
    ("Tick", Shape::Unary, Plan { schedule: Some(pattern.into()), ..plan(Kind::Task) }, Idempotency::Unknown)
}

/// The ids of the messages that handlers had, once there are as many.
async fn ids(world: &World, count: usize) -> Vec<String> {
    world.saw(count).await;
    let messages = world.messages.lock().unwrap();
    messages.iter().map(|message| message.id().unwrap().to_owned()).collect()
}

fn distinct(ids: &[String]) -> usize {
    ids.iter().collect::<BTreeSet<_>>().len()
}

async fn one_server_of_all_publishes_each_time(world: World) {
    let world = world.with_methods(&[tick("* * * * * *")]);
    let (one, other) = (world.serve().await, world.serve().await);
    let first = ids(&world, 2).await;
    assert_eq!(distinct(&first), first.len(), "{first:?}");
    // Whichever holds the token, the other goes on.
    one.stop().await;
    let both = ids(&world, first.len() + 2).await;
    assert_eq!(distinct(&both), both.len(), "{both:?}");
    other.stop().await;
}

async fn times_that_passed_are_made_up_for_once(world: World) {
    let world = world.with_methods(&[tick("0 * * * *")]);
    let queue = world.queue("Tick");
    let link = world.broker().open(Role::Consume).await.unwrap();
    link.declare(&schedule(&queue)).await.unwrap();
    // Five hours ago a server published the task. Then all were away.
    let then = i64::try_from(super::super::ids::unix_millis()).unwrap() - 5 * 3_600_000;
    let properties = Properties {
        headers: [("x-polywire-fired".to_owned(), Value::Int(then))].into(),
        persistent: true,
        ..Properties::default()
    };
    world.stranger(&schedule_queue(&queue), properties.clone(), "").await;
    world.stranger(&schedule_queue(&queue), properties, "").await;
    world.stranger(&schedule_queue(&queue), Properties::default(), "no token").await;
    let served = world.serve().await;
    let made_up = ids(&world, 1).await;
    assert!(made_up[0].starts_with(&format!("{}@", schedule_queue(&queue))), "{made_up:?}");
    served.stop().await;
    // The token is back, and tells of the publish.
    let served = world.serve().await;
    world.client().await.call("Work", "\"after\"").await.unwrap();
    let all = ids(&world, 2).await;
    assert_eq!(all.len(), 2, "the hour is not made up for again: {all:?}");
    served.stop().await;
    link.close().await;
}

async fn a_schedule_that_cannot_be_kept_is_refused(world: World) {
    for pattern in ["61 * * * *", "* * * * * * * *", "0 0 31 2 *", "soon"] {
        let world = World::new(world.endpoint.url.as_written().to_owned()).with_methods(&[tick(pattern)]);
        let mounted = world.mounted("main", Limits::default());
        let status = crate::transport::amqp::serve(&world.endpoint, &mounted).unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
        assert!(status.message().contains(pattern), "{status}");
    }
}

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        #[cfg(feature = "memory")]
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::World::memory()).await;
            })*
        }

        #[cfg(feature = "amqp")]
        mod rabbitmq {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::World::rabbit()).await;
            })*
        }
    };
}

on_both! {
    one_server_of_all_publishes_each_time,
    times_that_passed_are_made_up_for_once,
    a_schedule_that_cannot_be_kept_is_refused,
}
