//! The times of messages: the back-off of retries as it is written, and messages that are not due yet.

use super::*;
use crate::call::delay::Delay;
use polywire_codegen::model::Code as Named;
use std::time::SystemTime;

fn task(name: &'static str, retry: Retry) -> Row {
    (name, Shape::Unary, Plan { retry, ..plan(Kind::Task) }, Idempotency::Unknown)
}

pub(super) async fn a_backoff_is_as_it_is_written(world: World) {
    let retry = Retry { limit: 2, first_ms: 70, last_ms: 100, jitter: false, on: None };
    let world = world.with_methods(&[task("Soon", retry)]);
    let _served = world.serve().await;
    let began = Instant::now();
    world.client().await.call("Soon", "twice").await.unwrap();
    let seen = world.saw(3).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    let took = began.elapsed();
    // 70 ms are two levels, and 100 ms are one. Less than 10 ms are not waited for.
    assert!((Duration::from_millis(150)..Duration::from_secs(2)).contains(&took), "{took:?}");
}

pub(super) async fn a_failure_says_when_to_try_again(world: World) {
    let _served = {
        let retry = Retry { limit: 1, first_ms: 600_000, last_ms: 600_000, jitter: false, on: None };
        let world = world.with_methods(&[task("Told when", retry)]);
        let served = world.serve().await;
        let began = Instant::now();
        world.client().await.call("Told when", "later 120").await.unwrap();
        world.saw(2).await;
        assert!(began.elapsed() >= Duration::from_millis(105), "{:?}", began.elapsed());
        served
    };
}

pub(super) async fn only_the_named_codes_are_tried_again(world: World) {
    let on = Some([Named::NotFound].as_slice().into());
    let retry = Retry { limit: 1, first_ms: 10, last_ms: 10, jitter: true, on };
    let world = world.with_methods(&[task("Choosy", retry)]);
    let _served = world.serve().await;
    let client = world.client().await;
    client.call("Choosy", "fail not_found").await.unwrap();
    client.call("Choosy", "fail unavailable").await.unwrap();
    let dead = format!("{}.dlq", world.queue("Choosy"));
    for _ in 0..2 {
        world.take(&dead).await;
    }
    let seen = world.saw(3).await;
    let attempts = |body: &str| seen.iter().filter(|seen| seen.body == body).count();
    assert_eq!((attempts("fail not_found"), attempts("fail unavailable")), (2, 1), "{seen:?}");
}

pub(super) async fn a_message_runs_when_it_is_due(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let began = Instant::now();
    let by = |ms| Context::new().with_extension(Delay::by(Duration::from_millis(ms)));
    client.call_in(by(350), "Work", "\"late\"").await.unwrap();
    client.call_in(by(0), "Work", "\"now\"").await.unwrap();
    let past = Delay::at(SystemTime::UNIX_EPOCH);
    client.call_in(Context::new().with_extension(past), "Told", "\"past\"").await.unwrap();
    // An event waits at each of its consumers.
    client.call_in(by(200), "Told", "\"event\"").await.unwrap();
    let seen = world.saw(4).await;
    assert_eq!(seen.last().map(|seen| &*seen.body), Some("\"late\""), "{seen:?}");
    assert_eq!(seen[2].body, "\"event\"", "{seen:?}");
    assert!(seen.iter().all(|seen| seen.attempt == 1), "waiting is no attempt: {seen:?}");
    assert!(began.elapsed() >= Duration::from_millis(330), "{:?}", began.elapsed());
}

pub(super) async fn what_cannot_wait_is_refused_and_not_sent(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let cx = || Context::new().with_extension(Delay::by(Duration::from_secs(1)));
    let status = client.call_in(cx(), "Ask", "1").await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
    let forever = Context::new().with_extension(Delay::by(Duration::MAX));
    let status = client.call_in(forever, "Work", "1").await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    client.call("Work", "\"after\"").await.unwrap();
    assert_eq!(world.saw(1).await[0].body, "\"after\"");
}

pub(super) async fn a_strangers_times_harm_nothing(world: World) {
    let _served = world.serve().await;
    let hour = i64::try_from(super::super::ids::unix_millis()).unwrap() + 3_600_000;
    let with = |pairs: &[(&str, Value)]| Properties {
        headers: pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        ..Properties::default()
    };
    let queue = world.queue("Work");
    // A wait without a time, times that are none, and times that are over.
    for (at, pairs) in [
        vec![(wire::WAIT, Value::Int(hour))],
        vec![(wire::DUE, Value::Int(-1))],
        vec![(wire::DUE, Value::from("soon"))],
        vec![(wire::DUE, Value::Int(1)), (wire::WAIT, Value::Int(i64::MAX))],
    ]
    .iter()
    .enumerate()
    {
        world.stranger(&queue, with(pairs), "\"ok\"").await;
        assert_eq!(world.saw(at + 1).await.len(), at + 1, "{pairs:?}");
    }
    // A time that is far away makes its own message wait, and no other.
    world.stranger(&queue, with(&[(wire::DUE, Value::Int(i64::MAX))]), "\"never\"").await;
    world.stranger(&queue, Properties::default(), "\"ok\"").await;
    assert!(world.saw(5).await.iter().all(|seen| seen.body == "\"ok\""));
}
