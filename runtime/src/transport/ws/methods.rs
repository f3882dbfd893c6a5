//! The methods that are served over WebSocket, by the names that clients use.

use super::dialect::Manner;
use crate::call::input::{Codec, Reply};
use crate::call::spec::Method;
use crate::message::wkt;
use crate::waist::handler::Route;
use crate::waist::mounted::Mounted;
use polywire_codegen::model::{Definition, Definitions, Shape};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A method that is served.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) route: Arc<Route>,
    /// `books.v1.BookService.GetBook`
    pub(super) name: String,
    /// The meaning of params by position.
    pub(super) position: Position,
}

/// The meaning of params by position.
#[derive(Debug)]
pub(super) enum Position {
    /// The fields of the request, in their order.
    Fields(Vec<String>),
    /// The request alone: a well-known type whose JSON is no object, though JSON-RPC's params must be an
    /// object or array.
    Whole,
}

impl Position {
    /// Whether the request has a field of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Fields(fields) => fields.iter().any(|field| field == name),
            Self::Whole => false,
        }
    }

    /// The largest number of params by position.
    pub(super) const fn most(&self) -> usize {
        match self {
            Self::Fields(fields) => fields.len(),
            Self::Whole => 1,
        }
    }
}

impl Served {
    fn new(route: &Arc<Route>, definitions: &Definitions) -> Self {
        let method = route.method;
        let position = match definitions.get(&method.model().input) {
            _ if wkt::is_no_object(&method.model().input) => Position::Whole,
            Some(Definition::Message(message)) => {
                Position::Fields(message.fields.iter().map(|field| field.name.to_string()).collect())
            }
            _ => Position::Fields(Vec::new()),
        };
        Self { route: Arc::clone(route), name: method.full_name().replace('/', "."), position }
    }

    pub(super) fn method(&self) -> &'static Method {
        self.route.method
    }

    /// The encoding of the method's responses.
    pub(super) fn reply(&self, codec: Codec) -> Reply {
        reply(self.method(), codec)
    }
}

/// The reply of a method. In JSON, a response of one value is that value alone, as over HTTP.
pub(super) fn reply(method: &'static Method, codec: Codec) -> Reply {
    let field = method.wrapped.filter(|_| codec == Codec::Json);
    Reply::new(codec).with_json(method.service.model.json).with_field(field)
}

/// The end of a name, after the method and a slash, for clients that subscribe as most JSON-RPC clients do.
const SUBSCRIBE: &str = "subscribe";
const UNSUBSCRIBE: &str = "unsubscribe";

/// The target of a call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Called<'a> {
    Method(&'a Arc<Served>, Manner),
    /// The end of a subscription.
    Unsubscribe,
}

/// Every method, by `package.Service.Method` and by `package.Service/Method`.
#[derive(Debug)]
pub(super) struct Methods(HashMap<String, Arc<Served>, BuildHasherDefault<Fnv>>);

/// FNV-1a. The names are ours, so nobody can make them collide, and a look-up takes a fifth of the time.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Methods {
    pub(super) fn new(mounted: &Mounted) -> Self {
        // Each package has its own definitions: a name may have one meaning in one package, and another in
        // the next.
        let mut packages: HashMap<&str, Definitions> = HashMap::new();
        for service in &mounted.services {
            (service.register)(packages.entry(service.model.package.as_ref()).or_default());
        }
        let none = Definitions::default();
        let mut methods = HashMap::default();
        for route in mounted.routes.iter().filter(|route| route.method.plans.ws.is_some()) {
            let definitions = packages.get(route.method.package()).unwrap_or(&none);
            let served = Arc::new(Served::new(route, definitions));
            methods.insert(served.name.clone(), Arc::clone(&served));
            methods.insert(served.method().full_name().to_owned(), served);
        }
        Self(methods)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<Served>> {
        self.0.get(name)
    }

    /// Finds the target of a call by the name that the client uses.
    pub(super) fn called(&self, name: &str) -> Option<Called<'_>> {
        if let Some(served) = self.get(name) {
            return Some(Called::Method(served, Manner::Call));
        }
        let (name, does) = name.rsplit_once('/')?;
        let served = self.get(name).filter(|served| served.method().shape() == Shape::ServerStream)?;
        match does {
            SUBSCRIBE => Some(Called::Method(served, Manner::Subscribe)),
            UNSUBSCRIBE => Some(Called::Unsubscribe),
            _ => None,
        }
    }
}
