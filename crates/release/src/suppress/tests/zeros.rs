//! The reader as adversary: which zeros are printed, and what she learns of those whom a total counts that is held back.

use super::*;
use domain::{AgeClass, PlaceCode};

const MINIMUM: u64 = 5;

fn person(party: &str, place: &str, sex: Sex, age: AgeClass, n: u64) -> TallyCell {
    let mut found = cell(party, sex, 1, n);
    found.stratum.place = Some(PlaceCode::new(place).unwrap());
    found.stratum.age_class = Some(age);
    found
}

fn system_of(cells: Vec<TallyCell>) -> System {
    let tally = Tally { lists: vec![SourceId::new("a").unwrap()], cells };
    let tallies = [(TrustSetId::new("everyone").unwrap(), tally)];
    let held = Suppressed::of_all(&tallies, MINIMUM).remove(&tallies[0].0).unwrap();
    let mut system = System::new(&tallies[0].1);
    system.missing = system.counts.iter().map(|(count, _)| held.holds(count)).collect();
    system
}

/// The most that each count can be for somebody who knows the printed ones and that none is negative: bounds are drawn
/// closer from sum to sum until none moves.
fn most(system: &System) -> Vec<u64> {
    let known = |at: usize| !system.missing[at];
    let bound = |unknown: &dyn Fn(&Count) -> u64| -> Vec<u64> {
        let counts = system.counts.iter().enumerate();
        counts.map(|(at, (count, n))| if known(at) { *n } else { unknown(count) }).collect()
    };
    // Rows are there only with somebody in them.
    let mut low = bound(&|count| u64::from(!matches!(count, Count::Cell(..))));
    let mut high = bound(&|_| 1_000_000);
    loop {
        let before = (low.clone(), high.clone());
        for sum in &system.sums {
            let total = |of: &[u64]| sum.parts.iter().map(|p| of[*p]).sum::<u64>();
            high[sum.total] = high[sum.total].min(total(&high));
            low[sum.total] = low[sum.total].max(total(&low));
            for part in &sum.parts {
                high[*part] = high[*part].min(high[sum.total].saturating_sub(total(&low) - low[*part]));
                low[*part] = low[*part].max(low[sum.total].saturating_sub(total(&high) - high[*part]));
            }
        }
        if before == (low.clone(), high.clone()) {
            return high;
        }
    }
}

/// Totals held back of which the reader knows that everybody is in one part, though there are others.
fn told_of_all(system: &System) -> Vec<&Count> {
    let most = most(system);
    let held = system.sums.iter().filter(|sum| system.missing[sum.total] && sum.parts.len() > 1);
    let told = held.filter(|sum| sum.parts.iter().filter(|part| most[**part] > 0).count() < 2);
    told.map(|sum| &system.counts[sum.total].0).collect()
}

#[test]
fn two_girls_are_not_known_for_girls_by_the_zeros_beside_them() {
    let (adult, child) = (AgeClass::Adult, AgeClass::Child);
    let system = system_of(vec![
        // The government's only two in Idlib, and all the girls.
        person("syrian_regime", "SY07", Sex::Female, child, 2),
        person("syrian_regime", "SY02", Sex::Male, adult, 40),
        person("isis", "SY02", Sex::Male, adult, 30),
        person("isis", "SY11", Sex::Male, adult, 20),
        person("sdf", "SY11", Sex::Male, adult, 25),
    ]);
    let at = |count: Count| system.counts.iter().position(|(c, _)| *c == count).unwrap();
    for (dimension, value) in [(Dimension::Place, "SY07"), (Dimension::Sex, "female"), (Dimension::Age, "child")] {
        assert!(system.missing[at(Count::Row(dimension, value.into()))]);
        for party in ["syrian_regime", "isis", "sdf"] {
            assert!(system.missing[at(Count::Cell(dimension, value.into(), party.into()))], "{value} {party}");
        }
    }
    assert_eq!(told_of_all(&system), [] as [&Count; 0]);
    // Zeros between totals that are printed speak of many, and stand.
    assert!(!system.missing[at(Count::Cell(Dimension::Place, "SY02".into(), "sdf".into()))]);
}

#[test]
fn of_nobody_whom_a_total_held_back_counts_is_it_known_that_all_are_of_one_party_sex_or_place() {
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut held, mut zeros) = (0, 0);
    for _ in 0..300 {
        let cells = (0..3 + next(9)).map(|_| {
            let party = ["syrian_regime", "isis", "sdf", "coalition"][next(4) as usize];
            let place = ["SY02", "SY07", "SY11", "SY09"][next(4) as usize];
            let sex = [Sex::Male, Sex::Male, Sex::Female][next(3) as usize];
            let age = [AgeClass::Adult, AgeClass::Adult, AgeClass::Child][next(3) as usize];
            let n = if next(3) == 0 { 1 + next(4) } else { 5 + next(40) };
            person(party, place, sex, age, n)
        });
        let system = system_of(cells.collect());
        assert_eq!(told_of_all(&system), [] as [&Count; 0], "{:?}", system.counts);
        for sum in &system.sums {
            let is_zero = |part: &&usize| !system.missing[**part] && system.counts[**part].1 == 0;
            let printed = sum.parts.iter().filter(is_zero).count();
            assert!(printed == 0 || !system.missing[sum.total], "{:?}", system.counts[sum.total]);
            zeros += printed;
            held += usize::from(system.missing[sum.total]);
        }
    }
    assert!(held > 300 && zeros > 1_000, "{held} totals held back, {zeros} zeros printed: too few to say anything");
}
