//! Messages behind pointers.
use polywire::{Message, Result, service};
use std::sync::Arc;
pub struct Node {
    pub name: String,
    pub next: Option<Arc<Node>>,
    pub children: Vec<Box<Node>>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Node0 = Option<Arc<Node>>;
    type __Node1 = Vec<Box<Node>>;
    pub struct __Slots {
        name: <String as __p::Field>::Slot,
        next: <__Node0 as __p::Field>::Slot,
        children: <__Node1 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                name: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                next: <<__Node0 as __p::Field>::Slot as ::core::default::Default>::default(),
                children: <<__Node1 as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Node {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Node");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("name"),
                        json: __p::Cow::Borrowed("name"),
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
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("next"),
                        json: __p::Cow::Borrowed("next"),
                        number: 2,
                        ty: <__Node0 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("children"),
                        json: __p::Cow::Borrowed("children"),
                        number: 3,
                        ty: <__Node1 as __p::Field>::TYPE,
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
            <__Node0 as __p::Field>::register(definitions);
            <__Node1 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.name, 1)
                + <__Node0 as __p::Field>::field_len(&self.next, 2)
                + <__Node1 as __p::Field>::field_len(&self.children, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.name, 1, out);
            <__Node0 as __p::Field>::put_field(&self.next, 2, out);
            <__Node1 as __p::Field>::put_field(&self.children, 3, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.name, wire, input),
                2 => <__Node0 as __p::Field>::merge_field(&mut slots.next, wire, input),
                3 => {
                    <__Node1 as __p::Field>::merge_field(
                        &mut slots.children,
                        wire,
                        input,
                    )
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.name, out, "name", "name")?;
            <__Node0 as __p::Field>::write_field(&self.next, out, "next", "next")?;
            <__Node1 as __p::Field>::write_field(
                &self.children,
                out,
                "children",
                "children",
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
                1 => <__Node0 as __p::Field>::merge_field_json(&mut slots.next, value),
                2 => {
                    <__Node1 as __p::Field>::merge_field_json(&mut slots.children, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                name: <String as __p::Field>::finish(slots.name, "name")?,
                next: <__Node0 as __p::Field>::finish(slots.next, "next")?,
                children: <__Node1 as __p::Field>::finish(slots.children, "children")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Node as __p::Message>::SCHEMA,
                    1,
                );
                <__Node0 as __p::Field>::check_field(&self.next, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Node as __p::Message>::SCHEMA,
                    2,
                );
                <__Node1 as __p::Field>::check_field(&self.children, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Node {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Node {
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
    fn put(
        &self,
        node: Arc<Node>,
    ) -> impl ::core::future::Future<Output = Result<Box<Node>>> + ::core::marker::Send;
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
                        name: __p::Cow::Borrowed("Put"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Arc<Node> as __p::Request>::NAME,
                        output: <Box<Node> as __p::Response>::NAME,
                        error: <Result<Box<Node>> as __p::Plain>::ERROR,
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
        methods: &[&PUT],
        register: |definitions| {
            __p::Sure::<Arc<Node>>::register(definitions);
            __p::Sure::<Box<Node>>::register(definitions);
        },
    };
    static PUT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Put",
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
                (Arc<Node>, Box<Node>, <Result<Box<Node>> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT,
                |s, _cx, req| async move { Books::put(&*s, req).await },
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
        ///The method `put`, with the types of its arguments.
        pub const PUT: __p::TypedMethod<Arc<Node>> = __p::TypedMethod::new(
            &PUT,
            |input| __p::Sure::<Arc<Node>>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn put(&self, node: Arc<Node>) -> Result<Box<Node>> {
            __p::Sure::<
                (Arc<Node>, Box<Node>, <Result<Box<Node>> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT, __p::Context::current(), node)
                .await
        }
    }
};
