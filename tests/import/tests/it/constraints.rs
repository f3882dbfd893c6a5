//! Rules of protovalidate: imported and emitted again, they are the same bytes. A rule without a form is
//! refused, or left out.

use polywire_codegen::import::Import;
use polywire_codegen::schema::protovalidate;
use polywire_import_tests::rules::v1::{RulesServiceClient, RulesServiceServer};
use prost::Message as _;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const ORIGINAL: &str = include_str!("../../proto/rules/rules.proto");

/// Descriptors as far as the options of fields, their rules left as bytes.
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
    #[prost(string, tag = "1")]
    name: String,
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

struct Texts(&'static str);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match name {
            "rules.proto" => File::from_source(name, self.0),
            protovalidate::IMPORT => File::from_source(name, protovalidate::SUBSET),
            _ => Err(protox::Error::file_not_found(name)),
        }
    }
}

/// The rules of each field that has any, by its name.
fn rules(text: &'static str) -> BTreeMap<String, Vec<u8>> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts(text));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.open_file("rules.proto").unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let set = Set::decode(compiler.encode_file_descriptor_set().as_slice()).expect("a set");
    let file = set.files.into_iter().find(|file| file.name == "rules.proto").expect("the file");
    let of = |message: MessageDescriptor| {
        let name = message.name;
        message.fields.into_iter().map(move |field| (format!("{name}.{}", field.name), field.options))
    };
    let fields = file.messages.into_iter().flat_map(of);
    fields
        .filter_map(|(name, options)| Some((name, options?.rules)))
        .filter(|(_, rules)| !rules.is_empty())
        .collect()
}

/// A folder of a case's own, with these files.
fn folder(case: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("polywire-import-rules-{}-{case}", std::process::id()));
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn emitted() -> &'static str {
    RulesServiceServer::<RulesServiceClient>::proto().leak()
}

#[test]
fn every_kind_of_rule_comes_out_as_it_went_in() {
    let (before, after) = (rules(ORIGINAL), rules(emitted()));
    assert!(before.len() > 50, "{} fields have rules", before.len());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (field, rules) in &before {
        assert_eq!(rules, &after[field], "{field}");
    }
}

#[test]
fn what_was_emitted_is_imported_as_the_same_rust() {
    let folder = folder("twice", &[("before.proto", ORIGINAL), ("after.proto", emitted())]);
    let rust =
        |name: &str| Import::new().include(&folder).file(folder.join(name)).source().expect("it is sound");
    assert_eq!(rust("before.proto"), rust("after.proto"));
    fs::remove_dir_all(&folder).expect("the folder goes");
}

/// A message with rules that have no form, read by a file that defines more of them than ours.
const FOREIGN: &str = "syntax = \"proto3\"; import \"buf/validate/validate.proto\"; import \"google/protobuf/duration.proto\"; \
    import \"google/protobuf/timestamp.proto\"; message A {
    option (buf.validate.message).disabled = true;
    string a = 1 [(buf.validate.field).string = {not_in: [\"x\"], min_len: 2}];
    int32 b = 2 [(buf.validate.field).required = true];
    repeated string c = 3 [(buf.validate.field).repeated.items.string.not_in = \"y\"];
    int32 d = 4 [(buf.validate.field).int32 = {gt: 5, lt: 3}];
    string e = 5 [(buf.validate.field).string.pattern = \"(?=a)\"];
    int32 f = 6 [(buf.validate.field).int32.const = 7];
    google.protobuf.Duration g = 7 [(buf.validate.field).duration.in = {seconds: 1}];
    google.protobuf.Timestamp h = 8 [(buf.validate.field).timestamp.within = {}];
    google.protobuf.Timestamp i = 9 [(buf.validate.field).timestamp.gte = {seconds: 253402300800}];
}";

fn import(case: &str) -> (PathBuf, Import) {
    let defined = protovalidate::SUBSET
        .replace("message StringRules {", "message StringRules {\n  repeated string not_in = 11;")
        .replace(
            "message DurationRules {",
            "message DurationRules {\n  repeated google.protobuf.Duration in = 7;",
        )
        .replace("message Int32Rules {", "message Int32Rules {\n  optional int32 const = 1;")
        + "extend google.protobuf.MessageOptions { optional MessageRules message = 1159; }\n\
           message MessageRules { optional bool disabled = 1; }\n";
    let folder = folder(case, &[("a.proto", FOREIGN), (protovalidate::IMPORT, &defined)]);
    (folder.clone(), Import::new().include(&folder).file(folder.join("a.proto")))
}

#[test]
fn a_rule_without_a_form_is_refused_by_name() {
    let (folder, import) = import("refused");
    let text = import.source().expect_err("it is refused").to_string();
    fs::remove_dir_all(&folder).expect("the folder goes");
    let rules = [
        "`A`: the rule `(buf.validate.message)`",
        "`A.a`: the rule `string.not_in`",
        "`A.b`: the rule `required` has no form in `#[field(…)]`; say what its value must be like",
        "`A.c`: the rule `string.not_in`",
        "`A.d`: the rule `int32.gt`",
        "`A.e`: the rule `string.pattern`",
        "`A.g`: the rule `duration.in`",
        "`A.h`: the rule `timestamp.within`",
        "`A.i`: the rule `timestamp.gte`",
    ];
    assert_eq!(text.lines().count(), rules.len(), "{text}");
    for (line, rule) in text.lines().zip(rules) {
        assert!(line.starts_with(rule), "{line}\n{rule}");
        assert!(line.ends_with("or leave such rules out with `Import::leave_out_foreign_rules`"), "{line}");
    }
}

#[test]
fn a_rule_without_a_form_is_left_out_when_that_is_asked_for() {
    let (folder, import) = import("left_out");
    let text = import.leave_out_foreign_rules().source().expect("it is imported");
    fs::remove_dir_all(&folder).expect("the folder goes");
    assert!(text.contains("#[field(1, min_len = 2)]"), "{text}");
    assert!(text.contains("#[field(2)]") && text.contains("#[field(5)]"), "{text}");
    assert!(text.contains("#[field(6, one_of = [7])]"), "{text}");
}

#[test]
fn rules_read_alike_with_and_without_the_file_of_protovalidate() {
    let rules = "syntax = \"proto3\";\nimport \"buf/validate/validate.proto\";\nmessage B {
    option (buf.validate.message).cel = {id: \"b\", expression: \"this.a > this.b\"};
    option (buf.validate.message).cel_expression = \"this.a > 0\";
    int32 a = 1 [(buf.validate.field).cel = {id: \"a\", message: \"odd\", expression: \"this % 2 == 1\"}];
    int32 b = 2 [(buf.validate.field).cel_expression = \"this > 1\", (buf.validate.field).ignore = IGNORE_ALWAYS];
    bool c = 3 [(buf.validate.field).bool.const = true];
    string d = 4 [(buf.validate.field).string.well_known_regex = KNOWN_REGEX_HTTP_HEADER_NAME];
    oneof e { option (buf.validate.oneof).required = true; int32 f = 5; }
    string g = 6 [(buf.validate.field).string.min_len = 1];\n}";
    let folder = folder("alone", &[("a.proto", FOREIGN), ("b.proto", rules)]);
    let import = |file: &str| Import::new().include(&folder).file(folder.join(file));
    let refused = |file: &str| import(file).source().expect_err("it is refused").to_string();
    let (foreign, own) = (refused("a.proto"), refused("b.proto"));
    let left_out = import("b.proto").leave_out_foreign_rules().source().expect("the rest is imported");
    fs::remove_dir_all(&folder).expect("the folder goes");
    let (beside, with_file) = self::import("beside");
    let with_file = with_file.source().expect_err("it is refused").to_string();
    fs::remove_dir_all(&beside).expect("the folder goes");
    assert_eq!(foreign, with_file);
    for rule in [
        "`B`: the rule `(buf.validate.message)`",
        "`B.a`: the rule `cel`",
        "`B.b`: the rule `cel_expression`",
        "`B.b`: the rule `ignore`",
        "`B.c`: the rule `bool.const`",
        "`B.d`: the rule `string.well_known_regex`",
        "`B.e`: the rule `(buf.validate.oneof)`",
    ] {
        assert!(own.lines().any(|line| line.starts_with(rule)), "{rule}: {own}");
    }
    assert!(left_out.contains("#[field(6, min_len = 1)]"), "{left_out}");
}
