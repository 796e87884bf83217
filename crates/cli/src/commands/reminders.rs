//! `quorate reminders`: the outbox of what is to be sent before visits, for whoever sends it.
//!
//! Sending is not done here. A sender takes the rows of a day, sends each once by its idempotency
//! key, and finds neither a name nor a purpose in them.

use quorate_clinic::Error;
use quorate_clinic::calendar::day_of;
use quorate_clinic::moment::{day_text, instant_text};
use quorate_clinic::store::Store;
use quorate_session::Class;
use quorate_session::codec::{CqlDate, CqlTimestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Run;
use crate::connection::{Absent, Connection};
use crate::failure::{self, Exit};
use crate::render::{self, Ids};

/// One day of the outbox, which is one partition.
const OUTBOX: &str = "SELECT send_at, medical_id, channel, idempotency_key, cust_id, org_id, starts_at, time_zone \
                      FROM {ks}.reminders_by_day WHERE day = ?";
/// Rows that are read at once.
const PAGE_ROWS: u32 = 1_000;
/// CQL counts days from 5877641-06-23, which is 2³¹ days before 1970 (`SimpleDateSerializer.java`).
const CQL_EPOCH: u32 = 1 << 31;

type Row = (CqlTimestamp, Uuid, String, Uuid, Uuid, Uuid, CqlTimestamp, String);

/// List the reminders that are to be sent on a day
#[derive(Debug, clap::Args)]
#[command(after_help = "\
They are due a day before the visit, by e-mail and by SMS, and hold no reason for it.

Examples:
  quorate reminders
  quorate reminders --day 2026-12-01 --json")]
pub(crate) struct Options {
    /// The day on which they are due, in UTC [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<String>,
}

/// Lists them in the order in which they are due.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let asked = options.day.as_deref().map(|text| failure::day("--day", text)).transpose()?;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let store = connection.store();
    let day = asked.unwrap_or_else(|| day_of(store.now_ms()));
    let rows = outbox(&store, day).await?;
    drop(store);
    connection.close().await?;
    if console.json() {
        console.json_data(&rows)?;
    } else if rows.is_empty() {
        console.note(&format!("nothing is due on {}", day_text(day)));
    } else {
        console.data(&render::rows(&rows, Ids::Whole).text(console, ""))?;
    }
    Ok(Exit::Done)
}

async fn outbox(store: &Store, day: i32) -> Result<Vec<Value>, Error> {
    let statement = store.prepared(OUTBOX, Class::Read).await?;
    let day = CqlDate(CQL_EPOCH.wrapping_add_signed(day));
    let mut all = Vec::new();
    let mut from = None;
    loop {
        let (rows, next) = store.session().page(&statement, (day,), PAGE_ROWS, from.as_ref()).await?;
        for row in rows.typed::<Row>()? {
            let (send_at, medical_id, channel, key, cust_id, org_id, starts_at, time_zone) = row?;
            all.push(json!({
                "send_at": instant_text(send_at.0), "channel": channel, "cust_id": cust_id, "org_id": org_id,
                "medical_id": medical_id, "starts_at": instant_text(starts_at.0), "time_zone": time_zone,
                "idempotency_key": key,
            }));
        }
        if next.is_none() {
            return Ok(all);
        }
        from = next;
    }
}
