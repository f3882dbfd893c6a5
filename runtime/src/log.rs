//! Logs text that others wrote. Their text is escaped and cut ([`Quoted`]), so that it forges no line and moves
//! no cursor. Events that they can cause again and again are logged once a second for each place ([`sparsely`]).
//!
//! Controls and the characters that turn text around are escaped. At most 512 bytes are kept. The line logged
//! once a second gives the number of lines left out. Those lines go to the debug level.

use std::fmt::{self, Display, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest text of others in an event, in bytes.
const LONGEST: usize = 512;
/// The time between two events of one place.
const PAUSE: Duration = Duration::from_secs(1);

/// A text that a peer wrote, or one that quotes it. Escapes the characters that terminals and readers of lines
/// obey, and those that turn the direction of the text. Of a long text only the beginning is shown.
pub(crate) struct Quoted<T>(pub(crate) T);

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut escaped = Escaped { out: f, left: LONGEST, cut: false };
        match write!(escaped, "{}", self.0) {
            Err(_) if escaped.cut => f.write_char('…'),
            done => done,
        }
    }
}

impl<T: Display> fmt::Debug for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct Escaped<'f, 'o> {
    out: &'f mut fmt::Formatter<'o>,
    left: usize,
    cut: bool,
}

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| {
            let Some(left) = self.left.checked_sub(char.len_utf8()) else {
                self.cut = true;
                return Err(fmt::Error);
            };
            self.left = left;
            if is_obeyed(char) {
                write!(self.out, "{}", char.escape_default())
            } else {
                self.out.write_char(char)
            }
        })
    }
}

/// Whether a character is obeyed: a control (Unicode category Cc), a separator of lines or paragraphs, or a
/// sign for the direction of text (UAX #9).
fn is_obeyed(char: char) -> bool {
    let turns = ['\u{61c}', '\u{200e}', '\u{200f}'].contains(&char)
        || ('\u{202a}'..='\u{202e}').contains(&char)
        || ('\u{2066}'..='\u{2069}').contains(&char);
    char.is_control() || turns || ('\u{2028}'..='\u{2029}').contains(&char)
}

/// A place in the program that logs something at most once a second.
pub(crate) struct Place(Mutex<Told>);

struct Told {
    last: Option<Instant>,
    left_out: u64,
}

/// Whether an event is logged.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Log it, with the number of events left out since the last one; `None` when there were none.
    Tell(Option<u64>),
    LeaveOut,
}

impl Place {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Told { last: None, left_out: 0 }))
    }

    pub(crate) fn turn(&self, now: Instant) -> Turn {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE) {
            told.left_out = told.left_out.saturating_add(1);
            return Turn::LeaveOut;
        }
        told.last = Some(now);
        let left_out = std::mem::take(&mut told.left_out);
        Turn::Tell((left_out > 0).then_some(left_out))
    }
}

/// Logs an event that a peer can cause as often as it likes. One event a second has its level, with `left_out`,
/// the number since the last one. The others have the debug level.
macro_rules! sparsely {
    ($level:ident, $($event:tt)*) => {{
        static PLACE: $crate::log::Place = $crate::log::Place::new();
        match PLACE.turn(std::time::Instant::now()) {
            $crate::log::Turn::Tell(left_out) => tracing::$level!(left_out, $($event)*),
            $crate::log::Turn::LeaveOut => tracing::debug!($($event)*),
        }
    }};
}
pub(crate) use sparsely;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Arc;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    /// Keeps the events of a test, as level and fields.
    #[derive(Clone, Default)]
    pub(crate) struct Kept(Arc<Mutex<Vec<(Level, String)>>>);

    impl Kept {
        /// The events at this level.
        pub(crate) fn at(&self, level: Level) -> Vec<String> {
            let events = self.0.lock().expect("the events");
            events.iter().filter(|(of, _)| *of == level).map(|(_, text)| text.clone()).collect()
        }
    }

    struct Fields(String);

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            let _ = write!(self.0, "{field}={value:?} ");
        }
    }

    impl Subscriber for Kept {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut fields = Fields(String::new());
            event.record(&mut fields);
            self.0.lock().expect("the events").push((*event.metadata().level(), fields.0));
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_text_of_a_peer_is_one_line_that_no_terminal_obeys() {
        for (text, shown) in [
            ("plain, naïve 漢字 \\n", "plain, naïve 漢字 \\n"),
            ("a\nWARN forged\r", "a\\nWARN forged\\r"),
            ("\u{1b}[2J\u{7}\u{0}", "\\u{1b}[2J\\u{7}\\u{0}"),
            ("\u{9b}31m\u{7f}\t", "\\u{9b}31m\\u{7f}\\t"),
            ("\u{202e}exe.\u{2066}\u{2028}", "\\u{202e}exe.\\u{2066}\\u{2028}"),
        ] {
            assert_eq!(Quoted(text).to_string(), shown);
        }
        assert_eq!(Quoted("x".repeat(LONGEST)).to_string().len(), LONGEST);
        assert_eq!(Quoted("x".repeat(LONGEST + 1)).to_string(), format!("{}…", "x".repeat(LONGEST)));
        assert_eq!(Quoted("é".repeat(LONGEST)).to_string(), format!("{}…", "é".repeat(LONGEST / 2)));
    }

    #[test]
    fn a_place_tells_once_a_second_and_counts_the_rest() {
        let (place, start) = (Place::new(), Instant::now());
        let at = |millis| place.turn(start + Duration::from_millis(millis));
        assert_eq!(at(0), Turn::Tell(None));
        assert_eq!((at(1), at(500), at(999)), (Turn::LeaveOut, Turn::LeaveOut, Turn::LeaveOut));
        assert_eq!(at(1000), Turn::Tell(Some(3)));
        assert_eq!(at(2000), Turn::Tell(None));
    }

    #[test]
    fn what_is_left_out_is_there_for_who_debugs() {
        let kept = Kept::default();
        tracing::subscriber::with_default(kept.clone(), || {
            for n in 0..100 {
                sparsely!(warn, n, text = %Quoted("a\nb"), "again");
            }
        });
        let (told, rest) = (kept.at(Level::WARN), kept.at(Level::DEBUG));
        // A machine that stands still for a second may log twice.
        assert!(!told.is_empty() && told.len() < 50 && told.len() + rest.len() == 100, "{told:?}");
        assert!(told[0].contains("text=a\\nb") && !told[0].contains("left_out"), "{told:?}");
    }
}
