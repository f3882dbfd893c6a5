//! News for many: an event goes to every group of consumers, once to each.
//!
//! The publisher does not know who listens; if no group ever did, its call is `unavailable`. Servers of one group
//! share the work, so that two copies of the same program see an event once between them. The shop below has two
//! groups: `mail` with one server, and `statistics` with two.
//!
//! `memory:shop` is a broker in this process. With RabbitMQ, change the URL to `amqp://127.0.0.1:5672`.
//!
//! Run it: `cargo run -p polywire-examples --bin events`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Limits, MemoryBroker, Result, Server, Status, service};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// What happens in the shop.
#[service(package = "events.v1")]
pub trait ShopEvents {
    /// An order was placed.
    #[amqp(event)]
    async fn order_placed(&self, order_id: u64) -> Result<()>;
}

/// Notes which group got which order.
struct Listener {
    group: &'static str,
    seen: mpsc::UnboundedSender<(&'static str, u64)>,
}

impl ShopEvents for Listener {
    async fn order_placed(&self, order_id: u64) -> Result<()> {
        self.seen.send((self.group, order_id)).map_err(|_| Status::unavailable("the program ends"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const BROKER: &str = "memory:shop";
    let (seen, mut orders) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(());
    let mut servers = Vec::new();
    for group in ["mail", "statistics", "statistics"] {
        let mut stopped = stopped.clone();
        let server = Server::new()
            .service(ShopEventsServer::new(Listener { group, seen: seen.clone() }))
            .consumer_group(group)
            .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
            .amqp(BROKER);
        servers.push(tokio::spawn(server.serve_until(async move { drop(stopped.changed().await) })));
    }

    // A group gets events from its first start on: its queue is made then, and stays. Wait for the queues.
    let broker = MemoryBroker::named("shop");
    for group in ["mail", "statistics"] {
        while broker.depth(&format!("{group}.events.v1.ShopEvents.OrderPlaced")).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    // The publisher is a client of the same trait.
    let shop = ShopEventsClient::connect(BROKER).await?;
    for order_id in 1..=4 {
        shop.order_placed(order_id).await?;
    }

    // Each of the four orders comes once to each of the two groups.
    let mut by_group = BTreeMap::<_, Vec<_>>::new();
    for _ in 0..8 {
        let (group, order_id) = orders.recv().await.ok_or("nobody listens")?;
        by_group.entry(group).or_default().push(order_id);
    }
    for (group, mut order_ids) in by_group {
        order_ids.sort_unstable();
        println!("{group} heard of orders {order_ids:?}");
    }

    drop(stop);
    for server in servers {
        server.await??;
    }
    println!("and of nothing twice: {}", orders.try_recv().is_err());
    Ok(())
}
