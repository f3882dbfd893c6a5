// 1 error
use polywire::{Context, Message, Result, Server, Streaming, service};

struct Book {
    id: i32,
}

#[derive(Message)]
struct Receipt {
    id: i32,
}

#[service(package = "books.v1")]
trait Books {
    #[http(GET "/books/{id}")]
    async fn get(&self, id: i32) -> Result<Book>;
    async fn add(&self, cx: Context, book: Book) -> Result<Receipt>;
    async fn watch(&self) -> Result<Streaming<Book>>;
    async fn load(&self, books: Streaming<Book>) -> Result<()>;
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>>;
}

struct Shelf;

impl Books for Shelf {
    async fn get(&self, id: i32) -> Result<Book> {
        Ok(Book { id })
    }
    async fn add(&self, _: Context, book: Book) -> Result<Receipt> {
        Ok(Receipt { id: book.id })
    }
    async fn watch(&self) -> Result<Streaming<Book>> {
        Ok(Streaming::from_items([]))
    }
    async fn load(&self, _: Streaming<Book>) -> Result<()> {
        Ok(())
    }
    async fn chat(&self, books: Streaming<Book>) -> Result<Streaming<Book>> {
        Ok(books)
    }
}

async fn call(books: BooksClient) -> Result<i32> {
    Ok(books.get(7).await?.id)
}

fn main() {
    drop(Server::new().service(BooksServer::new(Shelf)));
    drop(call(BooksClient::local(Shelf)));
}
