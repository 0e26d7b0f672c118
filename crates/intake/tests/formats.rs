//! The same rows in every shape in which files come.

mod common;

use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray};
use common::take;
use intake::{Mapping, detect};

const COLUMNS: [&str; 4] = ["record_id", "name_ar", "date_of_death", "governorate"];

fn check(bytes: &[u8]) {
    assert_eq!(detect("file", bytes).unwrap().mapping, "victims");
    let taken = take(bytes, "victims");
    assert_eq!(taken.rejected, []);
    let records = taken.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].source_record_id.as_deref(), Some("1"));
    assert_eq!(records[1].names[0].text, "اسم ثان");
    assert_eq!(records[1].date.unwrap().to_string(), "2019-03");
    assert_eq!(records[0].place.as_ref().unwrap().code.as_ref().unwrap().as_str(), "SY02");
}

#[test]
fn tabs_and_semicolons_part_columns_as_commas_do() {
    let text = "record_id,name_ar,date_of_death,governorate\n1,اسم أول,2019-03-05,حلب\n2,اسم ثان,2019-03,\n";
    for separator in [",", "\t", ";", "|"] {
        check(text.replace(',', separator).as_bytes());
    }
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    check(&utf16);
    check(format!("\u{FEFF}{}", text.replace('\n', "\r\n")).as_bytes());
}

#[test]
fn json_comes_as_an_array_or_one_object_a_line() {
    let first = r#"{"record_id":1,"name_ar":"اسم أول","date_of_death":"2019-03-05","governorate":"حلب"}"#;
    let second = r#"{"record_id":2,"name_ar":"اسم ثان","date_of_death":"2019-03"}"#;
    check(format!("[{first},\n{second}]").as_bytes());
    check(format!("{first}\n{second}\n").as_bytes());
    check(format!("[{first}]\n[{second}]").as_bytes());
    let broken = take(format!("{first}\n{{\"record_id\":}}\n{second}\n").as_bytes(), "victims");
    assert_eq!((broken.items.len(), broken.rejected[0].row), (2, 2));
    let cut = take(format!("[{first},{}", &second[..20]).as_bytes(), "victims");
    assert_eq!((cut.items.len(), cut.rejected[0].row), (1, 2));
    let open = take(format!("[{first}").as_bytes(), "victims");
    assert_eq!((open.items.len(), open.rejected[0].row), (1, 0));
}

#[test]
fn a_bayanat_export_is_read_in_spite_of_the_commas_that_it_leaves_out() {
    let actor = |id: u32, events: &str| {
        format!(
            r#"{{"class":"actor","id":{id},"name":"Invented {id}","name_ar":"اسم }} {{","sex":"Male","age":"Minor","civilian":"Civilian","events":[{events}],"tags":[]}}"#
        )
    };
    let birth = r#"{"id":1,"eventtype":{"title":"Birth"},"from_date":"2001-01-01T00:00"}"#;
    let death = r#"{"id":2,"eventtype":{"title":"Death"},"from_date":"2016-05-01T00:00","to_date":null,"location":{"title":"Homs","lat":34.7,"lng":36.7}}"#;
    let export = format!(
        "{{ \n\"actors\": [ \n{},{}\n{}\n] \n }}",
        actor(1, &format!("{birth},{death}")),
        actor(2, ""),
        actor(3, death)
    );
    assert_eq!(detect("x.json", export.as_bytes()).unwrap().mapping, "bayanat-json");
    let taken = take(export.as_bytes(), "bayanat-json");
    assert_eq!(taken.rejected, []);
    let records = taken.records();
    assert_eq!(records.len(), 3);
    assert_eq!(records[0].date.unwrap().to_string(), "2016-05-01");
    assert_eq!(records[0].act, Some(domain::ActKind::Killing));
    let place = records[0].place.as_ref().unwrap();
    assert_eq!((place.code.as_ref().unwrap().as_str(), place.point.unwrap().latitude), ("SY04", 34.7));
    assert_eq!((records[1].date, records[1].act), (None, None));
    assert_eq!(records[0].age_class, Some(domain::AgeClass::Child));
    assert!(records[0].original.iter().any(|(k, v)| k == "events.1.location.lat" && v == "34.7"));
    let cut = take(&export.as_bytes()[..export.len() - 40], "bayanat-json");
    assert_eq!((cut.items.len(), cut.rejected[0].row), (2, 3));
    let other = export.replace("\"actors\"", "\"incidents\"");
    let refused = take(other.as_bytes(), "bayanat-json");
    assert_eq!((refused.items.len(), refused.rejected[0].row), (0, 0));
    assert!(detect("x.json", other.as_bytes()).is_err(), "an incident has a title");
}

#[test]
fn bayanat_incidents_and_csv_are_read() {
    let incident = "{ \n\"incidents\": [ \n{\"id\":7,\"title\":\"Invented\",\"events\":[{\"eventtype\":{\"title\":\"Wounded\"},\
                    \"from_date\":\"2016-05-01T10:00\"}],\"locations\":[{\"title\":\"Idlib\"}]}\n] \n }";
    assert_eq!(detect("x", incident.as_bytes()).unwrap().mapping, "bayanat-incidents-json");
    let taken = take(incident.as_bytes(), "bayanat-incidents-json");
    assert_eq!(taken.events()[0].acts, [domain::ActKind::Injury]);
    let csv = ",id,name,name_ar,nickname,sex,age,civilian,type,events.event-1\n0,5,Invented,اسم,,Female,Adult,Non-Civilian,Person,2-Death\n";
    assert_eq!(detect("x", csv.as_bytes()).unwrap().mapping, "bayanat-csv");
    let taken = take(csv.as_bytes(), "bayanat-csv");
    assert_eq!(taken.records()[0].civilian, Some(domain::Civilian::Combatant));
}

#[test]
fn parquet_is_read_and_a_damaged_one_is_rejected_as_a_whole() {
    let texts = |values: [Option<&str>; 2]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let columns: [ArrayRef; 4] = [
        Arc::new(Int64Array::from(vec![1, 2])),
        texts([Some("اسم أول"), Some("اسم ثان")]),
        texts([Some("2019-03-05"), Some("2019-03")]),
        texts([Some("حلب"), None]),
    ];
    let batch = RecordBatch::try_from_iter(COLUMNS.into_iter().zip(columns)).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(intake::media_type(&bytes), "application/vnd.apache.parquet");
    check(&bytes);
    let cut = take(&bytes[..bytes.len() / 2], "victims");
    assert_eq!((cut.items.len(), cut.rejected[0].row), (0, 0));
}

#[test]
fn columns_of_bytes_are_text_where_they_are() {
    let columns: [ArrayRef; 4] = [
        Arc::new(Int64Array::from(vec![1, 2])),
        Arc::new(BinaryArray::from(vec!["اسم أول".as_bytes(), "اسم ثان".as_bytes()])),
        Arc::new(StringArray::from(vec!["2019-03-05", "2019-03"])),
        Arc::new(BinaryArray::from(vec![Some("حلب".as_bytes()), None])),
    ];
    let bytes = |columns: [ArrayRef; 4]| {
        let batch = RecordBatch::try_from_iter(COLUMNS.into_iter().zip(columns)).unwrap();
        let mut bytes = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    };
    let mut other = columns.clone();
    check(&bytes(columns));
    // Bytes that are no text stay what they are, in hexadecimal.
    other[1] = Arc::new(BinaryArray::from(vec![&b"\xff\xfe"[..], b"Invented Two"]));
    let taken = take(&bytes(other), "victims");
    let records = taken.records();
    let names: Vec<_> = records.iter().map(|r| r.names[0].text.clone()).collect();
    assert_eq!(names, ["fffe", "Invented Two"]);
}

#[test]
fn a_workbook_is_read_with_its_numbers_and_a_damaged_one_is_rejected_as_a_whole() {
    let bytes = common::workbook::of(&[
        &["record_id", "name_ar", "date_of_death", "governorate"],
        &["#1", "اسم أول", "2019-03-05", "حلب"],
        &["#2", "اسم ثان", "2019-03", ""],
    ]);
    check(&bytes);
    let cut = take(&bytes[..bytes.len() - 30], "victims");
    assert_eq!((cut.items.len(), cut.rejected[0].row), (0, 0));
    let text = Mapping::built_in().iter().find(|(name, _)| *name == "victims").unwrap().1;
    let mapping = Mapping::parse(&format!("sheet = \"List\"\n{text}")).unwrap();
    assert!(common::take_from(&bytes, &mapping, 0).err().unwrap().to_string().contains("Sheet1"));
}

#[test]
fn editions_of_ucdp_with_other_columns_are_read_through_the_same_mapping() {
    let v17 = "id,year,active_year,type_of_violence,conflict_new_id,dyad_new_id,side_a_new_id,gwnoa,side_a,side_b_new_id,gwnob,side_b,\
               where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,event_clarity,date_prec,date_start,date_end,\
               deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high\n\
               1,2016,1,1,299,1,118,652,Government of Syria,4456,,Syrian insurgents,1,X,Homs Governorate,,34.8,36.7,Syria,1,1,\
               2016-01-01,2016-01-02,2,2,0,0,4,4,5\n";
    let v20 = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,side_a,side_b,source_headline,\
               where_prec,where_coordinates,where_description,adm_1,latitude,longitude,country,date_prec,date_start,date_end,\
               deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low\n\
               2,SYR-2019-3-1,2019,1,Clear,3,299,299,\"IS, SDF\",Civilians,Headline,1,X,X,Idlib Governorate,35.9,36.6,Syria,1,\
               2019-01-01 00:00:00.000,2019-01-01 00:00:00.000,0,0,3,0,3,3,2\n";
    for (text, sides, date) in [(v17, 2, "2016-01-01/2016-01-02"), (v20, 3, "2019-01-01")] {
        assert_eq!(detect("x", text.as_bytes()).unwrap().mapping, "ucdp-ged");
        let taken = take(text.as_bytes(), "ucdp-ged");
        assert_eq!(taken.rejected, []);
        let event = taken.events()[0];
        assert_eq!((event.parties.len(), event.date.unwrap().to_string().as_str()), (sides, date));
        assert!(event.deaths.low <= event.deaths.best && event.deaths.best <= event.deaths.high);
        assert_eq!(event.source.as_str(), "ucdp");
    }
}
