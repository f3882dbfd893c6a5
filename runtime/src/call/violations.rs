//! The violations that one status tells. Their number and length are limited, because a status travels in headers.

use super::status::{Result, Status};
use crate::message::codec::Message;
use crate::message::codec::check::{self, Checker, MOST};
use crate::message::constraint::FieldViolation;
use std::fmt::Write;

/// The most bytes that their paths and descriptions take together.
const BYTES: usize = 4096;
/// The number of violations that the message names.
const NAMED: usize = 3;

/// Violations, each with its text for the status's message.
#[derive(Debug, Default)]
pub(crate) struct Violations {
    told: Vec<(FieldViolation, String)>,
    /// The number of violations beyond these.
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

    /// Whether another violation would only be counted.
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

    /// The same violations with other paths. A violation without a new path is left out.
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

    /// `invalid_argument` with all violations.
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
        // The first violation is told even if it needs more than all the room.
        let fit = fit.count().max(1).min(told.len());
        more += told.len() - fit;
        told.truncate(fit);
        let mut message = String::new();
        for (index, (_, said)) in told.iter().take(NAMED).enumerate() {
            let semicolon = if index == 0 { "" } else { "; " };
            // Writing to a String never fails.
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

/// Checks the constraints of a message.
///
/// # Errors
/// `invalid_argument` with every violation, in a `google.rpc.BadRequest`.
pub(crate) fn check<M: Message>(message: &M) -> Result<()> {
    let broken = check::broken(message);
    if broken.is_empty() { Ok(()) } else { Err(Violations::of(broken).status()) }
}

/// The text of a message about a broken constraint.
fn of_constraint(FieldViolation { field, description, .. }: &FieldViolation) -> String {
    format!("field `{field}` {description}")
}
