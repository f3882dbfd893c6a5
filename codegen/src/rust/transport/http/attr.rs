//! Reads `#[http(GET "/books/{id}", body = "*", response_body = "field")]`.

use crate::names;
use crate::rust::attrs::{self, Arg};
use crate::rust::transport::attr::{Binding, Claim, Facts, Fits, Query, Reading, Side};
use crate::transport::http::{Body, Plan, Rule, Segment, Template, Verb};
use std::borrow::Cow;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Token};

const FIX: &str = "write a verb and a path, as in `#[http(GET \"/books/{id}\")]`";

/// The attribute as written.
struct Written {
    verb: Ident,
    path: LitStr,
    args: Vec<Arg>,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (verb, path) = (input.parse()?, input.parse()?);
        let args = match input.parse::<Option<Token![,]>>()? {
            Some(_) => attrs::list(input)?,
            None => Vec::new(),
        };
        Ok(Self { verb, path, args })
    }
}

/// The plan of a method: a rule for each attribute.
pub(crate) fn read(own: &[&Attribute], facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Plan> {
    let rules = own.iter().filter_map(|attr| rule(attr, facts, reading)).collect();
    Some(Plan { rules: Cow::Owned(rules) })
}

fn rule(attr: &Attribute, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Rule> {
    let Written { verb, path, args } = reading.errors.explain(attr.parse_args(), &facts.subject, FIX)?;
    let verb = parse_verb(&verb, facts, reading);
    let template = template(&path, facts, reading);
    let (verb, template) = (verb?, template?);
    let claim = format!("route `{} {}`", verb.as_str(), anonymous(&template));
    reading.notes.claims.push(Claim { address: claim, at: path.clone() });
    let mut rule = Rule { verb, path: template, body: default_body(verb, facts), response_body: None };
    if facts.response_made {
        rule.response_body = Some(Cow::Borrowed(names::RESULT_FIELD));
    }
    for arg in &args {
        match arg {
            Arg::Set(key, value) if key == "body" => {
                let text = attrs::text(value, &facts.subject, reading.errors)?;
                rule.body = body(&text, verb, facts, reading)?;
                check_apart(&rule, &text, facts, reading);
            }
            Arg::Set(key, value) if key == "response_body" => {
                let text = attrs::text(value, &facts.subject, reading.errors)?;
                rule.response_body = Some(Cow::Owned(text.value()));
                note(
                    Side::Response,
                    text.value(),
                    format!("`response_body = \"{}\"`", text.value()),
                    &text,
                    reading,
                );
            }
            other => other.refuse(&facts.subject, "`body = \"…\"`, `response_body = \"…\"`", reading.errors),
        }
    }
    reading.notes.queries.extend(query(&rule, &path));
    Some(rule)
}

/// The arguments that a route leaves to the query. `None` when the body takes the rest.
fn query(rule: &Rule, at: &LitStr) -> Option<Query> {
    let body = match &rule.body {
        Body::None => None,
        Body::Field(field) => Some(field.as_ref()),
        Body::Whole => return None,
    };
    let first = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    Some(Query { taken: rule.path.variables().chain(body).map(first).collect(), at: at.clone() })
}

fn parse_verb(verb: &Ident, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let parsed = Verb::parse(&verb.to_string());
    if parsed.is_none() {
        let known: Vec<&str> = Verb::ALL.iter().map(|verb| verb.as_str()).collect();
        let text =
            format!("{}: `{verb}` is not the verb of a route; use {}", facts.subject, known.join(", "));
        reading.errors.push(verb, text);
    }
    parsed
}

/// Parses a path and notes its variables.
pub(crate) fn template(path: &LitStr, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Template> {
    let template = match Template::parse(&path.value()) {
        Ok(template) => template,
        Err(fault) => {
            reading
                .errors
                .push(path, format!("{}: {fault}; write the path as in `/books/{{id}}`", facts.subject));
            return None;
        }
    };
    let mut seen: Vec<&str> = Vec::new();
    for variable in template.variables() {
        if seen.contains(&variable) {
            let text = format!("{}: path variable `{{{variable}}}` appears twice; rename one", facts.subject);
            reading.errors.push(path, text);
        }
        seen.push(variable);
        if facts.shape.client_streams() {
            let rule = "every item of a request stream is a message of its own; the path cannot hold one";
            let text = format!("{}: path variable `{{{variable}}}`: {rule}; remove it", facts.subject);
            reading.errors.push(path, text);
        } else {
            let what = format!("path variable `{{{variable}}}`");
            let (field, at) = (variable.to_owned(), path.clone());
            reading.notes.bindings.push(Binding { side: Side::Request, field, what, fits: Fits::Path, at });
        }
    }
    Some(template)
}

/// The template without the names of its variables. Two that differ only in names match the same paths.
pub(crate) fn anonymous(template: &Template) -> String {
    let mut plain = template.clone();
    for segment in plain.segments.to_mut() {
        if let Segment::Variable { field, .. } = segment {
            *field = Cow::Borrowed("");
        }
    }
    plain.to_string()
}

fn default_body(verb: Verb, facts: &Facts<'_>) -> Body {
    if verb.has_body() || facts.shape.client_streams() { Body::Whole } else { Body::None }
}

fn body(text: &LitStr, verb: Verb, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Body> {
    if verb == Verb::Get {
        let rule = "a GET request has no body";
        reading.errors.push(text, format!("{}: {rule}; use POST, or remove `body`", facts.subject));
        return None;
    }
    match text.value().as_str() {
        "" => Some(Body::None),
        "*" => Some(Body::Whole),
        _ if facts.shape.client_streams() => {
            let rule = "the body of a request stream is its items";
            reading.errors.push(text, format!("{}: {rule}; remove `body`", facts.subject));
            None
        }
        field => {
            note(Side::Request, field.to_owned(), format!("`body = \"{field}\"`"), text, reading);
            Some(Body::Field(Cow::Owned(field.to_owned())))
        }
    }
}

/// Reports a field that comes from two places.
fn check_apart(rule: &Rule, text: &LitStr, facts: &Facts<'_>, reading: &mut Reading<'_>) {
    if let Body::Field(field) = &rule.body
        && rule.path.variables().any(|variable| variable == field)
    {
        let fix = "name another field, or take it out of the path";
        reading.errors.push(text, format!("{}: `{field}` is already in the path; {fix}", facts.subject));
    }
}

fn note(side: Side, field: String, what: String, at: &LitStr, reading: &mut Reading<'_>) {
    reading.notes.bindings.push(Binding { side, field, what, fits: Fits::Any, at: at.clone() });
}
