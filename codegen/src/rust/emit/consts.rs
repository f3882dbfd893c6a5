//! Data of the model as constant expressions.

use crate::model::TypeName;
use crate::rust::item::Encoding;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// `__p::Cow::Borrowed("…")`
pub(crate) fn text(text: &str) -> TokenStream {
    quote!(__p::Cow::Borrowed(#text))
}

/// `__p::Cow::Borrowed(&[…])`
pub(crate) fn list(items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let items = items.into_iter();
    quote!(__p::Cow::Borrowed(&[#(#items),*]))
}

/// `::core::option::Option::Some(…)`
pub(crate) fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// `__p::model::TypeName::local("Book")`
pub(super) fn type_name(name: &TypeName) -> TokenStream {
    let word = name.name.as_ref();
    match name.package.as_deref() {
        None => quote!(__p::model::TypeName::local(#word)),
        Some(package) => quote!(__p::model::TypeName::in_package(#package, #word)),
    }
}

/// `{ __p::NATURAL }`
pub(super) fn encoding(encoding: Encoding) -> TokenStream {
    match encoding {
        Encoding::Natural => quote!({ __p::NATURAL }),
        Encoding::Zigzag => quote!({ __p::ZIGZAG }),
        Encoding::Fixed => quote!({ __p::FIXED }),
    }
}
