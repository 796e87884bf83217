//! `open_account`: a customer's account at an organisation.

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision, Route, id_claim};
use crate::error::Error;
use crate::event::{Account, Fact};
use crate::ids::Entity;
use crate::present::must;
use crate::stream::Streams;

/// `open_account`
#[derive(Debug, Clone)]
pub struct OpenAccount {
    pub(super) account_id: Option<Uuid>,
    account_type: String,
    pub(super) cust_id: Uuid,
    pub(super) org_id: Uuid,
}

impl OpenAccount {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            account_id: fields.id_or_none("account_id", Entity::Account)?,
            account_type: fields.text("account_type")?,
            cust_id: fields.id("cust_id", Entity::Customer)?,
            org_id: fields.id("org_id", Entity::Organisation)?,
        })
    }

    pub(super) fn route(&self, streams: &Streams) -> Route {
        Route { stream: streams.of(self.org_id), claims: self.account_id.map(id_claim).into_iter().collect() }
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let customer = must(context.store.customer(self.cust_id).await?, Entity::Customer, self.cust_id)?;
        let organisation = must(context.store.organisation(self.org_id).await?, Entity::Organisation, self.org_id)?;
        let account_id = self.account_id.unwrap_or(context.new_id);
        if context.store.account(account_id).await?.is_some() {
            return Err(Error::conflict(format!("account {account_id} exists")));
        }
        let account = Account {
            account_id,
            cust_id: self.cust_id,
            org_id: self.org_id,
            account_type: self.account_type.clone(),
            first_name: customer.first_name,
            last_name: customer.last_name,
            currency: organisation.currency,
            created_ms: context.at_ms,
            name_version: customer.name_version,
            digest: None,
            latest: true,
        };
        Ok(Decision { result_id: account_id, facts: vec![Fact::AccountOpened(account)], images: Vec::new() })
    }
}
