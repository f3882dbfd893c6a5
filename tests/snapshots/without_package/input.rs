//! No package at all.

use polywire::{Result, service};

#[service]
pub trait Books {
    async fn get_price(&self, id: i32) -> Result<i64>;
}
