//! Who publishes, where the release will stand, and how it looks: settings, never code.

use domain::LocalText;
use serde::Deserialize;

use crate::logo::Logo;

/// The organisation and the lasting place of its releases (`[site]`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteSettings {
    /// Shown at the head of every page, in place of the data set's title.
    pub name: LocalText,
    pub publisher: Option<String>,
    /// Who made it, for citations; the publisher where left out.
    pub creators: Vec<Creator>,
    /// The folder of all releases on the web; a release stands below it under its version.
    pub address: Option<String>,
    /// The day of the release (UTC) where left out.
    pub version: Option<String>,
    pub doi: Option<String>,
    /// SPDX identifier.
    pub licence: Option<String>,
    /// A sentence in the footer of every page.
    pub footer: LocalText,
}

impl SiteSettings {
    pub fn version_at(&self, generated_at: i64) -> String {
        self.version.clone().unwrap_or_else(|| {
            jiff::Timestamp::from_second(generated_at)
                .map(|at| jiff::tz::Offset::UTC.to_datetime(at).date().to_string())
                .unwrap_or_else(|_| generated_at.to_string())
        })
    }
    /// Gives this release a version of its own where one before it has the same: `2026-11-28`, then `2026-11-28_2`.
    pub fn number_after(&mut self, before: Option<&crate::Summary>, generated_at: i64) {
        let Some(before) = before else { return };
        let own = self.version_at(generated_at);
        let number = |version: &str| match version.strip_prefix(&own)? {
            "" => Some(1),
            rest => rest.strip_prefix('_')?.parse::<u64>().ok(),
        };
        let told = before.history.iter().flat_map(|step| [&step.from, &step.to]).chain([&before.version]);
        if let Some(last) = told.filter_map(|version| number(version)).max() {
            self.version = Some(format!("{own}_{}", last.saturating_add(1)));
        }
    }
    pub fn publisher(&self) -> String {
        self.publisher.clone().unwrap_or_else(|| "Tawthiq".to_owned())
    }
    pub fn creators(&self) -> Vec<Creator> {
        if self.creators.is_empty() { vec![Creator::Organisation(self.publisher())] } else { self.creators.clone() }
    }
    /// Where this version will always be found, with a slash at its end.
    pub fn lasting_address(&self, generated_at: i64) -> Option<String> {
        let base = self.address.as_ref()?.trim_end_matches('/');
        Some(format!("{base}/{}/", self.version_at(generated_at)))
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let is_plain = |v: &String| {
            !v.is_empty() && v.len() <= 64 && v.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        };
        if self.version.as_ref().is_some_and(|v| !is_plain(v) || v.starts_with('.')) {
            return Err("a version is letters, digits, dots and dashes".to_owned());
        }
        if self.address.as_ref().is_some_and(|a| !a.starts_with("https://") || !is_folder_on_the_web(a)) {
            return Err("the address of the site must begin with https:// and a host, without ? and #".to_owned());
        }
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        for (name, is_empty) in [
            ("publisher", given(&self.publisher)),
            ("licence", given(&self.licence)),
            ("creators", self.creators.iter().any(Creator::is_nameless)),
            ("name", self.name.0.values().any(|name| name.trim().is_empty())),
        ] {
            if is_empty {
                return Err(format!("{name} of the site has an empty text; leave it out where there is none"));
            }
        }
        let names = self.name.0.values().chain(&self.publisher);
        if let Some(wrong) = names.into_iter().find(|name| domain::text::has_unseen(name)) {
            return Err(format!("the name {wrong:?} has a control character or an override of direction"));
        }
        if let Some(wrong) = self.creators.iter().find_map(|c| c.orcid().filter(|id| !is_orcid(id))) {
            return Err(format!(
                "{wrong:?} is no ORCID iD: sixteen digits in four groups, of which the last one checks the others"
            ));
        }
        if self.doi.as_ref().is_some_and(|d| !d.starts_with("10.") || !d.contains('/')) {
            return Err("a DOI begins with 10. and has a slash".to_owned());
        }
        Ok(())
    }
}

/// Who made a release: an organisation by its name, a person by the parts of hers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Creator {
    Organisation(String),
    Person(PersonalName),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalName {
    pub family: String,
    pub given: String,
    /// Her ORCID iD, such as `0000-0002-1825-0097`.
    pub orcid: Option<String>,
}

impl Creator {
    /// As a citation names her: `Family, Given`.
    pub fn cited(&self) -> String {
        match self {
            Self::Organisation(name) => name.clone(),
            Self::Person(person) => format!("{}, {}", person.family, person.given),
        }
    }
    fn is_nameless(&self) -> bool {
        match self {
            Self::Organisation(name) => name.trim().is_empty(),
            Self::Person(person) => person.family.trim().is_empty() || person.given.trim().is_empty(),
        }
    }
    fn orcid(&self) -> Option<&str> {
        match self {
            Self::Organisation(_) => None,
            Self::Person(person) => person.orcid.as_deref(),
        }
    }
}

/// Whether paths can be put after an address: one of the web with a host, and nothing that ends a path.
pub(crate) fn is_folder_on_the_web(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && !address.contains(['?', '#']) && !address.contains(char::is_whitespace)
}

/// Four groups of four, the last digit by ISO 7064 MOD 11-2, where X is ten.
fn is_orcid(id: &str) -> bool {
    let groups: Vec<&str> = id.split('-').collect();
    let digits: String = groups.concat();
    if groups.len() != 4 || groups.iter().any(|g| g.len() != 4) || !digits.is_ascii() {
        return false;
    }
    let Some(sum) = digits.chars().take(15).try_fold(0, |sum, c| Some((sum + c.to_digit(10)?) * 2 % 11)) else {
        return false;
    };
    let last = match (12 - sum) % 11 {
        10 => Some('X'),
        check => char::from_digit(check, 10),
    };
    digits.chars().last() == last
}

/// Colours (`[theme]`), as `#rrggbb`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    pub ink: Option<String>,
    pub soft: Option<String>,
    pub paper: Option<String>,
    pub panel: Option<String>,
    pub link: Option<String>,
    pub accent: Option<String>,
    /// The name of the logo's file, beside the policy's.
    pub logo: Option<String>,
    #[serde(skip)]
    pub picture: Option<Logo>,
}

fn rgb(colour: &str) -> Option<[u8; 3]> {
    let hex = colour.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |c: [u8; 3]| {
        let [r, g, b] = c.map(|v| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

impl Theme {
    /// Refuses what is no colour, and words that nobody could read on the paper, the panel or on white.
    pub(crate) fn check(&self) -> Result<(), String> {
        let parse = |name: &str, given: &Option<String>, usual: &str| {
            let text = given.as_deref().unwrap_or(usual);
            rgb(text).ok_or_else(|| format!("{name} is {text:?}, and a colour is #rrggbb"))
        };
        let grounds = [parse("paper", &self.paper, "#fdfcf9")?, parse("panel", &self.panel, "#f4f2ec")?, [255; 3]];
        for (name, given, usual) in [
            ("ink", &self.ink, "#1c2326"),
            ("soft", &self.soft, "#566066"),
            ("link", &self.link, "#17495a"),
            ("accent", &self.accent, "#1f4e5f"),
        ] {
            let colour = parse(name, given, usual)?;
            let worst = grounds.iter().map(|g| contrast(colour, *g)).fold(21.0, f64::min);
            if worst < 4.5 {
                return Err(format!("{name} has a contrast of {worst:.1} to its ground, and words need 4.5"));
            }
        }
        Ok(())
    }

    /// Rules that follow the style sheet's own.
    pub(crate) fn css(&self) -> String {
        let named = [
            ("ink", &self.ink),
            ("soft", &self.soft),
            ("paper", &self.paper),
            ("panel", &self.panel),
            ("link", &self.link),
            ("accent", &self.accent),
        ];
        let rules: String = named.iter().filter_map(|(n, v)| Some(format!("--{n}:{};", v.as_ref()?))).collect();
        if rules.is_empty() { String::new() } else { format!(":root{{{rules}}}\n") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_releases_of_one_day_have_versions_of_their_own() {
        let after = |before: Option<&str>, own: Option<&str>| {
            let before = before.map(|v| crate::Summary { version: v.into(), ..Default::default() });
            let mut site = SiteSettings { version: own.map(str::to_owned), ..SiteSettings::default() };
            site.number_after(before.as_ref(), 1_795_860_000);
            site.version_at(1_795_860_000)
        };
        assert_eq!(after(None, None), "2026-11-28");
        assert_eq!(after(Some("2026-11-27_4"), None), "2026-11-28");
        assert_eq!(after(Some("2026-11-28"), None), "2026-11-28_2");
        assert_eq!(after(Some("2026-11-28_2"), None), "2026-11-28_3");
        assert_eq!(after(Some("2026-1"), Some("2026-1")), "2026-1_2");
        assert_eq!(after(Some("2026-11"), Some("2026-1")), "2026-1");
        // Also where another came between.
        let step =
            |from: &str, to: &str| crate::archive::Step { from: from.into(), to: to.into(), ..Default::default() };
        let history = vec![step("2026-11-28", "2026-12")];
        let before = crate::Summary { version: "2026-12".into(), history, ..Default::default() };
        let mut site = SiteSettings::default();
        site.number_after(Some(&before), 1_795_860_000);
        assert_eq!(site.version_at(1_795_860_000), "2026-11-28_2");
    }

    #[test]
    fn a_creator_is_an_organisation_or_a_person_with_an_identifier_that_holds() {
        let parse = |text: &str| crate::Policy::parse(text).map_err(|e| e.to_string());
        let text =
            "[site]\ncreators = ['The Archive', { family = 'Doe', given = 'Jane', orcid = '0000-0002-1825-0097' }]\n";
        let cited: Vec<String> = parse(text).unwrap().site.creators.iter().map(Creator::cited).collect();
        assert_eq!(cited, ["The Archive", "Doe, Jane"]);
        assert!(parse(&text.replace("0097", "0098")).unwrap_err().contains("ORCID"));
        for wrong in ["", "0000-0002-1825-009é", "000-00002-1825-0097", "x"] {
            assert!(!is_orcid(wrong), "{wrong}");
        }
        assert!(is_orcid("0000-0002-1694-233X"));
    }

    #[test]
    fn what_is_empty_or_none_in_a_policy_is_refused_in_words() {
        for (text, said) in [
            ("minimum_cell = 0", "minimum_cell is 0"),
            ("approvals_needed = 0", "approvals_needed is 0"),
            ("[withdrawn]\np-x = ' '", "p-x is withdrawn without a reason"),
            ("given_back = ['p-x']\n[withdrawn]\np-x = 'asked'", "both withdrawn and given back"),
            ("[site]\npublisher = ''", "publisher of the site"),
            ("[site]\nlicence = ' '", "licence of the site"),
            ("[site]\ncreators = ['']", "creators of the site"),
            ("[site]\ncreators = [{ family = 'Doe', given = '' }]", "creators of the site"),
            ("[site]\nname = { en = '' }", "name of the site"),
            ("[site]\naddress = 'https://'", "a host"),
            ("[site]\naddress = 'https://x.invalid/?q'", "without ?"),
        ] {
            let refused = crate::Policy::parse(text).map_err(|e| e.to_string()).unwrap_err();
            assert!(refused.contains(said) && refused.contains("nothing was published"), "{text}: {refused}");
        }
        assert!(crate::Policy::parse("[site]\naddress = 'https://x.invalid:8080/r'").is_ok());
    }

    #[test]
    fn a_theme_that_cannot_be_read_is_refused() {
        let pale = Theme { link: Some("#9fb6c0".into()), ..Theme::default() };
        assert!(pale.check().unwrap_err().contains("contrast"));
        assert!(Theme { ink: Some("red; }".into()), ..Theme::default() }.check().is_err());
        assert!(Theme::default().check().is_ok());
    }
}
