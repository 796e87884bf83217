//! Cassandra's aggregates over values of one type (`cql3/functions/AggregateFcts.java`): of rows, and of
//! the elements of a collection.
//!
//! Sums are of the values' own type and wrap; averages of integers truncate; nulls do not count.

use bigdecimal::BigDecimal;
use num_bigint::BigInt;

use super::FunctionError;
use super::cast::NUMERIC;
use super::number::{Number, write_decimal, write_integer};
use crate::codec;
use crate::order;
use crate::plan::Aggregate;
use crate::types::CqlType;

/// The type of an aggregate of values of a type; `None` if there is no such aggregate.
pub fn aggregate_type(aggregate: Aggregate, ty: &CqlType) -> Option<CqlType> {
    match aggregate {
        Aggregate::Count => Some(CqlType::Bigint),
        Aggregate::Min | Aggregate::Max => Some(ty.clone()),
        Aggregate::Sum | Aggregate::Avg => NUMERIC.contains(ty).then(|| ty.clone()),
    }
}

/// An aggregate in the making.
#[derive(Debug, Clone)]
pub struct Accumulator {
    aggregate: Aggregate,
    ty: CqlType,
    count: i64,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Nothing,
    Best(Vec<u8>),
    Exact(BigInt),
    Decimal(BigDecimal),
    Floating { sum: f64, compensation: f64, simple: f64 },
}

impl Accumulator {
    /// Starts an aggregate of values of a type.
    pub fn new(aggregate: Aggregate, ty: &CqlType) -> Self {
        let state = match (aggregate, ty) {
            (Aggregate::Count | Aggregate::Min | Aggregate::Max, _) => State::Nothing,
            (_, CqlType::Decimal) => State::Decimal(BigDecimal::new(BigInt::ZERO, 0)),
            (_, CqlType::Float | CqlType::Double) => State::Floating { sum: 0.0, compensation: 0.0, simple: 0.0 },
            _ => State::Exact(BigInt::ZERO),
        };
        Self { aggregate, ty: ty.clone(), count: 0, state }
    }

    /// Takes a value; nulls, and empty values of types that read them as null, do not count but for `COUNT`.
    ///
    /// # Errors
    /// A decimal grew beyond what decimals can hold.
    pub fn add(&mut self, value: Option<&[u8]>) -> Result<(), FunctionError> {
        let Some(bytes) = value else {
            return Ok(());
        };
        match self.aggregate {
            Aggregate::Count => self.count += 1,
            Aggregate::Min | Aggregate::Max => self.keep(bytes),
            Aggregate::Sum | Aggregate::Avg => {
                if let Some(number) = Number::read(&self.ty, bytes) {
                    self.count += 1;
                    self.accumulate(&number)?;
                }
            }
        }
        Ok(())
    }

    /// The aggregate of what was taken: 0 for a count, sum or average of nothing, else null.
    ///
    /// # Errors
    /// A decimal grew beyond what decimals can hold.
    pub fn finish(self) -> Result<Option<Vec<u8>>, FunctionError> {
        let average = self.aggregate == Aggregate::Avg;
        Ok(match self.state {
            State::Nothing if self.aggregate == Aggregate::Count => Some(self.count.to_be_bytes().to_vec()),
            State::Nothing => None,
            State::Best(bytes) => Some(bytes),
            State::Decimal(value) => Some(write_decimal(&value)?),
            State::Exact(sum) => {
                let value = if average { sum / self.count.max(1) } else { sum };
                Some(match self.ty {
                    CqlType::Varint => codec::encode_varint(&value),
                    ref ty => write_integer(ty, Number::Varint(value).long()),
                })
            }
            State::Floating { sum, compensation, simple } => {
                let exact = sum + compensation;
                let total = if exact.is_nan() && simple.is_infinite() { simple } else { exact };
                let value = if average { mean(total, self.count) } else { total };
                Some(match self.ty {
                    CqlType::Float => Number::Double(value).float().to_be_bytes().to_vec(),
                    _ => value.to_be_bytes().to_vec(),
                })
            }
        })
    }

    fn keep(&mut self, bytes: &[u8]) {
        let better = match &self.state {
            State::Best(best) => {
                let order = order::compare(&self.ty, bytes, best);
                if self.aggregate == Aggregate::Min { order.is_lt() } else { order.is_gt() }
            }
            _ => true,
        };
        if better {
            self.state = State::Best(bytes.to_vec());
        }
    }

    fn accumulate(&mut self, number: &Number) -> Result<(), FunctionError> {
        match &mut self.state {
            State::Exact(sum) => *sum += number.varint(),
            State::Decimal(value) if self.aggregate == Aggregate::Avg => {
                *value = running_mean(value, &number.decimal()?, self.count);
            }
            State::Decimal(value) => *value += number.decimal()?,
            // Kahan's summation, compensation and all.
            State::Floating { sum, compensation, simple } => {
                let value = number.double();
                *simple += value;
                let term = value - *compensation;
                let rounded = *sum + term;
                *compensation = (rounded - *sum) - term;
                *sum = rounded;
            }
            State::Nothing | State::Best(_) => {}
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "Java divides by the count as a double")]
fn mean(total: f64, count: i64) -> f64 {
    if count == 0 { 0.0 } else { total / count as f64 }
}

/// `avg + (value − avg) / count`, the quotient to the scale of the difference, halves to even.
fn running_mean(mean: &BigDecimal, value: &BigDecimal, count: i64) -> BigDecimal {
    let (difference, scale) = (value - mean).as_bigint_and_exponent();
    let count = BigInt::from(count);
    let quotient = &difference / &count;
    let twice = (&difference % &count).magnitude() * 2_u8;
    let up = match twice.cmp(count.magnitude()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.bit(0),
    };
    let step = if difference.sign() == num_bigint::Sign::Minus { -1 } else { 1 };
    let quotient = if up { quotient + step } else { quotient };
    mean + BigDecimal::new(quotient, scale)
}
