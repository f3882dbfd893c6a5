//! Reads attributes: doc comments, and the words, values and nested lists inside of polywire's own
//! attributes.

use super::errors::Errors;
use crate::comment;
use crate::names;
use quote::ToTokens;
use std::fmt::Display;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Lit, LitInt, LitStr, Meta, Token, token};

/// The doc comment. Lines end in `\n`, and have no space from behind the slashes.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for text in attrs.iter().filter_map(doc_text).map(without_stars) {
        let text = comment::cleaned(&text);
        lines.extend(
            text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
        );
    }
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |at| at + 1);
    lines[first..last].join("\n")
}

/// The text without the stars that begin the lines of a block comment.
fn without_stars(text: String) -> String {
    let mut lines = text.lines().skip(1).filter(|line| !line.trim().is_empty()).peekable();
    if lines.peek().is_none() || !lines.all(|line| line.trim_start().starts_with('*')) {
        return text;
    }
    let star = |line: &str| line.trim_start().strip_prefix('*').unwrap_or(line).to_owned();
    text.lines().map(star).collect::<Vec<_>>().join("\n")
}

fn doc_text(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attr.meta else { return None };
    match &meta.value {
        Expr::Lit(value) if meta.path.is_ident("doc") => match &value.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `#[deprecated]` is there.
pub(crate) fn deprecated(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
}

macro_rules! own {
    ($($name:ident $word:literal $on_method:literal,)*) => {
        /// An attribute of polywire, apart from those of transports.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Own {
            $(#[doc = concat!("`#[", $word, "]`")] $name,)*
        }

        impl Own {
            /// The attributes that stand on a method, its arguments or its response.
            pub(crate) fn on_method() -> impl Iterator<Item = Self> {
                [$((Self::$name, $on_method)),*].into_iter().filter_map(|(own, stands)| stands.then_some(own))
            }

            /// The word as it is written.
            pub(crate) const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

// Each attribute, and whether it stands on a method. The trait is emitted without those.
own! {
    Message "message" false,
    Error "error" false,
    Unknown "unknown" false,
    UnknownFields "unknown_fields" false,
    Field "field" true,
    Example "example" true,
    Method "method" true,
    Read "read" true,
    Idempotent "idempotent" true,
    Attr "attr" true,
}

/// The attributes of this kind.
pub(crate) fn own(attrs: &[Attribute], own: Own) -> impl Iterator<Item = &Attribute> {
    named(attrs, own.word())
}

/// The attributes of this name.
pub(crate) fn named<'a>(attrs: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a Attribute> {
    attrs.iter().filter(move |attr| attr.path().is_ident(name))
}

/// Refuses `#[cfg]`: the schema may not depend on how a crate is built.
pub(crate) fn refuse_cfg(attrs: &[Attribute], subject: impl Display, errors: &mut Errors) {
    for attr in named(attrs, "cfg").chain(named(attrs, "cfg_attr").filter(|attr| !is_harmless(attr))) {
        let rule = "the schema cannot depend on `cfg`; put the attribute on the whole item, or remove it";
        errors.push(attr, format!("{subject}: {rule}"));
    }
}

/// Attributes of Rust itself that do not change the schema.
const HARMLESS: &[&str] = &[
    "doc",
    "allow",
    "expect",
    "warn",
    "deny",
    "forbid",
    "deprecated",
    "must_use",
    "inline",
    "cold",
    "track_caller",
];

/// Whether a `#[cfg_attr(…)]` carries only attributes that do not change the schema, such as `doc(cfg(…))`.
fn is_harmless(attr: &Attribute) -> bool {
    let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let of_rust =
        |meta: &Meta| HARMLESS.iter().any(|name| meta.path().is_ident(name)) || is_tool(meta.path());
    metas.is_ok_and(|metas| metas.iter().skip(1).all(of_rust))
}

/// Whether the path begins with the name of a tool: `clippy::…`, `rustfmt::…`.
fn is_tool(path: &syn::Path) -> bool {
    path.segments.len() > 1
        && ["clippy", "rustfmt", "diagnostic"].iter().any(|tool| path.segments[0].ident == tool)
}

/// One argument of an attribute.
#[derive(Clone)]
pub(crate) enum Arg {
    /// A word: `skip`.
    Word(Ident),
    /// A literal: `3`, `"/path"`.
    Literal(Lit),
    /// A key and a value: `queue = "orders"`.
    Set(Ident, Lit),
    /// A nested list: `retry(…)`.
    List(Ident, Vec<Arg>),
    /// A key and a range: `items = 1..=50`.
    Range(Ident, Range),
    /// A key and several values: `one_of = [1, 2]`.
    Array(Ident, Vec<Lit>),
    /// A key and several words: `on = [Unavailable, Aborted]`.
    Words(Ident, Vec<Ident>),
}

/// A range: `1..=50`, `1..` or `..=50`.
#[derive(Clone)]
pub(crate) struct Range {
    pub(crate) from: Option<Lit>,
    /// The end, which is included.
    pub(crate) to: Option<Lit>,
}

impl Range {
    /// Reads the range that begins with `from`: two dots and what follows them.
    fn after(from: Option<Lit>, input: ParseStream<'_>) -> syn::Result<Self> {
        if input.parse::<Option<Token![..=]>>()?.is_some() {
            return Ok(Self { from, to: Some(input.parse()?) });
        }
        input.parse::<Token![..]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Self { from, to: None });
        }
        Err(input.error("a range includes its end; write `..=`"))
    }
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return input.parse().map(Self::Literal);
        }
        let key = input.call(Ident::parse_any)?;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            return value(key, input);
        }
        if input.peek(token::Paren) {
            let inner;
            syn::parenthesized!(inner in input);
            return Ok(Self::List(key, list(&inner)?));
        }
        Ok(Self::Word(key))
    }
}

/// Reads the value after `key =`.
fn value(key: Ident, input: ParseStream<'_>) -> syn::Result<Arg> {
    if input.peek(token::Bracket) {
        let inner;
        syn::bracketed!(inner in input);
        if inner.peek(Ident::peek_any) && !inner.peek(Lit) {
            let words = inner.parse_terminated(Ident::parse_any, Token![,])?;
            return Ok(Arg::Words(key, words.into_iter().collect()));
        }
        let items = Punctuated::<Lit, Token![,]>::parse_terminated(&inner)?;
        return Ok(Arg::Array(key, items.into_iter().collect()));
    }
    if input.peek(Token![..]) {
        return Range::after(None, input).map(|range| Arg::Range(key, range));
    }
    let value = input.parse()?;
    if input.peek(Token![..]) {
        return Range::after(Some(value), input).map(|range| Arg::Range(key, range));
    }
    Ok(Arg::Set(key, value))
}

impl ToTokens for Arg {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        match self {
            Self::Literal(literal) => literal.to_tokens(tokens),
            Self::Word(word)
            | Self::Set(word, _)
            | Self::List(word, _)
            | Self::Range(word, _)
            | Self::Array(word, _)
            | Self::Words(word, _) => word.to_tokens(tokens),
        }
    }
}

impl Arg {
    /// The word in front, if there is one.
    pub(crate) const fn key(&self) -> Option<&Ident> {
        match self {
            Self::Literal(_) => None,
            Self::Word(word)
            | Self::Set(word, _)
            | Self::List(word, _)
            | Self::Range(word, _)
            | Self::Array(word, _)
            | Self::Words(word, _) => Some(word),
        }
    }

    /// Reports that an argument of this kind does not belong here.
    pub(crate) fn refuse(&self, subject: impl Display, known: &str, errors: &mut Errors) {
        let what = match self {
            Self::Literal(literal) => format!("unexpected `{}`", literal.to_token_stream()),
            other => format!("unknown key `{}`", other.to_token_stream()),
        };
        errors.push(self, format!("{subject}: {what}; known here: {known}"));
    }
}

/// Comma-separated arguments up to the end.
pub(crate) fn list(input: ParseStream<'_>) -> syn::Result<Vec<Arg>> {
    Ok(Punctuated::<Arg, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

/// The arguments of `#[name(…)]`. `#[name]` has none.
pub(crate) fn args(attr: &Attribute) -> syn::Result<Vec<Arg>> {
    match &attr.meta {
        Meta::Path(_) => Ok(Vec::new()),
        _ => attr.parse_args_with(list),
    }
}

/// Checks that a value is text.
pub(crate) fn text(value: &Lit, subject: impl Display, errors: &mut Errors) -> Option<LitStr> {
    match value {
        Lit::Str(text) => Some(text.clone()),
        other => {
            errors.push(other, format!("{subject}: the value is text; write it in double quotes"));
            None
        }
    }
}

/// The milliseconds of a time such as `5m`.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    text[..digits].parse::<u64>().ok()?.checked_mul(factor)
}

/// The bytes of a size such as `4MiB`.
pub(crate) fn bytes(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match &text[digits..] {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    text[..digits].parse::<usize>().ok()?.checked_mul(factor)
}

/// Checks that a value is a whole number in the range of `T`.
pub(crate) fn number<T>(value: &Lit, subject: impl Display, errors: &mut Errors) -> Option<T>
where
    T: std::str::FromStr,
    T::Err: Display,
{
    let parsed = match value {
        Lit::Int(number) => LitInt::base10_parse(number).ok(),
        _ => None,
    };
    if parsed.is_none() {
        errors.push(
            value,
            format!(
                "{subject}: `{}` is not a whole number in range; write one such as `5`",
                value.to_token_stream()
            ),
        );
    }
    parsed
}

/// Checks that text is a protobuf package.
pub(crate) fn package(text: &LitStr, errors: &mut Errors) -> Option<String> {
    let package = text.value();
    if package.is_empty() || names::is_package(&package) {
        return Some(package);
    }
    let rule = "words of letters, digits and `_` with dots between, such as `books.v1`";
    errors.push(text, format!("package `{package}`: a protobuf package is {rule}; rename it"));
    None
}
