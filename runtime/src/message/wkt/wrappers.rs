//! The wrappers of scalars, from before proto3 had `optional`. Their JSON is the value alone.

use super::message::well_known;
use crate::message::codec::{NATURAL, Value};
use serde::{Deserializer, Serializer};

/// A message around one scalar.
trait Wrapper: From<Self::Inner> {
    type Inner: Value<NATURAL>;
    fn inner(&self) -> &Self::Inner;
}

fn write<W: Wrapper, S: Serializer>(wrapper: &W, out: S) -> Result<S::Ok, S::Error> {
    wrapper.inner().to_json(out)
}

fn read<'de, W: Wrapper, D: Deserializer<'de>>(input: D) -> Result<W, D::Error> {
    W::Inner::from_json(input).map(W::from)
}

macro_rules! wrappers {
    ($($name:ident $ty:ty, $scalar:literal;)*) => {$(
        #[doc = concat!("`", $scalar, "` in a message of its own: `google.protobuf.", stringify!($name), "`.")]
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            /// The wrapped value.
            pub value: $ty,
        }

        well_known!($name { value: $ty = 1 } write, read);

        impl Wrapper for $name {
            type Inner = $ty;

            fn inner(&self) -> &$ty {
                &self.value
            }
        }

        impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self { value }
            }
        }

        impl From<$name> for $ty {
            fn from(wrapper: $name) -> Self {
                wrapper.value
            }
        }
    )*};
}

wrappers! {
    DoubleValue f64, "double";
    FloatValue f32, "float";
    Int64Value i64, "int64";
    UInt64Value u64, "uint64";
    Int32Value i32, "int32";
    UInt32Value u32, "uint32";
    BoolValue bool, "bool";
    StringValue String, "string";
    BytesValue Vec<u8>, "bytes";
}
