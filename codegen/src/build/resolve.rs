//! From items to the model: looks up among the sources the types that methods and fields name.

use super::error::Faults;
use super::kinds::{foreign, google, scalar};
use super::source::{Declared, Found, Sources, service_args};
use crate::model::{self, Definition, Definitions, Element, Type, TypeName};
use crate::rust::errors::Errors;
use crate::rust::item::{self, Body, Choice, Encoding, ErrorItem, Field, Head, Item, Message, Tag, Variant};
use crate::rust::service::{self, Method, Payload, Request, Service};
use crate::rust::types;
use crate::schema::api::{self, Served};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use syn::ItemTrait;

/// The depth that aliases of aliases may have.
const ALIASES: usize = 16;

/// The services of each package, and the types that they reach.
pub(super) type Packages = BTreeMap<String, (Vec<api::Service>, Definitions)>;

/// Reads every service of the sources.
pub(super) fn services(sources: &Sources, faults: &mut Faults) -> Packages {
    let mut packages = Packages::new();
    for found in &sources.services {
        let Some(service) = parse(found, faults) else { continue };
        let entry = packages.entry(service.package.clone()).or_default();
        let mut resolver = Resolver {
            sources,
            definitions: std::mem::take(&mut entry.1),
            seen: BTreeMap::new(),
            aliases: 0,
            faults,
        };
        let scope = Scope { file: &found.file, module: &found.module };
        let model = resolver.service(&service, scope);
        entry.1 = resolver.definitions;
        let methods = service.methods.iter().map(served).collect();
        entry.0.extend(model.map(|model| api::Service { model, methods }));
    }
    packages
}

fn served(method: &Method) -> Served {
    let wrapped = matches!(method.response.payload, Payload::Made(_));
    Served {
        plans: method.plans.clone(),
        wrapped: wrapped.then_some(Cow::Borrowed(crate::names::RESULT_FIELD)),
    }
}

fn parse(found: &Found<ItemTrait>, faults: &mut Faults) -> Option<Service> {
    let mut errors = Errors::default();
    let args = service_args(&found.item.attrs).unwrap_or_default();
    let service = service::parse(args, &found.item, &mut errors);
    match errors.finish() {
        Ok(()) => service,
        Err(error) => {
            faults.spans(&found.file, &error);
            None
        }
    }
}

/// The place where a type is named.
#[derive(Clone, Copy)]
struct Scope<'a> {
    file: &'a Rc<Path>,
    module: &'a Rc<[String]>,
}

/// File, module and name of an item.
type Key = (Rc<Path>, Rc<[String]>, String);

struct Resolver<'a> {
    sources: &'a Sources,
    definitions: Definitions,
    /// The kind of each item. It is known before the item's fields are, since types may be recursive.
    seen: BTreeMap<Key, Element>,
    /// The number of aliases being followed now.
    aliases: usize,
    faults: &'a mut Faults,
}

impl Resolver<'_> {
    fn service(&mut self, service: &Service, scope: Scope<'_>) -> Option<model::Service> {
        let methods: Vec<Option<model::Method>> =
            service.methods.iter().map(|method| self.method(method, scope)).collect();
        Some(model::Service {
            package: owned(&service.package),
            name: owned(&service.name),
            docs: owned(&service.docs),
            methods: methods.into_iter().collect::<Option<Vec<_>>>()?.into(),
            json: service.json,
            deprecated: service.deprecated,
        })
    }

    fn method(&mut self, method: &Method, scope: Scope<'_>) -> Option<model::Method> {
        let input = match &method.request {
            Request::Message(_, ty) | Request::Stream(_, ty) => self.message_name(ty, scope),
            Request::Made(message) => self.message(message, scope),
        };
        let output = match &method.response.payload {
            Payload::Message(ty) => self.message_name(ty, scope),
            Payload::Made(message) => self.message(message, scope),
        };
        let error = match &method.error {
            Some(ty) => Some(self.message_name(ty, scope)?),
            None => None,
        };
        Some(model::Method {
            name: owned(&method.name),
            docs: owned(&method.docs),
            shape: method.shape(),
            input: input?,
            output: output?,
            error,
            idempotency: method.idempotency,
            deprecated: method.deprecated,
        })
    }

    fn message_name(&mut self, ty: &syn::Type, scope: Scope<'_>) -> Option<TypeName> {
        match self.element(ty, Encoding::Natural, scope)? {
            Element::Message(name) => Some(name),
            _ => self.refuse(
                ty,
                scope,
                "is not a message; make it one of several arguments, or wrap it in a struct",
            ),
        }
    }

    /// Defines a message and gives its name.
    fn message(&mut self, message: &Message, scope: Scope<'_>) -> Option<TypeName> {
        let mut fields: Vec<Option<model::Field>> =
            message.fields.iter().map(|Field { tag, ty, .. }| self.field(tag, ty, scope)).collect();
        for choice in &message.choices {
            fields.extend(self.choice(choice, scope)?);
        }
        self.refuse_clashes(message, &fields, scope)?;
        self.define(&message.head, fields, None, scope)
    }

    /// Refuses members of a `oneof` that have the number or name of another field.
    fn refuse_clashes(
        &mut self,
        message: &Message,
        fields: &[Option<model::Field>],
        scope: Scope<'_>,
    ) -> Option<()> {
        let fields: Vec<&model::Field> = fields.iter().flatten().collect();
        let clashes = fields.iter().enumerate().flat_map(|(at, field)| {
            fields[..at].iter().filter_map(|other| other.clash(field)).collect::<Vec<_>>()
        });
        let told: Vec<String> = clashes.collect();
        for clash in &told {
            let text = format!("message `{}`: {clash}", message.head.ident);
            self.faults.spans(scope.file, &syn::Error::new_spanned(&message.head.ident, text));
        }
        told.is_empty().then_some(())
    }

    /// Reads the members of a `oneof` among other fields.
    fn choice(&mut self, choice: &Choice, scope: Scope<'_>) -> Option<Vec<Option<model::Field>>> {
        let ty = types::argument_of(&choice.ty, "Option").unwrap_or(&choice.ty);
        let text = "is not an enum with data among the sources";
        let found =
            types::last(ty).and_then(|(ident, _)| pick(self.sources.types(&ident.to_string()), ty, scope));
        let Some(Found { file, module, item: Declared::Message(input) }) = found.cloned() else {
            return self.refuse(ty, scope, text);
        };
        let scope = Scope { file: &file, module: &module };
        let Item::Oneof(oneof) = self.parse(scope, |errors| item::parse(&input, errors))? else {
            return self.refuse(ty, scope, text);
        };
        let members = oneof.variants.iter().map(|variant| {
            let member = self.member(variant, scope)?;
            Some(model::Field { oneof: Some(owned(&choice.name)), ..member })
        });
        Some(members.collect())
    }

    fn define(
        &mut self,
        head: &Head,
        fields: Vec<Option<model::Field>>,
        oneof: Option<&str>,
        scope: Scope<'_>,
    ) -> Option<TypeName> {
        let fields: Vec<model::Field> = fields.into_iter().collect::<Option<_>>()?;
        let message = model::Message {
            name: head.name.clone(),
            docs: owned(&head.docs),
            fields: fields.into(),
            oneof: oneof.map(owned),
            reserved: head.reserved.clone(),
            deprecated: head.deprecated,
        };
        self.definitions.add(Definition::Message(message), place(head, scope));
        Some(head.name.clone())
    }

    fn field(&mut self, tag: &Tag, ty: &syn::Type, scope: Scope<'_>) -> Option<model::Field> {
        self.container(ty, tag, scope, ALIASES).map(|ty| field(tag, ty))
    }

    fn member(&mut self, variant: &Variant, scope: Scope<'_>) -> Option<model::Field> {
        let element = match &variant.body {
            Body::Unit => google(model::WellKnown::Empty),
            Body::Newtype(ty) => self.element(ty, variant.tag.encoding, scope)?,
            Body::Struct(message) => Element::Message(self.message(message, scope)?),
        };
        Some(field(&variant.tag, Type::Singular(element)))
    }

    fn container(&mut self, ty: &syn::Type, tag: &Tag, scope: Scope<'_>, aliases: usize) -> Option<Type> {
        let encoding = tag.encoding;
        if let Some(item) = types::item(ty) {
            return self.element(item, encoding, scope).map(Type::Repeated);
        }
        if let Some((ident, arguments)) = types::last(ty) {
            let name = ident.to_string();
            match (name.as_str(), arguments.as_slice()) {
                ("Option", [inner]) => return self.element(inner, encoding, scope).map(Type::Optional),
                ("HashMap" | "BTreeMap" | "IndexMap", [key, value, ..]) => {
                    let key = self.element(key, tag.key, scope)?.scalar()?;
                    return self.element(value, encoding, scope).map(|value| Type::Map(key, value));
                }
                (name, []) if aliases > 0 => {
                    if let Some((target, found)) = self.alias(name, ty, scope) {
                        let scope = Scope { file: &found.file, module: &found.module };
                        return self.container(&target, tag, scope, aliases - 1);
                    }
                }
                _ => {}
            }
        }
        self.element(ty, encoding, scope).map(Type::Singular)
    }

    /// The type that `type Name = …;` stands for, when the name is an alias.
    fn alias(&self, name: &str, ty: &syn::Type, scope: Scope<'_>) -> Option<(syn::Type, Found<Declared>)> {
        let found = pick(self.sources.types(name), ty, scope)?;
        match &found.item {
            Declared::Alias(alias) => Some(((*alias.ty).clone(), found.clone())),
            _ => None,
        }
    }

    fn element(&mut self, ty: &syn::Type, encoding: Encoding, scope: Scope<'_>) -> Option<Element> {
        if types::is_unit(ty) {
            return Some(google(model::WellKnown::Empty));
        }
        if matches!(types::peel(ty), syn::Type::Array(array) if types::is(&array.elem, "u8")) {
            return Some(Element::Scalar(model::Scalar::Bytes));
        }
        let Some((ident, arguments)) = types::last(ty) else {
            return self.refuse(ty, scope, "cannot be a field of a message");
        };
        match (ident.to_string().as_str(), arguments.as_slice()) {
            ("Box" | "Arc" | "Cow", [inner]) if types::is(inner, "str") => {
                Some(Element::Scalar(model::Scalar::String))
            }
            ("Box" | "Arc", [inner]) => self.element(inner, encoding, scope),
            ("Vec", [inner]) if types::is(inner, "u8") => Some(Element::Scalar(model::Scalar::Bytes)),
            ("DateTime", [_]) => foreign("DateTime"),
            (name, []) => match scalar(name, encoding) {
                Some(scalar) => Some(Element::Scalar(scalar)),
                None => self.named(name, ty, encoding, scope),
            },
            _ => self.refuse(ty, scope, "cannot be one value of a field"),
        }
    }

    fn named(&mut self, name: &str, ty: &syn::Type, encoding: Encoding, scope: Scope<'_>) -> Option<Element> {
        let candidates = self.sources.types(name);
        let Some(found) = pick(candidates, ty, scope) else {
            if let ([], Some(element)) = (candidates, foreign(name)) {
                return Some(element);
            }
            let text = match candidates {
                [] => "is not among the sources; name its file with `.source(…)`",
                _ => "is the name of several types; write its path, such as `books::Book`",
            };
            return self.refuse(ty, scope, text);
        };
        let key = (Rc::clone(&found.file), Rc::clone(&found.module), name.to_owned());
        if let Some(element) = self.seen.get(&key) {
            return Some(element.clone());
        }
        let (found, scope) = (found.clone(), Scope { file: &found.file, module: &found.module });
        match &found.item {
            Declared::Alias(_) if self.aliases == ALIASES => {
                self.refuse(ty, scope, "is an alias without end")
            }
            Declared::Alias(alias) => {
                self.aliases += 1;
                let element = self.element(&alias.ty, encoding, scope);
                self.aliases -= 1;
                element
            }
            Declared::Message(input) => {
                let item = self.parse(scope, |errors| item::parse(input, errors))?;
                self.item(&item, key, scope)
            }
            Declared::Error(input) => {
                let error = self.parse(scope, |errors| item::parse_error(input, errors))?;
                self.error(&error, key, scope)
            }
        }
    }

    fn parse<T>(&mut self, scope: Scope<'_>, read: impl FnOnce(&mut Errors) -> Option<T>) -> Option<T> {
        let mut errors = Errors::default();
        let item = read(&mut errors);
        if let Err(error) = errors.finish() {
            self.faults.spans(scope.file, &error);
            return None;
        }
        item
    }

    fn item(&mut self, item: &Item, key: Key, scope: Scope<'_>) -> Option<Element> {
        match item {
            Item::Message(message) => {
                let element = Element::Message(message.head.name.clone());
                self.seen.insert(key, element.clone());
                self.message(message, scope).map(|_| element)
            }
            Item::Oneof(oneof) => {
                let element = Element::Message(oneof.head.name.clone());
                self.seen.insert(key, element.clone());
                let members = oneof.variants.iter().map(|variant| self.member(variant, scope)).collect();
                self.define(&oneof.head, members, Some(&oneof.oneof), scope).map(|_| element)
            }
            Item::Newtype(newtype) if self.aliases < ALIASES => {
                self.aliases += 1;
                let element = self.element(&newtype.ty, newtype.encoding, scope);
                self.aliases -= 1;
                element
            }
            Item::Newtype(newtype) => self.refuse(&newtype.ty, scope, "is a newtype without end"),
            Item::Enumeration(enumeration) => {
                let element = Element::Enum(enumeration.head.name.clone());
                self.seen.insert(key, element.clone());
                let place = place(&enumeration.head, scope);
                self.definitions.add(Definition::Enum(enumeration.model()), place);
                Some(element)
            }
        }
    }

    fn error(&mut self, error: &ErrorItem, key: Key, scope: Scope<'_>) -> Option<Element> {
        let element = Element::Message(error.head.name.clone());
        self.seen.insert(key, element.clone());
        let members = error.variants.iter().map(|error| self.member(&error.variant, scope)).collect();
        self.define(&error.head, members, Some(&error.oneof), scope).map(|_| element)
    }

    fn refuse<T>(&mut self, ty: &syn::Type, scope: Scope<'_>, text: &str) -> Option<T> {
        let text = format!("type `{}` {text}", types::printed(ty));
        self.faults.spans(scope.file, &syn::Error::new_spanned(ty, text));
        None
    }
}

/// Finds the type that a path means: the only one of its name, the one in the same module, or the one in the
/// modules that the path spells out.
fn pick<'a>(
    candidates: &'a [Found<Declared>],
    ty: &syn::Type,
    scope: Scope<'_>,
) -> Option<&'a Found<Declared>> {
    let written = match types::peel(ty) {
        syn::Type::Path(path) => path.path.segments.iter().map(|segment| segment.ident.to_string()).collect(),
        _ => Vec::new(),
    };
    let modules: Vec<&String> =
        written.iter().take(written.len().saturating_sub(1)).filter(|word| !is_anchor(word)).collect();
    let matches = |found: &&Found<Declared>| match modules[..] {
        [] => found.module == *scope.module,
        _ => {
            found.module.iter().rev().zip(modules.iter().rev()).all(|(a, b)| a == *b)
                && found.module.len() >= modules.len()
        }
    };
    match candidates {
        [only] => Some(only),
        _ => {
            let mut fitting = candidates.iter().filter(matches);
            fitting.next().filter(|_| fitting.next().is_none())
        }
    }
}

/// The place as `src/books.rs:12`.
fn place(head: &Head, scope: Scope<'_>) -> String {
    format!("{}:{}", scope.file.display(), head.ident.span().start().line)
}

fn is_anchor(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super")
}

fn field(tag: &Tag, ty: Type) -> model::Field {
    model::Field {
        name: owned(&tag.name),
        json: owned(&tag.json),
        number: tag.number,
        ty: match ty {
            Type::Singular(element) if tag.default.is_some() => Type::Optional(element),
            ty => ty,
        },
        unpacked: tag.unpacked,
        docs: owned(&tag.docs),
        deprecated: tag.deprecated,
        examples: tag.examples.clone().into(),
        oneof: None,
        constraints: tag.demands().into(),
        failure: tag.failure.clone(),
        default: tag.default_shown.clone(),
        json_written: tag.json_written,
    }
}

fn owned(text: &str) -> model::Text {
    Cow::Owned(text.to_owned())
}
