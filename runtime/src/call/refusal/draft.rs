//! A request in JSON, or in the parts of an HTTP request, from which faults can be taken out.

use super::node::Node;
use super::types::{At, Types};
use crate::call::form::HttpBody;
use crate::call::form::{self, Entry};
use crate::call::input::{Codec, Input};
use crate::message::codec::Message;
use crate::message::codec::json::decode_json;
use crate::message::error::DecodeError;

/// The request.
pub(super) struct Draft<'a> {
    /// Entries of path and query, sorted.
    entries: Vec<Entry<'a>>,
    /// The part of the message that is in the body.
    body: Node,
    /// Names that were taken out.
    taken: Vec<String>,
}

/// The names beside a field.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// The names in the same place.
    pub(super) names: Vec<String>,
    /// Names that the client chose, there or elsewhere. The server chose those of path variables.
    pub(super) chosen: Vec<String>,
}

impl<'a> Draft<'a> {
    /// Makes a draft, and collects the faults of its parameters. `None` when the request is not JSON.
    pub(super) fn of(input: &'a Input) -> Option<(Self, Vec<DecodeError>)> {
        match input {
            Input::Encoded(Codec::Proto, _) => None,
            Input::Encoded(Codec::Json, bytes) => Some((Self::new(Vec::new(), text(bytes)?), Vec::new())),
            Input::Http(http) => {
                let (mut entries, mut faults) = (Vec::new(), Vec::new());
                for entry in form::entries(http) {
                    match entry {
                        Ok(entry) => entries.push(entry),
                        Err(fault) => faults.push(fault),
                    }
                }
                form::sort(&mut entries);
                Some((Self::new(entries, body(&http.body)?), faults))
            }
        }
    }

    fn new(entries: Vec<Entry<'a>>, body: Node) -> Self {
        Self { entries, body, taken: Vec::new() }
    }

    /// The number of bytes to read.
    pub(super) fn len(&self) -> usize {
        self.body.to_string().len() + self.entries.len()
    }

    /// Reads the message.
    pub(super) fn read<M: Message>(&self) -> Result<M, DecodeError> {
        let body = self.body.to_string();
        if self.entries.is_empty() {
            return decode_json(body.as_bytes());
        }
        form::decode_parts(&self.entries, &HttpBody::Whole(body.into()))
    }

    /// The names in a place, as they are written.
    pub(super) fn beside(&mut self, way: &[At<'_>]) -> Beside {
        let mut beside = Beside { names: Vec::new(), chosen: self.taken.clone() };
        for entry in &self.entries {
            let Some(name) = behind(entry, way) else { continue };
            beside.names.push(name.to_owned());
            if entry.is_of_query() {
                beside.chosen.push(name.to_owned());
            }
        }
        let node = way.iter().try_fold(&mut self.body, inner);
        if let Some(node) = node {
            node.open();
            if let Node::Object(members) = node {
                let names = members.iter().map(|(name, _)| name);
                beside.chosen.extend(names.clone().cloned());
                beside.names.extend(names.cloned());
            }
        }
        beside
    }

    /// Puts a sound value in a place, or no value where none is sound. False when the place does not exist.
    pub(super) fn mend(&mut self, way: &[At<'_>], types: &Types) -> bool {
        let Some((last, outer)) = way.split_last() else { return false };
        let taken = self.beside(outer);
        self.taken.extend(taken.chosen.into_iter().filter(|name| last.is(name)));
        self.entries.retain(|entry| !is_inside(entry, way));
        let mut node = &mut self.body;
        for at in outer {
            let Some(inner) = inner_or_new(node, at) else { return false };
            node = inner;
        }
        put(node, last, types.stand_in(last))
    }
}

/// Whether an entry is for a place or a part of it.
fn is_inside(entry: &Entry<'_>, way: &[At<'_>]) -> bool {
    let mut steps = entry.steps();
    way.iter().all(|at| steps.next().is_some_and(|step| at.is(step)))
}

/// The name that leads from a place to the entry.
fn behind<'e>(entry: &'e Entry<'_>, way: &[At<'_>]) -> Option<&'e str> {
    entry.steps().nth(way.len()).filter(|_| is_inside(entry, way))
}

fn text(bytes: &[u8]) -> Option<Node> {
    std::str::from_utf8(bytes).ok().map(|text| Node::Text(text.to_owned()))
}

fn body(body: &HttpBody) -> Option<Node> {
    match body {
        HttpBody::Whole(bytes) if !bytes.is_empty() => text(bytes),
        HttpBody::Field(field, bytes) if !bytes.is_empty() => {
            Some(Node::Object(vec![((*field).to_owned(), text(bytes)?)]))
        }
        HttpBody::None | HttpBody::Whole(_) | HttpBody::Field(..) => Some(Node::Object(Vec::new())),
    }
}

/// The node in a place, if there is one.
fn inner<'n>(node: &'n mut Node, at: &At<'_>) -> Option<&'n mut Node> {
    node.open();
    match (node, at) {
        (Node::Object(members), At::Field(_) | At::Key { .. }) => {
            members.iter_mut().find(|(name, _)| at.is(name)).map(|(_, value)| value)
        }
        (Node::List(items), At::Item { index, .. }) => items.get_mut(*index),
        (Node::Object(_), At::Item { .. }) | (Node::List(_), At::Field(_) | At::Key { .. }) => None,
        (Node::Text(_), _) => None,
    }
}

/// The node in a place. Makes an object that is missing because other parts of the request stand for it.
fn inner_or_new<'n>(node: &'n mut Node, at: &At<'_>) -> Option<&'n mut Node> {
    node.open();
    if let (Node::Object(members), At::Field(field)) = (&mut *node, at)
        && !members.iter().any(|(name, _)| at.is(name))
    {
        members.push((field.json.to_string(), Node::Object(Vec::new())));
    }
    inner(node, at)
}

fn put(node: &mut Node, at: &At<'_>, value: Option<String>) -> bool {
    node.open();
    match (node, at) {
        (Node::Object(members), At::Field(_) | At::Key { .. }) => {
            members.retain(|(name, _)| !at.is(name));
            members.extend(value.map(|value| (at.name(), Node::Text(value))));
            true
        }
        (Node::List(items), At::Item { index, .. }) => match (items.get_mut(*index), value) {
            (Some(item), Some(value)) => {
                *item = Node::Text(value);
                true
            }
            (None, _) | (_, None) => false,
        },
        (Node::Object(_), At::Item { .. }) | (Node::List(_), At::Field(_) | At::Key { .. }) => false,
        (Node::Text(_), _) => false,
    }
}
