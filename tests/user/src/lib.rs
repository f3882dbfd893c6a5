//! A service as a user writes it, with every lint of Rust and Clippy's pedantic ones denied.
#![deny(warnings)]

pub mod platform;

use std::collections::{BTreeMap, HashMap};
use wire::{Context, Result, Status, Streaming, UnknownFields};

/// A book.
#[derive(Debug, Clone, PartialEq, wire::Message)]
#[message(crate = "wire")]
pub struct Book {
    /// Its number.
    pub id: Isbn,
    /// Its title.
    #[field(min_len = 1, max_len = 200)]
    #[example("Django")]
    pub title: String,
    /// A field that has become needless.
    #[deprecated]
    pub shelf: Option<u32>,
    /// Sorts of readers.
    #[field(items = ..=9, unique)]
    pub genres: Vec<Genre>,
    /// Prices by country.
    pub prices: BTreeMap<String, Price>,
    /// A fixed width.
    #[field(as = "fixed64")]
    pub stock: u64,
    /// A default.
    #[field(default = 20)]
    pub pages: i32,
    /// Where it may be got.
    #[field(oneof)]
    pub place: Option<Place>,
    /// A word that is reserved in Rust.
    pub r#type: String,
    /// Never on a wire.
    #[field(skip)]
    pub seen: bool,
    /// What a newer peer wrote.
    #[unknown_fields]
    pub rest: UnknownFields,
}

/// The number of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, wire::Message)]
#[message(crate = "wire")]
pub struct Isbn(pub i64);

/// What a book is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, wire::Message)]
#[message(crate = "wire")]
pub enum Genre {
    /// Made up.
    Fiction,
    /// True.
    Essay,
    /// One that is not known here.
    #[unknown]
    Other(i32),
}

/// What it costs.
#[derive(Debug, Clone, Copy, PartialEq, wire::Message)]
#[message(crate = "wire")]
pub struct Price {
    /// In cents.
    pub cents: i64,
}

/// Where a book may be got.
#[derive(Debug, Clone, PartialEq, wire::Message)]
#[message(crate = "wire")]
pub enum Place {
    /// In a shop.
    #[field(21)]
    Shop(String),
    /// By mail.
    #[field(22)]
    Mail {
        /// Days until it comes.
        days: u32,
    },
    /// Nowhere.
    #[field(23)]
    Nowhere,
}

/// No fields at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, wire::Message)]
#[message(crate = "wire")]
pub struct Nothing;

/// Why a call on books fails.
#[derive(Debug, PartialEq, wire::Error)]
#[error(crate = "wire")]
pub enum BookError {
    /// It is not there.
    #[error(NotFound, "no book {id}")]
    Missing {
        /// Its number.
        id: i64,
    },
    /// The shelf fell.
    #[error(Internal, "shelf {0} fell")]
    Fallen(String),
    /// There is none left.
    #[error(FailedPrecondition, "sold out")]
    SoldOut,
    /// Whatever else goes wrong.
    #[error(transparent)]
    Other(Status),
}

/// Books over every wire.
#[wire::service(package = "user.v1", crate = "wire", unimplemented)]
pub trait Books {
    /// Returns one book.
    #[http(GET "/books/{id}")]
    async fn get(&self, cx: Context, #[field] id: Isbn) -> Result<Book, BookError>;
    /// Adds a book.
    #[http(POST "/books")]
    async fn add(&self, book: Book) -> Result<()>;
    /// Lists titles.
    #[http(GET "/books")]
    #[cfg_attr(docsrs, doc(cfg(feature = "list")))]
    async fn list(&self, genre: Genre, limit: u32) -> Result<Vec<String>>;
    /// Counts books by genre.
    async fn count(&self) -> Result<HashMap<String, u64>>;
    /// Tells of prices as they change.
    #[ws("/books/{id}/prices")]
    async fn watch(&self, #[field(1)] id: i64) -> Result<Streaming<i64>, BookError>;
    /// Takes many books.
    async fn load(&self, books: Streaming<Book>) -> Result<u32>;
    /// Answers each book.
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>>;
    /// What is no longer used.
    #[deprecated]
    async fn old(&self) -> Result<Nothing>;
}
