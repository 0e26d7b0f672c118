//! The poster of a notice: one sheet for a wall, with the name large and a QR code that leads to the page.

use domain::Notice;
use qrcode::{EcLevel, QrCode};

use super::page;
use crate::invented::Invented;
use crate::l10n::{Lang, without_isolates};
use crate::pages::Ctx;
use crate::typeset::{Press, Sheet, bare, date, quoted};

/// A QR code (ISO/IEC 18004) as SVG: level Q mends a quarter of the symbol, for paper that weather has worn.
pub(crate) fn qr(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::Q).ok()?;
    let width = code.width();
    let dark = |at: &usize| code[(at % width, at / width)] == qrcode::Color::Dark;
    let path: String =
        (0..width * width).filter(dark).map(|at| format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4)).collect();
    let side = width + 8;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#ffffff\"/><path d=\"{path}\" fill=\"#000000\"/></svg>"
    ))
}

/// Words in letters as large as leave them the height: a sheet on a wall is one page, with the code on it.
const FITTED: &str = "#let fitted(size, height, words, ..more) = layout(room => {\n\
    let n = size\n\
    while n > 10pt and measure(block(width: room.width, text(n, words, ..more))).height > height { n -= 1pt }\n\
    text(n, words, ..more)\n})\n";

pub(super) fn sheet(ctx: &Ctx<'_>, notice: &Notice, press: &dyn Press, address: &str) -> Option<Sheet> {
    let lang: Lang = ctx.t.lang;
    let (title, imprint) = (page::title(ctx, notice), ctx.imprint());
    let (logo, mut pictures) = imprint.logo(40);
    let mut markup = format!(
        "#set document(title: {}, date: {}, author: {})\n\
         #set page(paper: \"a4\", margin: 1.6cm)\n#set text(font: {}, lang: \"{}\", size: 16pt)\n#set align(center)\n{FITTED}",
        quoted(&without_isolates(&title)),
        date(crate::report::made_on(ctx.data)),
        quoted(imprint.author),
        press.family(lang.tag()),
        lang.tag(),
    );
    for (l, words) in Invented::among([ctx.index.is_invented(&notice.source)]).banner() {
        markup += &format!(
            "#block(width: 100%, inset: 5pt, stroke: 1pt)[#set text(9pt, lang: \"{}\"); #{}]\n",
            l.tag(),
            quoted(&words)
        );
    }
    markup += &format!(
        "#v(1fr)\n#block(width: 100%, fill: black, inset: 14pt)[#text(26pt, weight: \"bold\", fill: white, {})]\n\
         #v(0.6cm)\n#fitted(44pt, 4.5cm, {}, weight: \"bold\")\n\n#v(0.3cm)\n#fitted(22pt, 2.5cm, {})\n#v(1fr)\n",
        quoted(&ctx.m("notice-poster-missing")),
        quoted(&page::display_name(ctx, notice)),
        quoted(&title),
    );
    let other = if lang == Lang::Ar { "en" } else { "ar" };
    if let Some(name) = notice.name.get(other).filter(|n| *n != page::display_name(ctx, notice)) {
        markup += &format!("#fitted(24pt, 2cm, {}, lang: \"{other}\")\n#v(1fr)\n", quoted(name));
    }
    let code = qr(address)?;
    markup += &format!(
        "#image(\"p0.svg\", width: 6cm, alt: {})\n\n#text(12pt, {})\n\n#text(10pt, dir: ltr, {})\n\n{logo}\n\n#text(11pt, {})\n",
        quoted(&ctx.m("notice-poster-code")),
        quoted(&ctx.m("notice-poster-scan")),
        quoted(address),
        quoted(&imprint.foot([])),
    );
    pictures.push(("p0.svg".into(), code.into_bytes()));
    Some(Sheet { ident: format!("notice/{}/poster/{}", notice.id, lang.tag()), markup: bare(&markup), pictures })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_has_its_quiet_zone_of_four_modules() {
        let svg = super::qr("https://example.invalid/ar/notice/x.html").unwrap();
        assert!(!svg.contains("M0 ") && !svg.contains("M3 ") && svg.contains("M4 4h1"));
    }
}
