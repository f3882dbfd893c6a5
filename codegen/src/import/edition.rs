//! Files of edition 2023 that keep to proto3's rules, as proto3: protox reads no editions. Features become what proto3
//! says instead (`optional`, `packed`), or the reason why it cannot.

use std::ops::Range;

/// The same file in proto3; `None` when it is of no edition.
///
/// # Errors
/// Why it cannot be said in proto3.
pub(super) fn as_proto3(source: &str) -> Result<Option<String>, String> {
    let mut tokens = tokens(source);
    let statements = statements(&tokens);
    let Some(first) = statements.first().filter(|first| first.word(&tokens, 0) == Some("edition")) else {
        return Ok(None);
    };
    let edition = first.word(&tokens, 2).unwrap_or_default().trim_matches(['"', '\'']).to_owned();
    if edition != "2023" {
        return Err(format!("edition {edition} is not known; 2023 is"));
    }
    first.replace(&mut tokens, "syntax = \"proto3\";");
    let explicit = file_features(&statements, &mut tokens)?;
    for statement in &statements {
        match (statement.place, statement.word(&tokens, 0)) {
            (Place::Message, Some(word)) if !NO_FIELD.contains(&word) => {
                field(statement, explicit, &mut tokens)?
            }
            (Place::Message, Some("repeated" | "map")) | (Place::Oneof, _) => {
                field_features(statement, &mut tokens)?;
            }
            (_, Some("reserved")) if names_words(statement, &tokens) => quote_names(statement, &mut tokens),
            (Place::Message | Place::Other, Some("option")) if is_feature(statement, &tokens) => {
                scoped_feature(statement, &mut tokens)?;
            }
            _ => {}
        }
    }
    Ok(Some(tokens.concat()))
}

/// The first words of what is in a message and is no singular field.
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

/// What a statement is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    File,
    Message,
    Oneof,
    Other,
}

/// The tokens up to a `;`, or to the `{` of what it opens.
struct Statement {
    place: Place,
    /// The indices of its tokens, without space and comments.
    tokens: Vec<usize>,
}

impl Statement {
    fn word<'a>(&self, tokens: &'a [String], at: usize) -> Option<&'a str> {
        self.tokens.get(at).map(|index| tokens[*index].as_str())
    }

    /// Puts other text in its place; the lines stay, so that faults are shown where they are.
    fn replace(&self, tokens: &mut [String], text: &str) {
        replace(&self.tokens, tokens, text);
    }
}

fn replace(of: &[usize], tokens: &mut [String], text: &str) {
    for (at, index) in of.iter().enumerate() {
        tokens[*index] = if at == 0 { text.to_owned() } else { String::new() };
    }
}

/// Words with their dots, strings, signs, and the space and comments between them; together they are the source.
fn tokens(source: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '"' | '\'' => string_len(rest, first),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, more) = rest.split_at(len);
        out.push(token.to_owned());
        rest = more;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            c if c == quote && !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

fn statements(tokens: &[String]) -> Vec<Statement> {
    let mut all = Vec::new();
    let mut places = vec![Place::File];
    let mut open = Vec::new();
    // How deep in the braces of an option's value.
    let mut value = 0;
    for (index, token) in tokens.iter().enumerate() {
        let blank = token.starts_with("//") || token.starts_with("/*") || token.trim().is_empty();
        if blank {
            continue;
        }
        let place = places.last().copied().unwrap_or(Place::File);
        match token.as_str() {
            "{" if value > 0 || open.iter().any(|at: &usize| tokens[*at] == "=") => value += 1,
            "}" if value > 0 => value -= 1,
            "{" => {
                let inner = match open.first().map(|at| tokens[*at].as_str()) {
                    Some("message") => Place::Message,
                    Some("oneof") => Place::Oneof,
                    _ => Place::Other,
                };
                all.push(Statement { place, tokens: std::mem::take(&mut open) });
                places.push(inner);
                continue;
            }
            "}" => {
                places.pop();
                open.clear();
                continue;
            }
            ";" if value == 0 => {
                open.push(index);
                all.push(Statement { place, tokens: std::mem::take(&mut open) });
                continue;
            }
            _ => {}
        }
        open.push(index);
    }
    all
}

fn is_feature(statement: &Statement, tokens: &[String]) -> bool {
    let is = |word: &str| word == "features" || word.starts_with("features.");
    statement.word(tokens, 1).is_some_and(is)
}

/// Takes the file's features out; whether presence is explicit.
fn file_features(statements: &[Statement], tokens: &mut [String]) -> Result<bool, String> {
    let mut explicit = true;
    for statement in statements.iter().filter(|statement| statement.place == Place::File) {
        if statement.word(tokens, 0) != Some("option") || !is_feature(statement, tokens) {
            continue;
        }
        let name = statement.word(tokens, 1).unwrap_or_default().to_owned();
        let value = statement.word(tokens, 3).unwrap_or_default().to_owned();
        match name.as_str() {
            "features.field_presence" => explicit = presence(&value)?,
            "features.repeated_field_encoding" if value == "EXPANDED" => {
                return Err("`EXPANDED` for a whole file: proto3 packs; say it on each field".to_owned());
            }
            name => allowed(name, &value)?,
        }
        statement.replace(tokens, "");
    }
    Ok(explicit)
}

/// A feature of a message or enum: only what changes nothing.
fn scoped_feature(statement: &Statement, tokens: &mut [String]) -> Result<(), String> {
    let name = statement.word(tokens, 1).unwrap_or_default();
    if name == "features.field_presence" {
        return Err("`field_presence` for a message: say it on each field, or for the file".to_owned());
    }
    allowed(name, statement.word(tokens, 3).unwrap_or_default())?;
    statement.replace(tokens, "");
    Ok(())
}

fn presence(value: &str) -> Result<bool, String> {
    match value {
        "EXPLICIT" => Ok(true),
        "IMPLICIT" => Ok(false),
        _ => Err(format!("`field_presence = {value}`: proto3 has no required fields; make it EXPLICIT")),
    }
}

/// What proto3 does anyway, and what only other languages see.
fn allowed(name: &str, value: &str) -> Result<(), String> {
    let refused = [
        ("features.enum_type", "CLOSED", "the enums of proto3 are open"),
        ("features.message_encoding", "DELIMITED", "proto3 has no groups"),
        ("features.utf8_validation", "NONE", "text is UTF-8 in proto3"),
    ];
    match refused.iter().find(|(known, bad, _)| *known == name && *bad == value) {
        Some((_, _, rule)) => Err(format!("`{name} = {value}`: {rule}; remove it")),
        None => Ok(()),
    }
}

/// A singular field: `optional`, unless its presence is implicit.
fn field(statement: &Statement, explicit: bool, tokens: &mut [String]) -> Result<(), String> {
    let own = field_features(statement, tokens)?;
    if own.unwrap_or(explicit)
        && let Some(first) = statement.tokens.first()
    {
        tokens[*first].insert_str(0, "optional ");
    }
    Ok(())
}

/// Takes the features out of a field's options; its presence, when they say.
fn field_features(statement: &Statement, tokens: &mut [String]) -> Result<Option<bool>, String> {
    let at = |sign: &str| statement.tokens.iter().position(|index| tokens[*index] == sign);
    let Some(start) = at("[") else { return Ok(None) };
    let end = statement.tokens.iter().rposition(|index| tokens[*index] == "]").unwrap_or(start);
    let mut explicit = None;
    let mut kept = Vec::new();
    for option in options(&statement.tokens, start + 1..end, tokens) {
        let words: Vec<String> = option.iter().map(|index| tokens[*index].clone()).collect();
        match words.as_slice() {
            [name, _, value, ..] if name == "features.field_presence" => explicit = Some(presence(value)?),
            [name, _, value, ..] if name == "features.repeated_field_encoding" => {
                kept.push(format!("packed = {}", value != "EXPANDED"));
            }
            [name, _, value, ..] if name.starts_with("features.") => allowed(name, value)?,
            _ => kept.push(words.join(" ")),
        }
    }
    let text = if kept.is_empty() { String::new() } else { format!(" [{}]", kept.join(", ")) };
    replace(&statement.tokens[start..=end], tokens, &text);
    Ok(explicit)
}

/// The options between brackets, each the indices of its tokens.
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

/// `reserved foo;`, which proto3 writes with quotes.
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

    fn converted(body: &str) -> Result<Option<String>, String> {
        as_proto3(&format!("edition = \"2023\";\n{body}"))
    }

    #[test]
    fn a_file_of_no_edition_stays() {
        assert_eq!(as_proto3("// edition = \"2023\";\nsyntax = \"proto3\"; message edition {}"), Ok(None));
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
                "service S { rpc A(B) returns (C) { option (x) = { a: 1; b: { c: 2 } }; } }",
                "service S { rpc A(B) returns (C) { option (x) = { a: 1; b: { c: 2 } }; } }",
            ),
        ] {
            let converted = converted(body).expect("it is proto3").expect("it is of an edition");
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
        ] {
            let fault = converted(body).expect_err("it is refused");
            assert!(fault.contains(reason), "{fault}");
        }
        assert!(as_proto3("edition = \"2024\";").is_err());
    }
}
