//! Geweke's joint-distribution test (2004): parameters drawn from the prior, and parameters that wander while data are drawn
//! from them and they from the data, must have the same distribution. A wrong term anywhere in the sampler shows here.
//!
//! The prior 1/N is improper; with n documented persons fixed, those drawn are from p(pattern | seen), which is what the
//! posterior without n₀ rests on: p(θ | x) ∝ p(θ) Π p(x | θ) / (1 − p₀).

use super::super::draws::spread;
use super::super::trajectory::Pace;
use super::*;

const LISTS: usize = 3;
const CLASSES: usize = 3;
const PERSONS: u64 = 30;
const STEP: f64 = 0.5;

/// ln α, ν₁, λ₁₁, λ of the last class, ln odds.
fn features(chain: &Chain) -> [f64; 6] {
    let (mut no, mut yes) = (0.0, 0.0);
    for class in 0..CLASSES {
        let (missed, seen) = chain.missed(class);
        no += chain.nu[class] * missed;
        yes += chain.nu[class] * seen;
    }
    [chain.alpha.ln(), chain.nu[0], chain.nu[1], chain.on[0], chain.on[2 * CLASSES - 1], (no / yes).ln()]
}

fn from_prior(chain: &mut Chain) {
    chain.alpha = (log_gamma(&mut chain.rng, ALPHA_SHAPE) - ALPHA_RATE.ln()).exp().clamp(1e-12, 1e12);
    chain.in_class.fill(0.0);
    chain.unseen.fill(0.0);
    chain.on_list.fill(0.0);
    chain.draw_parameters(pulp::Scalar);
}

/// New data for the parameters as they are: persons who are on some list.
fn draw_data(chain: &mut Chain) {
    let mut chances = vec![0.0; (1 << LISTS) - 1];
    for (i, chance) in chances.iter_mut().enumerate() {
        for class in 0..CLASSES {
            let part = |list: usize| {
                let at = list * CLASSES + class;
                if (i + 1) >> list & 1 == 1 { chain.on[at] } else { chain.off[at] }
            };
            *chance += chain.nu[class] * (0..LISTS).map(part).product::<f64>();
        }
    }
    let mut cells = Vec::new();
    let order: Vec<usize> = (0..chances.len()).collect();
    let persons = PERSONS as f64;
    spread(&mut chain.rng, persons, &chances, &order, |i, count| cells.push((i as u64 + 1, count as u64)));
    chain.set_cells(&cells);
}

fn means(rows: &[[f64; 6]]) -> [(f64, f64); 6] {
    std::array::from_fn(|i| {
        // Batches, so that the memory of a chain is in its standard error.
        let batches: Vec<f64> =
            rows.chunks(rows.len() / 50).map(|b| b.iter().map(|r| r[i]).sum::<f64>() / b.len() as f64).collect();
        let mean = batches.iter().sum::<f64>() / batches.len() as f64;
        let variance = batches.iter().map(|b| (b - mean).powi(2)).sum::<f64>() / (batches.len() - 1) as f64;
        (mean, variance / batches.len() as f64)
    })
}

#[test]
fn prior_and_successive_conditional_draws_agree() {
    let start = [(1, 10), (2, 10), (4, 10)];
    let mut prior = Chain::new(LISTS, &start, CLASSES, 11, 0);
    let independent: Vec<[f64; 6]> = (0..200_000)
        .map(|_| {
            from_prior(&mut prior);
            features(&prior)
        })
        .collect();
    let mut chain = Chain::new(LISTS, &start, CLASSES, 12, 0);
    from_prior(&mut chain);
    draw_data(&mut chain);
    // As long as leaves a fifth of the trajectories refused.
    chain.trajectory.pace = Pace::new(STEP);
    let wandering: Vec<[f64; 6]> = (0..400_000)
        .map(|_| {
            draw_data(&mut chain);
            chain.sweep(Stage::Settled);
            features(&chain)
        })
        .collect();
    for power in [1, 2] {
        let raise = |rows: &[[f64; 6]]| -> Vec<[f64; 6]> { rows.iter().map(|r| r.map(|x| x.powi(power))).collect() };
        let (a, b) = (means(&raise(&independent)), means(&raise(&wandering)));
        for i in 0..6 {
            let z = (a[i].0 - b[i].0) / (a[i].1 + b[i].1).sqrt();
            assert!(z.abs() < 4.0, "feature {i} to the power {power}: {:?} against {:?}, z = {z:.1}", a[i], b[i]);
        }
    }
}
