//! Q4: the doctors with most completed records, everywhere, in a region or in an organisation.
//!
//! Everywhere and per region a board of the first 1,000 ranks answers it: one partition, rewritten
//! whole by its writer. In an organisation the revenue partition holds the counts already.
//! The answer ends where the board ends; it is never filled up from another table.
use std::cmp::Ordering;

use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::existence;
use super::fields::{PersonName, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::ids::{Entity, cassandra_order};

/// The board of doctors: `scope` is `all` or `region:<uuid>`. It is no view: its writer replaces
/// it as a whole, on the condition of its version.
///
/// Rows per partition: 1,000 at most.
pub const TOP_DOCTORS_CQL: &str = "CREATE TABLE IF NOT EXISTS {ks}.top_doctors (
    scope text,
    rank int,
    doc_id uuid,
    org_id uuid,
    name frozen<person_name>,
    record_count bigint,
    seq bigint,
    version bigint STATIC,
    as_of timestamp STATIC,
    applied frozen<map<int, bigint>> STATIC,
    PRIMARY KEY ((scope), rank)
) WITH CLUSTERING ORDER BY (rank ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q4 doctors with most completed records, ranked'";

const BOARD: &str = "SELECT rank, doc_id, org_id, name, record_count, as_of FROM {ks}.top_doctors \
    WHERE scope = ? AND rank > ? LIMIT ?";
const IN_ORGANISATION: &str = "SELECT doc_id, name, record_count FROM {ks}.revenue_by_organisation_and_period \
    WHERE org_id = ? AND period = 'all'";

/// Among which doctors, how many, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Among which doctors.
    pub among: Among,
    /// Rows per page; 1 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// Which doctors are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those whose organisation works in a region.
    Region(Uuid),
    /// Those of an organisation.
    Organisation(Uuid),
}

/// A doctor with their number of completed records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The doctor.
    pub doc_id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Completed records; never zero.
    pub record_count: i64,
    /// The doctor's organisation.
    pub org_id: Uuid,
}

type Ranked = (i32, Uuid, Uuid, PersonName, i64, Option<CqlTimestamp>);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, _: &About) -> Result<Self, Error> {
        let among = match arguments.at_most_one(Entity::Region, Entity::Organisation)? {
            None => Among::All,
            Some((Entity::Region, id)) => Among::Region(id),
            Some((_, id)) => Among::Organisation(id),
        };
        Ok(Self { among, size: arguments.size(1)?, after: arguments.after() })
    }
}

/// Most records first; of equally many the smaller id.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(4, &format!("{:?}", params.among));
    match params.among {
        Among::All => on_board(reader, params, question, "all").await,
        Among::Region(id) => {
            let page = on_board(reader, params, question, &format!("region:{id}")).await?;
            existence::noted(reader, page, Entity::Region, id).await
        }
        Among::Organisation(id) => {
            let page = in_organisation(reader, params, question, id).await?;
            existence::noted(reader, page, Entity::Organisation, id).await
        }
    }
}

/// The board's own order is the answer's; a page continues after the last rank.
async fn on_board(reader: &Reader, params: &Params, question: Question, scope: &str) -> Result<Page<Row>, Error> {
    let rank = params.after.as_ref().map_or(Ok(0), |token| question.key::<i32>(token))?;
    let ranked = reader.rows::<Ranked>(BOARD, (scope, rank, limit(params.size + 1))).await?;
    let as_of = ranked.first().and_then(|row| row.5).map(|at| at.0);
    let page = Page::cut(ranked, params.size, question, |row| row.0)?;
    let rows =
        page.rows.into_iter().map(|(_, doc_id, org_id, name, record_count, _)| row(doc_id, org_id, name, record_count));
    Ok(Page { rows: rows.collect(), next: page.next, unknown: None, as_of })
}

/// An organisation's doctors are one partition of at most some thousands; it is ordered by id,
/// so it is sorted here.
async fn in_organisation(
    reader: &Reader,
    params: &Params,
    question: Question,
    org_id: Uuid,
) -> Result<Page<Row>, Error> {
    let doctors = reader.rows::<(Uuid, PersonName, i64)>(IN_ORGANISATION, (org_id,)).await?;
    let mut rows: Vec<Row> =
        doctors.into_iter().map(|(doc_id, name, count)| row(doc_id, org_id, name, count)).collect();
    if let Some(token) = &params.after {
        let (count, id) = question.key::<(i64, Uuid)>(token)?;
        rows.retain(|row| order((row.record_count, row.doc_id), (count, id)).is_gt());
    }
    rows.sort_unstable_by(|one, other| order((one.record_count, one.doc_id), (other.record_count, other.doc_id)));
    Page::cut(rows, params.size, question, |row| (row.record_count, row.doc_id))
}

fn row(doc_id: Uuid, org_id: Uuid, name: PersonName, record_count: i64) -> Row {
    Row { doc_id, first_name: name.first_name, last_name: name.last_name, record_count, org_id }
}

fn order(one: (i64, Uuid), other: (i64, Uuid)) -> Ordering {
    other.0.cmp(&one.0).then_with(|| cassandra_order(&one.1, &other.1))
}
