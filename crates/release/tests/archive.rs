//! A release held against the one before it, the policy's limits, and the canaries of every restricted field.

#[allow(dead_code)]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domain::{PersonId, RecordId};
use release::{
    Folder, HeldBack, Known, PageCache, Policy, Published, Shown, Summary, changes, plan, publish, publish_into,
};

fn proof(index: u64) -> Result<String, String> {
    Ok(format!("{{\"index\":{index}}}\n"))
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Into a folder that holds an earlier release, of which every file counts as untouched but those named.
fn publish_over(
    data: &release::Dataset,
    policy: &Policy,
    out: &Path,
    cache: &PageCache,
    touched: &[&str],
) -> Published {
    fs::write(out.join("SHA256SUMS"), "").unwrap();
    let left = support::Left::default();
    let untouched = |path: &str| if touched.contains(&path) { None } else { left.untouched(out, path) };
    let folder = Folder::again(out, &untouched).unwrap();
    let shown = Shown::new(data, policy).unwrap();
    let published = publish_into(&shown.view(), &folder, cache, &proof, &|_, _, _| {}).unwrap();
    support::finish(folder, out, &left);
    published
}

fn publish_first(data: &release::Dataset, policy: &Policy, out: &Path, cache: &PageCache) -> Published {
    let folder = Folder::prepare(out).unwrap();
    let shown = Shown::new(data, policy).unwrap();
    publish_into(&shown.view(), &folder, cache, &proof, &|_, _, _| {}).unwrap()
}

fn publish_all(data: &release::Dataset, policy: &Policy) -> (tempfile::TempDir, release::Published) {
    let folder = tempfile::tempdir().unwrap();
    let published = publish(data, policy, folder.path(), &proof, &|_, _, _| {}).unwrap();
    (folder, published)
}

#[test]
fn publishing_again_after_one_changed_record_leaves_most_pages_and_has_the_bytes_of_a_full_release() {
    let mut data = support::dataset();
    let policy = Policy::default();
    let folder = tempfile::tempdir().unwrap();
    let first = PageCache::default();
    let full = publish_first(&data, &policy, folder.path(), &first);
    assert_eq!((full.pages_left, full.proofs_left), (0, 0));
    // A page of an earlier release that this one has not.
    fs::write(folder.path().join("en/person/p-stale.html"), "stale").unwrap();

    let id = data.persons[0].records[0].clone();
    data.records.get_mut(&id).unwrap().1.row += 77;
    // As another process would have it: tables made anew, whose look-ups have another order.
    data.parties = domain::PartyTable::syria();
    data.places = domain::PlaceTable::syria();
    let cache = PageCache::parse(&first.bytes());
    let times = |folder: &Path| -> BTreeMap<PathBuf, std::time::SystemTime> {
        let time = |path: &PathBuf| fs::metadata(folder.join(path)).unwrap().modified().unwrap();
        files(folder).into_keys().map(|path| (path.clone(), time(&path))).collect()
    };
    let before = times(folder.path());
    let again = publish_over(&data, &policy, folder.path(), &cache, &[]);
    assert!(again.pages_left * 2 > again.pages, "{} of {}", again.pages_left, again.pages);
    assert_eq!(again.proofs_left, again.proofs - 1);
    let after = times(folder.path());
    let touched = after.iter().filter(|(path, time)| before.get(*path) != Some(time)).count();
    assert!(touched * 4 < after.len(), "{touched} of {} files were touched", after.len());
    let whole = tempfile::tempdir().unwrap();
    publish_first(&data, &policy, whole.path(), &PageCache::default());
    let (left, right) = (files(folder.path()), files(whole.path()));
    let names = |f: &BTreeMap<PathBuf, Vec<u8>>| f.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&left), names(&right));
    for (path, bytes) in &right {
        assert!(left[path] == *bytes, "{} differs", path.display());
    }
}

#[test]
fn a_page_or_a_proof_that_somebody_changed_in_the_folder_is_made_again() {
    let data = support::dataset();
    let folder = tempfile::tempdir().unwrap();
    let first = PageCache::default();
    publish_first(&data, &Policy::default(), folder.path(), &first);
    let right = files(folder.path());
    let page = format!("en/person/{}.html", data.persons[0].id);
    let index = data.records.get(&data.persons[0].records[0]).unwrap().0;
    let shown = format!("proofs/{index}.json");
    for path in [&page, &shown] {
        fs::write(folder.path().join(path), "forged").unwrap();
    }
    let cache = PageCache::parse(&first.bytes());
    let again = publish_over(&data, &Policy::default(), folder.path(), &cache, &[&page, &shown]);
    assert_eq!(again.proofs_left, again.proofs - 1);
    let found = files(folder.path());
    assert!(found == right);
}

#[test]
fn a_change_of_the_policy_makes_every_page_and_proof_again_and_an_approval_those_of_the_person() {
    let mut data = support::dataset();
    for source in &mut data.sources {
        source.invented = false;
    }
    let folder = tempfile::tempdir().unwrap();
    let first = PageCache::default();
    publish_first(&data, &Policy::default(), folder.path(), &first);
    let approved = Policy { approved_persons: [data.persons[0].id.clone()].into(), ..Policy::default() };
    let second = PageCache::parse(&first.bytes());
    let again = publish_over(&data, &approved, folder.path(), &second, &[]);
    assert_eq!(again.proofs - again.proofs_left, data.persons[0].records.len() as u64);
    let whole = tempfile::tempdir().unwrap();
    publish_first(&data, &approved, whole.path(), &PageCache::default());
    let found = files(folder.path());
    for (path, bytes) in files(whole.path()) {
        assert!(found[&path] == bytes, "{} differs", path.display());
    }
    let closed = Policy::parse("record_fields = ['type', 'id', 'source', 'accession', 'row']").unwrap();
    let again = publish_over(&data, &closed, folder.path(), &PageCache::parse(&second.bytes()), &[]);
    assert_eq!((again.pages_left, again.proofs_left), (0, 0));
}

#[test]
fn a_release_says_who_was_added_merged_split_and_withdrawn_and_why_and_old_addresses_lead_on() {
    let data = support::dataset();
    let policy =
        Policy::parse("[site]\nversion = '1'\naddress = 'https://example.org/r/'\nlicence = 'CC-BY-4.0'\n").unwrap();
    let (first, published) = publish_all(&data, &policy);
    assert!(published.changes.is_none());
    let before = Summary::load(first.path()).unwrap().unwrap();
    assert_eq!(before.persons.len(), data.persons.len());

    // The second person joins the first; the third is withdrawn; one record of the first becomes a person of its own.
    let mut later = data.clone();
    let (gone, joined) = (later.persons[2].id.clone(), later.persons[1].clone());
    let mut records: Vec<RecordId> = later.persons[0].records.clone();
    let parted = (records.len() > 1).then(|| records.pop().unwrap());
    records.extend(joined.records.clone());
    let person = |id: PersonId, records: &[RecordId]| {
        let rows: Vec<_> = records.iter().map(|r| &later.records.get(r).unwrap().1).collect();
        Known::from_records(id, &rows, |_| true)
    };
    let merged = person(later.persons[0].id.clone(), &records);
    let split = parted.as_ref().map(|r| person(PersonId::derive(r), std::slice::from_ref(r)));
    later.persons.retain(|p| p.id != joined.id && p.id != gone && p.id != merged.id);
    later.persons.push(merged.clone());
    later.persons.extend(split.clone());
    later.previous = Some(before.clone());
    let text = format!(
        "[withdrawn]\n{gone} = 'the family asked'\n[site]\nversion = '2'\naddress = 'https://example.org/r/'\n"
    );
    let policy = Policy::parse(&text).unwrap();
    let (second, published) = publish_all(&later, &policy);
    let changed = published.changes.unwrap();
    assert_eq!(
        changed.merged.iter().map(|c| (&c.person, c.with.as_ref())).collect::<Vec<_>>(),
        [(&joined.id, Some(&merged.id))]
    );
    assert_eq!(
        changed.withdrawn.iter().map(|c| (&c.person, c.reason.as_str())).collect::<Vec<_>>(),
        [(&gone, "the family asked")]
    );
    assert_eq!(changed.split.len(), usize::from(split.is_some()));
    assert!(changed.changed.iter().any(|c| c.person == merged.id));

    let read = |path: String| fs::read_to_string(second.path().join(path)).unwrap();
    assert!(read(format!("en/person/{}.html", joined.id)).contains(&format!("person/{}.html", merged.id)));
    assert!(read(format!("ar/person/{gone}.html")).contains("the family asked"));
    let cite = read("en/cite.html".into()).replace(['\u{2066}', '\u{2068}', '\u{2069}'], "");
    assert!(cite.contains("Compared with version 1"));
    assert!(read("data/changes.json".into()).contains("the family asked"));
    let datacite: serde_json::Value = serde_json::from_str(&read("datacite.json".into())).unwrap();
    assert_eq!(datacite["url"], "https://example.org/r/2/");
    assert_eq!(datacite["relatedIdentifiers"][0]["relatedIdentifier"], "https://example.org/r/1/");
    let dataset: serde_json::Value = serde_json::from_str(&read("data/dataset.jsonld".into())).unwrap();
    let listed: BTreeSet<&str> =
        dataset["distribution"].as_array().unwrap().iter().map(|d| d["contentUrl"].as_str().unwrap()).collect();
    let held = fs::read_dir(second.path().join("data")).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    for name in held.filter(|name| name != "dataset.jsonld") {
        assert!(
            listed.contains(format!("https://example.org/r/2/data/{name}").as_str()),
            "{name} is not in {listed:?}"
        );
    }
    assert!(listed.contains("https://example.org/r/2/data/changes.json"));
    assert!(read("CITATION.cff".into()).contains("cff-version: 1.2.0"));
    // From the folders alone, the same answer; and a third release still knows the addresses of the first.
    let after = Summary::load(second.path()).unwrap().unwrap();
    assert_eq!(changes(&before, &after, &after.withdrawn).merged, changed.merged);
    later.previous = Some(after);
    let (third, _) = publish_all(&later, &policy);
    assert!(third.path().join(format!("fr/person/{gone}.html")).exists());
    assert!(third.path().join(format!("fr/person/{}.html", joined.id)).exists());
}

#[test]
fn metadata_tell_persons_from_organisations_and_name_no_address_that_never_was() {
    let mut data = support::dataset();
    data.previous = Some(Summary { version: "1".into(), ..Summary::default() });
    let text = "[site]\nversion = '2'\naddress = 'https://example.org/r'\nlicence = 'CC-BY-4.0'\n\
                creators = ['The Archive', { family = 'Doe', given = 'Jane', orcid = '0000-0002-1825-0097' }]\n";
    let (folder, _) = publish_all(&data, &Policy::parse(text).unwrap());
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    let json = |path: &str| serde_json::from_str::<serde_json::Value>(&read(path)).unwrap();
    let datacite = json("datacite.json");
    assert!(datacite["relatedIdentifiers"].is_null(), "the release before had no address");
    assert_eq!(datacite["creators"][0]["nameType"], "Organizational");
    assert_eq!(datacite["creators"][1]["nameType"], "Personal");
    assert_eq!(datacite["creators"][1]["familyName"], "Doe");
    let dataset = json("data/dataset.jsonld");
    assert_eq!(dataset["creator"][1]["@type"], "Person");
    assert_eq!(dataset["creator"][1]["@id"], "https://orcid.org/0000-0002-1825-0097");
    assert_eq!(dataset["license"], "https://spdx.org/licenses/CC-BY-4.0");
    assert!(read("CITATION.cff").contains("  - family-names: \"Doe\"\n    given-names: \"Jane\"\n"));
    assert!(read("en/cite.html").contains("The Archive; Doe, Jane</bdi> (20"));
}

#[test]
fn a_dry_run_counts_what_would_become_public_and_what_is_held_back() {
    let data = support::dataset();
    let held = HeldBack { of_sources: 3, ..HeldBack::default() };
    let counted = plan(&data, &Policy::default(), &held).unwrap();
    let (_, published) = publish_all(&data, &Policy::default());
    assert_eq!((counted.pages, counted.proofs), (published.pages, published.proofs));
    assert!(counted.held_back.iter().any(|s| s.starts_with("3 entries of sources")), "{:?}", counted.held_back);
    assert!(!counted.record_fields.contains("original"));
}

#[test]
fn a_dry_run_counts_who_is_left_out_for_the_minimum_of_counts() {
    let mut data = support::dataset();
    data.sources.iter_mut().for_each(|source| source.invented = false);
    let named = data.persons[0].clone();
    let mut policy = Policy::parse("minimum_cell = 5").unwrap();
    policy.approved_persons = [named.id.clone()].into();
    let counted = plan(&data, &policy, &HeldBack::default()).unwrap();
    let (persons, records) = (data.persons.len() - 1, data.records.len() - named.records.len());
    assert_eq!((counted.persons_named, counted.records), (1, named.records.len() as u64));
    let sentence = format!("{persons} persons whom nobody has approved for publication, and {records} records");
    assert!(counted.held_back.iter().any(|s| s.starts_with(&sentence)), "{:?}", counted.held_back);
    let (_, published) = publish_all(&data, &policy);
    assert!(published.held_back.iter().any(|s| s.starts_with(&sentence)), "{:?}", published.held_back);
}

#[test]
fn a_row_whose_total_is_held_back_shows_no_zero_and_nothing_is_said_to_add_up() {
    let data = support::dataset();
    let (folder, _) = publish_all(&data, &Policy::parse("minimum_cell = 5").unwrap());
    let open = publish_all(&data, &Policy::default()).0;
    let (mut held_rows, mut zeros) = (0, 0);
    for lang in ["en", "fr", "ar"] {
        let read = |from: &Path| fs::read_to_string(from.join(lang).join("counts/everyone.html")).unwrap();
        let (held, zero) = match lang {
            "en" => ("held back", ">0<"),
            "fr" => ("retenu", ">0<"),
            _ => ("محجوب", ">٠<"),
        };
        for row in read(folder.path()).split("<tr").skip(1).map(|row| row.split("</tr>").next().unwrap()) {
            let cells: Vec<&str> = row.split("<td").skip(1).collect();
            let Some(total) = cells.first() else { continue };
            zeros += cells.iter().filter(|cell| cell.contains(zero)).count();
            if total.contains(held) {
                held_rows += 1;
                assert!(!cells.iter().any(|cell| cell.contains(zero)), "{lang}: {row}");
            }
        }
        let adds_up = ["can be added up from", "par addition", "يمكن جمع كل الأعداد"];
        assert!(!adds_up.iter().any(|words| read(folder.path()).contains(words)), "{lang}");
        assert!(adds_up.iter().any(|words| read(open.path()).contains(words)), "{lang}");
    }
    assert!(held_rows > 3, "{held_rows} rows held back, {zeros} zeros: too few to say anything");
}

#[test]
fn a_policy_admits_only_the_sources_and_acts_that_it_names() {
    let data = support::dataset();
    let policy = Policy::parse("sources = ['list-a']\nacts = ['enforced_disappearance']").unwrap();
    let mut held = HeldBack::default();
    let admitted = data.records.values().filter(|(_, r)| policy.admits(r, None, &mut held)).count();
    assert_eq!(admitted as u64 + held.of_sources + held.of_acts, data.records.len() as u64);
    assert!(held.of_sources > 0);
    assert!(Policy::parse("acts = ['murder']").is_err());
}

#[test]
fn with_a_minimum_no_small_count_stands_in_a_page_a_data_file_or_the_json_of_a_page() {
    let data = support::dataset();
    let policy = Policy::parse("minimum_cell = 5").unwrap();
    let (folder, _) = publish_all(&data, &policy);
    let patterns: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("data/patterns.json")).unwrap()).unwrap();
    for tally in patterns.as_array().unwrap() {
        assert!(tally["cells"].as_array().unwrap().is_empty());
        for row in tally["by_pattern"].as_array().unwrap() {
            assert!(row["n_documented"].as_u64().is_none_or(|n| n >= 5), "{row}");
        }
    }
    for (path, bytes) in files(folder.path()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("data-board=\"persons\""), "{}: a table that can be added up", path.display());
    }
}

#[test]
fn a_theme_changes_name_colours_logo_and_footer_and_nothing_else_needs_code() {
    let data = support::dataset();
    let text = "[site]\nname = { en = 'The Archive', ar = 'الأرشيف' }\nfooter = { en = 'Run by nobody.' }\n[theme]\naccent = '#5b2a6e'\n";
    let mut policy = Policy::parse(text).unwrap();
    policy.theme.picture = Some(release::Logo::new(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()).unwrap());
    let (folder, _) = publish_all(&data, &policy);
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(read("en/index.html").contains("The Archive") && read("en/index.html").contains("Run by nobody."));
    assert!(read("ar/method.html").contains("الأرشيف") && read("ar/method.html").contains("../assets/logo.svg"));
    assert!(read("assets/style.css").contains("--accent:#5b2a6e"));
    assert!(folder.path().join("assets/logo.svg").exists());
}

#[test]
fn cells_are_not_parted_by_what_is_withheld_of_a_real_person() {
    let mut data = support::dataset();
    let cells = |data: &release::Dataset| {
        let (folder, published) = publish_all(data, &Policy::default());
        let bytes = fs::read(folder.path().join("data/patterns.json")).unwrap();
        (serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(), published.held_back)
    };
    let sum = |tally: &serde_json::Value| {
        tally["cells"].as_array().unwrap().iter().map(|c| c["n_documented"].as_u64().unwrap()).sum::<u64>()
    };
    data.persons.iter_mut().for_each(|person| person.invented = true);
    let (invented, _) = cells(&data);
    assert!(invented[0].get("folded").is_none());
    assert!(invented[0]["cells"].as_array().unwrap().iter().any(|c| !c["stratum"]["place"].is_null()));
    // Nobody has approved anybody.
    data.persons.iter_mut().for_each(|person| person.invented = false);
    data.sources.iter_mut().for_each(|source| source.invented = false);
    let (real, held) = cells(&data);
    assert_eq!(real[0]["folded"], serde_json::json!(["place", "age", "civilian"]));
    assert!(real[0]["cells"].as_array().unwrap().iter().all(|c| c["stratum"]["place"].is_null()));
    assert_eq!(sum(&real[0]), sum(&invented[0]), "nobody is lost");
    assert!(held.iter().any(|said| said.contains("place") && said.contains("withheld of some")), "{held:?}");
}

#[test]
fn a_release_that_is_given_a_minimum_lists_nobody_whom_the_last_one_showed() {
    let mut data = support::dataset();
    data.persons.iter_mut().for_each(|person| person.invented = false);
    data.sources.iter_mut().for_each(|source| source.invented = false);
    let cache = PageCache::default();
    let first = tempfile::tempdir().unwrap();
    publish_first(&data, &Policy::default(), first.path(), &cache);
    let mut again = data.clone();
    again.previous = Summary::load(first.path()).unwrap();
    let shown_before = again.previous.as_ref().unwrap().persons.len();
    assert!(shown_before > 0);
    let policy = Policy::parse("minimum_cell = 5").unwrap();
    let (folder, _) = publish_all(&again, &policy);
    for person in &data.persons {
        let named = files(folder.path()).into_iter().find(|(_, bytes)| {
            let id = person.id.as_str().as_bytes();
            bytes.windows(id.len()).any(|at| at == id)
        });
        assert_eq!(named.map(|(path, _)| path), None, "{}", person.id);
    }
}

#[test]
fn who_was_taken_back_and_would_be_shown_again_is_known_also_under_another_id() {
    let data = support::dataset();
    let [gone, other] = [&data.persons[0].id, &data.persons[1].id];
    let before = |reason: &str, id: &PersonId| Summary {
        withdrawn: [(id.clone(), reason.to_owned())].into(),
        ..Summary::default()
    };
    let asked = "the family asked";
    assert_eq!(before(asked, gone).returning(&data), [(gone, gone)]);
    // Whose records were merely gone comes back with them.
    assert!(before("its records are no longer published", gone).returning(&data).is_empty());
    let joined = PersonId::new("p-joined").unwrap();
    assert!(before(asked, &joined).returning(&data).is_empty());
    let mut data = data.clone();
    data.redirects.push((joined.clone(), other.clone()));
    assert_eq!(before(asked, &joined).returning(&data), [(&joined, other)]);
}
