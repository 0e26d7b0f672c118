//! How a release is cited: `release.json`, DataCite's JSON (schema 4.5), schema.org's `Dataset` and `CITATION.cff` (1.2.0).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use crate::charts::story::{CALENDAR, Calendar};
use crate::folder::{Folder, ReleaseError};
use crate::imprint::Imprint;
use crate::pages::Ctx;
use crate::settings::Creator;
use crate::{Changes, Dataset, Policy, Summary};

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|at| jiff::tz::Offset::UTC.to_datetime(at).date().to_string())
        .unwrap_or_default()
}

fn title<'a>(data: &'a Dataset, policy: &'a Policy, lang: &str) -> &'a str {
    Imprint::of(data, policy, lang).name
}

/// The parts of the citation as a reader copies it; each is written in its own direction.
pub(crate) struct Citation {
    pub creators: String,
    pub year: String,
    pub title: String,
    pub version: String,
    /// Where it will always be found.
    pub address: Option<String>,
}

pub(crate) fn citation(data: &Dataset, policy: &Policy, lang: &str) -> Citation {
    let creators: Vec<String> = policy.site.creators().iter().map(Creator::cited).collect();
    let doi = policy.site.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
    Citation {
        creators: creators.join("; "),
        year: day(data.generated_at).chars().take(4).collect(),
        title: title(data, policy, lang).to_owned(),
        version: policy.site.version_at(data.generated_at),
        address: doi.or_else(|| policy.site.lasting_address(data.generated_at)),
    }
}

/// The data that pages are made of: path and media type of each file.
fn files(ctx: &Ctx<'_>) -> Vec<(&'static str, &'static str)> {
    let mut files = vec![
        ("data/figures.csv", "text/csv"),
        ("data/figures.json", "application/json"),
        ("data/patterns.json", "application/json"),
        (crate::printed::PATH, "text/csv"),
        (super::summary::PATH, "application/json"),
    ];
    files.extend(Calendar::of(ctx).map(|_| (CALENDAR, "text/csv")));
    files.extend(ctx.data.previous.as_ref().map(|_| (CHANGES, "application/json")));
    files
}

fn download(ctx: &Ctx<'_>, path: &str, media: &str) -> Value {
    let address = ctx.policy.site.lasting_address(ctx.data.generated_at);
    let at = address.map_or_else(|| path.to_owned(), |a| format!("{a}{path}"));
    json!({ "@type": "DataDownload", "contentUrl": at, "encodingFormat": media })
}

/// `data/dataset.jsonld`; `numbers` are the CSV files that reports, charts and maps brought.
pub(crate) fn write_dataset(
    ctx: &Ctx<'_>,
    numbers: &BTreeSet<String>,
    folder: &Folder<'_>,
) -> Result<(), ReleaseError> {
    let mut value = schema_org(ctx);
    if let Some(files) = value["distribution"].as_array_mut() {
        files.extend(numbers.iter().map(|path| download(ctx, path, "text/csv")));
    }
    folder.write(DATASET, text(&value)?.as_bytes())
}

/// schema.org's `Dataset`, which search engines for data read; also inside the first page.
pub(crate) fn schema_org(ctx: &Ctx<'_>) -> Value {
    let (data, policy, lang) = (ctx.data, ctx.policy, ctx.lang());
    let address = policy.site.lasting_address(data.generated_at);
    let creator = |creator: &Creator| match creator {
        Creator::Organisation(name) => json!({ "@type": "Organization", "name": name }),
        Creator::Person(person) => {
            let name = format!("{} {}", person.given, person.family);
            let mut value = json!({
                "@type": "Person", "name": name, "givenName": person.given, "familyName": person.family,
            });
            if let Some(orcid) = &person.orcid {
                value["@id"] = orcid_address(orcid).into();
            }
            value
        }
    };
    let mut value = json!({
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": title(data, policy, lang),
        "description": DESCRIPTION,
        "version": policy.site.version_at(data.generated_at),
        "datePublished": day(data.generated_at),
        "inLanguage": ["ar", "en", "fr"],
        "isAccessibleForFree": true,
        "creator": policy.site.creators().iter().map(creator).collect::<Vec<_>>(),
        "distribution": files(ctx).into_iter().map(|(path, media)| download(ctx, path, media)).collect::<Vec<_>>(),
    });
    let mut set = |key: &str, found: Option<String>| {
        if let Some(found) = found {
            value[key] = found.into();
        }
    };
    set("url", address.clone());
    set("identifier", policy.site.doi.as_ref().map(|doi| format!("https://doi.org/{doi}")).or(address.clone()));
    set("license", policy.site.licence.as_deref().map(licence_address));
    value
}

/// Where SPDX keeps the text of a licence.
fn licence_address(identifier: &str) -> String {
    format!("https://spdx.org/licenses/{identifier}")
}

fn orcid_address(orcid: &str) -> String {
    format!("https://orcid.org/{orcid}")
}

const CHANGES: &str = "data/changes.json";
pub(crate) const DATASET: &str = "data/dataset.jsonld";

fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, ReleaseError> {
    serde_json::to_string_pretty(value).map(|json| json + "\n").map_err(|e| ReleaseError::Page(e.to_string()))
}

const DESCRIPTION: &str =
    "Published figures and documented persons, each number with its source and a proof of inclusion.";

fn datacite(data: &Dataset, policy: &Policy) -> Value {
    let date = day(data.generated_at);
    let titles = ["en", "ar", "fr"].map(|lang| json!({ "title": title(data, policy, lang), "lang": lang }));
    let creator = |creator: &Creator| match creator {
        Creator::Organisation(name) => json!({ "name": name, "nameType": "Organizational" }),
        Creator::Person(person) => {
            let mut value = json!({
                "name": creator.cited(),
                "nameType": "Personal",
                "givenName": person.given,
                "familyName": person.family,
            });
            if let Some(orcid) = &person.orcid {
                value["nameIdentifiers"] = json!([{
                    "nameIdentifier": orcid_address(orcid),
                    "nameIdentifierScheme": "ORCID",
                    "schemeUri": "https://orcid.org",
                }]);
            }
            value
        }
    };
    let mut value = json!({
        "types": { "resourceTypeGeneral": "Dataset", "resourceType": "Documentation of harm to civilians" },
        "creators": policy.site.creators().iter().map(creator).collect::<Vec<_>>(),
        "titles": titles,
        "publisher": { "name": policy.site.publisher() },
        "publicationYear": date.get(..4).unwrap_or_default(),
        "dates": [{ "date": date, "dateType": "Issued" }],
        "version": policy.site.version_at(data.generated_at),
        "descriptions": [{ "description": DESCRIPTION, "descriptionType": "Abstract", "lang": "en" }],
        "formats": ["text/html", "text/csv", "application/json"],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    });
    if let Some(doi) = &policy.site.doi {
        value["doi"] = doi.as_str().into();
    }
    if let Some(address) = policy.site.lasting_address(data.generated_at) {
        value["url"] = address.into();
    }
    if let Some(licence) = &policy.site.licence {
        value["rightsList"] = json!([{
            "rightsIdentifier": licence,
            "rightsIdentifierScheme": "SPDX",
            "rightsUri": licence_address(licence),
        }]);
    }
    // A release that had no address is named by none: one made up for it would lead nowhere.
    if let Some(at) = data.previous.as_ref().and_then(|before| before.address.as_ref()) {
        value["relatedIdentifiers"] =
            json!([{ "relatedIdentifier": at, "relatedIdentifierType": "URL", "relationType": "IsNewVersionOf" }]);
    }
    value
}

/// A JSON string is a YAML string, so quoting is the JSON library's.
fn cff(data: &Dataset, policy: &Policy) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut lines = vec![
        "cff-version: 1.2.0".to_owned(),
        "type: dataset".to_owned(),
        format!("message: {}", quoted("If you use these data, please cite this release.")),
        format!("title: {}", quoted(title(data, policy, "en"))),
        "authors:".to_owned(),
    ];
    for creator in policy.site.creators() {
        match creator {
            Creator::Organisation(name) => lines.push(format!("  - name: {}", quoted(&name))),
            Creator::Person(person) => {
                lines.push(format!("  - family-names: {}", quoted(&person.family)));
                lines.push(format!("    given-names: {}", quoted(&person.given)));
                lines.extend(person.orcid.iter().map(|id| format!("    orcid: {}", quoted(&orcid_address(id)))));
            }
        }
    }
    lines.push(format!("version: {}", quoted(&policy.site.version_at(data.generated_at))));
    lines.push(format!("date-released: {}", day(data.generated_at)));
    lines.extend(policy.site.doi.as_ref().map(|doi| format!("doi: {}", quoted(doi))));
    lines.extend(policy.site.lasting_address(data.generated_at).map(|a| format!("url: {}", quoted(&a))));
    lines.extend(policy.site.licence.as_ref().map(|l| format!("license: {}", quoted(l))));
    lines.join("\n") + "\n"
}

/// Writes the metadata, the list of persons and, where there is an earlier release, what changed.
pub(crate) fn write(
    ctx: &Ctx<'_>,
    summary: &Summary,
    changes: Option<&Changes>,
    folder: &Folder<'_>,
) -> Result<(), ReleaseError> {
    let (data, policy) = (ctx.data, ctx.policy);
    let release = json!({
        "version": summary.version,
        "generated_at": data.generated_at,
        "address": policy.site.lasting_address(data.generated_at),
        "doi": policy.site.doi,
        "previous": data.previous.as_ref().map(|p| &p.version),
        "log": data.origin,
        "key": data.fingerprint,
        "program": data.program_version,
        "persons": summary.persons.len(),
        "figures": data.figures.len(),
        "statements": data.statements.len(),
        "events": data.events.len(),
    });
    for (path, value) in [("release.json", &release), ("datacite.json", &datacite(data, policy))] {
        folder.write(path, text(value)?.as_bytes())?;
    }
    folder.write("CITATION.cff", cff(data, policy).as_bytes())?;
    folder.write(super::summary::PATH, &summary.bytes()?)?;
    if let Some(changes) = changes {
        folder.write(CHANGES, text(changes)?.as_bytes())?;
    }
    Ok(())
}
