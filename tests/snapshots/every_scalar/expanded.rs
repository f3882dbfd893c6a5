//! The protobuf type of each Rust type.
use bytes::Bytes;
use polywire::{Message, Result, service};
use std::time::{Duration, SystemTime};
pub struct Book {
    pub a: bool,
    pub b: i8,
    pub c: i16,
    pub d: i32,
    pub e: i64,
    pub f: u8,
    pub g: u16,
    pub h: u32,
    pub i: u64,
    pub j: f32,
    pub k: f64,
    pub l: String,
    pub m: Vec<u8>,
    pub n: Bytes,
    pub o: (),
    pub p: Duration,
    pub q: SystemTime,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        a: <bool as __p::Field>::Slot,
        b: <i8 as __p::Field>::Slot,
        c: <i16 as __p::Field>::Slot,
        d: <i32 as __p::Field>::Slot,
        e: <i64 as __p::Field>::Slot,
        f: <u8 as __p::Field>::Slot,
        g: <u16 as __p::Field>::Slot,
        h: <u32 as __p::Field>::Slot,
        i: <u64 as __p::Field>::Slot,
        j: <f32 as __p::Field>::Slot,
        k: <f64 as __p::Field>::Slot,
        l: <String as __p::Field>::Slot,
        m: <Vec<u8> as __p::Field>::Slot,
        n: <Bytes as __p::Field>::Slot,
        o: <() as __p::Field>::Slot,
        p: <Duration as __p::Field>::Slot,
        q: <SystemTime as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                a: <<bool as __p::Field>::Slot as ::core::default::Default>::default(),
                b: <<i8 as __p::Field>::Slot as ::core::default::Default>::default(),
                c: <<i16 as __p::Field>::Slot as ::core::default::Default>::default(),
                d: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                e: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                f: <<u8 as __p::Field>::Slot as ::core::default::Default>::default(),
                g: <<u16 as __p::Field>::Slot as ::core::default::Default>::default(),
                h: <<u32 as __p::Field>::Slot as ::core::default::Default>::default(),
                i: <<u64 as __p::Field>::Slot as ::core::default::Default>::default(),
                j: <<f32 as __p::Field>::Slot as ::core::default::Default>::default(),
                k: <<f64 as __p::Field>::Slot as ::core::default::Default>::default(),
                l: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                m: <<Vec<
                    u8,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                n: <<Bytes as __p::Field>::Slot as ::core::default::Default>::default(),
                o: <<() as __p::Field>::Slot as ::core::default::Default>::default(),
                p: <<Duration as __p::Field>::Slot as ::core::default::Default>::default(),
                q: <<SystemTime as __p::Field>::Slot as ::core::default::Default>::default(),
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
                    __p::model::Field {
                        name: __p::Cow::Borrowed("b"),
                        json: __p::Cow::Borrowed("b"),
                        number: 2,
                        ty: <i8 as __p::Field>::TYPE,
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
                        ty: <i16 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("e"),
                        json: __p::Cow::Borrowed("e"),
                        number: 5,
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
                    __p::model::Field {
                        name: __p::Cow::Borrowed("f"),
                        json: __p::Cow::Borrowed("f"),
                        number: 6,
                        ty: <u8 as __p::Field>::TYPE,
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
                        ty: <u16 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("h"),
                        json: __p::Cow::Borrowed("h"),
                        number: 8,
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
                    __p::model::Field {
                        name: __p::Cow::Borrowed("i"),
                        json: __p::Cow::Borrowed("i"),
                        number: 9,
                        ty: <u64 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("j"),
                        json: __p::Cow::Borrowed("j"),
                        number: 10,
                        ty: <f32 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("k"),
                        json: __p::Cow::Borrowed("k"),
                        number: 11,
                        ty: <f64 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("l"),
                        json: __p::Cow::Borrowed("l"),
                        number: 12,
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
                        name: __p::Cow::Borrowed("m"),
                        json: __p::Cow::Borrowed("m"),
                        number: 13,
                        ty: <Vec<u8> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("n"),
                        json: __p::Cow::Borrowed("n"),
                        number: 14,
                        ty: <Bytes as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("o"),
                        json: __p::Cow::Borrowed("o"),
                        number: 15,
                        ty: <() as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("p"),
                        json: __p::Cow::Borrowed("p"),
                        number: 16,
                        ty: <Duration as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("q"),
                        json: __p::Cow::Borrowed("q"),
                        number: 17,
                        ty: <SystemTime as __p::Field>::TYPE,
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
            <bool as __p::Field>::register(definitions);
            <i8 as __p::Field>::register(definitions);
            <i16 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i64 as __p::Field>::register(definitions);
            <u8 as __p::Field>::register(definitions);
            <u16 as __p::Field>::register(definitions);
            <u32 as __p::Field>::register(definitions);
            <u64 as __p::Field>::register(definitions);
            <f32 as __p::Field>::register(definitions);
            <f64 as __p::Field>::register(definitions);
            <String as __p::Field>::register(definitions);
            <Vec<u8> as __p::Field>::register(definitions);
            <Bytes as __p::Field>::register(definitions);
            <() as __p::Field>::register(definitions);
            <Duration as __p::Field>::register(definitions);
            <SystemTime as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <bool as __p::Field>::field_len(&self.a, 1)
                + <i8 as __p::Field>::field_len(&self.b, 2)
                + <i16 as __p::Field>::field_len(&self.c, 3)
                + <i32 as __p::Field>::field_len(&self.d, 4)
                + <i64 as __p::Field>::field_len(&self.e, 5)
                + <u8 as __p::Field>::field_len(&self.f, 6)
                + <u16 as __p::Field>::field_len(&self.g, 7)
                + <u32 as __p::Field>::field_len(&self.h, 8)
                + <u64 as __p::Field>::field_len(&self.i, 9)
                + <f32 as __p::Field>::field_len(&self.j, 10)
                + <f64 as __p::Field>::field_len(&self.k, 11)
                + <String as __p::Field>::field_len(&self.l, 12)
                + <Vec<u8> as __p::Field>::field_len(&self.m, 13)
                + <Bytes as __p::Field>::field_len(&self.n, 14)
                + <() as __p::Field>::field_len(&self.o, 15)
                + <Duration as __p::Field>::field_len(&self.p, 16)
                + <SystemTime as __p::Field>::field_len(&self.q, 17)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <bool as __p::Field>::put_field(&self.a, 1, out);
            <i8 as __p::Field>::put_field(&self.b, 2, out);
            <i16 as __p::Field>::put_field(&self.c, 3, out);
            <i32 as __p::Field>::put_field(&self.d, 4, out);
            <i64 as __p::Field>::put_field(&self.e, 5, out);
            <u8 as __p::Field>::put_field(&self.f, 6, out);
            <u16 as __p::Field>::put_field(&self.g, 7, out);
            <u32 as __p::Field>::put_field(&self.h, 8, out);
            <u64 as __p::Field>::put_field(&self.i, 9, out);
            <f32 as __p::Field>::put_field(&self.j, 10, out);
            <f64 as __p::Field>::put_field(&self.k, 11, out);
            <String as __p::Field>::put_field(&self.l, 12, out);
            <Vec<u8> as __p::Field>::put_field(&self.m, 13, out);
            <Bytes as __p::Field>::put_field(&self.n, 14, out);
            <() as __p::Field>::put_field(&self.o, 15, out);
            <Duration as __p::Field>::put_field(&self.p, 16, out);
            <SystemTime as __p::Field>::put_field(&self.q, 17, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <bool as __p::Field>::merge_field(&mut slots.a, wire, input),
                2 => <i8 as __p::Field>::merge_field(&mut slots.b, wire, input),
                3 => <i16 as __p::Field>::merge_field(&mut slots.c, wire, input),
                4 => <i32 as __p::Field>::merge_field(&mut slots.d, wire, input),
                5 => <i64 as __p::Field>::merge_field(&mut slots.e, wire, input),
                6 => <u8 as __p::Field>::merge_field(&mut slots.f, wire, input),
                7 => <u16 as __p::Field>::merge_field(&mut slots.g, wire, input),
                8 => <u32 as __p::Field>::merge_field(&mut slots.h, wire, input),
                9 => <u64 as __p::Field>::merge_field(&mut slots.i, wire, input),
                10 => <f32 as __p::Field>::merge_field(&mut slots.j, wire, input),
                11 => <f64 as __p::Field>::merge_field(&mut slots.k, wire, input),
                12 => <String as __p::Field>::merge_field(&mut slots.l, wire, input),
                13 => <Vec<u8> as __p::Field>::merge_field(&mut slots.m, wire, input),
                14 => <Bytes as __p::Field>::merge_field(&mut slots.n, wire, input),
                15 => <() as __p::Field>::merge_field(&mut slots.o, wire, input),
                16 => <Duration as __p::Field>::merge_field(&mut slots.p, wire, input),
                17 => <SystemTime as __p::Field>::merge_field(&mut slots.q, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <bool as __p::Field>::write_field(&self.a, out, "a", "a")?;
            <i8 as __p::Field>::write_field(&self.b, out, "b", "b")?;
            <i16 as __p::Field>::write_field(&self.c, out, "c", "c")?;
            <i32 as __p::Field>::write_field(&self.d, out, "d", "d")?;
            <i64 as __p::Field>::write_field(&self.e, out, "e", "e")?;
            <u8 as __p::Field>::write_field(&self.f, out, "f", "f")?;
            <u16 as __p::Field>::write_field(&self.g, out, "g", "g")?;
            <u32 as __p::Field>::write_field(&self.h, out, "h", "h")?;
            <u64 as __p::Field>::write_field(&self.i, out, "i", "i")?;
            <f32 as __p::Field>::write_field(&self.j, out, "j", "j")?;
            <f64 as __p::Field>::write_field(&self.k, out, "k", "k")?;
            <String as __p::Field>::write_field(&self.l, out, "l", "l")?;
            <Vec<u8> as __p::Field>::write_field(&self.m, out, "m", "m")?;
            <Bytes as __p::Field>::write_field(&self.n, out, "n", "n")?;
            <() as __p::Field>::write_field(&self.o, out, "o", "o")?;
            <Duration as __p::Field>::write_field(&self.p, out, "p", "p")?;
            <SystemTime as __p::Field>::write_field(&self.q, out, "q", "q")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <bool as __p::Field>::merge_field_json(&mut slots.a, value),
                1 => <i8 as __p::Field>::merge_field_json(&mut slots.b, value),
                2 => <i16 as __p::Field>::merge_field_json(&mut slots.c, value),
                3 => <i32 as __p::Field>::merge_field_json(&mut slots.d, value),
                4 => <i64 as __p::Field>::merge_field_json(&mut slots.e, value),
                5 => <u8 as __p::Field>::merge_field_json(&mut slots.f, value),
                6 => <u16 as __p::Field>::merge_field_json(&mut slots.g, value),
                7 => <u32 as __p::Field>::merge_field_json(&mut slots.h, value),
                8 => <u64 as __p::Field>::merge_field_json(&mut slots.i, value),
                9 => <f32 as __p::Field>::merge_field_json(&mut slots.j, value),
                10 => <f64 as __p::Field>::merge_field_json(&mut slots.k, value),
                11 => <String as __p::Field>::merge_field_json(&mut slots.l, value),
                12 => <Vec<u8> as __p::Field>::merge_field_json(&mut slots.m, value),
                13 => <Bytes as __p::Field>::merge_field_json(&mut slots.n, value),
                14 => <() as __p::Field>::merge_field_json(&mut slots.o, value),
                15 => <Duration as __p::Field>::merge_field_json(&mut slots.p, value),
                16 => <SystemTime as __p::Field>::merge_field_json(&mut slots.q, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                a: <bool as __p::Field>::finish(slots.a, "a")?,
                b: <i8 as __p::Field>::finish(slots.b, "b")?,
                c: <i16 as __p::Field>::finish(slots.c, "c")?,
                d: <i32 as __p::Field>::finish(slots.d, "d")?,
                e: <i64 as __p::Field>::finish(slots.e, "e")?,
                f: <u8 as __p::Field>::finish(slots.f, "f")?,
                g: <u16 as __p::Field>::finish(slots.g, "g")?,
                h: <u32 as __p::Field>::finish(slots.h, "h")?,
                i: <u64 as __p::Field>::finish(slots.i, "i")?,
                j: <f32 as __p::Field>::finish(slots.j, "j")?,
                k: <f64 as __p::Field>::finish(slots.k, "k")?,
                l: <String as __p::Field>::finish(slots.l, "l")?,
                m: <Vec<u8> as __p::Field>::finish(slots.m, "m")?,
                n: <Bytes as __p::Field>::finish(slots.n, "n")?,
                o: <() as __p::Field>::finish(slots.o, "o")?,
                p: <Duration as __p::Field>::finish(slots.p, "p")?,
                q: <SystemTime as __p::Field>::finish(slots.q, "q")?,
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
