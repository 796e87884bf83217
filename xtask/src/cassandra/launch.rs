//! The JVM command lines: a Cassandra daemon and `nodetool`.
//!
//! The module lists follow `conf/jvm11-server.options` and `conf/jvm17-server.options` of Cassandra 5.0.

use std::path::Path;
use std::process::Command;

use super::java::Tools;
use super::node::Node;

const EXPORTS: [&str; 9] = [
    "java.base/jdk.internal.misc",
    "java.base/java.lang.ref",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.sql/java.sql",
    "jdk.unsupported/sun.misc",
    "jdk.compiler/com.sun.tools.javac.file",
    "jdk.attach/sun.tools.attach",
];

const OPENS: [&str; 18] = [
    "java.base/java.lang",
    "java.base/java.lang.module",
    "java.base/java.lang.reflect",
    "java.base/java.io",
    "java.base/java.nio",
    "java.base/java.net",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.util.jar",
    "java.base/sun.nio.ch",
    "jdk.management/com.sun.management.internal",
    "jdk.compiler/com.sun.tools.javac",
];

/// The command that runs a node in the foreground of its own process.
pub(super) fn daemon(tools: &Tools, jars: &Path, node: &Node) -> Command {
    let directory = node.directory().display();
    let mut command = tools.java();
    let heap = node.heap();
    command.args([format!("-Xms{heap}"), format!("-Xmx{heap}")]);
    command.args(["-Xss256k", "-XX:+UseG1GC", "-XX:+PerfDisableSharedMem", "-XX:+ExitOnOutOfMemoryError"]);
    command.arg("-Djava.net.preferIPv4Stack=true");
    command.arg(format!("-javaagent:{}/jamm-0.4.0.jar", jars.display()));
    command.arg("-Djdk.attach.allowAttachSelf=true");
    if tools.java_version() >= 12 {
        // Java 11 would take the word for the name of a class.
        command.arg("-Djava.security.manager=allow");
    }
    add_modules(&mut command);
    command.arg("-Dio.netty.tryReflectionSetAccessible=true");
    command.arg(format!("-Dcassandra.config=file://{directory}/cassandra.yaml"));
    command.arg(node.marker());
    command.arg(format!("-Dcassandra.logdir={directory}/logs"));
    command.arg(format!("-Dlogback.configurationFile=file://{directory}/logback.xml"));
    command.arg("-Dcassandra-foreground=yes");
    command.arg(format!("-Dcassandra.jmx.local.port={}", node.jmx_port()));
    // The loopback network settles at once; the defaults are made for racks.
    command.args(["-Dcassandra.ring_delay_ms=2000", "-Dcassandra.skip_wait_for_gossip_to_settle=0"]);
    // With the default, a test that asks for the default superuser waits ten seconds.
    command.arg("-Dcassandra.superuser_setup_delay_ms=500");
    command.arg("-Dcassandra.available_processors=2");
    command.args(["-cp", &format!("{directory}:{}/*", jars.display())]);
    command.arg("org.apache.cassandra.service.CassandraDaemon");
    command
}

/// The command that runs `nodetool` against a node.
pub(super) fn nodetool(tools: &Tools, jars: &Path, node: &Node, arguments: &[String]) -> Command {
    let directory = node.directory().display();
    let mut command = tools.java();
    command.arg("-Xmx128m");
    add_modules(&mut command);
    command.arg("-Dcom.sun.jndi.rmiURLParsing=legacy");
    command.arg(format!("-Dcassandra.config=file://{directory}/cassandra.yaml"));
    command.arg(format!("-Dcassandra.storagedir={directory}"));
    command.args(["-cp", &format!("{}/*", jars.display())]);
    command.args(["org.apache.cassandra.tools.NodeTool", "-p", &node.jmx_port().to_string()]);
    command.args(arguments);
    command
}

fn add_modules(command: &mut Command) {
    for module in EXPORTS {
        command.args(["--add-exports", &format!("{module}=ALL-UNNAMED")]);
    }
    for module in OPENS {
        command.args(["--add-opens", &format!("{module}=ALL-UNNAMED")]);
    }
}
