//! The content of `#[method(…)]`: protobuf names, and how long streams may be idle.

use crate::model::Shape;
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::item;
use syn::{Attribute, Lit, LitStr};

/// The content of a method's attributes.
#[derive(Default)]
pub(super) struct Said {
    /// The protobuf name, when it is not the Rust name in pascal case.
    pub(super) name: Option<String>,
    /// The protobuf name of the request made for the method.
    pub(super) request: Option<LitStr>,
    /// The protobuf name of the response made for the method.
    pub(super) response: Option<LitStr>,
    idle: Option<Idle>,
}

struct Idle {
    written: Arg,
    millis: u64,
}

impl Said {
    /// Reads the attributes of the method that `subject` names.
    pub(super) fn read(subject: &str, attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut said = Self::default();
        for attr in attrs::own(attributes, attrs::Own::Method) {
            let fix = "write it as in `#[method(name = \"GetURL\")]`";
            let args = errors.explain(attrs::args(attr), subject, fix).unwrap_or_default();
            if args.is_empty() {
                errors.push(attr, format!("{subject}: `#[method]` is empty; {fix}"));
            }
            for arg in args {
                said.take(subject, arg, errors);
            }
        }
        said
    }

    fn take(&mut self, subject: &str, arg: Arg, errors: &mut Errors) {
        match &arg {
            Arg::Set(key, value) if key == "name" => {
                let text = attrs::text(value, subject, errors);
                self.name = text.and_then(|text| item::word(&text, subject, errors));
            }
            Arg::Set(key, value) if key == "request" => self.request = word(value, subject, errors),
            Arg::Set(key, value) if key == "response" => self.response = word(value, subject, errors),
            Arg::Set(key, value) if key == "idle" => {
                let millis =
                    attrs::text(value, subject, errors).and_then(|text| idle(&text, subject, errors));
                self.idle = millis.map(|millis| Idle { written: arg.clone(), millis });
            }
            other => other.refuse(subject, "`name`, `request`, `response`, `idle`", errors),
        }
    }

    /// The time that a stream of the method may be idle, in milliseconds.
    pub(super) fn idle(&self, subject: &str, shape: Shape, errors: &mut Errors) -> Option<u64> {
        let Idle { written, millis } = self.idle.as_ref()?;
        match shape {
            Shape::ServerStream | Shape::ClientStream | Shape::Bidi => Some(*millis),
            Shape::Unary => {
                let rule = "`idle` is the longest wait for an item of a stream, and this method has none";
                errors.push(written, format!("{subject}: {rule}; remove it, or use `Streaming<…>`"));
                None
            }
        }
    }
}

/// Checks that text is a protobuf name.
fn word(value: &Lit, subject: &str, errors: &mut Errors) -> Option<LitStr> {
    let text = attrs::text(value, subject, errors)?;
    item::word(&text, subject, errors).map(|_| text)
}

fn idle(text: &LitStr, subject: &str, errors: &mut Errors) -> Option<u64> {
    let millis = attrs::milliseconds(&text.value()).filter(|millis| *millis > 0);
    if millis.is_none() {
        let rule = "is not a time; write a whole number and `ms`, `s`, `m` or `h`, as in `idle = \"5m\"`";
        errors.push(text, format!("{subject}: `{}` {rule}", text.value()));
    }
    millis
}
