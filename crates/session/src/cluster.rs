//! The cluster back end: the driver, with our consistency, time limits and meaning of failures.
//!
//! The driver discovers nodes, routes by token and repeats what is marked idempotent. This module
//! decides what is marked so. It never changes a consistency level by itself.
//!
//! Its futures are boxed: a caller's future then holds a pointer instead of the driver's state, and
//! the driver's code is compiled here once and not again in every crate that executes a statement.

mod bulk;
mod connect;
mod failure;
mod profiles;
mod reach;
mod repeat;

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};
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
    pub(crate) fn schema<'a>(&'a self, cql: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            self.whole.get_or_init(|| self.await_all_nodes()).await;
            let mut statement = unprepared::Statement::new(cql);
            statement.set_execution_profile_handle(Some(self.profiles.of(Class::Schema, false)));
            self.driver
                .query_unpaged(statement, ())
                .await
                .map(drop)
                .map_err(|cause| self.failures.execution(cause, Class::Schema))
        }
        .boxed()
    }

    async fn await_all_nodes(&self) {
        let all = connect::connected(&self.driver, Share::All);
        if tokio::time::timeout(self.connect_timeout, all).await.is_err() {
            tracing::warn!("the schema is changed without some nodes");
        }
    }

    /// The driver sets no time limit on preparing, so this does.
    pub(crate) fn prepare<'a>(
        &'a self,
        cql: &'a str,
        class: Class,
        outline: Outline,
    ) -> BoxFuture<'a, Result<Statement, Error>> {
        async move {
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
        .boxed()
    }

    pub(crate) fn page<'a>(
        &'a self,
        prepared: &'a PreparedStatement,
        class: Class,
        values: &'a Values,
        size: u32,
        from: Option<&'a PagingState>,
    ) -> BoxFuture<'a, Result<(Rows, Option<PagingState>), Error>> {
        async move {
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
        .boxed()
    }

    pub(crate) fn run<'a>(
        &'a self,
        prepared: &'a PreparedStatement,
        class: Class,
        values: &'a Values,
    ) -> BoxFuture<'a, Result<Rows, Error>> {
        async move {
            let answer = self
                .driver
                .execute_unpaged(prepared, values)
                .await
                .map_err(|cause| self.failures.execution(cause, class))?;
            rows(answer)
        }
        .boxed()
    }

    pub(crate) fn conditional_batch<'a>(&'a self, statements: &'a [Bound]) -> BoxFuture<'a, Result<Rows, Error>> {
        self.batch(statements, Class::Conditional)
    }

    /// One protocol-level batch. Unlogged: all of it is of one partition, hence one mutation,
    /// which a batch log would not make safer.
    fn batch<'a>(&'a self, statements: &'a [Bound], class: Class) -> BoxFuture<'a, Result<Rows, Error>> {
        async move {
            let mut batch = Batch::new(BatchType::Unlogged);
            let repeatable = class == Class::Write;
            batch.set_is_idempotent(repeatable);
            batch.set_execution_profile_handle(Some(self.profiles.of(class, repeatable)));
            for bound in statements {
                batch.append_statement(prepared(bound)?.clone());
            }
            let values: Vec<&Values> = statements.iter().map(Bound::values).collect();
            let answer =
                self.driver.batch(&batch, values).await.map_err(|cause| self.failures.execution(cause, class))?;
            rows(answer)
        }
        .boxed()
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
