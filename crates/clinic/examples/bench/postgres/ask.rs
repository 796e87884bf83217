//! The questions asked of `PostgreSQL`: prepared statements over one connection, one after the other.

use std::time::{Duration, Instant};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

use super::answers;
use crate::compare;
use crate::failure::Failure;
use crate::input::{AS_OF, Sample};
use crate::latency::Latencies;
use crate::queries::{COMPARED, Measured, WARM_UP};
use crate::questions::{ALL, Question};

/// From what a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Design {
    /// From the normalised tables: what is not stored is computed.
    OnRead,
    /// From tables that hold what the clinic's views hold.
    Prepared,
}

/// A question that takes seconds is asked less often.
const TIME_PER_QUESTION: Duration = Duration::from_secs(2);
/// And its statement is warm after this time.
const WARM_UP_TIME: Duration = Duration::from_secs(1);
/// But so often at least.
const LEAST_CALLS: usize = 20;

/// Asks every question, in the order of `questions::ALL`.
pub(crate) async fn ask(
    client: &Client,
    sample: &Sample,
    design: Design,
    calls: usize,
) -> Result<Vec<Measured>, Failure> {
    let mut figures = Vec::new();
    for question in ALL {
        figures.push(one(client, sample, design, calls, &question).await?);
    }
    Ok(figures)
}

async fn one(
    client: &Client,
    sample: &Sample,
    design: Design,
    calls: usize,
    question: &Question,
) -> Result<Measured, Failure> {
    let Some((on_read, prepared)) = answers::of(question.name) else { return Ok(Measured::default()) };
    let text = if design == Design::OnRead { on_read } else { prepared };
    let statement = client.prepare(&text.replace("{as_of}", &format!("timestamptz '{AS_OF}'"))).await?;
    let mut dice = question.dice();
    let mut measured = Measured::default();
    let mut latencies = Latencies::default();
    let (mut warm, mut begun) = (0, Instant::now());
    loop {
        let id = question.draw(sample, &mut dice);
        let called = Instant::now();
        let rows = execute(client, &statement, id).await?;
        let took = called.elapsed();
        if measured.answers.len() < COMPARED {
            measured.answers.push(compare::of_postgres(&rows, question.fields)?);
        }
        if warm < WARM_UP {
            warm = if begun.elapsed() < WARM_UP_TIME { warm + 1 } else { WARM_UP };
            if warm == WARM_UP {
                begun = Instant::now();
            }
            continue;
        }
        latencies.add(took);
        let enough = latencies.len() >= LEAST_CALLS && begun.elapsed() > TIME_PER_QUESTION;
        if enough || latencies.len() >= calls {
            measured.quoted = latencies.quoted();
            return Ok(measured);
        }
    }
}

async fn execute(client: &Client, statement: &Statement, id: Option<Uuid>) -> Result<Vec<Row>, Failure> {
    Ok(match &id {
        Some(id) => client.query(statement, &[id as &(dyn ToSql + Sync)]).await?,
        None => client.query(statement, &[]).await?,
    })
}
