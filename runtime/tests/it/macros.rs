//! Services, messages and errors made by the macros, called in process: every shape of method, every kind of item.

#[allow(clippy::expect_used, clippy::panic)]
mod names;

use polywire::{Context, Error, Message, Result, Status, Streaming, service};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Message)]
struct Book {
    id: i32,
    title: String,
    #[field(12, as = "sint64")]
    stock: i64,
    genre: Option<Genre>,
    shape: Option<Shape>,
    next: Option<Box<Book>>,
    labels: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Message)]
enum Genre {
    Fiction,
    ScienceFiction,
    #[unknown]
    Other(i32),
}

#[derive(Debug, Clone, PartialEq, Message)]
enum Shape {
    Square { side: u32, out: String },
    Circle(f64),
    Nested(Box<Book>),
    Point,
}

#[derive(Debug, Clone, PartialEq, Error)]
enum BookError {
    #[error(NotFound, "no book {id}")]
    Missing { id: i32 },
    #[error(FailedPrecondition, "sold out")]
    SoldOut,
    #[error(Internal, "shelf {0} fell")]
    Fallen(String),
    #[error(transparent)]
    Other(Status),
}

/// Books.
#[service(package = "books.v1", json(int64 = "number"))]
trait BookService {
    /// Returns one book.
    #[http(GET "/books/{id}")]
    async fn get_book(&self, id: i32) -> Result<Book, BookError>;
    #[http(GET "/books/")]
    async fn list_books(&self) -> Result<Vec<Book>>;
    #[ws("/books/{id}/prices")]
    async fn watch_price(
        &self,
        cx: Context,
        id: i32,
        #[field(5)] limit: Option<u32>,
    ) -> Result<Streaming<i64>>;
    #[ws("/chat")]
    async fn chat(&self, messages: Streaming<Book>) -> Result<Streaming<Book>, BookError>;
    async fn upload(&self, books: Streaming<Book>) -> Result<u32>;
    #[http(PUT "/books/{id}", body = "title")]
    async fn put_book(&self, cx: Context, book: Book) -> Result<Book>;
    #[amqp(task, queue = "orders", retry(limit = 5, backoff = "1s..5m"))]
    async fn process_order(&self, order_id: i64) -> Result<()>;
    #[deprecated]
    async fn clone(&self) -> Result<String>;
}

struct Shelf;

fn book(id: i32) -> Book {
    Book {
        id,
        title: "Django".to_owned(),
        stock: -5,
        genre: Some(Genre::ScienceFiction),
        shape: Some(Shape::Square { side: 3, out: "in".to_owned() }),
        next: Some(Box::new(Book {
            id: 9,
            title: String::new(),
            stock: 0,
            genre: Some(Genre::Other(77)),
            shape: Some(Shape::Point),
            next: None,
            labels: BTreeMap::new(),
        })),
        labels: BTreeMap::from([("a".to_owned(), vec![1, 2])]),
    }
}

impl BookService for Shelf {
    async fn get_book(&self, id: i32) -> Result<Book, BookError> {
        match id {
            13 => Err(BookError::Missing { id }),
            14 => Err(BookError::SoldOut),
            15 => Err(BookError::Fallen("B".to_owned())),
            16 => Err(Status::aborted("later"))?,
            _ => Ok(book(id)),
        }
    }
    async fn list_books(&self) -> Result<Vec<Book>> {
        Ok(vec![book(1), book(2)])
    }
    async fn watch_price(&self, cx: Context, id: i32, limit: Option<u32>) -> Result<Streaming<i64>> {
        let _ = cx;
        Ok(Streaming::from_items((0..i64::from(limit.unwrap_or(2))).map(move |n| n + i64::from(id))))
    }
    async fn chat(&self, messages: Streaming<Book>) -> Result<Streaming<Book>, BookError> {
        Ok(messages.map(|book| Book { title: format!("Echo: {}", book.title), ..book }))
    }
    async fn upload(&self, books: Streaming<Book>) -> Result<u32> {
        Ok(books.collect().await?.len() as u32)
    }
    async fn put_book(&self, _: Context, book: Book) -> Result<Book> {
        Ok(book)
    }
    async fn process_order(&self, order_id: i64) -> Result<()> {
        if order_id == 17 { Err(Status::unavailable("the bank is closed")) } else { Ok(()) }
    }
    async fn clone(&self) -> Result<String> {
        Ok("a clone".to_owned())
    }
}

async fn exercise(books: &impl BookService) {
    assert_eq!(books.get_book(7).await, Ok(book(7)));
    assert_eq!(books.get_book(13).await, Err(BookError::Missing { id: 13 }));
    assert_eq!(books.get_book(14).await, Err(BookError::SoldOut));
    assert_eq!(books.get_book(15).await, Err(BookError::Fallen("B".to_owned())));
    assert_eq!(books.get_book(16).await, Err(BookError::Other(Status::aborted("later"))));
    assert_eq!(books.list_books().await.map(|books| books.len()), Ok(2));
    let prices = books.watch_price(Context::new(), 5, Some(3)).await.expect("a stream");
    assert_eq!(prices.collect().await, Ok(vec![5, 6, 7]));
    let replies = books.chat(Streaming::from_items([book(1), book(2)])).await.expect("a stream");
    assert_eq!(replies.collect().await.expect("replies")[1].title, "Echo: Django");
    assert_eq!(books.upload(Streaming::from_items([book(1), book(2)])).await, Ok(2));
    assert_eq!(books.put_book(Context::new(), book(3)).await, Ok(book(3)));
    assert_eq!(books.process_order(1).await, Ok(()));
    assert_eq!(books.process_order(17).await, Err(Status::unavailable("the bank is closed")));
    #[allow(deprecated)]
    let cloned = BookService::clone(books).await;
    assert_eq!(cloned.as_deref(), Ok("a clone"));
}

#[tokio::test]
async fn a_client_and_the_implementation_are_interchangeable() {
    exercise(&Shelf).await;
    exercise(&BookServiceClient::local(Shelf)).await;
}

#[test]
fn json_reads_back_and_is_canonical() {
    let text = serde_json::to_string(&book(7)).expect("JSON");
    assert_eq!(
        text,
        r#"{"id":7,"title":"Django","stock":"-5","genre":"GENRE_SCIENCE_FICTION","shape":{"square":{"side":3,"out":"in"}},"next":{"id":9,"title":"","stock":"0","genre":77,"shape":{"point":{}},"labels":{}},"labels":{"a":"AQI="}}"#
    );
    assert_eq!(serde_json::from_str::<Book>(&text).expect("a book"), book(7));
}

#[test]
fn protobuf_reads_back() {
    assert_eq!(Book::decode(book(7).encode()), Ok(book(7)));
    let error = Shape::decode(Default::default()).expect_err("no member");
    assert!(error.to_string().contains("kind"), "{error}");
    let twice: Vec<u8> = [Shape::Circle(1.0).encode(), Shape::Point.encode()].concat();
    assert_eq!(Shape::decode(twice.into()), Ok(Shape::Point), "the last one wins");
}

#[test]
fn an_error_prints_its_message_and_shows_its_source() {
    assert_eq!(BookError::Missing { id: 13 }.to_string(), "no book 13");
    assert_eq!(BookError::Fallen("B".to_owned()).to_string(), "shelf B fell");
    let status = Status::from(BookError::SoldOut);
    assert_eq!((status.code(), status.message()), (polywire::Code::FailedPrecondition, "sold out"));
}
