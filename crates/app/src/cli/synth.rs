//! `tawthiq synth`: lists of an invented population. Nobody in them exists, and the source file says so.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::refusal::{Outcome, Refusal};
use crate::terminal::say;

#[derive(Args)]
pub struct SynthArguments {
    /// How many people to invent.
    #[arg(long, default_value_t = 1000)]
    n: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Two choices among the invented lists, so that counts can be seen to change with them.
const TRUST_SETS: &str = r#"# Choices among invented lists, for demonstration and tests.

[[trust_set]]
id = "invented-a-and-b"
names = { ar = "القائمتان المختلقتان A وB", en = "Invented lists A and B", fr = "Listes inventées A et B" }
sources = ["invented-a", "invented-b"]

[[trust_set]]
id = "invented-without-a"
names = { ar = "القوائم المختلقة عدا A", en = "Invented lists without A", fr = "Listes inventées sans A" }
sources = ["invented-b", "invented-c", "invented-d"]
"#;

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    std::fs::write(path, bytes).map_err(|e| Refusal::io("could not write", path, e))
}

fn csv_bytes<R: AsRef<[String]>>(header: &[&str], rows: &[R]) -> Outcome<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(|e| Refusal::new(e.to_string()))?;
    for row in rows {
        writer.write_record(row.as_ref()).map_err(|e| Refusal::new(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| Refusal::new(e.to_string()))
}

/// Refuses a folder with files of these names that were not invented.
fn refuse_others(folder: &Path) -> Outcome<()> {
    let about = std::fs::read(folder.join("meta.json")).ok();
    let about = about.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    if about.is_some_and(|about| about["invented"] == true) {
        return Ok(());
    }
    let names =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    let own = ["sources.toml", "trust-sets.toml", "truth.csv", "meta.json"];
    match names.into_iter().find(|name| own.contains(&name.as_str()) || name.starts_with("list_")) {
        Some(name) => Err(Refusal::new(format!(
            "{} is there and may not be of invented people; it would be written over, so nothing was invented",
            folder.join(name).display()
        ))),
        None => Ok(()),
    }
}

pub fn run(arguments: &SynthArguments) -> Outcome<()> {
    refuse_others(&arguments.out)?;
    crate::workspace::refuse_inside_workspace(&arguments.out, "nothing was invented")?;
    std::fs::create_dir_all(&arguments.out).map_err(|e| Refusal::io("could not make", &arguments.out, e))?;
    let synth = linkage::synth::synthesize(arguments.n, arguments.seed);
    let mut sources = String::from("# Invented sources of invented people, for demonstration and tests.\n");
    for list in &synth.lists {
        let id = list.name.to_lowercase();
        write(&arguments.out.join(format!("list_{}.csv", list.name)), &csv_bytes(&list.header, &list.rows)?)?;
        sources.push_str(&format!(
            "\n[[source]]\nid = \"invented-{id}\"\nkind = \"organisation\"\nacronym = \"INVENTED-{0}\"\ninvented = true\n\
             affiliations = [\"invented\"]\n\
             names = {{ ar = \"القائمة المختلقة {0}\", en = \"Invented list {0}\", fr = \"Liste inventée {0}\" }}\n",
            list.name
        ));
    }
    write(&arguments.out.join("sources.toml"), sources.as_bytes())?;
    write(&arguments.out.join("trust-sets.toml"), TRUST_SETS.as_bytes())?;
    let truth: Vec<Vec<String>> =
        synth.truth.iter().map(|(id, list, person)| vec![id.clone(), list.clone(), person.to_string()]).collect();
    write(&arguments.out.join("truth.csv"), &csv_bytes(&["record_id", "list", "person_id"], &truth)?)?;
    let meta = serde_json::json!({
        "invented": true, "true_N": synth.true_n, "seed": arguments.seed, "capture_histories": synth.capture,
    });
    write(&arguments.out.join("meta.json"), format!("{meta:#}\n").as_bytes())?;
    let records: usize = synth.lists.iter().map(|l| l.rows.len()).sum();
    say(format!(
        "invented {} people and {records} records of them in {} lists, in {}",
        synth.true_n,
        synth.lists.len(),
        arguments.out.display()
    ));
    Ok(())
}
