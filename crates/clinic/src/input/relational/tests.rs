//! Folders written by hand: what is read, what is set aside and where, what is refused.

use std::fs;

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::ids::{Entity, id};
use crate::input::csv::Flaw;
use crate::input::reject::{Reason, Reject};
use crate::input::values::ValueError;
use crate::moment::MomentError;

const HEADERS: [(&str, &str); 7] = [
    ("location.csv", "STATE_ID,STATE_NAME,COUNTRY_ID,COUNTRY_NAME,REGION_ID,REGION_NAME"),
    ("organisation.csv", "ORG_ID,ORG_TYPE,REGION_ID,ORG_NAME,CURRENCY,TIME_ZONE,UPDATED_AT,OFFERING"),
    ("customer.csv", "CUST_ID,FIRST_NAME,LAST_NAME,JOINED_DATE,COUNTRY_ID,STATE_ID"),
    (
        "doctor.csv",
        "DOC_ID,ORG_ID,FIRST_NAME,LAST_NAME,EXPERIENCE_YEAR,BIRTH_YEAR,CREDENTIAL_M,CREDENTIAL_S,CREDENTIAL_D",
    ),
    ("account.csv", "ACCOUNT_ID,ACCOUNT_TYPE,CUST_ID,ORG_ID,OPENED_AT"),
    ("record.csv", "MEDICAL_ID,ACCOUNT_ID,DOC_ID,TX_DATE,MEDICAL_PURPOSE,MEDICAL_AMT"),
    ("review.csv", "REVIEW_ID,REVIEW_DATE,REVIEW_RATING,REVIEW_COMMENT,MEDIA,ORG_ID,CUST_ID"),
];

/// A folder with empty tables, except for one file.
fn folder_with(file: &str, content: &[u8]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, header) in HEADERS {
        fs::write(dir.path().join(name), format!("{header}\n")).unwrap();
    }
    fs::write(dir.path().join(file), content).unwrap();
    dir
}

fn read<T: Parse>(content: &str) -> Vec<Result<T, Reject>> {
    let dir = folder_with(T::TABLE.file, content.as_bytes());
    Folder::open(dir.path()).unwrap().rows::<T>().unwrap().collect::<Result<_, _>>().unwrap()
}

fn with_header<T: Parse>(lines: &str) -> Vec<Result<T, Reject>> {
    let (_, header) = HEADERS.iter().find(|(file, _)| *file == T::TABLE.file).unwrap();
    read(&format!("{header}\n{lines}\n"))
}

/// The column and reason for which the only row is set aside.
fn check<T: Parse + std::fmt::Debug>(line: &str, column: &str, reason: Reason) {
    let rows = with_header::<T>(line);
    let reject = rows[0].as_ref().unwrap_err();
    assert_eq!((reject.column, reject.reason), (Some(column), reason), "{line}");
    assert_eq!(reject.source.line, 2, "{line}");
}

#[test]
fn columns_stand_in_any_order_and_others_are_ignored() {
    let dir = folder_with(
        "customer.csv",
        "\u{feff}STATE_ID,SSN,LAST_NAME,CUST_ID,COUNTRY_ID,JOINED_DATE,FIRST_NAME,SSN\r\n\
         ZH,1,NULL,c1,CH,2020-02-29T12:00:00.5+01:00,\"Ann, \"\"A\"\"\nMarie\",2\r\n"
            .as_bytes(),
    );
    let folder = Folder::open(dir.path()).unwrap();
    assert_eq!(
        folder.notices(),
        [Notice::UnknownColumns { file: "customer.csv", columns: vec!["SSN".to_owned(), "SSN".to_owned()] }]
    );
    let row = folder.rows::<CustomerRow>().unwrap().next().unwrap().unwrap().unwrap();
    assert_eq!(row.cust_id, id(Entity::Customer, "c1"));
    assert_eq!(row.first_name, "Ann, \"A\"\nMarie");
    assert_eq!(row.last_name, "NULL");
    assert_eq!(row.joined_ms, 1_582_974_000_500);
    assert_eq!(row.state_id, id(Entity::State, "ZH"));
    assert_eq!((row.source.line, row.source.offset), (2, 73));
}

#[test]
fn optional_columns_may_be_absent_or_empty() {
    let row = read::<AccountRow>("ACCOUNT_ID,ACCOUNT_TYPE,CUST_ID,ORG_ID\na,monthly,c,o\n").remove(0).unwrap();
    assert_eq!(row.opened_ms, None);
    let row = with_header::<ReviewRow>("r,2024-05-01,5,,,o,c").remove(0).unwrap();
    assert_eq!((row.review_comment, row.media), (None, vec![]));
    let row = with_header::<ReviewRow>("r,2024-05-01,0,\" \",a.jpg|b.png,o,c").remove(0).unwrap();
    assert_eq!((row.review_comment.as_deref(), row.media), (Some(" "), vec!["a.jpg".to_owned(), "b.png".to_owned()]));
    let row = with_header::<DoctorRow>("d,o,A,B,12,1970,M.D.,Harvard,1995-06-30").remove(0).unwrap();
    assert_eq!(row.certification_day, Some(9_311));
    let row = with_header::<OrganisationRow>("o,clinic,EU,,EUR,Europe/Zurich,2026-01-01,New").remove(0).unwrap();
    assert_eq!((row.org_name, row.currency.as_deref()), (None, Some("EUR")));
}

#[test]
fn a_bad_value_is_set_aside_with_its_column() {
    let unparsable = |error| Reason::Unparsable(error);
    let moment = |error| Reason::Unparsable(ValueError::Moment(error));
    check::<CustomerRow>("c,A,B,2020-02-30,CH,ZH", "JOINED_DATE", moment(MomentError::NotInCalendar));
    check::<CustomerRow>("c,A,,2020-02-20,CH,ZH", "LAST_NAME", Reason::Missing);
    check::<CustomerRow>("\"\",A,B,2020-02-20,CH,ZH", "CUST_ID", Reason::Missing);
    check::<OrganisationRow>("o,clinic,EU,,euro,,,", "CURRENCY", unparsable(ValueError::NotCurrency));
    check::<OrganisationRow>("o,clinic,EU,,,Zurich,,", "TIME_ZONE", unparsable(ValueError::NotZone));
    check::<OrganisationRow>("o,clinic,EU,,,,yesterday,", "UPDATED_AT", moment(MomentError::Instant));
    check::<DoctorRow>("d,o,A,B,1.5,1970,,,", "EXPERIENCE_YEAR", unparsable(ValueError::NotWhole));
    check::<DoctorRow>("d,o,A,B,1,19700000000,,,", "BIRTH_YEAR", unparsable(ValueError::NotWhole));
    check::<DoctorRow>("d,o,A,B,1,1970,,,1995", "CREDENTIAL_D", moment(MomentError::Instant));
    check::<AccountRow>("a,monthly,c,o,2020-01-01T10:00:00", "OPENED_AT", moment(MomentError::NoOffset));
    check::<RecordRow>("m,a,d,2020-01-01,cough,-0.01", "MEDICAL_AMT", Reason::NegativeAmount);
    check::<RecordRow>("m,a,d,2020-01-01,cough,1e2", "MEDICAL_AMT", unparsable(ValueError::NotDecimal));
    check::<RecordRow>("m,a,d,2020-01-01,,1", "MEDICAL_PURPOSE", Reason::Missing);
    check::<ReviewRow>("r,2020-01-01,6,,,o,c", "REVIEW_RATING", Reason::RatingOutOfRange);
    check::<ReviewRow>("r,2020-01-01,-1,,,o,c", "REVIEW_RATING", Reason::RatingOutOfRange);
    check::<ReviewRow>("r,2020-01-01,4.0,,,o,c", "REVIEW_RATING", unparsable(ValueError::NotWhole));
    check::<LocationRow>("ZH,Zürich,CH,Switzerland,EU,", "REGION_NAME", Reason::Missing);
}

#[test]
fn a_malformed_line_is_set_aside_with_its_place() {
    let rows = with_header::<AccountRow>("a,m,c,o\nb,m,c,o,\nc,m,c,o,,\n\nd,\"m\"x,c,o,\ne,m,c,o,");
    let outcome: Vec<_> = rows
        .iter()
        .map(|row| match row {
            Ok(row) => (row.source.line, row.source.offset, None),
            Err(reject) => (reject.source.line, reject.source.offset, Some(reject.reason)),
        })
        .collect();
    let few = |found| Some(Reason::Malformed(Flaw::TooFewFields { found, expected: 5 }));
    // The header has 49 bytes.
    assert_eq!(
        outcome,
        [
            (2, 49, few(4)),
            (3, 57, None),
            (4, 66, Some(Reason::Malformed(Flaw::TooManyFields { found: 6, expected: 5 }))),
            (5, 76, few(1)),
            (6, 77, Some(Reason::Malformed(Flaw::TextAfterQuote))),
            (7, 89, None),
        ]
    );
}

#[test]
fn a_digest_stands_for_the_values_and_nothing_else() {
    let digest = |line: &str| with_header::<RecordRow>(line).remove(0).unwrap().digest;
    let first = digest("m,a,d,2020-01-01,cough,10");
    for same in ["m,a,d,2020-01-01T01:00:00+01:00,cough,10.00", "\"m\",a,d,2020-01-01,\"cough\",010.0"] {
        assert_eq!(digest(same), first, "{same}");
    }
    for other in [
        "m,a,d,2020-01-01,cough,10.01",
        "m,a,d,2020-01-02,cough,10",
        "m,a,d,2020-01-01,cough ,10",
        "m,b,d,2020-01-01,cough,10",
    ] {
        assert_ne!(digest(other), first, "{other}");
    }
    let account = |line: &str| with_header::<AccountRow>(line).remove(0).unwrap().digest;
    assert_ne!(account("a,m,c,o,"), account("a,m,c,o,2020-01-01"));
    assert_ne!(first, Uuid::nil());
}

#[test]
fn a_folder_that_is_not_whole_is_refused() {
    let dir = folder_with("review.csv", b"");
    assert!(matches!(
        Folder::open(dir.path()),
        Err(Error::Header { file: "review.csv", problem: crate::input::error::HeaderProblem::Empty })
    ));
    fs::remove_file(dir.path().join("review.csv")).unwrap();
    assert!(matches!(Folder::open(dir.path()), Err(Error::MissingFile { file: "review.csv", .. })));

    let dir = folder_with("record.csv", b"MEDICAL_ID,ACCOUNT_ID,DOC_ID,TX_DATE,MEDICAL_PURPOSE,medical_amt\n");
    let error = Folder::open(dir.path()).unwrap_err();
    assert!(matches!(error, Error::MissingColumn { file: "record.csv", column: "MEDICAL_AMT" }));
    assert!(error.is_refusal());
    let dir = folder_with("account.csv", b"ACCOUNT_ID,ACCOUNT_TYPE,CUST_ID,ORG_ID,CUST_ID\n");
    assert!(matches!(Folder::open(dir.path()), Err(Error::DuplicateColumn { file: "account.csv", column: "CUST_ID" })));
}

#[test]
fn a_folder_of_rejects_may_lack_files() {
    let dir = folder_with("review.csv", b"");
    fs::remove_file(dir.path().join("review.csv")).unwrap();
    fs::write(dir.path().join(REPORT_FILE), "").unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    assert_eq!(folder.notices(), [Notice::Absent { file: "review.csv" }]);
    assert_eq!(folder.rows::<ReviewRow>().unwrap().count(), 0);
}
