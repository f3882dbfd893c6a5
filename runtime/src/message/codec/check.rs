//! The walk over a message that checks each field against its constraints.
//!
//! A method skips the walk when its request reaches no constraint. [`Gate`] finds that out when the service is mounted.

use super::{MapKey, Message, Value};
use crate::message::constraint::{self, FieldViolation, Given, Rules, Set};
use crate::message::error::joined;
use polywire_codegen::model::{self, Constraint, Definitions};
use std::marker::PhantomData;

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
    /// Makes a gate. It is open when the message reaches no constraint.
    pub(crate) fn new() -> Self {
        let mut definitions = Definitions::default();
        super::register::<M>(&mut definitions);
        Self { is_open: !definitions.has_constraints(), of: PhantomData }
    }

    /// Makes a gate for a message that is known to reach constraints, or none.
    pub(crate) const fn of(is_constrained: bool) -> Self {
        Self { is_open: !is_constrained, of: PhantomData }
    }

    /// Whether it looks at messages.
    pub(crate) const fn is_constrained(self) -> bool {
        !self.is_open
    }

    /// Returns the violations of a message; `None` when it may pass.
    pub(crate) fn check(self, message: &M) -> Option<Checker> {
        if self.is_open {
            return None;
        }
        Some(broken(message)).filter(|broken| !broken.is_empty())
    }
}

/// Gathers the constraints that a message breaks.
pub(crate) fn broken<M: Message>(message: &M) -> Checker {
    let mut checker = Checker::default();
    message.check_fields(&mut checker);
    checker
}

/// The most violations that are reported of one message.
pub(crate) const MOST: usize = 32;

/// Walks a message and gathers its violations.
#[derive(Debug, Default)]
pub struct Checker {
    violations: Vec<FieldViolation>,
    /// The number of violations that are not listed.
    more: usize,
}

impl Checker {
    /// Runs `body`, and puts `segment` in front of the path of each violation that it finds.
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

    /// Keeps a violation, or counts it: beyond [`MOST`] none is described, however many a stranger sends.
    fn report(&mut self, constraint: &Constraint, describe: &dyn Fn() -> String) {
        if self.violations.len() == MOST {
            self.more += 1;
            return;
        }
        let reason = constraint::reason(constraint).to_owned();
        self.violations.push(FieldViolation { field: String::new(), description: describe(), reason });
    }

    fn apply(&mut self, set: &Set, given: &Given<'_>) {
        set.hold(given, |constraint, describe| self.report(constraint, describe));
    }

    /// Checks a field that holds one value.
    pub(crate) fn value<const AS: u8, T: Value<AS>>(&mut self, value: &T, rules: &Rules) {
        self.within(|| rules.name.to_owned(), |checker| checker.one(value, rules));
    }

    /// Checks a field that may be absent.
    pub(crate) fn option<const AS: u8, T: Value<AS>>(&mut self, value: Option<&T>, rules: &Rules) {
        match value {
            Some(value) => self.value(value, rules),
            None if rules.constraints.contains(&Constraint::Required) => self.within(
                || rules.name.to_owned(),
                |checker| checker.report(&Constraint::Required, &|| "is required".to_owned()),
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

    /// Checks a field that is a list.
    pub(crate) fn list<const AS: u8, T: Value<AS>>(&mut self, values: &[T], rules: &Rules) {
        self.within(
            || rules.name.to_owned(),
            |checker| {
                let set = rules.set();
                let are_unique = || Given::are_unique(values.iter().map(T::given));
                set.hold_list(values.len(), are_unique, |constraint, describe| {
                    checker.report(constraint, describe)
                });
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

    /// Checks a field that is a map.
    pub(crate) fn map<'a, const KEY: u8, K: MapKey<KEY> + 'a, const AS: u8, V: Value<AS> + 'a>(
        &mut self,
        pairs: impl ExactSizeIterator<Item = (&'a K, &'a V)>,
        rules: &Rules,
    ) {
        self.within(
            || rules.name.to_owned(),
            |checker| {
                let set = rules.set();
                set.hold_map(pairs.len(), |constraint, describe| checker.report(constraint, describe));
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

    fn key<const KEY: u8, K: MapKey<KEY>>(&mut self, key: &K, set: Option<&Set>) {
        let Some(set) = set else { return };
        let before = self.violations.len();
        self.apply(set, &key.given());
        for violation in &mut self.violations[before..] {
            violation.description.insert_str(0, "the key ");
        }
    }

    /// Checks the fields of a struct variant, inside of its member.
    pub(crate) fn view<V: super::oneof::View>(&mut self, view: &V, name: &'static str) {
        self.within(|| name.to_owned(), |checker| view.check_fields(checker));
    }

    /// Whether the message keeps every constraint.
    pub(crate) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// The listed violations, and the number of those that are not listed.
    pub(crate) fn into_violations(self) -> (Vec<FieldViolation>, usize) {
        (self.violations, self.more)
    }
}

fn is_message<const AS: u8, T: Value<AS>>() -> bool {
    matches!(T::ELEMENT, model::Element::Message(_))
}

/// The key of a map as a segment of a path: `["k"]`, `[7]`.
fn subscript<const KEY: u8, K: MapKey<KEY>>(key: &K) -> String {
    subscript_of(K::SCALAR, &key.to_key())
}

/// The same for a key that is text already.
pub(crate) fn subscript_of(scalar: model::Scalar, key: &str) -> String {
    /// The most characters of a key that are shown.
    const SHOWN: usize = 64;
    let text: String = key.chars().take(SHOWN).collect();
    let text = if text.len() < key.len() { text + "…" } else { text };
    match scalar {
        model::Scalar::String => format!("[{text:?}]"),
        _ => format!("[{text}]"),
    }
}
