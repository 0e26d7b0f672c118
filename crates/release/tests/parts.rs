//! Lists that are too long for one page, held against a published folder.

#[allow(dead_code)]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::{PersonId, Record, RecordId, Sex};
use release::{Dataset, Folder, Known, PageCache, Policy, Shown, publish_into};

/// As many invented men more, each with one record of the same file.
fn with_many(mut data: Dataset, n: u64) -> Dataset {
    let pattern = data.records.values().map(|(_, r)| r).find(|r| r.sex == Some(Sex::Male)).unwrap().clone();
    for k in 0..n {
        let mut record: Record = pattern.clone();
        record.row = 1_000 + k;
        record.id = RecordId::derive(&record.accession, record.row);
        let person = Known::from_records(PersonId::derive(&record.id), &[&record], |_| true);
        data.records.insert(100_000 + k, record);
        data.persons.push(person);
    }
    data.persons.sort_by(|a, b| a.id.cmp(&b.id));
    data
}

fn publish(data: &Dataset, folder: &Folder<'_>, cache: &PageCache) {
    let policy = Policy::default();
    let shown = Shown::new(data, &policy).unwrap();
    publish_into(&shown.view(), folder, cache, &|index| Ok(index.to_string()), &|_, _, _| {}).unwrap();
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
    let added = data.persons.iter().filter(|p| p.records.iter().any(|r| data.records.get(r).unwrap().0 >= 100_000));
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
    // A page says which rows it holds, and not which it could: the last of the file is 2,999.
    let folder_of = rows[0].rsplit_once('/').unwrap().0;
    let index = &all[&format!("{folder_of}.html")].replace(['\u{2068}', '\u{2069}'], "");
    assert!(index.contains("Rows 2,751 to 2,999") && !index.contains("to 3,000"), "{index}");
    assert!(index.contains("Rows 1,000 to 1,000") && index.contains("Rows 1,001 to 1,250"));
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
    let at =
        data.persons.iter().position(|p| p.records.iter().all(|r| data.records.get(r).unwrap().0 >= 100_000)).unwrap();
    let id = data.persons[at].records[0].clone();
    let record = &mut data.records.get_mut(&id).unwrap().1;
    record.names.clear();
    data.persons[at] = Known::from_records(data.persons[at].id.clone(), &[&record.clone()], |_| true);

    fs::write(folder.path().join("SHA256SUMS"), "").unwrap();
    let left = support::Left::default();
    let untouched = |path: &str| left.untouched(folder.path(), path);
    let again = Folder::again(folder.path(), &untouched).unwrap();
    publish(&data, &again, &PageCache::parse(&first.bytes()));
    support::finish(again, folder.path(), &left);
    let whole = tempfile::tempdir().unwrap();
    publish(&data, &Folder::prepare(whole.path()).unwrap(), &PageCache::default());
    let after = pages(folder.path(), "en");
    assert!(after == pages(whole.path(), "en"));
    let list = format!("en/counts/{trust}/sex-male");
    let changed =
        after.iter().filter(|(path, page)| path.starts_with(&list) && before.get(*path) != Some(page)).count();
    assert_eq!(changed, 1, "of {} parts", after.keys().filter(|path| path.starts_with(&list)).count());
}

#[test]
fn a_page_of_counts_with_many_months_and_parties_is_within_its_budget_and_each_month_stands_on_one_page() {
    use domain::count::{Attribution, Stratum, TallyCell};
    let mut data = support::dataset();
    let parties: Vec<Attribution> = data.parties.iter().take(8).map(|p| Attribution::Party(p.code.clone())).collect();
    let parties = [parties, vec![Attribution::Disputed, Attribution::NotStated]].concat();
    let first = domain::Month::new(2011, 3).unwrap();
    let months: Vec<domain::Month> = std::iter::successors(Some(first), domain::Month::next).take(166).collect();
    let months = months.into_iter().map(Some).chain([None]);
    let stratum = |month, attribution: &Attribution| Stratum {
        attribution: attribution.clone(),
        month,
        place: None,
        sex: None,
        age_class: None,
        civilian: None,
        act: None,
    };
    let cell = |(at, stratum)| TallyCell { stratum, inclusion_pattern: 1, n_documented: 1_000 + at as u64 };
    let strata = months.flat_map(|month| parties.iter().map(move |party| stratum(month, party)));
    data.tallies[0].1.cells = strata.enumerate().map(cell).collect();
    let out = tempfile::tempdir().unwrap();
    let folder = Folder::prepare(out.path()).unwrap();
    publish(&data, &folder, &PageCache::default());
    let all = pages(out.path(), "en/counts");
    let page = &all["en/counts/everyone.html"];
    assert!(page.len() < 150_000, "{} bytes", page.len());
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for cell in data.tallies[0].1.cells.iter() {
        let key = cell.stratum.month.map_or("Not stated".to_owned(), |m| m.to_string());
        *expected.entry(key).or_default() += cell.n_documented;
    }
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    for year in 2011..=2024 {
        let path = format!("en/counts/everyone/months-{year}.html");
        assert!(page.contains(&format!("counts/everyone/months-{year}.html")), "{year} is not to be found");
        let html = &all[&path];
        assert!(html.len() < 150_000, "{path} has {} bytes", html.len());
        for row in html.split("<tr><th scope=\"row\">").skip(1) {
            let (label, rest) = row.split_once("</th>").unwrap();
            // The text of the first cell, without its tags.
            let cell = rest.split("</td>").next().unwrap();
            let digits: String = cell.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
            let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            let (name, of) = label.rsplit_once(' ').unwrap();
            let month = 1 + names.iter().position(|n| name.ends_with(n)).unwrap();
            assert!(
                found.insert(format!("{of}-{month:02}"), digits.parse().unwrap()).is_none(),
                "{label} stands twice"
            );
        }
    }
    let unknown = expected.remove("Not stated").unwrap();
    // The page itself has a row for each year, with the persons of its months.
    let table = page.split("id=\"month\"").nth(1).unwrap().split("</table>").next().unwrap().replace(',', "");
    for year in 2011..=2024 {
        let sum: u64 = expected.iter().filter(|(month, _)| month.starts_with(&year.to_string())).map(|(_, n)| n).sum();
        let row = table.split("<tr").find(|row| row.contains(&format!("months-{year}.html"))).unwrap();
        assert!(row.contains(&format!(">{sum}<")), "{year}: {sum} is not in {row}");
    }
    assert_eq!(found, expected);
    let of_month = page.split("id=\"month\"").nth(1).unwrap().split("<h2").next().unwrap();
    assert!(
        of_month.replace(',', "").contains(&format!(">{unknown}<")),
        "those without a month stay on the page itself"
    );
}
