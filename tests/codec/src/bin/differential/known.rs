//! Known differences between us, Google's protobuf for Python and protobuf-es, each with the reason why ours
//! is right.

use crate::text::Change;
use crate::{Case, Input};
use serde_json::Value;

/// The answers of all three to a case, and their differences.
pub(crate) struct Verdicts<'c> {
    case: &'c Case,
    ours: Option<&'c str>,
    differences: Vec<String>,
}

impl<'c> Verdicts<'c> {
    pub(crate) fn new(case: &'c Case, python: &'c Value, es: &'c Value) -> Self {
        let ours = case.ours.as_ref().err().map(String::as_str);
        let mut differences = Vec::new();
        if ours.is_some() != python["error"].is_string() {
            differences.push("we and Python differ on whether it is sound".to_owned());
        }
        if ours.is_some() != es["error"].is_string() {
            differences.push("we and protobuf-es differ on whether it is sound".to_owned());
        }
        if ours.is_none() {
            differences.extend(value(case, python).map(|what| format!("Python: {what}")));
            differences.extend(value(case, es).map(|what| format!("protobuf-es: {what}")));
        }
        Self { case, ours, differences }
    }

    pub(crate) fn agree(&self) -> Result<(), String> {
        if self.differences.is_empty() { Ok(()) } else { Err(self.differences.join("; ")) }
    }
}

/// The difference when another's answer has another value than ours.
fn value(case: &Case, answer: &Value) -> Option<String> {
    let (Ok(ours), Some(hex)) = (&case.ours, answer["hex"].as_str()) else { return None };
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or_default(), 16);
    let bytes: Result<Vec<u8>, _> = hex.as_bytes().chunks(2).map(byte).collect();
    match (case.rewrite)(&bytes.unwrap_or_default()) {
        Err(error) => Some(format!("we do not read what it wrote: {error}")),
        Ok(theirs) if theirs != ours.hex => Some(format!("another value: {theirs}")),
        Ok(_) if !same(&answer["json"], &ours.json) => Some("other JSON".to_owned()),
        Ok(_) => None,
    }
}

/// Whether two values are the same. Others write more digits than a small `float` needs, so numbers are
/// compared as floats. The bytes show any loss in a double.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64().map(|a| a as f32) == b.as_f64().map(|b| b as f32),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// A difference that is meant, and how to know it.
struct Known {
    reason: &'static str,
    is: fn(&Verdicts<'_>) -> bool,
}

impl Verdicts<'_> {
    /// Whether we refuse it with one of these words.
    fn we_say(&self, words: &[&str]) -> bool {
        self.ours.is_some_and(|ours| words.iter().any(|word| ours.contains(word)))
    }

    /// Whether Python alone is of another mind than we.
    fn python_alone(&self) -> bool {
        self.differences.iter().all(|difference| difference.contains("Python"))
    }

    /// Whether protobuf-es alone is.
    fn es_alone(&self) -> bool {
        self.differences.iter().all(|difference| difference.contains("protobuf-es"))
    }

    fn change(&self) -> Option<Change> {
        match &self.case.input {
            Input::Text(_, change) => Some(*change),
            Input::Bytes(..) => None,
        }
    }

    fn is_bytes(&self, changes: &[&str]) -> bool {
        matches!(&self.case.input, Input::Bytes(_, change) if changes.contains(change))
    }
}

/// Ours first, by our own words; then those where one of the others is alone, and the third confirms us.
const KNOWN: [Known; 18] = [
    Known {
        reason: "we refuse what lacks a field that our type requires; protobuf requires none",
        is: |v| v.we_say(&["is required but absent", "a map entry has no key"]),
    },
    Known {
        reason: "we refuse a known field of another wire type by name; Python passes it over, protobuf-es reads what is not there",
        is: |v| v.we_say(&["has wire type"]) || v.is_bytes(&["a field of another wire type"]) && v.es_alone(),
    },
    Known {
        reason: "we refuse numbers that a closed enum does not have, and values too large for our narrower type",
        is: |v| {
            v.we_say(&["is not a value of", "is out of range", "number of enum Level", "out of range for"])
        },
    },
    Known {
        reason: "we refuse a name that comes twice, however it is spelled",
        is: |v| v.we_say(&["duplicate"]),
    },
    Known {
        reason: "we nest 64 levels deep, others 100",
        is: |v| v.we_say(&["nests deeper than 64 levels"]),
    },
    Known {
        reason: "we refuse text that is no UUID or decimal where our type is one",
        is: |v| {
            v.we_say(&[
                "is not a decimal number",
                "is not a UUID",
                "expected a UUID",
                "expected a decimal",
                "expected a map key of type string",
            ])
        },
    },
    Known {
        reason: "we refuse a list or bytes of another length than our array",
        is: |v| v.we_say(&["elements, not", "bytes, not"]),
    },
    Known {
        reason: "we refuse base64 with characters that it does not have; Python drops them, protobuf-es white space",
        is: |v| v.we_say(&["not base64"]),
    },
    Known {
        reason: "we refuse numbers in text that JSON would not take as numbers: `+1`, `1_000`",
        is: |v| v.change() == Some(Change::Number) && v.we_say(&["string \"+1\"", "string \"1_000\""]),
    },
    Known {
        reason: "we refuse an integer beyond 2^53 that is written with a fraction or an exponent: digits may be lost",
        is: |v| v.change() == Some(Change::Number) && v.we_say(&["floating point"]),
    },
    Known {
        reason: "we refuse a varint of more than 64 bits; others drop the bits",
        is: |v| v.we_say(&["a number of more than 64 bits"]),
    },
    Known {
        reason: "Python takes durations and moments that the mapping does not have: `+1s`, `1 s`, `1.s`, an offset of a day",
        is: |v| v.change() == Some(Change::Time) && v.python_alone() && v.ours.is_some(),
    },
    Known {
        reason: "Python takes a number in text with white space, and `true` or 1.5 for an enum",
        is: |v| {
            matches!(v.change(), Some(Change::Number | Change::Kind | Change::Enum))
                && v.python_alone()
                && v.ours.is_some()
        },
    },
    Known {
        reason: "Python takes a map's entry with an unknown field, or of a value that it does not know, for unknown as a whole",
        is: |v| {
            (v.is_bytes(&["unknown fields"]) || v.change() == Some(Change::UnknownField)) && v.python_alone()
        },
    },
    Known {
        reason: "protobuf-es reads numbers as JavaScript does: `0x10`, white space, 64 bits as a double; and takes no `-0.0` for an integer",
        is: |v| v.change() == Some(Change::Number) && v.es_alone(),
    },
    Known {
        reason: "protobuf-es takes no number in text for an enum, and `null` for a member of a oneof; it takes 24:00 and `1ss`",
        is: |v| matches!(v.change(), Some(Change::Enum | Change::TwoMembers | Change::Time)) && v.es_alone(),
    },
    Known {
        reason: "protobuf-es passes over a map's entry with a key that it cannot read when it passes over unknown fields",
        is: |v| v.change() == Some(Change::UnknownField) && v.es_alone() && v.ours.is_some(),
    },
    Known {
        reason: "protobuf-es does not see every length that reaches past the end, nor every group that has none",
        is: |v| v.is_bytes(&["bits flipped", "cut short"]) && v.es_alone() && v.ours.is_some(),
    },
];

/// The reason of a difference, when there is one.
pub(crate) fn explain(verdicts: &Verdicts<'_>) -> Option<&'static str> {
    KNOWN.iter().find(|known| (known.is)(verdicts)).map(|known| known.reason)
}
