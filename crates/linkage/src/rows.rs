//! Rows of lists to records: which columns are read, under which names.

use domain::{PartyTable, PlaceTable, Script};

use crate::LinkageError;
use crate::interned::Known;
use crate::reading::{Reading, Unread};
use crate::record::{LinkRecord, cause_code, party_code, place};
use crate::record_set::{RecordSet, Said};
use crate::settings::RowSpec;

/// One of each for what a row tells: the names of its columns, their places in a file, or its values in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields<T> {
    pub id: T,
    /// In Arabic letters, in Latin ones, in either; of people given name, family name, whole name.
    pub names: [T; 3],
    pub sex: T,
    pub age: T,
    pub date: T,
    /// Governorate or state.
    pub governorate: T,
    pub town: T,
    /// Cause; of people a number or address of one's own.
    pub cause: T,
    /// Perpetrator; of people the postcode.
    pub party: T,
}

impl<T> Fields<T> {
    pub fn map<'t, U>(&'t self, mut of: impl FnMut(&'t T) -> U) -> Fields<U> {
        let [first, second, third] = &self.names;
        Fields {
            id: of(&self.id),
            names: [of(first), of(second), of(third)],
            sex: of(&self.sex),
            age: of(&self.age),
            date: of(&self.date),
            governorate: of(&self.governorate),
            town: of(&self.town),
            cause: of(&self.cause),
            party: of(&self.party),
        }
    }
}

/// Columns of each field, the first that is not empty is read.
type Columns = Fields<&'static [&'static str]>;

static VICTIMS: Columns = Fields {
    id: &LinkRecord::ID_COLUMNS,
    names: [&["name_ar"], &["name_en"], &["name"]],
    sex: &["sex", "gender"],
    age: &["age"],
    date: &["date_of_death", "date"],
    governorate: &["governorate"],
    town: &["town", "place"],
    cause: &["cause"],
    party: &["perpetrator"],
};

/// What a list of people usually bears, under the names that such columns usually have.
static PEOPLE: Columns = Fields {
    id: &LinkRecord::ID_COLUMNS,
    names: [
        &["given_name", "first_name", "forename", "given"],
        &["surname", "last_name", "family_name", "family"],
        &["name", "full_name"],
    ],
    sex: &["sex", "gender"],
    age: &["age"],
    date: &["date_of_birth", "dob", "birth_date"],
    governorate: &["state", "region", "county", "country"],
    town: &["suburb", "city", "town", "birth_place"],
    cause: &["email", "soc_sec_id", "national_id", "phone", "occupation"],
    party: &["postcode", "postal_code", "zip"],
};

/// The columns that a spec reads.
pub fn columns(spec: RowSpec) -> &'static Columns {
    match spec {
        RowSpec::Victims => &VICTIMS,
        RowSpec::People => &PEOPLE,
    }
}

impl Columns {
    /// The values of a row: of each field the first that is not empty, trimmed.
    fn values<'r>(&self, get: &dyn Fn(&str) -> Option<&'r str>) -> Fields<&'r str> {
        let value = |name: &&str| get(name).map(str::trim).filter(|v| !v.is_empty());
        self.map(|names| names.iter().find_map(value).unwrap_or(""))
    }
}

/// What a row says, in the reader's words.
struct Read<'a> {
    id: &'a str,
    names: [Option<(&'a str, Script)>; 3],
    said: Said<'a>,
}

impl Read<'_> {
    fn names(&self) -> impl Iterator<Item = (&str, Script)> {
        self.names.into_iter().flatten()
    }

    fn record(&self) -> LinkRecord {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let said = &self.said;
        LinkRecord {
            id: self.id.to_owned(),
            list: said.list,
            names: self.names().map(|(name, script)| (name.to_owned(), script)).collect(),
            sex: said.sex,
            age: said.age,
            date: said.date,
            place_gov: owned(said.place_gov),
            place_town: owned(said.place_town),
            cause: owned(said.cause),
            party: owned(said.party),
        }
    }

    fn pack(&self, set: &mut RecordSet) -> Result<u16, LinkageError> {
        set.push_said(self.id, self.names(), &self.said)?;
        Ok(self.said.facts(self.names()))
    }
}

fn filled(value: &str) -> Option<&str> {
    Some(value).filter(|value| !value.is_empty())
}

/// Reads rows of the `victims` spec. Wordings of places, causes and parties repeat from row to row; each is looked up once.
pub struct VictimsReader {
    places: PlaceTable,
    parties: PartyTable,
    /// Governorate and town as written, to what they are.
    known_places: Known<(Option<String>, Option<String>)>,
    known_causes: Known<Option<String>>,
    known_parties: Known<Option<String>>,
    reading: Reading,
    /// Governorate and town of the row, as they are looked up.
    place: String,
}

impl VictimsReader {
    pub fn new(places: PlaceTable, parties: PartyTable) -> Self {
        Self {
            places,
            parties,
            known_places: Known::default(),
            known_causes: Known::default(),
            known_parties: Known::default(),
            reading: Reading::default(),
            place: String::new(),
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
        self.row(&VICTIMS.values(get), list).record()
    }

    /// Reads a row, of which the values are trimmed, and packs it; gives what it bears, as [`LinkRecord::facts`].
    ///
    /// # Errors
    /// As [`RecordSet::push`].
    pub fn pack(&mut self, row: &Fields<&str>, list: u32, set: &mut RecordSet) -> Result<u16, LinkageError> {
        self.row(row, list).pack(set)
    }

    fn row<'a>(&'a mut self, row: &Fields<&'a str>, list: u32) -> Read<'a> {
        let parties = &self.parties;
        let party = |written: &str| match parties.by_wording(written) {
            Some(code) => party_code(code.as_str()),
            None => Some(written.to_lowercase()),
        };
        // No name of a place bears this sign.
        self.place.clear();
        self.place.extend([row.governorate, "\u{1f}", row.town]);
        let (place_gov, place_town) =
            self.known_places.of(&self.place, || look_up(&self.places, row.governorate, row.town));
        let cause = filled(row.cause).map(|text| self.known_causes.of(text, || cause_code(text)));
        Read {
            id: row.id,
            names: row.names.map(|name| filled(name).map(|name| (name, Script::of(name)))),
            said: Said {
                list,
                sex: filled(row.sex).and_then(|text| self.reading.sex("sex", text)),
                age: filled(row.age).and_then(|text| self.reading.age("age", text)),
                date: filled(row.date).and_then(|text| self.reading.date("date_of_death", text)),
                place_gov: place_gov.as_deref(),
                place_town: place_town.as_deref(),
                cause: cause.and_then(Option::as_deref),
                party: filled(row.party).and_then(|text| self.known_parties.of(text, || party(text)).as_deref()),
            },
        }
    }
}

/// Governorate and town, as codes and names of the table where it knows them.
fn look_up(places: &PlaceTable, governorate: &str, town: &str) -> (Option<String>, Option<String>) {
    let mention = places.mention(&[governorate, town]);
    match (governorate.is_empty(), town.is_empty()) {
        (true, true) => (None, None),
        (true, false) => {
            let (gov, town) = place(&["", town], mention.code.as_ref(), places);
            if mention.code.is_some() { (gov, town) } else { (None, gov) }
        }
        _ => place(&[governorate, town], mention.code.as_ref(), places),
    }
}

/// Reads rows of the `people` spec.
#[derive(Default)]
pub struct PeopleReader {
    reading: Reading,
    /// Of the row: given and family name, own number or address, postcode.
    name: String,
    own: String,
    postcode: String,
}

impl PeopleReader {
    /// As [`VictimsReader::with_date_formats`].
    pub fn with_date_formats(date_formats: &[String]) -> Self {
        Self { reading: Reading::new(date_formats), ..Self::default() }
    }

    /// As [`VictimsReader::take_unread`].
    pub fn take_unread(&mut self) -> Vec<Unread> {
        self.reading.take_unread()
    }

    /// As [`VictimsReader::read`].
    pub fn read<'r>(&mut self, get: &dyn Fn(&str) -> Option<&'r str>, list: u32) -> LinkRecord {
        self.row(&PEOPLE.values(get), list).record()
    }

    /// As [`VictimsReader::pack`].
    ///
    /// # Errors
    /// As [`RecordSet::push`].
    pub fn pack(&mut self, row: &Fields<&str>, list: u32, set: &mut RecordSet) -> Result<u16, LinkageError> {
        self.row(row, list).pack(set)
    }

    fn row<'a>(&'a mut self, row: &Fields<&'a str>, list: u32) -> Read<'a> {
        let Self { reading, name, own, postcode } = self;
        name.clear();
        match row.names {
            ["", "", whole] => name.push_str(whole),
            [given, "", _] => name.push_str(given),
            ["", family, _] => name.push_str(family),
            [given, family, _] => name.extend([given, " ", family]),
        }
        lower(own, row.cause);
        lower(postcode, row.party);
        Read {
            id: row.id,
            names: [filled(name).map(|name| (name, Script::of(name))), None, None],
            said: Said {
                list,
                sex: filled(row.sex).and_then(|text| reading.sex("sex", text)),
                age: filled(row.age).and_then(|text| reading.age("age", text)),
                date: filled(row.date).and_then(|text| reading.date("date_of_birth", text)),
                place_gov: filled(row.governorate),
                place_town: filled(row.town),
                cause: filled(own),
                party: filled(postcode),
            },
        }
    }
}

/// Puts a text in small letters into `out`.
fn lower(out: &mut String, text: &str) {
    out.clear();
    match text.is_ascii() {
        true => {
            out.push_str(text);
            out.make_ascii_lowercase();
        }
        false => out.push_str(&text.to_lowercase()),
    }
}

/// Whether a spec reads a column of this name, the id apart.
pub fn is_read(spec: RowSpec, column: &str) -> bool {
    let Fields { names, sex, age, date, governorate, town, cause, party, id: _ } = columns(spec);
    names.iter().chain([sex, age, date, governorate, town, cause, party]).any(|names| names.contains(&column))
}
