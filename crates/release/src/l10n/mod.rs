//! What depends on the reader's language: messages, plural forms, digits, dates and typographic spaces.

mod catalog;
mod formats;

pub(crate) use catalog::Speech;
pub use catalog::{Arg, message_keys};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    Ar,
    En,
    Fr,
}

impl Lang {
    pub const ALL: [Lang; 3] = [Self::Ar, Self::En, Self::Fr];

    /// The tag used in addresses and in the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
    pub fn dir(self) -> &'static str {
        if self == Self::Ar { "rtl" } else { "ltr" }
    }
    /// The language's own name.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::Ar => "العربية",
            Self::En => "English",
            Self::Fr => "Français",
        }
    }
    /// The locale of digits and month names: Syria's for Arabic (١٢٣, آذار).
    pub fn locale(self) -> &'static str {
        match self {
            Self::Ar => "ar-SY",
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}

/// A text without marks of isolation (UAX 9), for where nothing is drawn: titles of files, texts to copy.
pub(crate) fn without_isolates(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect()
}
