//! The whole file: a module for each word of a package, in it the services, then the types.

use super::constraints::Reader;
use super::load::{self, Loaded};
use super::scope::{self, Scope};
use super::{Choices, Error, enumeration, message, service};
use crate::names;
use crate::schema::files::round;
use proc_macro2::TokenStream;
use protox::prost_reflect::{FileDescriptor, Kind, ServiceDescriptor};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// A module and those inside.
#[derive(Default)]
struct Module {
    items: Vec<TokenStream>,
    children: BTreeMap<String, Module>,
}

pub(super) fn render(loaded: &Loaded, choices: Choices) -> Result<String, Error> {
    let scope = Scope::new(loaded);
    let mut errors = Error::default();
    let mut root = Module::default();
    for definition in &loaded.services {
        let item = service::item(definition, &scope, choices.contexts, &mut errors);
        root.at(definition.package_name()).items.push(item);
    }
    for definition in &loaded.messages {
        let mut rules = Reader { rules: choices.rules, errors: &mut errors };
        let items = message::items(definition, choices.unknown, &scope, &mut rules);
        root.at(definition.package_name()).items.push(items);
    }
    for definition in &loaded.enums {
        root.at(definition.package_name()).items.push(enumeration::item(definition, &scope));
    }
    if let Some(circle) = round(packages(loaded)) {
        let rule = "use each other's types, and polywire writes a package as one file, which cannot import each other";
        errors.push(format!("packages {} {rule}; move what they share to a third", circle.join(", ")));
    }
    errors.finish()?;
    schemas(loaded, &scope, &mut root);
    let file = root.file();
    let file = syn::parse2(file)
        .map_err(|error| Error::one(format!("the Rust made of the files is none: {error}")))?;
    Ok(spaced(&prettyplease::unparse(&file)))
}

/// Which other packages the types of each are from.
fn packages(loaded: &Loaded) -> BTreeMap<String, BTreeSet<String>> {
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |from: &str, to: FileDescriptor| {
        let to = to.package_name();
        if from != to {
            packages.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    };
    for method in loaded.services.iter().flat_map(ServiceDescriptor::methods) {
        let from = method.parent_service().package_name().to_owned();
        [method.input(), method.output()].iter().for_each(|message| add(&from, message.parent_file()));
    }
    for message in &loaded.messages {
        for field in message.fields() {
            match load::kind(&field) {
                Kind::Message(reached) => add(message.package_name(), reached.parent_file()),
                Kind::Enum(reached) => add(message.package_name(), reached.parent_file()),
                _ => {}
            }
        }
    }
    packages
}

/// `pub fn schema() -> polywire::Schema` for each package.
fn schemas(loaded: &Loaded, scope: &Scope, root: &mut Module) {
    let mut packages: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for service in &loaded.services {
        let package = service.package_name();
        let ident = scope.place(service.full_name()).ident.to_string();
        let (server, client) = (names::server(&ident), names::client(&ident));
        let (server, client) = (scope::ident(&server), scope::ident(&client));
        packages.entry(package).or_default().extend(quote!(.service(#server::<#client>::spec())));
    }
    let messages = loaded.messages.iter().map(|message| (message.package_name(), message.full_name()));
    let enums = loaded.enums.iter().map(|definition| (definition.package_name(), definition.full_name()));
    for (package, full_name) in messages.chain(enums) {
        let ident = scope.place(full_name).ident;
        packages.entry(package).or_default().extend(quote!(.value::<#ident>(#package)));
    }
    for (package, calls) in packages {
        root.at(package).items.push(quote! {
            /// Everything of the package, for its `.proto` file and its descriptors.
            #[allow(deprecated, reason = "what is deprecated is part of the schema")]
            pub fn schema() -> polywire::Schema { polywire::Schema::new() #calls }
        });
    }
}

impl Module {
    fn at(&mut self, package: &str) -> &mut Self {
        scope::modules(package)
            .into_iter()
            .fold(self, |module, word| module.children.entry(word).or_default())
    }

    fn file(&self) -> TokenStream {
        // Names, comments and sizes are those of the `.proto` files.
        let lints = quote! {
            #[allow(
                clippy::doc_lazy_continuation,
                clippy::doc_overindented_list_items,
                clippy::enum_variant_names,
                clippy::large_enum_variant,
                clippy::module_inception,
                clippy::upper_case_acronyms,
                dead_code,
                missing_docs,
                unreachable_pub,
                reason = "names and comments are those of the .proto files, and not all of it is used everywhere"
            )]
        };
        let (items, children) = (&self.items, self.children.iter().map(|(word, module)| module.module(word)));
        quote!(#(#items)* #(#lints #children)*)
    }

    fn module(&self, word: &str) -> TokenStream {
        let ident = scope::ident(word);
        let (items, children) = (&self.items, self.children.iter().map(|(word, module)| module.module(word)));
        quote!(pub mod #ident { #(#items)* #(#children)* })
    }
}

/// A blank line between items and between methods.
fn spaced(source: &str) -> String {
    let mut out = String::from("// Made from .proto files by polywire; edit those instead.\n\n");
    let mut last = "";
    for line in source.lines() {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let ends = last.trim() == "}" || last.ends_with("{}") || last.ends_with(';');
        let starts = !line.trim_start().starts_with('}') && indent(line) == indent(last);
        if ends && starts {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        last = line;
    }
    out
}
