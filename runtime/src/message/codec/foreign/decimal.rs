//! `rust_decimal::Decimal` is text: digits with a point and no exponent. The scale is kept, so `1.50` stays `1.50`.

use super::text;
use rust_decimal::Decimal;

// Digits beyond the precision are refused, not rounded away.
text!(
    Decimal,
    Decimal,
    "a decimal number such as -12.50, of at most 28 digits",
    |value, then| then(&value.to_string()),
    |text| Decimal::from_str_exact(text).ok()
);
