//! What the engine reads of a record. A missing fact is `None` and weighs nothing.

use domain::{ActKind, AgeRange, PlaceTable, Script, Sex, UncertainDate};
use serde::{Deserialize, Serialize};

/// One row of one list, as linkage sees it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// Unique among all records of a run.
    pub id: String,
    /// Which list it is from. One list may bear a person twice, but seldom does.
    pub list: u32,
    /// Every form of the name that the source gives, with its script.
    pub names: Vec<(String, Script)>,
    pub sex: Option<Sex>,
    /// Completed years, lowest and highest.
    pub age: Option<(u8, u8)>,
    /// Of death, or of the act; of birth in the `people` spec.
    pub date: Option<UncertainDate>,
    /// Code of the governorate, else its name as written.
    pub place_gov: Option<String>,
    /// Name of the town, the table's own where it knows the place.
    pub place_town: Option<String>,
    pub cause: Option<String>,
    /// Code of the alleged perpetrator.
    pub party: Option<String>,
}

/// The cause of those who died in detention or under torture.
pub(crate) const DETENTION: &str = "torture_detention";

/// Wordings of one cause in the languages of the lists.
const CAUSES: [(&str, &[&str]); 10] = [
    ("shelling", &["قصف", "قصف مدفعي", "bombardment"]),
    ("airstrike", &["قصف جوي", "غارة جوية", "air strike", "air bombardment"]),
    ("gunfire", &["إطلاق نار", "shooting", "gun fire"]),
    (DETENTION, &["تعذيب", "torture", "death under torture", "detention"]),
    ("explosion", &["انفجار", "car bomb"]),
    ("field_execution", &["إعدام ميداني", "execution", "field execution"]),
    ("sniper", &["قنص", "sniper fire"]),
    ("chemical", &["غازات سامة", "chemical weapons", "chemical attack"]),
    ("siege_starvation", &["حصار", "siege", "starvation"]),
    ("drowning_other", &["أخرى", "other"]),
];

/// One word for a cause, whatever the language; words not in the table stand for themselves.
pub fn cause_code(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || matches!(text.as_str(), "unknown" | "غير معروف" | "مجهول") {
        return None;
    }
    let known = CAUSES.iter().find(|(code, words)| *code == text || words.contains(&text.as_str()));
    Some(known.map_or(text, |(code, _)| (*code).to_owned()))
}

pub(crate) fn party_code(code: &str) -> Option<String> {
    // "Unidentified" says nothing that another record could agree with.
    (code != "unidentified").then(|| code.to_owned())
}

/// Governorate and town, as codes and names of the table where it knows them.
pub(crate) fn place(
    written: &[&str],
    known: Option<&domain::PlaceCode>,
    places: &PlaceTable,
) -> (Option<String>, Option<String>) {
    let written: Vec<&str> = written.iter().map(|w| w.trim()).filter(|w| !w.is_empty()).collect();
    let governorate = known.and_then(|code| places.governorate(code)).map(|p| p.code.as_str().to_owned());
    let node = known.and_then(|code| places.get(code)).filter(|p| p.level > 1);
    let town = node.and_then(|p| p.names.get("ar").or_else(|| p.names.get("en")).map(str::to_owned));
    let town = town.or_else(|| if written.len() > 1 { written.last().map(|w| (*w).to_owned()) } else { None });
    (governorate.or_else(|| written.first().map(|w| (*w).to_owned())), town)
}

impl LinkRecord {
    /// Columns that may bear the id, the first found first.
    pub const ID_COLUMNS: [&str; 4] = ["record_id", "rec_id", "unique_id", "id"];
    /// Fields of the `victims` spec, beside the id.
    pub const VICTIMS_FIELDS: &[&str] = &[
        "name_ar",
        "name_en",
        "name",
        "sex",
        "age",
        "date_of_death",
        "governorate",
        "town",
        "place",
        "cause",
        "perpetrator",
    ];
    /// Fields of the `people` spec, beside the id; each is also found under other usual names.
    pub const PEOPLE_FIELDS: &[&str] = &[
        "given_name",
        "surname",
        "name",
        "sex",
        "age",
        "date_of_birth",
        "state",
        "city",
        "email",
        "soc_sec_id",
        "national_id",
        "phone",
        "occupation",
        "postcode",
    ];

    pub fn from_record(record: &domain::Record, list: u32, places: &PlaceTable) -> Self {
        let (place_gov, place_town) = match &record.place {
            Some(mention) => {
                let written: Vec<&str> = mention.written.iter().map(String::as_str).collect();
                place(&written, mention.code.as_ref(), places)
            }
            None => (None, None),
        };
        let tortured = (record.act == Some(ActKind::DeathUnderTorture)).then(|| DETENTION.to_owned());
        Self {
            id: record.id.as_str().to_owned(),
            list,
            names: record.names.iter().map(|n| (n.text.clone(), n.script)).collect(),
            sex: record.sex,
            age: record.age.map(|a| (AgeRange::min(&a), AgeRange::max(&a))),
            date: record.date,
            place_gov,
            place_town,
            cause: record.cause.as_deref().and_then(cause_code).or(tortured),
            party: record.parties.iter().find_map(|p| p.code.as_ref()).and_then(|c| party_code(c.as_str())),
        }
    }
}
