//! Share cards: pictures of 1200 by 630 pixels that previews show, with shaped text in the page's language.

use crate::invented::Invented;
use crate::pages::Ctx;
use crate::typeset::{Press, Sheet, quoted};

pub(crate) struct Card {
    pub kicker: String,
    pub title: String,
    pub detail: String,
    pub site: String,
    pub invented: Invented,
}

/// Ground, kicker and what stands at the foot. On an accent of the publisher's all words are white, for which its contrast
/// was held to what words need.
fn colours(accent: Option<&str>) -> (&str, &str, &str) {
    accent.map_or(("#12303b", "#ffd479", "#c9d6db"), |ground| (ground, "#ffffff", "#ffffff"))
}

pub(crate) fn sheet(ctx: &Ctx<'_>, press: &dyn Press, ident: &str, card: &Card) -> Sheet {
    let (lang, imprint) = (ctx.t.lang, ctx.imprint());
    let (ground, kicker, foot) = colours(imprint.theme.accent.as_deref());
    let (logo, pictures) = imprint.logo(44);
    // A logo is drawn for paper.
    let logo = if logo.is_empty() {
        logo
    } else {
        format!("#box(fill: white, inset: 8pt, radius: 4pt, baseline: 30%)[{logo}]#h(16pt)")
    };
    // Long titles are set smaller, so that every one fits.
    let size = match card.title.chars().count() {
        0..=60 => 66,
        61..=110 => 54,
        111..=180 => 42,
        _ => 32,
    };
    // The banner takes the room of a line and a half.
    let size = if card.invented.any() { size * 3 / 4 } else { size };
    let title: String = card.title.chars().take(280).collect();
    let mut banner = String::new();
    if card.invented.any() {
        let words: Vec<String> = card
            .invented
            .banner()
            .into_iter()
            .map(|(l, words)| format!("#par(text(15pt, lang: \"{}\", {}))", l.tag(), quoted(&words)))
            .collect();
        banner = format!(
            "#block(width: 100%, fill: rgb(\"#ffe9a8\"), inset: 10pt)[#set text(fill: black); {}]",
            words.join(" ")
        );
    }
    let markup = format!(
        "#set page(width: 1200pt, height: 630pt, margin: (x: 64pt, y: 44pt), fill: rgb({}))\n\
         #set text(font: {}, lang: \"{}\", fill: white, size: 28pt, hyphenate: false)\n\
         #set par(leading: 0.55em)\n{banner}\n#v(1fr)\n#text(26pt, fill: rgb({}), {})\n\n\
         #text({size}pt, weight: \"bold\", {})\n\n#v(1fr)\n#v(10pt)\n#text(26pt, {})\n\n{logo}#text(22pt, fill: rgb({}), {})\n",
        quoted(ground),
        press.family(lang.tag()),
        lang.tag(),
        quoted(kicker),
        quoted(&card.kicker),
        quoted(&title),
        quoted(&card.detail),
        quoted(foot),
        quoted(&card.site),
    );
    Sheet { ident: ident.to_owned(), markup, pictures }
}
