//! The 16 x 16 lowest coefficients of the cosine transform of 64 x 64 samples, without those of frequency 0.

use std::sync::LazyLock;

use super::filter::Samples;

/// `cos((π / 2 / 64) (i + 1) (2 j + 1)) · sqrt(2 / 64)`.
static BASIS: LazyLock<[[f32; 64]; 16]> = LazyLock::new(|| {
    let scale = (2.0f64 / 64.0).sqrt();
    let angle = |i: usize, j: usize| std::f64::consts::PI / 2.0 / 64.0 * (i + 1) as f64 * (2 * j + 1) as f64;
    std::array::from_fn(|i| std::array::from_fn(|j| (scale * angle(i, j).cos()) as f32))
});

pub(super) fn low_16(samples: &Samples) -> [[f32; 16]; 16] {
    let basis = &*BASIS;
    let half: [[f32; 64]; 16] = std::array::from_fn(|i| {
        let mut sums = [0f32; 64];
        for (weight, row) in basis[i].iter().zip(samples) {
            for (sum, sample) in sums.iter_mut().zip(row) {
                *sum += weight * sample;
            }
        }
        sums
    });
    std::array::from_fn(|i| {
        std::array::from_fn(|j| half[i].iter().zip(&basis[j]).fold(0f32, |sum, (a, b)| sum + a * b))
    })
}
