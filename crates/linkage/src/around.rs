//! What lists write around a name: titles, a kunya before it, brackets, family name and comma. And what is written where there is no name.
//!
//! The tables are made for this program, of words that lists of victims use; folded as `text` folds them. A title goes only where words remain.

use std::borrow::Cow;

/// Before an Arabic name.
const TITLES_ARABIC: [&str; 62] = [
    "الشهيد",
    "شهيد",
    "الشهيده",
    "شهيده",
    "المرحوم",
    "مرحوم",
    "المرحومه",
    "الفقيد",
    "المغدور",
    "الضحيه",
    "الدكتور",
    "دكتور",
    "الدكتوره",
    "دكتوره",
    "المهندس",
    "مهندس",
    "المهندسه",
    "الاستاذ",
    "استاذ",
    "الاستاذه",
    "المحامي",
    "الصيدلي",
    "الاعلامي",
    "الصحفي",
    "الممرض",
    "المسعف",
    "الحاج",
    "حاج",
    "الحاجه",
    "حاجه",
    "الحجه",
    "الشيخ",
    "شيخ",
    "الطفل",
    "طفل",
    "الطفله",
    "طفله",
    "الرضيع",
    "الرضيعه",
    "رضيع",
    "الشاب",
    "الشابه",
    "السيده",
    "الانسه",
    "المواطن",
    "المواطنه",
    "المدني",
    "المعتقل",
    "المعتقله",
    "المفقود",
    "المختطف",
    "المجند",
    "المقاتل",
    "القائد",
    "العميد",
    "العقيد",
    "المقدم",
    "الرائد",
    "النقيب",
    "الملازم",
    "المساعد",
    "الرقيب",
];
/// Of one letter: doctor, engineer, professor.
const LETTERS_ARABIC: [&str; 3] = ["د", "م", "ا"];
const TITLES_LATIN: [&str; 36] = [
    "dr",
    "mr",
    "mrs",
    "ms",
    "miss",
    "prof",
    "professor",
    "doctor",
    "eng",
    "engineer",
    "sheikh",
    "shaikh",
    "cheikh",
    "haj",
    "hajj",
    "haji",
    "hajji",
    "hajja",
    "martyr",
    "child",
    "baby",
    "infant",
    "captain",
    "capt",
    "colonel",
    "col",
    "lieutenant",
    "lt",
    "major",
    "general",
    "gen",
    "sergeant",
    "sgt",
    "corporal",
    "docteur",
    "martyre",
];

/// Who is named by another: joined to that name, which is not hers.
/// Words of one list say one kinship.
const KIN: [&[&str]; 11] = [
    &["ابن", "نجل", "son"],
    &["ابنه", "بنت", "daughter"],
    &["زوجه", "wife"],
    &["زوج", "husband"],
    &["ارمله", "widow"],
    &["والده", "mother"],
    &["والد", "father"],
    &["شقيق", "brother"],
    &["شقيقه", "اخت", "sister"],
    &["حفيد"],
    &["حفيده"],
];

const KUNYA_HEADS: [&str; 8] = ["ابو", "ابي", "ام", "abu", "abou", "umm", "um", "oum"];

/// Before a word that says that there is no name.
const BODIES: [&str; 12] =
    ["جثه", "الجثه", "جثمان", "رفات", "شخص", "رجل", "امراه", "body", "corpse", "person", "man", "woman"];
/// Words of which each says so at the head of a name: alone where the second list is empty, else before one of it.
const NO_NAME: [(&[&str], &[&str]); 8] = [
    (
        &[
            "مجهول",
            "مجهوله",
            "المجهول",
            "المجهوله",
            "مجهولين",
            "مجهولون",
            "unknown",
            "unidentified",
            "unnamed",
            "anonymous",
            "inconnu",
            "inconnue",
            "anonyme",
        ],
        &[],
    ),
    (&["غير"], &["معروف", "معروفه", "محدد", "محدده", "معلوم", "معلومه", "موثق", "مسمي", "متوفر"]),
    (&["بدون", "بلا", "دون"], &["اسم", "هويه"]),
    (&["لا", "لم"], &["يوجد", "يعرف", "يذكر", "يحدد"]),
    (&["no", "without"], &["name"]),
    (&["not"], &["known", "identified", "named", "available"]),
    (&["name"], &["unknown", "withheld"]),
    (&["non"], &["identifie", "identifiee", "nomme"]),
];
/// Where nothing follows.
const NO_NAME_ALONE: [&str; 4] = ["none", "null", "nan", "nil"];

fn is_title(word: &str, left: usize) -> bool {
    match left {
        0 => false,
        _ if TITLES_ARABIC.contains(&word) || LETTERS_ARABIC.contains(&word) || TITLES_LATIN.contains(&word) => true,
        // A given name as well, and then a father's or a family's name alone follows.
        left => word == "السيد" && left > 1,
    }
}

/// Words of a kunya at the head: 0 where there is none, or where it may be all the name there is. Abu Bakr and Umm Kulthum are given names.
fn kunya(words: &[&str], is_usual: impl Fn(&str) -> bool) -> usize {
    let [head, rest @ ..] = words else { return 0 };
    if !KUNYA_HEADS.contains(head) {
        return 0;
    }
    let length = match rest {
        ["عبد" | "abd" | "abdul" | "abdel" | "al" | "el", _, ..] => 2,
        [_, ..] => 1,
        [] => return 0,
    };
    let name = rest[length - 1];
    let left = rest.len() - length;
    let is_given = matches!(name, "بكر" | "كلثوم" | "bakr" | "kulthum" | "kalthoum");
    if !is_given && (left > 2 || (left == 2 && is_usual(name))) { 1 + length } else { 0 }
}

/// How many words at the head are no part of the name.
pub(crate) fn before(words: &[&str], is_usual_kunya: impl Fn(&str) -> bool) -> usize {
    let mut from = 0;
    loop {
        let left = &words[from..];
        let step = match left {
            [word, rest @ ..] if is_title(word, rest.len()) => 1,
            left => kunya(left, &is_usual_kunya),
        };
        if step == 0 {
            return from;
        }
        from += step;
    }
}

/// Whether the words at the head say that there is no name.
pub(crate) fn is_no_name(words: &[&str]) -> bool {
    let words = match words {
        [body, rest @ ..] if BODIES.contains(body) => rest,
        words => words,
    };
    let [head, rest @ ..] = words else { return false };
    let says = |(heads, then): &(&[&str], &[&str])| {
        heads.contains(head) && (then.is_empty() || rest.first().is_some_and(|word| then.contains(word)))
    };
    NO_NAME.iter().any(says) || (rest.is_empty() && NO_NAME_ALONE.contains(head))
}

/// Whether a rule of this module may begin at a word.
pub(crate) fn may_begin_at(word: &str) -> bool {
    let tables: [&[&str]; 3] = [&KUNYA_HEADS, &BODIES, &NO_NAME_ALONE];
    is_title(word, 2)
        || kin(word).is_some()
        || tables.iter().any(|table| table.contains(&word))
        || NO_NAME.iter().any(|(heads, _)| heads.contains(&word))
}

/// Whether a sign parts a name from what stands around it.
pub(crate) fn is_around(c: char) -> bool {
    is_end(c) || is_comma(c)
}

/// Of somebody named by a relative, the words that make her first: "son of Khaled" is not Khaled.
pub(crate) fn relative(words: &[&str]) -> usize {
    match words {
        [word, "of", _, ..] if kin(word).is_some() => 3,
        [word, _, ..] if !word.is_ascii() && kin(word).is_some() => 2,
        _ => 0,
    }
}

/// The number of the kinship that a word says.
pub(crate) fn kin(word: &str) -> Option<usize> {
    KIN.iter().position(|words| words.contains(&word))
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '[' => ']',
        '«' => '»',
        '"' => '"',
        '“' => '”',
        _ => return None,
    })
}

fn is_end(c: char) -> bool {
    c == '/' || closing(c).is_some()
}

fn is_comma(c: char) -> bool {
    c == '،' || c == ','
}

/// The name out of what is written: not what stands behind a slash, a bracket or a comma, unless nothing but titles stands before. Of one word and a
/// comma the word is the family name. `ends_at_comma` is for Arabic, where a comma parts a name from what is told of it; `folded` folds one word.
pub(crate) fn name_in<'a>(text: &'a str, ends_at_comma: bool, folded: impl Fn(&str) -> String) -> Cow<'a, str> {
    if !text.contains(is_around) {
        return Cow::Borrowed(text);
    }
    let mut rest = text.trim_start();
    loop {
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            return Cow::Borrowed(text.trim_matches(is_around));
        };
        let behind = chars.as_str();
        if let Some(close) = closing(first) {
            // In brackets before the name, or all of it.
            match behind.split_once(close) {
                Some((inside, after)) if after.trim().is_empty() => rest = inside.trim_start(),
                Some((_, after)) => rest = after.trim_start(),
                None => rest = behind.trim_start(),
            }
            continue;
        }
        let Some(at) = rest.find(is_around) else { return Cow::Borrowed(rest) };
        let (before, from) = rest.split_at(at);
        let mut from = from.chars();
        let mark = from.next().unwrap_or(' ');
        let after = from.as_str().trim_start();
        let words: Vec<String> = before.split_whitespace().map(&folded).collect();
        if !after.is_empty() && words.iter().all(|word| is_title(word.trim(), 1)) {
            rest = after;
        } else if !is_comma(mark) {
            return Cow::Borrowed(before);
        } else {
            let given = after.split(is_around).next().unwrap_or_default().trim();
            return match words.len() {
                1 if !given.is_empty() => Cow::Owned(format!("{given} {before}")),
                _ if ends_at_comma => Cow::Borrowed(before),
                _ => Cow::Borrowed(rest.split(is_end).next().unwrap_or(rest)),
            };
        }
    }
}

/// Every word that a rule of this module knows.
#[cfg(test)]
pub(crate) fn known_words() -> Vec<&'static str> {
    let tables: [&[&str]; 6] = [&TITLES_ARABIC, &LETTERS_ARABIC, &TITLES_LATIN, &KUNYA_HEADS, &BODIES, &NO_NAME_ALONE];
    let no_name = NO_NAME.iter().flat_map(|(heads, then)| heads.iter().chain(*then));
    let all = tables.into_iter().chain(KIN).flatten().chain(no_name);
    all.copied().chain(["السيد", "بكر", "كلثوم", "bakr", "kulthum", "of", "al", "el"]).collect()
}
