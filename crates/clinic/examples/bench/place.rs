//! The embedded store of a measurement: made anew, opened, closed.

use std::path::Path;

use quorate_clinic::Clinic;
use quorate_clinic::schema::{self, Replication};
use quorate_clinic::store::Store;
use quorate_session::{Durability, Session, Target};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::failure::Failure;

/// The keyspace that `quorate` uses where none is named, so that it can open the same store.
pub(crate) const KEYSPACE: &str = "wearedoctors";

/// What a returned write means; `Durability` as a child process is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Lasting {
    /// The operating system has it.
    Periodic,
    /// The disk has it.
    Sync,
}

impl Lasting {
    /// Its name, as the setting is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Periodic => "periodic",
            Self::Sync => "sync",
        }
    }
}

/// A clinic in an open store.
pub(crate) struct Place {
    pub(crate) clinic: Clinic,
    session: Session,
}

impl Place {
    /// Opens a store, and makes it and its tables where there is none.
    pub(crate) async fn make(directory: &Path, lasting: Lasting) -> Result<Self, Failure> {
        let session = session(directory, lasting).await?;
        let store = Store::new(session.clone(), KEYSPACE, clock::shared());
        schema::apply(&store, &Replication::Simple(1)).await?;
        Self::of(session).await
    }

    /// Opens a store that is there.
    pub(crate) async fn open(directory: &Path, lasting: Lasting) -> Result<Self, Failure> {
        Self::of(session(directory, lasting).await?).await
    }

    async fn of(session: Session) -> Result<Self, Failure> {
        let clinic = Clinic::open(session.clone(), KEYSPACE, clock::shared()).await?;
        Ok(Self { clinic, session })
    }

    /// Closes it, so that another process can open it.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        drop(self.clinic);
        Ok(self.session.close().await?)
    }
}

/// A session alone, which is all that a question needs.
pub(crate) async fn session(directory: &Path, lasting: Lasting) -> Result<Session, Failure> {
    let durability = match lasting {
        Lasting::Periodic => Durability::Periodic,
        Lasting::Sync => Durability::Sync,
    };
    let target = Target::Embedded { directory: directory.to_owned(), durability };
    Ok(Session::open(&target, clock::shared()).await?)
}
