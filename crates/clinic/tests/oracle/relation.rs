//! The seven tables as plain maps, and the fourteen answers by brute force.
//!
//! Everything is computed from the tables on each question: nothing is kept up to date, so nothing
//! can be out of date. Amounts and instants in answers are canonical: numbers of milliseconds, and
//! decimals without trailing zeros, except where the text itself is promised.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use bigdecimal::{BigDecimal, RoundingMode, Zero};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use uuid::Uuid;

#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) country: Uuid,
    pub(super) region: Uuid,
}

#[derive(Debug, Clone)]
pub(super) struct Organisation {
    pub(super) kind: String,
    pub(super) region: Uuid,
    pub(super) currency: String,
    pub(super) updated: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) joined: i64,
    pub(super) state: Uuid,
}

#[derive(Debug, Clone)]
pub(super) struct Doctor {
    pub(super) organisation: Uuid,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) experience: i64,
    pub(super) birth: i64,
    pub(super) degree: Option<String>,
    pub(super) school: Option<String>,
    pub(super) certified: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) customer: Uuid,
    pub(super) organisation: Uuid,
    pub(super) created: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stage {
    Booked,
    Completed(BigDecimal),
    Closed,
}

#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) account: Uuid,
    pub(super) doctor: Uuid,
    pub(super) starts: i64,
    pub(super) minutes: i64,
    pub(super) purpose: String,
    pub(super) stage: Stage,
}

#[derive(Debug, Clone)]
pub(super) struct Review {
    pub(super) organisation: Uuid,
    pub(super) at: i64,
    pub(super) rating: i64,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    pub(super) regions: BTreeMap<Uuid, String>,
    pub(super) states: BTreeMap<Uuid, State>,
    pub(super) organisations: BTreeMap<Uuid, Organisation>,
    pub(super) customers: BTreeMap<Uuid, Customer>,
    pub(super) doctors: BTreeMap<Uuid, Doctor>,
    pub(super) accounts: BTreeMap<Uuid, Account>,
    pub(super) visits: BTreeMap<Uuid, Visit>,
    pub(super) reviews: BTreeMap<Uuid, Review>,
    /// The source's own ids, by what they stand for.
    pub(super) texts: BTreeMap<Uuid, String>,
}

/// The id of a text: clinic.md, part 2, "Ids".
pub(super) fn id_of(entity: &str, text: &str) -> Uuid {
    let hyphens = text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
    match Uuid::parse_str(text) {
        Ok(uuid) if hyphens => uuid,
        _ => {
            let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"quorate");
            Uuid::new_v5(&namespace, format!("{entity}/{text}").as_bytes())
        }
    }
}

/// The order of Cassandra's `uuid`: version, then time (version 1) or bytes.
pub(super) fn uuid_order(left: Uuid, right: Uuid) -> Ordering {
    let key = |uuid: Uuid| {
        let (low, mid, high, _) = uuid.as_fields();
        let time = u64::from(high) << 48 | u64::from(mid) << 32 | u64::from(low);
        let first = if high >> 12 == 1 { time } else { uuid.as_u64_pair().0 };
        (high >> 12, first, uuid.as_u64_pair().1)
    };
    key(left).cmp(&key(right))
}

pub(super) fn day_of(ms: i64) -> Date {
    Timestamp::from_millisecond(ms).unwrap().to_zoned(TimeZone::UTC).date()
}

pub(super) fn month_later(ms: i64) -> i64 {
    let zoned = Timestamp::from_millisecond(ms).unwrap().to_zoned(TimeZone::UTC);
    zoned.checked_add(1.month()).unwrap().timestamp().as_millisecond()
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn cents(sum: BigDecimal, parts: i64) -> String {
    (sum / BigDecimal::from(parts)).with_scale_round(2, RoundingMode::HalfEven).to_plain_string()
}

pub(super) fn plain(amount: &BigDecimal) -> String {
    if amount.is_zero() { "0".to_owned() } else { amount.normalized().to_plain_string() }
}

struct Done<'r> {
    id: Uuid,
    visit: &'r Visit,
    amount: &'r BigDecimal,
}

impl Relation {
    fn completed(&self) -> impl Iterator<Item = Done<'_>> {
        self.visits.iter().filter_map(|(id, visit)| match &visit.stage {
            Stage::Completed(amount) => Some(Done { id: *id, visit, amount }),
            _ => None,
        })
    }

    fn booked(&self) -> impl Iterator<Item = (Uuid, &Visit)> {
        self.visits.iter().filter(|(_, visit)| visit.stage == Stage::Booked).map(|(id, visit)| (*id, visit))
    }

    pub(super) fn accounts_of(&self, customer: Uuid) -> Vec<Uuid> {
        self.accounts.iter().filter(|(_, account)| account.customer == customer).map(|(id, _)| *id).collect()
    }

    fn currency_of(&self, account: Uuid) -> &str {
        &self.organisations[&self.accounts[&account].organisation].currency
    }

    pub(super) fn q1(&self) -> Vec<Value> {
        let mut rows: Vec<_> = self.organisations.iter().collect();
        rows.sort_by(|a, b| b.1.updated.cmp(&a.1.updated).then(uuid_order(*a.0, *b.0)));
        rows.iter().map(|(id, row)| json!({"org_id": id, "org_type": row.kind, "updated_at": row.updated})).collect()
    }

    pub(super) fn q2(&self, id: Uuid) -> Value {
        let Some(row) = self.customers.get(&id) else { return Value::Null };
        json!({"cust_id": id, "first_name": row.first, "last_name": row.last,
            "full_name": format!("{} {}", row.first, row.last), "joined_date": row.joined,
            "country_id": self.states[&row.state].country, "state_id": row.state})
    }

    pub(super) fn q3(&self, accounts: &[Uuid]) -> Vec<Value> {
        let mut rows: Vec<Done<'_>> = self.completed().filter(|row| accounts.contains(&row.visit.account)).collect();
        rows.sort_by(|a, b| {
            let dates = b.visit.starts.cmp(&a.visit.starts);
            b.amount.cmp(a.amount).then(dates).then(uuid_order(a.id, b.id))
        });
        rows.iter().map(|row| self.record(row)).collect()
    }

    fn record(&self, row: &Done<'_>) -> Value {
        json!({"medical_id": row.id, "account_id": row.visit.account, "tx_date": row.visit.starts,
            "medical_purpose": row.visit.purpose, "medical_amt": plain(row.amount),
            "currency": self.currency_of(row.visit.account)})
    }

    /// Doctors by completed records; of everybody, of a region, of an organisation.
    pub(super) fn q4(&self, region: Option<Uuid>, organisation: Option<Uuid>) -> Vec<Value> {
        let mut counts: BTreeMap<Uuid, i64> = BTreeMap::new();
        for row in self.completed() {
            *counts.entry(row.visit.doctor).or_default() += 1;
        }
        let mut rows: Vec<(Uuid, i64)> = counts
            .into_iter()
            .filter(|(doctor, _)| {
                let of = self.doctors[doctor].organisation;
                region.is_none_or(|region| self.organisations[&of].region == region)
                    && organisation.is_none_or(|organisation| of == organisation)
            })
            .collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(uuid_order(a.0, b.0)));
        rows.iter()
            .map(|(id, count)| {
                let doctor = &self.doctors[id];
                json!({"doc_id": id, "first_name": doctor.first, "last_name": doctor.last, "record_count": count})
            })
            .collect()
    }

    /// By currency: the months, oldest first, and whether there is any record in the currency.
    pub(super) fn q5(&self, accounts: &[Uuid], months: u32, as_of: i64) -> BTreeMap<String, (bool, Vec<Value>)> {
        let present = day_of(as_of).first_of_month();
        let mut answer = BTreeMap::new();
        for account in accounts {
            answer.entry(self.currency_of(*account).to_owned()).or_insert_with(|| (false, Vec::new()));
        }
        let mut totals: BTreeMap<(&str, String), BigDecimal> = BTreeMap::new();
        for row in self.completed().filter(|row| accounts.contains(&row.visit.account)) {
            let key = (self.currency_of(row.visit.account), month(day_of(row.visit.starts)));
            *totals.entry(key).or_default() += row.amount;
        }
        for (currency, (any, rows)) in &mut answer {
            *any = totals.keys().any(|(of, _)| of == currency);
            let month_of = |back: i64| month(present.checked_sub(back.months()).unwrap());
            let total = |back: i64| totals.get(&(currency.as_str(), month_of(back))).cloned().unwrap_or_default();
            for back in (0..i64::from(months)).rev() {
                let sum = total(back) + total(back + 1) + total(back + 2);
                rows.push(json!({"year_month": month_of(back), "total_medical_amt": plain(&total(back)),
                    "moving_average": cents(sum, 3), "currency": currency}));
            }
        }
        answer
    }

    pub(super) fn q6(&self, accounts: &[Uuid], as_of: i64) -> Vec<Value> {
        let end = month_later(as_of);
        let mut rows: Vec<_> = self
            .booked()
            .filter(|(_, visit)| accounts.contains(&visit.account))
            .filter(|(_, visit)| as_of <= visit.starts && visit.starts < end)
            .collect();
        rows.sort_by(|a, b| a.1.starts.cmp(&b.1.starts).then(uuid_order(a.0, b.0)));
        rows.iter()
            .map(|(id, visit)| {
                json!({"medical_id": id, "doc_id": visit.doctor, "tx_date": visit.starts,
                    "medical_purpose": visit.purpose})
            })
            .collect()
    }

    pub(super) fn q7(&self, id: Uuid, as_of: i64) -> Value {
        let Some(row) = self.doctors.get(&id) else { return Value::Null };
        let mut credential = Map::new();
        for (field, value) in
            [("degree_type", &row.degree), ("institution", &row.school), ("certification_date", &row.certified)]
        {
            if let Some(value) = value {
                credential.insert(field.to_owned(), json!(value));
            }
        }
        let credential = if credential.is_empty() { Value::Null } else { Value::Object(credential) };
        json!({"doc_id": id, "org_id": row.organisation, "first_name": row.first, "last_name": row.last,
            "experience_year": row.experience, "birth_year": row.birth,
            "age": i64::from(day_of(as_of).year()) - row.birth, "credential": credential})
    }

    pub(super) fn q8(&self, doctor: Option<Uuid>, organisation: Option<Uuid>) -> Vec<Value> {
        let mut rows: Vec<Done<'_>> = self
            .completed()
            .filter(|row| doctor.is_none_or(|doctor| row.visit.doctor == doctor))
            .filter(|row| organisation.is_none_or(|of| self.accounts[&row.visit.account].organisation == of))
            .collect();
        rows.sort_by(|a, b| b.visit.starts.cmp(&a.visit.starts).then(uuid_order(a.id, b.id)));
        rows.iter().map(|row| self.record(row)).collect()
    }

    pub(super) fn q9(&self, organisation: Uuid, from: Option<&str>, to: Option<&str>) -> Vec<Value> {
        let mut months: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for review in self.reviews.values().filter(|review| review.organisation == organisation) {
            let (sum, count) = months.entry(month(day_of(review.at))).or_default();
            *sum += review.rating;
            *count += 1;
        }
        months
            .into_iter()
            .rev()
            .filter(|(month, _)| from.is_none_or(|from| month.as_str() >= from))
            .filter(|(month, _)| to.is_none_or(|to| month.as_str() <= to))
            .map(|(month, (sum, count))| {
                json!({"year_month": month, "avg_rating": cents(BigDecimal::from(sum), count), "rating_count": count})
            })
            .collect()
    }

    pub(super) fn q10(&self, doctor: Uuid, as_of: i64) -> Vec<Value> {
        let mut rows: Vec<_> =
            self.booked().filter(|(_, visit)| visit.doctor == doctor && visit.starts >= as_of).collect();
        rows.sort_by(|a, b| a.1.starts.cmp(&b.1.starts).then(uuid_order(a.0, b.0)));
        rows.iter()
            .map(|(id, visit)| {
                json!({"medical_id": id, "account_id": visit.account, "tx_date": visit.starts,
                    "medical_purpose": visit.purpose})
            })
            .collect()
    }

    pub(super) fn q11(&self, customer: Option<Uuid>) -> Vec<Value> {
        let mut rows: Vec<_> = self
            .accounts
            .iter()
            .filter(|(_, account)| customer.is_none_or(|customer| account.customer == customer))
            .collect();
        rows.sort_by(|a, b| b.1.created.cmp(&a.1.created).then(uuid_order(*a.0, *b.0)));
        rows.iter()
            .map(|(id, account)| {
                let Customer { first, last, .. } = &self.customers[&account.customer];
                json!({"cust_id": account.customer, "first_name": first, "last_name": last,
                    "full_name": format!("{first} {last}"), "account_id": id, "created_at": account.created})
            })
            .collect()
    }

    pub(super) fn q12(&self, organisation: Uuid, year: i16) -> Vec<Value> {
        if !self.organisations.contains_key(&organisation) {
            return Vec::new();
        }
        let mut counts: BTreeMap<Date, i64> = BTreeMap::new();
        for row in self.completed() {
            if self.accounts[&row.visit.account].organisation == organisation {
                *counts.entry(day_of(row.visit.starts)).or_default() += 1;
            }
        }
        date(year, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() == year)
            .map(|day| json!({"day": day.to_string(), "transaction_count": counts.get(&day).unwrap_or(&0)}))
            .collect()
    }

    pub(super) fn q13(&self) -> Vec<Value> {
        let mut counts: BTreeMap<Uuid, i64> = BTreeMap::new();
        for customer in self.customers.values() {
            *counts.entry(self.states[&customer.state].region).or_default() += 1;
        }
        let mut rows: Vec<_> = counts.into_iter().collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then(uuid_order(a.0, b.0)));
        rows.iter()
            .map(|(id, count)| json!({"region_id": id, "region_name": self.regions[id], "customer_count": count}))
            .collect()
    }

    pub(super) fn q14(&self, organisation: Uuid, period: &str) -> Vec<Value> {
        let mut sums: BTreeMap<Uuid, BigDecimal> = BTreeMap::new();
        for row in self.completed() {
            let within = period == "all" || month(day_of(row.visit.starts)).starts_with(period);
            if within && self.accounts[&row.visit.account].organisation == organisation {
                *sums.entry(row.visit.doctor).or_default() += row.amount;
            }
        }
        let mut rows: Vec<_> = sums.into_iter().collect();
        rows.sort_by(|a, b| (Reverse(&a.1).cmp(&Reverse(&b.1))).then(uuid_order(a.0, b.0)));
        rows.iter()
            .map(|(id, sum)| {
                let doctor = &self.doctors[id];
                json!({"doc_id": id, "first_name": doctor.first, "last_name": doctor.last,
                    "total_revenue": plain(sum), "currency": self.organisations[&organisation].currency})
            })
            .collect()
    }
}
