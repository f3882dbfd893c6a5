//! Streams over RabbitMQ whose connections are cut, through a proxy that a test can close.

use super::*;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The way to the broker of one side.
struct Wire {
    endpoint: Endpoint,
    open: Arc<Mutex<JoinSet<()>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Wire {
    async fn new() -> Self {
        let url = std::env::var("AMQP_URL").expect("AMQP_URL is not set; run `scripts/test`");
        let broker = url.strip_prefix("amqp://").expect("a plain address").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new(format!("amqp://{}", listener.local_addr().unwrap()));
        let open = Arc::<Mutex<JoinSet<()>>>::default();
        let wires = Arc::clone(&open);
        let accepting = tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let broker = broker.clone();
                wires.lock().unwrap().spawn(async move {
                    let mut far = TcpStream::connect(broker).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { endpoint, open, accepting }
    }

    /// Cuts every connection. New ones are accepted.
    fn cut(&self) {
        self.open.lock().unwrap().abort_all();
    }

    /// Cuts every connection for good.
    fn close(&self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn source_is_dropped(world: &World) {
    timeout(PATIENCE, async {
        while world.dropped.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the server stops its source");
}

/// A stream that runs, and the world of its server.
async fn streaming(server: &Wire, client: &Wire) -> (World, Served, Messages) {
    let mut world = World::rabbit();
    world.endpoint = server.endpoint.clone();
    let served = world.serve().await;
    world.endpoint = client.endpoint.clone();
    let mut items = world.client().await.stream(Context::new(), "100000").await.unwrap();
    items.next().await.unwrap().unwrap();
    (world, served, items)
}

#[tokio::test]
async fn a_client_that_loses_the_broker_gets_an_error_and_the_source_stops() {
    let (server, client) = (Wire::new().await, Wire::new().await);
    let (world, _served, items) = streaming(&server, &client).await;
    client.cut();
    let (_, end) = collect(items).await;
    assert_eq!(end.expect("a failure").code(), Code::Unavailable);
    source_is_dropped(&world).await;
}

#[tokio::test]
async fn a_server_that_loses_the_broker_stops_its_source_and_tells_the_client() {
    let (server, client) = (Wire::new().await, Wire::new().await);
    let (world, _served, items) = streaming(&server, &client).await;
    server.cut();
    let (_, end) = collect(items).await;
    assert_eq!(end.expect("a failure").code(), Code::Unavailable);
    source_is_dropped(&world).await;
}

#[tokio::test]
async fn a_server_that_never_comes_back_leaves_no_client_in_silence() {
    let (server, client) = (Wire::new().await, Wire::new().await);
    let (world, _served, items) = streaming(&server, &client).await;
    server.close();
    let (_, end) = collect(items).await;
    assert_eq!(end.expect("a failure").code(), Code::Unavailable);
    source_is_dropped(&world).await;
}
