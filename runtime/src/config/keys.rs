//! The tables of a configuration: one row a key. The row makes the field, its default, and its part of the
//! reference.

/// One key, for the reference and the check of names.
pub(crate) struct Row {
    pub(crate) key: &'static str,
    /// The lines of its documentation.
    pub(crate) docs: Vec<&'static str>,
    pub(crate) shown: Shown,
}

/// A value in TOML, for the reference.
pub(crate) enum Shown {
    /// The default.
    Default(String),
    /// A value that the key may have. It has none by default.
    Example(&'static str),
    /// A table that is there by default.
    Table(Vec<Row>),
    /// A table that is not there by default.
    Optional(Vec<Row>),
}

impl Shown {
    /// The keys inside, if it is a table.
    pub(crate) fn rows(&self) -> Option<&[Row]> {
        match self {
            Self::Table(rows) | Self::Optional(rows) => Some(rows),
            Self::Default(_) | Self::Example(_) => None,
        }
    }
}

/// Makes a struct of a configuration from one row for each key.
macro_rules! table {
    ($(#[$meta:meta])* $name:ident {
        $($(#[doc = $doc:literal])+ $(#[cfg($cfg:meta)])? $(#[serde($serde:meta)])?
        $key:ident: $type:ty = $default:expr, $shown:expr;)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $doc])+ $(#[cfg($cfg)])? $(#[serde($serde)])? pub $key: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($(#[cfg($cfg)])? $key: $default,)* }
            }
        }

        impl $name {
            /// The keys whose values differ.
            #[allow(dead_code, reason = "tables inside are replaced as a whole")]
            pub(crate) fn changed(&self, other: &Self) -> Vec<&'static str> {
                let mut changed = Vec::new();
                $($(#[cfg($cfg)])? if self.$key != other.$key {
                    changed.push(stringify!($key));
                })*
                changed
            }

            pub(crate) fn rows() -> Vec<Row> {
                Vec::from([$($(#[cfg($cfg)])? Row { key: stringify!($key), docs: vec![$($doc),+], shown: $shown },)*])
            }
        }
    };
}

pub(super) use table;
