//! The implementation behind every server of the suite.

use crate::contract::{ContractError, ContractService, Header, Item, Summary};
use bytes::Bytes;
use polywire::{Code, Context, Result, Status, Streaming};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Counts what is dropped before its end; otherwise without state.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    running: Arc<AtomicU32>,
    cancelled: Arc<AtomicU32>,
}

/// Held while something runs; counted when it is dropped first.
struct Running {
    contract: Contract,
    ended: bool,
}

impl Contract {
    fn run(&self) -> Running {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running { contract: self.clone(), ended: false }
    }
}

impl Running {
    fn end(&mut self) {
        self.ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.contract.running.fetch_sub(1, Ordering::SeqCst);
        if !self.ended {
            self.contract.cancelled.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn item(index: i32) -> Item {
    Item { index, text: format!("item {index}"), data: Bytes::new() }
}

impl ContractService for Contract {
    async fn echo(&self, item: Item) -> Result<Item> {
        Ok(item)
    }

    async fn count(&self, upto: i32, delay_ms: u32) -> Result<Streaming<Item>> {
        if upto < 0 {
            return Err(Status::invalid_argument("field `upto`: must not be negative"));
        }
        let state = (1, self.run());
        let items = futures_util::stream::unfold(state, move |(index, mut running)| async move {
            if index > upto {
                running.end();
                return None;
            }
            if delay_ms > 0 {
                tokio::time::sleep(Duration::from_millis(delay_ms.into())).await;
            }
            let next = match (upto, index) {
                (13, 4) => Err(Status::data_loss("stream broke")),
                (14, 3) => panic!("count panicked as it was asked to"),
                _ => Ok(item(index)),
            };
            Some((next, (index + 1, running)))
        });
        Ok(Streaming::new(items))
    }

    async fn collect(&self, mut items: Streaming<Item>) -> Result<Summary> {
        let mut summary = Summary { count: 0, bytes: 0 };
        while let Some(item) = items.next().await? {
            summary.count += 1;
            summary.bytes += i64::try_from(item.data.len()).unwrap_or(i64::MAX);
        }
        Ok(summary)
    }

    async fn chat(&self, items: Streaming<Item>) -> Result<Streaming<Item>> {
        Ok(items.map(|item| Item { text: format!("Echo: {}", item.text), ..item }))
    }

    async fn fail(&self, kind: String) -> Result<(), ContractError> {
        match kind.as_str() {
            "missing" => Err(ContractError::Missing { id: 7 }),
            "sold_out" => Err(ContractError::SoldOut),
            "other" => Err(ContractError::Other(Status::unavailable("somewhere else"))),
            _ => Ok(()),
        }
    }

    async fn reject(&self, code: i32, message: String) -> Result<()> {
        Code::from_number(code).map_or(Ok(()), |code| Err(Status::new(code, message)))
    }

    async fn sleep(&self, ms: u32) -> Result<u32> {
        let mut running = self.run();
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
        running.end();
        Ok(ms)
    }

    async fn metadata(&self, cx: Context) -> Result<Vec<Header>> {
        cx.append_header("x-reply", "header").map_err(|error| Status::internal(error.to_string()))?;
        cx.append_trailer("x-trail", "trailer").map_err(|error| Status::internal(error.to_string()))?;
        let entry = |(key, value): (&str, &str)| Header { key: key.to_owned(), value: value.to_owned() };
        let is_told = |key: &str| key == "authorization" || key.starts_with("x-");
        Ok(cx.metadata().iter().filter(|(key, _)| is_told(key)).map(entry).collect())
    }

    async fn remaining(&self, cx: Context) -> Result<u32> {
        let left = cx.remaining().map_or(0, |left| left.as_millis());
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    async fn panic(&self, when: String) -> Result<()> {
        panic!("panicked as it was asked to: {when}")
    }

    async fn blob(&self, size: u32) -> Result<Bytes> {
        Ok(vec![b'x'; size as usize].into())
    }

    async fn running(&self) -> Result<u32> {
        Ok(self.running.load(Ordering::SeqCst))
    }

    async fn cancelled(&self) -> Result<u32> {
        Ok(self.cancelled.load(Ordering::SeqCst))
    }
}
