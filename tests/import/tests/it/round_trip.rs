//! Import, then emit: the output says the same as the input, except for comments and order. The types also
//! read messages that others write.

use polywire::Message;
use polywire_import_tests::cases;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};
use protox::prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use std::collections::BTreeMap;

/// An emitted file, and the others under the names that it imports them by.
struct Emitted(String);

impl FileResolver for Emitted {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "emitted.proto" => File::from_source(name, &self.0),
            "cases.other.proto" => File::from_source(name, include_str!("../../proto/other/other.proto")),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn compile(file: &str, resolver: impl FileResolver + 'static) -> protox::Compiler {
    let mut chain = ChainFileResolver::new();
    chain.add(resolver);
    chain.add(GoogleFileResolver::new());
    // The options that declare routes.
    chain.add(IncludeFileResolver::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../codegen/src").into()));
    let mut compiler = protox::Compiler::with_file_resolver(chain);
    compiler.include_imports(true);
    compiler.open_file(file).unwrap_or_else(|error| panic!("{file}: {error:?}"));
    compiler
}

fn original(file: &str) -> protox::Compiler {
    compile(file, IncludeFileResolver::new(concat!(env!("CARGO_MANIFEST_DIR"), "/proto").into()))
}

fn file(compiler: &protox::Compiler, name: &str) -> FileDescriptorProto {
    let set = compiler.file_descriptor_set();
    set.file.into_iter().find(|file| file.name() == name).expect("the file was compiled")
}

/// All facts of a file, one on each line.
fn facts(file: &FileDescriptorProto) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let package = file.package().to_owned();
    file.message_type.iter().for_each(|message| message_facts(&package, message, &mut out));
    file.enum_type.iter().for_each(|definition| enum_facts(&package, definition, &mut out));
    for service in &file.service {
        let deprecated = service.options.as_ref().is_some_and(|options| options.deprecated());
        out.insert(format!("{package}.{}", service.name()), format!("service deprecated {deprecated}"));
        for method in &service.method {
            let line = format!(
                "{} {} -> {} {} deprecated {}",
                method.client_streaming(),
                method.input_type(),
                method.server_streaming(),
                method.output_type(),
                method.options.as_ref().is_some_and(|options| options.deprecated()),
            );
            out.insert(format!("{package}.{}/{}", service.name(), method.name()), line);
        }
    }
    out
}

fn message_facts(outer: &str, message: &DescriptorProto, out: &mut BTreeMap<String, String>) {
    let name = format!("{outer}.{}", message.name());
    let deprecated = message.options.as_ref().is_some_and(|options| options.deprecated());
    out.insert(name.clone(), format!("message deprecated {deprecated}"));
    for field in &message.field {
        let presence = if field.r#type() == Type::Message { false } else { field.proto3_optional() };
        let line = format!(
            "{} {:?} {:?} {} {} oneof {:?} optional {presence} deprecated {} packed {}",
            field.name(),
            field.label(),
            field.r#type(),
            field.type_name(),
            field.json_name(),
            oneof(message, field),
            field.options.as_ref().is_some_and(|options| options.deprecated()),
            field.options.as_ref().and_then(|options| options.packed).unwrap_or(true),
        );
        out.insert(format!("{name}#{}", field.number()), line);
    }
    message.nested_type.iter().for_each(|nested| message_facts(&name, nested, out));
    message.enum_type.iter().for_each(|nested| enum_facts(&name, nested, out));
}

fn oneof<'a>(message: &'a DescriptorProto, field: &FieldDescriptorProto) -> Option<&'a str> {
    let index = field.oneof_index.filter(|_| !field.proto3_optional())?;
    Some(message.oneof_decl[index as usize].name())
}

fn enum_facts(outer: &str, definition: &EnumDescriptorProto, out: &mut BTreeMap<String, String>) {
    let name = format!("{outer}.{}", definition.name());
    let deprecated = definition.options.as_ref().is_some_and(|options| options.deprecated());
    out.insert(name.clone(), format!("enum deprecated {deprecated}"));
    for value in &definition.value {
        let deprecated = value.options.as_ref().is_some_and(|options| options.deprecated());
        out.insert(
            format!("{name}::{}", value.name()),
            format!("{} deprecated {deprecated}", value.number()),
        );
    }
}

fn assert_same(case: &str, emitted: String) {
    let before = facts(&file(&original(case), case));
    let after = facts(&file(&compile("emitted.proto", Emitted(emitted)), "emitted.proto"));
    assert!(before.len() > 2, "{case} says something");
    for (what, line) in &before {
        assert_eq!(after.get(what), Some(line), "{case}: {what}");
    }
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "{case}");
}

/// The routes of each method of a service, as the text of their options.
fn routes(pool: &DescriptorPool, service: &str) -> BTreeMap<String, String> {
    let service = pool.get_service_by_name(service).expect("the service is there");
    let route = |method: MethodDescriptor| {
        let options = method.options();
        let rule = options.extensions().find(|(extension, _)| extension.full_name() == "google.api.http");
        rule.map(|(_, rule)| (method.name().to_owned(), rule.to_string()))
    };
    service.methods().filter_map(route).collect()
}

#[test]
fn every_kind_of_field_comes_out_as_it_went_in() {
    assert_same("types/types.proto", cases::types::TypesServer::<cases::types::TypesClient>::proto());
}

#[test]
fn names_that_rust_spells_otherwise_come_out_as_they_went_in() {
    assert_same(
        "names/names.proto",
        cases::r#type::names::NamesServiceServer::<cases::r#type::names::NamesServiceClient>::proto(),
    );
}

/// Every keyword of every edition in every place of a name, which the crate has compiled with them.
#[test]
fn words_that_rust_keeps_for_itself_come_out_as_they_went_in() {
    use cases::r#gen::r#try::self_::r#static::std_::polywire_::underscores::core_ as words;
    assert_same(
        "names/words.proto",
        polywire::Schema::protos(&words::schema())
            .remove("cases.gen.try.self.static.std.polywire._.core.proto")
            .expect("the file"),
    );
}

#[test]
fn services_come_out_as_they_went_in() {
    assert_same(
        "library/library.proto",
        cases::library::v1::LibraryServer::<cases::library::v1::LibraryClient>::proto(),
    );
}

#[test]
fn routes_come_out_as_they_went_in() {
    let emitted =
        cases::library::v1::LibraryServer::<cases::library::v1::LibraryClient>::spec().annotated_proto();
    let before = routes(&original("library/library.proto").descriptor_pool(), "cases.library.v1.Library");
    let after =
        routes(&compile("emitted.proto", Emitted(emitted)).descriptor_pool(), "cases.library.v1.Library");
    assert_eq!(before.len(), 6);
    // A method without a route of its own has the default route, and its option says nothing of it.
    assert_eq!(after, before);
}

#[test]
fn a_file_without_package_comes_out_as_it_went_in() {
    assert_same(
        "bare.proto",
        polywire_import_tests::BareServiceServer::<polywire_import_tests::BareServiceClient>::proto(),
    );
}

/// The bytes that an independent codec makes of ours, knowing the original file alone.
fn through_reflection(pool: &DescriptorPool, name: &str, bytes: &[u8]) -> Vec<u8> {
    use prost::Message as _;
    let descriptor = pool.get_message_by_name(name).expect("the message is there");
    let message = DynamicMessage::decode(descriptor, bytes).expect("others read what we write");
    assert_eq!(message.unknown_fields().count(), 0, "others know every field of {name}");
    message.encode_to_vec()
}

#[test]
fn others_read_what_the_types_write_and_write_what_they_read() {
    use cases::types::{Alias, Choices, ChoicesChoice, ChoicesOtherChoice, Level, Lists, Maps, Scalars};
    let pool = original("types/types.proto").descriptor_pool();
    let scalars = Scalars {
        a: 1.5,
        c: -1,
        g: -2,
        h: i64::MIN,
        i: 7,
        l: -9,
        n: "ä".into(),
        q: Some(0),
        ..Scalars::default()
    };
    let bytes = through_reflection(&pool, "cases.types.Scalars", &scalars.encode());
    assert_eq!(Scalars::decode(bytes.into()).expect("scalars"), scalars);

    let maps = Maps {
        e: BTreeMap::from([(-1, -2), (3, 4)]),
        f: BTreeMap::from([(u64::MAX, i64::MIN)]),
        g: BTreeMap::from([(-5, 0.5)]),
        c: BTreeMap::from([(true, scalars.clone())]),
        ..Maps::default()
    };
    let bytes = through_reflection(&pool, "cases.types.Maps", &maps.encode());
    assert_eq!(Maps::decode(bytes.into()).expect("maps"), maps);

    let lists =
        Lists { b: vec![-1, 0, 1], f: vec![Level::Low, Level::Other(77)], g: vec![9], ..Lists::default() };
    let bytes = through_reflection(&pool, "cases.types.Lists", &lists.encode());
    assert_eq!(Lists::decode(bytes.into()).expect("lists"), lists);

    let choices = Choices {
        before: "b".into(),
        choice: Some(ChoicesChoice::Again(Box::new(Choices {
            choice: Some(ChoicesChoice::Nothing),
            other_choice: Some(ChoicesOtherChoice::Signed(0)),
            ..Choices::default()
        }))),
        after: Some(false),
        ..Choices::default()
    };
    let bytes = through_reflection(&pool, "cases.types.Choices", &choices.encode());
    assert_eq!(Choices::decode(bytes.into()).expect("choices"), choices);
    assert_eq!(Choices::decode(Default::default()).expect("nothing is set"), Choices::default());
    assert_eq!(serde_json::from_str::<Alias>("\"ALIAS_ANY\"").expect("an alias"), Alias::Some);
}

#[test]
fn a_oneof_among_fields_has_the_json_of_its_members() {
    use cases::types::{Choices, ChoicesChoice, ChoicesOtherChoice};
    let both = Choices {
        choice: Some(ChoicesChoice::Number(0)),
        other_choice: Some(ChoicesOtherChoice::Signed(-3)),
        ..Choices::default()
    };
    let json = serde_json::to_value(&both).expect("JSON");
    assert_eq!(json, serde_json::json!({"before": "", "between": "", "number": 0, "signed": -3}));
    assert_eq!(serde_json::from_value::<Choices>(json).expect("back"), both);
    let null = serde_json::from_str::<Choices>(r#"{"null": null, "text": null}"#)
        .expect("null is a value of one type");
    assert!(matches!(null.choice, Some(ChoicesChoice::Null(_))));
    assert!(serde_json::from_str::<Choices>(r#"{"number": 1, "text": ""}"#).is_err());
    assert_eq!(
        serde_json::from_str::<Choices>(r#"{"number": null}"#).expect("null is nothing"),
        Choices::default()
    );
}
