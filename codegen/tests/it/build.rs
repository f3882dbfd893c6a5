//! Tests the build door on small source trees: modules in files, the lookup of names, faults with file and
//! line.
#![allow(clippy::expect_used)]

use polywire_codegen::build::Builder;
use polywire_codegen::schema::api::Info;
use polywire_codegen::schema::asyncapi;
use polywire_codegen::schema::openapi::{self, Version};
use std::path::PathBuf;

/// A new directory with these files.
fn tree(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&dir);
    for (path, text) in files {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("the directory is made");
        std::fs::write(path, text).expect("the file is written");
    }
    dir
}

/// The faults in these files, without the directory.
fn faults(name: &str, files: &[(&str, &str)]) -> String {
    let dir = tree(name, files);
    let error = Builder::new().source(dir.join("lib.rs")).protos().expect_err("a fault");
    error.to_string().replace(&format!("{}/", dir.display()), "")
}

const SERVICE: &str =
    "#[service(package = \"books.v1\")]\ntrait Books { async fn put(&self, book: Book) -> Result<()>; }";

#[test]
fn modules_are_followed_into_their_files() {
    let dir = tree(
        "modules",
        &[
            (
                "lib.rs",
                "mod api;\nmod types { pub mod book; }\n#[cfg(test)] mod absent;\n#[cfg(windows)] mod elsewhere;",
            ),
            ("api/mod.rs", SERVICE),
            (
                "types/book.rs",
                "mod part;\n#[derive(polywire::Message)] struct Book { part: Option<Part>, id: Id }",
            ),
            (
                "types/book/part.rs",
                "#[derive(Clone, Message)] struct Part { n: u32 }\ntype Id = Number;\ntype Number = i64;",
            ),
        ],
    );
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    assert_eq!(
        protos["books.v1.proto"],
        "syntax = \"proto3\";\n\npackage books.v1;\n\nimport \"google/protobuf/empty.proto\";\n\nservice Books {\n  rpc \
         Put(Book) returns (google.protobuf.Empty);\n}\n\nmessage Book {\n  Part part = 1;\n  int64 id = 2;\n}\n\n\
         message Part {\n  uint32 n = 1;\n}\n"
    );
}

#[test]
fn polywire_under_another_name_is_known_by_it() {
    let service = "(package = \"books.v1\", crate = \"NAME\")]\ntrait Books { async fn put(&self, book: Book) -> NAME::Result<(), Lost>; }";
    let message = "#[derive(NAME::Message)] #[message(crate = \"NAME\")] struct Book { id: i64 }";
    let error = "#[derive(Debug, NAME::Error)] #[error(crate = \"NAME\")] enum Lost { #[error(NotFound, \"gone\")] Gone, #[error(transparent)] Other(NAME::Status) }";
    for (folder, attribute, name) in [
        ("renamed", "wire::service", "wire"),
        ("handed_on", "crate::platform::rpc::service", "crate::platform::rpc"),
    ] {
        let text = format!("#[{attribute}{service}\n{message}\n{error}").replace("NAME", name);
        let dir = tree(folder, &[("lib.rs", &text)]);
        let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
        for line in ["rpc Put(Book) returns (google.protobuf.Empty);", "int64 id = 1;", "message Lost {"] {
            assert!(protos["books.v1.proto"].contains(line), "{line} in {}", protos["books.v1.proto"]);
        }
    }
}

#[test]
fn the_services_of_a_package_share_a_file() {
    let dir = tree(
        "packages",
        &[(
            "lib.rs",
            "#[service(package = \"a\")] trait One { async fn get(&self, book: Book) -> Result<Book>; }
             #[service(package = \"b\")] trait Two { async fn get(&self, book: Book) -> Result<Book>; }
             #[polywire::service(package = \"a\")] trait Three { async fn put(&self, book: Book) -> Result<Book>; }
             #[derive(Message)] struct Book { id: i32 }",
        )],
    );
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    assert_eq!(protos.keys().collect::<Vec<_>>(), ["a.proto", "b.proto"]);
    assert_eq!(protos["a.proto"].matches("service ").count(), 2);
    assert_eq!(protos["a.proto"].matches("message Book").count(), 1);
}

#[test]
fn the_nearer_of_two_types_of_one_name_is_meant() {
    let two = "mod a { #[derive(Message)] pub struct Book { id: i32 } }\nmod b { #[derive(Message)] pub struct Book { title: String } }\n";
    let near = format!("{two}mod c {{ {SERVICE} #[derive(Message)] struct Book {{ near: bool }} }}");
    let dir = tree("near", &[("lib.rs", &near)]);
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    assert!(protos["books.v1.proto"].contains("bool near = 1;"));

    let spelled = format!("{two}{}", SERVICE.replace(": Book", ": crate::b::Book"));
    let dir = tree("spelled", &[("lib.rs", &spelled)]);
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    assert!(protos["books.v1.proto"].contains("string title = 1;"));

    let text = faults("ambiguous", &[("lib.rs", &format!("{two}{SERVICE}"))]);
    assert_eq!(
        text,
        "lib.rs:4:41: type `Book` is the name of several types; write its path, such as `books::Book`"
    );
}

#[test]
fn every_fault_has_file_line_and_column() {
    let text = faults(
        "faults",
        &[
            (
                "lib.rs",
                "mod api;\nmod nowhere;\nmod broken;\n#[derive(Message)]\nstruct Book {\n    id: usize,\n    author: Author,\n}",
            ),
            (
                "api.rs",
                "#[service(package = \"books.v1\")]\ntrait Books {\n    async fn put(&self, book: Book) -> i32;\n    async fn get(&self, book: Book) -> Result<()>;\n}\n\n#[service(package = \"c\")]\ntrait Sound {\n    async fn put(&self, book: Book) -> Result<()>;\n}",
            ),
            ("broken.rs", "struct {"),
        ],
    );
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "lib.rs:2:5: module `nowhere` has no file; expected nowhere.rs",
            "broken.rs:1:8: cannot parse string into token stream",
            "api.rs:3:40: method `put`: every call can fail; return a `Result<…>` of this",
            "lib.rs:6:9: field `id`: type `usize`: protobuf integers have 32 or 64 bits; use `u32` or `u64`",
        ]
    );
}

#[test]
fn a_type_of_another_crate_is_asked_for() {
    let text = faults("foreign", &[("lib.rs", SERVICE)]);
    assert_eq!(text, "lib.rs:2:41: type `Book` is not among the sources; name its file with `.source(…)`");
    let text = faults("endless", &[("lib.rs", &format!("{SERVICE}\ntype Book = Tome;\ntype Tome = Book;"))]);
    assert!(text.ends_with("is an alias without end"), "{text}");
    let text = faults("absent", &[("main.rs", "")]);
    assert!(text.starts_with("lib.rs: "), "{text}");
}

#[test]
fn the_types_of_another_crate_are_found_in_its_sources() {
    let dir = tree(
        "crates",
        &[
            ("shelf/lib.rs", &SERVICE.replace(": Book", ": types::v1::Book")),
            (
                "types/lib.rs",
                "pub mod v1 { #[derive(polywire::Message)] #[message(package = \"types.v1\")] pub struct Book { id: i32 } }",
            ),
        ],
    );
    let builder = Builder::new().source(dir.join("shelf/lib.rs")).source(dir.join("types/lib.rs"));
    let protos = builder.protos().expect("sound sources");
    assert_eq!(protos.keys().collect::<Vec<_>>(), ["books.v1.proto", "types.v1.proto"]);
    assert!(protos["books.v1.proto"].contains("rpc Put(types.v1.Book)"), "{}", protos["books.v1.proto"]);
}

#[test]
fn a_file_is_written_when_it_changed_only() {
    let source = "#[service(package = \"p\")] trait A { async fn get(&self, id: i32) -> Result<i32>; }";
    let dir = tree("written", &[("lib.rs", source)]);
    let builder = Builder::new().source(dir.join("lib.rs")).proto_dir(dir.join("proto")).out_dir(&dir);
    builder.run().expect("it is written");
    let file = dir.join("proto/p.proto");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let set = |to| std::fs::File::options().write(true).open(&file).and_then(|file| file.set_modified(to));
    set(long_ago).expect("the time is set");
    builder.run().expect("it is up to date");
    let modified = || std::fs::metadata(&file).and_then(|data| data.modified()).expect("the time");
    assert_eq!(modified(), long_ago, "an unchanged file is left alone");
    std::fs::write(&file, "old").expect("written");
    builder.run().expect("it is written again");
    assert!(std::fs::read_to_string(&file).expect("text").contains("service A"));
}

#[test]
fn the_documents_are_written_where_they_are_asked_for() {
    let source = "#[service(package = \"p\")] trait A { async fn get(&self, id: i32) -> Result<i32>; }";
    let dir = tree("documents", &[("lib.rs", source)]);
    let (openapi, asyncapi) = (dir.join("docs/openapi.json"), dir.join("docs/asyncapi.json"));
    let info = Info::new("Numbers", "2.1.0");
    let builder = Builder::new().source(dir.join("lib.rs")).out_dir(&dir).info(info).asyncapi(&asyncapi);
    builder.clone().openapi(&openapi, Version::V3_2).run().expect("they are written");
    let text = std::fs::read_to_string(openapi).expect("OpenAPI");
    let api = builder.api().expect("sound sources");
    assert_eq!(text, openapi::render(&api, Version::V3_2));
    assert!(text.contains("\"title\": \"Numbers\"") && text.contains("/p.A/Get"), "{text}");
    let text = std::fs::read_to_string(asyncapi).expect("AsyncAPI");
    assert_eq!(text, asyncapi::render(&api));
    assert!(text.contains("\"version\": \"2.1.0\"") && text.contains("p.A"), "{text}");
}

#[test]
fn packages_that_use_each_others_types_are_refused() {
    let source = "#[service(package = \"a\")] trait A { async fn get(&self, one: One) -> Result<()>; }
         #[derive(Message)] #[message(package = \"a\")] struct One { two: Two }
         #[derive(Message)] #[message(package = \"b\")] struct Two { three: Three }
         #[derive(Message)] #[message(package = \"a\")] struct Three { n: i32 }";
    let text = faults("circle", &[("lib.rs", source)]);
    assert!(text.starts_with("a.proto, b.proto: polywire writes one file for each package"), "{text}");
}

#[cfg(feature = "tonic-stubs")]
#[test]
fn stubs_are_those_of_prost_and_tonic() {
    let source = "#[service(package = \"p\")] trait Books { async fn get(&self, id: i32) -> Result<i32>; }";
    let dir = tree("stubs", &[("lib.rs", source)]);
    Builder::new().source(dir.join("lib.rs")).out_dir(&dir).tonic_stubs(true).run().expect("stubs");
    let stubs = std::fs::read_to_string(dir.join("p.rs")).expect("the module of the package");
    for part in ["pub struct GetRequest", "pub mod books_client", "pub trait Books"] {
        assert!(stubs.contains(part), "{part} in {stubs}");
    }
}

#[test]
fn two_types_of_one_name_are_refused_with_both_places() {
    let service = |to: &str| {
        format!(
            "#[service(package = \"books.v1\")]\ntrait Books {{ async fn put(&self, item: old::Item) -> Result<{to}>; }}"
        )
    };
    let old = "#[derive(Message)]\npub struct Item { id: i64 }";
    let new = "\n\n#[derive(Message)]\npub struct Item { text: String }";
    let lib = format!("mod old;\nmod new;\n{}", service("new::Item"));
    assert_eq!(
        faults("clash", &[("lib.rs", &lib), ("old.rs", old), ("new.rs", new)]),
        "`books.v1.Item` is the name of two different types, `old.rs:2` and `new.rs:4`; rename one of them, for the schema \
         alone with `#[message(name = \"…\")]`"
    );
    // Two packages reach the type, and both say that it is in a third one.
    let elsewhere = |text: &str| text.replace("pub", "#[message(package = \"common.v1\")]\npub");
    let (old, new) = (elsewhere(old), elsewhere(new));
    let other = "#[service(package = \"shop.v1\")]\ntrait Shop { async fn buy(&self, item: new::Item) -> Result<()>; }";
    let lib = format!("mod old;\nmod new;\n{}\n{other}", service("()"));
    let told = faults("clash_abroad", &[("lib.rs", &lib), ("old.rs", &old), ("new.rs", &new)]);
    assert!(told.starts_with("`common.v1.Item` is") && told.contains("`old.rs:3` and `new.rs:5`"), "{told}");
    // When one is renamed for the schema, both are in it. Two equal types are one.
    let renamed = new.replace("package = \"common.v1\"", "name = \"NewItem\"");
    let dir = tree(
        "renamed",
        &[
            ("lib.rs", &format!("mod old;\nmod new;\n{}", service("new::Item"))),
            ("old.rs", &old.replace("#[message(package = \"common.v1\")]", "")),
            ("new.rs", &renamed),
        ],
    );
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    assert!(protos["books.v1.proto"].contains("message NewItem {"), "{protos:?}");
}

#[test]
fn members_of_a_oneof_with_the_number_or_name_of_another_field_are_named() {
    let oneof = |order: &str, payment: &str| {
        let text = format!(
            "{SERVICE}\n#[derive(Message)] struct Book {{ {order}, #[field(oneof)] payment: Option<Payment> }}\n\
             #[derive(Message)] enum Payment {{ {payment} }}"
        );
        faults("oneof_clash", &[("lib.rs", &text)])
    };
    let told = oneof("id: i64, note: String", "#[field(2)] Card(String), #[field(7)] Cash(i64)");
    let numbers = "message `Book`: fields `note` and `card` both have number 2; give one of them another with `#[field(n)]`";
    assert!(told.contains(numbers) && told.contains("lib.rs:3"), "{told}");
    let told = oneof("id: i64", "Card(String), Cash(i64)");
    assert!(told.contains("fields `id` and `card` both have number 1"), "{told}");
    let told = oneof("sum: i64", "#[field(2, json = \"sum\")] Card(String)");
    assert!(told.contains("fields `sum` and `card` are both `sum` in JSON"), "{told}");
}

#[test]
fn a_type_with_the_name_of_a_method_is_written_in_full_where_the_method_hides_it() {
    let text = "#[service(package = \"net.v1\")]\ntrait Network {\n  async fn ping(&self, ping: Ping) -> Result<Pong>;\n  \
                async fn echo(&self, pong: Pong) -> Result<Streaming<Ping>>;\n}\n\
                #[derive(Message)] struct Ping { n: i32 }\n#[derive(Message)] struct Pong { ping: Ping }";
    let dir = tree("methods_and_types", &[("lib.rs", text)]);
    let protos = Builder::new().source(dir.join("lib.rs")).protos().expect("sound sources");
    let proto = &protos["net.v1.proto"];
    assert!(proto.contains("rpc Ping(.net.v1.Ping) returns (Pong);"), "{proto}");
    assert!(proto.contains("rpc Echo(Pong) returns (stream .net.v1.Ping);"), "{proto}");
    assert!(proto.contains("  Ping ping = 1;"), "{proto}");
}
