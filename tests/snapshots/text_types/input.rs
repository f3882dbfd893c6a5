//! Text that is owned in other ways than `String`, alone, in lists and as the keys of maps.

use polywire::{Message, Result, service};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Message)]
pub struct Book {
    pub title: Box<str>,
    pub author: Arc<str>,
    pub genre: Cow<'static, str>,
    pub subtitle: Option<Arc<str>>,
    pub tags: Vec<Box<str>>,
    pub labels: BTreeMap<Arc<str>, Cow<'static, str>>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
