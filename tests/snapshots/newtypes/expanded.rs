//! Newtypes: on the wire what they hold, in every place where that may stand.
use polywire::{Message, Result, Streaming, service};
use std::collections::BTreeMap;
/// A number by which orders are known.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderId(pub i64);
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl<const __AS: u8> __p::Value<__AS> for OrderId
    where
        i64: __p::Value<__AS>,
    {
        const ELEMENT: __p::model::Element = <i64 as __p::Value<__AS>>::ELEMENT;
        const WIRE: __p::Wire = <i64 as __p::Value<__AS>>::WIRE;
        const JSON_NULL: bool = <i64 as __p::Value<__AS>>::JSON_NULL;
        const CHECKED: bool = <i64 as __p::Value<__AS>>::CHECKED;
        fn register(definitions: &mut __p::model::Definitions) {
            <i64 as __p::Value<__AS>>::register(definitions)
        }
        fn is_default(&self) -> bool {
            <i64 as __p::Value<__AS>>::is_default(&self.0)
        }
        fn len(&self) -> usize {
            <i64 as __p::Value<__AS>>::len(&self.0)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            <i64 as __p::Value<__AS>>::put(&self.0, out)
        }
        fn take(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <i64 as __p::Value<__AS>>::take(input).map(Self)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            <i64 as __p::Value<__AS>>::take_known(input).map(|value| value.map(Self))
        }
        fn merge(
            whole: Self,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <i64 as __p::Value<__AS>>::merge(whole.0, input).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            <i64 as __p::Value<__AS>>::absent().map(Self)
        }
        fn given(&self) -> __p::Given<'_> {
            <i64 as __p::Value<__AS>>::given(&self.0)
        }
        fn check_inside(&self, __check: &mut __p::Checker) {
            <i64 as __p::Value<__AS>>::check_inside(&self.0, __check)
        }
        fn to_json<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <i64 as __p::Value<__AS>>::to_json(&self.0, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <i64 as __p::Value<__AS>>::from_json(input).map(Self)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            <i64 as __p::Value<__AS>>::from_json_known(input)
                .map(|value| value.map(Self))
        }
    }
    #[automatically_derived]
    impl<const __AS: u8> __p::Element<__AS> for OrderId
    where
        i64: __p::Element<__AS>,
    {}
    #[automatically_derived]
    impl<const __AS: u8> __p::MapKey<__AS> for OrderId
    where
        i64: __p::MapKey<__AS>,
    {
        const SCALAR: __p::model::Scalar = <i64 as __p::MapKey<__AS>>::SCALAR;
        fn to_key(&self) -> __p::Cow<'_, str> {
            <i64 as __p::MapKey<__AS>>::to_key(&self.0)
        }
        fn from_key(key: &str) -> ::core::option::Option<Self> {
            <i64 as __p::MapKey<__AS>>::from_key(key).map(Self)
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for OrderId {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Self as __p::Value>::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for OrderId {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Self as __p::Value>::from_json(input)
        }
    }
};
pub struct Offset(pub i32);
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl __p::Value for Offset {
        const ELEMENT: __p::model::Element = <i32 as __p::Value<
            { __p::ZIGZAG },
        >>::ELEMENT;
        const WIRE: __p::Wire = <i32 as __p::Value<{ __p::ZIGZAG }>>::WIRE;
        const JSON_NULL: bool = <i32 as __p::Value<{ __p::ZIGZAG }>>::JSON_NULL;
        const CHECKED: bool = <i32 as __p::Value<{ __p::ZIGZAG }>>::CHECKED;
        fn register(definitions: &mut __p::model::Definitions) {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::register(definitions)
        }
        fn is_default(&self) -> bool {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::is_default(&self.0)
        }
        fn len(&self) -> usize {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::len(&self.0)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::put(&self.0, out)
        }
        fn take(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::take(input).map(Self)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::take_known(input)
                .map(|value| value.map(Self))
        }
        fn merge(
            whole: Self,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::merge(whole.0, input).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::absent().map(Self)
        }
        fn given(&self) -> __p::Given<'_> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::given(&self.0)
        }
        fn check_inside(&self, __check: &mut __p::Checker) {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::check_inside(&self.0, __check)
        }
        fn to_json<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::to_json(&self.0, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::from_json(input).map(Self)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            <i32 as __p::Value<{ __p::ZIGZAG }>>::from_json_known(input)
                .map(|value| value.map(Self))
        }
    }
    #[automatically_derived]
    impl __p::Element for Offset {}
    #[automatically_derived]
    impl __p::MapKey for Offset {
        const SCALAR: __p::model::Scalar = <i32 as __p::MapKey<{ __p::ZIGZAG }>>::SCALAR;
        fn to_key(&self) -> __p::Cow<'_, str> {
            <i32 as __p::MapKey<{ __p::ZIGZAG }>>::to_key(&self.0)
        }
        fn from_key(key: &str) -> ::core::option::Option<Self> {
            <i32 as __p::MapKey<{ __p::ZIGZAG }>>::from_key(key).map(Self)
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Offset {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Self as __p::Value>::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Offset {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Self as __p::Value>::from_json(input)
        }
    }
};
pub struct Draft(pub Order);
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl<const __AS: u8> __p::Value<__AS> for Draft
    where
        Order: __p::Value<__AS>,
    {
        const ELEMENT: __p::model::Element = <Order as __p::Value<__AS>>::ELEMENT;
        const WIRE: __p::Wire = <Order as __p::Value<__AS>>::WIRE;
        const JSON_NULL: bool = <Order as __p::Value<__AS>>::JSON_NULL;
        const CHECKED: bool = <Order as __p::Value<__AS>>::CHECKED;
        fn register(definitions: &mut __p::model::Definitions) {
            <Order as __p::Value<__AS>>::register(definitions)
        }
        fn is_default(&self) -> bool {
            <Order as __p::Value<__AS>>::is_default(&self.0)
        }
        fn len(&self) -> usize {
            <Order as __p::Value<__AS>>::len(&self.0)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            <Order as __p::Value<__AS>>::put(&self.0, out)
        }
        fn take(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <Order as __p::Value<__AS>>::take(input).map(Self)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            <Order as __p::Value<__AS>>::take_known(input).map(|value| value.map(Self))
        }
        fn merge(
            whole: Self,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <Order as __p::Value<__AS>>::merge(whole.0, input).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            <Order as __p::Value<__AS>>::absent().map(Self)
        }
        fn given(&self) -> __p::Given<'_> {
            <Order as __p::Value<__AS>>::given(&self.0)
        }
        fn check_inside(&self, __check: &mut __p::Checker) {
            <Order as __p::Value<__AS>>::check_inside(&self.0, __check)
        }
        fn to_json<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Order as __p::Value<__AS>>::to_json(&self.0, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Order as __p::Value<__AS>>::from_json(input).map(Self)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            <Order as __p::Value<__AS>>::from_json_known(input)
                .map(|value| value.map(Self))
        }
    }
    #[automatically_derived]
    impl<const __AS: u8> __p::Element<__AS> for Draft
    where
        Order: __p::Element<__AS>,
    {}
    #[automatically_derived]
    impl<const __AS: u8> __p::MapKey<__AS> for Draft
    where
        Order: __p::MapKey<__AS>,
    {
        const SCALAR: __p::model::Scalar = <Order as __p::MapKey<__AS>>::SCALAR;
        fn to_key(&self) -> __p::Cow<'_, str> {
            <Order as __p::MapKey<__AS>>::to_key(&self.0)
        }
        fn from_key(key: &str) -> ::core::option::Option<Self> {
            <Order as __p::MapKey<__AS>>::from_key(key).map(Self)
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Draft {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Self as __p::Value>::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Draft {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Self as __p::Value>::from_json(input)
        }
    }
};
pub struct Order {
    pub id: OrderId,
    pub parent: Option<OrderId>,
    pub related: Vec<OrderId>,
    pub quantities: BTreeMap<OrderId, i32>,
    pub offset: Offset,
    pub offsets: Vec<Offset>,
    pub drafts: Vec<Draft>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Order0 = Option<OrderId>;
    type __Order1 = Vec<OrderId>;
    type __Order2 = Vec<Offset>;
    type __Order3 = Vec<Draft>;
    pub struct __Slots {
        id: <OrderId as __p::Field>::Slot,
        parent: <__Order0 as __p::Field>::Slot,
        related: <__Order1 as __p::Field>::Slot,
        quantities: <BTreeMap<OrderId, i32> as __p::Field>::Slot,
        offset: <Offset as __p::Field>::Slot,
        offsets: <__Order2 as __p::Field>::Slot,
        drafts: <__Order3 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                parent: <<__Order0 as __p::Field>::Slot as ::core::default::Default>::default(),
                related: <<__Order1 as __p::Field>::Slot as ::core::default::Default>::default(),
                quantities: <<BTreeMap<
                    OrderId,
                    i32,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                offset: <<Offset as __p::Field>::Slot as ::core::default::Default>::default(),
                offsets: <<__Order2 as __p::Field>::Slot as ::core::default::Default>::default(),
                drafts: <<__Order3 as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Order {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Order");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("id"),
                        json: __p::Cow::Borrowed("id"),
                        number: 1,
                        ty: <OrderId as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("parent"),
                        json: __p::Cow::Borrowed("parent"),
                        number: 2,
                        ty: <__Order0 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("related"),
                        json: __p::Cow::Borrowed("related"),
                        number: 3,
                        ty: <__Order1 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("quantities"),
                        json: __p::Cow::Borrowed("quantities"),
                        number: 4,
                        ty: <BTreeMap<OrderId, i32> as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("offset"),
                        json: __p::Cow::Borrowed("offset"),
                        number: 5,
                        ty: <Offset as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("offsets"),
                        json: __p::Cow::Borrowed("offsets"),
                        number: 6,
                        ty: <__Order2 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("drafts"),
                        json: __p::Cow::Borrowed("drafts"),
                        number: 7,
                        ty: <__Order3 as __p::Field>::TYPE,
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
            <OrderId as __p::Field>::register(definitions);
            <__Order0 as __p::Field>::register(definitions);
            <__Order1 as __p::Field>::register(definitions);
            <BTreeMap<OrderId, i32> as __p::Field>::register(definitions);
            <Offset as __p::Field>::register(definitions);
            <__Order2 as __p::Field>::register(definitions);
            <__Order3 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <OrderId as __p::Field>::field_len(&self.id, 1)
                + <__Order0 as __p::Field>::field_len(&self.parent, 2)
                + <__Order1 as __p::Field>::field_len(&self.related, 3)
                + <BTreeMap<OrderId, i32> as __p::Field>::field_len(&self.quantities, 4)
                + <Offset as __p::Field>::field_len(&self.offset, 5)
                + <__Order2 as __p::Field>::field_len(&self.offsets, 6)
                + <__Order3 as __p::Field>::field_len(&self.drafts, 7)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <OrderId as __p::Field>::put_field(&self.id, 1, out);
            <__Order0 as __p::Field>::put_field(&self.parent, 2, out);
            <__Order1 as __p::Field>::put_field(&self.related, 3, out);
            <BTreeMap<OrderId, i32> as __p::Field>::put_field(&self.quantities, 4, out);
            <Offset as __p::Field>::put_field(&self.offset, 5, out);
            <__Order2 as __p::Field>::put_field(&self.offsets, 6, out);
            <__Order3 as __p::Field>::put_field(&self.drafts, 7, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <OrderId as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => {
                    <__Order0 as __p::Field>::merge_field(&mut slots.parent, wire, input)
                }
                3 => {
                    <__Order1 as __p::Field>::merge_field(
                        &mut slots.related,
                        wire,
                        input,
                    )
                }
                4 => {
                    <BTreeMap<
                        OrderId,
                        i32,
                    > as __p::Field>::merge_field(&mut slots.quantities, wire, input)
                }
                5 => <Offset as __p::Field>::merge_field(&mut slots.offset, wire, input),
                6 => {
                    <__Order2 as __p::Field>::merge_field(
                        &mut slots.offsets,
                        wire,
                        input,
                    )
                }
                7 => {
                    <__Order3 as __p::Field>::merge_field(&mut slots.drafts, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <OrderId as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <__Order0 as __p::Field>::write_field(
                &self.parent,
                out,
                "parent",
                "parent",
            )?;
            <__Order1 as __p::Field>::write_field(
                &self.related,
                out,
                "related",
                "related",
            )?;
            <BTreeMap<
                OrderId,
                i32,
            > as __p::Field>::write_field(
                &self.quantities,
                out,
                "quantities",
                "quantities",
            )?;
            <Offset as __p::Field>::write_field(&self.offset, out, "offset", "offset")?;
            <__Order2 as __p::Field>::write_field(
                &self.offsets,
                out,
                "offsets",
                "offsets",
            )?;
            <__Order3 as __p::Field>::write_field(
                &self.drafts,
                out,
                "drafts",
                "drafts",
            )?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <OrderId as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <__Order0 as __p::Field>::merge_field_json(&mut slots.parent, value),
                2 => {
                    <__Order1 as __p::Field>::merge_field_json(&mut slots.related, value)
                }
                3 => {
                    <BTreeMap<
                        OrderId,
                        i32,
                    > as __p::Field>::merge_field_json(&mut slots.quantities, value)
                }
                4 => <Offset as __p::Field>::merge_field_json(&mut slots.offset, value),
                5 => {
                    <__Order2 as __p::Field>::merge_field_json(&mut slots.offsets, value)
                }
                6 => <__Order3 as __p::Field>::merge_field_json(&mut slots.drafts, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <OrderId as __p::Field>::finish(slots.id, "id")?,
                parent: <__Order0 as __p::Field>::finish(slots.parent, "parent")?,
                related: <__Order1 as __p::Field>::finish(slots.related, "related")?,
                quantities: <BTreeMap<
                    OrderId,
                    i32,
                > as __p::Field>::finish(slots.quantities, "quantities")?,
                offset: <Offset as __p::Field>::finish(slots.offset, "offset")?,
                offsets: <__Order2 as __p::Field>::finish(slots.offsets, "offsets")?,
                drafts: <__Order3 as __p::Field>::finish(slots.drafts, "drafts")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    0,
                );
                <OrderId as __p::Field>::check_field(&self.id, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    1,
                );
                <__Order0 as __p::Field>::check_field(&self.parent, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    2,
                );
                <__Order1 as __p::Field>::check_field(&self.related, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    4,
                );
                <Offset as __p::Field>::check_field(&self.offset, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    5,
                );
                <__Order2 as __p::Field>::check_field(&self.offsets, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    6,
                );
                <__Order3 as __p::Field>::check_field(&self.drafts, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Order {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Order {
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
    fn get_order(
        &self,
        customer: String,
        id: OrderId,
    ) -> impl ::core::future::Future<Output = Result<Order>> + ::core::marker::Send;
    fn next(
        &self,
        id: OrderId,
    ) -> impl ::core::future::Future<Output = Result<OrderId>> + ::core::marker::Send;
    fn distance(
        &self,
        from: OrderId,
        to: OrderId,
    ) -> impl ::core::future::Future<Output = Result<i64>> + ::core::marker::Send;
    fn shifts(
        &self,
        id: i64,
    ) -> impl ::core::future::Future<
        Output = Result<Streaming<Offset>>,
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
    struct GetOrderRequest {
        customer: String,
        id: OrderId,
    }
    const _: () = {
        pub struct __Slots {
            customer: <String as __p::Field>::Slot,
            id: <OrderId as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    customer: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    id: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for GetOrderRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GetOrderRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("customer"),
                            json: __p::Cow::Borrowed("customer"),
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
                            name: __p::Cow::Borrowed("id"),
                            json: __p::Cow::Borrowed("id"),
                            number: 2,
                            ty: <OrderId as __p::Field>::TYPE,
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
                <OrderId as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <String as __p::Field>::field_len(&self.customer, 1)
                    + <OrderId as __p::Field>::field_len(&self.id, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.customer, 1, out);
                <OrderId as __p::Field>::put_field(&self.id, 2, out);
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
                            &mut slots.customer,
                            wire,
                            input,
                        )
                    }
                    2 => <OrderId as __p::Field>::merge_field(&mut slots.id, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <String as __p::Field>::write_field(
                    &self.customer,
                    out,
                    "customer",
                    "customer",
                )?;
                <OrderId as __p::Field>::write_field(&self.id, out, "id", "id")?;
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
                            &mut slots.customer,
                            value,
                        )
                    }
                    1 => <OrderId as __p::Field>::merge_field_json(&mut slots.id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    customer: <String as __p::Field>::finish(
                        slots.customer,
                        "customer",
                    )?,
                    id: <OrderId as __p::Field>::finish(slots.id, "id")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <GetOrderRequest as __p::Message>::SCHEMA,
                        1,
                    );
                    <OrderId as __p::Field>::check_field(&self.id, &__RULES, __check);
                }
            }
        }
    };
    struct NextRequest {
        id: OrderId,
    }
    const _: () = {
        pub struct __Slots {
            id: <OrderId as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for NextRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "NextRequest",
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
                            ty: <OrderId as __p::Field>::TYPE,
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
                <OrderId as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <OrderId as __p::Field>::field_len(&self.id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <OrderId as __p::Field>::put_field(&self.id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <OrderId as __p::Field>::merge_field(&mut slots.id, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <OrderId as __p::Field>::write_field(&self.id, out, "id", "id")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <OrderId as __p::Field>::merge_field_json(&mut slots.id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <OrderId as __p::Field>::finish(slots.id, "id")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <NextRequest as __p::Message>::SCHEMA,
                        0,
                    );
                    <OrderId as __p::Field>::check_field(&self.id, &__RULES, __check);
                }
            }
        }
    };
    struct NextResponse {
        result: OrderId,
    }
    const _: () = {
        pub struct __Slots {
            result: <OrderId as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for NextResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "NextResponse",
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
                            ty: <OrderId as __p::Field>::TYPE,
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
                <OrderId as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <OrderId as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <OrderId as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <OrderId as __p::Field>::merge_field(
                            &mut slots.result,
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
                <OrderId as __p::Field>::write_field(
                    &self.result,
                    out,
                    "result",
                    "result",
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
                        <OrderId as __p::Field>::merge_field_json(
                            &mut slots.result,
                            value,
                        )
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <OrderId as __p::Field>::finish(slots.result, "result")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <NextResponse as __p::Message>::SCHEMA,
                        0,
                    );
                    <OrderId as __p::Field>::check_field(
                        &self.result,
                        &__RULES,
                        __check,
                    );
                }
            }
        }
    };
    struct DistanceRequest {
        from: OrderId,
        to: OrderId,
    }
    const _: () = {
        pub struct __Slots {
            from: <OrderId as __p::Field>::Slot,
            to: <OrderId as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    from: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                    to: <<OrderId as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for DistanceRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "DistanceRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("from"),
                            json: __p::Cow::Borrowed("from"),
                            number: 1,
                            ty: <OrderId as __p::Field>::TYPE,
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
                            name: __p::Cow::Borrowed("to"),
                            json: __p::Cow::Borrowed("to"),
                            number: 2,
                            ty: <OrderId as __p::Field>::TYPE,
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
                <OrderId as __p::Field>::register(definitions);
                <OrderId as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <OrderId as __p::Field>::field_len(&self.from, 1)
                    + <OrderId as __p::Field>::field_len(&self.to, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <OrderId as __p::Field>::put_field(&self.from, 1, out);
                <OrderId as __p::Field>::put_field(&self.to, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <OrderId as __p::Field>::merge_field(
                            &mut slots.from,
                            wire,
                            input,
                        )
                    }
                    2 => <OrderId as __p::Field>::merge_field(&mut slots.to, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <OrderId as __p::Field>::write_field(&self.from, out, "from", "from")?;
                <OrderId as __p::Field>::write_field(&self.to, out, "to", "to")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => {
                        <OrderId as __p::Field>::merge_field_json(&mut slots.from, value)
                    }
                    1 => <OrderId as __p::Field>::merge_field_json(&mut slots.to, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    from: <OrderId as __p::Field>::finish(slots.from, "from")?,
                    to: <OrderId as __p::Field>::finish(slots.to, "to")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <DistanceRequest as __p::Message>::SCHEMA,
                        0,
                    );
                    <OrderId as __p::Field>::check_field(&self.from, &__RULES, __check);
                }
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <DistanceRequest as __p::Message>::SCHEMA,
                        1,
                    );
                    <OrderId as __p::Field>::check_field(&self.to, &__RULES, __check);
                }
            }
        }
    };
    struct DistanceResponse {
        result: i64,
    }
    const _: () = {
        pub struct __Slots {
            result: <i64 as __p::Field<{ __p::ZIGZAG }>>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<i64 as __p::Field<
                        { __p::ZIGZAG },
                    >>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for DistanceResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "DistanceResponse",
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
                            ty: <i64 as __p::Field<{ __p::ZIGZAG }>>::TYPE,
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
                <i64 as __p::Field<{ __p::ZIGZAG }>>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i64 as __p::Field<{ __p::ZIGZAG }>>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field<{ __p::ZIGZAG }>>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <i64 as __p::Field<
                            { __p::ZIGZAG },
                        >>::merge_field(&mut slots.result, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field<
                    { __p::ZIGZAG },
                >>::write_field(&self.result, out, "result", "result")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => {
                        <i64 as __p::Field<
                            { __p::ZIGZAG },
                        >>::merge_field_json(&mut slots.result, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <i64 as __p::Field<
                        { __p::ZIGZAG },
                    >>::finish(slots.result, "result")?,
                })
            }
        }
    };
    struct ShiftsRequest {
        id: i64,
    }
    const _: () = {
        pub struct __Slots {
            id: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ShiftsRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ShiftsRequest",
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
                0 + <i64 as __p::Field>::field_len(&self.id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i64 as __p::Field>::put_field(&self.id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i64 as __p::Field>::merge_field(&mut slots.id, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i64 as __p::Field>::write_field(&self.id, out, "id", "id")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i64 as __p::Field>::merge_field_json(&mut slots.id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <i64 as __p::Field>::finish(slots.id, "id")?,
                })
            }
        }
    };
    struct ShiftsResponse {
        result: Offset,
    }
    const _: () = {
        pub struct __Slots {
            result: <Offset as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<Offset as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for ShiftsResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "ShiftsResponse",
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
                            ty: <Offset as __p::Field>::TYPE,
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
                <Offset as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Offset as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Offset as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <Offset as __p::Field>::merge_field(
                            &mut slots.result,
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
                <Offset as __p::Field>::write_field(
                    &self.result,
                    out,
                    "result",
                    "result",
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
                        <Offset as __p::Field>::merge_field_json(
                            &mut slots.result,
                            value,
                        )
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <Offset as __p::Field>::finish(slots.result, "result")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <ShiftsResponse as __p::Message>::SCHEMA,
                        0,
                    );
                    <Offset as __p::Field>::check_field(&self.result, &__RULES, __check);
                }
            }
        }
    };
    static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("orders.v1"),
            name: __p::Cow::Borrowed("Books"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(
                &[
                    __p::model::Method {
                        name: __p::Cow::Borrowed("GetOrder"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <GetOrderRequest as __p::Request>::NAME,
                        output: <Order as __p::Response>::NAME,
                        error: <Result<Order> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Next"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <NextRequest as __p::Request>::NAME,
                        output: <NextResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Distance"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <DistanceRequest as __p::Request>::NAME,
                        output: <DistanceResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Shifts"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::ServerStream,
                        input: <ShiftsRequest as __p::Request>::NAME,
                        output: <ShiftsResponse as __p::Response>::NAME,
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
        methods: &[&GET_ORDER, &NEXT, &DISTANCE, &SHIFTS],
        register: |definitions| {
            __p::Sure::<GetOrderRequest>::register(definitions);
            __p::Sure::<Order>::register(definitions);
            __p::Sure::<NextRequest>::register(definitions);
            __p::Sure::<NextResponse>::register(definitions);
            __p::Sure::<DistanceRequest>::register(definitions);
            __p::Sure::<DistanceResponse>::register(definitions);
            __p::Sure::<ShiftsRequest>::register(definitions);
            __p::Sure::<ShiftsResponse>::register(definitions);
        },
    };
    static GET_ORDER: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/orders.v1.Books/GetOrder",
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
                                            __p::Cow::Borrowed("customers"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("customer"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Any],
                                            ),
                                        },
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("orders"),
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
    const _: () = ::core::assert!(
        __p::fits_path(__p::Sure:: < GetOrderRequest > ::SCHEMA, "id"),
        "method `get_order`: path variable `{{id}}` is one value, but the field is a message, a list or a map; name a field in it, or take it from the query or the body"
    );
    static NEXT: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/orders.v1.Books/Next",
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
                                            __p::Cow::Borrowed("orders"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("id"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Any],
                                            ),
                                        },
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("next"),
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
    const _: () = ::core::assert!(
        __p::fits_path(__p::Sure:: < NextRequest > ::SCHEMA, "id"),
        "method `next`: path variable `{{id}}` is one value, but the field is a message, a list or a map; name a field in it, or take it from the query or the body"
    );
    static DISTANCE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/orders.v1.Books/Distance",
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
    static SHIFTS: __p::Method = __p::Method {
        service: &__SPEC,
        index: 3,
        path: "/orders.v1.Books/Shifts",
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
                (GetOrderRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &GET_ORDER,
                |s, _cx, req| async move {
                    Books::get_order(&*s, req.customer, req.id).await
                },
            );
            __p::Sure::<
                (NextRequest, NextResponse, <Result<OrderId> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &NEXT,
                |s, _cx, req| async move {
                    Books::next(&*s, req.id).await.map(|result| NextResponse { result })
                },
            );
            __p::Sure::<
                (
                    DistanceRequest,
                    DistanceResponse,
                    <Result<i64> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &DISTANCE,
                |s, _cx, req| async move {
                    Books::distance(&*s, req.from, req.to)
                        .await
                        .map(|result| DistanceResponse { result })
                },
            );
            __p::Sure::<
                (
                    ShiftsRequest,
                    ShiftsResponse,
                    <Result<Streaming<Offset>> as __p::Fallible>::Error,
                ),
            >::serve_server_stream(
                &mut mount,
                &SHIFTS,
                |s, _cx, req| async move {
                    Books::shifts(&*s, req.id)
                        .await
                        .map(|items| __p::Streaming::map(
                            items,
                            |result| ShiftsResponse { result },
                        ))
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
        ///The method `get_order`, with the types of its arguments.
        pub const GET_ORDER: __p::TypedMethod<(String, OrderId)> = __p::TypedMethod::new(
            &GET_ORDER,
            |input| {
                __p::Sure::<GetOrderRequest>::read(input)
                    .map(|req| (req.customer, req.id))
            },
        );
        ///The method `next`, with the types of its arguments.
        pub const NEXT: __p::TypedMethod<OrderId> = __p::TypedMethod::new(
            &NEXT,
            |input| __p::Sure::<NextRequest>::read(input).map(|req| req.id),
        );
        ///The method `distance`, with the types of its arguments.
        pub const DISTANCE: __p::TypedMethod<(OrderId, OrderId)> = __p::TypedMethod::new(
            &DISTANCE,
            |input| {
                __p::Sure::<DistanceRequest>::read(input).map(|req| (req.from, req.to))
            },
        );
        ///The method `shifts`, with the types of its arguments.
        pub const SHIFTS: __p::TypedMethod<i64> = __p::TypedMethod::new(
            &SHIFTS,
            |input| __p::Sure::<ShiftsRequest>::read(input).map(|req| req.id),
        );
    }
    impl Books for BooksClient {
        async fn get_order(&self, customer: String, id: OrderId) -> Result<Order> {
            __p::Sure::<
                (GetOrderRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &GET_ORDER,
                    __p::Context::current(),
                    GetOrderRequest { customer, id },
                )
                .await
        }
        async fn next(&self, id: OrderId) -> Result<OrderId> {
            __p::Sure::<
                (NextRequest, NextResponse, <Result<OrderId> as __p::Fallible>::Error),
            >::unary(&self.0, &NEXT, __p::Context::current(), NextRequest { id })
                .await
                .map(|response: NextResponse| response.result)
        }
        async fn distance(&self, from: OrderId, to: OrderId) -> Result<i64> {
            __p::Sure::<
                (
                    DistanceRequest,
                    DistanceResponse,
                    <Result<i64> as __p::Fallible>::Error,
                ),
            >::unary(
                    &self.0,
                    &DISTANCE,
                    __p::Context::current(),
                    DistanceRequest { from, to },
                )
                .await
                .map(|response: DistanceResponse| response.result)
        }
        async fn shifts(&self, id: i64) -> Result<Streaming<Offset>> {
            __p::Sure::<
                (
                    ShiftsRequest,
                    ShiftsResponse,
                    <Result<Streaming<Offset>> as __p::Fallible>::Error,
                ),
            >::server_stream(
                    &self.0,
                    &SHIFTS,
                    __p::Context::current(),
                    ShiftsRequest { id },
                )
                .await
                .map(|items| __p::Streaming::map(
                    items,
                    |response: ShiftsResponse| response.result,
                ))
        }
    }
};
