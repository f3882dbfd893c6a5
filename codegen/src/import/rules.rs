//! `google.api.http` as `#[http(…)]`.

use super::Error;
use crate::transport::http::{Template, Verb};
use proc_macro2::TokenStream;
use protox::prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage, Value};
use quote::{format_ident, quote};

/// An attribute for each rule of a method, the additional ones too.
pub(super) fn attributes(method: &MethodDescriptor, errors: &mut Error) -> Vec<TokenStream> {
    rules(method).iter().filter_map(|rule| attribute(rule, method, errors)).collect()
}

fn rules(method: &MethodDescriptor) -> Vec<DynamicMessage> {
    let options = method.options();
    let rule = options.extensions().find(|(extension, _)| extension.full_name() == "google.api.http");
    let Some(Value::Message(rule)) = rule.map(|(_, value)| value.clone()) else { return Vec::new() };
    let mut rules = vec![rule.clone()];
    if let Some(Value::List(more)) = rule.get_field_by_name("additional_bindings").as_deref() {
        rules.extend(more.iter().filter_map(|value| value.as_message().cloned()));
    }
    rules
}

fn attribute(rule: &DynamicMessage, method: &MethodDescriptor, errors: &mut Error) -> Option<TokenStream> {
    let found = Verb::ALL.into_iter().find_map(|verb| {
        let field = rule.descriptor().get_field_by_name(&verb.as_str().to_lowercase())?;
        rule.has_field(&field).then(|| (verb, text(rule, field.name())))
    });
    let Some((verb, path)) = found else {
        errors.push(format!(
            "method `{}`: its route has a verb of its own, and routes are GET, PUT, POST, DELETE or PATCH; remove it",
            method.full_name()
        ));
        return None;
    };
    if let Err(fault) = Template::parse(&path) {
        errors.push(format!("method `{}`: {fault}; correct the path of its route", method.full_name()));
        return None;
    }
    let (body, response_body) = (text(rule, "body"), text(rule, "response_body"));
    let default = if verb.has_body() || method.is_client_streaming() { "*" } else { "" };
    let body = (body != default).then(|| quote!(, body = #body));
    let response_body = (!response_body.is_empty()).then(|| quote!(, response_body = #response_body));
    let verb = format_ident!("{}", verb.as_str());
    Some(quote!(#[http(#verb #path #body #response_body)]))
}

fn text(rule: &DynamicMessage, field: &str) -> String {
    rule.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
