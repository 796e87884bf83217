//! The Cassandra that the suites use: one that is there already, or one started for this run and ended after it.

use std::fs::File;

use anyhow::{Context, Result};

use crate::cassandra::{Cluster, Home, Shape, Tools};

/// Where the tests find a Cassandra, or why there is none.
#[derive(Debug)]
pub(crate) enum Server {
    /// Somebody else's, or one of ours that ran before.
    Found(String),
    /// Started for this run.
    Started(Started),
    /// None, for this reason.
    Skipped(String),
}

/// Ends the cluster when dropped, so that no failure on the way leaves it behind.
#[derive(Debug)]
pub(crate) struct Started {
    home: Home,
    cluster: Cluster,
    stopped: bool,
    /// Held for the whole run: a second run waits for its turn.
    _turn: File,
}

impl Server {
    /// No Cassandra, for a reason that is shown at the end.
    pub(super) fn skipped(reason: &str) -> Self {
        Self::Skipped(reason.to_owned())
    }

    /// The one that somebody named.
    pub(crate) fn at(contact_points: &str) -> Self {
        Self::Found(contact_points.to_owned())
    }

    /// Takes the one that `variable` names, else the one that runs in this checkout, else starts one.
    pub(crate) fn find_or_start(variable: &str) -> Result<Self> {
        if let Ok(contact_points) = std::env::var(variable) {
            return Ok(Self::Found(contact_points));
        }
        let home = Home::open(None)?;
        let turn = home.lock_for_tests()?;
        let _lock = home.lock()?;
        if let Some(cluster) = home.current()?
            && cluster.is_running()
        {
            if cluster.shape() != Shape::TEST {
                return Ok(Self::Found(cluster.contact_points()));
            }
            // An interrupted run left it behind: this run holds the turn, so nobody uses it.
            cluster.down(&home)?;
        }
        let Some(tools) = Tools::find() else {
            return Ok(Self::skipped("there is no Java 11 or 17, or no Maven"));
        };
        let cluster = Cluster::up(&home, Shape::TEST, &tools, true).context("cannot start Cassandra for the tests")?;
        println!("Cassandra runs at {}", cluster.contact_points());
        Ok(Self::Started(Started { home, cluster, stopped: false, _turn: turn }))
    }

    /// `host:port,…` for the tests, where there is a Cassandra.
    pub(crate) fn contact_points(&self) -> Option<String> {
        match self {
            Self::Found(contact_points) => Some(contact_points.clone()),
            Self::Started(started) => Some(started.cluster.contact_points()),
            Self::Skipped(_) => None,
        }
    }

    /// Why there is none.
    pub(crate) fn reason_for_skipping(&self) -> Option<&str> {
        match self {
            Self::Skipped(reason) => Some(reason),
            Self::Found(_) | Self::Started(_) => None,
        }
    }

    /// Ends what this run started.
    pub(crate) fn stop(self) -> Result<()> {
        match self {
            Self::Started(mut started) => started.stop(),
            Self::Found(_) | Self::Skipped(_) => Ok(()),
        }
    }
}

impl Started {
    fn stop(&mut self) -> Result<()> {
        self.stopped = true;
        let _lock = self.home.lock()?;
        self.cluster.down(&self.home)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if !self.stopped
            && let Err(error) = self.stop()
        {
            eprintln!("xtask: cannot end the Cassandra of the tests: {error:#}");
        }
    }
}
