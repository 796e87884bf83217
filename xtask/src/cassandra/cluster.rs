//! A cluster of one or three nodes, and the directory that all clusters of a checkout share.
//!
//! Each shape keeps its own data, so that switching between them loses nothing. One shape runs at a time,
//! because all of them use the same addresses.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::java::{self, Tools};
use super::node::Node;
use crate::workspace;

const GOSSIP_LIMIT: Duration = Duration::from_mins(1);

/// What distinguishes one kept cluster from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The directory's name.
    pub(crate) name: &'static str,
    /// One or three.
    pub(crate) nodes: u8,
    /// Whether clients must log in; the superuser is `cassandra` with password `cassandra`.
    pub(crate) password: bool,
}

impl Shape {
    /// A node to try things out on.
    pub(crate) const ONE: Self = Self { name: "one", nodes: 1, password: false };
    /// A node that asks who is there.
    pub(crate) const ONE_WITH_PASSWORD: Self = Self { name: "one-password", nodes: 1, password: true };
    /// Three nodes, each owning a third of the ring.
    pub(crate) const THREE: Self = Self { name: "three", nodes: 3, password: false };
    /// The node of the test command; its data is deleted before each run.
    pub(crate) const TEST: Self = Self { name: "test", nodes: 1, password: false };

    const ALL: [Self; 4] = [Self::ONE, Self::ONE_WITH_PASSWORD, Self::THREE, Self::TEST];
}

/// The directory with the jars, the data of each shape, and the name of the shape that runs.
#[derive(Debug)]
pub(crate) struct Home {
    path: PathBuf,
}

impl Home {
    /// Opens `directory`, relative to the checkout, `.cassandra` by default.
    pub(crate) fn open(directory: Option<&str>) -> Result<Self> {
        let path = workspace::root().join(directory.unwrap_or(".cassandra"));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("cannot resolve {}", path.display()))?;
        Ok(Self { path })
    }

    /// Makes commands of several terminals take turns; released when the file is dropped.
    pub(crate) fn lock(&self) -> Result<File> {
        let file = File::create(self.path.join("lock")).context("cannot make the lock file")?;
        file.lock().context("cannot take the lock")?;
        Ok(file)
    }

    /// Makes test runs take turns; held for a whole run.
    pub(crate) fn lock_for_tests(&self) -> Result<File> {
        let file = File::create(self.path.join("test-run")).context("cannot make the lock file")?;
        if file.try_lock().is_err() {
            println!("another test run uses Cassandra; waiting for it to end");
            file.lock().context("cannot take the lock")?;
        }
        Ok(file)
    }

    /// The directory with Cassandra's jars, fetched on first use.
    pub(crate) fn jars(&self) -> Result<PathBuf> {
        let jars = self.path.join("lib");
        java::fetch_jars(&jars)?;
        Ok(jars)
    }

    /// The cluster that was brought up last and not taken down. Its nodes may have died or been ended since.
    pub(crate) fn current(&self) -> Result<Option<Cluster>> {
        let Ok(name) = fs::read_to_string(self.current_file()) else {
            return Ok(None);
        };
        let shape = Shape::ALL.into_iter().find(|shape| shape.name == name.trim());
        let shape = shape.with_context(|| format!("{} names no cluster", self.current_file().display()))?;
        Ok(Some(Cluster::new(&self.path, shape)))
    }

    fn current_file(&self) -> PathBuf {
        self.path.join("current")
    }
}

/// A cluster on this machine.
#[derive(Debug)]
pub(crate) struct Cluster {
    directory: PathBuf,
    shape: Shape,
}

impl Cluster {
    fn new(home: &Path, shape: Shape) -> Self {
        Self { directory: home.join(shape.name), shape }
    }

    /// Starts every node that does not run and waits until all serve clients and see each other.
    pub(crate) fn up(home: &Home, shape: Shape, tools: &Tools, fresh: bool) -> Result<Self> {
        if let Some(other) = home.current()?
            && other.shape != shape
            && other.is_running()
        {
            bail!("cluster `{}` runs on these addresses: end it with `cargo xtask cassandra down`", other.shape.name);
        }
        let cluster = Self::new(&home.path, shape);
        if fresh && !cluster.is_running() && cluster.directory.exists() {
            fs::remove_dir_all(&cluster.directory)
                .with_context(|| format!("cannot remove {}", cluster.directory.display()))?;
        }
        let jars = home.jars()?;
        fs::write(home.current_file(), shape.name).context("cannot record which cluster runs")?;
        for node in cluster.nodes() {
            node.start(tools, &jars)?;
        }
        cluster.await_gossip()?;
        Ok(cluster)
    }

    /// Stops every node.
    pub(crate) fn down(&self, home: &Home) -> Result<()> {
        for node in self.nodes() {
            node.stop()?;
        }
        fs::remove_file(home.current_file()).context("cannot forget the cluster")
    }

    /// The shape that distinguishes it.
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    /// The nodes, by number.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        (1..=self.shape.nodes).map(|number| Node::new(&self.directory, self.shape, number)).collect()
    }

    /// Whether any node's process runs.
    pub(crate) fn is_running(&self) -> bool {
        self.nodes().iter().any(|node| node.process().is_some())
    }

    /// The nodes' addresses as `host:port,…`.
    pub(crate) fn contact_points(&self) -> String {
        self.nodes().iter().map(|node| node.address().to_string()).collect::<Vec<_>>().join(",")
    }

    /// Waits until the nodes that run see each other.
    pub(crate) fn await_gossip(&self) -> Result<()> {
        let mut nodes = self.nodes();
        nodes.retain(|node| node.process().is_some());
        let end = Instant::now() + GOSSIP_LIMIT;
        for node in &nodes {
            for peer in nodes.iter().filter(|peer| peer.number() != node.number()) {
                while !node.sees(peer) {
                    if Instant::now() > end {
                        bail!(
                            "node {} does not see node {} after {} s",
                            node.number(),
                            peer.number(),
                            GOSSIP_LIMIT.as_secs()
                        );
                    }
                    thread::sleep(Duration::from_millis(200));
                }
            }
        }
        Ok(())
    }
}
