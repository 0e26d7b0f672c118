//! The invented population: events, the families killed in them, and the chance that a list has each person.

use super::names::{NICKNAMES, NameToken, Names};
use super::random::Random;
use crate::packed::day_number;

/// Arabic, Latin spellings, weight, towns (Arabic, Latin spellings).
pub(crate) type Governorate =
    (&'static str, &'static [&'static str], f64, &'static [(&'static str, &'static [&'static str])]);

pub(crate) const GOVERNORATES: &[Governorate] = &[
    (
        "حلب",
        &["Aleppo", "Halab"],
        19.0,
        &[
            ("منبج", &["Manbij", "Menbij"]),
            ("الباب", &["al-Bab", "Al Bab"]),
            ("عفرين", &["Afrin", "Efrin"]),
            ("اعزاز", &["Azaz", "Aazaz"]),
            ("جرابلس", &["Jarabulus", "Jarablus"]),
        ],
    ),
    (
        "ريف دمشق",
        &["Rif Dimashq", "Rural Damascus", "Damascus Suburbs"],
        21.0,
        &[
            ("دوما", &["Douma", "Duma"]),
            ("داريا", &["Darayya", "Daraya"]),
            ("حرستا", &["Harasta"]),
            ("عربين", &["Arbin", "Irbin"]),
            ("الزبداني", &["al-Zabadani", "Zabadani"]),
        ],
    ),
    (
        "حمص",
        &["Homs", "Hims"],
        14.0,
        &[
            ("تدمر", &["Palmyra", "Tadmur"]),
            ("الرستن", &["al-Rastan", "Rastan"]),
            ("الحولة", &["al-Houla", "Hula"]),
            ("تلبيسة", &["Talbiseh", "Talbisa"]),
        ],
    ),
    (
        "إدلب",
        &["Idlib", "Idleb", "Edlib"],
        14.0,
        &[
            ("خان شيخون", &["Khan Sheikhoun", "Khan Shaykhun"]),
            ("معرة النعمان", &["Maarat al-Numan", "Maaret al-Noman"]),
            ("سراقب", &["Saraqib", "Saraqeb"]),
            ("أريحا", &["Ariha", "Areeha"]),
            ("بنش", &["Binnish", "Bennish"]),
        ],
    ),
    (
        "حماة",
        &["Hama", "Hamah"],
        8.0,
        &[
            ("كفرزيتا", &["Kafr Zita", "Kafr Zeita"]),
            ("مورك", &["Morek", "Murak"]),
            ("سلمية", &["Salamiyah", "Salamiya"]),
        ],
    ),
    (
        "درعا",
        &["Daraa", "Deraa"],
        9.0,
        &[("نوى", &["Nawa"]), ("إنخل", &["Inkhil", "Ankhel"]), ("طفس", &["Tafas", "Tafs"]), ("داعل", &["Dael"])],
    ),
    (
        "دير الزور",
        &["Deir ez-Zor", "Deir al-Zour", "Deir Ezzor"],
        7.0,
        &[
            ("الميادين", &["al-Mayadin", "Mayadin"]),
            ("البوكمال", &["Abu Kamal", "al-Bukamal"]),
            ("هجين", &["Hajin", "Hajeen"]),
            ("الباغوز", &["Baghouz", "Baghuz"]),
        ],
    ),
    (
        "دمشق",
        &["Damascus", "Dimashq"],
        5.0,
        &[("القابون", &["al-Qaboun", "Qabun"]), ("برزة", &["Barzeh", "Barza"]), ("الميدان", &["al-Midan"])],
    ),
    (
        "الرقة",
        &["Raqqa", "al-Raqqah", "Rakka"],
        4.5,
        &[("الطبقة", &["al-Tabqa", "Tabqa"]), ("تل أبيض", &["Tal Abyad", "Tell Abiad"])],
    ),
    (
        "الحسكة",
        &["Hasakah", "Hasaka"],
        2.5,
        &[("القامشلي", &["Qamishli", "Kamishly"]), ("رأس العين", &["Ras al-Ayn", "Ras al-Ain"])],
    ),
    ("اللاذقية", &["Latakia", "Lattakia"], 2.0, &[("جبلة", &["Jableh", "Jabla"])]),
    ("القنيطرة", &["Quneitra", "Kuneitra"], 1.0, &[("خان أرنبة", &["Khan Arnabeh", "Khan Arnaba"])]),
    ("طرطوس", &["Tartus", "Tartous"], 0.8, &[("بانياس", &["Baniyas", "Banias"])]),
    ("السويداء", &["Suwayda", "Sweida"], 0.7, &[("شهبا", &["Shahba", "Chahba"])]),
];

/// Code, Arabic, weight for one victim, weight for several.
pub(crate) const CAUSES: &[(&str, &str, f64, f64)] = &[
    ("shelling", "قصف", 26.0, 40.0),
    ("airstrike", "قصف جوي", 22.0, 45.0),
    ("gunfire", "إطلاق نار", 22.0, 0.0),
    ("torture_detention", "تعذيب", 11.0, 0.0),
    ("explosion", "انفجار", 6.0, 7.0),
    ("field_execution", "إعدام ميداني", 4.0, 8.0),
    ("sniper", "قنص", 5.0, 0.0),
    ("chemical", "غازات سامة", 1.0, 0.0),
    ("siege_starvation", "حصار", 1.5, 0.0),
    ("drowning_other", "أخرى", 1.5, 0.0),
];
pub(crate) const TORTURE: usize = 3;

/// Wordings that the party table knows, and their weights.
pub(crate) const PARTIES: &[(&str, f64)] = &[
    ("government", 78.0),
    ("isis", 5.0),
    ("armed_opposition", 4.0),
    ("russian_forces", 6.0),
    ("sdf", 1.5),
    ("coalition", 2.0),
    ("hts", 1.0),
    ("unknown", 2.5),
];

/// Deaths by year, 2011 to 2024.
const YEARS: [f64; 14] = [4.0, 22.0, 21.0, 17.0, 10.0, 8.0, 6.0, 4.0, 2.5, 1.6, 1.2, 1.0, 0.9, 0.8];

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub given: NameToken,
    pub father: NameToken,
    pub grandfather: NameToken,
    pub family: NameToken,
    pub nickname: Option<(&'static str, &'static str)>,
    pub male: bool,
    pub age: i32,
    /// Days since 1970-01-01.
    pub day: i32,
    pub year: i32,
    pub governorate: usize,
    pub town: usize,
    pub cause: usize,
    pub party: usize,
    /// How much was seen and said of the death; shared by all lists.
    pub visibility: f64,
}

pub(crate) fn people(n: usize, random: &mut Random) -> Vec<Person> {
    let names = Names::new(n, random);
    let mut out = Vec::with_capacity(n);
    // Families live together: the names already seen in each town.
    let mut local: std::collections::BTreeMap<(usize, usize), Vec<NameToken>> = Default::default();
    while out.len() < n {
        let together = if random.chance(0.80) { 1 } else { 2 + (-(1.0 - random.unit()).ln() / 0.7) as usize };
        let size = together.min(n - out.len());
        event(size, &names, &mut local, &mut out, random);
    }
    out
}

fn event(
    size: usize,
    names: &Names,
    local: &mut std::collections::BTreeMap<(usize, usize), Vec<NameToken>>,
    out: &mut Vec<Person>,
    random: &mut Random,
) {
    let weights: Vec<f64> = GOVERNORATES.iter().map(|g| g.2).collect();
    let governorate = random.weighted(&weights);
    let towns = GOVERNORATES[governorate].3.len();
    let town = ((random.normal().abs() * 0.4 * towns as f64) as usize).min(towns - 1);
    let year = 2011 + random.weighted(&YEARS) as i32;
    let day = day_number(year, 1, 1) + random.between(if year == 2011 { 74 } else { 0 }, 364);
    let causes: Vec<f64> = CAUSES.iter().map(|c| if size == 1 { c.2 } else { c.3 }).collect();
    let cause = random.weighted(&causes);
    let parties: Vec<f64> = PARTIES.iter().map(|p| p.1).collect();
    let party = if cause == TORTURE && random.chance(0.93) { 0 } else { random.weighted(&parties) };
    let seen = local.entry((governorate, town)).or_default();
    let family = if !seen.is_empty() && random.chance(0.45) { random.pick(seen).clone() } else { names.family(random) };
    if seen.len() < 400 {
        seen.push(family.clone());
    }
    let (mut father, grandfather) = (names.man(random), names.man(random));
    for k in 0..size {
        if k > 0 && random.chance(0.3) {
            father = names.man(random);
        }
        let child = size > 1 && random.chance(0.5);
        let male = random.chance(if size == 1 { 0.94 } else { 0.62 });
        let mut given = if male { names.man(random) } else { names.woman(random) };
        for _ in 0..20 {
            let taken =
                out.iter().rev().take(k).any(|p| p.given.arabic == given.arabic && p.father.arabic == father.arabic);
            if given.arabic != father.arabic && !taken {
                break;
            }
            given = if male { names.man(random) } else { names.woman(random) };
        }
        let grown = (3.33 + 0.38 * random.normal()).exp() as i32;
        let age = if child { random.between(0, 16) } else { grown.clamp(1, 92) };
        let nickname = (male && age > 18 && random.chance(0.15)).then(|| *random.pick(NICKNAMES));
        let visibility = random.normal() + if size > 1 { 0.3 } else { 0.0 };
        out.push(Person {
            given,
            father: father.clone(),
            grandfather: grandfather.clone(),
            family: family.clone(),
            nickname,
            male,
            age,
            day,
            year,
            governorate,
            town,
            cause,
            party,
            visibility,
        });
    }
}

/// The lists, by what they tend to miss.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Capture {
    A,
    B,
    C,
    D,
}

impl Capture {
    pub const ALL: [Capture; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The chance that the list has the person (logistic in the person's circumstances).
    pub fn probability(self, p: &Person) -> f64 {
        let when = f64::from(p.year);
        let at = |places: &[usize]| if places.contains(&p.governorate) { 1.0 } else { 0.0 };
        let by = |parties: &[usize]| if parties.contains(&p.party) { 1.0 } else { 0.0 };
        let of = |causes: &[usize]| if causes.contains(&p.cause) { 1.0 } else { 0.0 };
        let woman = if p.male { 0.0 } else { 1.0 };
        let x = match self {
            Self::A => {
                0.35 + 0.95 * p.visibility + 0.4 * at(&[1, 2, 3]) - 0.5 * at(&[6, 8, 9]) - 0.04 * (when - 2013.0)
            }
            Self::B => {
                0.15 + 0.85 * p.visibility + 0.5 * at(&[0, 3, 5]) + 0.03 * (when - 2013.0) - 0.4 * by(&[1])
                    + 0.4 * woman
            }
            Self::C => {
                -0.85 + 0.9 * p.visibility + 0.5 * of(&[1, 7]) + 0.5 * by(&[3, 5]) - 0.6 * of(&[TORTURE])
                    + 0.05 * (when - 2013.0)
            }
            Self::D => {
                -1.25 + 0.35 * p.visibility + 1.2 * of(&[TORTURE]) - 0.5 * (when - 2014.0).max(0.0) + 0.3 * at(&[1, 7])
                    - 0.3 * woman
            }
        };
        1.0 / (1.0 + (-x).exp())
    }
}
