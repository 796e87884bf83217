//! Each check is shown a fault that it must find, and the nearest thing that is none.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::lexed::masked;
use super::{Document, Finding, documents, layering, rust_rules};

fn document(path: &str, text: &str) -> Document {
    Document { path: path.to_owned(), text: text.to_owned() }
}

/// The lines and messages found in one Rust file under its own header.
fn rust(path: &str, body: &str) -> Vec<(usize, String)> {
    let text = format!("//! A file of the tests, with a header of its own.\n{body}");
    shown(rust_rules::check(&[document(path, &text)]))
}

fn shown(findings: Vec<Finding>) -> Vec<(usize, String)> {
    findings.into_iter().map(|finding| (finding.line, finding.message)).collect()
}

#[track_caller]
fn one(found: &[(usize, String)], line: usize, part: &str) {
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, line, "{found:?}");
    assert!(found[0].1.contains(part), "{found:?}");
}

#[track_caller]
fn none(found: &[(usize, String)]) {
    assert_eq!(found, []);
}

const LIBRARY: &str = "crates/engine/src/rows.rs";

#[test]
fn masking_keeps_code_and_blanks_the_rest() {
    let source = "let a = \"x // y\"; // z\nlet b = 'c'; let d: &'e str = r#\"f\"g\"#; /* h /* i */ j */ k";
    let expected = "let a = \"      \"; ////\nlet b = ' '; let d: &'e str = r#\"   \"#; ///////////////// k";
    assert_eq!(masked(source), expected);
    assert_eq!(masked("'\\'' '\\u{7d}' 'é' b'\\n' \"\\\"\" bar\"x\""), "'  ' '      ' '  ' b'  ' \"  \" bar\" \"");
    assert_eq!(masked("br\"\\\" x br#\"\"\"# y"), "br\" \" x br#\" \"# y");
}

#[test]
fn a_file_needs_a_header() {
    let found = rust_rules::check(&[document(LIBRARY, "use std::fs;\n"), document("crates/cql/src/a.rs", "//! x\n")]);
    assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [1, 1]);
    none(&rust(LIBRARY, ""));
}

#[test]
fn unfinished_code_is_found_everywhere() {
    one(&rust(LIBRARY, "fn f() { todo!() }\n"), 2, "unfinished");
    one(&rust("crates/engine/tests/x.rs", "\nfn f() { unimplemented!(\"a\") }\n"), 3, "unfinished");
    none(&rust(LIBRARY, "// todo!( is not code\nconst A: &str = \"todo!()\";\n"));
}

#[test]
fn time_and_chance_belong_to_the_command_line() {
    one(&rust(LIBRARY, "let t = SystemTime::now();\n"), 2, "time is passed in");
    one(&rust("crates/clinic/src/a.rs", "let t = jiff::Timestamp::now();\n"), 2, "time is passed in");
    one(&rust(LIBRARY, "let t = Uuid::new_v4();\n"), 2, "randomness");
    none(&rust("crates/cli/src/a.rs", "let t = SystemTime::now();\n"));
    none(&rust(LIBRARY, "#[cfg(test)]\nmod tests {\n    fn f() { SystemTime::now(); }\n}\n"));
    one(&rust(LIBRARY, "#[cfg(test)]\nmod tests {\n    fn f() {}\n}\nfn g() { SystemTime::now(); }\n"), 6, "time");
}

#[test]
fn only_the_edges_print() {
    one(&rust(LIBRARY, "println!(\"a\");\n"), 2, "prints");
    one(&rust(LIBRARY, "eprintln!(\"a\");\n"), 2, "`eprintln!`");
    none(&rust("xtask/src/a.rs", "println!(\"a\");\n"));
    none(&rust("crates/engine/examples/bench.rs", "println!(\"a\");\n"));
}

#[test]
fn panics_and_shared_locks_stay_out_of_production() {
    one(&rust(LIBRARY, "x\n    .expect(\"it is there\");\n"), 3, "panicking");
    one(&rust(LIBRARY, "x.unwrap();\n"), 2, "panicking");
    none(&rust(LIBRARY, "parser.expect(Token::Comma)?; scanner.expect(\"-\")?; scanner.expect(\" \")?;\n"));
    one(&rust(LIBRARY, "struct S(Arc<Mutex<u8>>);\n"), 2, "holds its lock");
    none(&rust("crates/engine/src/rows/tests.rs", "x.expect(\"is there\"); struct S(Arc<Mutex<u8>>);\n"));
    one(&rust("crates/engine/tests/x.rs", "#[allow(dead_code)]\nfn f() {}\n"), 2, "#[expect");
}

#[test]
fn modules_declared_for_tests_are_not_production() {
    let parent = "//! The parent of a module that exists for tests.\n#[cfg(test)]\nmod samples;\n";
    let child = "//! Samples, for tests only.\nfn f() { x.unwrap(); }\n";
    let files = [document("crates/cql/src/lib.rs", parent), document("crates/cql/src/samples.rs", child)];
    assert_eq!(rust_rules::check(&files), []);
    let files = [document("crates/cql/src/lib.rs", parent), document("crates/cql/src/sample.rs", child)];
    assert_eq!(rust_rules::check(&files).len(), 1);
}

#[test]
fn stringly_errors_are_found_across_lines() {
    one(&rust(LIBRARY, "fn f() -> Result<Vec<(u8, u8)>, String> {}\n"), 2, "Result<_, String>");
    none(&rust(LIBRARY, "fn f() -> Result<HashMap<u8, String>, Error> {}\nfn g() -> Result<String> {}\n"));
    one(&rust(LIBRARY, "a\n    .map_err(|error| {\n        E::Bad(error.to_string())\n    })\n"), 3, "source");
    one(&rust(LIBRARY, "a.map_err(|e| E::Bad(format!(\"bad: {e}\")))\n"), 2, "source");
    one(&rust(LIBRARY, "a.map_err(|e: io::Error| E::Bad(format!(\"bad: {}\", e)))\n"), 2, "source");
    none(&rust(LIBRARY, "a.map_err(|source| E::Open { path: path.to_string(), source })\n"));
    none(&rust(LIBRARY, "a.map_err(|source| E::Open { path: format!(\"{dir}/x\"), source })\n"));
}

#[test]
fn empty_names_and_rewrites_are_found() {
    one(&rust("crates/engine/src/utils.rs", ""), 1, "names nothing");
    one(&rust("crates/engine/src/helpers/keys.rs", ""), 1, "names nothing");
    one(&rust("crates/engine/src/reader_v2.rs", ""), 1, "stands beside");
    none(&rust("crates/engine/src/utility_bills.rs", ""));
}

#[test]
fn narration_is_found_and_reasons_are_not() {
    one(&rust(LIBRARY, "    // Create the table\n"), 2, "`Create`");
    none(&rust(LIBRARY, "// Creation is not logged: the log is its source.\n/// Check that it holds.\n"));
    none(&rust(LIBRARY, "const A: &str = \"\n// Create the table\n\";\n"));
}

#[test]
fn assertions_must_say_what_they_expect() {
    one(&rust("crates/engine/tests/x.rs", "    assert!(parse(\"a\").is_err());\n"), 2, "the value or the error");
    none(&rust("crates/engine/tests/x.rs", "    assert!(matches!(parse(\"a\"), Err(Error::Syntax(_))));\n"));
}

#[test]
fn long_files_are_found_by_their_production_lines() {
    let mut code = String::new();
    for number in 0..700 {
        let _ = writeln!(code, "const A{number}: u8 = 0;");
    }
    one(&rust(LIBRARY, &code), 1, "701 production lines");
    let tests = format!("#[cfg(test)]\nmod tests {{\n{code}}}\n");
    none(&rust(LIBRARY, &tests));
}

fn documents_check(path: &str, text: &str) -> Vec<(usize, String)> {
    let paths = ["README.md", "docs/map.md", "crates/cql/src/lib.rs", path].map(str::to_owned);
    shown(documents::check(&[document(path, text)], &paths))
}

#[test]
fn links_must_lead_somewhere() {
    none(&documents_check("docs/a.md", "[map](map.md#layers), [read me](../README.md), [code](../crates/cql)\n"));
    none(&documents_check(
        "docs/a.md",
        "[site](https://example.org/x), [below](#below), `[a](b)`\n\n```\n[a](b)\n```\n",
    ));
    one(&documents_check("docs/a.md", "\n[map](maps.md)\n"), 2, "`maps.md` leads nowhere");
    one(&documents_check("README.md", "[out](../elsewhere.md)\n"), 1, "leads nowhere");
}

#[test]
fn blanks_and_machine_paths_are_found() {
    one(&documents_check("docs/a.md", "text \n"), 1, "trailing blanks");
    one(&documents_check("docs/a.md", "text"), 1, "line break");
    one(&documents_check("data/a.txt", &format!("see {}main\n", concat!("/wo", "rk/"))), 1, "one machine");
    none(&documents_check("data/a.cql", "-- recorded \n"));
}

fn metadata(crate_name: &str, dependencies: &Value) -> Value {
    json!({
        "workspace_root": "/checkout",
        "packages": [{
            "manifest_path": format!("/checkout/crates/{crate_name}/Cargo.toml"),
            "dependencies": dependencies,
        }],
    })
}

fn layers(crate_name: &str, dependencies: &Value) -> Vec<(usize, String)> {
    let manifest = "[lints]\nworkspace = true\n\n[dependencies]\nscylla.workspace = true\ntokio = \"1\"\n";
    let manifest = document(&format!("crates/{crate_name}/Cargo.toml"), manifest);
    shown(layering::check(&metadata(crate_name, dependencies), &[manifest]).expect("the metadata is complete"))
}

#[test]
fn arrows_point_down_only() {
    let engine = json!([{ "name": "quorate-engine", "kind": null, "path": "/checkout/crates/engine" }]);
    none(&layers("session", &engine));
    none(&layers("cli", &engine));
    one(&layers("clinic", &engine), 1, "`clinic` may not import `engine`");
    one(&layers("cql", &engine), 1, "may not import");
    one(&layers("newcomer", &engine), 1, "no place");
    let for_tests = json!([{ "name": "quorate-engine", "kind": "dev", "path": "/checkout/crates/engine" }]);
    none(&layers("cql", &for_tests));
}

#[test]
fn libraries_stay_at_home() {
    let driver = json!([{ "name": "scylla", "kind": null }]);
    none(&layers("session", &driver));
    one(&layers("clinic", &driver), 5, "`scylla` belongs to `session` only");
    one(&layers("engine", &json!([{ "name": "scylla-cql-core", "kind": null }])), 1, "belongs to");
    one(&layers("engine", &json!([{ "name": "tokio", "kind": null }])), 6, "synchronous");
    none(&layers("session", &json!([{ "name": "tokio", "kind": null }])));
}

#[test]
fn manifests_take_over_the_lints() {
    let bare = document("crates/cql/Cargo.toml", "[package]\nname = \"quorate-cql\"\n");
    let found = layering::check(&metadata("cql", &json!([])), &[bare]).expect("the metadata is complete");
    one(&shown(found), 1, "[lints]");
}
