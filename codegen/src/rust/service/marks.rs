//! `#[attr(…)]`: what a method or its service says of itself, for interceptors to read.

use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use syn::{Attribute, Lit};

/// One word, with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The word.
    pub(crate) name: String,
    /// The value.
    pub(crate) value: MarkValue,
}

/// The value of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MarkValue {
    /// The word alone.
    Flag,
    /// `audit = true`.
    Bool(bool),
    /// `cost = 5`.
    Int(i64),
    /// `scope = "books:write"`.
    Text(String),
}

/// Reads the marks of the method or service `subject`.
pub(super) fn read(subject: &str, attributes: &[Attribute], errors: &mut Errors) -> Vec<Mark> {
    let fix = "write it as in `#[attr(scope = \"books:write\", audit)]`";
    let mut marks: Vec<Mark> = Vec::new();
    for attr in attrs::own(attributes, attrs::Own::Attr) {
        let args = errors.explain(attrs::args(attr), subject, fix).unwrap_or_default();
        if args.is_empty() {
            errors.push(attr, format!("{subject}: `#[attr]` is empty; {fix}"));
        }
        for arg in args {
            let Some(mark) = mark(&arg) else {
                let rule = "an attribute is a word, or a word with a text, a whole number, `true` or `false`";
                errors.push(&arg, format!("{subject}: {rule}; {fix}"));
                continue;
            };
            if marks.iter().any(|known| known.name == mark.name) {
                errors.push(&arg, format!("{subject}: `{}` is there twice; remove one", mark.name));
                continue;
            }
            marks.push(mark);
        }
    }
    marks
}

fn mark(arg: &Arg) -> Option<Mark> {
    let (name, value) = match arg {
        Arg::Word(name) => (name, MarkValue::Flag),
        Arg::Set(name, Lit::Str(text)) => (name, MarkValue::Text(text.value())),
        Arg::Set(name, Lit::Bool(value)) => (name, MarkValue::Bool(value.value)),
        Arg::Set(name, Lit::Int(number)) => (name, MarkValue::Int(number.base10_parse().ok()?)),
        Arg::Set(..) | Arg::Literal(_) | Arg::List(..) | Arg::Range(..) | Arg::Array(..) | Arg::Words(..) => {
            return None;
        }
    };
    Some(Mark { name: name.to_string(), value })
}

/// Adds the service's marks that the method does not set itself.
pub(super) fn inherit(own: &mut Vec<Mark>, service: &[Mark]) {
    for mark in service {
        if own.iter().all(|known| known.name != mark.name) {
            own.push(mark.clone());
        }
    }
}
