//! The program explains itself: every command has help with an example, and completions exist.

use crate::program::Program;

const COMMANDS: [&str; 16] = [
    "demo",
    "schema",
    "generate",
    "import",
    "query",
    "do",
    "reminders",
    "verify",
    "repair",
    "rebuild",
    "backup",
    "restore",
    "reset",
    "cql-server",
    "config",
    "completions",
];

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = Program::new().run(["--help"]).done().stdout;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in {help}");
    }
    assert!(help.contains("0 done, 1 failed, 2 wrong usage, 3 input refused"));
}

#[test]
fn every_command_has_help_with_an_example() {
    let program = Program::new();
    for command in COMMANDS {
        let help = program.run([command, "--help"]).done().stdout;
        let (_, examples) = help.split_once("Examples:").unwrap_or_else(|| panic!("{command}: {help}"));
        assert!(examples.contains(if command == "demo" { "quorate" } else { command }), "{examples}");
    }
}

#[test]
fn the_help_of_query_lists_the_14_questions_with_their_options() {
    let help = Program::new().run(["query", "--help"]).done().stdout;
    for number in 1..=14 {
        assert!(help.contains(&format!("\n  q{number} ")), "q{number}");
    }
    assert!(help.contains("--organisation --year"));
}

#[test]
fn completions_are_written_for_a_shell() {
    let script = Program::new().run(["completions", "bash"]).done().stdout;
    assert!(script.contains("complete -F _quorate"), "{script}");
}

#[test]
fn what_is_not_known_is_wrong_usage() {
    let program = Program::new();
    program.run(["examine"]).ends(2).says("examine");
    program.run(["query", "q1", "--colour"]).ends(2).says("--colour");
    program.run(["completions", "tcl"]).ends(2);
}
