//! Numbers and names that are given; names that Rust keeps for itself.
use polywire::{Message, Result, service};
pub struct Book {
    pub id: i32,
    pub title: String,
    pub r#type: i32,
    pub r#in: i32,
    pub two_words: i32,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        id: <i32 as __p::Field>::Slot,
        title: <String as __p::Field>::Slot,
        r#type: <i32 as __p::Field>::Slot,
        r#in: <i32 as __p::Field>::Slot,
        two_words: <i32 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                title: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                r#type: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                r#in: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                two_words: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        number: 3,
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
                        name: __p::Cow::Borrowed("heading"),
                        json: __p::Cow::Borrowed("heading"),
                        number: 2,
                        ty: <String as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("kind"),
                        json: __p::Cow::Borrowed("kind"),
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
                        name: __p::Cow::Borrowed("in"),
                        json: __p::Cow::Borrowed("in"),
                        number: 4,
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
                        name: __p::Cow::Borrowed("two_words"),
                        json: __p::Cow::Borrowed("twoWords"),
                        number: 5,
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
            <String as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(&self.id, 3)
                + <String as __p::Field>::field_len(&self.title, 2)
                + <i32 as __p::Field>::field_len(&self.r#type, 1)
                + <i32 as __p::Field>::field_len(&self.r#in, 4)
                + <i32 as __p::Field>::field_len(&self.two_words, 5)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(&self.id, 3, out);
            <String as __p::Field>::put_field(&self.title, 2, out);
            <i32 as __p::Field>::put_field(&self.r#type, 1, out);
            <i32 as __p::Field>::put_field(&self.r#in, 4, out);
            <i32 as __p::Field>::put_field(&self.two_words, 5, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                3 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => <String as __p::Field>::merge_field(&mut slots.title, wire, input),
                1 => <i32 as __p::Field>::merge_field(&mut slots.r#type, wire, input),
                4 => <i32 as __p::Field>::merge_field(&mut slots.r#in, wire, input),
                5 => <i32 as __p::Field>::merge_field(&mut slots.two_words, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <String as __p::Field>::write_field(&self.title, out, "heading", "heading")?;
            <i32 as __p::Field>::write_field(&self.r#type, out, "kind", "kind")?;
            <i32 as __p::Field>::write_field(&self.r#in, out, "in", "in")?;
            <i32 as __p::Field>::write_field(
                &self.two_words,
                out,
                "twoWords",
                "two_words",
            )?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <String as __p::Field>::merge_field_json(&mut slots.title, value),
                2 => <i32 as __p::Field>::merge_field_json(&mut slots.r#type, value),
                3 => <i32 as __p::Field>::merge_field_json(&mut slots.r#in, value),
                4 => <i32 as __p::Field>::merge_field_json(&mut slots.two_words, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <i32 as __p::Field>::finish(slots.id, "id")?,
                title: <String as __p::Field>::finish(slots.title, "heading")?,
                r#type: <i32 as __p::Field>::finish(slots.r#type, "kind")?,
                r#in: <i32 as __p::Field>::finish(slots.r#in, "in")?,
                two_words: <i32 as __p::Field>::finish(slots.two_words, "two_words")?,
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
    fn r#move(
        &self,
        from: i32,
        r#type: i32,
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
    struct MoveRequest {
        from: i32,
        r#type: i32,
    }
    const _: () = {
        pub struct __Slots {
            from: <i32 as __p::Field>::Slot,
            r#type: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    from: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    r#type: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for MoveRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "MoveRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("from"),
                            json: __p::Cow::Borrowed("from"),
                            number: 2,
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
                            name: __p::Cow::Borrowed("type"),
                            json: __p::Cow::Borrowed("type"),
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
                <i32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.from, 2)
                    + <i32 as __p::Field>::field_len(&self.r#type, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.from, 2, out);
                <i32 as __p::Field>::put_field(&self.r#type, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    2 => <i32 as __p::Field>::merge_field(&mut slots.from, wire, input),
                    1 => <i32 as __p::Field>::merge_field(&mut slots.r#type, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.from, out, "from", "from")?;
                <i32 as __p::Field>::write_field(&self.r#type, out, "type", "type")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.from, value),
                    1 => <i32 as __p::Field>::merge_field_json(&mut slots.r#type, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    from: <i32 as __p::Field>::finish(slots.from, "from")?,
                    r#type: <i32 as __p::Field>::finish(slots.r#type, "type")?,
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
                        name: __p::Cow::Borrowed("Move"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <MoveRequest as __p::Request>::NAME,
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
        methods: &[&MOVE],
        register: |definitions| {
            __p::Sure::<MoveRequest>::register(definitions);
            __p::Sure::<Book>::register(definitions);
        },
    };
    static MOVE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Move",
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
                (MoveRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &MOVE,
                |s, _cx, req| async move {
                    Books::r#move(&*s, req.from, req.r#type).await
                },
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
        ///The method `r#move`, with the types of its arguments.
        pub const MOVE: __p::TypedMethod<(i32, i32)> = __p::TypedMethod::new(
            &MOVE,
            |input| {
                __p::Sure::<MoveRequest>::read(input).map(|req| (req.from, req.r#type))
            },
        );
    }
    impl Books for BooksClient {
        async fn r#move(&self, from: i32, r#type: i32) -> Result<Book> {
            __p::Sure::<
                (MoveRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &MOVE,
                    __p::Context::current(),
                    MoveRequest { from, r#type },
                )
                .await
        }
    }
};
