//! A notice for one disappeared person: who, since when, what is known and from whom, and what the family consents to.
//!
//! The fields are those of monitors' notices and of the minimum that the UN Working Group on Enforced or Involuntary
//! Disappearances asks for. What is not known is left out, never guessed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{AccessionId, LocalText, NoticeId, PartyCode, Sex, SourceId, UncertainDate};

/// UN bodies that a notice can say were informed.
pub const INFORMED_BODIES: [&str; 5] = ["wgeid", "torture", "counter-terrorism", "health", "ced"];

/// Texts of a notice, each in as many languages as are told.
pub const TEXT_FIELDS: [&str; 14] = [
    "name",
    "category",
    "occupation",
    "from",
    "lived_in",
    "arrest_place",
    "checkpoint",
    "circumstances",
    "alleged_body",
    "taken_to",
    "last_known",
    "official_answer",
    "family",
    "steps_taken",
];

/// Fields that a consent can leave out; the name and the date are the notice itself.
pub const COVERED_FIELDS: [&str; 18] = [
    "category",
    "occupation",
    "born",
    "from",
    "lived_in",
    "arrest_place",
    "checkpoint",
    "circumstances",
    "arrested_with",
    "alleged_party",
    "alleged_body",
    "taken_to",
    "last_known",
    "official_answer",
    "family",
    "steps_taken",
    "informed",
    "known",
];

/// What a family can consent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeUse {
    /// The page and its sheet (PDF); without it there is no notice.
    Page,
    /// The image for sharing.
    Picture,
    /// The sheet for walls.
    Poster,
}

impl NoticeUse {
    pub const ALL: [Self; 3] = [Self::Page, Self::Picture, Self::Poster];

    pub fn key(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Picture => "picture",
            Self::Poster => "poster",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a_use| a_use.key() == key)
    }
}

/// The family's consent, as recorded by whom they gave it to. Who gave it is never published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub given_by: String,
    pub given_on: jiff::civil::Date,
    pub recorded_by: String,
    /// What it is for; empty once all of it was taken back.
    pub uses: BTreeSet<NoticeUse>,
    /// Fields that it covers; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<BTreeSet<String>>,
    /// When the family took it back, as the list says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<jiff::civil::Date>,
}

impl Consent {
    pub fn allows(&self, a_use: NoticeUse) -> bool {
        self.withdrawn_on.is_none() && self.uses.contains(&a_use)
    }
}

/// One thing that is known, and from whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub what: LocalText,
    pub from: LocalText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<UncertainDate>,
}

/// One disappeared person, as one source tells it. A later entry of the same id and source stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The name in addresses.
    pub id: NoticeId,
    pub source: SourceId,
    pub accession: AccessionId,
    /// Data row of the file, from 1.
    pub row: u64,
    pub name: LocalText,
    pub sex: Sex,
    /// The day, month or year of the arrest or of the last sighting.
    pub since: UncertainDate,
    #[serde(default)]
    pub category: LocalText,
    #[serde(default)]
    pub occupation: LocalText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<i16>,
    #[serde(default)]
    pub from: LocalText,
    #[serde(default)]
    pub lived_in: LocalText,
    #[serde(default)]
    pub arrest_place: LocalText,
    #[serde(default)]
    pub checkpoint: LocalText,
    #[serde(default)]
    pub circumstances: LocalText,
    /// How many others were arrested together with the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrested_with: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alleged_party: Option<PartyCode>,
    #[serde(default)]
    pub alleged_body: LocalText,
    #[serde(default)]
    pub taken_to: LocalText,
    #[serde(default)]
    pub last_known: LocalText,
    #[serde(default)]
    pub official_answer: LocalText,
    #[serde(default)]
    pub family: LocalText,
    #[serde(default)]
    pub steps_taken: LocalText,
    /// Of [`INFORMED_BODIES`].
    #[serde(default)]
    pub informed: BTreeSet<String>,
    #[serde(default)]
    pub known: Vec<Known>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<jiff::civil::Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// Every column of the row, in the file's order.
    #[serde(default)]
    pub original: Vec<(String, String)>,
}

impl Notice {
    /// True when the consent covers the field; of fields that no consent can leave out, always.
    pub fn covers(&self, field: &str) -> bool {
        if !COVERED_FIELDS.contains(&field) {
            return true;
        }
        self.consent.as_ref().is_some_and(|c| c.covers.as_ref().is_none_or(|covers| covers.contains(field)))
    }

    /// True when the consent is for this use.
    pub fn may_be(&self, a_use: NoticeUse) -> bool {
        self.consent.as_ref().is_some_and(|consent| consent.allows(a_use))
    }

    /// Takes these uses out of the consent.
    pub fn take_back(&mut self, uses: &BTreeSet<NoticeUse>) {
        if let Some(consent) = &mut self.consent {
            consent.uses.retain(|a_use| !uses.contains(a_use));
        }
    }

    /// Why the notice stays unpublished, without a word about the person; `None` when it may be published.
    pub fn held_back(&self) -> Option<&'static str> {
        match &self.consent {
            None => Some("no consent of the family is recorded"),
            Some(c) if c.given_by.trim().is_empty() || c.recorded_by.trim().is_empty() => {
                Some("the consent does not say who gave and who recorded it")
            }
            Some(c) if c.withdrawn_on.is_some() || c.uses.is_empty() => Some("the family took its consent back"),
            Some(c) if !c.allows(NoticeUse::Page) => Some("the consent is not for a page"),
            Some(_) => None,
        }
    }
}
