//! Decomposable graphs on a few lists: their cliques and separators.

/// Sets of lists as masks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decomposable {
    pub cliques: Vec<u64>,
    /// Those that are not empty. Cliques less separators is the number of parts that are not connected.
    pub separators: Vec<u64>,
}

impl Decomposable {
    pub fn parts(&self) -> usize {
        self.cliques.len() - self.separators.len()
    }
    pub fn is_complete(&self) -> bool {
        self.cliques.len() == 1
    }
    /// The cliques, as in `123|134`: lists numbered from 1.
    pub fn name(&self) -> String {
        let digits =
            |mask: &u64| (0..64u32).filter(|i| mask >> i & 1 == 1).map(|i| (i + 1).to_string()).collect::<String>();
        self.cliques.iter().map(digits).collect::<Vec<_>>().join("|")
    }
}

/// Takes away, one by one, a list whose neighbours are all neighbours of one another. `None` where there comes to be none:
/// the graph is not decomposable.
fn cliques(neighbours: &[u64]) -> Option<Vec<u64>> {
    let mut left = (1u64 << neighbours.len()) - 1;
    let mut found: Vec<u64> = Vec::new();
    while left != 0 {
        let members = |mask: u64| (0..neighbours.len()).filter(move |i| mask >> i & 1 == 1);
        let simplicial = members(left).find(|v| {
            let around = neighbours[*v] & left;
            members(around).all(|w| around & !(1 << w) & !neighbours[w] == 0)
        })?;
        let clique = 1 << simplicial | (neighbours[simplicial] & left);
        if !found.iter().any(|other| clique & other == clique) {
            found.push(clique);
        }
        left &= !(1 << simplicial);
    }
    found.sort_unstable_by_key(|mask| mask.reverse_bits());
    found.reverse();
    Some(found)
}

/// The overlaps along a spanning forest of the cliques that overlaps most.
fn separators(cliques: &[u64]) -> Vec<u64> {
    let mut edges: Vec<(u32, usize, usize)> = Vec::new();
    for i in 0..cliques.len() {
        for j in i + 1..cliques.len() {
            let size = (cliques[i] & cliques[j]).count_ones();
            if size > 0 {
                edges.push((size, i, j));
            }
        }
    }
    edges.sort_by_key(|(size, i, j)| (u32::MAX - size, *i, *j));
    let mut tree: Vec<usize> = (0..cliques.len()).collect();
    let mut found = Vec::new();
    for (_, i, j) in edges {
        let (from, to) = (tree[i], tree[j]);
        if from != to {
            tree.iter_mut().filter(|at| **at == from).for_each(|at| *at = to);
            found.push(cliques[i] & cliques[j]);
        }
    }
    found
}

/// Every decomposable graph on so many lists, the complete one among them.
pub(super) fn decomposable(lists: usize) -> Vec<Decomposable> {
    let pairs: Vec<(usize, usize)> = (0..lists).flat_map(|i| (i + 1..lists).map(move |j| (i, j))).collect();
    let graph = |edges: u64| {
        let mut neighbours = vec![0u64; lists];
        for (_, (i, j)) in pairs.iter().enumerate().filter(|(e, _)| edges >> e & 1 == 1) {
            neighbours[*i] |= 1 << j;
            neighbours[*j] |= 1 << i;
        }
        let cliques = cliques(&neighbours)?;
        Some(Decomposable { separators: separators(&cliques), cliques })
    };
    (0..1u64 << pairs.len()).filter_map(graph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_decomposable_graphs_as_the_literature_counts() {
        assert_eq!([3, 4, 5, 6].map(|lists| decomposable(lists).len()), [8, 61, 822, 18_154]);
    }

    #[test]
    fn two_cliques_that_share_two_lists_have_these_as_their_separator() {
        let two = decomposable(4).into_iter().find(|g| g.name() == "123|134").unwrap();
        assert_eq!((two.separators.as_slice(), two.parts()), ([0b0101].as_slice(), 1));
    }
}
