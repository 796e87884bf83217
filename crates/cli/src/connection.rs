//! Opening what the settings name: a session, and the clinic in it.
//!
//! Opening does no more than the command needs: a question needs no clinic, only a session.

use anyhow::Context as _;
use quorate_clinic::Clinic;
use quorate_clinic::queries::Reader;
use quorate_clinic::store::Store;
use quorate_session::{Session, Target};

use crate::clock::SystemClock;
use crate::config::Settings;
use crate::failure::Failure;

/// What to do where there is no embedded store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Make an empty one.
    Make,
    /// Say so.
    Refuse,
}

/// A keyspace of a session.
pub(crate) struct Connection {
    session: Session,
    keyspace: String,
}

impl Connection {
    /// Opens what the settings name.
    pub(crate) async fn open(settings: &Settings, absent: Absent) -> anyhow::Result<Self> {
        let target = settings.target()?;
        if let Target::Embedded { directory, .. } = &target
            && absent == Absent::Refuse
            && !directory.exists()
        {
            return Err(Failure::NoStore { directory: directory.clone() }.into());
        }
        Self::to(&target, settings.keyspace()?).await
    }

    /// Opens a target.
    pub(crate) async fn to(target: &Target, keyspace: &str) -> anyhow::Result<Self> {
        let opened = Session::open(target, SystemClock::shared()).await;
        let session = match target {
            Target::Embedded { directory, .. } => {
                opened.with_context(|| format!("cannot open the store in {}", directory.display()))?
            }
            _ => opened?,
        };
        Ok(Self { session, keyspace: keyspace.to_owned() })
    }

    /// The keyspace's name.
    pub(crate) fn keyspace(&self) -> &str {
        &self.keyspace
    }

    /// The session.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// For questions.
    pub(crate) fn reader(&self) -> Reader {
        Reader::new(self.session.clone(), self.keyspace.clone())
    }

    /// For the schema.
    pub(crate) fn store(&self) -> Store {
        Store::new(self.session.clone(), &self.keyspace, SystemClock::shared())
    }

    /// For everything else. Also finishes what a crash left unfinished.
    pub(crate) async fn clinic(&self) -> anyhow::Result<Clinic> {
        Ok(Clinic::open(self.session.clone(), &self.keyspace, SystemClock::shared()).await?)
    }

    /// Ends the session; whatever was made from it must be gone.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        Ok(self.session.close().await?)
    }
}
