//! The 14 answers, each with its question, its arguments and the time that it took.

use std::time::{Duration, Instant};

use quorate_clinic::Clinic;
use quorate_clinic::queries::{self, Arguments, about};
use serde_json::{Value, json};

use super::choice::Choice;
use super::say;
use crate::console::Console;
use crate::progress::duration;
use crate::render::{self, Ids, number};

/// Rows that are shown of each answer.
const SHOWN: usize = 5;
/// Width of the terminal that the output is made for.
const WIDTH: usize = 100;
/// Width of the widest text.
const WIDEST: usize = 44;

/// How a question is asked and which fields of the answer are shown.
struct Asked {
    arguments: Arguments,
    columns: &'static [&'static str],
}

/// Asks and shows all of them; returns them for programs.
pub(super) async fn show_all(console: &Console, clinic: &Clinic, choice: &Choice) -> anyhow::Result<Value> {
    let mut answers = serde_json::Map::new();
    for about in about::ALL {
        let Asked { arguments, columns } = asked(about.number, choice);
        let started = Instant::now();
        let answer = queries::run(clinic.reader(), about.number, &arguments, clinic.store().now_ms()).await?;
        let took = started.elapsed();
        say(console, &heading(console, about.number, about.question, took))?;
        say(console, &shown(console, about.number, &answer.json, columns))?;
        let entry = json!({"question": about.question, "micros": took.as_micros(), "answer": answer.json});
        answers.insert(format!("q{}", about.number), entry);
    }
    Ok(Value::Object(answers))
}

fn asked(number: u8, choice: &Choice) -> Asked {
    let none = Arguments::default();
    let customer = || Arguments { customer: Some(choice.customer.clone()), ..none.clone() };
    let doctor = || Arguments { doctor: Some(choice.doctor.clone()), ..none.clone() };
    let organisation = || Arguments { organisation: Some(choice.organisation.clone()), ..none.clone() };
    let (arguments, columns): (_, &[&str]) = match number {
        1 => (none, &["updated_at", "org_type", "headline", "org_id"]),
        2 => (customer(), &["full_name", "joined_date", "cust_id", "state_id", "country_id"]),
        3 => (customer(), &["medical_amt", "currency", "tx_date", "medical_purpose"]),
        4 => (none, &["record_count", "first_name", "last_name", "doc_id"]),
        5 => {
            let arguments = Arguments { months: Some(6), ..customer() };
            (arguments, &["year_month", "total_medical_amt", "moving_average", "currency"])
        }
        6 => (customer(), &["tx_date", "medical_purpose", "doc_id"]),
        7 => (doctor(), &["first_name", "last_name", "age", "experience_year", "credential"]),
        8 => (doctor(), &["tx_date", "medical_amt", "currency", "medical_purpose"]),
        9 => (organisation(), &["year_month", "avg_rating", "rating_count"]),
        10 => (doctor(), &["tx_date", "medical_purpose", "account_id"]),
        11 => (none, &["created_at", "full_name", "account_id"]),
        12 => (Arguments { year: Some(choice.year), ..organisation() }, &["day", "transaction_count"]),
        13 => (none, &["customer_count", "region_name", "region_id"]),
        _ => (organisation(), &["total_revenue", "currency", "first_name", "last_name", "doc_id"]),
    };
    Asked { arguments, columns }
}

fn heading(console: &Console, number: u8, question: &str, took: Duration) -> String {
    let left = format!("Q{number:<3} {question}");
    let right = duration(took);
    let blanks = " ".repeat(WIDTH.saturating_sub(left.chars().count() + right.chars().count()));
    format!("\n{left}{blanks}{}", console.dim(&right))
}

fn shown(console: &Console, question: u8, answer: &Value, columns: &[&str]) -> String {
    let rows = match answer {
        Value::Array(rows) => rows.clone(),
        Value::Null => Vec::new(),
        row => vec![row.clone()],
    };
    // A year has many days without visits: those with some say more.
    let telling: Vec<Value> = rows.iter().filter(|row| question != 12 || is_busy(row)).take(SHOWN).cloned().collect();
    if telling.is_empty() {
        return "     (nothing)".to_owned();
    }
    let table = render::columns_of(&telling, columns, Ids::Short).widest(WIDEST).text(console, "     ");
    match rows.len() - telling.len() {
        0 => table,
        more => format!("{table}\n     {}", console.dim(&format!("… and {} more", number(more as u64)))),
    }
}

fn is_busy(day: &Value) -> bool {
    day.get("transaction_count").and_then(Value::as_i64).is_some_and(|count| count > 0)
}
