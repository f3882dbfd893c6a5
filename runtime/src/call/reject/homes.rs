//! The packages of typed errors without one of their own: those of the services of this program whose methods declare them.
//!
//! A service tells when it is mounted, a client at its first call. A status may then be passed on by a method of another package, and its
//! detail keeps the name under which its own package defines it.

use crate::message::codec::Message;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// Few errors have more than one home, so a list does.
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

/// Whether a detail of this type, in what a service of `package` answered, is `E`. Of an error whose packages are not known here the package may be any.
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
