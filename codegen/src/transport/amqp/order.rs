//! Messages in order: the partitions of a queue, and the hash that chooses one.
//!
//! The hash is CRC-32 as zlib has it (ISO-HDLC), which most languages have in their standard library. So a publisher
//! without polywire finds the same partition: in Python `zlib.crc32(text.encode()) % partitions`.

use crate::model::Text;

/// Messages with the same value of a field are handled one after the other:
/// `ordered_by = "order_id", partitions = 8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The name of the field.
    pub by: Text,
    /// The number of queues that the messages are spread over.
    pub partitions: u16,
}

impl Order {
    /// The number of partitions of a method that names none.
    pub const DEFAULT_PARTITIONS: u16 = 8;
    /// The most partitions. Each is two queues with a consumer.
    pub const MOST_PARTITIONS: u16 = 256;

    /// The partition of a value, from its text: a string as it is, a number in decimal.
    pub fn partition(&self, text: &str) -> u16 {
        let partition = crc32(text.as_bytes()) % u32::from(self.partitions.max(1));
        u16::try_from(partition).unwrap_or_default()
    }
}

/// The name of a partition's queue, or of its routing key: `orders.p3`.
pub fn partition_name(name: &str, partition: u16) -> String {
    format!("{name}.p{partition}")
}

/// CRC-32/ISO-HDLC, bit by bit: a value is short.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_zlibs() {
        // `zlib.crc32(b"…")` in Python.
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32("Zürich".as_bytes()), 0xD30BA93E);
    }

    #[test]
    fn a_value_has_one_partition() {
        let order = |partitions| Order { by: "id".into(), partitions };
        assert_eq!(["order-17", "order-18", "101", ""].map(|text| order(8).partition(text)), [4, 5, 4, 0]);
        assert_eq!(order(1).partition("order-17"), 0);
    }
}
