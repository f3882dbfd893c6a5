//! Types of other crates, each behind polywire's feature of its name: text, points in time, spans, maps, any JSON.
use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use polywire::{Message, Result, service};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;
pub struct Sale {
    pub id: Uuid,
    pub price: Decimal,
    pub at: jiff::Timestamp,
    pub took: jiff::SignedDuration,
    pub shipped: Option<DateTime<Utc>>,
    pub late: Vec<TimeDelta>,
    pub opened: time::OffsetDateTime,
    pub closed: time::UtcDateTime,
    pub pause: time::Duration,
    pub since: std::time::SystemTime,
    pub extra: serde_json::Value,
    pub stock: IndexMap<i64, Decimal>,
    pub parts: BTreeMap<Uuid, u16>,
    pub batch: Batch,
    pub former: Option<Batch>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Sale0 = jiff::SignedDuration;
    type __Sale1 = Option<DateTime<Utc>>;
    type __Sale2 = Vec<TimeDelta>;
    type __Sale3 = time::OffsetDateTime;
    type __Sale4 = time::UtcDateTime;
    type __Sale5 = time::Duration;
    type __Sale6 = serde_json::Value;
    type __Sale7 = IndexMap<i64, Decimal>;
    type __Sale8 = BTreeMap<Uuid, u16>;
    type __Sale9 = Option<Batch>;
    pub struct __Slots {
        id: <Uuid as __p::Field>::Slot,
        price: <Decimal as __p::Field>::Slot,
        at: <jiff::Timestamp as __p::Field>::Slot,
        took: <__Sale0 as __p::Field>::Slot,
        shipped: <__Sale1 as __p::Field>::Slot,
        late: <__Sale2 as __p::Field>::Slot,
        opened: <__Sale3 as __p::Field>::Slot,
        closed: <__Sale4 as __p::Field>::Slot,
        pause: <__Sale5 as __p::Field>::Slot,
        since: <std::time::SystemTime as __p::Field>::Slot,
        extra: <__Sale6 as __p::Field>::Slot,
        stock: <__Sale7 as __p::Field>::Slot,
        parts: <__Sale8 as __p::Field>::Slot,
        batch: <Batch as __p::Field>::Slot,
        former: <__Sale9 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<Uuid as __p::Field>::Slot as ::core::default::Default>::default(),
                price: <<Decimal as __p::Field>::Slot as ::core::default::Default>::default(),
                at: <<jiff::Timestamp as __p::Field>::Slot as ::core::default::Default>::default(),
                took: <<__Sale0 as __p::Field>::Slot as ::core::default::Default>::default(),
                shipped: <<__Sale1 as __p::Field>::Slot as ::core::default::Default>::default(),
                late: <<__Sale2 as __p::Field>::Slot as ::core::default::Default>::default(),
                opened: <<__Sale3 as __p::Field>::Slot as ::core::default::Default>::default(),
                closed: <<__Sale4 as __p::Field>::Slot as ::core::default::Default>::default(),
                pause: <<__Sale5 as __p::Field>::Slot as ::core::default::Default>::default(),
                since: <<std::time::SystemTime as __p::Field>::Slot as ::core::default::Default>::default(),
                extra: <<__Sale6 as __p::Field>::Slot as ::core::default::Default>::default(),
                stock: <<__Sale7 as __p::Field>::Slot as ::core::default::Default>::default(),
                parts: <<__Sale8 as __p::Field>::Slot as ::core::default::Default>::default(),
                batch: <<Batch as __p::Field>::Slot as ::core::default::Default>::default(),
                former: <<__Sale9 as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Sale {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Sale");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("id"),
                        json: __p::Cow::Borrowed("id"),
                        number: 1,
                        ty: <Uuid as __p::Field>::TYPE,
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
                        ty: <Decimal as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("at"),
                        json: __p::Cow::Borrowed("at"),
                        number: 3,
                        ty: <jiff::Timestamp as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("took"),
                        json: __p::Cow::Borrowed("took"),
                        number: 4,
                        ty: <__Sale0 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("shipped"),
                        json: __p::Cow::Borrowed("shipped"),
                        number: 5,
                        ty: <__Sale1 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("late"),
                        json: __p::Cow::Borrowed("late"),
                        number: 6,
                        ty: <__Sale2 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("opened"),
                        json: __p::Cow::Borrowed("opened"),
                        number: 7,
                        ty: <__Sale3 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("closed"),
                        json: __p::Cow::Borrowed("closed"),
                        number: 8,
                        ty: <__Sale4 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("pause"),
                        json: __p::Cow::Borrowed("pause"),
                        number: 9,
                        ty: <__Sale5 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("since"),
                        json: __p::Cow::Borrowed("since"),
                        number: 10,
                        ty: <std::time::SystemTime as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("extra"),
                        json: __p::Cow::Borrowed("extra"),
                        number: 11,
                        ty: <__Sale6 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("stock"),
                        json: __p::Cow::Borrowed("stock"),
                        number: 12,
                        ty: <__Sale7 as __p::Field>::TYPE,
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
                        number: 13,
                        ty: <__Sale8 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("batch"),
                        json: __p::Cow::Borrowed("batch"),
                        number: 14,
                        ty: <Batch as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("former"),
                        json: __p::Cow::Borrowed("former"),
                        number: 15,
                        ty: <__Sale9 as __p::Field>::TYPE,
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
            <Uuid as __p::Field>::register(definitions);
            <Decimal as __p::Field>::register(definitions);
            <jiff::Timestamp as __p::Field>::register(definitions);
            <__Sale0 as __p::Field>::register(definitions);
            <__Sale1 as __p::Field>::register(definitions);
            <__Sale2 as __p::Field>::register(definitions);
            <__Sale3 as __p::Field>::register(definitions);
            <__Sale4 as __p::Field>::register(definitions);
            <__Sale5 as __p::Field>::register(definitions);
            <std::time::SystemTime as __p::Field>::register(definitions);
            <__Sale6 as __p::Field>::register(definitions);
            <__Sale7 as __p::Field>::register(definitions);
            <__Sale8 as __p::Field>::register(definitions);
            <Batch as __p::Field>::register(definitions);
            <__Sale9 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Uuid as __p::Field>::field_len(&self.id, 1)
                + <Decimal as __p::Field>::field_len(&self.price, 2)
                + <jiff::Timestamp as __p::Field>::field_len(&self.at, 3)
                + <__Sale0 as __p::Field>::field_len(&self.took, 4)
                + <__Sale1 as __p::Field>::field_len(&self.shipped, 5)
                + <__Sale2 as __p::Field>::field_len(&self.late, 6)
                + <__Sale3 as __p::Field>::field_len(&self.opened, 7)
                + <__Sale4 as __p::Field>::field_len(&self.closed, 8)
                + <__Sale5 as __p::Field>::field_len(&self.pause, 9)
                + <std::time::SystemTime as __p::Field>::field_len(&self.since, 10)
                + <__Sale6 as __p::Field>::field_len(&self.extra, 11)
                + <__Sale7 as __p::Field>::field_len(&self.stock, 12)
                + <__Sale8 as __p::Field>::field_len(&self.parts, 13)
                + <Batch as __p::Field>::field_len(&self.batch, 14)
                + <__Sale9 as __p::Field>::field_len(&self.former, 15)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Uuid as __p::Field>::put_field(&self.id, 1, out);
            <Decimal as __p::Field>::put_field(&self.price, 2, out);
            <jiff::Timestamp as __p::Field>::put_field(&self.at, 3, out);
            <__Sale0 as __p::Field>::put_field(&self.took, 4, out);
            <__Sale1 as __p::Field>::put_field(&self.shipped, 5, out);
            <__Sale2 as __p::Field>::put_field(&self.late, 6, out);
            <__Sale3 as __p::Field>::put_field(&self.opened, 7, out);
            <__Sale4 as __p::Field>::put_field(&self.closed, 8, out);
            <__Sale5 as __p::Field>::put_field(&self.pause, 9, out);
            <std::time::SystemTime as __p::Field>::put_field(&self.since, 10, out);
            <__Sale6 as __p::Field>::put_field(&self.extra, 11, out);
            <__Sale7 as __p::Field>::put_field(&self.stock, 12, out);
            <__Sale8 as __p::Field>::put_field(&self.parts, 13, out);
            <Batch as __p::Field>::put_field(&self.batch, 14, out);
            <__Sale9 as __p::Field>::put_field(&self.former, 15, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <Uuid as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => <Decimal as __p::Field>::merge_field(&mut slots.price, wire, input),
                3 => {
                    <jiff::Timestamp as __p::Field>::merge_field(
                        &mut slots.at,
                        wire,
                        input,
                    )
                }
                4 => <__Sale0 as __p::Field>::merge_field(&mut slots.took, wire, input),
                5 => {
                    <__Sale1 as __p::Field>::merge_field(&mut slots.shipped, wire, input)
                }
                6 => <__Sale2 as __p::Field>::merge_field(&mut slots.late, wire, input),
                7 => <__Sale3 as __p::Field>::merge_field(&mut slots.opened, wire, input),
                8 => <__Sale4 as __p::Field>::merge_field(&mut slots.closed, wire, input),
                9 => <__Sale5 as __p::Field>::merge_field(&mut slots.pause, wire, input),
                10 => {
                    <std::time::SystemTime as __p::Field>::merge_field(
                        &mut slots.since,
                        wire,
                        input,
                    )
                }
                11 => <__Sale6 as __p::Field>::merge_field(&mut slots.extra, wire, input),
                12 => <__Sale7 as __p::Field>::merge_field(&mut slots.stock, wire, input),
                13 => <__Sale8 as __p::Field>::merge_field(&mut slots.parts, wire, input),
                14 => <Batch as __p::Field>::merge_field(&mut slots.batch, wire, input),
                15 => {
                    <__Sale9 as __p::Field>::merge_field(&mut slots.former, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Uuid as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <Decimal as __p::Field>::write_field(&self.price, out, "price", "price")?;
            <jiff::Timestamp as __p::Field>::write_field(&self.at, out, "at", "at")?;
            <__Sale0 as __p::Field>::write_field(&self.took, out, "took", "took")?;
            <__Sale1 as __p::Field>::write_field(
                &self.shipped,
                out,
                "shipped",
                "shipped",
            )?;
            <__Sale2 as __p::Field>::write_field(&self.late, out, "late", "late")?;
            <__Sale3 as __p::Field>::write_field(&self.opened, out, "opened", "opened")?;
            <__Sale4 as __p::Field>::write_field(&self.closed, out, "closed", "closed")?;
            <__Sale5 as __p::Field>::write_field(&self.pause, out, "pause", "pause")?;
            <std::time::SystemTime as __p::Field>::write_field(
                &self.since,
                out,
                "since",
                "since",
            )?;
            <__Sale6 as __p::Field>::write_field(&self.extra, out, "extra", "extra")?;
            <__Sale7 as __p::Field>::write_field(&self.stock, out, "stock", "stock")?;
            <__Sale8 as __p::Field>::write_field(&self.parts, out, "parts", "parts")?;
            <Batch as __p::Field>::write_field(&self.batch, out, "batch", "batch")?;
            <__Sale9 as __p::Field>::write_field(&self.former, out, "former", "former")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <Uuid as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <Decimal as __p::Field>::merge_field_json(&mut slots.price, value),
                2 => {
                    <jiff::Timestamp as __p::Field>::merge_field_json(
                        &mut slots.at,
                        value,
                    )
                }
                3 => <__Sale0 as __p::Field>::merge_field_json(&mut slots.took, value),
                4 => <__Sale1 as __p::Field>::merge_field_json(&mut slots.shipped, value),
                5 => <__Sale2 as __p::Field>::merge_field_json(&mut slots.late, value),
                6 => <__Sale3 as __p::Field>::merge_field_json(&mut slots.opened, value),
                7 => <__Sale4 as __p::Field>::merge_field_json(&mut slots.closed, value),
                8 => <__Sale5 as __p::Field>::merge_field_json(&mut slots.pause, value),
                9 => {
                    <std::time::SystemTime as __p::Field>::merge_field_json(
                        &mut slots.since,
                        value,
                    )
                }
                10 => <__Sale6 as __p::Field>::merge_field_json(&mut slots.extra, value),
                11 => <__Sale7 as __p::Field>::merge_field_json(&mut slots.stock, value),
                12 => <__Sale8 as __p::Field>::merge_field_json(&mut slots.parts, value),
                13 => <Batch as __p::Field>::merge_field_json(&mut slots.batch, value),
                14 => <__Sale9 as __p::Field>::merge_field_json(&mut slots.former, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <Uuid as __p::Field>::finish(slots.id, "id")?,
                price: <Decimal as __p::Field>::finish(slots.price, "price")?,
                at: <jiff::Timestamp as __p::Field>::finish(slots.at, "at")?,
                took: <__Sale0 as __p::Field>::finish(slots.took, "took")?,
                shipped: <__Sale1 as __p::Field>::finish(slots.shipped, "shipped")?,
                late: <__Sale2 as __p::Field>::finish(slots.late, "late")?,
                opened: <__Sale3 as __p::Field>::finish(slots.opened, "opened")?,
                closed: <__Sale4 as __p::Field>::finish(slots.closed, "closed")?,
                pause: <__Sale5 as __p::Field>::finish(slots.pause, "pause")?,
                since: <std::time::SystemTime as __p::Field>::finish(
                    slots.since,
                    "since",
                )?,
                extra: <__Sale6 as __p::Field>::finish(slots.extra, "extra")?,
                stock: <__Sale7 as __p::Field>::finish(slots.stock, "stock")?,
                parts: <__Sale8 as __p::Field>::finish(slots.parts, "parts")?,
                batch: <Batch as __p::Field>::finish(slots.batch, "batch")?,
                former: <__Sale9 as __p::Field>::finish(slots.former, "former")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    3,
                );
                <__Sale0 as __p::Field>::check_field(&self.took, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    4,
                );
                <__Sale1 as __p::Field>::check_field(&self.shipped, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    5,
                );
                <__Sale2 as __p::Field>::check_field(&self.late, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    6,
                );
                <__Sale3 as __p::Field>::check_field(&self.opened, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    7,
                );
                <__Sale4 as __p::Field>::check_field(&self.closed, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    8,
                );
                <__Sale5 as __p::Field>::check_field(&self.pause, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    10,
                );
                <__Sale6 as __p::Field>::check_field(&self.extra, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    11,
                );
                <__Sale7 as __p::Field>::check_field(&self.stock, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    12,
                );
                <__Sale8 as __p::Field>::check_field(&self.parts, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    13,
                );
                <Batch as __p::Field>::check_field(&self.batch, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Sale as __p::Message>::SCHEMA,
                    14,
                );
                <__Sale9 as __p::Field>::check_field(&self.former, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Sale {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Sale {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Batch(Uuid);
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl<const __AS: u8> __p::Value<__AS> for Batch
    where
        Uuid: __p::Value<__AS>,
    {
        const ELEMENT: __p::model::Element = <Uuid as __p::Value<__AS>>::ELEMENT;
        const WIRE: __p::Wire = <Uuid as __p::Value<__AS>>::WIRE;
        const JSON_NULL: bool = <Uuid as __p::Value<__AS>>::JSON_NULL;
        const CHECKED: bool = <Uuid as __p::Value<__AS>>::CHECKED;
        fn register(definitions: &mut __p::model::Definitions) {
            <Uuid as __p::Value<__AS>>::register(definitions)
        }
        fn is_default(&self) -> bool {
            <Uuid as __p::Value<__AS>>::is_default(&self.0)
        }
        fn len(&self) -> usize {
            <Uuid as __p::Value<__AS>>::len(&self.0)
        }
        fn put(&self, out: &mut __p::BytesMut) {
            <Uuid as __p::Value<__AS>>::put(&self.0, out)
        }
        fn take(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <Uuid as __p::Value<__AS>>::take(input).map(Self)
        }
        fn take_known(
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<::core::option::Option<Self>, __p::DecodeError> {
            <Uuid as __p::Value<__AS>>::take_known(input).map(|value| value.map(Self))
        }
        fn merge(
            whole: Self,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<Self, __p::DecodeError> {
            <Uuid as __p::Value<__AS>>::merge(whole.0, input).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            <Uuid as __p::Value<__AS>>::absent().map(Self)
        }
        fn given(&self) -> __p::Given<'_> {
            <Uuid as __p::Value<__AS>>::given(&self.0)
        }
        fn check_inside(&self, __check: &mut __p::Checker) {
            <Uuid as __p::Value<__AS>>::check_inside(&self.0, __check)
        }
        fn to_json<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Uuid as __p::Value<__AS>>::to_json(&self.0, out)
        }
        fn from_json<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Uuid as __p::Value<__AS>>::from_json(input).map(Self)
        }
        fn from_json_known<'de, __D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<::core::option::Option<Self>, __D::Error> {
            <Uuid as __p::Value<__AS>>::from_json_known(input)
                .map(|value| value.map(Self))
        }
    }
    #[automatically_derived]
    impl<const __AS: u8> __p::Element<__AS> for Batch
    where
        Uuid: __p::Element<__AS>,
    {}
    #[automatically_derived]
    impl<const __AS: u8> __p::MapKey<__AS> for Batch
    where
        Uuid: __p::MapKey<__AS>,
    {
        const SCALAR: __p::model::Scalar = <Uuid as __p::MapKey<__AS>>::SCALAR;
        fn to_key(&self) -> __p::Cow<'_, str> {
            <Uuid as __p::MapKey<__AS>>::to_key(&self.0)
        }
        fn from_key(key: &str) -> ::core::option::Option<Self> {
            <Uuid as __p::MapKey<__AS>>::from_key(key).map(Self)
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Batch {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            <Self as __p::Value>::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Batch {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            <Self as __p::Value>::from_json(input)
        }
    }
};
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn sell(
        &self,
        sale: Sale,
    ) -> impl ::core::future::Future<Output = Result<Uuid>> + ::core::marker::Send;
    fn query(
        &self,
        filter: serde_json::Value,
    ) -> impl ::core::future::Future<
        Output = Result<serde_json::Value>,
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
    struct SellResponse {
        result: Uuid,
    }
    const _: () = {
        pub struct __Slots {
            result: <Uuid as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<Uuid as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for SellResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "SellResponse",
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
                            ty: <Uuid as __p::Field>::TYPE,
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
                <Uuid as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Uuid as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Uuid as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <Uuid as __p::Field>::merge_field(&mut slots.result, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <Uuid as __p::Field>::write_field(
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
                    0 => <Uuid as __p::Field>::merge_field_json(&mut slots.result, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <Uuid as __p::Field>::finish(slots.result, "result")?,
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
                        name: __p::Cow::Borrowed("Sell"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Sale as __p::Request>::NAME,
                        output: <SellResponse as __p::Response>::NAME,
                        error: <Result<Uuid> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Query"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <serde_json::Value as __p::Request>::NAME,
                        output: __p::Sure::<serde_json::Value>::NAME,
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
        methods: &[&SELL, &QUERY],
        register: |definitions| {
            __p::Sure::<Sale>::register(definitions);
            __p::Sure::<SellResponse>::register(definitions);
            __p::Sure::<serde_json::Value>::register(definitions);
            __p::Sure::<serde_json::Value>::register(definitions);
        },
    };
    static SELL: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Sell",
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
    static QUERY: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/Query",
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
                (Sale, SellResponse, <Result<Uuid> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &SELL,
                |s, _cx, req| async move {
                    Books::sell(&*s, req).await.map(|result| SellResponse { result })
                },
            );
            __p::Sure::<
                (
                    serde_json::Value,
                    serde_json::Value,
                    <Result<serde_json::Value> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &QUERY,
                |s, _cx, req| async move { Books::query(&*s, req).await },
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
        ///The method `sell`, with the types of its arguments.
        pub const SELL: __p::TypedMethod<Sale> = __p::TypedMethod::new(
            &SELL,
            |input| __p::Sure::<Sale>::read(input),
        );
        ///The method `query`, with the types of its arguments.
        pub const QUERY: __p::TypedMethod<serde_json::Value> = __p::TypedMethod::new(
            &QUERY,
            |input| __p::Sure::<serde_json::Value>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn sell(&self, sale: Sale) -> Result<Uuid> {
            __p::Sure::<
                (Sale, SellResponse, <Result<Uuid> as __p::Fallible>::Error),
            >::unary(&self.0, &SELL, __p::Context::current(), sale)
                .await
                .map(|response: SellResponse| response.result)
        }
        async fn query(&self, filter: serde_json::Value) -> Result<serde_json::Value> {
            __p::Sure::<
                (
                    serde_json::Value,
                    serde_json::Value,
                    <Result<serde_json::Value> as __p::Fallible>::Error,
                ),
            >::unary(&self.0, &QUERY, __p::Context::current(), filter)
                .await
        }
    }
};
