//! `quorate query`: one of the 14 questions.
//!
//! It opens nothing but a session, so that a single question is answered at once on a store of
//! any size.

use quorate_clinic::moment::instant_text;
use quorate_clinic::queries::{self, Answer, Arguments, about};
use quorate_session::Clock as _;
use serde_json::Value;

use super::Run;
use crate::clock::SystemClock;
use crate::connection::{Absent, Connection};
use crate::console::Console;
use crate::failure::{self, Exit, Failure};
use crate::render::{self, Ids};

/// Ask one of the 14 questions
#[derive(Debug, clap::Args)]
#[command(after_help = after_help())]
pub(crate) struct Options {
    /// q1 to q14
    query: String,
    /// A customer's id
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// An account's id
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// A doctor's id
    #[arg(long, value_name = "ID")]
    doctor: Option<String>,
    /// An organisation's id
    #[arg(long, value_name = "ID")]
    organisation: Option<String>,
    /// A region's id
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// How many months, ending with the present one
    #[arg(long, value_name = "N")]
    months: Option<u32>,
    /// First month
    #[arg(long, value_name = "YYYY-MM")]
    from: Option<String>,
    /// Last month
    #[arg(long, value_name = "YYYY-MM")]
    to: Option<String>,
    /// A year
    #[arg(long, value_name = "YYYY", allow_negative_numbers = true)]
    year: Option<i32>,
    /// all, YYYY or YYYY-MM
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Rows per page
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Go on after the page before: the token of its last line on standard error
    #[arg(long, value_name = "TOKEN")]
    page: Option<String>,
    /// Answer as if it were this instant, such as 2026-11-21T09:30:00Z
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
}

fn after_help() -> String {
    let questions = about::ALL.map(|about| {
        let options = if about.options.is_empty() { "no options".to_owned() } else { about.options.join(" ") };
        format!("  q{:<3} {}\n       {options}\n", about.number, about.question)
    });
    format!(
        "Questions and the options that each takes, besides --as-of:\n{}\n\
         Ids are UUIDs or the ids of the source system.\n\n\
         Examples:\n  quorate query q1\n  quorate query q5 --customer 17 --months 12\n  \
         quorate query q8 --doctor 4 --limit 100 --json",
        questions.concat()
    )
}

/// Answers the question.
pub(crate) async fn run(run: &Run<'_>, options: &Options) -> anyhow::Result<Exit> {
    let Run { console, settings } = run;
    let number = queries::number(&options.query)?;
    let arguments = options.arguments()?;
    let connection = Connection::open(settings, Absent::Refuse).await?;
    let now_ms = SystemClock.now_micros().div_euclid(1_000);
    let answer = queries::run(&connection.reader(), number, &arguments, now_ms).await?;
    show(console, &answer)?;
    connection.close().await?;
    Ok(Exit::Done)
}

impl Options {
    fn arguments(&self) -> Result<Arguments, Failure> {
        let as_of = self.as_of.as_deref().map(|text| failure::instant("--as-of", text)).transpose()?;
        Ok(Arguments {
            customer: self.customer.clone(),
            account: self.account.clone(),
            doctor: self.doctor.clone(),
            organisation: self.organisation.clone(),
            region: self.region.clone(),
            months: self.months,
            from: self.from.clone(),
            to: self.to.clone(),
            year: self.year,
            period: self.period.clone(),
            limit: self.limit,
            page: self.page.clone(),
            as_of,
        })
    }
}

fn show(console: &Console, answer: &Answer) -> anyhow::Result<()> {
    if console.json() {
        console.json_data(&answer.json)?;
    } else {
        match &answer.json {
            Value::Array(rows) if rows.is_empty() => console.note("no rows"),
            Value::Array(rows) => console.data(&render::rows(rows, Ids::Whole).text(console, ""))?,
            Value::Object(fields) => console.data(&render::object(fields, Ids::Whole).text(console, ""))?,
            _ => {}
        }
    }
    if let Some(unknown) = answer.unknown {
        console.note(&format!("{} {} is not known", unknown.entity, unknown.id));
    }
    if let Some(as_of) = answer.as_of.filter(|_| !console.json()) {
        console.note(&format!("as of {}", instant_text(as_of)));
    }
    // The last line of standard error, so that a program finds it.
    if let Some(token) = &answer.next {
        console.note(&format!("next page: {token}"));
    }
    Ok(())
}
