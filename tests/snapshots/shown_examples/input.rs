//! Examples on fields, variants and arguments: the documents show them.

use polywire::{Message, Result, service};

#[derive(Message)]
pub enum Genre {
    Fiction,
    Poetry,
}

#[derive(Message)]
pub enum Price {
    #[example(1250)]
    Cents(i64),
    Free,
}

#[derive(Message)]
pub struct Book {
    #[example(7)]
    pub id: i64,
    /// Its title.
    #[example("Dune")]
    pub title: String,
    #[example("GENRE_FICTION")]
    pub genre: Genre,
    #[example("desert", "spice")]
    pub tags: Vec<String>,
    #[example(4.5)]
    pub rating: Option<f64>,
    pub price: Price,
}

#[service(package = "books.v1")]
pub trait Books {
    #[http(GET "/books/{id}")]
    #[ws("/books/{id}/watch")]
    async fn get_book(&self, #[example(7)] id: i64, #[example(true)] whole: bool) -> Result<Book>;
    async fn put_book(&self, book: Book) -> Result<()>;
}
