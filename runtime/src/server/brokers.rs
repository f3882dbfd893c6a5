//! The brokers that a server consumes from.

use super::Server;
use crate::channel::Endpoint;
use crate::once::{Automatic, Inbox};
use crate::transport::amqp;
use crate::waist::mounted::{Mounted, Queues};
use crate::waist::queue_stats::QueueStats;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The options of the wires over a broker.
#[derive(Default)]
pub(super) struct Brokers {
    consumed: Vec<Endpoint>,
    queues: Queues,
}

/// The options of brokers.
impl Server {
    /// Consumes from this broker: `amqp://host:port`, `amqps://host:port` or `memory:`.
    ///
    /// An [`Endpoint`](crate::Endpoint) gives the roots, the certificate and the name of TLS, as for every
    /// other wire. With `?auth_mechanism=external` the broker takes the user from the certificate (SASL
    /// EXTERNAL).
    ///
    /// ```
    /// # use polywire::{ClientTls, Endpoint, Result, Server};
    /// # fn server(ca: &[u8], chain: &[u8], key: &[u8]) -> Result<Server> {
    /// let tls = ClientTls::with_roots(ca)?.identity(chain, key)?;
    /// let broker = Endpoint::new("amqps://broker.internal/shop?auth_mechanism=external").tls(tls);
    /// Ok(Server::new().amqp(broker))
    /// # }
    /// ```
    ///
    /// Retried and dead-lettered messages keep nested headers (tables and lists) to a depth of 32.
    pub fn amqp(mut self, broker: impl Into<Endpoint>) -> Self {
        self.brokers.consumed.push(broker.into());
        self
    }

    /// Handles each task and each event once: a message whose id is in the inbox is acknowledged without a run.
    ///
    /// The inbox begins a transaction for each message. The handler works in it ([`Handling::of`](crate::Handling::of)). The
    /// server commits it when the handler has succeeded, before the message is acknowledged, and rolls it back otherwise. A
    /// message without an id is a dead letter.
    ///
    /// It is an interceptor, inside of those added before. Calls that answer, and other wires, are not touched. A batch of
    /// several messages has no single id: it is refused, and each of its messages runs alone.
    ///
    /// ```
    /// use polywire::{Context, MemoryInbox, Result, Server, service};
    ///
    /// #[service(package = "mails.v1", transports(amqp))]
    /// pub trait Mails {
    ///     #[amqp(task)]
    ///     async fn welcome(&self, cx: Context, user: String) -> Result<()>;
    /// }
    ///
    /// fn server(mails: impl Mails) -> Server {
    ///     Server::new().service(MailsServer::new(mails)).inbox(MemoryInbox::new()).amqp("memory:mails")
    /// }
    /// # struct Desk;
    /// # impl Mails for Desk { async fn welcome(&self, _: Context, _: String) -> Result<()> { Ok(()) } }
    /// # drop(server(Desk));
    /// ```
    pub fn inbox(self, inbox: impl Inbox) -> Self {
        self.interceptor(Automatic(inbox))
    }

    /// Names the consumer group of this server. Every group gets each event once. Servers with the same
    /// services and the same group share the work. The default is the name of the program.
    ///
    /// ```
    /// # use polywire::Server;
    /// let mails = Server::new().amqp("memory:shop").consumer_group("mails");
    /// let statistics = Server::new().amqp("memory:shop").consumer_group("statistics"); // gets each event too
    /// # drop((mails, statistics));
    /// ```
    pub fn consumer_group(mut self, name: impl Into<String>) -> Self {
        self.brokers.queues.group = Some(name.into());
        self
    }

    /// Names queues of callers that replies over AMQP may go to. A `*` at the end stands for any rest.
    ///
    /// A server publishes replies with its own rights, and the caller names the queue in `reply_to`. So a server
    /// answers only direct replies (`amq.rabbitmq.reply-to`), queues that the broker named (`amq.gen-…`), and the
    /// queues that it is told of here. Clients of polywire use direct replies, and need none.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().amqp("amqp://localhost").reply_queues(["billing.replies", "results.*"]);
    /// # drop(server);
    /// ```
    pub fn reply_queues<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.brokers.queues.replies.extend(names.into_iter().map(Into::into));
        self
    }

    /// Tells the broker's consumer timeout: the time after which it takes a message back that has no verdict. The
    /// default is 30 minutes, as RabbitMQ has it.
    ///
    /// The handler of a task or an event ends a minute before. `#[amqp(timeout = "15m")]` gives it less. A method
    /// that asks for more is refused when the server starts. AMQP does not tell this setting, so raise it at the
    /// broker too (`consumer_timeout` in rabbitmq.conf; from 3.12 on a policy can set it for some queues).
    ///
    /// ```
    /// # use polywire::Server;
    /// # use std::time::Duration;
    /// let server = Server::new().amqp("amqp://localhost").consumer_timeout(Duration::from_secs(4 * 3_600));
    /// # drop(server);
    /// ```
    pub fn consumer_timeout(mut self, timeout: Duration) -> Self {
        self.brokers.queues.consumer_timeout = Some(timeout);
        self
    }

    /// The numbers of the queues that this server consumes, to read while it runs. The first read makes the server ask
    /// its brokers every 15 s how many messages wait.
    ///
    /// ```
    /// # use polywire::Server;
    /// let server = Server::new().amqp("memory:shop");
    /// let stats = server.queue_stats();
    /// assert!(stats.queues().is_empty()); // it does not run yet
    /// # drop(server);
    /// ```
    pub fn queue_stats(&self) -> QueueStats {
        self.brokers.queues.stats.clone()
    }
}

impl Brokers {
    /// Whether the server is to consume from any.
    #[cfg(feature = "axum")]
    pub(super) fn are_there(&self) -> bool {
        !self.consumed.is_empty()
    }

    /// Takes the names of the queues.
    pub(super) fn queues(&mut self) -> Queues {
        std::mem::take(&mut self.queues)
    }

    /// Begins to consume from every broker. Returns at once.
    ///
    /// # Errors
    /// When an address does not name a broker.
    pub(super) fn consume(&self, mounted: &Arc<Mounted>) -> io::Result<()> {
        self.consumed.iter().try_for_each(|broker| amqp::serve(broker, mounted)).map_err(io::Error::other)
    }
}
