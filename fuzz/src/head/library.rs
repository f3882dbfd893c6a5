//! A service with every kind of route.
#![allow(missing_docs)]

use polywire::{Message, Result, Status, Streaming, service};

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub(super) struct Part {
    pub name: String,
    pub page_count: i32,
}

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub(super) struct Book {
    pub id: i32,
    pub title: String,
    pub pages: u64,
    pub price: f64,
    pub lent: Option<bool>,
    pub cover: Vec<u8>,
    pub tags: Vec<String>,
    pub part: Option<Part>,
}

#[service(package = "fuzz.v1")]
pub(super) trait Library {
    #[http(GET "/books/{id}")]
    #[http(GET "/books")]
    #[http(POST "/books")]
    #[http(PUT "/books/{id}")]
    #[http(DELETE "/books/{id}")]
    #[http(POST "/books/{id}:lend")]
    #[http(GET "/text/{title=**}")]
    #[http(PATCH "/v1/{part.name=shelves/*/parts/*}", body = "part")]
    #[http(POST "/v1/parts", body = "part", response_body = "part")]
    async fn echo(&self, request: Book) -> Result<Book>;

    #[read]
    #[http(GET "/tags/")]
    async fn tags(&self, tags: Vec<String>) -> Result<Vec<String>>;

    #[http(GET "/watch/{id}")]
    #[ws("/ws/{id}")]
    async fn watch(&self, id: u8) -> Result<Streaming<Book>>;

    #[http(POST "/sum")]
    async fn sum(&self, items: Streaming<Book>) -> Result<Book>;

    #[http(POST "/chat")]
    #[ws("/chat")]
    async fn chat(&self, items: Streaming<Book>) -> Result<Streaming<Book>>;

    async fn fail(&self, text: String) -> Result<()>;
}

/// An implementation that answers with its input.
#[derive(Debug)]
pub(super) struct Shelf;

impl Library for Shelf {
    async fn echo(&self, request: Book) -> Result<Book> {
        Ok(request)
    }

    async fn tags(&self, tags: Vec<String>) -> Result<Vec<String>> {
        Ok(tags)
    }

    async fn watch(&self, id: u8) -> Result<Streaming<Book>> {
        let book = |id| Book { id, ..Book::default() };
        Ok(Streaming::from_items((0..i32::from(id % 4)).map(book)))
    }

    async fn sum(&self, mut items: Streaming<Book>) -> Result<Book> {
        let mut sum = Book::default();
        while let Some(book) = items.next().await? {
            sum.pages = sum.pages.wrapping_add(book.pages);
        }
        Ok(sum)
    }

    async fn chat(&self, items: Streaming<Book>) -> Result<Streaming<Book>> {
        Ok(items)
    }

    async fn fail(&self, text: String) -> Result<()> {
        Err(Status::failed_precondition(text))
    }
}
