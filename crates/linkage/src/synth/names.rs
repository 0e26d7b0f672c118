//! The tables that invented names are put together from: common given names, and family names built from patterns.

use super::random::{Random, Wheel};

/// A name in Arabic with its Latin spellings, the commonest first.
#[derive(Debug, Clone)]
pub(crate) struct NameToken {
    pub arabic: String,
    pub latin: Vec<String>,
}

/// Arabic, Latin spellings, weight.
type Entry = (&'static str, &'static str, f64);

const MEN: &[Entry] = &[
    ("محمد", "Mohammad,Mohammed,Muhammad,Mohamad,Mouhamad", 10.0),
    ("أحمد", "Ahmad,Ahmed", 6.0),
    ("علي", "Ali,Aly", 3.4),
    ("محمود", "Mahmoud,Mahmud,Mahmood", 3.0),
    ("خالد", "Khaled,Khalid", 2.6),
    ("حسن", "Hassan,Hasan", 2.4),
    ("حسين", "Hussein,Hussain,Husayn", 2.2),
    ("عمر", "Omar,Umar", 2.2),
    ("إبراهيم", "Ibrahim,Ebrahim,Brahim", 2.2),
    ("مصطفى", "Mustafa,Mostafa,Moustafa", 2.0),
    ("عبد الله", "Abdullah,Abd Allah,Abdallah", 2.2),
    ("يوسف", "Youssef,Yousef,Yusuf", 1.8),
    ("عبد الرحمن", "Abd al-Rahman,Abdulrahman,Abdelrahman", 1.5),
    ("عبد الكريم", "Abd al-Karim,Abdulkarim,Abdelkarim", 0.8),
    ("عبد القادر", "Abd al-Qader,Abdulkader,Abdelkader", 0.8),
    ("عبد الرزاق", "Abd al-Razzaq,Abdulrazak", 0.5),
    ("عبد العزيز", "Abd al-Aziz,Abdulaziz", 0.5),
    ("عبد السلام", "Abd al-Salam,Abdulsalam", 0.4),
    ("عبد الحميد", "Abd al-Hamid,Abdulhamid", 0.4),
    ("ياسر", "Yasser,Yaser,Yasir", 0.7),
    ("ياسين", "Yassin,Yaseen,Yassine", 0.6),
    ("وليد", "Walid,Waleed", 0.8),
    ("زياد", "Ziad,Ziyad", 0.6),
    ("سامر", "Samer,Samir", 0.6),
    ("سمير", "Samir,Sameer", 0.5),
    ("سليمان", "Suleiman,Sulaiman,Sleiman", 0.8),
    ("سعيد", "Saeed,Said", 0.6),
    ("صالح", "Saleh,Salih", 0.7),
    ("صلاح", "Salah", 0.4),
    ("طارق", "Tareq,Tariq,Tarek", 0.6),
    ("عدنان", "Adnan", 0.5),
    ("عامر", "Amer,Amir", 0.5),
    ("عماد", "Imad,Emad", 0.5),
    ("عيسى", "Issa,Eissa,Isa", 0.6),
    ("غسان", "Ghassan,Gassan", 0.4),
    ("فادي", "Fadi,Fady", 0.5),
    ("فراس", "Firas,Feras", 0.6),
    ("فيصل", "Faisal,Faysal", 0.4),
    ("قاسم", "Qassem,Qasim,Kassem", 0.5),
    ("كمال", "Kamal", 0.4),
    ("ماجد", "Majed,Majid", 0.4),
    ("مازن", "Mazen,Mazin", 0.4),
    ("ماهر", "Maher,Mahir", 0.5),
    ("مروان", "Marwan,Merwan", 0.5),
    ("منصور", "Mansour,Mansur", 0.3),
    ("موسى", "Moussa,Musa", 0.6),
    ("ناصر", "Nasser,Naser,Nasir", 0.5),
    ("نبيل", "Nabil,Nabeel", 0.4),
    ("هاني", "Hani,Hany", 0.4),
    ("هيثم", "Haitham,Haytham", 0.4),
    ("وائل", "Wael,Wail", 0.5),
    ("يحيى", "Yahya,Yehia", 0.6),
    ("رامي", "Rami,Ramy", 0.4),
    ("رائد", "Raed,Raid", 0.5),
    ("زكريا", "Zakaria,Zakariya", 0.5),
    ("بلال", "Bilal,Belal", 0.5),
    ("باسل", "Basel,Bassel", 0.5),
    ("بسام", "Bassam,Basam", 0.5),
    ("أنس", "Anas", 0.6),
    ("أسامة", "Osama,Usama,Oussama", 0.6),
    ("أيمن", "Ayman,Aiman", 0.5),
    ("أكرم", "Akram", 0.4),
    ("إسماعيل", "Ismail,Ismael", 0.9),
    ("إياد", "Iyad,Eyad", 0.4),
    ("جمال", "Jamal,Gamal", 0.6),
    ("جاسم", "Jasem,Jassim", 0.5),
    ("حمزة", "Hamza,Hamzeh", 0.6),
    ("حمود", "Hamoud,Hammoud", 0.4),
    ("حامد", "Hamed,Hamid", 0.4),
    ("حميد", "Hamid,Hameed", 0.3),
    ("خليل", "Khalil,Khaleel", 0.6),
    ("خلف", "Khalaf", 0.5),
    ("عبود", "Aboud,Abboud", 0.3),
    ("علاء", "Alaa,Ala", 0.6),
    ("عمار", "Ammar,Amar", 0.6),
    ("فهد", "Fahd,Fahad", 0.4),
    ("مهند", "Muhannad,Mohannad", 0.4),
    ("رمضان", "Ramadan,Ramadhan", 0.3),
    ("نور الدين", "Nour al-Din,Noureddine", 0.4),
    ("صلاح الدين", "Salah al-Din,Salaheddine", 0.2),
    ("جهاد", "Jihad,Jehad", 0.4),
];

const WOMEN: &[Entry] = &[
    ("فاطمة", "Fatima,Fatmeh,Fatimah", 6.0),
    ("مريم", "Mariam,Maryam", 3.0),
    ("عائشة", "Aisha,Aysha,Aicha", 2.0),
    ("آمنة", "Amina,Amneh", 2.0),
    ("خديجة", "Khadija,Khadijah", 2.0),
    ("زينب", "Zeinab,Zainab,Zaynab", 2.0),
    ("نور", "Nour,Noor", 1.8),
    ("هدى", "Huda,Hoda", 1.2),
    ("سعاد", "Souad,Suad", 1.0),
    ("سميرة", "Samira,Sameera", 1.0),
    ("رنا", "Rana", 1.0),
    ("ريم", "Reem,Rim", 1.0),
    ("رهف", "Rahaf", 0.8),
    ("حنان", "Hanan", 0.8),
    ("هبة", "Hiba,Heba", 0.9),
    ("سارة", "Sara,Sarah", 1.2),
    ("سلمى", "Salma,Selma", 1.0),
    ("عبير", "Abir,Abeer", 0.7),
    ("غادة", "Ghada", 0.6),
    ("ليلى", "Layla,Leila", 1.0),
    ("مها", "Maha", 0.7),
    ("منى", "Mona,Muna", 0.9),
    ("نادية", "Nadia,Nadya", 0.7),
    ("ندى", "Nada", 0.8),
    ("وفاء", "Wafaa,Wafa", 0.8),
    ("ياسمين", "Yasmin,Yasmine", 0.7),
    ("آلاء", "Alaa,Aalaa", 0.7),
    ("أسماء", "Asmaa,Asma", 0.9),
    ("أمل", "Amal,Amel", 0.8),
    ("إيمان", "Iman,Eman", 0.9),
    ("بتول", "Batoul,Batool", 0.6),
    ("حليمة", "Halima,Haleema", 0.8),
    ("دعاء", "Duaa,Doaa", 0.5),
    ("شهد", "Shahd,Shahed", 0.6),
    ("مروة", "Marwa,Marwah", 0.6),
];

/// Consonants with their Latin letters and weight.
const CONSONANTS: &[Entry] = &[
    ("ب", "b", 6.0),
    ("ت", "t", 3.0),
    ("ج", "j", 4.0),
    ("ح", "h", 5.0),
    ("خ", "kh", 3.0),
    ("د", "d", 5.0),
    ("ر", "r", 7.0),
    ("ز", "z", 3.0),
    ("س", "s", 5.0),
    ("ش", "sh", 4.0),
    ("ص", "s", 3.0),
    ("ط", "t", 3.0),
    ("ع", "", 4.0),
    ("غ", "gh", 2.0),
    ("ف", "f", 4.0),
    ("ق", "q", 4.0),
    ("ك", "k", 4.0),
    ("ل", "l", 6.0),
    ("م", "m", 6.0),
    ("ن", "n", 6.0),
    ("ه", "h", 2.0),
];

/// Shapes of a family name around three consonants (1, 2, 3), in Arabic and in Latin.
const SHAPES: &[Entry] = &[
    ("12ا3", "1a22a3", 5.0),
    ("12ي3", "1a2ee3", 4.0),
    ("1ا23", "1a2e3", 4.0),
    ("م12و3", "ma12ou3", 3.0),
    ("12و3", "1a22ou3", 4.0),
    ("12ا3ي", "1a22a3i", 3.0),
    ("123ي", "1a23i", 4.0),
    ("123ان", "1a23an", 2.0),
    ("123اوي", "1a23awi", 2.0),
    ("12ي3ة", "1a2ee3eh", 1.0),
];

/// Other ways to spell a built name.
const RESPELL: &[(&str, &str)] =
    &[("ee", "i"), ("ou", "u"), ("q", "k"), ("sh", "ch"), ("gh", "g"), ("eh", "a"), ("awi", "aoui")];

pub(crate) const NICKNAMES: &[(&str, &str)] = &[
    ("أبو محمد", "Abu Mohammad"),
    ("أبو علي", "Abu Ali"),
    ("أبو عمر", "Abu Omar"),
    ("أبو خالد", "Abu Khaled"),
    ("أبو يوسف", "Abu Youssef"),
];

fn read(entries: &[Entry]) -> (Vec<NameToken>, Wheel) {
    let token = |e: &Entry| NameToken { arabic: e.0.to_owned(), latin: e.1.split(',').map(str::to_owned).collect() };
    (entries.iter().map(token).collect(), Wheel::new(entries.iter().map(|e| e.2)))
}

pub(crate) struct Names {
    pub men: (Vec<NameToken>, Wheel),
    pub women: (Vec<NameToken>, Wheel),
    pub families: (Vec<NameToken>, Wheel),
}

impl Names {
    /// Tables for a population of `n`; more people have more families.
    pub fn new(n: usize, random: &mut Random) -> Self {
        let families = families(600 + 30 * (n as f64).sqrt() as usize, random);
        let wheel = Wheel::new((0..families.len()).map(|i| 1.0 / (8.0 + i as f64).powf(0.8)));
        Self { men: read(MEN), women: read(WOMEN), families: (families, wheel) }
    }

    pub fn man(&self, random: &mut Random) -> NameToken {
        self.men.0[self.men.1.spin(random)].clone()
    }
    pub fn woman(&self, random: &mut Random) -> NameToken {
        self.women.0[self.women.1.spin(random)].clone()
    }
    pub fn family(&self, random: &mut Random) -> NameToken {
        self.families.0[self.families.1.spin(random)].clone()
    }
}

/// Built family names, and those made of a given name ("al-Khaled"); commonest first.
fn families(count: usize, random: &mut Random) -> Vec<NameToken> {
    let mut out: Vec<NameToken> = Vec::with_capacity(count);
    let mut seen = std::collections::BTreeSet::new();
    for entry in MEN.iter().take(45).filter(|e| !e.0.contains(' ')) {
        let latin = entry.1.split(',').map(|l| format!("al-{l}")).collect();
        let arabic = format!("ال{}", entry.0);
        seen.insert(arabic.clone());
        out.push(NameToken { arabic, latin });
    }
    let consonants: Vec<f64> = CONSONANTS.iter().map(|c| c.2).collect();
    let shapes: Vec<f64> = SHAPES.iter().map(|s| s.2).collect();
    while out.len() < count {
        let root: Vec<&Entry> = (0..3).map(|_| &CONSONANTS[random.weighted(&consonants)]).collect();
        let shape = &SHAPES[random.weighted(&shapes)];
        let (mut arabic, mut latin) = (shape.0.to_owned(), shape.1.to_owned());
        for (i, consonant) in root.iter().enumerate() {
            let digit = (i + 1).to_string();
            arabic = arabic.replace(&digit, consonant.0);
            latin = latin.replace(&digit, consonant.1);
        }
        let latin = latin.replace("aa", "a");
        if latin.len() < 4 || !seen.insert(arabic.clone()) {
            continue;
        }
        let mut spellings = vec![latin.clone()];
        spellings.extend(RESPELL.iter().filter(|(a, _)| latin.contains(a)).map(|(a, b)| latin.replace(a, b)));
        let article = random.chance(0.55);
        let shown = |s: &String| if article { format!("al-{}", capital(s)) } else { capital(s) };
        let latin = spellings.iter().map(shown).collect();
        let arabic = if article { format!("ال{arabic}") } else { arabic };
        out.push(NameToken { arabic, latin });
    }
    out
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
