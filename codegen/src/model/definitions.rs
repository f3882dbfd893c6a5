//! The types that services reach: collected by name, and in the order of a `.proto` file.

use super::{Definition, Message, Reserved, Service, Text, TypeName};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The messages and enums that a set of services can reach, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definitions {
    known: BTreeMap<TypeName, Known>,
    clashes: Vec<Clash>,
}

/// A definition, and the place where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    definition: Definition,
    place: Text,
}

/// Two different types with the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The name.
    pub name: TypeName,
    /// The place of each type.
    pub places: [Text; 2],
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, [first, second]) = (self.name.full_name(""), &self.places);
        write!(f, "`{name}` is the name of two different types, `{first}` and `{second}`; ")?;
        f.write_str(match (self.name.name.strip_suffix("Request"), self.name.name.strip_suffix("Response")) {
            (Some(_), _) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`, or, of one that was made for the arguments of a method, with `#[method(request = \"…\")]` there",
            (_, Some(_)) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`, or, of one that was made for what a method returns, with `#[method(response = \"…\")]` there",
            (None, None) => "rename one of them, for the schema alone with `#[message(name = \"…\")]`",
        })
    }
}

impl Definitions {
    /// Adds a definition. Returns false when the name was there already. `place` tells people where the type
    /// is defined.
    pub fn add(&mut self, definition: Definition, place: impl Into<Text>) -> bool {
        let (name, place) = (definition.name().clone(), place.into());
        match self.known.get(&name) {
            Some(known) if known.definition == definition => false,
            Some(known) => {
                let clash = Clash { name, places: [known.place.clone(), place] };
                if !self.clashes.contains(&clash) {
                    self.clashes.push(clash);
                }
                false
            }
            None => {
                self.known.insert(name, Known { definition, place });
                true
            }
        }
    }

    /// Adds every definition of `others` whose name is not there yet.
    pub fn merge(&mut self, others: &Self) {
        for Known { definition, place } in others.known.values() {
            self.add(definition.clone(), place.clone());
        }
    }

    /// The names that two different types have.
    pub fn clashes(&self) -> &[Clash] {
        &self.clashes
    }

    /// Every definition with its place, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Definition, &Text)> {
        self.known.values().map(|known| (&known.definition, &known.place))
    }

    /// Whether the name is there.
    pub fn contains(&self, name: &TypeName) -> bool {
        self.known.contains_key(name)
    }

    /// Whether a field of some message here has a constraint.
    pub fn has_constraints(&self) -> bool {
        self.known.values().any(|known| known.definition.has_constraints())
    }

    /// The definition of this name.
    pub fn get(&self, name: &TypeName) -> Option<&Definition> {
        self.known.get(name).map(|known| &known.definition)
    }
}

/// One `.proto` file: a package, its services, and the types that they reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The package; may be empty.
    pub package: Text,
    /// The services, in the order given.
    pub services: Vec<Service>,
    /// The package's own messages and enums, nested ones too, in the order in which methods first mention
    /// them.
    pub definitions: Vec<Definition>,
    /// The types of other packages that this one mentions, in the order of mention.
    pub foreign: Vec<TypeName>,
}

impl File {
    /// Collects the definitions that `services` reach. All of the services belong to `package`.
    ///
    /// The order depends on the model alone, so source and constants give the same file.
    pub fn new(package: impl Into<Text>, services: Vec<Service>, definitions: &Definitions) -> Self {
        Self::with_types(package, services, &[], definitions)
    }

    /// A copy in which no field has a constraint.
    #[must_use]
    pub fn without_constraints(&self) -> Self {
        let mut file = self.clone();
        for definition in &mut file.definitions {
            if let Definition::Message(message) = definition {
                message.fields.to_mut().iter_mut().for_each(|field| field.constraints = Cow::Borrowed(&[]));
            }
        }
        file
    }

    /// Like [`File::new`], with more types, which no method needs to reach. They come last.
    pub fn with_types(
        package: impl Into<Text>,
        services: Vec<Service>,
        types: &[TypeName],
        definitions: &Definitions,
    ) -> Self {
        let package = package.into();
        let mut walk =
            Walk { package: &package, definitions, seen: Vec::new(), found: Vec::new(), foreign: Vec::new() };
        for method in services.iter().flat_map(|service| service.methods.iter()) {
            walk.visit(&method.input);
            walk.visit(&method.output);
            if let Some(error) = &method.error {
                walk.visit(error);
            }
        }
        types.iter().for_each(|name| walk.visit(name));
        walk.outer();
        let Walk { found, foreign, .. } = walk;
        Self { package, services, definitions: found, foreign }
    }
}

/// The name of the message around a nested type.
pub(crate) fn outer(name: &TypeName) -> Option<TypeName> {
    let (outer, _) = name.name.rsplit_once('.')?;
    Some(TypeName { package: name.package.clone(), name: Cow::Owned(outer.to_owned()) })
}

/// A message without fields, which only holds nested types.
pub(crate) fn shell(name: TypeName) -> Definition {
    let (docs, fields) = (Cow::Borrowed(""), Cow::Borrowed(&[][..]));
    Definition::Message(Message {
        name,
        docs,
        fields,
        oneof: None,
        reserved: Reserved::NONE,
        deprecated: false,
    })
}

struct Walk<'a> {
    package: &'a str,
    definitions: &'a Definitions,
    seen: Vec<TypeName>,
    found: Vec<Definition>,
    foreign: Vec<TypeName>,
}

impl Walk<'_> {
    /// Adds each message around a nested type, when nothing else refers to that message.
    fn outer(&mut self) {
        let mut at = 0;
        while let Some(definition) = self.found.get(at) {
            at += 1;
            let Some(outer) = outer(definition.name()) else { continue };
            if !self.seen.contains(&outer) {
                self.visit(&outer);
                if !self.definitions.contains(&outer) {
                    self.found.push(shell(outer));
                }
            }
        }
    }

    fn visit(&mut self, name: &TypeName) {
        if self.seen.contains(name) {
            return;
        }
        self.seen.push(name.clone());
        if name.package.as_deref().is_some_and(|package| package != self.package) {
            self.foreign.push(name.clone());
            return;
        }
        let Some(definition) = self.definitions.get(name) else { return };
        self.found.push(definition.clone());
        if let Definition::Message(message) = definition {
            message
                .fields
                .iter()
                .filter_map(|field| field.ty.element().type_name())
                .for_each(|n| self.visit(n));
        }
    }
}
