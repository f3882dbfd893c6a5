//! Reads `.proto` files with protox, and finds the types that are asked for.

use super::Error;
use super::edition::{self, Converted};
use crate::google;
use crate::schema::protovalidate;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver};
use protox::prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, ServiceDescriptor, Syntax,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest number of files in one import.
const FILES: usize = 8_192;

/// The largest nesting depth of braces and brackets.
const DEPTH: usize = 100;

/// The largest number of words in a package: each is a module inside of another.
const WORDS: usize = 100;

/// The services and types that become Rust.
#[derive(Default)]
pub(super) struct Loaded {
    /// The messages, in the order of the files.
    pub(super) messages: Vec<MessageDescriptor>,
    pub(super) enums: Vec<EnumDescriptor>,
    pub(super) services: Vec<ServiceDescriptor>,
    /// Every file that was read from disk.
    pub(super) paths: Vec<PathBuf>,
}

impl Loaded {
    /// The packages of these services and types.
    pub(super) fn packages(&self) -> BTreeSet<&str> {
        let messages = self.messages.iter().map(MessageDescriptor::package_name);
        let enums = self.enums.iter().map(EnumDescriptor::package_name);
        messages.chain(enums).chain(self.services.iter().map(ServiceDescriptor::package_name)).collect()
    }

    /// The files of these services and types.
    pub(super) fn files(&self) -> BTreeMap<String, FileDescriptor> {
        let messages = self.messages.iter().map(MessageDescriptor::parent_file);
        let enums = self.enums.iter().map(EnumDescriptor::parent_file);
        let all = messages.chain(enums).chain(self.services.iter().map(ServiceDescriptor::parent_file));
        all.map(|file| (file.name().to_owned(), file)).collect()
    }
}

pub(super) fn load(files: &[PathBuf], includes: &[PathBuf]) -> Result<Loaded, Error> {
    let (obstacles, opened) = (Obstacles::default(), Arc::<AtomicUsize>::default());
    let mut resolver = ChainFileResolver::new();
    // These come first: a user's copy of such a file may be of an edition, and its content is the same.
    resolver.add(GoogleFileResolver::new());
    for include in includes {
        let plain = IncludeFileResolver::new(include.clone());
        let (obstacles, files) = (Arc::clone(&obstacles), Arc::clone(&opened));
        resolver.add(Folder { root: include.clone(), plain, obstacles, files });
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
    let mut found = Found { obstacles, ..Found::default() };
    for file in own.iter().filter_map(|name| pool.get_file_by_name(name)) {
        found.syntax(&file);
        file.messages().for_each(|message| found.nested(&message));
        file.enums().for_each(|definition| found.enumeration(&definition));
        file.services().for_each(|service| found.service(&service));
    }
    let Found { loaded: mut all, mut errors, .. } = found;
    for package in all.packages().into_iter().filter(|package| package.split('.').count() > WORDS) {
        let begin: String = package.chars().take(40).collect();
        errors.push(format!("package `{begin}…` has more than {WORDS} words; give it a shorter name"));
    }
    errors.finish()?;
    let on_disk = |name: &str| includes.iter().map(|root| root.join(name)).find(|path| path.is_file());
    all.paths = compiler.files().filter_map(|file| on_disk(file.name())).collect();
    Ok(all)
}

fn printed(error: &protox::Error) -> String {
    // The alternate form has file, line and column.
    format!("{error:?}").trim().to_owned()
}

/// The kind of a field's value. For a map, the kind of its values.
pub(super) fn kind(field: &FieldDescriptor) -> Kind {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    }
}

/// The types of the named files, and the types that they reach in other files.
#[derive(Default)]
struct Found {
    loaded: Loaded,
    seen: BTreeSet<String>,
    obstacles: Obstacles,
    errors: Error,
}

impl Found {
    /// Refuses a file that is not proto3.
    fn syntax(&mut self, file: &FileDescriptor) {
        let obstacle =
            self.obstacles.lock().unwrap_or_else(PoisonError::into_inner).get(file.name()).cloned();
        let proto2 = || {
            "it is proto2; proto3 cannot express its required fields, defaults and closed enums; write it as proto3"
                .to_owned()
        };
        if let Some(reason) = obstacle.or_else(|| (file.syntax() == Syntax::Proto2).then(proto2)) {
            self.errors.push(format!("{}: {reason}", file.name()));
        }
    }

    /// Adds a message and the types declared inside.
    fn nested(&mut self, message: &MessageDescriptor) {
        if message.is_map_entry() {
            return;
        }
        self.message(message);
        message.child_messages().for_each(|child| self.nested(&child));
        message.child_enums().for_each(|child| self.enumeration(&child));
    }

    /// Adds a message and the types that it reaches, which may be a long chain.
    fn message(&mut self, message: &MessageDescriptor) {
        let mut open = vec![message.clone()];
        while let Some(message) = open.pop() {
            if super::wellknown::well_known(message.full_name()).is_some()
                || !self.seen.insert(message.full_name().to_owned())
            {
                continue;
            }
            self.syntax(&message.parent_file());
            self.loaded.messages.push(message.clone());
            let mut reached = Vec::new();
            for field in message.fields() {
                match kind(&field) {
                    Kind::Message(message) => reached.push(message),
                    Kind::Enum(definition) => self.enumeration(&definition),
                    _ => {}
                }
            }
            open.extend(reached.into_iter().rev());
        }
    }

    fn enumeration(&mut self, definition: &EnumDescriptor) {
        if super::wellknown::well_known(definition.full_name()).is_none()
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

/// The reason why no type of a file can be used, by the file's name.
type Obstacles = Arc<Mutex<BTreeMap<String, String>>>;

/// An include folder, which may hold files of an edition.
struct Folder {
    root: PathBuf,
    plain: IncludeFileResolver,
    obstacles: Obstacles,
    /// The number of files opened so far, in all folders.
    files: Arc<AtomicUsize>,
}

impl FileResolver for Folder {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        self.plain.resolve_path(path)
    }

    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let source = fs::read_to_string(self.root.join(name)).ok();
        source.as_deref().map_or(Ok(()), |source| self.admit(name, source))?;
        let Some(Converted { source, obstacle }) = source.and_then(|source| edition::convert(&source)) else {
            return self.plain.open_file(name);
        };
        if let Some(reason) = obstacle {
            let mut obstacles = self.obstacles.lock().unwrap_or_else(PoisonError::into_inner);
            obstacles.insert(name.to_owned(), reason);
        }
        File::from_source(name, &source)
    }
}

impl Folder {
    /// Bounds the work of the compiler, which recurses for nested parts.
    fn admit(&self, name: &str, source: &str) -> Result<(), protox::Error> {
        let fault = |what: String| Err(protox::Error::new(format!("{name}: {what}")));
        if self.files.fetch_add(1, Ordering::Relaxed) >= FILES {
            return fault(format!(
                "more than {FILES} files import each other, and it is one of them; import fewer"
            ));
        }
        if edition::depth(source) > DEPTH {
            return fault(format!("braces and brackets nest deeper than {DEPTH}; nest them less"));
        }
        Ok(())
    }
}

/// The files that define routes and constraints. A user's own copies come first.
struct Annotations;

impl FileResolver for Annotations {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let constraints = (protovalidate::IMPORT, include_str!("validate.proto"));
        match google::FILES.iter().chain([&constraints]).find(|(known, _)| *known == name) {
            Some((_, source)) => File::from_source(name, source),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}
