//! Constraints of fields: the demands on a value, and the reports when it breaks them. Knows no codec.
//!
//! Generated code hands each value to [`Rules`], a static of its field. The meaning of a rule is in [`rule`] alone.

mod format;
mod given;
mod rule;
mod violation;

pub use given::Given;
pub(super) use rule::reason;
pub use violation::FieldViolation;

use polywire_codegen::model::{self, Constraint};
use regex::Regex;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The constraints of one field; generated code has a static for each.
#[derive(Debug)]
pub struct Rules {
    pub(super) name: &'static str,
    pub(super) constraints: &'static [Constraint],
    /// The rules ready to run. They are made when first needed, so patterns are compiled once.
    set: OnceLock<Set>,
}

/// The rules of one value, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Set {
    constraints: &'static [Constraint],
    /// The compiled patterns, in the order of the constraints.
    patterns: Vec<Option<Regex>>,
    pub(super) each: Option<Box<Self>>,
    pub(super) keys: Option<Box<Self>>,
}

impl Rules {
    /// The rules of the field at `index` in the message's schema.
    pub const fn of(schema: &'static model::Message, index: usize) -> Self {
        let nothing = Self { name: "", constraints: &[], set: OnceLock::new() };
        // Not reached: the macros emit constants.
        let Cow::Borrowed(fields) = &schema.fields else { return nothing };
        let (Cow::Borrowed(name), Cow::Borrowed(constraints)) =
            (&fields[index].name, &fields[index].constraints)
        else {
            return nothing;
        };
        std::mem::forget(nothing);
        Self { name, constraints, set: OnceLock::new() }
    }

    pub(super) fn set(&self) -> &Set {
        self.set.get_or_init(|| Set::new(self.constraints))
    }
}

impl Set {
    fn new(constraints: &'static [Constraint]) -> Self {
        use Constraint::*;
        let mut set = Self { constraints, ..Self::default() };
        for constraint in constraints {
            match constraint {
                Pattern(pattern) => set.patterns.push(rule::compile(pattern)),
                Each(rules) | Values(rules) => set.each = Some(Self::inside(rules)),
                Keys(rules) => set.keys = Some(Self::inside(rules)),
                Required | Min(_) | Max(_) | ExclusiveMin(_) | ExclusiveMax(_) | Finite | OneOf(_)
                | Len(_) | MinLen(_) | MaxLen(_) | Prefix(_) | Suffix(_) | Contains(_) | Format(_)
                | Defined | Past | Future | Within(_) | MinItems(_) | MaxItems(_) | Unique | MinPairs(_)
                | MaxPairs(_) => {}
            }
        }
        set
    }

    /// The rules inside of `each`, `keys` or `values`.
    fn inside(rules: &'static [Constraint]) -> Box<Self> {
        Box::new(Self::new(rules))
    }

    /// Reports every constraint that a value breaks, with what describes it when it is to be told.
    pub(super) fn hold(&self, given: &Given<'_>, report: impl FnMut(&Constraint, &dyn Fn() -> String)) {
        let mut patterns = self.patterns.iter();
        self.each_broken(given, |constraint| rule::holds(constraint, given, &mut patterns), report);
    }

    /// Reports every constraint that a list breaks, apart from its elements. `are_unique` is called only where it matters.
    pub(super) fn hold_list(
        &self,
        len: usize,
        are_unique: impl Fn() -> bool,
        report: impl FnMut(&Constraint, &dyn Fn() -> String),
    ) {
        let holds = |constraint: &Constraint| rule::holds_of_list(constraint, len, &are_unique);
        self.each_broken(&Given::Nothing, holds, report);
    }

    /// Reports every constraint that a map with this number of entries breaks.
    pub(super) fn hold_map(&self, entries: usize, report: impl FnMut(&Constraint, &dyn Fn() -> String)) {
        self.each_broken(&Given::Nothing, |constraint| rule::holds_of_map(constraint, entries), report);
    }

    fn each_broken(
        &self,
        given: &Given<'_>,
        mut holds: impl FnMut(&Constraint) -> bool,
        mut report: impl FnMut(&Constraint, &dyn Fn() -> String),
    ) {
        for constraint in self.constraints {
            if !holds(constraint) {
                report(constraint, &|| rule::describe(constraint, given));
            }
        }
    }
}
