//! The reader as adversary: she adds and subtracts whatever the tables of all choices of sources print.

use domain::count::{Attribution, Stratum, TallyCell};
use domain::{PartyCode, Sex};

use super::super::Suppressed;
use super::*;

const MINIMUM: u64 = 5;
const LISTS: [&str; 4] = ["a", "b", "c", "d"];

/// The tally of a choice of lists (bits), of persons by the lists that they are on.
fn tally(persons: &BTreeMap<u64, u64>, choice: u64) -> Tally {
    let lists: Vec<usize> = (0..LISTS.len()).filter(|bit| choice >> bit & 1 == 1).collect();
    let mut by: BTreeMap<u64, u64> = BTreeMap::new();
    for (on, n) in persons {
        let pattern = lists.iter().enumerate().filter(|(_, list)| on >> **list & 1 == 1).map(|(bit, _)| 1 << bit).sum();
        *by.entry(pattern).or_default() += n;
    }
    by.remove(&0);
    let stratum = Stratum {
        attribution: Attribution::Party(PartyCode::new("isis").unwrap()),
        month: None,
        place: None,
        sex: Some(Sex::Male),
        age_class: None,
        civilian: None,
        act: None,
    };
    Tally {
        lists: lists.into_iter().map(|list| SourceId::new(LISTS[list]).unwrap()).collect(),
        cells: by
            .into_iter()
            .map(|(inclusion_pattern, n_documented)| TallyCell {
                stratum: stratum.clone(),
                inclusion_pattern,
                n_documented,
            })
            .collect(),
    }
}

fn rank(mut rows: Vec<Vec<f64>>) -> usize {
    let mut rank = 0;
    for column in 0..rows.first().map_or(0, Vec::len) {
        let by_size = |a: &usize, b: &usize| rows[*a][column].abs().total_cmp(&rows[*b][column].abs());
        let Some(pivot) = (rank..rows.len()).max_by(by_size).filter(|r| rows[*r][column].abs() > 1e-9) else {
            continue;
        };
        rows.swap(rank, pivot);
        let lead = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(value, of)| *value -= factor * of);
        }
        rank += 1;
    }
    rank
}

/// Small counts, hidden in their own table, that follow from what all tables print together with the number of persons on each
/// list, and not from these numbers alone, which nobody can hold back. Written over persons by all four lists, which no table prints
/// as such, so that it is another reasoning than the one under test.
fn given_away(
    persons: &BTreeMap<u64, u64>,
    tallies: &[(TrustSetId, Tally)],
    choices: &[u64],
    held: &[Suppressed],
) -> Vec<String> {
    let kinds: Vec<u64> = persons.keys().copied().collect();
    let (mut printed, mut small) = (Vec::new(), Vec::new());
    for (((id, tally), choice), held) in tallies.iter().zip(choices).zip(held) {
        let row =
            |is_in: &dyn Fn(u64) -> bool| kinds.iter().map(|on| f64::from(u8::from(is_in(*on)))).collect::<Vec<_>>();
        let mut counts =
            vec![(Count::All, tally.cells.iter().map(|c| c.n_documented).sum(), row(&|on| on & choice != 0))];
        for cell in &tally.cells {
            let is_in = |on: u64| {
                let all: Vec<SourceId> = LISTS.iter().map(|l| SourceId::new(*l).unwrap()).collect();
                seen_by(on, &all, &tally.lists) == cell.inclusion_pattern
            };
            counts.push((Count::Pattern(cell.inclusion_pattern), cell.n_documented, row(&is_in)));
        }
        for (count, n, row) in counts {
            match held.holds(&count) {
                false => printed.push(row),
                true if n < MINIMUM => small.push((format!("{id} {count:?} {n}"), row)),
                true => {}
            }
        }
    }
    let on_list = |bit: usize| kinds.iter().map(|on| f64::from(u8::from(on >> bit & 1 == 1))).collect::<Vec<_>>();
    let lists: Vec<Vec<f64>> = (0..LISTS.len()).map(on_list).collect();
    printed.extend(lists.iter().cloned());
    let follows = |from: &[Vec<f64>], row: &Vec<f64>| {
        rank(from.iter().cloned().chain([row.clone()]).collect()) == rank(from.to_vec())
    };
    let given = small.into_iter().filter(|(_, row)| follows(&printed, row) && !follows(&lists, row));
    given.map(|(name, _)| name).collect()
}

fn tallies(persons: &BTreeMap<u64, u64>, choices: &[u64]) -> Vec<(TrustSetId, Tally)> {
    choices
        .iter()
        .map(|choice| (TrustSetId::new(format!("choice-{choice}")).unwrap(), tally(persons, *choice)))
        .collect()
}

fn held(tallies: &[(TrustSetId, Tally)]) -> Vec<Suppressed> {
    let mut held = Suppressed::of_all(tallies, MINIMUM);
    tallies.iter().map(|(id, _)| held.remove(id).unwrap()).collect()
}

#[test]
fn what_one_table_of_patterns_hides_is_not_found_from_the_others() {
    // Everybody's table hides the three on list a alone beside the twenty on a and c; the choice of a and b prints the 23
    // that are on a and not b, and the choice of a and d the 20 with another table's help.
    let persons = BTreeMap::from([(0b0001, 3), (0b0101, 20), (0b0010, 40), (0b0011, 30), (0b1001, 25), (0b1010, 60)]);
    let choices = [0b1111, 0b0011, 0b1001, 0b0101];
    let tallies = tallies(&persons, &choices);
    assert_eq!(given_away(&persons, &tallies, &choices, &held(&tallies)), Vec::<String>::new());
    // The check itself can fail: each table alone hides too little.
    let alone: Vec<Suppressed> = tallies.iter().flat_map(|one| held(std::slice::from_ref(one))).collect();
    assert!(!given_away(&persons, &tallies, &choices, &alone).is_empty());
}

#[test]
fn one_person_on_a_list_is_not_found_from_the_sizes_of_the_lists() {
    // 43, 22 and 15 rows, as the public log tells: 14, 15 and 7 printed would leave one person whom list c bears alone.
    let persons = BTreeMap::from([(0b001, 14), (0b011, 15), (0b100, 1), (0b101, 7), (0b111, 7)]);
    let choices = [0b111, 0b011];
    let tallies = tallies(&persons, &choices);
    let held = held(&tallies);
    assert_eq!(given_away(&persons, &tallies, &choices, &held), Vec::<String>::new());
    assert!(held[0].holds(&Count::Pattern(0b100)) && !held[0].holds(&Count::Pattern(0b011)), "{:?}", held[0]);
    // A list that bears three alone is known to, whatever is held back: one more count hides it in the table, and no other.
    let persons = BTreeMap::from([(0b001, 40), (0b010, 50), (0b100, 3)]);
    let choices = [0b111];
    let tallies = self::tallies(&persons, &choices);
    assert!(!self::held(&tallies)[0].holds(&Count::Pattern(0b010)));
}

#[test]
fn no_small_count_follows_from_all_tables_of_many_made_up_releases() {
    let mut state = 20_190_301_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut n_small, mut n_alone) = (0, 0);
    for _ in 0..400 {
        let persons: BTreeMap<u64, u64> = (1..16)
            .map(|on| (on, if next(3) == 0 { next(MINIMUM) } else { next(60) }))
            .filter(|(_, n)| *n > 0)
            .collect();
        let mut choices = vec![0b1111];
        while choices.len() < 5 {
            let choice = 1 + next(14);
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let tallies = tallies(&persons, &choices);
        let held = held(&tallies);
        let found = given_away(&persons, &tallies, &choices, &held);
        assert!(found.is_empty(), "{found:?} of {persons:?} under {choices:?}");
        n_small += tallies.iter().flat_map(|(_, t)| &t.cells).filter(|c| c.n_documented < MINIMUM).count();
        let alone: Vec<Suppressed> = tallies.iter().flat_map(|one| self::held(std::slice::from_ref(one))).collect();
        n_alone += usize::from(!given_away(&persons, &tallies, &choices, &alone).is_empty());
    }
    // The releases are such that there is something to hide, and that hiding table by table is not enough.
    assert!(n_small > 1_000 && n_alone > 100, "{n_small} small counts, {n_alone} releases given away table by table");
}
