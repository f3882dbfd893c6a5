//! A service with every kind of route, a server for it on a free port, and a client that sees raw bytes.
#![allow(dead_code, clippy::expect_used)]

pub mod client;

use polywire::{Code, Context, Detail, Message, Result, Server, Status, Streaming, service};
use std::collections::HashMap;
use std::net::SocketAddr;

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Part {
    pub name: String,
    pub page_count: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Message)]
pub enum Genre {
    #[default]
    Fiction,
    Poetry,
}

#[derive(Debug, Clone, PartialEq, Default, Message)]
pub struct Everything {
    pub id: i32,
    pub order_id: i64,
    pub count: u64,
    pub price: f64,
    pub flag: bool,
    pub text: String,
    pub data: Vec<u8>,
    pub tags: Vec<String>,
    pub numbers: Vec<i32>,
    pub limit: Option<i32>,
    pub labels: HashMap<String, i32>,
    pub part: Option<Part>,
    pub parts: Vec<Part>,
    pub genre: Option<Genre>,
}

#[service(package = "test.v1")]
pub trait Library {
    #[http(GET "/echo")]
    #[http(GET "/echo/{id}")]
    #[http(POST "/echo")]
    #[http(PUT "/echo/{id}")]
    #[http(DELETE "/echo/{id}")]
    #[http(PUT "/orders/{order_id}")]
    #[http(GET "/flags/{flag}")]
    #[http(GET "/genres/{genre}")]
    #[http(GET "/text/{text=**}")]
    #[http(POST "/echo/{id}:lend")]
    #[http(PATCH "/v1/{part.name=shelves/*/parts/*}", body = "part")]
    #[http(POST "/v1/parts", body = "part", response_body = "part")]
    #[http(PUT "/v1/merge/{part.page_count}")]
    async fn echo(&self, request: Everything) -> Result<Everything>;

    #[http(GET "/tags/")]
    async fn tags(&self, tags: Vec<String>) -> Result<Vec<String>>;

    #[http(GET "/fail/{id}")]
    async fn fail(&self, request: Everything) -> Result<()>;

    #[http(GET "/slow")]
    async fn slow(&self) -> Result<()>;

    #[http(GET "/panic")]
    async fn panic(&self, id: i32) -> Result<()>;

    #[http(GET "/headers/{id}")]
    async fn headers(&self, cx: Context, request: Everything) -> Result<Everything>;

    #[http(GET "/watch/{id}")]
    #[http(GET "/watch/{id}/texts", response_body = "text")]
    async fn watch(&self, cx: Context, request: Everything) -> Result<Streaming<Everything>>;

    #[http(POST "/sum")]
    async fn sum(&self, items: Streaming<Everything>) -> Result<Everything>;

    #[http(POST "/chat")]
    async fn chat(&self, items: Streaming<Everything>) -> Result<Streaming<Everything>>;

    async fn bare(&self, request: Everything) -> Result<Everything>;
}

/// The implementation.
#[derive(Debug)]
pub struct Shelf;

impl Library for Shelf {
    async fn echo(&self, request: Everything) -> Result<Everything> {
        Ok(request)
    }

    async fn tags(&self, tags: Vec<String>) -> Result<Vec<String>> {
        Ok(tags)
    }

    /// Fails with the code whose number is `id`; with a detail when `flag` is set.
    async fn fail(&self, request: Everything) -> Result<()> {
        let code = Code::from_number(request.id).unwrap_or(Code::Unknown);
        let status = Status::new(code, format!("failed with {}", code.as_str()));
        Err(match request.flag {
            true => status.with_detail(Detail::new(&Part { name: "why".to_owned(), page_count: 1 })),
            false => status,
        })
    }

    async fn slow(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn panic(&self, id: i32) -> Result<()> {
        assert!(id != 0, "a secret");
        Ok(())
    }

    async fn headers(&self, cx: Context, request: Everything) -> Result<Everything> {
        let text = cx.metadata().get("x-ask").unwrap_or_default().to_owned();
        cx.append_header("x-lead", "one").expect("a header");
        cx.append_header("content-length", "1").expect("a header");
        cx.append_header("content-type", "text/evil").expect("a header");
        cx.append_trailer("x-trail", "two").expect("a trailer");
        match request.id {
            0 => Err(Status::aborted("with headers")),
            _ => Ok(Everything { text, ..request }),
        }
    }

    /// `id` items; then an error when `flag` is set. A limit of 0 refuses the call, and `text` is a header to set.
    async fn watch(&self, cx: Context, request: Everything) -> Result<Streaming<Everything>> {
        if request.limit == Some(0) {
            return Err(Status::permission_denied("not for you"));
        }
        if !request.text.is_empty() {
            cx.append_header("x-lead", &request.text).expect("a header");
        }
        let item = |id| Ok(Everything { id, text: format!("line {id}\n"), ..Everything::default() });
        let end = request.flag.then(|| Err(Status::data_loss("broke off")));
        let items: Vec<Result<Everything>> = (1..=request.id).map(item).chain(end).collect();
        Ok(Streaming::new(futures_util::stream::iter(items)))
    }

    async fn sum(&self, mut items: Streaming<Everything>) -> Result<Everything> {
        let mut sum = Everything::default();
        while let Some(item) = items.next().await? {
            sum.id += item.id;
            sum.count += 1;
        }
        Ok(sum)
    }

    async fn chat(&self, items: Streaming<Everything>) -> Result<Streaming<Everything>> {
        Ok(items.map(|item| Everything { text: format!("Echo: {}", item.text), ..item }))
    }

    async fn bare(&self, request: Everything) -> Result<Everything> {
        Ok(request)
    }
}

/// A server of [`Library`], to be given limits or neighbours.
pub fn server() -> Server {
    Server::new().service(LibraryServer::new(Shelf))
}

/// A server of [`Library`] with the default limits.
pub async fn library() -> SocketAddr {
    super::serve(server()).await
}
