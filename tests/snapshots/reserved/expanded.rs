//! Numbers and names that must not be used again; a GET that does not claim to only read.
use polywire::{Message, Result, service};
pub struct Book {
    pub id: i32,
    pub genre: Genre,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        id: <i32 as __p::Field>::Slot,
        genre: <Genre as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                genre: <<Genre as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("id"),
                        json: __p::Cow::Borrowed("id"),
                        number: 1,
                        ty: <i32 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("genre"),
                        json: __p::Cow::Borrowed("genre"),
                        number: 3,
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
                ],
            ),
            oneof: ::core::option::Option::None,
            reserved: __p::model::Reserved {
                numbers: __p::Cow::Borrowed(&[(2, 2), (9, 11), (5000, 536870911)]),
                names: __p::Cow::Borrowed(
                    &[__p::Cow::Borrowed("isbn"), __p::Cow::Borrowed("shelf_mark")],
                ),
            },
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <i32 as __p::Field>::register(definitions);
            <Genre as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(&self.id, 1)
                + <Genre as __p::Field>::field_len(&self.genre, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(&self.id, 1, out);
            <Genre as __p::Field>::put_field(&self.genre, 3, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                3 => <Genre as __p::Field>::merge_field(&mut slots.genre, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <Genre as __p::Field>::write_field(&self.genre, out, "genre", "genre")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <Genre as __p::Field>::merge_field_json(&mut slots.genre, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <i32 as __p::Field>::finish(slots.id, "id")?,
                genre: <Genre as __p::Field>::finish(slots.genre, "genre")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    1,
                );
                <Genre as __p::Field>::check_field(&self.genre, &__RULES, __check);
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
pub enum Genre {
    Fiction,
    Other(i32),
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
                ],
            ),
            reserved: __p::model::Reserved {
                numbers: __p::Cow::Borrowed(&[(-3, -1), (7, 2147483647)]),
                names: __p::Cow::Borrowed(&[__p::Cow::Borrowed("GENRE_CRIME")]),
            },
            others: __p::model::Others::Kept,
            zero: __p::model::Zero::Added,
            deprecated: false,
        };
        fn number(&self) -> i32 {
            match self {
                Self::Fiction => 1i32,
                Self::Other(number) => *number,
            }
        }
        fn from_number(number: i32) -> ::core::option::Option<Self> {
            match number {
                1i32 => ::core::option::Option::Some(Self::Fiction),
                _ => ::core::option::Option::Some(Self::Other(number)),
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn take_book(
        &self,
        id: i32,
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
    struct TakeBookRequest {
        id: i32,
    }
    const _: () = {
        pub struct __Slots {
            id: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for TakeBookRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "TakeBookRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("id"),
                            json: __p::Cow::Borrowed("id"),
                            number: 1,
                            ty: <i32 as __p::Field>::TYPE,
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
                <i32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <i32 as __p::Field>::finish(slots.id, "id")?,
                })
            }
        }
    };
    static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("books.v1"),
            name: __p::Cow::Borrowed("Books"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(
                &[
                    __p::model::Method {
                        name: __p::Cow::Borrowed("TakeBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <TakeBookRequest as __p::Request>::NAME,
                        output: <Book as __p::Response>::NAME,
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
        methods: &[&TAKE_BOOK],
        register: |definitions| {
            __p::Sure::<TakeBookRequest>::register(definitions);
            __p::Sure::<Book>::register(definitions);
        },
    };
    static TAKE_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/TakeBook",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(
                    &[
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Get,
                            path: __p::transport::http::Template {
                                segments: __p::Cow::Borrowed(
                                    &[
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("books"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("id"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Any],
                                            ),
                                        },
                                    ],
                                ),
                                verb: ::core::option::Option::None,
                            },
                            body: __p::transport::http::Body::None,
                            response_body: ::core::option::Option::None,
                        },
                    ],
                ),
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
                (TakeBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &TAKE_BOOK,
                |s, _cx, req| async move { Books::take_book(&*s, req.id).await },
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
        ///The method `take_book`, with the types of its arguments.
        pub const TAKE_BOOK: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &TAKE_BOOK,
            |input| __p::Sure::<TakeBookRequest>::read(input).map(|req| req.id),
        );
    }
    impl Books for BooksClient {
        async fn take_book(&self, id: i32) -> Result<Book> {
            __p::Sure::<
                (TakeBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &TAKE_BOOK,
                    __p::Context::current(),
                    TakeBookRequest { id },
                )
                .await
        }
    }
};
