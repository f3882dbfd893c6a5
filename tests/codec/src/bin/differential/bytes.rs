//! Odd protobuf, made from a sound message: some that other encoders may write, and some that no encoder
//! writes.

use crate::dice::Dice;
use polywire_codec_tests::DESCRIPTORS;
use prost::Message;
use prost::encoding::encode_varint;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every message of the schema by its full name.
static MESSAGES: LazyLock<BTreeMap<String, DescriptorProto>> = LazyLock::new(|| {
    let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_else(|error| panic!("{error}"));
    let mut all = BTreeMap::new();
    for file in set.file {
        for message in file.message_type {
            add(&format!(".{}", file.package.as_deref().unwrap_or_default()), message, &mut all);
        }
    }
    all
});

fn add(scope: &str, message: DescriptorProto, all: &mut BTreeMap<String, DescriptorProto>) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        add(&name, nested.clone(), all);
    }
    all.insert(name, message);
}

/// A field as it stands on the wire: its tag, and all that follows it up to the next.
#[derive(Debug, Clone)]
struct Piece {
    number: u32,
    wire: u8,
    /// With a length, for wire type 2.
    value: Vec<u8>,
}

/// A change of the fields of one message.
type Edit = fn(&mut Vec<Piece>, &DescriptorProto, &mut Dice);

/// All changes, by name.
const CHANGES: [(&str, Edit); 13] = [
    ("as it is", |_, _, _| {}),
    ("unknown fields", unknown),
    ("another order", |pieces, _, dice| {
        if !pieces.is_empty() {
            let at = dice.below(pieces.len());
            pieces.rotate_left(at);
        }
    }),
    ("a field twice", |pieces, _, dice| {
        if !pieces.is_empty() {
            let again = dice.pick(pieces).clone();
            pieces.insert(dice.below(pieces.len()), again);
        }
    }),
    ("a field left out", |pieces, _, dice| {
        if !pieces.is_empty() {
            pieces.remove(dice.below(pieces.len()));
        }
    }),
    ("unpacked", unpacked),
    ("packed", packed),
    ("a number of any size", number),
    ("a long varint", |pieces, _, dice| long_varint(pieces, dice)),
    ("text that is not UTF-8", not_text),
    ("two members of a oneof", two_members),
    ("a field of another wire type", wrong_wire),
    ("an empty value", |pieces, _, dice| {
        if let Some(piece) = some(pieces, dice, |piece| piece.wire == 2) {
            piece.value = vec![0];
        }
    }),
];

/// A changed copy of `bytes`, and what was done.
pub(crate) fn change(message: &str, bytes: &[u8], dice: &mut Dice) -> (Vec<u8>, &'static str) {
    match dice.below(16) {
        0 if message == "Tree" => return (nested(dice), "deep nesting"),
        1 if !bytes.is_empty() => return (bytes[..dice.below(bytes.len())].to_vec(), "cut short"),
        2 => {
            let mut all = bytes.to_vec();
            for byte in &mut all {
                if dice.below(24) == 0 {
                    *byte ^= 1 << dice.below(8);
                }
            }
            return (all, "bits flipped");
        }
        _ => {}
    }
    let (name, edit) = *dice.pick(&CHANGES);
    (inside(&format!(".codec.v1.{message}"), bytes, edit, dice), name)
}

/// Applies `edit` to this message, or to one inside of it.
fn inside(name: &str, bytes: &[u8], edit: Edit, dice: &mut Dice) -> Vec<u8> {
    let (Some(descriptor), Some(mut pieces)) = (MESSAGES.get(name), split(bytes)) else {
        return bytes.to_vec();
    };
    let deeper: Vec<usize> = (0..pieces.len())
        .filter(|at| field(descriptor, pieces[*at].number).is_some_and(|f| f.r#type() == Type::Message))
        .collect();
    if !deeper.is_empty() && dice.below(3) > 0 {
        let piece = &mut pieces[*dice.pick(&deeper)];
        if let Some(field) = field(descriptor, piece.number) {
            let inner = inside(field.type_name(), payload(piece), edit, dice);
            piece.value = delimited(&inner);
        }
    } else {
        edit(&mut pieces, descriptor, dice);
    }
    join(&pieces)
}

fn field(descriptor: &DescriptorProto, number: u32) -> Option<&FieldDescriptorProto> {
    descriptor.field.iter().find(|field| field.number() == number.cast_signed())
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for at in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn put(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    encode_varint(value, &mut out);
    out
}

fn delimited(payload: &[u8]) -> Vec<u8> {
    [put(payload.len() as u64).as_slice(), payload].concat()
}

fn payload(piece: &Piece) -> &[u8] {
    let mut bytes = piece.value.as_slice();
    let _ = varint(&mut bytes);
    bytes
}

fn split(mut bytes: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let before = bytes;
        match tag & 7 {
            0 => drop(varint(&mut bytes)?),
            1 => bytes = bytes.get(8..)?,
            2 => {
                let size = usize::try_from(varint(&mut bytes)?).ok()?;
                bytes = bytes.get(size..)?;
            }
            5 => bytes = bytes.get(4..)?,
            _ => return None,
        }
        let value = before[..before.len() - bytes.len()].to_vec();
        pieces.push(Piece { number: (tag >> 3) as u32, wire: (tag & 7) as u8, value });
    }
    Some(pieces)
}

fn join(pieces: &[Piece]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        encode_varint(u64::from(piece.number) << 3 | u64::from(piece.wire), &mut out);
        out.extend_from_slice(&piece.value);
    }
    out
}

fn some<'p>(
    pieces: &'p mut [Piece],
    dice: &mut Dice,
    fits: impl Fn(&Piece) -> bool,
) -> Option<&'p mut Piece> {
    let fitting: Vec<usize> = (0..pieces.len()).filter(|at| fits(&pieces[*at])).collect();
    if fitting.is_empty() { None } else { Some(&mut pieces[*dice.pick(&fitting)]) }
}

/// A field that nobody knows, of each wire type, groups among them.
fn unknown(pieces: &mut Vec<Piece>, _: &DescriptorProto, dice: &mut Dice) {
    let number = *dice.pick(&[100, 19_000, 536_870_910]);
    let group = || {
        let mut inside = join(&[Piece { number: 1, wire: 2, value: delimited(b"x") }]);
        inside.extend(put(u64::from(number) << 3 | 4));
        inside
    };
    let (wire, value) = match dice.below(5) {
        0 => (0, put(dice.number())),
        1 => (1, vec![7; 8]),
        2 => (2, delimited(b"what is this")),
        3 => (3, group()),
        _ => (5, vec![7; 4]),
    };
    pieces.insert(dice.below(pieces.len() + 1), Piece { number, wire, value });
}

/// The wire type of a scalar that may be packed.
fn scalar(field: &FieldDescriptorProto) -> Option<u8> {
    match field.r#type() {
        Type::Double | Type::Fixed64 | Type::Sfixed64 => Some(1),
        Type::Float | Type::Fixed32 | Type::Sfixed32 => Some(5),
        Type::String | Type::Bytes | Type::Message | Type::Group => None,
        _ => Some(0),
    }
}

/// The elements of a packed list, one by one.
fn unpacked(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, _: &mut Dice) {
    let mut all = Vec::new();
    for piece in pieces.drain(..) {
        let wire = field(descriptor, piece.number).filter(|f| f.label() == Label::Repeated).and_then(scalar);
        let (Some(wire), 2) = (wire, piece.wire) else {
            all.push(piece);
            continue;
        };
        let mut rest = payload(&piece);
        while !rest.is_empty() {
            let size = match wire {
                0 => rest.iter().position(|byte| *byte < 0x80).map_or(rest.len(), |at| at + 1),
                1 => 8,
                _ => 4,
            };
            let (value, after) = rest.split_at(size.min(rest.len()));
            all.push(Piece { number: piece.number, wire, value: value.to_vec() });
            rest = after;
        }
    }
    *pieces = all;
}

/// A number as a packed list of one or two, be its field repeated or not.
fn packed(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, dice: &mut Dice) {
    let Some(field) = descriptor.field.iter().find(|f| f.label() == Label::Repeated && scalar(f).is_some())
    else {
        return;
    };
    let value = match scalar(field) {
        Some(0) => [put(dice.number()), put(1)].concat(),
        Some(1) => vec![7; 16],
        _ => vec![7; 8],
    };
    pieces.push(Piece { number: field.number().cast_unsigned(), wire: 2, value: delimited(&value) });
}

/// A varint with more bits than its field has.
fn number(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, dice: &mut Dice) {
    let value = put(dice.number());
    if let Some(piece) = some(pieces, dice, |piece| piece.wire == 0) {
        piece.value = value;
    } else if let Some(field) = descriptor.field.iter().find(|field| scalar(field) == Some(0)) {
        pieces.push(Piece { number: field.number().cast_unsigned(), wire: 0, value });
    }
}

/// A varint of more bytes than it needs, up to ten; or of eleven, which nobody takes.
fn long_varint(pieces: &mut [Piece], dice: &mut Dice) {
    let size = *dice.pick(&[5, 9, 10, 11]);
    if let Some(piece) = some(pieces, dice, |piece| piece.wire == 0) {
        if let Some(last) = piece.value.last_mut() {
            *last |= 0x80;
        }
        while piece.value.len() < size - 1 {
            piece.value.push(0x80);
        }
        if piece.value.len() < size {
            piece.value.push(0);
        } else if let Some(last) = piece.value.last_mut() {
            *last &= 0x7f;
        }
    }
}

/// Bytes that are no text where text belongs.
fn not_text(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, dice: &mut Dice) {
    let odd: &[u8] = dice.pick::<&[u8]>(&[
        b"\xff",
        b"a\xc3",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xf4\x90\x80\x80",
        b"\0\xef\xbf\xbf",
    ]);
    let texts: Vec<u32> = descriptor
        .field
        .iter()
        .filter(|field| field.r#type() == Type::String)
        .map(|field| field.number().cast_unsigned())
        .collect();
    if !texts.is_empty() {
        pieces.push(Piece { number: *dice.pick(&texts), wire: 2, value: delimited(odd) });
    }
}

/// Another member after the one that there is: the last one wins.
fn two_members(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, dice: &mut Dice) {
    let members: Vec<&FieldDescriptorProto> =
        descriptor.field.iter().filter(|field| field.oneof_index.is_some()).collect();
    if members.is_empty() {
        return;
    }
    let member = dice.pick(&members);
    let (wire, value) = match scalar(member) {
        None => (2, delimited(b"")),
        Some(1) => (1, vec![7; 8]),
        Some(5) => (5, vec![7; 4]),
        Some(_) => (0, put(1)),
    };
    pieces.push(Piece { number: member.number().cast_unsigned(), wire, value });
}

/// A known number with a wire type that its field never has.
fn wrong_wire(pieces: &mut Vec<Piece>, descriptor: &DescriptorProto, dice: &mut Dice) {
    if descriptor.field.is_empty() {
        return;
    }
    let field = dice.pick(&descriptor.field);
    let (wire, value) = match scalar(field) {
        Some(0) => (5, vec![7; 4]),
        Some(_) => (0, put(dice.number())),
        None => (0, put(1)),
    };
    pieces.push(Piece { number: field.number().cast_unsigned(), wire, value });
}

/// Trees inside of trees, about as deep as is taken.
fn nested(dice: &mut Dice) -> Vec<u8> {
    let levels = *dice.pick(&[10, 60, 63, 64, 65, 70, 99, 101, 200]);
    let mut bytes = Vec::new();
    for _ in 0..levels {
        bytes = join(&[Piece { number: 2, wire: 2, value: delimited(&bytes) }]);
    }
    bytes
}
