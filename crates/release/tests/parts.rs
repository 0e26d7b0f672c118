//! Lists that are too long for one page, held against a published folder.

#[allow(dead_code)]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::{Person, PersonId, Record, RecordId, Sex};
use release::{Dataset, Folder, PageCache, Policy, publish_into};

/// As many invented men more, each with one record of the same file.
fn with_many(mut data: Dataset, n: u64) -> Dataset {
    let pattern = data.records.values().map(|(_, r)| r).find(|r| r.sex == Some(Sex::Male)).unwrap().clone();
    for k in 0..n {
        let mut record: Record = pattern.clone();
        record.row = 1_000 + k;
        record.id = RecordId::derive(&record.accession, record.row);
        let person = Person::from_records(PersonId::derive(&record.id), &[&record], |_| true);
        data.records.insert(record.id.clone(), (100_000 + k, record));
        data.persons.push(person);
    }
    data.persons.sort_by(|a, b| a.id.cmp(&b.id));
    data
}

fn publish(data: &Dataset, folder: &Folder<'_>, cache: &PageCache) {
    publish_into(data, &Policy::default(), folder, cache, &|index| Ok(index.to_string()), &|_, _, _| {}).unwrap();
}

/// HTML pages below a folder, by their path.
fn pages(root: &Path, below: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.join(below)];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "html") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_long_list_names_each_person_once_over_pages_that_a_telephone_opens() {
    let data = with_many(support::dataset(), 2_000);
    let folder = tempfile::tempdir().unwrap();
    publish(&data, &Folder::prepare(folder.path()).unwrap(), &PageCache::default());
    let all = pages(folder.path(), "en");
    let trust = &data.tallies[0].0;
    let overview = &all[&format!("en/counts/{trust}/sex-male.html")];
    let parts = pages(folder.path(), &format!("en/counts/{trust}/sex-male"));
    assert!(parts.len() >= 8, "{} parts", parts.len());
    let added = data.persons.iter().filter(|p| p.records.iter().any(|r| data.records[r].0 >= 100_000));
    for person in added {
        let link = format!("person/{}.html", person.id);
        assert_eq!(parts.values().filter(|page| page.contains(&link)).count(), 1, "{link}");
        assert!(!overview.contains(&link));
    }
    for path in parts.keys() {
        let link = path.strip_prefix(&format!("en/counts/{trust}/")).unwrap();
        assert!(overview.contains(link), "{link} is not to be found from the list's old address");
    }
    let rows: Vec<&String> =
        all.keys().filter(|p| p.starts_with("en/accession/") && p.matches('/').count() == 3).collect();
    assert_eq!(rows.len(), 10, "rows 1 and 1000 to 2999 stand on pages of 250: {rows:?}");
    for (path, page) in all {
        assert!(page.len() < 250_000, "{path} has {} bytes", page.len());
    }
}

#[test]
fn a_changed_record_makes_one_part_of_each_list_again_with_the_bytes_of_a_whole_release() {
    let mut data = with_many(support::dataset(), 2_000);
    let folder = tempfile::tempdir().unwrap();
    let first = PageCache::default();
    publish(&data, &Folder::prepare(folder.path()).unwrap(), &first);
    let trust = data.tallies[0].0.clone();
    let before = pages(folder.path(), "en");
    let at = data.persons.iter().position(|p| p.records.iter().all(|r| data.records[r].0 >= 100_000)).unwrap();
    let id = data.persons[at].records[0].clone();
    let record = &mut data.records.get_mut(&id).unwrap().1;
    record.names.clear();
    data.persons[at] = Person::from_records(data.persons[at].id.clone(), &[&record.clone()], |_| true);

    fs::write(folder.path().join("SHA256SUMS"), "").unwrap();
    let untouched = |path: &str| fs::metadata(folder.path().join(path)).ok().map(|m| m.len());
    let again = Folder::again(folder.path(), &untouched).unwrap();
    publish(&data, &again, &PageCache::parse(&first.text()));
    again.finish().unwrap();
    let whole = tempfile::tempdir().unwrap();
    publish(&data, &Folder::prepare(whole.path()).unwrap(), &PageCache::default());
    let after = pages(folder.path(), "en");
    assert!(after == pages(whole.path(), "en"));
    let list = format!("en/counts/{trust}/sex-male");
    let changed =
        after.iter().filter(|(path, page)| path.starts_with(&list) && before.get(*path) != Some(page)).count();
    assert_eq!(changed, 1, "of {} parts", after.keys().filter(|path| path.starts_with(&list)).count());
}
