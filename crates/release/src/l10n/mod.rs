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

/// A text without those marks of isolation (UAX 9) that change nothing in a line from right to left: around Arabic letters
/// and digits, where no sign follows or precedes that could join two numbers to one.
pub(crate) fn without_idle_isolates(text: &str) -> String {
    let mut text = text.to_owned();
    // One inside another goes first.
    loop {
        let fewer = without_innermost(&text);
        if fewer.len() == text.len() {
            return text;
        }
        text = fewer;
    }
}

fn without_innermost(text: &str) -> String {
    let is_arabic = |c: char| matches!(c, '\u{600}'..='\u{6ff}' | ' ' | '\u{a0}');
    let joins =
        |c: Option<char>| c.is_some_and(|c| matches!(c, '/' | ':' | ',' | '.' | '-' | '+' | '\u{66b}' | '\u{66c}'));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{2068}') {
        out.push_str(before);
        let idle = after.split_once('\u{2069}').filter(|(inside, following)| {
            inside.chars().all(is_arabic) && !joins(out.chars().last()) && !joins(following.chars().next())
        });
        match idle {
            Some((inside, following)) => {
                out.push_str(inside);
                rest = following;
            }
            None => {
                out.push('\u{2068}');
                rest = after;
            }
        }
    }
    out + rest
}

/// A text without marks of isolation (UAX 9), for where nothing is drawn: titles of files, texts to copy.
pub(crate) fn without_isolates(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect()
}

#[cfg(test)]
mod tests {
    use super::without_idle_isolates;

    #[test]
    fn isolates_go_where_they_change_nothing_and_stay_where_numbers_or_scripts_meet() {
        let plain = |text: &str| without_idle_isolates(&text.replace('<', "\u{2068}").replace('>', "\u{2069}"));
        assert_eq!(plain("مقتل <٢٧٩ شخصا> في <آذار>"), "مقتل ٢٧٩ شخصا في آذار");
        for kept in ["<٢٠١٩>/<٠٣>", "من <SNHR>", "<٣>-<٤>", "<٨.٤ %>"] {
            let marked = kept.replace('<', "\u{2068}").replace('>', "\u{2069}");
            assert_eq!(plain(kept), marked);
        }
        assert_eq!(plain("<a <٣> b>"), "\u{2068}a ٣ b\u{2069}");
        assert_eq!(plain("بينهم <<٧٣ طفلا> و<٥٥ امرأة>>"), "بينهم ٧٣ طفلا و٥٥ امرأة");
        assert_eq!(plain("open <"), "open \u{2068}");
    }
}
