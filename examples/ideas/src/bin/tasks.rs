//! Work for later: a task goes to a queue, a worker does it, and a failed one is tried again.
//!
//! The caller gets its answer when the broker has the message, not when the work is done. A worker that answers
//! `unavailable` gets the message again after a delay, as often as `retry(…)` says. What still fails, or is
//! wrong for good, becomes a dead letter in the queue `letters.dlq`.
//!
//! `memory:post` is a broker in this process. With RabbitMQ, change the URL to `amqp://127.0.0.1:5672`.
//!
//! Run it: `cargo run -p polywire-examples --bin tasks`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::{Context, Limits, MemoryBroker, Result, Server, Status, service};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Sends letters.
#[service(package = "tasks.v1")]
pub trait Post {
    /// Sends one letter.
    #[amqp(task, queue = "letters", retry(limit = 2, backoff = "1s..1s"))]
    async fn send_letter(&self, cx: Context, address: String) -> Result<()>;
}

/// Reports each attempt to the main function.
struct Worker {
    reports: mpsc::UnboundedSender<String>,
}

impl Post for Worker {
    async fn send_letter(&self, cx: Context, address: String) -> Result<()> {
        let attempt = cx.attempt();
        let result = match address.as_str() {
            "" => Err(Status::invalid_argument("no address")),
            "Ghost Town" => Err(Status::unavailable("nobody opens")),
            "Busy Street" if attempt == 1 => Err(Status::unavailable("come back later")),
            _ => Ok(()),
        };
        let outcome = result.as_ref().map_or_else(|status| status.to_string(), |()| "sent".to_owned());
        drop(self.reports.send(format!("to {address:?}, attempt {attempt}: {outcome}")));
        result
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    const BROKER: &str = "memory:post";
    let (reports, mut attempts) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::new()
        .service(PostServer::new(Worker { reports }))
        .limits(Limits::default().drain_delay(Duration::ZERO)) // no load balancer waits for our end
        .amqp(BROKER);
    let server = tokio::spawn(server.serve_until(async { drop(stopped.await) }));

    let post = PostClient::connect(BROKER).await?;
    for (address, tries) in [("Main Street", 1), ("Busy Street", 2), ("Ghost Town", 3), ("", 1)] {
        post.send_letter(Context::new(), address.to_owned()).await?;
        println!("queued {address:?}");
        for _ in 0..tries {
            println!("  {}", attempts.recv().await.ok_or("the worker is gone")?);
        }
    }

    // A test can look into the broker in memory; RabbitMQ has its own page for that.
    let broker = MemoryBroker::named("post");
    while broker.depth("letters.dlq") != Some(2) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    println!("dead letters: 2, letters that wait: {}", broker.depth("letters").unwrap_or_default());

    drop(stop);
    Ok(server.await??)
}
