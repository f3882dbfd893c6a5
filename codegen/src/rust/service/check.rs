//! The rules between the methods of one service, and between an attribute and the messages that it refers to.

use super::{Method, Payload, Request, Service};
use crate::rust::errors::Errors;
use crate::rust::item::Message;
use crate::rust::transport::attr::{Binding, Fits, Side};
use crate::rust::types;
use std::collections::BTreeMap;
use syn::Type;

pub(super) fn service(service: &Service, errors: &mut Errors) {
    check_names(service, errors);
    check_claims(service, errors);
    check_made(service, errors);
    for method in &service.methods {
        for binding in &method.notes.bindings {
            check_binding(method, binding, errors);
        }
    }
}

fn check_names(service: &Service, errors: &mut Errors) {
    let mut seen = BTreeMap::new();
    for method in &service.methods {
        if let Some(first) = seen.insert(&method.name, &method.ident) {
            let text = format!(
                "service `{}`: methods `{first}` and `{}` are both `{}` in the schema; rename one of them",
                service.ident, method.ident, method.name
            );
            errors.push(&method.ident, text);
        }
    }
}

/// Reports two methods with one address.
fn check_claims(service: &Service, errors: &mut Errors) {
    let mut seen = BTreeMap::new();
    for method in &service.methods {
        for claim in &method.notes.claims {
            if let Some(first) = seen.insert(&claim.address, &method.ident) {
                let text = format!(
                    "{}: method `{first}` already has {}; change one of them",
                    method.subject(),
                    claim.address
                );
                errors.push(&claim.at, text);
            }
        }
    }
}

/// Reports a message made for a method when it hides a message of the user.
fn check_made(service: &Service, errors: &mut Errors) {
    for method in &service.methods {
        for message in method.made() {
            let made = &message.head.ident;
            for (ty, user) in
                service.methods.iter().flat_map(|user| user.mentions().map(move |ty| (ty, user)))
            {
                if types::last(ty).is_some_and(|(ident, _)| ident == made) {
                    let text = format!(
                        "{}: `{made}` is also the name of the message made for method `{}`; rename the type or the method",
                        user.subject(),
                        method.ident
                    );
                    errors.push(ty, text);
                }
            }
        }
    }
}

fn check_binding(method: &Method, binding: &Binding, errors: &mut Errors) {
    let Some(message) = method.known(binding.side) else { return };
    let first = binding.field.split('.').next().unwrap_or_default();
    let found = message.fields.iter().find(|field| field.tag.name == first);
    let subject = method.subject();
    match found {
        None => {
            let text = format!(
                "{subject}: {} has no matching {}; {}",
                binding.what,
                binding.side.part(),
                binding.fix()
            );
            errors.push(&binding.at, text);
        }
        Some(field) if binding.fits != Fits::Any && first == binding.field && !is_single(&field.ty) => {
            let fix = match binding.fits {
                Fits::Key => "name a text or a whole number",
                Fits::Any | Fits::Path => "take it from the query or the body",
            };
            let text = format!("{subject}: {} is one value, but `{first}` is not; {fix}", binding.what);
            errors.push(&binding.at, text);
        }
        Some(_) => {}
    }
}

fn is_single(ty: &Type) -> bool {
    types::item(ty).is_none() && types::key(ty).is_none()
}

impl Method {
    /// The messages that are made for the method.
    pub(crate) fn made(&self) -> impl Iterator<Item = &Message> {
        self.known(Side::Request).into_iter().chain(self.known(Side::Response))
    }

    /// The message of this side, when its fields are known here.
    pub(crate) fn known(&self, side: Side) -> Option<&Message> {
        match (side, &self.request, &self.response.payload) {
            (Side::Request, Request::Made(message), _) | (Side::Response, _, Payload::Made(message)) => {
                Some(message)
            }
            (Side::Request, Request::Message(..) | Request::Stream(..), _)
            | (Side::Response, _, Payload::Message(_)) => None,
        }
    }

    /// The types that the user wrote.
    fn mentions(&self) -> impl Iterator<Item = &Type> {
        let request: Vec<&Type> = match &self.request {
            Request::Message(_, ty) | Request::Stream(_, ty) => vec![ty],
            Request::Made(message) => message.fields.iter().map(|field| &field.ty).collect(),
        };
        let response = match &self.response.payload {
            Payload::Message(ty) => Some(ty),
            Payload::Made(_) => None,
        };
        request.into_iter().chain(response).chain(&self.error)
    }
}
