//! Random SELECT statements.

use quorate_cql::types::CqlType;

use super::schema::Column;
use super::statements::Maker;
use super::values;

/// Names of types to cast to.
const CASTS: [&str; 8] = ["text", "int", "bigint", "double", "decimal", "varint", "date", "timestamp"];

/// A random SELECT.
pub(crate) fn select(maker: &mut Maker<'_>) -> String {
    let table = maker.table;
    let grouped = maker.random.percent(10);
    let distinct = !grouped && maker.random.percent(5);
    let group = if grouped { group_by(maker) } else { Vec::new() };
    let selection = if distinct { distinct_selection(maker) } else { selection(maker, &group) };
    let json = if !grouped && !distinct && maker.random.percent(7) { "JSON " } else { "" };
    let (relations, filters) = relations(maker, distinct);
    let mut cql = vec![format!("SELECT {json}{selection} FROM {}", table.name)];
    if !relations.is_empty() {
        cql.push(format!(" WHERE {}", relations.join(" AND ")));
    }
    if !group.is_empty() {
        cql.push(format!(" GROUP BY {}", group.join(", ")));
    }
    let single = relations.first().is_some_and(|first| first.starts_with("p0"));
    if !table.clustering.is_empty() && (single && maker.random.percent(20) || maker.random.wrong()) {
        cql.push(order_by(maker));
    }
    if maker.random.percent(10) {
        cql.push(format!(" PER PARTITION LIMIT {}", limit(maker)));
    }
    if maker.random.percent(15) {
        cql.push(format!(" LIMIT {}", limit(maker)));
    }
    if filters != maker.random.wrong() || maker.random.percent(3) {
        cql.push(" ALLOW FILTERING".to_owned());
    }
    cql.concat()
}

fn limit(maker: &mut Maker<'_>) -> String {
    if maker.random.wrong() {
        return maker.random.word(&["0", "-1", "null", "'a'"]).to_owned();
    }
    (1 + maker.random.below(4)).to_string()
}

fn group_by(maker: &mut Maker<'_>) -> Vec<String> {
    let key = maker.table.key();
    let least = maker.table.partition.len().min(key.len());
    let length = least + maker.random.below(key.len() - least + 1);
    let length = if maker.random.wrong() { 1 } else { length };
    key.iter().take(length).map(|column| column.name.clone()).collect()
}

fn order_by(maker: &mut Maker<'_>) -> String {
    let columns = &maker.table.clustering;
    let length = 1 + maker.random.below(columns.len());
    let reversed = maker.random.percent(50);
    let mixed = maker.random.percent(10);
    let parts = columns.iter().take(length).map(|column| {
        let descends = if mixed { maker.random.percent(50) } else { reversed };
        format!("{} {}", column.name, if descends { "DESC" } else { "ASC" })
    });
    format!(" ORDER BY {}", parts.collect::<Vec<_>>().join(", "))
}

fn distinct_selection(maker: &mut Maker<'_>) -> String {
    let table = maker.table;
    let mut names: Vec<String> = table.partition.iter().map(|column| column.name.clone()).collect();
    names.extend(table.statics.iter().map(|column| column.name.clone()));
    if maker.random.percent(5) {
        names.push("r0".to_owned());
    }
    format!("DISTINCT {}", names.join(", "))
}

fn selection(maker: &mut Maker<'_>, group: &[String]) -> String {
    let all = maker.table.all();
    if group.is_empty() && maker.random.percent(35) {
        return "*".to_owned();
    }
    if !group.is_empty() || maker.random.percent(12) {
        let mut parts = group.to_vec();
        let count = 1 + maker.random.below(3);
        parts
            .extend((0..count).filter_map(|_| maker.random.pick(&all).copied().map(|column| aggregate(maker, column))));
        return parts.join(", ");
    }
    let count = 1 + maker.random.below(4);
    let parts: Vec<String> =
        (0..count).filter_map(|_| maker.random.pick(&all).copied().map(|column| selector(maker, column))).collect();
    parts.join(", ")
}

fn aggregate(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = &column.name;
    match maker.random.below(7) {
        0 => "count(*)".to_owned(),
        1 => format!("count({name})"),
        2 => format!("min({name})"),
        3 => format!("max({name})"),
        4 | 5 if is_number(&column.ty) => format!("{}({name})", maker.random.word(&["sum", "avg"])),
        4 => format!("sum({name})"),
        _ => name.clone(),
    }
}

fn is_number(ty: &CqlType) -> bool {
    matches!(
        ty,
        CqlType::Int
            | CqlType::Bigint
            | CqlType::Smallint
            | CqlType::Tinyint
            | CqlType::Varint
            | CqlType::Float
            | CqlType::Double
            | CqlType::Decimal
    )
}

fn selector(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = maker.name(column);
    let is_key = maker.table.key().iter().any(|key| key.name == column.name);
    match maker.random.below(20) {
        0 => format!("to_json({name})"),
        1 => format!("CAST({name} AS {})", maker.random.word(&CASTS)),
        2 if is_number(&column.ty) => {
            let operator = maker.random.word(&["+", "-", "*", "/", "%"]);
            format!("{name} {operator} {}", maker.random.word(&["1", "2", "0", "1.5", "-3"]))
        }
        2 => format!(
            "{}({name})",
            maker.random.word(&["blob_as_int", "text_as_blob", "token", "to_date", "to_timestamp"])
        ),
        3 => match column.ty.scalar_name() {
            Some(ty) => format!("{ty}_as_blob({name})"),
            None => format!("count({name})"),
        },
        4 | 5 if !is_key && maker.table.stamped => format!("writetime({name})"),
        6 if !is_key || maker.random.wrong() => format!("ttl({name})"),
        7 => {
            let keys = maker.table.partition.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
            format!("token({})", keys.join(", "))
        }
        8..=11 => part(maker, column, name),
        12 => format!("{name} AS x"),
        _ => name,
    }
}

/// An element, a slice, a field or a function of a composite value.
fn part(maker: &mut Maker<'_>, column: &Column, name: String) -> String {
    match &column.ty {
        CqlType::Map { key, .. } | CqlType::Set { element: key, .. } => {
            let (from, to) = (values::literal(maker.random, key), values::literal(maker.random, key));
            match maker.random.below(4) {
                0 => format!("{name}[{from}..{to}]"),
                1 => format!("{name}[{from}..]"),
                2 => format!("collection_count({name})"),
                _ => format!("{name}[{from}]"),
            }
        }
        CqlType::List { .. } => {
            let function =
                maker.random.word(&["collection_count", "collection_min", "collection_max", "collection_sum"]);
            format!("{function}({name})")
        }
        CqlType::Udt { definition, .. } => {
            maker.random.pick(&definition.fields).map_or(name.clone(), |(field, _)| format!("{name}.{field}"))
        }
        CqlType::Int | CqlType::Bigint | CqlType::Double => {
            format!("{}({name})", maker.random.word(&["abs", "exp", "log", "round", "log10"]))
        }
        _ => name,
    }
}

/// The restrictions, and whether they have to be filtered by.
fn relations(maker: &mut Maker<'_>, distinct: bool) -> (Vec<String>, bool) {
    let table = maker.table;
    match maker.random.below(20) {
        0..=3 => (Vec::new(), false),
        4..=6 => (maker.partition(), false),
        7..=10 if !distinct => {
            let mut relations = maker.partition();
            relations.extend(maker.range());
            (relations, false)
        }
        11 if !distinct => {
            let mut relations = maker.partition();
            relations.extend(many(maker));
            (relations, false)
        }
        12..=13 => (tokens(maker), false),
        14..=18 => {
            let mut relations = if maker.random.percent(50) { maker.partition() } else { Vec::new() };
            let all = table.all();
            for column in maker.random.some(&all, 15) {
                let known = relations.iter().any(|relation| relation.split(' ').next() == Some(column.name.as_str()));
                if !known || maker.random.wrong() {
                    relations.push(relation(maker, column));
                }
            }
            (relations, true)
        }
        _ => {
            let others = table.others();
            let Some(column) = maker.random.pick(&others).copied() else { return (Vec::new(), false) };
            (vec![relation(maker, column)], false)
        }
    }
}

/// `(c0, c1) = (1, 2)` or `(c0, c1) IN ((1, 2), (3, 4))`.
fn many(maker: &mut Maker<'_>) -> Vec<String> {
    let columns = &maker.table.clustering;
    if columns.is_empty() {
        return Vec::new();
    }
    let length = 1 + maker.random.below(columns.len());
    let chosen: Vec<&Column> = columns.iter().take(length).collect();
    let names = chosen.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(", ");
    let tuple = |maker: &mut Maker<'_>| {
        let literals = chosen.iter().map(|column| maker.literal(column)).collect::<Vec<_>>();
        format!("({})", literals.join(", "))
    };
    if maker.random.percent(40) {
        return vec![format!("({names}) = {}", tuple(maker))];
    }
    let count = 1 + maker.random.below(3);
    let tuples: Vec<String> = (0..count).map(|_| tuple(maker)).collect();
    vec![format!("({names}) IN ({})", tuples.join(", "))]
}

fn tokens(maker: &mut Maker<'_>) -> Vec<String> {
    let columns = &maker.table.partition;
    let names = columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>().join(", ");
    let literals = columns.iter().map(|column| maker.literal(column)).collect::<Vec<_>>().join(", ");
    let operator = maker.random.word(&["<", "<=", ">", ">=", "="]);
    let right = match maker.random.below(3) {
        0 => {
            maker.random.word(&["0", "-9223372036854775808", "9223372036854775807", "-4611686018427387904"]).to_owned()
        }
        _ => format!("token({literals})"),
    };
    let mut relations = vec![format!("token({names}) {operator} {right}")];
    if operator == ">" && maker.random.percent(40) {
        relations.push(format!("token({names}) <= 4611686018427387904"));
    }
    relations
}

fn relation(maker: &mut Maker<'_>, column: &Column) -> String {
    let name = maker.name(column);
    let contains = maker.random.percent(70);
    match &column.ty {
        CqlType::List { element, .. } | CqlType::Set { element, .. } if contains => {
            format!("{name} CONTAINS {}", values::literal(maker.random, element))
        }
        CqlType::Map { key, value, .. } if contains => match maker.random.below(3) {
            0 => format!("{name} CONTAINS KEY {}", values::literal(maker.random, key)),
            1 => format!("{name} CONTAINS {}", values::literal(maker.random, value)),
            _ => format!("{name}[{}] = {}", values::literal(maker.random, key), values::literal(maker.random, value)),
        },
        _ => match maker.random.below(8) {
            0 => format!("{name} IN {}", maker.literals(column)),
            1 => {
                format!("{name} {} {}", maker.random.word(&["!=", "LIKE", "CONTAINS", "<", ">"]), maker.literal(column))
            }
            2 | 3 => format!("{name} {} {}", maker.random.word(&["<", "<=", ">", ">="]), maker.literal(column)),
            _ => format!("{name} = {}", maker.literal(column)),
        },
    }
}
