//! The way from a row to the broker.

use super::{Effects, PATIENCE, Shop, ShopClient, ShopServer, Store, on_both};
use polywire::{Context, Limits, Metadata, Relay, Result, Server, SqlOutbox};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Reports each call: the order, and the name that its message has.
struct Desk(mpsc::UnboundedSender<(i64, String)>);

impl Shop for Desk {
    async fn ship(&self, order_id: i64) -> Result<()> {
        let id = Context::current().metadata().get("idempotency-key").unwrap_or_default().to_owned();
        drop(self.0.send((order_id, id)));
        Ok(())
    }

    async fn amend(&self, order_id: i64) -> Result<()> {
        self.ship(order_id).await
    }

    async fn ordered(&self, order_id: i64) -> Result<()> {
        self.ship(order_id).await
    }

    async fn price(&self, order_id: i64) -> Result<i64> {
        Ok(order_id)
    }
}

/// A consumer at a broker in memory.
struct World<DB: Effects> {
    store: Store<DB>,
    outbox: SqlOutbox<DB>,
    broker: String,
    seen: mpsc::UnboundedReceiver<(i64, String)>,
    _stop: oneshot::Sender<()>,
}

impl<DB: Effects> World<DB> {
    async fn new(store: Store<DB>) -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let broker = format!("memory:relay-{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let outbox = SqlOutbox::new(store.pool.clone());
        outbox.migrate().await.expect("migrates");
        let (report, seen) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let server = Server::new()
            .service(ShopServer::new(Desk(report)))
            .limits(Limits::default().drain_delay(Duration::ZERO))
            .amqp(broker.as_str());
        tokio::spawn(server.serve_until(async { drop::<std::result::Result<(), _>>(stopped.await) }));
        Self { store, outbox, broker, seen, _stop: stop }
    }

    fn relay(&self) -> Relay<DB> {
        let relay = Relay::new(self.outbox.clone(), self.broker.as_str()).poll(Duration::from_millis(5));
        relay.lease(Duration::from_millis(300)).service(ShopServer::<ShopClient>::spec())
    }

    async fn record(&self, key: Option<&str>, orders: &[i64]) {
        let mut transaction = self.store.pool.begin_with(DB::BEGIN).await.expect("begins");
        let ship = |caller| {
            let (shop, orders) = (ShopClient::from_caller(caller), orders.to_owned());
            async move {
                for order_id in orders {
                    shop.ship(order_id).await?;
                }
                Ok(())
            }
        };
        let recorded = match key {
            Some(key) => self.outbox.record_ordered(&mut transaction, key, ship).await,
            None => self.outbox.record(&mut transaction, ship).await,
        };
        recorded.expect("records");
        transaction.commit().await.expect("commits");
    }

    async fn next(&mut self) -> (i64, String) {
        timeout(PATIENCE, self.seen.recv()).await.expect("a message").expect("the server runs")
    }

    /// Waits until so many messages wait.
    async fn has(&self, count: u64) {
        let left = async {
            while self.outbox.waiting().await.expect("counts") != count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, left).await.unwrap_or_else(|_| panic!("never {count} messages"));
    }

    async fn is_empty(&self) {
        self.has(0).await;
    }
}

async fn what_is_committed_is_published_under_its_id<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    tokio::spawn(world.relay().run());
    let mut key = Metadata::new();
    key.append("idempotency-key", "\"order 1\"").expect("sound");
    let mut transaction = world.store.pool.begin_with(DB::BEGIN).await.expect("begins");
    let ship = |caller| {
        let shop = ShopClient::from_caller(caller);
        Context::new().with_metadata(&key).scope(async move { shop.ship(1).await })
    };
    world.outbox.record(&mut transaction, ship).await.expect("records");
    transaction.commit().await.expect("commits");
    assert_eq!(world.next().await, (1, "\"order 1\"".to_owned()));
    world.is_empty().await;
}

async fn messages_of_a_key_arrive_in_order<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    for chunk in (0..100).collect::<Vec<_>>().chunks(10) {
        world.record(Some("one key"), chunk).await;
    }
    tokio::spawn(world.relay().run());
    for expected in 0..100 {
        assert_eq!(world.next().await.0, expected);
    }
    world.is_empty().await;
}

async fn messages_of_an_ordered_method_go_to_their_partition_in_order<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    let mut transaction = world.store.pool.begin_with(DB::BEGIN).await.expect("begins");
    let amend = |caller| {
        let shop = ShopClient::from_caller(caller);
        async move {
            for order_id in [101, 102, 101] {
                shop.amend(order_id).await?;
            }
            Ok(())
        }
    };
    world.outbox.record(&mut transaction, amend).await.expect("records");
    transaction.commit().await.expect("commits");
    let keys =
        "SELECT count(*) FROM polywire_outbox WHERE ordering_key = 'once.v1.Shop 101' AND steer = '101'";
    assert_eq!(DB::count(&world.store.pool, keys).await, 2);
    tokio::spawn(world.relay().run());
    let mut seen = [world.next().await.0, world.next().await.0, world.next().await.0];
    seen.sort_unstable();
    assert_eq!(seen, [101, 101, 102]);
    world.is_empty().await;
}

async fn what_can_never_be_published_is_set_aside_and_holds_its_key<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    world.record(Some("k"), &[1, 2]).await;
    world.record(None, &[3]).await;
    let break_it = "UPDATE polywire_outbox SET codec = 'xml' WHERE sequence = 1";
    DB::run(&world.store.pool, break_it).await;
    tokio::spawn(world.relay().run());
    assert_eq!(world.next().await.0, 3, "another key goes on");
    let aside = async {
        loop {
            let rows = world.outbox.set_aside().await.expect("lists");
            match rows.into_iter().next() {
                Some(row) => return row,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let row = timeout(PATIENCE, aside).await.expect("it is set aside");
    assert_eq!(
        (&*row.method, row.attempts, row.ordering_key.as_deref()),
        ("once.v1.Shop/Ship", 1, Some("k"))
    );
    assert!(row.failure.contains("unknown codec `xml`"), "{}", row.failure);
    world.has(1).await; // the second of its key

    DB::run(&world.store.pool, "UPDATE polywire_outbox SET codec = 'proto'").await;
    assert!(world.outbox.retry(&row.message_id).await.expect("retries"));
    assert_eq!((world.next().await.0, world.next().await.0), (1, 2));
    world.is_empty().await;
}

async fn what_was_set_aside_can_be_discarded<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    world.record(Some("k"), &[1, 2]).await;
    DB::run(&world.store.pool, "UPDATE polywire_outbox SET set_aside = 1 WHERE sequence = 1").await;
    let row = world.outbox.set_aside().await.expect("lists").remove(0);
    assert!(!world.outbox.discard("another").await.expect("discards"));
    assert!(world.outbox.discard(&row.message_id).await.expect("discards"));
    tokio::spawn(world.relay().run());
    assert_eq!(world.next().await.0, 2);
    world.is_empty().await;
}

async fn a_message_of_an_unknown_method_waits_and_nothing_of_its_key_overtakes_it<DB: Effects>(
    store: Store<DB>,
) {
    let mut world = World::new(store).await;
    world.record(Some("k"), &[1, 2]).await;
    world.record(None, &[3]).await;
    DB::run(&world.store.pool, "UPDATE polywire_outbox SET method = 'once.v2.Shop/Ship' WHERE sequence = 1")
        .await;
    tokio::spawn(world.relay().run());
    assert_eq!(world.next().await.0, 3);
    let tried = "SELECT count(*) FROM polywire_outbox WHERE attempts > 1";
    let tried = async {
        while DB::count(&world.store.pool, tried).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, tried).await.expect("it is tried again");
    assert!(world.outbox.set_aside().await.expect("lists").is_empty());
    world.has(2).await; // it, and the second of its key
    DB::run(&world.store.pool, "UPDATE polywire_outbox SET method = 'once.v1.Shop/Ship'").await;
    assert_eq!((world.next().await.0, world.next().await.0), (1, 2));
    world.is_empty().await;
}

async fn one_relay_is_active_and_the_next_takes_over<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    // A relay that holds the lease, and is gone.
    let lease = "INSERT INTO polywire_outbox_lease (name, owner, expires_at) VALUES ('relay', 'gone', 99999999999999)";
    DB::run(&world.store.pool, lease).await;
    world.record(None, &[1]).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let relays: Vec<_> = [(); 2].iter().map(|()| tokio::spawn(world.relay().run())).collect();
    let third = tokio::spawn(world.relay().run_until(async { drop(stopped.await) }));
    stop.send(()).expect("it runs");
    timeout(PATIENCE, third).await.expect("it ends").expect("no panic").expect("a sound URL");
    assert_eq!(world.outbox.waiting().await.expect("counts"), 1, "nobody publishes without the lease");
    DB::run(&world.store.pool, "UPDATE polywire_outbox_lease SET expires_at = 1").await;
    assert_eq!(world.next().await.0, 1);
    world.is_empty().await;
    let owners =
        DB::count(&world.store.pool, "SELECT count(*) FROM polywire_outbox_lease WHERE owner <> 'gone'")
            .await;
    assert_eq!(owners, 1);
    drop(relays);
}

async fn a_relay_that_ends_gives_its_lease_back<DB: Effects>(store: Store<DB>) {
    let mut world = World::new(store).await;
    world.record(None, &[1]).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let relay = world.relay().lease(Duration::from_secs(3600));
    let relay = tokio::spawn(relay.run_until(async { drop(stopped.await) }));
    assert_eq!(world.next().await.0, 1);
    drop(stop);
    timeout(PATIENCE, relay).await.expect("it ends").expect("no panic").expect("a sound URL");
    world.is_empty().await;
    assert_eq!(DB::count(&world.store.pool, "SELECT count(*) FROM polywire_outbox_lease").await, 0);
}

async fn a_url_that_nothing_takes_ends_the_relay<DB: Effects>(store: Store<DB>) {
    let relay = Relay::new(SqlOutbox::new(store.pool.clone()), "post:office");
    let status = timeout(PATIENCE, relay.run()).await.expect("it ends").expect_err("no such wire");
    assert_eq!(status.code(), polywire::Code::InvalidArgument);
}

on_both! {
    what_is_committed_is_published_under_its_id
    messages_of_a_key_arrive_in_order
    messages_of_an_ordered_method_go_to_their_partition_in_order
    what_can_never_be_published_is_set_aside_and_holds_its_key
    what_was_set_aside_can_be_discarded
    a_message_of_an_unknown_method_waits_and_nothing_of_its_key_overtakes_it
    one_relay_is_active_and_the_next_takes_over
    a_relay_that_ends_gives_its_lease_back
    a_url_that_nothing_takes_ends_the_relay
}
