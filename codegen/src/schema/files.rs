//! The files of a schema: one a package, also of packages that have no service and are reached from another's types, and the
//! whole of those of `google.protobuf` that they import.

use super::googles;
use super::proto::import_path;
use crate::model::{Clash, Definition, Definitions, File, Service, Text, TypeName, outer, shell};
use crate::names;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What a package says itself.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// In the order in which the file has them.
    pub services: Vec<Service>,
    /// Types that no method need reach.
    pub types: Vec<TypeName>,
    /// What services and types reach, in other packages too.
    pub definitions: Definitions,
}

/// The files by name; `packages` by theirs. Every file that one of them imports is there.
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

/// Files that import each other in a circle, if there are any: protobuf has no such thing.
pub fn circle(files: &BTreeMap<String, File>) -> Option<Vec<String>> {
    let imports = |file: &File| file.foreign.iter().map(import_path).collect();
    round(files.iter().map(|(name, file)| (name.clone(), imports(file))).collect())
}

/// What leads back to where it begins, in order, if anything does; what is reached from each, by name.
pub fn round(mut reached: BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    // What reaches nothing that is left is on no way round.
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

/// The types of these packages that have the name of another one, in one package or as seen from two.
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

/// Adds types of other packages, and what they reach, each to its file.
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

/// A type without a package of its own is in that of what reaches it.
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
