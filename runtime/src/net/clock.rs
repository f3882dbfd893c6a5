//! The timers of connections: how long one may be silent, idle, or old. They run on a thread of their own, one a process.
//!
//! A runtime that has a timer, however far off, sets one of the kernel's whenever it waits for a socket, and takes it back when
//! something comes: on every call of a connection that has one call at a time. These timers are set once and hardly
//! ever fire, so the thread sleeps, and the runtime that serves waits for sockets alone. The timers of calls are not here: they are
//! the runtime's own.

#[cfg(feature = "grpc")]
pub(crate) use http2::Clock;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, Sleep};

/// `None` where the system gives no thread: timers then are of the runtime that asks for them.
static THREAD: OnceLock<Option<Handle>> = OnceLock::new();

/// As tokio's function of this name.
pub(crate) fn sleep_until(at: Instant) -> Sleep {
    on_thread(|| tokio::time::sleep_until(at))
}

/// A timer belongs to the runtime in which it is made.
fn on_thread<T>(make: impl FnOnce() -> T) -> T {
    let _entered = THREAD.get_or_init(start).as_ref().map(Handle::enter);
    make()
}

fn start() -> Option<Handle> {
    // It lives as long as the process.
    let runtime: &'static Runtime =
        Box::leak(Box::new(Builder::new_current_thread().enable_time().build().ok()?));
    let thread = std::thread::Builder::new().name("polywire-clock".to_owned());
    thread.spawn(|| runtime.block_on(std::future::pending::<()>())).ok()?;
    Some(runtime.handle().clone())
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
