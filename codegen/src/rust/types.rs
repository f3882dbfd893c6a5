//! Facts about a type that its tokens alone tell: whether it is a message or a field's value, and whether it
//! can never be either.

use super::known::{Kind, Origin, known};
use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// Whether a type of this name is a value or a wrapper that polywire knows, or its stream.
pub(crate) fn is_known(ident: &Ident) -> bool {
    ident == "Streaming" || kind(ident).is_some()
}

fn kind(ident: &Ident) -> Option<Kind> {
    known(&ident.to_string()).map(|known| known.kind)
}

/// The last segment of a path and its type arguments.
pub(crate) fn last(ty: &Type) -> Option<(&Ident, Vec<&Type>)> {
    let Type::Path(path) = peel(ty) else { return None };
    let segment = path.path.segments.last()?;
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().filter_map(as_type).collect(),
        _ => Vec::new(),
    };
    Some((&segment.ident, arguments))
}

fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The type without parentheses and without the invisible groups that `macro_rules!` leaves.
pub(crate) fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peel(&group.elem),
        Type::Paren(paren) => peel(&paren.elem),
        other => other,
    }
}

/// The text of a type as a user writes it.
pub(crate) fn printed(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" < ", "<")
        .replace("< ", "<")
        .replace(" >", ">")
        .replace(" :: ", "::")
        .replace(" ,", ",")
        .replace("& ", "&")
}

/// The `T` of `Name<T>`.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match last(ty) {
        Some((ident, arguments)) if ident == name && arguments.len() == 1 => Some(arguments[0]),
        _ => None,
    }
}

/// Whether the type is `impl …`, or has it as an argument.
pub(crate) fn has_impl(ty: &Type) -> bool {
    matches!(peel(ty), Type::ImplTrait(_))
        || last(ty).is_some_and(|(_, arguments)| arguments.into_iter().any(has_impl))
}

/// Whether the path ends in this word.
pub(crate) fn is(ty: &Type, name: &str) -> bool {
    last(ty).is_some_and(|(ident, _)| ident == name)
}

/// Whether the type is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether the type stands for a message: a path that names no value type.
pub(crate) fn is_message(ty: &Type) -> bool {
    let Some((ident, arguments)) = last(ty) else { return false };
    match kind(ident) {
        Some(Kind::Wrapper) => arguments.last().is_some_and(|inner| is_message(inner)),
        // A message of a user has this name.
        Some(Kind::Container) if arguments.is_empty() => true,
        Some(
            Kind::Scalar(_) | Kind::Text(_) | Kind::Time(_) | Kind::Container | Kind::Unsure | Kind::Never(_),
        ) => is_in(ty, "wkt"),
        // A message of polywire has this name too.
        None => ident != "Timestamp" || !is_in(ty, "jiff"),
    }
}

/// Whether this module stands before the name. `polywire::wkt::Duration` is a message, other types of that
/// name are values.
fn is_in(ty: &Type, module: &str) -> bool {
    match peel(ty) {
        Type::Path(path) => {
            path.path.segments.iter().rev().nth(1).is_some_and(|written| written.ident == module)
        }
        _ => false,
    }
}

/// The reason why a type can never be a field, and what to write instead. `None` when the compiler decides.
pub(crate) fn fault(ty: &Type) -> Option<(&Type, String)> {
    let ty = peel(ty);
    let no = |text: &str| Some((ty, text.to_owned()));
    match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => None,
        Type::Tuple(_) => no("a tuple has no field names; make it a struct with `#[derive(Message)]`"),
        Type::Reference(_) => no("a message owns its fields; take the value instead of a reference"),
        Type::Array(array) => inside(&array.elem),
        Type::Slice(_) => no("a message owns its fields; use `Vec<T>`"),
        Type::Path(_) => path_fault(ty),
        Type::ImplTrait(written) if is_stream(written) => {
            no("a stream of items is a `polywire::Streaming<T>`")
        }
        _ => no("protobuf has no such type; use a scalar, a message, an enum, or a list or map of these"),
    }
}

/// Whether this is `impl Stream<Item = Book>`.
fn is_stream(written: &syn::TypeImplTrait) -> bool {
    written.bounds.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| last.ident == "Stream")
        }
        _ => false,
    })
}

fn path_fault(ty: &Type) -> Option<(&Type, String)> {
    let (ident, arguments) = last(ty)?;
    let name = ident.to_string();
    let no = |text: &str| Some((ty, text.to_owned()));
    match (name.as_str(), arguments.as_slice()) {
        ("Streaming", [_]) => no("a stream is the only argument, or the whole response"),
        ("HashSet" | "BTreeSet" | "VecDeque", _) => no("protobuf has lists and maps only; use `Vec<T>`"),
        ("Vec", [inner]) if is(inner, "u8") => None,
        ("Option" | "Vec", [inner]) => inside(inner),
        ("HashMap" | "BTreeMap" | "IndexMap", [key, value, ..]) => key_fault(key).or_else(|| inside(value)),
        ("Box" | "Arc" | "Cow", [inner]) if is(inner, "str") => None,
        ("Box" | "Arc", [inner]) => fault(inner),
        // Without an argument it is a user's own type of this name.
        ("Rc", []) => None,
        _ => match kind(ident)? {
            Kind::Never(text) => no(text),
            Kind::Scalar(_)
            | Kind::Text(_)
            | Kind::Time(_)
            | Kind::Container
            | Kind::Wrapper
            | Kind::Unsure => None,
        },
    }
}

/// The fault of a type inside of a list, map or optional value, which holds plain values only.
pub(crate) fn inside(ty: &Type) -> Option<(&Type, String)> {
    if let Type::Array(array) = peel(ty)
        && !is(&array.elem, "u8")
    {
        let text = "protobuf has no list inside another container; put the inner one in a message of its own";
        return Some((ty, text.to_owned()));
    }
    match last(ty) {
        Some((ident, arguments)) if is_container(ident, &arguments) => {
            let text = format!(
                "protobuf has no `{ident}` inside another container; put the inner one in a message of its own"
            );
            Some((ty, text))
        }
        _ => fault(ty),
    }
}

fn is_container(ident: &Ident, arguments: &[&Type]) -> bool {
    let bytes = ident == "Vec" && arguments.first().is_some_and(|inner| is(inner, "u8"));
    // Without arguments it is a user's own type of this name.
    !bytes && !arguments.is_empty() && matches!(kind(ident), Some(Kind::Container))
}

fn key_fault(ty: &Type) -> Option<(&Type, String)> {
    let bad = last(ty).is_none_or(|(ident, _)| kind(ident).is_some_and(|kind| !kind.may_be_key()));
    if bad {
        return Some((ty, "a map key is an integer, `bool` or `String`; use one of these".to_owned()));
    }
    fault(ty)
}

/// The element of a list or an array that is not `bytes`.
pub(crate) fn item(ty: &Type) -> Option<&Type> {
    let item = match peel(ty) {
        Type::Array(array) => Some(&*array.elem),
        ty => argument_of(ty, "Vec"),
    };
    item.filter(|item| !is(item, "u8"))
}

/// Whether the type is a list, a map or optional, by its own name.
pub(crate) fn is_many(ty: &Type) -> bool {
    item(ty).is_some() || last(ty).is_some_and(|(ident, arguments)| is_container(ident, &arguments))
}

/// Whether a field of this type may hold messages, as far as tokens tell.
pub(crate) fn may_hold_message(ty: &Type) -> bool {
    if let Some(item) = item(ty) {
        return may_hold_message(item);
    }
    match last(ty) {
        Some((ident, arguments)) if is_container(ident, &arguments) => {
            // The value of an `IndexMap` may be followed by its hasher.
            let value = if ident == "Option" { arguments.first() } else { arguments.get(1) };
            value.is_some_and(|inner| may_hold_message(inner))
        }
        _ => is_message(ty),
    }
}

/// Whether a field of this type holds a type of another crate, as far as tokens tell.
pub(crate) fn is_foreign(ty: &Type) -> bool {
    if let Some(item) = item(ty) {
        return is_foreign(item);
    }
    match last(ty) {
        Some((ident, arguments)) => {
            known(&ident.to_string()).is_some_and(|known| known.from == Origin::Feature)
                || arguments.iter().any(|inner| is_foreign(inner))
        }
        None => false,
    }
}

/// The key of a map.
pub(crate) fn key(ty: &Type) -> Option<&Type> {
    match last(ty)? {
        (ident, arguments) if ["HashMap", "BTreeMap", "IndexMap"].iter().any(|name| ident == name) => {
            arguments.first().copied()
        }
        _ => None,
    }
}

/// The scalar that `#[field(as = …)]` re-encodes: the element of a list or option, the value of a map.
pub(crate) fn scalar(ty: &Type) -> Option<&Ident> {
    if let Some(item) = item(ty) {
        return scalar(item);
    }
    let (ident, arguments) = last(ty)?;
    if is_container(ident, &arguments) {
        return arguments.last().and_then(|inner| scalar(inner));
    }
    Some(ident)
}
