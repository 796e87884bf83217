//! A real Apache Cassandra for tests and for trying things out, built from Maven artifacts alone.
//!
//! One or three nodes on 127.0.0.1 to 127.0.0.3, native port 9042, detached from the terminal that started them.
//! Everything lives in one directory of the checkout; only processes recorded there are ever signalled.

mod cluster;
mod config;
mod java;
mod launch;
mod node;

pub(crate) use cluster::{Cluster, Home, Shape};
pub(crate) use java::Tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::options::Options;

/// The version that the tests run against and that the expected outputs were recorded from.
pub(crate) const VERSION: &str = "5.0.9";

/// The native protocol port of every node.
pub(crate) const PORT: u16 = 9042;

/// Runs `cargo xtask cassandra …`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((action, rest)) = arguments.split_first() else {
        bail!("cassandra needs an action: up, down, status, kill-node, start-node, pause-node, resume-node, nodetool");
    };
    if action == "nodetool" {
        return nodetool(rest);
    }
    let options = Options::parse(rest, &["--password", "--fresh"], &["--nodes", "--dir"])?;
    let home = Home::open(options.value("--dir"))?;
    let _lock = home.lock()?;
    match action.as_str() {
        "up" => up(&home, &options)?,
        "down" => down(&home)?,
        "status" => return status(&home),
        "kill-node" => chosen(&home, &options)?.kill()?,
        "pause-node" => chosen(&home, &options)?.pause()?,
        "resume-node" => chosen(&home, &options)?.resume()?,
        "start-node" => {
            chosen(&home, &options)?.start(&tools()?, &home.jars()?)?;
            running_or_stopped(&home)?.await_gossip()?;
        }
        other => bail!("no cassandra action `{other}`"),
    }
    Ok(ExitCode::SUCCESS)
}

fn up(home: &Home, options: &Options) -> Result<()> {
    let nodes = match options.value("--nodes") {
        None | Some("1") => 1,
        Some("3") => 3,
        Some(other) => bail!("--nodes is 1 or 3, not {other}"),
    };
    let shape = match (nodes, options.has("--password")) {
        (1, false) => Shape::ONE,
        (1, true) => Shape::ONE_WITH_PASSWORD,
        (_, false) => Shape::THREE,
        (_, true) => bail!("--password is for one node"),
    };
    let cluster = Cluster::up(home, shape, &tools()?, options.has("--fresh"))?;
    println!("{}", cluster.contact_points());
    Ok(())
}

fn down(home: &Home) -> Result<()> {
    if let Some(cluster) = home.current()? {
        return cluster.down(home);
    }
    println!("no Cassandra of ours runs");
    Ok(())
}

fn status(home: &Home) -> Result<ExitCode> {
    let Some(cluster) = home.current()? else {
        println!("no Cassandra of ours runs");
        return Ok(ExitCode::FAILURE);
    };
    for node in cluster.nodes() {
        println!("{}", node.describe());
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen(home: &Home, options: &Options) -> Result<node::Node> {
    let cluster = running_or_stopped(home)?;
    let word = options.words().first().context("which node? give its number")?;
    let number: u8 = word.parse().with_context(|| format!("`{word}` is no node number"))?;
    let count = cluster.nodes().len();
    cluster
        .nodes()
        .into_iter()
        .find(|node| node.number() == number)
        .with_context(|| format!("the cluster has nodes 1 to {count}"))
}

fn nodetool(arguments: &[String]) -> Result<ExitCode> {
    // Everything else belongs to nodetool, which has options of its own.
    let (home, arguments) = match arguments {
        [option, directory, rest @ ..] if option == "--dir" => (Home::open(Some(directory))?, rest),
        all => (Home::open(None)?, all),
    };
    let node = running_or_stopped(&home)?.nodes().into_iter().next().context("the cluster has no node")?;
    let status = launch::nodetool(&tools()?, &home.jars()?, &node, arguments).status().context("cannot run java")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The cluster that was brought up last; any of its nodes may be stopped meanwhile.
fn running_or_stopped(home: &Home) -> Result<Cluster> {
    home.current()?.context("no Cassandra of ours runs: start one with `cargo xtask cassandra up`")
}

fn tools() -> Result<Tools> {
    Tools::find().context("Cassandra needs Java 11 or 17, and Maven to fetch it")
}
