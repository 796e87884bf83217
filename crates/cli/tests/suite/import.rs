//! `import`: reports, rejects, limits, repetition, refusals.

use serde_json::Value;

use crate::program::{AS_OF, Program};

fn file<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["files"].as_array().unwrap().iter().find(|file| file["file"] == name).unwrap()
}

/// Appends lines to a generated file.
fn append(program: &Program, name: &str, lines: &[&str]) {
    let path = program.path("data").join(name);
    let mut text = std::fs::read_to_string(&path).unwrap();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    std::fs::write(path, text).unwrap();
}

#[test]
fn every_row_is_counted_and_a_second_import_changes_nothing() {
    let program = Program::new();
    program.generate(25);
    let report = program.run(["import", "data", "--as-of", AS_OF, "--json"]).done().json();
    for name in ["customer.csv", "account.csv", "record.csv", "review.csv"] {
        let rows = program.rows(name).len() as u64;
        assert_eq!(file(&report, name)["read"].as_u64(), Some(rows), "{report}");
        assert_eq!(file(&report, name)["imported"].as_u64(), Some(rows), "{report}");
    }
    let again = program.run(["import", "data", "--as-of", AS_OF, "--json"]).done().says("nothing is new");
    let report = again.json();
    assert_eq!(file(&report, "record.csv")["imported"], 0);
    assert_eq!(file(&report, "record.csv")["unchanged"].as_u64(), Some(program.rows("record.csv").len() as u64));
    program.verify();
}

#[test]
fn bad_rows_are_set_aside_and_the_limit_is_kept() {
    let program = Program::new();
    program.generate(10);
    append(&program, "customer.csv", &["too,few"]);
    append(&program, "location.csv", &["a,b,c,d,e,f,g"]);
    let outcome = program.run(["import", "data", "--as-of", AS_OF, "--max-rejects", "2"]).done();
    assert!(outcome.stderr.contains("2 rows were set aside"), "{}", outcome.stderr);
    let report = std::fs::read_to_string(program.path("rejects/report.jsonl")).unwrap();
    let entries: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let files: Vec<&str> = entries.iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["location.csv", "customer.csv"]);
    let set_aside = std::fs::read_to_string(program.path("rejects/customer.csv")).unwrap();
    assert_eq!(set_aside.lines().last(), Some("too,few"));

    let arguments = ["import", "data", "--as-of", AS_OF, "--max-rejects", "1", "--rejects", "elsewhere"];
    program.run(arguments).ends(3).says("--max-rejects");
    assert!(program.path("elsewhere/report.jsonl").is_file());
    program.run(["import", "data", "--as-of", AS_OF, "--max-rejects", "all"]).done();
}

#[test]
fn a_folder_that_cannot_be_imported_is_refused() {
    let program = Program::new();
    program.run(["import", "missing"]).ends(2).says("missing is no folder");
    std::fs::create_dir(program.path("empty")).unwrap();
    program.run(["import", "empty"]).ends(3).says("location.csv");
    program.generate(3);
    program.run(["import", "data", "--shift-to-now"]).ends(2).says("synthea");
    program.run(["import", "data", "--max-rejects", "some"]).ends(2).says("a number or all");
    program.run(["import", "data", "--as-of", "noon"]).ends(2).says("--as-of");
    std::fs::remove_file(program.path("data/record.csv")).unwrap();
    program.run(["import", "data"]).ends(3).says("record.csv");
}
