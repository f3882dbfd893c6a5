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
    #[deprecated]
    Pulp,
}

/// Where a book stood.
#[deprecated]
#[derive(Message)]
pub struct Place {
    pub shelf: i32,
    pub kind: Kind,
}

#[deprecated]
#[derive(Message)]
pub enum Kind {
    Open,
    Closed,
}

/**
 * The shelf.
 */
#[deprecated]
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

    #[allow(deprecated)]
    #[doc = " Holds a NUL, which no compiler reads:\0, and other ends\u{2028}of lines */ \\"]
    async fn place(&self, place: Place) -> Result<Place>;
}
