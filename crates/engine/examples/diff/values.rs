//! Values of every type, as CQL literals and as JSON. Few of each type, so that keys meet and ties are frequent.

use quorate_cql::types::CqlType;

use super::random::Random;
use super::schema::SCALARS;

/// A value before it is written.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// No value.
    Null,
    /// A word that is no string in CQL: a number, a UUID, a blob.
    Word(&'static str),
    /// What stands in quotes.
    Text(&'static str),
    /// Elements in the brackets of a list or vector.
    List(Vec<Value>),
    /// Elements in the braces of a set.
    Set(Vec<Value>),
    /// Entries of a map.
    Map(Vec<(Value, Value)>),
    /// Elements of a tuple.
    Tuple(Vec<Value>),
    /// Fields of a user-defined type.
    Fields(Vec<(String, Value)>),
}

/// A random value of a type; of scalars only the first `spread` are used.
pub(crate) fn value(random: &mut Random, ty: &CqlType, spread: usize) -> Value {
    let several = |random: &mut Random, element: &CqlType| -> Vec<Value> {
        (0..random.below(4)).map(|_| value(random, element, spread)).collect()
    };
    match ty {
        CqlType::List { element, .. } => Value::List(several(random, element)),
        CqlType::Set { element, .. } => Value::Set(several(random, element)),
        CqlType::Map { key, value: inner, .. } => {
            let mut keys = several(random, key);
            // Of two values for one key Cassandra keeps any, so there are no two.
            keys.sort_by_key(Value::cql);
            keys.dedup_by_key(|key| key.cql());
            let spelled_once = key.scalar_name().is_some() && !matches!(**key, CqlType::Decimal | CqlType::Timestamp);
            keys.truncate(if spelled_once { keys.len() } else { 1 });
            Value::Map(keys.into_iter().map(|key| (key, value(random, inner, spread))).collect())
        }
        CqlType::Tuple(types) => {
            let length = if random.percent(10) { random.below(types.len()).max(1) } else { types.len() };
            Value::Tuple(types.iter().take(length).map(|ty| or_null(random, ty, spread)).collect())
        }
        CqlType::Udt { definition, .. } => {
            let fields = random.some(&definition.fields, 75);
            Value::Fields(fields.iter().map(|(name, ty)| (name.clone(), or_null(random, ty, spread))).collect())
        }
        CqlType::Vector { element, dimensions } => {
            Value::List((0..*dimensions).map(|_| value(random, element, spread)).collect())
        }
        scalar => scalar_value(random, scalar, spread),
    }
}

/// A literal of a type for a column that is no key: sometimes null, seldom of another type.
pub(crate) fn literal(random: &mut Random, ty: &CqlType) -> String {
    // A constant for a tuple is read as the tuple's text form, which the engine does not know.
    if random.wrong() && !matches!(ty, CqlType::Tuple(_)) {
        let other = random.pick(&SCALARS).cloned().unwrap_or(CqlType::Int);
        return scalar_value(random, &other, 9).cql();
    }
    value(random, ty, 9).cql()
}

/// A literal of a type for a column of the key.
pub(crate) fn key_literal(random: &mut Random, ty: &CqlType) -> String {
    if random.wrong() && !matches!(ty, CqlType::Tuple(_)) {
        return random.word(&["null", "''", "-1", "0x", "{}", "[]", "'x'", "true", "1.5"]).to_owned();
    }
    value(random, ty, 3).cql()
}

fn or_null(random: &mut Random, ty: &CqlType, spread: usize) -> Value {
    if random.percent(8) { Value::Null } else { value(random, ty, spread) }
}

fn scalar_value(random: &mut Random, ty: &CqlType, spread: usize) -> Value {
    let among = values(ty);
    let chosen = among.get(random.below(among.len().min(spread))).copied().unwrap_or_default();
    match ty {
        CqlType::Ascii | CqlType::Text | CqlType::Date | CqlType::Time | CqlType::Timestamp | CqlType::Inet => {
            Value::Text(chosen)
        }
        _ => Value::Word(chosen),
    }
}

/// The values of a scalar type; the first three are fit for keys.
fn values(ty: &CqlType) -> &'static [&'static str] {
    match ty {
        CqlType::Ascii => &["a", "b", "ab", "", "Z", "1"],
        CqlType::Text => &["a", "b", "é", "", "ab", "it''s", "{}", "10"],
        CqlType::Bigint | CqlType::Counter => &["1", "-1", "0", "9223372036854775807", "-9223372036854775808", "7"],
        CqlType::Blob => &["0x01", "0xff", "0x0100", "0x", "0x00000001", "0x0000000000000001"],
        CqlType::Boolean => &["true", "false"],
        CqlType::Date => &["2020-02-29", "1969-12-31", "2021-01-01", "0001-01-01", "9999-12-31"],
        CqlType::Decimal => &["1.0", "-0.5", "1.00", "0", "12345678901234567890.123", "1e10", "-3"],
        CqlType::Double | CqlType::Float => {
            &["1.5", "-0.0", "0.0", "NaN", "Infinity", "-Infinity", "1e30", "-2.25", "3"]
        }
        CqlType::Duration => &["1h", "1mo2d", "-3d", "0s", "1y3mo", "12h30m5s7ms", "P1Y2M3D"],
        CqlType::Inet => &["127.0.0.1", "::1", "10.0.0.1", "2001:db8::ff"],
        CqlType::Int => &["1", "-1", "0", "2147483647", "-2147483648", "2", "3", "100"],
        CqlType::Smallint => &["1", "-1", "0", "32767", "-32768", "2"],
        CqlType::Time => &["00:00:00", "23:59:59.999999999", "12:30:00.5", "08:00:01"],
        CqlType::Timestamp => &[
            "2020-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999Z",
            "2021-06-30 12:00:00.123+0200",
            "2020-01-01",
            "1970-01-01T00:00:00Z",
        ],
        CqlType::Timeuuid => &[
            "50554d6e-29bb-11e5-b345-feff819cdc9f",
            "00000001-0000-1000-8000-000000000001",
            "50554d6e-29bb-11e5-b345-7eff819cdc9f",
            "ffffffff-ffff-1fff-bfff-ffffffffffff",
        ],
        CqlType::Tinyint => &["1", "-1", "0", "127", "-128"],
        CqlType::Uuid => &[
            "cfd66ccc-d857-4e90-b1e5-df98a3d40cd6",
            "50554d6e-29bb-11e5-b345-feff819cdc9f",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-4fff-bfff-ffffffffffff",
        ],
        CqlType::Varint => &["1", "-1", "128", "0", "123456789012345678901234567890", "-129", "255"],
        _ => &["null"],
    }
}

impl Value {
    /// The value as a CQL literal.
    pub(crate) fn cql(&self) -> String {
        let list = |values: &[Self]| values.iter().map(Self::cql).collect::<Vec<_>>().join(", ");
        match self {
            Self::Null => "null".to_owned(),
            Self::Word(word) => (*word).to_owned(),
            Self::Text(text) => format!("'{text}'"),
            Self::List(values) => format!("[{}]", list(values)),
            Self::Set(values) => format!("{{{}}}", list(values)),
            Self::Tuple(values) => format!("({})", list(values)),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{}: {}", key.cql(), value.cql()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("{name}: {}", value.cql()));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value as JSON, with quotes doubled as a CQL string needs them.
    pub(crate) fn json(&self) -> String {
        let list = |values: &[Self]| format!("[{}]", values.iter().map(Self::json).collect::<Vec<_>>().join(", "));
        match self {
            Self::Null => "null".to_owned(),
            Self::Word(word) if word.parse::<f64>().is_ok_and(f64::is_finite) || ["true", "false"].contains(word) => {
                (*word).to_owned()
            }
            Self::Word(word) | Self::Text(word) => format!("\"{word}\""),
            Self::List(values) | Self::Set(values) | Self::Tuple(values) => list(values),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = key.json();
                    let key = if key.starts_with('"') { key } else { format!("\"{}\"", key.replace('"', "\\\"")) };
                    format!("{key}: {}", value.json())
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, value)| format!("\"{name}\": {}", value.json()));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
