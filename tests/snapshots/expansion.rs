//! Expands each case's input and renders its documents from source; a difference from what is committed is a failure.
#![allow(unused_crate_dependencies)]

use polywire_codegen::build::Builder;
use polywire_codegen::rust;
use polywire_codegen::schema::{asyncapi, openapi, protovalidate};
use proc_macro2::TokenStream;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use quote::ToTokens;
use std::path::{Path, PathBuf};
use syn::visit::Visit;
use syn::{Attribute, Field, Item, Meta, Variant};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The directories with an input, in order.
fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root()).expect("the directory of the cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.join("input.rs").is_file());
    cases.sort();
    cases
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Compares, or writes when blessing. Gives the name of a file that differs.
fn hold(path: &Path, text: &str) -> Option<String> {
    if read(path) == text {
        return None;
    }
    if std::env::var_os("POLYWIRE_BLESS").is_some() {
        std::fs::write(path, text).expect("the snapshot is written");
        return None;
    }
    Some(format!("{}:\n{text}", path.display()))
}

#[test]
fn expansions_are_as_committed() {
    let differing: Vec<String> = cases()
        .iter()
        .filter_map(|case| hold(&case.join("expanded.rs"), &expand(&read(&case.join("input.rs")))))
        .collect();
    assert!(differing.is_empty(), "these differ:\n{}", differing.join("\n"));
}

#[test]
fn protos_from_source_are_as_committed() {
    let differing: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let protos = Builder::new().source(case.join("input.rs")).protos().expect("the input is sound");
            hold(&case.join("schema.proto"), &protos.into_values().collect::<Vec<_>>().join("\n"))
        })
        .collect();
    assert!(differing.is_empty(), "these differ:\n{}", differing.join("\n"));
}

/// The cases whose OpenAPI and AsyncAPI documents are committed too; of the others source and constants agree.
const DOCUMENTED: &[&str] = &[
    "amqp_kinds",
    "arrays",
    "constraints",
    "containers",
    "docs",
    "encodings",
    "enumeration",
    "enumeration_with_unknown",
    "enumeration_with_zero",
    "every_scalar",
    "field_options",
    "foreign_types",
    "http_routes",
    "json_style",
    "narrowed",
    "newtypes",
    "oneof",
    "oneof_field",
    "recursive",
    "shown_examples",
    "streams",
    "text_types",
    "typed_error",
    "ws_endpoint",
];

#[test]
fn documents_from_source_are_as_committed() {
    let mut differing = Vec::new();
    for case in DOCUMENTED.iter().map(|case| root().join(case)) {
        let api = Builder::new().source(case.join("input.rs")).api().expect("the input is sound");
        let documents = [
            ("openapi.json", openapi::render(&api, openapi::Version::V3_1)),
            ("openapi-3.2.json", openapi::render(&api, openapi::Version::V3_2)),
            ("asyncapi.json", asyncapi::render(&api)),
        ];
        for (name, text) in documents {
            // The two versions differ in what they say of streams.
            if name != "openapi-3.2.json" || case.ends_with("streams") {
                differing.extend(hold(&case.join(name), &text));
            }
        }
    }
    assert!(differing.is_empty(), "these differ:\n{}", differing.join("\n"));
}

#[test]
fn protos_compile() {
    for case in cases() {
        let folder = std::env::temp_dir().join(format!("polywire-snapshots-{}", std::process::id()));
        let builder = Builder::new().source(case.join("input.rs")).proto_dir(&folder).out_dir(&folder);
        let builder = builder.http_annotations();
        builder.run().expect("the input is sound");
        let files = builder.protos().expect("the input is sound").into_keys();
        let compiled = compile(files, &folder);
        std::fs::remove_dir_all(&folder).expect("the folder goes");
        compiled.unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    }
}

/// What the build door wrote, and what protovalidate's options in it mean.
struct Written(PathBuf);

impl FileResolver for Written {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match std::fs::read_to_string(self.0.join(name)) {
            Ok(text) => File::from_source(name, &text),
            Err(_) if name == protovalidate::IMPORT => File::from_source(name, protovalidate::SUBSET),
            Err(_) => Err(protox::Error::file_not_found(name)),
        }
    }
}

fn compile(mut names: impl Iterator<Item = String>, folder: &Path) -> Result<(), protox::Error> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Written(folder.to_owned()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    names.try_for_each(|name| compiler.open_file(name).map(drop))
}

/// A path in generated code begins at the root, at `__p`, at a name of the user's, or at one that the expansion itself
/// declares: never at a name that happens to be in scope.
#[test]
fn generated_paths_are_absolute() {
    for case in cases() {
        let input = syn::parse_file(&read(&case.join("input.rs"))).expect("the input parses");
        let (mut written, mut paths) = (Words::default(), Paths::default());
        written.read(input.to_token_stream());
        for item in generated(&input.items) {
            let file: syn::File = syn::parse2(item).expect("the expansion parses");
            paths.visit_file(&file);
        }
        paths.0.retain(|word| {
            let own = word.starts_with("__") || ["Self", "self", "status", "mount"].contains(&word.as_str());
            !own && !written.0.contains(word) && !LOCALS.contains(&word.as_str()) && !made(word)
        });
        assert!(paths.0.is_empty(), "{}: {:?}", case.display(), paths.0);
    }
}

/// The parameters and variables of generated functions, and primitive types.
const LOCALS: &[&str] = &[
    "out",
    "slots",
    "number",
    "wire",
    "input",
    "index",
    "value",
    "definitions",
    "bool",
    "str",
    "usize",
    "u8",
    "key",
    "u32",
    "i32",
    "S",
    "s",
    "cx",
    "_cx",
    "req",
    "items",
    "result",
    "response",
    "service",
    "caller",
    "delay",
    "timeout",
    "metadata",
    "interceptor",
    "endpoint",
    "whole",
    "f",
    "error",
    "_0",
    "doc",
    "derive",
    "allow",
    "automatically_derived",
    "must_use",
    "unused_variables",
    "unused_mut",
    "deprecated",
    "Debug",
    "Clone",
    "unreachable_patterns",
    "diagnostic",
    "earlier",
];

/// Whether a name is one that the expansion declares.
fn made(word: &str) -> bool {
    ["Request", "Response", "Server", "Client"].iter().any(|end| word.ends_with(end))
        || word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn read(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => self.0.push(ident.to_string()),
                proc_macro2::TokenTree::Group(group) => self.read(group.stream()),
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Paths(Vec<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.0.extend(path.segments.first().map(|segment| segment.ident.to_string()));
        }
        syn::visit::visit_path(self, path);
    }
}

// ---- the expansion: what rustc does with the attributes, on one file ----

fn expand(input: &str) -> String {
    let mut file = syn::parse_file(input).expect("the input parses");
    let mut items = TokenStream::new();
    for item in &file.items {
        plain(item).to_tokens(&mut items);
        items.extend(generated(std::slice::from_ref(item)));
    }
    file.items = syn::parse2::<syn::File>(items).expect("the expansion parses").items;
    prettyplease::unparse(&file)
}

/// What the macros add to these items.
fn generated(items: &[Item]) -> Vec<TokenStream> {
    let mut out = Vec::new();
    for item in items {
        let attrs = match item {
            Item::Trait(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            _ => continue,
        };
        if let Some(args) = service_args(attrs) {
            out.push(rust::service(args, without_service(item).into_token_stream()));
        }
        for name in derived(attrs) {
            match name.as_str() {
                "Message" => out.push(rust::message(item.to_token_stream())),
                "Error" => out.push(rust::error(item.to_token_stream())),
                _ => {}
            }
        }
    }
    out
}

fn service_args(attrs: &[Attribute]) -> Option<TokenStream> {
    attrs.iter().find(|attr| attr.path().is_ident("service")).map(|attr| match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    })
}

fn derived(attrs: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        attr.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|segment| segment.ident.to_string()));
            Ok(())
        })
        .expect("a derive");
    }
    names
}

fn without_service(item: &Item) -> Item {
    let mut item = item.clone();
    if let Item::Trait(item) = &mut item {
        item.attrs.retain(|attr| !attr.path().is_ident("service"));
    }
    item
}

/// The item without the macros and their helper attributes; a service trait is emitted by its macro.
fn plain(item: &Item) -> Option<Item> {
    let mut item = item.clone();
    match &mut item {
        Item::Trait(item) if service_args(&item.attrs).is_some() => return None,
        Item::Struct(item) => {
            clean(&mut item.attrs);
            item.fields.iter_mut().for_each(|field: &mut Field| clean(&mut field.attrs));
        }
        Item::Enum(item) => {
            clean(&mut item.attrs);
            item.variants.iter_mut().for_each(|variant: &mut Variant| {
                clean(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| clean(&mut field.attrs));
            });
        }
        _ => {}
    }
    Some(item)
}

fn clean(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| {
        !["message", "field", "unknown", "unknown_fields", "error", "example"]
            .iter()
            .any(|name| attr.path().is_ident(name))
    });
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("derive")) {
        let kept: Vec<proc_macro2::Ident> = derived(std::slice::from_ref(attr))
            .iter()
            .filter(|name| !["Message", "Error"].contains(&name.as_str()))
            .map(|name| quote::format_ident!("{name}"))
            .collect();
        *attr = syn::parse_quote!(#[derive(#(#kept),*)]);
    }
    attrs.retain(|attr| !matches!(&attr.meta, Meta::List(list) if list.tokens.is_empty()));
}
