//! The timers of connections: how long one may be silent, idle, or old. They run on a thread of their own,
//! one for each process.
//!
//! A runtime that has a timer, however far off, sets a kernel timer whenever it waits for a socket, and
//! removes it when something comes. With one call at a time on a connection, that happens on every call. The
//! timers here are set once and hardly ever fire, so their thread sleeps, and the serving runtime waits for
//! sockets alone. The timers of calls are not here: they belong to the serving runtime.

use crate::waist::supervise::note;
#[cfg(feature = "grpc")]
pub(crate) use http2::Clock;
use std::convert::Infallible;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, PoisonError, RwLock};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, Sleep};

/// The runtime of the thread. `None` if the system gives no thread; then timers belong to the runtime that
/// asks for them.
static CLOCK: RwLock<Option<Handle>> = RwLock::new(None);
static STARTED: Once = Once::new();

/// Works like tokio's function of this name.
pub(crate) fn sleep_until(at: Instant) -> Sleep {
    on_thread(|| tokio::time::sleep_until(at))
}

/// Makes a timer on the clock's thread. A timer belongs to the runtime in which it is made.
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

/// Makes a new runtime, and takes timers from it from now on.
fn runtime() -> Option<Runtime> {
    let runtime = Builder::new_current_thread().enable_time().build().ok();
    *CLOCK.write().unwrap_or_else(PoisonError::into_inner) =
        runtime.as_ref().map(|runtime| runtime.handle().clone());
    runtime
}

/// Runs as long as the process. A timer that panics when it fires ends its runtime, and a new one follows.
fn run(first: Runtime) {
    let mut current = Some(first);
    while let Some(runtime) = current {
        let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(pending::<Infallible>())));
        match ran {
            Ok(never) => match never {},
            Err(panic) => drop(note("clock of connections", &*panic)),
        }
        // Connections still hold timers of this runtime, so it must stay.
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

    /// The clock that hyper uses for HTTP/2 connections.
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
    use std::sync::{Mutex, MutexGuard};
    use std::time::Duration;

    /// One test at a time has the clock: a timer is lost when that of another test panics.
    fn alone() -> MutexGuard<'static, ()> {
        static ONE: Mutex<()> = Mutex::new(());
        ONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[test]
    fn a_timer_wakes_a_task_of_a_runtime_that_has_none() {
        let _alone = alone();
        let runtime = Builder::new_current_thread().build().expect("a runtime without time");
        let due = Instant::now() + Duration::from_millis(20);
        runtime.block_on(sleep_until(due));
        assert!(Instant::now() >= due);
    }

    /// A waker that panics when its timer fires.
    struct Bomb;

    impl std::task::Wake for Bomb {
        fn wake(self: std::sync::Arc<Self>) {
            panic!("a test lets the clock panic");
        }
    }

    #[test]
    fn timers_go_on_after_one_that_panics() {
        use std::future::Future;
        let _alone = alone();
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
        let _alone = alone();
        let runtime = Builder::new_current_thread().build().expect("a runtime without time");
        let due = Instant::now() + Duration::from_millis(20);
        let mut timer = Clock.sleep(Duration::from_secs(3600));
        Clock.reset(&mut timer, due.into_std());
        runtime.block_on(timer);
        assert!(Instant::now() >= due);
    }
}
