//! Regular expressions in RE2's syntax, as protovalidate reads them, run by the `regex` crate.
//!
//! The two differ little. RE2's `\d`, `\s`, `\w` and `\b` are ASCII, so they are rewritten. The macros refuse
//! the parts of `regex` that RE2 lacks.

/// Rewrites the pattern for the `regex` crate: `\d`, `\s`, `\w` and `\b` mean ASCII, as in RE2 and in
/// JavaScript.
pub fn rewritten(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut chars, mut in_class) = (pattern.chars(), false);
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(word) => out.push_str(&escape(word, in_class)),
                None => out.push(c),
            },
            '[' => {
                in_class = true;
                out.push(c);
            }
            ']' => {
                in_class = false;
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

fn escape(word: char, in_class: bool) -> String {
    let class = match word {
        'd' | 'D' => "0-9",
        's' | 'S' => r"\t\n\f\r\x20",
        'w' | 'W' => "0-9A-Za-z_",
        'b' | 'B' if !in_class => return format!(r"(?-u:\{word})"),
        other => return format!("\\{other}"),
    };
    let not = if word.is_ascii_uppercase() { "^" } else { "" };
    match (in_class, not) {
        (true, "") => class.to_owned(),
        _ => format!("[{not}{class}]"),
    }
}

/// Whether the text matches. A pattern that cannot run matches nothing.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    regex::Regex::new(&rewritten(pattern)).is_ok_and(|pattern| pattern.is_match(text))
}

#[cfg(feature = "rust")]
pub(crate) use checked::check;

#[cfg(feature = "rust")]
mod checked {
    use regex_syntax::ast::{self, AssertionKind, Ast, ClassSet, ClassSetItem, Flag, FlagsItemKind};
    use regex_syntax::ast::{HexLiteralKind, LiteralKind, RepetitionKind, RepetitionRange};

    /// The largest repeat count in RE2.
    const LARGEST: u32 = 1000;

    /// Checks that both RE2 and we can run the pattern. The error says why not.
    pub(crate) fn check(pattern: &str) -> Result<(), String> {
        let parsed = ast::parse::Parser::new().parse(pattern);
        let parsed =
            parsed.map_err(|error| format!("the pattern is broken: {}; correct it", error.kind()))?;
        ast::visit(&parsed, Judge)?;
        match regex::Regex::new(&super::rewritten(pattern)) {
            Ok(_) => Ok(()),
            Err(regex::Error::CompiledTooBig(bytes)) => {
                Err(format!("the pattern needs more than {bytes} bytes to run; repeat less"))
            }
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(format!("the pattern is broken: {last}; correct it"))
            }
        }
    }

    /// A visitor that finds the parts that RE2 does not have.
    struct Judge;

    impl ast::Visitor for Judge {
        type Output = ();
        type Err = String;

        fn finish(self) -> Result<(), String> {
            Ok(())
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
            match ast {
                Ast::Flags(set) => flags(&set.flags),
                Ast::Group(group) => group.flags().map_or(Ok(()), flags),
                Ast::Literal(literal) => literal_kind(&literal.kind),
                Ast::Assertion(assertion) => match assertion.kind {
                    AssertionKind::WordBoundaryStart
                    | AssertionKind::WordBoundaryEnd
                    | AssertionKind::WordBoundaryStartAngle
                    | AssertionKind::WordBoundaryEndAngle
                    | AssertionKind::WordBoundaryStartHalf
                    | AssertionKind::WordBoundaryEndHalf => refuse("half word boundaries", r"\b"),
                    _ => Ok(()),
                },
                Ast::Repetition(repetition) => match &repetition.op.kind {
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(most)
                        | RepetitionRange::AtLeast(most)
                        | RepetitionRange::Bounded(_, most),
                    ) if *most > LARGEST => {
                        Err(format!("RE2 repeats {LARGEST} times at most; bound the length with `max_len`"))
                    }
                    _ => Ok(()),
                },
                _ => Ok(()),
            }
        }

        fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), String> {
            match item {
                ClassSetItem::Literal(literal) => literal_kind(&literal.kind),
                ClassSetItem::Range(range) => {
                    literal_kind(&range.start.kind).and_then(|()| literal_kind(&range.end.kind))
                }
                ClassSetItem::Bracketed(inner) => match &inner.kind {
                    ClassSet::Item(_) | ClassSet::BinaryOp(_) => {
                        refuse("a class inside a class", "one class")
                    }
                },
                _ => Ok(()),
            }
        }

        fn visit_class_set_binary_op_pre(&mut self, _: &ast::ClassSetBinaryOp) -> Result<(), String> {
            refuse("operations on classes", "one class")
        }
    }

    fn flags(flags: &ast::Flags) -> Result<(), String> {
        let known = |item: &ast::FlagsItem| match &item.kind {
            FlagsItemKind::Negation => true,
            FlagsItemKind::Flag(flag) => matches!(
                flag,
                Flag::CaseInsensitive | Flag::MultiLine | Flag::DotMatchesNewLine | Flag::SwapGreed
            ),
        };
        if flags.items.iter().all(known) { Ok(()) } else { refuse("this flag", "`i`, `m`, `s` or `U`") }
    }

    fn literal_kind(kind: &LiteralKind) -> Result<(), String> {
        match kind {
            LiteralKind::HexFixed(HexLiteralKind::X) | LiteralKind::HexBrace(HexLiteralKind::X) => Ok(()),
            LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => refuse(r"`\u`", r"`\x{…}`"),
            _ => Ok(()),
        }
    }

    fn refuse(what: &str, fix: &str) -> Result<(), String> {
        Err(format!("other languages run the pattern with RE2, which does not have {what}; use {fix}"))
    }

    #[cfg(test)]
    mod tests {
        use super::check;

        #[test]
        fn what_both_engines_run_is_taken() {
            for pattern in
                [r"^[a-z]+$", r"\d{3}-\w", r"[\D\s]", r"(?i)a\b", r"\x{1F600}", r"\pL", "(?P<a>b)", r"a\]"]
            {
                assert_eq!(check(pattern), Ok(()), "{pattern}");
            }
        }

        #[test]
        fn what_one_of_them_cannot_run_is_refused_with_the_reason() {
            for (pattern, reason) in [
                ("[a-z", "unclosed character class"),
                (r"\p{NoSuchThing}", "Unicode property not found"),
                ("[a-z&&[^b]]", "operations on classes"),
                (r"\u1234", r"`\u`"),
                ("(?x) a", "this flag"),
                ("a{1001}", "1000 times at most"),
                (r"a(?=b)", "look-around"),
            ] {
                let fault = check(pattern).expect_err(pattern);
                assert!(fault.contains(reason), "{pattern}: {fault}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rewritten;

    #[test]
    fn classes_become_ascii_wherever_they_stand() {
        assert_eq!(rewritten(r"^\d+\b$"), r"^[0-9]+(?-u:\b)$");
        assert_eq!(rewritten(r"[\d_\S]"), r"[0-9_[^\t\n\f\r\x20]]");
        assert_eq!(rewritten(r"\\d\[\d"), r"\\d\[[0-9]");
    }
}
