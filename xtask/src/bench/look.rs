//! What a part of a screen looks like, coarse enough to be the same on every start.
//!
//! WebKit draws a window in tiles and smooths letters in one tile by colour and in the next by grey, not always
//! the same ones: pixels differ where a person sees no difference. Averages of small blocks do not.

use super::screen::{BYTES_PER_PIXEL, Region};

/// A block is about as large as two letters.
const BLOCK_WIDTH: usize = 16;
const BLOCK_HEIGHT: usize = 8;
/// Averages, 0 to 255, that differ by no more are alike. Text stands out from its ground by 20 and more.
const TOLERANCE: u8 = 6;

/// The average brightness of each block of a region.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Look {
    sums: Vec<u32>,
    blocks_across: usize,
}

impl Look {
    /// Nothing added yet. What is left over at the right and at the bottom does not count.
    pub(super) fn dark(region: Region) -> Self {
        let blocks_across = region.width / BLOCK_WIDTH;
        Self { sums: vec![0; blocks_across * (region.height / BLOCK_HEIGHT)], blocks_across }
    }

    /// Adds a line of pixels.
    pub(super) fn add_line(&mut self, row: usize, line: &[u8]) {
        let begin = row / BLOCK_HEIGHT * self.blocks_across;
        let Some(sums) = self.sums.get_mut(begin..begin + self.blocks_across) else { return };
        for (sum, block) in sums.iter_mut().zip(line.chunks_exact(BLOCK_WIDTH * BYTES_PER_PIXEL)) {
            // The fourth byte of a pixel is no colour.
            let bright = block.chunks_exact(BYTES_PER_PIXEL).flat_map(|pixel| &pixel[..3]);
            *sum += bright.map(|value| u32::from(*value)).sum::<u32>();
        }
    }

    fn averages(&self) -> impl Iterator<Item = u8> {
        /// Three colours a pixel, 16 by 8 pixels.
        const VALUES: u32 = 16 * 8 * 3;
        self.sums.iter().map(|sum| u8::try_from(sum / VALUES).unwrap_or(u8::MAX))
    }

    /// The brightness that most of it has.
    fn ground(&self) -> u8 {
        let mut counts = [0_u32; 256];
        for average in self.averages() {
            counts[usize::from(average)] += 1;
        }
        (0..=u8::MAX).max_by_key(|average| counts[usize::from(*average)]).unwrap_or_default()
    }

    /// How many blocks stand out from the ground: none on an empty screen.
    pub(super) fn ink(&self) -> usize {
        let ground = self.ground();
        self.averages().filter(|average| !alike(*average, ground)).count()
    }
}

/// What a region shows at rest: only the blocks that have something in them, and always the same.
pub(super) struct Picture {
    blocks: Vec<Option<u8>>,
    ink: usize,
}

impl Picture {
    /// From two times at rest: what differs between them (a time, a port) does not count, nor does empty ground.
    pub(super) fn of(first: &Look, second: &Look) -> Self {
        let ground = first.ground();
        let pairs = first.averages().zip(second.averages());
        let counts = |(one, other): (u8, u8)| (alike(one, other) && !alike(one, ground)).then_some(one);
        Self { blocks: pairs.map(counts).collect(), ink: first.ink() }
    }

    /// How much of what the region shows counts, 0 to 1.
    pub(super) fn coverage(&self) -> f64 {
        share(self.blocks.iter().flatten().count(), self.ink)
    }

    /// How much of what counts is there now, 0 to 1.
    pub(super) fn likeness(&self, now: &Look) -> f64 {
        let pairs = self.blocks.iter().zip(now.averages());
        let there = pairs.filter(|(own, now)| own.is_some_and(|own| alike(own, *now))).count();
        share(there, self.blocks.iter().flatten().count())
    }
}

fn alike(one: u8, other: u8) -> bool {
    one.abs_diff(other) <= TOLERANCE
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "numbers of blocks, far below 2^53")]
    let share = part as f64 / whole.max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks side by side, of these brightnesses.
    fn look(brightness: [u8; 2]) -> Look {
        let region = Region { left: 0, top: 0, width: BLOCK_WIDTH * 2, height: BLOCK_HEIGHT };
        let mut look = Look::dark(region);
        let line = brightness.map(|value| vec![value; BLOCK_WIDTH * BYTES_PER_PIXEL]).concat();
        (0..BLOCK_HEIGHT).for_each(|row| look.add_line(row, &line));
        look
    }

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn an_empty_screen_looks_like_no_picture() {
        let rest = look([200, 255]);
        let picture = Picture::of(&rest, &rest);
        assert!(near(picture.likeness(&rest), 1.0));
        assert!(near(picture.likeness(&look([255, 255])), 0.0));
        assert_eq!((look([255, 255]).ink(), rest.ink()), (0, 1));
    }

    #[test]
    fn letters_smoothed_in_another_way_are_the_same_letters() {
        let picture = Picture::of(&look([200, 255]), &look([203, 255]));
        assert!(near(picture.coverage(), 1.0));
        assert!(near(picture.likeness(&look([198, 254])), 1.0));
    }

    #[test]
    fn what_differs_between_two_times_at_rest_does_not_count() {
        let picture = Picture::of(&look([200, 255]), &look([90, 255]));
        assert!(near(picture.coverage(), 0.0));
    }
}
