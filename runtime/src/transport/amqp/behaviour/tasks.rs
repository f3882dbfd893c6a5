//! Tasks and events: acknowledged, retried, dead-lettered.

use super::*;
use crate::transport::amqp::broker::{Queue, QueueKind, REPLY_TO, Topology};

pub(super) async fn a_task_is_handled_once_and_gone(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    for n in 0..50 {
        assert_eq!(client.call("Work", &format!("\"{n}\"")).await.unwrap(), "{}");
    }
    let mut bodies: Vec<String> = world.saw(50).await.into_iter().map(|seen| seen.body).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 50);
    served.stop().await;
    assert_eq!(world.left(&world.queue("Work")).await, 0);
}

pub(super) async fn a_task_waits_for_its_first_server(world: World) {
    let client = world.client_with(Codec::Proto).await;
    assert_eq!(client.call("Work", "early").await.unwrap(), "");
    let _served = world.serve().await;
    let seen = world.saw(1).await;
    assert_eq!((seen[0].body.as_str(), seen[0].codec, seen[0].attempt), ("early", Codec::Proto, 1));
}

pub(super) async fn a_strangers_message_is_json(world: World) {
    let _served = world.serve().await;
    world.stranger(&world.queue("Work"), Properties::default(), "\"no header\"").await;
    let json = Properties {
        content_type: Some("application/json".into()),
        kind: Some("whatever".into()),
        ..Properties::default()
    };
    world.stranger(&world.queue("Work"), json, "\"type of their own\"").await;
    let seen = world.saw(2).await;
    assert!(seen.iter().all(|seen| seen.method == "Work" && seen.codec == Codec::Json), "{seen:?}");
}

pub(super) async fn what_may_pass_is_tried_again(world: World) {
    let served = world.serve().await;
    let mut metadata = Metadata::new();
    metadata.append("tenant", "acme").unwrap();
    let began = Instant::now();
    world.client().await.call_in(Context::new().with_metadata(&metadata), "Work", "twice").await.unwrap();
    let seen = world.saw(3).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(seen.iter().all(|seen| seen.method == "Work" && seen.body == "twice"));
    assert!(began.elapsed() >= Duration::from_millis(2_950), "1 s and 2 s: {:?}", began.elapsed());
    served.stop().await;
    assert_eq!(world.left(&world.queue("Work")).await, 0);
    assert_eq!(world.left(&format!("{}.dlq", world.queue("Work"))).await, 0);
}

pub(super) async fn what_does_not_pass_is_a_dead_letter_at_the_end_of_its_plan(world: World) {
    let _served = world.serve().await;
    world.client().await.call("Brief", "fail unavailable").await.unwrap();
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Brief"))).await;
    assert_eq!(world.saw(2).await.len(), 2);
    assert_eq!(body, "fail unavailable");
    assert_eq!(text(&letter, "grpc-status"), "14");
    assert_eq!(text(&letter, wire::REASON), "unavailable: as told");
    assert_eq!(letter.headers[wire::ATTEMPT], Value::Int(2));
    assert_eq!(text(&letter, wire::KEY), "Brief");
    assert!(!letter.headers.contains_key("x-death"), "{letter:?}");
    assert!(letter.persistent && letter.message_id.is_some());
}

pub(super) async fn what_cannot_be_right_is_a_dead_letter_at_once(world: World) {
    let _served = world.serve().await;
    let letters = format!("{}.dlq", world.queue("Work"));
    for (properties, body, code) in [
        (Properties::default(), "fail invalid_argument", "3"),
        (Properties { content_type: Some("image/png".into()), ..Properties::default() }, "png", "3"),
        (Properties { content_encoding: Some("gzip".into()), ..Properties::default() }, "packed", "3"),
        (
            Properties { kind: Some(format!("{}/Gone", world.service).into()), ..Properties::default() },
            "\"x\"",
            "12",
        ),
        (
            Properties {
                headers: [("h".into(), Value::Text("x".repeat(20_000)))].into(),
                ..Properties::default()
            },
            "\"x\"",
            "8",
        ),
    ] {
        world.stranger(&world.queue("Work"), properties, body).await;
        let (letter, left) = world.take(&letters).await;
        assert_eq!((text(&letter, "grpc-status").as_str(), &*left), (code, body.as_bytes()), "{letter:?}");
        assert!(!text(&letter, wire::REASON).is_empty());
        if body == "packed" {
            assert!(text(&letter, wire::REASON).contains("content encoding `gzip`"), "{letter:?}");
        }
    }
    assert_eq!(world.saw(1).await.len(), 1, "only the first reached its handler");
}

pub(super) async fn what_is_too_late_is_a_dead_letter(world: World) {
    let _served = world.serve().await;
    let past =
        Properties { headers: [(wire::DEADLINE.to_owned(), Value::Int(1))].into(), ..Properties::default() };
    world.stranger(&world.queue("Work"), past, "\"late\"").await;
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(body, "\"late\"");
    assert!(text(&letter, wire::REASON).starts_with("expired: "), "{letter:?}");
    assert_eq!(text(&letter, "grpc-status"), "4");
    world.stranger(&world.queue("Work"), Properties::default(), "\"next\"").await;
    let seen = world.saw(1).await;
    assert_eq!(seen[0].body, "\"next\"");
}

/// The handler ran out of time, and the message did not.
pub(super) async fn a_deadline_that_is_still_ahead_stops_no_retry(world: World) {
    let _served = world.serve().await;
    let in_an_hour = i64::try_from(crate::transport::amqp::ids::unix_millis()).unwrap() + 3_600_000;
    let headers = [(wire::DEADLINE.to_owned(), Value::Int(in_an_hour))].into();
    world
        .stranger(
            &world.queue("Brief"),
            Properties { headers, ..Properties::default() },
            "fail deadline_exceeded",
        )
        .await;
    let seen = world.saw(2).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2]);
}

pub(super) async fn a_type_of_another_method_is_never_run_as_this_one(world: World) {
    let _served = world.serve().await;
    for kind in [format!("{}/Nope", world.service), format!("/{}.Told", world.service)] {
        let properties = Properties { kind: Some(kind.clone().into()), ..Properties::default() };
        world.publish(&world.service, "Work", properties, "\"x\"").await;
        let (letter, _) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
        assert_eq!(text(&letter, "grpc-status"), "12", "{kind}");
        assert!(text(&letter, wire::REASON).contains(&kind), "{letter:?}");
    }
    assert!(world.seen.lock().unwrap().is_empty());
}

pub(super) async fn an_attempt_that_a_stranger_made_up_is_not_believed(world: World) {
    let _served = world.serve().await;
    let headers = [(wire::ATTEMPT.to_owned(), Value::Int(99))];
    let properties = Properties { headers: headers.into(), ..Properties::default() };
    world.stranger(&world.queue("Brief"), properties, "fail unavailable").await;
    let seen = world.saw(2).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2]);
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("Brief"))).await;
    assert_eq!(letter.headers[wire::ATTEMPT], Value::Int(2));
}

pub(super) async fn the_message_is_told_and_a_retry_keeps_its_first_publish(world: World) {
    let _served = world.serve().await;
    let us = world.broker().user().map(str::to_owned);
    let forged = [wire::EXCHANGE, wire::KEY, wire::USER].map(|name| (name.to_owned(), Value::from("forged")));
    let properties = Properties {
        message_id: Some("order-7".into()),
        timestamp: Some(1_000_000),
        user_id: us.clone(),
        headers: forged.into(),
        ..Properties::default()
    };
    world.publish(&world.service, "Work", properties, "twice").await;
    world.saw(3).await;
    for message in world.messages.lock().unwrap().iter() {
        assert_eq!((message.id(), message.is_redelivered()), (Some("order-7"), false));
        assert_eq!((message.exchange(), message.routing_key()), (world.service.as_str(), "Work"));
        assert_eq!((message.queue(), message.user_id()), (world.queue("Work").as_str(), us.as_deref()));
        assert_eq!(message.first_seen(), std::time::UNIX_EPOCH + Duration::from_secs(1_000_000));
    }
    let asked = world.client().await.call("Ask", "\"who\"").await;
    assert_eq!(asked.as_deref(), Ok("\"who\""));
    let messages = world.messages.lock().unwrap();
    let call = messages.last().unwrap();
    assert_eq!((call.queue(), call.routing_key()), (world.queue("rpc").as_str(), "Ask"));
    assert_eq!(call.user_id(), None);
}

pub(super) async fn a_message_that_came_back_says_so(world: World) {
    let served = world.serve().await;
    let client = world.client().await;
    served.stop().await;
    client.call("Work", "\"lost\"").await.unwrap();
    world.lose(&world.queue("Work"), 1).await;
    let _served = world.serve().await;
    world.saw(1).await;
    let messages = world.messages.lock().unwrap();
    assert!(messages[0].is_redelivered() && messages[0].id().is_some(), "{messages:?}");
    assert!(messages[0].first_seen().elapsed().unwrap() < 2 * PATIENCE, "{messages:?}");
}

pub(super) async fn a_reply_is_never_run(world: World) {
    let _served = world.serve().await;
    let reply = || Properties {
        headers: [("grpc-status".to_owned(), Value::from("0"))].into(),
        ..Properties::default()
    };
    world.stranger(&world.queue("Work"), reply(), "\"a reply\"").await;
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(body, "\"a reply\"");
    assert!(text(&letter, wire::REASON).starts_with("reply: "), "{letter:?}");
    let kind = Some(format!("{}/Ask", world.service).into());
    world.stranger(&world.queue("rpc"), Properties { kind, ..reply() }, "\"a reply\"").await;
    assert_eq!(world.client().await.call("Ask", "\"a request\"").await.unwrap(), "\"a request\"");
    assert_eq!(world.saw(1).await.len(), 1);
}

pub(super) async fn a_task_has_more_time_than_a_call(world: World) {
    let limits = Limits::default().unary_timeout(Duration::from_secs(5));
    let served = world.serve_with("group", limits).await;
    let client = world.client().await;
    client.call("Work", "patient").await.unwrap();
    client.call("Told", "patient").await.unwrap();
    world.saw(2).await;
    let left: u64 = client.call("Ask", "left").await.unwrap().parse().unwrap();
    assert!(left <= 5_000, "{left}");
    served.stop().await;
    assert_eq!(world.left(&format!("{}.dlq", world.queue("Work"))).await, 0);
}

pub(super) async fn an_envelope_of_others_is_refused_by_name(world: World) {
    let _served = world.serve().await;
    let of_type = |content_type: &'static str| Properties {
        content_type: Some(content_type.into()),
        ..Properties::default()
    };
    let events = [STRUCTURED, "}"].concat();
    let empty = [STRUCTURED, ",\"data\":{}}"].concat();
    for (properties, body, said) in [
        (Properties::default(), "{\"pattern\":\"x\",\"data\":{\"n\":1}}", "NestJS"),
        (Properties::default(), "{\"pattern\":{\"cmd\":\"x\"},\"data\":1,\"id\":\"7\"}", "NestJS"),
        (of_type("application/cloudevents+json; charset=utf-8"), &events, "no data"),
        (of_type("application/cloudevents+json"), &empty, "no argument"),
        (of_type("application/cloudevents-batch+json"), "[]", "cloudevents-batch"),
        (Properties::default(), "", "empty"),
        (Properties::default(), "{}", "no argument of the method (`n`): it is empty"),
        (Properties::default(), "{\"messageId\":1,\"message\":{\"n\":1}}", "`messageId`"),
    ] {
        world.stranger(&world.queue("Work"), properties, body).await;
        let (letter, left) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
        assert_eq!((text(&letter, "grpc-status").as_str(), &*left), ("3", body.as_bytes()));
        assert!(text(&letter, wire::REASON).contains(said), "{letter:?}");
    }
    // The data may have such members, if the message names its method, or has others too.
    let ours = Properties { kind: Some(format!("{}/Work", world.service).into()), ..Properties::default() };
    world.stranger(&world.queue("Work"), ours, "{\"pattern\":1,\"data\":2}").await;
    world.stranger(&world.queue("Work"), Properties::default(), "{\"pattern\":1,\"data\":2,\"n\":3}").await;
    let empty = of_type("application/protobuf");
    world.stranger(&world.queue("Work"), empty, "").await;
    assert_eq!(world.saw(3).await.len(), 3);
}

/// A caller of an RPC may leave every field out, and is told of a request that is none.
pub(super) async fn a_request_in_an_envelope_is_refused_and_an_empty_one_is_not(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    assert_eq!(client.call("Ask", "{}").await.unwrap(), "{}");
    for (body, code) in [("{}", "0"), ("{\"n\":7}", "0"), ("{\"data\":{\"n\":7}}", "3")] {
        let link = world.broker().open(Role::Reply).await.unwrap();
        let (mut outlet, mut replies) = link.caller().await.unwrap();
        let properties = Properties { reply_to: Some(REPLY_TO.to_owned()), ..Properties::default() };
        let request = Publish {
            exchange: world.service.clone().into(),
            routing_key: "Ask".into(),
            mandatory: true,
            properties: Box::new(properties),
            body: body.into(),
        };
        outlet.send(&[request]).await.unwrap();
        let reply = timeout(PATIENCE, replies.next()).await.expect("a reply").unwrap().unwrap();
        assert_eq!(text(&reply.properties.to_properties(), "grpc-status"), code, "{body}");
        link.close().await;
    }
}

/// An event in the structured mode, up to its data.
const STRUCTURED: &str =
    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/shop\",\"type\":\"order.placed\",\"subject\":\"7\"";

pub(super) async fn a_cloud_event_is_opened(world: World) {
    let _served = world.serve().await;
    let structured = Properties {
        content_type: Some("application/cloudevents+json; charset=utf-8".into()),
        ..Properties::default()
    };
    let body = [STRUCTURED, ",\"data\":{\"n\":1},\"traceparent\":\"00-1\"}"].concat();
    world.stranger(&world.queue("Work"), structured.clone(), &body).await;
    let texts = [("specversion", "1.0"), ("id", "1"), ("source", "/shop"), ("type", "order.placed")];
    let headers = texts.into_iter().chain([("subject", "7")]);
    let headers = headers.map(|(name, text)| (format!("cloudEvents:{name}"), Value::from(text)));
    let binary = Properties { headers: headers.collect(), ..Properties::default() };
    world.stranger(&world.queue("Work"), binary.clone(), "{\"n\":1}").await;
    let seen = world.saw(2).await;
    assert!(seen.iter().all(|seen| seen.body == "{\"n\":1}" && seen.codec == Codec::Json), "{seen:?}");
    {
        let messages = world.messages.lock().unwrap();
        for message in messages.iter() {
            let event = message.cloud_event().expect("an event");
            assert_eq!((event.id(), event.source(), event.kind()), ("1", "/shop", "order.placed"));
            assert_eq!((event.subject(), event.time()), (Some("7"), None));
        }
    }
    // A retry and a dead letter are the event as it came.
    let failing = [STRUCTURED, ",\"data\":\"fail unavailable\"}"].concat();
    world.stranger(&world.queue("Brief"), structured, &failing).await;
    let seen = world.saw(4).await;
    assert_eq!(seen[2..].iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2]);
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Brief"))).await;
    assert_eq!((text(&letter, "grpc-status").as_str(), &*body), ("14", failing.as_bytes()));
    world.stranger(&world.queue("Work"), binary, "").await;
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert!(text(&letter, wire::REASON).contains("no data"), "{letter:?}");
}

/// A queue that others declared is consumed as it is, and the log names it with the argument that differs.
pub(super) async fn a_queue_with_other_arguments_is_told_by_name(world: World) {
    let log = Kept::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let link = world.broker().open(Role::Consume).await.unwrap();
    let queues = vec![Queue::new(world.queue("Work"), QueueKind::Classic)];
    link.declare(&Topology { queues, ..Topology::default() }).await.unwrap();
    let _served = world.serve().await;
    let told = log.at(Level::WARN).into_iter().filter(|line| line.contains("exists with other arguments"));
    let told: Vec<_> = told.collect();
    assert!(told[0].contains(&world.queue("Work")) && told[0].contains("inequivalent arg 'x-"), "{told:?}");
    world.stranger(&world.queue("Work"), Properties::default(), "\"x\"").await;
    assert_eq!(world.saw(1).await[0].body, "\"x\"");
}
