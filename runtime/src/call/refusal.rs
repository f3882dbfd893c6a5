//! Refuses a request that cannot be taken, and names every wrong field as its client wrote it.
//!
//! Readers stop at the first fault, which keeps them fast and small. A refused request in JSON is mended with a sound
//! value at the place of each fault, and read again until nothing is wrong any more. Then its constraints are checked.
//! It is read again 32 times, or 1 MiB of text, at most. So the typed reader itself tells each fault, and no message
//! is compiled for another reader. For protobuf only the first fault is told.

mod draft;
mod names;
mod node;
mod types;

use crate::call::input::{Input, Reply};
use crate::call::status::{Result, Status};
use crate::call::violations::Violations;
use crate::message::codec::Message;
use crate::message::codec::check::{self, Checker, Gate};
use crate::message::codec::extent::{Extent, Within};
use crate::message::constraint::FieldViolation;
use crate::message::error::{DecodeError, Kind, Step};
use draft::Draft;
use polywire_codegen::model::JsonStyle;
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use types::Types;

/// The most bytes of JSON that are read again for one refusal.
const WORK: usize = 1 << 20;

/// The rules by which requests are read and their fields are named.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    extent: Extent,
    json: JsonStyle,
}

impl Reading {
    /// The rules of a call that is answered by `reply`.
    pub(crate) const fn new(extent: Extent, reply: &Reply) -> Self {
        Self { extent, json: reply.json }
    }
}

/// Reads the request, and checks its constraints.
///
/// # Errors
/// `invalid_argument` with every fault, in a `google.rpc.BadRequest`.
pub(crate) fn read<M: Message>(gate: Gate<M>, input: &Input, reading: Reading) -> Result<M> {
    let again = || Again { types: Types::of::<M>, check: check_again::<M> };
    match input.decode_within::<M>(reading.extent) {
        Ok(message) => match gate.check(&message) {
            None => Ok(message),
            Some(broken) => Err(unkept(broken, input, reading, &again())),
        },
        Err(first) => Err(unread(first, input, reading, &again())),
    }
}

/// The status of a request with one fault.
#[cold]
pub(crate) fn status(error: DecodeError) -> Status {
    let (field, what) = (error.field().to_owned(), error.what().to_owned());
    if field.is_empty() || error.kind() == Kind::Whole {
        return Status::from(error);
    }
    let mut found = Violations::default();
    found.add(violation(field, what, error.kind()), error.to_string());
    found.status().with_source(Arc::new(error) as Arc<dyn Error + Send + Sync>)
}

/// The parts that depend on the type of the message. The rest is compiled once.
struct Again {
    types: fn() -> Types,
    check: fn(&Draft<'_>) -> Result<Checker, DecodeError>,
}

fn check_again<M: Message>(draft: &Draft<'_>) -> Result<Checker, DecodeError> {
    draft.read::<M>().map(|message| check::broken(&message))
}

/// The status of a request that breaks its constraints.
#[cold]
fn unkept(broken: Checker, input: &Input, reading: Reading, again: &Again) -> Status {
    let _within = Within::new(reading.extent);
    let Some((draft, _)) = Draft::of(input) else { return Violations::of(broken).status() };
    let mut gathered = Gathered::new(draft, reading, again);
    gathered.constraints(broken);
    gathered.found.status()
}

/// The status of a request that cannot be read.
#[cold]
fn unread(first: DecodeError, input: &Input, reading: Reading, again: &Again) -> Status {
    let _within = Within::new(reading.extent);
    let draft = Draft::of(input).filter(|_| first.kind() != Kind::Whole);
    let Some((draft, parameters)) = draft else { return status(first) };
    let mut gathered = Gathered::new(draft, reading, again);
    // A faulty parameter that is never read can be the first fault too.
    let mut next = parameters.is_empty().then(|| first.clone());
    for error in parameters {
        gathered.fault(&error);
    }
    let mut rounds = (WORK / gathered.draft.len().max(1)).max(1);
    while !gathered.found.is_full() && rounds > 0 {
        rounds -= 1;
        if next.take().is_some_and(|error| !gathered.fault(&error)) {
            break;
        }
        match (again.check)(&gathered.draft) {
            Ok(broken) => {
                gathered.constraints(broken);
                break;
            }
            Err(error) if error.kind() == Kind::Whole => break,
            Err(error) => next = Some(error),
        }
    }
    if gathered.found.is_empty() {
        Status::from(first)
    } else {
        gathered.found.status().with_source(Arc::new(first) as Arc<dyn Error + Send + Sync>)
    }
}

/// The faults so far, and the request without them.
struct Gathered<'a> {
    draft: Draft<'a>,
    types: Types,
    style: JsonStyle,
    found: Violations,
    /// The paths that were replaced in the draft, by the names of the schema.
    mended: BTreeSet<String>,
}

impl<'a> Gathered<'a> {
    fn new(draft: Draft<'a>, reading: Reading, again: &Again) -> Self {
        let (types, found) = ((again.types)(), Violations::default());
        Self { draft, types, style: reading.json, found, mended: BTreeSet::new() }
    }

    /// Tells a fault and takes it out of the draft; false when that is impossible.
    fn fault(&mut self, error: &DecodeError) -> bool {
        let mut steps = error.steps();
        if !self.is_mended(steps) {
            let field = names::written(steps, &mut self.draft, &self.types, self.style);
            let told = self.told(error, &field);
            if field.is_empty() {
                return false;
            }
            let what = bare(error.what()).to_owned();
            self.found.add(violation(field, what, error.kind()), told);
        }
        while let Some((_, outer)) = steps.split_last() {
            let (way, known) = (self.types.way(steps), self.types.canonical(steps));
            if self.mended.insert(known) && self.draft.mend(&way, &self.types) {
                return true;
            }
            steps = outer;
        }
        false
    }

    /// Whether the fault follows from a change of the draft: at the place itself, or at a part of it.
    fn is_mended(&self, steps: &[Step]) -> bool {
        let known = self.types.canonical(steps);
        self.mended.iter().any(|mended| is_inside(mended, &known) || is_inside(&known, mended))
    }

    /// The text of a fault. The first fault has a place in the client's text. In a draft the place means nothing.
    fn told(&self, error: &DecodeError, field: &str) -> String {
        if self.found.is_empty() || !error.is_in_text() {
            return error.to_string();
        }
        format!("field `{field}`: {}", bare(error.what()))
    }

    /// Tells the constraints that the message breaks.
    fn constraints(&mut self, broken: Checker) {
        let Self { draft, types, mended, style, .. } = self;
        let more = Violations::of(broken).renamed(|field| {
            let is_own = !mended.iter().any(|mended| is_inside(field, mended));
            is_own.then(|| names::of_violation(field, draft, types, *style))
        });
        self.found.append(more);
    }
}

/// Whether `path` is `outer` or leads further.
fn is_inside(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The text of a fault without the name that it begins with.
fn bare(what: &str) -> &str {
    what.strip_prefix('`').and_then(|what| what.split_once("` ")).map_or(what, |(_, what)| what)
}

fn violation(field: String, description: String, kind: Kind) -> FieldViolation {
    let reason = match kind {
        Kind::Absence => "REQUIRED",
        Kind::Value | Kind::Whole => "INVALID_VALUE",
    };
    FieldViolation { field, description, reason: reason.to_owned() }
}
