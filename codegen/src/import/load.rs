//! Reading `.proto` files with protox, and which of their types are asked for.

use super::{Error, edition};
use crate::google;
use crate::schema::protovalidate;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};
use protox::prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, ServiceDescriptor, Syntax,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is to become Rust.
#[derive(Default)]
pub(super) struct Loaded {
    /// In the order of the files.
    pub(super) messages: Vec<MessageDescriptor>,
    pub(super) enums: Vec<EnumDescriptor>,
    pub(super) services: Vec<ServiceDescriptor>,
    /// Every file that was read from disk.
    pub(super) paths: Vec<PathBuf>,
}

pub(super) fn load(files: &[PathBuf], includes: &[PathBuf]) -> Result<Loaded, Error> {
    let mut resolver = ChainFileResolver::new();
    // First, as copies of these files may be of an edition, and what they say does not change.
    resolver.add(GoogleFileResolver::new());
    for include in includes {
        resolver.add(Folder { root: include.clone(), plain: IncludeFileResolver::new(include.clone()) });
    }
    resolver.add(Annotations);
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    let mut errors = Error::default();
    for file in files {
        if let Err(error) = compiler.open_file(file) {
            errors.push(printed(&error));
        }
    }
    errors.finish()?;
    let pool = compiler.descriptor_pool();
    let own: Vec<String> =
        compiler.files().filter(|file| !file.is_import()).map(|file| file.name().to_owned()).collect();
    let mut found = Found::default();
    for file in own.iter().filter_map(|name| pool.get_file_by_name(name)) {
        found.syntax(&file);
        file.messages().for_each(|message| found.nested(&message));
        file.enums().for_each(|definition| found.enumeration(&definition));
        file.services().for_each(|service| found.service(&service));
    }
    let Found { loaded: mut all, errors, .. } = found;
    errors.finish()?;
    let on_disk = |name: &str| includes.iter().map(|root| root.join(name)).find(|path| path.is_file());
    all.paths = compiler.files().filter_map(|file| on_disk(file.name())).collect();
    Ok(all)
}

fn printed(error: &protox::Error) -> String {
    // The alternate form has file, line and column.
    format!("{error:?}").trim().to_owned()
}

/// What a field holds; of a map what its values are.
pub(super) fn kind(field: &FieldDescriptor) -> Kind {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    }
}

/// The named files' types, and what they reach in others.
#[derive(Default)]
struct Found {
    loaded: Loaded,
    seen: BTreeSet<String>,
    errors: Error,
}

impl Found {
    fn syntax(&mut self, file: &FileDescriptor) {
        if file.syntax() == Syntax::Proto2 {
            self.errors.push(format!(
                "{}: it is proto2, which has required fields, defaults and closed enums that proto3 cannot say; \
                 write it as proto3",
                file.name()
            ));
        }
    }

    /// A message and all that is declared inside.
    fn nested(&mut self, message: &MessageDescriptor) {
        if message.is_map_entry() {
            return;
        }
        self.message(message);
        message.child_messages().for_each(|child| self.nested(&child));
        message.child_enums().for_each(|child| self.enumeration(&child));
    }

    fn message(&mut self, message: &MessageDescriptor) {
        if super::types::well_known(message.full_name()).is_some()
            || !self.seen.insert(message.full_name().to_owned())
        {
            return;
        }
        self.syntax(&message.parent_file());
        self.loaded.messages.push(message.clone());
        for field in message.fields() {
            match kind(&field) {
                Kind::Message(message) => self.message(&message),
                Kind::Enum(definition) => self.enumeration(&definition),
                _ => {}
            }
        }
    }

    fn enumeration(&mut self, definition: &EnumDescriptor) {
        if super::types::well_known(definition.full_name()).is_none()
            && self.seen.insert(definition.full_name().to_owned())
        {
            self.syntax(&definition.parent_file());
            self.loaded.enums.push(definition.clone());
        }
    }

    fn service(&mut self, service: &ServiceDescriptor) {
        self.loaded.services.push(service.clone());
        for method in service.methods() {
            self.message(&method.input());
            self.message(&method.output());
        }
    }
}

/// An include folder in which files of an edition may be.
struct Folder {
    root: PathBuf,
    plain: IncludeFileResolver,
}

impl FileResolver for Folder {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        self.plain.resolve_path(path)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let path = self.root.join(name);
        match fs::read_to_string(&path).ok().map(|source| edition::as_proto3(&source)) {
            Some(Ok(Some(source))) => File::from_source(name, &source),
            Some(Err(reason)) => Err(protox::Error::new(format!("{}: {reason}", path.display()))),
            _ => self.plain.open_file(name),
        }
    }
}

/// The files that routes and constraints are written with; a user's own come first.
struct Annotations;

impl FileResolver for Annotations {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let constraints = (protovalidate::IMPORT, protovalidate::SUBSET);
        match google::FILES.iter().chain([&constraints]).find(|(known, _)| *known == name) {
            Some((_, source)) => File::from_source(name, source),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}
