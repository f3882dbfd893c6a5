//! Registrations of a wire or a feature that the compiler cannot ask for: this test names the forgotten ones.

use polywire::{Caller, Endpoint};
use polywire_e2e::wires::Wire;
use std::fs;
use std::path::Path;

/// The kinds of URLs, as the error for an unknown scheme lists them: `grpc://`, `memory:`.
async fn urls() -> Vec<String> {
    let status = Caller::connect(Endpoint::new("nowhere://host")).await.expect_err("no transport");
    let (_, listed) = status.message().split_once(": use ").expect("what to use");
    let words = listed.split([' ', ',']).filter(|word| word.contains(':'));
    words.map(str::to_owned).collect()
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[tokio::test]
async fn texts_that_list_urls_list_all_of_them() {
    let urls = urls().await;
    assert!(urls.len() >= 5, "{urls:?}");
    for path in [
        "README.md",
        "docs/wires.md",
        "runtime/src/lib.rs",
        "runtime/src/channel/endpoint.rs",
        "codegen/src/rust/emit/client.rs",
    ] {
        let text = read(path);
        for url in &urls {
            assert!(
                text.contains(&format!("`{url}")) || text.contains(&format!(" {url}")),
                "{path}: no {url}"
            );
        }
    }
}

#[tokio::test]
async fn every_kind_of_url_has_a_wire_in_the_suites() {
    for url in urls().await {
        let is_tried = Wire::ALL.iter().any(|wire| wire.url() == Some(&url));
        assert!(is_tried, "{url}: no `Wire` has it; add one in tests/e2e/src/wires.rs");
    }
}

#[test]
fn every_wire_runs_every_suite() {
    for (path, row) in [
        ("tests/e2e/src/wires.rs", "$crate::on_wire! { "),
        ("tests/e2e/tests/it/contract.rs", "suite!("),
        ("tests/e2e/tests/it/rules.rs", "suite!("),
    ] {
        let text = read(path);
        let rows = text.split(row).skip(1);
        let names: Vec<String> = rows
            .filter_map(|row| row.split([' ', ',', '\n']).find(|word| !word.is_empty()))
            .map(plain)
            .collect();
        for wire in Wire::ALL {
            let name = plain(&format!("{wire:?}"));
            assert!(names.contains(&name), "{path}: no row for {wire:?}");
        }
    }
}

/// `web_socket` and `WebSocket` alike.
fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

#[test]
fn the_crates_page_names_every_feature() {
    let (manifest, page) = (read("runtime/Cargo.toml"), read("runtime/src/lib.rs"));
    let features = manifest.split("[features]").nth(1).expect("features");
    let features = features.split("\n[").next().expect("their lines").lines();
    let names = features.filter_map(|line| line.split_once(" = [")).map(|(name, _)| name);
    let for_users = names.filter(|name| !name.starts_with('_') && !["default", "fuzzing"].contains(name));
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("//! | `")).collect();
    let mut seen = 0;
    for name in for_users {
        let is_listed = rows.iter().any(|row| row.contains(&format!("`{name}`")));
        assert!(is_listed, "runtime/src/lib.rs: no row for the feature `{name}`");
        seen += 1;
    }
    assert!(seen > 10, "{seen} features");
}
