//! `Config`: files and environment variables, what is wrong with them, and the servers that they make.
#![cfg(all(
    feature = "config",
    feature = "grpc",
    feature = "http",
    feature = "tls",
    feature = "memory",
    feature = "macros",
    unix
))]
#![allow(clippy::expect_used)]

mod reloading;

use crate::support::http::client::{get, send};
use crate::support::http::{LibraryServer, Shelf};
use polywire::{Config, ConfigSources, Limits};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("polywire-config-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn from_environment(pairs: &[(&str, &str)]) -> Result<Config, String> {
    ConfigSources::new().variables("SHOP", variables(pairs)).load().map_err(|error| error.to_string())
}

/// The same in three languages.
const FILES: [(&str, &str); 3] = [
    (
        "shop.toml",
        "listen = [\"127.0.0.1:0\", { address = \"unix:/run/shop.sock\", mode = \"660\" }]\n\
         hosts = [\"shop.example\"]\ncompression = [\"gzip\", \"deflate\"]\nopenapi = \"3.2\"\nreflection = false\n\
         amqp = [\"memory:config\"]\nconsumer_timeout = \"1h\"\n\
         [info]\ntitle = \"Shop\"\ncontact = [\"us\", \"https://shop.example\"]\n\
         [limits]\nconnections = 0x1F4\nmessage_size = \"8MiB\"\njson_size = 65536\nunary_timeout = \"250ms\"\nws_age = \"none\"\n",
    ),
    (
        "shop.yaml",
        "listen: ['127.0.0.1:0', {address: 'unix:/run/shop.sock', mode: '660'}]\nhosts:\n- shop.example\n\
         compression: [gzip, deflate]\nopenapi: 3.2\nreflection: false\namqp: ['memory:config']\nconsumer_timeout: 1h\n\
         info:\n  title: Shop\n  contact: [us, 'https://shop.example']\n\
         limits:\n  connections: 500\n  message_size: 8MiB\n  json_size: 65536\n  unary_timeout: 250ms\n  ws_age: null\n",
    ),
    (
        "shop.json",
        r#"{"listen": ["127.0.0.1:0", {"address": "unix:/run/shop.sock", "mode": "660"}], "hosts": ["shop.example"],
            "compression": ["gzip", "deflate"], "openapi": "3.2", "reflection": false, "amqp": ["memory:config"],
            "consumer_timeout": "1h", "info": {"title": "Shop", "contact": ["us", "https://shop.example"]},
            "limits": {"connections": 500, "message_size": "8MiB", "json_size": 65536, "unary_timeout": "250ms",
            "ws_age": "none"}}"#,
    ),
];

#[test]
fn toml_yaml_and_json_say_the_same() {
    let folder = Folder::new("same");
    let read = FILES.map(|(name, text)| {
        ConfigSources::new().file(folder.write(name, text)).load().unwrap_or_else(|error| panic!("{error}"))
    });
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0], read[2]);
    let limits = Limits::default().connections(500).message_size(8 << 20).json_size(65536);
    assert_eq!(read[0].limits, limits.unary_timeout(Duration::from_millis(250)));
    assert_eq!(read[0].info.as_ref().map(|info| info.title.as_str()), Some("Shop"));
    assert_eq!(read[0].consumer_timeout, Some(Duration::from_secs(3600)));
    assert!(!read[0].reflection && read[0].show_schema);
}

#[test]
fn the_reference_changes_nothing_and_its_examples_are_read() {
    let folder = Folder::new("reference");
    let reference = Config::reference();
    let read = |text: &str| ConfigSources::new().file(folder.write("all.toml", text)).load();
    assert_eq!(read(&reference).expect("the reference"), Config::default());
    let on = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
        _ => line.to_owned(),
    };
    let all = read(&reference.lines().map(on).collect::<Vec<_>>().join("\n")).expect("the examples");
    assert!(all.tls.is_some() && all.cors.is_some() && all.log.is_some() && all.consumer_group.is_some());
}

#[test]
fn variables_replace_what_a_file_says() {
    let folder = Folder::new("variables");
    let file = folder.write("a.toml", "hosts = [\"a\", \"b\"]\n[limits]\nconnections = 1\nstreams = 2\n");
    let pairs = [
        ("SHOP_LIMITS__CONNECTIONS", "500"),
        ("SHOP_LIMITS__MESSAGE_SIZE", "1MiB"),
        ("SHOP_HOSTS", "c.example, d.example"),
        ("SHOP_THREAD_PER_CORE", "true"),
        ("SHOP_INFO__TITLE", "2024"),
        ("SHOP_OPENAPI", "3.2"),
        ("OTHER_LISTEN", "x"),
        // Kubernetes sets these for a service with the name `shop`.
        ("SHOP_SERVICE_HOST", "10.0.0.1"),
        ("SHOP_SERVICE_PORT_GRPC", "80"),
        ("SHOP_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    let config =
        ConfigSources::new().file(file).variables("SHOP", variables(&pairs)).load().expect("it is sound");
    let limits = &config.limits;
    assert_eq!((limits.connections, limits.streams, limits.message_size), (500, 2, 1 << 20));
    assert_eq!(config.hosts, ["c.example", "d.example"]);
    assert!(config.thread_per_core);
    assert_eq!(config.info.map(|info| info.title), Some("2024".to_owned()));
}

#[test]
fn a_fault_is_told_with_file_line_and_key() {
    let folder = Folder::new("faults");
    for (name, text, told) in [
        (
            "a.toml",
            "\n[limits]\nconnection = 1\n",
            "a.toml:3: unknown key `limits.connection`; did you mean `limits.connections`?",
        ),
        ("a.toml", "port = 1\nlimits.streams = 1\nlimit.x = 1", "a.toml:1: unknown key `port`"),
        (
            "a.toml",
            "limits = { streams = -1 }",
            "a.toml:1: `limits.streams`: expected a whole number under 2^32",
        ),
        (
            "a.toml",
            "[limits]\n\nunary_timeout = \"5 minutes\"",
            "a.toml:3: `limits.unary_timeout`: expected a number and a unit",
        ),
        ("a.toml", "[limits\n", "a.toml:1: not TOML"),
        ("a.toml", "hosts = \"a\"", "a.toml:1: `hosts`: expected a sequence, found string \"a\""),
        (
            "a.toml",
            "compression = [\"lzw\"]",
            "a.toml:1: `compression`: `lzw` is no compression: write one of `gzip`",
        ),
        ("a.yaml", "limits:\n  ws_age: 5\n", "a.yaml:2: `limits.ws_age`: expected a number and a unit"),
        ("a.yaml", "limits: {}\nlimits: {}\n", "a.yaml:2: the key `limits` is there twice"),
        ("a.yaml", "a: &a [1]\nb: *a\n", "a.yaml:2: aliases"),
        ("a.yaml", "hosts: [\n", "a.yaml:2: not YAML"),
        ("a.json", "{\"limits\":\n{\"streams\": 5,}}", "a.json:2: not JSON"),
        (
            "a.json",
            "{\"limits\":\n{\"stream\": 5}}",
            "a.json:2: unknown key `limits.stream`; did you mean `limits.streams`?",
        ),
        ("a.ini", "", "must end in `.toml`"),
    ] {
        let error = ConfigSources::new().file(folder.write(name, text)).load().expect_err(text).to_string();
        assert!(error.contains(told), "{text:?}: {error}");
    }
    let none = Config::load(folder.0.join("none.toml")).expect_err("no file").to_string();
    assert!(none.contains("none.toml: cannot be read"), "{none}");
    for (name, text, told) in [
        ("SHOP_LIMITS__STREAMS", "many", "SHOP_LIMITS__STREAMS: `limits.streams`: expected a whole number"),
        ("SHOP_LISTENS", "x", "SHOP_LISTENS: unknown key `listens`; did you mean `listen`?"),
        ("SHOP_THREAD_PER_CORE", "yes", "SHOP_THREAD_PER_CORE: `thread_per_core`: expected a boolean"),
    ] {
        let error = from_environment(&[(name, text)]).expect_err(text);
        assert!(error.contains(told), "{error}");
    }
    // All unknown keys of a source at once.
    let both = from_environment(&[("SHOP_X", "1"), ("SHOP_Y", "1")]).expect_err("unknown");
    assert_eq!(both.lines().count(), 2, "{both}");
}

#[test]
fn no_secret_is_shown() {
    let secret = "pa55word";
    let url = format!("amqp://shop:{secret}@broker/x?auth={secret}");
    let config = from_environment(&[("SHOP_AMQP", &url)]).expect("it is sound");
    let sources = ConfigSources::new().variables("SHOP", variables(&[("SHOP_AMQP", &url)]));
    assert!(!format!("{config:?}{sources:?}").contains(secret));
    assert!(format!("{config:?}").contains("broker"));
    let folder = Folder::new("secret");
    for text in [
        format!("amqp = \"{url}\""),
        format!("amqp = [{{ url = \"{url}\", rots = \"x\" }}]"),
        format!("amqp = [[\"{url}\"]]"),
        format!("amqp = {{ url = \"{url}\" }}"),
        format!("amqp = [{{ url = [\"{url}\"] }}]"),
        format!("amqp = [{{ url = \"{url}\", roots = \"/nowhere.pem\" }}]"),
    ] {
        let loaded = ConfigSources::new().file(folder.write("a.toml", &text)).load();
        let error = loaded.and_then(|config| config.server().map(drop)).expect_err(&text).to_string();
        assert!(!error.contains(secret) && error.contains("amqp"), "{error}");
    }
}

#[test]
fn what_a_server_cannot_use_is_told_with_its_key() {
    let refused = |change: &[(&str, &str)]| {
        let config = from_environment(change).expect("it is sound");
        config.server().expect_err("refused").to_string()
    };
    for (change, told) in [
        (&[("SHOP_HOSTS", "http://a")][..], "`hosts`: `http://a` is not a host"),
        (&[("SHOP_TRUSTED_PROXIES", "proxy")], "`trusted_proxies`: `proxy` is no proxy's address"),
        (&[("SHOP_CORS__ORIGINS", "*"), ("SHOP_CORS__CREDENTIALS", "true")], "`cors.origins`: write origins"),
        (
            &[("SHOP_CORS__ORIGINS", "a"), ("SHOP_CORS__EXPOSE", "a b")],
            "`cors.expose`: `a b` is not a header name",
        ),
        (&[("SHOP_PROXY_PROTOCOL", "proxy")], "`proxy_protocol`: `proxy` is no"),
        (&[("SHOP_OPERATION__DEBUG", "true")], "`operation.debug`: needs `operation.listen`"),
        (&[("SHOP_TLS__KEY", "/k.pem")], "`tls.certificate`: is missing"),
        (&[("SHOP_TLS__CERTIFICATE", "/nowhere.pem")], "`tls.certificate`: cannot read `/nowhere.pem`"),
    ] {
        let error = refused(change);
        assert!(error.contains(told), "{error}");
    }
}

/// Serves the library as `config` says, on a free port.
async fn serve(config: &Config) -> SocketAddr {
    crate::support::serve(config.server().expect("a server").service(LibraryServer::new(Shelf))).await
}

#[tokio::test]
async fn a_server_does_what_its_configuration_says() {
    let config = from_environment(&[
        ("SHOP_HOSTS", "test"),
        ("SHOP_CORS__ORIGINS", "https://shop.example"),
        ("SHOP_INFO__TITLE", "The shop"),
        ("SHOP_OPENAPI", "3.2"),
        ("SHOP_LIMITS__JSON_SIZE", "1KiB"),
        ("SHOP_REFLECTION", "false"),
        ("SHOP_COMPRESSION", "gzip"),
        ("SHOP_OPERATION__REASONS", "true"),
        ("SHOP_TRUSTED_PROXIES", "127.0.0.1"),
        ("SHOP_CLIENT_ADDRESS", "x-real-ip"),
    ]);
    let address = serve(&config.expect("it is sound")).await;
    assert_eq!(get(address, "/livez").await.status, 200);
    let document = get(address, "/openapi.json").await.json();
    assert_eq!((&document["info"]["title"], &document["openapi"]), (&"The shop".into(), &"3.2.0".into()));
    let page = send(address, "GET /echo/7", &["origin: https://shop.example"], "").await;
    assert_eq!(page.header("access-control-allow-origin"), Some("https://shop.example"));
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(2_000));
    assert_eq!(send(address, "PUT /echo/7", &["content-type: application/json"], &large).await.status, 413);
    let refused =
        crate::support::http::client::raw(address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert_eq!(refused.await.status, 421);
    let hidden = serve(&from_environment(&[("SHOP_SHOW_SCHEMA", "false")]).expect("it is sound")).await;
    assert_eq!(get(hidden, "/openapi.json").await.status, 404);
    assert_eq!(get(hidden, "/livez").await.status, 404);
}
