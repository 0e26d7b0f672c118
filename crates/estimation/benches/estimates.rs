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

fn sampler(name: &str, classes: usize, chains: u64) {
    let Some(table) = table(name) else { return };
    let settings = LcmcrSettings { classes, chains, burn_in: 2_000, sweeps: 100_000, thin: 10 };
    let mut effective = 0.0;
    let seconds = median_seconds(|| effective = effective_sample_size(&table, settings, 1));
    let sweeps = (chains * (settings.burn_in + settings.sweeps)) as f64;
    println!(
        "lcmcr {name} K = {classes}, {chains} chains: {:.0} sweeps/s, effective sample size {effective:.0} in {seconds:.2} s: {:.0}/s",
        sweeps / seconds,
        effective / seconds
    );
}

fn model(name: &str, model: Model) {
    let Some(table) = table(name) else { return };
    let seconds = median_seconds(|| _ = estimate(&table, model, 1, &|_, _| {}));
    println!("{model} {name}: {seconds:.3} s");
}

fn main() {
    for classes in [5, 10, 20] {
        sampler("kosovo", classes, 1);
    }
    sampler("kosovo", 10, 4);
    sampler("NewOrl_5", 10, 4);
    for name in ["kosovo", "UKdat_5", "Ned_5", "Ned"] {
        model(name, Model::Dga);
    }
    for name in ["kosovo", "my_spina5", "UKdat_5"] {
        model(name, Model::Loglinear);
    }
    model("UKdat", Model::Sparsemse);
}
