//! What a command is about, beyond the ids that it names.
//!
//! `cancel` names only its visit, but frees a slot of a doctor and of a customer; `review` names
//! no visit, but needs one that is completed. So a visit stands for its account and doctor, and an
//! account for its customer and organisation, whether an earlier line makes them or the store has
//! them. They never change, so what was learnt once stays true.

use std::collections::HashMap;

use quorate_clinic::cells::Cells;
use quorate_clinic::commands::{Command, OrderKey, Request};
use quorate_clinic::tables::{ACCOUNTS, VISITS};
use quorate_clinic::view::View;
use quorate_clinic::{Clinic, Error};
use uuid::Uuid;

/// Relations that are remembered; then they are learnt anew.
const REMEMBERED: usize = 100_000;

/// What visits and accounts belong to, as far as it was needed.
#[derive(Debug, Default)]
pub(super) struct Aggregates {
    belongs_to: HashMap<Uuid, Owners>,
}

/// What something belongs to.
#[derive(Debug, Default)]
struct Owners {
    ids: Vec<Uuid>,
    /// Whether the store said so. A line that makes something may yet fail, because the store has
    /// it with other owners.
    certain: bool,
}

impl Aggregates {
    /// Everything that a command is about.
    pub(super) async fn of(&mut self, clinic: &Clinic, request: &Request) -> Result<OrderKey, Error> {
        let mut ids = match request.command.order_key() {
            OrderKey::Everything => return Ok(OrderKey::Everything),
            OrderKey::Ids(ids) => ids,
        };
        match (&request.command, ids.as_slice()) {
            (Command::OpenAccount(_), [account, owners @ ..]) if owners.len() == 2 => {
                self.remember(*account, owners, false);
            }
            (Command::Book(_), [visit, rest @ ..]) if rest.len() == 2 => self.remember(*visit, rest, false),
            _ => {}
        }
        match &request.command {
            Command::Book(_) => {
                if let [.., account, _doctor] = ids.as_slice() {
                    self.learn(clinic, &ACCOUNTS, *account, &["cust_id", "org_id"]).await?;
                }
            }
            Command::Reschedule(_) | Command::Drop(_) | Command::Complete(_) => {
                if let [visit] = ids.as_slice() {
                    self.learn(clinic, &VISITS, *visit, &["account_id", "doc_id", "cust_id", "org_id"]).await?;
                }
            }
            _ => {}
        }
        self.extend(&mut ids);
        ids.extend(request.request_id);
        Ok(OrderKey::Ids(ids))
    }

    /// Adds what the ids belong to, and what that belongs to.
    fn extend(&self, ids: &mut Vec<Uuid>) {
        let mut next = 0;
        while let Some(id) = ids.get(next) {
            for owner in self.belongs_to.get(id).into_iter().flat_map(|owners| &owners.ids) {
                if !ids.contains(owner) {
                    ids.push(*owner);
                }
            }
            next += 1;
        }
    }

    /// Looks up what a row belongs to, unless that is known.
    async fn learn(&mut self, clinic: &Clinic, view: &'static View, id: Uuid, columns: &[&str]) -> Result<(), Error> {
        if self.belongs_to.get(&id).is_some_and(|owners| owners.certain) {
            return Ok(());
        }
        let Some(row) = clinic.store().row(view, &Cells::new().uuid(id)).await? else { return Ok(()) };
        let names = view.partition.iter().chain(view.clustering).chain(view.values);
        let owners = names.zip(row.iter()).filter(|(name, _)| columns.contains(name));
        let owners: Vec<Uuid> = owners.filter_map(|(_, cell)| Uuid::from_slice(cell?).ok()).collect();
        self.remember(id, &owners, true);
        Ok(())
    }

    fn remember(&mut self, id: Uuid, owners: &[Uuid], certain: bool) {
        if self.belongs_to.len() >= REMEMBERED {
            self.belongs_to.clear();
        }
        let known = self.belongs_to.entry(id).or_default();
        known.certain |= certain;
        known.ids.extend(owners);
        known.ids.sort_unstable();
        known.ids.dedup();
    }
}
