//! Letters of names made comparable: marks taken off, forms of one letter folded into one.

use std::borrow::Cow;

use domain::Script;
use unicode_normalization::UnicodeNormalization;

/// The words of any text, each folded by itself: articles, titles and compounds stay as they stand. To look for names in what
/// people wrote.
pub fn words_in(text: &str) -> impl Iterator<Item = Cow<'_, str>> + Clone {
    // A space without width stands between words.
    let parts = text.split(|c: char| c == '\u{200B}' || !c.is_alphanumeric() && !is_mark(c) && !is_apostrophe(c));
    parts.map(word_in).filter(|word| !word.is_empty())
}

fn word_in(part: &str) -> Cow<'_, str> {
    if part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return part.into();
    }
    match Script::of(part) {
        Script::Arabic => fold(part.nfkc()).replace(' ', "").into(),
        _ => fold_latin(part.nfkd().flat_map(char::to_lowercase)).into(),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{0300}'..='\u{036F}' | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06ED}' | '\u{0640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// As romanised names have for ayn and hamza.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | 'ʿ' | 'ʾ' | 'ʻ' | 'ʼ')
}

/// One letter per sound that writers interchange: alef forms, hamza seats, ta marbuta, alef maqsura, Persian letters.
fn fold_arabic(c: char) -> Option<char> {
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ة' | 'ۀ' | 'ە' | 'ہ' => 'ه',
        'ى' | 'ئ' | 'ی' | 'ې' => 'ي',
        'ؤ' | 'ۆ' | 'ۇ' => 'و',
        'ک' | 'گ' => 'ك',
        'پ' => 'ب',
        'چ' => 'ج',
        'ژ' => 'ز',
        'ڤ' => 'ف',
        'ء' => return None,
        'ا'..='غ' | 'ف'..='ي' => c,
        _ => ' ',
    })
}

/// Letters that composition leaves as they are.
pub(crate) fn is_composed(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{0621}'..='\u{063A}' | '\u{0640}'..='\u{0652}')
}

pub(crate) fn fold(chars: impl Iterator<Item = char>) -> String {
    chars.filter(|c| !is_mark(*c)).filter_map(fold_arabic).collect()
}

/// Of small letters.
pub(crate) fn fold_latin(chars: impl Iterator<Item = char>) -> String {
    chars
        .filter(|c| !is_mark(*c) && !is_apostrophe(*c))
        .map(|c| match c {
            'ı' => 'i',
            'ø' => 'o',
            'ł' => 'l',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect()
}

/// Undoes what reading lam-alef off a page backwards does: `االعرج` for الاعرج, `هللا` for الله.
pub(crate) fn undo_ligatures(word: &str) -> Cow<'_, str> {
    match word.strip_prefix("اال") {
        Some(rest) if !rest.is_empty() => Cow::Owned(format!("الا{rest}")),
        _ if word.ends_with("هللا") => Cow::Owned(word.replace("هللا", "الله")),
        _ => Cow::Borrowed(word),
    }
}
