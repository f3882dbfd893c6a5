//! Comments in a form that every document can hold: lines of text without control characters, which protobuf
//! compilers refuse.

/// The lines of a comment.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<String> =
        if text.is_empty() { Vec::new() } else { text.split(is_end).map(shown).collect() };
    lines.into_iter()
}

/// The same comment with only those characters that can stand in every document.
#[cfg(feature = "rust")]
pub(crate) fn cleaned(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join("\n")
}

/// Whether some reader of text ends a line at this character.
const fn is_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The line with a replacement sign for each character that cannot be shown.
fn shown(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced_and_other_ends_of_lines_are_ends() {
        let found: Vec<String> = lines("a\0b\r\nc\u{2028}d\re\t*/\\\n\u{7f}").collect();
        assert_eq!(found, ["a\u{fffd}b", "c", "d", "e\t*/\\", "\u{fffd}"]);
        assert_eq!(lines("").count(), 0);
    }
}
