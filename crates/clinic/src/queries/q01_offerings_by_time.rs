//! Q1: the organisations whose offering is newest. Open to visitors, no login.
//!
//! One partition, `latest`, answers it. An organisation has one row there: publishing deletes
//! its previous one. The quarter buckets (`2026-Q4`) keep history and are never read here.

use quorate_session::codec::{CqlTimestamp, Uuid};
use serde::Serialize;

use super::about::About;
use super::arguments::Arguments;
use super::fields::{self, limit};
use super::page::{Page, Question, Token};
use super::reader::Reader;
use crate::error::Error;
use crate::view::View;

/// Offerings by bucket, newest first.
///
/// Rows per partition over ten years: `latest` 1,000 and what is published between two trims;
/// a quarter 2,000 (median), 10,000 (99 %), 30,000 (most).
pub const OFFERINGS: View = View {
    name: "offerings_by_time",
    partition: &["bucket"],
    clustering: &["updated_at", "org_id"],
    values: &["org_type", "headline", "body"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.offerings_by_time (
    bucket text,
    updated_at timestamp,
    org_id uuid,
    org_type text,
    headline text,
    body text,
    PRIMARY KEY ((bucket), updated_at, org_id)
) WITH CLUSTERING ORDER BY (updated_at DESC, org_id ASC)
    AND compaction = {'class': 'LeveledCompactionStrategy'}
    AND comment = 'Q1 newest offerings: bucket latest, and one bucket per quarter'",
};

const FIRST: &str = "SELECT org_id, org_type, updated_at, headline, body FROM {ks}.offerings_by_time \
    WHERE bucket = 'latest' LIMIT ?";
const SAME_INSTANT: &str = "SELECT org_id, org_type, updated_at, headline, body FROM {ks}.offerings_by_time \
    WHERE bucket = 'latest' AND updated_at = ? AND org_id > ? LIMIT ?";
const OLDER: &str = "SELECT org_id, org_type, updated_at, headline, body FROM {ks}.offerings_by_time \
    WHERE bucket = 'latest' AND updated_at < ? LIMIT ?";

/// How many organisations, and after which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Rows per page; 10 by default.
    pub size: usize,
    /// The page before.
    pub after: Option<Token>,
}

/// An organisation and its newest offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The organisation.
    pub org_id: Uuid,
    /// What it offers: general consultation, weight loss, …
    pub org_type: String,
    /// When the offering was published, in milliseconds since 1970.
    #[serde(serialize_with = "fields::print_instant")]
    pub updated_at: i64,
    /// The offering's headline; absent until one was published.
    pub headline: Option<String>,
    /// The offering's text.
    pub body: Option<String>,
}

type Key = (i64, Uuid);
type Cells = (Uuid, String, CqlTimestamp, Option<String>, Option<String>);

impl Params {
    pub(crate) fn from_arguments(arguments: &Arguments, _: &About) -> Result<Self, Error> {
        Ok(Self { size: arguments.size(10)?, after: arguments.after() })
    }
}

/// Updated last first; of those updated at the same instant the smaller id. The answer ends where
/// the bucket was trimmed: beyond the newest thousand.
pub async fn run(reader: &Reader, params: &Params) -> Result<Page<Row>, Error> {
    let question = Question::new(1, "");
    let wanted = params.size + 1;
    let cells = match &params.after {
        None => reader.rows::<Cells>(FIRST, (limit(wanted),)).await?,
        Some(token) => after(reader, question.key(token)?, wanted).await?,
    };
    let rows = cells.into_iter().map(Row::from).collect();
    Page::cut(rows, params.size, question, |row| (row.updated_at, row.org_id))
}

async fn after(reader: &Reader, (at, org_id): Key, wanted: usize) -> Result<Vec<Cells>, Error> {
    let at = CqlTimestamp(at);
    let mut cells = reader.rows::<Cells>(SAME_INSTANT, (at, org_id, limit(wanted))).await?;
    if cells.len() < wanted {
        cells.extend(reader.rows::<Cells>(OLDER, (at, limit(wanted - cells.len()))).await?);
    }
    Ok(cells)
}

impl From<Cells> for Row {
    fn from((org_id, org_type, updated_at, headline, body): Cells) -> Self {
        Self { org_id, org_type, updated_at: updated_at.0, headline, body }
    }
}
