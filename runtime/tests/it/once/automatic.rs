//! An inbox around every task of a server.

use super::{Effects, PATIENCE, Store, on_both};
use polywire::service;
use polywire::{
    Code, Context, DeadLetters, Handling, Limits, MemoryBroker, Metadata, Result, Server, SqlInbox, Status,
};
use sqlx::Transaction;
use std::marker::PhantomData;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

#[derive(Debug, Clone, PartialEq, polywire::Message)]
pub struct Coin {
    pub id: i64,
}

#[service(package = "automatic.v1", transports(amqp, ws))]
pub trait Till {
    #[amqp(task, queue = "automatic.take", retry(limit = 1, backoff = "1s..1s"))]
    async fn take(&self, cx: Context, id: i64) -> Result<()>;
    #[amqp(task, queue = "automatic.gather", batch(max = 3, wait = "50ms"))]
    async fn gather(&self, ids: Vec<Coin>) -> Result<()>;
    #[amqp(rpc)]
    async fn sum(&self, cx: Context) -> Result<i64>;
}

/// Adds an effect for each message, and reports it. A negative one fails after its effect; -1 fails on the first attempt.
struct Desk<DB>(mpsc::UnboundedSender<(i64, u32)>, PhantomData<fn() -> DB>);

impl<DB: Effects> Till for Desk<DB> {
    async fn take(&self, cx: Context, id: i64) -> Result<()> {
        let mut transaction = Handling::<Transaction<'static, DB>>::of(&cx).await?;
        DB::add(&mut transaction, id).await;
        let _ = self.0.send((id, cx.attempt()));
        match (id, cx.attempt()) {
            (-1, 1) => Err(Status::unavailable("not yet")),
            (-2, _) => Err(Status::invalid_argument("never")),
            _ => Ok(()),
        }
    }

    async fn gather(&self, coins: Vec<Coin>) -> Result<()> {
        for coin in coins {
            self.take(Context::current(), coin.id).await?;
        }
        Ok(())
    }

    async fn sum(&self, cx: Context) -> Result<i64> {
        let none = Handling::<Transaction<'static, DB>>::of(&cx).await;
        assert_eq!(none.map_err(|status| status.code()).err(), Some(Code::FailedPrecondition));
        Ok(7)
    }
}

struct World<DB: Effects> {
    store: Store<DB>,
    broker: String,
    client: TillClient,
    seen: mpsc::UnboundedReceiver<(i64, u32)>,
    stop: oneshot::Sender<()>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl<DB: Effects> World<DB> {
    async fn new(store: Store<DB>) -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let name = format!("automatic-{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let broker = format!("memory:{name}");
        let inbox = SqlInbox::new(store.pool.clone());
        inbox.migrate().await.expect("migrates");
        let (report, seen) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new()
            .service(TillServer::new(Desk::<DB>(report, PhantomData)))
            .inbox(inbox)
            .limits(Limits::default().drain_delay(Duration::ZERO))
            .amqp(broker.as_str());
        let serving = tokio::spawn(server.serve_until(async { drop(stopped.await) }));
        let client = TillClient::connect(broker.as_str()).await.expect("a broker");
        Self { store, broker, client, seen, stop, serving }
    }

    /// Publishes under an id.
    async fn take(&self, id: i64) {
        let mut key = Metadata::new();
        key.append("idempotency-key", &format!("id{id}")).expect("sound");
        self.client.take(Context::new().with_metadata(&key), id).await.expect("publishes");
    }

    async fn next(&mut self) -> (i64, u32) {
        timeout(PATIENCE, self.seen.recv()).await.expect("a message").expect("the server runs")
    }

    /// Waits until every message of a queue is acknowledged.
    async fn has_done(&self, queue: &str) {
        let broker = MemoryBroker::named(self.broker.trim_start_matches("memory:"));
        let done = async {
            while broker.depth(queue) != Some(0) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, done).await.expect("all are acknowledged");
    }

    /// Ends the server when all is done, and returns the effects.
    async fn end(self) -> Vec<i64> {
        drop(self.stop);
        timeout(PATIENCE, self.serving).await.expect("it ends").expect("no panic").expect("it served");
        DB::all(&self.store.pool).await
    }
}

async fn a_second_delivery_is_acknowledged_without_a_run<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    for id in [1, 1, 1, 2] {
        world.take(id).await;
    }
    let mut seen = [world.next().await, world.next().await];
    seen.sort_unstable();
    assert_eq!(seen, [(1, 1), (2, 1)]);
    world.has_done("automatic.take").await;
    assert_eq!(world.end().await, [1, 2]);
}

async fn what_fails_is_rolled_back_and_tried_again<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    world.take(-1).await;
    assert_eq!((world.next().await, world.next().await), ((-1, 1), (-1, 2)));
    world.take(-2).await;
    assert_eq!(world.next().await, (-2, 1));
    let letters = DeadLetters::of(world.broker.as_str(), "automatic.take").expect("a queue");
    let dead = async {
        while letters.list(|_| true).await.map_or(0, |letters| letters.len()) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, dead).await.expect("it is a dead letter");
    assert_eq!(world.end().await, [-1]);
}

async fn each_message_of_a_batch_is_handled_once<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    for id in [1, 2, 3, 1, 2, 3] {
        let mut key = Metadata::new();
        key.append("idempotency-key", &format!("coin{id}")).expect("sound");
        let cx = Context::new().with_metadata(&key);
        let client = world.client.clone();
        cx.scope(async move { client.gather(vec![Coin { id }]).await }).await.expect("publishes");
    }
    let mut seen = [world.next().await.0, world.next().await.0, world.next().await.0];
    seen.sort_unstable();
    assert_eq!(seen, [1, 2, 3]);
    world.has_done("automatic.gather").await;
    assert_eq!(world.end().await, [1, 2, 3]);
}

async fn a_call_that_answers_is_not_touched<DB: Effects>(store: Store<DB>) {
    let world = World::new(store).await;
    assert_eq!(world.client.sum(Context::new()).await, Ok(7));
    assert!(world.end().await.is_empty());
}

on_both! {
    a_second_delivery_is_acknowledged_without_a_run
    what_fails_is_rolled_back_and_tried_again
    each_message_of_a_batch_is_handled_once
    a_call_that_answers_is_not_touched
}
