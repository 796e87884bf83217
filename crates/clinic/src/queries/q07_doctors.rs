//! Q7: one doctor by id, for login and the check of a licence.
//!
//! One row by its whole key. The age is derived on reading; a stored age would be wrong within
//! a year.

use crate::view::View;

/// Doctors by id. One row per partition.
pub const DOCTORS: View = View {
    name: "doctors",
    partition: &["doc_id"],
    clustering: &[],
    values: &["org_id", "name", "credential", "experience_year", "birth_year", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.doctors (
    doc_id uuid,
    org_id uuid,
    name frozen<person_name>,
    credential frozen<doctor_credential>,
    experience_year int,
    birth_year int,
    digest uuid,
    PRIMARY KEY ((doc_id))
) WITH compaction = {'class': 'SizeTieredCompactionStrategy'}
    AND comment = 'Q7 doctor by id'",
};
