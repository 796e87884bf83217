//! Commands: what can be asked of the clinic, one file each.
//!
//! A command is parsed without looking at the store, then decided under the lock of the stream
//! that owns what it changes: it either becomes one event or an error that changed nothing.
//! Deciding reads the views and never writes.

mod account;
mod customer;
mod doctor;
mod execute;
mod fields;
pub(crate) mod location;
mod offering;
mod organisation;
mod review;
pub(crate) mod visit;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

pub use execute::Receipt;
pub(crate) use execute::{execute, follow};

use crate::error::Error;
use crate::event::{Fact, Image};
use crate::store::Store;
use crate::stream::Streams;
use fields::Fields;

/// A command with what identifies it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Given by the caller: the same id is done once.
    pub request_id: Option<Uuid>,
    /// When the business fact took place, in milliseconds since 1970; absent = now.
    pub at_ms: Option<i64>,
    /// What to do.
    pub command: Command,
    /// Digest of the content.
    pub digest: Uuid,
}

/// What can be asked.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Command {
    /// `add_location`
    AddLocation(location::AddLocation),
    /// `register_organisation`
    RegisterOrganisation(organisation::RegisterOrganisation),
    /// `recruit_doctor`, `change_doctor`
    Doctor(doctor::DescribeDoctor),
    /// `register_customer`
    RegisterCustomer(customer::RegisterCustomer),
    /// `rename_customer`
    RenameCustomer(customer::RenameCustomer),
    /// `move_customer`
    MoveCustomer(customer::MoveCustomer),
    /// `open_account`
    OpenAccount(account::OpenAccount),
    /// `publish_offering`
    PublishOffering(offering::PublishOffering),
    /// `book`
    Book(visit::Book),
    /// `reschedule`
    Reschedule(visit::Reschedule),
    /// `cancel`, `no_show`
    Drop(visit::Drop),
    /// `complete`
    Complete(visit::Complete),
    /// `review`
    Review(review::Review),
}

/// Where a command is decided.
struct Route {
    /// The stream that owns what it changes.
    stream: i32,
    /// What it must hold that other streams could take as well.
    claims: Vec<String>,
}

/// What a command comes to.
struct Decision {
    /// What was created or changed.
    result_id: Uuid,
    facts: Vec<Fact>,
    images: Vec<Image>,
}

/// What deciding may look at.
struct Context<'a> {
    store: &'a Store,
    /// The stream, locked by the caller.
    stream: i32,
    /// The position that the event will have.
    seq: i64,
    at_ms: i64,
    /// Whether the caller gave the instant: then nothing is measured against the real clock.
    at_given: bool,
    /// For what the caller gave no id.
    new_id: Uuid,
}

impl Request {
    /// Reads a command from its JSON object.
    ///
    /// # Errors
    /// `Invalid` names the field that is missing, malformed or not known.
    pub fn from_json(object: Map<String, Value>) -> Result<Self, Error> {
        // By name, so that the order of the fields does not matter.
        let content: BTreeMap<&String, &Value> = object.iter().filter(|(name, _)| *name != "request_id").collect();
        let canonical = serde_json::json!(content).to_string();
        let digest = Uuid::new_v5(&crate::ids::NAMESPACE, canonical.as_bytes());
        let mut fields = Fields::new(object);
        let request_id = fields.uuid_or_none("request_id")?;
        let at_ms = fields.instant_or_none("at")?;
        let name = fields.text("command")?;
        let command = match name.as_str() {
            "add_location" => Command::AddLocation(location::AddLocation::read(&mut fields)?),
            "register_organisation" => {
                Command::RegisterOrganisation(organisation::RegisterOrganisation::read(&mut fields)?)
            }
            "recruit_doctor" => Command::Doctor(doctor::DescribeDoctor::read(&mut fields, false)?),
            "change_doctor" => Command::Doctor(doctor::DescribeDoctor::read(&mut fields, true)?),
            "register_customer" => Command::RegisterCustomer(customer::RegisterCustomer::read(&mut fields)?),
            "rename_customer" => Command::RenameCustomer(customer::RenameCustomer::read(&mut fields)?),
            "move_customer" => Command::MoveCustomer(customer::MoveCustomer::read(&mut fields)?),
            "open_account" => Command::OpenAccount(account::OpenAccount::read(&mut fields)?),
            "publish_offering" => Command::PublishOffering(offering::PublishOffering::read(&mut fields)?),
            "book" => Command::Book(visit::Book::read(&mut fields)?),
            "reschedule" => Command::Reschedule(visit::Reschedule::read(&mut fields)?),
            "cancel" => Command::Drop(visit::Drop::read(&mut fields, visit::CANCELLED)?),
            "no_show" => Command::Drop(visit::Drop::read(&mut fields, visit::NO_SHOW)?),
            "complete" => Command::Complete(visit::Complete::read(&mut fields)?),
            "review" => Command::Review(review::Review::read(&mut fields)?),
            other => return Err(Error::invalid(format!("command `{other}` is not known"))),
        };
        fields.end()?;
        Ok(Self { request_id, at_ms, command, digest })
    }
}

impl Command {
    async fn route(&self, store: &Store, streams: &Streams, new_id: Uuid) -> Result<Route, Error> {
        match self {
            Self::AddLocation(_) => Ok(Route { stream: location::STREAM, claims: Vec::new() }),
            Self::RegisterOrganisation(command) => Ok(command.route(streams, new_id)),
            Self::Doctor(command) => Ok(command.route(streams)),
            Self::RegisterCustomer(command) => Ok(command.route(streams, new_id)),
            Self::RenameCustomer(command) => Ok(Route { stream: streams.of(command.cust_id), claims: Vec::new() }),
            Self::MoveCustomer(command) => Ok(Route { stream: streams.of(command.cust_id), claims: Vec::new() }),
            Self::OpenAccount(command) => Ok(command.route(streams)),
            Self::PublishOffering(command) => Ok(Route { stream: streams.of(command.org_id), claims: Vec::new() }),
            Self::Book(command) => command.route(store, streams).await,
            Self::Reschedule(command) => command.route(store, streams).await,
            Self::Drop(command) => visit::route(store, streams, command.medical_id).await,
            Self::Complete(command) => visit::route(store, streams, command.medical_id).await,
            Self::Review(command) => Ok(command.route(streams)),
        }
    }

    async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        match self {
            Self::AddLocation(command) => command.decide(context).await,
            Self::RegisterOrganisation(command) => command.decide(context).await,
            Self::Doctor(command) => command.decide(context).await,
            Self::RegisterCustomer(command) => command.decide(context).await,
            Self::RenameCustomer(command) => command.decide(context).await,
            Self::MoveCustomer(command) => command.decide(context).await,
            Self::OpenAccount(command) => command.decide(context).await,
            Self::PublishOffering(command) => command.decide(context).await,
            Self::Book(command) => command.decide(context).await,
            Self::Reschedule(command) => command.decide(context).await,
            Self::Drop(command) => command.decide(context).await,
            Self::Complete(command) => command.decide(context).await,
            Self::Review(command) => command.decide(context).await,
        }
    }

    /// What orders commands that are run at once: those of the same root keep their order.
    /// Commands about a visit name only the visit; its organisation is looked up.
    pub fn order_key(&self) -> OrderKey {
        match self {
            Self::AddLocation(_) => OrderKey::Everything,
            Self::RegisterOrganisation(command) => OrderKey::Ids(command.org_id.into_iter().collect()),
            Self::Doctor(command) => OrderKey::Ids(command.doc_id.into_iter().chain([command.org_id]).collect()),
            Self::RegisterCustomer(command) => OrderKey::Ids(command.cust_id.into_iter().collect()),
            Self::RenameCustomer(command) => OrderKey::Ids(vec![command.cust_id]),
            Self::MoveCustomer(command) => OrderKey::Ids(vec![command.cust_id]),
            Self::OpenAccount(command) => {
                OrderKey::Ids(command.account_id.into_iter().chain([command.cust_id, command.org_id]).collect())
            }
            Self::PublishOffering(command) => OrderKey::Ids(vec![command.org_id]),
            Self::Book(command) => {
                OrderKey::Ids(command.medical_id.into_iter().chain([command.account_id, command.doc_id]).collect())
            }
            Self::Reschedule(command) => OrderKey::Ids(vec![command.medical_id]),
            Self::Drop(command) => OrderKey::Ids(vec![command.medical_id]),
            Self::Complete(command) => OrderKey::Ids(vec![command.medical_id]),
            Self::Review(command) => {
                OrderKey::Ids(command.id.into_iter().chain([command.cust_id, command.org_id]).collect())
            }
        }
    }
}

/// Which other commands a command must wait for when several are run at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderKey {
    /// All that came before, and all that come after wait for it.
    Everything,
    /// Those that name one of these ids.
    Ids(Vec<Uuid>),
}

/// The claim on an id that the caller gave and that no stream owns by itself.
fn id_claim(id: Uuid) -> String {
    format!("id/{id}")
}
