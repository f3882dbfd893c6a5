//! The files of a schema: one for each package, and whole files of `google.protobuf` that they import.
//!
//! A package without services has a file too, when a type of another package reaches it.

use super::googles;
use super::proto::import_path;
use crate::model::{Clash, Definition, Definitions, File, Service, Text, TypeName, outer, shell};
use crate::names;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The content of one package.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// The services, in the order of the file.
    pub services: Vec<Service>,
    /// Types that belong to the file even when no method reaches them.
    pub types: Vec<TypeName>,
    /// The definitions that services and types reach, in other packages too.
    pub definitions: Definitions,
}

/// The files by name, from the packages by name. The files that they import are included.
pub fn files(packages: &BTreeMap<String, Package>) -> BTreeMap<String, File> {
    let own = |(name, package): (&String, &Package)| {
        let Package { services, types, definitions } = package;
        let file = File::with_types(name.clone(), services.clone(), types, definitions);
        (names::proto_file(name), file)
    };
    let mut files: BTreeMap<String, File> = packages.iter().map(own).collect();
    for (name, package) in packages {
        let foreign = files.get(&names::proto_file(name)).map(|file| file.foreign.clone());
        reach(foreign.unwrap_or_default(), &package.definitions, &mut files);
    }
    let imported: BTreeSet<String> =
        files.values().flat_map(|file| file.foreign.iter().map(import_path)).collect();
    files.extend(imported.into_iter().filter_map(|name| googles::file(&name).map(|file| (name, file))));
    files
}

/// A circle of files that import each other, if there is one. Protobuf does not allow it.
pub fn circle(files: &BTreeMap<String, File>) -> Option<Vec<String>> {
    let imports = |file: &File| file.foreign.iter().map(import_path).collect();
    round(files.iter().map(|(name, file)| (name.clone(), imports(file))).collect())
}

/// A circle, in its order, if there is one. `reached` has for each name the names reached from it.
pub fn round(mut reached: BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    // A name that reaches none of the rest is on no circle.
    loop {
        let names: BTreeSet<String> = reached.keys().cloned().collect();
        reached.values_mut().for_each(|to| to.retain(|name| names.contains(name)));
        reached.retain(|_, to| !to.is_empty());
        if reached.len() == names.len() {
            break;
        }
    }
    let mut way: Vec<String> = Vec::new();
    let mut next = reached.keys().next()?;
    while let Some(to) = reached.get(next).and_then(BTreeSet::first) {
        if let Some(at) = way.iter().position(|name| name == next) {
            return Some(way.split_off(at));
        }
        way.push(next.clone());
        next = to;
    }
    None
}

/// The names that two types of these packages share, within a package or across two.
pub fn clashes(packages: &BTreeMap<String, Package>) -> Vec<Clash> {
    let mut clashes: Vec<Clash> = Vec::new();
    let mut known: BTreeMap<String, (&Definition, &Text)> = BTreeMap::new();
    for (package, Package { definitions, .. }) in packages {
        let full = |name: &TypeName| TypeName { package: None, name: name.full_name(package).into() };
        let same = definitions.clashes().iter().cloned();
        clashes.extend(same.map(|clash| Clash { name: full(&clash.name), ..clash }));
        for (definition, place) in definitions.iter() {
            let name = definition.name().full_name(package);
            let (first, origin) = *known.entry(name).or_insert((definition, place));
            if first != definition {
                let places = [origin.clone(), place.clone()];
                clashes.push(Clash { name: full(definition.name()), places });
            }
        }
    }
    clashes
}

/// Whether a file is one that every protobuf compiler has.
pub fn is_googles(file: &str) -> bool {
    file.starts_with("google/protobuf/")
}

/// Adds types of other packages, and the types that they reach, each to its file.
fn reach(mut open: Vec<TypeName>, definitions: &Definitions, files: &mut BTreeMap<String, File>) {
    while let Some(name) = open.pop() {
        let (Some(package), Some(definition)) = (name.package.clone(), find(&name, definitions)) else {
            continue;
        };
        let file = files.entry(import_path(&name)).or_insert_with(|| empty(package.clone()));
        let known = |file: &File, name: &TypeName| {
            let full_name = name.full_name(&package);
            file.definitions.iter().any(|known| known.name().full_name(&package) == full_name)
        };
        if known(file, &name) {
            continue;
        }
        file.definitions.push(definition.clone());
        let mut inner = name.clone();
        while let Some(outer) = outer(&inner).filter(|outer| !known(file, outer)) {
            if find(&outer, definitions).is_some() {
                open.push(outer);
                break;
            }
            file.definitions.push(shell(outer.clone()));
            inner = outer;
        }
        let Definition::Message(message) = definition else { continue };
        for reached in message.fields.iter().filter_map(|field| field.ty.element().type_name()) {
            let reached = TypeName {
                package: Some(reached.package.clone().unwrap_or(package.clone())),
                ..reached.clone()
            };
            if reached.package.as_ref() != Some(&package) && !file.foreign.contains(&reached) {
                file.foreign.push(reached.clone());
            }
            open.push(reached);
        }
    }
}

/// Finds a definition. A type without a package is in the package of the type that reaches it.
fn find<'a>(name: &TypeName, definitions: &'a Definitions) -> Option<&'a Definition> {
    let local = TypeName { package: None, name: name.name.clone() };
    definitions.get(name).or_else(|| definitions.get(&local))
}

fn empty(package: Text) -> File {
    File {
        package: Cow::Owned(package.into_owned()),
        services: Vec::new(),
        definitions: Vec::new(),
        foreign: Vec::new(),
    }
}
