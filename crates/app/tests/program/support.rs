//! A workspace in a temporary folder, and the binary run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

pub fn example(name: &str) -> PathBuf {
    root().join("examples/syria").join(name)
}

pub struct Site {
    pub dir: tempfile::TempDir,
    schema: Option<String>,
}

/// The binary with its clock held, so that two runs can be compared.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tawthiq"));
    command.args(arguments).env("SOURCE_DATE_EPOCH", "1555545600");
    command
}

pub fn program(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Site {
    /// A fresh workspace on SQLite.
    pub fn sqlite() -> Self {
        let site = Self { dir: tempfile::tempdir().unwrap(), schema: None };
        site.ok(&["init"]);
        site
    }

    /// A fresh workspace in a schema of its own of the PostgreSQL that the test run started, if it did.
    pub fn postgres(name: &str) -> Option<Self> {
        let Ok(url) = std::env::var("TAWTHIQ_TEST_POSTGRES") else {
            println!("not run: PostgreSQL is not here");
            return None;
        };
        let schema = format!("{name}_{}", std::process::id());
        let join = if url.contains('?') { '&' } else { '?' };
        let database = format!("{url}{join}schema={schema}");
        let site = Self { dir: tempfile::tempdir().unwrap(), schema: Some(schema) };
        site.ok(&["init", "--database", &database]);
        Some(site)
    }

    pub fn on_both(name: &str, check: impl Fn(&Site)) {
        check(&Self::sqlite());
        if let Some(site) = Self::postgres(name) {
            assert!(site.schema.is_some());
            check(&site);
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let workspace = self.path("workspace");
        let mut all = vec!["--workspace", workspace.to_str().unwrap()];
        all.extend(arguments);
        program(&all)
    }

    /// Runs, asserts success, and returns standard output and error.
    pub fn ok(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?} failed: {err}{out}");
        (out, err)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn import_figures(&self) {
        for file in ["sources.toml", "trust-sets.toml", "figures.csv", "statements.toml"] {
            self.ok(&["import", example(file).to_str().unwrap()]);
        }
    }

    /// Invented lists, imported and linked.
    pub fn import_invented(&self, n: usize) {
        let lists = self.path("invented");
        let lists = lists.to_str().unwrap();
        assert!(program(&["synth", "--n", &n.to_string(), "--seed", "7", "--out", lists]).status.success());
        self.ok(&["import", &format!("{lists}/sources.toml"), &format!("{lists}/trust-sets.toml")]);
        for list in ["A", "B", "C", "D"] {
            let source = format!("invented-{}", list.to_lowercase());
            self.ok(&["import", "--source", &source, &format!("{lists}/list_{list}.csv")]);
        }
        self.ok(&["link"]);
    }

    pub fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.ok(&["status", "--json"]).0).unwrap()
    }

    pub fn rows(&self, table: &str) -> u64 {
        self.status()["tables"][table]["rows"].as_u64().unwrap_or_else(|| panic!("no table {table}"))
    }
}
