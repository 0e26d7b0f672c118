//! Who publishes, as every page, sheet and picture of a release shows it: settings of the policy, else the data's own title.

use crate::logo::Logo;
use crate::settings::Theme;
use crate::typeset::quoted;
use crate::{Dataset, Policy};

/// The publisher in one language.
#[derive(Clone, Copy)]
pub(crate) struct Imprint<'a> {
    /// The organisation's name, else the title of the data.
    pub name: &'a str,
    /// The organisation's name where one is set: a sheet that leaves the site is not signed with the title of data.
    pub own: Option<&'a str>,
    /// Who is named as the author of a document or a feed.
    pub author: &'a str,
    /// The publisher's sentence for the foot of every page.
    pub words: Option<&'a str>,
    pub logo: Option<&'a Logo>,
    pub theme: &'a Theme,
}

impl<'a> Imprint<'a> {
    pub fn of(data: &'a Dataset, policy: &'a Policy, lang: &str) -> Self {
        let site = &policy.site;
        let own = site.name.best(lang).map(|(_, words)| words);
        Self {
            own,
            name: own.unwrap_or_else(|| crate::index::best(&data.title, lang, "Tawthiq").1),
            author: site.publisher.as_deref().or(own).unwrap_or("Tawthiq"),
            words: site.footer.best(lang).map(|(_, words)| words),
            logo: policy.theme.picture.as_ref(),
            theme: &policy.theme,
        }
    }

    /// The foot of a sheet: what it is, then who publishes it, as far as settings say so.
    pub fn foot(&self, parts: impl IntoIterator<Item = String>) -> String {
        let own = [self.own, self.words].into_iter().flatten().map(str::to_owned);
        parts.into_iter().chain(own).collect::<Vec<_>>().join(" · ")
    }

    /// The logo as Typst markup, so high in points, and the picture that the markup names; nothing where there is none.
    pub fn logo(&self, height: u32) -> (String, Vec<(String, Vec<u8>)>) {
        let Some(logo) = self.logo else { return Default::default() };
        let file = logo.path.rsplit('/').next().unwrap_or(logo.path);
        let markup = format!("#image({}, height: {height}pt, alt: {})", quoted(file), quoted(self.name));
        (markup, vec![(file.to_owned(), logo.bytes.clone())])
    }
}
