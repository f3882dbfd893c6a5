//! Strategies for proptest: every bit pattern that a type has, and collections small enough for many cases.

use super::{Color, Leaf, Tree};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Arbitrary, BoxedStrategy, Just, Strategy, any};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// A quiet NaN stands for them all: a float that passes through another width may come back with other NaN bits.
pub(super) fn float() -> impl Strategy<Value = f32> + Clone {
    proptest::num::f32::ANY.prop_map(|value| if value.is_nan() { f32::NAN } else { value })
}

pub(super) fn double() -> impl Strategy<Value = f64> + Clone {
    proptest::num::f64::ANY.prop_map(|value| if value.is_nan() { f64::NAN } else { value })
}

pub(super) fn shared() -> impl Strategy<Value = Bytes> {
    any::<Vec<u8>>().prop_map(Bytes::from)
}

pub(super) fn optional<T: Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(value)
}

pub(super) fn list<T: Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    vec(value, 0..4)
}

pub(super) fn map<K: Arbitrary + Ord, V: Arbitrary>() -> impl Strategy<Value = BTreeMap<K, V>> {
    btree_map(any::<K>(), any::<V>(), 0..3)
}

pub(super) fn text<T: From<String> + Debug>() -> impl Strategy<Value = T> {
    any::<String>().prop_map(T::from)
}

pub(super) fn text_map() -> impl Strategy<Value = BTreeMap<Arc<str>, Cow<'static, str>>> {
    btree_map(text(), text(), 0..3)
}

pub(super) fn shared_message() -> impl Strategy<Value = Option<Arc<Leaf>>> {
    any::<Option<Leaf>>().prop_map(|leaf| leaf.map(Arc::new))
}

pub(super) fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

pub(super) fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<u32>(), any::<u32>(), any::<u32>(), any::<bool>(), 0_u32..=28).prop_map(
        |(low, middle, high, negative, scale)| Decimal::from_parts(low, middle, high, negative, scale),
    )
}

/// JSON as it arrives: whole numbers are integers, and every number is a double.
pub(super) fn json() -> impl Strategy<Value = serde_json::Value> {
    let number = proptest::num::f64::NORMAL.prop_map(serde_json::Value::from);
    let leaf = proptest::prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        number.prop_filter("no whole number", |number| number.as_f64().is_some_and(|n| n.fract() != 0.0)),
        any::<String>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let object = btree_map(any::<String>(), inner.clone(), 0..3);
        proptest::prop_oneof![
            vec(inner, 0..3).prop_map(serde_json::Value::from),
            object.prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// At most one entry: an `IndexMap` keeps the order in which they come, and others have orders of their own.
pub(super) fn one_entry() -> impl Strategy<Value = IndexMap<Uuid, Decimal>> {
    proptest::option::of((uuid(), decimal())).prop_map(|entry| entry.into_iter().collect())
}

/// The years 1 to 9999, to the nanosecond.
fn wire_moment() -> impl Strategy<Value = (i64, u32)> {
    (-62_135_596_800_i64..=253_402_300_799, 0_u32..1_000_000_000)
}

/// Up to 10,000 years to either side.
fn wire_span() -> impl Strategy<Value = (i64, i32)> {
    let nanos = 0_i32..1_000_000_000;
    (0_i64..315_576_000_000, nanos, any::<bool>())
        .prop_map(|(seconds, nanos, negative)| if negative { (-seconds, -nanos) } else { (seconds, nanos) })
}

pub(super) fn jiff_moment() -> impl Strategy<Value = jiff::Timestamp> {
    // jiff's last second is one day before protobuf's, to be the same day everywhere on Earth.
    wire_moment().prop_map(|(seconds, nanos)| {
        let seconds = seconds.min(jiff::Timestamp::MAX.as_second() - 1);
        jiff::Timestamp::new(seconds, nanos.cast_signed()).unwrap_or_default()
    })
}

pub(super) fn jiff_span() -> impl Strategy<Value = jiff::SignedDuration> {
    wire_span().prop_map(|(seconds, nanos)| jiff::SignedDuration::new(seconds, nanos))
}

pub(super) fn chrono_moment() -> impl Strategy<Value = DateTime<Utc>> {
    wire_moment().prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap_or_default())
}

pub(super) fn chrono_span() -> impl Strategy<Value = TimeDelta> {
    wire_span()
        .prop_map(|(seconds, nanos)| TimeDelta::seconds(seconds) + TimeDelta::nanoseconds(nanos.into()))
}

pub(super) fn time_moment() -> impl Strategy<Value = time::OffsetDateTime> {
    wire_moment().prop_map(|(seconds, nanos)| {
        time::OffsetDateTime::UNIX_EPOCH + time::Duration::new(seconds, nanos.cast_signed())
    })
}

pub(super) fn utc_moment() -> impl Strategy<Value = time::UtcDateTime> {
    time_moment().prop_map(time::UtcDateTime::from)
}

pub(super) fn time_span() -> impl Strategy<Value = time::Duration> {
    wire_span().prop_map(|(seconds, nanos)| time::Duration::new(seconds, nanos))
}

/// The years 1 to 9999, to the nanosecond.
pub(super) fn moment() -> impl Strategy<Value = SystemTime> {
    wire_moment().prop_map(|(seconds, nanos)| {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let base = if seconds < 0 { SystemTime::UNIX_EPOCH - whole } else { SystemTime::UNIX_EPOCH + whole };
        base + Duration::from_nanos(nanos.into())
    })
}

/// Up to 10,000 years, to the nanosecond.
pub(super) fn span() -> impl Strategy<Value = Duration> {
    (0_u64..315_576_000_000, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

impl Arbitrary for Color {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        // 0, 1 and 2 are the numbers of the schema's own values.
        let other = any::<i32>().prop_filter("a number of its own", |number| !(0..=2).contains(number));
        proptest::prop_oneof![Just(Self::Red), Just(Self::DeepBlue), other.prop_map(Self::Other)].boxed()
    }
}

impl Arbitrary for Tree {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let leaf = any::<String>().prop_map(|name| Self { name, ..Self::default() });
        leaf.prop_recursive(4, 16, 3, |inner| {
            let next = proptest::option::of(inner.clone().prop_map(Box::new));
            let (children, by_name) = (vec(inner.clone(), 0..3), btree_map(any::<String>(), inner, 0..3));
            (any::<String>(), next, children, by_name).prop_map(|(name, next, children, by_name)| Self {
                name,
                next,
                children,
                by_name,
            })
        })
        .boxed()
    }
}
