//! Invented rows with everything wrong that happens: nothing panics, nothing is dropped.

mod common;

use common::{take, take_from};
use intake::{IntakeError, Mapping, detect};

const HEADER: &str = "record_id,name_ar,name_en,sex,age,date_of_death,governorate,town,cause,perpetrator\n";

fn victims(rows: &str) -> common::Taken {
    take(format!("{HEADER}{rows}").as_bytes(), "victims")
}

#[test]
fn a_row_is_rejected_with_its_column_reason_and_value_and_the_next_comes_in() {
    let taken = victims(
        "I1,اسم أول,,M,20,2019-03-05,حلب,,قصف,government\n\
         I2,اسم ثان,,M,twenty,2019-03-05,حلب,,قصف,government\n\
         I3,اسم ثالث,,M,20,soon,حلب,,قصف,government\n\
         I4,,,M,20,,حلب,,قصف,government\n\
         I5,اسم خامس,,M,20\n\
         I6,اسم سادس,,F,,2019-03,إدلب,خان شيخون,تعذيب,somebody\n",
    );
    let rejected: Vec<(u64, &str, &str)> =
        taken.rejected.iter().map(|r| (r.row, r.column.as_str(), r.value.as_str())).collect();
    assert_eq!(rejected[0], (2, "age", "twenty"));
    assert_eq!(rejected[1], (3, "date_of_death", "soon"));
    assert_eq!((rejected[2].0, rejected[2].1), (4, ""));
    assert_eq!(taken.rejected[2].reason, "it has no name and no date");
    assert_eq!(rejected[3].0, 5);
    assert!(taken.rejected[3].reason.contains("5 fields where the header has 10"));
    let records = taken.records();
    assert_eq!(records.iter().map(|r| r.row).collect::<Vec<_>>(), [1, 6]);
    let last = records[1];
    assert_eq!(last.place.as_ref().unwrap().code.as_ref().unwrap().as_str(), "SY07-khan-sheikhoun");
    assert_eq!(last.act, Some(domain::ActKind::DeathUnderTorture));
    assert_eq!((last.parties[0].written.as_str(), &last.parties[0].code), ("somebody", &None));
    assert!(taken.report.warnings.iter().any(|w| w.contains("somebody")), "{:?}", taken.report.warnings);
}

#[test]
fn a_list_in_windows_1256_is_read_and_the_report_says_so() {
    let text = format!("{HEADER}I1,محمد الأول,,M,20,2019-03-05,حلب,,قصف,government\n");
    let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode(&text);
    let taken = take(&bytes, "victims");
    assert_eq!(taken.records()[0].names[0].text, "محمد الأول");
    assert_eq!(taken.report.encoding, "windows-1256");
    assert!(taken.report.warnings[0].contains("Windows-1256"));
}

#[test]
fn a_row_with_bytes_that_are_not_utf_8_is_rejected_alone() {
    let mut bytes = format!("{HEADER}I1,محمد الأول,,M,20,2019-03-05,حلب,,,\nI2,م").into_bytes();
    bytes.extend(b"\xFF\xFE,,M,20,2019-03-05,,,,\n");
    let taken = take(&bytes, "victims");
    assert_eq!((taken.items.len(), taken.rejected[0].row), (1, 2));
    assert_eq!(taken.rejected[0].column, "name_ar");
}

#[test]
fn a_file_cut_off_inside_its_last_row_rejects_that_row() {
    let whole = victims("I1,اسم,,M,20,2019-03-05,حلب,,,\nI2,اسم,,M,20,2019-03-05,حلب,,,");
    assert_eq!((whole.items.len(), whole.rejected.len()), (2, 0), "a missing last line end is no fault");
    assert!(whole.report.warnings.iter().any(|w| w.contains("no line end")));
    let cut = victims("I1,اسم,,M,20,2019-03-05,حلب,,,\nI2,اسم,,M,20,20");
    assert_eq!((cut.items.len(), cut.rejected[0].row), (1, 2));
    assert!(cut.rejected[0].reason.contains("cut off"));
    let quoted = victims("I1,اسم,,M,20,2019-03-05,حلب,,,\nI2,اسم,,M,20,2019-03-05,حلب,,,\"gov");
    assert!(quoted.rejected[0].reason.contains("inside a quoted field"));
}

#[test]
fn a_line_end_inside_quotation_marks_does_not_part_a_row() {
    let taken =
        victims("I1,\"اسم\nفي سطرين\",,M,20,2019-03-05,حلب,,\"a, \"\"b\"\"\",\nI2,اسم,,M,20,2019-03-05,حلب,,,\n");
    let records = taken.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].names[0].text, "اسم\nفي سطرين");
    assert_eq!(records[0].cause.as_deref(), Some("a, \"b\""));
    assert_eq!(records[1].row, 2);
}

#[test]
fn a_file_with_other_columns_is_refused_and_told_what_to_do() {
    let mapping = Mapping::by_name("victims").unwrap();
    let error = take_from(b"a,b\n1,2\n", &mapping, 0).err().unwrap();
    assert!(matches!(error, IntakeError::WrongColumns { .. }));
    assert!(error.to_string().contains("--mapping") && error.to_string().contains("record_id"));
    let error = detect("x.csv", b"a,b\n1,2\n").unwrap_err().to_string();
    assert!(error.contains("--mapping") && error.contains("a, b") && error.contains("ucdp-ged"), "{error}");
    assert!(matches!(detect("x.csv", b""), Err(IntakeError::Empty { .. })));
    assert!(detect("x.csv.gz", b"\x1F\x8B\x08\0").unwrap_err().to_string().contains("gzip"));
}

#[test]
fn a_resumed_import_gives_the_rows_that_the_first_had_not_taken() {
    let text = format!("{HEADER}I1,أ,,M,,2019,,,,\nI2,ب,,M,x,2019,,,,\nI3,ج,,M,,2019,,,,\nI4,د,,M,,2019,,,,\n");
    let mapping = Mapping::by_name("victims").unwrap();
    let all = take_from(text.as_bytes(), &mapping, 0).unwrap();
    for skip in 0..=5u64 {
        let rest = take_from(text.as_bytes(), &mapping, skip).unwrap();
        let expected: Vec<_> = all.records().into_iter().filter(|r| r.row > skip).cloned().collect();
        assert_eq!(rest.records().into_iter().cloned().collect::<Vec<_>>(), expected);
        assert_eq!(rest.report.rows, 4);
    }
}

#[test]
fn a_strict_value_map_rejects_what_it_does_not_know() {
    let text = "Name,Province,Sex,Status,Date of death,Cause of Death,Actors,Martyrdom location\n\
                اسم,Homs,Child - Female,Civilian,2013-05-00,Detention - Torture,Not identified,Homs: Rastan\n\
                اسم,Homs,Adult - Male,Perhaps,0000-00-00,Shooting,,\n";
    let taken = take(text.as_bytes(), "vdc");
    assert_eq!(taken.rejected[0].column, "Status");
    let record = taken.records()[0];
    assert_eq!((record.sex, record.age_class), (Some(domain::Sex::Female), Some(domain::AgeClass::Child)));
    assert_eq!(record.date.unwrap().to_string(), "2013-05");
    assert_eq!(record.act, Some(domain::ActKind::DeathUnderTorture));
    assert_eq!(record.parties[0].code.as_ref().unwrap().as_str(), "unidentified");
    assert_eq!(record.place.as_ref().unwrap().code.as_ref().unwrap().as_str(), "SY04-al-rastan");
    assert_eq!(record.fields["province"], "Homs");
}

#[test]
fn control_characters_and_overrides_of_direction_stay_in_the_row_as_received_alone() {
    let taken = victims("I1,محمد\u{202e} ال\u{1}أول,In\u{1b}[2Jvented,M,20,2019-03-05,حل\u{0}ب,,قصف,government\n");
    let record = taken.records()[0];
    assert_eq!((record.names[0].text.as_str(), record.names[1].text.as_str()), ("محمد الأول", "In[2Jvented"));
    assert_eq!(record.place.as_ref().unwrap().code.as_ref().unwrap().as_str(), "SY02");
    assert!(record.original.iter().any(|(name, value)| name == "name_ar" && value == "محمد\u{202e} ال\u{1}أول"));
    assert!(taken.report.warnings.iter().any(|w| w.contains("control character")), "{:?}", taken.report.warnings);
    let source = "[[source]]\nid = \"x\"\nkind = \"organisation\"\nnames = { en = \"X\\u202e\" }\n";
    assert_eq!(take(source.as_bytes(), "sources").rejected.len(), 1);
}
