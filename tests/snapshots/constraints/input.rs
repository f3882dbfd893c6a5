//! Constraints: constants in the schema, a line a field for the checker, options in the `.proto`, keywords in the documents.

use polywire::{Message, Result, service};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// One line of an order.
#[derive(Message)]
pub struct Line {
    #[field(pattern = "^[A-Z]{2}$")]
    pub sku: String,
    #[field(min = 1, max = 99)]
    pub quantity: u32,
    /// Without any.
    pub note: String,
}

#[derive(Message)]
pub struct Order {
    #[field(items = 1..=50)]
    pub lines: Vec<Line>,
    #[field(pairs = ..=8, keys(max_len = 16))]
    pub tags: BTreeMap<String, String>,
    #[field(required, exclusive_min = 0, exclusive_max = 0.5)]
    pub discount: Option<f64>,
    #[field(min = 1)]
    pub number: i64,
    #[field(len = ..=4)]
    pub digest: Vec<u8>,
    /// In any case.
    #[field(pattern = "(?i)^abc", prefix = "a", one_of = ["abc", "aBc"])]
    pub kind: String,
    #[field(unique, each(uuid))]
    pub keys: Vec<String>,
    /// Before it is sent.
    #[field(min = "1.5s", max = "2h")]
    pub wait: Duration,
    #[field(past)]
    pub placed: Option<SystemTime>,
    /// Not too long ago, nor too far off.
    #[field(min = "2026-01-02T03:04:05Z", within = "30d")]
    pub sent: SystemTime,
    #[field(exclusive_max = "2030-01-01T00:00:00.5Z")]
    pub until: Option<SystemTime>,
}

#[service(package = "shop.v1")]
pub trait Books {
    async fn place(&self, order: Order) -> Result<()>;
    async fn find(&self, #[field(email)] customer: String) -> Result<Order>;
    #[http(GET "/orders/{code}")]
    async fn search(
        &self,
        #[field(max_len = 4)] code: String,
        #[field(min = 1, max = 50)] limit: u32,
        #[field(items = ..=5, each(ip))] from: Vec<String>,
        #[field(min = 0)] above: Option<f32>,
    ) -> Result<Order>;
    #[ws("/orders/{kind}/watch")]
    async fn watch(&self, #[field(one_of = ["new", "old"])] kind: String, #[field(min = 1)] limit: u32) -> Result<Order>;
}
