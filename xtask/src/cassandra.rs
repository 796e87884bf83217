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
            let tools = Tools::find().context("no Java 11 or 17, or no Maven")?;
            chosen(&home, &options)?.start(&tools, &home.jars(&tools)?)?;
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
    let shape = Shape::of(nodes, options.has("--password"));
    let tools = Tools::find().context("no Java 11 or 17, or no Maven")?;
    let cluster = Cluster::up(home, shape, &tools, options.has("--fresh"))?;
    println!("{}", cluster.contact_points());
    Ok(())
}

fn down(home: &Home) -> Result<()> {
    match home.current()? {
        Some(cluster) => cluster.down(home),
        None => {
            println!("no Cassandra of ours runs");
            Ok(())
        }
    }
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
    let cluster = home.current()?.context("no Cassandra of ours runs")?;
    let word = options.words().first().context("which node? give its number")?;
    let number: u8 = word.parse().with_context(|| format!("`{word}` is no node number"))?;
    let count = cluster.nodes().len();
    cluster.nodes().into_iter().find(|node| node.number() == number).with_context(|| format!("the cluster has nodes 1 to {count}"))
}

fn nodetool(arguments: &[String]) -> Result<ExitCode> {
    let home = Home::open(None)?;
    let cluster = home.current()?.context("no Cassandra of ours runs")?;
    let tools = Tools::find().context("no Java 11 or 17, or no Maven")?;
    let node = cluster.nodes().into_iter().next().context("the cluster has no node")?;
    let status = launch::nodetool(&tools, &home.jars(&tools)?, &node, arguments).status().context("cannot run java")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
