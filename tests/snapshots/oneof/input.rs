//! An enum with data is a message with one `oneof`, called `kind`.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Author {
    pub name: String,
}

#[derive(Message)]
pub enum Source {
    Bought { from: Author, out: i64 },
    Written(Author),
    #[field(7, rename = "shelf", as = "sint32")]
    Found(i32),
    Nested(Box<Source>),
    Nowhere,
}

#[derive(Message)]
#[message(oneof = "of", name = "Colour")]
pub enum Color {
    Kind(String),
    Mixed {},
}

#[derive(Message)]
pub struct Book {
    pub source: Source,
    pub color: Option<Color>,
}

#[service(package = "books.v1")]
pub trait Books {
    async fn put_book(&self, book: Book) -> Result<()>;
}
