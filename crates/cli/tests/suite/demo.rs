//! The demonstration: all 14 answers, the visit, the proof, and a store to go on with.

use crate::program::Program;

#[test]
fn the_demonstration_shows_everything_and_leaves_a_store() {
    let program = Program::new();
    let shown = program.run(["demo", "--store", "shown"]).done().stdout;
    for number in 1..=14 {
        assert!(shown.contains(&format!("\nQ{number} ")), "Q{number}");
    }
    assert!(!shown.contains("(nothing)"), "a question without an answer: {shown}");
    assert!(shown.contains(": 0 differences"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "colours where there is no terminal");
    let widest = shown.lines().filter(|line| !line.contains("quorate ")).map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?} columns");
    let top = program.run(["query", "q4", "--store", "shown", "--json"]).done().json();
    assert!(top[0]["record_count"].as_i64() > Some(0));
    program.run(["demo", "--store", "shown"]).ends(1).says("is not empty");
}

#[test]
fn without_arguments_it_runs_in_a_folder_of_its_own() {
    let program = Program::new();
    let outcome = program.run(["--json"]).done().json();
    let store = std::path::Path::new(outcome["store"].as_str().unwrap());
    assert!(store.starts_with(program.folder()) && store.is_dir());
    assert_eq!(outcome["answers"].as_object().unwrap().len(), 14);
    assert_eq!(outcome["verify"]["total_differences"], 0);
    assert_ne!(outcome["visit"]["before"], outcome["visit"]["completed"]);
    let left: Vec<String> = std::fs::read_dir(program.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(left.iter().all(|name| !name.starts_with("quorate-sample")), "the sample stays behind: {left:?}");
}
