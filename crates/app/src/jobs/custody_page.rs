//! The chain of custody as one page for court: a file by itself, without script, that prints.
//!
//! Words are those of the language asked for; what people wrote stands as they wrote it.

use crate::cli::custody::Language;
use crate::jobs::custody::Chain;
use crate::jobs::particulars::{Word, place};
use crate::terminal::utc;

const TITLE: Word = ["سلسلة حفظ الأدلة", "Chain of custody", "Chaîne de conservation"];
const FILES: Word = ["الملفات كما وردت", "Files as received", "Fichiers tels que reçus"];
const STEPS: Word = ["الخطوات بالترتيب", "Steps, in order", "Étapes, dans l'ordre"];
const ENTRY: Word = ["القيد", "Entry", "Inscription"];
const TIME: Word = ["وقت التسجيل", "Recorded at", "Inscrit le"];
const STEP: Word = ["الخطوة", "Step", "Étape"];
const BY: Word = ["من قام بها", "By", "Par"];
const TO: Word = ["إلى", "To", "À"];
const DETAIL: Word = ["التفاصيل", "Particulars", "Détails"];
const TOOL: Word = ["الأداة وإصدارها", "Tool and version", "Outil et version"];
const HASH: Word = ["بصمة القيد في السجل", "Hash of the entry in the log", "Empreinte de l'inscription"];
const FILE: Word = ["الملف", "File", "Fichier"];
const SOURCE: Word = ["المصدر", "Source", "Source"];
const SIZE: Word = ["الحجم بالبايت", "Size in bytes", "Taille en octets"];
const NOW: Word = ["عند إعادة القراءة الآن", "Read again now", "Relu maintenant"];
const LOG: Word = ["السجل العام", "The public log", "Le registre public"];
const KEY: Word = ["المفتاح العلني", "Public key", "Clé publique"];
const CHECK: Word = [
    "يمكن التحقق من كل سطر: كل قيد جزء من سجل موقّع لا يمكن تغييره دون أن يظهر ذلك. الأمر: tawthiq verify",
    "Each line can be checked: every entry is part of a signed log that cannot be changed unseen. The command is: tawthiq verify",
    "Chaque ligne est vérifiable : toute inscription fait partie d'un registre signé qui ne peut être modifié à l'insu. La commande : tawthiq verify",
];
const STEP_NAMES: [(&str, Word); 13] = [
    ("received", ["استُلم", "received", "reçu"]),
    ("recorded", ["سُجّل", "recorded", "inscrit"]),
    ("decided", ["قُرّر", "decided", "décidé"]),
    ("approved", ["أُجيز ذكر الاسم", "naming approved", "nom autorisé"]),
    ("not_approved", ["سُحبت الإجازة", "approval taken back", "autorisation retirée"]),
    ("consent_taken_back", ["سحبت الأسرة موافقتها", "consent taken back", "consentement retiré"]),
    ("looked_at", ["اطُّلع عليه", "looked at", "consulté"]),
    ("exported", ["صُدّر", "exported", "exporté"]),
    ("printed", ["طُبع", "printed", "imprimé"]),
    ("handed_over", ["سُلّم", "handed over", "remis"]),
    ("checked_fixity", ["تُحقّق من سلامته", "fixity checked", "intégrité vérifiée"]),
    ("released", ["نُشر", "released", "publié"]),
    ("withdrawn", ["سُحب", "withdrawn", "retiré"]),
];
const STATES: [(&str, Word); 4] = [
    (
        "same",
        ["مطابق تماماً لما ورد", "byte for byte what was received", "identique, octet par octet, à ce qui fut reçu"],
    ),
    ("changed", ["مختلف عمّا ورد", "NOT what was received", "DIFFÉRENT de ce qui fut reçu"]),
    ("missing", ["غير موجود", "not here", "absent"]),
    ("withdrawn", ["سُحب وأُتلف", "withdrawn and destroyed", "retiré et détruit"]),
];

const STYLE: &str = "body{font:11pt/1.5 'Noto Naskh Arabic','Noto Sans',serif;margin:2em;max-width:70em}\
table{border-collapse:collapse;width:100%;margin:1em 0}th,td{border:1px solid #888;padding:.3em .5em;text-align:start;vertical-align:top}\
th{background:#eee}code,pre{font:9pt/1.4 monospace;overflow-wrap:anywhere;white-space:pre-wrap;direction:ltr;unicode-bidi:isolate}\
@media print{body{margin:0}tr{break-inside:avoid}thead{display:table-header-group}}";

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn row(tag: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<{tag} dir=\"auto\">{cell}</{tag}>")).collect();
    format!("<tr>{cells}</tr>\n")
}

fn named(names: &[(&'static str, Word)], key: &str, at: usize) -> String {
    names.iter().find(|(name, _)| *name == key).map_or_else(|| escape(key), |(_, word)| word[at].to_owned())
}

pub fn html(chain: &Chain, language: Language) -> String {
    let at = place(language);
    let (code, direction) = match language {
        Language::Ar => ("ar", "rtl"),
        Language::En => ("en", "ltr"),
        Language::Fr => ("fr", "ltr"),
    };
    let head = |words: &[Word]| row("th", &words.iter().map(|word| word[at].to_owned()).collect::<Vec<_>>());
    let code_of = |text: &str| format!("<code>{}</code>", escape(text));
    let files: String = chain
        .files
        .iter()
        .map(|file| {
            row(
                "td",
                &[
                    escape(&file.file_name),
                    escape(&file.source),
                    file.size_bytes.to_string(),
                    code_of(&file.sha256),
                    named(&STATES, file.now, at),
                ],
            )
        })
        .collect();
    let steps: String = chain
        .steps
        .iter()
        .map(|step| {
            row(
                "td",
                &[
                    step.entry.to_string(),
                    format!("<bdi dir=\"ltr\">{}</bdi>", utc(step.time)),
                    named(&STEP_NAMES, &step.what, at),
                    escape(&step.by),
                    escape(step.to.as_deref().unwrap_or_default()),
                    escape(step.particulars.words(language).trim()),
                    escape(&step.tool),
                    code_of(&step.leaf_sha256),
                ],
            )
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"{code}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>{title}: {id}</title><style>{STYLE}</style></head>\n<body>\n<h1>{title}: <bdi>{id}</bdi></h1>\n\
         <h2>{}</h2>\n<table><thead>{}</thead><tbody>\n{files}</tbody></table>\n\
         <h2>{}</h2>\n<table><thead>{}</thead><tbody>\n{steps}</tbody></table>\n\
         <h2>{}</h2>\n<pre>{}</pre>\n<p>{}: <code>{}</code></p>\n<p>{}</p>\n<p><bdi dir=\"ltr\">{}</bdi></p>\n</body>\n</html>\n",
        FILES[at],
        head(&[FILE, SOURCE, SIZE, ["SHA-256"; 3], NOW]),
        STEPS[at],
        head(&[ENTRY, TIME, STEP, BY, TO, DETAIL, TOOL, HASH]),
        LOG[at],
        // Line feeds are the checkpoint's form; each line is escaped by itself.
        chain.checkpoint.lines().map(escape).collect::<Vec<_>>().join("\n"),
        KEY[at],
        escape(&chain.public_key),
        CHECK[at],
        escape(&chain.tool),
        title = TITLE[at],
        id = escape(&chain.id),
    )
}
