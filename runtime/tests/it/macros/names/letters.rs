//! Names in other letters, with attributes that give the names in protobuf.

use polywire::{Error, Message, Result, Status, service};

#[derive(Debug, Clone, PartialEq, Message)]
#[message(name = "Book")]
struct Книга {
    #[field(rename = "title")]
    название: String,
    #[field(rename = "genre")]
    жанр: Жанр,
    #[field(oneof, rename = "place")]
    место: Option<Место>,
}

#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[message(name = "Genre")]
enum Жанр {
    #[field(rename = "GENRE_FICTION")]
    Роман,
    #[field(rename = "GENRE_POETRY")]
    Поэзия,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[message(name = "Place")]
enum Место {
    #[field(8, rename = "shop")]
    Лавка(String),
}

#[derive(Debug, PartialEq, Error)]
#[message(name = "ShelfError")]
enum Ошибка {
    #[error(NotFound, "no book {номер}")]
    #[field(rename = "missing")]
    Нет {
        #[field(rename = "number")]
        номер: u32,
    },
    #[error(transparent)]
    Иное(Status),
}

#[service(package = "letters.v1", name = "Shelf")]
trait Полка {
    #[method(name = "Get")]
    #[http(GET "/books/{number}")]
    async fn взять(
        &self, #[field(rename = "number")] номер: u32
    ) -> Result<Книга, Ошибка>;
}

struct Дом;

impl Полка for Дом {
    async fn взять(&self, номер: u32) -> Result<Книга, Ошибка> {
        let книга = Книга {
            название: "Мцыри".into(),
            жанр: Жанр::Поэзия,
            место: Some(Место::Лавка("Дом книги".into())),
        };
        if номер == 7 { Ok(книга) } else { Err(Ошибка::Нет { номер }) }
    }
}

#[tokio::test]
async fn names_in_other_letters_work_when_attributes_give_those_of_protobuf() {
    let client = ПолкаClient::local(Дом);
    let книга = client.взять(7).await.expect("it is there");
    assert_eq!((книга.название.as_str(), книга.жанр), ("Мцыри", Жанр::Поэзия));
    assert_eq!(client.взять(8).await.expect_err("it is not"), Ошибка::Нет { номер: 8 });
    assert_eq!(Книга::decode(книга.encode()).expect("it reads what it wrote"), книга);
    let json = serde_json::json!({"title": "Мцыри", "genre": "GENRE_POETRY", "shop": "Дом книги"});
    assert_eq!(serde_json::to_value(&книга).expect("it is written"), json);
    let proto = ПолкаServer::<Дом>::proto();
    let mut lines = proto.lines().filter(|line| !line.trim_start().starts_with("//"));
    assert!(lines.all(str::is_ascii), "{proto}");
    for line in [
        "service Shelf {",
        "rpc Get(GetRequest) returns (Book);",
        "message Book {",
        "GENRE_POETRY = 2;",
        "string shop = 8;",
        "message ShelfError {",
    ] {
        assert!(proto.contains(line), "{line} in {proto}");
    }
}
