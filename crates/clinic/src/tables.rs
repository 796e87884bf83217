//! The views that no access pattern reads by itself, and the tables that are no views.
//!
//! Commands read these to check their rules. `event_log` is the truth; `cursors` says how far it
//! is projected; `claims` holds what an attempt in flight has taken; the counter tables mirror
//! exact totals for those who expect the source's counters, and nothing is ever decided by them.

use crate::queries;
use crate::view::View;

/// Organisations by id.
pub const ORGANISATIONS: View = View {
    name: "organisations",
    partition: &["org_id"],
    clustering: &[],
    values: &["org_type", "region_id", "org_name", "currency", "time_zone", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.organisations (
    org_id uuid PRIMARY KEY, org_type text, region_id uuid, org_name text, currency text, time_zone text, digest uuid
) WITH comment = 'Organisations by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// The time of each organisation's newest offering.
pub const NEWEST_OFFERINGS: View = View {
    name: "newest_offering_by_organisation",
    partition: &["org_id"],
    clustering: &[],
    values: &["updated_at"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.newest_offering_by_organisation (
    org_id uuid PRIMARY KEY, updated_at timestamp
) WITH comment = 'Which row of the latest bucket is an organisation''s' AND compaction = {'class': 'LeveledCompactionStrategy'}",
};

/// Accounts by id.
pub const ACCOUNTS: View = View {
    name: "accounts",
    partition: &["account_id"],
    clustering: &[],
    values: &["cust_id", "org_id", "account_type", "name", "currency", "created_at", "name_version", "in_latest", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.accounts (
    account_id uuid PRIMARY KEY, cust_id uuid, org_id uuid, account_type text, name frozen<{ks}.person_name>, currency text,
    created_at timestamp, name_version bigint, in_latest int, digest uuid
) WITH comment = 'Accounts by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Visits by id, in whatever state.
pub const VISITS: View = View {
    name: "visits",
    partition: &["medical_id"],
    clustering: &[],
    values: &[
        "account_id", "doc_id", "org_id", "cust_id", "starts_at", "minutes", "medical_purpose", "status", "medical_amt",
        "currency", "expires_at", "digest",
    ],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.visits (
    medical_id uuid PRIMARY KEY, account_id uuid, doc_id uuid, org_id uuid, cust_id uuid, starts_at timestamp, minutes int,
    medical_purpose text, status text, medical_amt decimal, currency text, expires_at timestamp, digest uuid
) WITH comment = 'Appointments and records by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Reviews by id.
pub const REVIEWS: View = View {
    name: "reviews",
    partition: &["review_id"],
    clustering: &[],
    values: &["org_id", "digest"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.reviews (
    review_id uuid PRIMARY KEY, org_id uuid, digest uuid
) WITH comment = 'Which reviews exist' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Reviews of an organisation, a year in a partition.
pub const REVIEWS_BY_ORGANISATION: View = View {
    name: "reviews_by_organisation",
    partition: &["org_id", "year"],
    clustering: &["reviewed_at", "review_id"],
    values: &["cust_id", "rating", "comment", "media"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.reviews_by_organisation (
    org_id uuid, year int, reviewed_at timestamp, review_id uuid, cust_id uuid, rating int, comment text,
    media frozen<list<text>>, PRIMARY KEY ((org_id, year), reviewed_at, review_id)
) WITH CLUSTERING ORDER BY (reviewed_at DESC, review_id ASC) AND comment = 'Reviews of an organisation, newest first'
  AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': '30'}",
};

/// States by id.
pub const STATES: View = View {
    name: "states",
    partition: &["state_id"],
    clustering: &[],
    values: &["state_name", "country_id", "region_id"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.states (
    state_id uuid PRIMARY KEY, state_name text, country_id uuid, region_id uuid
) WITH comment = 'States by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Countries by id.
pub const COUNTRIES: View = View {
    name: "countries",
    partition: &["country_id"],
    clustering: &[],
    values: &["country_name"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.countries (
    country_id uuid PRIMARY KEY, country_name text
) WITH comment = 'Countries by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Regions by id.
pub const REGIONS: View = View {
    name: "regions",
    partition: &["region_id"],
    clustering: &[],
    values: &["region_name"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.regions (
    region_id uuid PRIMARY KEY, region_name text
) WITH comment = 'Regions by id' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// What is to be sent before a visit: time and place, never why the visit takes place.
pub const REMINDERS: View = View {
    name: "reminders_by_day",
    partition: &["day"],
    clustering: &["send_at", "medical_id", "channel"],
    values: &["idempotency_key", "cust_id", "org_id", "starts_at", "time_zone"],
    expires: true,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.reminders_by_day (
    day date, send_at timestamp, medical_id uuid, channel text, idempotency_key uuid, cust_id uuid, org_id uuid,
    starts_at timestamp, time_zone text, PRIMARY KEY ((day), send_at, medical_id, channel)
) WITH comment = 'Q6: outbox of reminders, by the day they are due' AND compaction = {'class': 'LeveledCompactionStrategy'}",
};

/// Which request became which event.
pub const REQUESTS: View = View {
    name: "requests",
    partition: &["request_id"],
    clustering: &[],
    values: &["stream", "seq", "digest", "result_id"],
    expires: false,
    cql: "CREATE TABLE IF NOT EXISTS {ks}.requests (
    request_id uuid PRIMARY KEY, stream int, seq bigint, digest uuid, result_id uuid
) WITH comment = 'The event of each request' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
};

/// Every view: what the log is projected into, what `verify` compares and `rebuild` makes anew.
pub const VIEWS: &[&View] = &[
    &queries::OFFERINGS,
    &queries::CUSTOMERS,
    &queries::RECORDS_BY_AMOUNT,
    &queries::MONTHLY_EXPENSES,
    &queries::APPOINTMENTS_BY_ACCOUNT,
    &queries::DOCTORS,
    &queries::RECORDS_BY_DOCTOR,
    &queries::RECORDS_BY_ORGANISATION,
    &queries::PERIODS,
    &queries::RATINGS,
    &queries::APPOINTMENTS_BY_DOCTOR,
    &queries::ACCOUNTS_BY_MONTH,
    &queries::ACCOUNTS_BY_CUSTOMER,
    &queries::ACCOUNT_MONTHS,
    &queries::TRANSACTIONS,
    &queries::POPULATION,
    &queries::REVENUE,
    &ORGANISATIONS,
    &NEWEST_OFFERINGS,
    &ACCOUNTS,
    &VISITS,
    &REVIEWS,
    &REVIEWS_BY_ORGANISATION,
    &STATES,
    &COUNTRIES,
    &REGIONS,
    &REMINDERS,
    &REQUESTS,
];

/// User-defined types, in the order in which they can be created.
pub const TYPES: &[&str] = &[
    "CREATE TYPE IF NOT EXISTS {ks}.person_name (first_name text, last_name text)",
    "CREATE TYPE IF NOT EXISTS {ks}.doctor_credential (degree_type text, institution text, certification_date date)",
];

/// Tables that are no views: the log, what coordinates its writers, and what is derived from it by jobs.
pub const OTHERS: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS {ks}.event_log (
    stream int, bucket int, seq bigint, head bigint STATIC, ts bigint, request_id uuid, kind text, payload blob,
    PRIMARY KEY ((stream, bucket), seq)
) WITH comment = 'What happened; everything else is derived from it' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
    "CREATE TABLE IF NOT EXISTS {ks}.cursors (
    name text, stream int, seq bigint, PRIMARY KEY ((name), stream)
) WITH comment = 'How far each projection has come' AND compaction = {'class': 'LeveledCompactionStrategy'}",
    "CREATE TABLE IF NOT EXISTS {ks}.claims (
    name text PRIMARY KEY, stream int, attempt uuid
) WITH comment = 'What an attempt in flight has taken' AND compaction = {'class': 'LeveledCompactionStrategy'}",
    "CREATE TABLE IF NOT EXISTS {ks}.settings (
    name text PRIMARY KEY, value text
) WITH comment = 'What was fixed when the keyspace was made' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
    crate::queries::TOP_DOCTORS_CQL,
    "CREATE TABLE IF NOT EXISTS {ks}.doctor_record_counts (
    doc_id uuid PRIMARY KEY, record_count counter
) WITH comment = 'Mirror of the records of each doctor; never answered from' AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
    "CREATE TABLE IF NOT EXISTS {ks}.daily_transactions_by_org (
    org_id uuid, day date, transaction_count counter, PRIMARY KEY ((org_id), day)
) WITH CLUSTERING ORDER BY (day DESC) AND comment = 'Mirror of transactions_by_organisation_and_day; never answered from'
  AND compaction = {'class': 'SizeTieredCompactionStrategy'}",
];
