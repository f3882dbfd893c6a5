//! The output of the macros, written by hand: the contract between generated code and the runtime.
#![allow(clippy::expect_used, clippy::identity_op)]

use polywire::{Context, Result, Status, Streaming};

// ---- the user's code: #[derive(Message)] ----
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub id: i32,
    pub title: String,
    pub tags: Vec<String>,
}

// ---- #[derive(Message)] expands to ----
const _: () = {
    use ::polywire::private as __p;

    #[derive(Default)]
    pub struct __Slots {
        id: <i32 as __p::Field>::Slot,
        title: <String as __p::Field>::Slot,
        tags: <Vec<String> as __p::Field>::Slot,
    }

    impl ::polywire::Message for Book {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Book");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: Self::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(&[
                __p::model::Field {
                    name: __p::Cow::Borrowed("id"),
                    json: __p::Cow::Borrowed("id"),
                    number: 1,
                    ty: <i32 as __p::Field>::TYPE,
                    unpacked: false,
                    docs: __p::Cow::Borrowed(""),
                    deprecated: false,
                    examples: __p::Cow::Borrowed(&[]),
                    oneof: None,
                    constraints: __p::Cow::Borrowed(&[]),
                    failure: None,
                    default: None,
                    json_written: false,
                },
                __p::model::Field {
                    name: __p::Cow::Borrowed("title"),
                    json: __p::Cow::Borrowed("title"),
                    number: 2,
                    ty: <String as __p::Field>::TYPE,
                    unpacked: false,
                    docs: __p::Cow::Borrowed(""),
                    deprecated: false,
                    examples: __p::Cow::Borrowed(&[]),
                    oneof: None,
                    constraints: __p::Cow::Borrowed(&[]),
                    failure: None,
                    default: None,
                    json_written: false,
                },
                __p::model::Field {
                    name: __p::Cow::Borrowed("tags"),
                    json: __p::Cow::Borrowed("tags"),
                    number: 3,
                    ty: <Vec<String> as __p::Field>::TYPE,
                    unpacked: false,
                    docs: __p::Cow::Borrowed(""),
                    deprecated: false,
                    examples: __p::Cow::Borrowed(&[]),
                    oneof: None,
                    constraints: __p::Cow::Borrowed(&[]),
                    failure: None,
                    default: None,
                    json_written: false,
                },
            ]),
            oneof: ::core::option::Option::None,
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        type Slots = __Slots;

        fn register_fields(definitions: &mut __p::model::Definitions) {
            <i32 as __p::Field>::register(definitions);
            <String as __p::Field>::register(definitions);
            <Vec<String> as __p::Field>::register(definitions);
        }
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(&self.id, 1)
                + <String as __p::Field>::field_len(&self.title, 2)
                + <Vec<String> as __p::Field>::field_len(&self.tags, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(&self.id, 1, out);
            <String as __p::Field>::put_field(&self.title, 2, out);
            <Vec<String> as __p::Field>::put_field(&self.tags, 3, out);
        }
        fn merge_field(
            slots: &mut __Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => <String as __p::Field>::merge_field(&mut slots.title, wire, input),
                3 => <Vec<String> as __p::Field>::merge_field(&mut slots.tags, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut S,
        ) -> ::core::result::Result<(), S::Error> {
            <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <String as __p::Field>::write_field(&self.title, out, "title", "title")?;
            <Vec<String> as __p::Field>::write_field(&self.tags, out, "tags", "tags")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, D: __p::serde::Deserializer<'de>>(
            slots: &mut __Slots,
            index: usize,
            value: D,
        ) -> ::core::result::Result<(), D::Error> {
            match index {
                0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <String as __p::Field>::merge_field_json(&mut slots.title, value),
                _ => <Vec<String> as __p::Field>::merge_field_json(&mut slots.tags, value),
            }
        }
        fn finish(slots: __Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <i32 as __p::Field>::finish(slots.id, "id")?,
                title: <String as __p::Field>::finish(slots.title, "title")?,
                tags: <Vec<String> as __p::Field>::finish(slots.tags, "tags")?,
            })
        }
    }

    impl __p::serde::Serialize for Book {
        fn serialize<S: __p::serde::Serializer>(&self, out: S) -> ::core::result::Result<S::Ok, S::Error> {
            __p::write_message(self, out)
        }
    }
    impl<'de> __p::serde::Deserialize<'de> for Book {
        fn deserialize<D: __p::serde::Deserializer<'de>>(input: D) -> ::core::result::Result<Self, D::Error> {
            __p::read_message(input)
        }
    }
};

// ---- #[service(package = "books.v1")] re-emits the trait with `async fn` opened up ----
pub trait BookService: Send + Sync + 'static {
    fn put_book(&self, book: Book) -> impl Future<Output = Result<Book>> + Send;
    fn watch(&self, cx: Context, book: Book) -> impl Future<Output = Result<Streaming<Book>>> + Send;
    fn chat(&self, messages: Streaming<Book>) -> impl Future<Output = Result<Streaming<Book>>> + Send;
}

// ---- and expands to ----
/// Serves a [`BookService`] on every transport.
#[derive(Debug)]
pub struct BookServiceServer<S>(::std::sync::Arc<S>);

/// Calls a [`BookService`] over any transport; it implements the trait.
#[derive(Debug, Clone)]
pub struct BookServiceClient(::polywire::Caller);

const _: () = {
    use ::polywire::private as __p;

    static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("books.v1"),
            name: __p::Cow::Borrowed("BookService"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(&[
                __p::model::Method {
                    name: __p::Cow::Borrowed("PutBook"),
                    docs: __p::Cow::Borrowed(""),
                    shape: __p::model::Shape::Unary,
                    input: <Book as ::polywire::Message>::NAME,
                    output: <Book as ::polywire::Message>::NAME,
                    error: ::core::option::Option::None,
                    idempotency: __p::model::Idempotency::Unknown,
                    deprecated: false,
                },
                __p::model::Method {
                    name: __p::Cow::Borrowed("Watch"),
                    docs: __p::Cow::Borrowed(""),
                    shape: __p::model::Shape::ServerStream,
                    input: <Book as ::polywire::Message>::NAME,
                    output: <Book as ::polywire::Message>::NAME,
                    error: ::core::option::Option::None,
                    idempotency: __p::model::Idempotency::Unknown,
                    deprecated: false,
                },
                __p::model::Method {
                    name: __p::Cow::Borrowed("Chat"),
                    docs: __p::Cow::Borrowed(""),
                    shape: __p::model::Shape::Bidi,
                    input: <Book as ::polywire::Message>::NAME,
                    output: <Book as ::polywire::Message>::NAME,
                    error: ::core::option::Option::None,
                    idempotency: __p::model::Idempotency::Unknown,
                    deprecated: false,
                },
            ]),
            json: __p::model::JsonStyle::CANONICAL,
            deprecated: false,
        },
        methods: &[&PUT_BOOK, &WATCH, &CHAT],
        register: |definitions| {
            <Book as __p::Value>::register(definitions);
        },
    };
    static PUT_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.BookService/PutBook",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan { rules: __p::Cow::Borrowed(&[]) }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::None,
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    static WATCH: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.BookService/Watch",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::None,
            ws: ::core::option::Option::None,
            amqp: ::core::option::Option::None,
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    static CHAT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/books.v1.BookService/Chat",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::None,
            ws: ::core::option::Option::None,
            amqp: ::core::option::Option::None,
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };

    impl<S: BookService> BookServiceServer<S> {
        /// Serves `service`.
        pub fn new(service: S) -> Self {
            Self(::std::sync::Arc::new(service))
        }
        /// The `.proto` file of this service.
        pub fn proto() -> ::std::string::String {
            __SPEC.proto()
        }
    }
    impl<S: BookService> __p::Service for BookServiceServer<S> {
        fn spec(&self) -> &'static __p::ServiceSpec {
            &__SPEC
        }
        fn routes(self) -> ::std::vec::Vec<__p::Route> {
            let mut mount = __p::Mount::new(self.0);
            mount.unary(&PUT_BOOK, |s, _cx, req: Book| async move { BookService::put_book(&*s, req).await });
            mount.server_stream(
                &WATCH,
                |s, cx, req: Book| async move { BookService::watch(&*s, cx, req).await },
            );
            mount.bidi(&CHAT, |s, _cx, messages| async move { BookService::chat(&*s, messages).await });
            mount.finish()
        }
    }
    impl BookServiceClient {
        /// Connects to the service at this URL.
        pub async fn connect(
            endpoint: impl ::core::convert::Into<::polywire::Endpoint>,
        ) -> ::polywire::Result<Self> {
            ::polywire::Caller::connect(endpoint.into()).await.map(Self)
        }
        /// Calls `service` in process.
        pub fn local(service: impl BookService) -> Self {
            Self(::polywire::Caller::new(__p::local(BookServiceServer::new(service))))
        }
    }
    impl BookService for BookServiceClient {
        async fn put_book(&self, book: Book) -> Result<Book> {
            self.0.unary(&PUT_BOOK, Context::current(), book).await
        }
        async fn watch(&self, cx: Context, book: Book) -> Result<Streaming<Book>> {
            self.0.server_stream(&WATCH, cx, book).await
        }
        async fn chat(&self, messages: Streaming<Book>) -> Result<Streaming<Book>> {
            self.0.bidi(&CHAT, Context::current(), messages).await
        }
    }
};

// ---- the user's code ----
struct Shelf;

impl BookService for Shelf {
    async fn put_book(&self, book: Book) -> Result<Book> {
        match book.id {
            13 => Err(Status::not_found("no book 13")),
            14 => panic!("fourteen"),
            _ => Ok(book),
        }
    }
    async fn watch(&self, _: Context, book: Book) -> Result<Streaming<Book>> {
        Ok(Streaming::from_items((0..book.id).map(move |id| Book { id, ..book.clone() })))
    }
    async fn chat(&self, messages: Streaming<Book>) -> Result<Streaming<Book>> {
        Ok(messages.map(|book| Book { title: format!("Echo: {}", book.title), ..book }))
    }
}

fn book(id: i32) -> Book {
    Book { id, title: "Django".to_owned(), tags: vec!["web".to_owned()] }
}

async fn exercise(books: &impl BookService) {
    assert_eq!(books.put_book(book(7)).await, Ok(book(7)));
    assert_eq!(books.put_book(book(13)).await, Err(Status::not_found("no book 13")));
    let stream = books.watch(Context::new(), book(3)).await.expect("a stream");
    assert_eq!(stream.collect().await.map(|books| books.len()), Ok(3));
    let replies = books.chat(Streaming::from_items([book(1), book(2)])).await.expect("a stream");
    assert_eq!(replies.collect().await.expect("replies")[1].title, "Echo: Django");
}

#[tokio::test]
async fn a_client_and_the_implementation_are_interchangeable() {
    exercise(&Shelf).await;
    exercise(&BookServiceClient::local(Shelf)).await;
}

#[tokio::test]
async fn a_panic_is_internal_and_opaque() {
    let status = BookServiceClient::local(Shelf).put_book(book(14)).await.expect_err("a status");
    assert_eq!(status, Status::internal("internal error"));
}

#[test]
fn json_is_canonical_and_reads_back() {
    let text = serde_json::to_string(&book(7)).expect("JSON");
    assert_eq!(text, r#"{"id":7,"title":"Django","tags":["web"]}"#);
    assert_eq!(serde_json::from_str::<Book>(&text).expect("a book"), book(7));
    let twice = serde_json::from_str::<Book>(r#"{"id":7,"id":8}"#).expect_err("a duplicate");
    assert!(twice.to_string().contains("duplicate field `id`"), "{twice}");
}

#[test]
fn the_proto_is_the_service_and_its_messages() {
    assert_eq!(
        BookServiceServer::<Shelf>::proto(),
        "syntax = \"proto3\";\n\npackage books.v1;\n\nservice BookService {\n  rpc PutBook(Book) returns (Book);\n  \
         rpc Watch(Book) returns (stream Book);\n  rpc Chat(stream Book) returns (stream Book);\n}\n\n\
         message Book {\n  int32 id = 1;\n  string title = 2;\n  repeated string tags = 3;\n}\n"
    );
}
