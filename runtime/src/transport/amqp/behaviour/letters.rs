//! Dead letters are listed, replayed and purged.

use super::*;
use crate::transport::amqp::letters::{DeadLetter, DeadLetters};

fn letters(world: &World, queue: &str) -> DeadLetters {
    DeadLetters::of(world.endpoint.clone(), world.queue(queue)).unwrap()
}

/// Waits until the queue has so many letters.
async fn arrived(letters: &DeadLetters, count: usize) -> Vec<DeadLetter> {
    timeout(PATIENCE, async {
        loop {
            match letters.list(|_| true).await {
                Ok(all) if all.len() >= count => return all,
                _ => sleep(Duration::from_millis(20)).await,
            }
        }
    })
    .await
    .expect("the letters arrive")
}

pub(super) async fn a_letter_tells_what_failed_and_stays(world: World) {
    let _served = world.serve().await;
    let letters = letters(&world, "Work");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let properties = Properties {
        message_id: Some("order-7".into()),
        kind: Some(format!("{}/Work", world.service).into()),
        headers: [("traceparent".into(), Value::from(trace))].into(),
        ..Properties::default()
    };
    world.stranger(&world.queue("Work"), properties, "detail").await;
    arrived(&letters, 1).await;
    // Looking leaves it there.
    let [letter] = arrived(&letters, 1).await.try_into().unwrap();
    assert_eq!(letter.id(), Some("order-7"));
    assert_eq!(letter.method(), Some(format!("{}/Work", world.service).as_str()));
    assert_eq!(letter.attempts(), 1);
    assert_eq!(letter.reason(), "not_found: gone");
    let status = letter.status().expect("a status");
    assert_eq!((status.code(), status.details().len()), (Code::NotFound, 1));
    assert_eq!((letter.exchange(), letter.routing_key()), (Some(""), Some(world.queue("Work").as_str())));
    assert_eq!(letter.trace(), Some(trace));
    assert_eq!(letter.body(), "detail");
    let age = letter.failed_at().expect("a time").elapsed().unwrap_or_default();
    assert!(age < PATIENCE, "{age:?}");
    let written = serde_json::to_value(&letter).unwrap();
    assert_eq!(written["status"]["code"], 5, "{written}");
    assert_eq!(written["body"], "detail", "{written}");
}

pub(super) async fn letters_are_replayed_under_their_id(world: World) {
    let served = world.serve().await;
    let letters = letters(&world, "Work");
    for n in 0..3 {
        let id = Some(format!("n{n}"));
        let properties = Properties { message_id: id, ..Properties::default() };
        world.stranger(&world.queue("Work"), properties, "fail not_found").await;
    }
    assert_eq!(arrived(&letters, 3).await.len(), 3);
    served.stop().await;
    let replayed = letters.replay(|letter| letter.id() != Some("n1")).await.unwrap();
    assert_eq!(replayed, 2);
    let left = letters.list(|_| true).await.unwrap();
    assert_eq!(left.iter().map(DeadLetter::id).collect::<Vec<_>>(), [Some("n1")]);
    for id in ["n0", "n2"] {
        let (properties, body) = world.take(&world.queue("Work")).await;
        assert_eq!((properties.message_id.as_deref(), &*body), (Some(id), &b"fail not_found"[..]));
        for header in [wire::REASON, wire::FAILED_AT, wire::ATTEMPT, "grpc-status", "grpc-message"] {
            assert!(!properties.headers.contains_key(header), "{header}: {properties:?}");
        }
    }
}

pub(super) async fn only_the_wanted_letters_are_purged(world: World) {
    let _served = world.serve().await;
    let letters = letters(&world, "Work");
    for body in ["fail not_found", "fail data_loss", "fail not_found"] {
        world.stranger(&world.queue("Work"), Properties::default(), body).await;
    }
    assert_eq!(arrived(&letters, 3).await.len(), 3);
    let lost = |letter: &DeadLetter| letter.status().is_some_and(|status| status.code() == Code::DataLoss);
    assert_eq!(letters.purge(lost).await.unwrap(), 1);
    assert_eq!(letters.purge(lost).await.unwrap(), 0);
    let left = letters.list(|_| true).await.unwrap();
    assert_eq!(left.iter().map(|letter| letter.body().clone()).collect::<Vec<_>>(), ["fail not_found"; 2]);
}

pub(super) async fn a_queue_without_letters_says_so(world: World) {
    let nowhere = DeadLetters::of(world.endpoint.clone(), format!("{}.nowhere.dlq", world.service)).unwrap();
    let status = nowhere.list(|_| true).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound, "{status}");
    assert!(status.message().contains(".nowhere.dlq`"), "{status}");
    let _served = world.serve().await;
    assert!(letters(&world, "Work").list(|_| true).await.unwrap().is_empty());
    assert_eq!(letters(&world, "Work").replay(|_| true).await.unwrap(), 0);
}

/// A letter that the broker moved itself, and headers that a stranger wrote.
pub(super) async fn a_letter_of_a_stranger_is_shown(world: World) {
    let _served = world.serve().await;
    let letters = letters(&world, "Work");
    let headers = [
        (wire::FAILED_AT.to_owned(), Value::Int(i64::MAX)),
        (wire::ATTEMPT.to_owned(), Value::from("many")),
        (wire::REASON.to_owned(), Value::List(vec![Value::Null])),
        ("grpc-status".to_owned(), Value::Int(i64::MIN)),
    ];
    let properties = Properties { headers: headers.into(), ..Properties::default() };
    let queue = format!("{}.dlq", world.queue("Work"));
    world.stranger(&queue, properties, "\u{1b}[2J").await;
    let [letter] = arrived(&letters, 1).await.try_into().unwrap();
    assert_eq!((letter.attempts(), letter.failed_at(), letter.id()), (1, None, None));
    assert_eq!(letter.reason(), "no reason is written on it");
    assert_eq!(letter.status().map(Status::code), Some(Code::Unknown));
    serde_json::to_string(&letter).unwrap();
    assert_eq!(letters.replay(|_| true).await.unwrap(), 1);
    assert_eq!(world.saw(1).await[0].body, "\u{1b}[2J");
}
