//! How to test a service: in process with `local`, beside a double; with its queue over `memory:`.
//!
//! `local` needs no socket. A call still goes through everything that a wire has: constraints, deadlines, errors,
//! encoding. The tests are at the end: `cargo test -p polywire-examples --bin testing`. The program does the same.
//!
//! Run it: `cargo run -p polywire-examples --bin testing`
#![allow(clippy::print_stdout, reason = "the lines are what this program is for")]

use polywire::testing::TestBroker;
use polywire::{Code, Limits, Result, Server, Status, service};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Lends books: what is tested here.
#[service(package = "testing.v1")]
pub trait Library {
    /// Lends a book, and tells the reader by mail.
    async fn lend(&self, #[field(min = 1)] book_id: u32, reader: String) -> Result<String>;
}

/// Sends mail: what the library needs. A double may leave methods out, which then answer `unimplemented`.
#[service(package = "testing.v1", unimplemented)]
pub trait Mail {
    /// Sends a mail some time.
    #[amqp(task, queue = "mail")]
    async fn send(&self, to: String, text: String) -> Result<()>;
    /// Counts the mails of a reader.
    async fn count(&self, to: String) -> Result<u32>;
}

/// Takes anything that is `Mail`: a client of any wire, or a double.
struct Shelves<M>(M);

impl<M: Mail + Send + Sync + 'static> Library for Shelves<M> {
    async fn lend(&self, book_id: u32, reader: String) -> Result<String> {
        if book_id > 100 {
            return Err(Status::not_found(format!("no book {book_id}")));
        }
        self.0.send(reader.clone(), format!("you have book {book_id}")).await?;
        Ok(format!("{reader} has book {book_id}"))
    }
}

/// A double: notes the mails, and has no other method.
struct Notes(mpsc::UnboundedSender<String>);

impl Mail for Notes {
    async fn send(&self, to: String, text: String) -> Result<()> {
        self.0.send(format!("{to}: {text}")).map_err(|_| Status::unavailable("the test is over"))
    }
}

/// In process: constraints are checked, errors arrive, and the double has the mail.
async fn lends_and_refuses() -> Result<()> {
    let (notes, mut mails) = mpsc::unbounded_channel();
    let library = LibraryClient::local(Shelves(Notes(notes)));
    assert_eq!(library.lend(7, "Ada".to_owned()).await?, "Ada has book 7");
    assert_eq!(mails.recv().await.as_deref(), Some("Ada: you have book 7"));
    for (book_id, code) in [(0, Code::InvalidArgument), (101, Code::NotFound)] {
        let refused = library.lend(book_id, "Ada".to_owned()).await.map_err(|status| status.code());
        assert_eq!(refused, Err(code), "book {book_id}");
    }
    Ok(())
}

/// With a broker of the test's own. It tells what was published, and can be made to refuse, as a real one does at times.
async fn mail_goes_through_a_queue() -> Result<(), Box<dyn std::error::Error>> {
    let broker = TestBroker::new();
    let (notes, mut mails) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let limits = Limits::default().drain_delay(Duration::ZERO); // no load balancer waits for our end
    let worker = Server::new().service(MailServer::new(Notes(notes))).limits(limits).amqp(broker.url());
    let worker = tokio::spawn(worker.serve_until(async { drop(stopped.await) }));

    // Two services, two wires; the library's code is the same.
    let library = LibraryClient::local(Shelves(MailClient::connect(broker.url()).await?));
    library.lend(7, "Ada".to_owned()).await?;
    broker.drained().await?;
    assert_eq!(mails.try_recv().as_deref(), Ok("Ada: you have book 7"));

    // A broker refuses for a moment when the leader of a queue changes. The client sends the mail again.
    broker.refuse_publishes(1);
    library.lend(8, "Ada".to_owned()).await?;
    broker.drained().await?;
    assert_eq!(mails.try_recv().as_deref(), Ok("Ada: you have book 8"));
    let sent = broker.published(MailClient::SEND)?;
    assert_eq!(sent[0], ("Ada".to_owned(), "you have book 7".to_owned()));

    drop(stop);
    Ok(worker.await??)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    lends_and_refuses().await?;
    println!("local: lent one book, refused two");
    mail_goes_through_a_queue().await?;
    println!("memory: one mail through the queue, one more after a refusal");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn lends_and_refuses() {
        super::lends_and_refuses().await.expect("a library");
    }

    #[tokio::test]
    async fn mail_goes_through_a_queue() {
        super::mail_goes_through_a_queue().await.expect("a queue");
    }
}
