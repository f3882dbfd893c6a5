//! The path by which generated code reaches polywire: `::polywire`, unless `crate = "…"` names another one.

use super::attrs::{self, Arg};
use super::errors::Errors;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Lit, Path};

/// A path to the crate polywire, under the name that the user's crate has for it.
#[derive(Clone, Default)]
pub(crate) struct Root(Option<Path>);

impl Root {
    /// Reads the value of `crate = "…"`.
    pub(crate) fn parse(value: &Lit, subject: &str, errors: &mut Errors) -> Option<Self> {
        let text = attrs::text(value, subject, errors)?;
        let path = text.parse_with(Path::parse_mod_style);
        let fix = "name the path to polywire, as in `crate = \"wire\"` or `crate = \"platform::polywire\"`";
        errors.explain(path, subject, fix).map(|path| Self(Some(path)))
    }

    /// The root that the attributes of an item name. Their other content, valid or not, is read elsewhere.
    pub(crate) fn of(attributes: &[Attribute], names: &[&str]) -> Self {
        let own = attributes.iter().filter(|attr| names.iter().any(|name| attr.path().is_ident(name)));
        Self::among(own.filter_map(|attr| attrs::args(attr).ok()).flatten())
    }

    /// The root that these arguments name. The first one counts.
    pub(crate) fn among(args: impl IntoIterator<Item = Arg>) -> Self {
        let found = args.into_iter().find_map(|arg| match arg {
            Arg::Set(key, value) if key == "crate" => Self::parse(&value, "", &mut Errors::default()),
            _ => None,
        });
        found.unwrap_or_default()
    }
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            None => quote!(::polywire).to_tokens(tokens),
            Some(path) => path.to_tokens(tokens),
        }
    }
}
