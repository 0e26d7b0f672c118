//! Comparisons that a user declares: read, refused in words, and run.

use linkage::{OwnRecords, OwnRun, OwnSpec, link_own};
use proptest::prelude::*;

const ALL: &str = r#"
spec = "own"
prior_match_probability = 0.01
[[comparisons]]
column = "name"
by = "jaro_winkler"
at = [0.95, 0.8]
term_frequency = true
[[comparisons]]
name = "edits"
column = "name"
by = "damerau_levenshtein"
at = [1, 2]
[[comparisons]]
column = "town"
by = "levenshtein"
at = [1]
[[comparisons]]
column = "sex"
by = "exact"
[[comparisons]]
column = "income"
by = "percent"
at = [5, 20]
[[comparisons]]
column = "height"
by = "number"
at = [1, 5]
[[comparisons]]
column = "born"
by = "days"
at = [1, 31, 366]
[[comparisons]]
columns = ["lat", "lon"]
by = "km"
at = [1, 25]
[[comparisons]]
column = "phones"
by = "shared"
at = [2, 1]
[[comparisons]]
column = "email"
by = "email"
[[comparisons]]
column = "postcode"
by = "postcode"
[[rules]]
same = ["name"]
[[rules]]
same = ["born", { column = "postcode", part = "district" }]
[[rules]]
same = [{ column = "phones", part = "member" }]
[[rules]]
same = [{ column = "name", part = "start", letters = 2 }, { column = "born", part = "year" }]
"#;

type Row = Vec<String>;

fn run(spec: &OwnSpec, rows: &[(String, u32, Row)]) -> (OwnRecords, OwnRun) {
    let mut records = OwnRecords::new(spec);
    for (id, list, row) in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        records.push(id, *list, &cells).unwrap();
    }
    let run = link_own(&records, spec, &|_, _, _| {}).unwrap();
    (records, run)
}

/// By id: pairs with their bits, and which records share a cluster.
type Told = (Vec<(String, String, u64)>, Vec<(String, u32)>);

fn told((records, run): &(OwnRecords, OwnRun)) -> Told {
    let id = |i: u32| records.id(i).to_owned();
    let pairs = run.pairs.iter().zip(&run.pair_bits).map(|((a, b, _), bits)| (id(*a), id(*b), bits.to_bits()));
    let mut clusters: Vec<(String, u32)> = (0..).zip(&run.clusters).map(|(i, c)| (id(i), *c)).collect();
    clusters.sort();
    (pairs.collect(), clusters)
}

/// A cell of each kind of column, some that no reader reads.
fn cell(column: &str) -> BoxedStrategy<String> {
    let some = match column {
        "name" => "(ali|aly|Omar|omer|Zainab|zaynab|محمد|محمود) (hamwi|halabi|ahmad)",
        "town" => "(homs|hums|aleppo|hama)",
        "sex" => "(m|f)",
        "income" => "(100|104|1e3|-5|0|x|9e999)",
        "height" => "(170|171.5|181|1_0)",
        "born" => "(1980-02-0[1-9]|0[1-9]/02/1980|1981|soon)",
        "lat" => "(33.5|34.7|91)",
        "lon" => "(36.[1-3]|37.1|190)",
        "phones" => "(1|2|3;1|1;2;3|;|2;2)",
        "email" => "(ali|omar)@(a.org|b.net)|ali@|@",
        _ => "(SW1A [12]AA|sw1a2ab|M1 1AE|12345)",
    };
    prop_oneof![1 => Just(String::new()), 4 => proptest::string::string_regex(some).unwrap()].boxed()
}

fn rows() -> impl Strategy<Value = Vec<(String, u32, Row)>> {
    let spec = OwnSpec::parse(ALL).unwrap();
    let row = spec.columns().into_iter().map(cell).collect::<Vec<_>>();
    proptest::collection::vec((row, 0u32..3), 2..40)
        .prop_map(|rows| rows.into_iter().enumerate().map(|(i, (row, list))| (format!("r{i:03}"), list, row)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_run_depends_neither_on_the_order_of_records_nor_on_threads_and_its_evidence_is_finite(rows in rows(), seed: u64) {
        let spec = OwnSpec::parse(ALL).unwrap();
        let first = run(&spec, &rows);
        let mut turned = rows.clone();
        turned.sort_by_key(|(id, ..)| linkage_hash(seed, id));
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let second = alone.install(|| run(&spec, &turned));
        prop_assert_eq!(told(&first), told(&second));
        prop_assert_eq!(&first.1.levels, &second.1.levels);
        prop_assert!(first.1.pair_bits.iter().all(|bits| bits.is_finite()));
    }

    #[test]
    fn more_agreement_never_weighs_less(rows in rows()) {
        let spec = OwnSpec::parse(ALL).unwrap();
        let (_, run) = run(&spec, &rows);
        for two in run.levels.windows(2).filter(|two| two[0].comparison == two[1].comparison) {
            prop_assert!(two[0].match_weight_bits >= two[1].match_weight_bits, "{:?}", two);
        }
    }
}

/// Found by chance: 0.3 / 0.652… and 0.1 / 0.217… are equal, and as floating numbers are not.
#[test]
fn levels_that_weigh_the_same_but_for_rounding_are_in_order() {
    let spec = OwnSpec::parse(ALL).unwrap();
    let phones = spec.columns().iter().position(|column| *column == "phones").unwrap();
    let rows = ["1;2;3", "1", "1;2;3", "2;2", "1"].into_iter().enumerate().map(|(i, cell)| {
        let mut row = vec![String::new(); spec.columns().len()];
        cell.clone_into(&mut row[phones]);
        (format!("r{i:03}"), 0, row)
    });
    let (_, run) = run(&spec, &rows.collect::<Vec<_>>());
    let phones: Vec<f64> =
        run.levels.iter().filter(|level| level.comparison == "phones").map(|level| level.match_weight_bits).collect();
    assert!(phones.len() > 2 && phones.is_sorted_by(|more, less| more >= less), "{phones:?}");
}

fn linkage_hash(seed: u64, id: &str) -> u64 {
    id.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17))
}

fn with(column: &str, by: &str) -> OwnSpec {
    let at = match by {
        "exact" | "email" | "postcode" => String::new(),
        "shared" | "jaro_winkler" => "at = [1]".to_owned(),
        _ => "at = [1, 50]".to_owned(),
    };
    let columns = if by == "km" { format!("columns = [{column}]") } else { format!("column = {column}") };
    OwnSpec::parse(&format!(
        "spec = \"own\"\n[[comparisons]]\nname = \"it\"\n{columns}\nby = \"{by}\"\n{at}\n[[rules]]\nsame = [\"key\"]"
    ))
    .unwrap()
}

/// The weight of a pair that shares a key, less the prior; and the weights of all levels.
fn weight(by: &str, a: [&str; 2], b: [&str; 2]) -> (f64, Vec<f64>) {
    let mut spec = with(if by == "km" { "\"x\", \"y\"" } else { "\"x\"" }, by);
    (spec.prior_match_probability, spec.keep_probability) = (Some(0.5), 1e-9);
    let row = |cells: [&str; 2]| match by {
        "km" => vec![cells[0].to_owned(), cells[1].to_owned(), "k".to_owned()],
        _ => vec![cells[0].to_owned(), "k".to_owned()],
    };
    let (_, run) = run(&spec, &[("a".to_owned(), 0, row(a)), ("b".to_owned(), 1, row(b))]);
    (run.pair_bits[0], run.levels.iter().map(|level| level.match_weight_bits).collect())
}

#[test]
fn what_is_missing_or_cannot_be_read_weighs_nothing() {
    for (by, cell) in [
        ("exact", ["", ""]),
        ("levenshtein", ["unknown", ""]),
        ("number", ["many", ""]),
        ("percent", ["n/a", ""]),
        ("days", ["2013", ""]),
        ("km", ["34.7", ""]),
        ("km", ["95", "36"]),
        ("shared", [" ; ", ""]),
        ("email", ["nobody", ""]),
        ("postcode", ["12345", ""]),
    ] {
        assert_eq!(weight(by, cell, ["34.7", "36.1"]).0, 0.0, "{by} {cell:?}");
    }
}

#[test]
fn values_are_alike_as_far_as_their_measure_says() {
    for (by, a, b, level) in [
        ("exact", ["Ali  Hamwi", ""], ["ali hamwi", ""], 0),
        ("levenshtein", ["hama", ""], ["homs", ""], 2),
        ("damerau_levenshtein", ["hama", ""], ["haam", ""], 1),
        ("number", ["10", ""], ["11", ""], 1),
        ("percent", ["100", ""], ["70", ""], 2),
        ("days", ["2013-02-01", ""], ["02/02/2013", ""], 1),
        // Homs and Tartus, 75 km; two ends of one street.
        ("km", ["34.73", "36.72"], ["34.89", "35.89"], 3),
        ("km", ["34.73", "36.72"], ["34.735", "36.72"], 1),
        ("shared", ["1; 2", ""], ["2;3", ""], 0),
        ("email", ["ali@a.org", ""], ["ALI@b.net", ""], 1),
        ("email", ["ali@a.org", ""], ["omar@a.org", ""], 2),
        ("postcode", ["SW1A 1AA", ""], ["sw1a1aa", ""], 0),
        ("postcode", ["SW1A 1AA", ""], ["SW1A 1AB", ""], 1),
        ("postcode", ["SW1A 1AA", ""], ["SW1A 2AB", ""], 2),
        ("postcode", ["SW1A 1AA", ""], ["M1 1AE", ""], 3),
    ] {
        let (found, levels) = weight(by, a, b);
        assert!((found - levels[level]).abs() < 1e-12, "{by} {a:?} {b:?}: {found} of {levels:?}");
        assert_eq!(found, weight(by, b, a).0, "{by} is not symmetric");
    }
}

#[test]
fn specs_that_no_run_could_mean_are_refused_in_words() {
    let spec = |comparison: &str, rules: &str| format!("spec = \"own\"\n[[comparisons]]\n{comparison}\n{rules}");
    let rule = "[[rules]]\nsame = [\"a\"]";
    for (comparison, rules, why) in [
        ("column = \"a\"\nby = \"soundex\"", rule, "soundex"),
        ("column = \"a\"\nby = \"levenshtein\"", rule, "thresholds"),
        ("column = \"a\"\nby = \"levenshtein\"\nat = [2, 1]", rule, "from more to less"),
        ("column = \"a\"\nby = \"jaro_winkler\"\nat = [0.8, 0.9]", rule, "from more to less"),
        ("column = \"a\"\nby = \"jaro_winkler\"\nat = [1.5]", rule, "no threshold"),
        ("column = \"a\"\nby = \"number\"\nat = [nan]", rule, "no threshold"),
        ("column = \"a\"\nby = \"exact\"\nat = [1]", rule, "leave out at"),
        ("column = \"a\"\nby = \"km\"\nat = [1]", rule, "latitude"),
        ("columns = [\"a\"]\nby = \"km\"\nat = [1]", rule, "latitude"),
        ("by = \"exact\"", rule, "one column"),
        ("column = \"a\"\nby = \"days\"\nat = [1]\nterm_frequency = true", rule, "term frequencies"),
        ("column = \"a\"\nby = \"exact\"", "[[rules]]\nsame = []", "share something"),
        ("column = \"a\"\nby = \"exact\"", "", "rules"),
        ("column = \"a\"\nby = \"exact\"\nweight = 3", rule, "weight"),
        ("column = \"a\"\nby = \"exact\"\n[[comparisons]]\ncolumn = \"a\"\nby = \"exact\"", rule, "give one a name"),
    ] {
        let refused = OwnSpec::parse(&spec(comparison, rules)).unwrap_err().to_string();
        assert!(refused.contains(why) && refused.contains("nothing was linked"), "{refused}");
    }
}

#[test]
fn the_weights_are_found_and_the_persons_too() {
    // 600 persons, each twice; of every fourth the second record has a slip in the name.
    let spec = OwnSpec::parse(
        "spec = \"own\"\nrandom_pairs = 50000\n[[comparisons]]\ncolumn = \"name\"\nby = \"levenshtein\"\nat = [1, 2]\nterm_frequency = true\n\
         [[comparisons]]\ncolumn = \"born\"\nby = \"days\"\nat = [1, 400]\n[[comparisons]]\ncolumn = \"town\"\nby = \"exact\"\n\
         [[rules]]\nsame = [\"name\"]\n[[rules]]\nsame = [\"born\"]",
    )
    .unwrap();
    let mut rows = Vec::new();
    for person in 0..600u32 {
        let drawn = |what: &str, of: u64| linkage_hash(7, &format!("{what} {person}")) / 7919 % of;
        let name =
            format!("{} {}", ["ali", "omar", "zaid", "huda", "rima"][drawn("name", 5) as usize], drawn("family", 1000));
        let born = format!("19{}-{:02}-{:02}", 40 + drawn("year", 60), 1 + drawn("month", 12), 1 + drawn("day", 28));
        let town = format!("t{}", drawn("town", 20));
        for copy in 0..2 {
            let name = if copy == 1 && person % 4 == 0 { name.replacen('a', "e", 1) } else { name.clone() };
            rows.push((format!("{person:04}-{copy}"), copy, vec![name, born.clone(), town.clone()]));
        }
    }
    let (records, run) = run(&spec, &rows);
    let person = |i: u32| records.id(i)[..4].to_owned();
    let found = run.pairs.iter().filter(|pair| pair.2 >= 0.5);
    let right = found.clone().filter(|(a, b, _)| person(*a) == person(*b)).count();
    assert!(right >= 590 && found.count() <= right + 30, "{right} right of {} kept", run.pairs.len());
    let share = run.prior_match_probability * (1200.0 * 1199.0 / 2.0);
    assert!((500.0..700.0).contains(&share), "{share} matches expected");
}

#[test]
fn pairs_of_one_list_are_left_where_lists_alone_are_linked() {
    let mut spec = OwnSpec::parse(ALL).unwrap();
    spec.link_only = true;
    let row = |list: u32, id: &str| (id.to_owned(), list, vec!["ali hamwi".to_owned(); 12]);
    let (_, run) = run(&spec, &[row(0, "a"), row(0, "b"), row(1, "c")]);
    assert_eq!(run.compared_pairs, 2);
}

/// People of whom none is listed twice, with these cells: name, e-mail, day of birth, sex, income.
fn strangers(cells: impl Fn(u32) -> [String; 5]) -> (OwnRecords, OwnRun) {
    let spec = OwnSpec::parse(
        "spec = \"own\"\n[[comparisons]]\ncolumn = \"name\"\nby = \"jaro_winkler\"\nat = [0.92]\n\
         [[comparisons]]\ncolumn = \"email\"\nby = \"exact\"\n[[comparisons]]\ncolumn = \"born\"\nby = \"days\"\nat = [1]\n\
         [[comparisons]]\ncolumn = \"sex\"\nby = \"exact\"\n[[comparisons]]\ncolumn = \"income\"\nby = \"percent\"\nat = [5]\n\
         [[rules]]\nsame = [\"name\"]\n[[rules]]\nsame = [\"email\"]\n[[rules]]\nsame = [\"born\"]",
    )
    .unwrap();
    let rows: Vec<_> = (0..900).map(|i| (format!("p{i:04}"), 0, cells(i).to_vec())).collect();
    run(&spec, &rows)
}

fn drawn(what: &str, i: u32, of: u64) -> u64 {
    linkage_hash(11, &format!("{what} {i}")) / 7919 % of
}

fn usual(i: u32) -> [String; 5] {
    let day = |what: &str, of: u64| 1 + drawn(what, i, of);
    [
        format!("invented{} invented{}", drawn("given", i, 30), drawn("family", i, 30)),
        format!("n{i}@a.org"),
        format!("19{}-{:02}-{:02}", 30 + day("year", 60), day("month", 12), day("day", 28)),
        ["m", "f"][drawn("sex", i, 2) as usize].to_owned(),
        (1000 + drawn("income", i, 5000)).to_string(),
    ]
}

#[test]
fn values_that_many_bear_say_nothing_and_are_told_and_categories_are_none() {
    let (_, run) = strangers(usual);
    assert!(!run.warnings.iter().any(|w| w.contains("of the records bear")), "{:?}", run.warnings);
    let some = |column: usize, value: &'static str, one_of: u32| {
        move |i: u32| {
            let mut row = usual(i);
            if i.is_multiple_of(one_of) {
                value.clone_into(&mut row[column]);
            }
            row
        }
    };
    for (column, value, one_of, told) in [
        (1, "None@none.org", 4, "25 % of the records bear \"none@none.org\" as email"),
        (1, "n/a@none.org", 1, "100 % of the records bear \"n/a@none.org\" as email"),
        (2, "01/01/1900", 3, "33 % of the records bear \"1900-01-01\" as born"),
        (0, "invented one", 5, "20 % of the records bear \"invented one\" as name"),
        (4, "0", 2, "50 % of the records bear \"0\" as income"),
        (3, "m", 1, "100 % of the records bear \"m\" as sex"),
    ] {
        let (_, run) = strangers(some(column, value, one_of));
        assert!(run.warnings.iter().any(|w| w.starts_with(told)), "{told}: {:?}", run.warnings);
        let joined = run.pairs.iter().filter(|pair| pair.2 >= 0.5).count();
        assert!(joined <= 3, "{told}: {joined} pairs are joined");
    }
}

#[test]
fn a_column_without_any_value_is_told() {
    let (_, run) = strangers(|i| {
        let mut row = usual(i);
        (row[1], row[4]) = (String::new(), "unknown".to_owned());
        row
    });
    for column in ["email", "income"] {
        let told = format!("{column}: no record bears a value");
        assert!(run.warnings.iter().any(|w| w.starts_with(&told)), "{:?}", run.warnings);
    }
    assert!(!run.warnings.iter().any(|w| w.starts_with("name: no record")));
}

#[test]
fn households_that_training_takes_for_matches_are_told_and_joined_with_nobody() {
    let spec = OwnSpec::parse(
        "spec = \"own\"\n[[comparisons]]\ncolumn = \"name\"\nby = \"exact\"\n\
         [[comparisons]]\ncolumn = \"born\"\nby = \"days\"\nat = [1]\n[[comparisons]]\ncolumn = \"town\"\nby = \"exact\"\n\
         [[rules]]\nsame = [\"phone\"]",
    )
    .unwrap();
    let row = |i: u32| {
        let [name, _, born, ..] = usual(i);
        (format!("p{i:04}"), 0, vec![name, born, format!("t{}", drawn("town", i / 3, 40)), format!("0{}", i / 3)])
    };
    let (_, run) = run(&spec, &(0..900).map(row).collect::<Vec<_>>());
    assert!(run.warnings.iter().any(|w| w.starts_with("training went wrong")), "{:?}", run.warnings);
    assert!(run.pairs.iter().filter(|pair| pair.2 >= 0.5).count() <= 3, "{:?}", run.pairs);
}
