//! A request, work, and news over AMQP.
use polywire::{Result, service};
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn get_price(
        &self,
        id: i32,
    ) -> impl ::core::future::Future<Output = Result<i64>> + ::core::marker::Send;
    fn process_order(
        &self,
        order_id: i64,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn print(
        &self,
        id: i32,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn change_order(
        &self,
        order_id: i64,
        note: String,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn prices_seen(
        &self,
        prices: Vec<i64>,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn order_moved(
        &self,
        status: String,
        order_id: i64,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn price_changed(
        &self,
        id: i32,
        price: i64,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn reprint(
        &self,
        id: i32,
        copies: Option<i32>,
    ) -> impl ::core::future::Future<Output = Result<i64>> + ::core::marker::Send;
    fn stock_changed(
        &self,
        id: i32,
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
    struct GetPriceRequest {
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
    struct ProcessOrderRequest {
        order_id: i64,
    }
    const _: () = {
        pub struct __Slots {
            order_id: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    order_id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ProcessOrderRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ProcessOrderRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("order_id"),
                            json: __p::Cow::Borrowed("orderId"),
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
                0 + <i64 as __p::Field>::field_len(&self.order_id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.order_id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <i64 as __p::Field>::merge_field(
                            &mut slots.order_id,
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
                <i64 as __p::Field>::write_field(
                    &self.order_id,
                    out,
                    "orderId",
                    "order_id",
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
                        <i64 as __p::Field>::merge_field_json(&mut slots.order_id, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    order_id: <i64 as __p::Field>::finish(slots.order_id, "order_id")?,
                })
            }
        }
    };
    struct PrintRequest {
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
        impl __p::Message for PrintRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "PrintRequest",
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
    struct ChangeOrderRequest {
        order_id: i64,
        note: String,
    }
    const _: () = {
        pub struct __Slots {
            order_id: <i64 as __p::Field>::Slot,
            note: <String as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    order_id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    note: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ChangeOrderRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ChangeOrderRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("order_id"),
                            json: __p::Cow::Borrowed("orderId"),
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
                        __p::model::Field {
                            name: __p::Cow::Borrowed("note"),
                            json: __p::Cow::Borrowed("note"),
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
                    ],
                ),
                oneof: ::core::option::Option::None,
                reserved: __p::model::Reserved::NONE,
                deprecated: false,
            };
            fn register_fields(definitions: &mut __p::model::Definitions) {
                <i64 as __p::Field>::register(definitions);
                <String as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i64 as __p::Field>::field_len(&self.order_id, 1)
                    + <String as __p::Field>::field_len(&self.note, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.order_id, 1, out);
                <String as __p::Field>::put_field(&self.note, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <i64 as __p::Field>::merge_field(
                            &mut slots.order_id,
                            wire,
                            input,
                        )
                    }
                    2 => {
                        <String as __p::Field>::merge_field(&mut slots.note, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(
                    &self.order_id,
                    out,
                    "orderId",
                    "order_id",
                )?;
                <String as __p::Field>::write_field(&self.note, out, "note", "note")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => {
                        <i64 as __p::Field>::merge_field_json(&mut slots.order_id, value)
                    }
                    1 => <String as __p::Field>::merge_field_json(&mut slots.note, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    order_id: <i64 as __p::Field>::finish(slots.order_id, "order_id")?,
                    note: <String as __p::Field>::finish(slots.note, "note")?,
                })
            }
        }
    };
    struct PricesSeenRequest {
        prices: Vec<i64>,
    }
    const _: () = {
        pub struct __Slots {
            prices: <Vec<i64> as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    prices: <<Vec<
                        i64,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for PricesSeenRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "PricesSeenRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("prices"),
                            json: __p::Cow::Borrowed("prices"),
                            number: 1,
                            ty: <Vec<i64> as __p::Field>::TYPE,
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
                <Vec<i64> as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Vec<i64> as __p::Field>::field_len(&self.prices, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Vec<i64> as __p::Field>::put_field(&self.prices, 1, out);
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
                            i64,
                        > as __p::Field>::merge_field(&mut slots.prices, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <Vec<
                    i64,
                > as __p::Field>::write_field(&self.prices, out, "prices", "prices")?;
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
                            i64,
                        > as __p::Field>::merge_field_json(&mut slots.prices, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    prices: <Vec<i64> as __p::Field>::finish(slots.prices, "prices")?,
                })
            }
        }
    };
    struct OrderMovedRequest {
        status: String,
        order_id: i64,
    }
    const _: () = {
        pub struct __Slots {
            status: <String as __p::Field>::Slot,
            order_id: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    status: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    order_id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for OrderMovedRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "OrderMovedRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("status"),
                            json: __p::Cow::Borrowed("status"),
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
                            name: __p::Cow::Borrowed("order_id"),
                            json: __p::Cow::Borrowed("orderId"),
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
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <String as __p::Field>::field_len(&self.status, 1)
                    + <i64 as __p::Field>::field_len(&self.order_id, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.status, 1, out);
                <i64 as __p::Field>::put_field(&self.order_id, 2, out);
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
                            &mut slots.status,
                            wire,
                            input,
                        )
                    }
                    2 => {
                        <i64 as __p::Field>::merge_field(
                            &mut slots.order_id,
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
                    &self.status,
                    out,
                    "status",
                    "status",
                )?;
                <i64 as __p::Field>::write_field(
                    &self.order_id,
                    out,
                    "orderId",
                    "order_id",
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
                            &mut slots.status,
                            value,
                        )
                    }
                    1 => {
                        <i64 as __p::Field>::merge_field_json(&mut slots.order_id, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    status: <String as __p::Field>::finish(slots.status, "status")?,
                    order_id: <i64 as __p::Field>::finish(slots.order_id, "order_id")?,
                })
            }
        }
    };
    struct PriceChangedRequest {
        id: i32,
        price: i64,
    }
    const _: () = {
        pub struct __Slots {
            id: <i32 as __p::Field>::Slot,
            price: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    price: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for PriceChangedRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "PriceChangedRequest",
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
                        __p::model::Field {
                            name: __p::Cow::Borrowed("price"),
                            json: __p::Cow::Borrowed("price"),
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
                <i64 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.id, 1)
                    + <i64 as __p::Field>::field_len(&self.price, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.id, 1, out);
                <i64 as __p::Field>::put_field(&self.price, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                    2 => <i64 as __p::Field>::merge_field(&mut slots.price, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
                <i64 as __p::Field>::write_field(&self.price, out, "price", "price")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                    1 => <i64 as __p::Field>::merge_field_json(&mut slots.price, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <i32 as __p::Field>::finish(slots.id, "id")?,
                    price: <i64 as __p::Field>::finish(slots.price, "price")?,
                })
            }
        }
    };
    struct ReprintRequest {
        id: i32,
        copies: Option<i32>,
    }
    const _: () = {
        pub struct __Slots {
            id: <i32 as __p::Field>::Slot,
            copies: <Option<i32> as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    copies: <<Option<
                        i32,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ReprintRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ReprintRequest",
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
                        __p::model::Field {
                            name: __p::Cow::Borrowed("copies"),
                            json: __p::Cow::Borrowed("copies"),
                            number: 2,
                            ty: <Option<i32> as __p::Field>::TYPE,
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
                <Option<i32> as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.id, 1)
                    + <Option<i32> as __p::Field>::field_len(&self.copies, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.id, 1, out);
                <Option<i32> as __p::Field>::put_field(&self.copies, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                    2 => {
                        <Option<
                            i32,
                        > as __p::Field>::merge_field(&mut slots.copies, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
                <Option<
                    i32,
                > as __p::Field>::write_field(&self.copies, out, "copies", "copies")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                    1 => {
                        <Option<
                            i32,
                        > as __p::Field>::merge_field_json(&mut slots.copies, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <i32 as __p::Field>::finish(slots.id, "id")?,
                    copies: <Option<i32> as __p::Field>::finish(slots.copies, "copies")?,
                })
            }
        }
    };
    struct ReprintResponse {
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
        impl __p::Message for ReprintResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ReprintResponse",
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
    struct StockChangedRequest {
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
        impl __p::Message for StockChangedRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "StockChangedRequest",
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
                        name: __p::Cow::Borrowed("GetPrice"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <GetPriceRequest as __p::Request>::NAME,
                        output: <GetPriceResponse as __p::Response>::NAME,
                        error: <Result<i64> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("ProcessOrder"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <ProcessOrderRequest as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Print"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <PrintRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("ChangeOrder"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <ChangeOrderRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PricesSeen"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <PricesSeenRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("OrderMoved"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <OrderMovedRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PriceChanged"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <PriceChangedRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Reprint"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <ReprintRequest as __p::Request>::NAME,
                        output: <ReprintResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("StockChanged"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <StockChangedRequest as __p::Request>::NAME,
                        output: __p::Sure::<()>::NAME,
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
        methods: &[
            &GET_PRICE,
            &PROCESS_ORDER,
            &PRINT,
            &CHANGE_ORDER,
            &PRICES_SEEN,
            &ORDER_MOVED,
            &PRICE_CHANGED,
            &REPRINT,
            &STOCK_CHANGED,
        ],
        register: |definitions| {
            __p::Sure::<GetPriceRequest>::register(definitions);
            __p::Sure::<GetPriceResponse>::register(definitions);
            __p::Sure::<ProcessOrderRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<PrintRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<ChangeOrderRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<PricesSeenRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<OrderMovedRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<PriceChangedRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<ReprintRequest>::register(definitions);
            __p::Sure::<ReprintResponse>::register(definitions);
            __p::Sure::<StockChangedRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
        },
    };
    static GET_PRICE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
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
                exchange: ::core::option::Option::Some(__p::Cow::Borrowed("shop")),
                routing_key: ::core::option::Option::Some(__p::Cow::Borrowed("price")),
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
    static PROCESS_ORDER: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/ProcessOrder",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Task,
                queue: ::core::option::Option::Some(__p::Cow::Borrowed("orders")),
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry {
                    limit: 3u32,
                    first_ms: 100u64,
                    last_ms: 3600000u64,
                    ..__p::transport::amqp::Retry::DEFAULT
                },
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
    static PRINT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/books.v1.Books/Print",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Task,
                queue: ::core::option::Option::None,
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry::DEFAULT,
                load: __p::transport::amqp::Load {
                    timeout_ms: ::core::option::Option::Some(900000u64),
                    prefetch: ::core::option::Option::Some(20u16),
                    concurrency: ::core::option::Option::Some(4u16),
                    priority: ::core::option::Option::Some(7u8),
                    ..__p::transport::amqp::Load::DEFAULT
                },
                order: ::core::option::Option::None,
                batch: ::core::option::Option::None,
                schedule: ::core::option::Option::None,
                foreign: ::core::option::Option::None,
            }),
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    static CHANGE_ORDER: __p::Method = __p::Method {
        service: &__SPEC,
        index: 3,
        path: "/books.v1.Books/ChangeOrder",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Task,
                queue: ::core::option::Option::None,
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry::DEFAULT,
                load: __p::transport::amqp::Load::DEFAULT,
                order: ::core::option::Option::Some(__p::transport::amqp::order::Order {
                    by: __p::Cow::Borrowed("order_id"),
                    partitions: 4u16,
                }),
                batch: ::core::option::Option::None,
                schedule: ::core::option::Option::None,
                foreign: ::core::option::Option::None,
            }),
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    const _: () = ::core::assert!(
        __p::fits_key(__p::Sure:: < ChangeOrderRequest > ::SCHEMA, "order_id"),
        "method `change_order`: `ordered_by = \"order_id\"` is a text or a whole number, whose text has one form, and the field is not; name another one"
    );
    static PRICES_SEEN: __p::Method = __p::Method {
        service: &__SPEC,
        index: 4,
        path: "/books.v1.Books/PricesSeen",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Event,
                queue: ::core::option::Option::None,
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry::DEFAULT,
                load: __p::transport::amqp::Load::DEFAULT,
                order: ::core::option::Option::None,
                batch: ::core::option::Option::Some(__p::transport::amqp::Batch {
                    max: 50u16,
                    wait_ms: 1000u64,
                }),
                schedule: ::core::option::Option::None,
                foreign: ::core::option::Option::None,
            }),
        },
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    static ORDER_MOVED: __p::Method = __p::Method {
        service: &__SPEC,
        index: 5,
        path: "/books.v1.Books/OrderMoved",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Event,
                queue: ::core::option::Option::None,
                exchange: ::core::option::Option::Some(__p::Cow::Borrowed("shop")),
                routing_key: ::core::option::Option::Some(__p::Cow::Borrowed("order.*")),
                key: ::core::option::Option::Some(__p::Cow::Borrowed("status")),
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
    const _: () = ::core::assert!(
        __p::fits_key(__p::Sure:: < OrderMovedRequest > ::SCHEMA, "status"),
        "method `order_moved`: `key = \"status\"` is a text or a whole number, whose text has one form, and the field is not; name another one"
    );
    static PRICE_CHANGED: __p::Method = __p::Method {
        service: &__SPEC,
        index: 6,
        path: "/books.v1.Books/PriceChanged",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Event,
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
    static REPRINT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 7,
        path: "/books.v1.Books/Reprint",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Task,
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
                foreign: ::core::option::Option::Some(__p::transport::amqp::foreign::Foreign {
                    framework: __p::transport::amqp::foreign::Framework::Celery,
                    name: __p::Cow::Borrowed("tasks.reprint"),
                    answers: true,
                    whole: false,
                }),
            }),
        },
        wrapped: ::core::option::Option::Some("result"),
        attrs: &[],
    };
    static STOCK_CHANGED: __p::Method = __p::Method {
        service: &__SPEC,
        index: 8,
        path: "/books.v1.Books/StockChanged",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::None,
            }),
            amqp: ::core::option::Option::Some(__p::transport::amqp::Plan {
                kind: __p::transport::amqp::Kind::Task,
                queue: ::core::option::Option::Some(__p::Cow::Borrowed("stock")),
                exchange: ::core::option::Option::None,
                routing_key: ::core::option::Option::None,
                key: ::core::option::Option::None,
                required: false,
                retry: __p::transport::amqp::Retry::DEFAULT,
                load: __p::transport::amqp::Load::DEFAULT,
                order: ::core::option::Option::None,
                batch: ::core::option::Option::None,
                schedule: ::core::option::Option::None,
                foreign: ::core::option::Option::Some(__p::transport::amqp::foreign::Foreign {
                    framework: __p::transport::amqp::foreign::Framework::Nest,
                    name: __p::Cow::Borrowed("stock.changed"),
                    answers: false,
                    whole: false,
                }),
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
                (
                    GetPriceRequest,
                    GetPriceResponse,
                    <Result<i64> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &GET_PRICE,
                |s, _cx, req| async move {
                    Books::get_price(&*s, req.id)
                        .await
                        .map(|result| GetPriceResponse { result })
                },
            );
            __p::Sure::<
                (ProcessOrderRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PROCESS_ORDER,
                |s, _cx, req| async move {
                    Books::process_order(&*s, req.order_id).await
                },
            );
            __p::Sure::<
                (PrintRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PRINT,
                |s, _cx, req| async move { Books::print(&*s, req.id).await },
            );
            __p::Sure::<
                (ChangeOrderRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &CHANGE_ORDER,
                |s, _cx, req| async move {
                    Books::change_order(&*s, req.order_id, req.note).await
                },
            );
            __p::Sure::<
                (PricesSeenRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_batch(
                &mut mount,
                &PRICES_SEEN,
                |s, _cx, req| async move { Books::prices_seen(&*s, req.prices).await },
            );
            __p::Sure::<
                (OrderMovedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &ORDER_MOVED,
                |s, _cx, req| async move {
                    Books::order_moved(&*s, req.status, req.order_id).await
                },
            );
            __p::Sure::<
                (PriceChangedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PRICE_CHANGED,
                |s, _cx, req| async move {
                    Books::price_changed(&*s, req.id, req.price).await
                },
            );
            __p::Sure::<
                (ReprintRequest, ReprintResponse, <Result<i64> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &REPRINT,
                |s, _cx, req| async move {
                    Books::reprint(&*s, req.id, req.copies)
                        .await
                        .map(|result| ReprintResponse { result })
                },
            );
            __p::Sure::<
                (StockChangedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &STOCK_CHANGED,
                |s, _cx, req| async move { Books::stock_changed(&*s, req.id).await },
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
        ///The method `get_price`, with the types of its arguments.
        pub const GET_PRICE: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &GET_PRICE,
            |input| __p::Sure::<GetPriceRequest>::read(input).map(|req| req.id),
        );
        ///The method `process_order`, with the types of its arguments.
        pub const PROCESS_ORDER: __p::TypedMethod<i64> = __p::TypedMethod::new(
            &PROCESS_ORDER,
            |input| __p::Sure::<ProcessOrderRequest>::read(input).map(|req| req.order_id),
        );
        ///The method `print`, with the types of its arguments.
        pub const PRINT: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &PRINT,
            |input| __p::Sure::<PrintRequest>::read(input).map(|req| req.id),
        );
        ///The method `change_order`, with the types of its arguments.
        pub const CHANGE_ORDER: __p::TypedMethod<(i64, String)> = __p::TypedMethod::new(
            &CHANGE_ORDER,
            |input| {
                __p::Sure::<ChangeOrderRequest>::read(input)
                    .map(|req| (req.order_id, req.note))
            },
        );
        ///The method `prices_seen`, with the types of its arguments.
        pub const PRICES_SEEN: __p::TypedMethod<Vec<i64>> = __p::TypedMethod::new(
            &PRICES_SEEN,
            |input| __p::Sure::<PricesSeenRequest>::read(input).map(|req| req.prices),
        );
        ///The method `order_moved`, with the types of its arguments.
        pub const ORDER_MOVED: __p::TypedMethod<(String, i64)> = __p::TypedMethod::new(
            &ORDER_MOVED,
            |input| {
                __p::Sure::<OrderMovedRequest>::read(input)
                    .map(|req| (req.status, req.order_id))
            },
        );
        ///The method `price_changed`, with the types of its arguments.
        pub const PRICE_CHANGED: __p::TypedMethod<(i32, i64)> = __p::TypedMethod::new(
            &PRICE_CHANGED,
            |input| {
                __p::Sure::<PriceChangedRequest>::read(input)
                    .map(|req| (req.id, req.price))
            },
        );
        ///The method `reprint`, with the types of its arguments.
        pub const REPRINT: __p::TypedMethod<(i32, Option<i32>)> = __p::TypedMethod::new(
            &REPRINT,
            |input| {
                __p::Sure::<ReprintRequest>::read(input).map(|req| (req.id, req.copies))
            },
        );
        ///The method `stock_changed`, with the types of its arguments.
        pub const STOCK_CHANGED: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &STOCK_CHANGED,
            |input| __p::Sure::<StockChangedRequest>::read(input).map(|req| req.id),
        );
    }
    impl Books for BooksClient {
        async fn get_price(&self, id: i32) -> Result<i64> {
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
                    GetPriceRequest { id },
                )
                .await
                .map(|response: GetPriceResponse| response.result)
        }
        async fn process_order(&self, order_id: i64) -> Result<()> {
            __p::Sure::<
                (ProcessOrderRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &PROCESS_ORDER,
                    __p::Context::current(),
                    ProcessOrderRequest { order_id },
                )
                .await
        }
        async fn print(&self, id: i32) -> Result<()> {
            __p::Sure::<
                (PrintRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PRINT, __p::Context::current(), PrintRequest { id })
                .await
        }
        async fn change_order(&self, order_id: i64, note: String) -> Result<()> {
            __p::Sure::<
                (ChangeOrderRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &CHANGE_ORDER,
                    __p::Context::current(),
                    ChangeOrderRequest {
                        order_id,
                        note,
                    },
                )
                .await
        }
        async fn prices_seen(&self, prices: Vec<i64>) -> Result<()> {
            __p::Sure::<
                (PricesSeenRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &PRICES_SEEN,
                    __p::Context::current(),
                    PricesSeenRequest { prices },
                )
                .await
        }
        async fn order_moved(&self, status: String, order_id: i64) -> Result<()> {
            __p::Sure::<
                (OrderMovedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &ORDER_MOVED,
                    __p::Context::current(),
                    OrderMovedRequest {
                        status,
                        order_id,
                    },
                )
                .await
        }
        async fn price_changed(&self, id: i32, price: i64) -> Result<()> {
            __p::Sure::<
                (PriceChangedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &PRICE_CHANGED,
                    __p::Context::current(),
                    PriceChangedRequest { id, price },
                )
                .await
        }
        async fn reprint(&self, id: i32, copies: Option<i32>) -> Result<i64> {
            __p::Sure::<
                (ReprintRequest, ReprintResponse, <Result<i64> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &REPRINT,
                    __p::Context::current(),
                    ReprintRequest { id, copies },
                )
                .await
                .map(|response: ReprintResponse| response.result)
        }
        async fn stock_changed(&self, id: i32) -> Result<()> {
            __p::Sure::<
                (StockChangedRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &STOCK_CHANGED,
                    __p::Context::current(),
                    StockChangedRequest { id },
                )
                .await
        }
    }
};
