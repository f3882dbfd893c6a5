//! Lays out the whole file: a module for each word of a package, in it the services, then the types.
//!
//! Lints of names and comments are allowed on the outermost module. So types without a package have a module too.

use super::constraints::Reader;
use super::load::{self, Loaded};
use super::rules::Routes;
use super::scope::{self, Scope};
use super::{Choices, Error, Imported, enumeration, message, service};
use crate::names;
use crate::schema::files::round;
use proc_macro2::TokenStream;
use protox::prost_reflect::{FileDescriptor, Kind, ServiceDescriptor};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// A module with its items and the modules inside.
#[derive(Default)]
struct Module {
    items: Vec<TokenStream>,
    children: BTreeMap<String, Module>,
}

pub(super) fn render(loaded: &Loaded, choices: Choices) -> Result<Imported, Error> {
    let scope = Scope::new(loaded);
    let mut errors = Error::default();
    let mut root = Module::default();
    let mut routes = Routes::new(choices.routes, &mut errors);
    for definition in &loaded.services {
        let item = service::item(definition, &scope, choices.contexts, &mut routes);
        root.at(scope.modules(definition.package_name())).items.push(item);
    }
    let left_out = routes.left_out;
    for definition in &loaded.messages {
        let mut rules = Reader { rules: choices.rules, errors: &mut errors };
        let items = message::items(definition, choices.unknown, &scope, &mut rules);
        root.at(scope.modules(definition.package_name())).items.push(items);
    }
    for definition in &loaded.enums {
        root.at(scope.modules(definition.package_name())).items.push(enumeration::item(definition, &scope));
    }
    if let Some(circle) = round(packages(loaded)) {
        let rule = "use each other's types; polywire writes one file for each package, and files cannot import each other";
        errors.push(format!("packages {} {rule}; move what they share to a third", circle.join(", ")));
    }
    errors.finish()?;
    schemas(loaded, &scope, &mut root);
    let file = root.file();
    let file = syn::parse2(file)
        .map_err(|error| Error::one(format!("the Rust made from the files is not valid: {error}")))?;
    Ok(Imported { source: spaced(&prettyplease::unparse(&file)), left_out })
}

/// For each package, the other packages whose types it uses.
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

/// Adds `pub fn schema() -> polywire::Schema` for each package.
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
        root.at(scope.modules(package)).items.push(quote! {
            /// Everything of the package, for its `.proto` file and its descriptors.
            pub fn schema() -> polywire::Schema { polywire::Schema::new() #calls }
        });
    }
}

impl Module {
    fn at(&mut self, modules: Vec<String>) -> &mut Self {
        modules.into_iter().fold(self, |module, word| module.children.entry(word).or_default())
    }

    /// Puts every item into a module, so that the attributes of the outermost module also hold for the code
    /// that macros make.
    fn file(&self) -> TokenStream {
        // The names, comments and sizes come from the `.proto` files.
        let lints = quote! {
            #[allow(
                clippy::all,
                clippy::pedantic,
                dead_code,
                deprecated,
                missing_docs,
                nonstandard_style,
                rustdoc::all,
                unreachable_pub,
                reason = "names and comments are those of the .proto files, and not all of it is used everywhere"
            )]
        };
        let modules = self.children.iter().map(|(word, module)| module.module(word));
        let shown = self.children.get(scope::WITHOUT_PACKAGE).map(|_| {
            let ident = scope::ident(scope::WITHOUT_PACKAGE);
            quote!(#[allow(unused_imports, reason = "they may be used by their full paths")] pub use #ident::*;)
        });
        quote!(#(#lints #modules)* #shown)
    }

    fn module(&self, word: &str) -> TokenStream {
        let ident = scope::ident(word);
        let shown = (word != scope::WITHOUT_PACKAGE).then(|| quote!(pub));
        let (items, children) = (&self.items, self.children.iter().map(|(word, module)| module.module(word)));
        quote!(#shown mod #ident { #(#items)* #(#children)* })
    }
}

/// Puts a blank line between items and between methods.
fn spaced(source: &str) -> String {
    let mut out = String::from("// Made from .proto files by polywire; edit those instead.\n\n");
    let mut last = "";
    for line in source.lines() {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let comment = last.trim_start().starts_with("//");
        let ends = !comment && (last.trim() == "}" || last.ends_with("{}") || last.ends_with(';'));
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

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn an_empty_line_stands_between_items_and_in_no_comment() {
        let source = "/// a;\n/// b {}\n/// }\npub struct A {\n    /// c;\n    /// d\n    pub e: (),\n}\npub struct B;\npub struct C {}\nmod d {}\n";
        let expected = "/// a;\n/// b {}\n/// }\npub struct A {\n    /// c;\n    /// d\n    pub e: (),\n}\n\npub struct B;\n\npub struct C {}\n\nmod d {}\n";
        assert!(spaced(source).ends_with(&format!("\n\n{expected}")), "{}", spaced(source));
    }
}
