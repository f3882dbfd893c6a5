//! The files of a server's schema, and the file of each name.

use super::details;
use crate::call::spec::{self, ServiceSpec};
use bytes::Bytes;
use polywire_codegen::model::File;
use polywire_codegen::schema::{descriptor, proto};
use std::collections::{BTreeMap, BTreeSet};

/// Descriptors, encoded once.
pub(super) struct Files {
    /// Descriptors by file name, with the names of the files that each imports.
    files: BTreeMap<String, (Bytes, Vec<String>)>,
    /// The file of each full name.
    symbols: BTreeMap<String, String>,
    services: BTreeSet<String>,
}

impl Files {
    pub(super) fn new(services: &[&ServiceSpec]) -> Self {
        let mut files = spec::files(services);
        details::add_to(&mut files);
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

    /// A file, and all files that it imports.
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

    /// The file that defines a service, method, message or enum, and all files that it imports.
    pub(super) fn by_symbol(&self, symbol: &str) -> Option<Vec<Bytes>> {
        self.by_name(self.symbols.get(symbol.trim_start_matches('.'))?)
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
