//! Which of several values counts, what is refused, and that secrets stay hidden.

use quorate_session::{Compression, Durability, Target};

use super::*;

fn environment(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn refusal(result: Result<impl std::fmt::Debug, Failure>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_flag_counts_more_than_the_environment_and_that_more_than_the_file() {
    let (_folder, path) = file("keyspace = 'from_file'\nlocal_dc = 'file'\ndurability = 'sync'\n");
    let global = Global { config: Some(path.clone()), keyspace: Some("from_flag".into()), ..Global::default() };
    let environment = environment(&[("QUORATE_KEYSPACE", "from_environment"), ("QUORATE_LOCAL_DC", "environment")]);
    let settings = Settings::resolve(&global, &environment).unwrap();
    let found = |name: &str| {
        let setting = settings.get(name).unwrap();
        (setting.value.clone().unwrap_or_default(), setting.source())
    };
    assert_eq!(found("keyspace"), ("from_flag".into(), "flag --keyspace".into()));
    assert_eq!(found("local-dc"), ("environment".into(), "environment QUORATE_LOCAL_DC".into()));
    assert_eq!(found("durability"), ("sync".into(), format!("file {}", path.display())));
    assert_eq!(found("compression"), ("none".into(), "default".into()));
}

#[test]
fn the_store_is_in_the_users_data_folder_unless_named() {
    let at = |pairs: &[(&str, &str)]| {
        let settings = Settings::resolve(&Global::default(), &environment(pairs)).unwrap();
        match settings.target().unwrap() {
            Target::Embedded { directory, durability } => (directory, durability),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(at(&[("HOME", "/home/ada")]), (PathBuf::from("/home/ada/.local/share/quorate"), Durability::Periodic));
    let folder = at(&[("HOME", "/home/ada"), ("XDG_DATA_HOME", "/data")]).0;
    assert_eq!(folder, PathBuf::from("/data/quorate"));
    let relative = at(&[("HOME", "/home/ada"), ("XDG_DATA_HOME", "data")]).0;
    assert_eq!(relative, PathBuf::from("/home/ada/.local/share/quorate"));
}

#[test]
fn the_stronger_place_decides_between_store_and_cluster() {
    let cluster = environment(&[("QUORATE_CONTACT_POINTS", "10.0.0.1, 10.0.0.2:9043")]);
    let settings = Settings::resolve(&Global::default(), &cluster).unwrap();
    let Target::Cluster(options) = settings.target().unwrap() else { panic!("not the cluster") };
    assert_eq!(options.contact_points, ["10.0.0.1", "10.0.0.2:9043"]);
    assert_eq!(options.compression, Compression::None);

    let global = Global { store: Some("/data/s".into()), ..Global::default() };
    let settings = Settings::resolve(&global, &cluster).unwrap();
    assert!(matches!(settings.target(), Ok(Target::Embedded { .. })));

    let global = Global { store: Some("/data/s".into()), contact_points: Some("a".into()), ..Global::default() };
    let settings = Settings::resolve(&global, &cluster).unwrap();
    assert!(refusal(settings.target()).contains("give one of them"));
}

#[test]
fn wrong_values_are_refused_with_the_place_to_correct() {
    let check = |name: &str, value: &str, part: &str| {
        let variable = format!("QUORATE_{name}");
        let environment = environment(&[(variable.as_str(), value), ("QUORATE_CONTACT_POINTS", "a")]);
        let settings = Settings::resolve(&Global::default(), &environment).unwrap();
        let said = refusal(settings.target().and_then(|_| settings.durability()).and_then(|_| settings.keyspace()));
        assert!(said.contains(part) && said.contains(&variable), "{said}");
    };
    check("DURABILITY", "never", "sync or periodic");
    check("KEYSPACE", "Clinic", "small letters");
    check("KEYSPACE", "a234567890123456789012345678901234567890123456789", "small letters");
    check("COMPRESSION", "zip", "none or lz4");
    check("CONSISTENCY", "SOME", "LOCAL_QUORUM");
    check("SERIAL_CONSISTENCY", "QUORUM", "LOCAL_SERIAL");
    check("REQUEST_TIMEOUT", "0", "more than 0");
    check("CONNECT_TIMEOUT", "soon", "seconds");
}

#[test]
fn a_file_with_an_unknown_setting_is_refused() {
    let (_folder, path) = file("keyspcae = 'x'\n");
    let global = Global { config: Some(path), ..Global::default() };
    let said = Settings::resolve(&global, &Environment::new()).unwrap_err().to_string();
    assert!(said.contains("no setting 'keyspcae'"), "{said}");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let global = Global { config: Some(PathBuf::from("/nowhere/config.toml")), ..Global::default() };
    let said = Settings::resolve(&global, &Environment::new()).unwrap_err().to_string();
    assert!(said.contains("/nowhere/config.toml"), "{said}");
}

#[test]
fn passwords_are_not_shown_and_need_a_name() {
    let settings = Settings::resolve(
        &Global::default(),
        &environment(&[("QUORATE_PASSWORD", "geheim"), ("QUORATE_CONTACT_POINTS", "a")]),
    )
    .unwrap();
    assert!(settings.all().iter().all(|setting| setting.shown() != Some("geheim")));
    assert!(refusal(settings.target()).contains("QUORATE_USERNAME"));
}
