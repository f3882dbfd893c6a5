//! Calls: requests, answers, deadlines.

use super::*;

pub(super) async fn calls_are_answered_in_the_encoding_they_came_in(world: World) {
    let served = world.serve().await;
    for codec in [Codec::Json, Codec::Proto] {
        assert_eq!(world.client_with(codec).await.call("Ask", "\"hello\"").await.unwrap(), "\"hello\"");
    }
    let seen = world.saw(2).await;
    assert_eq!(seen.iter().map(|seen| seen.codec).collect::<Vec<_>>(), [Codec::Json, Codec::Proto]);
    let wire = if world.endpoint.url.as_written().starts_with("memory") {
        Transport::Memory
    } else {
        Transport::Amqp
    };
    assert!(seen.iter().all(|seen| seen.transport == wire && seen.method == "Ask"), "{seen:?}");
    served.stop().await;
}

pub(super) async fn many_calls_at_once_do_not_mix_up(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let calls = (0..500).map(|n| {
        let client = &client;
        async move { (n, client.call("Ask", &format!("\"{n}\"")).await.unwrap()) }
    });
    for (n, answer) in futures_util::future::join_all(calls).await {
        assert_eq!(answer, format!("\"{n}\""));
    }
}

pub(super) async fn a_failed_call_brings_its_status(world: World) {
    let _served = world.serve().await;
    for codec in [Codec::Json, Codec::Proto] {
        let client = world.client_with(codec).await;
        let status = client.call("Ask", "detail").await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::NotFound, "gone"));
        assert_eq!(status.details()[0].type_name(), "a.B");
    }
    let client = world.client().await;
    for code in Code::ALL {
        let status = client.call("Ask", &format!("fail {code}")).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, "as told"));
    }
}

pub(super) async fn metadata_and_deadline_travel(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let mut metadata = Metadata::new();
    metadata.append("tenant", "acme").unwrap();
    let cx = Context::new().with_metadata(&metadata);
    assert_eq!(client.call_in(cx.clone(), "Ask", "meta").await.unwrap(), "acme");
    assert_eq!(cx.headers().get("early"), Some("1"));
    assert_eq!(cx.trailers().get("late"), Some("2"));

    let cx = Context::new().with_timeout(Duration::from_secs(20));
    let left: u64 = client.call_in(cx, "Ask", "left").await.unwrap().parse().unwrap();
    assert!((1..=20_000).contains(&left), "{left}");

    let cx = Context::new().with_timeout(Duration::from_millis(100));
    let status = client.call_in(cx, "Ask", "wait").await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}

pub(super) async fn a_call_that_is_dropped_is_cancelled(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let gone = timeout(Duration::from_millis(300), client.call("Ask", "sleep 20000")).await;
    assert!(gone.is_err(), "{gone:?}");
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the handler was dropped");
    assert_eq!(client.call("Ask", "\"still there\"").await.unwrap(), "\"still there\"");
}

pub(super) async fn a_method_that_nobody_serves_is_unimplemented(world: World) {
    let status = world.client().await.call("Ask", "\"hello\"").await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
    assert!(status.message().contains(&world.service), "{status}");
    let status = collect_refused(&world).await;
    assert_eq!(status.code(), Code::Unimplemented, "{status}");
}

pub(super) async fn collect_refused(world: &World) -> Status {
    match world.client().await.stream(Context::new(), "3").await {
        Ok(items) => collect(items).await.1.expect("a failure"),
        Err(status) => status,
    }
}

pub(super) async fn what_is_too_large_is_refused_on_both_sides(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    let status = client.call("Ask", &"x".repeat((1 << 20) + 1)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    let status = client.call("Ask", "big 1048577").await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert_eq!(client.call("Ask", "big 1048576").await.unwrap().len(), 1 << 20);
}

pub(super) async fn a_stock_client_gets_status_headers_and_body(world: World) {
    let _served = world.serve().await;
    let link = world.broker().open(Role::Publish).await.unwrap();
    let (mut outlet, mut replies) = link.caller().await.unwrap();
    let rpc = world.queue("rpc");
    let request = |key: &str, exchange: &str, kind: Option<&str>, body: &'static str| Publish {
        exchange: exchange.to_owned().into(),
        routing_key: key.to_owned().into(),
        mandatory: false,
        properties: Box::new(Properties {
            reply_to: Some(crate::transport::amqp::broker::REPLY_TO.into()),
            correlation_id: Some("c-1".into()),
            kind: kind.map(|kind| kind.to_owned().into()),
            ..Properties::default()
        }),
        body: body.into(),
    };
    let with_dot = format!("{}.Ask", world.service);
    let with_slash = format!("/{}/Ask", world.service);
    let nonsense = format!("{}/Nonsense", world.service);
    let cases = [
        (request("Ask", &world.service, None, "\"a\""), Ok("\"a\"")),
        (request(&rpc, "", Some(&with_dot), "\"b\""), Ok("\"b\"")),
        (request(&rpc, "", Some(&with_slash), "\"c\""), Ok("\"c\"")),
        (request("Ask", &world.service, None, ""), Ok("{}")),
        (request("Ask", &world.service, None, "fail not_found"), Err(5)),
        (request(&rpc, "", Some(&nonsense), "\"d\""), Err(12)),
        (request(&rpc, "", None, "\"e\""), Err(12)),
    ];
    for (request, expected) in cases {
        outlet.send(std::slice::from_ref(&request)).await.unwrap();
        let reply = timeout(PATIENCE, replies.next()).await.expect("a reply").unwrap().unwrap();
        let properties = reply.properties.to_properties();
        assert_eq!(properties.correlation_id.as_deref(), Some("c-1"));
        assert_eq!(properties.content_type.as_deref(), Some("application/json"));
        match expected {
            Ok(body) => {
                assert_eq!(text(&properties, "grpc-status"), "0");
                assert_eq!(reply.body, body);
            }
            Err(code) => {
                assert_eq!(text(&properties, "grpc-status"), code.to_string());
                let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
                assert_eq!(body["code"], code);
                assert_eq!(body["message"], text(&properties, "grpc-message"));
            }
        }
    }
}

/// A text that would start a new line, clear a screen, and reverse the direction of text.
const FORGED: &str = "\nWARN forged\u{1b}[2J\u{202e}";

fn one_line_each(log: &Kept) {
    let of_ours = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG].map(|level| log.at(level)).concat();
    for line in of_ours {
        assert!(!line.contains(['\n', '\u{1b}', '\u{202e}']), "{line:?}");
    }
}

pub(super) async fn what_strangers_write_forges_no_line_of_the_log(world: World) {
    const COUNT: usize = 40;
    const MOST: usize = 5_000;
    let log = Kept::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let _served = world.serve().await;
    let letters = format!("{}.dlq", world.queue("Work"));
    let told =
        |level| log.at(level).into_iter().filter(|line| line.contains("dead letters")).collect::<Vec<_>>();
    let mut sent = 0;
    // Other tests of this process may have the warning of a second.
    while sent < COUNT || (told(Level::WARN).is_empty() && sent < MOST) {
        sent += 1;
        let kind = Some(format!("{}/Gone{FORGED}", world.service).into());
        world.stranger(&world.queue("Work"), Properties { kind, ..Properties::default() }, "\"x\"").await;
        world.take(&letters).await;
    }
    let (warned, rest) = (told(Level::WARN), told(Level::DEBUG));
    assert_eq!(warned.len() + rest.len(), sent);
    // One a second is a warning. The rest is there for debugging.
    assert!(!warned.is_empty() && warned.len() < sent, "{warned:?}");
    assert!(warned[0].contains("WARN forged\\u{1b}[2J\\u{202e}"), "{warned:?}");
    one_line_each(&log);
}

pub(super) async fn a_reply_address_that_is_made_up_costs_nobody_else(world: World) {
    let log = Kept::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let _served = world.serve().await;
    let client = world.client().await;
    let forged = format!("amq.rabbitmq.reply-to.{FORGED}");
    for address in [&*forged, "amq.rabbitmq.reply-to.made.up", "amq.rabbitmq.reply-to.", "no-such-queue", ""]
    {
        let properties = Properties { reply_to: Some(address.into()), ..Properties::default() };
        let kind = Some(format!("{}.Ask", world.service).into());
        world.stranger(&world.queue("rpc"), Properties { kind, ..properties }, "\"x\"").await;
    }
    world.saw(5).await;
    assert_eq!(client.call("Ask", "\"me\"").await.unwrap(), "\"me\"");
    one_line_each(&log);
}

/// A server publishes with its own rights, so a caller may not choose where.
pub(super) async fn a_reply_goes_to_a_caller_and_to_no_queue_of_work(world: World) {
    let _served = world.serve().await;
    let client = world.client().await;
    // The last but one is base64 of no process id: RabbitMQ would close the connection of the reply, and the
    // replies beside it would be lost.
    let addresses = [
        world.queue("Work"),
        format!("{}.dlq", world.queue("Work")),
        "amq.rabbitmq.reply-to.g0FBQUFBQUFBQUFBQUFB.AAAA".to_owned(),
        "amq.rabbitmq.reply-to.g2QADXJhYmJpdEBsb2NhbGhvc3QAAAAAAAAAAAB4.AAAA".to_owned(),
    ];
    for round in 0..10 {
        for address in &addresses {
            let kind = Some(format!("{}/Ask", world.service).into());
            let properties = Properties { kind, reply_to: Some(address.clone()), ..Properties::default() };
            world.stranger(&world.queue("rpc"), properties, "\"borrowed\"").await;
        }
        let own = format!("\"{round}\"");
        let calls = futures_util::future::join_all((0..10).map(|_| client.call("Ask", &own)));
        assert!(calls.await.iter().all(|answer| answer.as_ref() == Ok(&own)));
    }
    let seen = world.saw(140).await;
    assert!(seen.iter().all(|seen| seen.method == "Ask"), "{seen:?}");
    assert_eq!(world.left(&format!("{}.dlq", world.queue("Work"))).await, 0);
}
