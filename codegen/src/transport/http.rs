//! The HTTP/JSON plan of a method: verb, path template, and the place of each field of the message.
//!
//! The rules are those of `google.api.http` (google/api/http.proto, "Path template syntax"), with two
//! additions. A template may end in `/`, and a method may have several rules of equal rank.

use crate::model::{List, Text};
use std::fmt;

/// The routes of a method, besides the default `POST /package.Service/Method`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The rules, in the order of the attributes.
    pub rules: List<Rule>,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The request method.
    pub verb: Verb,
    /// The path.
    pub path: Template,
    /// The part of the request message in the body.
    pub body: Body,
    /// The only field of the response in the answer. By default the answer is the whole message.
    pub response_body: Option<Text>,
}

/// A request method that a rule may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the HTTP method of that name")]
pub enum Verb {
    Get,
    Put,
    Post,
    Delete,
    Patch,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 5] = [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Patch];

    /// `GET`, `PUT` …
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
        }
    }

    /// The verb with this name, in capitals.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.as_str() == name)
    }

    /// Whether a request with this verb has a body unless the rule says otherwise.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Put | Self::Post | Self::Patch)
    }
}

/// The part of the request message that the body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// No part: every field that is not in the path is a query parameter.
    None,
    /// `*`: all fields that are not in the path.
    Whole,
    /// One field; the others are query parameters.
    Field(Text),
}

/// A parsed path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The parts between slashes. A template that ends in `/` has an empty literal last.
    pub segments: List<Segment>,
    /// The `:verb` at the end.
    pub verb: Option<Text>,
}

/// One part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Text, percent-decoded.
    Literal(Text),
    /// `*`: exactly one segment.
    Any,
    /// `**`: any number of segments, as the last part.
    Rest,
    /// `{field=…}`: the text that the inner segments match becomes the field's value.
    Variable {
        /// The field's path, such as `book.name`.
        field: Text,
        /// The inner segments: `*` unless written. They hold no variable.
        pattern: List<Segment>,
    },
}

impl Template {
    /// The field paths of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Variable { field, .. } => Some(field.as_ref()),
            _ => None,
        })
    }

    /// Parses a template such as `/v1/{name=shelves/*}/books:move`.
    ///
    /// # Errors
    /// One sentence that names the wrong part.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::template(text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.segments.iter() {
            write!(f, "/{segment}")?;
        }
        self.verb.as_ref().map_or(Ok(()), |verb| write!(f, ":{verb}"))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Any => f.write_str("*"),
            Self::Rest => f.write_str("**"),
            Self::Variable { field, pattern } if pattern.as_ref() == [Self::Any] => write!(f, "{{{field}}}"),
            Self::Variable { field, pattern } => {
                let inner: Vec<String> = pattern.iter().map(ToString::to_string).collect();
                write!(f, "{{{field}={}}}", inner.join("/"))
            }
        }
    }
}

/// The grammar of google/api/http.proto: `Template = "/" Segments [ Verb ]`.
mod parse {
    use super::{Segment, Template};
    use std::borrow::Cow;

    pub(super) fn template(text: &str) -> Result<Template, String> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err(format!("path `{text}` does not begin with `/`"));
        };
        habits(rest)?;
        let (path, verb) = split_verb(rest)?;
        let segments = if path.is_empty() { vec![literal("")?] } else { segments(path, Place::Top)? };
        rest_is_last(&segments)?;
        Ok(Template { segments: Cow::Owned(segments), verb })
    }

    /// Refuses variables in the syntax of other frameworks: each would be a literal that no caller asks for.
    fn habits(rest: &str) -> Result<(), String> {
        split(rest)?.into_iter().try_for_each(habit)
    }

    fn habit(part: &str) -> Result<(), String> {
        let (open, close) = (part.chars().next().unwrap_or('/'), part.chars().last().unwrap_or('/'));
        let inner = part.get(1..part.len().saturating_sub(1)).unwrap_or_default();
        match (open, close) {
            (':', '?') | ('{', '?') => Err(optional(part)),
            (':', _) => Err(format!("`{part}`: a variable is written `{{{}}}`", word_of(part))),
            ('$', _) | ('<', '>') | ('[', ']') | ('(', ')') => {
                let name = inner.rsplit(':').next().unwrap_or_default();
                let name = if open == '$' { part } else { name };
                Err(variable_or_rest(
                    part,
                    name,
                    inner.contains("..") || inner.starts_with("path:") || inner.contains('*'),
                ))
            }
            ('*', _) if part.trim_matches('*').is_empty() => Ok(()),
            ('*', _) => Err(variable_or_rest(part, part, true)),
            ('{', '}') => braced(part, inner),
            _ => Ok(()),
        }
    }

    /// Refuses `{id:int}`, `{id?}`, `{*rest}` and `{rest...}`.
    fn braced(part: &str, inner: &str) -> Result<(), String> {
        let (name, pattern) = inner.split_once([':', '=']).unwrap_or((inner, ""));
        if inner.ends_with('?') {
            return Err(optional(part));
        }
        if name.starts_with('*') || name.ends_with("..") {
            return Err(variable_or_rest(part, name, true));
        }
        if inner.contains(':') {
            let rest = pattern.contains('*') || pattern == "path";
            return Err(format!("{}; its type says what it may hold", variable_or_rest(part, name, rest)));
        }
        Ok(())
    }

    fn optional(part: &str) -> String {
        let name = word_of(part);
        format!(
            "`{part}`: a segment cannot be optional; write `{{{name}}}`, and another route for the path without it"
        )
    }

    fn variable_or_rest(part: &str, name: &str, is_rest: bool) -> String {
        let name = word_of(name);
        if is_rest {
            return format!("`{part}`: a variable for the rest of the path is written `{{{name}=**}}`");
        }
        format!("`{part}`: a variable is written `{{{name}}}`")
    }

    /// The name inside of a variable in another framework's syntax.
    fn word_of(text: &str) -> String {
        let word: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if word.is_empty() { "rest".to_owned() } else { word }
    }

    /// Splits off the verb: it begins at a colon after the last `}` and the last `/`.
    fn split_verb(rest: &str) -> Result<(&str, Option<Cow<'static, str>>), String> {
        let tail = rest.rfind(['}', '/']).map_or(0, |at| at + 1);
        let Some(colon) = rest[tail..].find(':') else { return Ok((rest, None)) };
        let verb = &rest[tail + colon + 1..];
        if verb.is_empty() || verb.contains([':', '{', '*']) {
            return Err(format!("verb `:{verb}` is not a plain word"));
        }
        Ok((&rest[..tail + colon], Some(Cow::Owned(verb.to_owned()))))
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Place {
        Top,
        InVariable,
    }

    fn segments(path: &str, place: Place) -> Result<Vec<Segment>, String> {
        let parts = split(path)?;
        let last = parts.len() - 1;
        parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| match part {
                "" if at == last && place == Place::Top => literal(""),
                "" => Err("an empty segment (`//`) can never match".to_owned()),
                part => segment(part, place),
            })
            .collect()
    }

    /// Splits at slashes outside braces.
    fn split(path: &str) -> Result<Vec<&str>, String> {
        let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
        for (at, c) in path.char_indices() {
            match c {
                '{' if inside => return Err("a variable inside a variable is not allowed".to_owned()),
                '{' => inside = true,
                '}' if !inside => return Err("`}` without `{`".to_owned()),
                '}' => inside = false,
                '/' if !inside => {
                    parts.push(&path[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        if inside {
            return Err("`{` without `}`".to_owned());
        }
        parts.push(&path[start..]);
        Ok(parts)
    }

    fn segment(part: &str, place: Place) -> Result<Segment, String> {
        match part {
            "*" => Ok(Segment::Any),
            "**" => Ok(Segment::Rest),
            _ => match part.strip_prefix('{') {
                Some(inner) if place == Place::Top => variable(inner),
                _ => literal(part),
            },
        }
    }

    fn variable(inner: &str) -> Result<Segment, String> {
        let Some(inner) = inner.strip_suffix('}') else {
            return Err(format!("`{{{inner}`: a variable must fill its segment"));
        };
        let (field, pattern) = match inner.split_once('=') {
            Some((field, pattern)) => (field, segments(pattern, Place::InVariable)?),
            None => (inner, vec![Segment::Any]),
        };
        let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !field.split('.').all(word) {
            return Err(format!("`{{{inner}}}`: `{field}` is not a field path"));
        }
        Ok(Segment::Variable { field: Cow::Owned(field.to_owned()), pattern: Cow::Owned(pattern) })
    }

    fn literal(part: &str) -> Result<Segment, String> {
        if part
            .chars()
            .any(|c| matches!(c, '{' | '}' | '*' | '?' | '#' | '%') || c.is_whitespace() || c.is_control())
        {
            return Err(format!("segment `{part}`: a literal holds none of {{ }} * ? # % or white space"));
        }
        Ok(Segment::Literal(Cow::Owned(part.to_owned())))
    }

    fn rest_is_last(segments: &[Segment]) -> Result<(), String> {
        let flat: Vec<&Segment> = segments
            .iter()
            .flat_map(|segment| match segment {
                Segment::Variable { pattern, .. } => pattern.iter().collect(),
                other => vec![other],
            })
            .collect();
        let early = flat.iter().rev().skip(1).any(|segment| matches!(segment, Segment::Rest));
        if early { Err("`**` must be the last segment".to_owned()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_print_as_they_were_written() {
        for text in [
            "/",
            "/books/",
            "/books/{id}",
            "/v1/{name=shelves/*/books/*}:move",
            "/files/{path=**}",
            "/a/*/b",
            "/x/{id}:cancel",
            "/v1:batch",
        ] {
            assert_eq!(Template::parse(text).map(|t| t.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_broken_template_names_its_fault() {
        for (text, part) in [
            ("books", "begin with"),
            ("/a//b", "empty segment"),
            ("/{a", "without `}`"),
            ("/a}", "without `{`"),
            ("/{a={b}}", "inside a variable"),
            ("/{a}b", "fill its segment"),
            ("/{a-b}", "not a field path"),
            ("/**/a", "last segment"),
            ("/a:", "plain word"),
            ("/a b", "white space"),
            ("/x/:id", "written `{id}`"),
            ("/:id", "written `{id}`"),
            ("/x/:id/y", "written `{id}`"),
            ("/x/:id?", "`{id}`, and another route"),
            ("/x/{id?}", "`{id}`, and another route"),
            ("/x/<id>", "written `{id}`"),
            ("/x/<int:id>", "written `{id}`"),
            ("/x/<path:rest>", "written `{rest=**}`"),
            ("/x/<rest..>", "written `{rest=**}`"),
            ("/x/[id]", "written `{id}`"),
            ("/x/[...rest]", "written `{rest=**}`"),
            ("/x/$id", "written `{id}`"),
            ("/x/*rest", "written `{rest=**}`"),
            ("/x/{*rest}", "written `{rest=**}`"),
            ("/x/{**rest}", "written `{rest=**}`"),
            ("/x/{rest...}", "written `{rest=**}`"),
            ("/x/{id:int}", "written `{id}`; its type"),
            ("/x/{id:[0-9]+}", "written `{id}`; its type"),
            ("/x/{rest:.*}", "written `{rest=**}`"),
        ] {
            let error = Template::parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
