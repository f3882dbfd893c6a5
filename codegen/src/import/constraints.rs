//! protovalidate's options (`buf.validate.field`) as constraints of `#[field(…)]`.
//!
//! A rule that has no such form is refused by name, because values that break it would be accepted. A user
//! may ask to leave such rules out instead.
//!
//! These rules have no form: CEL, `not_in`, rules of a whole message, and `required` of a field without presence. Each
//! would be a check that its owners rely on and that nobody makes. The import stops and names each rule, until
//! `leave_out_foreign_rules` allows it to go on. `const` becomes `one_of` with one value.

use super::{Error, ForeignRules};
use crate::model::{NANOS, Number};
use proc_macro2::{Literal, TokenStream};
use protox::prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};
use quote::{format_ident, quote};

const PACKAGE: &str = "buf.validate.";

/// Reads the rules of messages and fields, and collects the rules that have no form.
pub(super) struct Reader<'a> {
    pub(super) rules: ForeignRules,
    pub(super) errors: &'a mut Error,
}

/// The value that the rules apply to.
#[derive(Clone)]
struct Subject<'a> {
    /// The field, for error messages.
    field: &'a FieldDescriptor,
    kind: Kind,
    place: Place,
}

/// The place of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In an `Option`.
    Optional,
    /// In a field that is always present, a list, a map, or a member of a `oneof`.
    Plain,
    /// Inside of a list or a map.
    Inside,
}

impl Reader<'_> {
    /// The rules of a field as arguments, each a token stream: `min = 1, max = 5`.
    pub(super) fn field(&mut self, field: &FieldDescriptor) -> Vec<TokenStream> {
        let Some(rules) = extension(&field.options(), "field") else { return Vec::new() };
        let in_oneof = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
        let optional = field.supports_presence() && !in_oneof && !field.is_list() && !field.is_map();
        let place = if optional { Place::Optional } else { Place::Plain };
        self.value(&rules, &Subject { field, kind: field.kind(), place })
    }

    /// Refuses the rules of whole messages and of their `oneof`s: they have no form at all.
    pub(super) fn message(&mut self, message: &MessageDescriptor) {
        let oneofs = message.oneofs().map(|oneof| (oneof.full_name().to_owned(), oneof.options()));
        for (name, options) in
            std::iter::once((message.full_name().to_owned(), message.options())).chain(oneofs)
        {
            for (extension, _) in
                options.extensions().filter(|(known, _)| known.full_name().starts_with(PACKAGE))
            {
                self.refuse(&name, &format!("({})", extension.full_name()), "check it in the handler");
            }
        }
    }

    fn refuse(&mut self, subject: &str, rule: &str, fix: &str) {
        if self.rules == ForeignRules::Refused {
            self.errors.push(format!(
                "`{subject}`: the rule `{rule}` has no form in `#[field(…)]`; {fix}, or leave such rules out with \
                 `Import::leave_out_foreign_rules`"
            ));
        }
    }

    /// Reads the rules of one value: a message `buf.validate.FieldRules`.
    fn value(&mut self, rules: &DynamicMessage, of: &Subject<'_>) -> Vec<TokenStream> {
        let mut found = Vec::new();
        for (rule, value) in rules.fields() {
            match (rule.name(), value) {
                ("required", Value::Bool(false)) => {}
                ("required", _) if of.place == Place::Optional => found.push(quote!(required)),
                ("required", _) => {
                    let fix = "say what its value must be like, such as `min_len = 1`";
                    self.refuse(of.field.full_name(), "required", fix);
                }
                ("ignore", Value::EnumNumber(0)) => {}
                ("repeated" | "map", Value::Message(rules)) => found.extend(self.many(rules, of)),
                (word, Value::Message(rules)) if fits(word, &of.kind) => {
                    found.extend(self.one(word, rules, of))
                }
                (word, _) => self.refuse(of.field.full_name(), word, "remove it"),
            }
        }
        found
    }

    /// Reads the rules of a list or a map.
    fn many(&mut self, rules: &DynamicMessage, of: &Subject<'_>) -> Vec<TokenStream> {
        let mut found = Vec::new();
        let entry = of.field.is_map().then(|| of.kind.as_message().cloned()).flatten();
        let inside = |kind: Kind| Subject { field: of.field, kind, place: Place::Inside };
        found.extend(range("items", rules, "min_items", "max_items"));
        found.extend(range("pairs", rules, "min_pairs", "max_pairs"));
        for (rule, value) in rules.fields() {
            let (word, of_inside) = match (rule.name(), &entry) {
                ("min_items" | "max_items" | "min_pairs" | "max_pairs", _) => continue,
                ("unique", _) => {
                    found.extend((*value == Value::Bool(true)).then(|| quote!(unique)));
                    continue;
                }
                ("items", None) => ("each", inside(of.kind.clone())),
                ("keys", Some(entry)) => ("keys", inside(entry.map_entry_key_field().kind())),
                ("values", Some(entry)) => ("values", inside(entry.map_entry_value_field().kind())),
                (word, _) => {
                    self.refuse(of.field.full_name(), word, "remove it");
                    continue;
                }
            };
            let Some(rules) = value.as_message() else { continue };
            let inner = self.value(rules, &of_inside);
            let word = format_ident!("{word}");
            found.extend((!inner.is_empty()).then(|| quote!(#word(#(#inner),*))));
        }
        found
    }

    /// Reads the rules of a scalar or an enum, from the message of its type.
    fn one(&mut self, of_type: &str, rules: &DynamicMessage, of: &Subject<'_>) -> Vec<TokenStream> {
        let mut found = Vec::new();
        if let Some(fault) = outside(rules) {
            self.refuse(of.field.full_name(), &format!("{of_type}.{fault}"), "write the lower bound first");
            return found;
        }
        for (rule, value) in rules.fields() {
            match written(of_type, rule.name(), value) {
                Some(written) => found.extend(written),
                None => {
                    let rule = format!("{of_type}.{}", rule.name());
                    self.refuse(of.field.full_name(), &rule, "remove it");
                }
            }
        }
        for (extension, _) in rules.extensions() {
            self.refuse(of.field.full_name(), &format!("({})", extension.full_name()), "remove it");
        }
        found
    }
}

fn extension(options: &DynamicMessage, name: &str) -> Option<DynamicMessage> {
    let is_it = |full_name: &str| full_name.strip_prefix(PACKAGE) == Some(name);
    let (_, value) = options.extensions().find(|(known, _)| is_it(known.full_name()))?;
    value.as_message().cloned()
}

/// Whether rules of this type fit such a value. A wrapper counts as a message, so it takes no scalar rules.
fn fits(of_type: &str, kind: &Kind) -> bool {
    match kind {
        Kind::Enum(_) => of_type == "enum",
        Kind::Message(message) => match message.full_name() {
            "google.protobuf.Duration" => of_type == "duration",
            "google.protobuf.Timestamp" => of_type == "timestamp",
            _ => false,
        },
        scalar => format!("{scalar:?}").to_lowercase() == of_type,
    }
}

/// Finds a lower bound above the upper one. Such a pair demands a value outside of the two.
fn outside(rules: &DynamicMessage) -> Option<&'static str> {
    let bound = |names: [&str; 2]| {
        names.into_iter().find_map(|name| {
            let field = rules.descriptor().get_field_by_name(name)?;
            rules.has_field(&field).then(|| rules.get_field(&field).into_owned())
        })
    };
    let (low, high) = (number(&bound(["gt", "gte"])?)?, number(&bound(["lt", "lte"])?)?);
    (low.1 > high.1).then_some("gt")
}

/// The arguments for one rule. `Some(None)` when it demands nothing, `None` when it has no form.
fn written(of_type: &str, rule: &str, value: &Value) -> Option<Option<TokenStream>> {
    let set = |word: &str, value: TokenStream| {
        let word = format_ident!("{word}");
        Some(Some(quote!(#word = #value)))
    };
    match (of_type, rule, value) {
        // An example demands nothing.
        (_, "example", _) => Some(None),
        ("enum", "defined_only", Value::Bool(asked)) => Some(asked.then(|| quote!(defined))),
        ("float" | "double", "finite", Value::Bool(asked)) => Some(asked.then(|| quote!(finite))),
        ("string", word, Value::Bool(asked))
            if crate::model::Format::ALL.iter().any(|(known, _)| *known == word) =>
        {
            let word = format_ident!("{word}");
            Some(asked.then(|| quote!(#word)))
        }
        ("string", "pattern", Value::String(text)) => match crate::pattern::check(text) {
            Ok(()) => set("pattern", quote!(#text)),
            Err(_) => None,
        },
        ("string", "prefix" | "suffix" | "contains", Value::String(text)) if !text.is_empty() => {
            set(rule, quote!(#text))
        }
        ("string" | "bytes", "len" | "min_len" | "max_len", Value::U64(count)) => {
            let count = Literal::u64_unsuffixed(*count);
            set(rule, quote!(#count))
        }
        ("string", "in", Value::List(values)) => {
            let texts = values.iter().map(|value| value.as_str().map(|text| quote!(#text)));
            let texts = texts.collect::<Option<Vec<_>>>()?;
            set("one_of", quote!([#(#texts),*]))
        }
        ("string", "const", Value::String(text)) => set("one_of", quote!([#text])),
        ("timestamp", "lt_now", Value::Bool(asked)) => Some(asked.then(|| quote!(past))),
        ("timestamp", "gt_now", Value::Bool(asked)) => Some(asked.then(|| quote!(future))),
        ("timestamp", "within", value) => {
            let (span, nanos) = number(value)?;
            // No distance to now is below zero.
            if nanos <= 0.0 { None } else { set("within", span) }
        }
        ("string" | "bytes" | "enum" | "bool", ..) | ("duration" | "timestamp", "const" | "in", _) => None,
        (_, "in", Value::List(values)) => {
            let numbers = values.iter().map(|value| number(value).map(|(tokens, _)| tokens));
            let numbers = numbers.collect::<Option<Vec<_>>>()?;
            set("one_of", quote!([#(#numbers),*]))
        }
        (_, word, value) => {
            let (tokens, _) = number(value)?;
            match word {
                "gte" => set("min", tokens),
                "lte" => set("max", tokens),
                "gt" => set("exclusive_min", tokens),
                "lt" => set("exclusive_max", tokens),
                "const" => set("one_of", quote!([#tokens])),
                _ => None,
            }
        }
    }
}

/// Writes `items = 1..=50`.
fn range(word: &str, rules: &DynamicMessage, least: &str, most: &str) -> Option<TokenStream> {
    let count = |name: &str| {
        let field = rules.descriptor().get_field_by_name(name)?;
        let count = rules.has_field(&field).then(|| rules.get_field(&field).as_u64()).flatten()?;
        Some(Literal::u64_unsuffixed(count))
    };
    let word = format_ident!("{word}");
    match (count(least), count(most)) {
        (Some(least), Some(most)) => Some(quote!(#word = #least..=#most)),
        (Some(least), None) => Some(quote!(#word = #least..)),
        (None, Some(most)) => Some(quote!(#word = ..=#most)),
        (None, None) => None,
    }
}

/// The tokens of a number, and its size. A float without a fraction is written as a whole number.
fn number(value: &Value) -> Option<(TokenStream, f64)> {
    /// The limit below which a double holds every whole number exactly.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    let integer = |value: i128| {
        let literal = Literal::i128_unsuffixed(value);
        Some((quote!(#literal), value as f64))
    };
    let real = |value: f64| {
        if value.fract() == 0.0 && value.abs() < WHOLE {
            return integer(value as i128);
        }
        let literal = value.is_finite().then(|| Literal::f64_unsuffixed(value))?;
        Some((quote!(#literal), value))
    };
    match value {
        Value::I32(value) => integer((*value).into()),
        Value::I64(value) => integer((*value).into()),
        Value::U32(value) => integer((*value).into()),
        Value::U64(value) => integer((*value).into()),
        // The shortest text of the float is taken, not the double nearest to it.
        Value::F32(value) => real(value.to_string().parse().ok()?),
        Value::F64(value) => real(*value),
        Value::Message(time) => {
            let part = |name: &str| time.get_field_by_name(name).map(std::borrow::Cow::into_owned);
            let (seconds, nanos) = (part("seconds")?.as_i64()?, part("nanos")?.as_i32()?);
            let nanos = i128::from(seconds) * NANOS + i128::from(nanos);
            let is_point = time.descriptor().full_name() == "google.protobuf.Timestamp";
            let bound = if is_point { Number::Point(nanos) } else { Number::Span(nanos) };
            let text = bound.to_string();
            // Values beyond protobuf's own range have no such text.
            let read = if is_point { Number::point(&text) } else { Number::span(&text) };
            (read == Some(bound)).then(|| (quote!(#text), nanos as f64))
        }
        _ => None,
    }
}
