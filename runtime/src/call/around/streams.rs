//! The items of a stream, with their types erased when somebody looks at them.

use super::message::AnyMessage;
use crate::call::status::{Result, Status};
use crate::call::stream::Streaming;
use crate::message::codec::Message;
use futures_util::StreamExt;
use std::any::Any;
use std::future::ready;

/// A stream of one of the method's types. It is handed through as it is until an interceptor asks for its items.
pub(crate) enum Flow {
    Whole(Box<dyn Any + Send>, Erase),
    Erased(Streaming<AnyMessage>),
}

type Erase = fn(Box<dyn Any + Send>) -> Streaming<AnyMessage>;

impl Flow {
    pub(crate) fn new<M: Message>(items: Streaming<M>) -> Self {
        Self::Whole(Box::new(items), erase::<M>)
    }

    pub(crate) fn map(
        self,
        mut change: impl FnMut(AnyMessage) -> Result<AnyMessage> + Send + 'static,
    ) -> Self {
        // An error is the last item.
        let changed = StreamExt::scan(self.erased(), false, move |has_failed, item| {
            let changed = (!*has_failed).then(|| item.and_then(&mut change));
            *has_failed = !matches!(changed, Some(Ok(_)));
            ready(changed)
        });
        Self::Erased(Streaming::new(changed))
    }

    /// The stream as its method knows it.
    pub(crate) fn into_typed<M: Message>(self) -> Result<Streaming<M>> {
        Ok(match self {
            Self::Whole(items, erase) => match items.downcast() {
                Ok(items) => *items,
                Err(items) => typed(erase(items)),
            },
            Self::Erased(items) => typed(items),
        })
    }

    fn erased(self) -> Streaming<AnyMessage> {
        match self {
            Self::Whole(items, erase) => erase(items),
            Self::Erased(items) => items,
        }
    }
}

fn typed<M: Message>(items: Streaming<AnyMessage>) -> Streaming<M> {
    Streaming::new(StreamExt::map(items, |item| item?.into_inner()))
}

fn erase<M: Message>(items: Box<dyn Any + Send>) -> Streaming<AnyMessage> {
    match items.downcast::<Streaming<M>>() {
        Ok(items) => Streaming::new(StreamExt::map(*items, |item| item.map(AnyMessage::new))),
        Err(_) => {
            let text = "a stream of messages has another type than it was made with";
            Streaming::new(futures_util::stream::iter([Err(Status::internal(text))]))
        }
    }
}
