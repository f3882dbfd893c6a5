//! Errors of reading bytes or JSON: the field, the place and the fault.

use crate::message::codec::json::note::Note;
use std::fmt;

/// Malformed or out-of-range input.
///
/// ```
/// use polywire::{JsonOptions, Message};
///
/// #[derive(Debug, Message)]
/// struct Order {
///     book_ids: Vec<i32>,
/// }
///
/// let error = JsonOptions::default().read::<Order>(r#"{"bookIds": [7, "x"]}"#).expect_err("no number");
/// assert_eq!(error.field(), "bookIds[1]");
/// println!("{error}"); // field, fault, line and column
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Fault>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// The path of the field, such as `lines[2].quantity`; empty for the message itself.
    field: String,
    what: String,
    place: Place,
    /// The steps to the field in JSON or a query, as they were written.
    steps: Vec<Step>,
    kind: Kind,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A step to the field of this name, or the value of this key.
    Name(String),
    /// A step to an element of a list.
    Index(usize),
}

/// The kind of a fault: one of a field, or of the whole input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The value of a field cannot be read.
    Value,
    /// A field did not arrive.
    Absence,
    /// The input is malformed, or a limit is passed. No field is at fault.
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Unknown,
    Byte(usize),
    Text {
        line: usize,
        column: usize,
    },
    /// The variable of an HTTP path that is named for the field.
    Variable,
    /// The query parameter that is named for the field.
    Query,
}

impl DecodeError {
    /// A fault in a value that has no position, such as a path variable.
    pub fn new(what: impl Into<String>) -> Self {
        Self::placed("", what, Place::Unknown)
    }

    fn placed(field: &str, what: impl Into<String>, place: Place) -> Self {
        let (field, what) = (field.to_owned(), what.into());
        Self(Box::new(Fault { field, what, place, steps: Vec::new(), kind: Kind::Value }))
    }

    pub(crate) fn at_byte(byte: usize, what: impl Into<String>) -> Self {
        let mut error = Self::new(what);
        error.0.place = Place::Byte(byte);
        error
    }

    pub(crate) fn at_text(line: usize, column: usize, what: impl Into<String>) -> Self {
        let mut error = Self::new(what);
        error.0.place = Place::Text { line, column };
        error
    }

    /// A fault in a variable of an HTTP path.
    pub(crate) fn in_variable(field: &str, what: impl Into<String>) -> Self {
        Self::placed(field, what, Place::Variable)
    }

    /// A fault in a query parameter.
    pub(crate) fn in_query(field: &str, what: impl Into<String>) -> Self {
        Self::placed(field, what, Place::Query)
    }

    /// Moves the fault `columns` to the left, when it is in the first line.
    #[must_use]
    pub(crate) fn shifted(mut self, columns: usize) -> Self {
        if let Place::Text { line: 1, column } = &mut self.0.place {
            *column = column.saturating_sub(columns);
        }
        self
    }

    /// Adds steps to the field of the fault.
    #[must_use]
    pub(crate) fn by(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.0.steps.extend(steps);
        self
    }

    /// Marks the fault as that of an absent field.
    #[must_use]
    pub(crate) fn of_absence(mut self) -> Self {
        self.0.kind = Kind::Absence;
        self
    }

    /// Marks the fault as that of the whole input.
    #[must_use]
    pub(crate) fn of_the_whole(mut self) -> Self {
        self.0.kind = Kind::Whole;
        self
    }

    /// Adds the note of the reader.
    #[must_use]
    pub(crate) fn noted(self, note: Option<Note>) -> Self {
        let step = |field: &str| [Step::Name(field.to_owned())];
        match note {
            Some(Note::Absent(field)) => self.by(step(field)).of_absence(),
            Some(Note::Unfit(field)) => self.by(step(field)),
            Some(Note::Limit) => self.of_the_whole(),
            None => self,
        }
    }

    /// Whether the place is a line and a column of a text.
    pub(crate) const fn is_in_text(&self) -> bool {
        matches!(self.0.place, Place::Text { .. })
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The same fault, seen from the message that holds `field`.
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        self.0.field = joined(field, &self.0.field);
        self
    }

    /// The same fault, seen from the list that holds the value.
    #[must_use]
    pub(crate) fn at_index(self, index: usize) -> Self {
        self.within(&format!("[{index}]"))
    }

    /// The path of the field, such as `lines[2].quantity`; empty for the message itself.
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// The fault in words, without field and place.
    pub fn what(&self) -> &str {
        &self.0.what
    }
}

/// Joins two parts of a path: `lines` and `[2].quantity` give `lines[2].quantity`.
pub(crate) fn joined(field: &str, rest: &str) -> String {
    match rest {
        "" => field.to_owned(),
        rest if rest.starts_with('[') => format!("{field}{rest}"),
        rest => format!("{field}.{rest}"),
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { field, what, place, .. } = &*self.0;
        match (field.as_str(), place) {
            ("", _) => f.write_str(what)?,
            (field, Place::Variable) => write!(f, "path variable `{field}`: {what}")?,
            (field, Place::Query) => write!(f, "query parameter `{field}`: {what}")?,
            (field, _) => write!(f, "field `{field}`: {what}")?,
        }
        match place {
            Place::Unknown | Place::Variable | Place::Query => Ok(()),
            Place::Byte(byte) => write!(f, " (at byte {byte})"),
            Place::Text { line, column } => write!(f, " (at line {line}, column {column})"),
        }
    }
}

impl std::error::Error for DecodeError {}
