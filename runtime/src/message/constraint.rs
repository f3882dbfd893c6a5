//! Whether messages keep the constraints of their fields: the walk, the rules, and what is told of those that do not.
//!
//! Generated code hands each value to [`Rules`], a static of its field; what a rule means is in [`rule`] alone. A method
//! whose request reaches no constraint skips the walk: [`Gate`] knows when the service is mounted.

mod format;
mod given;
mod rule;
mod violation;

pub use given::Given;
pub use violation::FieldViolation;

use crate::message::codec::{self, Message, Value};
use crate::message::error::joined;
use polywire_codegen::model::{self, Constraint, Definitions};
use regex::Regex;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// Lets through the messages of one type that keep their constraints.
pub(crate) struct Gate<M> {
    is_open: bool,
    of: PhantomData<fn(M)>,
}

impl<M> Clone for Gate<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Gate<M> {}

impl<M: Message> Gate<M> {
    /// Open, when nothing that the message reaches has a constraint.
    pub(crate) fn new() -> Self {
        let mut definitions = Definitions::default();
        codec::register::<M>(&mut definitions);
        Self { is_open: !definitions.has_constraints(), of: PhantomData }
    }

    /// What of a message is not to pass, if anything.
    pub(crate) fn check(self, message: &M) -> Option<Checker> {
        if self.is_open {
            return None;
        }
        Some(broken(message)).filter(|broken| !broken.is_empty())
    }
}

/// What of a message breaks its constraints.
pub(crate) fn broken<M: Message>(message: &M) -> Checker {
    let mut checker = Checker::default();
    message.check_fields(&mut checker);
    checker
}

/// The constraints of one field; generated code has a static for each.
#[derive(Debug)]
pub struct Rules {
    name: &'static str,
    constraints: &'static [Constraint],
    /// Made when first needed: patterns are compiled once.
    set: OnceLock<Set>,
}

/// The rules of one value, ready to run.
#[derive(Debug, Default)]
pub(crate) struct Set {
    constraints: &'static [Constraint],
    /// In the order of the patterns.
    patterns: Vec<Option<Regex>>,
    each: Option<Box<Self>>,
    keys: Option<Box<Self>>,
}

impl Rules {
    /// Of the field at `index` in the message's schema.
    pub const fn of(schema: &'static model::Message, index: usize) -> Self {
        let nothing = Self { name: "", constraints: &[], set: OnceLock::new() };
        // The macros emit constants.
        let Cow::Borrowed(fields) = &schema.fields else { return nothing };
        let (Cow::Borrowed(name), Cow::Borrowed(constraints)) =
            (&fields[index].name, &fields[index].constraints)
        else {
            return nothing;
        };
        std::mem::forget(nothing);
        Self { name, constraints, set: OnceLock::new() }
    }

    fn set(&self) -> &Set {
        self.set.get_or_init(|| Set::new(self.constraints))
    }
}

impl Set {
    fn new(constraints: &'static [Constraint]) -> Self {
        let mut set = Self { constraints, ..Self::default() };
        for constraint in constraints {
            match constraint {
                Constraint::Pattern(pattern) => set.patterns.push(rule::compile(pattern)),
                Constraint::Each(Cow::Borrowed(rules)) | Constraint::Values(Cow::Borrowed(rules)) => {
                    set.each = Some(Box::new(Self::new(rules)));
                }
                Constraint::Keys(Cow::Borrowed(rules)) => set.keys = Some(Box::new(Self::new(rules))),
                _ => {}
            }
        }
        set
    }
}

/// How many violations are told of one message.
pub(crate) const MOST: usize = 32;

/// Walks a message and gathers what it violates.
#[derive(Debug, Default)]
pub struct Checker {
    violations: Vec<FieldViolation>,
    /// How many there are beyond those.
    more: usize,
}

impl Checker {
    /// What `body` finds is found inside of `segment`.
    fn within(&mut self, segment: impl FnOnce() -> String, body: impl FnOnce(&mut Self)) {
        let before = self.violations.len();
        body(self);
        if self.violations.len() > before {
            let segment = segment();
            for violation in &mut self.violations[before..] {
                violation.field = joined(&segment, &violation.field);
            }
        }
    }

    fn report(&mut self, constraint: &Constraint, describe: impl FnOnce() -> String) {
        if self.violations.len() == MOST {
            self.more += 1;
            return;
        }
        let reason = rule::reason(constraint).to_owned();
        self.violations.push(FieldViolation { field: String::new(), description: describe(), reason });
    }

    fn apply(&mut self, set: &Set, given: &Given<'_>) {
        let mut patterns = set.patterns.iter();
        for constraint in set.constraints {
            if !rule::holds(constraint, given, &mut patterns) {
                self.report(constraint, || rule::describe(constraint, given));
            }
        }
    }

    /// A field that holds one value.
    pub(crate) fn value<const AS: u8, T: Value<AS>>(&mut self, value: &T, rules: &Rules) {
        self.within(|| rules.name.to_owned(), |checker| checker.one(value, rules));
    }

    /// A field that may hold none.
    pub(crate) fn option<const AS: u8, T: Value<AS>>(&mut self, value: Option<&T>, rules: &Rules) {
        match value {
            Some(value) => self.value(value, rules),
            None if rules.constraints.contains(&Constraint::Required) => self.within(
                || rules.name.to_owned(),
                |checker| checker.report(&Constraint::Required, || "is required".to_owned()),
            ),
            None => {}
        }
    }

    fn one<const AS: u8, T: Value<AS>>(&mut self, value: &T, rules: &Rules) {
        if !rules.constraints.is_empty() {
            self.apply(rules.set(), &value.given());
        }
        value.check_inside(self);
    }

    /// A field that is a list.
    pub(crate) fn list<const AS: u8, T: Value<AS>>(&mut self, values: &[T], rules: &Rules) {
        self.within(
            || rules.name.to_owned(),
            |checker| {
                let set = rules.set();
                for constraint in set.constraints {
                    if !rule::holds_of_list::<AS, T>(constraint, values) {
                        checker.report(constraint, || rule::describe(constraint, &Given::Nothing));
                    }
                }
                if set.each.is_none() && !is_message::<AS, T>() {
                    return;
                }
                for (index, value) in values.iter().enumerate() {
                    checker
                        .within(|| format!("[{index}]"), |checker| checker.part(value, set.each.as_deref()));
                }
            },
        );
    }

    /// A field that is a map.
    pub(crate) fn map<'a, const KEY: u8, K: codec::MapKey<KEY> + 'a, const AS: u8, V: Value<AS> + 'a>(
        &mut self,
        pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
        rules: &Rules,
    ) {
        self.within(
            || rules.name.to_owned(),
            |checker| {
                let set = rules.set();
                for constraint in set.constraints {
                    if !rule::holds_of_map(constraint, pairs.len()) {
                        checker.report(constraint, || rule::describe(constraint, &Given::Nothing));
                    }
                }
                if set.each.is_none() && set.keys.is_none() && !is_message::<AS, V>() {
                    return;
                }
                for (key, value) in pairs {
                    checker.within(
                        || subscript::<KEY, K>(key),
                        |checker| {
                            checker.key::<KEY, K>(key, set.keys.as_deref());
                            checker.part(value, set.each.as_deref());
                        },
                    );
                }
            },
        );
    }

    fn part<const AS: u8, T: Value<AS>>(&mut self, value: &T, set: Option<&Set>) {
        if let Some(set) = set {
            self.apply(set, &value.given());
        }
        value.check_inside(self);
    }

    fn key<const KEY: u8, K: codec::MapKey<KEY>>(&mut self, key: &K, set: Option<&Set>) {
        let Some(set) = set else { return };
        let before = self.violations.len();
        self.apply(set, &key.given());
        for violation in &mut self.violations[before..] {
            violation.description.insert_str(0, "the key ");
        }
    }

    /// The fields of a struct variant, inside of its member.
    pub(crate) fn view<V: codec::oneof::View>(&mut self, view: &V, name: &'static str) {
        self.within(|| name.to_owned(), |checker| view.check_fields(checker));
    }

    /// Whether the message keeps every constraint.
    pub(crate) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// The violations, and how many more there are.
    pub(crate) fn into_violations(self) -> (Vec<FieldViolation>, usize) {
        (self.violations, self.more)
    }
}

fn is_message<const AS: u8, T: Value<AS>>() -> bool {
    matches!(T::ELEMENT, model::Element::Message(_))
}

/// `["k"]`, `[7]`
fn subscript<const KEY: u8, K: codec::MapKey<KEY>>(key: &K) -> String {
    subscript_of(K::SCALAR, &key.to_key())
}

/// The same of a key as text.
pub(crate) fn subscript_of(scalar: model::Scalar, key: &str) -> String {
    /// How much of a key is shown, in characters.
    const SHOWN: usize = 64;
    let text: String = key.chars().take(SHOWN).collect();
    let text = if text.len() < key.len() { text + "…" } else { text };
    match scalar {
        model::Scalar::String => format!("[{text:?}]"),
        _ => format!("[{text}]"),
    }
}
