//! The framework whose messages a method exchanges in place of ours: `celery = "tasks.process_order"`.

use crate::model::Text;

/// A method of another framework. Its queue is declared as that framework declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The framework.
    pub framework: Framework,
    /// The name of the task (Celery), or the pattern (NestJS).
    pub name: Text,
    /// Whether the method returns a value.
    pub answers: bool,
    /// Whether the only argument is the request itself, a message.
    pub whole: bool,
}

/// A framework whose messages are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framework {
    /// Celery, with its message protocol 2.
    Celery,
    /// The RabbitMQ transport of NestJS.
    Nest,
}

impl Framework {
    /// The queue of a method that names none.
    pub const fn queue(self) -> Option<&'static str> {
        match self {
            Self::Celery => Some("celery"),
            Self::Nest => None,
        }
    }

    /// The name for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Celery => "Celery",
            Self::Nest => "NestJS",
        }
    }
}
