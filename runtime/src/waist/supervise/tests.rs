//! Each task that runs for ever panics once, and works again. The tasks of brokers have their tests beside them.

use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(feature = "http")]
mod listening {
    use super::*;
    use crate::Server;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    const TASK: &str = "accept loop";

    /// Serves nothing until the accept loop has panicked, and everything from then on.
    async fn is_served_after_a_panic(make: impl FnOnce(Server) -> Server) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let health = Health::new();
        let server = make(Server::new().listener(listener).health(health.clone()));
        tokio::spawn(server.serve_until(std::future::pending()));
        let mut socket = TcpStream::connect(address).await.expect("the system takes it");
        socket.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.expect("sent");
        while health.degraded().is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(health.degraded().as_deref(), Some("the accept loop panicked and begins again"));
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        while health.degraded().is_some() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_listener_accepts_again_after_a_panic() {
        fault::arm(TASK);
        is_served_after_a_panic(|server| server).await;
        assert!(!fault::is_armed(TASK));
    }

    #[tokio::test]
    async fn so_does_that_of_a_core() {
        fault::arm_anywhere(TASK);
        is_served_after_a_panic(Server::thread_per_core).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_begins_again_and_health_tells_until_it_has_settled() {
    let health = Health::new();
    let runs = AtomicU32::new(0);
    let mut supervisor = Supervisor::new("test task", Trouble::told_by(&health));
    let task = || async {
        assert!(runs.fetch_add(1, Ordering::SeqCst) != 0, "the first time");
        sleep(SETTLED / 2).await;
        let halfway = health.degraded();
        sleep(SETTLED).await;
        (halfway, health.degraded())
    };
    assert_eq!(supervisor.run(task()).await, None);
    let told = Some("the test task panicked and begins again".to_owned());
    assert_eq!(health.degraded(), told);
    assert!(!health.is_serving(""));
    assert_eq!(supervisor.run(task()).await, Some((told, None)));
}

#[test]
fn pauses_grow_and_are_bounded() {
    let millis = [1, 2, 3, 7, 1_000].map(|failures| pause(failures).as_millis());
    assert_eq!(millis, [100, 200, 400, 5_000, 5_000]);
}
