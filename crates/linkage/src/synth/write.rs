//! How a list writes a person down: its own habits, and its slips.

use super::names::NameToken;
use super::people::{CAUSES, GOVERNORATES, PARTIES, Person, TORTURE};
use super::random::Random;
use crate::packed::day_number;

/// Habits of a list, as chances.
struct Habits {
    hamza_dropped: f64,
    ta_as_ha: f64,
    ya_interchanged: f64,
    abd_joined: f64,
    father: f64,
    grandfather: f64,
    family_first: f64,
    no_date: f64,
    no_day: f64,
    no_town: f64,
    no_age: f64,
    no_party: f64,
}

const HABITS: [Habits; 4] = [
    Habits {
        hamza_dropped: 0.25,
        ta_as_ha: 0.2,
        ya_interchanged: 0.15,
        abd_joined: 0.3,
        father: 0.97,
        grandfather: 0.22,
        family_first: 0.012,
        no_date: 0.01,
        no_day: 0.015,
        no_town: 0.12,
        no_age: 0.35,
        no_party: 0.05,
    },
    Habits {
        hamza_dropped: 0.35,
        ta_as_ha: 0.3,
        ya_interchanged: 0.2,
        abd_joined: 0.45,
        father: 0.72,
        grandfather: 0.04,
        family_first: 0.02,
        no_date: 0.02,
        no_day: 0.03,
        no_town: 0.2,
        no_age: 0.45,
        no_party: 0.1,
    },
    Habits {
        hamza_dropped: 0.0,
        ta_as_ha: 0.0,
        ya_interchanged: 0.0,
        abd_joined: 0.0,
        father: 0.55,
        grandfather: 0.02,
        family_first: 0.035,
        no_date: 0.04,
        no_day: 0.05,
        no_town: 0.35,
        no_age: 0.5,
        no_party: 0.2,
    },
    Habits {
        hamza_dropped: 0.7,
        ta_as_ha: 0.55,
        ya_interchanged: 0.45,
        abd_joined: 0.6,
        father: 0.9,
        grandfather: 0.05,
        family_first: 0.03,
        no_date: 0.12,
        no_day: 0.1,
        no_town: 0.45,
        no_age: 0.3,
        no_party: 0.8,
    },
];
const B: usize = 1;
const C: usize = 2;
const D: usize = 3;

/// The person as it was reported: sometimes another day, place, age or father than the true one.
pub(super) fn spoil(person: &Person, random: &mut Random) -> Person {
    let mut p = person.clone();
    if random.chance(0.006) {
        p.father = p.grandfather.clone();
    }
    let z = random.unit();
    p.day += match z {
        _ if p.cause == TORTURE && random.chance(0.25) => random.between(-500, 900),
        z if z < 0.07 => *random.pick(&[-1, 1]),
        z if z < 0.105 => *random.pick(&[-1, 1]) * random.between(2, 7),
        z if z < 0.12 => random.between(-45, 45),
        _ => 0,
    };
    p.day = p.day.clamp(day_number(2011, 3, 15), day_number(2024, 12, 31));
    if random.chance(0.04) {
        p.governorate = random.below(GOVERNORATES.len());
        p.town = random.below(GOVERNORATES[p.governorate].3.len());
    } else if random.chance(0.06) {
        p.town = random.below(GOVERNORATES[p.governorate].3.len());
    }
    if random.chance(0.006) {
        p.male = !p.male;
    }
    if random.chance(0.15) {
        p.age = (p.age + random.pick(&[-2, -1, -1, 1, 1, 2])).max(0);
    } else if random.chance(0.06) && p.age > 15 {
        p.age = (p.age + 2) / 5 * 5;
    }
    if random.chance(0.10) {
        p.cause = random.weighted(&CAUSES.iter().map(|c| c.2).collect::<Vec<_>>());
    }
    if random.chance(0.06) {
        p.party = random.weighted(&PARTIES.iter().map(|c| c.1).collect::<Vec<_>>());
    }
    p
}

/// The columns of a list after `record_id`.
pub(super) fn row(p: &Person, list: usize, random: &mut Random) -> Vec<String> {
    let habits = &HABITS[list];
    let (arabic, latin) = name(p, list, random);
    let sex = if random.chance(0.03) {
        ""
    } else if p.male {
        "M"
    } else {
        "F"
    };
    let age = if random.chance(habits.no_age) { String::new() } else { p.age.to_string() };
    let place = &GOVERNORATES[p.governorate];
    let town = &place.3[p.town];
    let (mut governorate, mut town) = match list {
        C => (random.pick(place.1).to_string(), random.pick(town.1).to_string()),
        _ => (slip_arabic(place.0, habits, random), slip_arabic(town.0, habits, random)),
    };
    if random.chance(habits.no_town) {
        town.clear();
    }
    if random.chance(0.01) {
        governorate.clear();
    }
    let (code, in_arabic, ..) = CAUSES[p.cause];
    let cause = if random.chance(0.12) {
        ""
    } else if list == 0 || list == D {
        in_arabic
    } else {
        code
    };
    let mut party = if random.chance(habits.no_party) { "" } else { PARTIES[p.party].0 };
    if list == D && party == "government" {
        party = "unknown";
    }
    let date = date(p.day, habits, random);
    vec![arabic, latin, sex.into(), age, date, governorate, town, cause.into(), party.into()]
}

fn name(p: &Person, list: usize, random: &mut Random) -> (String, String) {
    let habits = &HABITS[list];
    let mut parts = vec![&p.given];
    if random.chance(habits.father) {
        parts.push(&p.father);
    }
    if parts.len() == 2 && random.chance(habits.grandfather) {
        parts.push(&p.grandfather);
    }
    if random.chance(0.98) {
        parts.push(&p.family);
    } else if parts.len() == 1 {
        parts.push(&p.father);
    }
    if random.chance(habits.family_first) {
        parts.rotate_right(1);
    }
    let (mut arabic, mut latin) = (String::new(), String::new());
    if list != C {
        let mut words: Vec<String> = parts.iter().map(|part| slip_arabic(&part.arabic, habits, random)).collect();
        if let Some(bare) = words.last().and_then(|w| w.strip_prefix("ال")).filter(|_| random.chance(0.12)) {
            let bare = bare.to_owned();
            words.pop();
            words.push(bare);
        }
        if list != B && words.len() > 2 && random.chance(0.05) {
            words.insert(1, "بن".into());
        }
        arabic = words.join(" ");
        if let Some((nickname, _)) = p.nickname.filter(|_| random.chance(0.35)) {
            arabic += &if random.chance(0.5) { format!(" ({nickname})") } else { format!(" {nickname}") };
        }
    }
    if list == C || (list == B && random.chance(0.9)) {
        let words: Vec<String> = parts.iter().map(|part| slip_latin(part, list, random)).collect();
        latin = words.join(" ");
        if let Some((_, nickname)) = p.nickname.filter(|_| list == C && random.chance(0.25)) {
            latin += &format!(" ({nickname})");
        }
        if list == C && random.chance(0.06) {
            latin = latin.to_uppercase();
        }
    }
    (arabic, latin)
}

/// Letters that differ by their dots.
const DOTS: [&str; 8] = ["بتين", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ"];

fn slip_arabic(text: &str, habits: &Habits, random: &mut Random) -> String {
    let mut s = text.to_owned();
    if random.chance(habits.hamza_dropped) {
        s = s.replace(['أ', 'إ', 'آ'], "ا");
    }
    if random.chance(habits.ta_as_ha) {
        s = s.replace('ة', "ه");
    }
    if random.chance(habits.ya_interchanged) {
        s = if s.ends_with('ي') { format!("{}ى", s.trim_end_matches('ي')) } else { s.replace('ى', "ي") };
    }
    if random.chance(0.05) {
        s = s.replace('ؤ', "و").replace('ئ', "ي");
    }
    if random.chance(habits.abd_joined) {
        s = s.replace("عبد ال", "عبدال");
    }
    let mut letters: Vec<char> = s.chars().collect();
    if letters.len() > 3 && random.chance(0.025) {
        slip(&mut letters, random, |c, r| {
            let row = DOTS.iter().find(|d| d.contains(c))?;
            Some(*r.pick(&row.chars().filter(|x| *x != c).collect::<Vec<_>>()))
        });
    }
    if letters.len() > 3 && random.chance(0.006) {
        letters.insert(2, 'ـ');
    }
    letters.into_iter().collect()
}

fn slip_latin(name: &NameToken, list: usize, random: &mut Random) -> String {
    let usual = random.chance(if list == B { 0.62 } else { 0.42 });
    let mut s = if usual { name.latin[0].clone() } else { random.pick(&name.latin).clone() };
    if let Some(bare) = s.strip_prefix("al-") {
        let article = *random.pick(&["al-", "Al-", "Al ", "el-", "El ", "Al", "al "]);
        s = if random.chance(0.13) { bare.to_owned() } else { format!("{article}{bare}") };
    }
    let mut letters: Vec<char> = s.chars().collect();
    if letters.len() > 4 && random.chance(0.03) {
        slip(&mut letters, random, |_, r| Some(*r.pick(&['a', 'e', 'i', 'o', 'u', 'l', 'n', 'r', 'm', 's', 't'])));
    }
    letters.into_iter().collect()
}

/// One slip: a letter replaced, dropped, swapped with its neighbour or doubled.
fn slip(letters: &mut Vec<char>, random: &mut Random, replace: impl Fn(char, &mut Random) -> Option<char>) {
    let k = random.between(1, letters.len() as i32 - 1) as usize;
    match random.unit() {
        z if z < 0.45 => {
            if let Some(other) = replace(letters[k], random) {
                letters[k] = other;
            }
        }
        z if z < 0.7 => {
            letters.remove(k);
        }
        z if z < 0.85 && k + 1 < letters.len() && letters[k] != ' ' && letters[k + 1] != ' ' => letters.swap(k, k + 1),
        _ => letters.insert(k, letters[k]),
    }
}

fn date(day: i32, habits: &Habits, random: &mut Random) -> String {
    let (mut y, mut m, mut d) = year_month_day(day);
    let z = random.unit();
    if z < habits.no_date {
        return String::new();
    }
    if z < habits.no_date + habits.no_day {
        return format!("{y:04}-{m:02}");
    }
    match random.unit() {
        z if z < 0.022 => d = 1,
        z if z < 0.030 => d = 15,
        z if z < 0.045 && d <= 12 => std::mem::swap(&mut m, &mut d),
        z if z < 0.052 && y > 2011 && !(m == 2 && d == 29) => y -= 1,
        _ => {}
    }
    format!("{y:04}-{m:02}-{d:02}")
}

/// The inverse of `day_number`.
fn year_month_day(day: i32) -> (i32, i32, i32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}
