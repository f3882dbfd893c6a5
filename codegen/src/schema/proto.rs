//! Renders a [`File`] as a `.proto` file in proto3 syntax.
//!
//! A message that must be there has the comment `Required.`. protobuf has no word for it except protovalidate's, and
//! one such field would make every `.proto` import a file that no compiler ships. People read the comment. Tools read
//! `required` in OpenAPI.
//!
//! The length of an array does import that file, because a program cannot read a length from a comment.
//!
//! By default a file has no `google.api.http` options. They need `google/api/annotations.proto`, which no protobuf
//! compiler ships. A user who has only grpcio-tools or protoc could not compile the result of
//! `curl -O …/books.proto`. So `proto()`, reflection, descriptors and `GET /<package>.proto` leave the options out.
//! `GET /<package>.proto?annotations`, `ServiceSpec::annotated_proto()` and the build door's `http_annotations()`
//! include them. The build door also writes the two files of `google/api`.

use super::api::Api;
use super::errors;
use super::protovalidate;
use crate::comment;
use crate::model::{
    Definition, Element, Enum, Field, File, Idempotency, MAX_FIELD_NUMBER, Message, Method, Reserved, Scalar,
    Service, Shape, Text, Type, TypeName, WellKnown,
};
use crate::names;
use crate::transport::http::{Body, Rule};
use std::fmt::Write;

/// The text of the `.proto` file.
///
/// It imports files of `google/protobuf`, which every compiler has, and files of other packages. When fields
/// have constraints, it also imports `buf/validate/validate.proto`.
pub fn render(file: &File) -> String {
    print(Printer { out: String::from(SYNTAX), depth: 0, file, routes: None })
}

/// The text with the HTTP routes of `api` as `google.api.http` options. Compiling it needs
/// `google/api/annotations.proto`.
pub fn render_annotated(file: &File, api: &Api) -> String {
    print(Printer { out: String::from(SYNTAX), depth: 0, file, routes: Some(api) })
}

/// The text without constraints, for users who do not have `buf/validate/validate.proto`.
pub fn render_plain(file: &File) -> String {
    render(&file.without_constraints())
}

const SYNTAX: &str = "syntax = \"proto3\";\n";

fn print(mut out: Printer<'_>) -> String {
    let file = out.file;
    out.header();
    file.services.iter().for_each(|service| out.service(service));
    for definition in file.definitions.iter().filter(|d| !d.name().name.contains('.')) {
        out.line("");
        out.definition(definition);
    }
    out.out
}

struct Printer<'a> {
    out: String,
    depth: usize,
    file: &'a File,
    /// The source of HTTP routes, when the file shows them.
    routes: Option<&'a Api>,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        let before = self.out.len();
        self.depth += 1;
        body(self);
        self.depth -= 1;
        if self.out.len() == before {
            self.out.truncate(before - 1);
            self.out.push_str("}\n");
        } else {
            self.line("}");
        }
    }

    fn docs(&mut self, docs: &str) {
        for line in comment::lines(docs) {
            let text = if line.is_empty() { "//".to_owned() } else { format!("// {line}") };
            self.line(&text);
        }
    }

    fn deprecated(&mut self, is: bool) {
        if is {
            self.line("option deprecated = true;");
        }
    }

    fn header(&mut self) {
        if !self.file.package.is_empty() {
            let package = format!("\npackage {};", self.file.package);
            self.line(&package);
        }
        let mut imports: Vec<String> = self.file.foreign.iter().map(import_path).collect();
        let methods =
            self.file.services.iter().flat_map(|service| service.methods.iter().map(move |m| (service, m)));
        if methods.into_iter().any(|(service, method)| !self.rules(service, method).is_empty()) {
            imports.push("google/api/annotations.proto".to_owned());
        }
        imports.extend(protovalidate::import(self.file).map(str::to_owned));
        imports.sort();
        imports.dedup();
        if !imports.is_empty() {
            self.line("");
        }
        imports.iter().for_each(|import| self.line(&format!("import \"{import}\";")));
    }

    fn service(&mut self, service: &Service) {
        self.line("");
        self.docs(&service.docs);
        self.block(&format!("service {}", service.name), |out| {
            out.deprecated(service.deprecated);
            service.methods.iter().for_each(|method| out.method(service, method));
        });
    }

    /// The HTTP routes of a method, when the file shows them.
    fn rules(&self, service: &Service, method: &Method) -> &[Rule] {
        self.routes.map_or(&[], |api| api.routes(&service.full_name(), &method.name))
    }

    fn method(&mut self, service: &Service, method: &Method) {
        self.docs(&method.docs);
        self.errors(method);
        let (input, output) =
            (self.reference_in(service, &method.input), self.reference_in(service, &method.output));
        let (from, to) = match method.shape {
            Shape::Unary => ("", ""),
            Shape::ServerStream => ("", "stream "),
            Shape::ClientStream => ("stream ", ""),
            Shape::Bidi => ("stream ", "stream "),
        };
        let head = format!("rpc {}({from}{input}) returns ({to}{output})", method.name);
        let mut options = Vec::new();
        if method.deprecated {
            options.push("option deprecated = true;");
        }
        match method.idempotency {
            Idempotency::Unknown => {}
            Idempotency::Idempotent => options.push("option idempotency_level = IDEMPOTENT;"),
            Idempotency::NoSideEffects => options.push("option idempotency_level = NO_SIDE_EFFECTS;"),
        }
        let http = http_option(self.rules(service, method));
        if options.is_empty() && http.is_empty() {
            self.line(&format!("{head};"));
        } else {
            self.block(&head, |out| options.into_iter().chain(http.lines()).for_each(|line| out.line(line)));
        }
    }

    /// Writes the errors of a method into its comment, as a paragraph of their own.
    fn errors(&mut self, method: &Method) {
        let Some(name) = &method.error else { return };
        let mut messages = self.file.definitions.iter().filter_map(Definition::as_message);
        let error = messages.find(|message| message.name == *name);
        if !method.docs.is_empty() {
            self.line("//");
        }
        self.docs(&errors::told(&self.reference(name), error).join("\n"));
    }

    fn definition(&mut self, definition: &Definition) {
        match definition {
            Definition::Message(message) => self.message(message),
            Definition::Enum(definition) => self.enumeration(definition),
        }
    }

    fn message(&mut self, message: &Message) {
        self.docs(&message.docs);
        self.block(&format!("message {}", last_word(&message.name)), |out| {
            out.deprecated(message.deprecated);
            out.reserved(&message.reserved, MAX_FIELD_NUMBER);
            for nested in out.file.definitions.iter().filter(|d| is_parent(&message.name, d.name())) {
                out.definition(nested);
            }
            match &message.oneof {
                Some(name) => {
                    out.block(&format!("oneof {name}"), |out| {
                        message.fields.iter().for_each(|f| out.member(f))
                    });
                }
                None => out.fields(&message.fields),
            }
        });
    }

    /// Writes fields. A `oneof` stands in the place of its first member.
    fn fields(&mut self, fields: &[Field]) {
        let mut done: Vec<&str> = Vec::new();
        for field in fields {
            match field.oneof.as_deref() {
                None => self.field(field),
                Some(oneof) if done.contains(&oneof) => {}
                Some(oneof) => {
                    done.push(oneof);
                    let members = fields.iter().filter(|member| member.oneof.as_deref() == Some(oneof));
                    self.block(&format!("oneof {oneof}"), |out| {
                        members.for_each(|member| out.member(member))
                    });
                }
            }
        }
    }

    /// Writes a field outside of a `oneof`. When no value stands for its absence, its comment says
    /// "Required.", as protobuf has no word for it.
    fn field(&mut self, field: &Field) {
        self.docs(&field.docs);
        if matches!(field.ty, Type::Singular(Element::Message(_) | Element::Text(_))) {
            self.docs("Required.");
        }
        self.declare(field);
    }

    /// Writes a member of a `oneof`.
    fn member(&mut self, field: &Field) {
        self.docs(&field.docs);
        self.declare(field);
    }

    fn declare(&mut self, field: &Field) {
        let element = match field.ty.element() {
            Element::Scalar(scalar) => scalar.keyword().to_owned(),
            Element::Text(_) => Scalar::String.keyword().to_owned(),
            Element::Message(name) | Element::Enum(name) => self.reference(name),
        };
        let mut line = match &field.ty {
            Type::Singular(_) => element,
            // A message field has presence without the word.
            Type::Optional(Element::Message(_)) => element,
            Type::Optional(_) => format!("optional {element}"),
            Type::Repeated(_) => format!("repeated {element}"),
            Type::Map(key, _) => format!("map<{}, {element}>", key.keyword()),
        };
        // Writing to a String never fails.
        let _ = write!(line, " {} = {}", field.name, field.number);
        let mut options = Vec::new();
        if field.json != names::json(&field.name) {
            options.push(format!("json_name = \"{}\"", escaped(&field.json)));
        }
        if field.says_unpacked() {
            options.push("packed = false".to_owned());
        }
        if field.deprecated {
            options.push("deprecated = true".to_owned());
        }
        let rules = protovalidate::options(field);
        if options.len() + rules.len() > 1 && !rules.is_empty() {
            return self.field_with_rules(&line, &options, &rules);
        }
        options.extend(rules);
        if !options.is_empty() {
            let _ = write!(line, " [{}]", options.join(", "));
        }
        line.push(';');
        self.line(&line);
    }

    /// Writes `reserved 2, 9 to 11;` and `reserved "isbn";`.
    fn reserved(&mut self, reserved: &Reserved, max: i32) {
        let range = |(first, last): &(i32, i32)| match (first, last) {
            (first, last) if first == last => first.to_string(),
            (first, last) if *last == max => format!("{first} to max"),
            (first, last) => format!("{first} to {last}"),
        };
        let numbers: Vec<String> = reserved.numbers.iter().map(range).collect();
        let names: Vec<String> = reserved.names.iter().map(|name| format!("\"{name}\"")).collect();
        for all in [numbers, names].iter().filter(|all| !all.is_empty()) {
            self.line(&format!("reserved {};", all.join(", ")));
        }
    }

    /// Writes a field with one option on each line.
    fn field_with_rules(&mut self, line: &str, options: &[String], rules: &[String]) {
        self.line(&format!("{line} ["));
        self.depth += 1;
        let last = options.len() + rules.len() - 1;
        for (index, option) in options.iter().chain(rules).enumerate() {
            let comma = if index == last { "" } else { "," };
            self.line(&format!("{option}{comma}"));
        }
        self.depth -= 1;
        self.line("];");
    }

    fn enumeration(&mut self, definition: &Enum) {
        self.docs(&definition.docs);
        self.block(&format!("enum {}", last_word(&definition.name)), |out| {
            out.deprecated(definition.deprecated);
            if definition.has_aliases() {
                out.line("option allow_alias = true;");
            }
            out.reserved(&definition.reserved, i32::MAX);
            for value in definition.values.iter() {
                out.docs(&value.docs);
                let deprecated = if value.deprecated { " [deprecated = true]" } else { "" };
                out.line(&format!("{} = {}{deprecated};", value.name, value.number));
            }
        });
    }

    /// The shortest name that protobuf's scoping allows.
    ///
    /// A type of the file's own package is written without the package, unless its first word means something
    /// else there.
    fn reference(&self, name: &TypeName) -> String {
        let short = self.short(name);
        if self.is_free(head(&short)) { short } else { self.full(name) }
    }

    /// The shortest name inside of a service, where a name is first looked up among the methods.
    fn reference_in(&self, service: &Service, name: &TypeName) -> String {
        let is_method = |word: &str| service.methods.iter().any(|method| method.name == word);
        if is_method(head(&self.short(name))) { self.full(name) } else { self.reference(name) }
    }

    /// The package, when it is not the file's own.
    fn foreign<'t>(&self, name: &'t TypeName) -> Option<&'t Text> {
        name.package.as_ref().filter(|package| **package != self.file.package)
    }

    fn short(&self, name: &TypeName) -> String {
        self.foreign(name).map_or_else(|| name.name.to_string(), |package| format!("{package}.{}", name.name))
    }

    fn full(&self, name: &TypeName) -> String {
        match self.foreign(name).unwrap_or(&self.file.package).as_ref() {
            "" => format!(".{}", name.name),
            package => format!(".{package}.{}", name.name),
        }
    }

    /// Whether a word at the head of a name is looked up in the outermost scope or in the package, and is not
    /// protobuf's own.
    fn is_free(&self, word: &str) -> bool {
        let inner = |definition: &Definition| {
            definition.name().name.rsplit_once('.').is_some_and(|(_, last)| last == word)
        };
        !OWN_WORDS.contains(&word)
            && !self.file.package.split('.').skip(1).any(|part| part == word)
            && !self.file.definitions.iter().any(inner)
    }
}

/// Words that begin a statement or name a scalar. They cannot name a type where one is used.
const OWN_WORDS: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "enum",
    "export",
    "extend",
    "extensions",
    "fixed32",
    "fixed64",
    "float",
    "group",
    "int32",
    "int64",
    "local",
    "map",
    "message",
    "oneof",
    "option",
    "optional",
    "repeated",
    "required",
    "reserved",
    "rpc",
    "sfixed32",
    "sfixed64",
    "sint32",
    "sint64",
    "stream",
    "string",
    "uint32",
    "uint64",
];

/// Writes `option (google.api.http) = { … };` for these rules. The first one holds the others. No rules give
/// empty text.
fn http_option(rules: &[Rule]) -> String {
    let Some((first, more)) = rules.split_first() else { return String::new() };
    let mut out = String::from("option (google.api.http) = {\n");
    rule_fields(first, "  ", &mut out);
    for rule in more {
        out.push_str("  additional_bindings {\n");
        rule_fields(rule, "    ", &mut out);
        out.push_str("  }\n");
    }
    out.push_str("};\n");
    out
}

/// Writes the fields of a `google.api.HttpRule`, one on each line.
fn rule_fields(rule: &Rule, indent: &str, out: &mut String) {
    let mut field = |name: &str, value: &str| {
        let value = escaped(value);
        // Writing to a String never fails.
        let _ = writeln!(out, "{indent}{name}: \"{value}\"");
    };
    field(&rule.verb.as_str().to_lowercase(), &rule.path.to_string());
    match &rule.body {
        Body::None => {}
        Body::Whole => field("body", "*"),
        Body::Field(name) => field("body", name),
    }
    if let Some(name) = &rule.response_body {
        field("response_body", name);
    }
}

/// The text inside of a string literal.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The first word of a path.
fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}

fn last_word(name: &TypeName) -> &str {
    name.name.rsplit('.').next().unwrap_or_default()
}

fn is_parent(outer: &TypeName, inner: &TypeName) -> bool {
    outer.package == inner.package
        && inner.name.rsplit_once('.').is_some_and(|(parent, _)| parent == outer.name)
}

/// The file that defines a type of another package.
pub fn import_path(name: &TypeName) -> String {
    let package = name.package.as_deref().unwrap_or_default();
    match WellKnown::of(name) {
        Some(known) => known.file().to_owned(),
        None => names::proto_file(package),
    }
}
