//! The attribute doors of polywire: tokens in, `polywire_codegen::rust`, tokens out.
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
///     async fn watch_price(&self, _: Context, _: i32) -> Result<Streaming<i64>> { Ok(Streaming::from_items([1, 2])) }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let books = BookServiceClient::local(Shelf);        // or `connect("grpc://127.0.0.1:8080").await?`
/// assert_eq!(books.get_book(7).await?.id, 7);
/// # polywire::Result::<()>::Ok(()) }).unwrap();
/// ```
///
/// Beside the trait, whose `async fn` become functions that return `Send` futures, it makes `BookServiceServer` for
/// `polywire::Server::service` and `BookServiceClient`, which implements the trait over any wire.
///
/// # Methods
/// `async fn name(&self, [cx: Context,] arguments…) -> Result<T>` or `Result<T, E>`, where `E` has `#[derive(Error)]`.
/// - One argument that is a message is the request. Any others, or none, are the fields of a request `<Method>Request`;
///   `#[field(…)]` works on them as on fields.
/// - `Streaming<T>` as the only argument is a stream of requests; `Result<Streaming<T>>` one of responses.
/// - An enum or a newtype that stands alone looks like a message: `#[field]` before the argument (`#[field] id: OrderId`), or before the
///   method for what it returns, says that it is a field. Without it the compiler says that the type is no message, and this.
/// - A `T` that is no message is wrapped in `<Method>Response { result }`, and is the whole body over HTTP.
///
/// # Arguments of the attribute
/// | | |
/// |---|---|
/// | `package = "books.v1"` | the protobuf package; none unless set |
/// | `name = "Books"` | the protobuf name; the trait's unless set |
/// | `transports(grpc, http, ws, amqp)` | only these; all unless set |
/// | `unimplemented` | a method that an implementation leaves out answers `unimplemented`: a double for tests writes only what it needs |
/// | `supertraits` | the trait may have supertraits of yours, which you implement for the client too |
/// | `crate = "wire"` | the path to polywire, under the name that your crate knows it by; also `#[message(crate = "…")]` and `#[error(crate = "…")]` |
/// | `json(int64 = "number", case = "snake")` | how REST, WebSocket and AMQP write JSON; proto3's mapping unless set |
///
/// # Attributes of methods
/// Without any, a method is on every transport that can carry it.
///
/// | | |
/// |---|---|
/// | `#[http(GET "/books/{id}", body = "*", response_body = "field")]` | a route by google.api.http's rules, repeatable. PUT, POST and PATCH take the whole message as the body unless `body` says otherwise |
/// | `#[ws("/chat")]` | a WebSocket endpoint of the method's own |
/// | `#[amqp(rpc)]`, `task`, `event` | request and reply, work for one consumer, news for every group; a task or an event returns `Result<()>`. Also `queue = "…"`, `exchange = "…"`, `routing_key = "…"`, `retry(limit = 5, backoff = "1s..5m")` |
/// | `#[grpc(skip)]`, `http`, `ws`, `amqp` | not on this transport |
/// | `#[field]`, `#[field(as = "sint64")]` | what the method returns is a field of a message made around it, encoded so |
/// | `#[method(name = "GetURL")]` | the protobuf name; `GetUrl` of `get_url` unless set |
/// | `#[method(idle = "5m")]` | the longest wait for an item of a stream; none unless `Limits` says so |
/// | `#[method(request = "…", response = "…")]` | the names of the messages that are made for it; `GetUrlRequest` and `GetUrlResponse` unless set |
/// | `#[read]`, `#[idempotent]` | what a repeated call does: nothing at all, nothing more. Without them a unary method with a GET route is taken to read |
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
/// - A struct with named fields, or none, is a protobuf message. One with a single field without a name, `struct OrderId(i64)`, is
///   what it holds, wherever that may stand: in fields, lists and options, as the key of a map.
/// - An enum of unit variants is a protobuf enum. Variants are numbered from 1, and the schema gets `GENRE_UNSPECIFIED = 0`,
///   unless one of them is `= 0`. A number that is no variant's is an error, unless `#[unknown] Other(i32)` keeps it.
/// - An enum with data is a message with one `oneof`, called `kind` unless `#[message(oneof = "…")]` says otherwise: a member
///   for each variant. A unit variant is `google.protobuf.Empty`, one with named fields a message of its own, nested.
///
/// On the item: `#[message(package = "…", name = "…", reserved = "2, 9 to 11, isbn")]`. On fields, variants and the arguments of methods:
/// `#[field(3)]` is the number (by position unless set), `#[field(rename = "…")]` the name,
/// `#[field(as = "sint32" | "sint64" | "fixed32" | "fixed64" | "sfixed32" | "sfixed64")]` the encoding of integers (of a map `key = …` that
/// of its keys), `#[field(json = "…")]` the JSON name, `#[field(packed = false)]` a list whose numbers have a tag each, and
/// `#[field(deprecated)]` the same as `#[deprecated]`.
///
/// Constraints are checked on every wire, after a request is read and before the handler runs; of a value that is absent only `required`
/// asks. What breaks them is `invalid_argument` with every violation as a `google.rpc.BadRequest`. The `.proto` has each as protovalidate's
/// option of the same meaning, OpenAPI and AsyncAPI as keywords of JSON Schema on what is read:
///
/// | constraint | of | demands | protovalidate | JSON Schema |
/// |---|---|---|---|---|
/// | `min`, `max` | numbers | a bound; NaN is within none | `gte`, `lte` | `minimum`, `maximum` |
/// | `exclusive_min`, `exclusive_max` | numbers | the same, without the bound itself | `gt`, `lt` | `exclusiveMinimum`, `exclusiveMaximum` |
/// | `finite` | `f32`, `f64` | neither infinite nor NaN | `finite` | a number alone |
/// | `one_of = [1, 2]` | numbers, text | one of these | `in` | `enum` |
/// | `len = 3`, `len = 1..=9`, `min_len`, `max_len` | text | so many Unicode characters (code points) | `len`, `min_len`, `max_len` | `minLength`, `maxLength` |
/// | the same | bytes | so many bytes | the same | `pattern` of the base64 |
/// | `pattern` | text | a match somewhere (RE2 syntax; `\d`, `\w`, `\s`, `\b` are ASCII); anchor it with `^` and `$` | `pattern` | `pattern`, or a sentence where ECMA 262 has no such pattern |
/// | `prefix`, `suffix`, `contains` | text | this text | the same | `pattern` |
/// | `email`, `uuid`, `uri`, `hostname`, `ip`, `ipv4`, `ipv6` | text | the format; the empty text has none | the same | `format` |
/// | `defined` | enums with `#[unknown]` | a number that the enum has a name for | `defined_only` | `enum` |
/// | `items = 1..=50`, `unique`, `each(…)` | lists | so many elements, none twice, rules for each | `min_items`, `max_items`, `unique`, `items` | `minItems`, `maxItems`, `uniqueItems`, `items` |
/// | `pairs = 1..=50`, `keys(…)`, `values(…)` | maps | so many entries, rules for each key and value | `min_pairs`, `max_pairs`, `keys`, `values` | `minProperties`, `maxProperties`, `propertyNames`, `additionalProperties` |
/// | `min = "1.5s"`, `max`, `exclusive_min`, `exclusive_max` | spans of time | a bound: a decimal number of `ns`, `us`, `ms`, `s`, `m`, `h` or `d` | `duration.gte` … | a sentence |
/// | `min = "2026-01-02T03:04:05Z"`, `max`, `exclusive_min`, `exclusive_max` | points in time | a bound in RFC 3339 | `timestamp.gte` … | a sentence |
/// | `past`, `future`, `within = "1h"` | points in time | that it is, by the clock of who checks: before now, after, at most so far from it | `timestamp.lt_now`, `gt_now`, `within` | a sentence |
/// | `required` | `Option` | that it is there | `required` | `required` |
///
/// A range of whole numbers bounds their text too, as proto3 JSON reads both. What is absent is zero or empty, so `min = 1` on an `i32` asks
/// for the field; on an `Option` it does not.
///
/// - `#[field(default = 20)]`, or `#[field(default)]` for the default of the Rust type: what the field is when it does not arrive. It is
///   `optional` in the schema and always written, so that a zero that was meant arrives as zero.
/// - `#[example(7)]`, text or `true`; of a list its elements: a value that OpenAPI and AsyncAPI show.
/// - `#[field(skip)]`: not on any wire; `Default::default()` when the message is read. It does not count where fields are numbered by
///   position.
/// - `#[field(oneof)]`: an enum with data, or an `Option` of one, whose variants are fields of this message.
/// - `#[unknown_fields] rest: polywire::UnknownFields`: keeps fields that the type does not know, and writes them again.
#[proc_macro_derive(Message, attributes(message, field, unknown, unknown_fields, example))]
pub fn message(item: TokenStream) -> TokenStream {
    rust::message(item.into()).into()
}

/// Makes an enum a typed error of methods: the variant travels as a detail of the status, and arrives as itself.
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
/// Each variant names its code and its message, formatted as by `format!`. One variant, marked `transparent`, holds any other
/// status: a client gets these when the connection is lost, a deadline passes, or the server is newer. The derive also
/// implements `Display`, `std::error::Error`, and `From` between the enum and `Status`; numbers and names are given as
/// for an enum with data and `#[derive(Message)]`, and the `oneof` is called `error`.
#[proc_macro_derive(Error, attributes(message, field, error, example))]
pub fn error(item: TokenStream) -> TokenStream {
    rust::error(item.into()).into()
}
