//! What a step in a chain of custody says beside its name, in Arabic, English and French.
//!
//! What people wrote stands as they wrote it; so do names, numbers, ids and digests.

use domain::WithdrawnPart;

use crate::cli::custody::Language;

/// A word in Arabic, English and French.
pub type Word = [&'static str; 3];

/// Where a language stands in a [`Word`].
pub fn place(language: Language) -> usize {
    match language {
        Language::Ar => 0,
        Language::En => 1,
        Language::Fr => 2,
    }
}

#[derive(Debug, Clone)]
pub enum Particulars {
    Received {
        file_name: String,
        source: String,
        size_bytes: u64,
        sha256: String,
        terms: Option<String>,
    },
    /// The type of what an entry says, and its id; none where that was withdrawn.
    Recorded {
        kind: Option<String>,
        id: Option<String>,
    },
    Decided {
        a: String,
        b: String,
        verdict: Verdict,
        why: String,
    },
    Approved {
        person: String,
        why: String,
    },
    NotApproved {
        person: String,
        why: String,
    },
    ConsentTakenBack {
        uses: String,
        why: String,
    },
    Handled {
        subject: String,
        why: String,
    },
    Withdrawn {
        part: WithdrawnPart,
        entry: u64,
        authority: String,
        reason: String,
    },
    Released {
        entries: u64,
    },
}

#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    Same,
    NotSame,
    CannotTell,
}

const KINDS: [(&str, Word); 16] = [
    ("accession", ["استلام", "accession", "réception"]),
    ("record", ["سجل ضحية", "record", "fiche de victime"]),
    ("event", ["حادثة", "event", "événement"]),
    ("figure", ["رقم منشور", "figure", "chiffre publié"]),
    ("statement", ["تصريح", "statement", "déclaration"]),
    ("notice", ["بلاغ", "notice", "avis"]),
    ("post", ["منشور", "post", "publication"]),
    ("place", ["مكان", "place", "lieu"]),
    ("source", ["مصدر", "source", "source"]),
    ("media", ["صورة أو تسجيل مصوّر", "media", "photo ou vidéo"]),
    ("run", ["تشغيل للبرنامج", "run", "exécution du programme"]),
    ("decision", ["قرار", "decision", "décision"]),
    ("custody", ["خطوة في سلسلة الحفظ", "step of custody", "étape de conservation"]),
    ("withdrawal", ["سحب", "withdrawal", "retrait"]),
    ("trust_set", ["مجموعة مصادر موثوقة", "trust set", "ensemble de sources"]),
    ("import_finished", ["نهاية إدخال ملف", "import_finished", "fin d'importation"]),
];

/// What the program itself writes into the chain as the reason of a look, an export or a printing.
const REASONS: [(&str, Word); 7] = [
    (WHAT_IT_IS, ["ما هو", WHAT_IT_IS, "ce que c'est"]),
    (AND_ITS_VAULT, ["ما هو وما حُفظ في خزنته", AND_ITS_VAULT, "ce que c'est et ce que garde son coffre"]),
    (AMONG_COPIES, ["من أين جاء، بين نسخه", AMONG_COPIES, "d'où il vient, parmi ses copies"]),
    (BESIDE_ANOTHER, ["ما يقوله السجل، إلى جانب سجل آخر", BESIDE_ANOTHER, "ce que dit la fiche, à côté d'une autre"]),
    (THE_ORIGINAL, ["الأصل بكل ما يقوله عمّن صنعه", THE_ORIGINAL, "l'original, avec tout ce qu'il dit de son auteur"]),
    (A_COPY, ["نسخة من دون بيانات وصفية", A_COPY, "une copie sans métadonnées"]),
    (PAGE_FOR_COURT, ["صفحة للمحكمة", PAGE_FOR_COURT, "page pour le tribunal"]),
];
pub const WHAT_IT_IS: &str = "what it is";
pub const AND_ITS_VAULT: &str = "what it is and its vault";
pub const AMONG_COPIES: &str = "where it came from, among copies";
pub const BESIDE_ANOTHER: &str = "what the record says, beside another";
pub const THE_ORIGINAL: &str = "the original, with everything that it says of whoever made it";
pub const A_COPY: &str = "a copy made from the pixels alone, without metadata";
pub const PAGE_FOR_COURT: &str = "page for court";
/// What a check of fixity is recorded with, before the digests.
pub const AS_RECEIVED: &str = "read again, as received: ";

fn word(words: &[(&str, Word)], key: &str, at: usize) -> String {
    words.iter().find(|(name, _)| *name == key).map_or_else(|| key.to_owned(), |(_, word)| word[at].to_owned())
}

/// A reason as it was recorded; where the program wrote it, in the language asked for.
fn reason(why: &str, at: usize) -> String {
    if let Some(rest) = why.strip_prefix(AS_RECEIVED) {
        return ["أُعيدت قراءته وهو كما ورد: ", AS_RECEIVED, "relu, tel que reçu : "][at].to_owned() + rest;
    }
    if let Some(file) = why.strip_prefix(PAGE_FOR_COURT).and_then(|rest| rest.strip_prefix(", ")) {
        return format!("{}, {file}", word(&REASONS, PAGE_FOR_COURT, at));
    }
    word(&REASONS, why, at)
}

impl Particulars {
    pub fn words(&self, language: Language) -> String {
        let at = place(language);
        match self {
            Self::Received { file_name, source, size_bytes, sha256, terms } => {
                let terms = terms
                    .as_ref()
                    .map(|terms| format!("{}{terms}", ["؛ الشروط: ", "; terms: ", " ; conditions : "][at]));
                let terms = terms.unwrap_or_default();
                match at {
                    0 => format!("{file_name} من {source}، {size_bytes} بايت، SHA-256 {sha256}{terms}"),
                    1 => format!("{file_name} from {source}, {size_bytes} bytes, SHA-256 {sha256}{terms}"),
                    _ => format!("{file_name} de {source}, {size_bytes} octets, SHA-256 {sha256}{terms}"),
                }
            }
            Self::Recorded { kind: Some(kind), id } => {
                let id = id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
                word(&KINDS, kind, at) + &id
            }
            Self::Recorded { kind: None, .. } => ["مضمون سُحب", "withdrawn content", "contenu retiré"][at].to_owned(),
            Self::Decided { a, b, verdict, why } => {
                let verdict = match verdict {
                    Verdict::Same => ["الشخص نفسه", "the same person", "la même personne"],
                    Verdict::NotSame => ["ليسا الشخص نفسه", "not the same person", "pas la même personne"],
                    Verdict::CannotTell => ["لا يمكن الجزم", "cannot tell", "impossible à dire"],
                };
                let and = ["و", "and", "et"][at];
                format!("{a} {and} {b}: {}. {why}", verdict[at])
            }
            Self::Approved { person, why } => {
                let may = ["يجوز ذكر اسمه", "may be named", "peut être nommé"][at];
                format!("{person} {may}. {why}")
            }
            Self::NotApproved { person, why } => {
                let taken_back = [
                    "سُحب ما أجازته هذه اليد",
                    "what this hand approved is taken back",
                    "ce que cette main avait autorisé est retiré",
                ];
                format!("{person}: {}. {why}", taken_back[at])
            }
            Self::ConsentTakenBack { uses, why } => format!("{} {uses}. {why}", ["بشأن", "for", "pour"][at]),
            Self::Handled { subject, why } => format!("{subject} {}", reason(why, at)),
            Self::Withdrawn { part, entry, authority, reason } => {
                let what = match part {
                    WithdrawnPart::Payload => {
                        let words = ["مضمون القيد", "the content of entry", "le contenu de l'inscription"];
                        format!("{} {entry}", words[at])
                    }
                    WithdrawnPart::Field(name) => match at {
                        0 => format!("الحقل {name} من القيد {entry}"),
                        1 => format!("the field {name} of entry {entry}"),
                        _ => format!("le champ {name} de l'inscription {entry}"),
                    },
                    WithdrawnPart::Original(digest) => {
                        format!("{} {digest}", ["الأصل", "the original", "l'original"][at])
                    }
                };
                let authority_of = ["، بسلطة", ", on the authority of", ", sur l'autorité de"][at];
                format!("{what}{authority_of} {authority}: {reason}")
            }
            Self::Released { entries } => match at {
                0 => format!("إصدار يشمل {entries} من القيود، ويعرض ما تسمح به سياسته"),
                1 => format!("release over {entries} entries; it shows what its policy lets out"),
                _ => format!("publication sur {entries} inscriptions ; elle montre ce que sa politique permet"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_wrote_is_in_the_language_asked_for_and_what_people_wrote_is_as_they_wrote_it() {
        let step = Particulars::Received {
            file_name: "list.csv".into(),
            source: "giver".into(),
            size_bytes: 12,
            sha256: "ab".into(),
            terms: Some("in confidence".into()),
        };
        let arabic = step.words(Language::Ar);
        assert!(arabic.contains("بايت") && arabic.contains("in confidence") && !arabic.contains("bytes"), "{arabic}");
        let looked = |why: &str| Particulars::Handled { subject: "a-1".into(), why: why.into() };
        assert_eq!(looked(WHAT_IT_IS).words(Language::Ar), "a-1 ما هو");
        assert_eq!(looked("page for court, p.html").words(Language::Fr), "a-1 page pour le tribunal, p.html");
        assert_eq!(looked("because the court asked").words(Language::Ar), "a-1 because the court asked");
    }
}
