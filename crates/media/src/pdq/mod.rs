//! PDQ, a perceptual hash: brightness, two passes of a box filter, 64 x 64 samples, a cosine transform, its median.
//!
//! Written from Meta's description ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019);
//! sums are taken in single precision in the order of the reference, because a bit is decided by which side of the
//! median a coefficient falls, and another order of sums would change bits. Held to vectors of the reference.

mod cosine;
mod filter;

use domain::PdqHash;

/// Hashes of at most this distance are taken for the same picture (Meta's advice, and what its matchers use).
pub const PDQ_DISTANCE: u32 = 31;
/// Pictures below this quality are neither searched for nor found.
pub const PDQ_QUALITY: u8 = 50;

/// How a picture was turned or mirrored before it was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    Not,
    By90,
    By180,
    By270,
    UpsideDown,
    LeftToRight,
    AlongFallingDiagonal,
    AlongRisingDiagonal,
}

/// The 16 x 16 lowest coefficients of a picture, from which the hash of each of its eight orientations follows.
#[derive(Debug, Clone)]
pub struct Spectrum {
    coefficients: [[f32; 16]; 16],
    /// 0 to 100: how much there is in the picture to tell it by.
    pub quality: u8,
}

/// The spectrum of a picture of three bytes (red, green, blue) a pixel, row by row; none of no pixels, or of fewer
/// bytes than `width * height` pixels need.
pub fn spectrum(rgb: &[u8], width: usize, height: usize) -> Option<Spectrum> {
    let samples = filter::samples(rgb, width, height)?;
    Some(Spectrum { quality: quality(&samples), coefficients: cosine::low_16(&samples) })
}

/// How much neighbouring samples differ, in hundredths of the range, summed and divided by 90, at most 100: the
/// reference's measure, in whole numbers as there.
fn quality(samples: &filter::Samples) -> u8 {
    let difference = |a: f32, b: f32| (((a - b) * 100.0) / 255.0) as i32;
    let down = (0..63).flat_map(|i| (0..64).map(move |j| (i, j, i + 1, j)));
    let along = (0..64).flat_map(|i| (0..63).map(move |j| (i, j, i, j + 1)));
    let sum: i32 = down.chain(along).map(|(a, b, c, d)| difference(samples[a][b], samples[c][d]).abs()).sum();
    u8::try_from((sum / 90).min(100)).unwrap_or(100)
}

/// The lower median of 256 values.
fn median(values: &[[f32; 16]; 16]) -> f32 {
    let mut all = [0f32; 256];
    for (to, from) in all.iter_mut().zip(values.iter().flatten()) {
        *to = *from;
    }
    *all.select_nth_unstable_by(127, f32::total_cmp).1
}

fn hash(values: &[[f32; 16]; 16]) -> PdqHash {
    let median = median(values);
    let mut hash = PdqHash([0; 4]);
    for (nth, value) in values.iter().flatten().enumerate() {
        if *value > median {
            hash.set(nth);
        }
    }
    hash
}

/// What stands at each place when a picture is turned or mirrored: a coefficient changes its place or its sign.
fn orientations<T>(at: impl Fn(usize, usize) -> T, negate: impl Fn(T) -> T) -> [(Turned, [[T; 16]; 16]); 8] {
    // Coefficient (i, j) is of frequency i + 1 down and j + 1 along, so mirroring negates those with even index.
    let sign = |odd: usize, value: T| if odd & 1 == 1 { value } else { negate(value) };
    let all = |of: &dyn Fn(usize, usize) -> T| std::array::from_fn(|i| std::array::from_fn(|j| of(i, j)));
    [
        (Turned::Not, all(&|i, j| at(i, j))),
        (Turned::By90, all(&|i, j| sign(i, at(j, i)))),
        (Turned::By180, all(&|i, j| sign(i + j + 1, at(i, j)))),
        (Turned::By270, all(&|i, j| sign(j, at(j, i)))),
        (Turned::UpsideDown, all(&|i, j| sign(i, at(i, j)))),
        (Turned::LeftToRight, all(&|i, j| sign(j, at(i, j)))),
        (Turned::AlongFallingDiagonal, all(&|i, j| at(j, i))),
        (Turned::AlongRisingDiagonal, all(&|i, j| sign(i + j + 1, at(j, i)))),
    ]
}

/// The seven hashes that a picture of this hash would have, nearly, if it were turned or mirrored: its spectrum is not
/// needed. A negated coefficient falls on the other side of a median of zero; the median is a little beside it, which
/// makes 4 to 16 bits of 256 wrong in photographs, more in drawings whose coefficients are mostly zero.
pub fn turned_hashes(hash: &PdqHash) -> [PdqHash; 7] {
    let turned = orientations(|i, j| hash.bit(i * 16 + j), |bit| !bit);
    std::array::from_fn(|nth| {
        let mut hash = PdqHash([0; 4]);
        let bits = turned[nth + 1].1.iter().flatten().enumerate();
        bits.filter(|(_, bit)| **bit).for_each(|(at, _)| hash.set(at));
        hash
    })
}

impl Spectrum {
    pub fn hash(&self) -> PdqHash {
        hash(&self.coefficients)
    }

    /// The hashes that the picture would have if it were turned or mirrored; nothing need be filtered again.
    pub fn dihedral(&self) -> [(Turned, PdqHash); 8] {
        let c = &self.coefficients;
        orientations(|i, j| c[i][j], |value| -value).map(|(turned, values)| (turned, hash(&values)))
    }
}
