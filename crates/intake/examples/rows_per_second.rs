//! How many invented rows a second intake reads: `cargo run --release -p intake --example rows_per_second`.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::time::Instant;

use domain::{AccessionId, PartyTable, PlaceTable, SourceId};
use intake::{Context, Mapping, Outcome, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = 1_000_000u32;
    let mut text = String::from("record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n");
    for row in 0..rows {
        let (month, day, age) = (1 + row % 12, 1 + row % 28, 1 + row % 90);
        writeln!(
            text,
            "I{row},اسم مخترع {row},Invented {row},M,{age},2015-{month:02}-{day:02},حلب,بلدة {},قصف,government",
            row % 500
        )?;
    }
    let mapping = Mapping::by_name("victims").ok_or("no mapping")?;
    let (places, parties) = (PlaceTable::syria(), PartyTable::syria());
    let (accession, source) = (AccessionId::new("a-speed")?, SourceId::new("invented")?);
    let ctx = Context { places: &places, parties: &parties, accession, source };
    let (mut items, mut rejected) = (0u64, 0u64);
    let start = Instant::now();
    let report = read("invented.csv", text.as_bytes(), &mapping, &ctx, 0, &mut |_, outcome| {
        match outcome {
            Outcome::Item(_) => items += 1,
            Outcome::Rejected(_) => rejected += 1,
        }
        ControlFlow::Continue(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{} rows, {items} items, {rejected} rejected: {:.0} rows/s", report.rows, report.rows as f64 / seconds);
    Ok(())
}
