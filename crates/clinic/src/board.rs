//! The board of doctors (Q4): ranks over all streams, rewritten whole.
//!
//! A ranking has no owner among the streams, so it is no view. It is brought up to the log by
//! reading the totals in the events since it was last written, and replaced by one conditional
//! batch on its version. It says up to which event of each stream it counts. A total carries the
//! position of its event, so an older writer never replaces a newer total. Counts only grow, so a
//! doctor who comes into the first ranks does so by an event that is read here.

use std::collections::{BTreeMap, HashMap};

use quorate_session::codec::CqlTimestamp;
use quorate_session::{Bound, Class, DeserializeValue, SerializeValue};
use uuid::Uuid;

use crate::error::Error;
use crate::event::{Image, Revenue};
use crate::ids::cassandra_order;
use crate::log;
use crate::store::Store;
use crate::stream::Streams;

/// Ranks of a board.
pub(crate) const RANKS: usize = 1_000;
/// The board of all doctors; the other boards are those of the regions.
pub(crate) const EVERYWHERE: &str = "all";
/// Events read from the log at once: an imported one is up to 32 KiB, and more in memory.
const PAGE: u32 = 64;

const STATE: &str = "SELECT version, applied FROM {ks}.top_doctors WHERE scope = ? LIMIT 1";
const ROWS: &str = "SELECT rank, doc_id, org_id, name, record_count, seq FROM {ks}.top_doctors WHERE scope = ?";
const MOVE: &str = "UPDATE {ks}.top_doctors SET version = ?, as_of = ?, applied = ? WHERE scope = ? IF version = ?";
const RANK: &str = "INSERT INTO {ks}.top_doctors (scope, rank, doc_id, org_id, name, record_count, seq) \
                    VALUES (?, ?, ?, ?, ?, ?, ?)";

/// Up to which event of each stream a board counts.
type Applied = BTreeMap<i32, i64>;

#[derive(Debug, Clone, PartialEq, SerializeValue, DeserializeValue)]
#[scylla(crate = quorate_session)]
struct Name {
    first_name: Option<String>,
    last_name: Option<String>,
}

/// A doctor on a board.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) doc_id: Uuid,
    pub(crate) org_id: Uuid,
    name: Name,
    pub(crate) count: i64,
    /// Position of the event that gave the count, in the stream of the organisation.
    seq: i64,
}

/// The scope of a region's board.
pub(crate) fn region_scope(region_id: Uuid) -> String {
    format!("region:{region_id}")
}

/// Brings the boards up to the log.
pub(crate) async fn refresh(store: &Store, streams: &Streams) -> Result<(), Error> {
    let (_, applied) = state(store, EVERYWHERE).await?;
    let mut heads = Applied::new();
    for stream in 0..streams.count() {
        heads.insert(stream, streams.applied(stream).await?);
    }
    let behind = |stream: &i32, head: &i64| applied.get(stream).copied().unwrap_or(0) < *head;
    if !heads.iter().any(|(stream, head)| behind(stream, head)) {
        return Ok(());
    }
    let totals = read_moves(store, &applied, &heads).await?;
    let mut regions: HashMap<Uuid, Vec<Ranked>> = HashMap::new();
    for (region, ranked) in totals.values() {
        regions.entry(*region).or_default().push(ranked.clone());
    }
    for (region, moves) in &regions {
        rewrite(store, &region_scope(*region), moves, None).await?;
    }
    crate::failpoint!("board-written");
    // Last, because it says how far all boards have come.
    let moves: Vec<Ranked> = totals.into_values().map(|(_, ranked)| ranked).collect();
    rewrite(store, EVERYWHERE, &moves, Some(&heads)).await
}

/// The newest total of each doctor in the events between two positions.
async fn read_moves(store: &Store, from: &Applied, to: &Applied) -> Result<HashMap<Uuid, (Uuid, Ranked)>, Error> {
    let mut moved = HashMap::new();
    for (&stream, &head) in to {
        let mut next = from.get(&stream).copied().unwrap_or(0) + 1;
        while next <= head {
            for entry in log::read(store, stream, next, head, PAGE).await? {
                next = entry.seq + 1;
                for image in entry.event.images {
                    if let Image::Revenue(image) = image
                        && image.period == "all"
                    {
                        moved.insert(image.doc_id, (image.region_id, ranked(image, entry.seq)));
                    }
                }
            }
        }
    }
    Ok(moved)
}

fn ranked(image: Revenue, seq: i64) -> Ranked {
    Ranked {
        doc_id: image.doc_id,
        org_id: image.org_id,
        name: Name { first_name: Some(image.first_name), last_name: Some(image.last_name) },
        count: image.count_after,
        seq,
    }
}

/// Replaces a board by what it is with some totals moved.
async fn rewrite(store: &Store, scope: &str, moves: &[Ranked], applied: Option<&Applied>) -> Result<(), Error> {
    loop {
        let (version, before) = state(store, scope).await?;
        let old = rows(store, scope).await?;
        let new = merge(&old, moves);
        let mut applied = applied.cloned().unwrap_or_default();
        for (stream, seq) in before {
            let known = applied.entry(stream).or_insert(seq);
            *known = seq.max(*known);
        }
        let next = version.unwrap_or(0) + 1;
        let now = CqlTimestamp(store.now_ms());
        let mut batch: Vec<Bound> =
            vec![store.prepared(MOVE, Class::Conditional).await?.bind((next, now, applied, scope, version))?];
        let insert = store.prepared(RANK, Class::Write).await?;
        for (position, ranked) in new.iter().enumerate() {
            if old.get(position) != Some(ranked) {
                let rank = i32::try_from(position + 1).unwrap_or(i32::MAX);
                let name = &ranked.name;
                batch.push(insert.bind((scope, rank, ranked.doc_id, ranked.org_id, name, ranked.count, ranked.seq))?);
            }
        }
        if store.session().conditional_batch(&batch).await?.applied {
            return Ok(());
        }
    }
}

fn merge(old: &[Ranked], moves: &[Ranked]) -> Vec<Ranked> {
    let mut by_doctor: HashMap<Uuid, Ranked> = old.iter().map(|ranked| (ranked.doc_id, ranked.clone())).collect();
    for moved in moves {
        if by_doctor.get(&moved.doc_id).is_none_or(|known| known.seq < moved.seq) {
            by_doctor.insert(moved.doc_id, moved.clone());
        }
    }
    let mut new: Vec<Ranked> = by_doctor.into_values().collect();
    sort(&mut new);
    new.truncate(RANKS);
    new
}

/// Most records first; equal counts by id.
fn sort(board: &mut [Ranked]) {
    board.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| cassandra_order(&a.doc_id, &b.doc_id)));
}

async fn state(store: &Store, scope: &str) -> Result<(Option<i64>, Applied), Error> {
    let rows = store.read_serial(STATE, (scope,)).await?;
    let state = rows.first::<(Option<i64>, Option<Applied>)>()?;
    Ok(state.map_or((None, Applied::new()), |(version, applied)| (version, applied.unwrap_or_default())))
}

/// The doctors of a board in the order of their ranks.
pub(crate) async fn rows(store: &Store, scope: &str) -> Result<Vec<Ranked>, Error> {
    type Row = (Option<i32>, Option<Uuid>, Option<Uuid>, Option<Name>, Option<i64>, Option<i64>);
    let rows = store.read_serial(ROWS, (scope,)).await?;
    let mut board = Vec::with_capacity(rows.len());
    for row in rows.typed::<Row>()? {
        // A board that was written without any doctor has a row of statics alone.
        if let (Some(_), Some(doc_id), Some(org_id), Some(name), Some(count), Some(seq)) = row? {
            board.push(Ranked { doc_id, org_id, name, count, seq });
        }
    }
    Ok(board)
}

/// A board as it should be, from every doctor's total; for the verification.
pub(crate) fn expected(totals: impl IntoIterator<Item = (Uuid, i64)>) -> Vec<(Uuid, i64)> {
    let mut all: Vec<(Uuid, i64)> = totals.into_iter().filter(|(_, count)| *count > 0).collect();
    all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| cassandra_order(&a.0, &b.0)));
    all.truncate(RANKS);
    all
}
