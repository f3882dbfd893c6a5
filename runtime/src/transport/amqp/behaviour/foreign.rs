//! Messages of Celery and NestJS: run, answered, delayed, refused, and sent by our own client.

use super::*;
use crate::transport::amqp::broker::REPLY_TO;
use crate::transport::amqp::ids::unix_millis;
use polywire_codegen::civil;
use polywire_codegen::transport::amqp::foreign::{Foreign, Framework};
use serde_json::{Value as Json, json};

/// The methods: `Say` takes a message as it is, `Order` has the argument `n`.
fn abroad(world: World, framework: Framework) -> World {
    let queue = world.queue("abroad");
    let row = |name: &'static str, pattern: &'static str, whole, answers| {
        let foreign = Foreign { framework, name: pattern.into(), answers, whole };
        let retry = Retry { limit: 1, ..Retry::DEFAULT };
        let queue = Some(queue.clone().into());
        let plan = Plan { kind: Kind::Task, queue, retry, foreign: Some(foreign), ..Plan::default() };
        (name, Shape::Unary, plan, Idempotency::Unknown)
    };
    let rows = [
        row("Say", "tasks.say", true, true),
        row("Order", "{\"cmd\":\"order\",\"v\":1}", false, true),
        row("Note", "tasks.note", true, false),
    ];
    world.with_methods(&rows)
}

fn task(name: &str, id: &str) -> Properties {
    let headers = [("task", name), ("id", id), ("root_id", "root")];
    Properties {
        content_type: Some("application/json".into()),
        content_encoding: Some("utf-8".into()),
        correlation_id: Some(id.into()),
        headers: headers.map(|(name, text)| (name.to_owned(), Value::from(text))).into(),
        ..Properties::default()
    }
}

/// A caller as other frameworks are: it publishes to a queue, and waits for answers.
struct Stranger {
    outlet: Box<dyn crate::transport::amqp::broker::Outlet>,
    replies: crate::transport::amqp::broker::Deliveries,
    queue: String,
    _link: Arc<dyn crate::transport::amqp::broker::BrokerLink>,
}

impl Stranger {
    async fn of(world: &World) -> Self {
        let link = world.broker().open(Role::Reply).await.unwrap();
        let (outlet, replies) = link.caller().await.unwrap();
        Self { outlet, replies, queue: world.queue("abroad"), _link: link }
    }

    async fn send(&mut self, properties: Properties, body: &Json) {
        let properties = Properties { reply_to: Some(REPLY_TO.into()), ..properties };
        let message = Publish {
            exchange: "".into(),
            routing_key: self.queue.clone().into(),
            mandatory: true,
            properties: Box::new(properties),
            body: body.to_string().into(),
        };
        self.outlet.send(&[message]).await.unwrap();
    }

    /// The next answer: its correlation id, and what it says.
    async fn answer(&mut self) -> (Option<String>, Json) {
        let reply = timeout(PATIENCE, self.replies.next()).await.expect("an answer").unwrap().unwrap();
        let id = reply.properties.correlation_id().map(str::to_owned);
        (id, serde_json::from_slice(&reply.body).unwrap())
    }
}

fn at(millis_from_now: u64) -> Value {
    let at = unix_millis() + millis_from_now;
    Value::Text(civil::format((at / 1_000) as i64, (at % 1_000 * 1_000_000) as i32))
}

pub(super) async fn a_task_of_celery_is_run_and_answered(world: World) {
    let world = abroad(world, Framework::Celery);
    let _served = world.serve().await;
    let mut stranger = Stranger::of(&world).await;
    stranger.send(task("tasks.say", "1"), &json!([["hi"], {}, {"chain": null}])).await;
    let (id, told) = stranger.answer().await;
    assert_eq!(
        (id.as_deref(), &told["status"], &told["result"], &told["task_id"]),
        (Some("1"), &json!("SUCCESS"), &json!("hi"), &json!("1"))
    );
    // The outcome of a retry is told once, and the message is the same task.
    stranger.send(task("tasks.say", "2"), &json!([["fail unavailable"], {}, null])).await;
    let (_, told) = stranger.answer().await;
    assert_eq!((&told["status"], &told["result"]["exc_type"]), (&json!("FAILURE"), &json!("Unavailable")));
    assert_eq!(world.saw(3).await.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 1, 2]);
    let messages = world.messages.lock().unwrap();
    assert_eq!(messages.iter().map(Delivered::id).collect::<Vec<_>>(), [Some("1"), Some("2"), Some("2")]);
}

pub(super) async fn what_celery_sends_amiss_is_a_dead_letter_and_told(world: World) {
    let world = abroad(world, Framework::Celery);
    let _served = world.serve().await;
    let mut stranger = Stranger::of(&world).await;
    for (name, body, kind) in [
        ("tasks.say", json!([[], {"x": 1}, {}]), "InvalidArgument"),
        ("tasks.say", json!([[1, 2], {}, {}]), "InvalidArgument"),
        ("tasks.say", json!([1, {}, {}]), "InvalidArgument"),
        ("tasks.say", json!({}), "InvalidArgument"),
        ("tasks.say", json!([["hi"], {}, {"chord": {"task": "x"}}]), "Unimplemented"),
        (
            "tasks.say",
            json!([["hi"], {}, {"callbacks": [{"task": "x", "options": {"queue": "other"}}]}]),
            "FailedPrecondition",
        ),
        ("tasks.gone", json!([[], {}, {}]), "Unimplemented"),
    ] {
        stranger.send(task(name, "1"), &body).await;
        let (_, told) = stranger.answer().await;
        assert_eq!(
            (&told["status"], &told["result"]["exc_type"]),
            (&json!("FAILURE"), &json!(kind)),
            "{body}"
        );
        let (_, left) = world.take(&format!("{}.dlq", world.queue("abroad"))).await;
        assert_eq!(serde_json::from_slice::<Json>(&left).unwrap(), body);
    }
    assert!(world.seen.lock().unwrap().is_empty());
}

pub(super) async fn a_task_of_celery_runs_in_its_time(world: World) {
    let world = abroad(world, Framework::Celery);
    let _served = world.serve().await;
    let mut stranger = Stranger::of(&world).await;
    let with = |name: &str, time| {
        let mut properties = task("tasks.say", "1");
        properties.headers.insert(name.to_owned(), time);
        properties
    };
    let (began, early) = (Instant::now(), with("eta", at(1_200)));
    stranger.send(early, &json!([["early"], {}, {}])).await;
    assert_eq!(stranger.answer().await.1["result"], "early");
    assert!(began.elapsed() >= Duration::from_millis(1_150), "{:?}", began.elapsed());
    assert_eq!(world.saw(1).await[0].attempt, 1);
    stranger.send(with("expires", at(0)), &json!([["late"], {}, {}])).await;
    assert_eq!(stranger.answer().await.1["status"], "REVOKED");
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("abroad"))).await;
    assert!(text(&letter, wire::REASON).starts_with("expired: "), "{letter:?}");
}

pub(super) async fn what_follows_a_task_of_celery_is_published(world: World) {
    let world = abroad(world, Framework::Celery);
    let _served = world.serve().await;
    let mut stranger = Stranger::of(&world).await;
    let next = |id: &str, args: Json, immutable: bool| json!({"task": "tasks.say", "args": args, "kwargs": {}, "options": {"task_id": id}, "immutable": immutable});
    // The next task of a chain is the last of the list.
    let chain = json!([next("3", json!(["third"]), true), next("2", json!([]), false)]);
    stranger.send(task("tasks.say", "1"), &json!([["first"], {}, {"chain": chain}])).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        let (id, answer) = stranger.answer().await;
        told.push((id.unwrap(), answer["result"].clone()));
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let expected =
        [("1", "first"), ("2", "first"), ("3", "third")].map(|(id, result)| (id.to_owned(), json!(result)));
    assert_eq!(told, expected);
    let after = json!([["fail not_found"], {}, {"errbacks": [next("9", json!([]), false)], "chain": [next("8", json!([]), true)]}]);
    stranger.send(task("tasks.say", "7"), &after).await;
    let mut ends = Vec::new();
    for _ in 0..3 {
        let (id, answer) = stranger.answer().await;
        ends.push((id.unwrap(), answer["status"].clone(), answer["result"].clone()));
    }
    ends.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(
        (ends[0].0.as_str(), &ends[0].1, ends[1].0.as_str(), &ends[1].1),
        ("7", &json!("FAILURE"), "8", &json!("FAILURE"))
    );
    assert_eq!(
        (ends[2].0.as_str(), &ends[2].2),
        ("9", &json!("7")),
        "an errback has the id of the task that failed"
    );
}

pub(super) async fn a_packet_of_nest_is_run_and_answered(world: World) {
    let world = abroad(world, Framework::Nest);
    let _served = world.serve().await;
    let mut stranger = Stranger::of(&world).await;
    let of = |id: &str| Properties { correlation_id: Some(id.into()), ..Properties::default() };
    for (packet, expected) in [
        (
            json!({"pattern": "tasks.say", "data": "hi", "id": "1"}),
            json!({"response": "hi", "isDisposed": true, "id": "1"}),
        ),
        (
            json!({"pattern": {"v": 1, "cmd": "order"}, "data": {"n": 7}, "id": "2"}),
            json!({"response": {"n": 7}, "isDisposed": true, "id": "2"}),
        ),
        (
            json!({"pattern": {"v": 1, "cmd": "order"}, "data": 7, "id": 3}),
            json!({"response": {"n": 7}, "isDisposed": true, "id": 3}),
        ),
    ] {
        stranger.send(of("c"), &packet).await;
        assert_eq!(stranger.answer().await, (Some("c".to_owned()), expected));
    }
    for (packet, code) in [
        (json!({"pattern": "tasks.say", "data": "fail unavailable", "id": "4"}), 14),
        (json!({"pattern": {"v": 1, "cmd": "order"}, "data": null, "id": "5"}), 3),
        (json!({"pattern": "tasks.say", "id": "6"}), 3),
        (json!({"pattern": "gone", "data": 1, "id": "7"}), 12),
    ] {
        stranger.send(of("c"), &packet).await;
        let (_, told) = stranger.answer().await;
        assert_eq!(
            (&told["err"]["code"], &told["isDisposed"], &told["id"]),
            (&json!(code), &json!(true), &packet["id"])
        );
    }
    // A caller was told at once, so nothing is tried again. An event is, and is a dead letter in the end.
    assert_eq!(world.saw(4).await.len(), 4);
    stranger.send(of("c"), &json!({"pattern": "tasks.say", "data": "fail unavailable"})).await;
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("abroad"))).await;
    assert_eq!(text(&letter, "grpc-status"), "14");
    assert_eq!(world.saw(6).await.len(), 6);
    assert_eq!(world.left(&format!("{}.dlq", world.queue("abroad"))).await, 0);
}

pub(super) async fn our_client_speaks_to_our_server_as_celery_does(world: World) {
    round_trip(abroad(world, Framework::Celery)).await;
}

pub(super) async fn our_client_speaks_to_our_server_as_nest_does(world: World) {
    round_trip(abroad(world, Framework::Nest)).await;
}

async fn round_trip(world: World) {
    let _served = world.serve().await;
    let client = world.client_with(Codec::Proto).await;
    assert_eq!(client.call("Say", "\"hi\"").await.unwrap(), "\"hi\"");
    assert_eq!(client.call("Order", "{\"n\":7}").await.unwrap(), "{\"n\":7}");
    assert_eq!(client.call("Note", "\"note\"").await.unwrap(), "{}");
    let failed = client.call("Say", "\"fail not_found\"").await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::NotFound, "as told"));
    let unknown = client.call("Order", "\u{8}\u{7}").await.unwrap_err();
    assert_eq!(unknown.code(), Code::Internal, "protobuf is no request here: {unknown}");
    assert_eq!(world.saw(4).await.len(), 4);
}
