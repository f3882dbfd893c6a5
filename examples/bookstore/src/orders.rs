//! `orders.OrderService`: an order is placed at once, processed through a queue, and watched under way.

use polywire::{Context, Error, Message, Result, Status, Streaming, Transport, service};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// How many orders are remembered; the oldest are forgotten first.
const REMEMBERED: i64 = 10_000;

/// An order that was taken.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct PlacedOrder {
    /// Its number.
    #[example(1)]
    pub order_id: i64,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Message)]
pub(crate) enum OrderState {
    /// Taken and queued.
    Placed,
    /// A worker has it.
    Processing,
    /// It failed and will be tried again.
    Retrying,
    /// On its way: the last state of a good order.
    Shipped,
    /// Given up, in the dead-letter queue: the last state of a bad one.
    Failed,
}

/// A change of an order.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct OrderStatus {
    /// Which order.
    #[example(1)]
    pub order_id: i64,
    /// Where it stands now.
    #[example("ORDER_STATE_SHIPPED")]
    pub state: OrderState,
    /// Which attempt, from 1; 0 before the first.
    #[example(1)]
    pub attempt: u32,
}

/// Why an order cannot be watched.
#[derive(Debug, Error)]
pub(crate) enum OrderError {
    /// No order has this number, or it is forgotten by now.
    #[error(NotFound, "no order {order_id}")]
    Unknown {
        /// The number.
        #[example(404)]
        order_id: i64,
    },
    /// Whatever else.
    #[error(transparent)]
    Other(Status),
}

/// Orders, through a queue.
#[service(package = "orders")]
pub(crate) trait OrderService {
    /// Takes an order, hands it to the queue and answers at once.
    #[http(POST "/orders")]
    async fn place_order(
        &self,
        #[example(1)] book_id: i32,
        #[example(2)] quantity: u32,
    ) -> Result<PlacedOrder>;

    /// Processes an order: those divisible by 13 fail twice, those divisible by 17 always.
    #[amqp(task, queue = "orders", retry(limit = 3, backoff = "1s..5s"))]
    async fn process_order(&self, cx: Context, #[example(1)] order_id: i64) -> Result<()>;

    /// Tells each change of an order, up to its last.
    #[http(GET "/orders/{order_id}/events")]
    #[ws("/ws/orders/{order_id}")]
    async fn watch_order(&self, #[example(1)] order_id: i64) -> Result<Streaming<OrderStatus>, OrderError>;
}

/// How often `process_order` is tried: once, and three times more.
const ATTEMPTS: u32 = 4;

/// Takes, processes and remembers orders.
pub(crate) struct Orders {
    queue: OrderServiceClient,
    next: AtomicI64,
    book: OrderBook,
}

impl Orders {
    /// Hands orders to `queue`.
    pub(crate) fn new(queue: OrderServiceClient) -> Self {
        Self { queue, next: AtomicI64::new(1), book: OrderBook::default() }
    }
}

impl OrderService for Orders {
    async fn place_order(&self, book_id: i32, quantity: u32) -> Result<PlacedOrder> {
        let order_id = self.next.fetch_add(1, Ordering::Relaxed);
        tracing::info!(order_id, book_id, quantity = quantity.max(1), "order placed");
        self.book.record(OrderStatus { order_id, state: OrderState::Placed, attempt: 0 });
        match self.queue.process_order(Context::current(), order_id).await {
            Ok(()) => Ok(PlacedOrder { order_id }),
            Err(status) => {
                self.book.forget(order_id);
                Err(status)
            }
        }
    }

    async fn process_order(&self, cx: Context, order_id: i64) -> Result<()> {
        let attempt = cx.attempt();
        let record = |state| self.book.record(OrderStatus { order_id, state, attempt });
        record(OrderState::Processing);
        let fails = order_id % 17 == 0 || (order_id % 13 == 0 && attempt <= 2);
        if !fails {
            record(OrderState::Shipped);
            return Ok(());
        }
        // Only the queue tries again.
        let again = attempt < ATTEMPTS && matches!(cx.transport(), Transport::Amqp | Transport::Memory);
        record(if again { OrderState::Retrying } else { OrderState::Failed });
        Err(Status::unavailable(format!("order {order_id}: the warehouse does not answer")))
    }

    async fn watch_order(&self, order_id: i64) -> Result<Streaming<OrderStatus>, OrderError> {
        let mut changes = self.book.watch(order_id).ok_or(OrderError::Unknown { order_id })?;
        let mut told = 0;
        let (sender, stream) = Streaming::channel(16);
        tokio::spawn(async move {
            loop {
                let history = changes.borrow_and_update().clone();
                for status in &history[told..] {
                    // The watcher is gone.
                    if sender.send(status.clone()).await.is_err() {
                        return;
                    }
                }
                told = history.len();
                let over = history.last().is_some_and(|last| last.state.is_last());
                let next = async {
                    tokio::select! { next = changes.changed() => next.is_ok(), () = sender.closed() => false }
                };
                if over || !next.await {
                    return;
                }
            }
        });
        Ok(stream)
    }
}

impl OrderState {
    const fn is_last(self) -> bool {
        matches!(self, Self::Shipped | Self::Failed)
    }
}

/// The history of every order that is remembered.
#[derive(Debug, Default)]
struct OrderBook(Mutex<HashMap<i64, Arc<watch::Sender<Vec<OrderStatus>>>>>);

impl OrderBook {
    fn orders(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<watch::Sender<Vec<OrderStatus>>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, status: OrderStatus) {
        let mut orders = self.orders();
        orders.remove(&status.order_id.wrapping_sub(REMEMBERED));
        let history = Arc::clone(orders.entry(status.order_id).or_default());
        drop(orders);
        history.send_modify(|history| history.push(status));
    }

    fn forget(&self, order_id: i64) {
        self.orders().remove(&order_id);
    }

    fn watch(&self, order_id: i64) -> Option<watch::Receiver<Vec<OrderStatus>>> {
        self.orders().get(&order_id).map(|history| history.subscribe())
    }
}
