//! All hashes within a distance of one, exactly: by scanning, or through a multi-index.
//!
//! The multi-index (Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space With Multi-Index Hashing", 2014)
//! parts a hash into chunks. By the pigeonhole principle, where two hashes differ in at most `d` bits, some chunk of them
//! differs in at most as many as its share of `d`; so each chunk is looked up with every pattern of so few bits
//! changed, and only what is found there is compared in full. Nothing is missed, and nothing is found that a scan would not.

use domain::PdqHash;
use pulp::{Arch, Simd, WithSimd};

/// A hash that was found: its place among those searched, and its distance in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    pub distance: u32,
    pub nth: u32,
}

/// Hashes that are compared with every question while half of each is in the nearest cache: 16 KiB.
const BLOCK: usize = 1024;

/// Hashes that are looked at together before the first branch.
const GROUP: usize = 64;

struct Scan<'a> {
    hashes: &'a [PdqHash],
    queries: &'a [PdqHash],
    distance: u32,
}

impl WithSimd for Scan<'_> {
    type Output = Vec<Vec<Near>>;

    /// Half of the bits of hashes that have nothing to do with one another are almost never within a small distance, so that
    /// half is compared, and the rest only in a group of hashes where it is.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Vec<Near>> {
        let mut found = vec![Vec::new(); self.queries.len()];
        // The halves word by word, so that the processor's vectors are filled from places that follow one another.
        let (mut first, mut second) = ([0u64; BLOCK], [0u64; BLOCK]);
        for (nth_block, block) in self.hashes.chunks(BLOCK).enumerate() {
            for ((first, second), hash) in first.iter_mut().zip(&mut second).zip(block) {
                (*first, *second) = (hash.0[0], hash.0[1]);
            }
            for (query, found) in self.queries.iter().zip(&mut found) {
                let halves = first.as_chunks::<GROUP>().0.iter().zip(second.as_chunks::<GROUP>().0);
                // Behind the last hashes stand those of an earlier block: `group` has none of them.
                for (nth_group, ((first, second), group)) in halves.zip(block.chunks(GROUP)).enumerate() {
                    if is_any_half_near(first, second, &query.0, self.distance) {
                        let nth = nth_block * BLOCK + nth_group * GROUP;
                        find_near(group, nth, query, self.distance, found);
                    }
                }
            }
        }
        found
    }
}

/// True where the first half of one of the hashes is within the distance of the question's. Without a branch the loop is one
/// of vectors; the highest bit of a difference is set where nothing is near.
#[inline(always)]
fn is_any_half_near(first: &[u64; GROUP], second: &[u64; GROUP], query: &[u64; 4], distance: u32) -> bool {
    let mut far = u64::MAX;
    for (a, b) in first.iter().zip(second) {
        let apart = (a ^ query[0]).count_ones().wrapping_add((b ^ query[1]).count_ones());
        far &= u64::from(distance).wrapping_sub(u64::from(apart));
    }
    far >> 63 == 0
}

fn find_near(group: &[PdqHash], from: usize, query: &PdqHash, most: u32, found: &mut Vec<Near>) {
    for (nth, hash) in group.iter().enumerate() {
        let distance = bits_apart(&hash.0, &query.0);
        if distance <= most {
            found.push(Near { distance, nth: (from + nth) as u32 });
        }
    }
}

#[inline(always)]
fn bits_apart(a: &[u64; 4], b: &[u64; 4]) -> u32 {
    (a[0] ^ b[0]).count_ones() + (a[1] ^ b[1]).count_ones() + (a[2] ^ b[2]).count_ones() + (a[3] ^ b[3]).count_ones()
}

/// Compares each question with all hashes, at most 2^32 of them; what is near each, nearest first. For a few questions
/// this is quicker than making an index.
pub fn scan(hashes: &[PdqHash], queries: &[PdqHash], distance: u32) -> Vec<Vec<Near>> {
    let mut found = Arch::new().dispatch(Scan { hashes, queries, distance });
    found.iter_mut().for_each(|found| found.sort_unstable());
    found
}

/// Hashes in tables by chunk.
pub struct HammingIndex {
    hashes: Vec<PdqHash>,
    distance: u32,
    chunks: Vec<Chunk>,
}

struct Chunk {
    from_bit: u32,
    width: u32,
    /// Every pattern of as many changed bits as this chunk's share of the distance.
    changes: Vec<u32>,
    /// Where the hashes of each value begin in `members`.
    begins: Vec<u32>,
    members: Vec<u32>,
}

impl Chunk {
    #[inline(always)]
    fn value(&self, hash: &[u64; 4]) -> u32 {
        let (word, shift) = ((self.from_bit >> 6) as usize, self.from_bit & 63);
        let low = hash[word & 3] >> shift;
        let high = if shift + self.width > 64 { hash[(word + 1) & 3] << (64 - shift) } else { 0 };
        ((low | high) as u32) & ((1u32 << self.width) - 1)
    }

    fn fill(&mut self, hashes: &[PdqHash]) {
        let mut begins = vec![0u32; (1usize << self.width) + 1];
        for hash in hashes {
            begins[self.value(&hash.0) as usize + 1] += 1;
        }
        for at in 1..begins.len() {
            begins[at] += begins[at - 1];
        }
        let mut next = begins.clone();
        let mut members = vec![0u32; hashes.len()];
        for (nth, hash) in hashes.iter().enumerate() {
            let slot = &mut next[self.value(&hash.0) as usize];
            members[*slot as usize] = nth as u32;
            *slot += 1;
        }
        (self.begins, self.members) = (begins, members);
    }
}

/// Every pattern of at most `most` bits set among `width`.
fn patterns(width: u32, most: u32) -> Vec<u32> {
    let mut all = vec![0u32];
    let mut last = vec![(0u32, 0u32)];
    for _ in 0..most {
        let longer = |&(pattern, from): &(u32, u32)| (from..width).map(move |bit| (pattern | 1 << bit, bit + 1));
        last = last.iter().flat_map(longer).collect();
        all.extend(last.iter().map(|(pattern, _)| *pattern));
    }
    all
}

impl HammingIndex {
    /// Takes at most 2^32 - 1 hashes. Of equal hashes each is kept, so give distinct ones where there are many copies.
    pub fn new(hashes: Vec<PdqHash>, distance: u32) -> Self {
        // A chunk's table should have about as many values as there are hashes: then a value holds about one.
        let width = hashes.len().max(2).ilog2().clamp(14, 22);
        let n = 256u32.div_ceil(width);
        let shares = distance.min(255) + 1;
        let (share, more) = (shares / n, shares % n);
        let (thin, wider) = (256 / n, 256 % n);
        let mut from_bit = 0;
        let mut chunks = Vec::new();
        for nth in 0..n {
            let width = thin + u32::from(nth < wider);
            // The shares that do not divide evenly go to the narrower chunks, where more changes cost less.
            let share = share + u32::from(n - 1 - nth < more);
            if share > 0 {
                let (changes, begins, members) = (patterns(width, share - 1), Vec::new(), Vec::new());
                let mut chunk = Chunk { from_bit, width, changes, begins, members };
                chunk.fill(&hashes);
                chunks.push(chunk);
            }
            from_bit += width;
        }
        Self { hashes, distance, chunks }
    }

    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// All hashes within the distance that the index was made for, nearest first.
    pub fn near(&self, query: &PdqHash) -> Vec<Near> {
        let mut found = Arch::new().dispatch(Lookup { index: self, query });
        found.sort_unstable();
        found.dedup();
        found
    }
}

struct Lookup<'a> {
    index: &'a HammingIndex,
    query: &'a PdqHash,
}

impl WithSimd for Lookup<'_> {
    type Output = Vec<Near>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Near> {
        let (mut found, mut ranges, mut candidates) = (Vec::new(), Vec::new(), Vec::<u32>::new());
        for chunk in &self.index.chunks {
            let value = chunk.value(&self.query.0);
            // Three rounds, so that within each the processor has many independent reads of memory under way.
            ranges.clear();
            candidates.clear();
            for change in &chunk.changes {
                let at = (value ^ change) as usize;
                ranges.push((chunk.begins[at], chunk.begins[at + 1]));
            }
            for (from, to) in &ranges {
                if from < to {
                    candidates.extend_from_slice(&chunk.members[*from as usize..*to as usize]);
                }
            }
            for nth in &candidates {
                let distance = bits_apart(&self.index.hashes[*nth as usize].0, &self.query.0);
                if distance <= self.index.distance {
                    found.push(Near { distance, nth: *nth });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of a fixed sequence (splitmix64), enough for bits that follow no pattern.
    fn sequence(mut state: u64) -> impl FnMut() -> u64 {
        move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }
    }

    #[test]
    fn the_index_finds_what_a_scan_finds_at_every_distance_and_nothing_else() {
        let mut next = sequence(5);
        let mut hashes: Vec<PdqHash> = (0..20_000).map(|_| PdqHash(std::array::from_fn(|_| next()))).collect();
        let queries: Vec<PdqHash> = hashes.iter().step_by(400).copied().collect();
        for query in &queries {
            for apart in 0..40u64 {
                let mut near = *query;
                for _ in 0..apart {
                    near.0[(next() & 3) as usize] ^= 1 << (next() & 63);
                }
                hashes.push(near);
            }
        }
        for distance in [0, 3, 31] {
            let index = HammingIndex::new(hashes.clone(), distance);
            for (query, scanned) in queries.iter().zip(scan(&hashes, &queries, distance)) {
                let found = index.near(query);
                assert_eq!(found, scanned);
                assert!(!found.is_empty());
            }
        }
    }

    #[test]
    fn a_scan_finds_what_comparing_bit_by_bit_finds_whatever_the_number_of_hashes_and_the_distance() {
        let mut next = sequence(9);
        let query = PdqHash(std::array::from_fn(|_| next()));
        let far = PdqHash(query.0.map(|word| !word));
        for n in [0, 1, 63, 64, 65, 1023, 1024, 1025, 2100] {
            let hashes: Vec<PdqHash> = (0..n)
                .map(|_| {
                    let mut hash = query;
                    for _ in 0..next() % 300 {
                        hash.0[(next() & 3) as usize] ^= 1 << (next() & 63);
                    }
                    hash
                })
                .collect();
            let apart = |a: &PdqHash, b: &PdqHash| {
                (0..256).filter(|bit| (a.0[bit / 64] ^ b.0[bit / 64]) >> (bit % 64) & 1 == 1).count() as u32
            };
            for distance in [0, 1, 31, 100, 128, 255, 256, u32::MAX] {
                for (question, found) in [query, far].iter().zip(scan(&hashes, &[query, far], distance)) {
                    let all = hashes.iter().enumerate();
                    let mut naive: Vec<Near> =
                        all.map(|(nth, hash)| Near { distance: apart(hash, question), nth: nth as u32 }).collect();
                    naive.retain(|near| near.distance <= distance);
                    naive.sort_unstable();
                    assert_eq!(found, naive, "{n} hashes within {distance}");
                }
            }
        }
    }

    /// Without its feature pulp runs the baseline, three times slower and otherwise just the same.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_processors_vectors_are_used_where_it_has_them() {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        assert_eq!(matches!(Arch::new(), Arch::Scalar), !has);
    }

    #[test]
    fn an_index_of_nothing_finds_nothing() {
        let index = HammingIndex::new(vec![], 31);
        assert!(index.is_empty() && index.near(&PdqHash([0; 4])).is_empty());
    }

    #[test]
    fn patterns_are_all_those_of_few_bits() {
        assert_eq!(patterns(21, 2).len(), 1 + 21 + 210);
        let mut all = patterns(10, 3);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), (0..1024u32).filter(|p| p.count_ones() <= 3).count());
    }
}
