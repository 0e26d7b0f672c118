//! A report on a period under a trust set: pages, PDFs and numbers in a folder that stands alone.

use std::path::{Path, PathBuf};

use domain::{Month, Period, TrustSetId};
use release::{Area, Boundaries, Policy, ReportOf};

use crate::jobs::press::TypstPress;
use crate::refusal::{Outcome, Refusal};
use crate::sandbox::{self, Answer, Task};
use crate::terminal::say;
use crate::workspace::{Rows, Workspace};

/// What `publish report` is asked for.
#[derive(clap::Args)]
pub struct ReportArguments {
    /// A month (2019-03), a year (2019), months from and to (2019-01..2019-06), or days (2019-01-01_2019-06-30).
    #[arg(long, value_name = "PERIOD")]
    pub period: String,
    /// Whose numbers: a trust set of the workspace.
    #[arg(long, value_name = "ID")]
    pub trust: String,
    /// Where to write; `report-PERIOD-TRUST` in the workspace when left out.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What may become public (TOML); the safe default when left out.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Boundaries of the first level (GeoJSON) for maps; those of Natural Earth when left out.
    #[arg(long, value_name = "FILE")]
    pub boundaries: Option<PathBuf>,
}

/// `2019-03`, `2019`, `2019-01..2019-06`, and days as a release's own addresses have them: `2019-01-01_2019-06-30`.
pub fn period(text: &str) -> Outcome<Period> {
    if let Some((from, to)) = text.split_once('_')
        && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
        && let Some(days) = Period::new(from, to)
    {
        return Ok(days);
    }
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let first = |part: &str| -> Option<Month> {
        match part.split_once('-') {
            Some((year, month)) => Month::new(year.parse().ok()?, month.parse().ok()?),
            None => Month::new(part.parse().ok()?, 1),
        }
    };
    let last = |part: &str| -> Option<Month> {
        if part.contains('-') { first(part) } else { Month::new(part.parse().ok()?, 12) }
    };
    let found = first(from).zip(last(to)).and_then(|(a, b)| Period::new(a.first_day(), b.last_day()));
    found.ok_or_else(|| {
        Refusal::new(format!(
            "{text:?} is no period; nothing was written. Say 2019-03, 2019, 2019-01..2019-06 or 2019-03-01_2019-03-15"
        ))
    })
}

/// Areas as a file gives them, read in a child, and who made them by the file's name.
pub type Outlines = (Vec<Area>, String);

pub fn outlines(file: Option<&Path>) -> Outcome<Option<Outlines>> {
    let Some(path) = file else { return Ok(None) };
    let areas = sandbox::read_file(&Task::Boundaries, path, |said| match said {
        Answer::Boundaries(areas) => Some(areas),
        _ => None,
    })?;
    let credit = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Some((areas, credit)))
}

/// Which places the areas are; those of the demo where no file was named.
pub fn boundaries(outlines: Option<Outlines>, places: &domain::PlaceTable) -> Outcome<Option<Boundaries>> {
    Ok(match outlines {
        Some((areas, credit)) => Some(Boundaries::of(areas, places, &credit)?),
        None => Boundaries::demo(places),
    })
}

pub async fn run(workspace: &mut Workspace, arguments: &ReportArguments) -> Outcome<()> {
    let of = ReportOf { period: period(&arguments.period)?, trust: TrustSetId::new(arguments.trust.as_str())? };
    let mut policy = match &arguments.policy {
        None => Policy::default(),
        Some(path) => {
            Policy::parse(&crate::input::read_text(path).map_err(|e| Refusal::io("could not read", path, e))?)?
        }
    };
    if let Some(out) = &arguments.out {
        crate::workspace::refuse_inside_workspace(out, "no report was written")?;
        // It is signed as it is: reports that belong in it are named in the settings of `publish --outreach`.
        crate::workspace::refuse_inside_release(out, "no report was written")?;
    }
    let outlines = outlines(arguments.boundaries.as_deref())?;
    let data = super::publish::dataset(workspace, &mut policy, Rows::default()).await?.data;
    let before = Workspace::last_summary(&workspace.dir, workspace.key().ok())?;
    super::policy_names::given_back(&policy, before.as_ref(), &data)?;
    release::refuse_outreach(&data, &release::Settings::default(), std::slice::from_ref(&of))?;
    let boundaries = boundaries(outlines, &data.places)?;
    let out = arguments.out.clone().unwrap_or_else(|| workspace.dir.join(format!("report-{}", of.slug())));
    let written = release::report(&data, &policy, &of, boundaries.as_ref(), &TypstPress, &out)?;
    for file in &written.files {
        outln!("{}", out.join(file).display());
    }
    say(format!(
        "wrote the report {} in {} files ({:.1} MB) to {}",
        of.slug(),
        written.files.len(),
        written.bytes as f64 / 1e6,
        out.display()
    ));
    if written.is_without_numbers {
        say(format!(
            "no source of {} printed a number for this period that was taken in: what it counts are the persons whom lists document, \
             if there are any",
            of.trust
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month_a_year_or_months_from_and_to() {
        assert!(period("2019-03").unwrap().as_month().is_some());
        assert_eq!(period("2019").unwrap().as_year(), Some(2019));
        let half = period("2019-01..2019-06").unwrap();
        assert_eq!((half.start().to_string(), half.end().to_string()), ("2019-01-01".into(), "2019-06-30".into()));
        assert_eq!(period("2019-01-01_2019-06-30").unwrap(), half);
        for wrong in ["", "2019-06-30_2019-01-01", "2019-13", "March", "2019-06..2019-01"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
    }
}
