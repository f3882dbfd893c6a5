//! Comments and deprecation reach the schema.

use polywire::{Message, Result, service};

/// A book.
///
/// On the shelf, or not.
#[derive(Message)]
pub struct Book {
    /// The number on its back.
    pub id: i32,
    #[deprecated]
    pub title: String,
}

/// What a book is about.
#[derive(Message)]
pub enum Genre {
    /// Made up.
    Fiction,
}

/**
 * The shelf.
 */
#[service(package = "books.v1")]
pub trait Books {
    /// Finds a book.
    ///
    ///  - indented
    #[deprecated(note = "use `put_book`")]
    async fn get_book(
        &self,
        /// Of the book.
        id: i32,
        genre: Option<Genre>,
    ) -> Result<Book>;
}
