//! Types of packages that have no service: one file each, and outer messages for the nested ones.
use polywire::{Message, Result, service};
pub struct Person {
    pub name: String,
    pub home: Address,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        name: <String as __p::Field>::Slot,
        home: <Address as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                name: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                home: <<Address as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Person {
        const NAME: __p::model::TypeName = __p::model::TypeName::in_package(
            "people.v1",
            "Person",
        );
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
                    __p::model::Field {
                        name: __p::Cow::Borrowed("home"),
                        json: __p::Cow::Borrowed("home"),
                        number: 2,
                        ty: <Address as __p::Field>::TYPE,
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
            <Address as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.name, 1)
                + <Address as __p::Field>::field_len(&self.home, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.name, 1, out);
            <Address as __p::Field>::put_field(&self.home, 2, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.name, wire, input),
                2 => <Address as __p::Field>::merge_field(&mut slots.home, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.name, out, "name", "name")?;
            <Address as __p::Field>::write_field(&self.home, out, "home", "home")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.name, value),
                1 => <Address as __p::Field>::merge_field_json(&mut slots.home, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                name: <String as __p::Field>::finish(slots.name, "name")?,
                home: <Address as __p::Field>::finish(slots.home, "home")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Person as __p::Message>::SCHEMA,
                    1,
                );
                <Address as __p::Field>::check_field(&self.home, &__RULES, __check);
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Person {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Person {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
/// In the package of what holds it.
pub struct Address {
    pub street: String,
    pub country: CountryCode,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        street: <String as __p::Field>::Slot,
        country: <CountryCode as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                street: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                country: <<CountryCode as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for Address {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Address");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed("In the package of what holds it."),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("street"),
                        json: __p::Cow::Borrowed("street"),
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
                        name: __p::Cow::Borrowed("country"),
                        json: __p::Cow::Borrowed("country"),
                        number: 2,
                        ty: <CountryCode as __p::Field>::TYPE,
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
            <CountryCode as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <String as __p::Field>::field_len(&self.street, 1)
                + <CountryCode as __p::Field>::field_len(&self.country, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.street, 1, out);
            <CountryCode as __p::Field>::put_field(&self.country, 2, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.street, wire, input),
                2 => {
                    <CountryCode as __p::Field>::merge_field(
                        &mut slots.country,
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
            <String as __p::Field>::write_field(&self.street, out, "street", "street")?;
            <CountryCode as __p::Field>::write_field(
                &self.country,
                out,
                "country",
                "country",
            )?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.street, value),
                1 => {
                    <CountryCode as __p::Field>::merge_field_json(
                        &mut slots.country,
                        value,
                    )
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                street: <String as __p::Field>::finish(slots.street, "street")?,
                country: <CountryCode as __p::Field>::finish(slots.country, "country")?,
            })
        }
        fn check_fields(&self, __check: &mut __p::Checker) {
            {
                static __RULES: __p::Rules = __p::Rules::of(
                    <Address as __p::Message>::SCHEMA,
                    1,
                );
                <CountryCode as __p::Field>::check_field(
                    &self.country,
                    &__RULES,
                    __check,
                );
            }
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for Address {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for Address {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::read_message(input)
        }
    }
};
pub enum CountryCode {
    Nz = 1,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    #[automatically_derived]
    impl __p::Enumeration for CountryCode {
        const NAME: __p::model::TypeName = __p::model::TypeName::in_package(
            "places.v1",
            "Country.Atlas.Code",
        );
        const SCHEMA: &'static __p::model::Enum = &__p::model::Enum {
            name: <Self as __p::Enumeration>::NAME,
            docs: __p::Cow::Borrowed(""),
            values: __p::Cow::Borrowed(
                &[
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("CODE_UNSPECIFIED"),
                        number: 0i32,
                        docs: __p::Cow::Borrowed(""),
                        deprecated: false,
                    },
                    __p::model::EnumValue {
                        name: __p::Cow::Borrowed("CODE_NZ"),
                        number: 1i32,
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
                Self::Nz => 1i32,
            }
        }
        fn from_number(number: i32) -> ::core::option::Option<Self> {
            match number {
                1i32 => ::core::option::Option::Some(Self::Nz),
                _ => ::core::option::Option::None,
            }
        }
    }
    #[automatically_derived]
    impl __p::Value for CountryCode {
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
    impl __p::Element for CountryCode {}
    #[automatically_derived]
    impl __p::serde::Serialize for CountryCode {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::enumeration::to_json(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for CountryCode {
        fn deserialize<__D: __p::serde::Deserializer<'de>>(
            input: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __p::enumeration::from_json(input)
        }
    }
};
pub struct ShelfLabel {
    pub text: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        text: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                text: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                __end: (),
            }
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    impl __p::Message for ShelfLabel {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Shelf.Label");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: <Self as __p::Message>::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(
                &[
                    __p::model::Field {
                        name: __p::Cow::Borrowed("text"),
                        json: __p::Cow::Borrowed("text"),
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
            0 + <String as __p::Field>::field_len(&self.text, 1)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <String as __p::Field>::put_field(&self.text, 1, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <String as __p::Field>::merge_field(&mut slots.text, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <String as __p::Field>::write_field(&self.text, out, "text", "text")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <String as __p::Field>::merge_field_json(&mut slots.text, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                text: <String as __p::Field>::finish(slots.text, "text")?,
            })
        }
    }
    #[automatically_derived]
    impl __p::serde::Serialize for ShelfLabel {
        fn serialize<__S: __p::serde::Serializer>(
            &self,
            out: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __p::write_message(self, out)
        }
    }
    #[automatically_derived]
    impl<'de> __p::serde::Deserialize<'de> for ShelfLabel {
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
    fn get_author(
        &self,
        id: i32,
    ) -> impl ::core::future::Future<Output = Result<Person>> + ::core::marker::Send;
    fn put_label(
        &self,
        label: ShelfLabel,
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
    struct GetAuthorRequest {
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
        impl __p::Message for GetAuthorRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "GetAuthorRequest",
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
                        name: __p::Cow::Borrowed("GetAuthor"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <GetAuthorRequest as __p::Request>::NAME,
                        output: <Person as __p::Response>::NAME,
                        error: <Result<Person> as __p::Plain>::ERROR,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PutLabel"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <ShelfLabel as __p::Request>::NAME,
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
        methods: &[&GET_AUTHOR, &PUT_LABEL],
        register: |definitions| {
            __p::Sure::<GetAuthorRequest>::register(definitions);
            __p::Sure::<Person>::register(definitions);
            __p::Sure::<ShelfLabel>::register(definitions);
            __p::Sure::<()>::register(definitions);
        },
    };
    static GET_AUTHOR: __p::Method = __p::Method {
        service: &__SPEC,
        index: 0,
        path: "/books.v1.Books/GetAuthor",
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
    static PUT_LABEL: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/PutLabel",
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
                (GetAuthorRequest, Person, <Result<Person> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &GET_AUTHOR,
                |s, _cx, req| async move { Books::get_author(&*s, req.id).await },
            );
            __p::Sure::<
                (ShelfLabel, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT_LABEL,
                |s, _cx, req| async move { Books::put_label(&*s, req).await },
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
        ///The method `get_author`, with the types of its arguments.
        pub const GET_AUTHOR: __p::TypedMethod<i32> = __p::TypedMethod::new(
            &GET_AUTHOR,
            |input| __p::Sure::<GetAuthorRequest>::read(input).map(|req| req.id),
        );
        ///The method `put_label`, with the types of its arguments.
        pub const PUT_LABEL: __p::TypedMethod<ShelfLabel> = __p::TypedMethod::new(
            &PUT_LABEL,
            |input| __p::Sure::<ShelfLabel>::read(input),
        );
    }
    impl Books for BooksClient {
        async fn get_author(&self, id: i32) -> Result<Person> {
            __p::Sure::<
                (GetAuthorRequest, Person, <Result<Person> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &GET_AUTHOR,
                    __p::Context::current(),
                    GetAuthorRequest { id },
                )
                .await
        }
        async fn put_label(&self, label: ShelfLabel) -> Result<()> {
            __p::Sure::<
                (ShelfLabel, (), <Result<()> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_LABEL, __p::Context::current(), label)
                .await
        }
    }
};
