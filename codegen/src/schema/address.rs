//! Turns path templates into those of OpenAPI and AsyncAPI, in which a variable holds one segment and no
//! slash.
//!
//! A variable of several segments is written out: `{name=shelves/*/books/*}` becomes
//! `shelves/{shelf}/books/{book}`. For `**` there is no such form. It stays one variable, and its description
//! says so.

use crate::transport::http::{Segment, Template};

/// One variable of an address.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    /// The path of the field that the variable is, or is a part of. `None` when it belongs to no field.
    pub(super) field: Option<String>,
    pub(super) kind: Kind,
}

/// The part of a path that a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The whole field, one segment.
    Whole,
    /// A part of the field's text, one segment.
    Part,
    /// Any number of segments.
    Rest,
}

/// A template in its written-out form.
#[derive(Default)]
pub(super) struct Address {
    /// The text with empty variables, such as `/books/{}`. Two addresses of one shape are the same address.
    pub(super) shape: String,
    /// The text, such as `/books/{id}`.
    pub(super) text: String,
    pub(super) variables: Vec<Variable>,
}

impl Address {
    /// A path without variables.
    pub(super) fn literal(text: String) -> Self {
        Self { shape: text.clone(), text, variables: Vec::new() }
    }

    pub(super) fn new(template: &Template) -> Self {
        let mut address = Self::default();
        for segment in template.segments.iter() {
            match segment {
                Segment::Variable { field, pattern } => address.variable(field, pattern),
                other => address.segment(other, None, false),
            }
        }
        if let Some(verb) = &template.verb {
            address.shape.push_str(&format!(":{verb}"));
            address.text.push_str(&format!(":{verb}"));
        }
        address
    }

    fn variable(&mut self, field: &str, pattern: &[Segment]) {
        let alone = matches!(pattern, [_]);
        pattern.iter().for_each(|segment| self.segment(segment, Some(field), alone));
    }

    fn segment(&mut self, segment: &Segment, field: Option<&str>, alone: bool) {
        let kind = match segment {
            Segment::Literal(text) => {
                self.shape.push_str(&format!("/{text}"));
                self.text.push_str(&format!("/{text}"));
                return;
            }
            Segment::Rest => Kind::Rest,
            // The parser allows no variable inside of a variable.
            Segment::Any | Segment::Variable { .. } if alone => Kind::Whole,
            Segment::Any | Segment::Variable { .. } => Kind::Part,
        };
        let name = self.unused(match field {
            Some(field) if alone => field.to_owned(),
            _ => self.noun(kind),
        });
        self.shape.push_str("/{}");
        self.text.push_str(&format!("/{{{name}}}"));
        self.variables.push(Variable { name, field: field.map(str::to_owned), kind });
    }

    /// The singular of the last literal: `shelf` after `/shelves`.
    fn noun(&self, kind: Kind) -> String {
        let last = self.text.rsplit('/').next().unwrap_or_default();
        let word = last.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        match word {
            _ if kind == Kind::Rest => "rest".to_owned(),
            "" => "segment".to_owned(),
            word if word.ends_with('}') => "segment".to_owned(),
            word => singular(word),
        }
    }

    fn unused(&self, name: String) -> String {
        let taken = |name: &str| self.variables.iter().any(|variable| variable.name == name);
        if !taken(&name) {
            return name;
        }
        let mut names = (2..).map(|n| format!("{name}_{n}"));
        names.find(|name| !taken(name)).unwrap_or(name)
    }
}

/// The singular of a plural, by the rules that most English nouns in resource names follow.
fn singular(word: &str) -> String {
    let rules = [("ies", "y"), ("ves", "f"), ("sses", "ss"), ("xes", "x"), ("ss", "ss"), ("s", "")];
    for (plural, end) in rules {
        if let Some(stem) = word.strip_suffix(plural).filter(|stem| !stem.is_empty()) {
            return format!("{stem}{end}");
        }
    }
    word.to_owned()
}

impl Variable {
    /// The description of the variable besides its type. `docs` is the comment of its field.
    pub(super) fn description(&self, docs: &str) -> String {
        let field = self.field.as_deref().unwrap_or_default();
        let text = match self.kind {
            Kind::Whole => docs.to_owned(),
            Kind::Part if field.is_empty() => String::new(),
            Kind::Part => format!("A part of `{field}`. {docs}"),
            Kind::Rest => format!("Any number of path segments, with `/` between them as it is. {docs}"),
        };
        text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_of_several_segments_becomes_what_it_matches() {
        for (template, text) in [
            ("/books/{id}", "/books/{id}"),
            ("/v1/{name=shelves/*/books/*}:move", "/v1/shelves/{shelf}/books/{book}:move"),
            ("/v1/{a=shelves/*}/{b=shelves/*}", "/v1/shelves/{shelf}/shelves/{shelf_2}"),
            ("/files/{path=**}", "/files/{path}"),
            ("/a/*/**", "/a/{a}/{rest}"),
            ("/*/{b.c}", "/{segment}/{b.c}"),
        ] {
            let template = Template::parse(template).expect(template);
            assert_eq!(Address::new(&template).text, text);
        }
    }

    #[test]
    fn nouns_of_resource_names_have_a_singular() {
        for (plural, one) in
            [("shelves", "shelf"), ("books", "book"), ("cities", "city"), ("boxes", "box"), ("s", "s")]
        {
            assert_eq!(singular(plural), one);
        }
    }
}
