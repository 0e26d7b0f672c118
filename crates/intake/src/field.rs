//! The fields that a mapping can fill, per kind of content.

use domain::Language;

use crate::mapping::Kind;

const RECORD_FIELDS: [&str; 16] = [
    "source_record_id",
    "name",
    "sex",
    "age",
    "age_min",
    "age_max",
    "age_class",
    "birth",
    "act",
    "date",
    "date_end",
    "latitude",
    "longitude",
    "place_precision",
    "civilian",
    "cause",
];
const EVENT_FIELDS: [&str; 11] = [
    "source_event_id",
    "title",
    "act",
    "date",
    "date_end",
    "latitude",
    "longitude",
    "place_precision",
    "deaths.low",
    "deaths.best",
    "deaths.high",
];
const FIGURE_FIELDS: [&str; 16] = [
    "id",
    "source",
    "address",
    "published_on",
    "retrieved_on",
    "period_start",
    "period_end",
    "measure",
    "population",
    "party_code",
    "total",
    "children",
    "women",
    "exactness",
    "note",
    "place.1",
];
const NOTICE_FIELDS: [&str; 14] = [
    "id",
    "sex",
    "since",
    "born",
    "arrested_with",
    "alleged_party",
    "informed",
    "issued_on",
    "consent.given_by",
    "consent.given_on",
    "consent.recorded_by",
    "consent.uses",
    "consent.covers",
    "consent.withdrawn_on",
];
const PLACE_FIELDS: [&str; 7] = ["code", "parent", "level", "alias", "latitude", "longitude", "boundary"];
const POST_FIELDS: [&str; 8] =
    ["source_post_id", "address", "author", "title", "summary", "text", "published", "media"];
pub(crate) const PARTY_FIELDS: [&str; 3] = ["party", "side_a", "side_b"];

/// Whether `field` is one that content of this kind has.
pub(crate) fn is_field(kind: Kind, field: &str) -> bool {
    let simple: &[&str] = match kind {
        Kind::Record => &RECORD_FIELDS,
        Kind::Event => &EVENT_FIELDS,
        Kind::Figure => &FIGURE_FIELDS,
        Kind::Notice => &NOTICE_FIELDS,
        Kind::Place => &PLACE_FIELDS,
        Kind::Post => &POST_FIELDS,
        Kind::Statements | Kind::Sources | Kind::TrustSets => &[],
    };
    let after = |prefix: &str| field.strip_prefix(prefix).filter(|rest| !rest.is_empty());
    let has_parties = !matches!(kind, Kind::Place | Kind::Notice | Kind::Post);
    let listed = simple.contains(&field) || (has_parties && PARTY_FIELDS.contains(&field));
    match kind {
        Kind::Record => {
            listed || place_level(field).is_some() || after("fields.").is_some() || is_tagged("name", field)
        }
        Kind::Event => {
            listed
                || field == "media"
                || place_level(field).is_some()
                || after("fields.").is_some()
                || after("deaths_by.").is_some()
                || is_tagged("title", field)
        }
        Kind::Notice => {
            listed || domain::notice::TEXT_FIELDS.iter().any(|stem| is_tagged(stem, field)) || is_known(field)
        }
        Kind::Place => listed || is_tagged("name", field),
        _ => listed,
    }
}

/// `place.1` is the widest word.
pub(crate) fn place_level(field: &str) -> Option<u8> {
    field.strip_prefix("place.")?.parse().ok().filter(|level| (1..=9).contains(level))
}

/// `known.1.what.LANG`, `known.1.from.LANG`, `known.1.on`, up to 9.
fn is_known(field: &str) -> bool {
    let rest = field.strip_prefix("known.").and_then(|rest| rest.split_once('.'));
    rest.is_some_and(|(nth, rest)| {
        let nth = nth.parse::<u8>().is_ok_and(|nth| (1..=9).contains(&nth)) && nth.len() == 1;
        nth && (rest == "on" || is_tagged("what", rest) || is_tagged("from", rest))
    })
}

fn is_tagged(stem: &str, field: &str) -> bool {
    language_of(stem, field).is_some()
}

/// The language in `name.ar`.
pub(crate) fn language_of(stem: &str, field: &str) -> Option<Language> {
    Language::new(field.strip_prefix(stem)?.strip_prefix('.')?).ok()
}
