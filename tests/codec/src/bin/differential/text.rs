//! Odd JSON, made from a sound text: spellings that the mapping allows, and some that it forbids.

use crate::dice::Dice;
use serde_json::Value;
use std::fmt::Write;

/// The change that was made to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    UnknownField,
    DuplicateKey,
    SnakeCase,
    EscapedKey,
    Number,
    Text,
    Bytes,
    Time,
    Enum,
    Null,
    Kind,
    TwoMembers,
    Form,
    Depth,
}

impl Change {
    /// Whether a reader must be told to pass over names that it does not know.
    pub(crate) fn adds_unknown(self) -> bool {
        self == Self::UnknownField
    }
}

const CHANGES: [Change; 15] = [
    Change::Nothing,
    Change::UnknownField,
    Change::DuplicateKey,
    Change::SnakeCase,
    Change::EscapedKey,
    Change::Number,
    Change::Number,
    Change::Text,
    Change::Bytes,
    Change::Time,
    Change::Enum,
    Change::Null,
    Change::Kind,
    Change::TwoMembers,
    Change::Form,
];

/// The members of an object, each name as it is written.
type Members = Vec<(String, Node)>;

/// JSON that may have what a `Value` cannot: a key twice, a number in any spelling.
enum Node {
    Object(Members),
    List(Vec<Node>),
    /// Text that is written as it is.
    Raw(String),
}

/// A changed copy of `text`, and what was done.
pub(crate) fn change(message: &str, text: &str, dice: &mut Dice) -> (String, Change) {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let change = *dice.pick(&CHANGES);
    match change {
        Change::Form => return (form(text, dice), change),
        Change::Kind if message == "Tree" && dice.below(2) == 0 => return (nested(dice), Change::Depth),
        _ => {}
    }
    let mut root = Node::from(&value);
    let done = match change {
        Change::Nothing => true,
        Change::UnknownField
        | Change::DuplicateKey
        | Change::SnakeCase
        | Change::EscapedKey
        | Change::TwoMembers => object(&mut root, change, dice),
        _ => leaf(&mut root, change, dice),
    };
    let mut out = String::new();
    root.write(&mut out);
    (out, if done { change } else { Change::Nothing })
}

impl Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Object(members) => {
                let member = |(key, value): (&String, &Value)| (quoted(key), Self::from(value));
                Self::Object(members.iter().map(member).collect())
            }
            Value::Array(values) => Self::List(values.iter().map(Self::from).collect()),
            other => Self::Raw(other.to_string()),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Raw(text) => out.push_str(text),
            Self::List(nodes) => {
                out.push('[');
                for (at, node) in nodes.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    node.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (key, node)) in members.iter().enumerate() {
                    // Writing to a text does not fail.
                    let _ = write!(out, "{}{key}:", if at > 0 { "," } else { "" });
                    node.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Every object of the tree, the outer before the inner.
fn each_object(node: &mut Node, visit: &mut dyn FnMut(&mut Members)) {
    match node {
        Node::Object(members) => {
            visit(members);
            members.iter_mut().for_each(|(_, node)| each_object(node, visit));
        }
        Node::List(nodes) => nodes.iter_mut().for_each(|node| each_object(node, visit)),
        Node::Raw(_) => {}
    }
}

/// Changes one object of the tree.
fn object(root: &mut Node, change: Change, dice: &mut Dice) -> bool {
    let mut count = 0;
    each_object(root, &mut |_| count += 1);
    if count == 0 {
        return false;
    }
    let (chosen, mut at, mut done) = (dice.below(count), 0, false);
    each_object(root, &mut |members| {
        if at == chosen {
            done = members_of(members, change, dice);
        }
        at += 1;
    });
    done
}

fn members_of(members: &mut Members, change: Change, dice: &mut Dice) -> bool {
    if change == Change::UnknownField {
        let value = *dice.pick(&["1", "null", "{\"a\":[{}]}", "\"x\"", "[1,[2]]"]);
        members.insert(
            dice.below(members.len() + 1),
            ("\"noSuchField\"".to_owned(), Node::Raw(value.to_owned())),
        );
        return true;
    }
    if change == Change::TwoMembers {
        let is_member = |key: &str| MEMBERS.iter().any(|(member, _)| *member == key.trim_matches('"'));
        if members.len() != 1 || !is_member(&members[0].0) {
            return false;
        }
        let (key, value) = *dice.pick(&MEMBERS);
        members.push((format!("\"{key}\""), Node::Raw(value.to_owned())));
        return true;
    }
    if members.is_empty() {
        return false;
    }
    let at = dice.below(members.len());
    match change {
        Change::DuplicateKey => {
            let mut copy = String::new();
            members[at].1.write(&mut copy);
            let key = if dice.below(2) == 0 { members[at].0.clone() } else { snake(&members[at].0) };
            members.push((key, Node::Raw(copy)));
        }
        Change::SnakeCase => members[at].0 = snake(&members[at].0),
        _ => {
            let key: String = serde_json::from_str(&members[at].0).unwrap_or_default();
            let escaped: String = key.encode_utf16().fold(String::new(), |mut out, unit| {
                let _ = write!(out, "\\u{unit:04x}");
                out
            });
            members[at].0 = format!("\"{escaped}\"");
        }
    }
    true
}

/// The name in the schema.
fn snake(key: &str) -> String {
    // Names whose underscores cannot be told from their capitals.
    match key {
        "\"the2Last\"" => return "\"the_2_last\"".to_owned(),
        "\"fiveBytes\"" => return "\"five_bytes_\"".to_owned(),
        _ => {}
    }
    key.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        out
    })
}

fn leaves<'n>(node: &'n mut Node, fits: &impl Fn(&str) -> bool, all: &mut Vec<&'n mut String>) {
    match node {
        Node::Raw(text) if fits(text) => all.push(text),
        Node::Raw(_) => {}
        Node::List(nodes) => nodes.iter_mut().for_each(|node| leaves(node, fits, all)),
        Node::Object(members) => members.iter_mut().for_each(|(_, node)| leaves(node, fits, all)),
    }
}

fn leaf(root: &mut Node, change: Change, dice: &mut Dice) -> bool {
    let fits = |text: &str| match change {
        Change::Number => is_number(text.trim_matches('"')),
        Change::Bytes => {
            text.len() > 5 && text.starts_with('"') && text.trim_matches('"').bytes().all(is_base64)
        }
        Change::Time => is_time(text),
        Change::Enum => text.contains("COLOR_") || text.contains("LEVEL_"),
        Change::Text => text.starts_with('"') && !is_time(text),
        _ => true,
    };
    let mut all = Vec::new();
    leaves(root, &fits, &mut all);
    if all.is_empty() {
        return false;
    }
    let at = dice.below(all.len());
    let text = &mut *all[at];
    let new = match change {
        Change::Number => number(text, dice),
        Change::Bytes => base64(text, dice),
        Change::Time => time(text, dice),
        Change::Enum => (*dice.pick(&ENUMS)).to_owned(),
        Change::Text => (*dice.pick(&TEXTS)).to_owned(),
        Change::Null => "null".to_owned(),
        _ => {
            (*dice.pick(&["true", "[]", "{}", "\"\"", "0", "[null]", "{\"a\":1}", "\"x\"", "1.5"])).to_owned()
        }
    };
    *text = new;
    true
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok() && !text.contains(['i', 'n', 'N'])
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

fn is_time(text: &str) -> bool {
    let inner = text.trim_matches('"');
    let is_moment = inner.len() >= 20 && inner.as_bytes()[4] == b'-' && inner.ends_with('Z');
    is_moment || inner.strip_suffix('s').is_some_and(is_number)
}

/// Other spellings of a number, edges of every width, and what is none.
fn number(text: &str, dice: &mut Dice) -> String {
    let plain = text.trim_matches('"');
    match dice.below(12) {
        0 => format!("\"{plain}\""),
        1 => plain.to_owned(),
        2 if !plain.contains(['.', 'e']) => format!("{plain}.0"),
        3 if !plain.contains(['.', 'e']) => format!("\"{plain}.000\""),
        4 if !plain.contains(['.', 'e']) => format!("{plain}e0"),
        5 => dice.number().cast_signed().to_string(),
        6 => format!("\"{}\"", dice.number()),
        _ => (*dice.pick(&NUMBERS)).to_owned(),
    }
}

const NUMBERS: [&str; 54] = [
    "0",
    "-0",
    "\"-0\"",
    "-0.0",
    "\"-0.0\"",
    "1",
    "1.0",
    "1e2",
    "1E+2",
    "100e-2",
    "1.5",
    "-1",
    "\"1\"",
    "\" 1\"",
    "\"1 \"",
    "\"+1\"",
    "\"0x10\"",
    "\"1e2\"",
    "\"1.5\"",
    "\"1.\"",
    "\".5\"",
    "\"01\"",
    "\"\"",
    "\"-\"",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "\"9007199254740993\"",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "\"-9223372036854775809\"",
    "18446744073709551615",
    "\"18446744073709551616\"",
    "1e19",
    "\"NaN\"",
    "\"Infinity\"",
    "\"-Infinity\"",
    "\"nan\"",
    "\"inf\"",
    "\"INFINITY\"",
    "1e308",
    "1e309",
    "\"1e309\"",
    "3.4e38",
    "3.5e38",
    "1e-50",
    "5e-324",
    "\"1_000\"",
    "true",
];

/// Members of the oneof of `Choice`.
const MEMBERS: [(&str, &str); 9] = [
    ("text", "\"x\""),
    ("data", "\"\""),
    ("truth", "true"),
    ("number", "\"1\""),
    ("double", "null"),
    ("color", "1"),
    ("tree", "{}"),
    ("nothing", "{}"),
    ("struct", "null"),
];

const ENUMS: [&str; 14] = [
    "0",
    "1",
    "2",
    "7",
    "-1",
    "2147483647",
    "2147483648",
    "1.0",
    "\"COLOR_RED\"",
    "\"color_red\"",
    "\"COLOR_NONE\"",
    "\"1\"",
    "\"\"",
    "null",
];

const TEXTS: [&str; 18] = [
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00\ud83d""#,
    r#""\u0000""#,
    r#""\uffff""#,
    r#""\uFFFE\u2028""#,
    "\"\u{feff}\u{1f600}\"",
    r#""\x""#,
    r#""\u12""#,
    "\"\n\"",
    "\"\t\"",
    "\"\u{7f}\"",
    r#""\/\b\f\"\\""#,
    r#""\u00e9""#,
    "'x'",
    "\"",
    "\"\u{10ffff}\"",
    "\"AP/+\"",
];

/// The other alphabet, with padding and without, and what is none.
fn base64(text: &str, dice: &mut Dice) -> String {
    match dice.below(9) {
        0 => text.replace('+', "-").replace('/', "_"),
        1 => text.replace('=', ""),
        2 => text.replace('+', "-").replace('/', "_").replace('=', ""),
        3 => format!("{}=\"", text.trim_end_matches('"')),
        4 => format!("\"-{}", text.trim_start_matches('"')),
        5 => text.replace('A', " "),
        6 => "\"A\"".to_owned(),
        7 => "\"AB==\"".to_owned(),
        _ => "\"+_8=\"".to_owned(),
    }
}

/// Moments and spans at the edges of their ranges, in spellings that RFC 3339 allows and others.
fn time(text: &str, dice: &mut Dice) -> String {
    let all: &[&str] = if text.ends_with("s\"") { &SPANS } else { &MOMENTS };
    format!("\"{}\"", dice.pick(all))
}

const SPANS: [&str; 26] = [
    "0s",
    "-0s",
    "1s",
    "1.5s",
    "-1.5s",
    "-0.5s",
    "1.000000001s",
    "1.0000000001s",
    "1.10s",
    "+1s",
    "1 s",
    " 1s",
    "1S",
    "1",
    "s",
    "",
    ".5s",
    "1.s",
    "01s",
    "1e2s",
    "315576000000s",
    "315576000001s",
    "-315576000000s",
    "-315576000000.999999999s",
    "0.999999999s",
    "1ss",
];

const MOMENTS: [&str; 38] = [
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0000-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999999Z",
    "10000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-00:01",
    "2026-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00-23:59",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+01",
    "2026-01-01T00:00:00",
    "2026-01-01t00:00:00z",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00Z",
    "2026-1-1T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2024-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T23:60:00Z",
    "2016-12-31T23:59:60Z",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01T00:00:00.1234567891Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00,5Z",
    "2026-01-01T00:00:00-00:00",
    "-2026-01-01T00:00:00Z",
    "+2026-01-01T00:00:00Z",
    "2026-01-01",
    "",
    "1",
    "2026-01-01T00:00:00Z ",
    "2026-01-01T00:00:00ZZ",
];

/// The text as a whole: cut short, followed, surrounded, or not quite JSON.
fn form(text: &str, dice: &mut Dice) -> String {
    let end = text.char_indices().map(|(at, _)| at).nth(dice.below(text.chars().count()));
    match dice.below(9) {
        0 => text[..end.unwrap_or_default()].to_owned(),
        1 => format!(" \t\r\n{text}\n"),
        2 => format!("{text}{text}"),
        3 => format!("{text} x"),
        4 => format!("\u{feff}{text}"),
        5 => text.replacen('}', ",}", 1),
        6 => text.replacen('{', "{/**/", 1),
        7 => format!("\u{a0}{text}"),
        _ => text.replacen(':', " :\n", 3),
    }
}

/// Trees inside of trees, about as deep as is taken.
fn nested(dice: &mut Dice) -> String {
    let levels = *dice.pick(&[10, 60, 62, 63, 64, 65, 70, 99, 101, 200]);
    format!("{}{{}}{}", "{\"next\":".repeat(levels), "}".repeat(levels))
}
