//! How answers look: alignment, ids, instants, and that no control character reaches a terminal.

use serde_json::json;

use super::*;
use crate::console::Console;

fn shown(table: &Table) -> String {
    // Standard output of a test is no terminal, so nothing is bold.
    table.text(&Console::new(false), "")
}

#[test]
fn numbers_stand_at_the_right_and_texts_at_the_left() {
    let answer = [
        json!({"month": "2026-10", "total": "1200.00", "visits": 12, "note": null}),
        json!({"month": "2026-11", "total": "99.50", "visits": 3, "note": "x"}),
    ];
    let expected = "\
month      total  visits  note
2026-10  1200.00      12  -
2026-11    99.50       3  x";
    assert_eq!(shown(&rows(&answer, Ids::Whole)), expected);
}

#[test]
fn wide_characters_take_their_room() {
    let answer = [json!({"name": "山田", "n": 1}), json!({"name": "Ada", "n": 2})];
    assert_eq!(shown(&rows(&answer, Ids::Whole)), "name  n\n山田  1\nAda   2");
}

#[test]
fn long_texts_are_cut_where_that_is_asked() {
    let answer = [json!({"purpose": "Encounter for problem"})];
    assert_eq!(shown(&rows(&answer, Ids::Whole).widest(10)), "purpose\nEncounter…");
}

#[test]
fn ids_are_whole_or_short_and_instants_readable() {
    let row = json!({"id": "cd0f56fe-edc7-58d1-83ac-9b3277c50314", "at": "2026-11-21T09:30:00Z"});
    let of = |ids| shown(&columns_of(std::slice::from_ref(&row), &["id", "at"], ids));
    assert!(of(Ids::Whole).ends_with("cd0f56fe-edc7-58d1-83ac-9b3277c50314  2026-11-21 09:30"));
    assert!(of(Ids::Short).ends_with("cd0f56fe  2026-11-21 09:30"));
    assert_eq!(instant("2026-11-21T09:30:12.250Z").as_deref(), Some("2026-11-21 09:30:12.250"));
    assert_eq!(instant("To be fetched at LAZ"), None);
}

#[test]
fn no_control_character_passes() {
    let row = json!({"purpose": "\u{1b}[2Jsore\nthroat\u{7}"});
    let text = shown(&rows(&[row], Ids::Whole));
    assert_eq!(text.lines().nth(1), Some("\u{fffd}[2Jsore\u{fffd}throat\u{fffd}"));
}

#[test]
fn numbers_have_commas_between_thousands() {
    for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
        assert_eq!(number(value), text);
    }
    assert_eq!(counted(1, "row", "rows"), "1 row");
    assert_eq!(counted(1_200, "row", "rows"), "1,200 rows");
}
