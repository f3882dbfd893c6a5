//! The violations that one status tells of: so many and so long at most, as a status travels in headers.

use super::status::{Result, Status};
use crate::message::codec::Message;
use crate::message::codec::check::{self, Checker, MOST};
use crate::message::constraint::FieldViolation;
use std::fmt::Write;

/// How many bytes their paths and descriptions take together at most.
const BYTES: usize = 4096;
/// How many of them the message names.
const NAMED: usize = 3;

/// Violations, each with what the status's message says of it.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    told: Vec<(FieldViolation, String)>,
    /// How many there are beyond those.
    more: usize,
}

impl Violations {
    /// The constraints that a message breaks.
    pub(crate) fn of(broken: Checker) -> Self {
        let (violations, more) = broken.into_violations();
        let told = violations.into_iter().map(|violation| {
            let told = of_constraint(&violation);
            (violation, told)
        });
        Self { told: told.collect(), more }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Whether another one would only be counted.
    pub(crate) fn is_full(&self) -> bool {
        self.told.len() >= MOST
    }

    pub(crate) fn add(&mut self, violation: FieldViolation, told: String) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.told.push((violation, told));
        }
    }

    /// The same with other paths; where there is none, without the violation.
    pub(crate) fn renamed(self, mut rename: impl FnMut(&str) -> Option<String>) -> Self {
        let told = self.told.into_iter().filter_map(|(violation, _)| {
            let violation = FieldViolation { field: rename(&violation.field)?, ..violation };
            let told = of_constraint(&violation);
            Some((violation, told))
        });
        Self { told: told.collect(), more: self.more }
    }

    pub(crate) fn append(&mut self, more: Self) {
        for (violation, told) in more.told {
            self.add(violation, told);
        }
        self.more += more.more;
    }

    /// `invalid_argument` with all of them.
    #[cold]
    pub(crate) fn status(self) -> Status {
        let (mut told, mut more) = (self.told, self.more);
        let mut room = BYTES;
        let fit = told.iter().take_while(|(violation, _)| {
            let bytes = violation.field.len() + violation.description.len() + violation.reason.len();
            let fits = bytes <= room;
            room = room.saturating_sub(bytes);
            fits
        });
        // One that is larger than all the room is told of all the same.
        let fit = fit.count().max(1).min(told.len());
        more += told.len() - fit;
        told.truncate(fit);
        let mut message = String::new();
        for (index, (_, said)) in told.iter().take(NAMED).enumerate() {
            let semicolon = if index == 0 { "" } else { "; " };
            // A String never fails to be written to.
            let _ = write!(message, "{semicolon}{said}");
        }
        match more + told.len().saturating_sub(NAMED) {
            0 => {}
            more => {
                let _ = write!(message, "; and {more} more");
            }
        }
        let violations = told.into_iter().map(|(violation, _)| violation);
        Status::invalid_argument(message).with_field_violations(violations)
    }
}

/// Holds a message to its constraints.
///
/// # Errors
/// `invalid_argument` with every violation in a `google.rpc.BadRequest`.
pub(crate) fn check<M: Message>(message: &M) -> Result<()> {
    let broken = check::broken(message);
    if broken.is_empty() { Ok(()) } else { Err(Violations::of(broken).status()) }
}

/// What a message says of a constraint that is not kept.
fn of_constraint(FieldViolation { field, description, .. }: &FieldViolation) -> String {
    format!("field `{field}` {description}")
}
