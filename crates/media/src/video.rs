//! Frames of a video, one after another, as hashes; and how much of one video is in another.

use std::io::Read;

use domain::PdqHash;
use domain::media::{Framing, MediaHash};

use crate::{PDQ_DISTANCE, PDQ_QUALITY, Picture, inside_border, spectrum};

/// Frames of `width` x `height` pixels of three bytes, `every_ms` apart, without anything between them.
pub struct FrameReader<R> {
    from: R,
    width: u32,
    height: u32,
    every_ms: u64,
    most: u64,
}

impl<R: Read> FrameReader<R> {
    pub fn new(from: R, width: u32, height: u32, every_ms: u64, most: u64) -> Self {
        Self { from, width, height, every_ms, most }
    }

    /// The hashes of all whole frames but those that repeat the frame before, and how many frames there were.
    ///
    /// # Errors
    /// What the reader says; a last frame that is cut off is left out. `seen` is told the number of frames and says
    /// whether to go on.
    pub fn hashes(mut self, seen: &mut dyn FnMut(u64) -> bool) -> std::io::Result<(Vec<MediaHash>, u64)> {
        let mut picture = Picture {
            rgb: vec![0; self.width as usize * self.height as usize * 3],
            width: self.width,
            height: self.height,
        };
        let (mut hashes, mut nth): (Vec<MediaHash>, u64) = (Vec::new(), 0);
        let mut last = [None, None];
        while nth < self.most {
            match self.from.read_exact(&mut picture.rgb) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
            let inside = inside_border(&picture);
            let framed = [(Framing::Whole, Some(&picture)), (Framing::InsideBorder, inside.as_ref())];
            for (slot, (framing, picture)) in last.iter_mut().zip(framed) {
                let Some(found) = picture.and_then(|p| spectrum(&p.rgb, p.width as usize, p.height as usize)) else {
                    continue;
                };
                let hash = found.hash();
                if *slot != Some(hash) {
                    *slot = Some(hash);
                    hashes.push(MediaHash { at_ms: nth * self.every_ms, framing, hash, quality: found.quality });
                }
            }
            nth += 1;
            if !seen(nth) {
                break;
            }
        }
        Ok((hashes, nth))
    }
}

/// The share (0 to 1) of one video's frames that another has too: distinct frames of quality 50 or more that are within
/// distance 31 of one of the other's (the rule of Meta's vPDQ). None when no frame is good enough to be compared.
pub fn matching_share(of: &[(PdqHash, u8)], in_other: &[(PdqHash, u8)]) -> Option<f64> {
    let good = |frames: &[(PdqHash, u8)]| {
        let mut kept: Vec<PdqHash> = frames.iter().filter(|(_, q)| *q >= PDQ_QUALITY).map(|(hash, _)| *hash).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    };
    let (of, other) = (good(of), good(in_other));
    if of.is_empty() {
        return None;
    }
    let matched = of.iter().filter(|a| other.iter().any(|b| a.distance(b) <= PDQ_DISTANCE)).count();
    Some(matched as f64 / of.len() as f64)
}
