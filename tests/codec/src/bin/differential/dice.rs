//! Numbers that look random and are the same in every run.

/// SplitMix64, seeded by a name.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0x9e37_79b9, |seed, byte| seed.wrapping_mul(31) ^ u64::from(byte)))
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `count`, which is not 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.roll() % count.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A number near an edge of some width, or any.
    pub(crate) fn number(&mut self) -> u64 {
        let near = self.roll() % 3;
        match self.below(6) {
            0 => (1_u64 << 31).wrapping_sub(near),
            1 => (1_u64 << 32).wrapping_sub(near),
            2 => (1_u64 << 63).wrapping_sub(near),
            3 => u64::MAX - near,
            4 => near,
            _ => self.roll(),
        }
    }
}
