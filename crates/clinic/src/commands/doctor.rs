//! `recruit_doctor` and `change_doctor`: who treats, and with which credentials.

use uuid::Uuid;

use super::fields::Fields;
use super::{Context, Decision, Route, id_claim};
use crate::calendar::{month_text, year_text};
use crate::error::Error;
use crate::event::{Doctor, Fact, Image, Revenue};
use crate::ids::Entity;
use crate::present::must;
use crate::stream::Streams;

/// `recruit_doctor`, `change_doctor`
#[derive(Debug, Clone)]
pub struct DescribeDoctor {
    pub(super) doc_id: Option<Uuid>,
    pub(super) org_id: Uuid,
    doctor: Doctor,
    change: bool,
}

impl DescribeDoctor {
    pub(super) fn read(fields: &mut Fields, change: bool) -> Result<Self, Error> {
        let doc_id = fields.id_or_none("doc_id", Entity::Doctor)?;
        if change && doc_id.is_none() {
            return Err(Error::invalid("field `doc_id` is missing"));
        }
        let org_id = fields.id("org_id", Entity::Organisation)?;
        let doctor = Doctor {
            doc_id: Uuid::nil(),
            org_id,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
            experience_year: fields.whole("experience_year")?,
            birth_year: fields.whole("birth_year")?,
            degree_type: fields.text_or_none("degree_type")?,
            institution: fields.text_or_none("institution")?,
            certification_day: fields.day_or_none("certification_date")?,
            digest: None,
        };
        Ok(Self { doc_id, org_id, doctor, change })
    }

    pub(super) fn route(&self, streams: &Streams) -> Route {
        let claims = if self.change { Vec::new() } else { self.doc_id.map(id_claim).into_iter().collect() };
        Route { stream: streams.of(self.org_id), claims }
    }

    pub(super) async fn decide(&self, context: &Context<'_>) -> Result<Decision, Error> {
        must(context.store.organisation(self.org_id).await?, Entity::Organisation, self.org_id)?;
        let doc_id = self.doc_id.unwrap_or(context.new_id);
        let known = context.store.doctor(doc_id).await?;
        let doctor = Doctor { doc_id, ..self.doctor.clone() };
        let (doctor, images) = if self.change {
            let known = must(known, Entity::Doctor, doc_id)?;
            if known.org_id != self.org_id {
                return Err(Error::refused(format!(
                    "doctor {doc_id} belongs to organisation {}: another organisation recruits under a new doc_id",
                    known.org_id
                )));
            }
            let renamed = (&known.first_name, &known.last_name) != (&doctor.first_name, &doctor.last_name);
            let doctor = Doctor { digest: known.digest, ..doctor };
            let images = if renamed { renamed_totals(context, &doctor).await? } else { Vec::new() };
            (doctor, images)
        } else {
            if known.is_some() {
                return Err(Error::conflict(format!("doctor {doc_id} exists")));
            }
            (doctor, Vec::new())
        };
        Ok(Decision { result_id: doc_id, facts: vec![Fact::DoctorDescribed(doctor)], images })
    }
}

/// The doctor's totals carry the name as well: each is written anew with the sums that it has.
async fn renamed_totals(context: &Context<'_>, doctor: &Doctor) -> Result<Vec<Image>, Error> {
    let months = context.store.active_months(doctor.doc_id).await?;
    let mut periods = vec!["all".to_owned()];
    for month in months {
        periods.push(month_text(month));
        periods.push(year_text(month));
    }
    periods.sort_unstable();
    periods.dedup();
    let organisation = context.store.organisation(doctor.org_id).await?;
    let region_id = organisation.map_or(Uuid::nil(), |organisation| organisation.region_id);
    let mut images = Vec::with_capacity(periods.len());
    for period in periods {
        if let Some(now) = context.store.revenue_now(doctor.org_id, &period, doctor.doc_id).await? {
            images.push(Image::Revenue(Revenue {
                org_id: doctor.org_id,
                period,
                doc_id: doctor.doc_id,
                first_name: doctor.first_name.clone(),
                last_name: doctor.last_name.clone(),
                currency: now.currency,
                count_before: now.count,
                count_after: now.count,
                before: now.revenue.clone(),
                after: now.revenue,
                region_id,
            }));
        }
    }
    Ok(images)
}
