//! Names of the user's that generated code could be confused with.
use polywire::*;
pub struct Slots {
    pub slots: Option<Box<Slots>>,
    pub out: i32,
    pub input: i32,
    pub number: i32,
    pub wire: i32,
    pub value: i32,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Slots0 = Option<Box<Slots>>;
    pub struct __Slots {
        slots: <__Slots0 as __p::Field>::Slot,
        out: <i32 as __p::Field>::Slot,
        input: <i32 as __p::Field>::Slot,
        number: <i32 as __p::Field>::Slot,
        wire: <i32 as __p::Field>::Slot,
        value: <i32 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                slots: <<__Slots0 as __p::Field>::Slot as ::core::default::Default>::default(),
                out: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                input: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                number: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                wire: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                value: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Slots {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Slots");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("slots"),
                        json: __p::Cow::Borrowed("slots"),
                        number: 1,
                        ty: <__Slots0 as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("out"),
                        json: __p::Cow::Borrowed("out"),
                        number: 2,
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
                        name: __p::Cow::Borrowed("input"),
                        json: __p::Cow::Borrowed("input"),
                        number: 3,
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
                        name: __p::Cow::Borrowed("number"),
                        json: __p::Cow::Borrowed("number"),
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
                        name: __p::Cow::Borrowed("wire"),
                        json: __p::Cow::Borrowed("wire"),
                        number: 5,
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
                        name: __p::Cow::Borrowed("value"),
                        json: __p::Cow::Borrowed("value"),
                        number: 6,
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
            <__Slots0 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
            <i32 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <__Slots0 as __p::Field>::field_len(&self.slots, 1)
                + <i32 as __p::Field>::field_len(&self.out, 2)
                + <i32 as __p::Field>::field_len(&self.input, 3)
                + <i32 as __p::Field>::field_len(&self.number, 4)
                + <i32 as __p::Field>::field_len(&self.wire, 5)
                + <i32 as __p::Field>::field_len(&self.value, 6)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <__Slots0 as __p::Field>::put_field(&self.slots, 1, out);
            <i32 as __p::Field>::put_field(&self.out, 2, out);
            <i32 as __p::Field>::put_field(&self.input, 3, out);
            <i32 as __p::Field>::put_field(&self.number, 4, out);
            <i32 as __p::Field>::put_field(&self.wire, 5, out);
            <i32 as __p::Field>::put_field(&self.value, 6, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <__Slots0 as __p::Field>::merge_field(&mut slots.slots, wire, input),
                2 => <i32 as __p::Field>::merge_field(&mut slots.out, wire, input),
                3 => <i32 as __p::Field>::merge_field(&mut slots.input, wire, input),
                4 => <i32 as __p::Field>::merge_field(&mut slots.number, wire, input),
                5 => <i32 as __p::Field>::merge_field(&mut slots.wire, wire, input),
                6 => <i32 as __p::Field>::merge_field(&mut slots.value, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <__Slots0 as __p::Field>::write_field(&self.slots, out, "slots", "slots")?;
            <i32 as __p::Field>::write_field(&self.out, out, "out", "out")?;
            <i32 as __p::Field>::write_field(&self.input, out, "input", "input")?;
            <i32 as __p::Field>::write_field(&self.number, out, "number", "number")?;
            <i32 as __p::Field>::write_field(&self.wire, out, "wire", "wire")?;
            <i32 as __p::Field>::write_field(&self.value, out, "value", "value")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <__Slots0 as __p::Field>::merge_field_json(&mut slots.slots, value),
                1 => <i32 as __p::Field>::merge_field_json(&mut slots.out, value),
                2 => <i32 as __p::Field>::merge_field_json(&mut slots.input, value),
                3 => <i32 as __p::Field>::merge_field_json(&mut slots.number, value),
                4 => <i32 as __p::Field>::merge_field_json(&mut slots.wire, value),
                5 => <i32 as __p::Field>::merge_field_json(&mut slots.value, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                slots: <__Slots0 as __p::Field>::finish(slots.slots, "slots")?,
                out: <i32 as __p::Field>::finish(slots.out, "out")?,
                input: <i32 as __p::Field>::finish(slots.input, "input")?,
                number: <i32 as __p::Field>::finish(slots.number, "number")?,
                wire: <i32 as __p::Field>::finish(slots.wire, "wire")?,
                value: <i32 as __p::Field>::finish(slots.value, "value")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Slots as __p::Message>::SCHEMA,
                    0,
                );
                <__Slots0 as __p::Field>::check_field(&self.slots, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Slots {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Slots {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub enum Option_ {
    Some { out: i32, value: i32, __view: i32 },
    None,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    struct __Some {
        out: i32,
        value: i32,
        __view: i32,
    }
    const _: () = {
        pub struct __Slots {
            out: <i32 as __p::Field>::Slot,
            value: <i32 as __p::Field>::Slot,
            __view: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    out: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    value: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __view: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for __Some {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "Option_.Some",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("out"),
                            json: __p::Cow::Borrowed("out"),
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
                            name: __p::Cow::Borrowed("value"),
                            json: __p::Cow::Borrowed("value"),
                            number: 2,
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
                            name: __p::Cow::Borrowed("__view"),
                            json: __p::Cow::Borrowed("View"),
                            number: 3,
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
                <i32 as __p::Field>::register(definitions);
                <i32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.out, 1)
                    + <i32 as __p::Field>::field_len(&self.value, 2)
                    + <i32 as __p::Field>::field_len(&self.__view, 3)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.out, 1, out);
                <i32 as __p::Field>::put_field(&self.value, 2, out);
                <i32 as __p::Field>::put_field(&self.__view, 3, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.out, wire, input),
                    2 => <i32 as __p::Field>::merge_field(&mut slots.value, wire, input),
                    3 => <i32 as __p::Field>::merge_field(&mut slots.__view, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.out, out, "out", "out")?;
                <i32 as __p::Field>::write_field(&self.value, out, "value", "value")?;
                <i32 as __p::Field>::write_field(&self.__view, out, "View", "__view")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.out, value),
                    1 => <i32 as __p::Field>::merge_field_json(&mut slots.value, value),
                    2 => <i32 as __p::Field>::merge_field_json(&mut slots.__view, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    out: <i32 as __p::Field>::finish(slots.out, "out")?,
                    value: <i32 as __p::Field>::finish(slots.value, "value")?,
                    __view: <i32 as __p::Field>::finish(slots.__view, "__view")?,
                })
            }
        }
    };
    struct __SomeRef<'a> {
        out: &'a i32,
        value: &'a i32,
        __view: &'a i32,
    }
    #[allow(unused_variables)]
    impl<'a> __p::View for __SomeRef<'a> {
        const FIELDS: usize = 3usize;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(self.out, 1)
                + <i32 as __p::Field>::field_len(self.value, 2)
                + <i32 as __p::Field>::field_len(self.__view, 3)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(self.out, 1, out);
            <i32 as __p::Field>::put_field(self.value, 2, out);
            <i32 as __p::Field>::put_field(self.__view, 3, out);
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field>::write_field(self.out, out, "out", "out")?;
            <i32 as __p::Field>::write_field(self.value, out, "value", "value")?;
            <i32 as __p::Field>::write_field(self.__view, out, "View", "__view")?;
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl __p::Message for Option_ {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Option_");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("some"),
                        json: __p::Cow::Borrowed("some"),
                        number: 1,
                        ty: <__Some as __p::Member>::TYPE,
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
                        name: __p::Cow::Borrowed("none"),
                        json: __p::Cow::Borrowed("none"),
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
            <__Some as __p::Member>::register(definitions);
            <() as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Some { out, value, __view } => {
                    __p::view_len(&__SomeRef { out, value, __view }, 1)
                }
                Self::None => <() as __p::Member>::member_len(&(), 2),
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Some { out, value, __view } => {
                    __p::put_view(&__SomeRef { out, value, __view }, 1, __out)
                }
                Self::None => <() as __p::Member>::put_member(&(), 2, __out),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Some { out, value, __view } => {
                    __p::write_view(
                        &__SomeRef { out, value, __view },
                        __out,
                        "some",
                        "some",
                    )
                }
                Self::None => {
                    <() as __p::Member>::write_member(&(), __out, "none", "none")
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
                    <__Some as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Some { out, value, __view } => {
                                ::core::option::Option::Some(__Some { out, value, __view })
                            }
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |__Some { out, value, __view }| Self::Some { out, value, __view },
                    )
                }
                2 => {
                    <() as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::None => ::core::option::Option::Some(()),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |()| Self::None,
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
                    <__Some as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |__Some { out, value, __view }| Self::Some { out, value, __view },
                    )
                }
                1 => {
                    <() as __p::Member>::merge_member_json(slots, value, |()| Self::None)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent("kind"))
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Option_ {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Option_ {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct S;
pub type Result<T> = polywire::Result<T>;
#[derive(Debug)]
pub enum Lost {
    Everything,
    Other(Status),
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl __p::Message for Lost {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Lost");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("everything"),
                        json: __p::Cow::Borrowed("everything"),
                        number: 1,
                        ty: <() as __p::Member>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(&[]),
                        failure: ::core::option::Option::Some(__p::model::Failure {
                            code: __p::model::Code::NotFound,
                            message: __p::Cow::Borrowed("lost"),
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
            <() as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Everything => <() as __p::Member>::member_len(&(), 1),
                Self::Other(_) => 0,
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Everything => <() as __p::Member>::put_member(&(), 1, __out),
                Self::Other(_) => {}
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Everything => {
                    <() as __p::Member>::write_member(
                        &(),
                        __out,
                        "everything",
                        "everything",
                    )
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
                    <() as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Everything => ::core::option::Option::Some(()),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |()| Self::Everything,
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
                    <() as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |()| Self::Everything,
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
    impl __p::serde::Serialize for Lost {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Lost {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
    #[automatically_derived]
    impl __p::TypedError for Lost {
        fn code(&self) -> __p::Code {
            match self {
                Self::Everything { .. } => __p::Code::NotFound,
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
    impl ::core::fmt::Display for Lost {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                Self::Everything => ::core::write!(__f, "lost"),
                Self::Other(status) => ::core::fmt::Display::fmt(status, __f),
            }
        }
    }
    #[automatically_derived]
    impl ::core::error::Error for Lost {
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
    impl ::core::convert::From<__p::Status> for Lost {
        fn from(status: __p::Status) -> Self {
            __p::typed(status)
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<Lost> for __p::Status {
        fn from(error: Lost) -> Self {
            __p::Reject::into_status(error)
        }
    }
};
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the service `Books`",
    note = "`BooksServer::new` takes a value that implements `Books`; to serve an `Arc` of one, write `BooksServer::from_arc`"
)]
pub trait Books: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn clone(
        &self,
        s: i32,
        cx: i32,
        req: i32,
    ) -> impl ::core::future::Future<Output = Result<Slots>> + ::core::marker::Send;
    fn spec(
        &self,
        result: Slots,
    ) -> impl ::core::future::Future<Output = Result<Option_>> + ::core::marker::Send;
    fn new(
        &self,
        mount: i32,
        items: i32,
    ) -> impl ::core::future::Future<Output = Result<i32>> + ::core::marker::Send;
    /// # Errors
    /// [`Lost`]: the method's own errors, and one variant with the status of whatever else goes wrong.
    fn unary(
        &self,
        spec: Slots,
    ) -> impl ::core::future::Future<
        Output = std::result::Result<(), Lost>,
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
    struct CloneRequest {
        s: i32,
        cx: i32,
        req: i32,
    }
    const _: () = {
        pub struct __Slots {
            s: <i32 as __p::Field>::Slot,
            cx: <i32 as __p::Field>::Slot,
            req: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    s: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    cx: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    req: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for CloneRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "CloneRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("s"),
                            json: __p::Cow::Borrowed("s"),
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
                            name: __p::Cow::Borrowed("cx"),
                            json: __p::Cow::Borrowed("cx"),
                            number: 2,
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
                            name: __p::Cow::Borrowed("req"),
                            json: __p::Cow::Borrowed("req"),
                            number: 3,
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
                <i32 as __p::Field>::register(definitions);
                <i32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.s, 1)
                    + <i32 as __p::Field>::field_len(&self.cx, 2)
                    + <i32 as __p::Field>::field_len(&self.req, 3)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.s, 1, out);
                <i32 as __p::Field>::put_field(&self.cx, 2, out);
                <i32 as __p::Field>::put_field(&self.req, 3, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.s, wire, input),
                    2 => <i32 as __p::Field>::merge_field(&mut slots.cx, wire, input),
                    3 => <i32 as __p::Field>::merge_field(&mut slots.req, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.s, out, "s", "s")?;
                <i32 as __p::Field>::write_field(&self.cx, out, "cx", "cx")?;
                <i32 as __p::Field>::write_field(&self.req, out, "req", "req")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.s, value),
                    1 => <i32 as __p::Field>::merge_field_json(&mut slots.cx, value),
                    2 => <i32 as __p::Field>::merge_field_json(&mut slots.req, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    s: <i32 as __p::Field>::finish(slots.s, "s")?,
                    cx: <i32 as __p::Field>::finish(slots.cx, "cx")?,
                    req: <i32 as __p::Field>::finish(slots.req, "req")?,
                })
            }
        }
    };
    struct NewRequest {
        mount: i32,
        items: i32,
    }
    const _: () = {
        pub struct __Slots {
            mount: <i32 as __p::Field>::Slot,
            items: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    mount: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    items: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for NewRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local("NewRequest");
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("mount"),
                            json: __p::Cow::Borrowed("mount"),
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
                            name: __p::Cow::Borrowed("items"),
                            json: __p::Cow::Borrowed("items"),
                            number: 2,
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
                <i32 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.mount, 1)
                    + <i32 as __p::Field>::field_len(&self.items, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.mount, 1, out);
                <i32 as __p::Field>::put_field(&self.items, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.mount, wire, input),
                    2 => <i32 as __p::Field>::merge_field(&mut slots.items, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.mount, out, "mount", "mount")?;
                <i32 as __p::Field>::write_field(&self.items, out, "items", "items")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.mount, value),
                    1 => <i32 as __p::Field>::merge_field_json(&mut slots.items, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    mount: <i32 as __p::Field>::finish(slots.mount, "mount")?,
                    items: <i32 as __p::Field>::finish(slots.items, "items")?,
                })
            }
        }
    };
    struct NewResponse {
        result: i32,
    }
    const _: () = {
        pub struct __Slots {
            result: <i32 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for NewResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "NewResponse",
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
                0 + <i32 as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.result, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.result, out, "result", "result")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.result, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <i32 as __p::Field>::finish(slots.result, "result")?,
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
                        name: __p::Cow::Borrowed("Clone"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <CloneRequest as __p::Request>::NAME,
                        output: <Slots as __p::Response>::NAME,
                        error: <Result<Slots> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Spec"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: __p::Sure::<Slots>::NAME,
                        output: <Option_ as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("New"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <NewRequest as __p::Request>::NAME,
                        output: <NewResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Unary"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: __p::Sure::<Slots>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: <Lost as __p::MethodError>::NAME,
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
        methods: &[&CLONE, &SPEC, &NEW, &UNARY],
        register: |definitions| {
            __p::Sure::<CloneRequest>::register(definitions);
            __p::Sure::<Slots>::register(definitions);
            __p::Sure::<Slots>::register(definitions);
            __p::Sure::<Option_>::register(definitions);
            __p::Sure::<NewRequest>::register(definitions);
            __p::Sure::<NewResponse>::register(definitions);
            __p::Sure::<Slots>::register(definitions);
            __p::Sure::<()>::register(definitions);
            __p::Sure::<Lost>::register(definitions);
        },
    };
    static CLONE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Clone",
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
    static SPEC: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/Spec",
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
    static NEW: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/books.v1.Books/New",
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
    static UNARY: __p::Method = __p::Method {
        service: &__SPEC,
        index: 3,
        path: "/books.v1.Books/Unary",
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
                (CloneRequest, Slots, <Result<Slots> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &CLONE,
                |s, _cx, req| async move {
                    Books::clone(&*s, req.s, req.cx, req.req).await
                },
            );
            __p::Sure::<
                (Slots, Option_, <Result<Option_> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &SPEC,
                |s, _cx, req| async move { Books::spec(&*s, req).await },
            );
            __p::Sure::<
                (NewRequest, NewResponse, <Result<i32> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &NEW,
                |s, _cx, req| async move {
                    Books::new(&*s, req.mount, req.items)
                        .await
                        .map(|result| NewResponse { result })
                },
            );
            __p::Sure::<
                (Slots, (), Lost),
            >::serve_unary(
                &mut mount,
                &UNARY,
                |s, _cx, req| async move { Books::unary(&*s, req).await },
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
        ///The method `clone`, with the types of its arguments.
        pub const CLONE: __p::TypedMethod<(i32, i32, i32)> = __p::TypedMethod::new(
            &CLONE,
            |input| {
                __p::Sure::<CloneRequest>::read(input)
                    .map(|req| (req.s, req.cx, req.req))
            },
        );
        ///The method `spec`, with the types of its arguments.
        pub const SPEC: __p::TypedMethod<Slots> = __p::TypedMethod::new(
            &SPEC,
            |input| __p::Sure::<Slots>::read(input),
        );
        ///The method `new`, with the types of its arguments.
        pub const NEW: __p::TypedMethod<(i32, i32)> = __p::TypedMethod::new(
            &NEW,
            |input| {
                __p::Sure::<NewRequest>::read(input).map(|req| (req.mount, req.items))
            },
        );
        ///The method `unary`, with the types of its arguments.
        pub const UNARY: __p::TypedMethod<Slots> = __p::TypedMethod::new(
            &UNARY,
            |input| __p::Sure::<Slots>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn clone(&self, s: i32, cx: i32, req: i32) -> Result<Slots> {
            __p::Sure::<
                (CloneRequest, Slots, <Result<Slots> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &CLONE,
                    __p::Context::current(),
                    CloneRequest { s, cx, req },
                )
                .await
        }
        async fn spec(&self, result: Slots) -> Result<Option_> {
            __p::Sure::<
                (Slots, Option_, <Result<Option_> as __p::Fallible>::Error),
            >::unary(&self.0, &SPEC, __p::Context::current(), result)
                .await
        }
        async fn new(&self, mount: i32, items: i32) -> Result<i32> {
            __p::Sure::<
                (NewRequest, NewResponse, <Result<i32> as __p::Fallible>::Error),
            >::unary(&self.0, &NEW, __p::Context::current(), NewRequest { mount, items })
                .await
                .map(|response: NewResponse| response.result)
        }
        async fn unary(&self, spec: Slots) -> std::result::Result<(), Lost> {
            __p::Sure::<
                (Slots, (), Lost),
            >::unary(&self.0, &UNARY, __p::Context::current(), spec)
                .await
        }
    }
};
