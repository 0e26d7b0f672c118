//! The Merkle tree of RFC 6962, section 2: hashing, inclusion proofs and consistency proofs.
//!
//! [`Tree`] keeps the hash of every complete subtree, 64 bytes an entry in all, so that any root and any proof of any
//! earlier size is a walk of the tree's height.

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// `SHA-256(0x00 || leaf)`.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of no entries: `SHA-256("")`.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Largest power of two below `n`, for `n` of 2 and more.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// Hashes of complete subtrees: `levels[h][i]` covers the `2^h` leaves from `i * 2^h`.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    pub fn len(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for height in 0.. {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let level = &mut self.levels[height];
            level.push(hash);
            let [.., left, right] = level.as_slice() else { return };
            if level.len() % 2 == 1 {
                return;
            }
            hash = node_hash(left, right);
        }
    }

    /// Forgets the leaves from `size` on.
    pub fn truncate(&mut self, size: u64) {
        for (height, level) in self.levels.iter_mut().enumerate() {
            level.truncate((size >> height) as usize);
        }
    }

    /// The complete subtrees of `2^height` leaves, left to right.
    pub fn level(&self, height: usize) -> &[Hash] {
        self.levels.get(height).map_or(&[], Vec::as_slice)
    }

    fn range(&self, start: u64, n: u64) -> Hash {
        if n.is_power_of_two() && start.is_multiple_of(n) {
            return self.levels[n.trailing_zeros() as usize][(start / n) as usize];
        }
        let left = split(n);
        node_hash(&self.range(start, left), &self.range(start + left, n - left))
    }

    /// The root of the first `size` entries; `None` when there are fewer.
    pub fn root(&self, size: u64) -> Option<Hash> {
        match size {
            0 => Some(empty_root()),
            size => (size <= self.len()).then(|| self.range(0, size)),
        }
    }

    /// The audit path of RFC 6962, section 2.1.1, leaf first.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.len() {
            return None;
        }
        let (mut path, mut start, mut n) = (Vec::new(), 0, size);
        while n > 1 {
            let left = split(n);
            if index - start < left {
                path.push(self.range(start + left, n - left));
                n = left;
            } else {
                path.push(self.range(start, left));
                start += left;
                n -= left;
            }
        }
        path.reverse();
        Some(path)
    }

    /// The consistency proof of RFC 6962, section 2.1.2. Empty from size 0 and between equal sizes.
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        if old > new || new > self.len() {
            return None;
        }
        if old == 0 || old == new {
            return Some(Vec::new());
        }
        let (mut proof, mut start, mut m, mut n) = (Vec::new(), 0, old, new);
        // `whole`: the old tree is the left edge of the part at hand, so its own hash is known to the verifier.
        let mut whole = true;
        while m != n {
            let left = split(n);
            if m <= left {
                proof.push(self.range(start + left, n - left));
                n = left;
            } else {
                proof.push(self.range(start, left));
                start += left;
                m -= left;
                n -= left;
                whole = false;
            }
        }
        if !whole {
            proof.push(self.range(start, m));
        }
        proof.reverse();
        Some(proof)
    }
}

/// Checks an audit path (RFC 9162, section 2.1.3.2).
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Checks a consistency proof (RFC 9162, section 2.1.4.2). From size 0 only the empty proof is right.
pub fn check_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let seed = [*old_root];
    let mut path = if old.is_power_of_two() { seed.iter().chain(proof) } else { [].iter().chain(proof) };
    let Some(first) = path.next() else { return false };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree(n: u64) -> Tree {
        let mut tree = Tree::default();
        (0..n).for_each(|i| tree.push(leaf_hash(&i.to_be_bytes())));
        tree
    }

    /// The definition of RFC 6962, section 2.1, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let k = split(many.len() as u64) as usize;
                node_hash(&by_definition(&many[..k]), &by_definition(&many[k..]))
            }
        }
    }

    proptest! {
        #[test]
        fn roots_and_proofs_agree_with_the_definition(n in 1u64..600, a in any::<u64>(), b in any::<u64>()) {
            let tree = tree(n);
            let size = a % n + 1;
            let index = b % size;
            let root = tree.root(size).unwrap();
            prop_assert_eq!(root, by_definition(&tree.level(0)[..size as usize]));
            let path = tree.inclusion(index, size).unwrap();
            let leaf = tree.level(0)[index as usize];
            prop_assert!(check_inclusion(&leaf, index, size, &path, &root));
            prop_assert!(!check_inclusion(&leaf, index + 1, size, &path, &root) || size == 1 && index + 1 < size);
            let proof = tree.consistency(size, n).unwrap();
            let newest = tree.root(n).unwrap();
            prop_assert!(check_consistency(size, &root, n, &newest, &proof));
            if size < n {
                prop_assert!(!check_consistency(size, &newest, n, &newest, &proof));
            }
        }
    }
}
