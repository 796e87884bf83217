//! The clinic as a program uses it: open a keyspace, send commands, ask queries, prove the views.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt as _};
use quorate_session::{Clock, Session};

use crate::board;
use crate::claims::Claims;
use crate::commands::{self, Receipt, Request};
use crate::error::Error;
use crate::lease::Busy;
use crate::mirror;
use crate::queries::Reader;
use crate::schema::{self, Settings};
use crate::store::Store;
use crate::stream::Streams;
use crate::trim;

/// A clinic in a keyspace. Cheap to clone.
#[derive(Clone)]
pub struct Clinic(Arc<Parts>);

struct Parts {
    store: Store,
    streams: Streams,
    claims: Claims,
    reader: Reader,
}

impl Clinic {
    /// Opens the clinic of a keyspace and projects what a crash left unprojected.
    ///
    /// # Errors
    /// `Schema` if the keyspace has no clinic; what the store reports otherwise.
    pub fn open(session: Session, keyspace: &str, clock: Arc<dyn Clock>) -> BoxFuture<'_, Result<Self, Error>> {
        async move {
            let store = Store::new(session.clone(), keyspace, clock);
            let Settings { streams } = schema::settings(&store).await?;
            let clinic = Self(Arc::new(Parts {
                streams: Streams::new(store.clone(), streams),
                claims: Claims::default(),
                reader: Reader::new(session, keyspace),
                store,
            }));
            clinic.0.streams.recover().await?;
            board::refresh(&clinic.0.store, &clinic.0.streams).await?;
            Ok(clinic)
        }
        .boxed()
    }

    /// Does what a request asks. Once this returns `Ok`, it is in the log and in every view.
    ///
    /// # Errors
    /// See [`Error`]: each variant says what the caller can do. Only `UnknownOutcome` leaves open
    /// whether the request was done; sending it again with the same id answers that.
    pub fn execute<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Receipt, Error>> {
        async move {
            let outcome = commands::execute(&self.0.store, &self.0.streams, &self.0.claims, request).await;
            // An embedded store never makes a task wait: without this, one would keep the others from running.
            tokio::task::yield_now().await;
            outcome
        }
        .boxed()
    }

    /// For queries.
    pub fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// The keyspace.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// Projects what other processes appended.
    pub(crate) async fn catch_up(&self) -> Result<(), Error> {
        self.0.streams.recover().await
    }

    /// How many events each stream has, as far as they are projected.
    pub(crate) async fn heads(&self) -> Result<Vec<i64>, Error> {
        let mut heads = Vec::new();
        for stream in 0..self.0.streams.count() {
            heads.push(self.0.streams.applied(stream).await?);
        }
        Ok(heads)
    }

    /// Brings the boards up to the log. Cheap when nothing happened; meant to run every second
    /// while commands come in.
    pub fn refresh(&self) -> BoxFuture<'_, Result<(), Error>> {
        async move { board::refresh(&self.0.store, &self.0.streams).await }.boxed()
    }

    /// Everything that may lag behind the log, other processes' events included: boards, `latest`
    /// buckets, counter mirrors, cursors. Mirrors that another process brings up to date meanwhile
    /// are left to it.
    pub fn settle(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.settle_with(Busy::Leave).boxed()
    }

    /// The same, but waits for the process that is at the mirrors.
    pub(crate) async fn settle_wholly(&self) -> Result<(), Error> {
        self.settle_with(Busy::Wait).await
    }

    async fn settle_with(&self, busy: Busy) -> Result<(), Error> {
        self.catch_up().await?;
        board::refresh(&self.0.store, &self.0.streams).await?;
        trim::run(&self.0.store, &self.0.streams).await?;
        mirror::reconcile(&self.0.store, &self.0.streams, busy).await?;
        self.0.streams.save().await?;
        self.0.store.durable().await
    }
}
