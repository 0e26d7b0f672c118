//! The values of one comparison as they are compared, and the level of two of them: 0 where nothing is to be said, as one is missing, 1 where
//! they agree most.
//!
//! Symmetric in the two, and a function of what they say alone. Kilometres, days, percent.

use rapidfuzz::distance::{damerau_levenshtein, jaro_winkler, levenshtein};
use rustc_hash::FxHashMap;

use super::{Measure, OwnComparison};
use crate::interned::Texts;
use crate::packed::{day_number, written_day};
use crate::reading::Reading;

/// More of a text is not compared: distances cost the product of both lengths.
const MOST_CHARACTERS: usize = 500;
/// More of a cell are not read.
const MOST_MEMBERS: usize = 64;
/// Mean radius (Moritz 2000).
const EARTH_KM: f64 = 6371.0088;

pub(super) struct Column {
    by: Measure,
    at: Vec<f64>,
    separator: String,
    values: Values,
    /// The level at which two values differ.
    last: u8,
    /// Values that could not be read, and the first of them.
    pub unread: Option<(u64, String)>,
}

/// One value, of a set one member, as far as it is told from others.
pub(super) type Key = [u64; 2];

enum Values {
    /// As a whole, and by what its parts are.
    Texts(Vec<Numbered>),
    /// Not a number where it is missing.
    Numbers(Vec<f64>),
    Points(Vec<[f64; 2]>),
    Days(Vec<Option<i32>>),
    Sets {
        members: Texts,
        ends: Vec<usize>,
        of: Vec<u32>,
    },
}

/// Texts by number, from 1; 0 is missing.
#[derive(Default)]
struct Numbered {
    known: Texts,
    texts: Vec<Box<str>>,
    uses: Vec<u32>,
    of: Vec<u32>,
    filled: u32,
}

impl Numbered {
    fn push(&mut self, text: &str) {
        if text.is_empty() {
            self.of.push(0);
            return;
        }
        let number = self.known.number(text) as usize;
        if number == self.texts.len() {
            self.texts.push(text.into());
            self.uses.push(0);
        }
        self.uses[number] += 1;
        self.filled += 1;
        self.of.push(number as u32 + 1);
    }

    fn text(&self, number: u32) -> &str {
        &self.texts[number as usize - 1]
    }

    /// Of two records, in the order of their texts.
    fn two(&self, a: u32, b: u32) -> Option<(&str, &str)> {
        let (x, y) = (self.of[a as usize], self.of[b as usize]);
        let texts = (x != 0 && y != 0).then(|| (self.text(x), self.text(y)))?;
        Some((texts.0.min(texts.1), texts.0.max(texts.1)))
    }
}

/// A text as it is compared: in small letters, one space between words.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut out = words.join(" ");
    if let Some((end, _)) = out.char_indices().nth(MOST_CHARACTERS) {
        out.truncate(end);
    }
    out
}

/// The whole, what stands before @, what stands behind it.
pub(super) fn email(text: &str) -> Option<[String; 3]> {
    let whole = plain(text);
    let (username, domain) = whole.rsplit_once('@').filter(|(u, d)| !u.is_empty() && !d.is_empty())?;
    Some([username.to_owned(), domain.to_owned()]).map(|[u, d]| [whole, u, d])
}

/// A British postcode without its space, its sector, its district.
pub(super) fn postcode(text: &str) -> Option<[String; 3]> {
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let (district, inward) = whole.is_ascii().then(|| whole.split_at_checked(whole.len().checked_sub(3)?))??;
    let is_inward = matches!(inward.as_bytes(), [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']);
    let is_district = (2..=4).contains(&district.len())
        && district.starts_with(|c: char| c.is_ascii_uppercase())
        && district.bytes().all(|b| b.is_ascii_alphanumeric());
    let (sector, district) = (whole[..whole.len() - 2].to_owned(), district.to_owned());
    (is_inward && is_district).then(|| [whole.clone(), sector, district])
}

pub(super) fn number(text: &str) -> Option<f64> {
    domain::values::degrees(text)
}

pub(super) fn members<'t>(text: &'t str, separator: &'t str) -> impl Iterator<Item = String> + 't {
    text.split(separator).take(MOST_MEMBERS).map(plain).filter(|member| !member.is_empty())
}

/// Of a date that tells its day.
pub(super) fn day(reading: &mut Reading, text: &str) -> Option<i32> {
    let day = reading.date("date", text)?.exact_day()?;
    Some(day_number(i32::from(day.year()), i32::from(day.month()), i32::from(day.day())))
}

impl Column {
    pub fn new(comparison: &OwnComparison) -> Self {
        let texts = |parts: usize| Values::Texts((0..parts).map(|_| Numbered::default()).collect());
        let values = match comparison.by {
            Measure::Exact | Measure::Levenshtein | Measure::DamerauLevenshtein | Measure::JaroWinkler => texts(1),
            Measure::Email | Measure::Postcode => texts(3),
            Measure::Number | Measure::Percent => Values::Numbers(Vec::new()),
            Measure::Km => Values::Points(Vec::new()),
            Measure::Days => Values::Days(Vec::new()),
            Measure::Shared => Values::Sets { members: Texts::default(), ends: Vec::new(), of: Vec::new() },
        };
        let (by, at, separator) = (comparison.by, comparison.at.clone(), comparison.separator.clone());
        Self { by, at, separator, values, last: comparison.levels().len() as u8, unread: None }
    }

    /// Reads a record's cells: one, of `km` two. What cannot be read is missing, and counted.
    pub fn push(&mut self, cells: [&str; 2], reading: &mut Reading) {
        let [cell, other] = cells;
        let is_filled = !domain::values::is_blank(cell);
        let cell = if is_filled { cell } else { "" };
        let was_read = match (&mut self.values, self.by) {
            (Values::Texts(parts), Measure::Email | Measure::Postcode) => {
                let read = if self.by == Measure::Email { email(cell) } else { postcode(cell) };
                let texts = read.clone().unwrap_or_default();
                parts.iter_mut().zip(&texts).for_each(|(part, text)| part.push(text));
                read.is_some()
            }
            (Values::Texts(parts), _) => {
                let text = plain(cell);
                parts.iter_mut().for_each(|part| part.push(&text));
                true
            }
            (Values::Numbers(of), _) => {
                of.push(number(cell).unwrap_or(f64::NAN));
                number(cell).is_some()
            }
            (Values::Points(of), _) => {
                let point = number(cell).zip(number(other)).filter(|(n, e)| n.abs() <= 90.0 && e.abs() <= 180.0);
                of.push(point.map_or([f64::NAN; 2], |(north, east)| [north, east]));
                point.is_some()
            }
            (Values::Days(of), _) => {
                let day = day(reading, cell);
                of.push(day);
                day.is_some()
            }
            (Values::Sets { members: known, ends, of }, _) => {
                let start = of.len();
                of.extend(members(cell, &self.separator).map(|member| known.number(&member)));
                of[start..].sort_unstable();
                let mut kept = start;
                for at in start..of.len() {
                    if at == start || of[at] != of[kept - 1] {
                        of[kept] = of[at];
                        kept += 1;
                    }
                }
                of.truncate(kept);
                ends.push(kept);
                true
            }
        };
        if is_filled && !was_read {
            self.unread.get_or_insert_with(|| (0, cell.chars().take(40).collect())).0 += 1;
        }
    }

    fn members_of(ends: &[usize], record: u32) -> std::ops::Range<usize> {
        let at = record as usize;
        at.checked_sub(1).map_or(0, |before| ends[before])..ends[at]
    }

    /// How many records bear each value, in no order.
    pub fn counts(&self) -> Vec<(Key, u32)> {
        let mut counts: FxHashMap<Key, u32> = FxHashMap::default();
        let mut count = |key: Key| *counts.entry(key).or_default() += 1;
        match &self.values {
            Values::Texts(parts) => {
                let uses = parts.first().into_iter().flat_map(|whole| &whole.uses);
                return (1..).zip(uses).map(|(number, uses)| ([number, 0], *uses)).collect();
            }
            Values::Sets { of, .. } => of.iter().for_each(|member| count([u64::from(*member), 0])),
            _ => (0..self.len()).filter_map(|record| self.key(record)).for_each(count),
        }
        counts.into_iter().collect()
    }

    fn len(&self) -> u32 {
        let len = match &self.values {
            Values::Texts(parts) => parts.first().map_or(0, |whole| whole.of.len()),
            Values::Numbers(of) => of.len(),
            Values::Points(of) => of.len(),
            Values::Days(of) => of.len(),
            Values::Sets { ends, .. } => ends.len(),
        };
        len as u32
    }

    /// Whether no record bears a value.
    pub fn is_missing(&self) -> bool {
        match &self.values {
            Values::Sets { of, .. } => of.is_empty(),
            _ => (0..self.len()).all(|record| self.key(record).is_none()),
        }
    }

    /// A record's value; nothing where it is missing, or several.
    fn key(&self, record: u32) -> Option<Key> {
        let at = record as usize;
        match &self.values {
            Values::Texts(parts) => parts.first().map(|whole| [u64::from(whole.of[at]), 0]).filter(|key| key[0] != 0),
            // Nought has two signs.
            Values::Numbers(of) => Some(of[at]).filter(|x| !x.is_nan()).map(|x| [(x + 0.0).to_bits(), 0]),
            Values::Points(of) => Some(of[at]).filter(|x| !x[0].is_nan()).map(|x| x.map(|x| (x + 0.0).to_bits())),
            Values::Days(of) => of[at].map(|day| [u64::from(day.cast_unsigned()), 0]),
            Values::Sets { .. } => None,
        }
    }

    /// A value as it is told.
    pub fn told(&self, key: Key) -> String {
        match &self.values {
            Values::Texts(parts) => parts.first().map_or("", |whole| whole.text(key[0] as u32)).to_owned(),
            Values::Numbers(_) => f64::from_bits(key[0]).to_string(),
            Values::Points(_) => key.map(|x| f64::from_bits(x).to_string()).join(", "),
            Values::Days(_) => written_day((key[0] as u32).cast_signed()),
            Values::Sets { members, .. } => members.text(key[0] as u32).unwrap_or("").to_owned(),
        }
    }

    /// As [`Column::level`]; but one of two values that are common says nothing by being like the other.
    pub fn level_beside(&self, common: &[Key], a: u32, b: u32) -> u8 {
        let level = self.level(a, b, common);
        let is_common = |record: u32| self.key(record).is_some_and(|key| common.contains(&key));
        let is_alike = level != 0 && level != self.last;
        if !common.is_empty() && is_alike && (is_common(a) || is_common(b)) { 0 } else { level }
    }

    /// The level of two records; see [`OwnComparison::levels`]. Of sets, without the members that are common.
    fn level(&self, a: u32, b: u32, common: &[Key]) -> u8 {
        // The first of the thresholds that holds, behind the level of the same.
        let first = |holds: &dyn Fn(f64) -> bool| {
            2 + self.at.iter().position(|threshold| holds(*threshold)).unwrap_or(self.at.len()) as u8
        };
        let within = |difference: f64| if difference == 0.0 { 1 } else { first(&|most| difference <= most) };
        match &self.values {
            Values::Texts(parts) if parts.len() > 1 => {
                let same = |part: &Numbered| part.of[a as usize] == part.of[b as usize];
                match parts[0].two(a, b) {
                    None => 0,
                    Some(_) => 1 + parts.iter().position(same).unwrap_or(parts.len()) as u8,
                }
            }
            Values::Texts(parts) => match parts.first().and_then(|part| part.two(a, b)) {
                None => 0,
                Some((x, y)) if x == y => 1,
                Some((x, y)) => {
                    let (x, y) = (x.chars(), y.chars());
                    match self.by {
                        Measure::Levenshtein => within(levenshtein::distance(x, y) as f64),
                        Measure::DamerauLevenshtein => within(damerau_levenshtein::distance(x, y) as f64),
                        Measure::JaroWinkler => {
                            let alike = jaro_winkler::similarity(x, y);
                            first(&|least| alike >= least)
                        }
                        _ => 2,
                    }
                }
            },
            Values::Numbers(of) => {
                let (x, y) = (of[a as usize], of[b as usize]);
                let difference = (x - y).abs();
                match self.by {
                    _ if difference.is_nan() => 0,
                    Measure::Percent if difference > 0.0 => within(difference / x.abs().max(y.abs()) * 100.0),
                    _ => within(difference),
                }
            }
            Values::Points(of) => match (of[a as usize], of[b as usize]) {
                (x, y) if x[0].is_nan() || y[0].is_nan() => 0,
                (x, y) => within(kilometres(x, y)),
            },
            Values::Days(of) => match of[a as usize].zip(of[b as usize]) {
                None => 0,
                Some((x, y)) => within((f64::from(x) - f64::from(y)).abs()),
            },
            Values::Sets { ends, of, .. } => {
                let (x, y) = (&of[Self::members_of(ends, a)], &of[Self::members_of(ends, b)]);
                let is_common = |member: &u32| common.contains(&[u64::from(*member), 0]);
                if x.iter().all(is_common) || y.iter().all(is_common) {
                    return 0;
                }
                let is_shared = |member: &&u32| y.binary_search(member).is_ok() && !is_common(member);
                let shared = x.iter().filter(is_shared).count() as f64;
                first(&|least| shared >= least) - 1
            }
        }
    }

    /// The share of all values of the one that two records agree on; only of texts.
    pub fn share(&self, record: u32) -> Option<f64> {
        let Values::Texts(parts) = &self.values else { return None };
        let whole = parts.first()?;
        let number = whole.of[record as usize].checked_sub(1)?;
        Some(f64::from(whole.uses[number as usize]) / f64::from(whole.filled))
    }

    /// How often two random values of different records are the same, those that are common apart; only of texts.
    pub fn chance_of_same(&self, common: &[Key]) -> Option<f64> {
        let Values::Texts(parts) = &self.values else { return None };
        let whole = parts.first()?;
        let two = |n: u32| f64::from(n) * (f64::from(n) - 1.0);
        let mut uses: Vec<u32> =
            (1..).zip(&whole.uses).filter(|(number, _)| !common.contains(&[*number, 0])).map(|(_, n)| *n).collect();
        // Sums of floating numbers depend on their order; the order must not depend on the input's.
        uses.sort_unstable();
        let filled = whole.filled - common.iter().filter_map(|key| whole.uses.get(key[0] as usize - 1)).sum::<u32>();
        (filled > 1).then(|| uses.into_iter().map(two).sum::<f64>() / two(filled))
    }
}

/// Along the Earth taken for a sphere: the haversine formula.
fn kilometres([north, east]: [f64; 2], [other_north, other_east]: [f64; 2]) -> f64 {
    let half_sine = |x: f64, y: f64| ((x - y).to_radians() / 2.0).sin().powi(2);
    let across = north.to_radians().cos() * other_north.to_radians().cos() * half_sine(east, other_east);
    2.0 * EARTH_KM * (half_sine(north, other_north) + across).clamp(0.0, 1.0).sqrt().asin()
}
