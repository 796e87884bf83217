//! Whether an id is known: what an empty list leaves open.
//!
//! Asked only when an answer has no rows, so the ordinary read costs nothing more.

use quorate_session::codec::Uuid;

use super::page::Page;
use super::reader::Reader;
use crate::error::Error;
use crate::ids::Entity;

/// The page, with the id noted as unknown if there are no rows because of that.
pub(crate) async fn noted<R>(reader: &Reader, page: Page<R>, entity: Entity, id: Uuid) -> Result<Page<R>, Error> {
    if !page.rows.is_empty() || exists(reader, entity, id).await? {
        return Ok(page);
    }
    Ok(Page::unknown(entity, id))
}

/// Whether something of this kind has this id.
pub(crate) async fn exists(reader: &Reader, entity: Entity, id: Uuid) -> Result<bool, Error> {
    let cql = match entity {
        Entity::Customer => "SELECT cust_id FROM {ks}.customers WHERE cust_id = ?",
        Entity::Organisation => "SELECT org_id FROM {ks}.organisations WHERE org_id = ?",
        Entity::Doctor => "SELECT doc_id FROM {ks}.doctors WHERE doc_id = ?",
        Entity::Account => "SELECT account_id FROM {ks}.accounts WHERE account_id = ?",
        Entity::Record => "SELECT medical_id FROM {ks}.visits WHERE medical_id = ?",
        Entity::Review => "SELECT review_id FROM {ks}.reviews WHERE review_id = ?",
        Entity::State => "SELECT state_id FROM {ks}.states WHERE state_id = ?",
        Entity::Country => "SELECT country_id FROM {ks}.countries WHERE country_id = ?",
        Entity::Region => "SELECT region_id FROM {ks}.regions WHERE region_id = ?",
    };
    Ok(reader.row::<(Uuid,)>(cql, (id,)).await?.is_some())
}
