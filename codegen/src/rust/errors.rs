//! The sink that every phase reports to. A message has a subject, a rule and a fix, and stands on the
//! narrowest span.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// The faults found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports a fault at these tokens.
    pub(crate) fn push(&mut self, at: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(at, message));
    }

    /// Keeps the value, or reports why there is none.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Keeps the value, or reports the parser's error with the subject in front and the fix behind.
    pub(crate) fn explain<T>(
        &mut self,
        result: syn::Result<T>,
        subject: impl Display,
        fix: impl Display,
    ) -> Option<T> {
        let said = |error: syn::Error| syn::Error::new(error.span(), format!("{subject}: {error}; {fix}"));
        self.take(result.map_err(said))
    }

    /// Every fault in one error.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let all = self.0.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        all.map_or(Ok(()), Err)
    }
}

/// The error, and beside it the item as it was written.
pub(crate) fn beside(item: TokenStream, error: syn::Error) -> TokenStream {
    let mut out = error.into_compile_error();
    out.extend(item);
    out
}
