//! Numbers from a seed.

/// Numbers from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`, which is more than zero.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).expect("small")
    }

    pub fn of<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.roll(among.len())].clone()
    }

    /// One of several, the likelier the heavier it is.
    pub fn weighed<'a, T>(&mut self, among: &'a [(u32, T)]) -> Option<&'a T> {
        let sum: u32 = among.iter().map(|(weight, _)| weight).sum();
        let mut at = u32::try_from(self.roll(sum.max(1) as usize)).expect("small");
        among.iter().find_map(|(weight, one)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here.then_some(one)
        })
    }
}
