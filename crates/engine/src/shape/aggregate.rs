//! Cassandra's native aggregates: COUNT, SUM, AVG, MIN, MAX (`cql3/functions/AggregateFcts.java`).
//!
//! Sums of integers wrap in their own width, as Java's do; averages do not overflow. Averages of
//! decimals are running ones, so their scale is that of the widest value. Nothing here keeps values:
//! memory does not grow with the rows.

use std::cmp::Ordering;

use bigdecimal::{BigDecimal, RoundingMode};
use num_bigint::BigInt;
use quorate_cql::codec;
use quorate_cql::order;
use quorate_cql::plan::Aggregate;
use quorate_cql::types::CqlType;

/// An aggregate under way.
pub(crate) enum Accumulator {
    /// Rows, or values.
    Count(i64),
    /// Least or greatest value.
    Extreme {
        /// Its type.
        ty: CqlType,
        /// What replaces the value held.
        wanted: Ordering,
        /// The value held.
        held: Option<Vec<u8>>,
    },
    /// Sum or average of integers of a fixed width.
    Whole {
        /// Bytes of the type.
        width: usize,
        /// What is added up; wide enough for 2^64 values.
        sum: i128,
        /// Divide by the number of values at the end.
        average: Option<i64>,
    },
    /// Sum or average of varints.
    Big {
        /// What is added up.
        sum: BigInt,
        /// Divide by the number of values at the end.
        average: Option<i64>,
    },
    /// Sum or running average of decimals.
    Decimal {
        /// Sum or average so far.
        value: BigDecimal,
        /// Number of values, for an average.
        average: Option<i64>,
    },
    /// Sum or average of floats and doubles.
    Real {
        /// Bytes of the type.
        width: usize,
        /// Kahan's sum.
        sum: Compensated,
        /// Divide by the number of values at the end.
        average: Option<i64>,
    },
}

/// Kahan's summation, with the plain sum beside it for infinities.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Compensated {
    sum: f64,
    compensation: f64,
    simple: f64,
}

impl Accumulator {
    /// Begins an aggregate over values of a type.
    pub(crate) fn new(aggregate: Aggregate, ty: &CqlType) -> Self {
        let average = match aggregate {
            Aggregate::Count => return Self::Count(0),
            Aggregate::Min => return Self::Extreme { ty: ty.clone(), wanted: Ordering::Less, held: None },
            Aggregate::Max => return Self::Extreme { ty: ty.clone(), wanted: Ordering::Greater, held: None },
            Aggregate::Sum => None,
            Aggregate::Avg => Some(0),
        };
        match ty {
            CqlType::Tinyint => Self::Whole { width: 1, sum: 0, average },
            CqlType::Smallint => Self::Whole { width: 2, sum: 0, average },
            CqlType::Int => Self::Whole { width: 4, sum: 0, average },
            CqlType::Varint => Self::Big { sum: BigInt::default(), average },
            CqlType::Decimal => Self::Decimal { value: BigDecimal::default(), average },
            CqlType::Float => Self::Real { width: 4, sum: Compensated::default(), average },
            CqlType::Double => Self::Real { width: 8, sum: Compensated::default(), average },
            _ => Self::Whole { width: 8, sum: 0, average },
        }
    }

    /// Takes one row's value; `None` is null, and counts for nothing but `COUNT(*)`, whose caller
    /// passes an empty value for every row.
    pub(crate) fn add(&mut self, value: Option<&[u8]>) {
        let Some(value) = value else { return };
        match self {
            Self::Count(count) => *count += 1,
            Self::Extreme { ty, wanted, held } => {
                if held.as_ref().is_none_or(|held| order::compare(ty, value, held) == *wanted) {
                    *held = Some(value.to_vec());
                }
            }
            Self::Whole { sum, average, .. } => {
                if let Some(number) = whole(value) {
                    *sum += i128::from(number);
                    count_one(average);
                }
            }
            Self::Big { sum, average } => {
                if let Some(number) = codec::varint(value) {
                    *sum += number;
                    count_one(average);
                }
            }
            Self::Decimal { value: so_far, average } => {
                let Some(number) = codec::decimal(value) else { return };
                count_one(average);
                match average {
                    None => *so_far += number,
                    Some(count) => *so_far = running_average(so_far, number, *count),
                }
            }
            Self::Real { width, sum, average } => {
                let number = if *width == 4 { codec::float(value).map(f64::from) } else { codec::double(value) };
                if let Some(number) = number {
                    sum.add(number);
                    count_one(average);
                }
            }
        }
    }

    /// The aggregate of what was added.
    pub(crate) fn finish(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::Count(count) => count.to_be_bytes().to_vec(),
            Self::Extreme { held, .. } => return held.clone(),
            Self::Whole { width, sum, average } => {
                let value = match average {
                    None => *sum,
                    Some(0) => 0,
                    Some(count) => sum / i128::from(*count),
                };
                let bytes = value.to_be_bytes();
                bytes[bytes.len() - width..].to_vec()
            }
            Self::Big { sum, average } => codec::encode_varint(&match average {
                None => sum.clone(),
                Some(0) => BigInt::default(),
                Some(count) => sum / count,
            }),
            Self::Decimal { value, .. } => return codec::encode_decimal(value),
            Self::Real { width, sum, average } => {
                let value = match average {
                    None => sum.total(),
                    Some(0) => 0.0,
                    #[expect(clippy::cast_precision_loss, reason = "Java converts the count likewise")]
                    Some(count) => sum.total() / *count as f64,
                };
                #[expect(clippy::cast_possible_truncation, reason = "Java narrows the double likewise")]
                if *width == 4 { (value as f32).to_be_bytes().to_vec() } else { value.to_be_bytes().to_vec() }
            }
        })
    }
}

impl Compensated {
    fn add(&mut self, number: f64) {
        self.simple += number;
        let corrected = number - self.compensation;
        let rounded = self.sum + corrected;
        self.compensation = (rounded - self.sum) - corrected;
        self.sum = rounded;
    }

    /// Adds the compensation at the end, as Cassandra does.
    fn total(self) -> f64 {
        let total = self.sum + self.compensation;
        if total.is_nan() && self.simple.is_infinite() { self.simple } else { total }
    }
}

fn count_one(average: &mut Option<i64>) {
    if let Some(count) = average {
        *count += 1;
    }
}

/// avg + (value − avg) / count, the quotient at the dividend's scale, half to even.
fn running_average(average: &BigDecimal, value: BigDecimal, count: i64) -> BigDecimal {
    let difference = value - average;
    let scale = difference.fractional_digit_count();
    let quotient = (difference / BigDecimal::from(count)).with_scale_round(scale, RoundingMode::HalfEven);
    average + quotient
}

/// A signed integer of 1, 2, 4 or 8 bytes.
fn whole(value: &[u8]) -> Option<i64> {
    match value.len() {
        1 => codec::tinyint(value).map(i64::from),
        2 => codec::smallint(value).map(i64::from),
        4 => codec::int(value).map(i64::from),
        _ => codec::bigint(value),
    }
}
