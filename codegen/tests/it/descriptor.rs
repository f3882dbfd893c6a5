//! Tests that reflection serves the same descriptor that a compiler makes from the `.proto` file.
#![allow(clippy::expect_used)]

use polywire_codegen::model::{
    Definition, Definitions, Element, Enum, EnumValue, Field, File, Idempotency, JsonStyle, Message, Method,
    Others, Reserved, Scalar, Service, Shape, Type, TypeName, Zero,
};
use polywire_codegen::schema::files::{self, Package};
use polywire_codegen::schema::{descriptor, proto};
use prost::Message as _;
use prost_types::FileDescriptorProto;
use protox::file::{ChainFileResolver, File as Source, FileResolver, GoogleFileResolver};
use std::collections::BTreeMap;

fn field(name: &'static str, number: u32, ty: Type) -> Field {
    Field {
        json: polywire_codegen::names::json(name).into(),
        name: name.into(),
        number,
        ty,
        unpacked: name == "unpacked",
        docs: "".into(),
        deprecated: name == "old",
        examples: Vec::new().into(),
        oneof: None,
        constraints: Vec::new().into(),
        failure: None,
        default: None,
        json_written: false,
    }
}

fn message(name: &'static str, oneof: Option<&'static str>, fields: Vec<Field>) -> Definition {
    let oneof = oneof.map(Into::into);
    Definition::Message(Message {
        name: TypeName::local(name),
        docs: "A comment.".into(),
        fields: fields.into(),
        oneof,
        reserved: Reserved {
            numbers: vec![(900, 900), (1000, 1999)].into(),
            names: vec!["gone".into()].into(),
        },
        deprecated: name == "Choice",
    })
}

fn scalars() -> Vec<Field> {
    let all = [
        ("a", Scalar::Double),
        ("b", Scalar::Float),
        ("c", Scalar::Int32),
        ("d", Scalar::Int64),
        ("e", Scalar::Uint32),
        ("f", Scalar::Uint64),
        ("g", Scalar::Sint32),
        ("h", Scalar::Sint64),
        ("i", Scalar::Fixed32),
        ("j", Scalar::Fixed64),
        ("k", Scalar::Sfixed32),
        ("l", Scalar::Sfixed64),
        ("m", Scalar::Bool),
        ("n_o", Scalar::String),
        ("old", Scalar::Bytes),
    ];
    (1..)
        .zip(all)
        .map(|(number, (name, scalar))| field(name, number, Type::Singular(Element::Scalar(scalar))))
        .collect()
}

fn kitchen_sink() -> File {
    let text = Element::Scalar(Scalar::String);
    let genre = Element::Enum(TypeName::local("Outer.Genre"));
    let inner = Element::Message(TypeName::local("Outer.Inner"));
    let empty = TypeName::in_package("google.protobuf", "Empty");
    let value = |name: &'static str, number| EnumValue {
        name: name.into(),
        number,
        docs: "".into(),
        deprecated: name == "GENRE_UNO",
    };
    let method = |name: &'static str, shape, output: TypeName| Method {
        name: name.into(),
        docs: "".into(),
        shape,
        input: TypeName::local("Scalars"),
        output,
        error: None,
        idempotency: Idempotency::Unknown,
        deprecated: name == "Unary",
    };
    let outer = message(
        "Outer",
        None,
        vec![
            field("maybe", 1, Type::Optional(text.clone())),
            field("many_of", 2, Type::Repeated(inner.clone())),
            field("by_name", 3, Type::Map(Scalar::String, inner.clone())),
            field("by_number", 4, Type::Map(Scalar::Sint64, genre.clone())),
            field("genre", 700, Type::Optional(genre.clone())),
            field("nothing", 6, Type::Singular(Element::Message(empty.clone()))),
            field("unpacked", 7, Type::Repeated(Element::Scalar(Scalar::Sint64))),
        ],
    );
    let genre = Definition::Enum(Enum {
        name: TypeName::local("Outer.Genre"),
        docs: "".into(),
        values: vec![value("GENRE_NONE", 0), value("GENRE_ONE", -1), value("GENRE_UNO", -1)].into(),
        reserved: Reserved {
            numbers: vec![(-9, -5), (7, i32::MAX)].into(),
            names: vec!["GENRE_TWO".into()].into(),
        },
        others: Others::Kept,
        zero: Zero::Own,
        deprecated: true,
    });
    let top = Definition::Enum(Enum {
        name: TypeName::local("Top"),
        docs: "".into(),
        values: vec![value("TOP", 0)].into(),
        reserved: Reserved::NONE,
        others: Others::Refused,
        zero: Zero::Own,
        deprecated: true,
    });
    let choice = message(
        "Choice",
        Some("kind"),
        vec![field("left", 1, Type::Singular(inner)), field("right", 2, Type::Singular(text))],
    );
    let service = Service {
        package: "kitchen.v1".into(),
        name: "Sink".into(),
        docs: "".into(),
        methods: vec![
            method("Unary", Shape::Unary, empty.clone()),
            method("Down", Shape::ServerStream, TypeName::local("Outer")),
            method("Up", Shape::ClientStream, TypeName::local("Choice")),
            method("Both", Shape::Bidi, TypeName::local("Choice")),
        ]
        .into(),
        json: JsonStyle::CANONICAL,
        deprecated: true,
    };
    File {
        package: "kitchen.v1".into(),
        services: vec![service],
        definitions: vec![
            message("Scalars", None, scalars()),
            outer,
            message("Outer.Inner", None, vec![]),
            genre,
            top,
            choice,
        ],
        foreign: vec![empty],
    }
}

/// A resolver for one file in memory.
struct Memory(String);

impl FileResolver for Memory {
    fn open_file(&self, name: &str) -> Result<Source, protox::Error> {
        if name == "test.proto" {
            Source::from_source(name, &self.0)
        } else {
            Err(protox::Error::file_not_found(name))
        }
    }
}

fn compiled(file: &File) -> FileDescriptorProto {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Memory(proto::render(file)));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).open_file("test.proto").expect("a sound file");
    let set = compiler.file_descriptor_set();
    set.file.into_iter().find(|file| file.name() == "test.proto").expect("the file")
}

#[test]
fn a_descriptor_is_what_a_compiler_makes_of_the_document() {
    let file = kitchen_sink();
    let encoded = descriptor::encode(&file, "test.proto");
    let ours = FileDescriptorProto::decode(encoded.as_slice()).expect("a descriptor");
    assert_eq!(ours, compiled(&file));
}

#[test]
fn files_of_google_are_whole_and_the_ones_that_compilers_have() {
    let google = |name: &'static str| TypeName::in_package("google.protobuf", name);
    let names = ["Any", "Duration", "Empty", "FieldMask", "Value", "Timestamp", "BytesValue"];
    let mut definitions = Definitions::default();
    let fields = (1..).zip(names).map(|(number, name)| {
        let ty = Type::Optional(Element::Message(google(name)));
        field(name, number, ty)
    });
    definitions.add(message("All", None, fields.collect()), "here");
    let package = Package { types: vec![TypeName::local("All")], definitions, ..Package::default() };
    let files = files::files(&BTreeMap::from([("all.v1".to_owned(), package)]));
    assert_eq!(files.len(), 8, "{:?}", files.keys());
    for (name, file) in files.iter().filter(|(name, _)| files::is_googles(name)) {
        let encoded = descriptor::encode(file, name);
        let ours = FileDescriptorProto::decode(encoded.as_slice()).expect("a descriptor");
        let theirs = GoogleFileResolver::new().open_file(name).expect("a file of Google's");
        let theirs = FileDescriptorProto { source_code_info: None, ..theirs.file_descriptor_proto().clone() };
        assert_eq!(ours, theirs, "{name}");
    }
}
