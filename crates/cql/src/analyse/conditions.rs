//! IF of conditional modifications (Cassandra's `ColumnCondition`).

use crate::ast::{self, Comparison, ConditionPart, ConditionTest};
use crate::error::Error;
use crate::plan::{Condition, Filter, FilterOn, InValues, Operator};
use crate::schema::{ColumnKind, Table};
use crate::types::CqlType;

use super::invalid;
use super::relation::{check_no_duration, contained_receiver, plan_operator};
use super::scope::{Receiver, Scope, existing_column};
use super::type_name;

impl Scope<'_> {
    pub(super) fn condition(
        &mut self,
        table: &Table,
        condition: &ast::Condition,
        timestamp: bool,
    ) -> Result<Condition, Error> {
        let conditions = match condition {
            ast::Condition::None => return Ok(Condition::None),
            ast::Condition::NotExists => return Ok(Condition::NotExists),
            ast::Condition::Exists => return Ok(Condition::Exists),
            ast::Condition::Columns(conditions) => conditions,
        };
        if timestamp {
            return Err(invalid("Cannot provide custom timestamp for conditional updates"));
        }
        let mut filters = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let position = existing_column(table, &condition.column)?;
            let filter = self.column_condition(table, position, condition)?;
            if !matches!(table.columns[position].kind, ColumnKind::Static | ColumnKind::Regular) {
                let text = format!("PRIMARY KEY column '{}' cannot have IF conditions", condition.column);
                return Err(invalid(text));
            }
            filters.push(filter);
        }
        Ok(Condition::Columns(filters))
    }

    fn column_condition(
        &mut self,
        table: &Table,
        position: usize,
        condition: &ast::ColumnCondition,
    ) -> Result<Filter, Error> {
        let receiver = Receiver::column(table, position);
        if *receiver.ty() == CqlType::Counter {
            return Err(invalid("Conditions on counters are not supported"));
        }
        let (on, receiver) = self.condition_part(&receiver, &condition.part)?;
        let (operator, values) = self.condition_test(&receiver, &condition.test)?;
        Ok(Filter { column: position, on, operator, values })
    }

    fn condition_part(&mut self, receiver: &Receiver, part: &ConditionPart) -> Result<(FilterOn, Receiver), Error> {
        let name = receiver.name();
        match part {
            ConditionPart::Whole => Ok((FilterOn::Value, receiver.clone())),
            ConditionPart::Element(key) => {
                let (key_receiver, element) = match receiver.ty() {
                    CqlType::List { element, .. } => (receiver.part(format!("idx({name})"), CqlType::Int), element),
                    CqlType::Map { key, value, .. } => (receiver.part(format!("key({name})"), (**key).clone()), value),
                    CqlType::Set { .. } => {
                        return Err(invalid(format!("Invalid element access syntax for set column {name}")));
                    }
                    _ => {
                        return Err(invalid(format!("Invalid element access syntax for non-collection column {name}")));
                    }
                };
                let part = receiver.part(format!("value({name})"), (**element).clone());
                Ok((FilterOn::Element(self.term(key, &key_receiver)?), part))
            }
            ConditionPart::Field(field) => {
                let missing = || invalid(format!("Unknown field {field} for column {name}"));
                let CqlType::Udt { definition, .. } = receiver.ty() else { return Err(missing()) };
                let position = definition.fields.iter().position(|(known, _)| known == field).ok_or_else(missing)?;
                let part = receiver.part(format!("{name}.{field}"), definition.fields[position].1.clone());
                Ok((FilterOn::Field(position), part))
            }
        }
    }

    fn condition_test(&mut self, receiver: &Receiver, test: &ConditionTest) -> Result<(Operator, InValues), Error> {
        let (comparison, value) = match test {
            ConditionTest::In(values) => return Ok((Operator::In, self.in_list(values, receiver)?)),
            ConditionTest::Compare(comparison, value) => (*comparison, value),
        };
        let operator = plan_operator(comparison).ok_or_else(|| Error::unsupported("LIKE in conditions"))?;
        let element = match comparison {
            Comparison::Lt | Comparison::Le | Comparison::Gt | Comparison::Ge => {
                check_condition_durations(receiver.ty(), comparison)?;
                None
            }
            Comparison::ContainsKey => {
                if !matches!(receiver.ty(), CqlType::Map { .. }) {
                    let column = receiver.name();
                    return Err(invalid(format!("Cannot use CONTAINS KEY on non-map column {column}")));
                }
                Some(contained_receiver(receiver, true)?)
            }
            Comparison::Contains => Some(contained_receiver(receiver, false)?),
            _ => None,
        };
        let value = self.term(value, element.as_ref().unwrap_or(receiver))?;
        Ok((operator, InValues::Terms(vec![value])))
    }
}

fn check_condition_durations(ty: &CqlType, comparison: Comparison) -> Result<(), Error> {
    if *ty == CqlType::Duration {
        return Err(invalid(format!("Slice conditions ( {comparison} ) are not supported on durations")));
    }
    if type_name::references_duration(ty) {
        check_no_duration("Slice conditions", "durations", ty)?;
    }
    Ok(())
}
