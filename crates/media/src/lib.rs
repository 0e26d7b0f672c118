//! Media and other received bytes that are not tables: what they are, what they claim, and which copies are alike.
//!
//! Pure. This crate never opens a file, a database or a socket, and never reads a clock; bytes come in, values go out.
//! It trusts nothing in the bytes: every size is checked before anything is made of it. It is meant to run in the
//! child process that app puts received bytes into. Units: pixels, milliseconds, bits, bytes.

mod archive;
mod behind;
mod border;
mod container;
mod index;
mod kind;
mod markup;
mod metadata;
mod pdq;
mod pixels;
mod thin;
mod video;

pub use archive::{ArchiveLimits, Member, Survey, members, survey};
pub use border::inside_border;
pub use image::metadata::Orientation;
pub use index::{HammingIndex, Near, scan};
pub use kind::{Kind, kind};
pub use markup::{MarkupRefused, look_at_markup};
pub use metadata::{Metadata, metadata};
pub use pdq::{PDQ_DISTANCE, PDQ_QUALITY, Spectrum, Turned, spectrum, turned_hashes};
pub use pixels::{Picture, PixelLimits, decode, working_copy};
pub use thin::{Thinned, thinned};
pub use video::{FrameReader, matching_share};

/// Why bytes were not taken apart. The original stays as it was received, whatever this says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
pub enum MediaError {
    #[error("it claims {width} x {height} pixels, more than the {limit} that are decoded; no pixel was read")]
    TooManyPixels { width: u32, height: u32, limit: u64 },
    #[error("it cannot be decoded as {media_type}: {reason}")]
    Undecodable { media_type: String, reason: String },
    #[error("{0} is not a picture that is decoded here")]
    NotAPicture(String),
    #[error("{0}")]
    Archive(String),
}
