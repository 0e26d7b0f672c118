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
    /// A mark that is not closed yet: where it stands, the letter before it, and whether all since is Arabic.
    struct Open {
        at: usize,
        before: Option<char>,
        is_arabic: bool,
    }
    let is_arabic = |c: char| matches!(c, '\u{600}'..='\u{6ff}' | ' ' | '\u{a0}');
    let joins =
        |c: Option<char>| c.is_some_and(|c| matches!(c, '/' | ':' | ',' | '.' | '-' | '+' | '\u{66b}' | '\u{66c}'));
    let is_mark = |c: char| matches!(c, '\u{2068}' | '\u{2069}');
    let chars: Vec<char> = text.chars().collect();
    // The letter that follows each, marks passed over.
    let mut after = vec![None; chars.len()];
    for at in (1..chars.len()).rev() {
        after[at - 1] = if is_mark(chars[at]) { after[at] } else { Some(chars[at]) };
    }
    let (mut open, mut before) = (Vec::<Open>::new(), None);
    let mut is_idle = vec![false; chars.len()];
    for (at, &c) in chars.iter().enumerate() {
        match c {
            '\u{2068}' => open.push(Open { at, before, is_arabic: true }),
            '\u{2069}' => {
                let Some(closed) = open.pop() else { continue };
                if closed.is_arabic && !joins(closed.before) && !joins(after[at]) {
                    (is_idle[closed.at], is_idle[at]) = (true, true);
                } else if let Some(around) = open.last_mut() {
                    around.is_arabic = false;
                }
            }
            c => {
                before = Some(c);
                if let Some(inside) = open.last_mut() {
                    inside.is_arabic &= is_arabic(c);
                }
            }
        }
    }
    chars.into_iter().zip(is_idle).filter(|(_, is_idle)| !is_idle).map(|(c, _)| c).collect()
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
        assert_eq!(plain("> <٣"), "\u{2069} \u{2068}٣");
        // Received words may hold any number of marks.
        let deep = format!("{}٣{}", "<".repeat(200_000), ">".repeat(100_000));
        assert_eq!(plain(&deep), format!("{}٣", "\u{2068}".repeat(100_000)));
    }
}
