//! A caller's items on their way to the server.

use super::check;
use super::line::{Command, Line};
use super::upload::Uploads;
use crate::channel::Messages;
use crate::transport::ws::dialect::client::ClientDialect;
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The task that sends a caller's items; it ends with the call.
#[derive(Debug)]
pub(super) struct Pump(JoinHandle<()>);

impl Pump {
    pub(super) fn spawn<D: ClientDialect>(
        line: Arc<Line>,
        id: u64,
        requests: Messages,
        uploads: Arc<Uploads>,
        longest: usize,
    ) -> Self {
        let requests = requests.map(move |item| {
            let frame = D::item(id, &item?);
            check(&frame, longest).map(|()| frame)
        });
        Self(tokio::spawn(pump::<D>(line, id, Box::pin(requests), uploads)))
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn pump<D: ClientDialect>(line: Arc<Line>, id: u64, mut requests: Messages, uploads: Arc<Uploads>) {
    while let Some(item) = requests.next().await {
        let command = match item {
            Ok(frame) if uploads.reserve(frame.len()).await => Command::More { id, frame },
            Ok(_) => return,
            Err(status) => {
                // The call has ended, whether this arrives or the connection is lost first.
                let _ = line.send(Command::Fail { id, status }).await;
                return;
            }
        };
        if line.send(command).await.is_err() {
            return;
        }
    }
    let _ = line.send(Command::More { id, frame: D::end(id) }).await;
}
