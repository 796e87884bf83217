//! `quorate config`: the settings that count, and where each came from.

use serde_json::{Map, Value, json};

use super::Run;
use crate::failure::Exit;
use crate::render::Table;

/// Show the effective settings and where each came from; secrets stay hidden
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A flag counts more than the environment, and that more than the file. The file is TOML:
  store = \"/var/lib/quorate\"
  contact_points = [\"10.0.0.1\", \"10.0.0.2:9042\"]
  local_dc = \"dc1\"
In the environment the same settings are called QUORATE_STORE, QUORATE_CONTACT_POINTS, QUORATE_LOCAL_DC.

Examples:
  quorate config
  quorate config --json --keyspace clinic_test")]
pub(crate) struct Options {}

/// Shows the settings; wrong ones are refused as any command would.
pub(crate) fn run(run: &Run<'_>, _options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    if console.json() {
        let entry = |setting: &crate::config::Setting| {
            (setting.key.name.to_owned(), json!({"value": setting.shown(), "origin": setting.source()}))
        };
        console.json_data(&Value::Object(settings.all().iter().map(entry).collect::<Map<_, _>>()))?;
    } else {
        let mut table = Table::new(&["setting", "value", "origin", "meaning"]);
        for setting in settings.all() {
            let value = setting.shown().unwrap_or("-");
            table.row([setting.key.name, value, &setting.source(), setting.key.about]);
        }
        console.data(&table.text(console, ""))?;
    }
    settings.target()?;
    settings.keyspace()?;
    Ok(Exit::Done)
}
