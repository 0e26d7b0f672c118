//! Changes the corpora at random and runs every target on them: `steady CORPORA SECONDS [TARGET]`. It needs no special
//! compiler and sees no coverage, so it finds less than libFuzzer does. A failing input is written to the temporary folder.

use std::path::Path;
use std::time::{Duration, Instant};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn change(seed: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = [0, 0xFF, b'"', b'\n', b',', 0x80, b'<', b'-'][random.below(8)],
            2 => bytes.truncate(at),
            3 => bytes.insert(at, random.next() as u8),
            4 => {
                let from = random.below(other.len());
                let part = &other[from..other.len().min(from + 1 + random.below(64))];
                bytes.splice(at..at, part.iter().copied());
            }
            5 => {
                let to = bytes.len().min(at + random.below(32));
                bytes.drain(at..to);
            }
            _ => {
                let to = bytes.len().min(at + 4);
                bytes[at..to].fill(random.next() as u8);
            }
        }
    }
    bytes
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpora, seconds, only @ ..] = arguments.as_slice() else {
        eprintln!("steady CORPORA SECONDS [TARGET]; nothing was run");
        std::process::exit(2);
    };
    let span = Duration::from_secs(seconds.parse().unwrap_or(10));
    for (name, target) in tawthiq_fuzz::TARGETS.iter().filter(|(name, _)| only.is_empty() || only.iter().any(|o| o == name)) {
        let mut seeds: Vec<Vec<u8>> = vec![Vec::new()];
        let files = std::fs::read_dir(Path::new(corpora).join(name)).into_iter().flatten().flatten();
        let mut paths: Vec<_> = files.map(|f| f.path()).collect();
        paths.sort();
        seeds.extend(paths.iter().filter_map(|path| std::fs::read(path).ok()));
        seeds.iter().for_each(|seed| target(seed));
        let mut random = Random(0x2545_F491_4F6C_DD1D);
        let (began, mut runs, mut slowest) = (Instant::now(), 0u64, Duration::ZERO);
        let last = std::env::temp_dir().join(format!("steady-{name}"));
        while began.elapsed() < span {
            let (a, b) = (random.below(seeds.len()), random.below(seeds.len()));
            let input = change(&seeds[a], &seeds[b], &mut random);
            let started = Instant::now();
            if std::panic::catch_unwind(|| target(&input)).is_err() {
                let _ = std::fs::write(&last, &input);
                eprintln!("{name}: failed on {} after {runs} runs", last.display());
                std::process::exit(1);
            }
            slowest = slowest.max(started.elapsed());
            runs += 1;
        }
        println!("{name}: {} seeds, {runs} runs, slowest {slowest:?}", seeds.len() - 1);
    }
}
