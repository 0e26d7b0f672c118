//! Of persons that reviewers' links bind: which of their records the evidence alone holds together. A link joins two such parts whole,
//! whatever their records say of each other; so only within a part is a record weighed against the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::criterion::Criterion;
use crate::cluster::{Evidence, cluster};
use crate::memo::Memo;
use crate::rescore::PairScorer;
use crate::run::{Known, LinkRun};

/// For each record of the run, by input position, the part of its person that it belongs to: 0 where no link binds the person.
/// `order` are the positions in id order, `known` decisions by place in it, `list` is of an input position.
pub(crate) fn parts(
    run: &LinkRun,
    scorer: &PairScorer,
    (order, known): (&[u32], &Known),
    list: &(dyn Fn(u32) -> u32 + Sync),
    criterion: Criterion,
) -> Vec<u32> {
    let mut out = vec![0; order.len()];
    let person = |place: u32| run.clusters[order[place as usize] as usize];
    let held = known.links.iter().filter(|(a, b)| person(*a) == person(*b));
    let bound: BTreeSet<u32> = held.map(|(a, _)| person(*a)).collect();
    // In id order, as the run joined them.
    let members: Vec<u32> = (0..order.len() as u32).filter(|place| bound.contains(&person(*place))).collect();
    let number: BTreeMap<u32, u32> = (0..).zip(&members).map(|(i, place)| (order[*place as usize], i)).collect();
    let both = |a: u32, b: u32| {
        let (x, y) = (*number.get(&a)?, *number.get(&b)?);
        (run.clusters[a as usize] == run.clusters[b as usize]).then_some((x.min(y), x.max(y)))
    };
    let pairs = run.pairs.iter().zip(&run.pair_bits);
    let mut pairs: Vec<(u32, u32, f64)> =
        pairs.filter_map(|(&(a, b, _), &bits)| both(a, b).map(|(x, y)| (x, y, bits))).collect();
    pairs.sort_unstable_by_key(|&(a, b, _)| (a, b));
    let input = |i: u32| order[members[i as usize] as usize];
    let non_links = known.non_links.iter().filter_map(|&(a, b)| both(order[a as usize], order[b as usize]));
    let non_links: Vec<(u32, u32)> = non_links.collect();
    let evidence = Evidence {
        pairs: &pairs,
        links: &[],
        non_links: &non_links,
        score: &|a: u32, b: u32, _: &mut Memo| scorer.bits(input(a), input(b)),
        list: &|i: u32| list(input(i)),
        content: &u64::from,
        criterion,
    };
    for (i, first) in (0..).zip(cluster(members.len(), &evidence)) {
        out[input(i) as usize] = first;
    }
    out
}
