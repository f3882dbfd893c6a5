//! The `.proto` of a trait, written by a build script: for clients in other languages, and for reviewers.
//!
//! build.rs reads this file and writes `orders.v1.proto`. `proto_dir("proto")` would write it beside the source, so
//! that a change of the contract shows in a pull request. A running server serves the same text.
//!
//! Run it: `cargo run -p polywire-examples-generated --bin build_script`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Message, Result, Streaming, service};

/// An order as a client places it.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Order {
    /// The article.
    pub article: String,
    /// How many.
    pub quantity: u32,
    /// When to send it.
    pub delivery: Delivery,
}

/// When an order is sent.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
pub enum Delivery {
    /// With the next van.
    Normal,
    /// Today.
    Express,
}

/// Takes orders.
#[service(package = "orders.v1")]
pub trait Orders {
    /// Places an order and answers with its number.
    #[http(POST "/orders")]
    async fn place(&self, order: Order) -> Result<u64>;
    /// Tells what becomes of an order.
    async fn track(&self, order_id: u64) -> Result<Streaming<String>>;
}

/// The `.proto` that build.rs wrote.
const WRITTEN: &str = include_str!(concat!(env!("OUT_DIR"), "/orders.v1.proto"));

struct Warehouse;

impl Orders for Warehouse {
    async fn place(&self, _: Order) -> Result<u64> {
        Ok(1)
    }

    async fn track(&self, _: u64) -> Result<Streaming<String>> {
        Ok(Streaming::from_items(["packed".to_owned(), "sent".to_owned()]))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    println!("{WRITTEN}");
    println!("a server serves the same: {}", OrdersServer::<Warehouse>::proto() == WRITTEN);

    let orders = OrdersClient::local(Warehouse);
    let order = Order { article: "rope".to_owned(), quantity: 2, delivery: Delivery::Express };
    let number = orders.place(order).await?;
    println!("order {number}: {}", orders.track(number).await?.collect().await?.join(", "));
    Ok(())
}
