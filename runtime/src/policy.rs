//! What a server demands of every call, whatever its wire: interceptors, deadlines, the number in flight.

use crate::codec::extent::Extent;
use crate::interceptor::Interceptor;
use crate::limits::Limits;
use crate::status::Status;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One server's rules; shared by all its calls.
pub(crate) struct Policy {
    pub(crate) limits: Limits,
    /// What one message may be.
    pub(crate) extent: Extent,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    in_flight: AtomicUsize,
    /// Of large messages, in bytes.
    pub(crate) memory: AtomicUsize,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(Limits::default(), Vec::new())
    }
}

impl Policy {
    pub(crate) fn new(limits: Limits, interceptors: Vec<Arc<dyn Interceptor>>) -> Self {
        let extent = Extent::from(&limits);
        Self { limits, extent, interceptors, in_flight: AtomicUsize::new(0), memory: AtomicUsize::new(0) }
    }

    /// A place among the calls in flight: overload is refused at once, never queued.
    pub(crate) fn admit(self: &Arc<Self>) -> Result<Admission, Status> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        let admission = Admission(Arc::clone(self));
        if before < self.limits.calls_in_flight {
            return Ok(admission);
        }
        let text = format!("the server has {} calls in flight, its limit", self.limits.calls_in_flight);
        Err(Status::overloaded(text))
    }
}

/// Held while a call runs.
pub(crate) struct Admission(Arc<Policy>);

impl Drop for Admission {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}
