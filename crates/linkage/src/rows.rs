//! Rows of lists to records: which columns are read, under which names.

use domain::{AgeRange, PartyTable, PlaceTable, Script, Sex, UncertainDate};
use rustc_hash::FxHashMap;

use crate::record::{LinkRecord, cause_code, party_code, place};

/// Reads rows of the `victims` spec. Wordings of places, causes and parties repeat from row to row; each is looked up once.
pub struct VictimsReader {
    places: PlaceTable,
    parties: PartyTable,
    /// Governorate and town as written, to what they are.
    known_places: FxHashMap<String, (Option<String>, Option<String>)>,
    known_causes: FxHashMap<String, Option<String>>,
    known_parties: FxHashMap<String, Option<String>>,
}

/// Distinct wordings that are remembered; a list of free texts must not grow without bound.
const MOST_WORDINGS: usize = 1 << 16;

fn remembered<T: Clone>(known: &mut FxHashMap<String, T>, wording: &str, look_up: impl FnOnce() -> T) -> T {
    if let Some(found) = known.get(wording) {
        return found.clone();
    }
    let found = look_up();
    if known.len() < MOST_WORDINGS {
        known.insert(wording.to_owned(), found.clone());
    }
    found
}

impl VictimsReader {
    pub fn new(places: PlaceTable, parties: PartyTable) -> Self {
        Self {
            places,
            parties,
            known_places: FxHashMap::default(),
            known_causes: FxHashMap::default(),
            known_parties: FxHashMap::default(),
        }
    }

    /// `get` gives the value of a column. A value that cannot be read is taken as missing: here it can only weigh nothing,
    /// and what was refused at import is told there.
    pub fn read<'r>(&mut self, get: &dyn Fn(&str) -> Option<&'r str>, list: u32) -> LinkRecord {
        let field = |name: &str| get(name).map(str::trim).filter(|v| !v.is_empty());
        let names = ["name_ar", "name_en", "name"].into_iter().filter_map(field);
        let (place_gov, place_town) =
            self.place(field("governorate").unwrap_or(""), field("town").or_else(|| field("place")).unwrap_or(""));
        let parties = &self.parties;
        let party = |written: &str| match parties.by_wording(written) {
            Some(code) => party_code(code.as_str()),
            None => Some(written.to_lowercase()),
        };
        LinkRecord {
            id: LinkRecord::ID_COLUMNS.iter().find_map(|name| field(name)).unwrap_or_default().to_owned(),
            list,
            names: names.map(|n| (n.to_owned(), Script::of(n))).collect(),
            sex: field("sex").and_then(sex),
            age: field("age").and_then(age),
            date: field("date_of_death").and_then(|d| UncertainDate::parse(d).ok()),
            place_gov,
            place_town,
            cause: field("cause").and_then(|c| remembered(&mut self.known_causes, c, || cause_code(c))),
            party: field("perpetrator").and_then(|p| remembered(&mut self.known_parties, p, || party(p))),
        }
    }

    /// Governorate and town, as codes and names of the table where it knows them.
    fn place(&mut self, governorate: &str, town: &str) -> (Option<String>, Option<String>) {
        let places = &self.places;
        let look_up = || {
            let mention = places.mention(&[governorate, town]);
            match (governorate.is_empty(), town.is_empty()) {
                (true, true) => (None, None),
                (true, false) => {
                    let (gov, town) = place(&["", town], mention.code.as_ref(), places);
                    if mention.code.is_some() { (gov, town) } else { (None, gov) }
                }
                _ => place(&[governorate, town], mention.code.as_ref(), places),
            }
        };
        // No name of a place bears this sign.
        let both = [governorate, town].join("\u{1f}");
        remembered(&mut self.known_places, &both, look_up)
    }
}

impl LinkRecord {
    /// Reads what a list of people usually bears, under the names that such columns usually have.
    pub fn from_people_row<'r>(get: &dyn Fn(&str) -> Option<&'r str>, list: u32) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|n| get(n).map(str::trim).filter(|v| !v.is_empty()));
        let given = first(&["given_name", "first_name", "forename", "given"]);
        let family = first(&["surname", "last_name", "family_name", "family"]);
        let whole = match (given, family) {
            (None, None) => first(&["name", "full_name"]).map(str::to_owned),
            (given, family) => Some([given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        };
        let date = first(&["date_of_birth", "dob", "birth_date"]).and_then(|d| {
            let compact = d.len() == 8 && d.bytes().all(|b| b.is_ascii_digit());
            match compact {
                true => UncertainDate::parse(&format!("{}-{}-{}", &d[..4], &d[4..6], &d[6..])).ok(),
                false => UncertainDate::parse(d).ok(),
            }
        });
        Self {
            id: first(&Self::ID_COLUMNS).unwrap_or_default().to_owned(),
            list,
            names: whole.map(|n| (Script::of(&n), n)).map(|(script, n)| (n, script)).into_iter().collect(),
            sex: first(&["sex", "gender"]).and_then(sex),
            age: first(&["age"]).and_then(age),
            date,
            place_gov: first(&["state", "region", "county", "country"]).map(str::to_owned),
            place_town: first(&["suburb", "city", "town", "birth_place"]).map(str::to_owned),
            cause: first(&["email", "soc_sec_id", "national_id", "phone", "occupation"]).map(str::to_lowercase),
            party: first(&["postcode", "postal_code", "zip"]).map(str::to_lowercase),
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
