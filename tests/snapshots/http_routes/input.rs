//! Routes by google.api.http's rules.

use polywire::{Message, Result, service};

#[derive(Message)]
pub struct Book {
    pub id: i32,
    pub title: String,
}

#[service(package = "books.v1")]
pub trait Books {
    #[http(GET "/books/{id}")]
    #[http(GET "/v1/{id=books/*}:read")]
    async fn get_book(&self, id: String) -> Result<Book>;
    #[http(GET "/titles", response_body = "result")]
    async fn titles(&self) -> Result<Vec<String>>;
    #[http(PUT "/books/{id}")]
    async fn put_book(&self, book: Book) -> Result<Book>;
    #[http(POST "/shelves/{shelf}/books", body = "book", response_body = "title")]
    async fn add_book(&self, shelf: i32, book: Book) -> Result<Book>;
    #[http(DELETE "/files/{path=**}")]
    #[idempotent]
    async fn delete_file(&self, path: String) -> Result<()>;
}
