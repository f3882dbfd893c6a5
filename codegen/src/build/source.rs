//! Reads source files: the traits with `#[service]`, and by name the types that they may reach.

use super::error::Faults;
use crate::rust::root::Root;
use crate::rust::service;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use syn::{
    Attribute, DeriveInput, Expr, Item, ItemMod, ItemTrait, ItemType, Lit, LitStr, Meta, Path as TypePath,
};

/// The services and types that the files declare.
#[derive(Default)]
pub(super) struct Sources {
    files: Vec<Rc<Path>>,
    /// The services, in the order of the files.
    pub(super) services: Vec<Found<ItemTrait>>,
    types: BTreeMap<String, Vec<Found<Declared>>>,
}

/// A found item and its place.
#[derive(Clone)]
pub(super) struct Found<T> {
    /// The file, as messages name it.
    pub(super) file: Rc<Path>,
    /// The modules around it, outermost first.
    pub(super) module: Rc<[String]>,
    /// The item.
    pub(super) item: T,
}

/// The declaration of a type.
#[derive(Clone)]
pub(super) enum Declared {
    /// A type with `#[derive(Message)]`.
    Message(DeriveInput),
    /// A type with `#[derive(Error)]`.
    Error(DeriveInput),
    /// An alias such as `type Id = i64;`.
    Alias(ItemType),
}

/// The place of the items being read.
struct Place {
    file: Rc<Path>,
    module: Vec<String>,
    /// The folder with the files of child modules.
    children: PathBuf,
}

impl Sources {
    /// Reads these files and the modules that they declare.
    pub(super) fn read(roots: &[PathBuf], faults: &mut Faults) -> Self {
        let mut sources = Self::default();
        for root in roots {
            let children = root.parent().unwrap_or(Path::new("")).to_owned();
            sources.file(root, Vec::new(), children, faults);
        }
        sources
    }

    /// Every file that was read.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(AsRef::as_ref)
    }

    /// The types of this name.
    pub(super) fn types(&self, name: &str) -> &[Found<Declared>] {
        self.types.get(name).map_or(&[], Vec::as_slice)
    }

    fn file(&mut self, path: &Path, module: Vec<String>, children: PathBuf, faults: &mut Faults) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return faults.file(path, error),
        };
        let file: Rc<Path> = path.into();
        self.files.push(Rc::clone(&file));
        match syn::parse_file(&text) {
            Ok(parsed) => self.items(&parsed.items, &Place { file, module, children }, faults),
            Err(error) => faults.spans(path, &error),
        }
    }

    fn items(&mut self, items: &[Item], place: &Place, faults: &mut Faults) {
        for item in items {
            match item {
                Item::Trait(item) if service_args(&item.attrs).is_some() => {
                    self.services.push(place.found(item.clone()))
                }
                Item::Struct(item) => {
                    self.derived(&item.ident, &item.attrs, &DeriveInput::from(item.clone()), place)
                }
                Item::Enum(item) => {
                    self.derived(&item.ident, &item.attrs, &DeriveInput::from(item.clone()), place)
                }
                Item::Type(item) => self.declare(&item.ident, Declared::Alias(item.clone()), place),
                Item::Mod(item) => self.module(item, place, faults),
                _ => {}
            }
        }
    }

    fn derived(&mut self, name: &syn::Ident, attrs: &[Attribute], input: &DeriveInput, place: &Place) {
        if derives(attrs, "Message") {
            self.declare(name, Declared::Message(input.clone()), place);
        } else if derives(attrs, "Error") {
            self.declare(name, Declared::Error(input.clone()), place);
        }
    }

    fn declare(&mut self, name: &syn::Ident, declared: Declared, place: &Place) {
        self.types.entry(name.to_string()).or_default().push(place.found(declared));
    }

    fn module(&mut self, item: &ItemMod, place: &Place, faults: &mut Faults) {
        let conditional = item.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
        if item.attrs.iter().any(is_test_only) {
            return;
        }
        let name = item.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let module: Vec<String> = place.module.iter().cloned().chain([name.to_owned()]).collect();
        let children = place.children.join(name);
        if let Some((_, items)) = &item.content {
            return self.items(items, &Place { file: Rc::clone(&place.file), module, children }, faults);
        }
        match module_file(item, name, place) {
            Some((path, children)) => self.file(&path, module, children, faults),
            None if conditional => {}
            None => {
                let text = format!("module `{name}` has no file; expected {}.rs", children.display());
                faults.spans(&place.file, &syn::Error::new_spanned(&item.ident, text));
            }
        }
    }
}

impl Place {
    fn found<T>(&self, item: T) -> Found<T> {
        Found { file: Rc::clone(&self.file), module: self.module.as_slice().into(), item }
    }
}

/// The file of a module, and the folder of its own children.
fn module_file(item: &ItemMod, name: &str, place: &Place) -> Option<(PathBuf, PathBuf)> {
    if let Some(path) = item.attrs.iter().find_map(path_attr) {
        let path = place.file.parent().unwrap_or(Path::new("")).join(path.value());
        let children = path.parent().unwrap_or(Path::new("")).to_owned();
        return path.is_file().then_some((path, children));
    }
    let children = place.children.join(name);
    let flat = place.children.join(format!("{name}.rs"));
    let nested = children.join("mod.rs");
    [flat, nested].into_iter().find(|path| path.is_file()).map(|path| (path, children))
}

fn path_attr(attr: &Attribute) -> Option<LitStr> {
    let Meta::NameValue(meta) = &attr.meta else { return None };
    match &meta.value {
        Expr::Lit(value) if meta.path.is_ident("path") => match &value.lit {
            Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether this is `#[cfg(test)]`.
fn is_test_only(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") && attr.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
}

/// The arguments of `#[service(…)]` or `#[polywire::service(…)]`. Polywire may have another name, which
/// `crate = "…"` gives.
pub(super) fn service_args(attrs: &[Attribute]) -> Option<TokenStream> {
    attrs.iter().find_map(|attr| {
        let args = match &attr.meta {
            Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        ends_in(attr.path(), "service", &service::root(args.clone())).then_some(args)
    })
}

/// Whether `#[derive(…)]` names this macro.
fn derives(attrs: &[Attribute], name: &str) -> bool {
    let mut found = false;
    let root = Root::of(attrs, &["message", "error"]);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // The compiler refuses a derive that cannot be read.
        let _ = attr.parse_nested_meta(|meta| {
            found |= ends_in(&meta.path, name, &root);
            Ok(())
        });
    }
    found
}

/// Whether the path is `name` alone or after the path to polywire. `thiserror::Error` is another crate's.
fn ends_in(path: &TypePath, name: &str, root: &Root) -> bool {
    let words = words(path.to_token_stream());
    match words.split_last() {
        Some((last, [])) => last == name,
        Some((last, before)) => last == name && before == self::words(root.to_token_stream()),
        None => false,
    }
}

/// The words of a path.
fn words(path: TokenStream) -> Vec<String> {
    let word = |token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    };
    path.into_iter().filter_map(word).collect()
}
