//! Every question that can be put to a clinic of a known relation, and the comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use bigdecimal::BigDecimal;
use futures::StreamExt;
use jiff::Timestamp;
use quorate_clinic::Clinic;
use quorate_clinic::queries::{self, Arguments};
use serde_json::{Value, json};
use uuid::Uuid;

use super::dice::Dice;
use super::relation::{Relation, month_later, plain};

/// More rows than any answer has.
const ALL: u32 = 1_000_000;
/// Questions that are open at once.
const AT_ONCE: usize = 16;
/// Things of a kind that are asked about, roughly: in a thorough comparison, and otherwise.
const MOST_IDS: [usize; 2] = [200, 40];
/// Disagreements that are shown.
const SHOWN: usize = 12;

/// What an answer must be.
#[derive(Debug, Clone)]
enum Expected {
    /// These rows in this order.
    Rows(Vec<Value>),
    /// This object or `null`.
    One(Value),
    /// Q5: rows of each currency; those of currencies without records may be left out.
    Months(Vec<(bool, Vec<Value>)>),
}

#[derive(Debug, Clone)]
struct Question {
    number: u8,
    arguments: Arguments,
    expected: Expected,
    /// Walk it in pages of this size.
    page: Option<u32>,
}

/// Asks everything, and fails with the questions that are answered otherwise.
pub(super) async fn compare(clinic: &Clinic, relation: &Relation, as_of: i64, seed: u64, thorough: bool, when: &str) {
    let wrong = disagreements(clinic, relation, as_of, seed, thorough).await;
    let kinds: BTreeSet<u8> = wrong.iter().map(|(number, _)| *number).collect();
    let shown: Vec<&str> = wrong.iter().take(SHOWN).map(|(_, how)| how.as_str()).collect();
    assert!(wrong.is_empty(), "{when}: {} answers differ, of queries {kinds:?}:\n{}", wrong.len(), shown.join("\n"));
}

/// The questions that are answered otherwise, by the number of the query.
pub(super) async fn disagreements(
    clinic: &Clinic,
    relation: &Relation,
    as_of: i64,
    seed: u64,
    thorough: bool,
) -> Vec<(u8, String)> {
    let mut asked = Asked { relation, dice: Dice::new(seed), as_of, questions: Vec::new(), thorough };
    asked.lists();
    asked.customers();
    asked.accounts();
    asked.doctors();
    asked.organisations();
    asked.unknown();
    futures::stream::iter(asked.questions)
        .map(|question| async move { disagreement(clinic, &question, as_of).await.map(|how| (question.number, how)) })
        .buffer_unordered(AT_ONCE)
        .filter_map(|wrong| async move { wrong })
        .collect()
        .await
}

struct Asked<'r> {
    relation: &'r Relation,
    dice: Dice,
    as_of: i64,
    questions: Vec<Question>,
    thorough: bool,
}

impl Asked<'_> {
    fn ask(&mut self, number: u8, arguments: Arguments, expected: Expected) {
        self.questions.push(Question { number, arguments, expected, page: None });
    }

    /// All ids, or a selection of very many.
    fn sample<'k, T>(&self, known: &'k BTreeMap<Uuid, T>) -> impl Iterator<Item = &'k Uuid> + use<'k, T> {
        let most = MOST_IDS[usize::from(!self.thorough)];
        known.keys().step_by(1 + known.len() / most)
    }

    /// A list with its default size, whole, with a limit, and in pages.
    fn list(&mut self, number: u8, arguments: &Arguments, default: usize, rows: &[Value]) {
        let first = |count: usize| Expected::Rows(rows.iter().take(count).cloned().collect());
        self.ask(number, arguments.clone(), first(default));
        let whole = Arguments { limit: Some(ALL), ..arguments.clone() };
        self.ask(number, whole, Expected::Rows(rows.to_vec()));
        let all_sizes = [1_u32, 2, 7];
        let one = [*self.dice.of(&all_sizes)];
        let few = rows.len() <= 30 && self.thorough;
        for size in if few { all_sizes.as_slice() } else { one.as_slice() } {
            let arguments = Arguments { limit: Some(*size), ..arguments.clone() };
            self.questions.push(Question {
                number,
                arguments,
                expected: Expected::Rows(rows.to_vec()),
                page: Some(*size),
            });
        }
    }

    /// An id as the source wrote it, or in lower or upper case.
    fn text(&mut self, id: Uuid) -> String {
        if let Some(text) = self.relation.texts.get(&id)
            && self.dice.percent(40)
        {
            return text.clone();
        }
        let text = id.to_string();
        if self.dice.percent(30) { text.to_uppercase() } else { text }
    }

    /// Instants to look from: of the import, later, and exactly when appointments start.
    fn instants(&mut self, starts: &[i64]) -> Vec<i64> {
        let mut all = vec![self.as_of, month_later(self.as_of), self.as_of + 40 * 86_400_000 + 1];
        if !starts.is_empty() {
            let start = *self.dice.of(starts);
            all.extend([start, start + 1]);
        }
        if !self.thorough {
            let one = *self.dice.of(&all);
            all = vec![one];
        }
        all
    }

    fn lists(&mut self) {
        let relation = self.relation;
        let none = Arguments::default();
        self.list(1, &none, 10, &relation.q1());
        self.list(4, &none, 1, &relation.q4(None, None));
        self.list(11, &none, 100, &relation.q11(None));
        self.list(13, &none, 10, &relation.q13());
        for region in relation.regions.keys() {
            let arguments = Arguments { region: Some(self.text(*region)), ..none.clone() };
            self.list(4, &arguments, 1, &relation.q4(Some(*region), None));
        }
    }

    fn customers(&mut self) {
        let relation = self.relation;
        for id in self.sample(&relation.customers) {
            let of = Arguments { customer: Some(self.text(*id)), ..Arguments::default() };
            self.ask(2, of.clone(), Expected::One(relation.q2(*id)));
            self.list(11, &of, usize::MAX, &relation.q11(Some(*id)));
            self.spending(&of, &relation.accounts_of(*id));
        }
    }

    fn accounts(&mut self) {
        for id in self.sample(&self.relation.accounts) {
            let of = Arguments { account: Some(self.text(*id)), ..Arguments::default() };
            self.spending(&of, &[*id]);
        }
    }

    /// Q3, Q5 and Q6 of some accounts.
    fn spending(&mut self, of: &Arguments, accounts: &[Uuid]) {
        let relation = self.relation;
        self.list(3, of, 5, &relation.q3(accounts));
        let visits = relation.visits.values().filter(|visit| accounts.contains(&visit.account));
        let starts: Vec<i64> = visits.map(|visit| visit.starts).collect();
        for as_of in self.instants(&starts) {
            let then = Arguments { as_of: Some(as_of), ..of.clone() };
            self.list(6, &then, 3, &relation.q6(accounts, as_of));
            for months in [None, Some(u32::try_from(self.dice.between(1, 14)).unwrap())] {
                let expected = relation.q5(accounts, months.unwrap_or(1), as_of).into_values().collect();
                self.ask(5, Arguments { months, ..then.clone() }, Expected::Months(expected));
            }
        }
        if let Some(newest) = starts.iter().filter(|start| **start < self.as_of).max() {
            // Long windows around the facts, whatever the import's instant is.
            let then = Arguments { as_of: Some(*newest), months: Some(14), ..of.clone() };
            let expected = relation.q5(accounts, 14, *newest).into_values().collect();
            self.ask(5, then, Expected::Months(expected));
        }
    }

    fn doctors(&mut self) {
        let relation = self.relation;
        for id in self.sample(&relation.doctors) {
            let of = Arguments { doctor: Some(self.text(*id)), ..Arguments::default() };
            self.list(8, &of, 10, &relation.q8(Some(*id), None));
            let visits = relation.visits.values().filter(|visit| visit.doctor == *id);
            let starts: Vec<i64> = visits.map(|visit| visit.starts).collect();
            for as_of in self.instants(&starts) {
                let then = Arguments { as_of: Some(as_of), ..of.clone() };
                self.ask(7, then.clone(), Expected::One(relation.q7(*id, as_of)));
                self.list(10, &then, 10, &relation.q10(*id, as_of));
            }
        }
    }

    fn organisations(&mut self) {
        let relation = self.relation;
        for id in self.sample(&relation.organisations) {
            let of = Arguments { organisation: Some(self.text(*id)), ..Arguments::default() };
            self.list(4, &of, 1, &relation.q4(None, Some(*id)));
            self.list(8, &of, 10, &relation.q8(None, Some(*id)));
            let months = [None, Some("2023-12"), Some("2024-01"), Some("1999-12"), Some("2035-12")];
            for _ in 0..3 {
                let (from, to) = (*self.dice.of(&months), *self.dice.of(&months));
                let from_to = Arguments { from: from.map(str::to_owned), to: to.map(str::to_owned), ..of.clone() };
                if from.is_none_or(|from| to.is_none_or(|to| from <= to)) {
                    self.list(9, &from_to, usize::MAX, &relation.q9(*id, from, to));
                }
            }
            for year in [1969, 1970, 1999, 2000, 2022, 2023, 2024, 2025] {
                let expected = Expected::Rows(relation.q12(*id, year));
                self.ask(12, Arguments { year: Some(i32::from(year)), ..of.clone() }, expected);
            }
            self.list(14, &of, 50, &relation.q14(*id, "all"));
            for period in ["all", "1969", "1970", "2000-02", "2023", "2023-12", "2024", "2024-01", "2024-02", "2025"] {
                let period_of = Arguments { period: Some(period.to_owned()), ..of.clone() };
                self.list(14, &period_of, 50, &relation.q14(*id, period));
            }
        }
    }

    fn unknown(&mut self) {
        let nobody = Some("nobody".to_owned());
        let none = Arguments::default();
        let customer = Arguments { customer: nobody.clone(), ..none.clone() };
        let account = Arguments { account: nobody.clone(), ..none.clone() };
        let doctor = Arguments { doctor: nobody.clone(), ..none.clone() };
        let organisation = Arguments { organisation: nobody.clone(), ..none.clone() };
        let region = Arguments { region: nobody, ..none };
        self.ask(2, customer.clone(), Expected::One(Value::Null));
        self.ask(7, doctor.clone(), Expected::One(Value::Null));
        for (number, arguments) in [
            (3, &customer),
            (3, &account),
            (4, &region),
            (4, &organisation),
            (5, &customer),
            (5, &account),
            (6, &customer),
            (6, &account),
            (8, &doctor),
            (8, &organisation),
            (9, &organisation),
            (10, &doctor),
            (11, &customer),
            (14, &organisation),
        ] {
            self.ask(number, arguments.clone(), Expected::Rows(Vec::new()));
        }
        self.ask(12, Arguments { year: Some(2024), ..organisation }, Expected::Rows(Vec::new()));
    }
}

async fn disagreement(clinic: &Clinic, question: &Question, now: i64) -> Option<String> {
    let Question { number, arguments, expected, page } = question;
    let mut arguments = arguments.clone();
    let mut found = Vec::new();
    loop {
        let answer = match queries::run(clinic.reader(), *number, &arguments, now).await {
            Ok(answer) => answer,
            Err(error) => return Some(format!("q{number} {arguments:?}: {error}")),
        };
        let rows = match answer.json {
            Value::Array(rows) => rows,
            single => {
                let same = matches!(expected, Expected::One(one) if matches(one, &single));
                return (!same)
                    .then(|| format!("q{number} {arguments:?}\n  expected {expected:?}\n  found    {single}"));
            }
        };
        if let Some(size) = page
            && (rows.len() > *size as usize || (rows.is_empty() && !found.is_empty()))
        {
            return Some(format!("q{number} {arguments:?}: a page of {} rows", rows.len()));
        }
        found.extend(rows);
        match answer.next {
            Some(token) if page.is_some() => arguments.page = Some(token.to_string()),
            _ => break,
        }
    }
    let different = match expected {
        Expected::One(_) => Some("one object was expected".to_owned()),
        Expected::Rows(rows) => rows_differ(rows, &found),
        Expected::Months(currencies) => months_differ(currencies, &found),
    };
    different.map(|how| format!("q{number} {}: {how}", given(&arguments)))
}

fn given(arguments: &Arguments) -> String {
    let all = format!("{arguments:?}");
    all.split(", ").filter(|part| !part.contains("None")).collect::<Vec<_>>().join(" ")
}

fn rows_differ(expected: &[Value], found: &[Value]) -> Option<String> {
    if expected.len() == found.len() && expected.iter().zip(found).all(|(one, other)| matches(one, other)) {
        return None;
    }
    let at = expected.iter().zip(found).take_while(|(one, other)| matches(one, other)).count();
    let row = |rows: &[Value]| rows.get(at).map_or("nothing".to_owned(), Value::to_string);
    let (rows, others) = (expected.len(), found.len());
    Some(format!(
        "{rows} rows expected, {others} found; the first difference is row {at}:\n  expected {}\n  found    {}",
        row(expected),
        row(found)
    ))
}

fn months_differ(currencies: &[(bool, Vec<Value>)], found: &[Value]) -> Option<String> {
    let mut left = found.len();
    for (any, rows) in currencies {
        let of_it: Vec<Value> = found.iter().filter(|row| row["currency"] == rows[0]["currency"]).cloned().collect();
        left -= of_it.len();
        // An account has one currency; a customer who spent nothing has rows in some currency.
        let needed = *any || currencies.len() == 1;
        if (needed || !of_it.is_empty())
            && let Some(how) = rows_differ(rows, &of_it)
        {
            return Some(how);
        }
    }
    let months: Vec<&Value> = found.iter().map(|row| &row["year_month"]).collect();
    if !months.is_sorted_by_key(|month| month.as_str()) {
        return Some(format!("the oldest month is not first: {months:?}"));
    }
    // A customer without any account has no currency to answer in.
    (left > 0 && !currencies.is_empty()).then(|| format!("rows of other currencies: {found:?}"))
}

/// Whether a row has all expected fields with the expected values.
fn matches(expected: &Value, found: &Value) -> bool {
    match expected {
        Value::Object(fields) => fields
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| canonical(name, found).as_ref() == Some(value))),
        other => other == found,
    }
}

/// A field as the relation has it; `None` if it is not written as it must be.
fn canonical(name: &str, value: &Value) -> Option<Value> {
    match name {
        "tx_date" | "joined_date" | "updated_at" | "created_at" => {
            let stamp: Timestamp = value.as_str()?.parse().ok()?;
            Some(json!(stamp.as_millisecond()))
        }
        "medical_amt" | "total_medical_amt" | "total_revenue" => {
            let text = value.as_str()?;
            let amount = BigDecimal::from_str(text).ok()?;
            let zero = name != "total_medical_amt" || plain(&amount) != "0" || text == "0.00";
            zero.then(|| json!(plain(&amount)))
        }
        // Absent and null say the same of what is optional.
        "credential" => {
            let Value::Object(fields) = value else { return Some(value.clone()) };
            let present = fields.iter().filter(|(_, value)| !value.is_null());
            Some(Value::Object(present.map(|(name, value)| (name.clone(), value.clone())).collect()))
        }
        _ => Some(value.clone()),
    }
}
