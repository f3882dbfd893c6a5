//! The fuzz targets that need private items of this crate. Each is a function of bytes that panics if a
//! promise does not hold.
//!
//! They are behind the feature `fuzzing`, for the crate `polywire-fuzz` alone. This file has the target of
//! path templates; the others stand beside the code that they test.
//!
//! The parsers of untrusted bytes are private, and a public way to them for tests would be a promise to
//! users. So the target itself is the way in: `transport/*/fuzzing.rs`. libFuzzer is a dependency under
//! `cfg(fuzzing)` alone, so an ordinary build has no C++ in it. Lints and tests cover the fuzz crate like any
//! other. Coverage needs compiler flags, but no nightly compiler.

pub use super::amqp::fuzzing::{amqp, foreign};
pub use super::grpc::fuzzing::envelopes;
pub use super::ws::fuzzing::ws;

use super::paths::{Matcher, variables};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use polywire_codegen::transport::http::{Segment, Template, Verb};

/// Reads a path from the first line, and a template from each other line, and checks three promises.
///
/// A template prints as the text that parses to it again. The matcher agrees with a simple search that tries
/// each template. The variables of a path, written into its template again, are found there again.
pub fn paths(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let path = lines.next().unwrap_or_default();
    // A request's head is parsed before its path is matched.
    if path.parse::<http::Uri>().is_ok_and(|uri| uri.path() != path) || path.contains(|c: char| c <= ' ') {
        return;
    }
    let templates: Vec<Template> = lines.take(24).filter_map(parse).collect();
    let mut matcher = Matcher::new();
    let mut rules: Vec<(Verb, &Template)> = Vec::new();
    for (at, template) in templates.iter().enumerate() {
        let verb = Verb::ALL[at % 2];
        match matcher.add(verb, template, rules.len()) {
            Ok(()) => rules.push((verb, template)),
            Err(other) => assert_eq!((rules[other].0, kinds(rules[other].1)), (verb, kinds(template))),
        }
    }
    for verb in Verb::ALL {
        let fit = rules.iter().enumerate().filter(|(_, (of, template))| *of == verb && fits(template, path));
        let best = fit.min_by_key(|(_, (_, template))| (template.verb.is_none(), ranks(template)));
        let best = best.map(|(rule, _)| rule);
        assert_eq!(matcher.find(verb, path), best, "{verb:?} {path:?} among {rules:?}");
        assert_eq!(matcher.verbs(path).contains(&verb), best.is_some());
        if let Some(rule) = best {
            come_back(rules[rule].1, path);
        }
    }
}

fn parse(text: &str) -> Option<Template> {
    match Template::parse(text) {
        Ok(template) => {
            assert_eq!(Template::parse(&template.to_string()).as_ref(), Ok(&template), "{text:?}");
            Some(template)
        }
        Err(why) => {
            assert!(!why.is_empty());
            None
        }
    }
}

/// The segments of a template, including those of variables.
fn flat(template: &Template) -> impl Iterator<Item = &Segment> {
    template.segments.iter().flat_map(|segment| match segment {
        Segment::Variable { pattern, .. } => pattern.iter(),
        other => std::slice::from_ref(other).iter(),
    })
}

/// The parts that two templates must share to be one route.
fn kinds(template: &Template) -> (Vec<Option<&str>>, bool, Option<&str>) {
    let has_rest = flat(template).any(|segment| matches!(segment, Segment::Rest));
    let steps = flat(template).filter(|segment| !matches!(segment, Segment::Rest));
    let texts = steps.map(|segment| match segment {
        Segment::Literal(text) => Some(text.as_ref()),
        _ => None,
    });
    (texts.collect(), has_rest, template.verb.as_deref())
}

/// The order in which templates are tried: at each segment a literal, then `*`, then `**`.
fn ranks(template: &Template) -> Vec<u8> {
    let rank = |segment: &Segment| match segment {
        Segment::Literal(_) => 0,
        Segment::Any | Segment::Variable { .. } => 1,
        Segment::Rest => 2,
    };
    flat(template).map(rank).collect()
}

/// Whether a template fits, by the rules of google/api/http.proto.
fn fits(template: &Template, path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    let path = match &template.verb {
        None => path,
        Some(verb) => match path.strip_suffix(verb.as_ref()).and_then(|stem| stem.strip_suffix(':')) {
            Some(stem) => stem,
            None => return false,
        },
    };
    let mut segments = path.split('/');
    for step in flat(template) {
        match (step, segments.next()) {
            (Segment::Rest, _) => return true,
            (_, None) => return false,
            (Segment::Literal(text), Some(segment)) if !is_as_written(text, segment) => return false,
            (Segment::Literal(_), Some(_)) => {}
            (_, Some("")) => return false,
            _ => {}
        }
    }
    segments.next().is_none()
}

/// Whether a segment is the literal itself, or the literal with exactly those bytes escaped that a path
/// cannot hold.
fn is_as_written(literal: &str, segment: &str) -> bool {
    let mut parts = segment.split('%');
    let mut canonical = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        canonical.push('%');
        canonical.extend(part.chars().take(2).map(|digit| digit.to_ascii_uppercase()));
        canonical.extend(part.chars().skip(2));
    }
    segment == literal || canonical == utf8_percent_encode(literal, NO_PCHAR).to_string()
}

/// The bytes that a segment of a path can hold only as an escape (RFC 3986, section 3.3).
const NO_PCHAR: &AsciiSet = &ESCAPED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// All bytes except those that have no other meaning in a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes the variables of a path, if there are any, into the template, and checks that they are found again.
fn come_back(template: &Template, path: &str) {
    let Ok(found) = variables(template, path) else { return };
    let mut values = found.iter();
    let mut again = String::new();
    for segment in template.segments.iter() {
        again.push('/');
        match segment {
            Segment::Literal(text) => again.extend(utf8_percent_encode(text, NO_PCHAR)),
            Segment::Any => again.push('x'),
            Segment::Rest => again.push_str("x/y"),
            Segment::Variable { pattern, .. } => {
                let Some((_, value)) = values.next() else { panic!("{template} of {path:?}: {found:?}") };
                assert!(!value.contains('\0') && value.split('/').all(|part| part != ".."), "{value:?}");
                let several = pattern.len() > 1 || pattern.as_ref() == [Segment::Rest];
                assert!(several || !value.contains('/'), "{template} of {path:?}: {value:?}");
                // A slash inside a segment is `%2F` in the value, and stays so.
                let parts = value.split('/').map(|part| {
                    part.split("%2F")
                        .map(|part| utf8_percent_encode(part, ESCAPED).to_string())
                        .collect::<Vec<_>>()
                        .join(if several { "%2F" } else { "%252F" })
                });
                again.push_str(&parts.collect::<Vec<_>>().join("/"));
            }
        }
    }
    assert!(values.next().is_none());
    if let Some(verb) = &template.verb {
        again.push(':');
        again.push_str(verb);
    }
    assert!(fits(template, &again), "{template}: {path:?} became {again:?}");
    assert_eq!(variables(template, &again).as_ref(), Ok(&found), "{template}: {path:?} became {again:?}");
}
