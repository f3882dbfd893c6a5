//! Rewrites files of an edition as proto3, because protox reads no editions.
//!
//! Features become the words that proto3 has for them (`optional`, `packed`). A file with a feature that
//! proto3 cannot express becomes proto2, and the reason is kept. Other files may still import it for its
//! options, but none of its types can be used.

mod tokens;

use std::ops::Range;
use tokens::{Place, Statement, VISIBILITY, is_word, replace, statements, tokens};

/// A file in a form that protox reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) source: String,
    /// The reason why it is not proto3, if there is one.
    pub(super) obstacle: Option<String>,
}

/// The file without an edition. `None` when it can stay as it is.
pub(super) fn convert(source: &str) -> Option<Converted> {
    let mut tokens = tokens(source);
    let statements = statements(&tokens);
    if statements.first().is_some_and(|first| first.word(&tokens, 0) == Some("edition")) {
        return Some(of_edition(&statements, tokens));
    }
    if !COMPILERS_OWN.iter().any(|word| source.contains(word)) {
        return None;
    }
    let mut reader = Reader { tokens, explicit: true, obstacle: None };
    for statement in &statements {
        reader.field_features(statement);
    }
    tokens = reader.tokens;
    Some(Converted { source: tokens.concat(), obstacle: None })
}

/// The nesting depth of braces and brackets.
pub(super) fn depth(source: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in tokens(source) {
        match token.as_str() {
            "{" | "[" | "(" | "<" => depth += 1,
            "}" | "]" | ")" | ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn of_edition(statements: &[Statement], tokens: Vec<String>) -> Converted {
    let before = tokens.clone();
    let mut reader = Reader { tokens, explicit: true, obstacle: None };
    reader.file(statements, "proto3");
    if reader.obstacle.is_some() {
        let obstacle = reader.obstacle.take();
        reader = Reader { tokens: before, explicit: true, obstacle: None };
        reader.file(statements, "proto2");
        reader.obstacle = obstacle;
    }
    Converted { source: reader.tokens.concat(), obstacle: reader.obstacle }
}

/// The first words of statements in a message that declare no singular field.
const NO_FIELD: &[&str] = &[
    "enum",
    "extend",
    "extensions",
    "map",
    "message",
    "oneof",
    "option",
    "optional",
    "repeated",
    "reserved",
];

/// Field options for compilers alone, which older compilers do not know.
const COMPILERS_OWN: &[&str] = &["feature_support", "edition_defaults"];

/// The rewriter of a file's tokens.
struct Reader {
    tokens: Vec<String>,
    /// Whether fields have presence by default.
    explicit: bool,
    /// The first feature that proto3 cannot express.
    obstacle: Option<String>,
}

impl Reader {
    fn file(&mut self, statements: &[Statement], syntax: &str) {
        if let Some(first) = statements.first() {
            let edition =
                first.word(&self.tokens, 2).unwrap_or_default().trim_matches(['"', '\'']).to_owned();
            if edition.parse::<u32>().is_ok_and(|year| year < 2023) || edition.parse::<u32>().is_err() {
                self.refuse(format!("edition {edition} is not known; 2023 and later are"));
            }
            first.replace(&mut self.tokens, &format!("syntax = \"{syntax}\";"));
        }
        statements
            .iter()
            .filter(|statement| statement.place == Place::File)
            .for_each(|statement| self.top(statement));
        self.explicit |= syntax == "proto2";
        statements.iter().for_each(|statement| self.statement(statement, syntax));
    }

    fn refuse(&mut self, reason: String) {
        self.obstacle.get_or_insert(reason);
    }

    /// Reads a top-level statement: a feature of the file, or an import.
    fn top(&mut self, statement: &Statement) {
        let first = statement.word(&self.tokens, 0).unwrap_or_default().to_owned();
        if first == "import" && statement.word(&self.tokens, 1) == Some("option") {
            self.tokens[statement.tokens[1]].clear();
        }
        if first != "option" || !self.is_feature(statement) {
            return;
        }
        for (name, value) in features(&self.words(&statement.tokens[1..])) {
            match name.as_str() {
                "field_presence" => self.explicit = self.presence(&value),
                "repeated_field_encoding" if value == "EXPANDED" => {
                    self.refuse("`EXPANDED` for a whole file: proto3 packs; say it on each field".to_owned());
                }
                name => self.allowed(name, &value),
            }
        }
        statement.replace(&mut self.tokens, "");
    }

    fn statement(&mut self, statement: &Statement, syntax: &str) {
        let first = statement.word(&self.tokens, 0).unwrap_or_default().to_owned();
        let second = statement.word(&self.tokens, 1).unwrap_or_default();
        if VISIBILITY.contains(&first.as_str()) && matches!(second, "message" | "enum") {
            return self.tokens[statement.tokens[0]].clear();
        }
        match (statement.place, first.as_str()) {
            (Place::Message, "extensions") if syntax == "proto3" => {
                self.refuse("`extensions`: proto3 has extensions of options only; remove them".to_owned());
            }
            (_, "reserved") if names_words(statement, &self.tokens) => {
                quote_names(statement, &mut self.tokens)
            }
            (Place::Message | Place::Other, "option") if self.is_feature(statement) => {
                self.scoped_feature(statement)
            }
            (Place::Message, word) if !NO_FIELD.contains(&word) => self.field(statement),
            (Place::Extend, "repeated") => drop(self.field_features(statement)),
            (Place::Extend, _) if syntax == "proto2" => self.field(statement),
            (Place::Message, "repeated" | "map") | (Place::Oneof | Place::Extend, _) => {
                self.field_features(statement);
            }
            _ => {}
        }
    }

    fn words(&self, of: &[usize]) -> Vec<String> {
        of.iter().map(|index| self.tokens[*index].clone()).collect()
    }

    fn is_feature(&self, statement: &Statement) -> bool {
        let is = |word: &str| word == "features" || word.starts_with("features.");
        statement.word(&self.tokens, 1).is_some_and(is)
    }

    /// Reads a feature of a message or enum. Only features that change nothing are allowed.
    fn scoped_feature(&mut self, statement: &Statement) {
        for (name, value) in features(&self.words(&statement.tokens[1..])) {
            match name.as_str() {
                "field_presence" => self.refuse(
                    "`field_presence` for a message: say it on each field, or for the file".to_owned(),
                ),
                name => self.allowed(name, &value),
            }
        }
        statement.replace(&mut self.tokens, "");
    }

    fn presence(&mut self, value: &str) -> bool {
        if !matches!(value, "EXPLICIT" | "IMPLICIT") {
            self.refuse(format!(
                "`field_presence = {value}`: proto3 has no required fields; make it EXPLICIT"
            ));
        }
        value != "IMPLICIT"
    }

    /// Allows features that proto3 has anyway, or that only other languages see. Refuses the rest.
    fn allowed(&mut self, name: &str, value: &str) {
        let refused = [
            ("enum_type", "CLOSED", "the enums of proto3 are open"),
            ("message_encoding", "DELIMITED", "proto3 has no groups"),
            ("utf8_validation", "NONE", "text is UTF-8 in proto3"),
        ];
        let known =
            ["enum_type", "message_encoding", "utf8_validation", "repeated_field_encoding", "json_format"];
        let of_compilers = ["enforce_naming_style", "default_symbol_visibility"];
        if let Some((_, _, rule)) = refused.iter().find(|(known, bad, _)| *known == name && *bad == value) {
            self.refuse(format!("`features.{name} = {value}`: {rule}; remove it"));
        } else if !known.contains(&name) && !of_compilers.contains(&name) {
            self.refuse(format!("the feature `features.{name}` is not known; remove it"));
        }
    }

    /// Reads a singular field: it becomes `optional`, unless its presence is implicit.
    fn field(&mut self, statement: &Statement) {
        let own = self.field_features(statement);
        if own.unwrap_or(self.explicit)
            && let Some(first) = statement.tokens.first()
        {
            self.tokens[*first].insert_str(0, "optional ");
        }
    }

    /// Removes the features from a field's options. Returns the field's presence, when they set it.
    fn field_features(&mut self, statement: &Statement) -> Option<bool> {
        let at = |sign: &str| statement.tokens.iter().position(|index| self.tokens[*index] == sign);
        let start = at("[")?;
        let end = statement.tokens.iter().rposition(|index| self.tokens[*index] == "]").unwrap_or(start);
        let mut explicit = None;
        let mut kept = Vec::new();
        for option in options(&statement.tokens, start + 1..end, &self.tokens) {
            let words = self.words(&option);
            match words.first().map(String::as_str) {
                Some(name) if name == "features" || name.starts_with("features.") => {
                    for (name, value) in features(&words) {
                        match name.as_str() {
                            "field_presence" => explicit = Some(self.presence(&value)),
                            "repeated_field_encoding" => {
                                kept.push(format!("packed = {}", value != "EXPANDED"))
                            }
                            name => self.allowed(name, &value),
                        }
                    }
                }
                Some(name) if COMPILERS_OWN.contains(&name) => {}
                _ => kept.push(words.join(" ")),
            }
        }
        let text = if kept.is_empty() { String::new() } else { format!(" [{}]", kept.join(", ")) };
        replace(&statement.tokens[start..=end], &mut self.tokens, &text);
        explicit
    }
}

/// The features that an option sets: `features.a = B`, or `features = { a: B }`. Features of single languages
/// are left out.
fn features(words: &[String]) -> Vec<(String, String)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["features", "=", "{", inner @ ..] => {
            let mut depth = 0;
            let mut found = Vec::new();
            for (at, word) in inner.iter().enumerate() {
                match *word {
                    "{" | "[" | "(" => depth += 1,
                    "}" | "]" | ")" => depth -= 1,
                    ":" if depth == 0 && at > 0 => {
                        let value = inner.get(at + 1).copied().unwrap_or_default();
                        found.push((inner[at - 1].to_owned(), value.to_owned()));
                    }
                    _ => {}
                }
            }
            found
        }
        [name, "=", value, ..] => name
            .strip_prefix("features.")
            .map(|name| (name.to_owned(), (*value).to_owned()))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// The options between brackets, each as the indices of its tokens.
fn options(all: &[usize], range: Range<usize>, tokens: &[String]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new()];
    let mut depth = 0;
    for index in all.get(range).unwrap_or_default() {
        match tokens[*index].as_str() {
            "," if depth == 0 => {
                out.push(Vec::new());
                continue;
            }
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth -= 1,
            _ => {}
        }
        if let Some(last) = out.last_mut() {
            last.push(*index);
        }
    }
    out
}

/// Whether this is `reserved foo;`, which proto3 writes with quotes.
fn names_words(statement: &Statement, tokens: &[String]) -> bool {
    let is_name = |index: &usize| tokens[*index].starts_with(|c: char| c.is_alphabetic() || c == '_');
    statement
        .tokens
        .iter()
        .skip(1)
        .any(|index| is_name(index) && !matches!(tokens[*index].as_str(), "to" | "max"))
}

fn quote_names(statement: &Statement, tokens: &mut [String]) {
    for index in statement
        .tokens
        .iter()
        .skip(1)
        .filter(|index| tokens[**index].starts_with(is_word))
        .collect::<Vec<_>>()
    {
        tokens[*index] = format!("\"{}\"", tokens[*index]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file as proto3, or the reason why it cannot be proto3.
    fn converted(body: &str) -> Result<String, String> {
        let Converted { source, obstacle } =
            convert(&format!("edition = \"2024\";\n{body}")).expect("it is of an edition");
        obstacle.map_or(Ok(source), Err)
    }

    #[test]
    fn a_file_of_no_edition_stays() {
        assert_eq!(convert("// edition = \"2023\";\nsyntax = \"proto3\"; message edition {}"), None);
    }

    #[test]
    fn features_become_what_proto3_says() {
        for (body, expected) in [
            ("message A { int32 a = 1; }", "message A { optional int32 a = 1; }"),
            (
                "option features.field_presence = IMPLICIT; message A { .B a = 1; repeated C b = 2; }",
                " message A { .B a = 1; repeated C b = 2; }",
            ),
            (
                "message A { int32 a = 1 [features.field_presence = IMPLICIT, deprecated = true]; }",
                "message A { int32 a = 1  [deprecated = true]; }",
            ),
            (
                "message A { repeated int32 a = 1 [features.repeated_field_encoding = EXPANDED]; map<A, B> b = 2; }",
                "message A { repeated int32 a = 1  [packed = false]; map<A, B> b = 2; }",
            ),
            (
                "message A { oneof b { int32 c = 1; } reserved d, e; }",
                "message A { oneof b { int32 c = 1; } reserved \"d\", \"e\"; }",
            ),
            ("enum A { option features.enum_type = OPEN; B = 0; }", "enum A {  B = 0; }"),
            (
                "option features = { field_presence: IMPLICIT, enum_type: OPEN }; message A { int32 a = 1; }",
                " message A { int32 a = 1; }",
            ),
            (
                "message A { int32 a = 1 [features = { field_presence: IMPLICIT }]; }",
                "message A { int32 a = 1 ; }",
            ),
            (
                "message A { string a = 1 [features.(pb.cpp).string_type = CORD]; }",
                "message A { optional string a = 1 ; }",
            ),
            (
                "option features.(pb.go).api_level = API_OPAQUE; import option \"a.proto\";",
                " import \"a.proto\";",
            ),
            (
                "option features.default_symbol_visibility = STRICT; export message A { local enum B { C = 0; } }",
                " message A { enum B { C = 0; } }",
            ),
            (
                "message A { export export = 1; local message B { int32 a = 1; } }",
                "message A { optional export export = 1; message B { optional int32 a = 1; } }",
            ),
            (
                "service S { rpc A(B) returns (C) { option (x) = { a: 1; b: { c: 2 } }; } }",
                "service S { rpc A(B) returns (C) { option (x) = { a: 1; b: { c: 2 } }; } }",
            ),
        ] {
            let converted = converted(body).expect("it is proto3");
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ;", ";");
            assert_eq!(plain(&converted), plain(&format!("syntax = \"proto3\"; {expected}")), "{body}");
        }
    }

    #[test]
    fn what_proto3_cannot_say_is_refused() {
        for (body, reason) in [
            ("option features.enum_type = CLOSED;", "open"),
            ("message A { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }", "required"),
            ("message A { B a = 1 [features.message_encoding = DELIMITED]; }", "groups"),
            ("option features.repeated_field_encoding = EXPANDED;", "packs"),
            ("option features = { enum_type: CLOSED };", "features.enum_type = CLOSED"),
            ("enum A { option features = { enum_type: CLOSED }; B = 0; }", "open"),
            ("message A { int32 a = 1 [features = { field_presence: LEGACY_REQUIRED }]; }", "required"),
            ("option features.text_encoding = LATIN1;", "`features.text_encoding` is not known"),
            ("message A { extensions 4 to max; }", "extensions"),
        ] {
            let fault = converted(body).expect_err("it is refused");
            assert!(fault.contains(reason), "{fault}");
        }
    }

    #[test]
    fn a_file_that_is_not_proto3_can_still_be_imported_for_its_options() {
        let source = "edition = \"2023\"; option features.enum_type = CLOSED; enum E { A = 1; } message M { int32 a = 1; oneof b { int32 c = 2; } \
                      extensions 4 to max; } extend M { int32 d = 5 [feature_support = { edition_introduced: EDITION_2023 }]; }";
        let Converted { source, obstacle } = convert(source).expect("it is of an edition");
        assert!(obstacle.is_some_and(|reason| reason.contains("enum_type = CLOSED")));
        let file = protox::file::File::from_source("a.proto", &source).expect("protobuf");
        assert_ne!(file.file_descriptor_proto().syntax(), "proto3");
    }

    #[test]
    fn options_that_older_compilers_do_not_know_are_left_out() {
        let source = "syntax = \"proto2\"; extend A { optional B b = 1 [feature_support = { edition_introduced: X }, deprecated = true, \
                      edition_defaults = { value: \"{}\" }]; }";
        let converted = convert(source).expect("it says such").source;
        assert_eq!(converted.replace(' ', ""), "syntax=\"proto2\";extendA{optionalBb=1[deprecated=true];}");
    }
}
