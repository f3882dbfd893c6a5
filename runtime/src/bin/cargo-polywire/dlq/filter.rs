//! The letters that an action is about: by id, method, code, reason and age, up to a number.

use clap::Args;
use polywire::{Code, DeadLetter};
use std::time::{Duration, SystemTime};

#[derive(Args)]
pub(super) struct Filter {
    /// Only the letter with this message id
    #[arg(long)]
    id: Option<String>,
    /// Only letters of methods whose path holds this text
    #[arg(long, value_name = "TEXT")]
    method: Option<String>,
    /// Only letters whose reason holds this text
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Only letters that failed with this code, such as `unavailable`
    #[arg(long, value_parser = code)]
    code: Option<Code>,
    /// Only letters that failed longer ago than this, such as `90s`, `15m`, `6h` or `2d`
    #[arg(long, value_name = "AGE", value_parser = age)]
    older: Option<Duration>,
    /// Only letters that failed within this time, such as `15m`
    #[arg(long, value_name = "AGE", value_parser = age)]
    newer: Option<Duration>,
    /// Only the first letters that fit, so many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
}

impl Filter {
    /// The filter as a function that counts what it let through.
    pub(super) fn counted(self) -> impl FnMut(&DeadLetter) -> bool {
        let now = SystemTime::now();
        let mut left = self.limit.unwrap_or(usize::MAX);
        move |letter| {
            let fits = left > 0 && self.fits(letter, now);
            left -= usize::from(fits);
            fits
        }
    }

    fn fits(&self, letter: &DeadLetter, now: SystemTime) -> bool {
        let holds =
            |wanted: &Option<String>, text: &str| wanted.as_ref().is_none_or(|part| text.contains(part));
        // A letter without a time fits no age.
        let age = letter.failed_at().map(|at| now.duration_since(at).unwrap_or_default());
        self.id.as_deref().is_none_or(|id| letter.id() == Some(id))
            && holds(&self.method, letter.method().unwrap_or_default())
            && holds(&self.reason, letter.reason())
            && self.code.is_none_or(|code| letter.status().is_some_and(|status| status.code() == code))
            && self.older.is_none_or(|least| age.is_some_and(|age| age >= least))
            && self.newer.is_none_or(|most| age.is_some_and(|age| age <= most))
    }
}

fn code(text: &str) -> Result<Code, String> {
    let mut found = Code::ALL.into_iter().filter(|code| code.as_str() == text.to_ascii_lowercase());
    found.next().ok_or_else(|| format!("the codes are {}", Code::ALL.map(Code::as_str).join(", ")))
}

fn age(text: &str) -> Result<Duration, String> {
    let rule = || "write a whole number and a unit: s, m, h or d".to_owned();
    let unit = text.chars().next_back().ok_or_else(rule)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(rule()),
    };
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| rule())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("6h", 21_600), ("2d", 172_800), ("0s", 0)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)));
        }
        for bad in ["", "5", "m", "5w", "-5m", "1.5h", "5é", "99999999999999999999d", "18446744073709551615d"]
        {
            assert!(age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_code_is_one_of_sixteen() {
        assert_eq!(code("unavailable"), Ok(Code::Unavailable));
        assert_eq!(code("NOT_FOUND"), Ok(Code::NotFound));
        assert!(code("ok").unwrap_err().contains("deadline_exceeded"));
    }
}
