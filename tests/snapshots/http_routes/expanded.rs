//! Routes by google.api.http's rules.
use polywire::{Message, Result, service};
pub struct Book {
    pub id: i32,
    pub title: String,
}
#[allow(deprecated)]
const _: () = {
    use ::polywire::private as __p;
    pub struct __Slots {
        id: <i32 as __p::Field>::Slot,
        title: <String as __p::Field>::Slot,
        __end: (),
    }
    #[automatically_derived]
    impl ::core::default::Default for __Slots {
        fn default() -> Self {
            Self {
                id: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                title: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
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
                        name: __p::Cow::Borrowed("title"),
                        json: __p::Cow::Borrowed("title"),
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
            <i32 as __p::Field>::register(definitions);
            <String as __p::Field>::register(definitions);
        }
        type Slots = __Slots;
        fn fields_len(&self) -> usize {
            0 + <i32 as __p::Field>::field_len(&self.id, 1)
                + <String as __p::Field>::field_len(&self.title, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            <i32 as __p::Field>::put_field(&self.id, 1, out);
            <String as __p::Field>::put_field(&self.title, 2, out);
        }
        fn merge_field(
            slots: &mut Self::Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> ::core::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i32 as __p::Field>::merge_field(&mut slots.id, wire, input),
                2 => <String as __p::Field>::merge_field(&mut slots.title, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<__S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut __S,
        ) -> ::core::result::Result<(), __S::Error> {
            <i32 as __p::Field>::write_field(&self.id, out, "id", "id")?;
            <String as __p::Field>::write_field(&self.title, out, "title", "title")?;
            ::core::result::Result::Ok(())
        }
        fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
            slots: &mut Self::Slots,
            index: usize,
            value: __D,
        ) -> ::core::result::Result<(), __D::Error> {
            match index {
                0 => <i32 as __p::Field>::merge_field_json(&mut slots.id, value),
                1 => <String as __p::Field>::merge_field_json(&mut slots.title, value),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
            ::core::result::Result::Ok(Self {
                id: <i32 as __p::Field>::finish(slots.id, "id")?,
                title: <String as __p::Field>::finish(slots.title, "title")?,
            })
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
        id: String,
    ) -> impl ::core::future::Future<Output = Result<Book>> + ::core::marker::Send;
    fn titles(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<Vec<String>>,
    > + ::core::marker::Send;
    fn put_book(
        &self,
        book: Book,
    ) -> impl ::core::future::Future<Output = Result<Book>> + ::core::marker::Send;
    fn add_book(
        &self,
        shelf: i32,
        book: Book,
    ) -> impl ::core::future::Future<Output = Result<Book>> + ::core::marker::Send;
    fn delete_file(
        &self,
        path: String,
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
        id: String,
    }
    const _: () = {
        pub struct __Slots {
            id: <String as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    id: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
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
                0 + <String as __p::Field>::field_len(&self.id, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.id, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <String as __p::Field>::merge_field(&mut slots.id, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <String as __p::Field>::write_field(&self.id, out, "id", "id")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <String as __p::Field>::merge_field_json(&mut slots.id, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    id: <String as __p::Field>::finish(slots.id, "id")?,
                })
            }
        }
    };
    struct TitlesRequest {}
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
        impl __p::Message for TitlesRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "TitlesRequest",
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
    struct TitlesResponse {
        result: Vec<String>,
    }
    const _: () = {
        pub struct __Slots {
            result: <Vec<String> as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    result: <<Vec<
                        String,
                    > as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for TitlesResponse {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "TitlesResponse",
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
                            ty: <Vec<String> as __p::Field>::TYPE,
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
                <Vec<String> as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <Vec<String> as __p::Field>::field_len(&self.result, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <Vec<String> as __p::Field>::put_field(&self.result, 1, out);
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
                            String,
                        > as __p::Field>::merge_field(&mut slots.result, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <Vec<
                    String,
                > as __p::Field>::write_field(&self.result, out, "result", "result")?;
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
                            String,
                        > as __p::Field>::merge_field_json(&mut slots.result, value)
                    }
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    result: <Vec<String> as __p::Field>::finish(slots.result, "result")?,
                })
            }
        }
    };
    struct AddBookRequest {
        shelf: i32,
        book: Book,
    }
    const _: () = {
        pub struct __Slots {
            shelf: <i32 as __p::Field>::Slot,
            book: <Book as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    shelf: <<i32 as __p::Field>::Slot as ::core::default::Default>::default(),
                    book: <<Book as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for AddBookRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "AddBookRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("shelf"),
                            json: __p::Cow::Borrowed("shelf"),
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
                            name: __p::Cow::Borrowed("book"),
                            json: __p::Cow::Borrowed("book"),
                            number: 2,
                            ty: <Book as __p::Field>::TYPE,
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
                <Book as __p::Field>::register(definitions);
            }
            type Slots = __Slots;
            fn fields_len(&self) -> usize {
                0 + <i32 as __p::Field>::field_len(&self.shelf, 1)
                    + <Book as __p::Field>::field_len(&self.book, 2)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <i32 as __p::Field>::put_field(&self.shelf, 1, out);
                <Book as __p::Field>::put_field(&self.book, 2, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => <i32 as __p::Field>::merge_field(&mut slots.shelf, wire, input),
                    2 => <Book as __p::Field>::merge_field(&mut slots.book, wire, input),
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <i32 as __p::Field>::write_field(&self.shelf, out, "shelf", "shelf")?;
                <Book as __p::Field>::write_field(&self.book, out, "book", "book")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <i32 as __p::Field>::merge_field_json(&mut slots.shelf, value),
                    1 => <Book as __p::Field>::merge_field_json(&mut slots.book, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    shelf: <i32 as __p::Field>::finish(slots.shelf, "shelf")?,
                    book: <Book as __p::Field>::finish(slots.book, "book")?,
                })
            }
            fn check_fields(&self, __check: &mut __p::Checker) {
                {
                    static __RULES: __p::Rules = __p::Rules::of(
                        <AddBookRequest as __p::Message>::SCHEMA,
                        1,
                    );
                    <Book as __p::Field>::check_field(&self.book, &__RULES, __check);
                }
            }
        }
    };
    struct DeleteFileRequest {
        path: String,
    }
    const _: () = {
        pub struct __Slots {
            path: <String as __p::Field>::Slot,
            __end: (),
        }
        #[automatically_derived]
        impl ::core::default::Default for __Slots {
            fn default() -> Self {
                Self {
                    path: <<String as __p::Field>::Slot as ::core::default::Default>::default(),
                    __end: (),
                }
            }
        }
        #[automatically_derived]
        #[allow(unused_variables)]
        impl __p::Message for DeleteFileRequest {
            const NAME: __p::model::TypeName = __p::model::TypeName::local(
                "DeleteFileRequest",
            );
            const SCHEMA: &'static __p::model::Message = &__p::model::Message {
                name: <Self as __p::Message>::NAME,
                docs: __p::Cow::Borrowed(""),
                fields: __p::Cow::Borrowed(
                    &[
                        __p::model::Field {
                            name: __p::Cow::Borrowed("path"),
                            json: __p::Cow::Borrowed("path"),
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
                0 + <String as __p::Field>::field_len(&self.path, 1)
            }
            fn put_fields(&self, out: &mut __p::BytesMut) {
                <String as __p::Field>::put_field(&self.path, 1, out);
            }
            fn merge_field(
                slots: &mut Self::Slots,
                number: u32,
                wire: __p::Wire,
                input: &mut __p::Reader<'_>,
            ) -> ::core::result::Result<(), __p::DecodeError> {
                match number {
                    1 => {
                        <String as __p::Field>::merge_field(&mut slots.path, wire, input)
                    }
                    _ => input.skip(number, wire),
                }
            }
            fn put_json<__S: __p::serde::ser::SerializeStruct>(
                &self,
                out: &mut __S,
            ) -> ::core::result::Result<(), __S::Error> {
                <String as __p::Field>::write_field(&self.path, out, "path", "path")?;
                ::core::result::Result::Ok(())
            }
            fn merge_json<'de, __D: __p::serde::Deserializer<'de>>(
                slots: &mut Self::Slots,
                index: usize,
                value: __D,
            ) -> ::core::result::Result<(), __D::Error> {
                match index {
                    0 => <String as __p::Field>::merge_field_json(&mut slots.path, value),
                    _ => ::core::result::Result::Ok(()),
                }
            }
            fn finish(slots: Self::Slots) -> ::core::result::Result<Self, __p::Unfit> {
                ::core::result::Result::Ok(Self {
                    path: <String as __p::Field>::finish(slots.path, "path")?,
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
                        name: __p::Cow::Borrowed("Titles"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <TitlesRequest as __p::Request>::NAME,
                        output: <TitlesResponse as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("PutBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: __p::Sure::<Book>::NAME,
                        output: __p::Sure::<Book>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("AddBook"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <AddBookRequest as __p::Request>::NAME,
                        output: __p::Sure::<Book>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Unknown,
                        deprecated: false,
                    },
                    __p::model::Method {
                        name: __p::Cow::Borrowed("DeleteFile"),
                        docs: __p::Cow::Borrowed(""),
                        shape: __p::model::Shape::Unary,
                        input: <DeleteFileRequest as __p::Request>::NAME,
                        output: <() as __p::Response>::NAME,
                        error: ::core::option::Option::None,
                        idempotency: __p::model::Idempotency::Idempotent,
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
        methods: &[&GET_BOOK, &TITLES, &PUT_BOOK, &ADD_BOOK, &DELETE_FILE],
        register: |definitions| {
            __p::Sure::<GetBookRequest>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<TitlesRequest>::register(definitions);
            __p::Sure::<TitlesResponse>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<AddBookRequest>::register(definitions);
            __p::Sure::<Book>::register(definitions);
            __p::Sure::<DeleteFileRequest>::register(definitions);
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
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Get,
                            path: __p::transport::http::Template {
                                segments: __p::Cow::Borrowed(
                                    &[
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("v1"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("id"),
                                            pattern: __p::Cow::Borrowed(
                                                &[
                                                    __p::transport::http::Segment::Literal(
                                                        __p::Cow::Borrowed("books"),
                                                    ),
                                                    __p::transport::http::Segment::Any,
                                                ],
                                            ),
                                        },
                                    ],
                                ),
                                verb: ::core::option::Option::Some(
                                    __p::Cow::Borrowed("read"),
                                ),
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
    static TITLES: __p::Method = __p::Method {
        service: &__SPEC,
        index: 1,
        path: "/books.v1.Books/Titles",
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
                                            __p::Cow::Borrowed("titles"),
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
    static PUT_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 2,
        path: "/books.v1.Books/PutBook",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(
                    &[
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Put,
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
                            body: __p::transport::http::Body::Whole,
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
        __p::has_field(__p::Sure:: < Book > ::SCHEMA, "id"),
        "method `put_book`: path variable `{{id}}` has no matching field in the message; add `id` there, or remove this"
    );
    const _: () = ::core::assert!(
        __p::fits_path(__p::Sure:: < Book > ::SCHEMA, "id"),
        "method `put_book`: path variable `{{id}}` is one value, but the field is a message, a list or a map; name a field in it, or take it from the query or the body"
    );
    static ADD_BOOK: __p::Method = __p::Method {
        service: &__SPEC,
        index: 3,
        path: "/books.v1.Books/AddBook",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(
                    &[
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Post,
                            path: __p::transport::http::Template {
                                segments: __p::Cow::Borrowed(
                                    &[
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("shelves"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("shelf"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Any],
                                            ),
                                        },
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("books"),
                                        ),
                                    ],
                                ),
                                verb: ::core::option::Option::None,
                            },
                            body: __p::transport::http::Body::Field(
                                __p::Cow::Borrowed("book"),
                            ),
                            response_body: ::core::option::Option::Some(
                                __p::Cow::Borrowed("title"),
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
        wrapped: ::core::option::Option::None,
        attrs: &[],
    };
    const _: () = ::core::assert!(
        __p::has_field(__p::Sure:: < Book > ::SCHEMA, "title"),
        "method `add_book`: `response_body = \"title\"` has no matching field in the message; add `title` there, or remove this"
    );
    static DELETE_FILE: __p::Method = __p::Method {
        service: &__SPEC,
        index: 4,
        path: "/books.v1.Books/DeleteFile",
        plans: __p::transport::Plans {
            grpc: true,
            http: ::core::option::Option::Some(__p::transport::http::Plan {
                rules: __p::Cow::Borrowed(
                    &[
                        __p::transport::http::Rule {
                            verb: __p::transport::http::Verb::Delete,
                            path: __p::transport::http::Template {
                                segments: __p::Cow::Borrowed(
                                    &[
                                        __p::transport::http::Segment::Literal(
                                            __p::Cow::Borrowed("files"),
                                        ),
                                        __p::transport::http::Segment::Variable {
                                            field: __p::Cow::Borrowed("path"),
                                            pattern: __p::Cow::Borrowed(
                                                &[__p::transport::http::Segment::Rest],
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
                |s, _cx, req| async move { Books::get_book(&*s, req.id).await },
            );
            __p::Sure::<
                (
                    TitlesRequest,
                    TitlesResponse,
                    <Result<Vec<String>> as __p::Fallible>::Error,
                ),
            >::serve_unary(
                &mut mount,
                &TITLES,
                |s, _cx, _req| async move {
                    Books::titles(&*s).await.map(|result| TitlesResponse { result })
                },
            );
            __p::Sure::<
                (Book, Book, <Result<Book> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &PUT_BOOK,
                |s, _cx, req| async move { Books::put_book(&*s, req).await },
            );
            __p::Sure::<
                (AddBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &ADD_BOOK,
                |s, _cx, req| async move {
                    Books::add_book(&*s, req.shelf, req.book).await
                },
            );
            __p::Sure::<
                (DeleteFileRequest, (), <Result<()> as __p::Fallible>::Error),
            >::serve_unary(
                &mut mount,
                &DELETE_FILE,
                |s, _cx, req| async move { Books::delete_file(&*s, req.path).await },
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
        pub const GET_BOOK: __p::TypedMethod<String> = __p::TypedMethod::new(
            &GET_BOOK,
            |input| __p::Sure::<GetBookRequest>::read(input).map(|req| req.id),
        );
        ///The method `titles`, with the types of its arguments.
        pub const TITLES: __p::TypedMethod<()> = __p::TypedMethod::new(
            &TITLES,
            |input| __p::Sure::<TitlesRequest>::read(input).map(|_| ()),
        );
        ///The method `put_book`, with the types of its arguments.
        pub const PUT_BOOK: __p::TypedMethod<Book> = __p::TypedMethod::new(
            &PUT_BOOK,
            |input| __p::Sure::<Book>::read(input),
        );
        ///The method `add_book`, with the types of its arguments.
        pub const ADD_BOOK: __p::TypedMethod<(i32, Book)> = __p::TypedMethod::new(
            &ADD_BOOK,
            |input| {
                __p::Sure::<AddBookRequest>::read(input).map(|req| (req.shelf, req.book))
            },
        );
        ///The method `delete_file`, with the types of its arguments.
        pub const DELETE_FILE: __p::TypedMethod<String> = __p::TypedMethod::new(
            &DELETE_FILE,
            |input| __p::Sure::<DeleteFileRequest>::read(input).map(|req| req.path),
        );
    }
    impl Books for BooksClient {
        async fn get_book(&self, id: String) -> Result<Book> {
            __p::Sure::<
                (GetBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(&self.0, &GET_BOOK, __p::Context::current(), GetBookRequest { id })
                .await
        }
        async fn titles(&self) -> Result<Vec<String>> {
            __p::Sure::<
                (
                    TitlesRequest,
                    TitlesResponse,
                    <Result<Vec<String>> as __p::Fallible>::Error,
                ),
            >::unary(&self.0, &TITLES, __p::Context::current(), TitlesRequest {})
                .await
                .map(|response: TitlesResponse| response.result)
        }
        async fn put_book(&self, book: Book) -> Result<Book> {
            __p::Sure::<
                (Book, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(&self.0, &PUT_BOOK, __p::Context::current(), book)
                .await
        }
        async fn add_book(&self, shelf: i32, book: Book) -> Result<Book> {
            __p::Sure::<
                (AddBookRequest, Book, <Result<Book> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &ADD_BOOK,
                    __p::Context::current(),
                    AddBookRequest { shelf, book },
                )
                .await
        }
        async fn delete_file(&self, path: String) -> Result<()> {
            __p::Sure::<
                (DeleteFileRequest, (), <Result<()> as __p::Fallible>::Error),
            >::unary(
                    &self.0,
                    &DELETE_FILE,
                    __p::Context::current(),
                    DeleteFileRequest { path },
                )
                .await
        }
    }
};
