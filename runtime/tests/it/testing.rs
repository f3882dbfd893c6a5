//! `polywire::testing`, as a user's tests would have it.

use crate::support::until;
use polywire::testing::{Faults, ForeignMessage, TestBroker};
use polywire::{Code, Context, Delay, Endpoint, Error, Result, Server, Status, service};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

#[service(package = "shop.v1")]
pub trait Shop {
    #[amqp(task, queue = "orders", retry(limit = 3, backoff = "1h..1h"))]
    async fn order(&self, cx: Context, id: i64, express: bool) -> Result<()>;
    #[amqp(task, retry(on = [NotFound], limit = 2, backoff = "1m..1h", jitter = false))]
    async fn ship(&self, id: i64) -> Result<(), Shipping>;
    #[amqp(task, queue = "ledger", ordered_by = "account")]
    async fn book(&self, account: String, id: i64) -> Result<()>;
    #[amqp(event)]
    async fn sold(&self, id: i64) -> Result<()>;
    #[amqp(rpc)]
    async fn stock(&self, id: i64) -> Result<i64>;
}

#[derive(Debug, PartialEq, Error)]
pub enum Shipping {
    #[error(FailedPrecondition, retry, "not paid yet")]
    Unpaid,
    #[error(NotFound, retry = false, "no order {id}")]
    Missing { id: i64 },
    #[error(NotFound, "no van")]
    NoVan,
    #[error(transparent)]
    Other(Status),
}

#[derive(Clone, Default)]
struct Till {
    seen: Arc<Mutex<Vec<i64>>>,
}

impl Till {
    fn seen(&self) -> Vec<i64> {
        self.seen.lock().expect("a list").clone()
    }

    fn see(&self, id: i64) {
        self.seen.lock().expect("a list").push(id);
    }
}

impl Shop for Till {
    async fn order(&self, cx: Context, id: i64, express: bool) -> Result<()> {
        self.see(id);
        match (express, cx.attempt()) {
            (true, 1..=2) => Err(Status::unavailable("the till is closed")),
            _ if id < 0 => Err(Status::invalid_argument("no such order")),
            _ => Ok(()),
        }
    }

    async fn ship(&self, id: i64) -> Result<(), Shipping> {
        self.see(id);
        Err(match id {
            1 => Shipping::Unpaid,
            2 => Shipping::Missing { id },
            3 => Shipping::NoVan,
            4 => Shipping::Other(Status::not_found("a plain one").with_retry_after(Duration::from_secs(90))),
            _ => Shipping::Other(Status::unavailable("not named in `on`")),
        })
    }

    async fn book(&self, _: String, id: i64) -> Result<()> {
        self.see(id);
        Ok(())
    }

    async fn sold(&self, _: i64) -> Result<()> {
        Ok(())
    }

    async fn stock(&self, id: i64) -> Result<i64> {
        Ok(id * 2)
    }
}

/// A broker, a server that is ready on it, and its client.
async fn shop() -> (TestBroker, Till, ShopClient, JoinHandle<()>) {
    let (broker, till) = (TestBroker::new(), Till::default());
    let server = Server::new().service(ShopServer::new(till.clone())).amqp(broker.url()).serve();
    let server = tokio::spawn(async move { server.await.expect("a server") });
    let shop = ShopClient::connect(broker.url()).await.expect("a client");
    while shop.stock(0).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (broker, till, shop, server)
}

#[tokio::test]
async fn hours_of_retries_pass_at_once_and_are_one_message() {
    let (broker, till, shop, _server) = shop().await;
    shop.order(Context::new(), 7, true).await.expect("published");
    shop.order(Context::new(), -1, false).await.expect("published");
    broker.drained().await.expect("the clock jumps");
    assert_eq!(till.seen().iter().filter(|id| **id == 7).count(), 3);
    assert_eq!(broker.published(ShopClient::ORDER).expect("orders"), [(7, true), (-1, false)]);
    let letters = broker.dead_letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].status().map(Status::code), Some(Code::InvalidArgument));
}

#[tokio::test]
async fn codes_and_variants_say_what_is_tried_again() {
    let (broker, till, shop, _server) = shop().await;
    for id in 1..=5 {
        shop.ship(id).await.expect("published");
    }
    broker.drained().await.expect("the clock jumps");
    let attempts = |id| till.seen().iter().filter(|seen| **seen == id).count();
    assert_eq!([1, 2, 3, 4, 5].map(attempts), [3, 1, 3, 3, 1]);
    assert_eq!(broker.dead_letters().len(), 5);
}

#[tokio::test]
async fn a_message_with_a_delay_runs_when_the_clock_says_so() {
    let (broker, till, shop, _server) = shop().await;
    let hour = Duration::from_secs(3_600);
    shop.with(Delay::by(24 * hour)).order(Context::new(), 1, false).await.expect("published");
    shop.with(Delay::at(std::time::SystemTime::now() + hour))
        .order(Context::new(), 2, false)
        .await
        .expect("it");
    shop.order(Context::new(), 3, false).await.expect("published");
    until("the one without a delay", async || till.seen() == [3]).await;
    broker.drained().await.expect("the clock jumps");
    assert_eq!(till.seen(), [3, 2, 1]);
    assert_eq!(broker.published(ShopClient::ORDER).expect("orders").len(), 3);

    let refused = |status: Result<()>| status.expect_err("refused").code();
    let later = shop.with(Delay::by(hour));
    assert_eq!(refused(later.stock(1).await.map(drop)), Code::FailedPrecondition);
    assert_eq!(refused(later.book("a".to_owned(), 1).await), Code::FailedPrecondition);
    let near = ShopClient::local(Till::default()).with(Delay::by(hour));
    assert_eq!(refused(near.sold(1).await), Code::FailedPrecondition);
    assert_eq!(refused(shop.with(Delay::by(Duration::MAX)).sold(1).await), Code::InvalidArgument);
}

#[tokio::test]
async fn the_clock_moves_by_hand_too() {
    let (broker, till, shop, _server) = shop().await;
    shop.order(Context::new(), 7, true).await.expect("published");
    for attempts in 1..3 {
        until("the attempt", async || till.seen().len() == attempts).await;
        // The copy for the next attempt may still be on its way to its delay.
        until("the next attempt", async || {
            broker.advance(Duration::from_secs(3600));
            till.seen().len() > attempts
        })
        .await;
    }
    broker.drained().await.expect("done");
    assert!(broker.dead_letters().is_empty());
}

#[tokio::test]
async fn everything_that_is_published_is_told() {
    let (broker, _till, shop, _server) = shop().await;
    let before = broker.messages().len();
    shop.sold(5).await.expect("an event that nobody asked for is no fault");
    assert_eq!(shop.stock(4).await.expect("an answer"), 8);
    let messages = broker.messages();
    let [event, request, reply] = &messages[before..] else { panic!("{messages:?}") };
    assert_eq!(event.arguments(ShopClient::SOLD).expect("an event"), 5);
    assert_eq!(request.arguments(ShopClient::STOCK).expect("a request"), 4);
    assert_eq!((reply.exchange(), reply.header("grpc-status")), ("", Some("0")));
    assert!(event.id().is_some() && event.content_type().is_some());
}

#[tokio::test]
async fn strangers_publish_what_they_like() {
    let (broker, till, _shop, _server) = shop().await;
    let order = |body: &'static str| ForeignMessage::new(body).routing_key("orders");
    broker.publish(order(r#"{"id": 3}"#).header("x-tenant", "a").message_id("m-1")).expect("a queue");
    broker.publish(order("{").header("deep", serde_json::json!({"a": [1, {"b": null}]}))).expect("a queue");
    broker.publish(order("").content_type("image/png").content_encoding("gzip")).expect("a queue");
    broker.publish(order("{}").kind("shop.v1.Shop/Nope").correlation_id("c").reply_to("r")).expect("a queue");
    broker.drained().await.expect("done");
    assert_eq!(till.seen(), [3]);
    assert_eq!(broker.dead_letters().len(), 3);

    let code = |message| broker.publish(message).expect_err("nobody takes it").code();
    assert_eq!(code(ForeignMessage::new("").routing_key("nowhere")), Code::NotFound);
    assert_eq!(code(ForeignMessage::new("").exchange("nowhere")), Code::NotFound);
    assert_eq!(code(ForeignMessage::new("").routing_key("long".repeat(100))), Code::InvalidArgument);
    broker.refuse_publishes(1);
    assert_eq!(code(order("{}")), Code::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_nobody_consumes_is_named() {
    let broker = TestBroker::new();
    let shop = ShopClient::connect(broker.url()).await.expect("a client");
    shop.order(Context::new(), 7, false).await.expect("published");
    let status = broker.drained().await.expect_err("nobody is there");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(status.message().contains("orders: 1 wait, 0 are at a consumer"), "{status}");
}

#[tokio::test]
async fn a_broker_without_memory_reads_nothing_and_says_so() {
    let (broker, till, shop, _server) = shop().await;
    broker.set_alarm(true);
    let told = shop.clone().with_timeout(Duration::from_millis(50)).order(Context::new(), 1, false).await;
    let told = told.expect_err("nobody read it");
    assert_eq!(told.code(), Code::Unavailable, "certainly not sent, so another try doubles nothing: {told}");
    assert!(broker.published(ShopClient::ORDER).expect("orders").is_empty());
    // What waits goes on when there is room, and what was refused does not run.
    let waiting = tokio::spawn(async move { shop.order(Context::new(), 2, false).await });
    tokio::task::yield_now().await;
    broker.set_alarm(false);
    waiting.await.expect("a task").expect("read now");
    broker.drained().await.expect("done");
    assert_eq!(till.seen(), [2]);
}

/// The result of a run with faults.
#[derive(Debug, PartialEq)]
struct Course {
    seen: Vec<i64>,
    published: usize,
}

fn course(faults: Faults) -> Course {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let (broker, till, shop, _server) = shop().await;
        broker.set_faults(faults);
        for id in 0..40 {
            // A lost connection leaves the outcome open, and the client tries again under the same id.
            shop.order(Context::new(), id, false).await.expect("published in the end");
        }
        broker.drained().await.expect("all is handled in the end");
        assert!(broker.dead_letters().is_empty(), "{:?}", broker.dead_letters());
        Course { seen: till.seen(), published: broker.published(ShopClient::ORDER).expect("orders").len() }
    })
}

#[test]
fn faults_lose_nothing_and_a_seed_replays_them() {
    let faults = |seed| {
        Faults::seeded(seed).refuse(0.2).lose_confirm(0.1).cut(0.1).redeliver(0.2).reorder(0.3).alarm(0.05)
    };
    let one = course(faults(7));
    let mut ids = one.seen.clone();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, (0..40).collect::<Vec<_>>(), "nothing is lost");
    assert!(one.seen.len() > 40, "acknowledgements were lost: {one:?}");
    assert!(one.published > 40, "confirms were lost: {one:?}");
    assert_eq!(one, course(faults(7)));
    assert_ne!(one, course(faults(8)));
}

#[test]
fn each_fault_does_what_it_says() {
    let plain = course(Faults::seeded(3));
    assert_eq!(plain, Course { seen: (0..40).collect(), published: 40 });
    let redelivered = course(Faults::seeded(3).redeliver(0.3));
    assert!(redelivered.seen.len() > 40 && redelivered.published == 40, "{redelivered:?}");
    let unconfirmed = course(Faults::seeded(3).lose_confirm(0.3));
    assert!(unconfirmed.published > 40, "{unconfirmed:?}");
}

#[tokio::test]
async fn waiting_messages_overtake_each_other() {
    let broker = TestBroker::new();
    let (shop, till) = (ShopClient::connect(broker.url()).await.expect("a client"), Till::default());
    broker.set_faults(Faults::seeded(3).reorder(0.5));
    for id in 0..50 {
        shop.order(Context::new(), id, false).await.expect("published");
    }
    let server = Server::new().service(ShopServer::new(till.clone())).amqp(broker.url());
    let _server = tokio::spawn(server.serve());
    broker.drained().await.expect("done");
    let mut seen = till.seen();
    assert_ne!(seen, (0..50).collect::<Vec<_>>());
    seen.sort_unstable();
    assert_eq!(seen, (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn order_is_kept_where_it_is_promised() {
    let broker = TestBroker::new();
    let (shop, till) = (ShopClient::connect(broker.url()).await.expect("a client"), Till::default());
    broker.set_faults(Faults::seeded(3).reorder(0.9));
    for id in 0..50 {
        shop.book("a".to_owned(), id).await.expect("published");
    }
    let server = Server::new().service(ShopServer::new(till.clone())).amqp(broker.url());
    let _server = tokio::spawn(server.serve());
    broker.drained().await.expect("done");
    assert_eq!(till.seen(), (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_name_is_free_again() {
    let broker = TestBroker::new();
    let url = broker.url().to_owned();
    let shop = ShopClient::connect(Endpoint::new(url.as_str())).await.expect("a client");
    shop.order(Context::new(), 1, false).await.expect("published");
    assert_eq!(broker.depth("orders"), Some(1));
    drop(broker);
    let name = url.trim_start_matches("memory:");
    assert_eq!(TestBroker::named(name).depth("orders"), None);
}

/// A service of its own, because the feature is.
#[cfg(feature = "schedule")]
mod schedule {
    use super::until;
    use polywire::testing::TestBroker;
    use polywire::{Context, Result, Server, service};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    #[service(package = "clock.v1", transports(amqp))]
    pub trait Clock {
        #[amqp(task, schedule = "0 3 * * *")]
        async fn at_three(&self, cx: Context) -> Result<()>;
    }

    #[derive(Clone, Default)]
    struct Bell(Arc<Mutex<Vec<String>>>);

    impl Bell {
        fn rung(&self) -> Vec<String> {
            self.0.lock().expect("a list").clone()
        }
    }

    impl Clock for Bell {
        async fn at_three(&self, cx: Context) -> Result<()> {
            let id = cx.message().and_then(|message| message.id()).map(str::to_owned);
            self.0.lock().expect("a list").push(id.expect("an id"));
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_clock_of_the_broker_rings() {
        let (broker, bell) = (TestBroker::new(), Bell::default());
        let serve = || {
            let server = Server::new().service(ClockServer::new(bell.clone())).amqp(broker.url());
            tokio::spawn(server.serve())
        };
        let (first, second) = (serve(), serve());
        let token = "clock.v1.Clock.AtThree.schedule";
        until("the token is taken", async || broker.depth(token) == Some(0)).await;
        let day = Duration::from_secs(24 * 3_600);
        for days in 1..=2 {
            broker.advance(day);
            until("a day later", async || bell.rung().len() == days).await;
        }
        // A server that is gone takes no time with it, and days without any server are made up for by one task.
        first.abort();
        second.abort();
        broker.disconnect();
        until("nobody is there", async || broker.depth(token).is_some_and(|waiting| waiting > 0)).await;
        broker.advance(5 * day);
        let _third = serve();
        until("made up for", async || bell.rung().len() == 3).await;
        broker.drained().await.expect("done");
        let mut rung = bell.rung();
        assert!(rung.iter().all(|id| id.starts_with("clock.v1.Clock.AtThree.schedule@")), "{rung:?}");
        rung.dedup();
        assert_eq!(rung.len(), 3);
    }
}
