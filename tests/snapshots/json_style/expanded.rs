//! How REST, WebSocket and AMQP write JSON.
use polywire::{Message, Result, service};
/// The name that was written wins over the case.
pub struct Product {
    pub name: String,
    pub price_cents: i64,
    pub in_stock: bool,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        name: <String as __p::Field>::Slot,
        price_cents: <i64 as __p::Field>::Slot,
        in_stock: <bool as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                name: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                price_cents: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                in_stock: <<bool as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Product {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Product");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed("The name that was written wins over the case."),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("name"),
                        json: __p::Cow::Borrowed("product-name"),
                        number: 1,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: true,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("price_cents"),
                        json: __p::Cow::Borrowed("priceCents"),
                        number: 2,
                        ty: <i64 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: true,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("in_stock"),
                        json: __p::Cow::Borrowed("inStock"),
                        number: 3,
                        ty: <bool as __p::Field>::TYPE,
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
            <String as __p::Field>::register(definitions);
            <i64 as __p::Field>::register(definitions);
            <bool as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.name, 1)
                + <i64 as __p::Field>::field_len(&self.price_cents, 2)
                + <bool as __p::Field>::field_len(&self.in_stock, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.name, 1, out);
            <i64 as __p::Field>::put_field(&self.price_cents, 2, out);
            <bool as __p::Field>::put_field(&self.in_stock, 3, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.name, wire, input),
                2 => {
                    <i64 as __p::Field>::merge_field(&mut slots.price_cents, wire, input)
                }
                3 => <bool as __p::Field>::merge_field(&mut slots.in_stock, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(
                &self.name,
                out,
                "product-name",
                "product-name",
            )?;
            <i64 as __p::Field>::write_field(
                &self.price_cents,
                out,
                "priceCents",
                "priceCents",
            )?;
            <bool as __p::Field>::write_field(
                &self.in_stock,
                out,
                "inStock",
                "in_stock",
            )?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.name, value),
                1 => <i64 as __p::Field>::merge_field_json(&mut slots.price_cents, value),
                2 => <bool as __p::Field>::merge_field_json(&mut slots.in_stock, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                name: <String as __p::Field>::finish(slots.name, "name")?,
                price_cents: <i64 as __p::Field>::finish(
                    slots.price_cents,
                    "price_cents",
                )?,
                in_stock: <bool as __p::Field>::finish(slots.in_stock, "in_stock")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Product {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Product {
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
    fn put_product(
        &self,
        product: Product,
    ) -> impl ::core::future::Future<Output = Result<Product>> + ::core::marker::Send;
    fn get_price(
        &self,
        book_id: i64,
    ) -> impl ::core::future::Future<Output = Result<i64>> + ::core::marker::Send;
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
    struct GetPriceRequest {
        book_id: i64,
    }
    const _: () = {
        pub struct __Slots {
            book_id: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    book_id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for GetPriceRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GetPriceRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("book_id"),
                            json: __p::Cow::Borrowed("bookId"),
                            number: 1,
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
                <i64 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i64 as __p::Field>::field_len(&self.book_id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.book_id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <i64 as __p::Field>::merge_field(&mut slots.book_id, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(
                    &self.book_id,
                    out,
                    "bookId",
                    "book_id",
                )?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i64 as __p::Field>::merge_field_json(&mut slots.book_id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    book_id: <i64 as __p::Field>::finish(slots.book_id, "book_id")?,
                })
            }
        }
    };
    struct GetPriceResponse {
        result: i64,
    }
    const _: () = {
        pub struct __Slots {
            result: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for GetPriceResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GetPriceResponse",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("result"),
                            json: __p::Cow::Borrowed("result"),
                            number: 1,
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
                <i64 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i64 as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i64 as __p::Field>::merge_field(&mut slots.result, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(&self.result, out, "result", "result")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i64 as __p::Field>::merge_field_json(&mut slots.result, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <i64 as __p::Field>::finish(slots.result, "result")?,
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
                        name: __p::Cow::Borrowed("PutProduct"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Product as __p::Request>::NAME,
                        output: __p::Sure::<Product>::NAME,
                        error: <Result<Product> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("GetPrice"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <GetPriceRequest as __p::Request>::NAME,
                        output: <GetPriceResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                ],
            ),
            json: __p::model::JsonStyle {
                int64: __p::model::JsonInt64::Number,
                case: __p::model::JsonCase::Snake,
            },
            deprecated: false,
        },
        methods: &[&PUT_PRODUCT, &GET_PRICE],
        register: |definitions| {
            __p::Sure::<Product>::register(definitions);
            __p::Sure::<Product>::register(definitions);
            __p::Sure::<GetPriceRequest>::register(definitions);
            __p::Sure::<GetPriceResponse>::register(definitions);
        },
    };
    static PUT_PRODUCT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/PutProduct",
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
                                            __p::Cow::Borrowed("products"),
                                        ),
                                    ],
                                ),
                                verb: ::core::option::Option::None,
                            },
                            body: __p::transport::http::Body::None,
                            response_body: ::core::option::Option::None,
                        },
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Post,
                            path: __p::transport::http::Template {
                                segments: __p::Cow::Borrowed(
                                    &[
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("products"),
                                        ),
                                    ],
                                ),
                                verb: ::core::option::Option::None,
                            },
                            body: __p::transport::http::Body::Whole,
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
    static GET_PRICE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/GetPrice",
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
        wrapped: ::core::option::Option::Some("result"),
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
                (Product, Product, <Result<Product> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT_PRODUCT,
                |s, _cx, req| async move { Books::put_product(&*s, req).await },
            );
            __p::Sure::<
                (
                    GetPriceRequest,
                    GetPriceResponse,
                    <Result<i64> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &GET_PRICE,
                |s, _cx, req| async move {
                    Books::get_price(&*s, req.book_id)
                        .await
                        .map(|result| GetPriceResponse { result })
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
        ///The method `put_product`, with the types of its arguments.
        pub const PUT_PRODUCT: __p::TypedMethod<Product> = __p::TypedMethod::new(
            &PUT_PRODUCT,
            |input| __p::Sure::<Product>::read(input),
        );
        ///The method `get_price`, with the types of its arguments.
        pub const GET_PRICE: __p::TypedMethod<i64> = __p::TypedMethod::new(
            &GET_PRICE,
            |input| __p::Sure::<GetPriceRequest>::read(input).map(|req| req.book_id),
        );
    }
    impl Books for BooksClient {
        async fn put_product(&self, product: Product) -> Result<Product> {
            __p::Sure::<
                (Product, Product, <Result<Product> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_PRODUCT, __p::Context::current(), product)
                .await
        }
        async fn get_price(&self, book_id: i64) -> Result<i64> {
            __p::Sure::<
                (
                    GetPriceRequest,
                    GetPriceResponse,
                    <Result<i64> as __p::Fallible>::Error,
                ),
            >::unary(
                    &self.0,
                    &GET_PRICE,
                    __p::Context::current(),
                    GetPriceRequest { book_id },
                )
                .await
                .map(|response: GetPriceResponse| response.result)
        }
    }
};
