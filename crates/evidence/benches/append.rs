//! Entries of twelve fields appended to a journal on the disk, in batches of 8192: hashing, frame, sync, tiles.
//! The temporary folder must be on a real disk, or the sync costs nothing.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use evidence::{EntryKind, Journal, NewEntry, SigningKey};

const BATCH: usize = 8192;

fn entries() -> Vec<NewEntry> {
    let field =
        |i: usize, f: usize| (format!("field_{f}"), format!("\"invented value {i} of field {f}\"").into_bytes());
    let entry = |i| NewEntry { kind: EntryKind::Derive, parent: None, fields: (0..12).map(|f| field(i, f)).collect() };
    (0..BATCH).map(entry).collect()
}

fn entropy() -> impl FnMut(&mut [u8]) {
    let mut state = 1u64;
    move |bytes| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

fn append(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let key = SigningKey::from_bytes(&[7; 32]);
    let mut journal = Journal::create(dir.path(), "bench.invalid/log", key).unwrap();
    let mut random = entropy();
    let mut group = c.benchmark_group("journal");
    group.sample_size(10).throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("append 8192 entries of 12 fields", |b| {
        b.iter_batched(entries, |batch| journal.append(batch, 1, &mut random).unwrap(), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, append);
criterion_main!(benches);
