//! [`Streaming`]: the items of a streaming call, in both directions and on both sides.
//!
//! A stream ends with a status, not with a typed error. `Streaming<T>` is one type for every method; the variant is a
//! detail of the status that ended it, and `BookError::from(status)` is the way back. A client notes in a status which
//! service answered, because a typed error without a package of its own is in the package of its service.

use crate::call::context as call;
use crate::call::status::{Result, Status};
use futures_core::Stream;
use futures_util::StreamExt;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A stream of messages. A status may end it early.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
/// use polywire::Streaming;
/// let mut numbers = Streaming::from_items([1, 2, 3]);
/// assert_eq!(numbers.next().await?, Some(1));
/// # Ok(()) }
/// ```
pub struct Streaming<T>(Pin<Box<dyn Stream<Item = Result<T>> + Send>>);

impl<T> Streaming<T> {
    /// Wraps any stream of results.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// use polywire::{Status, Streaming};
    /// let lines = futures_util::stream::iter(["7", "x"]);
    /// let numbers = futures_util::StreamExt::map(lines, |line| {
    ///     line.parse::<i32>().map_err(|_| Status::data_loss(format!("`{line}` is no number")))
    /// });
    /// let mut numbers = Streaming::new(numbers);
    /// assert_eq!(numbers.next().await?, Some(7));
    /// assert!(numbers.next().await.is_err());
    /// # Ok(()) }
    /// ```
    pub fn new(stream: impl Stream<Item = Result<T>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// Makes a stream of these items.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// use polywire::Streaming;
    /// assert_eq!(Streaming::from_items(["Dune", "Emma"]).collect().await?, ["Dune", "Emma"]);
    /// # Ok(()) }
    /// ```
    pub fn from_items<I>(items: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
        T: Send + 'static,
    {
        Self::new(futures_util::stream::iter(items.into_iter().map(Ok)))
    }

    /// Makes a stream fed by hand. It yields what the sender sends, and ends when the sender is dropped. At
    /// most `capacity` items wait; then sending waits.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// use polywire::Streaming;
    /// let (sender, mut numbers) = Streaming::channel(8);
    /// sender.send(1).await?;
    /// drop(sender);
    /// assert_eq!(numbers.next().await?, Some(1));
    /// assert_eq!(numbers.next().await?, None);
    /// # Ok(()) }
    /// ```
    pub fn channel(capacity: usize) -> (StreamSender<T>, Self)
    where
        T: Send + 'static,
    {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(capacity.max(1));
        let stream = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
        (StreamSender(sender), Self::new(stream))
    }

    /// The next item, or `None` at the end.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// # use polywire::Streaming;
    /// let mut prices = Streaming::from_items([19, 18]);
    /// let mut lowest = i32::MAX;
    /// while let Some(price) = prices.next().await? {
    ///     lowest = lowest.min(price);
    /// }
    /// assert_eq!(lowest, 18);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The status that ended the stream.
    pub async fn next(&mut self) -> Result<Option<T>> {
        self.0.next().await.transpose()
    }

    /// Every item up to the end.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// # use polywire::Streaming;
    /// assert_eq!(Streaming::from_items([19, 18]).collect().await?, [19, 18]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The status that ended the stream.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Changes each item by `change`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// # use polywire::Streaming;
    /// let prices = Streaming::from_items([19, 18]).map(|cents| format!("{cents} ct"));
    /// assert_eq!(prices.collect().await?, ["19 ct", "18 ct"]);
    /// # Ok(()) }
    /// ```
    pub fn map<U>(self, mut change: impl FnMut(T) -> U + Send + 'static) -> Streaming<U>
    where
        T: 'static,
        U: 'static,
    {
        Streaming::new(StreamExt::map(self.0, move |item| item.map(&mut change)))
    }
}

impl<T: Send + 'static> Streaming<T> {
    /// The same stream, each item made in this context.
    pub(crate) fn within(mut self, cx: call::Context) -> Self {
        Self::new(futures_util::stream::poll_fn(move |task| {
            cx.sync_scope(|| self.0.as_mut().poll_next(task))
        }))
    }
}

impl<T> Stream for Streaming<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> fmt::Debug for Streaming<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Streaming")
    }
}

/// The sending half of [`Streaming::channel`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
/// use polywire::{Code, Status, Streaming};
/// let (sender, mut prices) = Streaming::channel(8);
/// tokio::spawn(async move {
///     for price in [19, 18] {
///         if sender.send(price).await.is_err() {
///             return; // the client is gone
///         }
///     }
///     let _ = sender.fail(Status::unavailable("the exchange is closed")).await;
/// });
/// assert_eq!(prices.next().await?, Some(19));
/// assert_eq!(prices.next().await?, Some(18));
/// assert_eq!(prices.next().await.map_err(|status| status.code()), Err(Code::Unavailable));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct StreamSender<T>(tokio::sync::mpsc::Sender<Result<T>>);

impl<T> Clone for StreamSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> StreamSender<T> {
    /// Sends an item, once there is room.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use polywire::{Code, Streaming};
    /// let (sender, prices) = Streaming::channel(8);
    /// drop(prices);
    /// assert_eq!(sender.send(19).await.map_err(|status| status.code()), Err(Code::Cancelled));
    /// # }
    /// ```
    ///
    /// # Errors
    /// `cancelled` when nobody reads any more.
    pub async fn send(&self, item: T) -> Result<()> {
        self.push(Ok(item)).await
    }

    /// Ends the stream with a status.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> polywire::Result<()> {
    /// # use polywire::{Code, Status, Streaming};
    /// let (sender, mut prices) = Streaming::<i32>::channel(8);
    /// sender.fail(Status::unavailable("the exchange is closed")).await?;
    /// assert_eq!(prices.next().await.map_err(|status| status.code()), Err(Code::Unavailable));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `cancelled` when nobody reads any more.
    pub async fn fail(&self, error: impl Into<Status>) -> Result<()> {
        self.push(Err(error.into())).await
    }

    async fn push(&self, item: Result<T>) -> Result<()> {
        self.0.send(item).await.map_err(|_| Status::cancelled("nobody reads the stream any more"))
    }

    /// Waits until nobody reads any more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use polywire::Streaming;
    /// let (sender, prices) = Streaming::<i32>::channel(8);
    /// let watch = tokio::spawn(async move { sender.closed().await }); // then end the subscription, say
    /// drop(prices);
    /// watch.await.expect("nobody reads");
    /// # }
    /// ```
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}
