//! The content of `#[method(…)]`: protobuf names, and the limits of the method's calls.

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
    timeout: Option<u64>,
    message_size: Option<usize>,
}

struct Idle {
    written: Arg,
    millis: u64,
}

/// The limits that a method sets for its calls, in place of the server's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    /// The longest wait for an item of its streams, in milliseconds.
    pub(crate) idle: Option<u64>,
    /// The longest time of a call, in milliseconds.
    pub(crate) timeout: Option<u64>,
    /// The largest request, in bytes.
    pub(crate) message_size: Option<usize>,
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
                let millis = time(value, "idle = \"5m\"", subject, errors);
                self.idle = millis.map(|millis| Idle { written: arg.clone(), millis });
            }
            Arg::Set(key, value) if key == "timeout" => {
                self.timeout = time(value, "timeout = \"5s\"", subject, errors);
            }
            Arg::Set(key, value) if key == "message_size" => self.message_size = size(value, subject, errors),
            other => {
                let known = "`name`, `request`, `response`, `idle`, `timeout`, `message_size`";
                other.refuse(subject, known, errors);
            }
        }
    }

    /// The limits of the method's calls.
    pub(super) fn bounds(&self, subject: &str, shape: Shape, errors: &mut Errors) -> Bounds {
        let idle = self.idle(subject, shape, errors);
        Bounds { idle, timeout: self.timeout, message_size: self.message_size }
    }

    /// The time that a stream of the method may be idle, in milliseconds.
    fn idle(&self, subject: &str, shape: Shape, errors: &mut Errors) -> Option<u64> {
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

/// A time, which is more than none.
fn time(value: &Lit, example: &str, subject: &str, errors: &mut Errors) -> Option<u64> {
    let text = attrs::text(value, subject, errors)?;
    let millis = attrs::milliseconds(&text.value()).filter(|millis| *millis > 0);
    if millis.is_none() {
        let rule = "is not a time; write a whole number and `ms`, `s`, `m` or `h`, as in";
        errors.push(&text, format!("{subject}: `{}` {rule} `{example}`", text.value()));
    }
    millis
}

/// A size, which is more than nothing.
fn size(value: &Lit, subject: &str, errors: &mut Errors) -> Option<usize> {
    let text = attrs::text(value, subject, errors)?;
    let bytes = attrs::bytes(&text.value()).filter(|bytes| *bytes > 0);
    if bytes.is_none() {
        let rule = "is not a size; write a whole number and `B`, `KiB`, `MiB` or `GiB`, as in";
        errors.push(&text, format!("{subject}: `{}` {rule} `message_size = \"1MiB\"`", text.value()));
    }
    bytes
}
