//! Numbers and names that must not be used again; a GET that does not claim to only read.

use polywire::{Message, Result, service};

#[derive(Message)]
#[message(reserved = "2, 9 to 11, 5000 to max, isbn, shelf_mark")]
pub struct Book {
    pub id: i32,
    #[field(3)]
    pub genre: Genre,
}

#[derive(Message)]
#[message(reserved = "-3 to -1, 7 to max, GENRE_CRIME")]
pub enum Genre {
    Fiction,
    #[unknown]
    Other(i32),
}

#[service(package = "books.v1")]
pub trait Books {
    #[http(GET "/books/{id}")]
    async fn take_book(&self, id: i32) -> Result<Book>;
}
