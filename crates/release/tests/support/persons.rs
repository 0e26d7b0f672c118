//! Invented persons, their records and how they are counted.

use std::collections::BTreeMap;

use domain::count::*;
use domain::party::PartyRole;
use domain::*;

use release::{Known, Records};

use super::CANARY;

pub(super) fn records(accessions: &BTreeMap<String, AccessionId>) -> Records {
    const NAMES: [(&str, &str); 6] = [
        ("سمير المختلق", "Samir al-Mukhtalaq"),
        ("ليلى المثال", "Layla al-Mithal"),
        ("نور العينة", "Nour al-Ayna"),
        ("كريم النموذج", "Karim al-Namudhaj"),
        ("هدى التجربة", "Huda al-Tajriba"),
        ("زيد الخيال", "Zayd al-Khayal"),
    ];
    let places = PlaceTable::syria();
    let parties = PartyTable::syria();
    let mut records = Records::default();
    for person in 0..12u64 {
        for (l, list) in ["list-a", "list-b", "list-c"].iter().enumerate() {
            if (person + 1) >> l & 1 == 0 && !(person == 7 && l == 0) {
                continue;
            }
            let accession = accessions[*list].clone();
            let row = person + 1;
            let id = RecordId::derive(&accession, row);
            let (ar, en) = NAMES[person as usize % 6];
            let party = if person == 2 && l == 1 { "Russia" } else { "regime" };
            let record = Record {
                id,
                source: SourceId::new(*list).unwrap(),
                accession,
                row,
                source_record_id: Some(CANARY.into()),
                names: if l == 0 {
                    vec![Name::new(ar, Language::ar())]
                } else {
                    vec![Name::new(en, Language::new("ar-Latn").unwrap())]
                },
                sex: Some(if person.is_multiple_of(2) { Sex::Male } else { Sex::Female }),
                age: AgeRange::exact(9 + 4 * person as u8),
                age_class: None,
                birth: UncertainDate::parse("1977-07-17").ok(),
                act: Some(ActKind::Killing),
                date: UncertainDate::parse(&format!("2019-0{}-1{}", 2 + person % 3, person % 5)).ok(),
                place: Some(places.mention(&[if person.is_multiple_of(3) { "Idlib" } else { "Homs" }])),
                parties: if person == 5 { vec![] } else { vec![parties.mention(party, PartyRole::AllegedPerpetrator)] },
                civilian: Some(Civilian::Civilian),
                cause: Some("shelling".into()),
                fields: [("phone".to_owned(), CANARY.to_owned())].into(),
                original: vec![("notes".into(), CANARY.into())],
            };
            records.insert(1000 + person * 3 + l as u64, record);
        }
    }
    records
}

pub(super) fn persons(records: &Records) -> Vec<Known> {
    let mut by_row: BTreeMap<u64, Vec<&Record>> = BTreeMap::new();
    for (_, record) in records.values() {
        by_row.entry(record.row).or_default().push(record);
    }
    by_row.into_values().map(|r| Known::from_records(PersonId::derive(&r[0].id), &r, |_| true)).collect()
}

/// Added here without the crate's own rule, from what the persons show: no person of this set has a tie.
pub fn tally(persons: &[Known], records: &Records, places: &PlaceTable) -> Tally {
    let lists: Vec<SourceId> = ["list-a", "list-b", "list-c"].map(|l| SourceId::new(l).unwrap()).into();
    let mut cells: BTreeMap<(Stratum, u64), u64> = BTreeMap::new();
    for known in persons {
        let rows: Vec<&Record> = known.records.iter().map(|id| &records.get(id).unwrap().1).collect();
        let p = Person::from_records(known.id.clone(), &rows, |_| true);
        let stratum = Stratum {
            attribution: match &p.party[..] {
                [] => Attribution::NotStated,
                [one] => Attribution::Party(one.value.clone()),
                _ => Attribution::Disputed,
            },
            month: p.date.first().and_then(|d| d.value.exact_month()),
            place: p.place.first().and_then(|place| places.governorate(&place.value)).map(|g| g.code.clone()),
            sex: p.sex.first().map(|s| s.value),
            age_class: p.age_class.first().map(|a| a.value),
            civilian: p.civilian.first().map(|c| c.value),
            act: p.act.first().map(|a| a.value),
        };
        let pattern = p.sources.iter().map(|s| 1 << lists.iter().position(|l| l == s).unwrap()).sum();
        *cells.entry((stratum, pattern)).or_default() += 1;
    }
    Tally {
        lists,
        cells: cells
            .into_iter()
            .map(|((stratum, inclusion_pattern), n_documented)| TallyCell { stratum, inclusion_pattern, n_documented })
            .collect(),
    }
}
