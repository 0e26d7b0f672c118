//! Long lists cut into parts, so that a page of theirs opens on any telephone, and one change remakes one part alone.
//!
//! Which part a person is in depends on her id and on nobody else: a list that grows keeps its parts until their number
//! doubles, and then each is split in two.

use domain::PersonId;

/// Longest list that stands whole on one page, and the mean length beyond which parts are split.
pub(crate) const ROWS_A_PART: usize = 250;

/// Where a person is among all persons of the data set: lists are many, and most persons are in dozens of them.
pub(crate) type Nth = u32;

/// Persons in parts; in the order of their ids within each.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    pub parts: Vec<Vec<Nth>>,
}

impl Listed {
    /// Of persons in the order of their ids, each with its [`mark`].
    pub fn new(persons: Vec<Nth>, mark: impl Fn(Nth) -> u64) -> Self {
        let n_parts = persons.len().div_ceil(ROWS_A_PART).next_power_of_two();
        if n_parts == 1 {
            return Self { parts: vec![persons] };
        }
        let mut parts = vec![Vec::new(); n_parts];
        for nth in persons {
            parts[(mark(nth) % n_parts as u64) as usize].push(nth);
        }
        Self { parts }
    }

    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = Nth> + '_ {
        self.parts.iter().flatten().copied()
    }
}

/// A hash of the id (FNV-1a of 64 bits), whose last bits are the part of a list that she is in.
pub(crate) fn mark(id: &PersonId) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    id.as_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// True where persons by party stand whole on one page.
pub(crate) fn is_short<'l>(lists: impl IntoIterator<Item = &'l Listed>) -> bool {
    lists.into_iter().map(Listed::len).sum::<usize>() <= ROWS_A_PART
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(n: Nth) -> Listed {
        let mark = |nth: Nth| mark(&PersonId::new(format!("p-{nth:06}")).unwrap());
        Listed::new((0..n).collect(), mark)
    }

    #[test]
    fn a_list_that_grows_by_one_changes_one_part() {
        let (before, after) = (listed(3_500), listed(3_501));
        assert_eq!((before.parts.len(), after.parts.len()), (16, 16));
        let changed = before.parts.iter().zip(&after.parts).filter(|(a, b)| a.len() != b.len()).count();
        assert_eq!(changed, 1);
        assert_eq!((before.len(), after.iter().count()), (3_500, 3_501));
        let longest = after.parts.iter().map(Vec::len).max().unwrap();
        assert!(longest < 2 * ROWS_A_PART, "a part of {longest} persons");
    }

    #[test]
    fn a_list_that_doubles_splits_each_part_in_two() {
        let (before, after) = (listed(4_000), listed(4_500));
        assert_eq!((before.parts.len(), after.parts.len()), (16, 32));
        for (at, part) in before.parts.iter().enumerate() {
            let halves: Vec<Nth> = after.parts[at].iter().chain(&after.parts[at + 16]).copied().collect();
            assert!(part.iter().all(|nth| halves.contains(nth)));
        }
    }

    #[test]
    fn a_short_list_is_whole() {
        let list = listed(ROWS_A_PART as Nth);
        assert_eq!(list.parts.len(), 1);
        assert!(is_short([&list]) && !is_short([&list, &list]));
    }
}
