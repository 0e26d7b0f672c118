//! What goes over the pipes: one task and the bytes in, frames of answers out.
//!
//! A frame is its length in four bytes (least first) and that many bytes of JSON.

use std::io::{self, Read, Write};

use domain::media::MediaHash;
use domain::{
    AccessionId, Content, Event, Figure, GazetteerEntry, Notice, Place, Post, Record, RejectedRow, Source, SourceId,
    Statement, TrustSet,
};
use serde::{Deserialize, Serialize};

/// A frame longer than this is not read.
pub const LONGEST_FRAME: usize = 64 << 20;

/// What the child is to do with the bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Say what the bytes are. With a mapping they are to be a table.
    Look { file_name: String, is_table: bool },
    /// Make a copy of a picture from its pixels alone, no side longer than `longest` where that is said.
    Copy { longest: Option<u32> },
    /// Read every row.
    Rows {
        file_name: String,
        mapping: MappingText,
        accession: AccessionId,
        source: SourceId,
        /// What imported gazetteers add to the built-in places.
        places: Vec<Place>,
    },
    /// Hand over all text in a packed table or an archive.
    Texts,
    /// Read a publisher's settings for being read and shared (TOML).
    Outreach,
    /// Read boundaries (GeoJSON).
    Boundaries,
    /// Try what is forbidden, for the tests, and say what happened.
    Probe,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MappingText {
    BuiltIn(String),
    Own(String),
}

/// What the bytes are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    /// A table that this built-in mapping fits, or none asked for.
    Table {
        mapping: Option<String>,
        media_type: String,
        remarks: Vec<String>,
    },
    Media(Box<LookedAtMedia>),
    /// Nothing that is known; what to do is in the text.
    Unknown(String),
    /// Bytes made to harm whoever opens them.
    Hostile {
        reason: String,
        media_type: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookedAtMedia {
    pub media_type: String,
    pub metadata: media::Metadata,
    pub hashes: Vec<MediaHash>,
    /// Hashes of the picture turned and mirrored, to search by.
    pub turned: Vec<MediaHash>,
    /// JPEG of no more than 512 pixels a side: base 16, width, height.
    pub thumbnail: Option<(String, u32, u32)>,
}

/// One row, as the child read it. Only what a table can hold has a name here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Row {
    Record(Record),
    Event(Event),
    Figure(Figure),
    Statement(Statement),
    Notice(Box<Notice>),
    Place(GazetteerEntry),
    Post(Post),
    Source(Source),
    TrustSet(TrustSet),
    Rejected(RejectedRow),
}

impl Row {
    pub fn of(outcome: intake::Outcome) -> Option<Self> {
        Some(match outcome {
            intake::Outcome::Rejected(row) => Self::Rejected(row),
            intake::Outcome::Item(content) => match *content {
                Content::Record(value) => Self::Record(value),
                Content::Event(value) => Self::Event(value),
                Content::Figure(value) => Self::Figure(value),
                Content::Statement(value) => Self::Statement(value),
                Content::Notice(value) => Self::Notice(value),
                Content::Place(value) => Self::Place(value),
                Content::Post(value) => Self::Post(value),
                Content::Source(value) => Self::Source(value),
                Content::TrustSet(value) => Self::TrustSet(value),
                _ => return None,
            },
        })
    }

    pub fn into_outcome(self) -> intake::Outcome {
        let content = match self {
            Self::Rejected(row) => return intake::Outcome::Rejected(row),
            Self::Record(value) => Content::Record(value),
            Self::Event(value) => Content::Event(value),
            Self::Figure(value) => Content::Figure(value),
            Self::Statement(value) => Content::Statement(value),
            Self::Notice(value) => Content::Notice(value),
            Self::Place(value) => Content::Place(value),
            Self::Post(value) => Content::Post(value),
            Self::Source(value) => Content::Source(value),
            Self::TrustSet(value) => Content::TrustSet(value),
        };
        intake::Outcome::Item(Box::new(content))
    }

    /// Whether the row is of the accession that was asked for; sources and trust sets are of none.
    pub fn is_of(&self, wanted: &AccessionId) -> bool {
        match self {
            Self::Record(value) => value.accession == *wanted,
            Self::Event(value) => value.accession == *wanted,
            Self::Figure(value) => value.accession == *wanted,
            Self::Statement(value) => value.accession == *wanted,
            Self::Notice(value) => value.accession == *wanted,
            Self::Place(value) => value.accession == *wanted,
            Self::Post(value) => value.accession == *wanted,
            Self::Source(_) | Self::TrustSet(_) | Self::Rejected(_) => true,
        }
    }
}

/// What a frame holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The child is confined, by these means; nothing was read before this.
    Confined(Vec<String>),
    Looked(Looked),
    Rows(Vec<(u64, Row)>),
    /// The end: rows, encoding, warnings.
    Read {
        rows: u64,
        encoding: String,
        warnings: Vec<String>,
    },
    /// A piece of text, which may begin before the last one ended.
    Text(String),
    /// A JPEG in base 16, its width and height.
    Copied(String, u32, u32),
    Outreach(Box<release::Settings>),
    Boundaries(Vec<release::Area>),
    Refused(String),
    Probed(Vec<(String, bool)>),
}

pub fn write_frame(to: &mut impl Write, frame: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(frame)?;
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("a frame is too long"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&bytes)
}

/// The bytes of the next frame; none at the end.
pub fn read_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0u8; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_FRAME {
        return Err(io::Error::other(format!("it announced a frame of {length} bytes")));
    }
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::Error::other("a frame was cut off"));
    }
    Ok(Some(bytes))
}
