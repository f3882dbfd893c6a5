//! Renders a [`File`] as the bytes of a `google.protobuf.FileDescriptorProto`, as protoc makes them from the
//! `.proto` file.
//!
//! Reflection serves them. The encoding is written by hand, because descriptors need only three wire types
//! and no library.

use super::googles::{self, Setting};
use super::proto::import_path;
use super::protovalidate;
use crate::model::{
    Definition, Element, Enum, Field, File, Idempotency, Message, Method, Scalar, Service, Type, TypeName,
};
use crate::names;
use std::collections::{BTreeMap, BTreeSet};

/// The bytes. `name` is the name of the file itself.
pub fn encode(file: &File, name: &str) -> Vec<u8> {
    let mut out = Proto::default();
    out.text(1, name);
    out.text(2, &file.package);
    let mut imports: Vec<String> = file.foreign.iter().map(import_path).collect();
    imports.sort();
    imports.dedup();
    imports.iter().for_each(|import| out.text(3, import));
    let writer = Writer { file };
    for definition in file.definitions.iter().filter(|definition| !definition.name().name.contains('.')) {
        match definition {
            Definition::Message(message) => out.message(4, writer.message(message)),
            Definition::Enum(definition) => out.message(5, writer.enumeration(definition)),
        }
    }
    file.services.iter().for_each(|service| out.message(6, writer.service(service)));
    if let Some(settings) = googles::options(name) {
        out.message(8, options(settings));
    }
    out.text(12, "proto3");
    out.0
}

fn options<const N: usize>(settings: [(u32, Setting); N]) -> Proto {
    let mut out = Proto::default();
    for (number, setting) in settings {
        match setting {
            Setting::Text(text) => out.text(number, &text),
            Setting::Flag(flag) => out.flag(number, flag),
        }
    }
    out
}

/// The bytes of a `FileDescriptorSet`, in which each file follows its imports.
pub fn set(files: &BTreeMap<String, File>) -> Vec<u8> {
    let (mut out, mut open): (Proto, Vec<&String>) = (Proto::default(), files.keys().rev().collect());
    let (mut begun, mut done) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = open.last().copied() {
        let imports = || files.get(name).into_iter().flat_map(|file| file.foreign.iter().map(import_path));
        if begun.insert(name) {
            let missing = imports().filter_map(|import| files.get_key_value(&import).map(|(name, _)| name));
            open.extend(missing.filter(|import| !begun.contains(import)));
            continue;
        }
        open.pop();
        if let Some(file) = files.get(name).filter(|_| done.insert(name)) {
            out.bytes(1, &encode(file, name));
        }
    }
    out.0
}

/// A message under construction.
#[derive(Default)]
struct Proto(Vec<u8>);

impl Proto {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u32, value: i32) {
        self.varint(u64::from(field) << 3);
        self.varint(i64::from(value) as u64);
    }

    fn flag(&mut self, field: u32, value: bool) {
        if value {
            self.number(field, 1);
        }
    }

    fn bytes(&mut self, field: u32, value: &[u8]) {
        self.varint(u64::from(field) << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    /// Adds text. Empty text, such as the empty package, is left out.
    fn text(&mut self, field: u32, value: &str) {
        if !value.is_empty() {
            self.bytes(field, value.as_bytes());
        }
    }

    /// Adds options that hold only `deprecated`. Each kind of options has its own number for this word.
    fn deprecated(&mut self, options: u32, (word, is): (u32, bool)) {
        if is {
            let mut out = Self::default();
            out.flag(word, is);
            self.message(options, out);
        }
    }

    fn message(&mut self, field: u32, value: Self) {
        self.bytes(field, &value.0);
    }
}

struct Writer<'a> {
    file: &'a File,
}

impl Writer<'_> {
    /// The reference to a type: a dot and its full name.
    fn reference(&self, name: &TypeName) -> String {
        format!(".{}", name.full_name(&self.file.package))
    }

    fn service(&self, service: &Service) -> Proto {
        let mut out = Proto::default();
        out.text(1, &service.name);
        service.methods.iter().for_each(|method| out.message(2, self.method(method)));
        out.deprecated(3, (33, service.deprecated));
        out
    }

    fn method(&self, method: &Method) -> Proto {
        let mut out = Proto::default();
        out.text(1, &method.name);
        out.text(2, &self.reference(&method.input));
        out.text(3, &self.reference(&method.output));
        let mut options = Proto::default();
        options.flag(33, method.deprecated);
        match method.idempotency {
            Idempotency::Unknown => {}
            Idempotency::NoSideEffects => options.number(34, 1),
            Idempotency::Idempotent => options.number(34, 2),
        }
        if !options.0.is_empty() {
            out.message(4, options);
        }
        out.flag(5, method.shape.client_streams());
        out.flag(6, method.shape.server_streams());
        out
    }

    fn message(&self, message: &Message) -> Proto {
        let mut out = Proto::default();
        out.text(1, last_word(&message.name));
        // Synthetic oneofs, for `optional` fields, come last.
        let mut oneofs: Vec<String> = Vec::new();
        for oneof in
            message.oneof.iter().chain(message.fields.iter().filter_map(|field| field.oneof.as_ref()))
        {
            if !oneofs.iter().any(|known| known == oneof) {
                oneofs.push(oneof.to_string());
            }
        }
        for field in message.fields.iter() {
            out.message(2, self.field(message, field, &mut oneofs));
        }
        for nested in self.nested(&message.name) {
            match nested {
                Definition::Message(nested) => out.message(3, self.message(nested)),
                Definition::Enum(nested) => out.message(4, self.enumeration(nested)),
            }
        }
        for field in message.fields.iter() {
            if let Type::Map(key, value) = &field.ty {
                out.message(3, self.map_entry(field, *key, value));
            }
        }
        out.deprecated(7, (3, message.deprecated));
        for oneof in oneofs {
            let mut declaration = Proto::default();
            declaration.text(1, &oneof);
            out.message(8, declaration);
        }
        for (first, last) in message.reserved.numbers.iter() {
            // The end is not included here.
            out.message(9, range(*first, last + 1));
        }
        message.reserved.names.iter().for_each(|name| out.text(10, name));
        out
    }

    fn nested<'b>(&'b self, outer: &'b TypeName) -> impl Iterator<Item = &'b Definition> {
        self.file.definitions.iter().filter(|inner| {
            let (parent, _) = inner.name().name.rsplit_once('.').unwrap_or_default();
            inner.name().package == outer.package && parent == outer.name
        })
    }

    /// Adds the synthetic oneof of an `optional` field to `oneofs`.
    fn field(&self, message: &Message, field: &Field, oneofs: &mut Vec<String>) -> Proto {
        let repeated = matches!(field.ty, Type::Repeated(_) | Type::Map(..));
        let mut out = Proto::default();
        out.text(1, &field.name);
        out.number(3, field.number as i32);
        out.number(4, if repeated { 3 } else { 1 });
        match &field.ty {
            Type::Map(..) => {
                out.number(5, 11);
                out.text(6, &format!("{}.{}", self.reference(&message.name), entry(field)));
            }
            ty => self.element(ty.element(), &mut out),
        }
        let mut options = Proto::default();
        if field.says_unpacked() {
            options.number(2, 0);
        }
        options.flag(3, field.deprecated);
        // The file that defines these options is not among the imports: see the decision in ARCHITECTURE.md.
        options.0.extend(protovalidate::extension(field));
        if !options.0.is_empty() {
            out.message(8, options);
        }
        if message.oneof.is_some() {
            out.number(9, 0);
        } else if let Some(own) = field.oneof.as_deref() {
            out.number(9, oneofs.iter().position(|oneof| oneof == own).unwrap_or_default() as i32);
        } else if is_synthetic(field) {
            out.number(9, oneofs.len() as i32);
            oneofs.push(format!("_{}", field.name));
        }
        out.text(10, &field.json);
        out.flag(17, message.oneof.is_none() && is_synthetic(field));
        out
    }

    fn element(&self, element: &Element, out: &mut Proto) {
        match element {
            Element::Scalar(scalar) => out.number(5, type_number(*scalar)),
            Element::Text(_) => out.number(5, type_number(Scalar::String)),
            Element::Message(name) => {
                out.number(5, 11);
                out.text(6, &self.reference(name));
            }
            Element::Enum(name) => {
                out.number(5, 14);
                out.text(6, &self.reference(name));
            }
        }
    }

    /// The message of a map's entries, with a key and a value. A map is a repeated field of this message.
    fn map_entry(&self, field: &Field, key: Scalar, value: &Element) -> Proto {
        let mut out = Proto::default();
        out.text(1, &entry(field));
        for (number, name, element) in [(1, "key", &Element::Scalar(key)), (2, "value", value)] {
            let mut part = Proto::default();
            part.text(1, name);
            part.number(3, number);
            part.number(4, 1);
            self.element(element, &mut part);
            part.text(10, name);
            out.message(2, part);
        }
        let mut options = Proto::default();
        options.flag(7, true);
        out.message(7, options);
        out
    }

    fn enumeration(&self, definition: &Enum) -> Proto {
        let mut out = Proto::default();
        out.text(1, last_word(&definition.name));
        for value in definition.values.iter() {
            let mut part = Proto::default();
            part.text(1, &value.name);
            part.number(2, value.number);
            part.deprecated(3, (1, value.deprecated));
            out.message(2, part);
        }
        if definition.has_aliases() || definition.deprecated {
            let mut options = Proto::default();
            options.flag(2, definition.has_aliases());
            options.flag(3, definition.deprecated);
            out.message(3, options);
        }
        definition.reserved.numbers.iter().for_each(|(first, last)| out.message(4, range(*first, *last)));
        definition.reserved.names.iter().for_each(|name| out.text(5, name));
        out
    }
}

/// A `DescriptorProto.ReservedRange`, or that of an enum.
fn range(start: i32, end: i32) -> Proto {
    let mut out = Proto::default();
    out.number(1, start);
    out.number(2, end);
    out
}

/// Whether the field is written with the word `optional`. A message field has presence without it.
fn is_synthetic(field: &Field) -> bool {
    let has_presence = matches!(field.ty.element(), Element::Message(_));
    matches!(field.ty, Type::Optional(_)) && !has_presence && field.oneof.is_none()
}

/// The name that protoc gives to the message of a map's entries.
fn entry(field: &Field) -> String {
    format!("{}Entry", names::pascal(&field.name))
}

fn last_word(name: &TypeName) -> &str {
    name.name.rsplit('.').next().unwrap_or_default()
}

/// The number of a `FieldDescriptorProto.Type`.
const fn type_number(scalar: Scalar) -> i32 {
    match scalar {
        Scalar::Double => 1,
        Scalar::Float => 2,
        Scalar::Int64 => 3,
        Scalar::Uint64 => 4,
        Scalar::Int32 => 5,
        Scalar::Fixed64 => 6,
        Scalar::Fixed32 => 7,
        Scalar::Bool => 8,
        Scalar::String => 9,
        Scalar::Bytes => 12,
        Scalar::Uint32 => 13,
        Scalar::Sfixed32 => 15,
        Scalar::Sfixed64 => 16,
        Scalar::Sint32 => 17,
        Scalar::Sint64 => 18,
    }
}
