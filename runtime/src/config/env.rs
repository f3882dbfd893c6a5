//! Environment variables as a [`Node`]: `POLYWIRE_LIMITS__CONNECTIONS` is the key `limits.connections`.

use super::node::{Node, Place, Value};
use std::sync::Arc;

/// The separator of the keys of a name. A single `_` is in keys themselves.
const WITHIN: &str = "__";

/// Collects the variables that begin with `prefix` and `_`.
pub(super) fn node(prefix: &str, variables: impl IntoIterator<Item = (String, String)>) -> Node {
    let place: Arc<str> = format!("{prefix}_").into();
    let mut whole = Node { at: Place::Variable(Arc::clone(&place)), value: Value::Table(Vec::new()) };
    for (name, text) in variables {
        let Some(keys) = name.strip_prefix(&*place) else { continue };
        if is_of_kubernetes(keys) {
            continue;
        }
        let at = Place::Variable(name.as_str().into());
        let inmost = Node { at: at.clone(), value: Value::Said(text) };
        let node = keys.to_ascii_lowercase().rsplit(WITHIN).fold(inmost, |node, key| Node {
            at: at.clone(),
            value: Value::Table(vec![(key.to_owned(), node)]),
        });
        whole.join(node);
    }
    whole
}

/// Whether Kubernetes sets this variable for a service that has the name of the prefix.
fn is_of_kubernetes(rest: &str) -> bool {
    let is_port = |text: &str| text.is_empty() || text.starts_with('_');
    rest == "SERVICE_HOST"
        || rest.strip_prefix("SERVICE_PORT").is_some_and(is_port)
        || rest.strip_prefix("PORT").is_some_and(is_port)
}
