//! Points in time as RFC 3339 writes them, on the proleptic Gregorian calendar.
//!
//! Constraints use them, and the runtime's `google.protobuf.Timestamp`. The algorithms are by Howard Hinnant,
//! "chrono-Compatible Low-Level Date Algorithms".

use std::ops::RangeInclusive;

/// The years 1 to 9999 in seconds since 1970: the range of a `google.protobuf.Timestamp`.
pub const SECONDS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

const DAY: i64 = 86_400;
/// The days in 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

/// Writes seconds since 1970, and nanoseconds that count forward, as `2026-01-02T03:04:05.500Z`.
pub fn format(seconds: i64, nanos: i32) -> String {
    format!("{}{}Z", date_time(seconds), fraction(nanos))
}

/// The inverse of [`format()`]. It also reads other zones and a fraction of up to nine digits. The result may
/// be outside of [`SECONDS`].
pub fn parse(text: &str) -> Option<(i64, i32)> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let (fraction, zone) = rest.split_at(rest.find(['Z', '+', '-'])?);
    let (none, nanos) = split_fraction(fraction)?;
    let seconds = seconds_of(date_time)?.checked_sub(offset(zone)?)?;
    none.is_empty().then_some((seconds, nanos))
}

/// Writes a fraction with 0, 3, 6 or 9 digits, as protobuf's own writers do.
pub fn fraction(nanos: i32) -> String {
    match nanos {
        0 => String::new(),
        n if n % 1_000_000 == 0 => format!(".{:03}", n / 1_000_000),
        n if n % 1_000 == 0 => format!(".{:06}", n / 1_000),
        n => format!(".{n:09}"),
    }
}

/// Splits text at the point: the part before it, and the nanoseconds after it in at most nine digits.
pub fn split_fraction(text: &str) -> Option<(&str, i32)> {
    let Some((whole, digits)) = text.split_once('.') else { return Some((text, 0)) };
    let sound = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let nanos = format!("{digits:0<9}").parse().ok().filter(|_| sound)?;
    Some((whole, nanos))
}

/// Writes `2026-01-02T03:04:05`.
fn date_time(seconds: i64) -> String {
    let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = date(day);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// The inverse of [`date_time`]. Only capital letters are read: RFC 3339 allows small ones, proto3 JSON does
/// not.
fn seconds_of(text: &str) -> Option<i64> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| bytes[*at] != *byte) {
        return None;
    }
    let number = |from: usize, to: usize, range: RangeInclusive<i64>| digits(&bytes[from..to], range);
    let (year, month) = (number(0, 4, 0..=9_999)?, number(5, 7, 1..=12)?);
    let day = number(8, 10, 1..=month_days(year, month))?;
    let (hour, minute, second) = (number(11, 13, 0..=23)?, number(14, 16, 0..=59)?, number(17, 19, 0..=59)?);
    Some(days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second)
}

/// Reads `Z` or `+01:00`, in seconds to the east.
fn offset(zone: &str) -> Option<i64> {
    match zone.as_bytes() {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let seconds = digits(&[*h1, *h2], 0..=23)? * 3_600 + digits(&[*m1, *m2], 0..=59)? * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn digits(bytes: &[u8], range: RangeInclusive<i64>) -> Option<i64> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let number = bytes.iter().try_fold(0, |number, byte| digit(byte).map(|digit| number * 10 + digit))?;
    range.contains(&number).then_some(number)
}

const fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts the days since 1970. The year begins in March, so that the leap day is its last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - 719_468
}

/// The inverse of [`days`].
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}
