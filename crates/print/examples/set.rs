//! Sets a folder's `main.typ` with the pictures beside it, and prints how long it took: the benchmark of reports.
//! `cargo run --release -p print --example set FOLDER OUT.pdf`

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("say FOLDER OUT.pdf; nothing was set".into());
    };
    let mut pictures = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "svg") {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            pictures.push((name, std::fs::read(&path)?));
        }
    }
    let markup = std::fs::read_to_string(format!("{folder}/main.typ"))?;
    let sheet = print::Sheet { ident: folder.clone(), markup, pictures };
    let started = Instant::now();
    let bytes = if out.ends_with(".png") { print::png(&sheet)? } else { print::pdf(&sheet)? };
    println!("{folder}: {} bytes in {:.2} s", bytes.len(), started.elapsed().as_secs_f64());
    std::fs::write(out, bytes)?;
    Ok(())
}
