//! Examples on fields, variants and arguments: the documents show them.
use polywire::{Message, Result, service};
pub enum Genre {
    Fiction,
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
                        name: __p::Cow::Borrowed("GENRE_POETRY"),
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
                Self::Fiction => 1i32,
                Self::Poetry => 2i32,
            }
        }
        fn from_number(number: i32) -> ::core::option::Option<Self> {
            match number {
                1i32 => ::core::option::Option::Some(Self::Fiction),
                2i32 => ::core::option::Option::Some(Self::Poetry),
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
pub enum Price {
    Cents(i64),
    Free,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl __p::Message for Price {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Price");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("cents"),
                        json: __p::Cow::Borrowed("cents"),
                        number: 1,
                        ty: <i64 as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[__p::model::Example::Number(__p::Cow::Borrowed("1250"))],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("free"),
                        json: __p::Cow::Borrowed("free"),
                        number: 2,
                        ty: <() as __p::Member>::TYPE,
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
            oneof: ::core::option::Option::Some(__p::Cow::Borrowed("kind")),
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <i64 as __p::Member>::register(definitions);
            <() as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Cents(value) => <i64 as __p::Member>::member_len(value, 1),
                Self::Free => <() as __p::Member>::member_len(&(), 2),
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Cents(value) => <i64 as __p::Member>::put_member(value, 1, __out),
                Self::Free => <() as __p::Member>::put_member(&(), 2, __out),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Cents(value) => {
                    <i64 as __p::Member>::write_member(value, __out, "cents", "cents")
                }
                Self::Free => {
                    <() as __p::Member>::write_member(&(), __out, "free", "free")
                }
            }
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => {
                    <i64 as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Cents(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Cents,
                    )
                }
                2 => {
                    <() as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Free => ::core::option::Option::Some(()),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |()| Self::Free,
                    )
                }
                _ => input.skip(number, wire),
            }
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i64 as __p::Member>::merge_member_json(slots, value, Self::Cents),
                1 => {
                    <() as __p::Member>::merge_member_json(slots, value, |()| Self::Free)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent("kind"))
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Price {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Price {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Book {
    pub id: i64,
    /// Its title.
    pub title: String,
    pub genre: Genre,
    pub tags: Vec<String>,
    pub rating: Option<f64>,
    pub price: Price,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        id: <i64 as __p::Field>::Slot,
        title: <String as __p::Field>::Slot,
        genre: <Genre as __p::Field>::Slot,
        tags: <Vec<String> as __p::Field>::Slot,
        rating: <Option<f64> as __p::Field>::Slot,
        price: <Price as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                title: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                genre: <<Genre as __p::Field>::Slot as ::core::default::Default>::default(),
                tags: <<Vec<
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                rating: <<Option<
                    f64,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                price: <<Price as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        ty: <i64 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[__p::model::Example::Number(__p::Cow::Borrowed("7"))],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("title"),
                        json: __p::Cow::Borrowed("title"),
                        number: 2,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("Its title."),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[__p::model::Example::Text(__p::Cow::Borrowed("Dune"))],
                        ),
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
                        examples: __p::Cow::Borrowed(
                            &[
                                __p::model::Example::Text(
                                    __p::Cow::Borrowed("GENRE_FICTION"),
                                ),
                            ],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("tags"),
                        json: __p::Cow::Borrowed("tags"),
                        number: 4,
                        ty: <Vec<String> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[
                                __p::model::Example::Text(__p::Cow::Borrowed("desert")),
                                __p::model::Example::Text(__p::Cow::Borrowed("spice")),
                            ],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("rating"),
                        json: __p::Cow::Borrowed("rating"),
                        number: 5,
                        ty: <Option<f64> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(
                            &[__p::model::Example::Number(__p::Cow::Borrowed("4.5"))],
                        ),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("price"),
                        json: __p::Cow::Borrowed("price"),
                        number: 6,
                        ty: <Price as __p::Field>::TYPE,
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
            <String as __p::Field>::register(definitions);
            <Genre as __p::Field>::register(definitions);
            <Vec<String> as __p::Field>::register(definitions);
            <Option<f64> as __p::Field>::register(definitions);
            <Price as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i64 as __p::Field>::field_len(&self.id, 1)
                + <String as __p::Field>::field_len(&self.title, 2)
                + <Genre as __p::Field>::field_len(&self.genre, 3)
                + <Vec<String> as __p::Field>::field_len(&self.tags, 4)
                + <Option<f64> as __p::Field>::field_len(&self.rating, 5)
                + <Price as __p::Field>::field_len(&self.price, 6)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i64 as __p::Field>::put_field(&self.id, 1, out);
            <String as __p::Field>::put_field(&self.title, 2, out);
            <Genre as __p::Field>::put_field(&self.genre, 3, out);
            <Vec<String> as __p::Field>::put_field(&self.tags, 4, out);
            <Option<f64> as __p::Field>::put_field(&self.rating, 5, out);
            <Price as __p::Field>::put_field(&self.price, 6, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i64 as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => <String as __p::Field>::merge_field(&mut slots.title, wire, input),
                3 => <Genre as __p::Field>::merge_field(&mut slots.genre, wire, input),
                4 => {
                    <Vec<
                        String,
                    > as __p::Field>::merge_field(&mut slots.tags, wire, input)
                }
                5 => {
                    <Option<
                        f64,
                    > as __p::Field>::merge_field(&mut slots.rating, wire, input)
                }
                6 => <Price as __p::Field>::merge_field(&mut slots.price, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i64 as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <String as __p::Field>::write_field(&self.title, out, "title", "title")?;
            <Genre as __p::Field>::write_field(&self.genre, out, "genre", "genre")?;
            <Vec<String> as __p::Field>::write_field(&self.tags, out, "tags", "tags")?;
            <Option<
                f64,
            > as __p::Field>::write_field(&self.rating, out, "rating", "rating")?;
            <Price as __p::Field>::write_field(&self.price, out, "price", "price")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i64 as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <String as __p::Field>::merge_field_json(&mut slots.title, value),
                2 => <Genre as __p::Field>::merge_field_json(&mut slots.genre, value),
                3 => {
                    <Vec<String> as __p::Field>::merge_field_json(&mut slots.tags, value)
                }
                4 => {
                    <Option<
                        f64,
                    > as __p::Field>::merge_field_json(&mut slots.rating, value)
                }
                5 => <Price as __p::Field>::merge_field_json(&mut slots.price, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <i64 as __p::Field>::finish(slots.id, "id")?,
                title: <String as __p::Field>::finish(slots.title, "title")?,
                genre: <Genre as __p::Field>::finish(slots.genre, "genre")?,
                tags: <Vec<String> as __p::Field>::finish(slots.tags, "tags")?,
                rating: <Option<f64> as __p::Field>::finish(slots.rating, "rating")?,
                price: <Price as __p::Field>::finish(slots.price, "price")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    2,
                );
                <Genre as __p::Field>::check_field(&self.genre, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    5,
                );
                <Price as __p::Field>::check_field(&self.price, &__RULES, __check);
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
    fn get_book(
        &self,
        id: i64,
        whole: bool,
    ) -> impl ::core::future::Future<Output = Result<Book>> + ::core::marker::Send;
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
    struct GetBookRequest {
        id: i64,
        whole: bool,
    }
    const _: () = {
        pub struct __Slots {
            id: <i64 as __p::Field>::Slot,
            whole: <bool as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    whole: <<bool as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for GetBookRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GetBookRequest",
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
                            ty: <i64 as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(
                                &[__p::model::Example::Number(__p::Cow::Borrowed("7"))],
                            ),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(&[]),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::None,
                            json_written: false,
                        },
                        __p::model::Field {
                            name: __p::Cow::Borrowed("whole"),
                            json: __p::Cow::Borrowed("whole"),
                            number: 2,
                            ty: <bool as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(
                                &[__p::model::Example::Bool(true)],
                            ),
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
                <bool as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i64 as __p::Field>::field_len(&self.id, 1)
                    + <bool as __p::Field>::field_len(&self.whole, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.id, 1, out);
                <bool as __p::Field>::put_field(&self.whole, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i64 as __p::Field>::merge_field(&mut slots.id, wire, input),
                    2 => <bool as __p::Field>::merge_field(&mut slots.whole, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(&self.id, out, "id", "id")?;
                <bool as __p::Field>::write_field(&self.whole, out, "whole", "whole")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i64 as __p::Field>::merge_field_json(&mut slots.id, value),
                    1 => <bool as __p::Field>::merge_field_json(&mut slots.whole, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <i64 as __p::Field>::finish(slots.id, "id")?,
                    whole: <bool as __p::Field>::finish(slots.whole, "whole")?,
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
                        name: __p::Cow::Borrowed("GetBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <GetBookRequest as __p::Request>::NAME,
                        output: <Book as __p::Response>::NAME,
                        error: <Result<Book> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PutBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: __p::Sure::<Book>::NAME,
                        output: <() as __p::Response>::NAME,
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
        methods: &[&GET_BOOK, &PUT_BOOK],
        register: |definitions| {
            __p::Sure::<GetBookRequest>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<()>::register(definitions);
        },
    };
    static GET_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/GetBook",
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
                endpoint: ::core::option::Option::Some(__p::transport::http::Template {
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
                            __p::transport::http::Segment::Literal(
                                __p::Cow::Borrowed("watch"),
                            ),
                        ],
                    ),
                    verb: ::core::option::Option::None,
                }),
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
    static PUT_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
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
                (GetBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &GET_BOOK,
                |s, _cx, req| async move {
                    Books::get_book(&*s, req.id, req.whole).await
                },
            );
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
        ///The method `get_book`, with the types of its arguments.
        pub const GET_BOOK: __p::TypedMethod<(i64, bool)> = __p::TypedMethod::new(
            &GET_BOOK,
            |input| {
                __p::Sure::<GetBookRequest>::read(input).map(|req| (req.id, req.whole))
            },
        );
        ///The method `put_book`, with the types of its arguments.
        pub const PUT_BOOK: __p::TypedMethod<Book> = __p::TypedMethod::new(
            &PUT_BOOK,
            |input| __p::Sure::<Book>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn get_book(&self, id: i64, whole: bool) -> Result<Book> {
            __p::Sure::<
                (GetBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &GET_BOOK,
                    __p::Context::current(),
                    GetBookRequest { id, whole },
                )
                .await
        }
        async fn put_book(&self, book: Book) -> Result<()> {
            __p::Sure::<
                (Book, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_BOOK, __p::Context::current(), book)
                .await
        }
    }
};
