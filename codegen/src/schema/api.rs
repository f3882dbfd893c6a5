//! The input of the OpenAPI and AsyncAPI documents: the services of a server, their plans, the types that
//! they reach, and the owner's description of the API.

use super::errors;
use crate::model::{self, Definition, Definitions, Message, Method, Text, TypeName, WellKnown};
use crate::names;
use crate::transport::Plans;
use crate::transport::http::Rule;
use std::collections::BTreeMap;

/// The owner's description of an API: the `info` and `servers` of OpenAPI and AsyncAPI.
///
/// ```
/// # use polywire_codegen::schema::api::Info as ApiInfo;
/// let info = ApiInfo::new("Bookstore", "1.4.0")
///     .description("Books, and orders of them.")
///     .contact("The bookstore", "https://shop.example/help")
///     .license("Apache-2.0")
///     .server("https://shop.example");
/// assert_eq!(info.title(), "Bookstore");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    pub(super) title: Text,
    pub(super) version: Text,
    pub(super) description: Text,
    pub(super) contact: Option<(Text, Text)>,
    pub(super) license: Option<Text>,
    pub(super) servers: Vec<Text>,
    pub(super) brokers: Vec<Text>,
}

impl Default for Info {
    /// An API with the title `API` and the version `1.0.0`.
    fn default() -> Self {
        Self::new("API", "1.0.0")
    }
}

impl Info {
    /// An API with this title, and the version of the API (not of a specification).
    pub fn new(title: impl Into<Text>, version: impl Into<Text>) -> Self {
        Self {
            title: title.into(),
            version: version.into(),
            description: Text::default(),
            contact: None,
            license: None,
            servers: Vec::new(),
            brokers: Vec::new(),
        }
    }

    /// The title of the API.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The addresses that [`Info::server`] added.
    pub fn servers(&self) -> impl Iterator<Item = &str> {
        self.servers.iter().map(AsRef::as_ref)
    }

    /// Sets the purpose of the API, in Markdown (CommonMark). By default it is taken from the comments of the
    /// services.
    #[must_use]
    pub fn description(mut self, text: impl Into<Text>) -> Self {
        self.description = text.into();
        self
    }

    /// Sets the contact for questions: a name, and the URL of a page.
    #[must_use]
    pub fn contact(mut self, name: impl Into<Text>, url: impl Into<Text>) -> Self {
        self.contact = Some((name.into(), url.into()));
        self
    }

    /// Sets the licence of the API, as an SPDX expression such as `Apache-2.0`.
    #[must_use]
    pub fn license(mut self, expression: impl Into<Text>) -> Self {
        self.license = Some(expression.into());
        self
    }

    /// Adds an address for HTTP and WebSocket, such as `https://shop.example`. By default it is the address
    /// of the document.
    #[must_use]
    pub fn server(mut self, url: impl Into<Text>) -> Self {
        self.servers.push(url.into());
        self
    }

    /// Adds a broker that the API consumes from, such as `amqps://broker.example`, without user and password.
    #[must_use]
    pub fn broker(mut self, url: impl Into<Text>) -> Self {
        self.brokers.push(url.into());
        self
    }
}

/// A service and the way in which it is served.
#[derive(Debug, Clone)]
pub struct Service {
    /// Names, comments, messages.
    pub model: model::Service,
    /// One entry for each method, in the order of the trait.
    pub methods: Vec<Served>,
}

/// The way in which a method is served.
#[derive(Debug, Clone)]
pub struct Served {
    /// The parts that each transport adds.
    pub plans: Plans,
    /// The only field of a response that was made around a value. HTTP, WebSocket's JSON-RPC and AMQP answer
    /// with the value alone.
    pub wrapped: Option<Text>,
}

/// The input of the documents.
#[derive(Debug, Clone, Default)]
pub struct Api {
    pub(super) info: Info,
    /// The packages by name, their services by name. The order in which they were added has no effect.
    packages: BTreeMap<String, Package>,
}

#[derive(Debug, Clone, Default)]
struct Package {
    services: BTreeMap<String, Service>,
    definitions: Definitions,
}

impl Api {
    /// An API without services.
    pub fn new(info: Info) -> Self {
        Self { info, packages: BTreeMap::new() }
    }

    /// Adds a service. A service whose name is there already is ignored.
    pub fn add(&mut self, service: Service, register: impl FnOnce(&mut Definitions)) {
        let package = self.packages.entry(service.model.package.to_string()).or_default();
        register(&mut package.definitions);
        package.services.entry(service.model.name.to_string()).or_insert(service);
    }

    /// The services, by full name.
    pub(super) fn services(&self) -> impl Iterator<Item = &Service> {
        self.packages.values().flat_map(|package| package.services.values())
    }

    /// The HTTP routes of a method.
    pub(super) fn routes(&self, service: &str, method: &str) -> &[Rule] {
        let is = |call: &CallOf<'_>| call.method.name == method && call.service.full_name() == service;
        let plan = self.calls().find(is).and_then(|call| call.served.plans.http.as_ref());
        plan.map_or(&[], |plan| &plan.rules)
    }

    /// The methods of all services, in the order of each trait.
    pub(super) fn calls(&self) -> impl Iterator<Item = CallOf<'_>> {
        self.services().flat_map(move |service| {
            let calls = service.model.methods.iter().zip(&service.methods);
            calls.map(move |(method, served)| {
                let error = method.error.as_ref();
                let error = error.and_then(|name| self.definition(&service.model.package, name));
                let error = error.and_then(Definition::as_message);
                CallOf { service: &service.model, method, served, error }
            })
        })
    }

    /// The message or enum that a name means in a service of `package`.
    ///
    /// `None` for types of protobuf itself: sources do not define them, and their JSON does not follow from
    /// their fields.
    pub(super) fn definition(&self, package: &str, name: &TypeName) -> Option<&Definition> {
        self.packages.get(package)?.definitions.get(name).filter(|_| WellKnown::of(name).is_none())
    }

    /// The purpose of the API.
    pub(super) fn description(&self) -> String {
        if !self.info.description.is_empty() {
            return self.info.description.to_string();
        }
        let docs = self.services().map(|service| service.model.docs.as_ref()).filter(|docs| !docs.is_empty());
        let docs = docs.collect::<Vec<_>>().join("\n\n");
        let names = || self.services().map(|service| format!("`{}`", service.model.full_name()));
        if docs.is_empty() { names().collect::<Vec<_>>().join(", ") } else { docs }
    }
}

/// One method of a service.
#[derive(Clone, Copy)]
pub(super) struct CallOf<'a> {
    pub(super) service: &'a model::Service,
    pub(super) method: &'a Method,
    pub(super) served: &'a Served,
    /// The typed error that the method declares.
    pub(super) error: Option<&'a Message>,
}

impl CallOf<'_> {
    /// The full name, such as `books.v1.BookService.GetBook`.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.service.full_name(), self.method.name)
    }

    /// The path, such as `/books.v1.BookService/GetBook`.
    pub(super) fn path(&self) -> String {
        names::path(&self.service.package, &self.service.name, &self.method.name)
    }

    /// The first line of the comment, without its full stop. The name when there is no comment.
    pub(super) fn summary(&self) -> String {
        match self.method.docs.lines().next() {
            Some(line) if !line.is_empty() => line.trim_end_matches('.').to_owned(),
            _ => self.method.name.to_string(),
        }
    }

    /// The comment, or the full name of the method when there is none.
    pub(super) fn description(&self) -> String {
        if self.method.docs.is_empty() { format!("`{}`", self.name()) } else { self.method.docs.to_string() }
    }

    /// The description, followed by the errors that the method names.
    pub(super) fn description_with_errors(&self) -> String {
        let Some(error) = &self.method.error else { return self.description() };
        let name = error.full_name(&self.service.package);
        format!("{}\n\n{}", self.description(), errors::told(&name, self.error).join("\n"))
    }
}
