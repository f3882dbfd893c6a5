//! Messages and enums of another crate, in a package of its own. The service knows them by their Rust path
//! alone.
#![allow(clippy::expect_used)]

use polywire::{Message, Result, Schema, Server, Streaming, service};
use polywire_e2e::serving::serve;
use polywire_import_tests::cases::other;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Message)]
pub struct Shelf {
    pub keeper: Option<other::Author>,
    pub ranks: Vec<other::AuthorRank>,
    pub authors: BTreeMap<String, other::Author>,
}

#[service(package = "shelves.v1")]
pub trait Shelves {
    async fn put_shelf(&self, shelf: Shelf) -> Result<Shelf>;
    async fn keeper(&self, author: other::Author) -> Result<other::Author>;
    #[field]
    async fn promote(&self, #[field] rank: other::AuthorRank, by: u32) -> Result<other::AuthorRank>;
    async fn list(&self, prefix: String) -> Result<Streaming<other::Author>>;
}

struct Room;

impl Shelves for Room {
    async fn put_shelf(&self, shelf: Shelf) -> Result<Shelf> {
        Ok(shelf)
    }

    async fn keeper(&self, author: other::Author) -> Result<other::Author> {
        Ok(author)
    }

    async fn promote(&self, rank: other::AuthorRank, by: u32) -> Result<other::AuthorRank> {
        Ok(if by == 0 { rank } else { other::AuthorRank::First })
    }

    async fn list(&self, prefix: String) -> Result<Streaming<other::Author>> {
        Ok(Streaming::from_items((0..3).map(move |n| author(&format!("{prefix}{n}")))))
    }
}

fn author(name: &str) -> other::Author {
    other::Author { name: name.to_owned() }
}

#[tokio::test]
async fn they_travel() {
    let address = serve(Server::new().service(ShelvesServer::new(Room))).await;
    for scheme in ["grpc", "http", "ws"] {
        let client = ShelvesClient::connect(format!("{scheme}://{address}")).await.expect("a connection");
        let shelf = Shelf {
            keeper: Some(author("A")),
            ranks: vec![other::AuthorRank::First, other::AuthorRank::Other(9)],
            authors: BTreeMap::from([("b".to_owned(), author("B"))]),
        };
        assert_eq!(client.put_shelf(shelf.clone()).await, Ok(shelf), "{scheme}");
        assert_eq!(client.keeper(author("C")).await, Ok(author("C")), "{scheme}");
        let promoted = client.promote(other::AuthorRank::Unspecified, 1).await;
        assert_eq!(promoted, Ok(other::AuthorRank::First), "{scheme}");
        let mut listed = client.list("p".to_owned()).await.expect("a stream");
        let mut names = Vec::new();
        while let Some(author) = listed.next().await.expect("an item") {
            names.push(author.name);
        }
        assert_eq!(names, ["p0", "p1", "p2"], "{scheme}");
    }
}

#[test]
fn the_schema_imports_them_from_their_own_file() {
    let protos = Schema::new().service(ShelvesServer::<ShelvesClient>::spec()).protos();
    assert_eq!(protos.keys().collect::<Vec<_>>(), ["cases.other.proto", "shelves.v1.proto"]);
    let own = &protos["shelves.v1.proto"];
    for line in [
        "import \"cases.other.proto\";",
        "cases.other.Author keeper = 1;",
        "repeated cases.other.Author.Rank ranks = 2;",
        "map<string, cases.other.Author> authors = 3;",
        "rpc Keeper(cases.other.Author) returns (cases.other.Author);",
    ] {
        assert!(own.contains(line), "{line}: {own}");
    }
    assert!(!own.contains("message Author"), "{own}");
    assert!(protos["cases.other.proto"].contains("message Author"), "{}", protos["cases.other.proto"]);
}
