//! Types of other crates, each behind polywire's feature of its name: text, points in time, spans, maps, any JSON.

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use polywire::{Message, Result, service};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Message)]
pub struct Sale {
    pub id: Uuid,
    pub price: Decimal,
    pub at: jiff::Timestamp,
    pub took: jiff::SignedDuration,
    pub shipped: Option<DateTime<Utc>>,
    pub late: Vec<TimeDelta>,
    pub opened: time::OffsetDateTime,
    pub closed: time::UtcDateTime,
    pub pause: time::Duration,
    pub since: std::time::SystemTime,
    pub extra: serde_json::Value,
    pub stock: IndexMap<i64, Decimal>,
    pub parts: BTreeMap<Uuid, u16>,
    pub batch: Batch,
    pub former: Option<Batch>,
}

#[derive(Message)]
pub struct Batch(Uuid);

#[service(package = "books.v1")]
pub trait Books {
    async fn sell(&self, sale: Sale) -> Result<Uuid>;
    async fn query(&self, filter: serde_json::Value) -> Result<serde_json::Value>;
}
