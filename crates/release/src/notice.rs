//! Notices for the disappeared: who, since when, what is known and from whom. The input is a file of the publisher (TOML),
//! in the fields that monitors and the UN Working Group on Enforced or Involuntary Disappearances use.
//!
//! A notice without the recorded consent of the family is never published, nor is a field that the consent leaves out.

mod page;
mod poster;
mod write;

use std::collections::BTreeSet;

use domain::{LocalText, PartyCode, Sex, UncertainDate};
use serde::Deserialize;

pub(crate) use page::title;
pub(crate) use write::write;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the notices were not read, so none was published: {0}")]
pub struct NoticeError(String);

/// The family's consent, as recorded by whom they gave it to. Who gave it is never published.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub given_by: String,
    pub given_on: jiff::civil::Date,
    pub recorded_by: String,
    /// Fields that the consent covers; all when left out.
    #[serde(default)]
    pub covers: Option<BTreeSet<String>>,
}

/// One thing that is known, and from whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub what: LocalText,
    pub from: LocalText,
    #[serde(default)]
    pub on: Option<String>,
}

/// One disappeared person. Texts carry their languages; what is not known is left out, never guessed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The name in addresses: lower-case letters, digits and hyphens.
    pub id: String,
    #[serde(default)]
    pub invented: bool,
    pub name: LocalText,
    pub sex: Sex,
    #[serde(default)]
    pub category: LocalText,
    #[serde(default)]
    pub occupation: LocalText,
    #[serde(default)]
    pub born: Option<i16>,
    #[serde(default)]
    pub from: LocalText,
    #[serde(default)]
    pub lived_in: LocalText,
    /// The day, month or year of the arrest or of the last sighting: `2012-08-14`, `2012-08` or `2012`.
    pub since: String,
    #[serde(default)]
    pub arrest_place: LocalText,
    #[serde(default)]
    pub checkpoint: LocalText,
    #[serde(default)]
    pub circumstances: LocalText,
    /// How many others were arrested together with the person.
    #[serde(default)]
    pub arrested_with: Option<u64>,
    #[serde(default)]
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
    /// UN bodies that were informed: `wgeid`, `torture`, `counter-terrorism`, `health`, `ced`.
    #[serde(default)]
    pub informed: Vec<String>,
    #[serde(default)]
    pub known: Vec<Known>,
    #[serde(default)]
    pub issued_on: Option<jiff::civil::Date>,
    #[serde(default)]
    pub consent: Option<Consent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    notice: Vec<Notice>,
}

pub(crate) const BODIES: [(&str, &str); 5] = [
    ("wgeid", "notice-body-wgeid"),
    ("torture", "notice-body-torture"),
    ("counter-terrorism", "notice-body-counter-terrorism"),
    ("health", "notice-body-health"),
    ("ced", "notice-body-ced"),
];

/// Fields that a consent can leave out; the name and the date are the notice itself.
const COVERED: [&str; 16] = [
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
];

impl Notice {
    /// Reads a file of `[[notice]]` tables. Refuses unknown keys, ids that are not plain or stand twice, dates that are none.
    pub fn parse_all(toml: &str) -> Result<Vec<Self>, NoticeError> {
        let file: File = toml::from_str(toml).map_err(|e| NoticeError(e.to_string()))?;
        let mut seen = BTreeSet::new();
        for notice in &file.notice {
            let refuse = |what: String| NoticeError(format!("{}: {what}", notice.id));
            if domain::QuestionId::new(notice.id.as_str()).is_err() || notice.id == "index" || !seen.insert(&notice.id)
            {
                return Err(refuse("the id is not plain, or is there twice".into()));
            }
            if notice.name.0.is_empty() {
                return Err(refuse("there is no name".into()));
            }
            notice.date().map_err(&refuse)?;
            if let Some(body) = notice.informed.iter().find(|b| !BODIES.iter().any(|(body, _)| body == b)) {
                return Err(refuse(format!("{body:?} is no body that a notice can name")));
            }
            let covers = notice.consent.as_ref().and_then(|c| c.covers.as_ref());
            if let Some(field) = covers.into_iter().flatten().find(|f| !COVERED.contains(&f.as_str())) {
                return Err(refuse(format!("the consent covers {field:?}, which is no field")));
            }
        }
        Ok(file.notice)
    }

    pub(crate) fn date(&self) -> Result<UncertainDate, String> {
        UncertainDate::parse(&self.since).map_err(|e| e.to_string())
    }

    /// Why the notice stays unpublished; `None` when it may be published.
    pub fn held_back(&self) -> Option<String> {
        match &self.consent {
            None => Some(format!("the notice {}: no consent of the family is recorded", self.id)),
            Some(c) if c.given_by.trim().is_empty() || c.recorded_by.trim().is_empty() => {
                Some(format!("the notice {}: the consent does not say who gave and who recorded it", self.id))
            }
            Some(_) => None,
        }
    }

    /// True when the consent covers the field.
    pub(crate) fn covers(&self, field: &str) -> bool {
        self.consent.as_ref().is_some_and(|c| c.covers.as_ref().is_none_or(|covers| covers.contains(field)))
    }

    /// What the UN Working Group asks for at the least and this notice lacks, as message keys. (Working Group on
    /// Enforced or Involuntary Disappearances, "How to use the Working Group", minimum elements of a submission.)
    pub(crate) fn missing_minimum(&self) -> Vec<&'static str> {
        let has = |text: &LocalText, field: &str| !text.0.is_empty() && self.covers(field);
        let by_month = self.date().is_ok_and(|d| d.exact_month().is_some() || d.exact_day().is_some());
        let by_whom = self.alleged_party.is_some() && self.covers("alleged_party");
        let checks = [
            (by_month, "notice-min-date"),
            (has(&self.arrest_place, "arrest_place") || has(&self.last_known, "last_known"), "notice-min-place"),
            (by_whom || has(&self.alleged_body, "alleged_body"), "notice-min-forces"),
            (has(&self.steps_taken, "steps_taken"), "notice-min-steps"),
        ];
        checks.into_iter().filter(|(is_there, _)| !is_there).map(|(_, key)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "[[notice]]\nid = 'invented-one'\ninvented = true\nsex = 'male'\nsince = '2012'\nname = { en = 'X' }\n";

    #[test]
    fn a_notice_without_the_consent_of_the_family_is_held_back() {
        let notices = Notice::parse_all(ONE).unwrap();
        assert!(notices[0].held_back().unwrap().contains("no consent"));
        let empty = format!("{ONE}[notice.consent]\ngiven_by = ' '\ngiven_on = '2026-01-01'\nrecorded_by = 'x'\n");
        assert!(Notice::parse_all(&empty).unwrap()[0].held_back().is_some());
        let given =
            format!("{ONE}[notice.consent]\ngiven_by = 'a brother'\ngiven_on = '2026-01-01'\nrecorded_by = 'x'\n");
        assert_eq!(Notice::parse_all(&given).unwrap()[0].held_back(), None);
    }

    #[test]
    fn a_year_alone_is_less_than_the_working_group_asks_for() {
        let given =
            format!("{ONE}[notice.consent]\ngiven_by = 'a brother'\ngiven_on = '2026-01-01'\nrecorded_by = 'x'\n");
        let missing = Notice::parse_all(&given).unwrap()[0].missing_minimum();
        assert!(missing.contains(&"notice-min-date") && missing.contains(&"notice-min-place"));
    }

    #[test]
    fn an_id_that_could_leave_the_folder_is_refused() {
        assert!(Notice::parse_all(&ONE.replace("invented-one", "../x")).is_err());
        assert!(Notice::parse_all(&format!("{ONE}{ONE}")).is_err());
        assert!(Notice::parse_all(&ONE.replace("'2012'", "'soon'")).is_err());
    }
}
