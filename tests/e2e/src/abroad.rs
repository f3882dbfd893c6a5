//! Services whose messages are those of other frameworks: tasks of Celery, and patterns of NestJS.

use polywire::{Context, Error, Message, Result, Status, service};

/// A typed failure of a task.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TaskError {
    /// The book is not there any more.
    #[error(FailedPrecondition, "sold out: {title}")]
    SoldOut {
        /// The title.
        title: String,
    },
    /// Any other failure.
    #[error(transparent)]
    Other(Status),
}

/// An order, as a message of its own.
#[derive(Debug, Clone, PartialEq, Message)]
pub struct Parcel {
    /// The order.
    pub order_id: i64,
    /// The address.
    pub city: Option<String>,
}

/// Tasks that producers of Celery send to us.
#[service(package = "abroad.v1", transports(amqp))]
pub trait TaskService {
    /// Says what it was given, and the id and the retries of its task.
    #[amqp(celery = "tasks.process_order")]
    async fn process_order(&self, cx: Context, order_id: i64, note: Option<String>) -> Result<String>;
    /// Adds.
    #[amqp(celery = "tasks.add")]
    async fn add(&self, a: i64, b: i64) -> Result<i64>;
    /// Returns nothing.
    #[amqp(task, celery = "tasks.seen")]
    async fn seen(&self, cx: Context, what: String) -> Result<()>;
    /// Takes a message, and returns it.
    #[amqp(celery = "tasks.ship")]
    async fn ship(&self, parcel: Parcel) -> Result<Parcel>;
    /// Fails: with a typed error, or by a plain one.
    #[amqp(celery = "tasks.buy")]
    async fn buy(&self, title: String) -> Result<(), TaskError>;
    /// Fails once, then succeeds.
    #[amqp(celery = "tasks.flaky")]
    async fn flaky(&self, cx: Context) -> Result<u32>;
}

/// Tasks that a worker of Celery serves.
#[service(package = "abroad.v1", transports(amqp))]
pub trait PythonService {
    /// Adds.
    #[amqp(celery = "peer.add", queue = "celery.python")]
    async fn add(&self, a: i64, b: i64) -> Result<i64>;
    /// Returns nothing, and is not waited for.
    #[amqp(celery = "peer.note", queue = "celery.python")]
    async fn note(&self, text: String) -> Result<()>;
    /// Raises an exception.
    #[amqp(celery = "peer.fail", queue = "celery.python")]
    async fn fail(&self, why: String) -> Result<i64>;
    /// Is tried again by its worker, then succeeds.
    #[amqp(celery = "peer.flaky", queue = "celery.python")]
    async fn flaky(&self, name: String) -> Result<i64>;
    /// A name that the other side does not know.
    #[amqp(celery = "peer.nobody", queue = "celery.python")]
    async fn nobody(&self) -> Result<i64>;
    /// Returns what it was given, with `None` for what it was not.
    #[amqp(celery = "peer.describe", queue = "celery.python")]
    async fn describe(&self, a: Option<i64>, b: Vec<String>) -> Result<String>;
}

/// Patterns that clients of NestJS call.
#[service(package = "abroad.v1", transports(amqp))]
pub trait NestService {
    /// Adds up.
    #[amqp(nestjs = "sum", queue = "nest.ours")]
    async fn sum(&self, numbers: Vec<i32>) -> Result<i32>;
    /// Greets, under a pattern that is an object.
    #[amqp(nestjs = r#"{"cmd":"greet"}"#, queue = "nest.ours")]
    async fn greet(&self, first: String, last: String) -> Result<String>;
    /// Fails.
    #[amqp(nestjs = "fail", queue = "nest.ours")]
    async fn fail(&self, why: String) -> Result<String>;
    /// An event.
    #[amqp(nestjs = "order.created", queue = "nest.ours")]
    async fn created(&self, order_id: i64) -> Result<()>;
}

/// Patterns that a service of NestJS serves.
#[service(package = "abroad.v1", transports(amqp))]
pub trait NodeService {
    /// Adds up.
    #[amqp(nestjs = "sum", queue = "nest.node")]
    async fn sum(&self, numbers: Vec<i32>) -> Result<i32>;
    /// Greets, under a pattern that is an object.
    #[amqp(nestjs = r#"{"cmd":"greet"}"#, queue = "nest.node")]
    async fn greet(&self, first: String, last: String) -> Result<String>;
    /// Fails.
    #[amqp(nestjs = "fail", queue = "nest.node")]
    async fn fail(&self, why: String) -> Result<String>;
    /// A name that the other side does not know.
    #[amqp(nestjs = "nobody", queue = "nest.node")]
    async fn nobody(&self) -> Result<String>;
    /// An event.
    #[amqp(nestjs = "order.created", queue = "nest.node")]
    async fn created(&self, order_id: i64) -> Result<()>;
}

/// Plain messages in JSON, as FastStream sends and takes them.
#[service(package = "abroad.v1", transports(amqp))]
pub trait PlainService {
    /// A task that others publish.
    #[amqp(task, queue = "plain.ours")]
    async fn place(&self, order_id: i64, note: Option<String>) -> Result<()>;
    /// A call of others.
    #[amqp(rpc)]
    async fn price(&self, order_id: i32) -> Result<i32>;
}

/// Tasks in plain JSON that others take.
#[service(package = "abroad.v1", transports(amqp))]
pub trait PackingService {
    /// Packs.
    #[amqp(task, queue = "plain.theirs")]
    async fn pack(&self, order_id: i32, city: String) -> Result<()>;
}

/// Serves them, and says on standard output what ran.
#[derive(Debug, Clone, Copy)]
pub struct Abroad;

#[allow(clippy::print_stdout, reason = "a peer's test reads what ran")]
fn ran(what: &str) {
    println!("ran {what}");
}

impl TaskService for Abroad {
    async fn process_order(&self, cx: Context, order_id: i64, note: Option<String>) -> Result<String> {
        let note = note.unwrap_or_else(|| "nothing".to_owned());
        let told = |name: &str| cx.metadata().get(name).unwrap_or("none").to_owned();
        ran(&format!("process_order {order_id} {note}"));
        Ok(format!("{order_id} {note} id={} retries={}", told("id"), told("retries")))
    }

    async fn add(&self, a: i64, b: i64) -> Result<i64> {
        ran(&format!("add {a} {b}"));
        Ok(a + b)
    }

    async fn seen(&self, cx: Context, what: String) -> Result<()> {
        let parent = cx.metadata().get("parent_id").unwrap_or("none").to_owned();
        ran(&format!("seen {what} parent={parent}"));
        Ok(())
    }

    async fn ship(&self, parcel: Parcel) -> Result<Parcel> {
        Ok(parcel)
    }

    async fn buy(&self, title: String) -> Result<(), TaskError> {
        match title.as_str() {
            "typed" => Err(TaskError::SoldOut { title }),
            _ => Err(TaskError::Other(Status::not_found(format!("no book `{title}`")))),
        }
    }

    async fn flaky(&self, cx: Context) -> Result<u32> {
        match cx.attempt() {
            1 => Err(Status::unavailable("not yet")),
            attempt => Ok(attempt),
        }
    }
}

impl PlainService for Abroad {
    async fn place(&self, order_id: i64, note: Option<String>) -> Result<()> {
        ran(&format!("place {order_id} {}", note.unwrap_or_default()));
        Ok(())
    }

    async fn price(&self, order_id: i32) -> Result<i32> {
        match order_id {
            7 => Ok(42),
            other => Err(Status::not_found(format!("no order {other}"))),
        }
    }
}

impl NestService for Abroad {
    async fn sum(&self, numbers: Vec<i32>) -> Result<i32> {
        Ok(numbers.iter().sum())
    }

    async fn greet(&self, first: String, last: String) -> Result<String> {
        Ok(format!("hello {first} {last}"))
    }

    async fn fail(&self, why: String) -> Result<String> {
        Err(Status::not_found(why))
    }

    async fn created(&self, order_id: i64) -> Result<()> {
        ran(&format!("created {order_id}"));
        Ok(())
    }
}
