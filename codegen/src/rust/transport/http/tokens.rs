//! HTTP plans as constant expressions.

use crate::rust::emit::consts::{list, option, text};
use crate::transport::http::{Body, Plan, Rule, Segment, Template, Verb};
use proc_macro2::TokenStream;
use quote::quote;

/// The expression of a plan.
pub(crate) fn plan(plan: &Plan) -> TokenStream {
    let rules = list(plan.rules.iter().map(rule));
    quote!(__p::transport::http::Plan { rules: #rules })
}

fn rule(rule: &Rule) -> TokenStream {
    let (verb, path, body) = (verb(rule.verb), template(&rule.path), body(&rule.body));
    let response_body = option(rule.response_body.as_deref().map(text));
    quote! {
        __p::transport::http::Rule { verb: #verb, path: #path, body: #body, response_body: #response_body }
    }
}

fn verb(verb: Verb) -> TokenStream {
    let name = match verb {
        Verb::Get => quote!(Get),
        Verb::Put => quote!(Put),
        Verb::Post => quote!(Post),
        Verb::Delete => quote!(Delete),
        Verb::Patch => quote!(Patch),
    };
    quote!(__p::transport::http::Verb::#name)
}

fn body(body: &Body) -> TokenStream {
    let choice = match body {
        Body::None => quote!(None),
        Body::Whole => quote!(Whole),
        Body::Field(field) => {
            let field = text(field);
            quote!(Field(#field))
        }
    };
    quote!(__p::transport::http::Body::#choice)
}

/// The expression of a path template.
pub(crate) fn template(template: &Template) -> TokenStream {
    let segments = list(template.segments.iter().map(segment));
    let verb = option(template.verb.as_deref().map(text));
    quote!(__p::transport::http::Template { segments: #segments, verb: #verb })
}

fn segment(part: &Segment) -> TokenStream {
    let choice = match part {
        Segment::Literal(literal) => {
            let literal = text(literal);
            quote!(Literal(#literal))
        }
        Segment::Any => quote!(Any),
        Segment::Rest => quote!(Rest),
        Segment::Variable { field, pattern } => {
            let (field, pattern) = (text(field), list(pattern.iter().map(segment)));
            quote!(Variable { field: #field, pattern: #pattern })
        }
    };
    quote!(__p::transport::http::Segment::#choice)
}
