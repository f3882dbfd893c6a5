//! The words of constraints in `#[field(…)]`: one row a word. A constraint does not compile until it has a word.

use crate::model::{Constraint, Format, List, Number, Text};

/// The form in which a constraint is written. It says which constraint the arguments make.
pub(super) enum Form {
    /// `finite`
    Alone(Constraint),
    /// `min = 1`
    Bound(fn(Number) -> Constraint),
    /// `within = "1h"`
    Distance(fn(Number) -> Constraint),
    /// `min_len = 1`
    Count(fn(u64) -> Constraint),
    /// `len = 3` and `len = 1..=100`: exactly, at least, at most.
    Length(fn(u64) -> Constraint, fn(u64) -> Constraint, fn(u64) -> Constraint),
    /// `items = 3` and `items = 1..=50`: at least, at most.
    Size(fn(u64) -> Constraint, fn(u64) -> Constraint),
    /// `pattern = "^[a-z]+$"`
    Pattern(fn(Text) -> Constraint),
    /// `prefix = "/"`
    Part(fn(Text) -> Constraint),
    /// `one_of = [1, 2]`
    OneOf,
    /// `each(min_len = 1)`
    Rules(fn(List<Constraint>) -> Constraint),
}

macro_rules! words {
    ($($name:ident $text:literal $form:expr, $example:literal;)*) => {
        /// A word that begins a constraint.
        #[derive(Clone, Copy)]
        pub(super) enum Word {
            $($name,)*
            /// The word of a format.
            Format(Format),
        }

        impl Word {
            /// The word that is written so.
            pub(super) fn read(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)*
                    text => {
                        let (_, format) = Format::ALL.iter().find(|(word, _)| *word == text)?;
                        Some(Self::Format(*format))
                    }
                }
            }

            /// The word as it is written.
            pub(super) const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Format(format) => format.word(),
                }
            }

            /// The form of its arguments.
            pub(super) const fn form(self) -> Form {
                match self {
                    $(Self::$name => $form,)*
                    Self::Format(format) => Form::Alone(Constraint::Format(format)),
                }
            }

            /// The word with an argument, for the fix of a fault.
            pub(super) const fn example(self) -> &'static str {
                match self {
                    $(Self::$name => $example,)*
                    Self::Format(format) => format.word(),
                }
            }
        }
    };
}

words! {
    Required "required" Form::Alone(Constraint::Required), "required";
    Min "min" Form::Bound(Constraint::Min), "min = 1";
    Max "max" Form::Bound(Constraint::Max), "max = 1";
    ExclusiveMin "exclusive_min" Form::Bound(Constraint::ExclusiveMin), "exclusive_min = 1";
    ExclusiveMax "exclusive_max" Form::Bound(Constraint::ExclusiveMax), "exclusive_max = 1";
    Finite "finite" Form::Alone(Constraint::Finite), "finite";
    OneOf "one_of" Form::OneOf, "one_of = [1, 2]";
    Len "len" Form::Length(Constraint::Len, Constraint::MinLen, Constraint::MaxLen), "len = 1..=100";
    MinLen "min_len" Form::Count(Constraint::MinLen), "min_len = 1";
    MaxLen "max_len" Form::Count(Constraint::MaxLen), "max_len = 1";
    Pattern "pattern" Form::Pattern(Constraint::Pattern), "pattern = \"^[a-z]+$\"";
    Prefix "prefix" Form::Part(Constraint::Prefix), "prefix = \"…\"";
    Suffix "suffix" Form::Part(Constraint::Suffix), "suffix = \"…\"";
    Contains "contains" Form::Part(Constraint::Contains), "contains = \"…\"";
    Defined "defined" Form::Alone(Constraint::Defined), "defined";
    Past "past" Form::Alone(Constraint::Past), "past";
    Future "future" Form::Alone(Constraint::Future), "future";
    Within "within" Form::Distance(Constraint::Within), "within = \"1h\"";
    Items "items" Form::Size(Constraint::MinItems, Constraint::MaxItems), "items = 1..=50";
    Unique "unique" Form::Alone(Constraint::Unique), "unique";
    Pairs "pairs" Form::Size(Constraint::MinPairs, Constraint::MaxPairs), "pairs = 1..=50";
    Each "each" Form::Rules(Constraint::Each), "each(min_len = 1)";
    Keys "keys" Form::Rules(Constraint::Keys), "keys(min_len = 1)";
    Values "values" Form::Rules(Constraint::Values), "values(min_len = 1)";
}

/// The word that stands for a constraint in an attribute.
pub(super) const fn word(constraint: &Constraint) -> &'static str {
    let word = match constraint {
        Constraint::Required => Word::Required,
        Constraint::Min(_) => Word::Min,
        Constraint::Max(_) => Word::Max,
        Constraint::ExclusiveMin(_) => Word::ExclusiveMin,
        Constraint::ExclusiveMax(_) => Word::ExclusiveMax,
        Constraint::Finite => Word::Finite,
        Constraint::OneOf(_) => Word::OneOf,
        Constraint::Len(_) => Word::Len,
        Constraint::MinLen(_) => Word::MinLen,
        Constraint::MaxLen(_) => Word::MaxLen,
        Constraint::Pattern(_) => Word::Pattern,
        Constraint::Prefix(_) => Word::Prefix,
        Constraint::Suffix(_) => Word::Suffix,
        Constraint::Contains(_) => Word::Contains,
        Constraint::Format(format) => Word::Format(*format),
        Constraint::Defined => Word::Defined,
        Constraint::Past => Word::Past,
        Constraint::Future => Word::Future,
        Constraint::Within(_) => Word::Within,
        Constraint::MinItems(_) | Constraint::MaxItems(_) => Word::Items,
        Constraint::Unique => Word::Unique,
        Constraint::MinPairs(_) | Constraint::MaxPairs(_) => Word::Pairs,
        Constraint::Each(_) => Word::Each,
        Constraint::Keys(_) => Word::Keys,
        Constraint::Values(_) => Word::Values,
    };
    word.text()
}
