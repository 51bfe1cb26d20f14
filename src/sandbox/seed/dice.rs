//! Randomness that does not reshuffle: every row of every kind has its own stream.
//!
//! The value of one property of one row depends on its purpose and number alone, so that adding a property or
//! a kind leaves all the others as they were. The mixer is SplitMix64, written out because seeds must come out
//! the same under every later version of larkctl, which no crate of random numbers promises.

/// A stream of numbers for one purpose and one row.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    pub(super) fn of(purpose: &str, row: usize) -> Self {
        // FNV-1a over the purpose, then the row far away in the state space.
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for byte in purpose.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self { state: state ^ (row as u64).wrapping_add(1).wrapping_mul(0xd6e8_feb8_6659_fd93) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to one below `bound`; 0 when the bound is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next()) * bound as u128;
        usize::try_from(product >> 64).unwrap_or(0)
    }

    /// True in so many cases of a thousand.
    pub(super) fn permille(&mut self, share: usize) -> bool {
        self.below(1000) < share
    }

    /// One of the items, all alike; the default when there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.below(items.len())).copied().unwrap_or_default()
    }

    /// One of the items, by weight.
    pub(super) fn weigh<T: Copy + Default>(&mut self, items: &[(T, usize)]) -> T {
        let mut at = self.below(items.iter().map(|(_, w)| w).sum());
        for (item, weight) in items {
            if at < *weight {
                return *item;
            }
            at -= weight;
        }
        T::default()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn streams_are_fixed_for_ever() {
        let mut dice = Dice::of("name", 7);
        let drawn: Vec<usize> = (0..6).map(|_| dice.below(1000)).collect();
        insta::assert_debug_snapshot!(drawn, @r"
        [
            827,
            402,
            805,
            994,
            822,
            964,
        ]
        ");
    }

    #[test]
    fn draws_stay_in_bounds_and_cover_them() {
        let mut seen = [0_usize; 10];
        for row in 0..10_000 {
            seen[Dice::of("cover", row).below(10)] += 1;
        }
        assert!(seen.iter().all(|n| (850..1150).contains(n)), "{seen:?}");
        assert_eq!(Dice::of("x", 0).below(0), 0);
        assert_eq!(Dice::of("x", 0).pick::<u8>(&[]), 0);
    }
}
