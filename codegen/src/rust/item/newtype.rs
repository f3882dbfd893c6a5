//! Structs of one field without a name. On the wire they are the same as this field.

use super::field::{self, Encoding};
use crate::rust::attrs::{self, Arg};
use crate::rust::errors::Errors;
use crate::rust::types;
use syn::{Attribute, Field, Ident, Type};

/// A newtype.
pub(crate) struct Newtype {
    /// The Rust type.
    pub(crate) ident: Ident,
    /// The type of the field.
    pub(crate) ty: Type,
    /// The encoding of the field.
    pub(crate) encoding: Encoding,
}

/// Whether this is `#[message(crate = "…")]` and nothing else.
fn names_crate_alone(attr: &Attribute) -> bool {
    let is_crate = |arg: &Arg| matches!(arg, Arg::Set(key, _) if key == "crate");
    attrs::args(attr).is_ok_and(|args| args.iter().all(is_crate))
}

/// Reads the only field of a tuple struct.
pub(super) fn parse(input: &syn::DeriveInput, field: &Field, errors: &mut Errors) -> Option<Newtype> {
    let (ident, ty) = (&input.ident, &field.ty);
    let subject = format!("newtype `{ident}`");
    if let Some(attr) = attrs::own(&input.attrs, attrs::Own::Message).find(|attr| !names_crate_alone(attr)) {
        let text = format!(
            "{subject}: a newtype is its inner value, and has no name in the schema; remove `#[message(…)]`"
        );
        errors.push(attr, text);
    }
    if types::is_many(ty) {
        let text = format!(
            "{subject}: a newtype is one value; put a list, map or option in a struct: `struct {ident} {{ items: … }}`"
        );
        errors.push(ty, text);
        return None;
    }
    if let Some((at, text)) = types::fault(ty) {
        errors.push(at, format!("{subject}: type `{}`: {text}", types::printed(at)));
        return None;
    }
    let mut encoding = Encoding::Natural;
    for attr in attrs::own(&field.attrs, attrs::Own::Field) {
        for arg in
            errors.explain(attrs::args(attr), &subject, "write it as in `#[field(as = \"sint64\")]`")?
        {
            match &arg {
                Arg::Set(key, value) if key == "as" => {
                    let text = attrs::text(value, &subject, errors)?;
                    encoding = field::encoding(&text, Some(ty), &subject, errors)?;
                }
                other => other.refuse(
                    &subject,
                    "`as = \"…\"`; number and name are those of the field that holds it",
                    errors,
                ),
            }
        }
    }
    Some(Newtype { ident: ident.clone(), ty: ty.clone(), encoding })
}
