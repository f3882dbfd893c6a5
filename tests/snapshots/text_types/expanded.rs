//! Text that is owned in other ways than `String`, and addresses, alone, in lists and as the keys of maps.
use polywire::{Message, Result, service};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
pub struct Book {
    pub title: Box<str>,
    pub author: Arc<str>,
    pub genre: Cow<'static, str>,
    pub subtitle: Option<Arc<str>>,
    pub tags: Vec<Box<str>>,
    pub labels: BTreeMap<Arc<str>, Cow<'static, str>>,
    pub printed_at: IpAddr,
    pub gateway: Option<Ipv4Addr>,
    pub mirrors: Vec<Ipv6Addr>,
    pub hosts: BTreeMap<IpAddr, String>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        title: <Box<str> as __p::Field>::Slot,
        author: <Arc<str> as __p::Field>::Slot,
        genre: <Cow<'static, str> as __p::Field>::Slot,
        subtitle: <Option<Arc<str>> as __p::Field>::Slot,
        tags: <Vec<Box<str>> as __p::Field>::Slot,
        labels: <BTreeMap<Arc<str>, Cow<'static, str>> as __p::Field>::Slot,
        printed_at: <IpAddr as __p::Field>::Slot,
        gateway: <Option<Ipv4Addr> as __p::Field>::Slot,
        mirrors: <Vec<Ipv6Addr> as __p::Field>::Slot,
        hosts: <BTreeMap<IpAddr, String> as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                title: <<Box<
                    str,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                author: <<Arc<
                    str,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                genre: <<Cow<
                    'static,
                    str,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                subtitle: <<Option<
                    Arc<str>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                tags: <<Vec<
                    Box<str>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                labels: <<BTreeMap<
                    Arc<str>,
                    Cow<'static, str>,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                printed_at: <<IpAddr as __p::Field>::Slot as ::core::default::Default>::default(),
                gateway: <<Option<
                    Ipv4Addr,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                mirrors: <<Vec<
                    Ipv6Addr,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                hosts: <<BTreeMap<
                    IpAddr,
                    String,
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
                        name: __p::Cow::Borrowed("title"),
                        json: __p::Cow::Borrowed("title"),
                        number: 1,
                        ty: <Box<str> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("author"),
                        json: __p::Cow::Borrowed("author"),
                        number: 2,
                        ty: <Arc<str> as __p::Field>::TYPE,
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
                        ty: <Cow<'static, str> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("subtitle"),
                        json: __p::Cow::Borrowed("subtitle"),
                        number: 4,
                        ty: <Option<Arc<str>> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("tags"),
                        json: __p::Cow::Borrowed("tags"),
                        number: 5,
                        ty: <Vec<Box<str>> as __p::Field>::TYPE,
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
                        ty: <BTreeMap<Arc<str>, Cow<'static, str>> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("printed_at"),
                        json: __p::Cow::Borrowed("printedAt"),
                        number: 7,
                        ty: <IpAddr as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[__p::model::Example::Text(__p::Cow::Borrowed("192.0.2.7"))],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("gateway"),
                        json: __p::Cow::Borrowed("gateway"),
                        number: 8,
                        ty: <Option<Ipv4Addr> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("mirrors"),
                        json: __p::Cow::Borrowed("mirrors"),
                        number: 9,
                        ty: <Vec<Ipv6Addr> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("hosts"),
                        json: __p::Cow::Borrowed("hosts"),
                        number: 10,
                        ty: <BTreeMap<IpAddr, String> as __p::Field>::TYPE,
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
            <Box<str> as __p::Field>::register(definitions);
            <Arc<str> as __p::Field>::register(definitions);
            <Cow<'static, str> as __p::Field>::register(definitions);
            <Option<Arc<str>> as __p::Field>::register(definitions);
            <Vec<Box<str>> as __p::Field>::register(definitions);
            <BTreeMap<Arc<str>, Cow<'static, str>> as __p::Field>::register(definitions);
            <IpAddr as __p::Field>::register(definitions);
            <Option<Ipv4Addr> as __p::Field>::register(definitions);
            <Vec<Ipv6Addr> as __p::Field>::register(definitions);
            <BTreeMap<IpAddr, String> as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Box<str> as __p::Field>::field_len(&self.title, 1)
                + <Arc<str> as __p::Field>::field_len(&self.author, 2)
                + <Cow<'static, str> as __p::Field>::field_len(&self.genre, 3)
                + <Option<Arc<str>> as __p::Field>::field_len(&self.subtitle, 4)
                + <Vec<Box<str>> as __p::Field>::field_len(&self.tags, 5)
                + <BTreeMap<
                    Arc<str>,
                    Cow<'static, str>,
                > as __p::Field>::field_len(&self.labels, 6)
                + <IpAddr as __p::Field>::field_len(&self.printed_at, 7)
                + <Option<Ipv4Addr> as __p::Field>::field_len(&self.gateway, 8)
                + <Vec<Ipv6Addr> as __p::Field>::field_len(&self.mirrors, 9)
                + <BTreeMap<IpAddr, String> as __p::Field>::field_len(&self.hosts, 10)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Box<str> as __p::Field>::put_field(&self.title, 1, out);
            <Arc<str> as __p::Field>::put_field(&self.author, 2, out);
            <Cow<'static, str> as __p::Field>::put_field(&self.genre, 3, out);
            <Option<Arc<str>> as __p::Field>::put_field(&self.subtitle, 4, out);
            <Vec<Box<str>> as __p::Field>::put_field(&self.tags, 5, out);
            <BTreeMap<
                Arc<str>,
                Cow<'static, str>,
            > as __p::Field>::put_field(&self.labels, 6, out);
            <IpAddr as __p::Field>::put_field(&self.printed_at, 7, out);
            <Option<Ipv4Addr> as __p::Field>::put_field(&self.gateway, 8, out);
            <Vec<Ipv6Addr> as __p::Field>::put_field(&self.mirrors, 9, out);
            <BTreeMap<IpAddr, String> as __p::Field>::put_field(&self.hosts, 10, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <Box<str> as __p::Field>::merge_field(&mut slots.title, wire, input),
                2 => {
                    <Arc<str> as __p::Field>::merge_field(&mut slots.author, wire, input)
                }
                3 => {
                    <Cow<
                        'static,
                        str,
                    > as __p::Field>::merge_field(&mut slots.genre, wire, input)
                }
                4 => {
                    <Option<
                        Arc<str>,
                    > as __p::Field>::merge_field(&mut slots.subtitle, wire, input)
                }
                5 => {
                    <Vec<
                        Box<str>,
                    > as __p::Field>::merge_field(&mut slots.tags, wire, input)
                }
                6 => {
                    <BTreeMap<
                        Arc<str>,
                        Cow<'static, str>,
                    > as __p::Field>::merge_field(&mut slots.labels, wire, input)
                }
                7 => {
                    <IpAddr as __p::Field>::merge_field(
                        &mut slots.printed_at,
                        wire,
                        input,
                    )
                }
                8 => {
                    <Option<
                        Ipv4Addr,
                    > as __p::Field>::merge_field(&mut slots.gateway, wire, input)
                }
                9 => {
                    <Vec<
                        Ipv6Addr,
                    > as __p::Field>::merge_field(&mut slots.mirrors, wire, input)
                }
                10 => {
                    <BTreeMap<
                        IpAddr,
                        String,
                    > as __p::Field>::merge_field(&mut slots.hosts, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Box<str> as __p::Field>::write_field(&self.title, out, "title", "title")?;
            <Arc<
                str,
            > as __p::Field>::write_field(&self.author, out, "author", "author")?;
            <Cow<
                'static,
                str,
            > as __p::Field>::write_field(&self.genre, out, "genre", "genre")?;
            <Option<
                Arc<str>,
            > as __p::Field>::write_field(&self.subtitle, out, "subtitle", "subtitle")?;
            <Vec<Box<str>> as __p::Field>::write_field(&self.tags, out, "tags", "tags")?;
            <BTreeMap<
                Arc<str>,
                Cow<'static, str>,
            > as __p::Field>::write_field(&self.labels, out, "labels", "labels")?;
            <IpAddr as __p::Field>::write_field(
                &self.printed_at,
                out,
                "printedAt",
                "printed_at",
            )?;
            <Option<
                Ipv4Addr,
            > as __p::Field>::write_field(&self.gateway, out, "gateway", "gateway")?;
            <Vec<
                Ipv6Addr,
            > as __p::Field>::write_field(&self.mirrors, out, "mirrors", "mirrors")?;
            <BTreeMap<
                IpAddr,
                String,
            > as __p::Field>::write_field(&self.hosts, out, "hosts", "hosts")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <Box<str> as __p::Field>::merge_field_json(&mut slots.title, value),
                1 => <Arc<str> as __p::Field>::merge_field_json(&mut slots.author, value),
                2 => {
                    <Cow<
                        'static,
                        str,
                    > as __p::Field>::merge_field_json(&mut slots.genre, value)
                }
                3 => {
                    <Option<
                        Arc<str>,
                    > as __p::Field>::merge_field_json(&mut slots.subtitle, value)
                }
                4 => {
                    <Vec<
                        Box<str>,
                    > as __p::Field>::merge_field_json(&mut slots.tags, value)
                }
                5 => {
                    <BTreeMap<
                        Arc<str>,
                        Cow<'static, str>,
                    > as __p::Field>::merge_field_json(&mut slots.labels, value)
                }
                6 => {
                    <IpAddr as __p::Field>::merge_field_json(
                        &mut slots.printed_at,
                        value,
                    )
                }
                7 => {
                    <Option<
                        Ipv4Addr,
                    > as __p::Field>::merge_field_json(&mut slots.gateway, value)
                }
                8 => {
                    <Vec<
                        Ipv6Addr,
                    > as __p::Field>::merge_field_json(&mut slots.mirrors, value)
                }
                9 => {
                    <BTreeMap<
                        IpAddr,
                        String,
                    > as __p::Field>::merge_field_json(&mut slots.hosts, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                title: <Box<str> as __p::Field>::finish(slots.title, "title")?,
                author: <Arc<str> as __p::Field>::finish(slots.author, "author")?,
                genre: <Cow<'static, str> as __p::Field>::finish(slots.genre, "genre")?,
                subtitle: <Option<
                    Arc<str>,
                > as __p::Field>::finish(slots.subtitle, "subtitle")?,
                tags: <Vec<Box<str>> as __p::Field>::finish(slots.tags, "tags")?,
                labels: <BTreeMap<
                    Arc<str>,
                    Cow<'static, str>,
                > as __p::Field>::finish(slots.labels, "labels")?,
                printed_at: <IpAddr as __p::Field>::finish(
                    slots.printed_at,
                    "printed_at",
                )?,
                gateway: <Option<
                    Ipv4Addr,
                > as __p::Field>::finish(slots.gateway, "gateway")?,
                mirrors: <Vec<
                    Ipv6Addr,
                > as __p::Field>::finish(slots.mirrors, "mirrors")?,
                hosts: <BTreeMap<
                    IpAddr,
                    String,
                > as __p::Field>::finish(slots.hosts, "hosts")?,
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
    fn printed_at(
        &self,
        address: IpAddr,
    ) -> impl ::core::future::Future<Output = Result<u32>> + ::core::marker::Send;
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
    struct PrintedAtRequest {
        address: IpAddr,
    }
    const _: () = {
        pub struct __Slots {
            address: <IpAddr as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    address: <<IpAddr as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for PrintedAtRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "PrintedAtRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("address"),
                            json: __p::Cow::Borrowed("address"),
                            number: 1,
                            ty: <IpAddr as __p::Field>::TYPE,
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
                <IpAddr as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <IpAddr as __p::Field>::field_len(&self.address, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <IpAddr as __p::Field>::put_field(&self.address, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <IpAddr as __p::Field>::merge_field(
                            &mut slots.address,
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
                <IpAddr as __p::Field>::write_field(
                    &self.address,
                    out,
                    "address",
                    "address",
                )?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => {
                        <IpAddr as __p::Field>::merge_field_json(
                            &mut slots.address,
                            value,
                        )
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    address: <IpAddr as __p::Field>::finish(slots.address, "address")?,
                })
            }
        }
    };
    struct PrintedAtResponse {
        result: u32,
    }
    const _: () = {
        pub struct __Slots {
            result: <u32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<u32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for PrintedAtResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "PrintedAtResponse",
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
                            ty: <u32 as __p::Field>::TYPE,
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
                <u32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <u32 as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <u32 as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <u32 as __p::Field>::merge_field(&mut slots.result, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <u32 as __p::Field>::write_field(&self.result, out, "result", "result")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <u32 as __p::Field>::merge_field_json(&mut slots.result, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <u32 as __p::Field>::finish(slots.result, "result")?,
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
                        name: __p::Cow::Borrowed("PutBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Book as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <Result<()> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PrintedAt"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <PrintedAtRequest as __p::Request>::NAME,
                        output: <PrintedAtResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
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
        methods: &[&PUT_BOOK, &PRINTED_AT],
        register: |definitions| {
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<PrintedAtRequest>::register(definitions);
            __p::Sure::<PrintedAtResponse>::register(definitions);
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
    static PRINTED_AT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/PrintedAt",
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
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("by"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("address"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Any],
                                            ),
                                        },
                                    ],
                                ),
                                verb: ::core::option::Option::None,
                            },
                            body: __p::transport::http::Body::None,
                            response_body: ::core::option::Option::Some(
                                __p::Cow::Borrowed("result"),
                            ),
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
                (Book, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT_BOOK,
                |s, _cx, req| async move { Books::put_book(&*s, req).await },
            );
            __p::Sure::<
                (
                    PrintedAtRequest,
                    PrintedAtResponse,
                    <Result<u32> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &PRINTED_AT,
                |s, _cx, req| async move {
                    Books::printed_at(&*s, req.address)
                        .await
                        .map(|result| PrintedAtResponse { result })
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
        ///The method `put_book`, with the types of its arguments.
        pub const PUT_BOOK: __p::TypedMethod<Book> = __p::TypedMethod::new(
            &PUT_BOOK,
            |input| __p::Sure::<Book>::read(input),
        );
        ///The method `printed_at`, with the types of its arguments.
        pub const PRINTED_AT: __p::TypedMethod<IpAddr> = __p::TypedMethod::new(
            &PRINTED_AT,
            |input| __p::Sure::<PrintedAtRequest>::read(input).map(|req| req.address),
        );
    }
    impl Books for BooksClient {
        async fn put_book(&self, book: Book) -> Result<()> {
            __p::Sure::<
                (Book, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_BOOK, __p::Context::current(), book)
                .await
        }
        async fn printed_at(&self, address: IpAddr) -> Result<u32> {
            __p::Sure::<
                (
                    PrintedAtRequest,
                    PrintedAtResponse,
                    <Result<u32> as __p::Fallible>::Error,
                ),
            >::unary(
                    &self.0,
                    &PRINTED_AT,
                    __p::Context::current(),
                    PrintedAtRequest { address },
                )
                .await
                .map(|response: PrintedAtResponse| response.result)
        }
    }
};
