//! The files that a run leaves behind, byte by byte.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::input::error::Error;

const RECORDS: &str = "\u{feff}MEDICAL_ID,MEDICAL_PURPOSE\r\nm1,\"a\nb\"\r\nm2,x\nm3,y";

/// The rows of `RECORDS`: lines 2, 4 and 5.
const ROWS: [Source; 3] = [
    Source { file: "record.csv", line: 2, offset: 31, len: 10 },
    Source { file: "record.csv", line: 4, offset: 41, len: 5 },
    Source { file: "record.csv", line: 5, offset: 46, len: 4 },
];

fn input() -> TempDir {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("record.csv"), RECORDS).unwrap();
    fs::write(dir.path().join("review.csv"), "REVIEW_ID\nr1\n").unwrap();
    dir
}

fn report(dir: &Path) -> Vec<Value> {
    let text = fs::read_to_string(dir.join(REPORT_FILE)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rejected_rows_are_kept_as_they_were_under_their_header() {
    let input = input();
    let out = input.path().join("rejects");
    let mut writer = RejectWriter::create(&out, input.path(), Limit::All).unwrap();
    writer.reject(&ROWS[2].reject(Some("MEDICAL_PURPOSE"), Reason::Missing)).unwrap();
    writer.reject(&ROWS[0].reject(None, Reason::Malformed(Flaw::QuoteInField))).unwrap();
    let review = Source { file: "review.csv", line: 2, offset: 10, len: 3 };
    writer.reject(&review.reject(Some("CUST_ID"), Reason::UnknownReference(Entity::Customer))).unwrap();
    let rejected = writer.finish().unwrap();

    assert_eq!(rejected.rows, 3);
    assert_eq!(rejected.by_file, [("record.csv", 2), ("review.csv", 1)]);
    let kept = fs::read_to_string(out.join("record.csv")).unwrap();
    assert_eq!(kept, "MEDICAL_ID,MEDICAL_PURPOSE\r\nm3,y\nm1,\"a\nb\"\r\n");
    assert_eq!(fs::read_to_string(out.join("review.csv")).unwrap(), "REVIEW_ID\nr1\n");
    assert_eq!(
        report(&out),
        [
            json!({"file": "record.csv", "line": 5, "offset": 46, "column": "MEDICAL_PURPOSE", "reason": "missing value"}),
            json!({"file": "record.csv", "line": 2, "offset": 31, "column": null,
                   "reason": "malformed line: a quote inside an unquoted field"}),
            json!({"file": "review.csv", "line": 2, "offset": 10, "column": "CUST_ID", "reason": "unknown customer"}),
        ]
    );
}

#[test]
fn a_run_starts_the_files_anew() {
    let input = input();
    let out = input.path().join("rejects");
    let mut writer = RejectWriter::create(&out, input.path(), Limit::All).unwrap();
    writer.reject(&ROWS[1].reject(None, Reason::Missing)).unwrap();
    writer.finish().unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();

    let rejected = RejectWriter::create(&out, input.path(), Limit::All).unwrap().finish().unwrap();
    assert_eq!(rejected.rows, 0);
    assert_eq!(report(&out), Vec::<Value>::new());
    assert!(!out.join("record.csv").exists());
    assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
}

#[test]
fn one_more_than_the_limit_stops_the_run_with_everything_written() {
    let input = input();
    let out = input.path().join("rejects");
    let mut writer = RejectWriter::create(&out, input.path(), Limit::AtMost(2)).unwrap();
    writer.reject(&ROWS[0].reject(None, Reason::Missing)).unwrap();
    writer.reject(&ROWS[1].reject(None, Reason::Missing)).unwrap();
    let error = writer.reject(&ROWS[2].reject(None, Reason::Missing)).unwrap_err();
    assert!(matches!(error, Error::TooManyRejects { rejected: 3, limit: 2, .. }));
    assert!(error.is_refusal());
    assert_eq!(report(&out).len(), 3);
    let kept = fs::read_to_string(out.join("record.csv")).unwrap();
    assert_eq!(kept, RECORDS.trim_start_matches('\u{feff}'));

    let mut none = RejectWriter::create(&out, input.path(), Limit::AtMost(0)).unwrap();
    assert!(matches!(
        none.reject(&ROWS[0].reject(None, Reason::Missing)),
        Err(Error::TooManyRejects { rejected: 1, limit: 0, .. })
    ));
}

#[test]
fn the_input_is_never_overwritten() {
    let input = input();
    let detour = input.path().join("x").join("..");
    fs::create_dir(input.path().join("x")).unwrap();
    let error = RejectWriter::create(&detour, input.path(), Limit::All).unwrap_err();
    assert!(matches!(error, Error::RejectsIntoInput { .. }));
    assert_eq!(fs::read_to_string(input.path().join("record.csv")).unwrap(), RECORDS);
}
