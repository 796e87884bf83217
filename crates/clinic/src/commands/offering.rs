//! `publish_offering`: what visitors see first (Q1).

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision};
use crate::error::Error;
use crate::event::{Fact, Offering};
use crate::ids::Entity;
use crate::present::must;

/// `publish_offering`
#[derive(Debug, Clone)]
pub struct PublishOffering {
    pub(super) org_id: Uuid,
    headline: String,
    body: Option<String>,
}

impl PublishOffering {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            org_id: fields.id("org_id", Entity::Organisation)?,
            headline: fields.text("headline")?,
            body: fields.text_or_none("text")?,
        })
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        let organisation = must(context.store.organisation(self.org_id).await?, Entity::Organisation, self.org_id)?;
        let previous = context.store.newest_offering(self.org_id).await?;
        let newest = previous.is_none_or(|previous| previous <= context.at_ms);
        let offering = Offering {
            org_id: self.org_id,
            org_type: organisation.org_type,
            updated_ms: context.at_ms,
            headline: Some(self.headline.clone()),
            body: self.body.clone(),
            previous_ms: previous,
            latest: newest,
            newest,
        };
        Ok(Decision { result_id: self.org_id, facts: vec![Fact::OfferingPublished(offering)], images: Vec::new() })
    }
}
