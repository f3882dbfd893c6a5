//! The packages of typed errors without one of their own: those of the services of this program whose methods declare them.
//!
//! A service tells when it is mounted, a client at its first call. A status may then be passed on by a method of another package, and its
//! detail keeps the name under which its own package defines it.

use crate::codec::Message;
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

/// The names under which `E` may be a detail of what a service of `package` answered, the likeliest first.
pub(crate) fn names<E: Message>(package: &str) -> Vec<String> {
    let mut packages = vec![package];
    if E::NAME.package.is_none() {
        packages.extend(of::<E>().into_iter().filter(|home| *home != package));
    }
    packages.into_iter().map(|package| E::NAME.full_name(package)).collect()
}
