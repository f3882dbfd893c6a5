//! Defaults, fields that are on no wire, deprecated ones.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Page {
    #[field(default = 20)]
    pub size: i32,
    #[field(default = "title")]
    pub order: String,
    #[field(default = -1.5)]
    pub weight: f64,
    #[field(default, as = "sint64")]
    pub offset: i64,
    #[field(default)]
    pub filter: Filter,
    #[field(default)]
    pub genre: Genre,
    #[field(skip)]
    pub cached: std::sync::OnceLock<String>,
    #[field(deprecated)]
    pub token: String,
}

#[derive(Default, Message)]
pub struct Filter {
    pub author: String,
}

#[derive(Default, Message)]
pub enum Genre {
    Essay,
    #[default]
    Novel,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put(&self, page: Page) -> Result<()>;
    #[http(GET "/books")]
    async fn list(&self, author: String, #[field(default = 50)] limit: u32) -> Result<Vec<String>>;
}
