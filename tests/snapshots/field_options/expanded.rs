//! Defaults, fields that are on no wire, deprecated ones.
use polywire::{Message, Result, service};
pub struct Page {
    pub size: i32,
    pub order: String,
    pub weight: f64,
    pub offset: i64,
    pub filter: Filter,
    pub genre: Genre,
    pub cached: std::sync::OnceLock<String>,
    pub token: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        size: ::core::option::Option<i32>,
        order: ::core::option::Option<String>,
        weight: ::core::option::Option<f64>,
        offset: ::core::option::Option<i64>,
        filter: ::core::option::Option<Filter>,
        genre: ::core::option::Option<Genre>,
        token: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                size: <::core::option::Option<
                    i32,
                > as ::core::default::Default>::default(),
                order: <::core::option::Option<
                    String,
                > as ::core::default::Default>::default(),
                weight: <::core::option::Option<
                    f64,
                > as ::core::default::Default>::default(),
                offset: <::core::option::Option<
                    i64,
                > as ::core::default::Default>::default(),
                filter: <::core::option::Option<
                    Filter,
                > as ::core::default::Default>::default(),
                genre: <::core::option::Option<
                    Genre,
                > as ::core::default::Default>::default(),
                token: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Page {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Page");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("size"),
                        json: __p::Cow::Borrowed("size"),
                        number: 1,
                        ty: <i32 as __p::Defaulted>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::Some(
                            __p::model::Example::Number(__p::Cow::Borrowed("20")),
                        ),
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("order"),
                        json: __p::Cow::Borrowed("order"),
                        number: 2,
                        ty: <String as __p::Defaulted>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::Some(
                            __p::model::Example::Text(__p::Cow::Borrowed("title")),
                        ),
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("weight"),
                        json: __p::Cow::Borrowed("weight"),
                        number: 3,
                        ty: <f64 as __p::Defaulted>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::Some(
                            __p::model::Example::Number(__p::Cow::Borrowed("-1.5")),
                        ),
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("offset"),
                        json: __p::Cow::Borrowed("offset"),
                        number: 4,
                        ty: <i64 as __p::Defaulted<{ __p::ZIGZAG }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::Some(
                            __p::model::Example::Number(__p::Cow::Borrowed("0")),
                        ),
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("filter"),
                        json: __p::Cow::Borrowed("filter"),
                        number: 5,
                        ty: <Filter as __p::Defaulted>::TYPE,
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
                        number: 6,
                        ty: <Genre as __p::Defaulted>::TYPE,
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
                        name: __p::Cow::Borrowed("token"),
                        json: __p::Cow::Borrowed("token"),
                        number: 7,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: true,
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
            <i32 as __p::Defaulted>::register(definitions);
            <String as __p::Defaulted>::register(definitions);
            <f64 as __p::Defaulted>::register(definitions);
            <i64 as __p::Defaulted<{ __p::ZIGZAG }>>::register(definitions);
            <Filter as __p::Defaulted>::register(definitions);
            <Genre as __p::Defaulted>::register(definitions);
            <String as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Defaulted>::field_len(&self.size, 1)
                + <String as __p::Defaulted>::field_len(&self.order, 2)
                + <f64 as __p::Defaulted>::field_len(&self.weight, 3)
                + <i64 as __p::Defaulted<{ __p::ZIGZAG }>>::field_len(&self.offset, 4)
                + <Filter as __p::Defaulted>::field_len(&self.filter, 5)
                + <Genre as __p::Defaulted>::field_len(&self.genre, 6)
                + <String as __p::Field>::field_len(&self.token, 7)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Defaulted>::put_field(&self.size, 1, out);
            <String as __p::Defaulted>::put_field(&self.order, 2, out);
            <f64 as __p::Defaulted>::put_field(&self.weight, 3, out);
            <i64 as __p::Defaulted<{ __p::ZIGZAG }>>::put_field(&self.offset, 4, out);
            <Filter as __p::Defaulted>::put_field(&self.filter, 5, out);
            <Genre as __p::Defaulted>::put_field(&self.genre, 6, out);
            <String as __p::Field>::put_field(&self.token, 7, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i32 as __p::Defaulted>::merge_field(&mut slots.size, wire, input),
                2 => {
                    <String as __p::Defaulted>::merge_field(
                        &mut slots.order,
                        wire,
                        input,
                    )
                }
                3 => <f64 as __p::Defaulted>::merge_field(&mut slots.weight, wire, input),
                4 => {
                    <i64 as __p::Defaulted<
                        { __p::ZIGZAG },
                    >>::merge_field(&mut slots.offset, wire, input)
                }
                5 => {
                    <Filter as __p::Defaulted>::merge_field(
                        &mut slots.filter,
                        wire,
                        input,
                    )
                }
                6 => {
                    <Genre as __p::Defaulted>::merge_field(&mut slots.genre, wire, input)
                }
                7 => <String as __p::Field>::merge_field(&mut slots.token, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Defaulted>::write_field(&self.size, out, "size", "size")?;
            <String as __p::Defaulted>::write_field(&self.order, out, "order", "order")?;
            <f64 as __p::Defaulted>::write_field(&self.weight, out, "weight", "weight")?;
            <i64 as __p::Defaulted<
                { __p::ZIGZAG },
            >>::write_field(&self.offset, out, "offset", "offset")?;
            <Filter as __p::Defaulted>::write_field(
                &self.filter,
                out,
                "filter",
                "filter",
            )?;
            <Genre as __p::Defaulted>::write_field(&self.genre, out, "genre", "genre")?;
            <String as __p::Field>::write_field(&self.token, out, "token", "token")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i32 as __p::Defaulted>::merge_field_json(&mut slots.size, value),
                1 => {
                    <String as __p::Defaulted>::merge_field_json(&mut slots.order, value)
                }
                2 => <f64 as __p::Defaulted>::merge_field_json(&mut slots.weight, value),
                3 => {
                    <i64 as __p::Defaulted<
                        { __p::ZIGZAG },
                    >>::merge_field_json(&mut slots.offset, value)
                }
                4 => {
                    <Filter as __p::Defaulted>::merge_field_json(
                        &mut slots.filter,
                        value,
                    )
                }
                5 => <Genre as __p::Defaulted>::merge_field_json(&mut slots.genre, value),
                6 => <String as __p::Field>::merge_field_json(&mut slots.token, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                size: slots.size.unwrap_or_else(|| 20),
                order: slots
                    .order
                    .unwrap_or_else(|| ::core::convert::Into::into("title")),
                weight: slots.weight.unwrap_or_else(|| -1.5),
                offset: slots
                    .offset
                    .unwrap_or_else(|| ::core::default::Default::default()),
                filter: slots
                    .filter
                    .unwrap_or_else(|| ::core::default::Default::default()),
                genre: slots
                    .genre
                    .unwrap_or_else(|| ::core::default::Default::default()),
                token: <String as __p::Field>::finish(slots.token, "token")?,
                cached: ::core::default::Default::default(),
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Page as __p::Message>::SCHEMA,
                    4,
                );
                <Filter as __p::Defaulted>::check_field(&self.filter, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Page as __p::Message>::SCHEMA,
                    5,
                );
                <Genre as __p::Defaulted>::check_field(&self.genre, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Page {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Page {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
#[derive(Default)]
pub struct Filter {
    pub author: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        author: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                author: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Filter {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Filter");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("author"),
                        json: __p::Cow::Borrowed("author"),
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
                ],
            ),
            oneof: ::core::option::Option::None,
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <String as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.author, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.author, 1, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.author, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.author, out, "author", "author")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.author, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                author: <String as __p::Field>::finish(slots.author, "author")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Filter {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Filter {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
#[derive(Default)]
pub enum Genre {
    Essay,
    #[default]
    Novel,
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
                        name: __p::Cow::Borrowed("GENRE_ESSAY"),
                        number: 1i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("GENRE_NOVEL"),
                        number: 2i32,
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
                Self::Essay => 1i32,
                Self::Novel => 2i32,
            }
        }
        fn from_number(number: i32) -> ::core::option::Option<Self> {
            match number {
                1i32 => ::core::option::Option::Some(Self::Essay),
                2i32 => ::core::option::Option::Some(Self::Novel),
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn put(
        &self,
        page: Page,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn list(
        &self,
        author: String,
        limit: u32,
    ) -> impl ::core::future::Future<
        Output = Result<Vec<String>>,
    > + ::core::marker::Send;
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
    struct ListRequest {
        author: String,
        limit: u32,
    }
    const _: () = {
        pub struct __Slots {
            author: <String as __p::Field>::Slot,
            limit: ::core::option::Option<u32>,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    author: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    limit: <::core::option::Option<
                        u32,
                    > as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ListRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ListRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("author"),
                            json: __p::Cow::Borrowed("author"),
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
                            name: __p::Cow::Borrowed("limit"),
                            json: __p::Cow::Borrowed("limit"),
                            number: 2,
                            ty: <u32 as __p::Defaulted>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(&[]),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::Some(
                                __p::model::Example::Number(__p::Cow::Borrowed("50")),
                            ),
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
                <u32 as __p::Defaulted>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <String as __p::Field>::field_len(&self.author, 1)
                    + <u32 as __p::Defaulted>::field_len(&self.limit, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.author, 1, out);
                <u32 as __p::Defaulted>::put_field(&self.limit, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <String as __p::Field>::merge_field(
                            &mut slots.author,
                            wire,
                            input,
                        )
                    }
                    2 => {
                        <u32 as __p::Defaulted>::merge_field(
                            &mut slots.limit,
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
                <String as __p::Field>::write_field(
                    &self.author,
                    out,
                    "author",
                    "author",
                )?;
                <u32 as __p::Defaulted>::write_field(
                    &self.limit,
                    out,
                    "limit",
                    "limit",
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
                        <String as __p::Field>::merge_field_json(
                            &mut slots.author,
                            value,
                        )
                    }
                    1 => {
                        <u32 as __p::Defaulted>::merge_field_json(
                            &mut slots.limit,
                            value,
                        )
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    author: <String as __p::Field>::finish(slots.author, "author")?,
                    limit: slots.limit.unwrap_or_else(|| 50),
                })
            }
        }
    };
    struct ListResponse {
        result: Vec<String>,
    }
    const _: () = {
        pub struct __Slots {
            result: <Vec<String> as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<Vec<
                        String,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ListResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ListResponse",
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
                            ty: <Vec<String> as __p::Field>::TYPE,
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
                <Vec<String> as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Vec<String> as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Vec<String> as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <Vec<
                            String,
                        > as __p::Field>::merge_field(&mut slots.result, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <Vec<
                    String,
                > as __p::Field>::write_field(&self.result, out, "result", "result")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => {
                        <Vec<
                            String,
                        > as __p::Field>::merge_field_json(&mut slots.result, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <Vec<String> as __p::Field>::finish(slots.result, "result")?,
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
                        name: __p::Cow::Borrowed("Put"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Page as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <Result<()> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("List"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <ListRequest as __p::Request>::NAME,
                        output: <ListResponse as __p::Response>::NAME,
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
        methods: &[&PUT, &LIST],
        register: |definitions| {
            __p::Sure::<Page>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<ListRequest>::register(definitions);
            __p::Sure::<ListResponse>::register(definitions);
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
    static LIST: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/List",
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
                (Page, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT,
                |s, _cx, req| async move { Books::put(&*s, req).await },
            );
            __p::Sure::<
                (
                    ListRequest,
                    ListResponse,
                    <Result<Vec<String>> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &LIST,
                |s, _cx, req| async move {
                    Books::list(&*s, req.author, req.limit)
                        .await
                        .map(|result| ListResponse { result })
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
        ///The method `put`, with the types of its arguments.
        pub const PUT: __p::TypedMethod<Page> = __p::TypedMethod::new(
            &PUT,
            |input| __p::Sure::<Page>::read(input),
        );
        ///The method `list`, with the types of its arguments.
        pub const LIST: __p::TypedMethod<(String, u32)> = __p::TypedMethod::new(
            &LIST,
            |input| {
                __p::Sure::<ListRequest>::read(input).map(|req| (req.author, req.limit))
            },
        );
    }
    impl Books for BooksClient {
        async fn put(&self, page: Page) -> Result<()> {
            __p::Sure::<
                (Page, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT, __p::Context::current(), page)
                .await
        }
        async fn list(&self, author: String, limit: u32) -> Result<Vec<String>> {
            __p::Sure::<
                (
                    ListRequest,
                    ListResponse,
                    <Result<Vec<String>> as __p::Fallible>::Error,
                ),
            >::unary(
                    &self.0,
                    &LIST,
                    __p::Context::current(),
                    ListRequest { author, limit },
                )
                .await
                .map(|response: ListResponse| response.result)
        }
    }
};
