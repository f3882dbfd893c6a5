//! `books.BookService`: one book by its number.

use crate::shelf::Shelf;
use polywire::{Message, Result, Status, service};
use std::sync::Arc;

/// Which book.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct BookRequest {
    /// Its number.
    #[example(1)]
    pub id: i32,
}

/// A book.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct BookResponse {
    /// Its number.
    #[example(1)]
    pub id: i32,
    /// Its title.
    #[example("Django for APIs")]
    pub title: String,
}

/// The books on the shelf.
#[service(package = "books")]
pub(crate) trait BookService {
    /// Returns one book.
    #[http(GET "/books/{id}")]
    async fn get_book(&self, request: BookRequest) -> Result<BookResponse>;
}

/// Looks on the shelf.
pub(crate) struct Books(Arc<dyn Shelf>);

impl Books {
    pub(crate) fn new(shelf: Arc<dyn Shelf>) -> Self {
        Self(shelf)
    }
}

impl BookService for Books {
    async fn get_book(&self, request: BookRequest) -> Result<BookResponse> {
        let book =
            self.0.get(request.id).ok_or_else(|| Status::not_found(format!("no book {}", request.id)))?;
        Ok(BookResponse { id: book.id, title: book.title })
    }
}
