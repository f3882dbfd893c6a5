//! Splits a `.proto` file into words, and the words into statements.

/// Words in front of a declaration that say who may use it.
pub(super) const VISIBILITY: &[&str] = &["export", "local"];

/// The block around a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    File,
    Message,
    Oneof,
    Extend,
    Other,
}

/// The tokens up to a `;`, or up to the `{` of a block.
pub(super) struct Statement {
    pub(super) place: Place,
    /// The indices of the tokens, without space and comments.
    pub(super) tokens: Vec<usize>,
}

impl Statement {
    pub(super) fn word<'a>(&self, tokens: &'a [String], at: usize) -> Option<&'a str> {
        self.tokens.get(at).map(|index| tokens[*index].as_str())
    }

    /// Replaces the statement with other text. The number of lines stays, so that faults show the right line.
    pub(super) fn replace(&self, tokens: &mut [String], text: &str) {
        replace(&self.tokens, tokens, text);
    }
}

pub(super) fn replace(of: &[usize], tokens: &mut [String], text: &str) {
    for (at, index) in of.iter().enumerate() {
        tokens[*index] = if at == 0 { text.to_owned() } else { String::new() };
    }
}

/// Words with their dots, strings, signs, and the space and comments between them. Joined, they are the
/// source.
pub(super) fn tokens(source: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let len = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '"' | '\'' => string_len(rest, first),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, more) = rest.split_at(len);
        out.push(token.to_owned());
        rest = more;
    }
    out
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            c if c == quote && !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

pub(super) fn statements(tokens: &[String]) -> Vec<Statement> {
    let mut all = Vec::new();
    let mut places = vec![Place::File];
    let mut open = Vec::new();
    // The nesting depth inside of an option's value in braces.
    let mut value = 0;
    for (index, token) in tokens.iter().enumerate() {
        let blank = token.starts_with("//") || token.starts_with("/*") || token.trim().is_empty();
        if blank {
            continue;
        }
        let place = places.last().copied().unwrap_or(Place::File);
        match token.as_str() {
            "{" if value > 0 || open.iter().any(|at: &usize| tokens[*at] == "=") => value += 1,
            "}" if value > 0 => value -= 1,
            "{" => {
                let mut words = open.iter().map(|at| tokens[*at].as_str());
                let inner = match words.find(|word| !VISIBILITY.contains(word)) {
                    Some("message") => Place::Message,
                    Some("oneof") => Place::Oneof,
                    Some("extend") => Place::Extend,
                    _ => Place::Other,
                };
                all.push(Statement { place, tokens: std::mem::take(&mut open) });
                places.push(inner);
                continue;
            }
            "}" => {
                places.pop();
                open.clear();
                continue;
            }
            ";" if value == 0 => {
                open.push(index);
                all.push(Statement { place, tokens: std::mem::take(&mut open) });
                continue;
            }
            _ => {}
        }
        open.push(index);
    }
    all
}
