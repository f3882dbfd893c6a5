//! Tests constraints as protovalidate's options: the `.proto`, compiled by protox, has the same bytes as the
//! descriptor.

use polywire_codegen::model::{
    Constraint, Definition, Definitions, Element, Field, File, Format, Idempotency, JsonStyle, Literal,
    Message, Method, NANOS, Number, Reserved, Scalar, Service, Shape, Type, TypeName,
};
use polywire_codegen::schema::{descriptor, proto, protovalidate};
use prost::Message as _;
use protox::file::{ChainFileResolver, File as Source, FileResolver, GoogleFileResolver};
use std::borrow::Cow;

/// A part of the descriptors: down to the options of fields, whose rules are left as bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct Set {
    #[prost(message, repeated, tag = "1")]
    files: Vec<Descriptor>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Descriptor {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "4")]
    messages: Vec<MessageDescriptor>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct MessageDescriptor {
    #[prost(message, repeated, tag = "2")]
    fields: Vec<FieldDescriptor>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct FieldDescriptor {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "8")]
    options: Option<Options>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Options {
    #[prost(bytes = "vec", tag = "1159")]
    rules: Vec<u8>,
}

fn field(number: u32, ty: Type, constraints: Vec<Constraint>) -> Field {
    let name = format!("f{number}");
    Field {
        json: name.clone().into(),
        name: name.into(),
        number,
        ty,
        docs: "".into(),
        deprecated: number == 1,
        unpacked: false,
        examples: Vec::new().into(),
        oneof: None,
        constraints: constraints.into(),
        failure: None,
        default: None,
        json_written: false,
    }
}

fn numbers(scalar: Scalar) -> (Type, Vec<Constraint>) {
    let (low, high) = match scalar.range() {
        Some((low, high)) => (Number::Integer(low), Number::Integer(high)),
        None => (Number::real(-0.5), Number::real(1e30)),
    };
    let listed = [low, Number::Integer(7)].map(Literal::Number).to_vec();
    (
        Type::Singular(Element::Scalar(scalar)),
        vec![Constraint::Min(low), Constraint::ExclusiveMax(high), Constraint::OneOf(listed.into())],
    )
}

fn fields() -> Vec<Field> {
    use Scalar as S;
    let scalars = [
        S::Int32,
        S::Int64,
        S::Uint32,
        S::Uint64,
        S::Sint32,
        S::Sint64,
        S::Fixed32,
        S::Fixed64,
        S::Sfixed32,
        S::Sfixed64,
        S::Float,
        S::Double,
    ];
    let text = || Element::Scalar(S::String);
    let said = |text: &'static str| Cow::Borrowed(text);
    let mut fields: Vec<(Type, Vec<Constraint>)> = scalars.map(numbers).to_vec();
    fields.push((Type::Singular(Element::Scalar(S::Double)), vec![Constraint::Finite]));
    fields.push((
        Type::Optional(text()),
        vec![
            Constraint::Required,
            Constraint::Suffix(said("\"\\\u{7f}\n")),
            Constraint::Prefix(said("ä\t")),
            Constraint::Contains(said("c")),
            Constraint::Pattern(said(r"^\d+$")),
            Constraint::OneOf(vec![Literal::Text(said("a")), Literal::Text(said("b"))].into()),
        ],
    ));
    for (_, format) in Format::ALL {
        fields.push((Type::Singular(text()), vec![Constraint::Format(format), Constraint::Len(u64::MAX)]));
    }
    for of in [S::String, S::Bytes] {
        let bounds = vec![Constraint::MaxLen(300), Constraint::MinLen(0)];
        fields.push((Type::Singular(Element::Scalar(of)), bounds));
    }
    fields.push((Type::Singular(Element::Scalar(S::Bytes)), vec![Constraint::Len(16)]));
    fields.push((
        Type::Repeated(text()),
        vec![
            Constraint::MinItems(1),
            Constraint::Each(vec![Constraint::MinLen(1), Constraint::Format(Format::Email)].into()),
            Constraint::Unique,
            Constraint::MaxItems(50),
        ],
    ));
    fields.push((
        Type::Map(S::Sint32, text()),
        vec![
            Constraint::MinPairs(1),
            Constraint::MaxPairs(2),
            Constraint::Values(vec![Constraint::MaxLen(3)].into()),
            Constraint::Keys(vec![Constraint::Min(Number::Integer(-3))].into()),
        ],
    ));
    let google = |name| Type::Optional(Element::Message(TypeName::in_package("google.protobuf", name)));
    let span = |nanos| Number::Span(nanos);
    for rules in [
        vec![Constraint::Min(span(1_500_000_000)), Constraint::ExclusiveMax(span(60_000_000_000))],
        vec![Constraint::ExclusiveMin(span(-1_000_001)), Constraint::Max(span(0))],
    ] {
        fields.push((google("Duration"), rules));
    }
    fields.push((google("Timestamp"), vec![Constraint::Past]));
    fields.push((google("Timestamp"), vec![Constraint::Future]));
    fields.push((google("Timestamp"), vec![Constraint::Past, Constraint::Within(span(1_000_000_001))]));
    for rules in [
        vec![Constraint::Min(Number::Point(-1)), Constraint::ExclusiveMax(Number::Point(1_500_000_000))],
        vec![
            Constraint::ExclusiveMin(Number::Point(0)),
            Constraint::Max(Number::Point(253_402_300_799 * NANOS)),
        ],
    ] {
        fields.push((google("Timestamp"), rules));
    }
    fields.into_iter().zip(1..).map(|((ty, rules), number)| field(number, ty, rules)).collect()
}

fn file() -> File {
    let name = TypeName::local("Request");
    let mut definitions = Definitions::default();
    definitions.add(
        Definition::Message(Message {
            name: name.clone(),
            docs: "".into(),
            fields: fields().into(),
            oneof: None,
            reserved: Reserved::NONE,
            deprecated: false,
        }),
        "here",
    );
    let method = Method {
        name: "Call".into(),
        docs: "".into(),
        shape: Shape::Unary,
        input: name.clone(),
        output: name,
        error: None,
        idempotency: Idempotency::Unknown,
        deprecated: false,
    };
    let service = Service {
        package: "rules.v1".into(),
        name: "Rules".into(),
        docs: "".into(),
        methods: vec![method].into(),
        json: JsonStyle::CANONICAL,
        deprecated: false,
    };
    File::new("rules.v1", vec![service], &definitions)
}

struct Texts(String);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<Source, protox::Error> {
        match name {
            "rules.proto" => Source::from_source(name, &self.0),
            protovalidate::IMPORT => Source::from_source(name, protovalidate::SUBSET),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

#[test]
fn the_text_and_the_descriptor_say_the_same() {
    let file = file();
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts(proto::render(&file)));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.open_file("rules.proto").unwrap_or_else(|error| panic!("{error:?}\n{}", proto::render(&file)));
    let compiled = Set::decode(compiler.encode_file_descriptor_set().as_slice()).expect("a set");
    let compiled = compiled.files.into_iter().find(|file| file.name == "rules.proto").expect("the file");
    let ours = Descriptor::decode(descriptor::encode(&file, "rules.proto").as_slice()).expect("a descriptor");
    assert_eq!(ours.messages.len(), 1);
    let (ours, compiled) = (&ours.messages[0].fields, &compiled.messages[0].fields);
    assert_eq!(ours.len(), fields().len());
    for (ours, compiled) in ours.iter().zip(compiled) {
        let rules = |field: &FieldDescriptor| field.options.clone().unwrap_or_default().rules;
        assert!(!rules(ours).is_empty(), "{} has rules", ours.name);
        assert_eq!(rules(ours), rules(compiled), "{}", ours.name);
    }
}

#[test]
fn a_file_without_constraints_imports_nothing() {
    let mut file = file();
    for definition in &mut file.definitions {
        let Definition::Message(message) = definition else { continue };
        message.fields.to_mut().iter_mut().for_each(|field| field.constraints = Cow::Borrowed(&[]));
    }
    assert!(!proto::render(&file).contains("validate"));
    assert_eq!(proto::render_plain(&self::file()), proto::render(&file));
}
