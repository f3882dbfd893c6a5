//! Checks of a server's parts, before its first request. `serve` and `try_into_router` run them.
//!
//! Two methods with the same HTTP route are refused, and the error names both. Otherwise one would silently
//! hide the other.

#[cfg(feature = "_net")]
use super::tables::Tables;
use crate::waist::mounted::Mounted;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

/// The parts of a server that may start.
pub(super) struct Checked {
    pub(super) mounted: Arc<Mounted>,
    #[cfg(feature = "_net")]
    pub(super) tables: Tables,
}

/// Runs every check.
///
/// # Errors
/// `InvalidInput`, with everything that the first failing check has found.
pub(super) fn run(mounted: Mounted) -> io::Result<Checked> {
    let mounted = Arc::new(mounted);
    let clashes = crate::call::spec::clashes(&mounted.services);
    refuse(&clashes.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut told = Vec::new();
    #[cfg(feature = "http")]
    told.extend(shadowed(&mounted));
    told.extend(twice(&mounted));
    told.extend(unfit(&mounted));
    #[cfg(feature = "_net")]
    let tables = match Tables::new(&mounted) {
        Ok(tables) => tables,
        Err(conflicts) => return Err(refusal(&[conflicts, told].concat())),
    };
    refuse(&told)?;
    Ok(Checked {
        mounted,
        #[cfg(feature = "_net")]
        tables,
    })
}

fn refuse(told: &[String]) -> io::Result<()> {
    if told.is_empty() { Ok(()) } else { Err(refusal(told)) }
}

fn refusal(told: &[String]) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, told.join("; "))
}

/// Services that are mounted twice. Only one of two with the same name could be called.
fn twice(mounted: &Mounted) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = mounted.services.iter().map(|service| service.model.full_name());
    let again = names.filter(|name| !seen.insert(name.clone()));
    again.map(|name| format!("service {name} is mounted twice; leave one of them out")).collect()
}

/// The faults that keep a server from any call, one in process too.
pub(super) fn unfit(mounted: &Mounted) -> Vec<String> {
    let unsound = mounted.policy.propagated.unsound.iter();
    let unsound = unsound.map(|name| {
        format!("`{name}` cannot be propagated: it is no name of metadata, or the protocols have it for themselves")
    });
    unguarded(mounted).into_iter().chain(unsound).collect()
}

/// The methods of the user that an interceptor does not serve, each with its reason.
fn unguarded(mounted: &Mounted) -> Vec<String> {
    let mut told = Vec::new();
    for method in mounted.of_user().iter().flat_map(|service| service.methods) {
        let refused = mounted.policy.interceptors_of(method).iter().filter_map(|one| one.mount(method).err());
        told.extend(refused.map(|status| format!("{}: {}", method.full_name(), status.message())));
    }
    told
}

/// Refuses compressions that the user asked for and that are not in this build.
///
/// # Errors
/// `InvalidInput` when there is one.
#[cfg(feature = "_net")]
pub(super) fn refuse_unbuilt(asked: &[crate::call::compression::Compression]) -> io::Result<()> {
    let unbuilt = asked.iter().filter(|compression| !compression.is_built_in());
    let told = |compression| {
        format!("this build cannot use compression {compression}: enable its feature of polywire")
    };
    refuse(&unbuilt.map(told).collect::<Vec<_>>())
}

/// Routes on the path of a document. A route with a variable there is no conflict, because the document goes
/// first.
#[cfg(feature = "http")]
fn shadowed(mounted: &Mounted) -> Vec<String> {
    use polywire_codegen::transport::http::Verb;
    let documents = crate::server::documents::paths(mounted);
    let mut told = Vec::new();
    for route in &mounted.routes {
        let rules = route.method.plans.http.iter().flat_map(|plan| plan.rules.iter());
        for path in rules.filter(|rule| rule.verb == Verb::Get).map(|rule| rule.path.to_string()) {
            if documents.contains(&path) {
                let method = route.method.full_name();
                told.push(match mounted.shown.operation.contains(&path.as_str()) {
                    true => format!(
                        "`GET {path}` of {method} is for operators already (`Server::operation`); change the path, or \
                         give operation a listener of its own with `Operation::listen`"
                    ),
                    false => format!(
                        "`GET {path}` of {method} is a document of the server already; change the path, or hide the \
                         documents with `Server::show_schema(false)`"
                    ),
                });
            }
        }
    }
    told
}
