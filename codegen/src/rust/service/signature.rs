//! The signature of a method: its arguments, its result, and the forms that a call cannot have.

use crate::rust::errors::Errors;
use crate::rust::{attrs, types};
use quote::ToTokens;
use syn::{FnArg, Ident, Pat, PatType, ReceiverKind, ReturnType, Signature, TraitItemFn, Type};

/// A parameter after `&self` and the context.
pub(super) struct Argument<'a> {
    pub(super) ident: &'a Ident,
    pub(super) written: &'a PatType,
}

/// The parts of a signature from which a method is made.
pub(super) struct Parts<'a> {
    /// The `Context` parameter.
    pub(super) context: Option<Argument<'a>>,
    /// The other arguments, in order.
    pub(super) arguments: Vec<Argument<'a>>,
    /// The type behind the arrow.
    pub(super) result: &'a Type,
    /// The result of a successful call: the `T` of `Result<T>`.
    pub(super) output: &'a Type,
    /// The `E` of `Result<T, E>`, unless it is the plain status.
    pub(super) error: Option<&'a Type>,
}

/// Takes a signature apart. `None` when it cannot be a call.
pub(super) fn parse<'a>(function: &'a TraitItemFn, errors: &mut Errors) -> Option<Parts<'a>> {
    let sig = &function.sig;
    let subject = format!("method `{}`", sig.ident);
    let sound = check_kind(function, &subject, errors) & check_receiver(sig, &subject, errors);
    let arguments = arguments(sig, &subject, errors);
    let result = result(sig, &subject, errors);
    let (context, arguments) = take_context(arguments?, &subject, errors)?;
    let ReturnType::Type(_, written) = &sig.output else { return None };
    let (output, error) = result?;
    sound.then_some(Parts { context, arguments, result: written, output, error })
}

/// The `E` of `Result<T, E>`, unless it is the plain status.
pub(crate) fn typed_error(sig: &Signature) -> Option<&Type> {
    result(sig, "", &mut Errors::default())?.1
}

fn check_kind(function: &TraitItemFn, subject: &str, errors: &mut Errors) -> bool {
    let sig = &function.sig;
    let mut sound = true;
    let mut refuse = |at: &dyn ToTokens, text: &str| {
        errors.push(at.to_token_stream(), format!("{subject}: {text}"));
        sound = false;
    };
    if sig.asyncness.is_none() {
        refuse(&sig.fn_token, "a call may cross a network, so it is async; write `async fn`");
    }
    if !sig.generics.params.is_empty() {
        refuse(
            &sig.generics,
            "a call has one request and one response type on the wire; name the types instead of parameters",
        );
    }
    if let Some(clause) = &sig.generics.where_clause {
        refuse(clause, "a method of a service has no bounds; remove the `where` clause");
    }
    if let Some(body) = &function.default {
        refuse(body, "a default body would run in the client instead of the call; end the method with `;`");
    }
    if let Some(token) = &sig.constness {
        refuse(token, "a call is not `const`; remove it");
    }
    if let Some(abi) = &sig.abi {
        refuse(abi, "a method of a service has Rust's ABI; remove this");
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        refuse(&sig.fn_token, "a call is safe; remove `unsafe`");
    }
    sound
}

fn check_receiver(sig: &Signature, subject: &str, errors: &mut Errors) -> bool {
    let rule = "calls run at the same time on one shared service, so a method takes `&self`";
    match sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => match &receiver.kind {
            ReceiverKind::Reference(_, None, None) => return true,
            _ => errors.push(
                receiver,
                format!("{subject}: {rule}; write that and keep state behind a lock or an atomic"),
            ),
        },
        _ => errors.push(&sig.ident, format!("{subject}: {rule}; add it as the first parameter")),
    }
    false
}

fn arguments<'a>(sig: &'a Signature, subject: &str, errors: &mut Errors) -> Option<Vec<Argument<'a>>> {
    let mut arguments = Some(Vec::new());
    for input in &sig.inputs {
        let FnArg::Typed(written) = input else { continue };
        match &*written.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none() => {
                if let Some(list) = &mut arguments {
                    list.push(Argument { ident: &pat.ident, written });
                }
            }
            pat => {
                let rule =
                    "the name of an argument is the name of a field of the request; write a plain name";
                errors.push(pat, format!("{subject}: {rule}"));
                arguments = None;
            }
        }
    }
    arguments
}

fn take_context<'a>(
    mut arguments: Vec<Argument<'a>>,
    subject: &str,
    errors: &mut Errors,
) -> Option<(Option<Argument<'a>>, Vec<Argument<'a>>)> {
    // With `#[field]` it is a field, whatever the name of its type.
    let is_context = |argument: &Argument<'_>| {
        types::is(&argument.written.ty, "Context")
            && attrs::own(&argument.written.attrs, attrs::Own::Field).next().is_none()
    };
    let context = arguments.first().is_some_and(is_context).then(|| arguments.remove(0));
    let mut late = arguments.iter().filter(|argument| is_context(argument)).peekable();
    if late.peek().is_none() {
        return Some((context, arguments));
    }
    for argument in late {
        let text = match context {
            Some(_) => "a call has one context; remove the second",
            None => "the context comes directly after `&self`; move it there",
        };
        errors.push(argument.written, format!("{subject}: {text}"));
    }
    None
}

/// The type to write instead of one that is no `Result`.
fn no_result(ty: &Type) -> String {
    let printed = types::printed(ty);
    match types::last(ty) {
        Some((ident, arguments)) if !arguments.is_empty() && !types::is_known(ident) => {
            let (first, second) =
                (types::printed(arguments[0]), arguments.get(1).map(|ty| types::printed(ty)));
            let error = second.unwrap_or_else(|| "E".to_owned());
            format!(
                "every call can fail; if `{printed}` is an alias of `Result`, write the type itself, as in `Result<{first}, {error}>`: a \
                 macro sees no further than the name; otherwise return `Result<{printed}>`"
            )
        }
        _ => "every call can fail; return a `Result<…>` of this".to_owned(),
    }
}

/// Reads `Result<T>` or `Result<T, E>`.
fn result<'a>(
    sig: &'a Signature,
    subject: &str,
    errors: &mut Errors,
) -> Option<(&'a Type, Option<&'a Type>)> {
    let ReturnType::Type(_, ty) = &sig.output else {
        errors.push(&sig.ident, format!("{subject}: every call can fail; return `Result<()>`"));
        return None;
    };
    // A `fn … -> impl Future` has a fault already: it is not an `async fn`.
    if sig.asyncness.is_none() && matches!(types::peel(ty), Type::ImplTrait(_)) {
        return None;
    }
    match types::last(ty) {
        Some((ident, arguments)) if ident == "Result" => match arguments[..] {
            [output] => return Some((output, None)),
            [output, error] => {
                return Some((output, Some(error).filter(|error| !types::is(error, "Status"))));
            }
            _ => errors.push(ty, format!("{subject}: name the response: `Result<T>` or `Result<T, E>`")),
        },
        _ => errors.push(ty, format!("{subject}: {}", no_result(ty))),
    }
    None
}
