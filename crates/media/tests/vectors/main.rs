//! The reference's vectors, where they are: pictures with their hashes, videos with their frames, hostile files.

mod hostile;
mod pdq;

use std::path::PathBuf;

/// A folder beside the repository; none, said aloud, when it is not there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/evidence/vectors").join(name);
    if !path.is_dir() {
        println!("not run: the vectors {name} are not here");
        return None;
    }
    Some(path)
}

fn json(path: PathBuf) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
