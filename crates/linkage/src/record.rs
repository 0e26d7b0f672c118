//! What the engine reads of a record. A missing fact is `None` and weighs nothing.

use domain::{ActKind, AgeRange, PartyTable, PlaceTable, Script, Sex, UncertainDate};
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

fn party_code(code: &str) -> Option<String> {
    // "Unidentified" says nothing that another record could agree with.
    (code != "unidentified").then(|| code.to_owned())
}

/// Governorate and town, as codes and names of the table where it knows them.
fn place(written: &[&str], known: Option<&domain::PlaceCode>, places: &PlaceTable) -> (Option<String>, Option<String>) {
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
    pub const PEOPLE_FIELDS: &[&str] =
        &["given_name", "surname", "name", "sex", "age", "date_of_birth", "state", "city", "email", "postcode"];

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

    /// Reads the columns of the `victims` spec. A value that cannot be read is taken as missing: here it can
    /// only weigh nothing, and what was refused at import is told there.
    pub fn from_victims_row(
        get: &dyn Fn(&str) -> Option<String>,
        list: u32,
        places: &PlaceTable,
        parties: &PartyTable,
    ) -> Self {
        let field = |name: &str| get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let names = ["name_ar", "name_en", "name"].into_iter().filter_map(&field);
        let (governorate, town) =
            (field("governorate").unwrap_or_default(), field("town").or_else(|| field("place")).unwrap_or_default());
        let mention = places.mention(&[&governorate, &town]);
        let (place_gov, place_town) = match (governorate.is_empty(), town.is_empty()) {
            (true, true) => (None, None),
            (true, false) => {
                let (gov, town) = place(&["", &town], mention.code.as_ref(), places);
                if mention.code.is_some() { (gov, town) } else { (None, gov) }
            }
            _ => place(&[&governorate, &town], mention.code.as_ref(), places),
        };
        let party = field("perpetrator").and_then(|written| match parties.by_wording(&written) {
            Some(code) => party_code(code.as_str()),
            None => Some(written.to_lowercase()),
        });
        Self {
            id: Self::ID_COLUMNS.iter().find_map(|name| field(name)).unwrap_or_default(),
            list,
            names: names.map(|n| (Script::of(&n), n)).map(|(s, n)| (n, s)).collect(),
            sex: field("sex").and_then(|s| sex(&s)),
            age: field("age").and_then(|a| age(&a)),
            date: field("date_of_death").and_then(|d| UncertainDate::parse(&d).ok()),
            place_gov,
            place_town,
            cause: field("cause").and_then(|c| cause_code(&c)),
            party,
        }
    }

    /// Reads what a list of people usually bears, under the names that such columns usually have.
    pub fn from_people_row(get: &dyn Fn(&str) -> Option<String>, list: u32) -> Self {
        let first =
            |names: &[&str]| names.iter().find_map(|n| get(n).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()));
        let given = first(&["given_name", "first_name", "forename", "given"]);
        let family = first(&["surname", "last_name", "family_name", "family"]);
        let whole = match (given, family) {
            (None, None) => first(&["name", "full_name"]),
            (given, family) => Some([given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        };
        let date = first(&["date_of_birth", "dob", "birth_date"]).and_then(|d| {
            let compact = d.len() == 8 && d.bytes().all(|b| b.is_ascii_digit());
            let dashed = if compact { format!("{}-{}-{}", &d[..4], &d[4..6], &d[6..]) } else { d };
            UncertainDate::parse(&dashed).ok()
        });
        Self {
            id: first(&Self::ID_COLUMNS).unwrap_or_default(),
            list,
            names: whole.map(|n| (n.clone(), Script::of(&n))).into_iter().collect(),
            sex: first(&["sex", "gender"]).and_then(|s| sex(&s)),
            age: first(&["age"]).and_then(|a| age(&a)),
            date,
            place_gov: first(&["state", "region", "county", "country"]),
            place_town: first(&["suburb", "city", "town", "birth_place"]),
            cause: first(&["email", "soc_sec_id", "national_id", "phone", "occupation"]).map(|c| c.to_lowercase()),
            party: first(&["postcode", "postal_code", "zip"]).map(|c| c.to_lowercase()),
        }
    }
}

fn sex(text: &str) -> Option<Sex> {
    match text.to_lowercase().as_str() {
        "m" | "male" | "man" | "ذكر" => Some(Sex::Male),
        "f" | "female" | "woman" | "أنثى" | "انثى" => Some(Sex::Female),
        _ => None,
    }
}

/// `34`, or a range such as `30-39`.
fn age(text: &str) -> Option<(u8, u8)> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let range = AgeRange::new(min.trim().parse().ok()?, max.trim().parse().ok()?)?;
    Some((AgeRange::min(&range), AgeRange::max(&range)))
}
