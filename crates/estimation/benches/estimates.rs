//! Prints how fast the estimates are; never a test. `cargo bench -p estimation`. Needs the reference tables beside the
//! repository; where they are not here it says so. Seconds are wall-clock, medians of five runs: on a busy machine read them beside the
//! processor time of the whole (`/usr/bin/time -v`).

use std::path::PathBuf;
use std::time::Instant;

use estimation::models::{LcmcrSettings, Model, PatternTable, effective_sample_size, estimate};

fn table(name: &str) -> Option<PatternTable> {
    let base = std::env::var_os("TAWTHIQ_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = base.join(format!("estimation/tables/{name}.csv"));
    match std::fs::read(&path) {
        Ok(bytes) => PatternTable::parse_csv(&bytes).ok(),
        Err(_) => {
            println!("not run: {} is not here", path.display());
            None
        }
    }
}

fn median_seconds(mut run: impl FnMut()) -> f64 {
    let mut seconds: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[2]
}

/// A sweep is one round of all steps, a trajectory of some thirty leapfrog steps among them, so that it costs several of the reference's. Effective
/// draws are what counts. `r` are LCMCR 0.4.14's sweeps and effective draws per second, one thread, on the machine where the reference was made.
fn sampler(name: &str, classes: usize, chains: u64, r: [f64; 2]) {
    let Some(table) = table(name) else { return };
    let settings = LcmcrSettings { classes, chains, burn_in: 1_000, sweeps: 20_000, thin: 1 };
    let (mut sum, mut seed) = (0.0, 0);
    let seconds = median_seconds(|| {
        seed += 1;
        sum += effective_sample_size(&table, settings, seed);
    });
    let effective = sum / seed as f64;
    let sweeps = (chains * (settings.burn_in + settings.sweeps)) as f64;
    println!(
        "lcmcr {name} K = {classes}, {chains} chains: {:.0} sweeps/s ({:.1} times R's), effective sample size {effective:.0} in {seconds:.2} s: \
         {:.0}/s ({:.1} times R's)",
        sweeps / seconds,
        sweeps / seconds / r[0],
        effective / seconds,
        effective / seconds / r[1],
    );
}

/// `r` are the seconds of the R package, where known. Ours are of the whole answer, held against the lists as well.
fn model(name: &str, model: Model, r: Option<f64>) {
    let Some(table) = table(name) else { return };
    let seconds = median_seconds(|| _ = estimate(&table, model, 1, &|_, _| {}));
    let beside = r.map_or(String::new(), |r| format!(" (R {r} s: {:.0} times as fast)", r / seconds));
    println!("{model} {name}: {seconds:.3} s{beside}");
}

fn main() {
    sampler("kosovo", 5, 1, [111_700.0, 164.4]);
    sampler("kosovo", 10, 1, [73_500.0, 87.4]);
    sampler("kosovo", 20, 1, [44_000.0, 55.9]);
    sampler("kosovo", 10, 4, [73_500.0, 87.4]);
    sampler("NewOrl_5", 10, 4, [95_300.0, 2526.4]);
    for (name, r) in [("kosovo", Some(0.04)), ("UKdat_5", Some(0.33)), ("Ned_5", Some(2.5)), ("Ned", None)] {
        model(name, Model::Dga, r);
    }
    for (name, r) in [("kosovo", Some(0.296)), ("my_spina5", Some(26.147)), ("UKdat_5", None)] {
        model(name, Model::Loglinear, r);
    }
    // With a thousand resamples; R's hundred took 21.9 s.
    model("UKdat", Model::Sparsemse, Some(219.0));
}
