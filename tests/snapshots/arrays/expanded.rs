//! Arrays: lists and bytes of one length.
use polywire::{Message, Result, service};
pub struct Digest {
    pub sha256: [u8; 32],
    pub earlier: Vec<[u8; 16]>,
    pub corners: [Corner; 4],
    pub offset: [i32; 2],
    pub weights: [f32; 3],
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        sha256: <[u8; 32] as __p::Field>::Slot,
        earlier: <Vec<[u8; 16]> as __p::Field>::Slot,
        corners: <[Corner; 4] as __p::Field>::Slot,
        offset: <[i32; 2] as __p::Field<{ __p::ZIGZAG }>>::Slot,
        weights: <[f32; 3] as __p::Field<{ __p::UNPACKED }>>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                sha256: <<[u8; 32] as __p::Field>::Slot as ::core::default::Default>::default(),
                earlier: <<Vec<
                    [u8; 16],
                > as __p::Field>::Slot as ::core::default::Default>::default(),
                corners: <<[Corner; 4] as __p::Field>::Slot as ::core::default::Default>::default(),
                offset: <<[i32; 2] as __p::Field<
                    { __p::ZIGZAG },
                >>::Slot as ::core::default::Default>::default(),
                weights: <<[f32; 3] as __p::Field<
                    { __p::UNPACKED },
                >>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Digest {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Digest");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("sha256"),
                        json: __p::Cow::Borrowed("sha256"),
                        number: 1,
                        ty: <[u8; 32] as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[__p::model::Constraint::Len(32)],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("earlier"),
                        json: __p::Cow::Borrowed("earlier"),
                        number: 2,
                        ty: <Vec<[u8; 16]> as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::Each(
                                    __p::Cow::Borrowed(&[__p::model::Constraint::Len(16)]),
                                ),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("corners"),
                        json: __p::Cow::Borrowed("corners"),
                        number: 3,
                        ty: <[Corner; 4] as __p::Field>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::MinItems(4),
                                __p::model::Constraint::MaxItems(4),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("offset"),
                        json: __p::Cow::Borrowed("offset"),
                        number: 4,
                        ty: <[i32; 2] as __p::Field<{ __p::ZIGZAG }>>::TYPE,
                        unpacked: false,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::MinItems(2),
                                __p::model::Constraint::MaxItems(2),
                            ],
                        ),
                        failure: ::core::option::Option::None,
                        default: ::core::option::Option::None,
                        json_written: false,
                    },
                    __p::model::Field {
                        name: __p::Cow::Borrowed("weights"),
                        json: __p::Cow::Borrowed("weights"),
                        number: 5,
                        ty: <[f32; 3] as __p::Field<{ __p::UNPACKED }>>::TYPE,
                        unpacked: true,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                        examples: __p::Cow::Borrowed(&[]),
                        oneof: ::core::option::Option::None,
                        constraints: __p::Cow::Borrowed(
                            &[
                                __p::model::Constraint::MinItems(3),
                                __p::model::Constraint::MaxItems(3),
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
            <[u8; 32] as __p::Field>::register(definitions);
            <Vec<[u8; 16]> as __p::Field>::register(definitions);
            <[Corner; 4] as __p::Field>::register(definitions);
            <[i32; 2] as __p::Field<{ __p::ZIGZAG }>>::register(definitions);
            <[f32; 3] as __p::Field<{ __p::UNPACKED }>>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <[u8; 32] as __p::Field>::field_len(&self.sha256, 1)
                + <Vec<[u8; 16]> as __p::Field>::field_len(&self.earlier, 2)
                + <[Corner; 4] as __p::Field>::field_len(&self.corners, 3)
                + <[i32; 2] as __p::Field<{ __p::ZIGZAG }>>::field_len(&self.offset, 4)
                + <[f32; 3] as __p::Field<
                    { __p::UNPACKED },
                >>::field_len(&self.weights, 5)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <[u8; 32] as __p::Field>::put_field(&self.sha256, 1, out);
            <Vec<[u8; 16]> as __p::Field>::put_field(&self.earlier, 2, out);
            <[Corner; 4] as __p::Field>::put_field(&self.corners, 3, out);
            <[i32; 2] as __p::Field<{ __p::ZIGZAG }>>::put_field(&self.offset, 4, out);
            <[f32; 3] as __p::Field<
                { __p::UNPACKED },
            >>::put_field(&self.weights, 5, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => {
                    <[u8; 32] as __p::Field>::merge_field(&mut slots.sha256, wire, input)
                }
                2 => {
                    <Vec<
                        [u8; 16],
                    > as __p::Field>::merge_field(&mut slots.earlier, wire, input)
                }
                3 => {
                    <[Corner; 4] as __p::Field>::merge_field(
                        &mut slots.corners,
                        wire,
                        input,
                    )
                }
                4 => {
                    <[i32; 2] as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field(&mut slots.offset, wire, input)
                }
                5 => {
                    <[f32; 3] as __p::Field<
                        { __p::UNPACKED },
                    >>::merge_field(&mut slots.weights, wire, input)
                }
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <[u8; 32] as __p::Field>::write_field(
                &self.sha256,
                out,
                "sha256",
                "sha256",
            )?;
            <Vec<
                [u8; 16],
            > as __p::Field>::write_field(&self.earlier, out, "earlier", "earlier")?;
            <[Corner; 4] as __p::Field>::write_field(
                &self.corners,
                out,
                "corners",
                "corners",
            )?;
            <[i32; 2] as __p::Field<
                { __p::ZIGZAG },
            >>::write_field(&self.offset, out, "offset", "offset")?;
            <[f32; 3] as __p::Field<
                { __p::UNPACKED },
            >>::write_field(&self.weights, out, "weights", "weights")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <[u8; 32] as __p::Field>::merge_field_json(&mut slots.sha256, value),
                1 => {
                    <Vec<
                        [u8; 16],
                    > as __p::Field>::merge_field_json(&mut slots.earlier, value)
                }
                2 => {
                    <[Corner; 4] as __p::Field>::merge_field_json(
                        &mut slots.corners,
                        value,
                    )
                }
                3 => {
                    <[i32; 2] as __p::Field<
                        { __p::ZIGZAG },
                    >>::merge_field_json(&mut slots.offset, value)
                }
                4 => {
                    <[f32; 3] as __p::Field<
                        { __p::UNPACKED },
                    >>::merge_field_json(&mut slots.weights, value)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                sha256: <[u8; 32] as __p::Field>::finish(slots.sha256, "sha256")?,
                earlier: <Vec<
                    [u8; 16],
                > as __p::Field>::finish(slots.earlier, "earlier")?,
                corners: <[Corner; 4] as __p::Field>::finish(slots.corners, "corners")?,
                offset: <[i32; 2] as __p::Field<
                    { __p::ZIGZAG },
                >>::finish(slots.offset, "offset")?,
                weights: <[f32; 3] as __p::Field<
                    { __p::UNPACKED },
                >>::finish(slots.weights, "weights")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Digest as __p::Message>::SCHEMA,
                    2,
                );
                <[Corner; 4] as __p::Field>::check_field(
                    &self.corners,
                    &__RULES,
                    __check,
                );
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Digest {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Digest {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub struct Corner {
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
    impl __p::Message for Corner {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Corner");
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
    impl __p::serde::Serialize for Corner {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Corner {
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
    fn check(
        &self,
        digest: Digest,
    ) -> impl ::core::future::Future<Output = Result<[i64; 3]>> + ::core::marker::Send;
    fn rotate(
        &self,
        by: [f64; 3],
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
    struct CheckResponse {
        result: [i64; 3],
    }
    const _: () = {
        pub struct __Slots {
            result: <[i64; 3] as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<[i64; 3] as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for CheckResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "CheckResponse",
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
                            ty: <[i64; 3] as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::MinItems(3),
                                    __p::model::Constraint::MaxItems(3),
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
                <[i64; 3] as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <[i64; 3] as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <[i64; 3] as __p::Field>::put_field(&self.result, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <[i64; 3] as __p::Field>::merge_field(
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
                <[i64; 3] as __p::Field>::write_field(
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
                        <[i64; 3] as __p::Field>::merge_field_json(
                            &mut slots.result,
                            value,
                        )
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <[i64; 3] as __p::Field>::finish(slots.result, "result")?,
                })
            }
        }
    };
    struct RotateRequest {
        by: [f64; 3],
    }
    const _: () = {
        pub struct __Slots {
            by: <[f64; 3] as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    by: <<[f64; 3] as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for RotateRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "RotateRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("by"),
                            json: __p::Cow::Borrowed("by"),
                            number: 1,
                            ty: <[f64; 3] as __p::Field>::TYPE,
                            unpacked: false,
                            docs: __p::Cow::Borrowed(""),
                            deprecated: false,
                            examples: __p::Cow::Borrowed(&[]),
                            oneof: ::core::option::Option::None,
                            constraints: __p::Cow::Borrowed(
                                &[
                                    __p::model::Constraint::MinItems(3),
                                    __p::model::Constraint::MaxItems(3),
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
                <[f64; 3] as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <[f64; 3] as __p::Field>::field_len(&self.by, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <[f64; 3] as __p::Field>::put_field(&self.by, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <[f64; 3] as __p::Field>::merge_field(&mut slots.by, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <[f64; 3] as __p::Field>::write_field(&self.by, out, "by", "by")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <[f64; 3] as __p::Field>::merge_field_json(&mut slots.by, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    by: <[f64; 3] as __p::Field>::finish(slots.by, "by")?,
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
                        name: __p::Cow::Borrowed("Check"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <Digest as __p::Request>::NAME,
                        output: <CheckResponse as __p::Response>::NAME,
                        error: <Result<[i64; 3]> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("Rotate"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <RotateRequest as __p::Request>::NAME,
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
        methods: &[&CHECK, &ROTATE],
        register: |definitions| {
            __p::Sure::<Digest>::register(definitions);
            __p::Sure::<CheckResponse>::register(definitions);
            __p::Sure::<RotateRequest>::register(definitions);
            __p::Sure::<()>::register(definitions);
        },
    };
    static CHECK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/Check",
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
    static ROTATE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/Rotate",
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
                (Digest, CheckResponse, <Result<[i64; 3]> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &CHECK,
                |s, _cx, req| async move {
                    Books::check(&*s, req).await.map(|result| CheckResponse { result })
                },
            );
            __p::Sure::<
                (RotateRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &ROTATE,
                |s, _cx, req| async move { Books::rotate(&*s, req.by).await },
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
        ///The method `check`, with the types of its arguments.
        pub const CHECK: __p::TypedMethod<Digest> = __p::TypedMethod::new(
            &CHECK,
            |input| __p::Sure::<Digest>::read(input),
        );
        ///The method `rotate`, with the types of its arguments.
        pub const ROTATE: __p::TypedMethod<[f64; 3]> = __p::TypedMethod::new(
            &ROTATE,
            |input| __p::Sure::<RotateRequest>::read(input).map(|req| req.by),
        );
    }
    impl Books for BooksClient {
        async fn check(&self, digest: Digest) -> Result<[i64; 3]> {
            __p::Sure::<
                (Digest, CheckResponse, <Result<[i64; 3]> as __p::Fallible>::Error),
            >::unary(&self.0, &CHECK, __p::Context::current(), digest)
                .await
                .map(|response: CheckResponse| response.result)
        }
        async fn rotate(&self, by: [f64; 3]) -> Result<()> {
            __p::Sure::<
                (RotateRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &ROTATE, __p::Context::current(), RotateRequest { by })
                .await
        }
    }
};
