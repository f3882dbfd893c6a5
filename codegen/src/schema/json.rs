//! An ordered JSON value and its text.
//!
//! Members stand in the order in which they were added, so a document has the same bytes wherever it is made.
//! serde_json is not used: its feature that keeps the order changes every other use of it in a build.

use std::borrow::Cow;
use std::fmt::Write;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number, as JSON spells it.
    Number(Cow<'static, str>),
    Text(Cow<'static, str>),
    List(Vec<Json>),
    Object(Object),
}

impl Json {
    fn references<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Object(object) => object.references(found),
            Self::List(list) => list.iter().for_each(|item| item.references(found)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }
}

/// An object. The code that adds names keeps them different.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object(Vec<(Cow<'static, str>, Json)>);

impl Object {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The object with one more member at the end.
    #[must_use]
    pub(super) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Json>) -> Self {
        self.add(name, value);
        self
    }

    /// The object with one more member, when there is a value.
    #[must_use]
    pub(super) fn with_some(
        self,
        name: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Json>>,
    ) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The object with a text, unless the text is empty.
    #[must_use]
    pub(super) fn with_text(self, name: &'static str, text: &str) -> Self {
        self.with_some(name, (!text.is_empty()).then(|| text.to_owned()))
    }

    /// The object with a list, unless the list is empty.
    #[must_use]
    pub(super) fn with_list(self, name: &'static str, list: Vec<Json>) -> Self {
        self.with_some(name, (!list.is_empty()).then_some(Json::List(list)))
    }

    pub(super) fn add(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Json>) {
        self.0.push((name.into(), value.into()));
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// The object under this name. It is added when it is not there.
    pub(super) fn entry(&mut self, name: &str) -> &mut Object {
        let at = self.0.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
            self.add(name.to_owned(), Object::new());
            self.0.len() - 1
        });
        let value = &mut self.0[at].1;
        if !matches!(value, Json::Object(_)) {
            *value = Json::Object(Object::new());
        }
        match value {
            Json::Object(object) => object,
            _ => unreachable!("it has just been made an object"),
        }
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps only the members that `wanted` accepts.
    pub(super) fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| wanted(name));
    }

    /// The value under this name.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Adds every `$ref` inside to `found`.
    pub(super) fn references<'a>(&'a self, found: &mut Vec<&'a str>) {
        self.0.iter().for_each(|(name, value)| match value {
            Json::Text(text) if name == "$ref" => found.push(text),
            other => other.references(found),
        });
    }

    pub(super) fn extend(&mut self, more: Object) {
        self.0.extend(more.0);
    }

    /// The text of a document: two spaces for each level, a line break at the end.
    pub(super) fn document(self) -> String {
        let mut out = String::new();
        write(&Json::Object(self), 0, &mut out);
        out.push('\n');
        out
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        i64::from(value).into()
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Number(value.to_string().into())
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self::Number(value.to_string().into())
    }
}

impl From<Vec<Json>> for Json {
    fn from(list: Vec<Json>) -> Self {
        Self::List(list)
    }
}

/// A list of texts.
pub(super) fn texts<T: Into<Json>>(list: impl IntoIterator<Item = T>) -> Json {
    Json::List(list.into_iter().map(Into::into).collect())
}

fn write(value: &Json, depth: usize, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number),
        Json::Text(text) => quoted(text, out),
        Json::List(list) if list.is_empty() => out.push_str("[]"),
        Json::List(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                separate(index, depth, out);
                write(item, depth + 1, out);
            }
            close(']', depth, out);
        }
        Json::Object(object) if object.is_empty() => out.push_str("{}"),
        Json::Object(Object(members)) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                separate(index, depth, out);
                quoted(name, out);
                out.push_str(": ");
                write(value, depth + 1, out);
            }
            close('}', depth, out);
        }
    }
}

fn separate(index: usize, depth: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth + 1));
}

fn close(end: char, depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
    out.push(end);
}

/// Writes text with quotes and escapes (RFC 8259, section 7).
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a String never fails.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_texts_are_escaped() {
        let mut object = Object::new().with("b", "\"\\\n\u{1}é").with("a", Json::List(Vec::new()));
        object.entry("paths").entry("/").add("get", 1);
        object.entry("paths").entry("/").add("put", Json::Null);
        assert_eq!(
            object.document(),
            "{\n  \"b\": \"\\\"\\\\\\n\\u0001é\",\n  \"a\": [],\n  \"paths\": {\n    \"/\": {\n      \"get\": 1,\n      \
             \"put\": null\n    }\n  }\n}\n"
        );
    }
}
