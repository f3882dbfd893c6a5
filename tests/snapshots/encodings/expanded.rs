//! Integers in the other encodings of protobuf.
use polywire::{Message, Result, service};
use std::collections::BTreeMap;
pub struct Book {
    pub a: i32,
    pub b: Option<i64>,
    pub c: Vec<u32>,
    pub d: BTreeMap<String, u64>,
    pub e: i32,
    pub f: i64,
    pub g: i64,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        a: <i32 as __p::Field<{ __p::ZIGZAG }>>::Slot,
        b: <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::Slot,
        c: <Vec<u32> as __p::Field<{ __p::FIXED }>>::Slot,
        d: <BTreeMap<String, u64> as __p::Field<{ __p::FIXED }>>::Slot,
        e: <i32 as __p::Field<{ __p::FIXED }>>::Slot,
        f: <i64 as __p::Field<{ __p::FIXED }>>::Slot,
        g: <i64 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                a: <<i32 as __p::Field<
                    { __p::ZIGZAG },
                >>::Slot as ::core::default::Default>::default(),
                b: <<Option<
                    i64,
                > as __p::Field<
                    { __p::ZIGZAG },
                >>::Slot as ::core::default::Default>::default(),
                c: <<Vec<
                    u32,
                > as __p::Field<
                    { __p::FIXED },
                >>::Slot as ::core::default::Default>::default(),
                d: <<BTreeMap<
                    String,
                    u64,
                > as __p::Field<
                    { __p::FIXED },
                >>::Slot as ::core::default::Default>::default(),
                e: <<i32 as __p::Field<
                    { __p::FIXED },
                >>::Slot as ::core::default::Default>::default(),
                f: <<i64 as __p::Field<
                    { __p::FIXED },
                >>::Slot as ::core::default::Default>::default(),
                g: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Book {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Book");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("a"),
                        json: __p::Cow::Borrowed("a"),
                        number: 1,
                        ty: <i32 as __p::Field<{ __p::ZIGZAG }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("b"),
                        json: __p::Cow::Borrowed("b"),
                        number: 2,
                        ty: <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("c"),
                        json: __p::Cow::Borrowed("c"),
                        number: 3,
                        ty: <Vec<u32> as __p::Field<{ __p::FIXED }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("d"),
                        json: __p::Cow::Borrowed("d"),
                        number: 4,
                        ty: <BTreeMap<String, u64> as __p::Field<{ __p::FIXED }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("e"),
                        json: __p::Cow::Borrowed("e"),
                        number: 5,
                        ty: <i32 as __p::Field<{ __p::FIXED }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("f"),
                        json: __p::Cow::Borrowed("f"),
                        number: 6,
                        ty: <i64 as __p::Field<{ __p::FIXED }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("g"),
                        json: __p::Cow::Borrowed("g"),
                        number: 7,
                        ty: <i64 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                ],
            ),
            oneof: ::core::option::Option::None,
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <i32 as __p::Field<{ __p::ZIGZAG }>>::register(definitions);
            <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::register(definitions);
            <Vec<u32> as __p::Field<{ __p::FIXED }>>::register(definitions);
            <BTreeMap<String, u64> as __p::Field<{ __p::FIXED }>>::register(definitions);
            <i32 as __p::Field<{ __p::FIXED }>>::register(definitions);
            <i64 as __p::Field<{ __p::FIXED }>>::register(definitions);
            <i64 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field<{ __p::ZIGZAG }>>::field_len(&self.a, 1)
                + <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::field_len(&self.b, 2)
                + <Vec<u32> as __p::Field<{ __p::FIXED }>>::field_len(&self.c, 3)
                + <BTreeMap<
                    String,
                    u64,
                > as __p::Field<{ __p::FIXED }>>::field_len(&self.d, 4)
                + <i32 as __p::Field<{ __p::FIXED }>>::field_len(&self.e, 5)
                + <i64 as __p::Field<{ __p::FIXED }>>::field_len(&self.f, 6)
                + <i64 as __p::Field>::field_len(&self.g, 7)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field<{ __p::ZIGZAG }>>::put_field(&self.a, 1, out);
            <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::put_field(&self.b, 2, out);
            <Vec<u32> as __p::Field<{ __p::FIXED }>>::put_field(&self.c, 3, out);
            <BTreeMap<
                String,
                u64,
            > as __p::Field<{ __p::FIXED }>>::put_field(&self.d, 4, out);
            <i32 as __p::Field<{ __p::FIXED }>>::put_field(&self.e, 5, out);
            <i64 as __p::Field<{ __p::FIXED }>>::put_field(&self.f, 6, out);
            <i64 as __p::Field>::put_field(&self.g, 7, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => {
                    <i32 as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field(&mut slots.a, wire, input)
                }
                2 => {
                    <Option<
                        i64,
                    > as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field(&mut slots.b, wire, input)
                }
                3 => {
                    <Vec<
                        u32,
                    > as __p::Field<
                        { __p::FIXED },
                    >>::merge_field(&mut slots.c, wire, input)
                }
                4 => {
                    <BTreeMap<
                        String,
                        u64,
                    > as __p::Field<
                        { __p::FIXED },
                    >>::merge_field(&mut slots.d, wire, input)
                }
                5 => {
                    <i32 as __p::Field<
                        { __p::FIXED },
                    >>::merge_field(&mut slots.e, wire, input)
                }
                6 => {
                    <i64 as __p::Field<
                        { __p::FIXED },
                    >>::merge_field(&mut slots.f, wire, input)
                }
                7 => <i64 as __p::Field>::merge_field(&mut slots.g, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field<{ __p::ZIGZAG }>>::write_field(&self.a, out, "a", "a")?;
            <Option<
                i64,
            > as __p::Field<{ __p::ZIGZAG }>>::write_field(&self.b, out, "b", "b")?;
            <Vec<
                u32,
            > as __p::Field<{ __p::FIXED }>>::write_field(&self.c, out, "c", "c")?;
            <BTreeMap<
                String,
                u64,
            > as __p::Field<{ __p::FIXED }>>::write_field(&self.d, out, "d", "d")?;
            <i32 as __p::Field<{ __p::FIXED }>>::write_field(&self.e, out, "e", "e")?;
            <i64 as __p::Field<{ __p::FIXED }>>::write_field(&self.f, out, "f", "f")?;
            <i64 as __p::Field>::write_field(&self.g, out, "g", "g")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => {
                    <i32 as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field_json(&mut slots.a, value)
                }
                1 => {
                    <Option<
                        i64,
                    > as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field_json(&mut slots.b, value)
                }
                2 => {
                    <Vec<
                        u32,
                    > as __p::Field<
                        { __p::FIXED },
                    >>::merge_field_json(&mut slots.c, value)
                }
                3 => {
                    <BTreeMap<
                        String,
                        u64,
                    > as __p::Field<
                        { __p::FIXED },
                    >>::merge_field_json(&mut slots.d, value)
                }
                4 => {
                    <i32 as __p::Field<
                        { __p::FIXED },
                    >>::merge_field_json(&mut slots.e, value)
                }
                5 => {
                    <i64 as __p::Field<
                        { __p::FIXED },
                    >>::merge_field_json(&mut slots.f, value)
                }
                6 => <i64 as __p::Field>::merge_field_json(&mut slots.g, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                a: <i32 as __p::Field<{ __p::ZIGZAG }>>::finish(slots.a, "a")?,
                b: <Option<i64> as __p::Field<{ __p::ZIGZAG }>>::finish(slots.b, "b")?,
                c: <Vec<u32> as __p::Field<{ __p::FIXED }>>::finish(slots.c, "c")?,
                d: <BTreeMap<
                    String,
                    u64,
                > as __p::Field<{ __p::FIXED }>>::finish(slots.d, "d")?,
                e: <i32 as __p::Field<{ __p::FIXED }>>::finish(slots.e, "e")?,
                f: <i64 as __p::Field<{ __p::FIXED }>>::finish(slots.f, "f")?,
                g: <i64 as __p::Field>::finish(slots.g, "g")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Book {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Book {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn put_book(
        &self,
        book: Book,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
}
///Serves a [`Books`] on every transport: `polywire::Server::new().service(BooksServer::new(…))`.
pub struct BooksServer<S>(::std::sync::Arc<S>);
///Calls a [`Books`] over any transport, chosen by URL; it implements the trait.
#[derive(Debug, Clone)]
pub struct BooksClient(::polywire::Caller);
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    use __p::{Unsure as _, UnsureMethod as _};
    static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("books.v1"),
            name: __p::Cow::Borrowed("Books"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(
                &[
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PutBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Book as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <Result<()> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                ],
            ),
            json: __p::model::JsonStyle {
                int64: __p::model::JsonInt64::String,
                case: __p::model::JsonCase::Camel,
            },
            deprecated: false,
        },
        methods: &[&PUT_BOOK],
        register: |definitions| {
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<()>::register(definitions);
        },
    };
    static PUT_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/PutBook",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Rpc,
                queue: ::core::option::Option::None,
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry::DEFAULT,
                load: __p::transport::amqp::Load::DEFAULT,
                order: ::core::option::Option::None,
                batch: ::core::option::Option::None,
                schedule: ::core::option::Option::None,
                foreign: ::core::option::Option::None,
            }),
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    impl<__S> BooksServer<__S> {
        /// Serves `service`.
        pub fn new(service: __S) -> Self {
            Self(::std::sync::Arc::new(service))
        }
        /// Serves a service that is used elsewhere too.
        pub fn from_arc(service: ::std::sync::Arc<__S>) -> Self {
            Self(service)
        }
    }
    impl<__S: Books> BooksServer<__S> {
        /// The static description of the service.
        pub fn spec() -> &'static __p::ServiceSpec {
            &__SPEC
        }
        /// The `.proto` file of the service.
        pub fn proto() -> ::std::string::String {
            Self::spec().proto()
        }
    }
    impl<__S> ::core::clone::Clone for BooksServer<__S> {
        fn clone(&self) -> Self {
            Self(::std::sync::Arc::clone(&self.0))
        }
    }
    impl<__S> ::core::fmt::Debug for BooksServer<__S> {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.write_str(::core::stringify!(BooksServer))
        }
    }
    impl<__S: Books> __p::Service for BooksServer<__S> {
        fn spec(&self) -> &'static __p::ServiceSpec {
            &__SPEC
        }
        fn routes(self) -> ::std::vec::Vec<__p::Route> {
            #[allow(unused_mut)]
            let mut mount = __p::Mount::new(self.0);
            __p::Sure::<
                (Book, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT_BOOK,
                |s, _cx, req| async move { Books::put_book(&*s, req).await },
            );
            mount.finish()
        }
    }
    impl BooksClient {
        /// Connects by URL: `grpc://`, `http://`, `ws://`, `amqp://`, `memory:`.
        ///
        /// # Errors
        /// When no transport takes the URL, or nobody answers.
        pub async fn connect(
            endpoint: impl ::core::convert::Into<__p::Endpoint>,
        ) -> __p::Result<Self> {
            __p::Caller::connect(endpoint.into()).await.map(Self)
        }
        /// Calls `service` in process.
        pub fn local(service: impl Books) -> Self {
            Self(__p::Caller::new(__p::local(BooksServer::new(service))))
        }
        /// Calls through `caller`, which several clients may share.
        pub fn from_caller(caller: __p::Caller) -> Self {
            Self(caller)
        }
        /// Puts an interceptor around every call, inside those that are there.
        #[must_use]
        pub fn with_interceptor(self, interceptor: impl __p::Interceptor) -> Self {
            Self(self.0.with_interceptor(interceptor))
        }
        /// Every call ends after `timeout`, unless its context says earlier.
        #[must_use]
        pub fn with_timeout(self, timeout: ::core::time::Duration) -> Self {
            Self(self.0.with_timeout(timeout))
        }
        /// Requests that break a constraint of their fields are refused here, and not sent.
        #[must_use]
        pub fn validating(self) -> Self {
            Self(self.0.validating())
        }
        /// Tasks and events over AMQP do not run before a time. Other calls are refused.
        #[must_use]
        pub fn with(&self, delay: __p::Delay) -> Self {
            Self(self.0.with(delay))
        }
        /// Every call carries this metadata.
        #[must_use]
        pub fn with_metadata(self, metadata: __p::Metadata) -> Self {
            Self(self.0.with_metadata(metadata))
        }
    }
    impl ::core::convert::AsRef<__p::Caller> for BooksClient {
        fn as_ref(&self) -> &__p::Caller {
            &self.0
        }
    }
    impl BooksClient {
        ///The method `put_book`, with the types of its arguments.
        pub const PUT_BOOK: __p::TypedMethod<Book> = __p::TypedMethod::new(
            &PUT_BOOK,
            |input| __p::Sure::<Book>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn put_book(&self, book: Book) -> Result<()> {
            __p::Sure::<
                (Book, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_BOOK, __p::Context::current(), book)
                .await
        }
    }
};
