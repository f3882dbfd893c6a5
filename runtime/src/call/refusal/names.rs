//! Paths of fields in the client's own names. A name that the client did not write gets the case of those that
//! it wrote.

use super::draft::{Beside, Draft};
use super::types::{Types, further};
use crate::message::error::{Step, joined};
use polywire_codegen::model::{Field, JsonCase, JsonStyle};

/// The path to the end of these steps.
pub(super) fn written(steps: &[Step], draft: &mut Draft<'_>, types: &Types, style: JsonStyle) -> String {
    let way = types.way(steps);
    let mut path = String::new();
    for (index, at) in way.iter().enumerate() {
        path = further(&path, at, |field| spelled(field, &draft.beside(&way[..index]), style));
    }
    for step in &steps[way.len()..] {
        let part = match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => format!("[{index}]"),
        };
        path = if path.is_empty() { part } else { joined(&path, &part) };
    }
    path
}

/// The client's path for a path in the names of the schema, such as `lines[2].unit_price` or `tags["k"]`.
pub(super) fn of_violation(field: &str, draft: &mut Draft<'_>, types: &Types, style: JsonStyle) -> String {
    written(&steps(field), draft, types, style)
}

/// The name of a field beside other names.
fn spelled(field: &Field, beside: &Beside, style: JsonStyle) -> String {
    let is_there = |name: &str| beside.names.iter().any(|other| other == name);
    let is_snake = |name: &String| name.contains('_');
    let is_camel = |name: &String| name.contains(|c: char| c.is_ascii_uppercase());
    let snake = match (is_there(&field.json), is_there(&field.name)) {
        (true, _) => false,
        (false, true) => return field.name.to_string(),
        (false, false) if beside.chosen.iter().any(is_camel) => false,
        (false, false) => beside.chosen.iter().any(is_snake) || style.case == JsonCase::Snake,
    };
    field.name_in(if snake { JsonCase::Snake } else { JsonCase::Camel }).to_owned()
}

fn steps(path: &str) -> Vec<Step> {
    let (mut steps, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        let (step, behind) = match rest.strip_prefix('[') {
            Some(inner) => subscript(inner),
            None => {
                let name = rest.strip_prefix('.').unwrap_or(rest);
                let end = name.find(['.', '[']).unwrap_or(name.len());
                (Step::Name(name[..end].to_owned()), &name[end..])
            }
        };
        steps.push(step);
        rest = behind;
    }
    steps
}

/// The step between brackets, and the text behind them.
fn subscript(inner: &str) -> (Step, &str) {
    let Some(quoted) = inner.strip_prefix('"') else {
        let (inner, behind) = inner.split_once(']').unwrap_or((inner, ""));
        let step = inner.parse().map_or_else(|_| Step::Name(inner.to_owned()), Step::Index);
        return (step, behind);
    };
    let mut is_escaped = false;
    let end = quoted.find(|c| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    let (key, behind) = quoted.split_at(end.unwrap_or(quoted.len()));
    let key = serde_json::from_str(&format!("\"{key}\"")).unwrap_or_else(|_| key.to_owned());
    (Step::Name(key), behind.strip_prefix("\"]").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let name = |name: &str| Step::Name(name.to_owned());
        assert_eq!(steps("a[2].b_c"), [name("a"), Step::Index(2), name("b_c")]);
        assert_eq!(steps(r#"a["k\".]"].b"#), [name("a"), name("k\".]"), name("b")]);
        assert_eq!(steps("a[true]"), [name("a"), name("true")]);
    }
}
