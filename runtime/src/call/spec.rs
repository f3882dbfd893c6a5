//! The static description of services. Generated code writes it as constants, and transports read it.
//!
//! A GET route reads, but does not say so. A unary method with a GET route may be retried, and Connect's GET may call
//! it, as RFC 9110 defines GET (`Method::idempotency`). Its documents say `NO_SIDE_EFFECTS` only where the trait says
//! `#[read]`, because a `.proto` file must come out as it went in.
//!
//! Definitions are collected by name. A second one that differs is a clash. It is told with the Rust paths of both
//! types (in the build door: file and line). Types that are alike are one. A server answers a clash with an error. A
//! document or a router panics, because its functions return no `Result`, and only the program's own source can be at
//! fault.

mod attr;
pub(crate) mod fields;
mod typed;

pub use attr::Attr;
pub use typed::TypedMethod;

use polywire_codegen::model::{self, Clash, Definitions, File, Idempotency, Shape};
use polywire_codegen::schema::api::{self, Api, Info, Served};
use polywire_codegen::schema::{self, files::Package, openapi};
use polywire_codegen::transport::{Plans, http::Verb};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The description of a service, as constants.
///
/// ```
/// # use polywire::{Result, service};
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
/// let spec = BookServiceServer::<Shelf>::spec();
/// assert_eq!(spec.model.full_name(), "books.v1.BookService");
/// assert!(spec.proto().contains("rpc Title(TitleRequest) returns (TitleResponse);"));
/// ```
pub struct ServiceSpec {
    /// Names, comments, messages.
    pub model: model::Service,
    /// Path, plans and model of each method, in the order of the trait.
    pub methods: &'static [&'static Method],
    /// Adds every message and enum that the service reaches.
    pub register: fn(&mut Definitions),
}

/// The description of a method, as constants.
///
/// ```
/// # use polywire::{Result, service};
/// # #[service(package = "books.v1")]
/// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
/// # struct Shelf;
/// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
/// let title = BookServiceServer::<Shelf>::spec().methods[0]; // an interceptor is given one
/// assert_eq!((title.package(), title.name()), ("books.v1", "Title"));
/// assert_eq!(title.full_name(), "books.v1.BookService/Title");
/// ```
pub struct Method {
    /// The service of the method.
    pub service: &'static ServiceSpec,
    /// The place of the method among the service's methods.
    pub index: usize,
    /// The path on gRPC, Connect and plain HTTP, such as `/books.v1.BookService/GetBook`.
    pub path: &'static str,
    /// The additions of each transport.
    pub plans: Plans,
    /// Set when the response is a value in a message made for it. HTTP then answers with the value alone.
    pub wrapped: Option<&'static str>,
    /// The words that the method and its service give interceptors: `#[attr(…)]`. Read one with [`Method::attr`].
    pub attrs: &'static [(&'static str, Attr)],
}

impl Method {
    /// Names, shape, messages, comments.
    pub fn model(&self) -> &'static model::Method {
        &self.service.model.methods[self.index]
    }

    /// The effect of a repeated call, as the trait says. If it says nothing, a unary method with a GET route
    /// only reads (RFC 9110, section 9.2.1). The documents state only what the trait says.
    pub fn idempotency(&self) -> Idempotency {
        let gets =
            || self.plans.http.iter().flat_map(|plan| plan.rules.iter()).any(|rule| rule.verb == Verb::Get);
        match self.model().idempotency {
            Idempotency::Unknown if self.shape() == Shape::Unary && gets() => Idempotency::NoSideEffects,
            said => said,
        }
    }

    /// The field whose text chooses the way of a message over a broker.
    pub(crate) fn steer(&'static self) -> Option<&'static str> {
        self.plans.amqp.as_ref()?.steer()
    }

    /// The name without service, such as `GetBook`.
    pub fn name(&self) -> &'static str {
        &self.model().name
    }

    /// Which sides stream.
    pub fn shape(&self) -> Shape {
        self.model().shape
    }

    /// The path without the slash in front: `books.v1.BookService/GetBook`.
    pub fn full_name(&self) -> &'static str {
        &self.path[1..]
    }

    /// The value of this word in `#[attr(…)]`, on the method or else on its service.
    pub fn attr(&self, name: &str) -> Option<Attr> {
        self.attrs.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// The protobuf package of the service.
    pub fn package(&self) -> &'static str {
        &self.service.model.package
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Method({})", self.full_name())
    }
}

impl fmt::Debug for ServiceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceSpec({})", self.model.full_name())
    }
}

impl ServiceSpec {
    /// The `.proto` file of the service alone.
    ///
    /// # Panics
    /// When two different types that it reaches have one name; a server with such a service does not start.
    pub fn proto(&self) -> String {
        schema::proto::render(&self.file())
    }

    /// The `.proto` file with the HTTP routes as `google.api.http` options. A compiler needs
    /// `google/api/annotations.proto` for it.
    ///
    /// # Panics
    /// When two different types that it reaches have one name; a server with such a service does not start.
    pub fn annotated_proto(&self) -> String {
        schema::proto::render_annotated(&self.file(), &api(Info::default(), &[self]))
    }

    /// The `.proto` file without constraints, for any protobuf compiler. Constraints need
    /// `buf/validate/validate.proto`.
    ///
    /// # Panics
    /// When two different types that it reaches have one name; a server with such a service does not start.
    pub fn plain_proto(&self) -> String {
        schema::proto::render_plain(&self.file())
    }

    fn file(&self) -> File {
        refuse(&clashes(&[self]));
        let mut definitions = Definitions::default();
        (self.register)(&mut definitions);
        File::new(self.model.package.clone(), vec![self.model.clone()], &definitions)
    }

    /// Adds the service, and what it reaches, to its package.
    pub(crate) fn add_to(&self, packages: &mut BTreeMap<String, Package>) {
        let package = packages.entry(self.model.package.to_string()).or_default();
        (self.register)(&mut package.definitions);
        package.services.push(self.model.clone());
    }

    /// The OpenAPI document of the service alone: its HTTP/JSON routes.
    ///
    /// ```
    /// # use polywire::{ApiInfo, OpenApi, Result, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// let spec = BookServiceServer::<Shelf>::spec();
    /// let document = spec.openapi(ApiInfo::new("Bookstore", "1.0.0"), OpenApi::V3_1);
    /// assert!(document.contains("/books.v1.BookService/Title"));
    /// ```
    ///
    /// # Panics
    /// When two different types that it reaches have one name; a server with such a service does not start.
    pub fn openapi(&self, info: Info, version: openapi::Version) -> String {
        refuse(&clashes(&[self]));
        openapi::render(&api(info, &[self]), version)
    }

    /// The AsyncAPI document of the service alone: its WebSocket and AMQP channels.
    ///
    /// ```
    /// # use polywire::{ApiInfo, Result, service};
    /// # #[service(package = "books.v1")]
    /// # pub trait BookService { async fn title(&self, id: i32) -> Result<String>; }
    /// # struct Shelf;
    /// # impl BookService for Shelf { async fn title(&self, id: i32) -> Result<String> { Ok(format!("book {id}")) } }
    /// let document = BookServiceServer::<Shelf>::spec().asyncapi(ApiInfo::new("Bookstore", "1.0.0"));
    /// assert!(document.contains("Bookstore"));
    /// ```
    ///
    /// # Panics
    /// When two different types that it reaches have one name; a server with such a service does not start.
    pub fn asyncapi(&self, info: Info) -> String {
        refuse(&clashes(&[self]));
        schema::asyncapi::render(&api(info, &[self]))
    }
}

/// The types of these services that share their name with another type.
pub(crate) fn clashes(services: &[&ServiceSpec]) -> Vec<Clash> {
    let mut packages = BTreeMap::new();
    services.iter().for_each(|service| service.add_to(&mut packages));
    schema::files::clashes(&packages)
}

/// Refuses clashes, because no document can tell two types of one name apart.
///
/// # Panics
/// When there are clashes.
pub(crate) fn refuse(clashes: &[Clash]) {
    let told: Vec<String> = clashes.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("; "));
}

/// The description from which the documents of these services are made.
pub(crate) fn api(info: Info, services: &[&ServiceSpec]) -> Api {
    let mut api = Api::new(info);
    for service in services {
        let served = |method: &&'static Method| Served {
            plans: method.plans.clone(),
            wrapped: method.wrapped.map(Cow::Borrowed),
        };
        let methods = service.methods.iter().map(served).collect();
        api.add(api::Service { model: service.model.clone(), methods }, service.register);
    }
    api
}

/// The files of the packages of `services` and of the packages that they reach, by name.
pub(crate) fn files(services: &[&ServiceSpec]) -> BTreeMap<String, File> {
    let mut packages = BTreeMap::new();
    services.iter().for_each(|service| service.add_to(&mut packages));
    schema::files::files(&packages)
}
