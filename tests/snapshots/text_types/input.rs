//! Text that is owned in other ways than `String`, and addresses, alone, in lists and as the keys of maps.

use polywire::{Message, Result, service};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

#[derive(Message)]
pub struct Book {
    pub title: Box<str>,
    pub author: Arc<str>,
    pub genre: Cow<'static, str>,
    pub subtitle: Option<Arc<str>>,
    pub tags: Vec<Box<str>>,
    pub labels: BTreeMap<Arc<str>, Cow<'static, str>>,
    #[example("192.0.2.7")]
    pub printed_at: IpAddr,
    pub gateway: Option<Ipv4Addr>,
    pub mirrors: Vec<Ipv6Addr>,
    pub hosts: BTreeMap<IpAddr, String>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
    #[http(GET "/books/by/{address}")]
    async fn printed_at(&self, address: IpAddr) -> Result<u32>;
}
