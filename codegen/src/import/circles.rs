//! Finds messages that hold each other without a pointer, and so need a `Box` somewhere on the circle.

use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use std::collections::BTreeMap;

/// The circle of each message. Two messages are on one circle when they reach each other by fields that are
/// no list and no map.
pub(super) struct Circles(BTreeMap<String, usize>);

impl Circles {
    pub(super) fn new(messages: &[MessageDescriptor]) -> Self {
        let known = messages.iter().enumerate().map(|(at, message)| (message.full_name().to_owned(), at));
        let known: BTreeMap<String, usize> = known.collect();
        let held = |message: &MessageDescriptor| {
            let in_place = message.fields().filter_map(|field| held(&field));
            in_place.filter_map(|inner| known.get(inner.full_name()).copied()).collect()
        };
        let forward: Vec<Vec<usize>> = messages.iter().map(held).collect();
        let circles = circles(&forward);
        Self(known.into_iter().map(|(name, at)| (name, circles[at])).collect())
    }

    /// Whether a field closes a circle: the message that it holds in place can hold the message that the
    /// field is in.
    pub(super) fn is_on_one(&self, field: &FieldDescriptor) -> bool {
        let of = |message: &MessageDescriptor| self.0.get(message.full_name());
        held(field).is_some_and(|inner| of(&inner).is_some() && of(&inner) == of(field.parent_message()))
    }
}

fn held(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(inner) if !field.is_list() && !field.is_map() => Some(inner),
        _ => None,
    }
}

/// The strongly connected component of each node, by Kosaraju's algorithm. It does not recurse, as chains of
/// messages may be long.
fn circles(forward: &[Vec<usize>]) -> Vec<usize> {
    let mut backward = vec![Vec::new(); forward.len()];
    for (from, reached) in forward.iter().enumerate() {
        reached.iter().for_each(|to| backward[*to].push(from));
    }
    let mut component = vec![usize::MAX; forward.len()];
    for root in finished(forward).into_iter().rev() {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if component[node] == usize::MAX {
                component[node] = root;
                open.extend(&backward[node]);
            }
        }
    }
    component
}

/// The nodes in the order in which a depth-first walk finishes them.
fn finished(forward: &[Vec<usize>]) -> Vec<usize> {
    let (mut done, mut seen) = (Vec::new(), vec![false; forward.len()]);
    for root in 0..forward.len() {
        // Each entry is a node and the number of its edges that were walked.
        let mut open = if seen[root] { Vec::new() } else { vec![(root, 0)] };
        seen[root] = true;
        while let Some((node, edge)) = open.last_mut() {
            match forward[*node].get(*edge) {
                Some(next) => {
                    *edge += 1;
                    if !std::mem::replace(&mut seen[*next], true) {
                        open.push((*next, 0));
                    }
                }
                None => {
                    done.push(*node);
                    open.pop();
                }
            }
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn nodes_that_reach_each_other_are_in_one_circle() {
        let found = circles(&[vec![1], vec![2, 3], vec![0], vec![4], vec![4], vec![]]);
        assert!(found[0] == found[1] && found[1] == found[2]);
        let others = [found[0], found[3], found[4], found[5]];
        assert!(others.iter().enumerate().all(|(at, one)| !others[at + 1..].contains(one)), "{found:?}");
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let chain: Vec<Vec<usize>> =
            (0..200_000).map(|at| if at < 199_999 { vec![at + 1] } else { vec![] }).collect();
        assert_eq!(circles(&chain).len(), chain.len());
    }
}
