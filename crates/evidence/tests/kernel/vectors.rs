//! Golden vectors, and libraries that we did not write.

use evidence::merkle::{self, Hash, Tree};
use evidence::note::{Checkpoint, Verifier};
use evidence::tiles::{read_bundle, tile_bytes, tile_path, tiles_at};
use evidence::{InclusionProof, Journal};
use serde_json::Value;

use crate::support::{ORIGIN, files, journal, key, vectors};

fn hash(value: &Value) -> Hash {
    data_encoding::HEXLOWER.decode(value.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

fn json(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn golden_proofs_are_accepted_and_their_neighbours_are_not() {
    let Some(dir) = vectors("golden proofs") else { return };
    let inclusion = json(&dir.join("inclusion.json"));
    assert!(inclusion.as_array().unwrap().len() >= 90);
    for v in inclusion.as_array().unwrap() {
        let (index, size) = (v["index"].as_u64().unwrap(), v["size"].as_u64().unwrap());
        let (leaf, root, path) = (hash(&v["leaf_hash"]), hash(&v["root"]), hashes(&v["proof"]));
        assert!(merkle::check_inclusion(&leaf, index, size, &path, &root), "{index} of {size}");
        assert!(!merkle::check_inclusion(&root, index, size, &path, &leaf) || leaf == root);
        if !path.is_empty() {
            assert!(!merkle::check_inclusion(&leaf, index, size, &path[1..], &root));
        }
    }
    let consistency = json(&dir.join("consistency.json"));
    assert!(consistency.as_array().unwrap().len() >= 350);
    for v in consistency.as_array().unwrap() {
        let (old, new) = (v["size1"].as_u64().unwrap(), v["size2"].as_u64().unwrap());
        let (old_root, new_root, proof) = (hash(&v["root1"]), hash(&v["root2"]), hashes(&v["proof"]));
        assert!(merkle::check_consistency(old, &old_root, new, &new_root, &proof), "{old} to {new}");
        if old < new {
            assert!(!merkle::check_consistency(old, &new_root, new, &new_root, &proof));
        }
    }
}

#[test]
fn golden_logs_give_their_tiles_roots_and_proofs() {
    let Some(dir) = vectors("golden logs") else { return };
    let keys = json(&dir.join("keys.json"));
    let verifier = Verifier::parse(keys["log_vkey"].as_str().unwrap()).unwrap();
    let seed = hash(&keys["ed25519_seeds_hex"][ORIGIN]);
    let signing = evidence::SigningKey::from_bytes(&seed);
    assert_eq!(Verifier::of(ORIGIN, &signing), verifier);
    let roots = json(&dir.join("roots.json"));
    for size in [1u64, 255, 256, 257, 600, 1000] {
        let log = dir.join(format!("log{size}"));
        let note = std::fs::read_to_string(log.join("checkpoint")).unwrap();
        let checkpoint = Checkpoint::open(&note, &verifier).unwrap();
        assert_eq!(checkpoint.size, size);
        assert!(note.starts_with(&checkpoint.signed(&signing)), "a signature over {size} is not the golden one");
        let mut tree = Tree::default();
        let mut leaves = Vec::new();
        for (index, width) in tiles_at(size, 0) {
            let bytes = std::fs::read(log.join(tile_path(None, index, width))).unwrap();
            for leaf in read_bundle(&bytes).unwrap() {
                tree.push(merkle::leaf_hash(leaf));
                leaves.push(leaf.to_vec());
            }
        }
        assert_eq!(tree.root(size), Some(checkpoint.root));
        for level in 0..2 {
            for (index, width) in tiles_at(size, level) {
                let golden = std::fs::read(log.join(tile_path(Some(level), index, width))).unwrap();
                assert_eq!(tile_bytes(&tree, level, index, width), golden);
            }
        }
        for n in 0..=size {
            if let Some(golden) = roots["roots_hex"].get(n.to_string()) {
                assert_eq!(tree.root(n), Some(hash(golden)), "root of {n}");
            }
        }
        for file in files(&log.join("proofs")).into_iter().filter(|_| log.join("proofs").is_dir()) {
            let text = std::fs::read_to_string(file).unwrap();
            let proof = InclusionProof::parse(&text).unwrap();
            assert_eq!(proof.text(), text);
            assert_eq!(tree.inclusion(proof.index, size).unwrap(), proof.path);
            proof.check(&leaves[proof.index as usize], &verifier).unwrap();
            assert!(proof.check(b"another leaf", &verifier).is_err());
        }
    }
}

#[test]
fn bad_checkpoints_are_refused() {
    let Some(dir) = vectors("bad checkpoints") else { return };
    let keys = json(&dir.join("keys.json"));
    let verifier = Verifier::parse(keys["log_vkey"].as_str().unwrap()).unwrap();
    let mut refused = 0;
    for file in files(&dir.join("bad")) {
        // A changed cosignature is the witnesses' affair; the log's own signature in that file is good.
        if file.file_name().unwrap() == "cosig_time_changed.checkpoint" {
            continue;
        }
        let note = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(Checkpoint::open(&note, &verifier).is_err(), "{}", file.display());
        refused += 1;
    }
    assert_eq!(refused, 7);
}

#[test]
fn a_checkpoint_of_ours_is_accepted_by_a_library_that_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let journal: Journal = journal(&dir.path().join("j"), &[300, 7]);
    let verifier = signed_note::StandardVerifier::new(&journal.vkey()).unwrap();
    let note = signed_note::Note::from_bytes(journal.checkpoint().as_bytes()).unwrap();
    let verifiers = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let (good, _) = note.verify(&verifiers).unwrap();
    assert_eq!(good.len(), 1);
    assert_eq!(Verifier::of(ORIGIN, &key()).vkey(), journal.vkey());

    let stored: Vec<tlog_tiles::Hash> = {
        let mut all: Vec<tlog_tiles::Hash> = Vec::new();
        for entry in journal.read(0) {
            let entry = entry.unwrap();
            let reader = all.clone();
            let hashes = tlog_tiles::stored_hashes(entry.index, &entry.leaf, &Stored(reader)).unwrap();
            all.extend(hashes);
        }
        all
    };
    let root = tlog_tiles::tree_hash(journal.len(), &Stored(stored)).unwrap();
    assert_eq!(root.0, Checkpoint::open(journal.checkpoint(), &Verifier::of(ORIGIN, &key())).unwrap().root);
}

struct Stored(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|i| self.0[*i as usize]).collect())
    }
}
