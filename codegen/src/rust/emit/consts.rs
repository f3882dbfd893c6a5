//! Data of the model as constant expressions.

use crate::model::{Reserved, TypeName};
use crate::rust::item::{Encoding, Tag};
use proc_macro2::{Literal, TokenStream};
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

/// `__p::model::Reserved { numbers: …, names: … }`
pub(super) fn reserved(reserved: &Reserved) -> TokenStream {
    if *reserved == Reserved::NONE {
        return quote!(__p::model::Reserved::NONE);
    }
    let number = |number: i32| match number {
        0.. => Literal::i32_unsuffixed(number).to_token_stream(),
        // A literal has no sign, and the smallest number has no positive counterpart.
        _ => {
            let magnitude = Literal::i64_unsuffixed(-i64::from(number));
            quote!(-#magnitude)
        }
    };
    let numbers = list(reserved.numbers.iter().map(|(first, last)| {
        let (first, last) = (number(*first), number(*last));
        quote!((#first, #last))
    }));
    let names = list(reserved.names.iter().map(|name| text(name)));
    quote!(__p::model::Reserved { numbers: #numbers, names: #names })
}

/// A number without the suffix that `quote!` would give it.
pub(super) fn number(value: u32) -> Literal {
    Literal::u32_unsuffixed(value)
}

/// `<{ __p::ZIGZAG }>`. `None` for the natural encoding, which is the default.
pub(super) fn encoding(encoding: Encoding) -> Option<TokenStream> {
    choice(encoding).map(|choice| quote!(<{ #choice }>))
}

/// The encoding of a field's content: `<{ __p::KEY_FIXED | __p::ZIGZAG }>`
pub(super) fn field_encoding(tag: &Tag) -> Option<TokenStream> {
    let more = match tag.key {
        Encoding::Natural => tag.unpacked.then(|| quote!(__p::UNPACKED)),
        Encoding::Zigzag => Some(quote!(__p::KEY_ZIGZAG)),
        Encoding::Fixed => Some(quote!(__p::KEY_FIXED)),
    };
    match (more, choice(tag.encoding)) {
        (Some(more), Some(value)) => Some(quote!(<{ #more | #value }>)),
        (more, value) => more.or(value).map(|choice| quote!(<{ #choice }>)),
    }
}

fn choice(encoding: Encoding) -> Option<TokenStream> {
    match encoding {
        Encoding::Natural => None,
        Encoding::Zigzag => Some(quote!(__p::ZIGZAG)),
        Encoding::Fixed => Some(quote!(__p::FIXED)),
    }
}
