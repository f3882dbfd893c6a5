//! The macros of polywire. They hand their tokens to `polywire_codegen::rust`, and return the tokens that it makes.
//!
//! Use them through the crate `polywire`, which re-exports all three.

use polywire_codegen::rust;
use proc_macro::TokenStream;

/// Makes a trait a service on every transport.
///
/// ```
/// use polywire::{Context, Message, Result, Streaming, service};
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// pub struct Book { pub id: i32, pub title: String }
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     /// Returns one book.
///     #[http(GET "/books/{id}")]
///     async fn get_book(&self, id: i32) -> Result<Book>;
///
///     #[ws("/books/{id}/prices")]
///     async fn watch_price(&self, cx: Context, id: i32) -> Result<Streaming<i64>>;
/// }
///
/// struct Shelf;
/// impl BookService for Shelf {
///     async fn get_book(&self, id: i32) -> Result<Book> { Ok(Book { id, title: "Django".into() }) }
///     async fn watch_price(&self, _: Context, _: i32) -> Result<Streaming<i64>> {
///         Ok(Streaming::from_items([1, 2]))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let books = BookServiceClient::local(Shelf);        // or `connect("grpc://127.0.0.1:8080").await?`
/// assert_eq!(books.get_book(7).await?.id, 7);
/// # polywire::Result::<()>::Ok(()) }).unwrap();
/// ```
///
/// The macro turns each `async fn` of the trait into a function that returns a `Send` future. Beside the trait it makes
/// `BookServiceServer` for `polywire::Server::service`, and `BookServiceClient`, which implements the trait over any wire.
///
/// # Methods
/// `async fn name(&self, [cx: Context,] arguments…) -> Result<T>` or `Result<T, E>`, where `E` has `#[derive(Error)]`.
/// - A single argument that is a message is the request. Other arguments, or none, are the fields of a request
///   `<Method>Request`; `#[field(…)]` works on them as on fields.
/// - `Streaming<T>` as the only argument is a stream of requests, each a message; `Result<Streaming<T>>` is a stream of
///   responses.
/// - An enum or a newtype that stands alone looks like a message. `#[field]` before the argument (`#[field] id: OrderId`)
///   makes it a field; before the method it does so for the returned value. The compiler's error says so too.
/// - A returned `T` that is no message is wrapped in `<Method>Response { result }`. Over HTTP it is the whole body.
///
/// ```
/// use polywire::{Message, Result, Streaming, service};
///
/// #[derive(Debug, Clone, Copy, PartialEq, Message)]
/// pub struct OrderId(i64);
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// pub struct Line { pub book_id: i32, pub cents: i64 }
///
/// #[service(package = "orders.v1")]
/// pub trait Orders {
///     /// The request is a message made for the method: `PlaceRequest { book_id, copies }`.
///     async fn place(&self, book_id: i32, #[field(min = 1)] copies: u32) -> Result<i64>;
///
///     /// A newtype that stands alone is made a field.
///     async fn cancel(&self, #[field] id: OrderId) -> Result<()>;
///
///     /// Many requests, one answer. Each request is a message.
///     async fn total(&self, lines: Streaming<Line>) -> Result<i64>;
/// }
/// # struct Desk;
/// # impl Orders for Desk {
/// #     async fn place(&self, _: i32, copies: u32) -> Result<i64> { Ok(i64::from(copies)) }
/// #     async fn cancel(&self, _: OrderId) -> Result<()> { Ok(()) }
/// #     async fn total(&self, lines: Streaming<Line>) -> Result<i64> {
/// #         Ok(lines.collect().await?.iter().map(|line| line.cents).sum())
/// #     }
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let orders = OrdersClient::local(Desk);
/// orders.place(7, 0).await.expect_err("`copies` is at least 1");
/// orders.cancel(OrderId(1)).await?;
/// let lines = [Line { book_id: 7, cents: 1_900 }, Line { book_id: 8, cents: 1_800 }];
/// assert_eq!(orders.total(Streaming::from_items(lines)).await?, 3_700);
/// # polywire::Result::<()>::Ok(()) }).unwrap();
/// ```
///
/// # Arguments of the attribute
/// | | |
/// |---|---|
/// | `package = "books.v1"` | the protobuf package; none unless set |
/// | `name = "Books"` | the protobuf name; the trait's unless set |
/// | `transports(grpc, http, ws, amqp)` | the only transports; all unless set |
/// | `unimplemented` | a method that an implementation leaves out answers `unimplemented`; useful in test doubles |
/// | `supertraits` | the trait may have supertraits of yours, which you implement for the client too |
/// | `crate = "wire"` | the path to polywire in your crate; also in `#[message(…)]` and `#[error(…)]` |
/// | `json(int64 = "number", case = "snake")` | how REST, WebSocket and AMQP write JSON; proto3's mapping unless set |
///
/// ```
/// use polywire::{Result, service};
///
/// /// Over gRPC and HTTP alone, with numbers and names as JavaScript has them.
/// #[service(
///     package = "books.v1",
///     name = "Books",
///     transports(grpc, http),
///     json(int64 = "number", case = "snake"),
/// )]
/// pub trait BookService {
///     async fn count(&self) -> Result<u64>;
/// }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn count(&self) -> Result<u64> { Ok(0) } }
/// assert!(BookServiceServer::<Shelf>::proto().contains("service Books {"));
/// ```
///
/// # Attributes of methods
/// Without any, a method is on every transport that can carry it.
///
/// | | |
/// |---|---|
/// | `#[http(GET "/books/{id}", body = "*", response_body = "field")]` | a route by google.api.http's rules; repeatable |
/// | `#[ws("/chat")]` | a WebSocket endpoint of the method's own |
/// | `#[amqp(rpc)]`, `task`, `event` | request and reply, work for one consumer, news for every group |
/// | `#[grpc(skip)]`, `http`, `ws`, `amqp` | not on this transport |
/// | `#[field]`, `#[field(as = "sint64")]` | the returned value is a field of a message made around it, encoded so |
/// | `#[method(name = "GetURL")]` | the protobuf name; `GetUrl` of `get_url` unless set |
/// | `#[method(idle = "5m")]` | the longest wait for an item of a stream; none unless `Limits` says so |
/// | `#[method(timeout = "5s", message_size = "1MiB")]` | the longest time and the largest request, in place of the server's |
/// | `#[method(request = "…", response = "…")]` | the names of the messages made for it, such as `GetUrlRequest` |
/// | `#[read]`, `#[idempotent]` | the method changes nothing, or a repeated call changes nothing more |
///
/// - PUT, POST and PATCH take the whole message as the body unless `body` says otherwise.
/// - A unary method with a GET route and without `#[read]` or `#[idempotent]` counts as `#[read]`.
/// - `#[amqp(task, timeout = "15m", prefetch = 20, concurrency = 4, priority = 7)]` limits what a server runs and takes
///   (the guide's chapter on queues). `ordered_by = "order_id", partitions = 8` keeps the order of messages with the same
///   value. `batch(max = 100, wait = "200ms")` calls the handler once for the lists of several messages.
/// - `#[amqp(event, routing_key = "order.*", key = "status")]` consumes by a pattern, and publishes under the key that a
///   field holds.
/// - A task or an event returns `Result<()>`. `#[amqp(…)]` also takes `queue = "…"`, `exchange = "…"` and
///   `routing_key = "…"`. `retry(on = [Unavailable, Aborted], limit = 5, backoff = "1s..5m", jitter = false)` says which
///   failures are tried again, and when.
/// - `schedule = "0 3 * * *"` makes the servers publish a task by themselves (feature `schedule`).
/// - `#[amqp(celery = "tasks.order")]` and `#[amqp(nestjs = "sum", queue = "math")]` exchange the messages of Celery and
///   NestJS (the guide's chapter on other frameworks). Such a task may return a value.
///
/// ```
/// use polywire::{Message, Result, Streaming, service};
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// pub struct Book { pub id: i32, pub title: String }
///
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     /// GET /books?genre=essay&limit=5, and the older GET /list
///     #[http(GET "/books")]
///     #[http(GET "/list")]
///     async fn list(&self, genre: String, limit: u32) -> Result<Vec<Book>>;
///
///     /// PUT /shelves/3/books, with a book as the body
///     #[http(PUT "/shelves/{shelf}/books", body = "book")]
///     #[idempotent]
///     async fn put(&self, shelf: i32, book: Book) -> Result<Book>;
///
///     /// A WebSocket of its own, which may be silent for a minute
///     #[ws("/watch")]
///     #[method(idle = "1m")]
///     async fn watch(&self, seen: Streaming<Book>) -> Result<Streaming<Book>>;
///
///     /// Work for one of the workers, tried again five times at most
///     #[amqp(task, queue = "reprints", retry(limit = 5, backoff = "1s..5m"))]
///     async fn reprint(&self, id: i32) -> Result<()>;
///
///     /// For our own programs: no route, no WebSocket, no queue
///     #[http(skip)]
///     #[ws(skip)]
///     #[amqp(skip)]
///     #[method(name = "GetISBN")]
///     async fn isbn(&self, id: i32) -> Result<String>;
/// }
/// ```
#[proc_macro_attribute]
pub fn service(args: TokenStream, item: TokenStream) -> TokenStream {
    rust::service(args.into(), item.into()).into()
}

/// Makes a struct or an enum a message: protobuf, proto3 JSON through serde, and the schema, from one reading.
///
/// ```
/// use polywire::Message;
/// use std::collections::BTreeMap;
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// struct Book {
///     id: i32,
///     title: Option<String>,
///     #[field(7, as = "sint64")]
///     stock: i64,
///     genre: Genre,
///     labels: BTreeMap<String, String>,
/// }
///
/// #[derive(Debug, Clone, Copy, PartialEq, Message)]
/// enum Genre { Fiction, ScienceFiction, #[unknown] Other(i32) }
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// enum Shape { Circle(f64), Square { side: u32 }, Point }
///
/// let shape = Shape::Square { side: 3 };
/// assert_eq!(Shape::decode(shape.encode()), Ok(shape));
/// ```
///
/// - A struct with named fields, or none, is a protobuf message. A struct with a single field without a name, such as
///   `struct OrderId(i64)`, is the same as its field: in fields, lists and options, and as the key of a map.
/// - An enum of unit variants is a protobuf enum. Its variants are numbered from 1, and the schema gets
///   `GENRE_UNSPECIFIED = 0`, unless one of them is `= 0`. A number without a variant is an error, unless
///   `#[unknown] Other(i32)` keeps it.
/// - An enum with data is a message with one `oneof`, which has a member for each variant. The `oneof` is called `kind`
///   unless `#[message(oneof = "…")]` says otherwise. A unit variant is `google.protobuf.Empty`. A variant with named
///   fields is a nested message of its own.
///
/// # Attributes
/// ```
/// use polywire::{JsonOptions, Message};
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// #[message(package = "books.v1", reserved = "4, isbn")]
/// struct Book {
///     #[field(1)]
///     id: i32,
///     #[field(2, json = "pages")]
///     page_count: u32,
///     #[field(3, default = "en")]
///     language: String,
///     #[field(5, as = "sfixed64")]
///     #[example(19)]
///     price: i64,
///     #[field(skip)]
///     cached: bool,
///     #[field(oneof)]
///     cover: Cover,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// enum Cover {
///     #[field(6)]
///     Hard { colour: String },
///     #[field(7)]
///     Soft,
/// }
///
/// let json = r#"{"id": 7, "pages": 320, "soft": {}, "price": "19"}"#;
/// let book: Book = JsonOptions::default().read(json)?;
/// assert_eq!((book.page_count, book.language.as_str(), book.cover), (320, "en", Cover::Soft));
/// # Ok::<(), polywire::DecodeError>(())
/// ```
///
/// On the item: `#[message(package = "…", name = "…", reserved = "2, 9 to 11, isbn")]`.
///
/// On fields, variants and the arguments of methods:
/// - `#[field(3)]`: the number; by position unless set.
/// - `#[field(rename = "…")]`: the name.
/// - `#[field(json = "…")]`: the JSON name.
/// - `#[field(as = "sint32")]`: the encoding of integers: `sint32`, `sint64`, `fixed32`, `fixed64`, `sfixed32` or
///   `sfixed64`. `#[field(key = "sint32")]` is the encoding of the keys of a map.
/// - `#[field(packed = false)]`: a tag for each number of a list.
/// - `#[field(deprecated)]`: the same as `#[deprecated]`.
/// - `#[field(default = 20)]`: the value of a field that does not arrive. `#[field(default)]` takes the default of the
///   Rust type. The field is `optional` in the schema and always written, so an intended zero arrives as zero.
/// - `#[field(skip)]`: not on any wire. Reading gives `Default::default()`. The numbers by position do not count the field.
/// - `#[field(oneof)]`: an enum with data, or an `Option` of one. Its variants are fields of this message.
/// - `#[example(7)]`: a value that OpenAPI and AsyncAPI show: a number, text or `true`; for a list its elements.
/// - `#[unknown_fields] rest: polywire::UnknownFields`: keeps fields that the type does not know, and writes them again.
///
/// # Constraints
/// Every wire checks constraints after it reads a request and before the handler runs. An absent `Option` breaks only
/// `required`. A request that breaks constraints fails with `invalid_argument`, and a `google.rpc.BadRequest` lists every
/// violation. The `.proto` has each constraint as the option of protovalidate with the same meaning. OpenAPI and AsyncAPI
/// have it as a keyword of JSON Schema, on messages that a server reads.
///
/// ```
/// use polywire::{Message, Result, service};
///
/// #[derive(Debug, Clone, PartialEq, Message)]
/// pub struct NewCustomer {
///     #[field(min_len = 1, max_len = 100)]
///     name: String,
///     #[field(email)]
///     email: String,
///     #[field(items = 1..=3, each(pattern = "^[A-Z]{2}$"))]
///     countries: Vec<String>,
/// }
///
/// #[service(package = "shop.v1")]
/// pub trait Customers {
///     async fn add(&self, customer: NewCustomer) -> Result<i64>;
/// }
/// # struct Desk;
/// # impl Customers for Desk { async fn add(&self, _: NewCustomer) -> Result<i64> { Ok(1) } }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let (name, email, countries) = (String::new(), "ann".to_owned(), vec!["de".to_owned()]);
/// let customer = NewCustomer { name, email, countries };
/// let status = CustomersClient::local(Desk).add(customer).await.expect_err("nothing of it holds");
/// let violations = status.field_violations();
/// let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
/// assert_eq!(fields, ["name", "email", "countries[0]"]);
/// # });
/// ```
///
/// | constraint | of | demands | protovalidate | JSON Schema |
/// |---|---|---|---|---|
/// | `min`, `max` | numbers | a bound; NaN is within none | `gte`, `lte` | `minimum`, `maximum` |
/// | `exclusive_min` | numbers | more than the bound | `gt` | `exclusiveMinimum` |
/// | `exclusive_max` | numbers | less than the bound | `lt` | `exclusiveMaximum` |
/// | `finite` | `f32`, `f64` | neither infinite nor NaN | `finite` | a number alone |
/// | `one_of = [1, 2]` | numbers, text | one of these | `in` | `enum` |
/// | `len = 3` | text | so many Unicode characters (code points) | `len` | `minLength`, `maxLength` |
/// | `len = 1..=9`, `min_len`, `max_len` | text | the same, as bounds | `min_len`, `max_len` | `minLength`, `maxLength` |
/// | `len`, `min_len`, `max_len` | bytes | so many bytes | the same | `pattern` of the base64 |
/// | `pattern` | text | a match somewhere; anchor it with `^` and `$` | `pattern` | `pattern` or a sentence |
/// | `prefix`, `suffix`, `contains` | text | this text | the same | `pattern` |
/// | `email`, `uuid`, `uri`, `hostname` | text | the format; the empty text has none | the same | `format` |
/// | `ip`, `ipv4`, `ipv6` | text | the format; the empty text has none | the same | `format` |
/// | `defined` | enums with `#[unknown]` | a number that the enum has a name for | `defined_only` | `enum` |
/// | `items = 1..=50` | lists | so many elements | `min_items`, `max_items` | `minItems`, `maxItems` |
/// | `unique` | lists | no element twice | `unique` | `uniqueItems` |
/// | `each(…)` | lists | rules for each element | `items` | `items` |
/// | `pairs = 1..=50` | maps | so many entries | `min_pairs`, `max_pairs` | `minProperties`, `maxProperties` |
/// | `keys(…)` | maps | rules for each key | `keys` | `propertyNames` |
/// | `values(…)` | maps | rules for each value | `values` | `additionalProperties` |
/// | `min = "1.5s"`, `max` | spans of time | a bound | `duration.gte`, `lte` | a sentence |
/// | `min = "2026-01-02T03:04:05Z"`, `max` | points in time | a bound in RFC 3339 | `timestamp.gte`, `lte` | a sentence |
/// | `exclusive_min`, `exclusive_max` | spans, points | the same, without the bound itself | `gt`, `lt` | a sentence |
/// | `past`, `future` | points in time | before now, after now, by the server's clock | `lt_now`, `gt_now` | a sentence |
/// | `within = "1h"` | points in time | within a distance of now, by the server's clock | `within` | a sentence |
/// | `required` | `Option` | a value | `required` | `required` |
///
/// - A range of whole numbers bounds their text too, because proto3 JSON reads both.
/// - An absent field is zero or empty, so `min = 1` on an `i32` demands the field. On an `Option` it does not.
/// - A pattern has the syntax of RE2; `\d`, `\w`, `\s` and `\b` are ASCII. The schema has a sentence instead where
///   ECMA 262 has no such pattern.
/// - A span of time is a decimal number of `ns`, `us`, `ms`, `s`, `m`, `h` or `d`.
#[proc_macro_derive(Message, attributes(message, field, unknown, unknown_fields, example))]
pub fn message(item: TokenStream) -> TokenStream {
    rust::message(item.into()).into()
}

/// Makes an enum a typed error of methods. A variant travels as a detail of the status, and arrives as itself.
///
/// ```
/// use polywire::{Code, Error, Status};
///
/// #[derive(Debug, PartialEq, Error)]
/// enum BookError {
///     #[error(NotFound, "no book {id}")]
///     Missing { id: i32 },
///     #[error(FailedPrecondition, "sold out")]
///     SoldOut,
///     #[error(Internal, "shelf {0} fell")]
///     Fallen(String),
///     #[error(transparent)]
///     Other(Status),
/// }
///
/// let status = Status::from(BookError::Missing { id: 7 });
/// assert_eq!((status.code(), status.message()), (Code::NotFound, "no book 7"));
/// ```
///
/// Each variant names its code and its message, which is formatted as by `format!`. One variant, marked `transparent`,
/// holds any other status: a client gets one when the connection is lost, a deadline passes, or the server is newer.
///
/// The derive also implements `Display`, `std::error::Error`, and `From` between the enum and `Status`. Numbers and names
/// follow the rules of `#[derive(Message)]` for an enum with data. The `oneof` is called `error`.
///
/// ```
/// use polywire::{Error, Result, Status, service};
///
/// # #[derive(Debug, PartialEq, Error)]
/// # pub enum BookError {
/// #     #[error(NotFound, "no book {id}")]
/// #     Missing { id: i32 },
/// #     #[error(transparent)]
/// #     Other(Status),
/// # }
/// #[service(package = "books.v1")]
/// pub trait BookService {
///     async fn title(&self, id: i32) -> Result<String, BookError>;
/// }
///
/// struct Shelf;
/// impl BookService for Shelf {
///     async fn title(&self, id: i32) -> Result<String, BookError> { Err(BookError::Missing { id }) }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// match BookServiceClient::local(Shelf).title(7).await {
///     Err(BookError::Missing { id }) => assert_eq!(id, 7), // over every wire
///     other => panic!("{other:?}"),
/// }
/// # });
/// ```
#[proc_macro_derive(Error, attributes(message, field, error, example))]
pub fn error(item: TokenStream) -> TokenStream {
    rust::error(item.into()).into()
}
