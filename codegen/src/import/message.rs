//! Makes a struct of a message, and an enum of each of its `oneof`s.

use super::constraints::Reader;
use super::scope::{self, Scope};
use super::{UnknownFields, types};
use crate::model::MAX_FIELD_NUMBER;
use crate::names;
use proc_macro2::TokenStream;
use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor};
use quote::quote;
use std::collections::BTreeSet;

/// The items of one message.
pub(super) fn items(
    message: &MessageDescriptor,
    unknown: UnknownFields,
    scope: &Scope,
    rules: &mut Reader<'_>,
) -> TokenStream {
    rules.message(message);
    let (file, package) = (message.parent_file(), message.package_name());
    let docs = scope.docs(&file, message.path());
    let ident = scope.place(message.full_name()).ident;
    let proto = message.descriptor_proto();
    let numbers = proto.reserved_range.iter().map(|range| (range.start(), range.end() - 1));
    let reserved = reserved(numbers, &proto.reserved_name, MAX_FIELD_NUMBER);
    let options = options(&ident.to_string(), package, message.full_name(), reserved);
    let deprecated =
        deprecated(message.descriptor_proto().options.as_ref().is_some_and(|options| options.deprecated()));
    let mut taken = BTreeSet::new();
    let members = members(message).into_iter().map(|member| match member {
        Member::Field(field) => plain(&field, scope, rules, &mut taken),
        Member::Oneof(oneof) => choice(&oneof, scope, &mut taken),
    });
    let mut members: Vec<TokenStream> = members.collect();
    if unknown == UnknownFields::Kept {
        let ident = scope::ident(&scope::unique("unknown_fields".to_owned(), &mut taken));
        members.push(quote! {
            /// What a newer version has sent.
            #[unknown_fields]
            pub #ident: polywire::UnknownFields
        });
    }
    let oneofs = message.oneofs().filter(|oneof| !oneof.is_synthetic());
    let oneofs: Vec<TokenStream> = oneofs.map(|oneof| oneof_enum(&oneof, scope, rules)).collect();
    quote! {
        #docs
        #deprecated
        #[derive(Debug, Clone, PartialEq, Default, polywire::Message)]
        #options
        pub struct #ident { #(#members),* }
        #(#oneofs)*
    }
}

/// Writes `#[message(package = "books.v1", name = "Outer.Inner")]`.
pub(super) fn options(
    ident: &str,
    package: &str,
    full_name: &str,
    reserved: Option<TokenStream>,
) -> TokenStream {
    let name = scope::nested_name(package, full_name);
    let package = (!package.is_empty()).then(|| quote!(package = #package));
    let name = (name != ident).then(|| quote!(name = #name));
    let options: Vec<TokenStream> = package.into_iter().chain(name).chain(reserved).collect();
    if options.is_empty() { TokenStream::new() } else { quote!(#[message(#(#options),*)]) }
}

/// Writes `reserved = "2, 9 to 11, isbn"`.
pub(super) fn reserved(
    numbers: impl Iterator<Item = (i32, i32)>,
    names: &[String],
    max: i32,
) -> Option<TokenStream> {
    let range = |(first, last): (i32, i32)| match last {
        last if last == first => first.to_string(),
        last if last >= max => format!("{first} to max"),
        last => format!("{first} to {last}"),
    };
    let all: Vec<String> = numbers.map(range).chain(names.iter().cloned()).collect();
    let text = all.join(", ");
    (!all.is_empty()).then(|| quote!(reserved = #text))
}

pub(super) fn deprecated(is: bool) -> Option<TokenStream> {
    is.then(|| quote!(#[deprecated]))
}

enum Member {
    Field(FieldDescriptor),
    Oneof(OneofDescriptor),
}

/// The members in the order of the file. A `oneof` stands in the place of its first member.
fn members(message: &MessageDescriptor) -> Vec<Member> {
    let mut fields: Vec<FieldDescriptor> = message.fields().collect();
    fields.sort_by_key(|field| field.path().to_vec());
    let mut seen = BTreeSet::new();
    let member = |field: FieldDescriptor| match field.containing_oneof().filter(|oneof| !oneof.is_synthetic())
    {
        None => Some(Member::Field(field)),
        Some(oneof) => seen.insert(oneof.name().to_owned()).then_some(Member::Oneof(oneof)),
    };
    fields.into_iter().filter_map(member).collect()
}

fn plain(
    field: &FieldDescriptor,
    scope: &Scope,
    rules: &mut Reader<'_>,
    taken: &mut BTreeSet<String>,
) -> TokenStream {
    let name = scope::unique(scope::plain_snake(field.name()), taken);
    let ident = scope::ident(&name);
    let package = field.parent_message().package_name().to_owned();
    let (docs, ty) = (scope.docs(&field.parent_file(), field.path()), types::field(field, scope, &package));
    let tag = tag(field, &syn::ext::IdentExt::unraw(&ident).to_string(), rules);
    quote!(#docs #tag pub #ident: #ty)
}

/// Writes `#[field(3, rename = "…", as = "sint32", min = 1)]`.
fn tag(field: &FieldDescriptor, default_name: &str, rules: &mut Reader<'_>) -> TokenStream {
    let number = proc_macro2::Literal::u32_unsuffixed(field.number());
    let name = field.name();
    let rename = (name != default_name).then(|| quote!(, rename = #name));
    let json = field.json_name();
    let json = (json != names::json(name)).then(|| quote!(, json = #json));
    let (key, value) = match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            (types::encoding(&entry.map_entry_key_field().kind()), entry.map_entry_value_field().kind())
        }
        kind => (None, kind),
    };
    let key = key.map(|key| quote!(, key = #key));
    let value = types::encoding(&value).map(|value| quote!(, as = #value));
    let options = field.field_descriptor_proto().options.as_ref();
    let packed = options.and_then(|options| options.packed);
    let packed = (field.is_list() && packed == Some(false)).then(|| quote!(, packed = false));
    let deprecated = deprecated(options.is_some_and(|options| options.deprecated()));
    let rules = rules.field(field);
    quote!(#deprecated #[field(#number #rename #json #key #value #packed #(, #rules)*)])
}

fn choice(oneof: &OneofDescriptor, scope: &Scope, taken: &mut BTreeSet<String>) -> TokenStream {
    let name = scope::unique(scope::plain_snake(oneof.name()), taken);
    let (ident, ty) = (scope::ident(&name), scope.place(oneof.full_name()).ident);
    let docs = scope.docs(&oneof.parent_message().parent_file(), oneof.path());
    let wire = oneof.name();
    let rename = (syn::ext::IdentExt::unraw(&ident) != wire).then(|| quote!(, rename = #wire));
    quote!(#docs #[field(oneof #rename)] pub #ident: Option<#ty>)
}

fn oneof_enum(oneof: &OneofDescriptor, scope: &Scope, rules: &mut Reader<'_>) -> TokenStream {
    let ident = scope.place(oneof.full_name()).ident;
    let message = oneof.parent_message();
    let mut taken = BTreeSet::new();
    let variants = oneof.fields().map(|field| variant(&field, scope, rules, &mut taken));
    let variants: Vec<TokenStream> = variants.collect();
    let docs = format!(" The `{}` of [`{}`].", oneof.name(), scope.place(message.full_name()).ident);
    // The name of the enum's own `oneof` is never on the wire, but it must differ from the names of its
    // members.
    quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, PartialEq, polywire::Message)]
        #[message(oneof = "oneof")]
        pub enum #ident { #(#variants),* }
    }
}

fn variant(
    field: &FieldDescriptor,
    scope: &Scope,
    rules: &mut Reader<'_>,
    taken: &mut BTreeSet<String>,
) -> TokenStream {
    let word = scope::type_name(&scope::plain_snake(field.name()));
    let ident = scope::ident(&scope::unique(word, taken));
    let docs = scope.docs(&field.parent_file(), field.path());
    let tag = tag(field, &names::snake(&syn::ext::IdentExt::unraw(&ident).to_string()), rules);
    let package = field.parent_message().package_name().to_owned();
    let ty = types::element(&field.kind(), scope, &package);
    let held = match field.kind() {
        Kind::Message(inner) if inner.full_name() == "google.protobuf.Empty" => None,
        _ if scope.is_recursive(field) => Some(quote!((Box<#ty>))),
        _ => Some(quote!((#ty))),
    };
    quote!(#docs #tag #ident #held)
}
