//! Constraints: constants in the schema, and one line for each field, which gives its value to the runtime's
//! checker.

use super::consts::{list, number, text};
use super::message::held;
use super::schema::as_choice;
use crate::model::{Constraint, Format, Literal as Value, Number};
use crate::rust::item::{Choice, Field, Rule, Tag};
use crate::rust::types;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

/// `__p::Cow::Borrowed(&[__p::model::Constraint::Min(…)])`
pub(super) fn constants(tag: &Tag) -> TokenStream {
    list(tag.demands().iter().map(constant))
}

fn constant(constraint: &Constraint) -> TokenStream {
    let (name, value) = match constraint {
        Constraint::Required => ("Required", None),
        Constraint::Min(bound) => ("Min", Some(self::bound(*bound))),
        Constraint::Max(bound) => ("Max", Some(self::bound(*bound))),
        Constraint::ExclusiveMin(bound) => ("ExclusiveMin", Some(self::bound(*bound))),
        Constraint::ExclusiveMax(bound) => ("ExclusiveMax", Some(self::bound(*bound))),
        Constraint::Finite => ("Finite", None),
        Constraint::OneOf(values) => ("OneOf", Some(list(values.iter().map(literal)))),
        Constraint::Len(count) => ("Len", Some(self::count(*count))),
        Constraint::MinLen(count) => ("MinLen", Some(self::count(*count))),
        Constraint::MaxLen(count) => ("MaxLen", Some(self::count(*count))),
        Constraint::Pattern(of) => ("Pattern", Some(text(of))),
        Constraint::Prefix(of) => ("Prefix", Some(text(of))),
        Constraint::Suffix(of) => ("Suffix", Some(text(of))),
        Constraint::Contains(of) => ("Contains", Some(text(of))),
        Constraint::Format(format) => ("Format", Some(self::format(*format))),
        Constraint::Defined => ("Defined", None),
        Constraint::Past => ("Past", None),
        Constraint::Future => ("Future", None),
        Constraint::Within(distance) => ("Within", Some(self::bound(*distance))),
        Constraint::MinItems(count) => ("MinItems", Some(self::count(*count))),
        Constraint::MaxItems(count) => ("MaxItems", Some(self::count(*count))),
        Constraint::Unique => ("Unique", None),
        Constraint::MinPairs(count) => ("MinPairs", Some(self::count(*count))),
        Constraint::MaxPairs(count) => ("MaxPairs", Some(self::count(*count))),
        Constraint::Each(rules) => ("Each", Some(list(rules.iter().map(constant)))),
        Constraint::Keys(rules) => ("Keys", Some(list(rules.iter().map(constant)))),
        Constraint::Values(rules) => ("Values", Some(list(rules.iter().map(constant)))),
    };
    let name = Ident::new(name, Span::call_site());
    let value = value.map(|value| quote!((#value)));
    quote!(__p::model::Constraint::#name #value)
}

fn bound(bound: Number) -> TokenStream {
    match bound {
        Number::Integer(value) => {
            let value = Literal::i128_unsuffixed(value);
            quote!(__p::model::Number::Integer(#value))
        }
        Number::Span(nanos) => {
            let nanos = Literal::i128_unsuffixed(nanos);
            quote!(__p::model::Number::Span(#nanos))
        }
        Number::Point(nanos) => {
            let nanos = Literal::i128_unsuffixed(nanos);
            quote!(__p::model::Number::Point(#nanos))
        }
        Number::Real(_) => {
            let value = Literal::f64_unsuffixed(bound.as_f64());
            quote!(__p::model::Number::real(#value))
        }
    }
}

fn count(count: u64) -> TokenStream {
    let count = Literal::u64_unsuffixed(count);
    quote!(#count)
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::Number(number) => {
            let bound = bound(*number);
            quote!(__p::model::Literal::Number(#bound))
        }
        Value::Text(of) => {
            let of = text(of);
            quote!(__p::model::Literal::Text(#of))
        }
    }
}

fn format(format: Format) -> TokenStream {
    let name = Ident::new(
        match format {
            Format::Email => "Email",
            Format::Uuid => "Uuid",
            Format::Uri => "Uri",
            Format::Hostname => "Hostname",
            Format::Ip => "Ip",
            Format::Ipv4 => "Ipv4",
            Format::Ipv6 => "Ipv6",
        },
        Span::call_site(),
    );
    quote!(__p::model::Format::#name)
}

/// The body of `check_fields`: a line for each field that has constraints or may hold a message. `None`
/// without such a field.
pub(super) fn checks(
    message: &Ident,
    fields: &[Field],
    choices: &[Choice],
    of: &TokenStream,
) -> Option<TokenStream> {
    let lines: Vec<TokenStream> = fields
        .iter()
        .enumerate()
        .filter(|(_, Field { tag, ty, .. })| is_checked(tag, ty))
        .map(|(index, field)| {
            let member = &field.member;
            check(message, index, &held(field), &quote!(#of #member))
        })
        .chain(choices.iter().map(|choice| {
            let (member, held, place) = (&choice.member, as_choice(choice), super::place(&choice.ty));
            quote_spanned!(place=> #held::check_members(#of #member, __check);)
        }))
        .collect();
    let asserts = fields.iter().flat_map(|field| asserts(&field.tag, &held(field)));
    (!lines.is_empty()).then(|| quote!(#(#asserts)* #(#lines)*))
}

pub(super) fn is_checked(tag: &Tag, ty: &Type) -> bool {
    !tag.constraints.is_empty() || types::may_hold_message(ty)
}

/// One line of `check_fields`.
///
/// ```text
/// {
///     static __RULES: __p::Rules = __p::Rules::of(<Order as __p::Message>::SCHEMA, 0);
///     <i32 as __p::Field>::check_field(&self.id, &__RULES, __check);
/// }
/// ```
pub(super) fn check(message: &Ident, index: usize, field: &TokenStream, value: &TokenStream) -> TokenStream {
    let index = number(index as u32);
    quote!({
        static __RULES: __p::Rules = __p::Rules::of(<#message as __p::Message>::SCHEMA, #index);
        #field::check_field(#value, &__RULES, __check);
    })
}

/// Assertions for constraints that only the compiler can judge.
///
/// ```text
/// const _: () = {
///     const __RULE: … = &…;
///     const __TYPE: … = &<Genre as __p::Field>::TYPE;
///     ::core::assert!(…, "field `genre`: …");
/// };
/// ```
pub(super) fn asserts(tag: &Tag, field: &TokenStream) -> Vec<TokenStream> {
    let assert = |rule: &Rule| {
        // The text of an assertion is a format string.
        let text = rule.misfit.as_ref()?.replace('{', "{{").replace('}', "}}");
        let (rule, span) = (constant(&rule.constraint), super::place(&rule.at));
        Some(quote_spanned! {span=>
            const _: () = {
                const __RULE: &__p::model::Constraint = &#rule;
                const __TYPE: &__p::model::Type = &#field::TYPE;
                ::core::assert!(#field::CHECKED && __RULE.fits(__TYPE), #text);
            };
        })
    };
    tag.constraints.iter().filter_map(assert).collect()
}
