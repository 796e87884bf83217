//! The fourteen access patterns, one file each: table, statement, parameters, row, function.
//!
//! Each is a bounded read of one partition, or of one per account where several are merged. What
//! it costs does not grow with the data set. Nothing here writes, and nothing filters or sorts
//! rows that a table could have kept in order.

pub mod q01_offerings_by_time;
pub mod q02_customers;
pub mod q03_records_by_account_and_amount;
pub mod q04_top_doctors;
pub mod q05_monthly_expenses_by_account;
pub mod q06_appointments_by_account;
pub mod q07_doctors;
pub mod q08_recent_records;
pub mod q09_ratings_by_organisation_and_month;
pub mod q10_appointments_by_doctor;
pub mod q11_accounts_by_month;
pub mod q12_transactions_by_organisation_and_day;
pub mod q13_population_by_region;
pub mod q14_revenue_by_organisation_and_period;

pub use q01_offerings_by_time::OFFERINGS;
pub use q02_customers::CUSTOMERS;
pub use q03_records_by_account_and_amount::RECORDS_BY_AMOUNT;
pub use q04_top_doctors::TOP_DOCTORS_CQL;
pub use q05_monthly_expenses_by_account::MONTHLY_EXPENSES;
pub use q06_appointments_by_account::APPOINTMENTS_BY_ACCOUNT;
pub use q07_doctors::DOCTORS;
pub use q08_recent_records::{PERIODS, RECORDS_BY_DOCTOR, RECORDS_BY_ORGANISATION};
pub use q09_ratings_by_organisation_and_month::RATINGS;
pub use q10_appointments_by_doctor::APPOINTMENTS_BY_DOCTOR;
pub use q11_accounts_by_month::{ACCOUNT_MONTHS, ACCOUNTS_BY_CUSTOMER, ACCOUNTS_BY_MONTH};
pub use q12_transactions_by_organisation_and_day::TRANSACTIONS;
pub use q13_population_by_region::POPULATION;
pub use q14_revenue_by_organisation_and_period::REVENUE;
