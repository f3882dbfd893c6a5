//! The files of `google.protobuf` whose types fields may have.
//!
//! They are whole: a part of such a file under Google's name would clash with the complete file that readers
//! have.

use crate::model::{
    Definition, Element, Enum, EnumValue, Field, File, Message, Others, Reserved, Scalar, Type, TypeName,
    Zero,
};
use crate::names;
use std::borrow::Cow;

const PACKAGE: &str = "google.protobuf";

/// One file, without its options: those follow from `class` and `go`.
struct Known {
    /// The name, without the folder and `.proto`.
    name: &'static str,
    /// The outer class in Java.
    class: &'static str,
    /// The last part of the Go package.
    go: &'static str,
    arenas: Arenas,
    items: &'static [Item],
}

/// Whether the file has `option cc_enable_arenas = true`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arenas {
    Said,
    Unsaid,
}

/// A definition. Fields are numbered from 1.
enum Item {
    Message(&'static str, &'static [(&'static str, Type)]),
    OneOf(&'static str, &'static str, &'static [(&'static str, Type)]),
    Enum(&'static str, &'static str),
}

const fn one(scalar: Scalar) -> Type {
    Type::Singular(Element::Scalar(scalar))
}

const fn message(name: &'static str) -> Element {
    Element::Message(TypeName::in_package(PACKAGE, name))
}

const MOMENT: &[(&str, Type)] = &[("seconds", one(Scalar::Int64)), ("nanos", one(Scalar::Int32))];

static KNOWN: [Known; 7] = [
    Known {
        name: "any",
        class: "AnyProto",
        go: "anypb",
        arenas: Arenas::Unsaid,
        items: &[Item::Message("Any", &[("type_url", one(Scalar::String)), ("value", one(Scalar::Bytes))])],
    },
    Known {
        name: "duration",
        class: "DurationProto",
        go: "durationpb",
        arenas: Arenas::Said,
        items: &[Item::Message("Duration", MOMENT)],
    },
    Known {
        name: "empty",
        class: "EmptyProto",
        go: "emptypb",
        arenas: Arenas::Said,
        items: &[Item::Message("Empty", &[])],
    },
    Known {
        name: "field_mask",
        class: "FieldMaskProto",
        go: "fieldmaskpb",
        arenas: Arenas::Said,
        items: &[Item::Message("FieldMask", &[("paths", Type::Repeated(Element::Scalar(Scalar::String)))])],
    },
    Known {
        name: "struct",
        class: "StructProto",
        go: "structpb",
        arenas: Arenas::Said,
        items: &[
            Item::Message("Struct", &[("fields", Type::Map(Scalar::String, message("Value")))]),
            Item::OneOf(
                "Value",
                "kind",
                &[
                    ("null_value", Type::Singular(Element::Enum(TypeName::in_package(PACKAGE, "NullValue")))),
                    ("number_value", one(Scalar::Double)),
                    ("string_value", one(Scalar::String)),
                    ("bool_value", one(Scalar::Bool)),
                    ("struct_value", Type::Singular(message("Struct"))),
                    ("list_value", Type::Singular(message("ListValue"))),
                ],
            ),
            Item::Message("ListValue", &[("values", Type::Repeated(message("Value")))]),
            Item::Enum("NullValue", "NULL_VALUE"),
        ],
    },
    Known {
        name: "timestamp",
        class: "TimestampProto",
        go: "timestamppb",
        arenas: Arenas::Said,
        items: &[Item::Message("Timestamp", MOMENT)],
    },
    Known {
        name: "wrappers",
        class: "WrappersProto",
        go: "wrapperspb",
        arenas: Arenas::Said,
        items: &[
            Item::Message("DoubleValue", &[("value", one(Scalar::Double))]),
            Item::Message("FloatValue", &[("value", one(Scalar::Float))]),
            Item::Message("Int64Value", &[("value", one(Scalar::Int64))]),
            Item::Message("UInt64Value", &[("value", one(Scalar::Uint64))]),
            Item::Message("Int32Value", &[("value", one(Scalar::Int32))]),
            Item::Message("UInt32Value", &[("value", one(Scalar::Uint32))]),
            Item::Message("BoolValue", &[("value", one(Scalar::Bool))]),
            Item::Message("StringValue", &[("value", one(Scalar::String))]),
            Item::Message("BytesValue", &[("value", one(Scalar::Bytes))]),
        ],
    },
];

/// The whole file `google/protobuf/<name>.proto`, if fields may have types from it.
pub(super) fn file(path: &str) -> Option<File> {
    let definitions = known(path)?.items.iter().map(Item::definition).collect();
    Some(File { package: PACKAGE.into(), services: Vec::new(), definitions, foreign: Vec::new() })
}

/// The file's `google.protobuf.FileOptions`: texts and flags, by number.
pub(super) fn options(path: &str) -> Option<[(u32, Setting); 7]> {
    let Known { class, go, arenas, .. } = known(path)?;
    let go = format!("google.golang.org/protobuf/types/known/{go}");
    Some([
        (1, Setting::Text("com.google.protobuf".into())),
        (8, Setting::Text((*class).into())),
        (10, Setting::Flag(true)),
        (11, Setting::Text(go.into())),
        (31, Setting::Flag(*arenas == Arenas::Said)),
        (36, Setting::Text("GPB".into())),
        (37, Setting::Text("Google.Protobuf.WellKnownTypes".into())),
    ])
}

/// The value of an option.
pub(super) enum Setting {
    Text(Cow<'static, str>),
    Flag(bool),
}

fn known(path: &str) -> Option<&'static Known> {
    let name = path.strip_prefix("google/protobuf/")?.strip_suffix(".proto")?;
    KNOWN.iter().find(|known| known.name == name)
}

impl Item {
    fn definition(&self) -> Definition {
        match self {
            Self::Message(name, fields) => message_of(name, None, fields),
            Self::OneOf(name, oneof, fields) => message_of(name, Some(oneof), fields),
            Self::Enum(name, zero) => enum_of(name, zero),
        }
    }
}

fn message_of(
    name: &'static str,
    oneof: Option<&'static str>,
    fields: &'static [(&'static str, Type)],
) -> Definition {
    Definition::Message(Message {
        name: TypeName::in_package(PACKAGE, name),
        docs: "".into(),
        fields: (1..).zip(fields).map(|(number, (name, ty))| field(number, name, ty)).collect(),
        oneof: oneof.map(Into::into),
        reserved: Reserved::NONE,
        deprecated: false,
    })
}

fn field(number: u32, name: &'static str, ty: &Type) -> Field {
    Field {
        name: name.into(),
        json: names::json(name).into(),
        number,
        ty: ty.clone(),
        unpacked: false,
        docs: "".into(),
        deprecated: false,
        examples: Cow::Borrowed(&[]),
        oneof: None,
        constraints: Cow::Borrowed(&[]),
        failure: None,
        default: None,
        json_written: false,
    }
}

fn enum_of(name: &'static str, zero: &'static str) -> Definition {
    Definition::Enum(Enum {
        name: TypeName::in_package(PACKAGE, name),
        docs: "".into(),
        values: vec![EnumValue { name: zero.into(), number: 0, docs: "".into(), deprecated: false }].into(),
        reserved: Reserved::NONE,
        others: Others::Kept,
        zero: Zero::Own,
        deprecated: false,
    })
}
