//! Values of a configuration that are more than a word: addresses, brokers, names of a set.

use crate::call::compression::Compression;
use crate::channel::url::UrlText;
use crate::net::ClientAddress;
use polywire_codegen::schema::openapi::Version;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

/// An address of the key `listen`.
///
/// ```
/// use polywire::{Config, ConfigListen};
/// let mut config = Config::default();
/// config.listen = vec![ConfigListen::from("127.0.0.1:8080")];
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigListen {
    pub(super) address: String,
    /// The mode of a Unix socket, as octal digits.
    pub(super) mode: Option<String>,
    pub(super) group: Option<String>,
}

/// A broker of the key `amqp`. `Debug` does not show its password.
///
/// ```
/// use polywire::{Config, ConfigBroker};
/// let mut config = Config::default();
/// config.amqp = vec![ConfigBroker::from("amqp://shop:secret@broker.internal")];
/// assert!(!format!("{config:?}").contains("secret"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigBroker {
    pub(super) url: UrlText,
    pub(super) roots: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
    pub(super) server_name: Option<String>,
}

impl<T: Into<String>> From<T> for ConfigListen {
    fn from(address: T) -> Self {
        Self { address: address.into(), mode: None, group: None }
    }
}

impl<T: Into<String>> From<T> for ConfigBroker {
    fn from(url: T) -> Self {
        let url = UrlText::from(url);
        Self { url, roots: None, certificate: None, key: None, server_name: None }
    }
}

/// [`ConfigListen`] as a table.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Listen {
    address: String,
    mode: Option<String>,
    group: Option<String>,
}

/// [`ConfigBroker`] as a table.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Broker {
    url: String,
    roots: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    server_name: Option<String>,
}

impl From<Listen> for ConfigListen {
    fn from(table: Listen) -> Self {
        let Listen { address, mode, group } = table;
        Self { address, mode, group }
    }
}

impl From<Broker> for ConfigBroker {
    fn from(table: Broker) -> Self {
        let Broker { url, roots, certificate, key, server_name } = table;
        Self { url: url.into(), roots, certificate, key, server_name }
    }
}

impl<'de> Deserialize<'de> for ConfigListen {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let expected = "an address, or a table with `address`, `mode` and `group`";
        input.deserialize_any(TextOrTable::<Self, Listen>(expected, PhantomData))
    }
}

impl<'de> Deserialize<'de> for ConfigBroker {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let expected = "a URL, or a table with `url`, `roots`, `certificate`, `key` and `server_name`";
        input.deserialize_any(TextOrTable::<Self, Broker>(expected, PhantomData))
    }
}

/// Reads a value that may be a text, or a table with more.
struct TextOrTable<T, Table>(&'static str, PhantomData<(T, Table)>);

impl<'de, T: From<String> + From<Table>, Table: Deserialize<'de>> Visitor<'de> for TextOrTable<T, Table> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(text.to_owned().into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}

/// Reads the names of compressions.
pub(super) fn compressions<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Compression>, D::Error> {
    let names = Vec::<String>::deserialize(input)?;
    let known = |name: &String| {
        let found = Compression::ALL.into_iter().find(|one| one.name() == name);
        let all = Compression::ALL.map(Compression::name).join("`, `");
        found.ok_or_else(|| de::Error::custom(format!("`{name}` is no compression: write one of `{all}`")))
    };
    names.iter().map(known).collect()
}

/// Reads a version of OpenAPI. YAML takes `3.1` as a number.
pub(super) fn openapi<'de, D: Deserializer<'de>>(input: D) -> Result<Version, D::Error> {
    struct Number;

    impl Visitor<'_> for Number {
        type Value = Version;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`3.1` or `3.2`")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Version, E> {
            match text {
                "3.1" => Ok(Version::V3_1),
                "3.2" => Ok(Version::V3_2),
                other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
            }
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Version, E> {
            self.visit_str(&number.to_string())
        }
    }

    input.deserialize_any(Number)
}

/// Reads whether a client must show a certificate.
#[cfg(feature = "tls")]
pub(super) fn client_auth<'de, D: Deserializer<'de>>(input: D) -> Result<crate::net::ClientAuth, D::Error> {
    match String::deserialize(input)?.as_str() {
        "required" => Ok(crate::net::ClientAuth::Required),
        "optional" => Ok(crate::net::ClientAuth::Optional),
        other => Err(de::Error::custom(format!("`{other}` is neither `required` nor `optional`"))),
    }
}

/// Reads the header in which proxies name the client.
pub(super) fn client_address<'de, D: Deserializer<'de>>(input: D) -> Result<Option<ClientAddress>, D::Error> {
    match Option::<String>::deserialize(input)?.as_deref() {
        None => Ok(None),
        Some("x-forwarded-for") => Ok(Some(ClientAddress::XForwardedFor)),
        Some("forwarded") => Ok(Some(ClientAddress::Forwarded)),
        Some("x-real-ip") => Ok(Some(ClientAddress::XRealIp)),
        Some(other) => {
            let what = format!("`{other}` is none of `x-forwarded-for`, `forwarded` and `x-real-ip`");
            Err(de::Error::custom(what))
        }
    }
}
