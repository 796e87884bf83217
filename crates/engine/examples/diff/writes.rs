//! Random INSERT, UPDATE, DELETE and BATCH statements, with and without conditions.

use quorate_cql::types::CqlType;

use super::schema::Column;
use super::statements::Maker;
use super::values;

/// Explicit timestamps are below this, so that many are the same.
const STAMPS: usize = 6;

/// What a statement may still have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It stands alone.
    Alone,
    /// It is in a batch, which may have a timestamp for all.
    Batch { stamped: bool, conditions: bool },
}

/// A random statement that changes data.
pub(crate) fn write(maker: &mut Maker<'_>) -> String {
    if maker.random.percent(12) { batch(maker) } else { single(maker, Place::Alone) }
}

fn single(maker: &mut Maker<'_>, place: Place) -> String {
    let counters = maker.table.counters && !maker.random.wrong();
    match maker.random.below(10) {
        0..=4 if !counters => insert(maker, place),
        5..=6 => delete(maker, place),
        _ => update(maker, place),
    }
}

fn batch(maker: &mut Maker<'_>) -> String {
    let one_partition = maker.random.percent(70);
    if one_partition {
        let table = maker.table;
        maker.partition = Some(table.partition.iter().map(|column| maker.literal(column)).collect());
    }
    let kind = if maker.table.counters && !maker.random.wrong() {
        "COUNTER "
    } else {
        maker.random.word(&["", "UNLOGGED ", "", "UNLOGGED ", "", "", "UNLOGGED ", "", "COUNTER "])
    };
    let may_stamp = !maker.table.counters && !maker.table.default_ttl;
    let stamped = may_stamp && (maker.table.stamped || maker.random.percent(30));
    let stamp = if stamped { format!("USING TIMESTAMP {} ", 1 + maker.random.below(STAMPS)) } else { String::new() };
    let conditions = !stamped && one_partition && maker.random.percent(25);
    let count = 1 + maker.random.below(4);
    let place = Place::Batch { stamped, conditions };
    let statements: Vec<String> = (0..count).map(|_| single(maker, place)).collect();
    format!("BEGIN {kind}BATCH {stamp}{}; APPLY BATCH", statements.join("; "))
}

/// ` USING TTL 1 AND TIMESTAMP 2`, as the table and the place allow.
fn using(maker: &mut Maker<'_>, place: Place, ttl_allowed: bool, conditional: bool) -> String {
    let mut parts = Vec::new();
    let lives = ttl_allowed && !maker.table.counters && maker.random.percent(12);
    if lives {
        *maker.lifetimes += 1;
        let forever = maker.random.percent(15);
        parts.push(format!("TTL {}", if forever { 0 } else { 1_000_000 + 10_000 * *maker.lifetimes }));
    }
    let may_stamp = !maker.table.counters && !conditional && (lives || !maker.table.default_ttl);
    let stamped = match place {
        Place::Alone => may_stamp && (maker.table.stamped || maker.random.percent(15)),
        Place::Batch { stamped, conditions } => !stamped && !conditions && maker.table.stamped,
    };
    if stamped || maker.random.wrong() {
        parts.push(format!("TIMESTAMP {}", 1 + maker.random.below(STAMPS)));
    }
    if parts.is_empty() { String::new() } else { format!(" USING {}", parts.join(" AND ")) }
}

fn has_condition(maker: &mut Maker<'_>, place: Place) -> bool {
    let allowed = !maker.table.stamped && !maker.table.counters;
    let percent = match place {
        Place::Alone => 15,
        Place::Batch { conditions: true, .. } => 40,
        Place::Batch { conditions: false, .. } => 0,
    };
    (allowed && maker.random.percent(percent)) || maker.random.wrong()
}

fn insert(maker: &mut Maker<'_>, place: Place) -> String {
    let table = maker.table;
    let conditional = has_condition(maker, place);
    let condition = if conditional { " IF NOT EXISTS" } else { "" };
    let using = using(maker, place, true, conditional);
    let only_static = !table.statics.is_empty() && maker.random.percent(15);
    let mut columns: Vec<&Column> = table.partition.iter().collect();
    if only_static {
        columns.extend(maker.random.some(&table.statics, 60));
    } else {
        columns.extend(&table.clustering);
        columns.extend(maker.random.some(&table.others(), 50));
    }
    if maker.random.wrong() {
        let place = maker.random.below(columns.len());
        columns.remove(place);
    }
    if maker.random.percent(12) {
        return insert_json(maker, &columns, condition, &using);
    }
    let names = columns.iter().map(|column| maker.name(column)).collect::<Vec<_>>().join(", ");
    let values: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(number, column)| match maker.partition.as_ref().and_then(|given| given.get(number)) {
            Some(given) => given.clone(),
            None if number >= table.key().len() && maker.random.percent(15) => "null".to_owned(),
            None => maker.literal(column),
        })
        .collect();
    format!("INSERT INTO {} ({names}) VALUES ({}){condition}{using}", table.name, values.join(", "))
}

fn insert_json(maker: &mut Maker<'_>, columns: &[&Column], condition: &str, using: &str) -> String {
    let keys = maker.table.key().len();
    let mut members = Vec::new();
    for (number, column) in columns.iter().enumerate() {
        let value = match number {
            key if key < keys => values::value(maker.random, &column.ty, 3).json(),
            _ if maker.random.percent(15) => "null".to_owned(),
            _ => values::value(maker.random, &column.ty, 9).json(),
        };
        members.push(format!("\"{}\": {value}", maker.name(column)));
    }
    let default = maker.random.word(&["", "", " DEFAULT NULL", " DEFAULT UNSET"]);
    format!("INSERT INTO {} JSON '{{{}}}'{default}{condition}{using}", maker.table.name, members.join(", "))
}

fn update(maker: &mut Maker<'_>, place: Place) -> String {
    let table = maker.table;
    let conditional = has_condition(maker, place);
    let using = using(maker, place, true, conditional);
    let only_static = !table.statics.is_empty() && maker.random.percent(25);
    let columns: Vec<&Column> =
        if only_static { table.statics.iter().collect() } else { table.others().into_iter().collect() };
    let chosen = maker.random.some(&columns, 40);
    let sets: Vec<String> = chosen.iter().map(|column| assignment(maker, column)).collect();
    let mut relations = maker.partition();
    if !only_static || maker.random.wrong() {
        relations.extend(maker.row());
    }
    let condition = if conditional { condition(maker, only_static) } else { String::new() };
    format!("UPDATE {}{using} SET {} WHERE {}{condition}", table.name, sets.join(", "), relations.join(" AND "))
}

fn assignment(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = maker.name(column);
    let kind = maker.random.below(6);
    let value = maker.literal(column);
    match (&column.ty, kind) {
        (CqlType::Counter, _) => {
            let amount = maker.random.word(&["1", "2", "10", "-3", "0", "9223372036854775807"]);
            format!("{name} = {name} {} {amount}", maker.random.word(&["+", "-"]))
        }
        (CqlType::List { frozen: false, .. }, 0) => format!("{name} = {name} + {value}"),
        (CqlType::List { frozen: false, .. }, 1) => format!("{name} = {value} + {name}"),
        (CqlType::List { frozen: false, .. } | CqlType::Set { frozen: false, .. }, 2) => {
            format!("{name} = {name} - {value}")
        }
        (CqlType::List { element, frozen: false }, 3) => {
            let element = values::literal(maker.random, element);
            format!("{name}[{}] = {element}", maker.random.word(&["0", "1", "2", "-1"]))
        }
        (CqlType::Set { frozen: false, .. } | CqlType::Map { frozen: false, .. }, 0) => {
            format!("{name} = {name} + {value}")
        }
        (CqlType::Set { frozen: false, .. } | CqlType::Map { frozen: false, .. }, 1) => format!("{name} += {value}"),
        (CqlType::Map { key, value, frozen: false }, 2..=3) => {
            let value = if maker.random.percent(20) { "null".to_owned() } else { values::literal(maker.random, value) };
            format!("{name}[{}] = {value}", values::literal(maker.random, key))
        }
        (CqlType::Map { key, frozen: false, .. }, 4) => {
            format!("{name} = {name} - {{{}}}", values::literal(maker.random, key))
        }
        (CqlType::Udt { definition, frozen: false }, 0..=2) => {
            let Some((field, ty)) = maker.random.pick(&definition.fields) else { return String::new() };
            let value = if maker.random.percent(20) { "null".to_owned() } else { values::literal(maker.random, ty) };
            format!("{name}.{field} = {value}")
        }
        (_, 5) => format!("{name} = null"),
        _ => format!("{name} = {value}"),
    }
}

fn delete(maker: &mut Maker<'_>, place: Place) -> String {
    let table = maker.table;
    let conditional = has_condition(maker, place);
    // A time to live is an error here.
    let wrong = maker.random.wrong();
    let using = using(maker, place, wrong, conditional);
    let others = table.others();
    let columns = if maker.random.percent(45) { maker.random.some(&others, 25) } else { Vec::new() };
    let only_static =
        !columns.is_empty() && columns.iter().all(|column| table.statics.iter().any(|known| known.name == column.name));
    let targets = columns.iter().map(|column| target(maker, column)).collect::<Vec<_>>().join(", ");
    let mut relations = maker.partition();
    relations.extend(match () {
        () if only_static => Vec::new(),
        () if !columns.is_empty() || conditional => maker.row(),
        () if maker.random.percent(40) => maker.row(),
        () => maker.range(),
    });
    let space = if targets.is_empty() { "" } else { " " };
    let condition = if conditional { condition(maker, only_static) } else { String::new() };
    format!("DELETE {targets}{space}FROM {}{using} WHERE {}{condition}", table.name, relations.join(" AND "))
}

fn target(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = maker.name(column);
    let part = maker.random.percent(50);
    match &column.ty {
        CqlType::List { frozen: false, .. } if part => {
            format!("{name}[{}]", maker.random.word(&["0", "1", "2", "-1"]))
        }
        CqlType::Set { element, frozen: false } if part => {
            format!("{name}[{}]", values::literal(maker.random, element))
        }
        CqlType::Map { key, frozen: false, .. } if part => format!("{name}[{}]", values::literal(maker.random, key)),
        CqlType::Udt { definition, frozen: false } if part => {
            maker.random.pick(&definition.fields).map_or(name.clone(), |(field, _)| format!("{name}.{field}"))
        }
        _ => name,
    }
}

fn condition(maker: &mut Maker<'_>, only_static: bool) -> String {
    if maker.random.percent(25) {
        return " IF EXISTS".to_owned();
    }
    let table = maker.table;
    let columns: Vec<&Column> =
        if only_static { table.statics.iter().collect() } else { table.others().into_iter().collect() };
    let chosen: Vec<&Column> = maker.random.some(&columns, 25).into_iter().copied().collect();
    let parts = chosen.iter().map(|column| compared(maker, column)).collect::<Vec<_>>();
    format!(" IF {}", parts.join(" AND "))
}

fn compared(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = maker.name(column);
    let part = maker.random.percent(50);
    let (left, ty) = match &column.ty {
        CqlType::List { element, frozen: false } if part => {
            (format!("{name}[{}]", maker.random.word(&["0", "1", "5", "-1"])), &**element)
        }
        CqlType::Map { key, value, .. } if part => {
            (format!("{name}[{}]", values::literal(maker.random, key)), &**value)
        }
        CqlType::Udt { definition, .. } if part => match maker.random.pick(&definition.fields) {
            Some((field, ty)) => (format!("{name}.{field}"), ty),
            None => (name, &column.ty),
        },
        ty => (name, ty),
    };
    let operator = maker.random.word(&["=", "=", "=", "!=", "<", "<=", ">", ">=", "IN", "IN"]);
    if operator == "IN" {
        let count = maker.random.below(3);
        let literals: Vec<String> = (0..=count).map(|_| values::literal(maker.random, ty)).collect();
        return format!("{left} IN ({})", literals.join(", "));
    }
    let value = if maker.random.percent(25) { "null".to_owned() } else { values::literal(maker.random, ty) };
    format!("{left} {operator} {value}")
}
