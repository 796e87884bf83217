//! One driver profile per class of statement: consistency, time limit, repetition, routing.

use std::sync::Arc;
use std::time::Duration;

use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileBuilder, ExecutionProfileHandle};
use scylla::policies::load_balancing::DefaultPolicy;
use scylla::policies::retry::{FallthroughRetryPolicy, RetryPolicy};
use scylla::policies::speculative_execution::{SimpleSpeculativeExecutionPolicy, SpeculativeExecutionPolicy};

use super::repeat::Elsewhere;
use crate::codec::{Consistency, SerialConsistency};
use crate::target::{Class, ClusterOptions};

/// A schema change waits for every node and may move data, so it gets at least this long.
const SCHEMA_TIMEOUT: Duration = Duration::from_mins(1);

/// How many other nodes are asked, one after the other, where the first one is silent.
const OTHER_NODES: usize = 2;

/// The profiles.
pub(super) struct Profiles {
    read: ExecutionProfileHandle,
    serial_read: ExecutionProfileHandle,
    repeatable_write: ExecutionProfileHandle,
    single_write: ExecutionProfileHandle,
    schema: ExecutionProfileHandle,
}

impl Profiles {
    pub(super) fn new(options: &ClusterOptions, datacenter: &str) -> Self {
        let levels = options.consistency;
        let routing = DefaultPolicy::builder()
            .prefer_datacenter(datacenter.to_owned())
            .token_aware(true)
            .permit_dc_failover(false)
            .build();
        // A node that is stopped answers nothing at all. Only statements that are marked harmless
        // to repeat are asked of other nodes meanwhile.
        let impatience = Arc::new(SimpleSpeculativeExecutionPolicy {
            max_retry_count: OTHER_NODES,
            retry_interval: options.request_timeout / 5,
        });
        let base = || {
            ExecutionProfile::builder()
                .load_balancing_policy(Arc::clone(&routing))
                .request_timeout(Some(options.request_timeout))
                .serial_consistency(Some(levels.serial))
                .speculative_execution_policy(Some(Arc::clone(&impatience) as Arc<dyn SpeculativeExecutionPolicy>))
        };
        let serial = match levels.serial {
            SerialConsistency::Serial => Consistency::Serial,
            SerialConsistency::LocalSerial => Consistency::LocalSerial,
        };
        let repeated: Arc<dyn RetryPolicy> = Arc::new(Elsewhere);
        let once: Arc<dyn RetryPolicy> = Arc::new(FallthroughRetryPolicy::new());
        let profile = |base: ExecutionProfileBuilder, level, retry: &Arc<dyn RetryPolicy>| {
            base.consistency(level).retry_policy(Arc::clone(retry)).build().into_handle()
        };
        let patient = base().request_timeout(Some(options.request_timeout.max(SCHEMA_TIMEOUT)));
        Self {
            read: profile(base(), levels.read, &repeated),
            serial_read: profile(base(), serial, &repeated),
            repeatable_write: profile(base(), levels.write, &repeated),
            single_write: profile(base(), levels.write, &once),
            schema: profile(patient, levels.write, &once),
        }
    }

    /// The profile for a class; `repeatable` says whether the driver may repeat a write.
    pub(super) fn of(&self, class: Class, repeatable: bool) -> ExecutionProfileHandle {
        let profile = match class {
            Class::Read => &self.read,
            Class::SerialRead => &self.serial_read,
            Class::Write if repeatable => &self.repeatable_write,
            Class::Write | Class::Conditional | Class::Counter => &self.single_write,
            Class::Schema => &self.schema,
        };
        profile.clone()
    }
}
