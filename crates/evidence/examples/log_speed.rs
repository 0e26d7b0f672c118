//! Prints how fast entries become durable, how fast a log is verified, and how fast bytes are hashed, beside what bounds
//! each on the same disk and core. Not a test. `log_speed [FOLDER ON A REAL DISK] [ENTRIES]`.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use evidence::{Appender, EntryKind, Journal, NewEntry, Originals, SigningKey, VerifyReport};
use sha2::{Digest, Sha256};

// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn entropy() -> impl FnMut(&mut [u8]) + Send {
    let mut state = 1u64;
    move |bytes| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

/// An entry of twelve short fields, as a row of a list is.
fn entry(i: usize) -> NewEntry {
    let field = |f| (format!("field_{f}"), format!("\"invented value {i} of field {f}\"").into_bytes());
    NewEntry { kind: EntryKind::Derive, parent: None, fields: (0..12).map(field).collect() }
}

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// Appends of 4 KiB with fdatasync a second, to a file that grows: what one writer cannot exceed without room made ahead.
fn syncs_per_second(dir: &Path) -> f64 {
    let mut file = File::create(dir.join("syncs")).unwrap();
    let (block, started) = (vec![7; 4096], Instant::now());
    let mut n = 0;
    while started.elapsed() < Duration::from_secs(2) {
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        n += 1;
    }
    f64::from(n) / started.elapsed().as_secs_f64()
}

/// Processor seconds of this process so far, in hundredths (`/proc/self/stat`, fields 14 and 15); 0 where there is none.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// How writers wait for their answers: each as a thread of the system, or as what a few threads keep in flight, as Go's do.
#[derive(Clone, Copy)]
enum Writers {
    Threads(usize),
    InFlight(usize),
}

/// Entries a second, and processor microseconds an entry, those of the writers among them.
fn appended_per_second(dir: &Path, writers: Writers) -> (f64, f64) {
    let at = dir.join("appends");
    let _ = std::fs::remove_dir_all(&at);
    let journal = Journal::create(&at, "bench.invalid/log", SigningKey::from_bytes(&[7; 32])).unwrap();
    let appender = Appender::start(journal, Box::new(|| 1), Box::new(entropy()), Duration::from_secs(1));
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let until = started + Duration::from_secs(3);
    let n = match writers {
        Writers::Threads(writers) => by_threads(&appender, writers, until),
        Writers::InFlight(writers) => in_flight(&appender, writers, until),
    };
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let journal = appender.finish().unwrap();
    assert_eq!(journal.len(), n);
    (n as f64 / seconds, cpu * 1e6 / n as f64)
}

/// A thread for each writer, which sleeps until it is answered.
fn by_threads(appender: &Appender, writers: usize, until: Instant) -> u64 {
    let threads: Vec<_> = (0..writers)
        .map(|_| {
            let writer = appender.writer();
            let body = move || {
                let mut n = 0u64;
                while Instant::now() < until {
                    writer.append(vec![entry(n as usize)]).unwrap();
                    n += 1;
                }
                n
            };
            std::thread::Builder::new().stack_size(256 << 10).spawn(body).unwrap()
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
}

/// So many writers, each with one entry under way, on two threads: an answer makes its writer ready for the next entry.
fn in_flight(appender: &Appender, writers: usize, until: Instant) -> u64 {
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (writer, writers) = (appender.writer(), writers / 2);
            std::thread::spawn(move || {
                let (ready, answered) = std::sync::mpsc::channel();
                (0..writers).for_each(|_| ready.send(true).unwrap());
                let (mut n, mut under_way) = (0u64, 0);
                // Each writer stands in the channel once: ready from the start, or answered.
                loop {
                    let is_over = Instant::now() >= until;
                    if is_over && under_way == 0 {
                        return n;
                    }
                    let is_first = answered.recv().unwrap();
                    if !is_first {
                        (n, under_way) = (n + 1, under_way - 1);
                    }
                    if !is_over {
                        let ready = ready.clone();
                        let answer = move |done: Result<_, _>| {
                            done.unwrap();
                            let _ = ready.send(false);
                        };
                        writer.submit(vec![entry(n as usize)], answer).unwrap();
                        under_way += 1;
                    }
                }
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
}

fn verified(dir: &Path, entries: usize) {
    let at = dir.join("million");
    let key = SigningKey::from_bytes(&[7; 32]);
    let mut journal = Journal::create(&at, "bench.invalid/log", key.clone()).unwrap();
    let (mut random, started) = (entropy(), Instant::now());
    for first in (0..entries).step_by(16_384) {
        let batch = (first..entries.min(first + 16_384)).map(entry).collect();
        journal.append(batch, 1, &mut random).unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "append {entries} entries in batches of 16,384: {seconds:.2} s, {:.0} entries/s",
        entries as f64 / seconds
    );
    let vkey = journal.vkey();
    drop(journal);
    let runs = |what: &str, run: &dyn Fn()| {
        let seconds = median(
            (0..3)
                .map(|_| {
                    let at = Instant::now();
                    run();
                    at.elapsed().as_secs_f64()
                })
                .collect(),
        );
        println!("{what}: {seconds:.2} s, {:.0} entries/s", entries as f64 / seconds);
        seconds
    };
    let audit = runs(&format!("verify the public log of {entries} entries"), &|| {
        let mut report = VerifyReport::default();
        evidence::audit_log(&mut report, &at.join("log"), &vkey, &|_, _, _| {}).unwrap();
        assert_eq!((report.exit_code(), report.entries), (0, entries as u64));
    });
    let peer = entries as f64 / (153_088.0 / 0.47);
    println!("  ratio to the Go checker (153,088 entries in 0.47 s): {:.2} times as fast", peer / audit);
    runs("open it, with every frame hashed", &|| drop(Journal::open(&at, key.clone()).unwrap()));
    let open = Journal::open(&at, key.clone()).unwrap();
    runs("verify every payload against it", &|| {
        assert!(open.read(0).all(|entry| entry.is_ok_and(|entry| open.commits_to(&entry))));
    });
}

fn hashed(dir: &Path) {
    let bytes: Vec<u8> = (0..256usize << 20).map(|i| (i * 31) as u8).collect();
    let rate = |seconds: f64| bytes.len() as f64 / seconds / 1e9;
    let limit = median(
        (0..3)
            .map(|_| {
                let at = Instant::now();
                std::hint::black_box(Sha256::digest(&bytes));
                at.elapsed().as_secs_f64()
            })
            .collect(),
    );
    let originals = Originals::open(&dir.join("originals")).unwrap();
    let (digest, _) = originals.put(&bytes).unwrap();
    let own = median(
        (0..3)
            .map(|_| {
                let at = Instant::now();
                originals.get(&digest).unwrap();
                at.elapsed().as_secs_f64()
            })
            .collect(),
    );
    println!(
        "sha2 in memory, one core: {:.2} GB/s; an original read and hashed: {:.2} GB/s, ratio {:.2}",
        rate(limit),
        rate(own),
        limit / own
    );
}

fn main() {
    let base = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let entries = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let dir = tempfile::tempdir_in(base).unwrap();
    // The limit and the runs in turn, so that what else the machine does weighs on all of them.
    for writers in [1, 64, 1024].map(Writers::Threads).into_iter().chain([Writers::InFlight(1024)]) {
        let (mut limits, mut rates, mut costs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..3 {
            limits.push(syncs_per_second(dir.path()));
            let (rate, cost) = appended_per_second(dir.path(), writers);
            rates.push(rate);
            costs.push(cost);
        }
        let (limit, rate, cost) = (median(limits), median(rates), median(costs));
        println!(
            "{}: {rate:.0} entries/s acknowledged durable, {cost:.1} us of processor each; 4 KiB append + \
             fdatasync {limit:.0}/s, ratio {:.2}; Tessera's POSIX driver at 1,024 workers 80,491/s quiet, 19,057/s loaded, \
             ratios {:.2} and {:.2}",
            match writers {
                Writers::Threads(n) => format!("{n} writers, a thread each"),
                Writers::InFlight(n) => format!("{n} writers on two threads"),
            },
            rate / limit,
            rate / 80_491.0,
            rate / 19_057.0
        );
    }
    hashed(dir.path());
    verified(dir.path(), entries);
}
