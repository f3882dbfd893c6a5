//! TOML, YAML and JSON, each as a [`Node`] that knows its lines.

use super::ConfigError;
use super::node::{Node, Place, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most levels that a file may nest.
const DEEPEST: usize = 16;

/// Reads a file. Its name ends in `.toml`, `.yaml`, `.yml` or `.json`.
///
/// # Errors
/// When the file cannot be read, or its text is not of its language.
pub(super) fn file(path: &Path) -> Result<Node, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::one(format!("{}: cannot be read: {error}", path.display())))?;
    let name: Arc<str> = path.display().to_string().into();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("toml") => toml(&text, &name),
        Some("yaml" | "yml") => yaml(&text, &name),
        Some("json") => json(&text, &name),
        _ => Err(ConfigError::one(format!(
            "{name}: its name must end in `.toml`, `.yaml`, `.yml` or `.json`, which say how to read it"
        ))),
    }
}

fn toml(text: &str, name: &Arc<str>) -> Result<Node, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line(text, span.start));
        ConfigError::one(format!("{name}:{line}: not TOML: {}", error.message()))
    })?;
    let reader = Toml { text, name };
    Ok(Node { at: reader.place(0), value: reader.table(table.get_ref())? })
}

struct Toml<'t> {
    text: &'t str,
    name: &'t Arc<str>,
}

impl Toml<'_> {
    fn place(&self, at: usize) -> Place {
        Place::Line(Arc::clone(self.name), line(self.text, at))
    }

    fn table(&self, table: &DeTable<'_>) -> Result<Value, ConfigError> {
        // In the order of the text, so that faults are.
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let keys = keys.into_iter().map(|(key, value)| {
            let node = Node { at: self.place(key.span().start), ..self.node(value)? };
            Ok((key.get_ref().to_string(), node))
        });
        keys.collect::<Result<_, _>>().map(Value::Table)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Result<Node, ConfigError> {
        let at = self.place(value.span().start);
        let wrong = |what| ConfigError::one(format!("{at}: {what}"));
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                Value::Integer(number.map_err(|_| wrong("the number is too large"))?)
            }
            DeValue::Float(number) => {
                Value::Float(number.as_str().parse().map_err(|_| wrong("not a number"))?)
            }
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(values) => {
                Value::List(values.iter().map(|value| self.node(value)).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => self.table(table)?,
        };
        Ok(Node { at, value })
    }
}

/// The number of the line that the byte is in.
fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// JSON is read twice. serde_json decides what JSON is; the reader of YAML, which takes JSON too, knows the lines.
fn json(text: &str, name: &Arc<str>) -> Result<Node, ConfigError> {
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map_err(|error| ConfigError::one(format!("{name}:{}: not JSON: {error}", error.line())))?;
    yaml(text, name)
}

fn yaml(text: &str, name: &Arc<str>) -> Result<Node, ConfigError> {
    let mut reader = Yaml { events: Parser::new_from_str(text), name };
    let mut whole = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            _ if whole.is_some() => return Err(reader.refuse(span, "a second document begins")),
            event => whole = Some(reader.node(event, span, 0)?),
        }
    }
    let empty = || Node { at: Place::Line(Arc::clone(name), 1), value: Value::Table(Vec::new()) };
    Ok(whole.filter(|node| !matches!(node.value, Value::Null)).unwrap_or_else(empty))
}

struct Yaml<'t> {
    events: Parser<'t, saphyr_parser::StrInput<'t>>,
    name: &'t Arc<str>,
}

impl<'t> Yaml<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), ConfigError> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let (line, what) = (error.marker().line(), error.info());
                Err(ConfigError::one(format!("{}:{line}: not YAML: {what}", self.name)))
            }
            None => Err(ConfigError::one(format!("{}: not YAML: the text ends too early", self.name))),
        }
    }

    fn refuse(&self, span: Span, what: &str) -> ConfigError {
        ConfigError::one(format!("{}:{}: {what}", self.name, span.start.line()))
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, ConfigError> {
        if depth > DEEPEST {
            return Err(self.refuse(span, "the values nest too deep"));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, _) => plain(&text),
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut nodes = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break Value::List(nodes),
                        (event, span) => nodes.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => self.table(depth)?,
            // A few of them could become very many values.
            Event::Alias(_) => {
                return Err(self.refuse(span, "aliases (`*name`) are not read; write the value"));
            }
            _ => return Err(self.refuse(span, "a value is missing")),
        };
        Ok(Node { at: Place::Line(Arc::clone(self.name), span.start.line()), value })
    }

    fn table(&mut self, depth: usize) -> Result<Value, ConfigError> {
        let mut keys: Vec<(String, Node)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Table(keys)),
                (Event::Scalar(key, ..), span) => (key.into_owned(), span),
                (_, span) => return Err(self.refuse(span, "a key must be a word")),
            };
            let (key, at) = key;
            if keys.iter().any(|(known, _)| *known == key) {
                return Err(self.refuse(at, &format!("the key `{key}` is there twice")));
            }
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            let place = Place::Line(Arc::clone(self.name), at.start.line());
            keys.push((key, Node { at: place, ..node }));
        }
    }
}

/// A YAML value without quotes, by the core schema (YAML 1.2, section 10.3).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match (text.parse(), text.parse::<f64>()) {
            (Ok(number), _) => Value::Integer(number),
            (Err(_), Ok(number)) if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
                Value::Float(number)
            }
            _ => Value::Text(text.to_owned()),
        },
    }
}
