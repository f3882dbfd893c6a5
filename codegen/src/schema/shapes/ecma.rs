//! Translates patterns from RE2's syntax into that of ECMA 262, which JSON Schema uses with or without the
//! flag `u`.
//!
//! The result means the same to every reader: classes are spelled out. A pattern with a part that the
//! languages do not share has no translation.

/// The characters with a meaning in either syntax.
const SPECIAL: &str = r"^$\.*+?()[]{}|/";

/// The pattern in ECMA 262. `None` when some part is missing there, or means something else.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let (mut chars, mut class) = (pattern.chars().peekable(), None);
    while let Some(c) = chars.next() {
        match (c, class) {
            ('\\', _) => out.push_str(&escape(&mut chars, class.is_some())?),
            ('[', None) => {
                class = Some(0);
                out.push(c);
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                continue;
            }
            // In `[]a]` the first closing bracket belongs to the class.
            (']', Some(0)) => out.push_str(r"\]"),
            (']', Some(_)) => {
                class = None;
                out.push(c);
                continue;
            }
            ('[', Some(_)) if chars.peek() == Some(&':') => return None,
            ('[', Some(_)) => out.push_str(r"\["),
            // These are set operations of newer syntaxes.
            ('&' | '~', Some(_)) if chars.peek() == Some(&c) => return None,
            ('-', Some(1..)) if chars.peek() == Some(&'-') => return None,
            ('(', None) if chars.peek() == Some(&'?') => {
                chars.next();
                chars.next_if_eq(&':')?;
                out.push_str("(?:");
            }
            ('.', None) => out.push_str(r"[^\n]"),
            (']', None) => out.push_str(r"\]"),
            (c, _) => out.push(c),
        }
        class = class.map(|count: u32| count + 1);
    }
    Some(out)
}

fn escape(chars: &mut impl Iterator<Item = char>, in_class: bool) -> Option<String> {
    let word = chars.next()?;
    let spelled = |class: &str| if in_class { class.to_owned() } else { format!("[{class}]") };
    Some(match word {
        'd' => spelled("0-9"),
        'w' => spelled("0-9A-Za-z_"),
        's' => spelled(r"\t\n\f\r "),
        'D' if !in_class => "[^0-9]".to_owned(),
        'W' if !in_class => "[^0-9A-Za-z_]".to_owned(),
        'S' if !in_class => r"[^\t\n\f\r ]".to_owned(),
        'A' if !in_class => "^".to_owned(),
        'z' if !in_class => "$".to_owned(),
        'n' | 'r' | 't' | 'f' | 'v' => format!("\\{word}"),
        // Some readers take word boundaries as Unicode's, ECMA lacks the other escapes, and `\x` has two
        // forms.
        word if word.is_ascii_alphanumeric() => return None,
        '-' if in_class => r"\-".to_owned(),
        word if SPECIAL.contains(word) => format!("\\{word}"),
        word => word.to_string(),
    })
}

/// The pattern that matches this text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if SPECIAL.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, translated};

    #[test]
    fn what_both_have_is_translated() {
        for (re2, ecma) in [
            (r"^[A-Z]{2}\d+$", "^[A-Z]{2}[0-9]+$"),
            (r"\A\w+\z", "^[0-9A-Za-z_]+$"),
            (r"[\w.-]+\@a\.b", r"[0-9A-Za-z_.-]+@a\.b"),
            (r"(?:a|b).\S", r"(?:a|b)[^\n][^\t\n\f\r ]"),
            (r"[]a]\-", r"[\]a]-"),
            (r"[^\]]", r"[^\]]"),
        ] {
            assert_eq!(translated(re2).as_deref(), Some(ecma), "{re2}");
        }
    }

    #[test]
    fn what_one_has_alone_is_left_out() {
        for re2 in [r"(?i)a", r"\pL", r"(?P<a>b)", r"\x{1F600}", "[[:alpha:]]", r"[\D\s]", r"a\b", r"\Qa\E"] {
            assert_eq!(translated(re2), None, "{re2}");
        }
    }

    #[test]
    fn text_matches_itself() {
        assert_eq!(escaped("a.b/(c)"), r"a\.b\/\(c\)");
    }
}
