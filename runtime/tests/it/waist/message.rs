//! The message of a call over a broker, as interceptors and handlers see it.

use polywire::{BoxFuture, Context, Interceptor, Method, Result, Server, Status, service};
use std::sync::{Arc, Mutex};

#[service(package = "post.v1", transports(amqp))]
pub trait Post {
    #[amqp(task, queue = "letters")]
    async fn send(&self, cx: Context, letter: String) -> Result<()>;
    async fn ask(&self, cx: Context) -> Result<String>;
}

/// Lets in what came by a broker, and keeps the names.
#[derive(Clone, Default)]
struct Porter(Arc<Mutex<Vec<String>>>);

impl Interceptor for Porter {
    fn before<'a>(&'a self, cx: Context, _: &'static Method) -> BoxFuture<'a, Result<Context>> {
        Box::pin(async move {
            let message = cx.message().ok_or_else(|| Status::permission_denied("no message"))?;
            let told = format!("{} {} {}", message.exchange(), message.routing_key(), message.queue());
            self.0.lock().expect("sound").push(told);
            Ok(cx)
        })
    }
}

struct Office;

impl Post for Office {
    async fn send(&self, _: Context, _: String) -> Result<()> {
        Ok(())
    }

    async fn ask(&self, cx: Context) -> Result<String> {
        Ok(cx.message().map_or("no message", |message| message.queue()).to_owned())
    }
}

#[tokio::test]
async fn interceptors_and_handlers_see_the_message_of_a_call() -> Result<()> {
    let porter = Porter::default();
    let server = Server::new().interceptor(porter.clone()).service(PostServer::new(Office));
    tokio::spawn(server.amqp("memory:porter").serve());
    let post = PostClient::connect("memory:porter").await?;
    assert_eq!(post.ask(Context::new()).await?, "post.v1.Post.rpc");
    post.send(Context::new(), "a".to_owned()).await?;
    while porter.0.lock().expect("sound").len() < 2 {
        tokio::task::yield_now().await;
    }
    let told = porter.0.lock().expect("sound").clone();
    assert_eq!(told, ["post.v1.Post Ask post.v1.Post.rpc", "post.v1.Post Send letters"]);
    let local = PostClient::local(Office);
    assert_eq!(local.ask(Context::new()).await?, "no message");
    Ok(())
}
