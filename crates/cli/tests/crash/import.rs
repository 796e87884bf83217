//! An import that is killed anywhere and run again ends like one that was not.

use std::time::Duration;

use serde_json::Value;

use super::answers::{Asked, Ids};
use super::dice::Dice;
use super::place::{Kill, Place};
use super::scale;

/// Rows of each file: read, in the store at the end, set aside.
type Counts = Vec<(String, u64, u64, u64)>;

/// One import that nothing disturbed, and what came of it.
struct Model {
    place: Place,
    took: Duration,
    counts: Counts,
    ids: Ids,
    answers: Asked,
}

impl Model {
    fn new() -> Self {
        let place = Place::embedded();
        place.done(&["generate", "data", "--customers", "40", "--seed", "5", "--as-of", "2026-01-15"]);
        let sent = place.import(&place, &Kill::Never);
        assert_eq!(sent.code, Some(0), "{}", sent.stderr);
        place.verify("after an import that was not disturbed");
        let column = |file: &str, column: &str| -> Vec<String> {
            let mut reader = csv::Reader::from_path(place.path("data").join(file)).unwrap();
            let index = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
            reader.records().map(|record| record.unwrap()[index].to_owned()).collect()
        };
        let ids = Ids {
            customers: column("customer.csv", "CUST_ID"),
            accounts: column("account.csv", "ACCOUNT_ID"),
            doctors: column("doctor.csv", "DOC_ID"),
            organisations: column("organisation.csv", "ORG_ID"),
            regions: column("location.csv", "REGION_ID"),
            as_of: "2026-01-15",
            years: (2020..=2026).collect(),
        };
        let answers = Asked::about(&place, &ids);
        Self { took: sent.took, counts: counts(&sent.answers[0]), ids, answers, place }
    }

    /// That a place that was disturbed has all of it once the import is run again.
    fn check(&self, place: &Place, when: &str) {
        let sent = place.import(&self.place, &Kill::Never);
        assert_eq!(sent.code, Some(0), "{when}: {}", sent.stderr);
        assert_eq!(counts(&sent.answers[0]), self.counts, "{when}");
        place.verify(when);
        self.answers.same(&Asked::about(place, &self.ids), when);
    }
}

fn counts(report: &Value) -> Counts {
    let number = |file: &Value, field: &str| file[field].as_u64().unwrap();
    let of = |file: &Value| {
        let stored = number(file, "imported") + number(file, "unchanged");
        (file["file"].as_str().unwrap().to_owned(), number(file, "read"), stored, number(file, "rejected"))
    };
    report["files"].as_array().unwrap().iter().map(of).collect()
}

#[test]
#[cfg(debug_assertions)]
fn an_import_killed_at_failpoints_ends_like_one_that_was_not() {
    let model = Model::new();
    let place = Place::embedded();
    for kill in [
        Kill::At("appended", 1),
        Kill::At("appended", 2),
        Kill::At("projected", 5),
        Kill::At("appended", 12),
        Kill::At("board-written", 1),
    ] {
        let sent = place.import(&model.place, &kill);
        assert_eq!(sent.code, None, "{kill:?} was not reached: {}", sent.stderr);
        // Before the schema is complete there is nothing to verify; here it is.
        place.verify(&format!("an import after {kill:?}"));
    }
    model.check(&place, "after kills at failpoints");
}

#[test]
fn an_import_killed_at_random_ends_like_one_that_was_not() {
    let model = Model::new();
    let mut dice = Dice::new(scale::seed() + 2);
    let rounds = scale::kills().div_ceil(4);
    let mut killed = 0;
    for round in 0..rounds {
        let place = Place::embedded();
        let mut share = |of: u64| {
            model.took.mul_f64(
                f64::from(u32::try_from(dice.below(1_000)).unwrap()) / 1_000.0 / f64::from(u32::try_from(of).unwrap()),
            )
        };
        // Every second one early, while the tables are made.
        let first = share(1 + 7 * (round % 2));
        for delay in [first, share(1)] {
            killed += u64::from(place.import(&model.place, &Kill::After(delay)).code.is_none());
        }
        model.check(&place, &format!("killed after {first:?}"));
    }
    eprintln!("{killed} kills of an import in {rounds} rounds; one import takes {:?}", model.took);
    assert!(killed > 0, "every import was over before the kill");
}
