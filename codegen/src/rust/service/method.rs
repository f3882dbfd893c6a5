//! One method: its request, its response, and the parts that each transport adds.

use super::marks::{self, Mark};
use super::named::{self, Names};
use super::options::Options;
use super::said::{Bounds, Said};
use super::signature::{self, Argument, Parts};
use crate::model::{Idempotency, Shape};
use crate::rust::errors::Errors;
use crate::rust::item::{self, Message};
use crate::rust::transport::{
    self, TRANSPORTS,
    attr::{Facts, Notes},
};
use crate::rust::{attrs, types};
use crate::transport::Plans;
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, PatType, TraitItemFn, Type};

/// A method of a service.
pub(crate) struct Method {
    /// The Rust method.
    pub(crate) ident: Ident,
    /// The protobuf name.
    pub(crate) name: String,
    /// The doc comment.
    pub(crate) docs: String,
    /// Whether it is `#[deprecated]`.
    pub(crate) deprecated: bool,
    /// The effect of a repeated call.
    pub(crate) idempotency: Idempotency,
    /// The limits of its calls.
    pub(crate) bounds: Bounds,
    /// The words that the method and its service give interceptors.
    pub(crate) marks: Vec<Mark>,
    /// The `Context` parameter.
    pub(crate) context: Option<ContextParameter>,
    /// The request.
    pub(crate) request: Request,
    /// The response.
    pub(crate) response: Response,
    /// The type behind the arrow.
    pub(crate) result: Type,
    /// The typed error, when it is not the plain status.
    pub(crate) error: Option<Type>,
    /// The parts that each transport adds.
    pub(crate) plans: Plans,
    /// The fields and addresses that the attributes name, for the rules between items.
    pub(crate) notes: Notes,
}

/// The parameter that takes the context of a call.
pub(crate) struct ContextParameter {
    /// The name.
    pub(crate) ident: Ident,
    /// The type, as written.
    pub(crate) ty: Type,
}

/// The request of a method.
pub(crate) enum Request {
    /// One argument that is a message.
    Message(Ident, Type),
    /// One argument that is a stream of messages.
    Stream(Ident, Type),
    /// Several arguments, the fields of a message made for them.
    Made(Message),
}

impl Request {
    /// Whether one argument is the whole request, and is a list.
    fn is_list(&self) -> bool {
        match self {
            Self::Made(message) => match &*message.fields {
                [field] => types::argument_of(&field.ty, "Vec").is_some() && types::item(&field.ty).is_some(),
                _ => false,
            },
            Self::Message(..) | Self::Stream(..) => false,
        }
    }
}

/// The response of a method.
pub(crate) struct Response {
    /// Whether it is a stream.
    pub(crate) streams: bool,
    /// The message, or the message of an item.
    pub(crate) payload: Payload,
}

/// A response message.
pub(crate) enum Payload {
    /// A message of the user.
    Message(Type),
    /// A message made around this value.
    Made(Message),
}

impl Method {
    /// Which sides stream.
    pub(crate) fn shape(&self) -> Shape {
        match (&self.request, self.response.streams) {
            (Request::Stream(..), true) => Shape::Bidi,
            (Request::Stream(..), false) => Shape::ClientStream,
            (Request::Message(..) | Request::Made(_), true) => Shape::ServerStream,
            (Request::Message(..) | Request::Made(_), false) => Shape::Unary,
        }
    }

    /// The words by which faults name the method.
    pub(crate) fn subject(&self) -> String {
        format!("method `{}`", self.ident)
    }
}

/// Reads a method. `None` when it reported a fault.
pub(super) fn parse(function: &TraitItemFn, options: &Options, errors: &mut Errors) -> Option<Method> {
    let ident = function.sig.ident.unraw();
    attrs::refuse_cfg(&function.attrs, format!("method `{ident}`"), errors);
    for attr in attrs::own(&function.attrs, attrs::Own::Example) {
        let rule = "an example shows a value; put it on an argument, or on a field of the message";
        errors.push(attr, format!("method `{ident}`: {rule}"));
    }
    refuse_misplaced(&ident, function, errors);
    let Parts { context, arguments, result, output, error } = signature::parse(function, errors)?;
    let context = context.map(|Argument { ident, written }| ContextParameter {
        ident: ident.clone(),
        ty: (*written.ty).clone(),
    });
    let said = Said::read(&format!("method `{ident}`"), &function.attrs, errors);
    let names = Names::of(&ident, &said, errors);
    let request = request(&ident, &arguments, &names, errors);
    let response = response((&ident, &names), output, &function.attrs, errors);
    let (request, response) = (request?, response?);
    let mut method = Method {
        name: names.method,
        bounds: Bounds::default(),
        marks: marks::read(&format!("method `{ident}`"), &function.attrs, errors),
        ident: function.sig.ident.clone(),
        docs: attrs::docs(&function.attrs),
        deprecated: attrs::deprecated(&function.attrs),
        idempotency: Idempotency::Unknown,
        context,
        request,
        response,
        result: result.clone(),
        error: error.cloned(),
        plans: Plans::default(),
        notes: Notes::default(),
    };
    let facts = Facts {
        subject: method.subject(),
        ident: &ident,
        shape: method.shape(),
        request_is_list: method.request.is_list(),
        request_empty: matches!(&method.request, Request::Made(message) if message.fields.is_empty() && message.choices.is_empty()),
        request_made: matches!(method.request, Request::Made(_)),
        response_made: matches!(method.response.payload, Payload::Made(_)),
        response_empty: matches!(&method.response.payload, Payload::Message(ty) if types::is_unit(ty)),
    };
    let (plans, notes) = transport::read(&function.attrs, &facts, |name| options.allows(name), errors);
    method.bounds = said.bounds(&facts.subject, facts.shape, errors);
    method.idempotency = idempotency(&function.attrs, &method, errors);
    (method.plans, method.notes) = (plans, notes);
    Some(method)
}

/// Refuses attributes of methods on arguments, where nobody would read them.
fn refuse_misplaced(method: &Ident, function: &TraitItemFn, errors: &mut Errors) {
    let fits = [attrs::Own::Field, attrs::Own::Example];
    let own = attrs::Own::on_method().filter(|own| !fits.contains(own)).map(attrs::Own::word);
    let words: Vec<&str> = TRANSPORTS.iter().map(|transport| transport.name).chain(own).collect();
    for input in &function.sig.inputs {
        let FnArg::Typed(argument) = input else { continue };
        for word in &words {
            for attr in attrs::named(&argument.attrs, word) {
                let text =
                    format!("method `{method}`: `#[{word}]` says something of a method; put it above `fn`");
                errors.push(attr, text);
            }
        }
    }
}

fn request(
    method: &Ident,
    arguments: &[Argument<'_>],
    names: &Names,
    errors: &mut Errors,
) -> Option<Request> {
    if let [Argument { ident, written }] = arguments {
        if let Some(item) = types::argument_of(&written.ty, "Streaming") {
            refuse_field(
                method,
                written,
                "each item of the stream is a message; write this on its fields",
                errors,
            )?;
            check_item(method, item, errors)?;
            named::refuse(names.said_request.as_ref(), named::REQUEST, errors);
            return Some(Request::Stream((*ident).clone(), item.clone()));
        }
        // By its tokens a newtype or an enum looks like a message. The attribute says that it is a field.
        let is_field = attrs::own(&written.attrs, attrs::Own::Field).next().is_some();
        if !is_field && types::is_message(&written.ty) {
            named::refuse(names.said_request.as_ref(), named::REQUEST, errors);
            return Some(Request::Message((*ident).clone(), (*written.ty).clone()));
        }
    }
    let mut fields = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        fields.extend(item::parse_parameter(argument.written, argument.ident, index as u32 + 1, errors));
    }
    item::unique(fields.iter().map(|field| &field.tag), &format!("method `{method}`"), errors);
    let whole = fields.len() == arguments.len();
    let (made, name) = names.request();
    whole.then(|| Request::Made(Message::made(made, name, fields)))
}

/// Reports `#[field(…)]` on an argument that is no field of the request.
pub(super) fn refuse_field(
    method: &Ident,
    argument: &PatType,
    rule: &str,
    errors: &mut Errors,
) -> Option<()> {
    let Some(attr) = attrs::own(&argument.attrs, attrs::Own::Field).next() else { return Some(()) };
    errors.push(attr, format!("method `{method}`: {rule}; remove this"));
    None
}

fn check_item(method: &Ident, item: &Type, errors: &mut Errors) -> Option<()> {
    if types::is_message(item) {
        return Some(());
    }
    let rule =
        "each item of a request stream is a message; put the value in a struct with `#[derive(Message)]`";
    errors.push(item, format!("method `{method}`: {rule}"));
    None
}

fn response(
    (method, names): (&Ident, &Names),
    output: &Type,
    attributes: &[Attribute],
    errors: &mut Errors,
) -> Option<Response> {
    let (streams, value) = match types::argument_of(output, "Streaming") {
        Some(item) => (true, item),
        None => (false, output),
    };
    let is_field = attrs::own(attributes, attrs::Own::Field).next().is_some();
    let payload = if types::is_unit(value) || (!is_field && types::is_message(value)) {
        named::refuse(names.said_response.as_ref(), named::RESPONSE, errors);
        Payload::Message(value.clone())
    } else {
        if let Some((at, text)) = types::fault(value) {
            errors.push(at, format!("method `{method}`: the response: {text}"));
            return None;
        }
        let fields = vec![item::Field::result(value, attributes, &format!("method `{method}`"), errors)?];
        let (made, name) = names.response();
        Payload::Made(Message::made(made, name, fields))
    };
    Some(Response { streams, payload })
}

fn idempotency(attributes: &[Attribute], method: &Method, errors: &mut Errors) -> Idempotency {
    let read = attrs::own(attributes, attrs::Own::Read).next();
    let idempotent = attrs::own(attributes, attrs::Own::Idempotent).next();
    for attr in read.into_iter().chain(idempotent) {
        if !matches!(attr.meta, syn::Meta::Path(_)) {
            errors
                .push(attr, format!("{}: this attribute takes no arguments; remove them", method.subject()));
        }
    }
    match (read, idempotent) {
        (Some(attr), Some(_)) => {
            let text = format!(
                "{}: a method that only reads is already idempotent; keep one of the two",
                method.subject()
            );
            errors.push(attr, text);
            Idempotency::NoSideEffects
        }
        (Some(_), None) => Idempotency::NoSideEffects,
        (None, Some(_)) => Idempotency::Idempotent,
        (None, None) => Idempotency::Unknown,
    }
}
