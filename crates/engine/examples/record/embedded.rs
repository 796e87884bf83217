//! Asks the embedded engine what a script asks Cassandra, in the same form.
//!
//! Shared by the replay of the scripts and by the search for differences, so that both mean the same by an answer.
//! Time stands still but for a little with every look and for what is waited.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use quorate_engine::{Answer, Clock, Engine, Error, Parameters};

use super::answer;
use super::reply::Reply;

/// When the clock of every script begins, in microseconds since 1970.
const BEGINNING: i64 = 1_700_000_000_000_000;

/// A clock that moves a little with every look and more when told to; repeatable random bits.
pub(crate) struct ScriptClock {
    micros: AtomicI64,
    state: AtomicU64,
}

/// An empty engine in memory and its clock.
pub(crate) fn open() -> Result<(Engine, Arc<ScriptClock>), Error> {
    let clock = Arc::new(ScriptClock { micros: AtomicI64::new(BEGINNING), state: AtomicU64::new(1) });
    let engine = Engine::in_memory(Arc::clone(&clock) as Arc<dyn Clock>)?;
    Ok((engine, clock))
}

impl ScriptClock {
    /// Lets time pass.
    pub(crate) fn wait(&self, milliseconds: u64) {
        let micros = i64::try_from(milliseconds).unwrap_or(i64::MAX).saturating_mul(1000);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn mixed(&self) -> u64 {
        let mut z = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Clock for ScriptClock {
    fn now_micros(&self) -> i64 {
        self.micros.fetch_add(100, Ordering::Relaxed)
    }

    fn random(&self) -> u128 {
        (u128::from(self.mixed()) << 64) | u128::from(self.mixed())
    }
}

/// The answer's lines, all pages of it.
pub(crate) fn answers(engine: &Engine, statement: &str, page_size: Option<i32>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut state: Option<Vec<u8>> = None;
    loop {
        let reply = ask(engine, statement, page_size, state.as_deref());
        answer::write(&reply, &mut lines);
        let Some(next) = reply.next_page() else {
            return lines.into_iter().map(|line| line.trim_end().to_owned()).collect();
        };
        lines.push("more".to_owned());
        state = Some(next);
    }
}

fn ask(engine: &Engine, cql: &str, page_size: Option<i32>, state: Option<&[u8]>) -> Reply {
    let page_size = page_size.and_then(|size| u32::try_from(size).ok());
    let parameters = Parameters { page_size, paging_state: state, ..Parameters::default() };
    let answer = engine.prepare(cql, None).and_then(|statement| engine.execute(&statement, &parameters));
    match answer {
        Ok(Answer::Rows(rows)) => Reply::Rows {
            columns: rows.columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect(),
            rows: rows.iter().map(|row| row.into_iter().map(|cell| cell.map(<[u8]>::to_vec)).collect()).collect(),
            next: rows.paging_state,
        },
        Ok(_) => Reply::Done,
        Err(error) => Reply::Error { code: error.code(), message: error.to_string() },
    }
}

/// Whether two answers are the same. Of a syntax error its place counts and not its words: those are
/// the parser generator's.
pub(crate) fn same(found: &[String], wanted: &[String]) -> bool {
    let place = |lines: &[String]| match lines {
        [line] => line.strip_prefix("error 2000 line ").and_then(|rest| rest.split(' ').next()).map(str::to_owned),
        _ => None,
    };
    found == wanted || (place(wanted).is_some() && place(found) == place(wanted))
}
