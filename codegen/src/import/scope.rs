//! The Rust name of every type: a module for each package, in it one flat set of names. `Outer.Inner` is `OuterInner`.

use super::load::Loaded;
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;

/// Names that types in a field have a meaning of their own for.
const TAKEN: &[&str] = &[
    "Arc",
    "Box",
    "BTreeMap",
    "BTreeSet",
    "Bytes",
    "Clone",
    "Context",
    "Cow",
    "Debug",
    "Decimal",
    "Default",
    "Duration",
    "Err",
    "HashMap",
    "HashSet",
    "IndexMap",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Rc",
    "Result",
    "Self",
    "Some",
    "Status",
    "Streaming",
    "String",
    "SystemTime",
    "Uuid",
    "Vec",
    "VecDeque",
];

/// Where a type is.
#[derive(Clone)]
pub(super) struct Place {
    /// The package's modules.
    pub(super) modules: Vec<String>,
    pub(super) ident: Ident,
}

/// The names of all types.
pub(super) struct Scope {
    places: BTreeMap<String, Place>,
}

impl Scope {
    pub(super) fn new(loaded: &Loaded) -> Self {
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
            let place = Place { modules: modules(package), ident: ident(&name) };
            places.insert(full_name.to_owned(), place);
        };
        for service in &loaded.services {
            let wanted = names::pascal(service.name());
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
        // Outer types keep their names; nested ones make way.
        types.sort_by_key(|(depth, ..)| *depth);
        for (_, package, full_name, suffix) in types {
            let wanted = nested_name(package, full_name).split('.').map(names::pascal).collect();
            add(package, full_name, wanted, suffix, &[]);
        }
        for message in &loaded.messages {
            for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
                let outer: String = nested_name(message.package_name(), message.full_name())
                    .split('.')
                    .map(names::pascal)
                    .collect();
                let wanted = format!("{outer}{}", names::pascal(oneof.name()));
                add(message.package_name(), oneof.full_name(), wanted, "Oneof", &[]);
            }
        }
        Self { places }
    }

    /// Where a type, service or `oneof` is, by its full name.
    pub(super) fn place(&self, full_name: &str) -> Place {
        let missing =
            || Place { modules: Vec::new(), ident: ident(full_name.rsplit('.').next().unwrap_or_default()) };
        self.places.get(full_name).cloned().unwrap_or_else(missing)
    }

    /// The path of a type, as seen from a package.
    pub(super) fn path(&self, full_name: &str, from: &str) -> TokenStream {
        let Place { modules: to, ident } = self.place(full_name);
        let from = modules(from);
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

/// The modules of a package.
pub(super) fn modules(package: &str) -> Vec<String> {
    package.split('.').filter(|word| !word.is_empty()).map(plain_snake).collect()
}

/// A word as an identifier; a keyword is raw, and the four that cannot be get an underscore.
pub(super) fn ident(word: &str) -> Ident {
    let span = Span::call_site();
    match word {
        "self" | "super" | "crate" | "Self" => Ident::new(&format!("{word}_"), span),
        _ if syn::parse::Parser::parse_str(Ident::parse_any, word).is_ok()
            && syn::parse_str::<Ident>(word).is_err() =>
        {
            Ident::new_raw(word, span)
        }
        _ => Ident::new(word, span),
    }
}

/// A name as Rust spells one: snake case, single underscores, no digit first.
pub(super) fn plain_snake(name: &str) -> String {
    let words: Vec<String> =
        names::snake(name).split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let joined = words.join("_");
    if joined.starts_with(|c: char| c.is_ascii_digit()) || joined.is_empty() {
        format!("_{joined}")
    } else {
        joined
    }
}

/// `wanted`, or with a number behind it when it is taken.
pub(super) fn unique(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.clone();
    let mut count = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{count}");
        count += 1;
    }
    name
}
