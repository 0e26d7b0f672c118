//! Notices for the disappeared as pages: who, since when, what is known and from whom.
//!
//! A notice without the family's consent is never published, nor a field or a form (image, poster) that it leaves out.

mod page;
mod poster;
mod write;

use domain::{LocalText, Notice};

pub(crate) use page::title;
pub(crate) use write::{check_posters, write};

pub(crate) const BODIES: [(&str, &str); 5] = [
    ("wgeid", "notice-body-wgeid"),
    ("torture", "notice-body-torture"),
    ("counter-terrorism", "notice-body-counter-terrorism"),
    ("health", "notice-body-health"),
    ("ced", "notice-body-ced"),
];

/// Notices that may be published, with their journal indices.
pub(crate) fn published(data: &crate::Dataset) -> impl Iterator<Item = &(u64, Notice)> {
    data.notices.iter().filter(|(_, notice)| notice.held_back().is_none())
}

/// A sentence for the publisher on each notice that stays unpublished.
pub(crate) fn held_back(data: &crate::Dataset) -> Vec<String> {
    let of = |(_, notice): &(u64, Notice)| Some(format!("the notice {}: {}", notice.id, notice.held_back()?));
    data.notices.iter().filter_map(of).collect()
}

/// Who is alleged to have done it, as far as the consent lets that be told.
pub(crate) fn told_party(notice: &Notice) -> Option<&domain::PartyCode> {
    notice.alleged_party.as_ref().filter(|_| notice.covers("alleged_party"))
}

/// What the UN Working Group asks for at the least and this notice lacks, as message keys. (Working Group on
/// Enforced or Involuntary Disappearances, "How to use the Working Group", minimum elements of a submission.)
pub(crate) fn missing_minimum(notice: &Notice) -> Vec<&'static str> {
    let has = |text: &LocalText, field: &str| !text.0.is_empty() && notice.covers(field);
    let by_month = notice.since.exact_month().is_some() || notice.since.exact_day().is_some();
    let by_whom = told_party(notice).is_some();
    let checks = [
        (by_month, "notice-min-date"),
        (has(&notice.arrest_place, "arrest_place") || has(&notice.last_known, "last_known"), "notice-min-place"),
        (by_whom || has(&notice.alleged_body, "alleged_body"), "notice-min-forces"),
        (has(&notice.steps_taken, "steps_taken"), "notice-min-steps"),
    ];
    checks.into_iter().filter(|(is_there, _)| !is_there).map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UncertainDate;

    #[test]
    fn a_year_alone_is_less_than_the_working_group_asks_for() {
        let told = serde_json::json!({
            "id": "invented-one", "source": "x", "accession": "a-x", "row": 1, "name": { "en": "X" }, "sex": "male",
            "since": "2012", "arrest_place": { "en": "a road" },
        });
        let bare: Notice = serde_json::from_value(told).unwrap();
        let missing = missing_minimum(&bare);
        // A place that no consent covers is not told, so it is missing as well.
        assert!(missing.contains(&"notice-min-date") && missing.contains(&"notice-min-place"));
        let day = Notice { since: UncertainDate::parse("2012-08-14").unwrap(), ..bare };
        assert!(!missing_minimum(&day).contains(&"notice-min-date"));
    }
}
