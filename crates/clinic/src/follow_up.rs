//! Effects of an event on other streams, driven to the end.
//!
//! The name of a customer is copied into each of its accounts, and those belong to the streams of
//! their organisations. Both sides of the race between renaming and opening an account look for
//! the other: a renaming rewrites the accounts that it finds, an opening compares its copy with
//! the customer. Each step is a request of its own, with an id derived from the first event, so
//! it is done once however often it is driven.

use uuid::Uuid;

use crate::error::Error;
use crate::event::{Account, Customer, Entry, Event, Fact, VERSION};
use crate::store::Store;
use crate::stream::Streams;

/// Whether an event has effects on other streams.
pub(crate) fn is_needed(event: &Event) -> bool {
    event.facts.iter().any(|fact| matches!(fact, Fact::CustomerDescribed(_) | Fact::AccountOpened(_)) && is_live(fact))
}

/// Imported rows come with the names that the input has; only what commands changed can differ.
fn is_live(fact: &Fact) -> bool {
    match fact {
        Fact::CustomerDescribed(customer) => customer.name_version > 0,
        Fact::AccountOpened(_) => true,
        _ => false,
    }
}

/// Drives an event's effects on other streams.
pub(crate) async fn drive(store: &Store, streams: &Streams, entry: &Entry) -> Result<(), Error> {
    for fact in &entry.event.facts {
        match fact {
            Fact::CustomerDescribed(customer) if is_live(fact) => {
                rename_accounts(store, streams, entry, customer).await?;
            }
            Fact::AccountOpened(account) => {
                if let Some(customer) = store.customer(account.cust_id).await?
                    && customer.name_version > account.name_version
                {
                    rename(store, streams, entry, account.account_id, &customer).await?;
                }
            }
            _ => {}
        }
    }
    crate::failpoint!("followed-up");
    Ok(())
}

async fn rename_accounts(store: &Store, streams: &Streams, entry: &Entry, event: &Customer) -> Result<(), Error> {
    let Some(customer) = store.customer(event.cust_id).await? else { return Ok(()) };
    for account in store.accounts_of(event.cust_id).await? {
        rename(store, streams, entry, account.account_id, &customer).await?;
    }
    Ok(())
}

async fn rename(
    store: &Store,
    streams: &Streams,
    entry: &Entry,
    account_id: Uuid,
    customer: &Customer,
) -> Result<(), Error> {
    let request_id = Uuid::new_v5(&entry.request_id, format!("rename/{account_id}").as_bytes());
    let Some(known) = store.account(account_id).await? else { return Ok(()) };
    loop {
        let mut locked = streams.lock(streams.of(known.org_id)).await?;
        let Some(account) = store.account(account_id).await? else { return Ok(()) };
        if account.name_version >= customer.name_version || store.answered(request_id).await?.is_some() {
            return Ok(());
        }
        let renamed = Account {
            first_name: customer.first_name.clone(),
            last_name: customer.last_name.clone(),
            name_version: customer.name_version,
            ..account
        };
        let event = Event {
            version: VERSION,
            at_ms: entry.event.at_ms,
            result_id: account_id,
            facts: vec![Fact::AccountHolderRenamed(renamed)],
            ..Event::default()
        };
        if locked.append(request_id, event).await?.is_some() {
            return Ok(());
        }
    }
}
