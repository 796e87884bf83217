//! Which accounts a question is about, and reads that are merged over them.
//!
//! A customer's question is asked of each of their accounts: one bounded read of one partition
//! per account, some of them at once.

use futures::future::try_join_all;
use quorate_session::codec::Uuid;

use super::about::About;
use super::arguments::Arguments;
use super::reader::Reader;
use crate::error::Error;
use crate::ids::Entity;

const ACCOUNTS_OF_CUSTOMER: &str = "SELECT account_id, currency FROM {ks}.accounts_by_customer WHERE cust_id = ?";
const CURRENCY_OF_ACCOUNT: &str = "SELECT currency FROM {ks}.accounts WHERE account_id = ?";

/// Reads that are under way at once.
const CONCURRENT_READS: usize = 16;

/// Whose records or appointments are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One account's.
    Account(Uuid),
    /// Those of all accounts of a customer.
    Customer(Uuid),
}

/// An account and the currency of its organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: Uuid,
    pub(crate) currency: String,
}

impl Whose {
    pub(crate) fn from_arguments(arguments: &Arguments, about: &About) -> Result<Self, Error> {
        Ok(match arguments.either(about, Entity::Account, Entity::Customer)? {
            (Entity::Account, id) => Self::Account(id),
            (_, id) => Self::Customer(id),
        })
    }

    /// What kind of id it is.
    pub(crate) fn entity(self) -> Entity {
        match self {
            Self::Account(_) => Entity::Account,
            Self::Customer(_) => Entity::Customer,
        }
    }

    /// The id.
    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::Account(id) | Self::Customer(id) => id,
        }
    }

    /// The accounts' ids. An account is taken at its word.
    pub(crate) async fn account_ids(self, reader: &Reader) -> Result<Vec<Uuid>, Error> {
        match self {
            Self::Account(id) => Ok(vec![id]),
            Self::Customer(id) => Ok(of_customer(reader, id).await?.into_iter().map(|account| account.id).collect()),
        }
    }

    /// The accounts with their currencies; none if the account or the customer's are not known.
    pub(crate) async fn accounts(self, reader: &Reader) -> Result<Vec<Account>, Error> {
        match self {
            Self::Account(id) => {
                let row = reader.row::<(String,)>(CURRENCY_OF_ACCOUNT, (id,)).await?;
                Ok(row.map(|(currency,)| Account { id, currency }).into_iter().collect())
            }
            Self::Customer(id) => of_customer(reader, id).await,
        }
    }
}

/// The rows that `read` finds for each account, one account's after the other's.
pub(crate) async fn merged<R, F>(accounts: &[Uuid], read: impl Fn(Uuid) -> F) -> Result<Vec<R>, Error>
where
    F: Future<Output = Result<Vec<R>, Error>>,
{
    let mut rows = Vec::new();
    for some in accounts.chunks(CONCURRENT_READS) {
        rows.extend(try_join_all(some.iter().map(|account| read(*account))).await?.into_iter().flatten());
    }
    Ok(rows)
}

async fn of_customer(reader: &Reader, customer: Uuid) -> Result<Vec<Account>, Error> {
    let rows = reader.rows::<(Uuid, String)>(ACCOUNTS_OF_CUSTOMER, (customer,)).await?;
    Ok(rows.into_iter().map(|(id, currency)| Account { id, currency }).collect())
}
