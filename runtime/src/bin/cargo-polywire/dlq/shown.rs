//! A dead letter as text. A stranger may have written any of it, so control characters are escaped.

use polywire::DeadLetter;
use serde_json::{Value, json};

/// The longest reason in a line, in characters.
const LONGEST_REASON: usize = 120;

/// One line: time, attempts, id, method and reason, with tabs between.
pub(super) fn line(letter: &DeadLetter) -> String {
    let written = json!(letter);
    let mut reason: String = letter.reason().chars().take(LONGEST_REASON).collect();
    if letter.reason().chars().nth(LONGEST_REASON).is_some() {
        reason.push('…');
    }
    let at = written["failedAt"].as_str().unwrap_or("unknown");
    let (id, method) = (letter.id().unwrap_or("none"), letter.method().unwrap_or("none"));
    let parts = [at, &letter.attempts().to_string(), id, method, &reason];
    parts.map(clean).join("\t")
}

/// The whole letter as JSON, which escapes control characters.
pub(super) fn whole(letter: &DeadLetter) -> String {
    let written: Value = json!(letter);
    format!("{written:#}")
}

/// The text without control characters, which could move a terminal's cursor.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn no_letter_moves_the_cursor() {
        assert_eq!(clean("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(clean("Grüße"), "Grüße");
    }
}
