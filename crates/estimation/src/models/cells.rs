//! The documented persons of a table, cell by cell, in vectors.

use pulp::Simd;

use super::lanes::{LANES, Row, rows, sum_of};

/// The documented, by pattern; filled up with empty cells, which have the pattern of the first, to a whole number of lanes.
pub(super) struct Cells {
    pub n: f64,
    pub counts: Vec<f64>,
    /// All bits where the cell is on the list, none elsewhere; by list and then cell.
    masks: Vec<u64>,
}

impl Cells {
    pub fn new(lists: usize, cells: &[(u64, u64)]) -> Self {
        let first = cells.first().map_or(0, |(pattern, _)| *pattern);
        let more = cells.len().next_multiple_of(LANES) - cells.len();
        let cells: Vec<(u64, u64)> = cells.iter().copied().chain(std::iter::repeat_n((first, 0), more)).collect();
        let counts: Vec<f64> = cells.iter().map(|(_, count)| *count as f64).collect();
        let cells = &cells;
        let mask =
            |list: usize| cells.iter().map(move |(pattern, _)| if pattern >> list & 1 == 1 { u64::MAX } else { 0 });
        Self { n: counts.iter().sum(), counts, masks: (0..lists).flat_map(mask).collect() }
    }

    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// The chance of each cell in one class is multiplied into `row`; `on_off` are the class's λ and 1 − λ by list.
    #[inline(always)]
    pub fn multiply<S: Simd>(&self, simd: S, on_off: impl Fn(usize) -> [f64; 2], row: &mut [f64]) {
        let length = self.len();
        let masks = S::as_simd_u64s(&self.masks).0;
        let wide = length / S::F64_LANES;
        for (i, value) in S::as_mut_simd_f64s(row).0.iter_mut().enumerate() {
            let mut product = *value;
            for (list, masks) in masks.chunks_exact(wide).enumerate() {
                let [on, off] = on_off(list);
                let (on, off) = (on.to_bits(), off.to_bits());
                let differs = simd.and_u64s(simd.splat_u64s(on ^ off), masks[i]);
                let factor = simd.transmute_f64s_u64s(simd.xor_u64s(simd.splat_u64s(off), differs));
                product = simd.mul_f64s(product, factor);
            }
            *value = product;
        }
    }

    /// The sum of those on the list.
    #[inline(always)]
    pub fn sum_on(&self, list: usize, row: &[f64]) -> f64 {
        let masks = &self.masks[list * self.len()..(list + 1) * self.len()];
        let on = |(row, masks): (&Row, &[u64; LANES])| -> Row {
            std::array::from_fn(|i| f64::from_bits(row[i].to_bits() & masks[i]))
        };
        sum_of(rows(row).zip(masks.as_chunks().0).map(on))
    }

    /// The sum of those on the list, which are whole numbers: their sums are exact in any order.
    #[inline(always)]
    pub fn count_on<S: Simd>(&self, simd: S, list: usize, row: &[f64]) -> f64 {
        let wide = self.len() / S::F64_LANES;
        let masks = &S::as_simd_u64s(&self.masks).0[list * wide..(list + 1) * wide];
        let mut sum = simd.splat_f64s(0.0);
        for (value, mask) in S::as_simd_f64s(row).0.iter().zip(masks) {
            let on = simd.and_u64s(simd.transmute_u64s_f64s(*value), *mask);
            sum = simd.add_f64s(sum, simd.transmute_f64s_u64s(on));
        }
        simd.reduce_sum_f64s(sum)
    }
}
