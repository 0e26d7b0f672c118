//! From pixels to 64 x 64 samples: two passes of a box filter along rows and along columns, then every n-th value.
//!
//! A window is 1/128 of the side, rounded up. Each running sum adds the value that comes in and then takes off the one
//! that goes out, as the reference does. Of the second pass only what is sampled is computed. Sixteen rows, or all
//! columns, are summed side by side, so that the processor's vectors are filled without a sum changing its order.

use pulp::{Arch, Simd, WithSimd};

pub(super) type Samples = [[f32; 64]; 64];

/// Rows that are summed side by side.
const LANES: usize = 16;

/// The four phases of a window of `window` values over `length` of them: how the sum fills, slides and empties.
#[derive(Clone, Copy)]
struct Window {
    before: usize,
    growing: usize,
    full: usize,
    window: usize,
}

impl Window {
    fn over(length: usize) -> Self {
        let window = length.div_ceil(128);
        let half = (window + 2) / 2;
        Self { before: half - 1, growing: window + 1 - half, full: length - window, window }
    }

    /// Calls `step(out, coming_in, going_out, values_in_window)` for each value, in order; `out` is none while the
    /// window fills.
    #[inline(always)]
    fn slide(self, mut step: impl FnMut(Option<usize>, Option<usize>, Option<usize>, usize)) {
        let (mut r, mut l, mut o) = (0, 0, 0);
        for _ in 0..self.before {
            step(None, Some(r), None, r + 1);
            r += 1;
        }
        for _ in 0..self.growing {
            step(Some(o), Some(r), None, r + 1);
            (r, o) = (r + 1, o + 1);
        }
        for _ in 0..self.full {
            step(Some(o), Some(r), Some(l), self.window);
            (r, l, o) = (r + 1, l + 1, o + 1);
        }
        for nth in 0..self.before {
            step(Some(o), None, Some(l), self.window - 1 - nth);
            (l, o) = (l + 1, o + 1);
        }
    }
}

/// Which row or column the n-th of 64 samples is taken from: the middle of its share.
fn sampled(nth: usize, length: usize) -> usize {
    (((nth as f64 + 0.5) * length as f64) / 64.0) as usize
}

struct Filter<'a> {
    rgb: &'a [u8],
    width: usize,
    height: usize,
}

impl WithSimd for Filter<'_> {
    type Output = Samples;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Samples {
        filter(self.rgb, self.width, self.height)
    }
}

/// Brightness, filtered and sampled; none of no pixels, or of too few bytes. A picture of 64 x 64 is not filtered.
pub(super) fn samples(rgb: &[u8], width: usize, height: usize) -> Option<Samples> {
    let bytes = width.checked_mul(height)?.checked_mul(3)?;
    if bytes == 0 || rgb.len() < bytes {
        return None;
    }
    if (width, height) == (64, 64) {
        return Some(std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let at = (i * 64 + j) * 3;
                brightness(rgb[at], rgb[at + 1], rgb[at + 2])
            })
        }));
    }
    Some(Arch::new().dispatch(Filter { rgb: &rgb[..bytes], width, height }))
}

/// ITU-R BT.601 luma.
#[inline(always)]
fn brightness(red: u8, green: u8, blue: u8) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

#[inline(always)]
fn filter(rgb: &[u8], width: usize, height: usize) -> Samples {
    let (along, down) = (Window::over(width), Window::over(height));
    let columns: [usize; 64] = std::array::from_fn(|nth| sampled(nth, width));
    let mut turned = vec![[0f32; LANES]; width];
    let mut filtered = vec![[0f32; LANES]; width];
    // First pass, along rows.
    let mut first = vec![0f32; width * height];
    for top in (0..height).step_by(LANES) {
        let rows = LANES.min(height - top);
        for lane in 0..rows {
            let row = &rgb[(top + lane) * width * 3..(top + lane + 1) * width * 3];
            for (to, pixel) in turned.iter_mut().zip(row.chunks_exact(3)) {
                to[lane] = brightness(pixel[0], pixel[1], pixel[2]);
            }
        }
        rows_side_by_side(&turned, &mut filtered, along);
        for lane in 0..rows {
            let row = &mut first[(top + lane) * width..(top + lane + 1) * width];
            for (to, from) in row.iter_mut().zip(&filtered) {
                *to = from[lane];
            }
        }
    }
    // First pass, along columns.
    let mut second = vec![0f32; width * height];
    columns_side_by_side(&first, &mut second, width, down);
    // Second pass, along rows: only the sampled columns are kept.
    let mut narrow = vec![0f32; 64 * height];
    for top in (0..height).step_by(LANES) {
        let rows = LANES.min(height - top);
        for lane in 0..rows {
            let row = &second[(top + lane) * width..(top + lane + 1) * width];
            for (to, from) in turned.iter_mut().zip(row) {
                to[lane] = *from;
            }
        }
        rows_side_by_side(&turned, &mut filtered, along);
        for lane in 0..rows {
            let row = &mut narrow[(top + lane) * 64..(top + lane + 1) * 64];
            for (to, column) in row.iter_mut().zip(columns) {
                *to = filtered[column][lane];
            }
        }
    }
    // Second pass, along columns.
    let mut last = vec![0f32; 64 * height];
    columns_side_by_side(&narrow, &mut last, 64, down);
    std::array::from_fn(|nth| {
        let at = sampled(nth, height) * 64;
        std::array::from_fn(|column| last[at + column])
    })
}

#[inline(always)]
fn rows_side_by_side(from: &[[f32; LANES]], to: &mut [[f32; LANES]], window: Window) {
    let mut sums = [0f32; LANES];
    window.slide(|out, coming, going, count| {
        if let Some(at) = coming {
            let values = &from[at];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        if let Some(at) = going {
            let values = &from[at];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum -= value;
            }
        }
        if let Some(at) = out {
            let count = count as f32;
            to[at] = sums.map(|sum| sum / count);
        }
    });
}

#[inline(always)]
fn columns_side_by_side(from: &[f32], to: &mut [f32], width: usize, window: Window) {
    let mut sums = vec![0f32; width];
    window.slide(|out, coming, going, count| {
        let count = count as f32;
        let row = |at: usize| &from[at * width..(at + 1) * width];
        match (out, coming, going) {
            (Some(out), Some(coming), Some(going)) => {
                let to = &mut to[out * width..(out + 1) * width];
                for (((sum, new), old), to) in sums.iter_mut().zip(row(coming)).zip(row(going)).zip(to) {
                    *sum += new;
                    *sum -= old;
                    *to = *sum / count;
                }
            }
            _ => {
                if let Some(coming) = coming {
                    sums.iter_mut().zip(row(coming)).for_each(|(sum, new)| *sum += new);
                }
                if let Some(going) = going {
                    sums.iter_mut().zip(row(going)).for_each(|(sum, old)| *sum -= old);
                }
                if let Some(out) = out {
                    let to = &mut to[out * width..(out + 1) * width];
                    to.iter_mut().zip(&sums).for_each(|(to, sum)| *to = *sum / count);
                }
            }
        }
    });
}
