//! What rows refer to, looked up many at once and kept for the rows that follow.
//!
//! Kept things do not change during an import but for names, which the copies' follow-ups put
//! right. What is not there is not kept: a later row may bring it.

use std::collections::{HashMap, HashSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use uuid::Uuid;

use crate::error::Error;
use crate::event::{Account, Customer, Doctor, Location, Organisation};
use crate::store::Store;

/// Reads in flight at once.
const READS: usize = 128;
/// Entries that a cache keeps at least and about half of what it keeps at most.
const KEPT: usize = 30_000;

/// Two generations: what was not asked for since the last turn goes at the next.
struct Cache<V> {
    young: HashMap<Uuid, V>,
    old: HashMap<Uuid, V>,
}

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<V> Cache<V> {
    fn get(&self, id: Uuid) -> Option<&V> {
        self.young.get(&id).or_else(|| self.old.get(&id))
    }

    fn touch(&mut self, id: Uuid) -> bool {
        if self.young.contains_key(&id) {
            return true;
        }
        match self.old.remove(&id) {
            Some(value) => {
                self.insert(id, value);
                true
            }
            None => false,
        }
    }

    fn insert(&mut self, id: Uuid, value: V) {
        self.young.insert(id, value);
    }

    /// Between two chunks only, so that nothing goes which the present chunk asked for.
    fn turn(&mut self) {
        if self.young.len() > KEPT {
            self.old = std::mem::take(&mut self.young);
        }
    }
}

/// The things that rows refer to.
#[derive(Default)]
pub(super) struct Lookups {
    states: Cache<Location>,
    regions: Cache<String>,
    organisations: Cache<Organisation>,
    doctors: Cache<Doctor>,
    accounts: Cache<Account>,
    customers: Cache<Customer>,
}

/// Ids that a row refers to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct References {
    pub(super) state: Option<Uuid>,
    pub(super) region: Option<Uuid>,
    pub(super) organisation: Option<Uuid>,
    pub(super) doctor: Option<Uuid>,
    pub(super) account: Option<Uuid>,
    pub(super) customer: Option<Uuid>,
}

impl Lookups {
    /// Looks up everything that a chunk refers to.
    pub(super) async fn prefetch(&mut self, store: &Store, references: &[References]) -> Result<(), Error> {
        let ids = |pick: fn(&References) -> Option<Uuid>| references.iter().filter_map(pick);
        fill(&mut self.states, ids(|refs| refs.state), async |id| store.location(id).await).await?;
        fill(&mut self.regions, ids(|refs| refs.region), async |id| store.region_name(id).await).await?;
        fill(&mut self.doctors, ids(|refs| refs.doctor), async |id| store.doctor(id).await).await?;
        fill(&mut self.accounts, ids(|refs| refs.account), async |id| store.account(id).await).await?;
        fill(&mut self.customers, ids(|refs| refs.customer), async |id| store.customer(id).await).await?;
        let of_accounts = references.iter().filter_map(|refs| Some(self.accounts.get(refs.account?)?.org_id));
        let organisations: Vec<Uuid> = ids(|refs| refs.organisation).chain(of_accounts).collect();
        let load = async |id| store.organisation(id).await;
        fill(&mut self.organisations, organisations.into_iter(), load).await
    }

    /// Lets go of what has not been asked for in a while.
    pub(super) fn turn(&mut self) {
        self.states.turn();
        self.regions.turn();
        self.organisations.turn();
        self.doctors.turn();
        self.accounts.turn();
        self.customers.turn();
    }

    pub(super) fn state(&self, id: Uuid) -> Option<&Location> {
        self.states.get(id)
    }

    pub(super) fn region(&self, id: Uuid) -> Option<&String> {
        self.regions.get(id)
    }

    pub(super) fn organisation(&self, id: Uuid) -> Option<&Organisation> {
        self.organisations.get(id)
    }

    pub(super) fn doctor(&self, id: Uuid) -> Option<&Doctor> {
        self.doctors.get(id)
    }

    pub(super) fn account(&self, id: Uuid) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub(super) fn customer(&self, id: Uuid) -> Option<&Customer> {
        self.customers.get(id)
    }
}

async fn fill<V>(
    cache: &mut Cache<V>,
    ids: impl Iterator<Item = Uuid>,
    load: impl AsyncFn(Uuid) -> Result<Option<V>, Error>,
) -> Result<(), Error> {
    let missing: HashSet<Uuid> = ids.filter(|id| !cache.touch(*id)).collect();
    let mut loaded =
        stream::iter(missing).map(async |id| Ok::<_, Error>((id, load(id).await?))).buffer_unordered(READS);
    while let Some((id, value)) = loaded.try_next().await? {
        if let Some(value) = value {
            cache.insert(id, value);
        }
    }
    Ok(())
}
