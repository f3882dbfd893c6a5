//! The constants that the macro would write for the methods of a world.

use super::*;
use polywire_codegen::model::{Definition, Definitions, Element, Field, Message, Reserved, Scalar, Type};

pub(super) fn plan(kind: Kind) -> Plan {
    // Tests know the time of a retry.
    Plan { kind, retry: Retry { jitter: false, ..Retry::DEFAULT }, ..Plan::default() }
}

/// Registers the message of every request: `n`, which is needed.
fn request(all: &mut Definitions) {
    let field = Field {
        name: "n".into(),
        json: "n".into(),
        number: 1,
        ty: Type::Singular(Element::Scalar(Scalar::Int32)),
        unpacked: false,
        docs: "".into(),
        deprecated: false,
        examples: Cow::Borrowed(&[]),
        oneof: None,
        constraints: Cow::Borrowed(&[]),
        failure: None,
        default: None,
        json_written: false,
    };
    let message = Message {
        name: TypeName::local("In"),
        docs: "".into(),
        fields: vec![field].into(),
        oneof: None,
        reserved: Reserved::NONE,
        deprecated: false,
    };
    all.add(Definition::Message(message), "here");
}

pub(crate) type Row = (&'static str, Shape, Plan, Idempotency);

/// Makes the constants that the macro would write.
pub(crate) fn spec(service: &str, rows: &[Row]) -> HashMap<&'static str, &'static Method> {
    let (package, name) = service.split_once('.').unwrap();
    let methods = rows.iter().map(|(name, shape, _, idempotency)| model::Method {
        name: Cow::Borrowed(name),
        docs: Cow::Borrowed(""),
        shape: *shape,
        input: TypeName::local("In"),
        output: TypeName::local("Out"),
        error: None,
        idempotency: *idempotency,
        deprecated: false,
    });
    let model = model::Service {
        package: Cow::Owned(package.to_owned()),
        name: Cow::Owned(name.to_owned()),
        docs: Cow::Borrowed(""),
        methods: methods.collect::<Vec<_>>().into(),
        json: JsonStyle::CANONICAL,
        deprecated: false,
    };
    let spec: &'static ServiceSpec =
        Box::leak(Box::new(ServiceSpec { model, methods: &[], register: request }));
    rows.iter()
        .enumerate()
        .map(|(index, (name, _, plan, _))| {
            let path: &'static str = Box::leak(format!("/{service}/{name}").into_boxed_str());
            let plans = Plans { amqp: Some(plan.clone()), ..Plans::default() };
            let method: &'static Method =
                Box::leak(Box::new(Method { service: spec, index, path, plans, wrapped: None, attrs: &[] }));
            (*name, method)
        })
        .collect()
}
