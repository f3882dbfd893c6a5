//! The search for the rule of a path: a trie over path segments. It is built once, and a search allocates
//! nothing.
//!
//! At each segment a literal goes before a `*`, and a `*` before a `**`. If the better branch leads to no
//! rule, the search goes back. A `:verb` that some template names goes before the same text as part of a
//! segment.
//!
//! A literal matches only as it is written: `/%61dmin` is not `/admin`, though RFC 3986 (section 6.2.2.2)
//! calls the two equivalent. A proxy that guards a path in front of us may compare the raw path or the
//! decoded one, and neither check may be bypassed. A literal that a path can hold only in encoded form (`é`,
//! a space) matches that form.

use polywire_codegen::transport::http::{Segment, Template, Verb};

/// Templates, each with the index of its rule.
#[derive(Debug)]
pub(in crate::transport) struct Matcher<'t> {
    nodes: Vec<Node<'t>>,
    /// The `:verb`s of all templates.
    suffixes: Vec<&'t str>,
}

/// The continuations of the segments read so far.
#[derive(Debug, Default)]
struct Node<'t> {
    /// Sorted by text.
    literals: Vec<(&'t str, usize)>,
    any: Option<usize>,
    /// The rules whose template goes on with `**`.
    rest: Vec<End<'t>>,
    /// The rules whose template ends here.
    here: Vec<End<'t>>,
}

/// The end of a template.
#[derive(Debug)]
struct End<'t> {
    suffix: Option<&'t str>,
    verb: Verb,
    rule: usize,
}

/// One step through the trie.
#[derive(Clone, Copy)]
enum Step<'t> {
    Literal(&'t str),
    Any,
    Rest,
}

impl<'t> Matcher<'t> {
    pub(in crate::transport) fn new() -> Self {
        Self { nodes: vec![Node::default()], suffixes: Vec::new() }
    }

    /// Adds a template.
    ///
    /// # Errors
    /// The rule that already has the same verb and shape. That rule stays.
    pub(in crate::transport) fn add(
        &mut self,
        verb: Verb,
        template: &'t Template,
        rule: usize,
    ) -> Result<(), usize> {
        let steps = template.segments.iter().flat_map(|segment| match segment {
            Segment::Variable { pattern, .. } => pattern.iter(),
            other => std::slice::from_ref(other).iter(),
        });
        let steps = steps.map(|segment| match segment {
            Segment::Literal(text) => Step::Literal(text),
            // The parser never puts a variable into a variable.
            Segment::Any | Segment::Variable { .. } => Step::Any,
            Segment::Rest => Step::Rest,
        });
        let end = End { suffix: template.verb.as_deref(), verb, rule };
        self.insert(steps, end)
    }

    /// Adds a path of literals, such as `/books.v1.BookService/GetBook`.
    ///
    /// # Errors
    /// As [`Matcher::add`].
    pub(in crate::transport) fn add_path(
        &mut self,
        verb: Verb,
        path: &'t str,
        rule: usize,
    ) -> Result<(), usize> {
        let steps = path[1..].split('/').map(Step::Literal);
        self.insert(steps, End { suffix: None, verb, rule })
    }

    fn insert(&mut self, steps: impl Iterator<Item = Step<'t>>, end: End<'t>) -> Result<(), usize> {
        let (mut at, mut rest) = (0, false);
        for step in steps {
            match step {
                Step::Literal(text) => at = self.literal(at, text),
                Step::Any => at = self.any(at),
                Step::Rest => rest = true,
            }
        }
        if let Some(suffix) = end.suffix
            && !self.suffixes.contains(&suffix)
        {
            self.suffixes.push(suffix);
        }
        let node = &mut self.nodes[at];
        let ends = if rest { &mut node.rest } else { &mut node.here };
        match ends.iter().find(|other| other.verb == end.verb && other.suffix == end.suffix) {
            Some(other) => Err(other.rule),
            None => {
                ends.push(end);
                Ok(())
            }
        }
    }

    fn literal(&mut self, at: usize, text: &'t str) -> usize {
        match self.nodes[at].literals.binary_search_by(|(other, _)| (*other).cmp(text)) {
            Ok(found) => self.nodes[at].literals[found].1,
            Err(place) => {
                let new = self.push();
                self.nodes[at].literals.insert(place, (text, new));
                new
            }
        }
    }

    fn any(&mut self, at: usize) -> usize {
        if let Some(next) = self.nodes[at].any {
            return next;
        }
        let new = self.push();
        self.nodes[at].any = Some(new);
        new
    }

    fn push(&mut self) -> usize {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    /// Finds the rule for this verb and path.
    pub(in crate::transport) fn find(&self, verb: Verb, path: &str) -> Option<usize> {
        self.visit(path, &mut |end| (end.verb == verb).then_some(end.rule))
    }

    /// The verbs that the path has rules for, in the order of [`Verb::ALL`].
    pub(in crate::transport) fn verbs(&self, path: &str) -> Vec<Verb> {
        let mut found = Vec::new();
        self.visit(path, &mut |end| {
            found.push(end.verb);
            None
        });
        Verb::ALL.into_iter().filter(|verb| found.contains(verb)).collect()
    }

    /// Offers every template that fits the path to `take`, the most specific first, until it takes one.
    fn visit(&self, path: &str, take: &mut impl FnMut(&End<'t>) -> Option<usize>) -> Option<usize> {
        let path = path.strip_prefix('/')?;
        if !self.suffixes.is_empty()
            && let Some((stem, suffix)) = split_suffix(path)
            && self.suffixes.contains(&suffix)
            && let Some(rule) = self.walk(0, Some(stem), Some(suffix), take)
        {
            return Some(rule);
        }
        self.walk(0, Some(path), None, take)
    }

    /// Walks the trie. Each node is reached in one way only, so a walk visits it at most once.
    fn walk(
        &self,
        at: usize,
        path: Option<&str>,
        suffix: Option<&str>,
        take: &mut impl FnMut(&End<'t>) -> Option<usize>,
    ) -> Option<usize> {
        let node = &self.nodes[at];
        if let Some(path) = path {
            let (segment, after) = first_segment(path);
            let literal = node.literal(segment).and_then(|next| self.walk(next, after, suffix, take));
            if literal.is_some() {
                return literal;
            }
            // A `*` is one segment that is not empty: `/books/` is not `/books/{id}`.
            let any = node.any.filter(|_| !segment.is_empty());
            let any = any.and_then(|next| self.walk(next, after, suffix, take));
            if any.is_some() {
                return any;
            }
        } else if let Some(rule) = offer(&node.here, suffix, take) {
            return Some(rule);
        }
        offer(&node.rest, suffix, take)
    }
}

impl Node<'_> {
    fn literal(&self, segment: &str) -> Option<usize> {
        if let Ok(found) = self.literals.binary_search_by(|(text, _)| (*text).cmp(segment)) {
            return Some(self.literals[found].1);
        }
        let escaped = segment.as_bytes().contains(&b'%');
        let found = self.literals.iter().find(|(text, _)| escaped && is_written(text, segment));
        found.map(|(_, next)| *next)
    }
}

/// Whether `segment` is `text` with exactly those bytes escaped that need it.
fn is_written(text: &str, segment: &str) -> bool {
    let mut written = segment.bytes();
    let mut next = || written.next();
    let same = text.bytes().all(|byte| match stands_for_itself(byte) {
        true => next() == Some(byte),
        false => next() == Some(b'%') && hex(next()).zip(hex(next())) == Some((byte >> 4, byte & 15)),
    });
    same && next().is_none()
}

fn hex(digit: Option<u8>) -> Option<u8> {
    char::from(digit?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether a segment of a path may hold this byte unescaped (RFC 3986, section 3.3, `pchar`).
fn stands_for_itself(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

fn offer<'t>(
    ends: &[End<'t>],
    suffix: Option<&str>,
    take: &mut impl FnMut(&End<'t>) -> Option<usize>,
) -> Option<usize> {
    ends.iter().filter(|end| end.suffix == suffix).find_map(take)
}

/// The first segment, and the text after its slash. It goes byte by byte: segments are short, and a search
/// takes longer to begin.
pub(super) fn first_segment(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'/') {
        Some(at) => (&path[..at], Some(&path[at + 1..])),
        None => (path, None),
    }
}

/// The path without its `:verb`, and the verb: the text after the last colon of the last segment.
pub(super) fn split_suffix(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once(':').filter(|(_, suffix)| !suffix.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> &'static Template {
        Box::leak(Box::new(Template::parse(text).expect(text)))
    }

    const RULES: [(Verb, &str); 15] = [
        (Verb::Get, "/"),
        (Verb::Get, "/books/"),
        (Verb::Get, "/books"),
        (Verb::Get, "/books/{id}"),
        (Verb::Put, "/books/{id}"),
        (Verb::Post, "/books/search"),
        (Verb::Get, "/books/{id}/pages/{page}"),
        (Verb::Get, "/books/latest/pages/{page}"),
        (Verb::Post, "/books/{id}:lend"),
        (Verb::Get, "/files/{path=**}"),
        (Verb::Get, "/files/index"),
        (Verb::Post, "/files/{path=**}:sign"),
        (Verb::Get, "/v1/{name=shelves/*/books/*}"),
        (Verb::Delete, "/v1/*/books/{id}"),
        (Verb::Get, "/naïve/{id}"),
    ];

    fn matcher() -> Matcher<'static> {
        let mut matcher = Matcher::new();
        for (rule, (verb, text)) in RULES.into_iter().enumerate() {
            matcher.add(verb, template(text), rule).expect("no conflict");
        }
        matcher.add_path(Verb::Post, "/books.v1.BookService/GetBook", RULES.len()).expect("no conflict");
        matcher
    }

    #[test]
    fn the_most_specific_template_wins() {
        let matcher = matcher();
        for (verb, path, rule) in [
            (Verb::Get, "/", Some(0)),
            (Verb::Get, "/books/", Some(1)),
            (Verb::Get, "/books", Some(2)),
            (Verb::Get, "/books/7", Some(3)),
            (Verb::Put, "/books/7", Some(4)),
            (Verb::Post, "/books/search", Some(5)),
            // The literal has no GET, so the variable takes it.
            (Verb::Get, "/books/search", Some(3)),
            (Verb::Get, "/books/7/pages/1", Some(6)),
            (Verb::Get, "/books/latest/pages/1", Some(7)),
            (Verb::Post, "/books/7:lend", Some(8)),
            (Verb::Post, "/books/a:b:lend", Some(8)),
            // No template has this `:verb`, so the colon belongs to the segment.
            (Verb::Get, "/books/7:x", Some(3)),
            (Verb::Get, "/books/7:lend", Some(3)),
            (Verb::Get, "/files/index", Some(10)),
            (Verb::Get, "/files/a/b/c", Some(9)),
            (Verb::Get, "/files/", Some(9)),
            (Verb::Get, "/files", Some(9)),
            (Verb::Get, "/files/index/a", Some(9)),
            (Verb::Post, "/files/a/b:sign", Some(11)),
            (Verb::Get, "/v1/shelves/1/books/2", Some(12)),
            (Verb::Delete, "/v1/shelf/books/2", Some(13)),
            (Verb::Get, "/na%C3%AFve/1", Some(14)),
            (Verb::Get, "/na%c3%afve/1", Some(14)),
            (Verb::Get, "/naïve/1", Some(14)),
            // Paths of another method, as they are written: `search` is the value of the variable.
            (Verb::Put, "/books/%73earch", Some(4)),
            (Verb::Get, "/books/7%3Alend", Some(3)),
            (Verb::Get, "/files/%69ndex", Some(9)),
            (Verb::Post, "/books.v1.BookService/GetBook", Some(15)),
        ] {
            assert_eq!(matcher.find(verb, path), rule, "{verb:?} {path}");
        }
    }

    #[test]
    fn what_fits_no_template_is_not_found() {
        let matcher = matcher();
        for (verb, path) in [
            (Verb::Get, "//"),
            (Verb::Get, "/books//"),
            (Verb::Get, "/books/7/"),
            (Verb::Get, "/books/7/pages"),
            (Verb::Get, "/books/7/pages/1/2"),
            (Verb::Delete, "/books/7"),
            (Verb::Post, "/books/7:borrow"),
            (Verb::Get, "/v1/shelves/1/books"),
            (Verb::Get, "books/7"),
            (Verb::Get, "*"),
            (Verb::Get, ""),
            (Verb::Get, "/books.v1.BookService/GetBook"),
            (Verb::Get, "/b%6Foks/7"),
            (Verb::Get, "/%62ooks"),
            (Verb::Get, "/books%2F7"),
            (Verb::Get, "/n%61%C3%AFve/1"),
            (Verb::Get, "/na%C3%AFv%65/1"),
            (Verb::Get, "/na%C3%AFve%/1"),
            (Verb::Get, "/na%C3%A/1"),
            (Verb::Post, "/%62ooks.v1.BookService/GetBook"),
            (Verb::Post, "/books%2Ev1.BookService/GetBook"),
            (Verb::Post, "/books.v1.BookService/Get%42ook"),
            (Verb::Post, "/books.v1.BookService%2FGetBook"),
            (Verb::Post, "//books.v1.BookService/GetBook"),
            (Verb::Post, "/books.v1.BookService//GetBook"),
            (Verb::Post, "/./books.v1.BookService/GetBook"),
            (Verb::Post, "/a/../books.v1.BookService/GetBook"),
            (Verb::Post, "/books.v1.BookService/./GetBook"),
            (Verb::Post, "/books.v1.BookService/GetBook/"),
            (Verb::Post, "/books.v1.BookService/GetBook;a=1"),
            (Verb::Post, "/books.v1.BookService;a=1/GetBook"),
            (Verb::Post, "/books.v1.BookService/getBook"),
            (Verb::Get, "/books;a=1/7"),
            (Verb::Get, "/./books/7"),
            (Verb::Get, "/x/../books/7"),
            (Verb::Get, "/BOOKS/7"),
        ] {
            assert_eq!(matcher.find(verb, path), None, "{verb:?} {path}");
        }
    }

    #[test]
    fn the_verbs_of_a_path_are_those_of_every_template_that_fits() {
        let matcher = matcher();
        assert_eq!(matcher.verbs("/books/search"), [Verb::Get, Verb::Put, Verb::Post]);
        assert_eq!(matcher.verbs("/books/7:lend"), [Verb::Get, Verb::Put, Verb::Post]);
        assert_eq!(matcher.verbs("/nothing"), []);
    }

    #[test]
    fn a_second_rule_of_the_same_shape_is_a_conflict_and_the_first_stays() {
        let mut matcher = matcher();
        assert_eq!(matcher.add(Verb::Get, template("/books/{name}"), 99), Err(3));
        assert_eq!(matcher.add(Verb::Post, template("/books/{id=*}:lend"), 99), Err(8));
        assert_eq!(matcher.add(Verb::Get, template("/files/**"), 99), Err(9));
        assert_eq!(matcher.add_path(Verb::Post, "/books/search", 99), Err(5));
        assert_eq!(matcher.find(Verb::Get, "/books/7"), Some(3));
        assert_eq!(matcher.add(Verb::Patch, template("/books/{name}"), 99), Ok(()));
    }
}
