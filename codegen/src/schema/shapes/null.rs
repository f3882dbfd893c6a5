//! Schemas that accept `null` besides their own values.

use crate::schema::json::{Json, Object};

/// The schema, or `null`.
pub(super) fn nullable(mut schema: Object) -> Object {
    if schema.is_empty() || takes_null(&schema) {
        return schema;
    }
    let null = || Object::new().with("type", "null").into();
    if let Some(Json::List(values)) = schema.get_mut("enum") {
        values.push(Json::Null);
        if !schema.contains("type") {
            return schema;
        }
    }
    if !schema.contains("type")
        && let Some(Json::List(choices)) = schema.get_mut("anyOf")
    {
        choices.push(null());
        return schema;
    }
    match schema.get_mut("type") {
        Some(types @ Json::Text(_)) => {
            let first = std::mem::replace(types, Json::Null);
            *types = Json::List(vec![first, "null".into()]);
            schema
        }
        Some(Json::List(types)) => {
            types.push("null".into());
            schema
        }
        _ => Object::new().with("anyOf", Json::List(vec![schema.into(), null()])),
    }
}

/// Whether the schema accepts `null` already. For `NullValue`, `null` is the only value.
fn takes_null(schema: &Object) -> bool {
    let null = Json::from("null");
    let has = |member: &str, value: &Json| match schema.get(member) {
        Some(Json::List(all)) => all.contains(value),
        one => one == Some(value),
    };
    if schema.contains("type") {
        return has("type", &null);
    }
    has("enum", &Json::Null) || has("anyOf", &Object::new().with("type", null).into())
}

#[cfg(test)]
mod tests {
    use super::super::reference;
    use super::*;
    use crate::schema::json::texts;

    #[test]
    fn null_is_added_once() {
        let of = |types: &[&'static str]| Object::new().with("type", texts(types.iter().copied()));
        let list = |name: &'static str, one: Json| Object::new().with(name, Json::List(vec![one]));
        let (choice, names) = (list("anyOf", reference("a").into()), list("enum", "A".into()));
        for schema in [Object::new().with("type", "null"), of(&["null"]), of(&["string", "null"])] {
            assert_eq!(nullable(schema.clone()), schema);
        }
        for schema in [Object::new().with("type", "string"), of(&["string"]), reference("a"), choice, names] {
            let once = nullable(schema.clone());
            assert_ne!(once, schema);
            assert_eq!(nullable(once.clone()), once);
        }
    }
}
