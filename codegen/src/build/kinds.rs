//! The schema types of the types that Rust, protobuf and known crates define, by name.
//!
//! The runtime's implementations say the same to the compiler. The snapshots hold both to one `.proto`.

use crate::model::{Element, Scalar, TypeName, WellKnown};
use crate::rust::item::Encoding;
use crate::rust::known::{Kind, known};
use std::borrow::Cow;

/// The schema type for a type outside of the sources: from the standard library, the runtime, or a crate that
/// the runtime knows.
pub(super) fn foreign(name: &str) -> Option<Element> {
    match known(name).map(|known| known.kind) {
        Some(Kind::Time(known)) => Some(google(known)),
        Some(Kind::Text(form)) => Some(Element::Text(form)),
        Some(Kind::Scalar(_) | Kind::Container | Kind::Wrapper | Kind::Unsure | Kind::Never(_)) => None,
        None => WellKnown::named(name).map(google),
    }
}

/// A message or enum of `google.protobuf`.
pub(super) fn google(known: WellKnown) -> Element {
    let name =
        TypeName { package: Some(Cow::Borrowed(WellKnown::PACKAGE)), name: Cow::Borrowed(known.name()) };
    if known == WellKnown::NullValue { Element::Enum(name) } else { Element::Message(name) }
}

/// The scalar for a Rust type in this encoding.
pub(super) fn scalar(name: &str, encoding: Encoding) -> Option<Scalar> {
    known(name)?.kind.scalar(encoding)
}
