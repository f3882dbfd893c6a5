//! Turns `google.api.http` into `#[http(…)]`. Routes that polywire cannot serve are refused by name, or left
//! out.
//!
//! A route that polywire cannot serve is refused at import rather than when the macro reads it. Such a route has `**`
//! before the end of its path, a verb of its own, or the route of another method. Or it has a variable that is a
//! message, or that stands in a stream of requests. `leave_out_foreign_routes` keeps the methods and names each
//! route, in build.rs as a warning.

use super::{Error, ForeignRoutes};
use crate::model::WellKnown;
use crate::rust::transport::http::attr::anonymous;
use crate::transport::http::{Template, Verb};
use proc_macro2::TokenStream;
use protox::prost_reflect::{
    DynamicMessage, Kind, MessageDescriptor, MethodDescriptor, ReflectMessage, Value,
};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Reads the routes of methods, and collects those that polywire cannot serve.
pub(super) struct Routes<'a> {
    choice: ForeignRoutes,
    /// The verbs and paths of all methods so far, without the names of variables.
    taken: BTreeSet<String>,
    errors: &'a mut Error,
    /// The routes that were left out, each with its reason.
    pub(super) left_out: Vec<String>,
}

/// A route in the words of the `.proto` file.
struct Route {
    verb: Verb,
    path: String,
    body: String,
    response_body: String,
}

impl<'a> Routes<'a> {
    pub(super) fn new(choice: ForeignRoutes, errors: &'a mut Error) -> Self {
        Self { choice, taken: BTreeSet::new(), errors, left_out: Vec::new() }
    }
    /// An attribute for each rule of a method, including additional ones.
    pub(super) fn attributes(&mut self, method: &MethodDescriptor) -> Vec<TokenStream> {
        rules(method).iter().filter_map(|rule| self.attribute(rule, method)).collect()
    }

    fn attribute(&mut self, rule: &DynamicMessage, method: &MethodDescriptor) -> Option<TokenStream> {
        let found = route(rule).and_then(|route| {
            let shape = served(&route, method)?;
            self.taken
                .insert(shape.clone())
                .then_some(())
                .ok_or_else(|| format!("another method has {shape}"))?;
            Ok(route)
        });
        match found {
            Ok(route) => Some(route.attribute(method)),
            Err(reason) => {
                self.refuse(rule, method, &reason);
                None
            }
        }
    }

    fn refuse(&mut self, rule: &DynamicMessage, method: &MethodDescriptor, reason: &str) {
        let (file, method, route) = (method.parent_file(), method.full_name(), shown(rule));
        let text =
            format!("{}: method `{method}`: the route `{route}` cannot be served: {reason}", file.name());
        match self.choice {
            ForeignRoutes::LeftOut => self.left_out.push(text),
            ForeignRoutes::Refused => {
                self.errors.push(format!(
                    "{text}; correct it, or leave such routes out with `Import::leave_out_foreign_routes`"
                ));
            }
        }
    }
}

impl Route {
    /// Writes `#[http(POST "/books/{id}", body = "book")]`.
    fn attribute(&self, method: &MethodDescriptor) -> TokenStream {
        let Self { verb, path, body, response_body } = self;
        let default = if verb.has_body() || method.is_client_streaming() { "*" } else { "" };
        let body = (body != default).then(|| quote!(, body = #body));
        let response_body = (!response_body.is_empty()).then(|| quote!(, response_body = #response_body));
        let verb = format_ident!("{}", verb.as_str());
        quote!(#[http(#verb #path #body #response_body)])
    }
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

/// The verb and the path of a rule, valid or not.
fn written(rule: &DynamicMessage) -> Option<(String, String)> {
    let plain = Verb::ALL.into_iter().find_map(|verb| {
        let field = rule.descriptor().get_field_by_name(&verb.as_str().to_lowercase())?;
        rule.has_field(&field).then(|| (verb.as_str().to_owned(), text(rule, field.name())))
    });
    let custom = || {
        let field = rule.descriptor().get_field_by_name("custom").filter(|field| rule.has_field(field))?;
        let custom = rule.get_field(&field).as_message().cloned()?;
        Some((text(&custom, "kind"), text(&custom, "path")))
    };
    plain.or_else(custom)
}

fn shown(rule: &DynamicMessage) -> String {
    written(rule).map_or_else(String::new, |(verb, path)| format!("{verb} {path}"))
}

fn route(rule: &DynamicMessage) -> Result<Route, String> {
    let (verb, path) = written(rule).ok_or("it has no verb and no path")?;
    let known = Verb::ALL.map(Verb::as_str).join(", ");
    let verb = Verb::parse(&verb).ok_or_else(|| format!("the verbs of routes are {known}"))?;
    Ok(Route { verb, path, body: text(rule, "body"), response_body: text(rule, "response_body") })
}

/// The claim of a route that `#[http]` accepts: its verb, and its path without the names of variables.
fn served(route: &Route, method: &MethodDescriptor) -> Result<String, String> {
    let template = Template::parse(&route.path)?;
    let mut seen = BTreeSet::new();
    for variable in template.variables() {
        if !seen.insert(variable) {
            return Err(format!("the variable `{{{variable}}}` appears twice"));
        }
        if method.is_client_streaming() {
            return Err(format!("the path cannot hold items of a request stream, and has `{{{variable}}}`"));
        }
        scalar(&method.input(), variable)?;
    }
    body(route, method)?;
    if route.body != "*" && seen.contains(route.body.as_str()) {
        return Err(format!("`{}` is in the path and in the body", route.body));
    }
    if !route.response_body.is_empty() {
        field(&method.output(), &route.response_body)?;
    }
    Ok(format!("`{} {}`", route.verb.as_str(), anonymous(&template)))
}

fn body(route: &Route, method: &MethodDescriptor) -> Result<(), String> {
    match route.body.as_str() {
        "" => Ok(()),
        _ if route.verb == Verb::Get => Err("a GET request has no body".to_owned()),
        "*" => Ok(()),
        _ if method.is_client_streaming() => Err("the body of a request stream is its items".to_owned()),
        body => field(&method.input(), body).map(drop),
    }
}

/// The kind of a field in the message itself.
fn field(message: &MessageDescriptor, name: &str) -> Result<Kind, String> {
    match message.get_field_by_name(name) {
        Some(field) => Ok(field.kind()),
        None => Err(format!("`{name}` is not a field of `{}`", message.full_name())),
    }
}

/// Checks that a variable names one value, in this message or in one inside.
fn scalar(message: &MessageDescriptor, path: &str) -> Result<(), String> {
    let mut kind = Kind::Message(message.clone());
    for word in path.split('.') {
        let Kind::Message(inner) = kind else {
            return Err(format!("`{path}` leads into a value that has no fields"));
        };
        if inner.get_field_by_name(word).is_some_and(|field| field.is_list()) {
            return Err(format!("`{path}` is a list"));
        }
        kind = field(&inner, word)?;
    }
    match kind {
        Kind::Message(of) if !has_text(of.full_name()) => Err(format!("`{path}` is a message")),
        _ => Ok(()),
    }
}

/// Whether the JSON of this message is one text or number.
fn has_text(full_name: &str) -> bool {
    WellKnown::of_full_name(full_name).is_some_and(WellKnown::is_text)
}

fn text(rule: &DynamicMessage, field: &str) -> String {
    rule.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
