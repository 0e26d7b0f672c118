//! Where a frame lies in a segment file, and whether one that is not whole was torn or has rotted.
//!
//! Behind the frames a segment has room: zeros, written and synced with an earlier frame. A frame that goes there changes
//! neither the length of the file nor where its blocks are, so that its sync writes nothing but the frame. Large frames
//! get no room: writing everything twice would cost more than it saves.

use std::path::PathBuf;
use std::sync::Mutex;

use crate::frame::{self, Head};
use crate::journal::Journal;
use crate::{EvidenceError, Result};

/// A segment takes frames until they are this long.
const SEGMENT_BYTES: u64 = 256 << 20;
/// Room made behind a frame that finds none.
const ROOM_BYTES: usize = 512 << 10;
/// Longer frames get no room.
const SMALL_FRAME_BYTES: usize = 128 << 10;
/// What a disk writes wholly or not at all.
const SECTOR_BYTES: u64 = 512;

/// Where a frame lies.
#[derive(Debug)]
pub(crate) struct FrameAt {
    pub head: Head,
    pub segment: PathBuf,
    pub offset: u64,
    /// That stands at its end: of all before it.
    pub digest: [u8; frame::DIGEST],
    /// Start of each entry in the body, found when one is first asked for.
    pub entries: Mutex<Vec<u64>>,
}

impl FrameAt {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.head.frame_bytes().unwrap_or(u64::MAX))
    }
}

impl Journal {
    /// Writes a frame behind the last one, or into a new segment, and returns where it is once that is durable.
    pub(crate) fn put_durable(&mut self, first: u64, mut frame: Vec<u8>) -> Result<(PathBuf, u64)> {
        let (segment, offset) = match self.frames.last() {
            Some(last) if last.end() < SEGMENT_BYTES => (last.segment.clone(), last.end()),
            _ => (self.dir.join(format!("segments/{first:012}.seg")), 0),
        };
        let end = offset + frame.len() as u64;
        let failed = || EvidenceError::io("could not append to", &segment);
        if offset > 0 {
            // What another writer put there, on a file system that does not honour locks, must not be written over.
            let room = self.segment_bytes.min(end) - offset;
            let size = self.disk.size(&segment).map_err(failed())?;
            let room = self.disk.read_at(&segment, offset, room as usize).map_err(failed())?;
            if size != self.segment_bytes || room.iter().any(|byte| *byte != 0) {
                return Err(EvidenceError::AnotherWriter(segment));
            }
        }
        if offset > 0 && end <= self.segment_bytes {
            self.disk.overwrite_durable(&segment, offset, &frame).map_err(failed())?;
            return Ok((segment, offset));
        }
        if frame.len() < SMALL_FRAME_BYTES {
            frame.resize(frame.len() + ROOM_BYTES, 0);
        }
        if offset > 0 {
            self.disk.overwrite_durable(&segment, offset, &frame).map_err(failed())?;
        } else {
            self.disk.write_private_durable(&segment, &frame).map_err(failed())?;
            let dir = self.dir.join("segments");
            self.disk.sync_dir(&dir).map_err(EvidenceError::io("could not make durable", &dir))?;
        }
        self.segment_bytes = offset + frame.len() as u64;
        Ok((segment, offset))
    }
}

/// Whether the bytes from `offset` to the end of the last segment, which begin with a frame that is not whole, are what a
/// write leaves that was cut short. Then nobody was told of that frame. They are not where a whole frame stands behind
/// it, nor where it was written to its end and no sector of it is zeros (it is text and random bytes). Where its end is the
/// checkpoint there shows, in the name of `origin`, or else the length at its start: one of the two may have rotted.
pub(crate) fn is_torn(rest: &[u8], offset: u64, origin: &str) -> bool {
    let written = &rest[..rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)];
    let starts = written.windows(frame::MAGIC.len()).enumerate().skip(1).filter(|(_, bytes)| *bytes == frame::MAGIC);
    for (at, _) in starts {
        let bytes = Head::parse(&rest[at..]).and_then(|head| head.frame_bytes()).unwrap_or(u64::MAX);
        if bytes <= (rest.len() - at) as u64 && frame::is_whole(&rest[at..at + bytes as usize]) {
            return false;
        }
    }
    let end = end_by_checkpoint(written, origin).or_else(|| Head::parse(rest)?.frame_bytes());
    let to_sector = (SECTOR_BYTES - offset % SECTOR_BYTES) as usize;
    let (start, sectors) = written.split_at(to_sector.min(written.len()));
    let is_gap = |sector: &[u8]| sector.iter().all(|byte| *byte == 0);
    let has_gap = is_gap(start) || sectors.chunks(SECTOR_BYTES as usize).any(is_gap);
    has_gap || end.is_none_or(|end| (written.len() as u64) < end)
}

/// Where the frame ends of which these are the last bytes: behind the last line of its checkpoint and the digest.
fn end_by_checkpoint(written: &[u8], origin: &str) -> Option<u64> {
    let signature = format!("\n\n\u{2014} {origin} ");
    let tail = written.len().saturating_sub(signature.len() + 128 + frame::DIGEST);
    let at = written[tail..].windows(signature.len()).rposition(|bytes| bytes == signature.as_bytes())?;
    let line = tail + at + signature.len();
    let line_end = written[line..].iter().position(|byte| *byte == b'\n')?;
    Some((line + line_end + 1 + frame::DIGEST) as u64)
}
