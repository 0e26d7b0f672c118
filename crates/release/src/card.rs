//! Share cards: pictures of 1200 by 630 pixels that previews show, with shaped text in the page's language.

use crate::l10n::Lang;
use crate::typeset::{Press, Sheet, quoted};

pub(crate) struct Card {
    pub kicker: String,
    pub title: String,
    pub detail: String,
    pub site: String,
    pub invented: bool,
}

pub(crate) fn sheet(lang: Lang, press: &dyn Press, ident: &str, card: &Card) -> Sheet {
    // Long titles are set smaller, so that every one fits.
    let size = match card.title.chars().count() {
        0..=60 => 66,
        61..=110 => 54,
        111..=180 => 42,
        _ => 32,
    };
    // The banner takes the room of a line and a half.
    let size = if card.invented { size * 3 / 4 } else { size };
    let title: String = card.title.chars().take(280).collect();
    let mut banner = String::new();
    if card.invented {
        let words: Vec<String> = crate::leaf::banner()
            .into_iter()
            .map(|(l, words)| format!("#par(text(15pt, lang: \"{}\", {}))", l.tag(), quoted(&words)))
            .collect();
        banner = format!(
            "#block(width: 100%, fill: rgb(\"#ffe9a8\"), inset: 10pt)[#set text(fill: black); {}]",
            words.join(" ")
        );
    }
    let markup = format!(
        "#set page(width: 1200pt, height: 630pt, margin: (x: 64pt, y: 44pt), fill: rgb(\"#12303b\"))\n\
         #set text(font: {}, lang: \"{}\", fill: white, size: 28pt, hyphenate: false)\n\
         #set par(leading: 0.55em)\n{banner}\n#v(1fr)\n#text(26pt, fill: rgb(\"#ffd479\"), {})\n\n\
         #text({size}pt, weight: \"bold\", {})\n\n#v(1fr)\n#v(10pt)\n#text(26pt, {})\n\n#text(22pt, fill: rgb(\"#c9d6db\"), {})\n",
        press.family(lang.tag()),
        lang.tag(),
        quoted(&card.kicker),
        quoted(&title),
        quoted(&card.detail),
        quoted(&card.site),
    );
    Sheet { ident: ident.to_owned(), markup, pictures: Vec::new() }
}
