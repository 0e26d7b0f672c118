//! Long lists cut into parts, so that a page of theirs opens on any telephone, and one change remakes one part alone.
//!
//! Which part a person is in depends on her id and on nobody else: a list that grows keeps its parts until their number
//! doubles, and then each is split in two.

use domain::{Person, PersonId};

/// Longest list that stands whole on one page, and the mean length beyond which parts are split.
pub(crate) const ROWS_A_PART: usize = 250;

/// A person of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'a> {
    pub person: &'a Person,
    /// Where she is among all persons of the data set.
    pub nth: usize,
    /// Of [`mark`].
    pub mark: u64,
}

/// Persons in parts; in the order of their ids within each.
#[derive(Debug, Default)]
pub(crate) struct Listed<'a> {
    pub parts: Vec<Vec<Member<'a>>>,
}

impl<'a> Listed<'a> {
    /// Of persons in the order of their ids.
    pub fn new(persons: Vec<Member<'a>>) -> Self {
        let n_parts = persons.len().div_ceil(ROWS_A_PART).next_power_of_two();
        if n_parts == 1 {
            return Self { parts: vec![persons] };
        }
        let mut parts = vec![Vec::new(); n_parts];
        for member in persons {
            parts[(member.mark % n_parts as u64) as usize].push(member);
        }
        Self { parts }
    }

    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    pub fn members(&self) -> impl Iterator<Item = &Member<'a>> + '_ {
        self.parts.iter().flatten()
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a Person> + '_ {
        self.members().map(|member| member.person)
    }
}

/// A hash of the id (FNV-1a of 64 bits), whose last bits are the part of a list that she is in.
pub(crate) fn mark(id: &PersonId) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    id.as_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// True where persons by party stand whole on one page.
pub(crate) fn is_short<'l, 'a: 'l>(lists: impl IntoIterator<Item = &'l Listed<'a>>) -> bool {
    lists.into_iter().map(Listed::len).sum::<usize>() <= ROWS_A_PART
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persons(n: usize) -> Vec<Person> {
        let person = |k: usize| Person::from_records(PersonId::new(format!("p-{k:06}")).unwrap(), &[], |_| true);
        (0..n).map(person).collect()
    }

    fn members(persons: &[Person]) -> Vec<Member<'_>> {
        let member = |(nth, person): (usize, _)| Member { person, nth, mark: mark(&person.id) };
        persons.iter().enumerate().map(member).collect()
    }

    #[test]
    fn a_list_that_grows_by_one_changes_one_part() {
        let all = persons(3_501);
        let before = Listed::new(members(&all[..3_500]));
        let after = Listed::new(members(&all));
        assert_eq!((before.parts.len(), after.parts.len()), (16, 16));
        let changed = before.parts.iter().zip(&after.parts).filter(|(a, b)| a.len() != b.len()).count();
        assert_eq!(changed, 1);
        assert_eq!((before.len(), after.iter().count()), (3_500, 3_501));
        let longest = after.parts.iter().map(Vec::len).max().unwrap();
        assert!(longest < 2 * ROWS_A_PART, "a part of {longest} persons");
    }

    #[test]
    fn a_list_that_doubles_splits_each_part_in_two() {
        let all = persons(4_500);
        let (before, after) = (Listed::new(members(&all[..4_000])), Listed::new(members(&all)));
        assert_eq!((before.parts.len(), after.parts.len()), (16, 32));
        for (at, part) in before.parts.iter().enumerate() {
            let halves: Vec<&PersonId> =
                after.parts[at].iter().chain(&after.parts[at + 16]).map(|m| &m.person.id).collect();
            assert!(part.iter().all(|m| halves.contains(&&m.person.id)));
        }
    }

    #[test]
    fn a_short_list_is_whole() {
        let all = persons(ROWS_A_PART);
        let list = Listed::new(members(&all));
        assert_eq!(list.parts.len(), 1);
        assert!(is_short([&list]) && !is_short([&list, &list]));
    }
}
