//! Constraints: constants in the schema, a line a field for the checker, options in the `.proto`, keywords in the documents.
use polywire::{Message, Result, service};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
/// One line of an order.
pub struct Line {
    pub sku: String,
    pub quantity: u32,
    /// Without any.
    pub note: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        sku: <String as __p::Field>::Slot,
        quantity: <u32 as __p::Field>::Slot,
        note: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                sku: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                quantity: <<u32 as __p::Field>::Slot as ::core::default::Default>::default(),
                note: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Line {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Line");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed("One line of an order."),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("sku"),
                        json: __p::Cow::Borrowed("sku"),
                        number: 1,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Pattern(
                                    __p::Cow::Borrowed("^[A-Z]{2}$"),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("quantity"),
                        json: __p::Cow::Borrowed("quantity"),
                        number: 2,
                        ty: <u32 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Min(__p::model::Number::Integer(1)),
                                __p::model::Constraint::Max(__p::model::Number::Integer(99)),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("note"),
                        json: __p::Cow::Borrowed("note"),
                        number: 3,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("Without any."),
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
            <u32 as __p::Field>::register(definitions);
            <String as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.sku, 1)
                + <u32 as __p::Field>::field_len(&self.quantity, 2)
                + <String as __p::Field>::field_len(&self.note, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.sku, 1, out);
            <u32 as __p::Field>::put_field(&self.quantity, 2, out);
            <String as __p::Field>::put_field(&self.note, 3, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.sku, wire, input),
                2 => <u32 as __p::Field>::merge_field(&mut slots.quantity, wire, input),
                3 => <String as __p::Field>::merge_field(&mut slots.note, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.sku, out, "sku", "sku")?;
            <u32 as __p::Field>::write_field(
                &self.quantity,
                out,
                "quantity",
                "quantity",
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
                0 => <String as __p::Field>::merge_field_json(&mut slots.sku, value),
                1 => <u32 as __p::Field>::merge_field_json(&mut slots.quantity, value),
                2 => <String as __p::Field>::merge_field_json(&mut slots.note, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                sku: <String as __p::Field>::finish(slots.sku, "sku")?,
                quantity: <u32 as __p::Field>::finish(slots.quantity, "quantity")?,
                note: <String as __p::Field>::finish(slots.note, "note")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Line as __p::Message>::SCHEMA,
                    0,
                );
                <String as __p::Field>::check_field(&self.sku, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Line as __p::Message>::SCHEMA,
                    1,
                );
                <u32 as __p::Field>::check_field(&self.quantity, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Line {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Line {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Order {
    pub lines: Vec<Line>,
    pub tags: BTreeMap<String, String>,
    pub discount: Option<f64>,
    pub number: i64,
    pub digest: Vec<u8>,
    /// In any case.
    pub kind: String,
    pub keys: Vec<String>,
    /// Before it is sent.
    pub wait: Duration,
    pub placed: Option<SystemTime>,
    /// Not too long ago, nor too far off.
    pub sent: SystemTime,
    pub until: Option<SystemTime>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Order0 = Vec<Line>;
    pub struct __Slots {
        lines: <__Order0 as __p::Field>::Slot,
        tags: <BTreeMap<String, String> as __p::Field>::Slot,
        discount: <Option<f64> as __p::Field>::Slot,
        number: <i64 as __p::Field>::Slot,
        digest: <Vec<u8> as __p::Field>::Slot,
        kind: <String as __p::Field>::Slot,
        keys: <Vec<String> as __p::Field>::Slot,
        wait: <Duration as __p::Field>::Slot,
        placed: <Option<SystemTime> as __p::Field>::Slot,
        sent: <SystemTime as __p::Field>::Slot,
        until: <Option<SystemTime> as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                lines: <<__Order0 as __p::Field>::Slot as ::core::default::Default>::default(),
                tags: <<BTreeMap<
                    String,
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                discount: <<Option<
                    f64,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                number: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                digest: <<Vec<
                    u8,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                kind: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                keys: <<Vec<
                    String,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                wait: <<Duration as __p::Field>::Slot as ::core::default::Default>::default(),
                placed: <<Option<
                    SystemTime,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                sent: <<SystemTime as __p::Field>::Slot as ::core::default::Default>::default(),
                until: <<Option<
                    SystemTime,
                > as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("lines"),
                        json: __p::Cow::Borrowed("lines"),
                        number: 1,
                        ty: <__Order0 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::MinItems(1),
                                __p::model::Constraint::MaxItems(50),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("tags"),
                        json: __p::Cow::Borrowed("tags"),
                        number: 2,
                        ty: <BTreeMap<String, String> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::MaxPairs(8),
                                __p::model::Constraint::Keys(
                                    __p::Cow::Borrowed(&[__p::model::Constraint::MaxLen(16)]),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("discount"),
                        json: __p::Cow::Borrowed("discount"),
                        number: 3,
                        ty: <Option<f64> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Required,
                                __p::model::Constraint::ExclusiveMin(
                                    __p::model::Number::Integer(0),
                                ),
                                __p::model::Constraint::ExclusiveMax(
                                    __p::model::Number::real(0.5),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("number"),
                        json: __p::Cow::Borrowed("number"),
                        number: 4,
                        ty: <i64 as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Min(__p::model::Number::Integer(1)),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("digest"),
                        json: __p::Cow::Borrowed("digest"),
                        number: 5,
                        ty: <Vec<u8> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[__p::model::Constraint::MaxLen(4)],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("kind"),
                        json: __p::Cow::Borrowed("kind"),
                        number: 6,
                        ty: <String as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("In any case."),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Pattern(
                                    __p::Cow::Borrowed("(?i)^abc"),
                                ),
                                __p::model::Constraint::Prefix(__p::Cow::Borrowed("a")),
                                __p::model::Constraint::OneOf(
                                    __p::Cow::Borrowed(
                                        &[
                                            __p::model::Literal::Text(__p::Cow::Borrowed("abc")),
                                            __p::model::Literal::Text(__p::Cow::Borrowed("aBc")),
                                        ],
                                    ),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("keys"),
                        json: __p::Cow::Borrowed("keys"),
                        number: 7,
                        ty: <Vec<String> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Unique,
                                __p::model::Constraint::Each(
                                    __p::Cow::Borrowed(
                                        &[__p::model::Constraint::Format(__p::model::Format::Uuid)],
                                    ),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("wait"),
                        json: __p::Cow::Borrowed("wait"),
                        number: 8,
                        ty: <Duration as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("Before it is sent."),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Min(
                                    __p::model::Number::Span(1500000000),
                                ),
                                __p::model::Constraint::Max(
                                    __p::model::Number::Span(7200000000000),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("placed"),
                        json: __p::Cow::Borrowed("placed"),
                        number: 9,
                        ty: <Option<SystemTime> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[__p::model::Constraint::Past]),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("sent"),
                        json: __p::Cow::Borrowed("sent"),
                        number: 10,
                        ty: <SystemTime as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed("Not too long ago, nor too far off."),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Min(
                                    __p::model::Number::Point(1767323045000000000),
                                ),
                                __p::model::Constraint::Within(
                                    __p::model::Number::Span(2592000000000000),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("until"),
                        json: __p::Cow::Borrowed("until"),
                        number: 11,
                        ty: <Option<SystemTime> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::ExclusiveMax(
                                    __p::model::Number::Point(1893456000500000000),
                                ),
                            ],
                        ),
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
            <__Order0 as __p::Field>::register(definitions);
            <BTreeMap<String, String> as __p::Field>::register(definitions);
            <Option<f64> as __p::Field>::register(definitions);
            <i64 as __p::Field>::register(definitions);
            <Vec<u8> as __p::Field>::register(definitions);
            <String as __p::Field>::register(definitions);
            <Vec<String> as __p::Field>::register(definitions);
            <Duration as __p::Field>::register(definitions);
            <Option<SystemTime> as __p::Field>::register(definitions);
            <SystemTime as __p::Field>::register(definitions);
            <Option<SystemTime> as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <__Order0 as __p::Field>::field_len(&self.lines, 1)
                + <BTreeMap<String, String> as __p::Field>::field_len(&self.tags, 2)
                + <Option<f64> as __p::Field>::field_len(&self.discount, 3)
                + <i64 as __p::Field>::field_len(&self.number, 4)
                + <Vec<u8> as __p::Field>::field_len(&self.digest, 5)
                + <String as __p::Field>::field_len(&self.kind, 6)
                + <Vec<String> as __p::Field>::field_len(&self.keys, 7)
                + <Duration as __p::Field>::field_len(&self.wait, 8)
                + <Option<SystemTime> as __p::Field>::field_len(&self.placed, 9)
                + <SystemTime as __p::Field>::field_len(&self.sent, 10)
                + <Option<SystemTime> as __p::Field>::field_len(&self.until, 11)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <__Order0 as __p::Field>::put_field(&self.lines, 1, out);
            <BTreeMap<String, String> as __p::Field>::put_field(&self.tags, 2, out);
            <Option<f64> as __p::Field>::put_field(&self.discount, 3, out);
            <i64 as __p::Field>::put_field(&self.number, 4, out);
            <Vec<u8> as __p::Field>::put_field(&self.digest, 5, out);
            <String as __p::Field>::put_field(&self.kind, 6, out);
            <Vec<String> as __p::Field>::put_field(&self.keys, 7, out);
            <Duration as __p::Field>::put_field(&self.wait, 8, out);
            <Option<SystemTime> as __p::Field>::put_field(&self.placed, 9, out);
            <SystemTime as __p::Field>::put_field(&self.sent, 10, out);
            <Option<SystemTime> as __p::Field>::put_field(&self.until, 11, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <__Order0 as __p::Field>::merge_field(&mut slots.lines, wire, input),
                2 => {
                    <BTreeMap<
                        String,
                        String,
                    > as __p::Field>::merge_field(&mut slots.tags, wire, input)
                }
                3 => {
                    <Option<
                        f64,
                    > as __p::Field>::merge_field(&mut slots.discount, wire, input)
                }
                4 => <i64 as __p::Field>::merge_field(&mut slots.number, wire, input),
                5 => <Vec<u8> as __p::Field>::merge_field(&mut slots.digest, wire, input),
                6 => <String as __p::Field>::merge_field(&mut slots.kind, wire, input),
                7 => {
                    <Vec<
                        String,
                    > as __p::Field>::merge_field(&mut slots.keys, wire, input)
                }
                8 => <Duration as __p::Field>::merge_field(&mut slots.wait, wire, input),
                9 => {
                    <Option<
                        SystemTime,
                    > as __p::Field>::merge_field(&mut slots.placed, wire, input)
                }
                10 => {
                    <SystemTime as __p::Field>::merge_field(&mut slots.sent, wire, input)
                }
                11 => {
                    <Option<
                        SystemTime,
                    > as __p::Field>::merge_field(&mut slots.until, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <__Order0 as __p::Field>::write_field(&self.lines, out, "lines", "lines")?;
            <BTreeMap<
                String,
                String,
            > as __p::Field>::write_field(&self.tags, out, "tags", "tags")?;
            <Option<
                f64,
            > as __p::Field>::write_field(&self.discount, out, "discount", "discount")?;
            <i64 as __p::Field>::write_field(&self.number, out, "number", "number")?;
            <Vec<u8> as __p::Field>::write_field(&self.digest, out, "digest", "digest")?;
            <String as __p::Field>::write_field(&self.kind, out, "kind", "kind")?;
            <Vec<String> as __p::Field>::write_field(&self.keys, out, "keys", "keys")?;
            <Duration as __p::Field>::write_field(&self.wait, out, "wait", "wait")?;
            <Option<
                SystemTime,
            > as __p::Field>::write_field(&self.placed, out, "placed", "placed")?;
            <SystemTime as __p::Field>::write_field(&self.sent, out, "sent", "sent")?;
            <Option<
                SystemTime,
            > as __p::Field>::write_field(&self.until, out, "until", "until")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <__Order0 as __p::Field>::merge_field_json(&mut slots.lines, value),
                1 => {
                    <BTreeMap<
                        String,
                        String,
                    > as __p::Field>::merge_field_json(&mut slots.tags, value)
                }
                2 => {
                    <Option<
                        f64,
                    > as __p::Field>::merge_field_json(&mut slots.discount, value)
                }
                3 => <i64 as __p::Field>::merge_field_json(&mut slots.number, value),
                4 => <Vec<u8> as __p::Field>::merge_field_json(&mut slots.digest, value),
                5 => <String as __p::Field>::merge_field_json(&mut slots.kind, value),
                6 => {
                    <Vec<String> as __p::Field>::merge_field_json(&mut slots.keys, value)
                }
                7 => <Duration as __p::Field>::merge_field_json(&mut slots.wait, value),
                8 => {
                    <Option<
                        SystemTime,
                    > as __p::Field>::merge_field_json(&mut slots.placed, value)
                }
                9 => <SystemTime as __p::Field>::merge_field_json(&mut slots.sent, value),
                10 => {
                    <Option<
                        SystemTime,
                    > as __p::Field>::merge_field_json(&mut slots.until, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                lines: <__Order0 as __p::Field>::finish(slots.lines, "lines")?,
                tags: <BTreeMap<
                    String,
                    String,
                > as __p::Field>::finish(slots.tags, "tags")?,
                discount: <Option<
                    f64,
                > as __p::Field>::finish(slots.discount, "discount")?,
                number: <i64 as __p::Field>::finish(slots.number, "number")?,
                digest: <Vec<u8> as __p::Field>::finish(slots.digest, "digest")?,
                kind: <String as __p::Field>::finish(slots.kind, "kind")?,
                keys: <Vec<String> as __p::Field>::finish(slots.keys, "keys")?,
                wait: <Duration as __p::Field>::finish(slots.wait, "wait")?,
                placed: <Option<
                    SystemTime,
                > as __p::Field>::finish(slots.placed, "placed")?,
                sent: <SystemTime as __p::Field>::finish(slots.sent, "sent")?,
                until: <Option<SystemTime> as __p::Field>::finish(slots.until, "until")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::MinItems(
                    1,
                );
                const __TYPE: &__p::model::Type = &<__Order0 as __p::Field>::TYPE;
                ::core::assert!(
                    < __Order0 as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `lines`: `items` counts the elements of a list, and the type here is `Vec<Line>`; measure text with `len`, count a map with `pairs`"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::MaxItems(
                    50,
                );
                const __TYPE: &__p::model::Type = &<__Order0 as __p::Field>::TYPE;
                ::core::assert!(
                    < __Order0 as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `lines`: `items` counts the elements of a list, and the type here is `Vec<Line>`; measure text with `len`, count a map with `pairs`"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::Min(
                    __p::model::Number::Span(1500000000),
                );
                const __TYPE: &__p::model::Type = &<Duration as __p::Field>::TYPE;
                ::core::assert!(
                    < Duration as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `wait`: `min` bounds a span of time here, and the type here is `Duration`; bound a number by a number and a point in time by one such as `\"2026-01-02T03:04:05Z\"`, or make the field a `Duration`"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::Max(
                    __p::model::Number::Span(7200000000000),
                );
                const __TYPE: &__p::model::Type = &<Duration as __p::Field>::TYPE;
                ::core::assert!(
                    < Duration as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `wait`: `max` bounds a span of time here, and the type here is `Duration`; bound a number by a number and a point in time by one such as `\"2026-01-02T03:04:05Z\"`, or make the field a `Duration`"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::Past;
                const __TYPE: &__p::model::Type = &<Option<
                    SystemTime,
                > as __p::Field>::TYPE;
                ::core::assert!(
                    < Option < SystemTime > as __p::Field > ::CHECKED && __RULE
                    .fits(__TYPE),
                    "field `placed`: `past` is for a point in time, and the type here is `Option<SystemTime>`; make the field one, or remove it"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::Min(
                    __p::model::Number::Point(1767323045000000000),
                );
                const __TYPE: &__p::model::Type = &<SystemTime as __p::Field>::TYPE;
                ::core::assert!(
                    < SystemTime as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `sent`: `min` bounds a point in time here, and the type here is `SystemTime`; bound a number by a number and a span of time by one such as `\"1s\"`, or make the field a `SystemTime`"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::Within(
                    __p::model::Number::Span(2592000000000000),
                );
                const __TYPE: &__p::model::Type = &<SystemTime as __p::Field>::TYPE;
                ::core::assert!(
                    < SystemTime as __p::Field > ::CHECKED && __RULE.fits(__TYPE),
                    "field `sent`: `within` is for a point in time, and the type here is `SystemTime`; make the field one, or remove it"
                );
            };
            const _: () = {
                const __RULE: &__p::model::Constraint = &__p::model::Constraint::ExclusiveMax(
                    __p::model::Number::Point(1893456000500000000),
                );
                const __TYPE: &__p::model::Type = &<Option<
                    SystemTime,
                > as __p::Field>::TYPE;
                ::core::assert!(
                    < Option < SystemTime > as __p::Field > ::CHECKED && __RULE
                    .fits(__TYPE),
                    "field `until`: `exclusive_max` bounds a point in time here, and the type here is `Option<SystemTime>`; bound a number by a number and a span of time by one such as `\"1s\"`, or make the field a `SystemTime`"
                );
            };
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    0,
                );
                <__Order0 as __p::Field>::check_field(&self.lines, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    1,
                );
                <BTreeMap<
                    String,
                    String,
                > as __p::Field>::check_field(&self.tags, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    2,
                );
                <Option<
                    f64,
                > as __p::Field>::check_field(&self.discount, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    3,
                );
                <i64 as __p::Field>::check_field(&self.number, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    4,
                );
                <Vec<u8> as __p::Field>::check_field(&self.digest, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    5,
                );
                <String as __p::Field>::check_field(&self.kind, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    6,
                );
                <Vec<String> as __p::Field>::check_field(&self.keys, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    7,
                );
                <Duration as __p::Field>::check_field(&self.wait, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    8,
                );
                <Option<
                    SystemTime,
                > as __p::Field>::check_field(&self.placed, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    9,
                );
                <SystemTime as __p::Field>::check_field(&self.sent, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Order as __p::Message>::SCHEMA,
                    10,
                );
                <Option<
                    SystemTime,
                > as __p::Field>::check_field(&self.until, &__RULES, __check);
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
    fn place(
        &self,
        order: Order,
    ) -> impl ::core::future::Future<Output = Result<()>> + ::core::marker::Send;
    fn find(
        &self,
        customer: String,
    ) -> impl ::core::future::Future<Output = Result<Order>> + ::core::marker::Send;
    fn search(
        &self,
        code: String,
        limit: u32,
        from: Vec<String>,
        above: Option<f32>,
    ) -> impl ::core::future::Future<Output = Result<Order>> + ::core::marker::Send;
    fn watch(
        &self,
        kind: String,
        limit: u32,
    ) -> impl ::core::future::Future<Output = Result<Order>> + ::core::marker::Send;
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
    struct FindRequest {
        customer: String,
    }
    const _: () = {
        pub struct __Slots {
            customer: <String as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    customer: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for FindRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "FindRequest",
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
                            constraints: __p::Cow::Borrowed(
                                &[__p::model::Constraint::Format(__p::model::Format::Email)],
                            ),
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
                0 + <String as __p::Field>::field_len(&self.customer, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.customer, 1, out);
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
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    customer: <String as __p::Field>::finish(slots.customer, "customer")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <FindRequest as __p::Message>::SCHEMA,
                        0,
                    );
                    <String as __p::Field>::check_field(
                        &self.customer,
                        &__RULES,
                        __check,
                    );
                }
            }
        }
    };
    struct SearchRequest {
        code: String,
        limit: u32,
        from: Vec<String>,
        above: Option<f32>,
    }
    const _: () = {
        pub struct __Slots {
            code: <String as __p::Field>::Slot,
            limit: <u32 as __p::Field>::Slot,
            from: <Vec<String> as __p::Field>::Slot,
            above: <Option<f32> as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    code: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    limit: <<u32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    from: <<Vec<
                        String,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    above: <<Option<
                        f32,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for SearchRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "SearchRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("code"),
                            json: __p::Cow::Borrowed("code"),
                            number: 1,
                            ty: <String as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[__p::model::Constraint::MaxLen(4)],
                            ),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::None,
                            json_written: false,
                        },
                        __p::model::Field {
                            name: __p::Cow::Borrowed("limit"),
                            json: __p::Cow::Borrowed("limit"),
                            number: 2,
                            ty: <u32 as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::Min(__p::model::Number::Integer(1)),
                                    __p::model::Constraint::Max(__p::model::Number::Integer(50)),
                                ],
                            ),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::None,
                            json_written: false,
                        },
                        __p::model::Field {
                            name: __p::Cow::Borrowed("from"),
                            json: __p::Cow::Borrowed("from"),
                            number: 3,
                            ty: <Vec<String> as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::MaxItems(5),
                                    __p::model::Constraint::Each(
                                        __p::Cow::Borrowed(
                                            &[__p::model::Constraint::Format(__p::model::Format::Ip)],
                                        ),
                                    ),
                                ],
                            ),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::None,
                            json_written: false,
                        },
                        __p::model::Field {
                            name: __p::Cow::Borrowed("above"),
                            json: __p::Cow::Borrowed("above"),
                            number: 4,
                            ty: <Option<f32> as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::Min(__p::model::Number::Integer(0)),
                                ],
                            ),
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
                <u32 as __p::Field>::register(definitions);
                <Vec<String> as __p::Field>::register(definitions);
                <Option<f32> as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <String as __p::Field>::field_len(&self.code, 1)
                    + <u32 as __p::Field>::field_len(&self.limit, 2)
                    + <Vec<String> as __p::Field>::field_len(&self.from, 3)
                    + <Option<f32> as __p::Field>::field_len(&self.above, 4)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.code, 1, out);
                <u32 as __p::Field>::put_field(&self.limit, 2, out);
                <Vec<String> as __p::Field>::put_field(&self.from, 3, out);
                <Option<f32> as __p::Field>::put_field(&self.above, 4, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <String as __p::Field>::merge_field(&mut slots.code, wire, input)
                    }
                    2 => <u32 as __p::Field>::merge_field(&mut slots.limit, wire, input),
                    3 => {
                        <Vec<
                            String,
                        > as __p::Field>::merge_field(&mut slots.from, wire, input)
                    }
                    4 => {
                        <Option<
                            f32,
                        > as __p::Field>::merge_field(&mut slots.above, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <String as __p::Field>::write_field(&self.code, out, "code", "code")?;
                <u32 as __p::Field>::write_field(&self.limit, out, "limit", "limit")?;
                <Vec<
                    String,
                > as __p::Field>::write_field(&self.from, out, "from", "from")?;
                <Option<
                    f32,
                > as __p::Field>::write_field(&self.above, out, "above", "above")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <String as __p::Field>::merge_field_json(&mut slots.code, value),
                    1 => <u32 as __p::Field>::merge_field_json(&mut slots.limit, value),
                    2 => {
                        <Vec<
                            String,
                        > as __p::Field>::merge_field_json(&mut slots.from, value)
                    }
                    3 => {
                        <Option<
                            f32,
                        > as __p::Field>::merge_field_json(&mut slots.above, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    code: <String as __p::Field>::finish(slots.code, "code")?,
                    limit: <u32 as __p::Field>::finish(slots.limit, "limit")?,
                    from: <Vec<String> as __p::Field>::finish(slots.from, "from")?,
                    above: <Option<f32> as __p::Field>::finish(slots.above, "above")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <SearchRequest as __p::Message>::SCHEMA,
                        0,
                    );
                    <String as __p::Field>::check_field(&self.code, &__RULES, __check);
                }
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <SearchRequest as __p::Message>::SCHEMA,
                        1,
                    );
                    <u32 as __p::Field>::check_field(&self.limit, &__RULES, __check);
                }
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <SearchRequest as __p::Message>::SCHEMA,
                        2,
                    );
                    <Vec<
                        String,
                    > as __p::Field>::check_field(&self.from, &__RULES, __check);
                }
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <SearchRequest as __p::Message>::SCHEMA,
                        3,
                    );
                    <Option<
                        f32,
                    > as __p::Field>::check_field(&self.above, &__RULES, __check);
                }
            }
        }
    };
    struct WatchRequest {
        kind: String,
        limit: u32,
    }
    const _: () = {
        pub struct __Slots {
            kind: <String as __p::Field>::Slot,
            limit: <u32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    kind: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    limit: <<u32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for WatchRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "WatchRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("kind"),
                            json: __p::Cow::Borrowed("kind"),
                            number: 1,
                            ty: <String as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::OneOf(
                                        __p::Cow::Borrowed(
                                            &[
                                                __p::model::Literal::Text(__p::Cow::Borrowed("new")),
                                                __p::model::Literal::Text(__p::Cow::Borrowed("old")),
                                            ],
                                        ),
                                    ),
                                ],
                            ),
                            failure: ::core::option::Option::None,
                            default: ::core::option::Option::None,
                            json_written: false,
                        },
                        __p::model::Field {
                            name: __p::Cow::Borrowed("limit"),
                            json: __p::Cow::Borrowed("limit"),
                            number: 2,
                            ty: <u32 as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::Min(__p::model::Number::Integer(1)),
                                ],
                            ),
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
                <u32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <String as __p::Field>::field_len(&self.kind, 1)
                    + <u32 as __p::Field>::field_len(&self.limit, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.kind, 1, out);
                <u32 as __p::Field>::put_field(&self.limit, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <String as __p::Field>::merge_field(&mut slots.kind, wire, input)
                    }
                    2 => <u32 as __p::Field>::merge_field(&mut slots.limit, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <String as __p::Field>::write_field(&self.kind, out, "kind", "kind")?;
                <u32 as __p::Field>::write_field(&self.limit, out, "limit", "limit")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <String as __p::Field>::merge_field_json(&mut slots.kind, value),
                    1 => <u32 as __p::Field>::merge_field_json(&mut slots.limit, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    kind: <String as __p::Field>::finish(slots.kind, "kind")?,
                    limit: <u32 as __p::Field>::finish(slots.limit, "limit")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <WatchRequest as __p::Message>::SCHEMA,
                        0,
                    );
                    <String as __p::Field>::check_field(&self.kind, &__RULES, __check);
                }
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <WatchRequest as __p::Message>::SCHEMA,
                        1,
                    );
                    <u32 as __p::Field>::check_field(&self.limit, &__RULES, __check);
                }
            }
        }
    };
    static __SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("shop.v1"),
            name: __p::Cow::Borrowed("Books"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(
                &[
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Place"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Order as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <Result<()> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Find"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <FindRequest as __p::Request>::NAME,
                        output: __p::Sure::<Order>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Search"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <SearchRequest as __p::Request>::NAME,
                        output: __p::Sure::<Order>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Watch"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <WatchRequest as __p::Request>::NAME,
                        output: __p::Sure::<Order>::NAME,
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
        methods: &[&PLACE, &FIND, &SEARCH, &WATCH],
        register: |definitions| {
            __p::Sure::<Order>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<FindRequest>::register(definitions);
            __p::Sure::<Order>::register(definitions);
            __p::Sure::<SearchRequest>::register(definitions);
            __p::Sure::<Order>::register(definitions);
            __p::Sure::<WatchRequest>::register(definitions);
            __p::Sure::<Order>::register(definitions);
        },
    };
    static PLACE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/shop.v1.Books/Place",
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
    static FIND: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/shop.v1.Books/Find",
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
    static SEARCH: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/shop.v1.Books/Search",
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
                                            field: __p::Cow::Borrowed("code"),
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
    static WATCH: __p::Method = __p::Method {
        service: &__SPEC,
        index: 3,
        path: "/shop.v1.Books/Watch",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(&[]),
            }),
            ws: ::core::option::Option::Some(__p::transport::ws::Plan {
                endpoint: ::core::option::Option::Some(__p::transport::http::Template {
                    segments: __p::Cow::Borrowed(
                        &[
                            __p::transport::http::Segment::Literal(
                                __p::Cow::Borrowed("orders"),
                            ),
                            __p::transport::http::Segment::Variable {
                                field: __p::Cow::Borrowed("kind"),
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
                (Order, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PLACE,
                |s, _cx, req| async move { Books::place(&*s, req).await },
            );
            __p::Sure::<
                (FindRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &FIND,
                |s, _cx, req| async move { Books::find(&*s, req.customer).await },
            );
            __p::Sure::<
                (SearchRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &SEARCH,
                |s, _cx, req| async move {
                    Books::search(&*s, req.code, req.limit, req.from, req.above).await
                },
            );
            __p::Sure::<
                (WatchRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &WATCH,
                |s, _cx, req| async move { Books::watch(&*s, req.kind, req.limit).await },
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
        ///The method `place`, with the types of its arguments.
        pub const PLACE: __p::TypedMethod<Order> = __p::TypedMethod::new(
            &PLACE,
            |input| __p::Sure::<Order>::read(input),
        );
        ///The method `find`, with the types of its arguments.
        pub const FIND: __p::TypedMethod<String> = __p::TypedMethod::new(
            &FIND,
            |input| __p::Sure::<FindRequest>::read(input).map(|req| req.customer),
        );
        ///The method `search`, with the types of its arguments.
        pub const SEARCH: __p::TypedMethod<(String, u32, Vec<String>, Option<f32>)> = __p::TypedMethod::new(
            &SEARCH,
            |input| {
                __p::Sure::<SearchRequest>::read(input)
                    .map(|req| (req.code, req.limit, req.from, req.above))
            },
        );
        ///The method `watch`, with the types of its arguments.
        pub const WATCH: __p::TypedMethod<(String, u32)> = __p::TypedMethod::new(
            &WATCH,
            |input| {
                __p::Sure::<WatchRequest>::read(input).map(|req| (req.kind, req.limit))
            },
        );
    }
    impl Books for BooksClient {
        async fn place(&self, order: Order) -> Result<()> {
            __p::Sure::<
                (Order, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PLACE, __p::Context::current(), order)
                .await
        }
        async fn find(&self, customer: String) -> Result<Order> {
            __p::Sure::<
                (FindRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::unary(&self.0, &FIND, __p::Context::current(), FindRequest { customer })
                .await
        }
        async fn search(
            &self,
            code: String,
            limit: u32,
            from: Vec<String>,
            above: Option<f32>,
        ) -> Result<Order> {
            __p::Sure::<
                (SearchRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &SEARCH,
                    __p::Context::current(),
                    SearchRequest {
                        code,
                        limit,
                        from,
                        above,
                    },
                )
                .await
        }
        async fn watch(&self, kind: String, limit: u32) -> Result<Order> {
            __p::Sure::<
                (WatchRequest, Order, <Result<Order> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &WATCH,
                    __p::Context::current(),
                    WatchRequest { kind, limit },
                )
                .await
        }
    }
};
