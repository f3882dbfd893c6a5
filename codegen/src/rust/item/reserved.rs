//! `#[message(reserved = "2, 9 to 11, isbn")]`: one list, in the syntax of a `.proto` file.

use crate::model::{Reserved, Text};
use crate::names;
use crate::rust::errors::Errors;
use std::borrow::Cow;
use syn::LitStr;

/// Reads the list. `max` is the largest number. `None` when it reported a fault.
pub(super) fn parse(text: &LitStr, max: i32, subject: &str, errors: &mut Errors) -> Option<Reserved> {
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    let value = text.value();
    for part in value.split(',').map(str::trim) {
        let (first, last) = part.split_once(" to ").unwrap_or((part, part));
        match (first.trim().parse(), last.trim()) {
            (Ok(first), "max") => numbers.push((first, max)),
            (Ok(first), last) if last.parse().is_ok_and(|last: i32| last >= first) => {
                numbers.push((first, last.parse().unwrap_or(first)));
            }
            _ if names::is_word(part) => words.push(Text::Owned(part.to_owned())),
            _ => {
                let rule = "reserved are numbers, ranges and names; write it as in `reserved = \"2, 9 to 11, isbn\"`";
                errors.push(text, format!("{subject}: `{part}`: {rule}"));
                return None;
            }
        }
    }
    Some(Reserved { numbers: Cow::Owned(numbers), names: Cow::Owned(words) })
}
