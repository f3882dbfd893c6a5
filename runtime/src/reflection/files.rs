//! The files of a server's schema, and where each name is.

use crate::spec::{self, ServiceSpec};
use bytes::Bytes;
use polywire_codegen::model::{Definition, Definitions, File, TypeName};
use polywire_codegen::names;
use polywire_codegen::schema::{descriptor, proto};
use std::collections::{BTreeMap, BTreeSet};

/// Descriptors, encoded once.
pub(super) struct Files {
    /// By name; with the names that each imports.
    files: BTreeMap<String, (Bytes, Vec<String>)>,
    /// The file of each full name.
    symbols: BTreeMap<String, String>,
    services: BTreeSet<String>,
}

impl Files {
    pub(super) fn new(services: &[&ServiceSpec]) -> Self {
        let mut files: BTreeMap<String, File> = BTreeMap::new();
        for service in services {
            let package = service.model.package.as_ref();
            files.entry(names::proto_file(package)).or_insert_with(|| spec::file(package, services));
        }
        let mut definitions = Definitions::default();
        services.iter().for_each(|service| (service.register)(&mut definitions));
        add_foreign(&mut files, &definitions);
        let symbols = files
            .iter()
            .flat_map(|(name, file)| symbols(file).map(|symbol| (symbol, name.clone())))
            .collect();
        let encode = |(name, file): (String, File)| {
            let imports = file.foreign.iter().map(proto::import_path).collect();
            let bytes = descriptor::encode(&file, &name).into();
            (name, (bytes, imports))
        };
        Self {
            files: files.into_iter().map(encode).collect(),
            symbols,
            services: services.iter().map(|service| service.model.full_name()).collect(),
        }
    }

    /// The full names of the services.
    pub(super) fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(String::as_str)
    }

    /// A file and all that it imports.
    pub(super) fn by_name(&self, name: &str) -> Option<Vec<Bytes>> {
        let (first, (bytes, imports)) = self.files.get_key_value(name)?;
        let (mut seen, mut found) = (BTreeSet::from([first]), vec![bytes.clone()]);
        let mut open: Vec<&String> = imports.iter().collect();
        while let Some(import) = open.pop() {
            if let Some((bytes, imports)) = self.files.get(import).filter(|_| seen.insert(import)) {
                found.push(bytes.clone());
                open.extend(imports);
            }
        }
        Some(found)
    }

    /// The file that defines a service, method, message or enum, and all that it imports.
    pub(super) fn by_symbol(&self, symbol: &str) -> Option<Vec<Bytes>> {
        self.by_name(self.symbols.get(symbol.trim_start_matches('.'))?)
    }
}

/// Adds the types of other packages, such as `google.protobuf.Empty`, each to its file.
fn add_foreign(files: &mut BTreeMap<String, File>, definitions: &Definitions) {
    let mut open: Vec<TypeName> = files.values().flat_map(|file| file.foreign.clone()).collect();
    while let Some(name) = open.pop() {
        let (Some(package), Some(definition)) = (&name.package, definitions.get(&name)) else { continue };
        let file = files.entry(proto::import_path(&name)).or_insert_with(|| File {
            package: package.clone(),
            services: Vec::new(),
            definitions: Vec::new(),
            foreign: Vec::new(),
        });
        if file.definitions.iter().any(|known| known.name() == &name) {
            continue;
        }
        file.definitions.push(definition.clone());
        let Definition::Message(message) = definition else { continue };
        for reached in message.fields.iter().filter_map(|field| field.ty.element().type_name()) {
            if reached.package.as_ref().is_some_and(|other| *other != file.package) {
                file.foreign.push(reached.clone());
            }
            open.push(reached.clone());
        }
    }
}

/// Every full name that a file defines.
fn symbols(file: &File) -> impl Iterator<Item = String> {
    let services = file.services.iter().flat_map(|service| {
        let name = service.full_name();
        let methods: Vec<_> =
            service.methods.iter().map(|method| format!("{name}.{}", method.name)).collect();
        methods.into_iter().chain([name])
    });
    services.chain(file.definitions.iter().map(|definition| definition.name().full_name(&file.package)))
}
