//! The promises of both brokers, checked on both. The tests over RabbitMQ need its address in `AMQP_URL`.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::broker::*;
use super::properties::{Properties, Received, Value, ValueRef};
use futures_util::StreamExt;
use futures_util::future::poll_fn;
use polywire_codegen::transport::amqp::topology::DeadLetter;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The address of the test's RabbitMQ. A test without one fails, because a skipped test looks like a passed
/// one.
#[cfg(feature = "amqp")]
pub(crate) fn rabbit() -> Arc<dyn Broker> {
    let url = std::env::var("AMQP_URL").expect(
        "AMQP_URL is not set; run `scripts/test`, or `scripts/rabbitmq start` and export what it prints",
    );
    Arc::new(super::rabbit::Rabbit::new(&crate::Endpoint::new(url)).unwrap())
}

/// The time limit of a wait, long enough for a broker under load. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_secs(20);

struct Rig {
    link: Arc<dyn BrokerLink>,
    outlet: Box<dyn Outlet>,
    prefix: String,
    sent: u64,
}

impl Rig {
    async fn new(broker: &Arc<dyn Broker>) -> Self {
        let link = broker.open(Role::Publish).await.unwrap();
        let outlet = link.confirmed().await.unwrap();
        Self { link, outlet, prefix: format!("contract.{}", uuid::Uuid::now_v7()), sent: 0 }
    }

    fn name(&self, name: &str) -> Name {
        format!("{}.{name}", self.prefix).into()
    }

    fn queue(&self, name: &str, kind: QueueKind) -> Queue {
        Queue::new(self.name(name), kind)
    }

    async fn declare(&self, exchanges: Vec<Exchange>, queues: Vec<Queue>, bindings: &[(&str, &str, &str)]) {
        let bindings = bindings
            .iter()
            .map(|(exchange, key, queue)| Binding {
                exchange: self.name(exchange),
                queue: self.name(queue),
                key: key.to_string().into(),
            })
            .collect();
        self.link.declare(&Topology { exchanges, queues, bindings }).await.unwrap();
    }

    fn exchange(&self, name: &str, kind: ExchangeKind) -> Exchange {
        Exchange { name: self.name(name), kind, alternate: None }
    }

    /// Publishes one message, and waits for its outcome.
    async fn publish(&mut self, exchange: Name, key: impl Into<Name>, body: &'static str) -> Vec<Settled> {
        self.send(message(exchange, key, body)).await
    }

    async fn send(&mut self, message: Publish) -> Vec<Settled> {
        self.sent += 1;
        timeout(PATIENCE, self.outlet.send(&[message])).await.expect("sent in time").unwrap();
        let mut news = Vec::new();
        while !news
            .iter()
            .any(|settled| matches!(settled, Settled::Acked(at) | Settled::Nacked(at) if *at == self.sent))
        {
            let settled = poll_fn(|cx| self.outlet.poll_settled(cx, &mut news));
            timeout(PATIENCE, settled).await.expect("settled in time").unwrap();
        }
        news
    }

    async fn consume(&self, queue: &str, prefetch: u16) -> Subscription {
        consume(&self.link, &self.name(queue), prefetch).await
    }
}

async fn consume(link: &Arc<dyn BrokerLink>, queue: &str, prefetch: u16) -> Subscription {
    let what = Subscribe { queue: queue.to_owned().into(), tag: "contract".into(), prefetch };
    link.consume(&what).await.unwrap()
}

fn message(exchange: Name, key: impl Into<Name>, body: &'static str) -> Publish {
    let properties =
        Properties { message_id: Some(body.to_owned()), persistent: true, ..Properties::default() };
    Publish {
        exchange,
        routing_key: key.into(),
        mandatory: true,
        properties: Box::new(properties),
        body: body.into(),
    }
}

async fn next(deliveries: &mut Deliveries) -> Delivery {
    timeout(PATIENCE, deliveries.next()).await.expect("a delivery in time").expect("a delivery").unwrap()
}

async fn bodies(deliveries: &mut Deliveries, count: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    for _ in 0..count {
        bodies.push(String::from_utf8(next(deliveries).await.body.to_vec()).unwrap());
    }
    bodies
}

/// Checks that nothing more comes. It can only wait a moment, so a failing broker is found sometimes, and a
/// good one always passes.
async fn quiet(deliveries: &mut Deliveries) {
    let more = timeout(Duration::from_millis(150), deliveries.next()).await;
    assert!(more.is_err(), "unexpected: {more:?}");
}

async fn routes_by_topic_direct_and_fanout(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(
        vec![
            rig.exchange("topic", ExchangeKind::Topic),
            rig.exchange("direct", ExchangeKind::Direct),
            rig.exchange("fanout", ExchangeKind::Fanout),
        ],
        vec![rig.queue("a", QueueKind::Quorum), rig.queue("b", QueueKind::Classic)],
        &[
            ("topic", "order.*", "a"),
            ("topic", "order.placed", "a"),
            ("topic", "#.placed", "b"),
            ("direct", "x", "a"),
            ("fanout", "", "a"),
            ("fanout", "ignored", "b"),
        ],
    )
    .await;
    let acked = |news: Vec<Settled>| assert!(matches!(news[..], [Settled::Acked(_)]), "{news:?}");
    acked(rig.publish(rig.name("topic"), "order.placed", "both, once").await);
    acked(rig.publish(rig.name("topic"), "order.paid", "a only").await);
    acked(rig.publish(rig.name("direct"), "x", "direct").await);
    acked(rig.publish(rig.name("fanout"), "anything", "fanout").await);
    acked(rig.publish("".into(), rig.name("b"), "by name").await);
    let mut a = rig.consume("a", 0).await;
    let mut b = rig.consume("b", 0).await;
    assert_eq!(bodies(&mut a.deliveries, 4).await, ["both, once", "a only", "direct", "fanout"]);
    assert_eq!(bodies(&mut b.deliveries, 3).await, ["both, once", "fanout", "by name"]);
    quiet(&mut a.deliveries).await;
    quiet(&mut b.deliveries).await;
}

async fn returns_what_no_queue_takes(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(
        vec![rig.exchange("topic", ExchangeKind::Topic)],
        vec![rig.queue("a", QueueKind::Quorum)],
        &[("topic", "known", "a")],
    )
    .await;
    // One message in three comes back, and each is told apart from its neighbours.
    let batch: Vec<Publish> = (0..300)
        .map(|n| {
            let key = if n % 3 == 0 { "unknown" } else { "known" };
            let mut message = message(rig.name("topic"), key, "body");
            message.properties.message_id = Some(n.to_string());
            message
        })
        .collect();
    rig.outlet.send(&batch).await.unwrap();
    let (mut acked, mut returned) = (0, Vec::new());
    while acked < 300 {
        let mut news = Vec::new();
        timeout(PATIENCE, poll_fn(|cx| rig.outlet.poll_settled(cx, &mut news))).await.unwrap().unwrap();
        for settled in news {
            match settled {
                Settled::Returned(back) => {
                    assert_eq!(back.exchange, rig.name("topic"));
                    assert_eq!(back.routing_key, "unknown");
                    returned.push(back.message_id.parse::<u64>().unwrap());
                }
                Settled::Acked(position) => {
                    let id = position - 1;
                    assert_eq!(
                        returned.contains(&id),
                        id.is_multiple_of(3),
                        "{id} was acked before its return"
                    );
                    acked += 1;
                }
                Settled::Nacked(position) => panic!("{position} was refused"),
            }
        }
    }
    assert_eq!(returned.len(), 100);
}

async fn an_alternate_exchange_takes_the_rest(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let topic = Exchange { alternate: Some(rig.name("rest")), ..rig.exchange("topic", ExchangeKind::Topic) };
    rig.declare(
        vec![rig.exchange("rest", ExchangeKind::Fanout), topic],
        vec![rig.queue("rest", QueueKind::Quorum)],
        &[],
    )
    .await;
    let news = rig.publish(rig.name("topic"), "unknown", "nobody").await;
    assert!(matches!(news[..], [Settled::Returned(_), Settled::Acked(_)]), "{news:?}");
    rig.declare(vec![], vec![], &[("rest", "", "rest")]).await;
    let news = rig.publish(rig.name("topic"), "unknown", "kept").await;
    assert!(matches!(news[..], [Settled::Acked(_)]), "{news:?}");
    assert_eq!(bodies(&mut rig.consume("rest", 0).await.deliveries, 1).await, ["kept"]);
}

async fn publishing_to_an_unknown_exchange_costs_the_channel(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let sent = rig.outlet.send(&[message(rig.name("missing"), "key", "lost")]).await;
    let mut news = Vec::new();
    let fault = match sent {
        Err(fault) => fault,
        Ok(()) => timeout(PATIENCE, poll_fn(|cx| rig.outlet.poll_settled(cx, &mut news)))
            .await
            .unwrap()
            .unwrap_err(),
    };
    assert!(matches!(fault, Fault::Refused { code: 404, .. }), "{fault}");
    rig.outlet = rig.link.confirmed().await.unwrap();
    rig.sent = 0;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    assert!(matches!(rig.publish("".into(), rig.name("a"), "fine").await[..], [Settled::Acked(1)]));
}

async fn a_message_that_names_another_user_is_refused(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    let mut honest = message("".into(), rig.name("a"), "honest");
    honest.properties.user_id = broker.user().map(str::to_owned);
    assert!(matches!(rig.send(honest).await[..], [Settled::Acked(1)]));
    let mut forged = message("".into(), rig.name("a"), "forged");
    forged.properties.user_id = Some("somebody".into());
    let sent = rig.outlet.send(&[forged]).await;
    let mut news = Vec::new();
    let fault = match sent {
        Err(fault) => fault,
        Ok(()) => timeout(PATIENCE, poll_fn(|cx| rig.outlet.poll_settled(cx, &mut news)))
            .await
            .unwrap()
            .unwrap_err(),
    };
    assert!(matches!(fault, Fault::Refused { code: PRECONDITION_FAILED, .. }), "{fault}");
    let delivery = next(&mut rig.consume("a", 0).await.deliveries).await;
    assert_eq!(delivery.properties.user_id(), broker.user());
}

async fn prefetch_holds_back_and_acks_let_on(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    for body in ["1", "2", "3", "4", "5", "6"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    let mut a = rig.consume("a", 3).await;
    assert_eq!(bodies(&mut a.deliveries, 3).await, ["1", "2", "3"]);
    quiet(&mut a.deliveries).await;
    a.control.settle(Verdict::AckUpTo { tag: 2 });
    assert_eq!(bodies(&mut a.deliveries, 2).await, ["4", "5"]);
    quiet(&mut a.deliveries).await;
    a.control.settle(Verdict::Ack { tag: 3 });
    assert_eq!(next(&mut a.deliveries).await.tag, 6);
}

async fn what_was_not_started_goes_back_in_its_place(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    for body in ["1", "2", "3"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    let mut first = rig.consume("a", 2).await;
    assert!(!next(&mut first.deliveries).await.redelivered);
    next(&mut first.deliveries).await;
    first.control.cancel().await;
    first.control.settle(Verdict::Requeue { tag: 1 });
    first.control.settle(Verdict::Ack { tag: 2 });
    first.control.close().await;
    let mut second = rig.consume("a", 0).await;
    let back = [next(&mut second.deliveries).await, next(&mut second.deliveries).await];
    let one = back.iter().find(|delivery| &*delivery.body == b"1").expect("the first came back");
    assert!(one.redelivered);
    let three = back.iter().find(|delivery| &*delivery.body == b"3").expect("the third was never out");
    assert!(!three.redelivered);
    quiet(&mut second.deliveries).await;
}

async fn all_that_was_not_started_goes_back_at_once(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    for body in ["1", "2", "3", "4", "5"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    let mut first = rig.consume("a", 0).await;
    bodies(&mut first.deliveries, 5).await;
    first.control.cancel().await;
    first.control.settle(Verdict::AckUpTo { tag: 2 });
    first.control.settle(Verdict::Ack { tag: 4 });
    first.control.settle(Verdict::RequeueUpTo { tag: 5 });
    first.control.close().await;
    let mut second = rig.consume("a", 0).await;
    assert_eq!(bodies(&mut second.deliveries, 2).await, ["3", "5"]);
    quiet(&mut second.deliveries).await;
}

async fn a_cancelled_consumer_still_yields_what_it_has(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    for body in ["1", "2", "3"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    let mut a = rig.consume("a", 2).await;
    next(&mut a.deliveries).await;
    // The second message must be here before the cancel.
    tokio::time::sleep(Duration::from_millis(200)).await;
    a.control.cancel().await;
    assert_eq!(bodies(&mut a.deliveries, 1).await, ["2"]);
    assert!(timeout(PATIENCE, a.deliveries.next()).await.expect("it ends").is_none());
    a.control.settle(Verdict::AckUpTo { tag: 2 });
    a.control.close().await;
    let mut rest = rig.consume("a", 0).await;
    assert_eq!(bodies(&mut rest.deliveries, 1).await, ["3"]);
    quiet(&mut rest.deliveries).await;
}

async fn a_lost_connection_gives_back_and_counts(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let limited = Queue {
        delivery_limit: Some(2),
        dead_letter: Some(DeadLetter { exchange: "".into(), routing_key: Some(rig.name("dead")) }),
        ..rig.queue("a", QueueKind::Quorum)
    };
    rig.declare(vec![], vec![rig.queue("dead", QueueKind::Quorum), limited], &[]).await;
    rig.publish("".into(), rig.name("a"), "poison").await;
    for losses in 0..3 {
        let link = broker.open(Role::Consume).await.unwrap();
        let mut a = consume(&link, &rig.name("a"), 1).await;
        let delivery = next(&mut a.deliveries).await;
        assert_eq!(delivery.redelivered, losses > 0);
        let count = delivery.properties.header("x-delivery-count").and_then(ValueRef::int).unwrap_or(0);
        assert_eq!(count, losses);
        link.close().await;
    }
    let dead = next(&mut rig.consume("dead", 0).await.deliveries).await;
    assert_eq!(dead.properties.header("x-first-death-reason"), Some(ValueRef::Text("delivery_limit")));
    assert_eq!(dead.properties.header("x-first-death-queue"), Some(ValueRef::Text(&rig.name("a"))));
}

async fn time_moves_messages_on(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let delay = Queue {
        ttl: Some(Duration::from_millis(300)),
        dead_letter: Some(DeadLetter { exchange: "".into(), routing_key: None }),
        ..rig.queue("delay", QueueKind::Quorum)
    };
    rig.declare(
        vec![rig.exchange("delay", ExchangeKind::Fanout)],
        vec![delay, rig.queue("a", QueueKind::Quorum)],
        &[("delay", "", "delay")],
    )
    .await;
    let mut a = rig.consume("a", 0).await;
    let before = tokio::time::Instant::now();
    rig.publish(rig.name("delay"), rig.name("a"), "later").await;
    let delivery = next(&mut a.deliveries).await;
    assert!(before.elapsed() >= Duration::from_millis(295), "{:?}", before.elapsed());
    assert_eq!(delivery.routing_key, rig.name("a"));
    let Received::Own(_) = &delivery.properties else {
        return assert!(matches!(delivery.properties.to_properties().headers["x-death"], Value::List(_)));
    };
    assert!(matches!(delivery.properties.to_properties().headers["x-death"], Value::List(_)));
}

async fn a_message_expires_by_itself(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Classic)], &[]).await;
    let mut brief = message("".into(), rig.name("a"), "brief");
    brief.properties.expiration = Some("50".into());
    rig.send(brief).await;
    rig.publish("".into(), rig.name("a"), "lasting").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(bodies(&mut rig.consume("a", 0).await.deliveries, 1).await, ["lasting"]);
}

async fn a_rejected_message_is_a_dead_letter(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let queue = Queue {
        dead_letter: Some(DeadLetter { exchange: rig.name("dlx"), routing_key: Some("key".into()) }),
        ..rig.queue("a", QueueKind::Quorum)
    };
    rig.declare(
        vec![rig.exchange("dlx", ExchangeKind::Direct)],
        vec![queue, rig.queue("dead", QueueKind::Quorum)],
        &[("dlx", "key", "dead")],
    )
    .await;
    rig.publish("".into(), rig.name("a"), "bad").await;
    let mut a = rig.consume("a", 1).await;
    let tag = next(&mut a.deliveries).await.tag;
    a.control.settle(Verdict::Reject { tag });
    let dead = next(&mut rig.consume("dead", 0).await.deliveries).await;
    assert_eq!(&*dead.body, b"bad");
    assert_eq!(dead.routing_key, "key");
    assert_eq!(dead.properties.header("x-first-death-reason"), Some(ValueRef::Text("rejected")));
}

async fn one_consumer_is_active_at_a_time(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let queue = Queue { single_active_consumer: true, ..rig.queue("a", QueueKind::Quorum) };
    rig.declare(vec![], vec![queue], &[]).await;
    let mut first = rig.consume("a", 1).await;
    let mut second = rig.consume("a", 1).await;
    rig.publish("".into(), rig.name("a"), "1").await;
    rig.publish("".into(), rig.name("a"), "2").await;
    let tag = next(&mut first.deliveries).await.tag;
    quiet(&mut second.deliveries).await;
    first.control.settle(Verdict::Ack { tag });
    let tag = next(&mut first.deliveries).await.tag;
    first.control.settle(Verdict::Ack { tag });
    first.control.cancel().await;
    rig.publish("".into(), rig.name("a"), "3").await;
    assert_eq!(bodies(&mut second.deliveries, 1).await, ["3"]);
}

/// A channel that closes gives its message back before the next consumer begins.
async fn the_next_active_consumer_begins_with_what_the_last_one_had(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let queue = Queue { single_active_consumer: true, ..rig.queue("a", QueueKind::Quorum) };
    rig.declare(vec![], vec![queue], &[]).await;
    let mut first = rig.consume("a", 1).await;
    let mut second = rig.consume("a", 1).await;
    for body in ["1", "2"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    next(&mut first.deliveries).await;
    first.control.close().await;
    let again = next(&mut second.deliveries).await;
    assert_eq!((&*again.body, again.redelivered), (&b"1"[..], true));
    second.control.settle(Verdict::Ack { tag: again.tag });
    assert_eq!(bodies(&mut second.deliveries, 1).await, ["2"]);
}

async fn consumers_take_turns(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Classic)], &[]).await;
    let mut first = rig.consume("a", 10).await;
    let mut second = rig.consume("a", 10).await;
    for body in ["1", "2", "3", "4"] {
        rig.publish("".into(), rig.name("a"), body).await;
    }
    bodies(&mut first.deliveries, 2).await;
    bodies(&mut second.deliveries, 2).await;
}

async fn replies_come_back_to_who_asked(broker: Arc<dyn Broker>) {
    let rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("rpc", QueueKind::Classic)], &[]).await;
    let (mut asker, mut replies) = rig.link.caller().await.unwrap();
    let (_other, mut not_mine) = rig.link.caller().await.unwrap();
    let mut request = message("".into(), rig.name("rpc"), "question");
    request.properties.reply_to = Some(REPLY_TO.into());
    request.properties.correlation_id = Some("7".into());
    asker.send(&[request]).await.unwrap();

    let mut server = rig.consume("rpc", 1).await;
    let delivery = next(&mut server.deliveries).await;
    let address = delivery.properties.reply_to().expect("an address").to_owned();
    let mut reply = message("".into(), address, "answer");
    reply.mandatory = false;
    reply.properties.correlation_id = delivery.properties.correlation_id().map(str::to_owned);
    let replier = broker.open(Role::Reply).await.unwrap();
    let (mut outlet, _) = replier.caller().await.unwrap();
    outlet.send(&[reply]).await.unwrap();
    server.control.settle(Verdict::Ack { tag: delivery.tag });

    let answer = next(&mut replies).await;
    assert_eq!((&*answer.body, answer.properties.correlation_id()), (&b"answer"[..], Some("7")));
    quiet(&mut not_mine).await;
}

async fn a_request_that_nobody_takes_comes_back(broker: Arc<dyn Broker>) {
    let rig = Rig::new(&broker).await;
    let (mut asker, _replies) = rig.link.caller().await.unwrap();
    let mut request = message("".into(), rig.name("nobody"), "question");
    request.properties.reply_to = Some(REPLY_TO.into());
    asker.send(&[request]).await.unwrap();
    let returned = timeout(PATIENCE, async {
        loop {
            match asker.take_returned().pop() {
                Some(returned) => return returned,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    });
    assert_eq!(returned.await.expect("it came back").message_id, "question");
}

async fn an_exclusive_queue_dies_with_its_connection(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    let owner = broker.open(Role::Consume).await.unwrap();
    let queues = vec![rig.queue("mine", QueueKind::Exclusive)];
    owner.declare(&Topology { queues: queues.clone(), ..Topology::default() }).await.unwrap();
    let others = rig.link.declare(&Topology { queues, ..Topology::default() }).await;
    assert!(matches!(others, Err(Fault::Refused { code: 405, .. })), "{others:?}");
    assert!(matches!(rig.publish("".into(), rig.name("mine"), "1").await[..], [Settled::Acked(_)]));
    owner.close().await;
    let news = rig.publish("".into(), rig.name("mine"), "2").await;
    assert!(matches!(news[..], [Settled::Returned(_), Settled::Acked(_)]), "{news:?}");
}

async fn a_queue_that_others_declared_is_used_as_it_is(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("theirs", QueueKind::Classic)], &[]).await;
    rig.declare(
        vec![rig.exchange("ours", ExchangeKind::Topic)],
        vec![rig.queue("theirs", QueueKind::Quorum), rig.queue("next", QueueKind::Quorum)],
        &[("ours", "key", "theirs"), ("ours", "key", "next")],
    )
    .await;
    rig.publish(rig.name("ours"), "key", "both").await;
    assert_eq!(bodies(&mut rig.consume("theirs", 0).await.deliveries, 1).await, ["both"]);
    assert_eq!(bodies(&mut rig.consume("next", 0).await.deliveries, 1).await, ["both"]);
}

async fn headers_arrive_as_they_were_sent(broker: Arc<dyn Broker>) {
    let mut rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    let mut sent = message("".into(), rig.name("a"), "body");
    sent.properties = Box::new(Properties {
        content_type: Some("application/json".into()),
        headers: [
            ("text".to_owned(), Value::from("ä")),
            ("int".to_owned(), Value::Int(-7)),
            ("bytes".to_owned(), Value::Bytes(vec![0xff])),
            ("yes".to_owned(), Value::Bool(true)),
        ]
        .into(),
        persistent: true,
        message_id: Some("id".into()),
        correlation_id: Some("correlation".into()),
        kind: Some("books.v1.BookService.GetBook".into()),
        timestamp: Some(1_700_000_000),
        ..Properties::default()
    });
    let properties = sent.properties.clone();
    rig.send(sent).await;
    let mut a = rig.consume("a", 0).await;
    let delivery = next(&mut a.deliveries).await;
    assert_eq!(delivery.properties.to_properties(), *properties);
    assert_eq!(delivery.properties.kind(), Some("books.v1.BookService.GetBook"));
    assert_eq!(delivery.properties.header("int").and_then(ValueRef::int), Some(-7));
    let mut names = Vec::new();
    delivery.properties.each_header(|name, _| names.push(name.to_owned()));
    assert_eq!(names, ["bytes", "int", "text", "yes"]);
}

async fn a_lost_link_says_so(broker: Arc<dyn Broker>) {
    let rig = Rig::new(&broker).await;
    rig.declare(vec![], vec![rig.queue("a", QueueKind::Quorum)], &[]).await;
    let mut a = rig.consume("a", 0).await;
    let link = Arc::clone(&rig.link);
    let watch = tokio::spawn(async move { link.event().await });
    tokio::task::yield_now().await;
    rig.link.close().await;
    let event = timeout(PATIENCE, watch).await.expect("an event").unwrap();
    assert!(matches!(event, LinkEvent::Lost(_)), "{event:?}");
    timeout(PATIENCE, async { while let Some(Ok(_)) = a.deliveries.next().await {} }).await.expect("it ends");
    assert!(rig.link.confirmed().await.is_err());
}

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        #[cfg(feature = "memory")]
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                let broker = crate::transport::amqp::memory::MemoryBroker::named(concat!("contract-", stringify!($name)));
                super::$name(broker.broker()).await;
            })*
        }

        #[cfg(feature = "amqp")]
        mod rabbitmq {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::rabbit()).await;
            })*
        }

        #[cfg(all(feature = "amqp", feature = "tls"))]
        mod rabbitmq_over_tls {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::super::secure::broker()).await;
            })*
        }
    };
}

contract!(
    routes_by_topic_direct_and_fanout,
    returns_what_no_queue_takes,
    an_alternate_exchange_takes_the_rest,
    publishing_to_an_unknown_exchange_costs_the_channel,
    a_message_that_names_another_user_is_refused,
    prefetch_holds_back_and_acks_let_on,
    what_was_not_started_goes_back_in_its_place,
    all_that_was_not_started_goes_back_at_once,
    a_cancelled_consumer_still_yields_what_it_has,
    a_lost_connection_gives_back_and_counts,
    time_moves_messages_on,
    a_message_expires_by_itself,
    a_rejected_message_is_a_dead_letter,
    one_consumer_is_active_at_a_time,
    the_next_active_consumer_begins_with_what_the_last_one_had,
    consumers_take_turns,
    replies_come_back_to_who_asked,
    a_request_that_nobody_takes_comes_back,
    an_exclusive_queue_dies_with_its_connection,
    a_queue_that_others_declared_is_used_as_it_is,
    headers_arrive_as_they_were_sent,
    a_lost_link_says_so,
);
