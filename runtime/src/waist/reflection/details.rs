//! The file `google/rpc/error_details.proto` (googleapis), which describes the details of a status. No `.proto`
//! of ours imports it.
//!
//! The file is whole: each field is as in Google's file (`tests/peers/test_grpcurl.py`), so it may stand under
//! its name. A user's own types of that package replace it. A tool that knows the schema only by reflection
//! would show bytes without this file.

use crate::message::codec::{NATURAL, Value};
use crate::message::plain;
use crate::message::wkt;
use polywire_codegen::model::{
    Definition, Definitions, Element, Field, File, List, Message, Reserved, Scalar, Type, TypeName,
};
use polywire_codegen::names;
use polywire_codegen::schema::files::{self, Package};
use std::borrow::Cow;
use std::collections::BTreeMap;

const PACKAGE: &str = "google.rpc";
const FILE: &str = "google/rpc/error_details.proto";

/// The names of messages and their fields. The fields of each message are numbered from 1.
const MESSAGES: &[(&str, &[(&str, Of)])] = &[
    ("ErrorInfo", &[("reason", TEXT), ("domain", TEXT), ("metadata", TEXT_BY_TEXT)]),
    ("RetryInfo", &[("retry_delay", Of::One(TypeName::in_package("google.protobuf", "Duration")))]),
    ("DebugInfo", &[("stack_entries", Of::Many(Element::Scalar(Scalar::String))), ("detail", TEXT)]),
    ("QuotaFailure", &[("violations", many("QuotaFailure.Violation"))]),
    (
        "QuotaFailure.Violation",
        &[
            ("subject", TEXT),
            ("description", TEXT),
            ("api_service", TEXT),
            ("quota_metric", TEXT),
            ("quota_id", TEXT),
            ("quota_dimensions", TEXT_BY_TEXT),
            ("quota_value", Of::Scalar(Scalar::Int64)),
            ("future_quota_value", Of::Optional(Scalar::Int64)),
        ],
    ),
    ("PreconditionFailure", &[("violations", many("PreconditionFailure.Violation"))]),
    ("PreconditionFailure.Violation", &[("type", TEXT), ("subject", TEXT), ("description", TEXT)]),
    ("BadRequest", &[("field_violations", many("BadRequest.FieldViolation"))]),
    (
        "BadRequest.FieldViolation",
        &[
            ("field", TEXT),
            ("description", TEXT),
            ("reason", TEXT),
            ("localized_message", Of::One(TypeName::local("LocalizedMessage"))),
        ],
    ),
    ("RequestInfo", &[("request_id", TEXT), ("serving_data", TEXT)]),
    (
        "ResourceInfo",
        &[("resource_type", TEXT), ("resource_name", TEXT), ("owner", TEXT), ("description", TEXT)],
    ),
    ("Help", &[("links", many("Help.Link"))]),
    ("Help.Link", &[("description", TEXT), ("url", TEXT)]),
    ("LocalizedMessage", &[("locale", TEXT), ("message", TEXT)]),
];

/// The type of a field.
enum Of {
    Scalar(Scalar),
    Optional(Scalar),
    One(TypeName),
    Many(Element),
    TextByText,
}

/// A placeholder until the type is known.
const ANY: &Type = &Type::Singular(Element::Scalar(Scalar::String));
const TEXT: Of = Of::Scalar(Scalar::String);
const TEXT_BY_TEXT: Of = Of::TextByText;

const fn many(name: &'static str) -> Of {
    Of::Many(Element::Message(TypeName::local(name)))
}

impl Of {
    fn ty(&self) -> Type {
        match self {
            Self::Scalar(scalar) => Type::Singular(Element::Scalar(*scalar)),
            Self::Optional(scalar) => Type::Optional(Element::Scalar(*scalar)),
            Self::One(name) => Type::Optional(Element::Message(name.clone())),
            Self::Many(element) => Type::Repeated(element.clone()),
            Self::TextByText => Type::Map(Scalar::String, Element::Scalar(Scalar::String)),
        }
    }
}

/// Adds the file and its imports, unless a user's own types are in its package.
pub(super) fn add_to(files: &mut BTreeMap<String, File>) {
    if files.values().any(|file| file.package == PACKAGE) {
        return;
    }
    let packages = BTreeMap::from([(PACKAGE.to_owned(), package())]);
    for (name, file) in files::files(&packages) {
        let name = if name == names::proto_file(PACKAGE) { FILE.to_owned() } else { name };
        files.entry(name).or_insert(file);
    }
}

fn package() -> Package {
    let mut definitions = Definitions::default();
    <wkt::Duration as Value<{ NATURAL }>>::register(&mut definitions);
    let mut types = Vec::new();
    for (name, fields) in MESSAGES {
        let field = |((name, of), number): (&(&'static str, Of), u32)| Field {
            json: names::json(name).into(),
            ty: of.ty(),
            ..plain::field((name, ""), number, ANY, &[])
        };
        types.push(TypeName::local(name));
        let message = Message {
            name: TypeName::local(name),
            docs: Cow::Borrowed(""),
            fields: List::Owned(fields.iter().zip(1..).map(field).collect()),
            oneof: None,
            reserved: Reserved::NONE,
            deprecated: false,
        };
        definitions.add(Definition::Message(message), FILE);
    }
    Package { services: Vec::new(), types, definitions }
}
