//! The faces of print: Noto Naskh Arabic and Noto Sans (SIL Open Font License 1.1), embedded at build time.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

macro_rules! built {
    ($file:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/fonts/", $file))
    };
}

const FACES: [&[u8]; 4] = [
    built!("NotoSans_400Regular.ttf"),
    built!("NotoSans_700Bold.ttf"),
    built!("NotoNaskhArabic_400Regular.ttf"),
    built!("NotoNaskhArabic_700Bold.ttf"),
];

/// The licence of the faces (SIL Open Font License 1.1), to be laid beside what is made with them.
pub const LICENCE: &[u8] = built!("OFL.txt");

/// The families in the order in which a text of this language looks for a letter, as a Typst array.
pub fn family(lang: &str) -> &'static str {
    if lang == "ar" { "(\"Noto Naskh Arabic\", \"Noto Sans\")" } else { "(\"Noto Sans\", \"Noto Naskh Arabic\")" }
}

pub(crate) static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FACES.iter().flat_map(|face| Font::iter(Bytes::new(*face))).collect());

pub(crate) static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(&*FONTS)));
