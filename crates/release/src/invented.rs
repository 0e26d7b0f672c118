//! Whether what a page, a sheet or a card shows is invented: all of it, some of it or nothing; and the banner that says so.

use std::ops::BitOrAssign;

use serde::Serialize;

use crate::l10n::{Lang, Speech};

/// Which of both kinds is among what is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Invented {
    any: bool,
    any_real: bool,
}

impl Invented {
    /// Of each thing shown, whether it is invented.
    pub fn among(shown: impl IntoIterator<Item = bool>) -> Self {
        let mut found = Self::default();
        for is_invented in shown {
            found |= is_invented.into();
            if found.any && found.any_real {
                break;
            }
        }
        found
    }
    pub fn any(self) -> bool {
        self.any
    }
    /// The banner in all languages; none where nothing that is shown is invented.
    pub fn banner(self) -> Vec<(Lang, String)> {
        let key = match (self.any, self.any_real) {
            (false, _) => return Vec::new(),
            (true, false) => "invented-banner",
            (true, true) => "invented-banner-some",
        };
        Lang::ALL.map(|lang| (lang, Speech::of(lang).m(key))).to_vec()
    }
}

impl From<bool> for Invented {
    fn from(is_invented: bool) -> Self {
        Self { any: is_invented, any_real: !is_invented }
    }
}

impl BitOrAssign for Invented {
    fn bitor_assign(&mut self, other: Self) {
        self.any |= other.any;
        self.any_real |= other.any_real;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banner_says_all_or_some_and_only_where_something_is_invented() {
        let words =
            |shown: &[bool]| Invented::among(shown.iter().copied()).banner().into_iter().map(|(_, words)| words);
        assert_eq!(words(&[]).count() + words(&[false, false]).count(), 0);
        assert!(words(&[true, true]).any(|words| words.starts_with("INVENTED DATA")));
        for shown in [&[true, false][..], &[false, true]] {
            assert!(words(shown).any(|words| words.starts_with("SOME OF THIS IS INVENTED DATA")));
            assert_eq!(words(shown).count(), 3);
        }
    }
}
