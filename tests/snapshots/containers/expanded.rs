//! Optional, repeated and map fields.
use polywire::{Message, Result, service};
use std::collections::{BTreeMap, HashMap};
pub struct Author {
    pub name: Option<String>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        name: <Option<String> as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                name: <<Option<
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Author {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Author");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("name"),
                        json: __p::Cow::Borrowed("name"),
                        number: 1,
                        ty: <Option<String> as __p::Field>::TYPE,
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
            <Option<String> as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Option<String> as __p::Field>::field_len(&self.name, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Option<String> as __p::Field>::put_field(&self.name, 1, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => {
                    <Option<
                        String,
                    > as __p::Field>::merge_field(&mut slots.name, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Option<
                String,
            > as __p::Field>::write_field(&self.name, out, "name", "name")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => {
                    <Option<
                        String,
                    > as __p::Field>::merge_field_json(&mut slots.name, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                name: <Option<String> as __p::Field>::finish(slots.name, "name")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Author {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Author {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Book {
    pub subtitle: Option<String>,
    pub cover: Option<Vec<u8>>,
    pub pages: Vec<i32>,
    pub parts: Vec<Vec<u8>>,
    pub authors: Vec<Author>,
    pub labels: HashMap<String, String>,
    pub by_id: BTreeMap<i64, Author>,
    pub flags: BTreeMap<bool, Vec<u8>>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Book0 = Vec<Author>;
    type __Book1 = BTreeMap<i64, Author>;
    pub struct __Slots {
        subtitle: <Option<String> as __p::Field>::Slot,
        cover: <Option<Vec<u8>> as __p::Field>::Slot,
        pages: <Vec<i32> as __p::Field>::Slot,
        parts: <Vec<Vec<u8>> as __p::Field>::Slot,
        authors: <__Book0 as __p::Field>::Slot,
        labels: <HashMap<String, String> as __p::Field>::Slot,
        by_id: <__Book1 as __p::Field>::Slot,
        flags: <BTreeMap<bool, Vec<u8>> as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                subtitle: <<Option<
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                cover: <<Option<
                    Vec<u8>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                pages: <<Vec<
                    i32,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                parts: <<Vec<
                    Vec<u8>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                authors: <<__Book0 as __p::Field>::Slot as ::core::default::Default>::default(),
                labels: <<HashMap<
                    String,
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                by_id: <<__Book1 as __p::Field>::Slot as ::core::default::Default>::default(),
                flags: <<BTreeMap<
                    bool,
                    Vec<u8>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("subtitle"),
                        json: __p::Cow::Borrowed("subtitle"),
                        number: 1,
                        ty: <Option<String> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("cover"),
                        json: __p::Cow::Borrowed("cover"),
                        number: 2,
                        ty: <Option<Vec<u8>> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("pages"),
                        json: __p::Cow::Borrowed("pages"),
                        number: 3,
                        ty: <Vec<i32> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("parts"),
                        json: __p::Cow::Borrowed("parts"),
                        number: 4,
                        ty: <Vec<Vec<u8>> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("authors"),
                        json: __p::Cow::Borrowed("authors"),
                        number: 5,
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
                        name: __p::Cow::Borrowed("labels"),
                        json: __p::Cow::Borrowed("labels"),
                        number: 6,
                        ty: <HashMap<String, String> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("by_id"),
                        json: __p::Cow::Borrowed("byId"),
                        number: 7,
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
                    __p::model::Field {
                        name: __p::Cow::Borrowed("flags"),
                        json: __p::Cow::Borrowed("flags"),
                        number: 8,
                        ty: <BTreeMap<bool, Vec<u8>> as __p::Field>::TYPE,
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
            <Option<String> as __p::Field>::register(definitions);
            <Option<Vec<u8>> as __p::Field>::register(definitions);
            <Vec<i32> as __p::Field>::register(definitions);
            <Vec<Vec<u8>> as __p::Field>::register(definitions);
            <__Book0 as __p::Field>::register(definitions);
            <HashMap<String, String> as __p::Field>::register(definitions);
            <__Book1 as __p::Field>::register(definitions);
            <BTreeMap<bool, Vec<u8>> as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Option<String> as __p::Field>::field_len(&self.subtitle, 1)
                + <Option<Vec<u8>> as __p::Field>::field_len(&self.cover, 2)
                + <Vec<i32> as __p::Field>::field_len(&self.pages, 3)
                + <Vec<Vec<u8>> as __p::Field>::field_len(&self.parts, 4)
                + <__Book0 as __p::Field>::field_len(&self.authors, 5)
                + <HashMap<String, String> as __p::Field>::field_len(&self.labels, 6)
                + <__Book1 as __p::Field>::field_len(&self.by_id, 7)
                + <BTreeMap<bool, Vec<u8>> as __p::Field>::field_len(&self.flags, 8)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Option<String> as __p::Field>::put_field(&self.subtitle, 1, out);
            <Option<Vec<u8>> as __p::Field>::put_field(&self.cover, 2, out);
            <Vec<i32> as __p::Field>::put_field(&self.pages, 3, out);
            <Vec<Vec<u8>> as __p::Field>::put_field(&self.parts, 4, out);
            <__Book0 as __p::Field>::put_field(&self.authors, 5, out);
            <HashMap<String, String> as __p::Field>::put_field(&self.labels, 6, out);
            <__Book1 as __p::Field>::put_field(&self.by_id, 7, out);
            <BTreeMap<bool, Vec<u8>> as __p::Field>::put_field(&self.flags, 8, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => {
                    <Option<
                        String,
                    > as __p::Field>::merge_field(&mut slots.subtitle, wire, input)
                }
                2 => {
                    <Option<
                        Vec<u8>,
                    > as __p::Field>::merge_field(&mut slots.cover, wire, input)
                }
                3 => <Vec<i32> as __p::Field>::merge_field(&mut slots.pages, wire, input),
                4 => {
                    <Vec<
                        Vec<u8>,
                    > as __p::Field>::merge_field(&mut slots.parts, wire, input)
                }
                5 => {
                    <__Book0 as __p::Field>::merge_field(&mut slots.authors, wire, input)
                }
                6 => {
                    <HashMap<
                        String,
                        String,
                    > as __p::Field>::merge_field(&mut slots.labels, wire, input)
                }
                7 => <__Book1 as __p::Field>::merge_field(&mut slots.by_id, wire, input),
                8 => {
                    <BTreeMap<
                        bool,
                        Vec<u8>,
                    > as __p::Field>::merge_field(&mut slots.flags, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Option<
                String,
            > as __p::Field>::write_field(&self.subtitle, out, "subtitle", "subtitle")?;
            <Option<
                Vec<u8>,
            > as __p::Field>::write_field(&self.cover, out, "cover", "cover")?;
            <Vec<i32> as __p::Field>::write_field(&self.pages, out, "pages", "pages")?;
            <Vec<
                Vec<u8>,
            > as __p::Field>::write_field(&self.parts, out, "parts", "parts")?;
            <__Book0 as __p::Field>::write_field(
                &self.authors,
                out,
                "authors",
                "authors",
            )?;
            <HashMap<
                String,
                String,
            > as __p::Field>::write_field(&self.labels, out, "labels", "labels")?;
            <__Book1 as __p::Field>::write_field(&self.by_id, out, "byId", "by_id")?;
            <BTreeMap<
                bool,
                Vec<u8>,
            > as __p::Field>::write_field(&self.flags, out, "flags", "flags")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => {
                    <Option<
                        String,
                    > as __p::Field>::merge_field_json(&mut slots.subtitle, value)
                }
                1 => {
                    <Option<
                        Vec<u8>,
                    > as __p::Field>::merge_field_json(&mut slots.cover, value)
                }
                2 => <Vec<i32> as __p::Field>::merge_field_json(&mut slots.pages, value),
                3 => {
                    <Vec<
                        Vec<u8>,
                    > as __p::Field>::merge_field_json(&mut slots.parts, value)
                }
                4 => <__Book0 as __p::Field>::merge_field_json(&mut slots.authors, value),
                5 => {
                    <HashMap<
                        String,
                        String,
                    > as __p::Field>::merge_field_json(&mut slots.labels, value)
                }
                6 => <__Book1 as __p::Field>::merge_field_json(&mut slots.by_id, value),
                7 => {
                    <BTreeMap<
                        bool,
                        Vec<u8>,
                    > as __p::Field>::merge_field_json(&mut slots.flags, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                subtitle: <Option<
                    String,
                > as __p::Field>::finish(slots.subtitle, "subtitle")?,
                cover: <Option<Vec<u8>> as __p::Field>::finish(slots.cover, "cover")?,
                pages: <Vec<i32> as __p::Field>::finish(slots.pages, "pages")?,
                parts: <Vec<Vec<u8>> as __p::Field>::finish(slots.parts, "parts")?,
                authors: <__Book0 as __p::Field>::finish(slots.authors, "authors")?,
                labels: <HashMap<
                    String,
                    String,
                > as __p::Field>::finish(slots.labels, "labels")?,
                by_id: <__Book1 as __p::Field>::finish(slots.by_id, "by_id")?,
                flags: <BTreeMap<
                    bool,
                    Vec<u8>,
                > as __p::Field>::finish(slots.flags, "flags")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    4,
                );
                <__Book0 as __p::Field>::check_field(&self.authors, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    6,
                );
                <__Book1 as __p::Field>::check_field(&self.by_id, &__RULES, __check);
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
