//! Tests `cargo polywire` as cargo runs it: its output, its files and its errors.
#![allow(clippy::expect_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

const SHELF: &str = "\
syntax = \"proto3\";
package shelf.v1;

import \"shelf/book.proto\";

// Keeps books.
service Shelf {
  rpc PutBook(Book) returns (Book);
}
";
const BOOK: &str = "syntax = \"proto3\"; package shelf.v1; message Book { string title = 1; }";

/// A new folder with the two files.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("command").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("shelf")).expect("the folder is made");
    std::fs::write(folder.join("shelf/shelf.proto"), SHELF).expect("the file is written");
    std::fs::write(folder.join("shelf/book.proto"), BOOK).expect("the file is written");
    folder
}

/// Runs the command in a folder. cargo puts the name of a subcommand in front.
fn run(folder: &PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-polywire"));
    command
        .env_remove("AMQP_URL")
        .current_dir(folder)
        .arg("polywire")
        .args(arguments)
        .output()
        .expect("it runs")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

#[test]
fn the_rust_goes_to_standard_output() {
    let done = run(&folder("printed"), &["import", "shelf/shelf.proto"]);
    let source = text(done.stdout);
    assert!(done.status.success(), "{}", text(done.stderr));
    for part in [
        "/// Keeps books.",
        "pub trait Shelf",
        "async fn put_book(&self, request: Book) -> polywire::Result<Book>;",
    ] {
        assert!(source.contains(part), "{part}: {source}");
    }
}

#[test]
fn a_named_file_is_written_and_the_options_hold() {
    let folder = folder("written");
    let elsewhere = folder.join("elsewhere");
    std::fs::create_dir_all(&elsewhere).expect("the folder is made");
    let arguments = [
        "import",
        "-I",
        "..",
        "--context",
        "--keep-unknown-fields",
        "--out",
        "shelf.rs",
        "../shelf/shelf.proto",
    ];
    let done = run(&elsewhere, &arguments);
    assert!(done.status.success(), "{}", text(done.stderr));
    assert!(done.stdout.is_empty());
    let source = std::fs::read_to_string(elsewhere.join("shelf.rs")).expect("it was written");
    assert!(source.contains("cx: polywire::Context"), "{source}");
    assert!(source.contains("polywire::UnknownFields"), "{source}");
}

#[test]
fn routes_that_are_left_out_are_named_beside_the_rust() {
    let folder = folder("routes");
    let route = SHELF.replace(
        "returns (Book);",
        "returns (Book) { option (google.api.http) = { custom { kind: \"HEAD\" path: \"/books\" } }; }",
    );
    let route = route.replace("import", "import \"google/api/annotations.proto\";\nimport");
    std::fs::write(folder.join("shelf/shelf.proto"), route).expect("the file is written");
    let refused = run(&folder, &["import", "shelf/shelf.proto"]);
    let error = text(refused.stderr);
    assert!(!refused.status.success() && error.contains("leave_out_foreign_routes"), "{error}");
    let done = run(&folder, &["import", "--leave-out-foreign-routes", "shelf/shelf.proto"]);
    assert!(done.status.success() && text(done.stdout).contains("async fn put_book"));
    let said = text(done.stderr);
    for part in ["left out: shelf/shelf.proto", "shelf.v1.Shelf.PutBook", "HEAD /books"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_fails() {
    let folder = folder("wrong");
    std::fs::write(folder.join("shelf/book.proto"), "syntax = \"proto3\";\nmessage Book { int32 }")
        .expect("the file is written");
    let cases: [(&[&str], &str); 2] = [
        (&["import", "shelf/shelf.proto"], "shelf/book.proto:2:22"),
        (&["import", "absent.proto"], "absent.proto"),
    ];
    for (arguments, said) in cases {
        let done = run(&folder, arguments);
        let error = text(done.stderr);
        assert!(done.status.code() == Some(1) && done.stdout.is_empty(), "{arguments:?}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn a_wrong_command_line_is_told_with_its_fix() {
    let cases: [(&[&str], &str); 7] = [
        (&["import"], "<FILE.proto>"),
        (&["import", "--outt", "a.rs", "shelf/shelf.proto"], "'--out'"),
        (&["import", "shelf/shelf.proto", "--out"], "--out <FILE>"),
        (&["export"], "Usage: cargo polywire"),
        (&["dlq", "list", "q"], "--url <URL>"),
        (&["dlq", "list", "q", "--url", "amqp://h", "--code", "gone"], "not_found"),
        (&["dlq", "list", "q", "--url", "amqp://h", "--older", "5"], "s, m, h or d"),
    ];
    for (arguments, said) in cases {
        let done = run(&folder("usage"), arguments);
        let error = text(done.stderr);
        assert!(done.status.code() == Some(2) && done.stdout.is_empty(), "{arguments:?}");
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}

#[test]
fn an_address_is_refused_without_its_password() {
    let done = run(&folder("address"), &["dlq", "list", "q", "--url", "http://me:secret@127.0.0.1:1"]);
    let error = text(done.stderr);
    assert!(done.status.code() == Some(1) && error.contains("amqp://"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn the_topology_is_what_a_server_declares() {
    let folder = folder("topology");
    let source = r#"
        #[polywire::service(package = "shop.v1")]
        pub trait Shop {
            #[amqp(task)]
            async fn order(&self, id: i32) -> polywire::Result<()>;
            #[amqp(event, routing_key = "sold")]
            async fn sold(&self, id: i32) -> polywire::Result<()>;
            #[amqp(task, ordered_by = "id", partitions = 2)]
            async fn ship(&self, id: i64) -> polywire::Result<()>;
            async fn price(&self, id: i32) -> polywire::Result<i32>;
            #[amqp(skip)]
            async fn hidden(&self) -> polywire::Result<()>;
        }
    "#;
    std::fs::write(folder.join("lib.rs"), source).expect("the file is written");
    let done = run(&folder, &["topology", "lib.rs", "--group", "till", "--vhost", "shop"]);
    assert!(done.status.success(), "{}", text(done.stderr));
    let written: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let names = |part: &str| -> Vec<String> {
        let all = written[part].as_array().expect("a list");
        assert!(all.iter().all(|one| one["vhost"] == "shop"), "{written:#}");
        all.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    let own = |names: Vec<String>| names.into_iter().filter(|name| !name.starts_with("polywire.")).collect();
    let queues: Vec<String> = own(names("queues"));
    let letters = |queue: &str| format!("{queue}.dlq");
    let (order, sold) = ("shop.v1.Shop.Order", "till.shop.v1.Shop.Sold");
    let ship = ["shop.v1.Shop.Ship.p0", "shop.v1.Shop.Ship.p1"];
    let durable = [order, sold, ship[0], ship[1]].map(|queue| [letters(queue), queue.to_owned()]);
    let mut expected = durable.concat();
    expected.push("shop.v1.Shop.rpc".to_owned());
    assert_eq!(queues, expected);
    assert_eq!(written["queues"][5]["arguments"]["x-single-active-consumer"], true, "{written:#}");
    assert_eq!(own(names("exchanges")), ["shop.v1.Shop", "shop.v1.Shop.events"]);
    let queue = &written["queues"][1];
    assert_eq!(queue["arguments"]["x-queue-type"], "quorum", "{written:#}");
    assert_eq!(queue["arguments"]["x-dead-letter-exchange"], "polywire.dlx", "{written:#}");
    let bindings = written["bindings"].as_array().expect("a list");
    let bound = |queue: &str| -> Vec<(&str, &str)> {
        let of_queue = bindings.iter().filter(|one| one["destination"] == queue);
        of_queue
            .map(|one| (one["source"].as_str().unwrap_or(""), one["routing_key"].as_str().unwrap_or("")))
            .collect()
    };
    assert_eq!(bound(sold), [("shop.v1.Shop.events", "sold")]);
    assert_eq!(bound(ship[1]), [("shop.v1.Shop", "Ship.p1")]);
    assert_eq!(bound("polywire.delay.1s"), [("polywire.delay.1s", "")]);
    let broken = run(&folder, &["topology", "gone.rs", "--group", "till"]);
    assert!(broken.status.code() == Some(1) && text(broken.stderr).contains("gone.rs"));
}

#[test]
fn help_is_no_error() {
    let all = run(&folder("help"), &["--help"]);
    let shown = text(all.stdout);
    assert!(all.status.success() && shown.contains("import") && shown.contains("Exit codes"), "{shown}");
    let import = run(&folder("help"), &["import", "--help"]);
    let shown = text(import.stdout);
    assert!(import.status.success() && shown.contains("Usage: cargo polywire import"), "{shown}");
}

#[test]
fn a_configuration_is_checked_before_a_server_reads_it() {
    let folder = folder("configuration");
    let reference = run(&folder, &["config", "reference"]);
    assert!(reference.status.success(), "{}", text(reference.stderr));
    std::fs::write(folder.join("all.toml"), &reference.stdout).expect("the file is written");
    let done = run(&folder, &["config", "check", "all.toml"]);
    assert!(done.status.success(), "{}", text(done.stderr));
    for (file, told) in [
        ("[limits]\nstream = 1\n", "a.toml:2: unknown key `limits.stream`; did you mean `limits.streams`?"),
        (
            "[tls]\ncertificate = \"none.pem\"\nkey = \"none.key\"\n",
            "`tls.certificate`: cannot read `none.pem`",
        ),
    ] {
        std::fs::write(folder.join("a.toml"), file).expect("the file is written");
        let done = run(&folder, &["config", "check", "all.toml", "a.toml", "--environment", "NOBODY"]);
        assert_eq!(done.status.code(), Some(1), "{}", text(done.stdout));
        let error = text(done.stderr);
        assert!(error.contains(told), "{error}");
    }
}
