//! A message called `Option`, beside Rust's own.

use polywire::{Message, Result, service};

#[derive(Debug, Clone, PartialEq, Message)]
struct Option {
    label: String,
}

#[derive(Debug, Clone, PartialEq, Message)]
struct Menu {
    chosen: std::option::Option<Option>,
    other: ::core::option::Option<Option>,
    count: std::option::Option<u32>,
    all: Vec<Option>,
}

#[service(package = "menus.v1")]
trait Menus {
    async fn choose(&self, chosen: std::option::Option<Option>, all: Vec<Option>) -> Result<Menu>;
    async fn keep(&self, option: Option) -> Result<Option>;
}

struct Kitchen;

impl Menus for Kitchen {
    async fn choose(&self, chosen: std::option::Option<Option>, all: Vec<Option>) -> Result<Menu> {
        Ok(Menu { chosen, other: None, count: Some(0), all })
    }

    async fn keep(&self, option: Option) -> Result<Option> {
        Ok(option)
    }
}

#[tokio::test]
async fn a_message_called_option_goes_into_the_option_of_rust() {
    let client = MenusClient::local(Kitchen);
    let soup = Option { label: "soup".into() };
    for chosen in [None, Some(soup.clone())] {
        let menu = client.choose(chosen.clone(), vec![soup.clone()]).await.expect("a menu");
        assert_eq!(menu, Menu { chosen, other: None, count: Some(0), all: vec![soup.clone()] });
        assert_eq!(Menu::decode(menu.encode()).expect("it reads what it wrote"), menu);
    }
    assert_eq!(client.keep(soup.clone()).await.expect("it is kept"), soup);
    let proto = MenusServer::<Kitchen>::proto();
    for line in [
        "Option chosen = 1;",
        "optional uint32 count = 3;",
        "repeated Option all = 4;",
        "rpc Keep(Option) returns (Option);",
    ] {
        assert!(proto.contains(line), "{line} in {proto}");
    }
}
