//! A service with a method of each kind, expanded by hand, so that these tests need the runtime alone.
//!
//! The `index` of a request decides what its call does, see [`Probe`].

use polywire::{Context, Detail, Message, Result, Status, Streaming};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub index: i32,
    pub text: String,
}

pub fn item(index: i32, text: &str) -> Item {
    Item { index, text: text.to_owned() }
}

const _: () = {
    use ::polywire::private as __p;

    #[derive(Default)]
    pub struct Slots {
        index: Option<i32>,
        text: Option<String>,
    }

    const fn field(name: &'static str, number: u32, ty: __p::model::Type) -> __p::model::Field {
        __p::model::Field {
            name: __p::Cow::Borrowed(name),
            json: __p::Cow::Borrowed(name),
            number,
            ty,
            unpacked: false,
            docs: __p::Cow::Borrowed(""),
            deprecated: false,
            examples: __p::Cow::Borrowed(&[]),
            oneof: None,
            constraints: __p::Cow::Borrowed(&[]),
            failure: None,
            default: None,
            json_written: false,
        }
    }

    impl Message for Item {
        const NAME: __p::model::TypeName = __p::model::TypeName::local("Item");
        const SCHEMA: &'static __p::model::Message = &__p::model::Message {
            name: Self::NAME,
            docs: __p::Cow::Borrowed(""),
            fields: __p::Cow::Borrowed(&[
                field("index", 1, <i32 as __p::Field<{ __p::NATURAL }>>::TYPE),
                field("text", 2, <String as __p::Field<{ __p::NATURAL }>>::TYPE),
            ]),
            oneof: None,
            reserved: __p::model::Reserved::NONE,
            deprecated: false,
        };
        type Slots = Slots;

        fn register_fields(_: &mut __p::model::Definitions) {}
        fn fields_len(&self) -> usize {
            __p::Field::<{ __p::NATURAL }>::field_len(&self.index, 1)
                + __p::Field::<{ __p::NATURAL }>::field_len(&self.text, 2)
        }
        fn put_fields(&self, out: &mut __p::BytesMut) {
            __p::Field::<{ __p::NATURAL }>::put_field(&self.index, 1, out);
            __p::Field::<{ __p::NATURAL }>::put_field(&self.text, 2, out);
        }
        fn merge_field(
            slots: &mut Slots,
            number: u32,
            wire: __p::Wire,
            input: &mut __p::Reader<'_>,
        ) -> std::result::Result<(), __p::DecodeError> {
            match number {
                1 => <i32 as __p::Field>::merge_field(&mut slots.index, wire, input),
                2 => <String as __p::Field>::merge_field(&mut slots.text, wire, input),
                _ => input.skip(number, wire),
            }
        }
        fn put_json<S: __p::serde::ser::SerializeStruct>(
            &self,
            out: &mut S,
        ) -> std::result::Result<(), S::Error> {
            __p::write_field::<{ __p::NATURAL }, _, _>(out, "index", "index", &self.index)?;
            __p::write_field::<{ __p::NATURAL }, _, _>(out, "text", "text", &self.text)
        }
        fn merge_json<'de, D: __p::serde::Deserializer<'de>>(
            slots: &mut Slots,
            index: usize,
            value: D,
        ) -> std::result::Result<(), D::Error> {
            match index {
                0 => <i32 as __p::Field>::merge_field_json(&mut slots.index, value),
                _ => <String as __p::Field>::merge_field_json(&mut slots.text, value),
            }
        }
        fn finish(slots: Slots) -> std::result::Result<Self, __p::Unfit> {
            Ok(Self { index: slots.index.unwrap_or_default(), text: slots.text.unwrap_or_default() })
        }
    }
};

pub trait ProbeService: Send + Sync + 'static {
    fn echo(&self, cx: Context, item: Item) -> impl Future<Output = Result<Item>> + Send;
    fn read(&self, item: Item) -> impl Future<Output = Result<Item>> + Send;
    fn count(&self, cx: Context, item: Item) -> impl Future<Output = Result<Streaming<Item>>> + Send;
    fn collect(&self, items: Streaming<Item>) -> impl Future<Output = Result<Item>> + Send;
    fn chat(&self, items: Streaming<Item>) -> impl Future<Output = Result<Streaming<Item>>> + Send;
}

#[derive(Debug)]
pub struct ProbeServer<S>(pub Arc<S>);

#[derive(Debug, Clone)]
pub struct ProbeClient(pub polywire::Caller);

const _: () = {
    use __p::model::{Idempotency, Shape};
    use ::polywire::private as __p;

    const fn model(name: &'static str, shape: Shape, idempotency: Idempotency) -> __p::model::Method {
        __p::model::Method {
            name: __p::Cow::Borrowed(name),
            docs: __p::Cow::Borrowed(""),
            shape,
            input: <Item as Message>::NAME,
            output: <Item as Message>::NAME,
            error: None,
            idempotency,
            deprecated: false,
        }
    }

    const fn method(index: usize, path: &'static str) -> __p::Method {
        let plans = __p::transport::Plans { grpc: true, http: None, ws: None, amqp: None };
        __p::Method { service: &SPEC, index, path, plans, wrapped: None, attrs: &[] }
    }

    static SPEC: __p::ServiceSpec = __p::ServiceSpec {
        model: __p::model::Service {
            package: __p::Cow::Borrowed("test.v1"),
            name: __p::Cow::Borrowed("Probe"),
            docs: __p::Cow::Borrowed(""),
            methods: __p::Cow::Borrowed(&[
                model("Echo", Shape::Unary, Idempotency::Unknown),
                model("Read", Shape::Unary, Idempotency::NoSideEffects),
                model("Count", Shape::ServerStream, Idempotency::Unknown),
                model("Collect", Shape::ClientStream, Idempotency::Unknown),
                model("Chat", Shape::Bidi, Idempotency::Unknown),
            ]),
            json: __p::model::JsonStyle::CANONICAL,
            deprecated: false,
        },
        methods: &[&ECHO, &READ, &COUNT, &COLLECT, &CHAT],
        register: |definitions| <Item as __p::Value<{ __p::NATURAL }>>::register(definitions),
    };
    static ECHO: __p::Method = method(0, "/test.v1.Probe/Echo");
    static READ: __p::Method = method(1, "/test.v1.Probe/Read");
    static COUNT: __p::Method = method(2, "/test.v1.Probe/Count");
    static COLLECT: __p::Method = method(3, "/test.v1.Probe/Collect");
    static CHAT: __p::Method = method(4, "/test.v1.Probe/Chat");

    impl<S: ProbeService> __p::Service for ProbeServer<S> {
        fn spec(&self) -> &'static __p::ServiceSpec {
            &SPEC
        }
        fn routes(self) -> Vec<__p::Route> {
            let mut mount = __p::Mount::new(self.0);
            mount.unary(&ECHO, |s, cx, req: Item| async move { s.echo(cx, req).await });
            mount.unary(&READ, |s, _cx, req: Item| async move { s.read(req).await });
            mount.server_stream(&COUNT, |s, cx, req: Item| async move { s.count(cx, req).await });
            mount.client_stream(&COLLECT, |s, _cx, items| async move { s.collect(items).await });
            mount.bidi(&CHAT, |s, _cx, items| async move { s.chat(items).await });
            mount.finish()
        }
    }
    impl ProbeClient {
        pub async fn connect(endpoint: impl Into<polywire::Endpoint>) -> Result<Self> {
            polywire::Caller::connect(endpoint.into()).await.map(Self)
        }
    }
    impl ProbeService for ProbeClient {
        async fn echo(&self, cx: Context, item: Item) -> Result<Item> {
            self.0.unary(&ECHO, cx, item).await
        }
        async fn read(&self, item: Item) -> Result<Item> {
            self.0.unary(&READ, Context::current(), item).await
        }
        async fn count(&self, cx: Context, item: Item) -> Result<Streaming<Item>> {
            self.0.server_stream(&COUNT, cx, item).await
        }
        async fn collect(&self, items: Streaming<Item>) -> Result<Item> {
            self.0.client_stream(&COLLECT, Context::current(), items).await
        }
        async fn chat(&self, items: Streaming<Item>) -> Result<Streaming<Item>> {
            self.0.bidi(&CHAT, Context::current(), items).await
        }
    }
};

/// The service. `echo` and `count` treat some indices in a special way:
/// - 13 fails with `not_found` and a detail, 14 panics, 15 has no answer;
/// - 16 has a text whose length in bytes is the request's text.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// Handlers and streams that were dropped before their end.
    pub dropped: Arc<AtomicUsize>,
    /// Items that `count` made.
    pub made: Arc<AtomicUsize>,
}

/// Counts its drop, unless it was told not to.
struct Dropped(Option<Arc<AtomicUsize>>);

impl Dropped {
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Some(count) = &self.0 {
            count.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// The answer to index 13.
pub fn no_item() -> Status {
    Status::not_found("no item 13 – é")
        .with_detail(Detail::from_proto("test.v1.Item", item(13, "detail").encode()))
}

impl Probe {
    async fn act(&self, item: Item) -> Result<Item> {
        match item.index {
            13 => Err(no_item()),
            14 => panic!("fourteen"),
            15 => {
                let _dropped = Dropped(Some(Arc::clone(&self.dropped)));
                std::future::pending().await
            }
            16 => Ok(Item { text: "x".repeat(item.text.parse().unwrap_or_default()), ..item }),
            _ => Ok(item),
        }
    }
}

impl ProbeService for Probe {
    /// Sends the request's `x-mine` back as header `x-header` and trailer `x-trailer`.
    async fn echo(&self, cx: Context, item: Item) -> Result<Item> {
        if let Some(mine) = cx.metadata().get("x-mine").map(str::to_owned) {
            cx.append_header("x-header", &mine).expect("metadata");
            cx.append_trailer("x-trailer", &mine).expect("metadata");
        }
        if let Some(bytes) = cx.metadata().get_bin("x-mine-bin") {
            cx.edit_trailers(|trailers| trailers.append_bin("x-trailer-bin", &bytes)).expect("metadata");
        }
        self.act(item).await
    }

    async fn read(&self, item: Item) -> Result<Item> {
        self.act(item).await
    }

    /// Sends as many items as the index says, unless it is a special one. `text` "break" ends them with an
    /// error, "wait" never ends them, and "empty" makes each an empty message.
    async fn count(&self, cx: Context, item: Item) -> Result<Streaming<Item>> {
        cx.append_header("x-header", "counting").expect("metadata");
        cx.append_trailer("x-trailer", "counted").expect("metadata");
        let item = self.act(item).await?;
        let last = item.text.clone();
        let made = Arc::clone(&self.made);
        let items = futures_util::stream::iter((1..=item.index).map(move |index| {
            made.fetch_add(1, Ordering::SeqCst);
            Ok(if item.text == "empty" {
                Item { index: 0, text: String::new() }
            } else {
                Item { index, ..item.clone() }
            })
        }));
        let dropped = Dropped(Some(Arc::clone(&self.dropped)));
        let end = futures_util::stream::once(async move {
            match last.as_str() {
                "break" => {
                    dropped.not();
                    Some(Err(Status::data_loss("the stream broke")))
                }
                "wait" => {
                    let _dropped = dropped;
                    std::future::pending().await
                }
                _ => {
                    dropped.not();
                    None
                }
            }
        });
        use futures_util::StreamExt;
        Ok(Streaming::new(items.chain(end.filter_map(std::future::ready))))
    }

    /// The sum of the indices and all text.
    async fn collect(&self, mut items: Streaming<Item>) -> Result<Item> {
        let mut sum = item(0, "");
        while let Some(item) = items.next().await? {
            sum.index += item.index;
            sum.text.push_str(&item.text);
        }
        Ok(sum)
    }

    async fn chat(&self, items: Streaming<Item>) -> Result<Streaming<Item>> {
        Ok(items.map(|item| Item { text: format!("Echo: {}", item.text), ..item }))
    }
}
