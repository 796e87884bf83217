//! The cluster back end: the driver, with our consistency, time limits and meaning of failures.
//!
//! The driver discovers nodes, routes by token and repeats what is marked idempotent. This module
//! decides what is marked so. It never changes a consistency level by itself.

mod bulk;
mod connect;
mod failure;
mod profiles;
mod reach;
mod repeat;

use std::sync::Arc;
use std::time::Duration;

use quorate_engine::Clock;
use scylla::response::query_result::QueryResult;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::unprepared;
use tokio::sync::OnceCell;

use self::connect::Share;
use self::failure::{Failures, NoAnswer};
use self::profiles::Profiles;
use crate::error::Error;
use crate::rows::{PagingState, Rows};
use crate::statement::{Bound, Form, Statement, is_repeatable};
use crate::target::Class;
use crate::text::Outline;
use crate::values::Values;

/// A connection to a cluster.
pub(crate) struct Cluster {
    driver: scylla::client::session::Session,
    profiles: Profiles,
    failures: Failures,
    /// Set once all nodes were waited for.
    whole: OnceCell<()>,
    connect_timeout: Duration,
    request_timeout: Duration,
    retry_for: Duration,
    clock: Arc<dyn Clock>,
}

impl Cluster {
    /// The driver waits for schema agreement by itself after a change, but only of the nodes that
    /// it is connected to. A node that does not have a table yet drops writes to it and
    /// acknowledges them (`Keyspace.applyInternal`), so slow nodes are waited for first, once.
    pub(crate) async fn schema(&self, cql: &str) -> Result<(), Error> {
        self.whole.get_or_init(|| self.await_all_nodes()).await;
        let mut statement = unprepared::Statement::new(cql);
        statement.set_execution_profile_handle(Some(self.profiles.of(Class::Schema, false)));
        self.driver
            .query_unpaged(statement, ())
            .await
            .map(drop)
            .map_err(|cause| self.failures.execution(cause, Class::Schema))
    }

    async fn await_all_nodes(&self) {
        let all = connect::connected(&self.driver, Share::All);
        if tokio::time::timeout(self.connect_timeout, all).await.is_err() {
            tracing::warn!("the schema is changed without some nodes");
        }
    }

    /// The driver sets no time limit on preparing, so this does.
    pub(crate) async fn prepare(&self, cql: &str, class: Class, outline: Outline) -> Result<Statement, Error> {
        let preparing = tokio::time::timeout(self.request_timeout, self.driver.prepare(cql));
        let mut prepared = match preparing.await {
            Ok(prepared) => prepared.map_err(|cause| self.failures.preparation(cause))?,
            Err(_elapsed) => return Err(self.failures.unavailable(NoAnswer { after: self.request_timeout })),
        };
        let repeatable = is_repeatable(class, outline, prepared.get_variable_col_specs().as_slice());
        prepared.set_is_idempotent(repeatable);
        prepared.set_execution_profile_handle(Some(self.profiles.of(class, repeatable)));
        let mut keys = prepared.get_variable_pk_indexes().to_vec();
        keys.sort_unstable_by_key(|key| key.sequence);
        let key_markers = keys.iter().map(|key| key.index).collect();
        Ok(Statement::new(cql, class, outline, Form::Cluster(Box::new(prepared)), key_markers))
    }

    pub(crate) async fn page(
        &self,
        prepared: &PreparedStatement,
        class: Class,
        values: &Values,
        size: u32,
        from: Option<&PagingState>,
    ) -> Result<(Rows, Option<PagingState>), Error> {
        let mut prepared = prepared.clone();
        // The session checked the range.
        prepared.set_page_size(i32::try_from(size).unwrap_or(i32::MAX));
        let from = from.map_or_else(scylla::response::PagingState::start, |state| {
            scylla::response::PagingState::new_from_raw_bytes(state.shared())
        });
        let (answer, next) = self
            .driver
            .execute_single_page(&prepared, values, from)
            .await
            .map_err(|cause| self.failures.execution(cause, class))?;
        let next = match next {
            scylla::response::PagingStateResponse::HasMorePages { state } => {
                state.as_bytes_slice().map(|bytes| PagingState::from_bytes(Arc::clone(bytes)))
            }
            scylla::response::PagingStateResponse::NoMorePages => None,
        };
        Ok((rows(answer)?, next))
    }

    pub(crate) async fn run(&self, prepared: &PreparedStatement, class: Class, values: &Values) -> Result<Rows, Error> {
        let answer = self
            .driver
            .execute_unpaged(prepared, values)
            .await
            .map_err(|cause| self.failures.execution(cause, class))?;
        rows(answer)
    }

    pub(crate) async fn conditional_batch(&self, statements: &[Bound]) -> Result<Rows, Error> {
        self.batch(statements, Class::Conditional).await
    }

    /// One protocol-level batch. Unlogged: all of it is of one partition, hence one mutation,
    /// which a batch log would not make safer.
    async fn batch(&self, statements: &[Bound], class: Class) -> Result<Rows, Error> {
        let mut batch = Batch::new(BatchType::Unlogged);
        let repeatable = class == Class::Write;
        batch.set_is_idempotent(repeatable);
        batch.set_execution_profile_handle(Some(self.profiles.of(class, repeatable)));
        for bound in statements {
            batch.append_statement(prepared(bound)?.clone());
        }
        let values: Vec<&Values> = statements.iter().map(Bound::values).collect();
        let answer = self.driver.batch(&batch, values).await.map_err(|cause| self.failures.execution(cause, class))?;
        rows(answer)
    }
}

fn prepared(bound: &Bound) -> Result<&PreparedStatement, Error> {
    match bound.statement().form() {
        Form::Cluster(prepared) => Ok(prepared),
        Form::Embedded(_) => Err(Error::of_another_session()),
    }
}

fn rows(answer: QueryResult) -> Result<Rows, Error> {
    // Their texts may quote keys, so only the number is logged.
    let warnings = answer.warnings().count();
    if warnings > 0 {
        tracing::warn!(warnings, "Cassandra answered with warnings");
    }
    if !answer.is_rows() {
        return Ok(Rows::nothing());
    }
    answer.into_rows_result().map(Rows::of_cluster).map_err(|cause| Error::Protocol { cause: Box::new(cause) })
}
