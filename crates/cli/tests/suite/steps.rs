//! create → load → select → reset, each step naming the next; backup, restore, rebuild, repair.

use crate::program::{AS_OF, Program};

#[test]
fn each_step_names_the_next() {
    let program = Program::new();
    program.generate(20);
    program.run(["schema", "show"]).done().says("next: quorate schema apply");
    program.run(["schema", "apply"]).done().says("next: quorate import");
    program.run(["import", "data", "--as-of", AS_OF]).done().says("next: quorate query");
    assert_eq!(program.ask(["q1"]).as_array().map(Vec::len), Some(program.rows("organisation.csv").len().min(10)));
    program.verify();
    program.run(["reset"]).ends(2).says("--yes");
    assert_ne!(program.ask(["q13"]), serde_json::json!([]));
    program.run(["reset", "--yes"]).done().says("next: quorate schema apply");
    program.run(["query", "q1"]).ends(1).says("quorate schema apply");
}

#[test]
fn the_schema_is_shown_as_cql_that_makes_every_table() {
    let program = Program::new();
    let cql = program.run(["schema", "show", "--keyspace", "shown", "--replication", "dc1:3,dc2:3"]).done().stdout;
    assert!(cql.contains("CREATE KEYSPACE IF NOT EXISTS shown"));
    assert!(cql.contains("'class': 'NetworkTopologyStrategy', 'dc1': 3, 'dc2': 3"));
    assert_eq!(cql.matches("CREATE TYPE IF NOT EXISTS shown.").count(), 2);
    assert!(cql.contains("CREATE TABLE IF NOT EXISTS shown.event_log"));
    program.run(["schema", "show", "--replication", "three"]).ends(2).says("simple:3");
}

#[test]
fn nothing_makes_a_store_but_the_commands_that_fill_it() {
    let program = Program::new();
    for command in ["verify", "repair", "rebuild", "do", "reminders"] {
        program.run([command]).ends(1).says("there is no store in");
    }
    program.run(["query", "q1"]).ends(1).says("quorate import DIR");
    program.run(["backup", "b.log"]).ends(1).says("there is no store in");
    assert!(!program.path("store").exists() && !program.path("b.log").exists());
}

#[test]
fn a_backup_restores_to_the_same_answers() {
    let program = Program::with_data(30);
    let asked = [vec!["q1"], vec!["q4", "--limit", "20"], vec!["q11"], vec!["q13"]];
    let answers = |program: &Program| asked.clone().map(|question| program.ask(question));
    let before = answers(&program);
    let summary = program.run(["backup", "clinic.log", "--json"]).done().json();
    assert_eq!(summary["bytes"].as_u64(), Some(std::fs::metadata(program.path("clinic.log")).unwrap().len()));
    assert!(!program.path("clinic.log.partial").exists());
    program.run(["restore", "clinic.log"]).ends(1);
    program.run(["reset", "--yes"]).done();
    program.run(["restore", "clinic.log"]).done().says("next: quorate verify");
    assert_eq!(answers(&program), before);
    program.verify();
}

#[test]
fn rebuild_gives_the_same_answers_and_repair_finds_nothing() {
    let program = Program::with_data(30);
    let before = (program.ask(["q4", "--limit", "20"]), program.ask(["q13"]));
    program.run(["rebuild"]).done().says("next: quorate verify");
    assert_eq!((program.ask(["q4", "--limit", "20"]), program.ask(["q13"])), before);
    program.verify();
    let repaired = program.run(["repair", "--json"]).done().json();
    assert_eq!(repaired["rows"], 0);
}

#[test]
fn a_store_that_is_in_use_says_so() {
    let program = Program::with_data(5);
    let mut child = crate::program::piped(program.command(["do"]));
    // The first answer proves that the store is open.
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, b"{}\n").unwrap();
    let mut answers = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut answers, &mut String::new()).unwrap();
    program.run(["verify"]).ends(1).says("cannot open the store in");
    drop(stdin);
    child.wait().unwrap();
    program.verify();
}
