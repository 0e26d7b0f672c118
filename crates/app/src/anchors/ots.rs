//! OpenTimestamps files: a digest, and operations that lead from it to a calendar's promise or a Bitcoin block.
//!
//! Whether a block is in the chain cannot be told offline: the block's number and the Merkle root that it must have are
//! reported, for the reader to compare with a node or explorer that the reader trusts.

use evidence::{OutsideState, TimeFound};
use sha2::{Digest, Sha256};

const MAGIC: &[u8] = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
const OP_SHA256: u8 = 0x08;
const PENDING: [u8; 8] = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
const BITCOIN: [u8; 8] = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];
/// The reference client's limits on nesting, and on a message or argument.
const DEPTH: usize = 256;
const BYTES: usize = 4096;
const NODES: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    tag: [u8; 8],
    payload: Vec<u8>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    attestations: Vec<Attestation>,
    /// Operation, argument, and what follows.
    ops: Vec<(u8, Vec<u8>, Stamp)>,
}

struct Bytes<'a> {
    rest: &'a [u8],
    nodes: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(taken)
    }
    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }
    fn number(&mut self) -> Option<u64> {
        let mut n = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }
    fn text(&mut self) -> Option<&'a [u8]> {
        let n = usize::try_from(self.number()?).ok().filter(|n| *n <= BYTES)?;
        self.take(n)
    }

    fn stamp(&mut self, depth: usize) -> Option<Stamp> {
        let mut stamp = Stamp::default();
        loop {
            self.nodes += 1;
            if depth > DEPTH || self.nodes > NODES {
                return None;
            }
            let mut tag = self.byte()?;
            let is_last = tag != 0xff;
            if !is_last {
                tag = self.byte()?;
            }
            if tag == 0 {
                let tag = self.take(8)?.try_into().ok()?;
                stamp.attestations.push(Attestation { tag, payload: self.text()?.to_vec() });
            } else {
                let argument = match tag {
                    0xf0 | 0xf1 => self.text().filter(|a| !a.is_empty())?.to_vec(),
                    0x02 | 0x03 | OP_SHA256 | 0x67 | 0xf2 | 0xf3 => Vec::new(),
                    _ => return None,
                };
                stamp.ops.push((tag, argument, self.stamp(depth + 1)?));
            }
            if is_last {
                return Some(stamp);
            }
        }
    }
}

/// What an operation makes of a message; `None` for those of old digests, which nothing is proved with here.
fn apply(op: u8, argument: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let made = match op {
        0xf0 => [message, argument].concat(),
        0xf1 => [argument, message].concat(),
        OP_SHA256 => Sha256::digest(message).to_vec(),
        0xf2 => message.iter().rev().copied().collect(),
        0xf3 => message.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect(),
        _ => return None,
    };
    (made.len() <= BYTES).then_some(made)
}

impl Stamp {
    /// Reads what a calendar answers.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes { rest: bytes, nodes: 0 };
        let stamp = bytes.stamp(0)?;
        bytes.rest.is_empty().then_some(stamp)
    }

    fn write(&self, out: &mut Vec<u8>) {
        let n = self.attestations.len() + self.ops.len();
        let mut at = 0;
        let mut begin = |out: &mut Vec<u8>| {
            at += 1;
            if at < n {
                out.push(0xff);
            }
        };
        for attestation in &self.attestations {
            begin(out);
            out.push(0);
            out.extend(attestation.tag);
            put_text(out, &attestation.payload);
        }
        for (op, argument, next) in &self.ops {
            begin(out);
            out.push(*op);
            if matches!(op, 0xf0 | 0xf1) {
                put_text(out, argument);
            }
            next.write(out);
        }
    }

    fn each<'a>(&'a self, message: &[u8], found: &mut Vec<(&'a Attestation, Vec<u8>)>) {
        found.extend(self.attestations.iter().map(|a| (a, message.to_vec())));
        for (op, argument, next) in &self.ops {
            if let Some(message) = apply(*op, argument, message) {
                next.each(&message, found);
            }
        }
    }

    /// Puts a calendar's further answer where its promise stood. True when the promise was found.
    fn complete(&mut self, message: &[u8], at: &[u8], with: &Stamp) -> bool {
        if message == at && self.attestations.iter().any(|a| a.tag == PENDING) {
            self.attestations.retain(|a| a.tag != PENDING);
            self.attestations.extend(with.attestations.iter().cloned());
            self.ops.extend(with.ops.iter().cloned());
            return true;
        }
        self.ops.iter_mut().any(|(op, argument, next)| {
            apply(*op, argument, message).is_some_and(|message| next.complete(&message, at, with))
        })
    }
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    let mut n = text.len();
    while n > 0x7f {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out.extend(text);
}

/// A whole file: the digest of the bytes stamped, and the stamp.
pub struct File {
    digest: [u8; 32],
    stamp: Stamp,
}

impl File {
    pub fn new(stamped: &[u8], answer: &[u8]) -> Option<Self> {
        Some(Self { digest: Sha256::digest(stamped).into(), stamp: Stamp::parse(answer)? })
    }

    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&[1, OP_SHA256])?;
        let (digest, rest) = rest.split_first_chunk::<32>()?;
        Some(Self { digest: *digest, stamp: Stamp::parse(rest)? })
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend([1, OP_SHA256]);
        out.extend(self.digest);
        self.stamp.write(&mut out);
        out
    }

    /// The calendars that promised, and the message that each promised to anchor.
    pub fn pending(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        self.stamp.each(&self.digest, &mut found);
        let pending = found.into_iter().filter(|(a, _)| a.tag == PENDING);
        pending
            .filter_map(|(a, message)| {
                let mut bytes = Bytes { rest: &a.payload, nodes: 0 };
                Some((String::from_utf8(bytes.text()?.to_vec()).ok()?, message))
            })
            .collect()
    }

    /// Blocks that it leads to: height, and the Merkle root that the block must have, as block explorers write it.
    pub fn blocks(&self) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        self.stamp.each(&self.digest, &mut found);
        let blocks = found.into_iter().filter(|(a, message)| a.tag == BITCOIN && message.len() == 32);
        blocks
            .filter_map(|(a, message)| {
                let height = Bytes { rest: &a.payload, nodes: 0 }.number()?;
                Some((height, message.iter().rev().map(|b| format!("{b:02x}")).collect()))
            })
            .collect()
    }

    pub fn complete(&mut self, at: &[u8], answer: &[u8]) -> bool {
        let digest = self.digest;
        Stamp::parse(answer).is_some_and(|with| self.stamp.complete(&digest, at, &with))
    }
}

pub fn check(file: &[u8], stamped: &[u8]) -> TimeFound {
    let found = |state, detail| TimeFound { state, time: None, detail };
    let Some(file) = File::parse(file) else {
        return found(OutsideState::Bad, "it is not an OpenTimestamps file, or it is torn".to_owned());
    };
    if file.digest[..] != Sha256::digest(stamped)[..] {
        return found(OutsideState::Bad, "it is over other bytes than this checkpoint".to_owned());
    }
    let (blocks, pending) = (file.blocks(), file.pending());
    if let Some((height, root)) = blocks.first() {
        let detail = format!(
            "it leads to block {height} of the Bitcoin chain, if that block's Merkle root is {root}: compare it with a \
             node or explorer that you trust"
        );
        return found(OutsideState::Unchecked, detail);
    }
    match pending.first() {
        Some((calendar, _)) => {
            found(OutsideState::Pending, format!("{calendar} promised to anchor it and has not yet"))
        }
        None => found(OutsideState::Unchecked, "it leads to nothing that is known here".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Option<std::path::PathBuf> {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/evidence/vectors");
        if !dir.is_dir() {
            println!("not run: OpenTimestamps vectors: {} is not here", dir.display());
            return None;
        }
        Some(dir)
    }

    #[test]
    fn a_golden_file_gives_the_block_and_the_promise_that_it_should_and_bad_ones_are_refused() {
        let Some(dir) = vectors() else { return };
        let stamped = std::fs::read(dir.join("log/log600/checkpoint")).unwrap();
        let bytes = std::fs::read(dir.join("ots/checkpoint600.ots")).unwrap();
        let file = File::parse(&bytes).unwrap();
        assert_eq!(file.bytes(), bytes);
        let expected = std::fs::read_to_string(dir.join("ots/expected.txt")).unwrap();
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert!(expected.contains(&format!("file_digest {}", hex(&file.digest))));
        for (calendar, message) in file.pending() {
            assert!(expected.contains(&format!("{} PendingAttestation('{calendar}')", hex(&message))));
        }
        let blocks = file.blocks();
        assert_eq!((blocks.len(), file.pending().len()), (1, 1));
        let root: Vec<&str> = blocks[0].1.as_bytes().chunks(2).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
        assert!(expected.contains(&format!("{} BitcoinBlockHeaderAttestation({})", root.concat(), blocks[0].0)));
        assert_eq!(check(&bytes, &stamped).state, OutsideState::Unchecked);
        assert_eq!(check(&bytes, b"other").state, OutsideState::Bad);
        for entry in std::fs::read_dir(dir.join("ots")).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_str().unwrap().starts_with("bad-") {
                assert_eq!(
                    check(&std::fs::read(&path).unwrap(), &stamped).state,
                    OutsideState::Bad,
                    "{}",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn a_calendars_further_answer_takes_the_place_of_its_promise() {
        let uri = b"https://calendar.test.invalid";
        let mut promise = vec![0xf0, 1, b'x', OP_SHA256, 0];
        promise.extend(PENDING);
        promise.push(uri.len() as u8 + 1);
        put_text(&mut promise, uri);
        let mut file = File::new(b"checkpoint", &promise).unwrap();
        let (calendar, message) = file.pending().remove(0);
        assert_eq!(calendar.as_bytes(), uri);
        let mut answer = vec![0xf1, 1, b'y', OP_SHA256, 0];
        answer.extend(BITCOIN);
        answer.extend([3, 0xc0, 0xc3, 0x30]);
        assert!(!file.complete(b"elsewhere", &answer) && !file.complete(&message, b"\x07"));
        assert!(file.complete(&message, &answer));
        assert!(file.pending().is_empty());
        let again = File::parse(&file.bytes()).unwrap();
        assert_eq!((again.blocks()[0].0, again.blocks()[0].1.len()), (795_072, 64));
    }
}
