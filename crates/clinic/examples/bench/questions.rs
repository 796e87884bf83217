//! What is asked: the fourteen access patterns, some of them of two kinds of owner.

use quorate_clinic::queries::Arguments;
use uuid::Uuid;

use crate::clock::Dice;
use crate::compare::Kind::{self, Amount, Id, Instant, Text, Whole};
use crate::input::{AS_OF_MS, Sample};

/// Whose id a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Nobody,
    Customer,
    Account,
    Doctor,
    Organisation,
    Region,
}

/// A question as it is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    /// As tables name it.
    pub(crate) name: &'static str,
    /// 1 to 14.
    pub(crate) number: u8,
    /// Whose id it takes.
    pub(crate) subject: Subject,
    /// Options that are the same in every call.
    fixed: fn() -> Arguments,
    /// The fields of the answer that `PostgreSQL` must give as well, in the order of its columns.
    pub(crate) fields: &'static [(&'static str, Kind)],
}

const RECORD: &[(&str, Kind)] =
    &[("medical_id", Id), ("account_id", Id), ("tx_date", Instant), ("medical_purpose", Text), ("medical_amt", Amount)];
const RANKED: &[(&str, Kind)] = &[("doc_id", Id), ("first_name", Text), ("last_name", Text), ("record_count", Whole)];
const MONTH: &[(&str, Kind)] = &[("year_month", Text), ("total_medical_amt", Amount), ("moving_average", Amount)];
const ACCOUNT: &[(&str, Kind)] = &[
    ("cust_id", Id),
    ("first_name", Text),
    ("last_name", Text),
    ("full_name", Text),
    ("account_id", Id),
    ("created_at", Instant),
];
const EARNER: &[(&str, Kind)] = &[("doc_id", Id), ("first_name", Text), ("last_name", Text), ("total_revenue", Amount)];
const AHEAD: &[(&str, Kind)] = &[("medical_id", Id), ("doc_id", Id), ("tx_date", Instant), ("medical_purpose", Text)];

/// All that is asked.
pub(crate) const ALL: [Question; 19] = [
    plain("q1", 1, Subject::Nobody, &[("org_id", Id), ("org_type", Text), ("updated_at", Instant)]),
    plain(
        "q2 customer",
        2,
        Subject::Customer,
        &[
            ("cust_id", Id),
            ("first_name", Text),
            ("last_name", Text),
            ("full_name", Text),
            ("joined_date", Instant),
            ("country_id", Id),
            ("state_id", Id),
        ],
    ),
    plain("q3 account", 3, Subject::Account, RECORD),
    plain("q3 customer", 3, Subject::Customer, RECORD),
    plain("q4", 4, Subject::Nobody, RANKED),
    plain("q4 region", 4, Subject::Region, RANKED),
    plain("q4 organisation", 4, Subject::Organisation, RANKED),
    Question { name: "q5 account, 6 months", number: 5, subject: Subject::Account, fixed: six_months, fields: MONTH },
    plain("q6 account", 6, Subject::Account, AHEAD),
    plain(
        "q7 doctor",
        7,
        Subject::Doctor,
        &[("doc_id", Id), ("first_name", Text), ("last_name", Text), ("age", Whole)],
    ),
    plain("q8 doctor", 8, Subject::Doctor, RECORD),
    plain("q8 organisation", 8, Subject::Organisation, RECORD),
    plain(
        "q9 organisation",
        9,
        Subject::Organisation,
        &[("year_month", Text), ("avg_rating", Amount), ("rating_count", Whole)],
    ),
    plain(
        "q10 doctor",
        10,
        Subject::Doctor,
        &[("medical_id", Id), ("account_id", Id), ("tx_date", Instant), ("medical_purpose", Text)],
    ),
    plain("q11", 11, Subject::Nobody, ACCOUNT),
    plain("q11 customer", 11, Subject::Customer, ACCOUNT),
    Question {
        name: "q12 organisation, 1 year",
        number: 12,
        subject: Subject::Organisation,
        fixed: this_year,
        fields: &[("day", Text), ("transaction_count", Whole)],
    },
    plain("q13", 13, Subject::Nobody, &[("region_id", Id), ("region_name", Text), ("customer_count", Whole)]),
    plain("q14 organisation", 14, Subject::Organisation, EARNER),
];

impl Question {
    /// One call's id, if the question takes one.
    pub(crate) fn draw(&self, sample: &Sample, dice: &mut Dice) -> Option<Uuid> {
        match self.subject {
            Subject::Nobody => None,
            Subject::Customer => dice.pick(&sample.customers).copied(),
            Subject::Account => dice.pick(&sample.accounts).map(|account| account.id),
            Subject::Doctor => dice.pick(&sample.doctors).map(|doctor| doctor.id),
            Subject::Organisation => dice.pick(&sample.organisations).copied(),
            Subject::Region => dice.pick(&sample.regions).copied(),
        }
    }

    /// The options of a call.
    pub(crate) fn arguments(&self, id: Option<Uuid>) -> Arguments {
        let mut arguments = Arguments { as_of: Some(AS_OF_MS), ..(self.fixed)() };
        let id = id.map(|id| id.to_string());
        match self.subject {
            Subject::Nobody => {}
            Subject::Customer => arguments.customer = id,
            Subject::Account => arguments.account = id,
            Subject::Doctor => arguments.doctor = id,
            Subject::Organisation => arguments.organisation = id,
            Subject::Region => arguments.region = id,
        }
        arguments
    }

    /// Its choices: the same for every peer and every run.
    pub(crate) fn dice(&self) -> Dice {
        let index = ALL.iter().position(|question| question.name == self.name).unwrap_or(0);
        Dice::new(0x5155_4f52 + index as u64)
    }
}

const fn plain(name: &'static str, number: u8, subject: Subject, fields: &'static [(&'static str, Kind)]) -> Question {
    Question { name, number, subject, fixed: Arguments::default, fields }
}

fn six_months() -> Arguments {
    Arguments { months: Some(6), ..Arguments::default() }
}

fn this_year() -> Arguments {
    Arguments { year: Some(2026), ..Arguments::default() }
}
