//! How a release is cited: `release.json`, DataCite's JSON (schema 4.5), schema.org's `Dataset` and `CITATION.cff` (1.2.0).

use serde_json::{Value, json};

use crate::folder::{Folder, ReleaseError};
use crate::index::best;
use crate::{Changes, Dataset, Policy, Summary};

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|at| jiff::tz::Offset::UTC.to_datetime(at).date().to_string())
        .unwrap_or_default()
}

fn title<'a>(data: &'a Dataset, policy: &'a Policy, lang: &str) -> &'a str {
    let own = policy.site.name.best(lang).map(|(_, text)| text);
    own.unwrap_or_else(|| best(&data.title, lang, "Tawthiq").1)
}

/// The citation as a reader copies it: who, when and what; the version; where it will always be found.
pub(crate) fn citation(data: &Dataset, policy: &Policy, lang: &str) -> (String, String, Option<String>) {
    let version = policy.site.version_at(data.generated_at);
    let date = day(data.generated_at);
    let year = date.get(..4).unwrap_or_default();
    let what = format!("{} ({year}). {}.", policy.site.creators().join("; "), title(data, policy, lang));
    let doi = policy.site.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
    (what, version, doi.or_else(|| policy.site.lasting_address(data.generated_at)))
}

/// schema.org's `Dataset`, which search engines for data read; also inside the first page.
pub(crate) fn schema_org(data: &Dataset, policy: &Policy, lang: &str) -> Value {
    let address = policy.site.lasting_address(data.generated_at);
    let file = |path: &str, media: &str| {
        let at = address.as_ref().map_or_else(|| path.to_owned(), |a| format!("{a}{path}"));
        json!({ "@type": "DataDownload", "contentUrl": at, "encodingFormat": media })
    };
    let organisations = policy.site.creators().into_iter().map(|name| json!({ "@type": "Organization", "name": name }));
    let mut value = json!({
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": title(data, policy, lang),
        "description": DESCRIPTION,
        "version": policy.site.version_at(data.generated_at),
        "datePublished": day(data.generated_at),
        "inLanguage": ["ar", "en", "fr"],
        "isAccessibleForFree": true,
        "creator": organisations.collect::<Vec<_>>(),
        "distribution": [
            file("data/figures.csv", "text/csv"),
            file("data/figures.json", "application/json"),
            file("data/patterns.json", "application/json"),
        ],
    });
    let mut set = |key: &str, found: Option<String>| {
        if let Some(found) = found {
            value[key] = found.into();
        }
    };
    set("url", address.clone());
    set("identifier", policy.site.doi.as_ref().map(|doi| format!("https://doi.org/{doi}")).or(address.clone()));
    set("license", policy.site.licence.clone());
    value
}

const DESCRIPTION: &str =
    "Published figures and documented persons, each number with its source and a proof of inclusion.";

fn datacite(data: &Dataset, policy: &Policy) -> Value {
    let date = day(data.generated_at);
    let titles = ["en", "ar", "fr"].map(|lang| json!({ "title": title(data, policy, lang), "lang": lang }));
    let creators = policy.site.creators().into_iter().map(|name| json!({ "name": name, "nameType": "Organizational" }));
    let mut value = json!({
        "types": { "resourceTypeGeneral": "Dataset", "resourceType": "Documentation of harm to civilians" },
        "creators": creators.collect::<Vec<_>>(),
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
        value["rightsList"] = json!([{ "rightsIdentifier": licence, "rightsIdentifierScheme": "SPDX" }]);
    }
    if let (Some(before), Some(base)) = (&data.previous, &policy.site.address) {
        let at = format!("{}/{}/", base.trim_end_matches('/'), before.version);
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
    lines.extend(policy.site.creators().iter().map(|name| format!("  - name: {}", quoted(name))));
    lines.push(format!("version: {}", quoted(&policy.site.version_at(data.generated_at))));
    lines.push(format!("date-released: {}", day(data.generated_at)));
    lines.extend(policy.site.doi.as_ref().map(|doi| format!("doi: {}", quoted(doi))));
    lines.extend(policy.site.lasting_address(data.generated_at).map(|a| format!("url: {}", quoted(&a))));
    lines.extend(policy.site.licence.as_ref().map(|l| format!("license: {}", quoted(l))));
    lines.join("\n") + "\n"
}

/// Writes the metadata, the list of persons and, where there is an earlier release, what changed.
pub(crate) fn write(
    data: &Dataset,
    policy: &Policy,
    summary: &Summary,
    changes: Option<&Changes>,
    folder: &Folder<'_>,
) -> Result<(), ReleaseError> {
    let text = |value: &Value| serde_json::to_string_pretty(value).map_err(|e| ReleaseError::Page(e.to_string()));
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
    for (path, value) in [
        ("release.json", &release),
        ("datacite.json", &datacite(data, policy)),
        ("data/dataset.jsonld", &schema_org(data, policy, "en")),
    ] {
        folder.write(path, (text(value)? + "\n").as_bytes())?;
    }
    folder.write("CITATION.cff", cff(data, policy).as_bytes())?;
    let persons = serde_json::to_string(summary).map_err(|e| ReleaseError::Page(e.to_string()))?;
    // One person a line, so that two releases can be compared with ordinary tools as well.
    folder.write(super::summary::PATH, (persons.replace("},\"", "},\n\"") + "\n").as_bytes())?;
    if let Some(changes) = changes {
        let json = serde_json::to_string_pretty(changes).map_err(|e| ReleaseError::Page(e.to_string()))?;
        folder.write("data/changes.json", (json + "\n").as_bytes())?;
    }
    Ok(())
}
