//! The timers of connections: how long one may be silent, idle, or old. They run on a thread of their own, one a process.
//!
//! A runtime that has a timer, however far off, sets one of the kernel's whenever it waits for a socket, and takes it back when
//! something comes: on every call of a connection that has one call at a time. These timers are set once and hardly
//! ever fire, so the thread sleeps, and the runtime that serves waits for sockets alone. The timers of calls are not here: they are
//! the runtime's own.

use crate::waist::supervise::note;
#[cfg(feature = "grpc")]
pub(crate) use http2::Clock;
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, PoisonError, RwLock};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, Sleep};

/// The runtime of the thread. `None` where the system gives no thread: timers then are of the runtime that asks for them.
static CLOCK: RwLock<Option<Handle>> = RwLock::new(None);
static STARTED: Once = Once::new();

/// As tokio's function of this name.
pub(crate) fn sleep_until(at: Instant) -> Sleep {
    on_thread(|| tokio::time::sleep_until(at))
}

/// A timer belongs to the runtime in which it is made.
fn on_thread<T>(make: impl FnOnce() -> T) -> T {
    STARTED.call_once(start);
    let clock = CLOCK.read().unwrap_or_else(PoisonError::into_inner).clone();
    let _entered = clock.as_ref().map(Handle::enter);
    make()
}

fn start() {
    let Some(first) = runtime() else { return };
    let thread = std::thread::Builder::new().name("polywire-clock".to_owned());
    if thread.spawn(move || run(first)).is_err() {
        *CLOCK.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A new runtime, from which timers are from now on.
fn runtime() -> Option<Runtime> {
    let runtime = Builder::new_current_thread().enable_time().build().ok();
    *CLOCK.write().unwrap_or_else(PoisonError::into_inner) =
        runtime.as_ref().map(|runtime| runtime.handle().clone());
    runtime
}

/// Runs as long as the process. A timer that panics when it fires takes the runtime with it: another follows.
fn run(first: Runtime) {
    let mut current = Some(first);
    while let Some(runtime) = current {
        let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(pending::<Infallible>())));
        match ran {
            Ok(never) => match never {},
            Err(panic) => drop(note("clock of connections", &*panic)),
        }
        // Connections still hold timers of it, which must not find it gone.
        std::mem::forget(runtime);
        current = self::runtime();
    }
}

#[cfg(feature = "grpc")]
mod http2 {
    use super::on_thread;
    use hyper::rt::{Sleep, Timer};
    use hyper_util::rt::TokioTimer;
    use std::pin::Pin;
    use std::time::Duration;

    /// What hyper measures the life of an HTTP/2 connection with.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Clock;

    impl Timer for Clock {
        fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
            on_thread(|| TokioTimer::new().sleep(duration))
        }

        fn sleep_until(&self, at: std::time::Instant) -> Pin<Box<dyn Sleep>> {
            on_thread(|| TokioTimer::new().sleep_until(at))
        }

        fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, at: std::time::Instant) {
            TokioTimer::new().reset(sleep, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_timer_wakes_a_task_of_a_runtime_that_has_none() {
        let runtime = Builder::new_current_thread().build().expect("a runtime without time");
        let due = Instant::now() + Duration::from_millis(20);
        runtime.block_on(sleep_until(due));
        assert!(Instant::now() >= due);
    }

    /// Panics when its timer fires.
    struct Bomb;

    impl std::task::Wake for Bomb {
        fn wake(self: std::sync::Arc<Self>) {
            panic!("a test lets the clock panic");
        }
    }

    #[test]
    fn timers_go_on_after_one_that_panics() {
        use std::future::Future;
        let bomb = std::task::Waker::from(std::sync::Arc::new(Bomb));
        let mut fatal = Box::pin(sleep_until(Instant::now() + Duration::from_millis(1)));
        let before = CLOCK.read().expect("a lock").as_ref().map(Handle::id).expect("a clock");
        assert!(fatal.as_mut().poll(&mut std::task::Context::from_waker(&bomb)).is_pending());
        while CLOCK.read().expect("a lock").as_ref().map(Handle::id) == Some(before) {
            std::thread::yield_now();
        }
        let runtime = Builder::new_current_thread().build().expect("a runtime without time");
        runtime.block_on(sleep_until(Instant::now() + Duration::from_millis(1)));
    }

    #[cfg(feature = "grpc")]
    #[test]
    fn a_timer_of_hyper_is_set_anew() {
        use hyper::rt::Timer;
        let runtime = Builder::new_current_thread().build().expect("a runtime without time");
        let due = Instant::now() + Duration::from_millis(20);
        let mut timer = Clock.sleep(Duration::from_secs(3600));
        Clock.reset(&mut timer, due.into_std());
        runtime.block_on(timer);
        assert!(Instant::now() >= due);
    }
}
