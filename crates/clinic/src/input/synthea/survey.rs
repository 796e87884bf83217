//! The first pass over an export: what has to be known of all encounters before the first row.
//!
//! An encounter counts if it is well formed, its patient and organization are known, and it is not
//! before the patient's birth. Encounters themselves are not kept.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use uuid::Uuid;

use super::derive::Classes;
use super::source::{ENCOUNTERS, Encounter, ORGANIZATIONS, Organization, PATIENTS, PAYERS, PROVIDERS};
use super::source::{Patient, Payer, Provider};
use super::states::{self, State};
use crate::calendar;
use crate::ids::Entity;
use crate::input::error::Error;
use crate::input::fields::Fault;
use crate::input::reader::TableReader;
use crate::input::reject::{Reason, Source};
use crate::input::rows::LocationRow;
use crate::moment::DAY_MS;

/// Facts about all of an export.
#[derive(Debug, Default)]
pub(super) struct Survey {
    patients: HashMap<Uuid, PatientFacts>,
    organizations: HashMap<Uuid, OrganizationFacts>,
    /// By provider: the organization.
    providers: HashMap<Uuid, Uuid>,
    /// By patient and organization.
    meetings: HashMap<(Uuid, Uuid), Meeting>,
    /// By abbreviation: the first line that names the state.
    states: BTreeMap<&'static str, (&'static State, Source)>,
    /// Encounters by day, so that a quantile needs no list of them.
    days: BTreeMap<i32, u64>,
    nobody: Option<Uuid>,
}

#[derive(Debug)]
struct PatientFacts {
    birth_ms: i64,
    first_ms: Option<i64>,
}

/// What an organization's encounters say about it.
#[derive(Debug, Default)]
pub(super) struct OrganizationFacts {
    pub(super) classes: Classes,
    pub(super) span: Option<(i64, i64)>,
}

/// The first encounter of a patient with an organization.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meeting {
    pub(super) source: Source,
    pub(super) first_ms: i64,
    pub(super) uninsured: bool,
}

impl Survey {
    pub(super) fn of(dir: &Path) -> Result<Self, Error> {
        let mut survey = Self::default();
        let mut payers = TableReader::open(dir, &PAYERS)?;
        while let Some(payer) = payers.next(Payer::read)? {
            if let Some(payer) = payer.ok().filter(|payer| payer.is_nobody) {
                survey.nobody = Some(payer.id);
            }
        }
        let mut organizations = TableReader::open(dir, &ORGANIZATIONS)?;
        while let Some(organization) = organizations.next(Organization::read)? {
            let Ok(organization) = organization else { continue };
            survey.note_state(organization.state, organization.source);
            survey.organizations.entry(organization.id).or_default();
        }
        let mut providers = TableReader::open(dir, &PROVIDERS)?;
        while let Some(provider) = providers.next(Provider::read)? {
            let Ok(provider) = provider else { continue };
            if survey.has_organization(&provider.org_id) {
                survey.providers.entry(provider.id).or_insert(provider.org_id);
            }
        }
        let mut patients = TableReader::open(dir, &PATIENTS)?;
        while let Some(patient) = patients.next(Patient::read)? {
            let Ok(patient) = patient else { continue };
            survey.note_state(patient.state, patient.source);
            let facts = PatientFacts { birth_ms: patient.birth_ms, first_ms: None };
            survey.patients.entry(patient.id).or_insert(facts);
        }
        let mut encounters = TableReader::open(dir, &ENCOUNTERS)?;
        while let Some(encounter) = encounters.next(Encounter::read)? {
            let Ok(encounter) = encounter else { continue };
            if survey.check(&encounter).is_ok() {
                survey.note_encounter(&encounter);
            }
        }
        Ok(survey)
    }

    /// Whether an encounter counts.
    pub(super) fn check(&self, encounter: &Encounter) -> Result<(), Fault> {
        let unknown = |column, entity| Err(Fault::of(column, Reason::UnknownReference(entity)));
        let Some(patient) = self.patients.get(&encounter.patient) else {
            return unknown("PATIENT", Entity::Customer);
        };
        if !self.has_organization(&encounter.organization) {
            return unknown("ORGANIZATION", Entity::Organisation);
        }
        if encounter.start_ms < patient.birth_ms {
            return Err(Fault::of("START", Reason::BeforeBirth));
        }
        Ok(())
    }

    pub(super) fn has_organization(&self, id: &Uuid) -> bool {
        self.organizations.contains_key(id)
    }

    /// The organization of a provider.
    pub(super) fn organization_of(&self, provider: &Uuid) -> Option<Uuid> {
        self.providers.get(provider).copied()
    }

    /// When a patient's first encounter that counts began.
    pub(super) fn first_encounter(&self, patient: &Uuid) -> Option<i64> {
        self.patients.get(patient)?.first_ms
    }

    pub(super) fn organization(&self, id: &Uuid) -> Option<&OrganizationFacts> {
        self.organizations.get(id)
    }

    /// The day of the first encounter, as an instant.
    pub(super) fn first_ms(&self) -> Option<i64> {
        self.days.keys().next().map(|day| i64::from(*day) * DAY_MS)
    }

    /// The day on which the newest tenth of the encounters begins, as an instant.
    pub(super) fn newest_tenth_ms(&self) -> Option<i64> {
        self.newest_tenth().map(|(day, _)| i64::from(day) * DAY_MS)
    }

    /// The start of the first encounter of the newest tenth, rounded up to a whole encounter. Reads
    /// the encounters once more.
    pub(super) fn start_of_newest_tenth(&self, dir: &Path) -> Result<Option<i64>, Error> {
        let Some((day, before)) = self.newest_tenth() else {
            return Ok(None);
        };
        let mut reader = TableReader::open(dir, &ENCOUNTERS)?;
        let mut starts = Vec::new();
        while let Some(encounter) = reader.next(Encounter::read)? {
            let Ok(encounter) = encounter else { continue };
            if calendar::day_of(encounter.start_ms) == day && self.check(&encounter).is_ok() {
                starts.push(encounter.start_ms);
            }
        }
        starts.sort_unstable();
        Ok(usize::try_from(before).ok().and_then(|before| starts.get(before)).copied())
    }

    /// All first encounters in the order of their lines.
    pub(super) fn meetings_in_order(&self) -> Vec<((Uuid, Uuid), Meeting)> {
        let mut meetings: Vec<_> = self.meetings.iter().map(|(pair, meeting)| (*pair, *meeting)).collect();
        meetings.sort_unstable_by_key(|(_, meeting)| meeting.source.offset);
        meetings
    }

    /// The states that are named anywhere, by abbreviation.
    pub(super) fn locations(&self) -> impl Iterator<Item = LocationRow> {
        self.states.values().map(|(state, source)| LocationRow {
            source: *source,
            state_id: state.id(),
            state_name: state.name.to_owned(),
            country_id: states::country_id(),
            country_name: states::COUNTRY.to_owned(),
            region_id: state.region_id(),
            region_name: state.region.to_owned(),
        })
    }

    fn note_state(&mut self, state: &'static State, source: Source) {
        self.states.entry(state.abbreviation).or_insert((state, source));
    }

    fn note_encounter(&mut self, encounter: &Encounter) {
        let start_ms = encounter.start_ms;
        if let Some(patient) = self.patients.get_mut(&encounter.patient) {
            patient.first_ms = Some(patient.first_ms.map_or(start_ms, |first| first.min(start_ms)));
        }
        if let Some(facts) = self.organizations.get_mut(&encounter.organization) {
            facts.classes.count(&encounter.class);
            let (first, last) = facts.span.unwrap_or((start_ms, start_ms));
            facts.span = Some((first.min(start_ms), last.max(start_ms)));
        }
        let meeting = Meeting {
            source: encounter.source,
            first_ms: start_ms,
            uninsured: encounter.payer.is_some() && encounter.payer == self.nobody,
        };
        match self.meetings.entry((encounter.patient, encounter.organization)) {
            Entry::Vacant(entry) => {
                entry.insert(meeting);
            }
            Entry::Occupied(mut entry) if start_ms < entry.get().first_ms => {
                entry.insert(meeting);
            }
            Entry::Occupied(_) => {}
        }
        *self.days.entry(calendar::day_of(start_ms)).or_default() += 1;
    }

    /// The day on which the newest tenth begins, and how many encounters of that day precede it.
    fn newest_tenth(&self) -> Option<(i32, u64)> {
        let total: u64 = self.days.values().sum();
        let mut before = total - total.div_ceil(10);
        for (day, count) in &self.days {
            if before < *count {
                return Some((*day, before));
            }
            before -= count;
        }
        None
    }
}
