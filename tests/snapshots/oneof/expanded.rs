//! An enum with data is a message with one `oneof`, called `kind`.
use polywire::{Message, Result, service};
pub struct Author {
    pub name: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        name: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                name: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Author {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Author");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("name"),
                        json: __p::Cow::Borrowed("name"),
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
            0 + <String as __p::Field>::field_len(&self.name, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.name, 1, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.name, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.name, out, "name", "name")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.name, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                name: <String as __p::Field>::finish(slots.name, "name")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Author {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Author {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub enum Source {
    Bought { from: Author, out: i64 },
    Written(Author),
    Found(i32),
    Nested(Box<Source>),
    Nowhere,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    struct __Bought {
        from: Author,
        out: i64,
    }
    const _: () = {
        pub struct __Slots {
            from: <Author as __p::Field>::Slot,
            out: <i64 as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    from: <<Author as __p::Field>::Slot as ::core::default::Default>::default(),
                    out: <<i64 as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for __Bought {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "Source.Bought",
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
                            ty: <Author as __p::Field>::TYPE,
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
                <Author as __p::Field>::register(definitions);
                <i64 as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Author as __p::Field>::field_len(&self.from, 1)
                    + <i64 as __p::Field>::field_len(&self.out, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Author as __p::Field>::put_field(&self.from, 1, out);
                <i64 as __p::Field>::put_field(&self.out, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <Author as __p::Field>::merge_field(&mut slots.from, wire, input)
                    }
                    2 => <i64 as __p::Field>::merge_field(&mut slots.out, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <Author as __p::Field>::write_field(&self.from, out, "from", "from")?;
                <i64 as __p::Field>::write_field(&self.out, out, "out", "out")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <Author as __p::Field>::merge_field_json(&mut slots.from, value),
                    1 => <i64 as __p::Field>::merge_field_json(&mut slots.out, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    from: <Author as __p::Field>::finish(slots.from, "from")?,
                    out: <i64 as __p::Field>::finish(slots.out, "out")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <__Bought as __p::Message>::SCHEMA,
                        0,
                    );
                    <Author as __p::Field>::check_field(&self.from, &__RULES, __check);
                }
            }
        }
    };
    struct __BoughtRef<'a> {
        from: &'a Author,
        out: &'a i64,
    }
    #[allow(unused_variables)]
    impl<'a> __p::View for __BoughtRef<'a> {
        const FIELDS: usize = 2usize;
        fn fields_len(&self) -> usize {
            0 + <Author as __p::Field>::field_len(self.from, 1)
                + <i64 as __p::Field>::field_len(self.out, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Author as __p::Field>::put_field(self.from, 1, out);
            <i64 as __p::Field>::put_field(self.out, 2, out);
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Author as __p::Field>::write_field(self.from, out, "from", "from")?;
            <i64 as __p::Field>::write_field(self.out, out, "out", "out")?;
            ::core::result::Result::Ok(())
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <__Bought as __p::Message>::SCHEMA,
                    0,
                );
                <Author as __p::Field>::check_field(self.from, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::Message for Source {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Source");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("bought"),
                        json: __p::Cow::Borrowed("bought"),
                        number: 1,
                        ty: <__Bought as __p::Member>::TYPE,
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
                        name: __p::Cow::Borrowed("written"),
                        json: __p::Cow::Borrowed("written"),
                        number: 2,
                        ty: <Author as __p::Member>::TYPE,
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
                        name: __p::Cow::Borrowed("shelf"),
                        json: __p::Cow::Borrowed("shelf"),
                        number: 7,
                        ty: <i32 as __p::Member<{ __p::ZIGZAG }>>::TYPE,
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
                        name: __p::Cow::Borrowed("nested"),
                        json: __p::Cow::Borrowed("nested"),
                        number: 4,
                        ty: <Box<Source> as __p::Member>::TYPE,
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
                        name: __p::Cow::Borrowed("nowhere"),
                        json: __p::Cow::Borrowed("nowhere"),
                        number: 5,
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
            <__Bought as __p::Member>::register(definitions);
            <Author as __p::Member>::register(definitions);
            <i32 as __p::Member<{ __p::ZIGZAG }>>::register(definitions);
            <Box<Source> as __p::Member>::register(definitions);
            <() as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Bought { from, out } => {
                    __p::view_len(&__BoughtRef { from, out }, 1)
                }
                Self::Written(value) => <Author as __p::Member>::member_len(value, 2),
                Self::Found(value) => {
                    <i32 as __p::Member<{ __p::ZIGZAG }>>::member_len(value, 7)
                }
                Self::Nested(value) => <Box<Source> as __p::Member>::member_len(value, 4),
                Self::Nowhere => <() as __p::Member>::member_len(&(), 5),
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Bought { from, out } => {
                    __p::put_view(&__BoughtRef { from, out }, 1, __out)
                }
                Self::Written(value) => {
                    <Author as __p::Member>::put_member(value, 2, __out)
                }
                Self::Found(value) => {
                    <i32 as __p::Member<{ __p::ZIGZAG }>>::put_member(value, 7, __out)
                }
                Self::Nested(value) => {
                    <Box<Source> as __p::Member>::put_member(value, 4, __out)
                }
                Self::Nowhere => <() as __p::Member>::put_member(&(), 5, __out),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Bought { from, out } => {
                    __p::write_view(
                        &__BoughtRef { from, out },
                        __out,
                        "bought",
                        "bought",
                    )
                }
                Self::Written(value) => {
                    <Author as __p::Member>::write_member(
                        value,
                        __out,
                        "written",
                        "written",
                    )
                }
                Self::Found(value) => {
                    <i32 as __p::Member<
                        { __p::ZIGZAG },
                    >>::write_member(value, __out, "shelf", "shelf")
                }
                Self::Nested(value) => {
                    <Box<
                        Source,
                    > as __p::Member>::write_member(value, __out, "nested", "nested")
                }
                Self::Nowhere => {
                    <() as __p::Member>::write_member(&(), __out, "nowhere", "nowhere")
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
                    <__Bought as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Bought { from, out } => {
                                ::core::option::Option::Some(__Bought { from, out })
                            }
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |__Bought { from, out }| Self::Bought { from, out },
                    )
                }
                2 => {
                    <Author as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Written(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Written,
                    )
                }
                7 => {
                    <i32 as __p::Member<
                        { __p::ZIGZAG },
                    >>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Found(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Found,
                    )
                }
                4 => {
                    <Box<
                        Source,
                    > as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Nested(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Nested,
                    )
                }
                5 => {
                    <() as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Nowhere => ::core::option::Option::Some(()),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |()| Self::Nowhere,
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
                    <__Bought as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |__Bought { from, out }| Self::Bought { from, out },
                    )
                }
                1 => {
                    <Author as __p::Member>::merge_member_json(
                        slots,
                        value,
                        Self::Written,
                    )
                }
                2 => {
                    <i32 as __p::Member<
                        { __p::ZIGZAG },
                    >>::merge_member_json(slots, value, Self::Found)
                }
                3 => {
                    <Box<
                        Source,
                    > as __p::Member>::merge_member_json(slots, value, Self::Nested)
                }
                4 => {
                    <() as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |()| Self::Nowhere,
                    )
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent("kind"))
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            match self {
                Self::Bought { from, out } => {
                    __p::check_view(&__BoughtRef { from, out }, "bought", __check)
                }
                Self::Written(value) => {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <Source as __p::Message>::SCHEMA,
                        1,
                    );
                    <Author as __p::Member>::check_field(value, &__RULES, __check);
                }
                Self::Nested(value) => {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <Source as __p::Message>::SCHEMA,
                        3,
                    );
                    <Box<Source> as __p::Member>::check_field(value, &__RULES, __check);
                }
                #[allow(unreachable_patterns)]
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Source {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Source {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub enum Color {
    Kind(String),
    Mixed {},
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    struct __Mixed {}
    const _: () = {
        pub struct __Slots {
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self { __end: () }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for __Mixed {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "Colour.Mixed",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(&[]),
                oneof: ::core::option::Option::None,
                reserved: __p::model::Reserved::NONE,
                deprecated: false,
            };
            fn register_fields(definitions: &mut __p::model::Definitions) {}
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {}
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {})
            }
        }
    };
    struct __MixedRef {}
    #[allow(unused_variables)]
    impl __p::View for __MixedRef {
        const FIELDS: usize = 0usize;
        fn fields_len(&self) -> usize {
            0
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {}
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl __p::Message for Color {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Colour");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("kind"),
                        json: __p::Cow::Borrowed("kind"),
                        number: 1,
                        ty: <String as __p::Member>::TYPE,
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
                        name: __p::Cow::Borrowed("mixed"),
                        json: __p::Cow::Borrowed("mixed"),
                        number: 2,
                        ty: <__Mixed as __p::Member>::TYPE,
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
            oneof: ::core::option::Option::Some(__p::Cow::Borrowed("of")),
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        fn register_fields(definitions: &mut __p::model::Definitions) {
            <String as __p::Member>::register(definitions);
            <__Mixed as __p::Member>::register(definitions);
        }
        type Slots = ::core::option::Option<Self>;
        fn fields_len(&self) -> usize {
            match self {
                Self::Kind(value) => <String as __p::Member>::member_len(value, 1),
                Self::Mixed {} => __p::view_len(&__MixedRef {}, 2),
            }
        }
        fn put_fields(&self, __out: &mut __p::BytesMut) {
            match self {
                Self::Kind(value) => <String as __p::Member>::put_member(value, 1, __out),
                Self::Mixed {} => __p::put_view(&__MixedRef {}, 2, __out),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            __out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            match self {
                Self::Kind(value) => {
                    <String as __p::Member>::write_member(value, __out, "kind", "kind")
                }
                Self::Mixed {} => {
                    __p::write_view(&__MixedRef {}, __out, "mixed", "mixed")
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
                    <String as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Kind(value) => ::core::option::Option::Some(value),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        Self::Kind,
                    )
                }
                2 => {
                    <__Mixed as __p::Member>::merge_member(
                        slots,
                        wire,
                        input,
                        |whole| match whole {
                            Self::Mixed {} => ::core::option::Option::Some(__Mixed {}),
                            #[allow(unreachable_patterns)]
                            _ => ::core::option::Option::None,
                        },
                        |__Mixed {}| Self::Mixed {},
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
                0 => <String as __p::Member>::merge_member_json(slots, value, Self::Kind),
                1 => {
                    <__Mixed as __p::Member>::merge_member_json(
                        slots,
                        value,
                        |__Mixed {}| Self::Mixed {},
                    )
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            slots.ok_or(__p::Unfit::absent("of"))
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Color {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Color {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Book {
    pub source: Source,
    pub color: Option<Color>,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    type __Book0 = Option<Color>;
    pub struct __Slots {
        source: <Source as __p::Field>::Slot,
        color: <__Book0 as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                source: <<Source as __p::Field>::Slot as ::core::default::Default>::default(),
                color: <<__Book0 as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("source"),
                        json: __p::Cow::Borrowed("source"),
                        number: 1,
                        ty: <Source as __p::Field>::TYPE,
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
                        name: __p::Cow::Borrowed("color"),
                        json: __p::Cow::Borrowed("color"),
                        number: 2,
                        ty: <__Book0 as __p::Field>::TYPE,
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
            <Source as __p::Field>::register(definitions);
            <__Book0 as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <Source as __p::Field>::field_len(&self.source, 1)
                + <__Book0 as __p::Field>::field_len(&self.color, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <Source as __p::Field>::put_field(&self.source, 1, out);
            <__Book0 as __p::Field>::put_field(&self.color, 2, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <Source as __p::Field>::merge_field(&mut slots.source, wire, input),
                2 => <__Book0 as __p::Field>::merge_field(&mut slots.color, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <Source as __p::Field>::write_field(&self.source, out, "source", "source")?;
            <__Book0 as __p::Field>::write_field(&self.color, out, "color", "color")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <Source as __p::Field>::merge_field_json(&mut slots.source, value),
                1 => <__Book0 as __p::Field>::merge_field_json(&mut slots.color, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                source: <Source as __p::Field>::finish(slots.source, "source")?,
                color: <__Book0 as __p::Field>::finish(slots.color, "color")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    0,
                );
                <Source as __p::Field>::check_field(&self.source, &__RULES, __check);
            }
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Book as __p::Message>::SCHEMA,
                    1,
                );
                <__Book0 as __p::Field>::check_field(&self.color, &__RULES, __check);
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
