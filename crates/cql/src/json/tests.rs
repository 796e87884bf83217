//! JSON in both directions.

use super::*;
use crate::types::CqlType;

const COLUMNS: [(&str, &CqlType); 3] = [("id", &CqlType::Int), ("Name", &CqlType::Text), ("born", &CqlType::Date)];

#[test]
fn rows_tell_null_from_absent() {
    let row = row_from_json(COLUMNS, r#"{"ID": 5, "\"Name\"": null}"#).unwrap();
    assert_eq!(row, [Member::Value(vec![0, 0, 0, 5]), Member::Null, Member::Absent]);
}

#[test]
fn rows_are_refused_in_cassandras_words() {
    let refusal = |text| row_from_json(COLUMNS, text).unwrap_err().to_string();
    assert_eq!(refusal(r#"{"name": "x"}"#), "JSON values map contains unrecognized column: name");
    assert_eq!(refusal(r#"{"id": "x"}"#), "Error decoding JSON value for id: Unable to make int from 'x'");
    assert_eq!(refusal("null"), "Got null for INSERT JSON values");
    assert!(refusal("[1]").starts_with("Could not decode JSON string as a map: "));
    assert!(refusal("{").ends_with(". (String was: {)"));
}

#[test]
fn rows_print_names_that_need_it_with_quotes_of_their_own() {
    let row = [("id", &CqlType::Int, Some(&[0, 0, 0, 5][..])), ("Name", &CqlType::Text, None)];
    assert_eq!(row_to_json(row), r#"{"id": 5, "\"Name\"": null}"#);
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let text = "[".repeat(100_000);
    let error = from_json(&CqlType::Text, &text).unwrap_err();
    assert!(
        matches!(error, JsonError::Syntax { ref reason, .. } if reason.to_string().starts_with("too deeply nested"))
    );
}

#[test]
fn damaged_text_is_refused() {
    for text in
        ["", "{", "[1,", "\"a", "\"\\x\"", "\"\\ud83d\"", "01", "1.", "1e", "-", "tru", "{1: 2}", "{\"a\" 1}", "[1 2]"]
    {
        assert!(matches!(from_json(&CqlType::Text, text), Err(JsonError::Syntax { .. })), "{text}");
    }
}
