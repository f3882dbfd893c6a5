//! What proptest draws: every bit pattern that a type has, and collections small enough for many cases.

use super::{Color, Tree};
use bytes::Bytes;
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Arbitrary, BoxedStrategy, Just, Strategy, any};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::{Duration, SystemTime};

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

/// The years 1 to 9999, to the nanosecond.
pub(super) fn moment() -> impl Strategy<Value = SystemTime> {
    (-62_135_596_800_i64..=253_402_300_799, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| {
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
