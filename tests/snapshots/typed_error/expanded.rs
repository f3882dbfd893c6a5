//! An error of the user's own is a message, and one of its variants holds any other status.
use polywire::{Error, Result, Status, service};
#[derive(Debug)]
pub enum BookError {
    /// No such book.
    Missing { id: i32 },
    SoldOut,
    Fallen(String),
    Price { cents: i64 },
    Other(Status),
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    struct __Missing {
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
        impl __p::Message for __Missing {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "BookError.Missing",
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
    struct __MissingRef<'a> {
        id: &'a i32,
    }
    #[allow(unused_variables)]
    impl<'a> __p::View for __MissingRef<'a> {
        const FIELDS: usize = 1usize;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(self.id, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(self.id, 1, out);
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field>::write_field(self.id, out, "id", "id")?;
            ::core::result::Result::Ok(())
        }
    }
    struct __Price {
        cents: i64,
    }
    const _: () = {
        pub struct __Slots {
            cents: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    cents: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for __Price {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "BookError.Price",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("cents"),
                            json: __p::Cow::Borrowed("cents"),
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
                0 + <i64 as __p::Field>::field_len(&self.cents, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.cents, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i64 as __p::Field>::merge_field(&mut slots.cents, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(&self.cents, out, "cents", "cents")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i64 as __p::Field>::merge_field_json(&mut slots.cents, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    cents: <i64 as __p::Field>::finish(slots.cents, "cents")?,
                })
            }
        }
    };
    struct __PriceRef<'a> {
        cents: &'a i64,
    }
    #[allow(unused_variables)]
    impl<'a> __p::View for __PriceRef<'a> {
        const FIELDS: usize = 1usize;
        fn fields_len(&self) -> usize {
            0 + <i64 as __p::Field>::field_len(self.cents, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i64 as __p::Field>::put_field(self.cents, 1, out);
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i64 as __p::Field>::write_field(self.cents, out, "cents", "cents")?;
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl __p::Message for BookError {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("BookError");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("missing"),
                        json: __p::Cow::Borrowed("missing"),
                        number: 1,
                        ty: <__Missing as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("No such book."),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::Some(__p::model::Failure {
                            code: __p::model::Code::NotFound,
                            message: __p::Cow::Borrowed("no book {id}"),
                        }),
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("sold_out"),
                        json: __p::Cow::Borrowed("soldOut"),
                        number: 2,
                        ty: <() as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::Some(__p::model::Failure {
                            code: __p::model::Code::FailedPrecondition,
                            message: __p::Cow::Borrowed("sold out"),
                        }),
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("fallen"),
                        json: __p::Cow::Borrowed("fallen"),
                        number: 3,
                        ty: <String as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::Some(__p::model::Failure {
                            code: __p::model::Code::Internal,
                            message: __p::Cow::Borrowed("shelf {0:?} fell"),
                        }),
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("price"),
                        json: __p::Cow::Borrowed("price"),
                        number: 9,
                        ty: <__Price as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::Some(__p::model::Failure {
                            code: __p::model::Code::InvalidArgument,
                            message: __p::Cow::Borrowed("{} is no price"),
                        }),
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                ],
            ),
            oneof: ::core::option::Option::Some(__p::Cow::Borrowed("error")),
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <__Missing as __p::Member>::register(definitions);
            <() as __p::Member>::register(definitions);
            <String as __p::Member>::register(definitions);
            <__Price as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Missing { id } => __p::view_len(&__MissingRef { id }, 1),
                Self::SoldOut => <() as __p::Member>::member_len(&(), 2),
                Self::Fallen(value) => <String as __p::Member>::member_len(value, 3),
                Self::Price { cents } => __p::view_len(&__PriceRef { cents }, 9),
                Self::Other(_) => 0,
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Missing { id } => __p::put_view(&__MissingRef { id }, 1, __out),
                Self::SoldOut => <() as __p::Member>::put_member(&(), 2, __out),
                Self::Fallen(value) => {
                    <String as __p::Member>::put_member(value, 3, __out)
                }
                Self::Price { cents } => __p::put_view(&__PriceRef { cents }, 9, __out),
                Self::Other(_) => {}
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Missing { id } => {
                    __p::write_view(&__MissingRef { id }, __out, "missing", "missing")
                }
                Self::SoldOut => {
                    <() as __p::Member>::write_member(&(), __out, "soldOut", "sold_out")
                }
                Self::Fallen(value) => {
                    <String as __p::Member>::write_member(
                        value,
                        __out,
                        "fallen",
                        "fallen",
                    )
                }
                Self::Price { cents } => {
                    __p::write_view(&__PriceRef { cents }, __out, "price", "price")
                }
                Self::Other(_) => ::core::result::Result::Ok(()),
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
                    <__Missing as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Missing { id } => {
                                ::core::option::Option::Some(__Missing { id })
                            }
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |__Missing { id }| Self::Missing { id },
                    )
                }
                2 => {
                    <() as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::SoldOut => ::core::option::Option::Some(()),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |()| Self::SoldOut,
                    )
                }
                3 => {
                    <String as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Fallen(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Fallen,
                    )
                }
                9 => {
                    <__Price as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Price { cents } => {
                                ::core::option::Option::Some(__Price { cents })
                            }
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |__Price { cents }| Self::Price { cents },
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
                0 => {
                    <__Missing as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |__Missing { id }| Self::Missing { id },
                    )
                }
                1 => {
                    <() as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |()| Self::SoldOut,
                    )
                }
                2 => {
                    <String as __p::Member>::merge_member_json(
                        slots,
                        value,
                        Self::Fallen,
                    )
                }
                3 => {
                    <__Price as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |__Price { cents }| Self::Price { cents },
                    )
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent("error"))
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for BookError {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for BookError {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
    #[automatically_derived]
    impl __p::TypedError for BookError {
        fn code(&self) -> __p::Code {
            match self {
                Self::Missing { .. } => __p::Code::NotFound,
                Self::SoldOut { .. } => __p::Code::FailedPrecondition,
                Self::Fallen { .. } => __p::Code::Internal,
                Self::Price { .. } => __p::Code::InvalidArgument,
                Self::Other(status) => status.code(),
            }
        }
        fn into_fallback(self) -> ::core::result::Result<__p::Status, Self> {
            match self {
                Self::Other(status) => ::core::result::Result::Ok(status),
                #[allow(unreachable_patterns)]
                error => ::core::result::Result::Err(error),
            }
        }
        fn from_fallback(status: __p::Status) -> Self {
            Self::Other(status)
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl ::core::fmt::Display for BookError {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Missing { id } => ::core::write!(__f, "no book {id}"),
                Self::SoldOut => ::core::write!(__f, "sold out"),
                Self::Fallen(_0) => ::core::write!(__f, "shelf {0:?} fell", _0),
                Self::Price { cents } => ::core::write!(__f, "{} is no price", cents),
                Self::Other(status) => ::core::fmt::Display::fmt(status, __f),
            }
        }
    }
    #[automatically_derived]
    impl ::core::error::Error for BookError {
        fn source(
            &self,
        ) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
            match self {
                Self::Other(status) => ::core::error::Error::source(status),
                #[allow(unreachable_patterns)]
                _ => ::core::option::Option::None,
            }
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<__p::Status> for BookError {
        fn from(status: __p::Status) -> Self {
            __p::typed(status)
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<BookError> for __p::Status {
        fn from(error: BookError) -> Self {
            __p::Reject::into_status(error)
        }
    }
};
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    /// # Errors
    /// [`BookError`]: the method's own errors, and one variant with the status of whatever else goes wrong.
    fn buy(
        &self,
        id: i32,
    ) -> impl ::core::future::Future<
        Output = Result<(), BookError>,
    > + ::core::marker::Send;
    /// Gives one back.
    ///
    /// # Errors
    /// [`BookError`]: the method's own errors, and one variant with the status of whatever else goes wrong.
    fn give_back(
        &self,
        id: i32,
    ) -> impl ::core::future::Future<
        Output = Result<(), BookError>,
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
    struct BuyRequest {
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
        impl __p::Message for BuyRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local("BuyRequest");
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
    struct GiveBackRequest {
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
        impl __p::Message for GiveBackRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GiveBackRequest",
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
                        name: __p::Cow::Borrowed("Buy"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <BuyRequest as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <BookError as __p::MethodError>::NAME,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("GiveBack"),
                        docs: __p::Cow::Borrowed("Gives one back."),
                        shape: __p::model::Shape::Unary,
                        input: <GiveBackRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: __p::Sure::<BookError>::ERROR,
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
        methods: &[&BUY, &GIVE_BACK],
        register: |definitions| {
            __p::Sure::<BuyRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<BookError>::register(definitions);
            __p::Sure::<GiveBackRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<BookError>::register(definitions);
        },
    };
    static BUY: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Buy",
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
    static GIVE_BACK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/GiveBack",
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
                (BuyRequest, (), BookError),
            >::serve_unary(
                &mut mount,
                &BUY,
                |s, _cx, req| async move { Books::buy(&*s, req.id).await },
            );
            __p::Sure::<
                (GiveBackRequest, (), BookError),
            >::serve_unary(
                &mut mount,
                &GIVE_BACK,
                |s, _cx, req| async move { Books::give_back(&*s, req.id).await },
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
        ///The method `buy`, with the types of its arguments.
        pub const BUY: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &BUY,
            |input| __p::Sure::<BuyRequest>::read(input).map(|req| req.id),
        );
        ///The method `give_back`, with the types of its arguments.
        pub const GIVE_BACK: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &GIVE_BACK,
            |input| __p::Sure::<GiveBackRequest>::read(input).map(|req| req.id),
        );
    }
    impl Books for BooksClient {
        async fn buy(&self, id: i32) -> Result<(), BookError> {
            __p::Sure::<
                (BuyRequest, (), BookError),
            >::unary(&self.0, &BUY, __p::Context::current(), BuyRequest { id })
                .await
        }
        async fn give_back(&self, id: i32) -> Result<(), BookError> {
            __p::Sure::<
                (GiveBackRequest, (), BookError),
            >::unary(
                    &self.0,
                    &GIVE_BACK,
                    __p::Context::current(),
                    GiveBackRequest { id },
                )
                .await
        }
    }
};
