//! The hash for the table of paths. Its keys are constants of ours, so no caller can make them collide. A
//! hash that withstands such callers would cost more than the rest of the lookup.

use std::hash::BuildHasherDefault;

/// Builds [`Fnv`].
pub(super) type Hasher = BuildHasherDefault<Fnv>;

/// FNV-1a over eight bytes at a time.
pub(super) struct Fnv(u64);

const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.0 = (self.0 ^ u64::from_le_bytes(*word)).wrapping_mul(PRIME).rotate_left(29);
        }
        for byte in rest {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    fn finish(&self) -> u64 {
        // The table uses the top bits and the bottom bits.
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn paths_that_are_alike_hash_apart() {
        let hash = |path: &str| Hasher::default().hash_one(path);
        let paths = [
            "/a.B/C",
            "/a.B/D",
            "/a.B/CC",
            "/a.C/B",
            "/books.v1.BookService/GetBook",
            "/books.v1.BookService/PutBook",
        ];
        for (at, path) in paths.iter().enumerate() {
            assert!(paths[at + 1..].iter().all(|other| hash(other) != hash(path)), "{path}");
        }
    }
}
