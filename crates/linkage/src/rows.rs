//! Rows of lists to records: which columns are read, under which names.

use domain::{PartyTable, PlaceTable, Script};
use rustc_hash::FxHashMap;

use crate::reading::{Reading, Unread};
use crate::record::{LinkRecord, cause_code, party_code, place};
use crate::settings::RowSpec;

/// Reads rows of the `victims` spec. Wordings of places, causes and parties repeat from row to row; each is looked up once.
pub struct VictimsReader {
    places: PlaceTable,
    parties: PartyTable,
    /// Governorate and town as written, to what they are.
    known_places: FxHashMap<String, (Option<String>, Option<String>)>,
    known_causes: FxHashMap<String, Option<String>>,
    known_parties: FxHashMap<String, Option<String>>,
    reading: Reading,
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
            reading: Reading::default(),
        }
    }

    /// Reads dates in these formats (those of `strftime`) beside ISO 8601, instead of the usual ones.
    pub fn with_date_formats(self, date_formats: &[String]) -> Self {
        Self { reading: Reading::new(date_formats), ..self }
    }

    /// What could not be read since this was last asked.
    pub fn take_unread(&mut self) -> Vec<Unread> {
        self.reading.take_unread()
    }

    /// `get` gives the value of a column. A value that cannot be read is taken as missing, and counted.
    pub fn read<'r>(&mut self, get: &dyn Fn(&str) -> Option<&'r str>, list: u32) -> LinkRecord {
        let field = |name: &str| get(name).map(str::trim).filter(|v| !v.is_empty());
        let either = |names: &[&str]| names.iter().find_map(|name| field(name));
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
            sex: either(&["sex", "gender"]).and_then(|text| self.reading.sex("sex", text)),
            age: field("age").and_then(|text| self.reading.age("age", text)),
            date: either(&["date_of_death", "date"]).and_then(|text| self.reading.date("date_of_death", text)),
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

/// Reads rows of the `people` spec: what a list of people usually bears, under the names that such columns usually have.
#[derive(Default)]
pub struct PeopleReader {
    reading: Reading,
}

impl PeopleReader {
    /// As [`VictimsReader::with_date_formats`].
    pub fn with_date_formats(date_formats: &[String]) -> Self {
        Self { reading: Reading::new(date_formats) }
    }

    /// As [`VictimsReader::take_unread`].
    pub fn take_unread(&mut self) -> Vec<Unread> {
        self.reading.take_unread()
    }

    /// As [`VictimsReader::read`].
    pub fn read<'r>(&mut self, get: &dyn Fn(&str) -> Option<&'r str>, list: u32) -> LinkRecord {
        let first = |names: &[&str]| names.iter().find_map(|n| get(n).map(str::trim).filter(|v| !v.is_empty()));
        let given = first(&["given_name", "first_name", "forename", "given"]);
        let family = first(&["surname", "last_name", "family_name", "family"]);
        let whole = match (given, family) {
            (None, None) => first(&["name", "full_name"]).map(str::to_owned),
            (given, family) => Some([given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        };
        let reading = &mut self.reading;
        LinkRecord {
            id: first(&LinkRecord::ID_COLUMNS).unwrap_or_default().to_owned(),
            list,
            names: whole.map(|n| (Script::of(&n), n)).map(|(script, n)| (n, script)).into_iter().collect(),
            sex: first(&["sex", "gender"]).and_then(|text| reading.sex("sex", text)),
            age: first(&["age"]).and_then(|text| reading.age("age", text)),
            date: first(&["date_of_birth", "dob", "birth_date"]).and_then(|text| reading.date("date_of_birth", text)),
            place_gov: first(&["state", "region", "county", "country"]).map(str::to_owned),
            place_town: first(&["suburb", "city", "town", "birth_place"]).map(str::to_owned),
            cause: first(&OWN_COLUMNS).map(str::to_lowercase),
            party: first(&["postcode", "postal_code", "zip"]).map(str::to_lowercase),
        }
    }
}

/// Numbers and addresses of a person's own, the first that is not empty.
const OWN_COLUMNS: [&str; 5] = ["email", "soc_sec_id", "national_id", "phone", "occupation"];

/// Columns that are read beside the fields of a spec, as other names of theirs.
const OTHER_VICTIMS_COLUMNS: &[&str] = &["gender", "date"];
const OTHER_PEOPLE_COLUMNS: &[&str] = &[
    "first_name",
    "forename",
    "given",
    "last_name",
    "family_name",
    "family",
    "full_name",
    "gender",
    "dob",
    "birth_date",
    "region",
    "county",
    "country",
    "suburb",
    "town",
    "birth_place",
    "postal_code",
    "zip",
];

/// Whether a spec reads a column of this name, the id apart.
pub fn is_read(spec: RowSpec, column: &str) -> bool {
    let (fields, others) = match spec {
        RowSpec::Victims => (LinkRecord::VICTIMS_FIELDS, OTHER_VICTIMS_COLUMNS),
        RowSpec::People => (LinkRecord::PEOPLE_FIELDS, OTHER_PEOPLE_COLUMNS),
    };
    fields.iter().chain(others).any(|name| *name == column)
}
