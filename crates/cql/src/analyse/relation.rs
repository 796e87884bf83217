//! Relations of WHERE to restrictions of columns.
//!
//! Follows `SingleColumnRelation`, `MultiColumnRelation` and `TokenRelation` of Cassandra: which
//! relation a column's type allows, and what its values are for.

use crate::ast::{self, Comparison, InList, Relation, Term};
use crate::error::Error;
use crate::plan::{self, ClusteringBound, FilterOn, InValues, Operator, TokenBound};
use crate::schema::{ColumnKind, Table};
use crate::types::CqlType;

use super::scope::{Receiver, Scope, existing_column};
use super::{invalid, term, type_name};

/// What a relation says of columns.
#[derive(Debug, Clone)]
pub(super) struct Restriction {
    /// Positions in the table, ascending; more than one for a multi-column relation.
    pub(super) columns: Vec<usize>,
    pub(super) kind: Kind,
}

/// How columns are restricted.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// One column, one value.
    Eq(plan::Term),
    /// One column, several values.
    In(InValues),
    /// Several columns, one value each.
    Parts(Vec<plan::Term>),
    /// Several columns, one tuple that is bound whole.
    Whole(plan::Term),
    /// Several columns, several tuples of one value each.
    Tuples(Vec<Vec<plan::Term>>),
    /// Several columns, tuples that are bound.
    BoundTuples(InValues),
    /// An interval of one or several columns.
    Slice { from: Option<ClusteringBound>, to: Option<ClusteringBound> },
    /// Tests of what a collection holds.
    Contains(Vec<Contained>),
}

/// A test of what a collection holds.
#[derive(Debug, Clone)]
pub(super) struct Contained {
    pub(super) on: FilterOn,
    pub(super) operator: Operator,
    pub(super) value: plan::Term,
    /// Types of key and value, where `on` is an entry of a map.
    pub(super) entry: Option<(CqlType, CqlType)>,
}

/// Restriction of the token of the partition key.
#[derive(Debug, Clone, Default)]
pub(super) struct TokenRestriction {
    pub(super) from: Option<TokenBound>,
    pub(super) to: Option<TokenBound>,
    pub(super) equal: bool,
}

/// A relation, resolved.
pub(super) enum Resolved {
    Columns(Restriction),
    Token(Comparison, plan::Term),
}

impl Restriction {
    pub(super) fn is_slice(&self) -> bool {
        matches!(self.kind, Kind::Slice { .. })
    }

    pub(super) fn is_contains(&self) -> bool {
        matches!(self.kind, Kind::Contains(_))
    }

    pub(super) fn is_in(&self) -> bool {
        matches!(self.kind, Kind::In(_) | Kind::Tuples(_) | Kind::BoundTuples(_))
    }

    pub(super) fn is_eq(&self) -> bool {
        matches!(self.kind, Kind::Eq(_) | Kind::Parts(_) | Kind::Whole(_))
    }

    pub(super) fn first(&self) -> usize {
        self.columns[0]
    }

    pub(super) fn last(&self) -> usize {
        self.columns[self.columns.len() - 1]
    }
}

impl Scope<'_> {
    pub(super) fn relation(&mut self, table: &Table, relation: &Relation) -> Result<Resolved, Error> {
        match relation {
            Relation::Single { column, operator, value } => self.single(table, column, *operator, value),
            Relation::In { column, values } => self.single_in(table, column, values),
            Relation::Element { column, key, operator, value } => {
                self.element_relation(table, column, key, *operator, value)
            }
            Relation::Multi { columns, operator, value } => self.multi(table, columns, *operator, value),
            Relation::MultiIn { columns, values } => self.multi_in(table, columns, values),
            Relation::Token { columns, operator, value } => self.on_token(table, columns, *operator, value),
            Relation::IsNotNull { column } => {
                existing_column(table, column)?;
                Err(invalid(format!("Unsupported restriction: {column} IS NOT NULL")))
            }
            Relation::Custom { .. } => Err(Error::unsupported("Custom index expressions")),
        }
    }

    fn single(&mut self, table: &Table, name: &str, operator: Comparison, value: &Term) -> Result<Resolved, Error> {
        if operator == Comparison::Ne {
            return Err(invalid(format!("Unsupported \"!=\" relation: {name} != {value}")));
        }
        let position = existing_column(table, name)?;
        let column = &table.columns[position];
        if operator == Comparison::Like {
            check_collection(name, &column.ty, operator, "LIKE")?;
            return Err(invalid(format!(
                "LIKE restriction is only supported on properly indexed columns. {name} LIKE {value} is not valid."
            )));
        }
        if matches!(operator, Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge) {
            check_no_duration("Slice restrictions", "duration columns", &column.ty)?;
        }
        check_collection(name, &column.ty, operator, &operator.to_string())?;
        let mut receiver = Receiver::column(table, position);
        if matches!(operator, Comparison::Contains | Comparison::ContainsKey) {
            let keys = operator == Comparison::ContainsKey;
            receiver = contained_receiver(&receiver, keys)?;
            let operator = if keys { Operator::ContainsKey } else { Operator::Contains };
            let value = self.term(value, &receiver)?;
            let contained = Contained { on: FilterOn::Value, operator, value, entry: None };
            return Ok(columns(vec![position], Kind::Contains(vec![contained])));
        }
        let value = self.term(value, &receiver)?;
        let in_key = position < table.partition_key_len + table.clustering_len;
        if in_key && operator == Comparison::Eq && matches!(value, plan::Term::Constant(None)) {
            return Err(invalid(format!("Invalid null value in condition for column {name}")));
        }
        let bound = |inclusive| Some(ClusteringBound { values: vec![value.clone()], inclusive });
        let kind = match operator {
            Comparison::Lt => Kind::Slice { from: None, to: bound(false) },
            Comparison::Le => Kind::Slice { from: None, to: bound(true) },
            Comparison::Gt => Kind::Slice { from: bound(false), to: None },
            Comparison::Ge => Kind::Slice { from: bound(true), to: None },
            _ => Kind::Eq(value),
        };
        Ok(columns(vec![position], kind))
    }

    fn single_in(&mut self, table: &Table, name: &str, values: &InList) -> Result<Resolved, Error> {
        let position = existing_column(table, name)?;
        check_collection(name, &table.columns[position].ty, Comparison::Eq, "IN")?;
        let receiver = Receiver::column(table, position);
        let values = self.in_list(values, &receiver)?;
        let null = |term: &plan::Term| matches!(term, plan::Term::Constant(None));
        if matches!(&values, InValues::Terms(terms) if terms.iter().any(null)) {
            return Err(invalid(format!("Invalid null value in condition for column {name}")));
        }
        let kind = match values {
            // An IN of one value is an equality (`SingleColumnRelation.newINRestriction`).
            InValues::Terms(mut terms) if terms.len() == 1 => Kind::Eq(terms.remove(0)),
            values => Kind::In(values),
        };
        Ok(columns(vec![position], kind))
    }

    /// Values of IN for one column; a bound list is called `in(column)`.
    pub(super) fn in_list(&mut self, values: &InList, receiver: &Receiver) -> Result<InValues, Error> {
        match values {
            InList::Marker(marker) => {
                let list = CqlType::List { element: receiver.ty().clone().into(), frozen: true };
                let whole = receiver.part(format!("in({})", receiver.name()), list);
                Ok(InValues::Marker(self.bind(marker, &whole)))
            }
            InList::Terms(terms) => {
                let terms = terms.iter().map(|term| self.term(term, receiver)).collect::<Result<_, _>>()?;
                Ok(InValues::Terms(terms))
            }
        }
    }

    fn element_relation(
        &mut self,
        table: &Table,
        name: &str,
        key: &Term,
        operator: Comparison,
        value: &Term,
    ) -> Result<Resolved, Error> {
        let position = existing_column(table, name)?;
        let receiver = Receiver::column(table, position);
        let (key_type, value_type) = match receiver.ty() {
            CqlType::List { .. } => {
                let text = format!("Indexes on list entries ({name}[index] = value) are not currently supported.");
                return Err(invalid(text));
            }
            CqlType::Map { frozen: true, .. } => {
                let text = format!("Map-entry equality predicates on frozen map column {name} are not supported");
                return Err(invalid(text));
            }
            CqlType::Map { key, value, .. } => ((**key).clone(), (**value).clone()),
            _ => return Err(invalid(format!("Column {name} cannot be used as a map"))),
        };
        if operator != Comparison::Eq {
            return Err(invalid("Only EQ relations are supported on map entries"));
        }
        let key = self.term(key, &receiver.part(format!("key({name})"), key_type.clone()))?;
        let value = self.term(value, &receiver.part(format!("value({name})"), value_type.clone()))?;
        let entry = Some((key_type, value_type));
        let contained = Contained { on: FilterOn::Element(key), operator: Operator::Eq, value, entry };
        Ok(columns(vec![position], Kind::Contains(vec![contained])))
    }

    fn multi(
        &mut self,
        table: &Table,
        names: &[String],
        operator: Comparison,
        value: &Term,
    ) -> Result<Resolved, Error> {
        let text = format!("({}) {operator} {value}", names.join(", "));
        if operator == Comparison::Ne {
            return Err(invalid(format!("Unsupported \"!=\" relation: {text}")));
        }
        let positions = clustering_columns(table, names, &text)?;
        for position in positions.iter().filter(|_| operator != Comparison::Eq) {
            check_no_duration("Slice restrictions", "duration columns", &table.columns[*position].ty)?;
        }
        let Term::Tuple(items) = value else {
            let Term::Marker(marker) = value else { return Err(invalid(format!("{text} is not supported"))) };
            let whole = self.bind(marker, &tuple_receiver(table, &positions, "(", ")"));
            if operator != Comparison::Eq {
                return Err(Error::unsupported(format!("A tuple that is bound whole in a slice, as in {text}")));
            }
            return Ok(columns(positions, Kind::Whole(whole)));
        };
        let values = self.tuple_parts(table, &positions, items, value)?;
        let bound = |inclusive| Some(ClusteringBound { values: values.clone(), inclusive });
        let kind = match operator {
            Comparison::Lt => Kind::Slice { from: None, to: bound(false) },
            Comparison::Le => Kind::Slice { from: None, to: bound(true) },
            Comparison::Gt => Kind::Slice { from: bound(false), to: None },
            Comparison::Ge => Kind::Slice { from: bound(true), to: None },
            _ => Kind::Parts(values),
        };
        Ok(columns(positions, kind))
    }

    fn multi_in(&mut self, table: &Table, names: &[String], values: &InList) -> Result<Resolved, Error> {
        let positions = clustering_columns(table, names, &format!("({}) IN", names.join(", ")))?;
        let receiver = tuple_receiver(table, &positions, "(", ")");
        let terms = match values {
            InList::Marker(_) => {
                // The variable is named after the columns alone: `in(a,b)`.
                let unbracketed = receiver.part(joined(table, &positions), receiver.ty().clone());
                let bound = self.in_list(values, &unbracketed)?;
                return Ok(columns(positions, Kind::BoundTuples(bound)));
            }
            InList::Terms(terms) => terms,
        };
        if terms.iter().any(|term| matches!(term, Term::Marker(_))) {
            let tuples = self.in_list(values, &receiver)?;
            return Ok(columns(positions, Kind::BoundTuples(tuples)));
        }
        let mut tuples = Vec::with_capacity(terms.len());
        for term in terms {
            let Term::Tuple(items) = term else { return Err(invalid(format!("{term} is no tuple"))) };
            tuples.push(self.tuple_parts(table, &positions, items, term)?);
        }
        let kind = if tuples.len() == 1 { Kind::Parts(tuples.remove(0)) } else { Kind::Tuples(tuples) };
        Ok(columns(positions, kind))
    }

    fn tuple_parts(
        &mut self,
        table: &Table,
        positions: &[usize],
        items: &[Term],
        whole: &Term,
    ) -> Result<Vec<plan::Term>, Error> {
        if items.len() != positions.len() {
            return Err(invalid(format!(
                "Expected {} elements in value tuple, but got {}: {whole}",
                positions.len(),
                items.len()
            )));
        }
        let pairs = positions.iter().zip(items);
        pairs.map(|(position, item)| self.term(item, &Receiver::column(table, *position))).collect()
    }

    fn on_token(
        &mut self,
        table: &Table,
        names: &[String],
        operator: Comparison,
        value: &Term,
    ) -> Result<Resolved, Error> {
        let positions = names.iter().map(|name| existing_column(table, name)).collect::<Result<Vec<_>, _>>()?;
        if operator == Comparison::Ne {
            return Err(invalid(format!("Unsupported \"!=\" relation: token({}) != {value}", names.join(", "))));
        }
        let key: Vec<usize> = (0..table.partition_key_len).collect();
        if positions != key {
            let mut distinct = positions.clone();
            distinct.sort_unstable();
            distinct.dedup();
            return Err(invalid(if !key.iter().all(|component| distinct.contains(component)) {
                "The token() function must be applied to all partition key components or none of them".to_owned()
            } else if distinct.len() < positions.len() {
                "The token() function contains duplicate partition key components".to_owned()
            } else if distinct != key {
                "The token() function must contains only partition key components".to_owned()
            } else {
                let order: Vec<&str> = table.partition_key().iter().map(|column| column.name.as_str()).collect();
                format!("The token function arguments must be in the partition key order: {}", order.join(", "))
            }));
        }
        let receiver = Receiver::of_table(table, "partition key token", CqlType::Bigint);
        let value = self.term(value, &receiver)?;
        if matches!(value, plan::Term::Constant(None)) {
            return Err(invalid("Invalid null token value"));
        }
        Ok(Resolved::Token(operator, value))
    }
}

fn columns(columns: Vec<usize>, kind: Kind) -> Resolved {
    Resolved::Columns(Restriction { columns, kind })
}

/// What may be asked of a column of this type (`SingleColumnRelation.toReceivers`).
fn check_collection(name: &str, ty: &CqlType, operator: Comparison, sign: &str) -> Result<(), Error> {
    let contains = matches!(operator, Comparison::Contains | Comparison::ContainsKey);
    let collection = matches!(ty, CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. });
    if operator == Comparison::ContainsKey && !matches!(ty, CqlType::Map { .. }) {
        return Err(invalid(format!("Cannot use CONTAINS KEY on non-map column {name}")));
    }
    if contains && !collection {
        return Err(invalid(format!("Cannot use CONTAINS on non-collection column {name}")));
    }
    if matches!(ty, CqlType::Udt { frozen: false, .. }) {
        return Err(invalid(format!("Non-frozen UDT column '{name}' ({ty}) cannot be restricted by any relation")));
    }
    if collection && ty.is_multi_cell() && !contains {
        return Err(invalid(format!("Collection column '{name}' ({ty}) cannot be restricted by a '{sign}' relation")));
    }
    Ok(())
}

/// Durations have no order.
pub(super) fn check_no_duration(what: &str, scalar: &str, ty: &CqlType) -> Result<(), Error> {
    if !type_name::references_duration(ty) {
        return Ok(());
    }
    let of = match ty {
        CqlType::List { .. } | CqlType::Set { .. } | CqlType::Map { .. } => "collections containing durations",
        CqlType::Tuple(_) => "tuples containing durations",
        CqlType::Udt { .. } => "UDTs containing durations",
        _ => scalar,
    };
    Err(invalid(format!("{what} are not supported on {of}")))
}

/// What CONTAINS compares with: an element, or a key.
pub(super) fn contained_receiver(receiver: &Receiver, keys: bool) -> Result<Receiver, Error> {
    let name = receiver.name();
    match receiver.ty() {
        CqlType::List { element, .. } | CqlType::Set { element, .. } => {
            Ok(receiver.part(format!("value({name})"), (**element).clone()))
        }
        CqlType::Map { key, .. } if keys => Ok(receiver.part(format!("key({name})"), (**key).clone())),
        CqlType::Map { value, .. } => Ok(receiver.part(format!("value({name})"), (**value).clone())),
        _ => Err(invalid(format!("Cannot use CONTAINS on non-collection column {name}"))),
    }
}

/// The columns of a multi-column relation: clustering columns, in order, each once.
fn clustering_columns(table: &Table, names: &[String], relation: &str) -> Result<Vec<usize>, Error> {
    let mut positions: Vec<usize> = Vec::with_capacity(names.len());
    for name in names {
        let position = existing_column(table, name)?;
        if !matches!(table.columns[position].kind, ColumnKind::Clustering { .. }) {
            return Err(invalid(format!(
                "Multi-column relations can only be applied to clustering columns but was applied to: {name}"
            )));
        }
        if positions.contains(&position) {
            return Err(invalid(format!("Column \"{name}\" appeared twice in a relation: {relation}")));
        }
        if positions.last().is_some_and(|last| position != last + 1) {
            return Err(invalid(format!(
                "Clustering columns must appear in the PRIMARY KEY order in multi-column relations: {relation}"
            )));
        }
        positions.push(position);
    }
    Ok(positions)
}

fn joined(table: &Table, positions: &[usize]) -> String {
    let names: Vec<&str> = positions.iter().map(|position| table.columns[*position].name.as_str()).collect();
    names.join(",")
}

fn tuple_receiver(table: &Table, positions: &[usize], open: &str, close: &str) -> Receiver {
    Receiver::of_table(table, &format!("{open}{}{close}", joined(table, positions)), tuple_type(table, positions))
}

/// The tuple of the columns' types.
pub(super) fn tuple_type(table: &Table, positions: &[usize]) -> CqlType {
    CqlType::Tuple(positions.iter().map(|position| table.columns[*position].ty.clone()).collect())
}

/// A map entry as the index keeps it: key, then value.
pub(super) fn entry_term(contained: &Contained) -> Result<Option<plan::Term>, Error> {
    match (&contained.on, &contained.entry) {
        (FilterOn::Element(key), Some((key_type, value_type))) => {
            let pair = CqlType::Tuple([key_type.clone(), value_type.clone()].into());
            term::compose(&pair, vec![key.clone(), contained.value.clone()]).map(Some)
        }
        _ => Ok(None),
    }
}

/// The comparison in a plan; LIKE has none.
pub(super) fn plan_operator(comparison: Comparison) -> Option<Operator> {
    Some(match comparison {
        ast::Comparison::Eq => Operator::Eq,
        ast::Comparison::Ne => Operator::Ne,
        ast::Comparison::Lt => Operator::Lt,
        ast::Comparison::Le => Operator::Le,
        ast::Comparison::Gt => Operator::Gt,
        ast::Comparison::Ge => Operator::Ge,
        ast::Comparison::Contains => Operator::Contains,
        ast::Comparison::ContainsKey => Operator::ContainsKey,
        ast::Comparison::Like => return None,
    })
}
