//! The files of an export and the columns that are read of them.

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::states::{self, State};
use crate::ids::Entity;
use crate::input::fields::{Fault, Fields};
use crate::input::reject::{Reason, Source};
use crate::input::table::{Table, mandatory, optional};

pub(super) const PATIENTS: Table = Table {
    file: "patients.csv",
    columns: &[mandatory("Id"), mandatory("BIRTHDATE"), mandatory("FIRST"), mandatory("LAST"), mandatory("STATE")],
};

pub(super) const ORGANIZATIONS: Table =
    Table { file: "organizations.csv", columns: &[mandatory("Id"), mandatory("NAME"), mandatory("STATE")] };

pub(super) const PROVIDERS: Table =
    Table { file: "providers.csv", columns: &[mandatory("Id"), mandatory("ORGANIZATION"), mandatory("NAME")] };

pub(super) const PAYERS: Table = Table { file: "payers.csv", columns: &[mandatory("Id"), mandatory("NAME")] };

pub(super) const ENCOUNTERS: Table = Table {
    file: "encounters.csv",
    columns: &[
        mandatory("Id"),
        mandatory("START"),
        mandatory("PATIENT"),
        mandatory("ORGANIZATION"),
        mandatory("PROVIDER"),
        optional("PAYER"),
        mandatory("ENCOUNTERCLASS"),
        mandatory("DESCRIPTION"),
        mandatory("TOTAL_CLAIM_COST"),
        optional("REASONDESCRIPTION"),
    ],
};

/// The files of an export that are read.
pub(super) const TABLES: [&Table; 5] = [&PATIENTS, &ORGANIZATIONS, &PROVIDERS, &PAYERS, &ENCOUNTERS];

#[derive(Debug)]
pub(super) struct Patient {
    pub(super) source: Source,
    pub(super) id: Uuid,
    pub(super) birth_ms: i64,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) state: &'static State,
}

#[derive(Debug)]
pub(super) struct Organization {
    pub(super) source: Source,
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) state: &'static State,
}

#[derive(Debug)]
pub(super) struct Provider {
    pub(super) source: Source,
    pub(super) id: Uuid,
    pub(super) org_id: Uuid,
    pub(super) name: String,
}

#[derive(Debug)]
pub(super) struct Payer {
    pub(super) id: Uuid,
    /// Synthea's stand-in for having no insurance.
    pub(super) is_nobody: bool,
}

#[derive(Debug)]
pub(super) struct Encounter {
    pub(super) source: Source,
    pub(super) id: Uuid,
    pub(super) start_ms: i64,
    pub(super) patient: Uuid,
    pub(super) organization: Uuid,
    pub(super) provider: Uuid,
    pub(super) payer: Option<Uuid>,
    pub(super) class: String,
    /// The reason, or what was done where there is none.
    pub(super) purpose: String,
    /// What the visit cost with everything done in it, whoever pays.
    pub(super) cost: BigDecimal,
}

impl Patient {
    pub(super) fn read(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        Ok(Self {
            source,
            id: fields.id("Id", Entity::Customer)?,
            birth_ms: fields.instant("BIRTHDATE")?,
            first_name: fields.owned("FIRST")?,
            last_name: fields.owned("LAST")?,
            state: state(fields)?,
        })
    }
}

impl Organization {
    pub(super) fn read(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        Ok(Self {
            source,
            id: fields.id("Id", Entity::Organisation)?,
            name: fields.owned("NAME")?,
            state: state(fields)?,
        })
    }
}

impl Provider {
    pub(super) fn read(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        Ok(Self {
            source,
            id: fields.id("Id", Entity::Doctor)?,
            org_id: fields.id("ORGANIZATION", Entity::Organisation)?,
            name: fields.owned("NAME")?,
        })
    }
}

impl Payer {
    pub(super) fn read(fields: Fields<'_>, _source: Source) -> Result<Self, Fault> {
        Ok(Self { id: payer_id(fields.text("Id")?), is_nobody: fields.text("NAME")? == "NO_INSURANCE" })
    }
}

impl Encounter {
    pub(super) fn read(fields: Fields<'_>, source: Source) -> Result<Self, Fault> {
        let purpose = match fields.optional_owned("REASONDESCRIPTION") {
            Some(reason) => reason,
            None => fields.owned("DESCRIPTION")?,
        };
        Ok(Self {
            source,
            id: fields.id("Id", Entity::Record)?,
            start_ms: fields.instant("START")?,
            patient: fields.id("PATIENT", Entity::Customer)?,
            organization: fields.id("ORGANIZATION", Entity::Organisation)?,
            provider: fields.id("PROVIDER", Entity::Doctor)?,
            payer: fields.optional_text("PAYER").map(payer_id),
            class: fields.owned("ENCOUNTERCLASS")?,
            purpose,
            cost: fields.amount("TOTAL_CLAIM_COST")?,
        })
    }
}

/// Payers are no entity of the clinic: their ids are only compared with each other.
fn payer_id(text: &str) -> Uuid {
    crate::ids::id(Entity::Account, text)
}

fn state(fields: Fields<'_>) -> Result<&'static State, Fault> {
    states::find(fields.text("STATE")?).ok_or(Fault::of("STATE", Reason::UnknownState))
}
