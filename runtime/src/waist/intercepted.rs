//! Services with interceptors of their own.

use super::handler::{Route, Service};
use crate::call::interceptor::Interceptor;
use crate::call::spec::{Method, ServiceSpec, TypedMethod};
use std::fmt;
use std::sync::Arc;

/// A service with interceptors around its methods: see [`Service::interceptor`].
///
/// ```
/// use polywire::{Intercepted, Interceptor, Service};
/// fn guarded<S: Service>(service: S, guard: impl Interceptor) -> Intercepted<S> {
///     service.interceptor(guard)
/// }
/// ```
pub struct Intercepted<S> {
    service: S,
    interceptor: Arc<dyn Interceptor>,
    /// The only method that it stands around, if it does not stand around all.
    only: Option<&'static Method>,
}

impl<S: Service> Intercepted<S> {
    pub(super) fn all(service: S, interceptor: impl Interceptor) -> Self {
        Self { service, interceptor: Arc::new(interceptor), only: None }
    }

    pub(super) fn one<A>(service: S, method: TypedMethod<A>, interceptor: impl Interceptor) -> Self {
        let method = method.method();
        assert!(
            service.spec().methods.iter().any(|own| own.path == method.path),
            "{} is no method of {}: name one of its client's constants",
            method.full_name(),
            service.spec().model.full_name(),
        );
        Self { service, interceptor: Arc::new(interceptor), only: Some(method) }
    }
}

impl<S: Service> Service for Intercepted<S> {
    fn spec(&self) -> &'static ServiceSpec {
        self.service.spec()
    }

    fn routes(self) -> Vec<Route> {
        let Self { service, interceptor, only } = self;
        let mut routes = service.routes();
        for route in &mut routes {
            let list = match only {
                None => &mut route.around.service,
                Some(method) if method.path == route.method.path => &mut route.around.method,
                Some(_) => continue,
            };
            *list = list.with(Arc::clone(&interceptor));
        }
        routes
    }
}

impl<S: fmt::Debug> fmt::Debug for Intercepted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Intercepted").field(&self.service).finish()
    }
}
