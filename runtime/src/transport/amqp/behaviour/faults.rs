//! The faults that only the broker in memory can be told to make.

use super::*;
use crate::transport::amqp::memory::testing::TestBroker;

fn broker(world: &World) -> TestBroker {
    TestBroker::named(world.endpoint.url.as_written().strip_prefix("memory:").unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_whole_schedule_passes_when_the_clock_is_moved() {
    let world = World { patience: Duration::from_secs(1_000), ..World::memory() };
    let _served = world.serve().await;
    let began = Instant::now();
    world.client().await.call("Work", "fail unavailable").await.unwrap();
    let seen = world.saw(6).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    // 1, 2, 4, 8 and 16 s.
    assert_eq!(began.elapsed().as_secs(), 31);
    let (letter, _) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(text(&letter, "grpc-status"), "14");
}

#[tokio::test(start_paused = true)]
async fn a_defect_is_tried_three_times_more() {
    let world = World { patience: Duration::from_secs(1_000), ..World::memory() };
    let _served = world.serve().await;
    world.client().await.call("Work", "fail internal").await.unwrap();
    world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(world.saw(4).await.len(), 4);
}

#[tokio::test]
async fn a_server_joins_when_its_broker_returns() {
    let world = World::memory();
    broker(&world).set_away(true);
    let served = world.start("group", Limits::default());
    let client = world.client().await;
    let cx = Context::new().with_timeout(Duration::from_millis(300));
    let status = client.call_in(cx, "Work", "\"1\"").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    let trouble = served.mounted.health.degraded().expect("health says so");
    assert!(trouble.contains("away"), "{trouble}");
    broker(&world).set_away(false);
    client.call("Work", "\"2\"").await.unwrap();
    assert_eq!(world.saw(1).await[0].body, "\"2\"");
    timeout(PATIENCE, async {
        while served.mounted.health.degraded().is_some() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("all is well again");
}

#[tokio::test]
async fn a_publish_without_its_confirm_is_sent_again_under_the_same_id() {
    let world = World::memory();
    let client = world.client().await;
    client.call("Work", "\"first\"").await.unwrap();
    broker(&world).lose_next_confirm();
    client.call("Work", "\"second\"").await.unwrap();
    let queue = world.queue("Work");
    let mut ids = Vec::new();
    for expected in ["\"first\"", "\"second\"", "\"second\""] {
        let (properties, body) = world.take(&queue).await;
        assert_eq!(body, expected);
        ids.push(properties.message_id.unwrap());
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[1], ids[2]);
}

#[tokio::test(start_paused = true)]
async fn a_full_broker_says_so() {
    let world = World::memory();
    let client = world.client().await;
    client.call("Work", "\"fits\"").await.unwrap();
    broker(&world).broker().limit_bytes(100);
    let began = Instant::now();
    let status = client.call("Work", "\"too much\"").await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
    assert!(status.message().contains("a queue is full, or none of its replicas leads"), "{status}");
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(broker(&world).depth(&world.queue("Work")), Some(1));
    // Who waits for less learns that no queue has it.
    let cx = Context::new().with_timeout(Duration::from_secs(1));
    let status = client.call_in(cx, "Work", "\"too much\"").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_passes_is_not_told() {
    let world = World::memory();
    let client = world.client().await;
    client.call("Work", "\"first\"").await.unwrap();
    broker(&world).refuse_publishes(4);
    let (refused, next) =
        tokio::join!(client.call("Work", "\"refused\""), client.call("Work", "\"refused too\""));
    assert_eq!((refused, next), (Ok("{}".to_owned()), Ok("{}".to_owned())));
    assert_eq!(broker(&world).depth(&world.queue("Work")), Some(3));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_told_apart_from_a_message_that_was_not_sent() {
    let world = World::memory();
    let client = world.client().await;
    client.call("Work", "\"first\"").await.unwrap();
    broker(&world).lose_next_confirm();
    let cx = || Context::new().with_timeout(Duration::from_secs(5));
    let (status, ()) = tokio::join!(client.call_in(cx(), "Work", "\"stored\""), async {
        // The clock stands still meanwhile, so the publisher does not connect again.
        while broker(&world).depth(&world.queue("Work")) != Some(2) {
            tokio::task::yield_now().await;
        }
        broker(&world).set_away(true);
    });
    let status = status.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    assert!(
        status.message().contains("is not known") && status.message().contains("idempotency-key"),
        "{status}"
    );
    let status = client.call_in(cx(), "Work", "\"unsent\"").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable, "{status}");
    assert!(
        status.message().contains("before the message was sent") && status.message().contains("away"),
        "{status}"
    );
    broker(&world).set_away(false);
    client.call("Work", "\"last\"").await.unwrap();
    assert_eq!(broker(&world).depth(&world.queue("Work")), Some(3), "what was given up is not sent again");
}

#[tokio::test]
async fn a_retry_finds_its_deleted_exchange_again() {
    let world = World::memory();
    let served = world.serve().await;
    let client = world.client().await;
    client.call("Work", "fail_after_gate").await.unwrap();
    client.call("Work", "fail invalid_argument").await.unwrap();
    world.take(&format!("{}.dlq", world.queue("Work"))).await;
    let link = world.broker().open(Role::Publish).await.unwrap();
    link.delete("polywire.delay.1s", "none").await.unwrap();
    link.delete("polywire.dlx", "none").await.unwrap();
    client.call("Work", "fail invalid_argument").await.unwrap();
    world.gate.notify_waiters();
    world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(world.saw(4).await.last().map(|seen| seen.attempt), Some(2));
    served.stop().await;
}

#[tokio::test]
async fn a_retry_goes_on_without_its_user_where_the_broker_knows_us_by_another_name() {
    let world = World::memory();
    let _served = world.serve().await;
    let properties = Properties { user_id: Some("polywire".into()), ..Properties::default() };
    world.stranger(&world.queue("Work"), properties, "fail_after_gate").await;
    world.saw(1).await;
    broker(&world).broker().rename_user("token-7");
    world.gate.notify_waiters();
    let seen = world.saw(2).await;
    assert_eq!(seen[1].attempt, 2);
    let users = world
        .messages
        .lock()
        .unwrap()
        .iter()
        .map(|message| message.user_id().map(str::to_owned))
        .collect::<Vec<_>>();
    assert_eq!(users, [Some("polywire".to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_the_broker_refuses_is_offered_again() {
    let world = World::memory();
    let _served = world.serve().await;
    let client = world.client().await;
    // The handler fails only when it is let go. By then the broker refuses its copies.
    client.call("Work", "fail_after_gate").await.unwrap();
    world.saw(1).await;
    broker(&world).refuse_publishes(3);
    world.gate.notify_waiters();
    let seen = world.saw(2).await;
    assert_eq!(seen[1].attempt, 2);
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_the_broker_never_takes_goes_back_and_is_not_lost() {
    let world = World { patience: Duration::from_secs(1_000), ..World::memory() };
    let _served = world.serve().await;
    let client = world.client().await;
    client.call("Work", "fail_after_gate").await.unwrap();
    world.saw(1).await;
    // A copy is tried ten times, and the publisher sends each for 5 s, every 250 ms.
    broker(&world).refuse_publishes(10 * 21 + 5);
    world.gate.notify_waiters();
    // It comes back as it was.
    assert_eq!(world.saw(2).await[1].attempt, 1);
    world.gate.notify_waiters();
    assert_eq!(world.saw(3).await[2].attempt, 2);
    assert_eq!(broker(&world).depth(&format!("{}.dlq", world.queue("Work"))), Some(0));
}

#[tokio::test]
async fn a_dead_letter_that_is_too_large_is_told_shorter() {
    let world = World::memory();
    let _served = world.serve().await;
    world.client().await.call("Work", "huge").await.unwrap();
    let (letter, body) = world.take(&format!("{}.dlq", world.queue("Work"))).await;
    assert_eq!(body, "huge");
    assert_eq!(text(&letter, wire::REASON), "not_found: huge");
    assert_eq!(text(&letter, "grpc-status"), "5");
}

#[tokio::test]
async fn what_a_lost_connection_had_is_delivered_again() {
    let world = World::memory();
    let _served = world.serve().await;
    let client = world.client().await;
    client.call("Work", "wait 1").await.unwrap();
    world.saw(1).await;
    broker(&world).disconnect();
    let seen = world.saw(2).await;
    assert_eq!(seen[0].body, seen[1].body);
    world.gate.notify_waiters();
    client.call("Work", "\"after\"").await.unwrap();
    assert!(world.saw(3).await.iter().any(|seen| seen.body == "\"after\""));
}

#[tokio::test]
async fn an_ordered_queue_waits_for_the_handler_of_a_lost_connection() {
    let world = ordered::ordered(World::memory());
    let _served = world.serve().await;
    let client = world.client().await;
    ordered::publish(&client, "a", "wait 1").await;
    ordered::publish(&client, "a", "\"2\"").await;
    world.saw(1).await;
    broker(&world).disconnect();
    // The client publishes on a new connection. By then the server has one too.
    ordered::publish(&client, "a", "\"3\"").await;
    timeout(PATIENCE, async {
        while world.saw(1).await.len() < 4 {
            world.gate.notify_waiters();
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("all run");
    let bodies = world.saw(4).await.into_iter().map(|seen| seen.body).collect::<Vec<_>>();
    assert_eq!(bodies, ["wait 1", "wait 1", "\"2\"", "\"3\""]);
    assert_eq!(world.running.1.load(Ordering::SeqCst), 1);
}

/// The broker takes a message back before its retries are over. It comes again, and its attempts go on.
#[tokio::test(start_paused = true)]
async fn an_ordered_message_outlives_the_brokers_patience() {
    let world = World { patience: Duration::from_secs(100_000), ..World::memory() };
    let retry = Retry { limit: 6, first_ms: 600_000, last_ms: 600_000, jitter: false, on: None };
    let order = polywire_codegen::transport::amqp::order::Order { by: "key".into(), partitions: 1 };
    let plan = Plan { retry, order: Some(order), ..plan(Kind::Task) };
    let world = world.with_methods(&[("Ordered", Shape::Unary, plan, Idempotency::Unknown)]);
    let _served = world.serve().await;
    let client = world.client().await;
    let began = Instant::now();
    ordered::publish(&client, "a", "fail unavailable").await;
    ordered::publish(&client, "a", "\"next\"").await;
    let seen = world.saw(8).await;
    assert_eq!(seen.iter().map(|seen| seen.attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 1]);
    assert!(began.elapsed() >= Duration::from_secs(3_600), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_call_on_a_lost_connection_fails_unless_it_only_reads() {
    let world = World::memory();
    let _served = world.serve().await;
    let client = world.client().await;
    client.call("Ask", "\"warm\"").await.unwrap();
    let (asked, read) = tokio::join!(client.call("Ask", "wait"), async {
        let read = client.call("Read", "wait");
        let lose = async {
            world.saw(3).await;
            broker(&world).disconnect();
            // The reading call comes again. So do both requests that were not acknowledged.
            timeout(PATIENCE, async {
                while world.seen.lock().unwrap().iter().filter(|seen| seen.method == "Read").count() < 3 {
                    sleep(Duration::from_millis(5)).await;
                }
            })
            .await
            .expect("sent again");
            for _ in 0..50 {
                world.gate.notify_waiters();
                sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::join!(read, lose).0
    });
    assert_eq!(asked.unwrap_err().code(), Code::Unavailable);
    assert_eq!(read.as_deref(), Ok("waited"));
}

#[tokio::test]
async fn a_stream_on_a_lost_connection_fails_and_never_ends_well() {
    let world = World::memory();
    let _served = world.serve().await;
    let client = world.client().await;
    let mut items = client.stream(Context::new(), "100000").await.unwrap();
    items.next().await.unwrap().unwrap();
    broker(&world).disconnect();
    let (_, end) = collect(items).await;
    assert_eq!(end.expect("a failure").code(), Code::Unavailable);
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the server stops its source");
}

/// Whether the server reported a problem at any time while `work` ran.
async fn told(served: &Served, work: impl Future<Output = ()>) -> bool {
    let mut told = false;
    let mut work = std::pin::pin!(work);
    while futures_util::poll!(work.as_mut()).is_pending() {
        told |= served.mounted.health.degraded().is_some();
        tokio::task::yield_now().await;
    }
    told
}

#[tokio::test]
async fn what_runs_for_ever_begins_again_after_a_panic() {
    use crate::waist::supervise::fault;
    let world = World::memory();
    let served = world.serve().await;
    let client = world.client().await;
    let tasks = ["AMQP consumer", "AMQP connection", "AMQP replier", "AMQP caller", "AMQP publisher"];
    for (at, task) in tasks.into_iter().enumerate() {
        fault::arm(task);
        let told = told(&served, async {
            // An idle task is not polled, so there must be something to do.
            while fault::is_armed(task) || served.mounted.health.degraded().is_some() {
                if fault::is_armed("AMQP connection") {
                    broker(&world).disconnect();
                }
                let work =
                    async { tokio::join!(client.call("Ask", "\"on\""), client.call("Work", "\"on\"")) };
                let _ = timeout(Duration::from_millis(100), work).await;
            }
        });
        let told = timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("{task}"));
        // The last two tasks run in the client as well.
        assert!(told || at > 2, "health says nothing of the {task}");
        assert_eq!(client.call("Ask", task).await.as_deref(), Ok(task));
        client.call("Work", task).await.unwrap();
        timeout(PATIENCE, async {
            while !world.seen.lock().unwrap().iter().any(|seen| seen.method == "Work" && seen.body == task) {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("no work after the {task}"));
    }
    served.stop().await;
}

/// A suspect may be a long task that was unlucky. Other queues do not wait for it for long, nor it for them.
#[tokio::test(start_paused = true)]
async fn a_long_suspect_holds_up_no_other_queue() {
    let world = World { patience: Duration::from_secs(10_000), ..World::memory() };
    let client = world.client().await;
    let suspect = async |body: &str| {
        client.call("Work", body).await.unwrap();
        for _ in 0..3 {
            world.lose(&world.queue("Work"), 1).await;
        }
    };
    suspect("sleep 600000").await;
    let _served = world.serve().await;
    let began = Instant::now();
    world.saw(1).await;
    client.call("Brief", "sleep 900000").await.unwrap();
    world.saw(2).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
