//! `Reload`: what changes while a server runs, and what does not.

use super::Folder;
use crate::support::http::client::{json, send};
use crate::support::http::{Everything, Library as _, LibraryClient, LibraryServer, Shelf};
use crate::support::{listen, serve, start};
use polywire::{ClientTls, ConfigSources, Endpoint, Limits, Reload};
use rcgen::{CertificateParams, KeyPair};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use tokio::sync::mpsc;

/// Serves the library as the file says.
async fn reloadable(file: &PathBuf) -> (SocketAddr, Reload) {
    let (server, reload) = ConfigSources::new().file(file).reloadable().expect("it is sound");
    (serve(server.service(LibraryServer::new(Shelf))).await, reload)
}

/// The status of a request whose body has two thousand bytes.
async fn large(address: SocketAddr) -> u16 {
    json(address, "PUT /echo/7", &format!("{{\"text\": \"{}\"}}", "x".repeat(2_000))).await.status
}

#[tokio::test]
async fn limits_change_while_the_server_runs() {
    let folder = Folder::new("limits");
    let write = |size: &str, calls: u32| {
        let text = format!("log = \"{size}\"\n[limits]\njson_size = \"{size}\"\ncalls_in_flight = {calls}\n");
        folder.write("a.toml", text)
    };
    let (address, reload) = reloadable(&write("1KiB", 100)).await;
    let (told, mut heard) = mpsc::unbounded_channel();
    let mut reload = reload.on_change(move |config| drop(told.send(config.log.clone())));
    assert_eq!(large(address).await, 413);
    for (size, calls, status) in [("1MiB", 100, 200), ("2MiB", 0, 503), ("64KiB", 50, 200)] {
        write(size, calls);
        let changed = reload.reload().expect("it is sound");
        assert!(changed.contains(&"limits.json_size".to_owned()), "{changed:?}");
        assert_eq!(large(address).await, status, "{size} {calls}");
        assert_eq!(heard.recv().await, Some(Some(size.to_owned())));
    }
    assert_eq!(reload.config().limits, Limits::default().json_size(64 << 10).calls_in_flight(50));
    assert!(reload.reload().expect("it is sound").is_empty());
}

#[tokio::test]
async fn a_reload_that_is_refused_changes_nothing() {
    let folder = Folder::new("refused");
    let file = folder.write("a.toml", "[limits]\njson_size = 1024\n");
    let (address, mut reload) = reloadable(&file).await;
    let before = reload.config().clone();
    for (text, told) in [
        (
            "listen = [\"127.0.0.1:0\"]\n[limits]\nconnections = 7",
            &[
                "`listen`: cannot change while the server runs: it is read at its start; restart it",
                "`limits.connections`: cannot change while the server runs: listeners have so many places",
            ][..],
        ),
        (
            "[limits]\njson_sizes = 1",
            &["a.toml:2: unknown key `limits.json_sizes`; did you mean `limits.json_size`?"],
        ),
        ("[tls]\nkey = \"/k\"", &["`tls`: cannot change while the server runs: listeners have TLS or none"]),
        ("not toml", &["a.toml:1: not TOML"]),
    ] {
        folder.write("a.toml", format!("{text}\n"));
        let error = reload.reload().expect_err(text).to_string();
        assert!(told.iter().all(|told| error.contains(told)), "{error}");
        assert_eq!((reload.config(), large(address).await), (&before, 413), "{text}");
    }
    folder.write("a.toml", "[limits]\njson_size = \"1MiB\"\n");
    reload.reload().expect("it is sound");
    assert_eq!(large(address).await, 200);
}

#[tokio::test]
async fn a_server_that_has_not_begun_is_not_reloaded() {
    let folder = Folder::new("early");
    let file = folder.write("a.toml", "[limits]\njson_size = 1024\n");
    let (_server, mut reload) = ConfigSources::new().file(file).reloadable().expect("it is sound");
    let error = reload.reload().expect_err("it does not run").to_string();
    assert!(error.contains("has not started"), "{error}");
}

/// Writes a new certificate for `localhost`, and returns it.
fn certificate(folder: &Folder) -> String {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate").pem();
    folder.write("server.pem", &certificate);
    folder.write("server.key", key.serialize_pem());
    certificate
}

#[tokio::test]
async fn certificates_are_read_again() {
    let folder = Folder::new("tls");
    let first = certificate(&folder);
    let at = |name: &str| folder.0.join(name).display().to_string();
    let text = format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n", at("server.pem"), at("server.key"));
    let (address, mut reload) = reloadable(&folder.write("a.toml", text)).await;
    let ask = async |root: &str| {
        let tls = ClientTls::with_roots(root.as_bytes())?.server_name("localhost")?;
        let library = LibraryClient::connect(Endpoint::new(format!("grpcs://{address}")).tls(tls)).await?;
        library.echo(Everything { id: 7, ..Everything::default() }).await.map(|answer| answer.id)
    };
    assert_eq!(ask(&first).await, Ok(7));
    let second = certificate(&folder);
    assert!(ask(&second).await.is_err(), "it is not shown yet");
    assert_eq!(reload.reload().expect("sound"), [""; 0], "no key has changed");
    assert_eq!(ask(&second).await, Ok(7));
    assert!(ask(&first).await.is_err());
    folder.write("server.key", "-----BEGIN NOTHING-----\n");
    let error = reload.reload().expect_err("no key").to_string();
    assert!(error.contains("`tls`") && !error.contains("BEGIN"), "{error}");
    assert_eq!(ask(&second).await, Ok(7));
}

#[tokio::test]
async fn a_hangup_reloads() {
    let folder = Folder::new("hangup");
    let file = folder.write("a.toml", "[limits]\njson_size = 1024\n");
    let (server, reload) = ConfigSources::new().file(&file).reloadable().expect("it is sound");
    let (told, mut heard) = mpsc::unbounded_channel();
    tokio::spawn(reload.on_change(move |config| _ = told.send(config.limits.json_size)).on_hangup());
    let (listener, address) = listen().await;
    let _serving = start(server.service(LibraryServer::new(Shelf)).listener(listener));
    assert_eq!(large(address).await, 413);
    let hang_up = || {
        let id = std::process::id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().expect("kill runs").success());
    };
    // A faulty file is logged, and the server goes on.
    folder.write("a.toml", "[limits]\njson_size = 1048576\nnothing = 1\n");
    hang_up();
    assert_eq!(send(address, "GET /echo/7", &[], "").await.status, 200);
    folder.write("a.toml", "[limits]\njson_size = 1048576\n");
    hang_up();
    assert_eq!(heard.recv().await, Some(1 << 20));
    assert_eq!(large(address).await, 200);
}
