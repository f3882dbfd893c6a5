//! The packages of typed errors that have no package of their own: those of this program's services whose
//! methods declare them.
//!
//! A service notes its packages when it is mounted, a client at its first call. A method of another package may
//! then pass the status on. Its detail keeps the name under which its own package defines it.

use crate::message::codec::Message;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A list is enough, because few errors have more than one home.
static HOMES: RwLock<BTreeMap<TypeId, Vec<&'static str>>> = RwLock::new(BTreeMap::new());

/// Notes that methods of `package` fail with `E`.
pub(crate) fn add<E: Message>(package: &'static str) {
    if E::NAME.package.is_some() || of::<E>().contains(&package) {
        return;
    }
    let mut homes = HOMES.write().unwrap_or_else(PoisonError::into_inner);
    let own = homes.entry(TypeId::of::<E>()).or_default();
    if !own.contains(&package) {
        own.push(package);
    }
}

/// The packages whose methods fail with `E`.
pub(crate) fn of<E: Message>() -> Vec<&'static str> {
    let homes = HOMES.read().unwrap_or_else(PoisonError::into_inner);
    homes.get(&TypeId::of::<E>()).cloned().unwrap_or_default()
}

/// Whether the detail `name`, in an answer of a service of `package`, is an `E`. If no package of `E` is known
/// here, any package will do.
pub(crate) fn is_name_of<E: Message>(name: &str, package: &str) -> bool {
    let is_in = |package: &str| E::NAME.full_name(package) == name;
    if is_in(package) {
        return true;
    }
    let homes = of::<E>();
    let is_last_word =
        || name.strip_suffix(&*E::NAME.name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    E::NAME.package.is_none()
        && if homes.is_empty() { is_last_word() } else { homes.iter().any(|home| is_in(home)) }
}
