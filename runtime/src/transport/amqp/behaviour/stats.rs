//! The numbers that metrics read.

use super::*;
use crate::waist::queue_stats::{QueueReading, QueueStats};

/// The queue's numbers, once they are as wanted.
async fn reading(stats: &QueueStats, queue: &str, wanted: impl Fn(&QueueReading) -> bool) -> QueueReading {
    let mut last = None;
    let read = timeout(PATIENCE, async {
        loop {
            let found = stats.queues().into_iter().find(|reading| reading.name == queue);
            if let Some(found) = found.clone().filter(&wanted) {
                return found;
            }
            last = found;
            sleep(Duration::from_millis(5)).await;
        }
    });
    match read.await {
        Ok(read) => read,
        Err(_) => panic!("{last:?}"),
    }
}

pub(super) async fn a_queue_tells_what_it_took_and_what_failed(world: World) {
    let client = world.client().await;
    client.call("Work", "\"ok\"").await.unwrap();
    let queue = world.queue("Work");
    let served = world.serve().await;
    let stats = served.mounted.queues.stats.clone();
    client.call("Work", "\"twice\"").await.unwrap();
    client.call("Work", "\"fail not_found\"").await.unwrap();
    let told = reading(&stats, &queue, |told| told.dead_lettered == 1 && told.retried == 1).await;
    assert_eq!((told.delivered, told.redelivered, told.expired), (3, 0, 0), "{told:?}");
    assert!(told.age.is_some_and(|age| age < PATIENCE), "{told:?}");
    let told = reading(&stats, &queue, |told| told.waiting.is_some()).await;
    assert_eq!(told.broker, world.broker().address());
    assert_eq!(told.waiting, Some(0));
    let confirms = stats.confirms();
    assert!(confirms.count >= 2, "a retry and a dead letter: {confirms:?}");
    assert!(confirms.sum > Duration::ZERO && confirms.buckets.last().unwrap().1 <= confirms.count);
    served.stop().await;

    // What a lost consumer had comes again, and is told.
    client.call("Work", "\"ok\"").await.unwrap();
    world.lose(&queue, 1).await;
    let served = world.serve().await;
    let stats = served.mounted.queues.stats.clone();
    let told = reading(&stats, &queue, |told| told.redelivered == 1).await;
    assert!(told.delivered >= 1, "{told:?}");
    served.stop().await;
}
