//! Ranges of whole numbers as regular expressions. In proto3 JSON a number may be text, for which JSON Schema
//! has no bounds.

use std::fmt::Write;

/// An anchored pattern for the decimal texts of the whole numbers from `low` to `high`, in JSON's spelling.
pub(super) fn between(low: i128, high: i128) -> String {
    let mut choices = Vec::new();
    if low <= 0 && high >= 0 {
        choices.push(if low < 0 { "-?0".to_owned() } else { "0".to_owned() });
    }
    if high > 0 {
        positive(low.max(1).unsigned_abs(), high.unsigned_abs(), "", &mut choices);
    }
    if low < 0 {
        positive(high.min(-1).unsigned_abs(), low.unsigned_abs(), "-", &mut choices);
    }
    format!("^({})$", choices.join("|"))
}

/// Adds the patterns of the numbers from `low` to `high`. `low` is more than 0.
fn positive(low: u128, high: u128, sign: &str, choices: &mut Vec<String>) {
    let mut from = low;
    let mut whole: Option<(usize, usize)> = None;
    while from <= high {
        let to = stop(from, high);
        let digits = from.to_string().len();
        if from == power(digits - 1) && to == power(digits) - 1 {
            // The range holds every number of this length. Such lengths in a row become one pattern.
            whole = Some((whole.map_or(digits, |(least, _)| least), digits));
        } else {
            flush(&mut whole, sign, choices);
            choices.push(format!("{sign}{}", pattern(from, to)));
        }
        from = to + 1;
    }
    flush(&mut whole, sign, choices);
}

fn flush(whole: &mut Option<(usize, usize)>, sign: &str, choices: &mut Vec<String>) {
    if let Some((least, most)) = whole.take() {
        choices.push(format!("{sign}[1-9]{}", any(least - 1, most - 1)));
    }
}

/// The last number of the longest run from `from` that one pattern can match: the first digits are the same,
/// the next digit is in a range, and the other digits are free.
fn stop(from: u128, high: u128) -> u128 {
    let length = from.to_string().len();
    // The number of free digits at the end: they are 0 now, and the number with nines there still fits.
    let mut free = 0;
    while free + 1 < length && from.is_multiple_of(power(free + 1)) && from + power(free + 1) - 1 <= high {
        free += 1;
    }
    let unit = power(free);
    let digit = from / unit % 10;
    let last_digit = (digit..=9).rev().find(|last| from + (last - digit + 1) * unit - 1 <= high);
    from + (last_digit.unwrap_or(digit) - digit + 1) * unit - 1
}

/// The pattern for the numbers between two of one length. Where the first ends in zeros, the second ends in
/// nines.
fn pattern(from: u128, to: u128) -> String {
    let (from, to) = (from.to_string(), to.to_string());
    let (mut out, mut free) = (String::new(), 0);
    for (a, b) in from.chars().zip(to.chars()) {
        match (a, b) {
            (a, b) if a == b => out.push(a),
            ('0', '9') => free += 1,
            // Writing to a String never fails.
            (a, b) => drop(write!(out, "[{a}-{b}]")),
        }
    }
    out + &any(free, free)
}

/// A pattern for a number of any digits, such as `[0-9]{1,9}`.
fn any(least: usize, most: usize) -> String {
    match (least, most) {
        (0, 0) => String::new(),
        (0, 1) => "[0-9]?".to_owned(),
        (1, 1) => "[0-9]".to_owned(),
        (least, most) if least == most => format!("[0-9]{{{least}}}"),
        (least, most) => format!("[0-9]{{{least},{most}}}"),
    }
}

fn power(exponent: usize) -> u128 {
    10_u128.pow(exponent as u32)
}

#[cfg(test)]
mod tests {
    use super::between;
    use regex::Regex;

    #[test]
    fn every_number_of_a_range_matches_and_none_outside() {
        let edges =
            [-1234, -1000, -999, -100, -99, -11, -10, -9, -1, 0, 1, 7, 9, 10, 11, 99, 100, 101, 999, 1234];
        for (index, low) in edges.into_iter().enumerate() {
            for high in edges.into_iter().skip(index) {
                let text = between(low, high);
                let pattern = Regex::new(&text).expect("a pattern");
                for number in -1300..1300 {
                    let is_in = (low..=high).contains(&number);
                    assert_eq!(
                        pattern.is_match(&number.to_string()),
                        is_in,
                        "{number} {low}..={high} {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn patterns_are_short() {
        assert_eq!(between(1, 99), "^([1-9][0-9]?)$");
        assert_eq!(between(0, 9), "^(0|[1-9])$");
        assert_eq!(between(1, 9_999_999_999_999_999_999), "^([1-9][0-9]{0,18})$");
        assert_eq!(between(-5, 120), "^(-?0|[1-9][0-9]?|1[0-1][0-9]|120|-[1-5])$");
    }

    #[test]
    fn a_number_has_one_text() {
        let pattern = Regex::new(&between(-20, 20)).expect("a pattern");
        assert!(pattern.is_match("-0") && pattern.is_match("7"));
        ["07", "+7", "", "7.0", " 7", "--7"]
            .iter()
            .for_each(|text| assert!(!pattern.is_match(text), "{text}"));
    }
}
