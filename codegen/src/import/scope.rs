//! The Rust name of every type. Each package is a module with one flat set of names: `Outer.Inner` becomes
//! `OuterInner`.

use super::circles::Circles;
use super::docs::Comments;
use super::load::Loaded;
use crate::names;
use crate::rust::known::known as known_type;
use proc_macro2::{Ident, Span, TokenStream};
use protox::prost_reflect::{FieldDescriptor, FileDescriptor};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// Names that have a meaning of their own in generated code, beside the types that polywire knows.
const TAKEN: &[&str] = &[
    "BTreeSet",
    "Clone",
    "Context",
    "Debug",
    "Default",
    "Err",
    "HashSet",
    "None",
    "Ok",
    "PartialEq",
    "Result",
    "Self",
    "Some",
    "Status",
    "Streaming",
    "VecDeque",
];

/// Words that some edition of Rust reserves, and that may be raw identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates that the Rust code names. A package's module of the same name would hide them from its neighbours.
const CRATES: &[&str] = &["alloc", "core", "polywire", "std"];

/// The module of types without a package. Attributes on it hold for all of them.
pub(super) const WITHOUT_PACKAGE: &str = "without_package";

/// The replacement for a name that consists of underscores.
const NAMELESS: &str = "underscores";

/// The place of a type.
#[derive(Clone)]
pub(super) struct Place {
    /// The modules of the package.
    pub(super) modules: Vec<String>,
    pub(super) ident: Ident,
}

/// The names of all types.
pub(super) struct Scope {
    places: BTreeMap<String, Place>,
    /// The modules of each package.
    modules: BTreeMap<String, Vec<String>>,
    comments: Comments,
    circles: Circles,
}

impl Scope {
    pub(super) fn new(loaded: &Loaded) -> Self {
        let modules = modules(loaded.packages());
        let mut taken: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        let mut add = |package: &str,
                       full_name: &str,
                       wanted: String,
                       suffix: &str,
                       beside: &[fn(&str) -> String]| {
            let known = taken.entry(package.to_owned()).or_default();
            let free = |name: &str, known: &BTreeSet<String>| {
                !TAKEN.contains(&name)
                    && known_type(name).is_none()
                    && !known.contains(name)
                    && beside.iter().all(|beside| !known.contains(&beside(name)))
            };
            let mut name = wanted.clone();
            let mut count = 1;
            while !free(&name, known) {
                name =
                    if count == 1 { format!("{wanted}{suffix}") } else { format!("{wanted}{suffix}{count}") };
                count += 1;
            }
            known.extend(beside.iter().map(|beside| beside(&name)));
            known.insert(name.clone());
            let place =
                Place { modules: modules.get(package).cloned().unwrap_or_default(), ident: ident(&name) };
            places.insert(full_name.to_owned(), place);
        };
        for service in &loaded.services {
            let wanted = type_name(service.name());
            add(
                service.package_name(),
                service.full_name(),
                wanted,
                "Service",
                &[names::server, names::client],
            );
        }
        let depth = |name: &str, package: &str| name[package.len()..].matches('.').count();
        let mut types: Vec<(usize, &str, &str, &str)> = Vec::new();
        for message in &loaded.messages {
            let (package, name) = (message.package_name(), message.full_name());
            types.push((depth(name, package), package, name, "Message"));
        }
        for definition in &loaded.enums {
            let (package, name) = (definition.package_name(), definition.full_name());
            types.push((depth(name, package), package, name, "Enum"));
        }
        // Outer types keep their names. A nested type takes another name on a conflict.
        types.sort_by_key(|(depth, ..)| *depth);
        for (_, package, full_name, suffix) in types {
            let wanted = type_name(nested_name(package, full_name));
            add(package, full_name, wanted, suffix, &[]);
        }
        for message in &loaded.messages {
            for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
                let outer = nested_name(message.package_name(), message.full_name());
                let wanted = type_name(&format!("{outer}.{}", oneof.name()));
                add(message.package_name(), oneof.full_name(), wanted, "Oneof", &[]);
            }
        }
        let circles = Circles::new(&loaded.messages);
        Self { places, modules, comments: Comments::new(loaded), circles }
    }

    /// The comment at a place in a file, as `#[doc]` attributes.
    pub(super) fn docs(&self, file: &FileDescriptor, path: &[i32]) -> TokenStream {
        self.comments.at(file.name(), path)
    }

    /// Whether a field closes a circle: it holds, in place, a message that can hold the field's own message.
    pub(super) fn is_recursive(&self, field: &FieldDescriptor) -> bool {
        self.circles.is_on_one(field)
    }

    /// The modules of a package.
    pub(super) fn modules(&self, package: &str) -> Vec<String> {
        self.modules.get(package).cloned().unwrap_or_default()
    }

    /// The place of a type, service or `oneof`, by its full name.
    pub(super) fn place(&self, full_name: &str) -> Place {
        let missing =
            || Place { modules: Vec::new(), ident: ident(full_name.rsplit('.').next().unwrap_or_default()) };
        self.places.get(full_name).cloned().unwrap_or_else(missing)
    }

    /// The path of a type, as seen from a package.
    pub(super) fn path(&self, full_name: &str, from: &str) -> TokenStream {
        let Place { modules: to, ident } = self.place(full_name);
        let from = self.modules(from);
        let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n(quote!(super), from.len() - common);
        let down = to[common..].iter().map(|module| self::ident(module)).map(|module| quote!(#module));
        let steps = up.chain(down);
        quote!(#(#steps::)* #ident)
    }
}

/// The name of a type without its package: `Outer.Inner`.
pub(super) fn nested_name<'a>(package: &str, full_name: &'a str) -> &'a str {
    match package {
        "" => full_name,
        package => {
            full_name.strip_prefix(package).and_then(|rest| rest.strip_prefix('.')).unwrap_or(full_name)
        }
    }
}

/// The modules of each package. Each word is a module. A number is added when two words become the same name.
fn modules(packages: BTreeSet<&str>) -> BTreeMap<String, Vec<String>> {
    let mut taken: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages {
        let (mut modules, mut outer) = (Vec::new(), String::new());
        for word in package.split('.') {
            let name = if outer.is_empty() { word.to_owned() } else { format!("{outer}.{word}") };
            modules = known.entry(name.clone()).or_insert_with(|| inner(modules, word, &mut taken)).clone();
            outer = name;
        }
    }
    known
}

fn inner(outer: Vec<String>, word: &str, taken: &mut BTreeMap<Vec<String>, BTreeSet<String>>) -> Vec<String> {
    let wanted = match word {
        "" => WITHOUT_PACKAGE.to_owned(),
        word if CRATES.contains(&word) && !outer.is_empty() => format!("{word}_"),
        word => plain_snake(word),
    };
    let name = unique(wanted, taken.entry(outer.clone()).or_default());
    outer.into_iter().chain([name]).collect()
}

/// A word as an identifier. A keyword becomes raw. The four that cannot be raw get an underscore.
pub(super) fn ident(word: &str) -> Ident {
    let span = Span::call_site();
    match word {
        "self" | "super" | "crate" | "Self" => Ident::new(&format!("{word}_"), span),
        _ if KEYWORDS.contains(&word) => Ident::new_raw(word, span),
        _ => Ident::new(word, span),
    }
}

/// The Rust name of a type: `Outer.inner_type` becomes `OuterInnerType`.
pub(super) fn type_name(name: &str) -> String {
    let joined: String = name.split('.').map(names::pascal).collect();
    match joined.chars().next() {
        None => names::pascal(NAMELESS),
        Some(first) if first.is_ascii_digit() => format!("N{joined}"),
        Some(_) => joined,
    }
}

/// A name in Rust's spelling: snake case, single underscores, no digit first.
pub(super) fn plain_snake(name: &str) -> String {
    let words: Vec<String> =
        names::snake(name).split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let joined = words.join("_");
    match joined.chars().next() {
        None => NAMELESS.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{joined}"),
        Some(_) => joined,
    }
}

/// The name `wanted`, with a number behind it when it is taken.
pub(super) fn unique(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.clone();
    let mut count = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{count}");
        count += 1;
    }
    name
}
