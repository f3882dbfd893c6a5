//! Makes a Rust enum. It is open, as in proto3, so that numbers of newer peers are kept.

use super::message;
use super::scope::{self, Scope};
use crate::names;
use proc_macro2::{Literal, TokenStream};
use protox::prost_reflect::{EnumDescriptor, EnumValueDescriptor};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// The names for the variant of unknown numbers. The first free one is taken.
const UNKNOWN: [&str; 4] = ["Other", "Unrecognized", "OtherNumber", "UnrecognizedNumber"];

pub(super) fn item(definition: &EnumDescriptor, scope: &Scope) -> TokenStream {
    let (file, package) = (definition.parent_file(), definition.package_name());
    let ident = scope.place(definition.full_name()).ident;
    let docs = scope.docs(&file, definition.path());
    let proto = definition.enum_descriptor_proto();
    let numbers = proto.reserved_range.iter().map(|range| (range.start(), range.end()));
    let reserved = message::reserved(numbers, &proto.reserved_name, i32::MAX);
    let options = message::options(&ident.to_string(), package, definition.full_name(), reserved);
    let mut taken = BTreeSet::new();
    let variants: Vec<TokenStream> =
        groups(definition).into_iter().map(|group| variant(&group, scope, &mut taken)).collect();
    let unknown = UNKNOWN.into_iter().find(|name| !taken.contains(*name)).unwrap_or("NumberOfNoName");
    let unknown = scope::ident(&scope::unique(unknown.to_owned(), &mut taken));
    let deprecated = message::deprecated(proto.options.as_ref().is_some_and(|options| options.deprecated()));
    quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, polywire::Message)]
        #options
        pub enum #ident {
            #(#variants,)*
            /// A number that this version does not know.
            #[unknown]
            #unknown(i32),
        }
    }
}

/// The values by number, in the order of the file: for each number its first name, then its aliases.
fn groups(definition: &EnumDescriptor) -> Vec<Vec<EnumValueDescriptor>> {
    let mut values: Vec<EnumValueDescriptor> = definition.values().collect();
    values.sort_by_key(|value| value.path().to_vec());
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<EnumValueDescriptor>> = Vec::new();
    for value in values {
        let at = *places.entry(value.number()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(value);
    }
    groups
}

fn variant(group: &[EnumValueDescriptor], scope: &Scope, taken: &mut BTreeSet<String>) -> TokenStream {
    let [first, aliases @ ..] = group else { return TokenStream::new() };
    let definition = first.parent_enum();
    let ident = scope::ident(&scope::unique(variant_name(definition.name(), first.name()), taken));
    let docs = scope.docs(&definition.parent_file(), first.path());
    let name = first.name();
    let default = names::enum_value(definition.name(), &syn::ext::IdentExt::unraw(&ident).to_string());
    let rename = (default != name).then(|| quote!(, rename = #name));
    let aliases = aliases.iter().map(|value| {
        let alias = value.name().to_owned();
        quote!(, alias = #alias)
    });
    let number = Literal::i32_unsuffixed(first.number());
    let is_default = (first.number() == 0).then(|| quote!(#[default]));
    let options = first.enum_value_descriptor_proto().options.as_ref();
    let deprecated = message::deprecated(options.is_some_and(|options| options.deprecated()));
    quote!(#docs #deprecated #is_default #[field(#number #rename #(#aliases)*)] #ident)
}

/// The name of a variant: `GENRE_SCIENCE_FICTION` of `Genre` becomes `ScienceFiction`.
fn variant_name(definition: &str, value: &str) -> String {
    let prefix = format!("{}_", names::snake(definition).to_uppercase());
    let rest = value.strip_prefix(&prefix).filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let words = scope::plain_snake(&lowered(rest.unwrap_or(value)));
    let pascal = names::pascal(&words);
    if pascal.starts_with(|c: char| c.is_ascii_alphabetic()) { pascal } else { format!("V{pascal}") }
}

/// Lowers a name in capitals, in which underscores part the words. Other names keep their capitals.
fn lowered(name: &str) -> String {
    if name.chars().any(char::is_lowercase) { name.to_owned() } else { name.to_lowercase() }
}
