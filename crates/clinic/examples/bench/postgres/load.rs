//! The folder's rows in `PostgreSQL`: normalised tables by COPY, their indexes, then the aggregates.
//!
//! Ids are turned into UUIDs as the clinic does, so that answers can be compared.

use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use futures::SinkExt as _;
use quorate_clinic::ids::{self, Entity};
use tokio_postgres::{Client, CopyInSink};
use uuid::Uuid;

use crate::failure::Failure;
use crate::input::{self, AS_OF};

/// What loading took, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Loaded {
    /// The normalised tables.
    pub(crate) tables: f64,
    /// Their indexes and statistics.
    pub(crate) indexes: f64,
    /// The aggregates with theirs.
    pub(crate) aggregates: f64,
    /// The normalised tables and indexes, in bytes.
    pub(crate) tables_bytes: i64,
    /// The aggregates and their indexes, in bytes.
    pub(crate) aggregates_bytes: i64,
}

const TABLES: &str = include_str!("tables.sql");
const INDEXES: &str = include_str!("indexes.sql");
const AGGREGATES: &str = include_str!("aggregates.sql");
const BYTES: &str = "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::int8 FROM pg_class \
    WHERE relnamespace = $1::text::regnamespace AND relkind IN ('r', 'm')";
/// Bytes that are sent at once.
const CHUNK: usize = 1 << 20;

/// A file and the columns that are loaded, each with the entity whose id it is, or `None`.
type Source = (&'static str, &'static str, &'static [(&'static str, &'static str, Option<Entity>)]);

const SOURCES: [Source; 7] = [
    (
        "location.csv",
        "location",
        &[
            ("STATE_ID", "state_id", Some(Entity::State)),
            ("COUNTRY_ID", "country_id", Some(Entity::Country)),
            ("REGION_ID", "region_id", Some(Entity::Region)),
            ("REGION_NAME", "region_name", None),
        ],
    ),
    (
        "organisation.csv",
        "organisation",
        &[
            ("ORG_ID", "org_id", Some(Entity::Organisation)),
            ("ORG_TYPE", "org_type", None),
            ("REGION_ID", "region_id", Some(Entity::Region)),
            ("UPDATED_AT", "updated_at", None),
        ],
    ),
    (
        "customer.csv",
        "customer",
        &[
            ("CUST_ID", "cust_id", Some(Entity::Customer)),
            ("FIRST_NAME", "first_name", None),
            ("LAST_NAME", "last_name", None),
            ("JOINED_DATE", "joined_date", None),
            ("COUNTRY_ID", "country_id", Some(Entity::Country)),
            ("STATE_ID", "state_id", Some(Entity::State)),
        ],
    ),
    (
        "doctor.csv",
        "doctor",
        &[
            ("DOC_ID", "doc_id", Some(Entity::Doctor)),
            ("ORG_ID", "org_id", Some(Entity::Organisation)),
            ("FIRST_NAME", "first_name", None),
            ("LAST_NAME", "last_name", None),
            ("EXPERIENCE_YEAR", "experience_year", None),
            ("BIRTH_YEAR", "birth_year", None),
            ("CREDENTIAL_M", "degree_type", None),
            ("CREDENTIAL_S", "institution", None),
            ("CREDENTIAL_D", "certification_date", None),
        ],
    ),
    (
        "account.csv",
        "account",
        &[
            ("ACCOUNT_ID", "account_id", Some(Entity::Account)),
            ("ACCOUNT_TYPE", "account_type", None),
            ("CUST_ID", "cust_id", Some(Entity::Customer)),
            ("ORG_ID", "org_id", Some(Entity::Organisation)),
            ("OPENED_AT", "opened_at", None),
        ],
    ),
    (
        "record.csv",
        "record",
        &[
            ("MEDICAL_ID", "medical_id", Some(Entity::Record)),
            ("ACCOUNT_ID", "account_id", Some(Entity::Account)),
            ("DOC_ID", "doc_id", Some(Entity::Doctor)),
            ("TX_DATE", "tx_date", None),
            ("MEDICAL_PURPOSE", "medical_purpose", None),
            ("MEDICAL_AMT", "medical_amt", None),
        ],
    ),
    (
        "review.csv",
        "review",
        &[
            ("REVIEW_ID", "review_id", Some(Entity::Review)),
            ("REVIEW_DATE", "review_date", None),
            ("REVIEW_RATING", "rating", None),
            ("REVIEW_COMMENT", "comment", None),
            ("ORG_ID", "org_id", Some(Entity::Organisation)),
            ("CUST_ID", "cust_id", Some(Entity::Customer)),
        ],
    ),
];

/// Loads a folder into an empty database.
pub(crate) async fn load(client: &Client, folder: &Path) -> Result<Loaded, Failure> {
    let mut loaded = Loaded::default();
    let begin = Instant::now();
    client.batch_execute(TABLES).await?;
    for source in &SOURCES {
        copy(client, folder, source).await?;
    }
    let completed = |sql: &str| sql.replace("{as_of}", &format!("timestamptz '{AS_OF}'"));
    client.batch_execute(&completed(DEFAULTS)).await?;
    loaded.tables = begin.elapsed().as_secs_f64();
    client.batch_execute(INDEXES).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    loaded.indexes = begin.elapsed().as_secs_f64() - loaded.tables;
    client.batch_execute(&completed(AGGREGATES)).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    loaded.aggregates = begin.elapsed().as_secs_f64() - loaded.tables - loaded.indexes;
    loaded.tables_bytes = client.query_one(BYTES, &[&"public"]).await?.try_get(0)?;
    loaded.aggregates_bytes = client.query_one(BYTES, &[&"prepared"]).await?.try_get(0)?;
    Ok(loaded)
}

/// What an import takes where the input says nothing.
const DEFAULTS: &str = "UPDATE organisation SET updated_at = {as_of} WHERE updated_at IS NULL;
    UPDATE account SET opened_at = c.joined_date FROM customer c WHERE c.cust_id = account.cust_id AND opened_at IS NULL";

async fn copy(client: &Client, folder: &Path, (file, table, columns): &Source) -> Result<(), Failure> {
    let path = folder.join(file);
    let mut reader = csv::Reader::from_path(&path)?;
    let wanted: Vec<&str> = columns.iter().map(|(source, _, _)| *source).collect();
    let places = input::places(reader.headers()?, &wanted, &path)?;
    let targets: Vec<&str> = columns.iter().map(|(_, column, _)| *column).collect();
    let statement = format!("COPY {table} ({}) FROM STDIN (FORMAT csv)", targets.join(", "));
    let sink: CopyInSink<Bytes> = client.copy_in(&statement).await?;
    let mut sink = Box::pin(sink);
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(CHUNK));
    let mut record = csv::StringRecord::new();
    let mut identified = [0; 36];
    while reader.read_record(&mut record)? {
        for (place, (_, _, entity)) in places.iter().zip(*columns) {
            let text = record.get(*place).unwrap_or_default();
            match entity {
                Some(entity) => writer.write_field(hyphenated(*entity, text, &mut identified))?,
                None => writer.write_field(text)?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
        if writer.get_ref().len() >= CHUNK / 2 {
            sink.send(taken(&mut writer, &path)?).await?;
        }
    }
    sink.send(taken(&mut writer, &path)?).await?;
    sink.as_mut().finish().await?;
    Ok(())
}

/// What was written so far; the writer begins anew.
fn taken(writer: &mut csv::Writer<Vec<u8>>, path: &Path) -> Result<Bytes, Failure> {
    let full = std::mem::replace(writer, csv::Writer::from_writer(Vec::with_capacity(CHUNK)));
    let bytes = full.into_inner().map_err(|error| Failure::at(path)(error.into_error()))?;
    Ok(Bytes::from(bytes))
}

fn hyphenated<'a>(entity: Entity, text: &str, buffer: &'a mut [u8; 36]) -> &'a [u8] {
    let id: Uuid = ids::id(entity, text);
    id.hyphenated().encode_lower(buffer).as_bytes()
}
