//! The two files that a node reads: `cassandra.yaml` and `logback.xml`. The Maven artifact holds neither.

use super::cluster::Shape;

/// Evenly spaced tokens of `Murmur3Partitioner`'s range for three nodes with one token each.
const THREE_TOKENS: [i64; 3] = [i64::MIN, -3_074_457_345_618_258_603, 3_074_457_345_618_258_602];

/// The text of `cassandra.yaml` for node `number` (from 1).
pub(super) fn yaml(shape: Shape, number: u8) -> String {
    let tokens = match THREE_TOKENS.get(usize::from(number) - 1) {
        Some(token) if shape.nodes == 3 => format!("initial_token: {token}\n"),
        _ => String::new(),
    };
    let authenticator = if shape.password { "PasswordAuthenticator" } else { "AllowAllAuthenticator" };
    let authorizer = if shape.password { "CassandraAuthorizer" } else { "AllowAllAuthorizer" };
    // Builds and nodes share a few cores on a developer's machine: the default of 2 s for a write would
    // turn a slow compiler into a failed test. Snapshots of dropped tables would only fill the disk.
    format!(
        "cluster_name: quorate
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
commitlog_sync: periodic
commitlog_sync_period: 10000ms
commitlog_segment_size: 16MiB
endpoint_snitch: SimpleSnitch
listen_address: 127.0.0.{number}
rpc_address: 127.0.0.{number}
num_tokens: 1
{tokens}auto_bootstrap: false
auto_snapshot: false
concurrent_compactors: 1
read_request_timeout: 10000ms
range_request_timeout: 10000ms
write_request_timeout: 10000ms
cas_contention_timeout: 5000ms
truncate_request_timeout: 60000ms
request_timeout: 10000ms
authenticator: {authenticator}
authorizer: {authorizer}
seed_provider: [{{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{{seeds: \"127.0.0.1\"}}]}}]
"
    )
}

/// The text of `logback.xml`: one plain file, written at once, because start-up is recognised in it.
pub(super) fn logback() -> &'static str {
    r#"<configuration>
  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
    <file>${cassandra.logdir}/system.log</file>
    <encoder>
      <pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern>
    </encoder>
  </appender>
  <root level="INFO">
    <appender-ref ref="FILE"/>
  </root>
</configuration>
"#
}
