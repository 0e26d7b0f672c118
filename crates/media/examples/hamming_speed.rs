//! Prints exact searches a second within distance 31, one thread: `hamming_speed HASHES QUERIES`. A copy of each query
//! with 0 to 31 bits changed is among the hashes; one that is not found is said.

use std::time::Instant;

use domain::PdqHash;
use media::{HammingIndex, scan};

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|a| a.parse::<usize>().ok());
    let (n, queries) = (arguments.next().unwrap_or(1_000_000), arguments.next().unwrap_or(1000));
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let hashes: Vec<PdqHash> = (0..n).map(|_| PdqHash(std::array::from_fn(|_| next()))).collect();
    let asked: Vec<(u32, PdqHash)> = (0..queries)
        .map(|nth| {
            let at = next() as usize % n;
            let mut query = hashes[at];
            let mut flipped = std::collections::BTreeSet::new();
            while flipped.len() < nth % 32 {
                flipped.insert(next() & 255);
            }
            flipped.iter().for_each(|bit| query.0[(bit >> 6) as usize] ^= 1 << (bit & 63));
            (at as u32, query)
        })
        .collect();
    let began = Instant::now();
    let index = HammingIndex::new(hashes.clone(), 31);
    let built = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let found = asked.iter().filter(|(at, query)| index.near(query).iter().any(|near| near.nth == *at)).count();
    let by_index = queries as f64 / began.elapsed().as_secs_f64();
    let few = queries.min(200_000_000 / n.max(1)).max(5).min(queries);
    let began = Instant::now();
    let queries_asked: Vec<PdqHash> = asked[..few].iter().map(|(_, query)| *query).collect();
    let scanned = scan(&hashes, &queries_asked, 31);
    let scanned = asked.iter().zip(scanned).filter(|((at, _), found)| found.iter().any(|near| near.nth == *at)).count();
    let by_scan = few as f64 / began.elapsed().as_secs_f64();
    println!("{by_index:.1} {by_scan:.1} {built:.2}");
    eprintln!("  index: {found} of {queries} planted copies found; scan: {scanned} of {few}");
}
