//! The proof that every copy is right: the log is folded, every view is paged through, and what
//! is missing, extra or wrong is named.
//!
//! Rows are compared by hashes first, a slice of all keys at a time, so that memory stays bounded;
//! what differs is looked at again in full, at the head of that moment, because another process
//! may have written in between. Beyond the rows, the log's own rules are checked, the boards, the
//! counter mirrors and the slots. Nothing is changed here but what lags behind by design.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::future::{BoxFuture, FutureExt as _};
use quorate_session::Class;
use serde::Serialize;
use uuid::Uuid;

use crate::Clinic;
use crate::board;
use crate::cells::Cells;
use crate::commands::visit::BOOKED;
use crate::error::Error;
use crate::event::{Entry, Fact, Image, Visit};
use crate::fold::{self, Fold, Slice, content_hash, each_entry, key_hash};
use crate::images::Sums;
use crate::mirror;
use crate::store::Store;
use crate::tables::VIEWS;
use crate::view::View;

/// Rows of a slice at most: about 60 bytes each.
const SLICE_ROWS: usize = 4_000_000;
/// Rows read from a view at once.
const PAGE: u32 = 5_000;
/// Differences that are listed; the others are counted.
pub const LISTED: usize = 1_000;
/// A row that is to expire within this time may be there or not.
const EXPIRY_SLACK_MS: i64 = 120_000;

/// What a verification found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Events of the log.
    pub events: u64,
    /// Rows of views that were compared.
    pub rows: u64,
    /// Rows that differ.
    pub total_differences: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
    /// Rules of the log, the boards, the mirrors and the slots that do not hold.
    pub violations: Vec<String>,
}

/// A row that is not what the log says.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// What is wrong with it.
    pub kind: Kind,
    /// Its table.
    pub table: &'static str,
    /// Its key and, where it should be, its content: the cells in hexadecimal.
    pub expected: Option<String>,
    /// What is there.
    pub found: Option<String>,
    /// The row's key as cells.
    #[serde(skip)]
    pub(crate) key: Cells,
    /// The row as it should be.
    #[serde(skip)]
    pub(crate) row: Option<Cells>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It should be there.
    Missing,
    /// It should not be there.
    Extra,
    /// Its content is another.
    Wrong,
}

/// How far a verification has come: of 1,000.
pub type Progress<'a> = &'a mut (dyn FnMut(u32) + Send);

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.total_differences == 0 && self.violations.is_empty()
    }
}

/// Compares everything with the log.
///
/// # Errors
/// What the store reports; a damaged log is an error, because then there is nothing to compare with.
pub fn run<'a>(clinic: &'a Clinic, progress: Progress<'a>) -> BoxFuture<'a, Result<Report, Error>> {
    async move {
        clinic.settle_wholly().await?;
        let store = clinic.store();
        let heads = clinic.heads().await?;
        let mut report = Report::default();
        let mut suspects = HashMap::new();
        let mut parts = 1;
        let mut part = 0;
        while part < parts {
            let slice = Slice { part, parts };
            let Some(fold) = fold_slice(store, &heads, slice, &mut report).await? else {
                // Too many rows for one slice: begin anew with smaller ones.
                parts *= 2;
                report = Report::default();
                suspects.clear();
                part = 0;
                continue;
            };
            compare(store, slice, fold, &mut report, &mut suspects).await?;
            part += 1;
            progress(u32::try_from(part * 1_000 / parts).unwrap_or(1_000));
        }
        confirm(clinic, &suspects, &mut report).await?;
        Ok(report)
    }
    .boxed()
}

/// Folds the log into a slice; the first slice also checks the log's own rules.
async fn fold_slice(store: &Store, heads: &[i64], slice: Slice, report: &mut Report) -> Result<Option<Fold>, Error> {
    let mut fold = Fold::default();
    let mut rules = Rules::default();
    for (stream, &head) in (0..).zip(heads) {
        let mut sums = Sums::default();
        let mut last_ts = i64::MIN;
        each_entry(store, stream, head, |entry| {
            if slice.part == 0 {
                report.events += 1;
                report.violations.extend(sums.check(&entry));
                rules.add(&entry, &mut last_ts, &mut report.violations);
            }
            fold.add(slice, &entry);
            Ok(())
        })
        .await?;
        if fold.rows.len() > SLICE_ROWS {
            return Ok(None);
        }
    }
    if slice.part == 0 {
        rules.finish(store, &mut report.violations).await?;
    }
    fold.finish();
    Ok(Some(fold))
}

/// Pages through every view and leaves what differs among the suspects.
async fn compare(
    store: &Store,
    slice: Slice,
    mut fold: Fold,
    report: &mut Report,
    suspects: &mut HashMap<u64, Option<(&'static View, Cells)>>,
) -> Result<(), Error> {
    let now_ms = store.now_ms();
    for &view in VIEWS {
        let statement = store.session().prepare(&view.scan_cql(store.keyspace()), Class::Read).await?;
        let mut state = None;
        loop {
            // The lowest token belongs to no key, so this range is the whole table.
            let range = (i64::MIN, i64::MAX);
            let (rows, next) = store.session().page(&statement, range, PAGE, state.as_ref()).await?;
            for row in rows.cells()? {
                let row = row?.into_iter().fold(Cells::new(), Cells::raw);
                let key = key_hash(view, &row);
                if !slice.has(key) {
                    continue;
                }
                report.rows += 1;
                match fold.rows.remove(&key) {
                    Some(last) if last.content == Some(content_hash(view, &row)) => {}
                    _ => {
                        suspects.insert(key, Some((view, row.prefix(view.key_len()))));
                    }
                }
            }
            match next {
                Some(next) => state = Some(next),
                None => break,
            }
        }
    }
    for (key, last) in fold.rows {
        let gone = last.expires_ms.is_some_and(|expires| expires <= now_ms + EXPIRY_SLACK_MS);
        if last.content.is_some() && !gone {
            suspects.insert(key, None);
        }
    }
    Ok(())
}

/// Looks at the suspects again, in full.
async fn confirm(
    clinic: &Clinic,
    suspects: &HashMap<u64, Option<(&'static View, Cells)>>,
    report: &mut Report,
) -> Result<(), Error> {
    if suspects.is_empty() {
        return Ok(());
    }
    clinic.catch_up().await?;
    let store = clinic.store();
    let heads = clinic.heads().await?;
    let keys: HashSet<u64> = suspects.keys().copied().collect();
    let mut expected = fold::rows_in_full(store, clinic.streams().count(), &keys, &heads).await?;
    for (hash, found) in suspects {
        let (view, key, row) = match (expected.remove(hash), found) {
            (Some(expected), _) => expected,
            (None, Some((view, key))) => (*view, key.clone(), None),
            (None, None) => continue,
        };
        let found = store.row(view, &key).await?;
        let kind = match (&row, &found) {
            (Some(row), Some(found)) if row.head(view.len()) != found.as_bytes() => Kind::Wrong,
            (Some(_), None) => Kind::Missing,
            (None, Some(_)) => Kind::Extra,
            _ => continue,
        };
        report.total_differences += 1;
        if report.differences.len() < LISTED {
            report.differences.push(Difference {
                kind,
                table: view.name,
                expected: row.as_ref().map(hex),
                found: found.as_ref().map(hex),
                key,
                row,
            });
        }
    }
    report.differences.sort_by(|a, b| (a.table, &a.key).cmp(&(b.table, &b.key)));
    Ok(())
}

fn hex(cells: &Cells) -> String {
    use std::fmt::Write as _;
    cells.as_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Rules over the whole log.
#[derive(Default)]
struct Rules {
    requests: HashSet<Uuid>,
    /// Each doctor's records and region.
    doctors: HashMap<Uuid, (Uuid, i64)>,
    days: BTreeMap<Uuid, i64>,
    booked: HashMap<Uuid, Visit>,
    newest: HashMap<Uuid, i64>,
}

impl Rules {
    fn add(&mut self, entry: &Entry, last_ts: &mut i64, violations: &mut Vec<String>) {
        let place = || format!("stream {} event {}", entry.stream, entry.seq);
        if entry.ts < last_ts.saturating_add(2) && *last_ts != i64::MIN {
            violations.push(format!("{}: its timestamp does not follow the one before", place()));
        }
        *last_ts = entry.ts;
        if !self.requests.insert(entry.request_id) {
            violations.push(format!("{}: request {} is in the log twice", place(), entry.request_id));
        }
        for fact in &entry.event.facts {
            match fact {
                Fact::VisitBooked(visit) => {
                    self.booked.insert(visit.medical_id, visit.clone());
                }
                Fact::VisitRescheduled(moved) => {
                    self.booked.insert(moved.visit.medical_id, moved.visit.clone());
                }
                Fact::VisitDropped(visit) => {
                    self.booked.remove(&visit.medical_id);
                }
                Fact::VisitCompleted(completed) => {
                    self.booked.remove(&completed.visit.medical_id);
                    *self.days.entry(completed.visit.org_id).or_default() += 1;
                }
                Fact::OfferingPublished(offering) => {
                    let newest = self.newest.entry(offering.org_id).or_insert(offering.updated_ms);
                    *newest = offering.updated_ms.max(*newest);
                }
                _ => {}
            }
        }
        for image in &entry.event.images {
            if let Image::Revenue(image) = image
                && image.period == "all"
            {
                self.doctors.insert(image.doc_id, (image.region_id, image.count_after));
            }
        }
    }

    async fn finish(self, store: &Store, violations: &mut Vec<String>) -> Result<(), Error> {
        self.slots(violations);
        self.boards(store, violations).await?;
        let doctors = self.doctors.iter().map(|(doctor, (_, count))| (*doctor, *count));
        violations.extend(mirror::differences(store, doctors, &self.days).await?);
        let shown = crate::trim::times(store).await?.0;
        let mut newest: Vec<i64> = self.newest.into_values().collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        if shown.iter().take(10).ne(newest.iter().take(10)) {
            violations.push("the newest offerings are not those of the `latest` bucket".to_owned());
        }
        Ok(())
    }

    /// No doctor and no customer has two visits at a time, but for those that the input brought.
    fn slots(&self, violations: &mut Vec<String>) {
        let mut by_owner: HashMap<Uuid, Vec<&Visit>> = HashMap::new();
        for visit in self.booked.values().filter(|visit| visit.status == BOOKED && visit.digest.is_none()) {
            by_owner.entry(visit.doc_id).or_default().push(visit);
            by_owner.entry(visit.cust_id).or_default().push(visit);
        }
        for (owner, mut visits) in by_owner {
            visits.sort_unstable_by_key(|visit| visit.starts_ms);
            for pair in visits.windows(2) {
                if let [first, second] = pair
                    && first.starts_ms + i64::from(first.minutes) * 60_000 > second.starts_ms
                {
                    violations
                        .push(format!("visits {} and {} of {owner} overlap", first.medical_id, second.medical_id));
                }
            }
        }
    }

    async fn boards(&self, store: &Store, violations: &mut Vec<String>) -> Result<(), Error> {
        let mut scopes: HashMap<String, Vec<(Uuid, i64)>> = HashMap::new();
        for (doctor, (region, count)) in &self.doctors {
            scopes.entry(board::EVERYWHERE.to_owned()).or_default().push((*doctor, *count));
            scopes.entry(board::region_scope(*region)).or_default().push((*doctor, *count));
        }
        for (scope, totals) in scopes {
            let shown = board::rows(store, &scope).await?;
            let expected = board::expected(totals);
            if shown.iter().map(|ranked| (ranked.doc_id, ranked.count)).ne(expected) {
                violations.push(format!("the board {scope} does not rank the doctors by their records"));
            }
        }
        Ok(())
    }
}
