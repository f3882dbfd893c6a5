//! Newtypes: on the wire what they hold, in every place where that may stand.

use polywire::{Message, Result, Streaming, service};
use std::collections::BTreeMap;

/// A number by which orders are known.
#[derive(PartialEq, Eq, PartialOrd, Ord, Message)]
pub struct OrderId(pub i64);

#[derive(Message)]
pub struct Offset(#[field(as = "sint32")] pub i32);

#[derive(Message)]
pub struct Draft(pub Order);

#[derive(Message)]
pub struct Order {
    pub id: OrderId,
    pub parent: Option<OrderId>,
    pub related: Vec<OrderId>,
    pub quantities: BTreeMap<OrderId, i32>,
    pub offset: Offset,
    pub offsets: Vec<Offset>,
    pub drafts: Vec<Draft>,
}

#[service(package = "orders.v1")]
pub trait Books {
    #[http(GET "/customers/{customer}/orders/{id}")]
    async fn get_order(&self, customer: String, id: OrderId) -> Result<Order>;

    #[http(GET "/orders/{id}/next")]
    #[field]
    async fn next(&self, #[field] id: OrderId) -> Result<OrderId>;

    #[field(as = "sint64")]
    async fn distance(&self, #[field] from: OrderId, to: OrderId) -> Result<i64>;

    #[field]
    async fn shifts(&self, id: i64) -> Result<Streaming<Offset>>;
}
