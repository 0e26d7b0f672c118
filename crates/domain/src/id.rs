//! Identifiers. Each is a short ASCII string that is safe in a file name and in an address.
//!
//! Ids of what the program derives (records, accessions, persons) come from digests of their content, so
//! the same input always bears the same id, on every machine.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A text that cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an identifier: 1 to 96 of the characters a-z A-Z 0-9 . _ -, beginning with a letter or digit")]
pub struct NotAnId(pub String);

fn check(text: &str) -> Result<(), NotAnId> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let ok = (1..=96).contains(&text.len()) && text.bytes().all(plain) && text.as_bytes()[0].is_ascii_alphanumeric();
    if ok { Ok(()) } else { Err(NotAnId(text.to_owned())) }
}

/// Longest id that stands in its value itself.
const HERE: usize = 30;

/// The letters of an id. Those of nearly every id stand in the value itself: there are some hundred thousand of them in a release, and
/// comparing and copying them is most of what is done with them.
#[derive(Clone)]
enum Letters {
    /// Zeros behind the letters: none of them is one, so that the order of the bytes is that of the text.
    Here(u8, [u8; HERE]),
    /// Longer than [`HERE`].
    There(Box<str>),
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = [0; HERE];
        match letters.get_mut(..text.len()) {
            Some(here) => {
                here.copy_from_slice(text.as_bytes());
                Self::Here(text.len() as u8, letters)
            }
            None => Self::There(text.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Here(n, letters) => letters.get(..usize::from(*n)).unwrap_or_default(),
            Self::There(text) => text.as_bytes(),
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

/// The letters that stand here as numbers, in whose order ids are; the last two numbers have bytes in common.
#[inline]
fn words(letters: &[u8; HERE]) -> [u64; 4] {
    let word = |from: usize| letters[from..].first_chunk().map_or(0, |word| u64::from_be_bytes(*word));
    [word(0), word(8), word(16), word(HERE - 8)]
}

impl PartialEq for Letters {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here(_, a), Self::Here(_, b)) => words(a) == words(b),
            _ => self.bytes() == other.bytes(),
        }
    }
}

impl Eq for Letters {}

impl Ord for Letters {
    #[inline]
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Here(_, a), Self::Here(_, b)) => words(a).cmp(&words(b)),
            _ => self.bytes().cmp(other.bytes()),
        }
    }
}

impl PartialOrd for Letters {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::hash::Hash for Letters {
    #[inline]
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Here(_, letters) => words(letters).into_iter().for_each(|word| state.write_u64(word)),
            Self::There(text) => {
                state.write_usize(text.len());
                state.write(text.as_bytes());
            }
        }
    }
}

/// Reads an id from text, whoever owns that.
struct Read<T>(std::marker::PhantomData<T>);

impl<T: for<'t> TryFrom<&'t str, Error = NotAnId>> serde::de::Visitor<'_> for Read<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        T::try_from(text).map_err(E::custom)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Letters);

        impl $name {
            /// Accepts 1 to 96 characters of `a-z A-Z 0-9 . _ -`, beginning with a letter or digit.
            pub fn new(text: impl AsRef<str>) -> Result<Self, NotAnId> {
                let text = text.as_ref();
                check(text)?;
                Ok(Self(Letters::of(text)))
            }
            pub fn as_str(&self) -> &str { self.0.as_str() }
        }
        impl TryFrom<&str> for $name {
            type Error = NotAnId;
            fn try_from(text: &str) -> Result<Self, NotAnId> { Self::new(text) }
        }
        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> { Self::new(text) }
        }
        impl From<$name> for String { fn from(id: $name) -> String { id.as_str().to_owned() } }
        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> { Self::new(text) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> { to.serialize_str(self.as_str()) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Read(std::marker::PhantomData))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
        impl AsRef<str> for $name { fn as_ref(&self) -> &str { self.as_str() } }
    )*};
}

ids! {
    /// A source, such as `snhr`.
    SourceId
    /// The act of taking something in: `a-` and 16 characters of base 32.
    AccessionId
    /// What one source says about one victim: `r-` and 26 characters of base 32.
    RecordId
    /// A published person: `p-` and 16 characters of base 32, from the record that first bore it.
    PersonId
    /// An attack, arrest or displacement: `e-` and 26 characters of base 32.
    EventId
    /// A post or article: `o-` and 26 characters of base 32.
    PostId
    /// A published number, by its compiler's own id (`F0995`).
    FigureId
    /// A position taken by a source.
    StatementId
    /// A question on which positions are taken, such as `is-isis-defeated`.
    QuestionId
    /// A node of the party tree, such as `syrian_regime`.
    PartyCode
    /// An official place code (`SY07`), or a code of the project's own table (`SY07-khan-sheikhoun`).
    PlaceCode
    /// A notice for a disappeared person, by its compiler's own id.
    NoticeId
    /// A named choice of sources.
    TrustSetId
}

/// Lower-case base 32 (RFC 4648 without padding) of the first `bytes` bytes of a SHA-256 over the parts,
/// each preceded by its length so that no two lists of parts collide.
fn derived(prefix: &str, bytes: usize, parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(prefix.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let text = data_encoding::BASE32_NOPAD.encode(&digest[..bytes]).to_ascii_lowercase();
    format!("{prefix}-{text}")
}

impl AccessionId {
    /// The same bytes taken in for the same source through the same mapping are the same accession.
    pub fn derive(source: &SourceId, original: &Sha256Digest, mapping: &str) -> Self {
        Self(Letters::of(&derived("a", 10, &[source.as_str().as_bytes(), &original.0, mapping.as_bytes()])))
    }
}

impl RecordId {
    /// `row` counts data rows from 1.
    pub fn derive(accession: &AccessionId, row: u64) -> Self {
        Self(Letters::of(&derived("r", 16, &[accession.as_str().as_bytes(), &row.to_be_bytes()])))
    }
}

impl EventId {
    /// `row` counts data rows from 1.
    pub fn derive(accession: &AccessionId, row: u64) -> Self {
        Self(Letters::of(&derived("e", 16, &[accession.as_str().as_bytes(), &row.to_be_bytes()])))
    }
}

impl PostId {
    /// `row` counts items from 1.
    pub fn derive(accession: &AccessionId, row: u64) -> Self {
        Self(Letters::of(&derived("o", 16, &[accession.as_str().as_bytes(), &row.to_be_bytes()])))
    }
}

impl PersonId {
    /// The id that a new cluster takes from the record that first bears it.
    pub fn derive(anchor: &RecordId) -> Self {
        Self(Letters::of(&derived("p", 10, &[anchor.as_str().as_bytes()])))
    }
}

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Digest(pub [u8; 32]);

impl Sha256Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
    /// Reads 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}
impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}
impl From<Sha256Digest> for String {
    fn from(digest: Sha256Digest) -> String {
        digest.hex()
    }
}
impl TryFrom<String> for Sha256Digest {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::from_hex(&text).ok_or_else(|| format!("{text:?} is not a SHA-256 digest in hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_escape_a_folder_is_refused() {
        for bad in ["", "../x", "a/b", "-x", ".x", "a b", "ش"] {
            assert!(SourceId::new(bad).is_err(), "{bad:?}");
        }
        assert!(SourceId::new("snhr").is_ok());
    }

    #[test]
    fn an_id_is_compared_written_and_read_as_its_text_is_however_long_it_is() {
        let long = ["x".repeat(HERE), "x".repeat(HERE + 1), "x".repeat(96), "y".repeat(HERE + 1)];
        let texts = ["a", "a-", "a-b", "aa", "Z", "x", "y", "0"].into_iter().chain(long.iter().map(String::as_str));
        let texts: Vec<&str> = texts.collect();
        for a in &texts {
            let id = SourceId::new(a).unwrap();
            assert_eq!((id.as_str(), format!("{id:?}")), (*a, format!("SourceId({a:?})")));
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!((&json, serde_json::from_str::<SourceId>(&json).unwrap()), (&format!("{a:?}"), id.clone()));
            for b in &texts {
                let other = SourceId::new(b).unwrap();
                assert_eq!((id.cmp(&other), id == other), (a.cmp(b), a == b), "{a} {b}");
            }
        }
        assert!(serde_json::from_str::<SourceId>("\"../x\"").is_err());
    }

    #[test]
    fn derived_ids_depend_on_every_part_and_on_nothing_else() {
        let digest = Sha256Digest::of(b"x");
        let snhr = SourceId::new("snhr").unwrap();
        let a = AccessionId::derive(&snhr, &digest, "m");
        assert_eq!(a, AccessionId::derive(&snhr, &digest, "m"));
        assert_ne!(a, AccessionId::derive(&snhr, &digest, "n"));
        assert_ne!(RecordId::derive(&a, 1), RecordId::derive(&a, 2));
        assert_eq!(a.as_str().len(), 18);
        assert_eq!(RecordId::derive(&a, 1).as_str().len(), 28);
    }
}
