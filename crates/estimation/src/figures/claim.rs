//! A quoted share held against what every source printed.

use domain::claim::{Claim, ClaimAnswer, ShareOfFigures, Verdict};
use domain::{Figure, PartyTable, Period, Source, SourceId};

use super::page::{Page, pages};
use super::share::{is_about_all_killed, is_of, merged, merged_reasons, no_share, shares};

/// Whether numerator / denominator, in percent, rounds to the quoted number with the decimals that it is quoted with:
/// 11 is 10.5 up to, but not including, 11.5; 11.1 is 11.05 up to 11.15. Computed in whole numbers.
fn gives(quoted: f64, share: &ShareOfFigures) -> bool {
    let text = format!("{quoted}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let scale = u32::try_from(decimals.len()).ok().and_then(|n| 10i128.checked_pow(n));
    let (Some(scale), Ok(quoted)) = (scale, format!("{whole}{decimals}").parse::<i128>()) else { return false };
    let (n, d) = (i128::from(share.numerator), i128::from(share.denominator));
    let product = |a: i128, b: i128| a.checked_mul(b);
    let Some(twice) = product(200, scale).and_then(|x| product(x, n)) else { return false };
    match (product(2 * quoted - 1, d), product(2 * quoted + 1, d)) {
        (Some(low), Some(high)) => low <= twice && twice < high,
        _ => false,
    }
}

const LONGEST_NEARBY_DAYS: i32 = 366;

fn days(period: &Period) -> i32 {
    period.start().until(period.end()).map_or(i32::MAX, |span| span.get_days().saturating_add(1))
}

/// The months (or years) before and after, and what contains the period or lies in it, up to a year long.
fn is_nearby(period: &Period, other: &Period) -> bool {
    if period == other {
        return false;
    }
    let beside = match (period.as_month(), other.as_month(), period.as_year(), other.as_year()) {
        (Some(a), Some(b), ..) => a.next() == Some(b) || a.previous() == Some(b),
        (_, _, Some(a), Some(b)) => a.abs_diff(b) == 1,
        _ => false,
    };
    let around = other.contains(period) && days(other) <= LONGEST_NEARBY_DAYS;
    let inside = period.contains(other) && other.as_month().is_none();
    beside || around || inside
}

/// Holds a claim against the figures. Only those killed in a whole country are compared.
///
/// The verdict is about the party as claimed; a share of a wider group (ISIS with HTS) is shown, but does not make a claim
/// about ISIS true. A source that is not in `sources` still answers with its figures. `other_sources` begins with the share
/// nearest to the quoted one. Decimals are those of the shortest way to write the number: 11.0 is read as 11.
pub fn check_claim(figures: &[Figure], claim: &Claim, parties: &PartyTable, sources: &[Source]) -> ClaimAnswer {
    let pages: Vec<Page> = pages(figures).into_iter().filter(is_about_all_killed).collect();
    let of = |chosen: &dyn Fn(&Page) -> bool| {
        merged(pages.iter().filter(|p| chosen(p)).flat_map(|p| shares(p, &claim.party, parties)).collect())
    };
    let named = claim.attributed_to.as_ref();
    // A copier of the named source's figures is no other source.
    let copies = |source: &SourceId| {
        let known = sources.iter().find(|s| s.id == *source);
        known.zip(named).is_some_and(|(known, named)| known.derives_from.contains(named))
    };
    let is_named = |page: &Page| named.is_none_or(|id| page.source == id);
    let is_other = |page: &Page| !is_named(page) && !copies(page.source);
    let same_period = |page: &Page| page.period == claim.period;

    let printed_by_source = of(&|page| is_named(page) && same_period(page));
    let mut other_sources = of(&|page| is_other(page) && same_period(page));
    let distance = |share: &ShareOfFigures| (share.percent - claim.percent).abs();
    other_sources.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let (mut same_source_nearby, mut same_source_elsewhere) = (Vec::new(), Vec::new());
    if named.is_some() {
        same_source_nearby = of(&|page| is_named(page) && is_nearby(&claim.period, &page.period));
        same_source_elsewhere = of(&|page| is_named(page) && !same_period(page));
        same_source_elsewhere.retain(|share| gives(claim.percent, share));
    }
    let found = |share: &ShareOfFigures| is_of(share, &claim.party, parties) && gives(claim.percent, share);
    let verdict = match &printed_by_source[..] {
        [] => Verdict::NothingPrinted,
        printed if printed.iter().any(found) => Verdict::Found,
        _ => Verdict::NotFound,
    };
    let nearest = other_sources.iter().filter(|share| gives(claim.percent, share)).cloned().collect();
    let reasons = pages.iter().filter(|p| same_period(p)).filter_map(|p| no_share(p, &claim.party, parties)).collect();
    ClaimAnswer {
        claim: claim.clone(),
        verdict,
        printed_by_source,
        same_source_nearby,
        other_sources,
        same_source_elsewhere,
        nearest,
        not_computable: merged_reasons(reasons),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Population;

    fn share(numerator: u64, denominator: u64) -> ShareOfFigures {
        let period = Period::from("2019-03".parse::<domain::Month>().unwrap());
        ShareOfFigures {
            source: "s".parse().unwrap(),
            period,
            population: Population::All,
            parties: vec![],
            numerator,
            denominator,
            percent: 0.0,
            numerator_figures: vec![],
            denominator_figure: "f".parse().unwrap(),
            addresses: vec![],
            parties_sum_to: None,
        }
    }

    #[test]
    fn a_quoted_share_is_compared_to_the_precision_it_is_quoted_with() {
        assert!(gives(11.0, &share(105, 1000)));
        assert!(gives(11.0, &share(114_999, 1_000_000)));
        assert!(!gives(11.0, &share(115, 1000)));
        assert!(gives(11.1, &share(31, 279)));
        assert!(!gives(11.2, &share(31, 279)));
        assert!(gives(11.1, &share(1105, 10_000)));
        assert!(!gives(11.1, &share(1115, 10_000)));
        assert!(gives(0.0, &share(0, 5)));
        assert!(!gives(f64::NAN, &share(1, 5)));
        assert!(!gives(1e300, &share(u64::MAX, 1)));
    }
}
