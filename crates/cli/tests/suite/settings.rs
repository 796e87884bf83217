//! `config`: which value counts, where it came from, and that secrets stay hidden.

use serde_json::json;

use crate::program::{Outcome, Program};

#[test]
fn config_tells_the_origin_of_every_value_and_hides_the_password() {
    let program = Program::new();
    std::fs::write(program.path("q.toml"), "keyspace = \"from_file\"\nlocal_dc = \"dc1\"\npassword = \"geheim\"\n")
        .unwrap();
    let mut command = program.command(["config", "--json", "--config", "q.toml", "--durability", "sync"]);
    let outcome: Outcome = command.env("QUORATE_LOCAL_DC", "dc2").output().unwrap().into();
    let settings = outcome.done();
    assert!(!settings.stdout.contains("geheim"));
    let settings = settings.json();
    assert_eq!(settings["keyspace"], json!({"value": "from_file", "origin": "file q.toml"}));
    assert_eq!(settings["local-dc"], json!({"value": "dc2", "origin": "environment QUORATE_LOCAL_DC"}));
    assert_eq!(settings["durability"], json!({"value": "sync", "origin": "flag --durability"}));
    assert_eq!(settings["compression"], json!({"value": "none", "origin": "default"}));
    assert_eq!(settings["password"], json!({"value": "(hidden)", "origin": "file q.toml"}));
}

#[test]
fn the_users_own_file_is_read_without_being_named() {
    let program = Program::new();
    let folder = program.path(".config/quorate");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "keyspace = 'mine'\n").unwrap();
    assert_eq!(program.run(["config", "--json"]).done().json()["keyspace"]["value"], "mine");
}

#[test]
fn wrong_settings_are_wrong_usage() {
    let program = Program::new();
    program.run(["config", "--durability", "later"]).ends(2).says("flag --durability");
    program.run(["config", "--keyspace", "Clinic"]).ends(2).says("small letters");
    program.run(["config", "--store", "a", "--contact-points", "b"]).ends(2).says("give one of them");
    program.run(["config", "--config", "missing.toml"]).ends(1).says("missing.toml");
    std::fs::write(program.path("bad.toml"), "keyspace = \n").unwrap();
    program.run(["config", "--config", "bad.toml"]).ends(2).says("bad.toml");
}
