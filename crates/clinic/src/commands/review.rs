//! `review`: by customers with a completed record at the organisation.

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision, Route, id_claim};
use crate::error::Error;
use crate::event::{self, Fact};
use crate::ids::Entity;
use crate::present::must;
use crate::stream::Streams;
use crate::totals::Totals;

/// `review`
#[derive(Debug, Clone)]
pub struct Review {
    pub(super) id: Option<Uuid>,
    pub(super) cust_id: Uuid,
    pub(super) org_id: Uuid,
    rating: i32,
    comment: Option<String>,
    media: Vec<String>,
}

impl Review {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        let rating = fields.whole("rating")?;
        if !(0..=5).contains(&rating) {
            return Err(Error::invalid("field `rating` must be between 0 and 5"));
        }
        Ok(Self {
            id: fields.id_or_none("review_id", Entity::Review)?,
            cust_id: fields.id("cust_id", Entity::Customer)?,
            org_id: fields.id("org_id", Entity::Organisation)?,
            rating,
            comment: fields.text_or_none("comment")?,
            media: fields.texts("media")?,
        })
    }

    pub(super) fn route(&self, streams: &Streams) -> Route {
        Route { stream: streams.of(self.org_id), claims: self.id.map(id_claim).into_iter().collect() }
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let store = context.store;
        must(store.customer(self.cust_id).await?, Entity::Customer, self.cust_id)?;
        must(store.organisation(self.org_id).await?, Entity::Organisation, self.org_id)?;
        let review_id = self.id.unwrap_or(context.new_id);
        if store.review_exists(review_id).await?.is_some() {
            return Err(Error::conflict(format!("review {review_id} exists")));
        }
        let mut attended = false;
        for account in store.accounts_of(self.cust_id).await? {
            attended |= account.org_id == self.org_id && store.has_records(account.account_id).await?;
        }
        if !attended {
            return Err(Error::refused(format!(
                "customer {} has no completed record at organisation {}",
                self.cust_id, self.org_id
            )));
        }
        let mut totals = Totals::default();
        totals.rating(store, self.org_id, context.at_ms, self.rating).await?;
        let review = event::Review {
            review_id,
            org_id: self.org_id,
            cust_id: self.cust_id,
            reviewed_ms: context.at_ms,
            rating: self.rating,
            comment: self.comment.clone(),
            media: self.media.clone(),
            digest: None,
        };
        Ok(Decision { result_id: review_id, facts: vec![Fact::Reviewed(review)], images: totals.images() })
    }
}
