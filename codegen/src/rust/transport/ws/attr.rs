//! Reads `#[ws("/chat/{room}")]`.

use crate::rust::attrs;
use crate::rust::transport::attr::{Claim, Facts, Reading};
use crate::rust::transport::http::attr::{anonymous, template};
use crate::transport::ws::{MULTIPLEXED, Plan};
use syn::ext::IdentExt;
use syn::{Attribute, LitStr};

/// The plan of a method: its own endpoint, if it has one.
pub(crate) fn read(own: &[&Attribute], facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<Plan> {
    if let [_, more, ..] = own {
        reading.errors.push(more, format!("{}: one endpoint a method; remove this one", facts.subject));
    }
    let mut plan = Plan::default();
    if let Some(attr) = own.first() {
        let path = parse(attr, facts, reading)?;
        let endpoint = template(&path, facts, reading)?;
        if endpoint.to_string() == MULTIPLEXED {
            let text = format!(
                "{}: `{MULTIPLEXED}` already serves every method as JSON-RPC 2.0; take another path, such as `{MULTIPLEXED}/{}`",
                facts.subject,
                facts.ident.unraw()
            );
            reading.errors.push(&path, text);
            return None;
        }
        let address = format!("WebSocket endpoint `{}`", anonymous(&endpoint));
        reading.notes.claims.push(Claim { address, at: path });
        plan.endpoint = Some(endpoint);
    }
    Some(plan)
}

fn parse(attr: &Attribute, facts: &Facts<'_>, reading: &mut Reading<'_>) -> Option<LitStr> {
    match attrs::args(attr).as_deref() {
        Ok([attrs::Arg::Literal(value)]) => attrs::text(value, &facts.subject, reading.errors),
        _ => {
            let text = format!(
                "{}: write the path of the endpoint, such as `#[ws(\"/chat\")]`, or `skip`",
                facts.subject
            );
            reading.errors.push(attr, text);
            None
        }
    }
}
