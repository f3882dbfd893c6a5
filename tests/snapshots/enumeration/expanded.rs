//! An enum of unit variants gets the zero value that proto3 asks for.
use polywire::{Message, Result, service};
#[derive(Debug, Clone, Copy)]
pub enum Genre {
    Fiction,
    ScienceFiction,
    Poetry,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl __p::Enumeration for Genre {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Genre");
        const SCHEMA: &'static __p::model::Enum = &__p::model::Enum {
            name: <Self as __p::Enumeration>::NAME,
            docs: __p::Cow::Borrowed(""),
            values: __p::Cow::Borrowed(
                &[
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("GENRE_UNSPECIFIED"),
                        number: 0i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("GENRE_FICTION"),
                        number: 1i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("GENRE_SCIENCE_FICTION"),
                        number: 2i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("GENRE_POEMS"),
                        number: 7i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                ],
            ),
            reserved: __p::model::Reserved::NONE,
            others: __p::model::Others::Refused,
            zero: __p::model::Zero::Added,
            deprecated: false,
        };
        fn number(&self) -> i32 {
            match self {
                Self::Fiction => 1i32,
                Self::ScienceFiction => 2i32,
                Self::Poetry => 7i32,
            }
        }
        fn from_number(number: i32) -> ::core::option::Option<Self> {
            match number {
                1i32 => ::core::option::Option::Some(Self::Fiction),
                2i32 => ::core::option::Option::Some(Self::ScienceFiction),
                7i32 => ::core::option::Option::Some(Self::Poetry),
                _ => ::core::option::Option::None,
            }
        }
    }
    #[automatically_derived]
    impl __p::Value for Genre {
        const ELEMENT: __p::model::Element = __p::model::Element::Enum(
            <Self as __p::Enumeration>::NAME,
        );
        const WIRE: __p::Wire = __p::Wire::Varint;
        fn register(definitions: &mut __p::model::Definitions) {
            __p::enumeration::register::<Self>(definitions)
        }
        fn is_default(&self) -> bool {
            __p::Enumeration::number(self) == 0
        }
        fn len(&self) -> usize {
            __p::enumeration::len(self)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            __p::enumeration::put(self, out)
        }
        fn take(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            __p::enumeration::take(input)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            __p::enumeration::take_known(input)
        }
        fn merge(
            earlier: Self,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            __p::enumeration::merge(earlier, input)
        }
        fn absent() -> ::core::option::Option<Self> {
            <Self as __p::Enumeration>::from_number(0)
        }
        const CHECKED: bool = true;
        fn given(&self) -> __p::Given<'_> {
            __p::enumeration::given(self)
        }
        fn to_json<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::enumeration::to_json(self, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::enumeration::from_json(input)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            __p::enumeration::from_json_known(input)
        }
    }
    #[automatically_derived]
    impl __p::Element for Genre {}
    #[automatically_derived]
    impl __p::serde::Serialize for Genre {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::enumeration::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Genre {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::enumeration::from_json(input)
        }
    }
};
pub struct Book {
    pub genre: Genre,
    pub others: Vec<Genre>,
    pub main: Option<Genre>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Book0 = Vec<Genre>;
    type __Book1 = Option<Genre>;
    pub struct __Slots {
        genre: <Genre as __p::Field>::Slot,
        others: <__Book0 as __p::Field>::Slot,
        main: <__Book1 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                genre: <<Genre as __p::Field>::Slot as ::core::default::Default>::default(),
                others: <<__Book0 as __p::Field>::Slot as ::core::default::Default>::default(),
                main: <<__Book1 as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("genre"),
                        json: __p::Cow::Borrowed("genre"),
                        number: 1,
                        ty: <Genre as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("others"),
                        json: __p::Cow::Borrowed("others"),
                        number: 2,
                        ty: <__Book0 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("main"),
                        json: __p::Cow::Borrowed("main"),
                        number: 3,
                        ty: <__Book1 as __p::Field>::TYPE,
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
            <Genre as __p::Field>::register(definitions);
            <__Book0 as __p::Field>::register(definitions);
            <__Book1 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Genre as __p::Field>::field_len(&self.genre, 1)
                + <__Book0 as __p::Field>::field_len(&self.others, 2)
                + <__Book1 as __p::Field>::field_len(&self.main, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Genre as __p::Field>::put_field(&self.genre, 1, out);
            <__Book0 as __p::Field>::put_field(&self.others, 2, out);
            <__Book1 as __p::Field>::put_field(&self.main, 3, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <Genre as __p::Field>::merge_field(&mut slots.genre, wire, input),
                2 => <__Book0 as __p::Field>::merge_field(&mut slots.others, wire, input),
                3 => <__Book1 as __p::Field>::merge_field(&mut slots.main, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Genre as __p::Field>::write_field(&self.genre, out, "genre", "genre")?;
            <__Book0 as __p::Field>::write_field(&self.others, out, "others", "others")?;
            <__Book1 as __p::Field>::write_field(&self.main, out, "main", "main")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <Genre as __p::Field>::merge_field_json(&mut slots.genre, value),
                1 => <__Book0 as __p::Field>::merge_field_json(&mut slots.others, value),
                2 => <__Book1 as __p::Field>::merge_field_json(&mut slots.main, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                genre: <Genre as __p::Field>::finish(slots.genre, "genre")?,
                others: <__Book0 as __p::Field>::finish(slots.others, "others")?,
                main: <__Book1 as __p::Field>::finish(slots.main, "main")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    0,
                );
                <Genre as __p::Field>::check_field(&self.genre, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    1,
                );
                <__Book0 as __p::Field>::check_field(&self.others, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    2,
                );
                <__Book1 as __p::Field>::check_field(&self.main, &__RULES, __check);
            }
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
    ) -> impl ::core::future::Future<Output = Result<Book>> + ::core::marker::Send;
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
                        output: __p::Sure::<Book>::NAME,
                        error: <Result<Book> as __p::Plain>::ERROR,
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
            __p::Sure::<Book>::register(definitions);
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
                (Book, Book, <Result<Book> as __p::Fallible>::Error),
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
        async fn put_book(&self, book: Book) -> Result<Book> {
            __p::Sure::<
                (Book, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_BOOK, __p::Context::current(), book)
                .await
        }
    }
};
