//! The questions in SQL: computed on reading, and read from prepared aggregates.
//!
//! `{as_of}` is the instant that counts as now; `$1` is the id that a question takes. The columns
//! are the fields of `questions::ALL`. Sums are cast to text, because the client has no decimals.

/// A question's two statements, by its name.
pub(super) fn of(name: &str) -> Option<(&'static str, &'static str)> {
    ALL.iter().find(|(known, ..)| *known == name).map(|(_, on_read, prepared)| (*on_read, *prepared))
}

const NEWEST_OFFERINGS: &str =
    "SELECT org_id, org_type, updated_at FROM organisation ORDER BY updated_at DESC, org_id LIMIT 10";
const CUSTOMER: &str = "SELECT cust_id, first_name, last_name, first_name || ' ' || last_name, joined_date, country_id, \
    state_id FROM customer WHERE cust_id = $1";
const DOCTOR: &str = "SELECT doc_id, first_name, last_name, \
    (extract(year FROM {as_of} AT TIME ZONE 'UTC')::int - birth_year)::int8, org_id, experience_year, birth_year, \
    degree_type, institution, certification_date::text FROM doctor WHERE doc_id = $1";

/// Name of the question, computed on reading, from prepared aggregates.
const ALL: [(&str, &str, &str); 19] = [
    ("q1", NEWEST_OFFERINGS, NEWEST_OFFERINGS),
    ("q2 customer", CUSTOMER, CUSTOMER),
    (
        "q3 account",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM record \
         WHERE account_id = $1 AND tx_date < {as_of} ORDER BY record.medical_amt DESC, tx_date DESC, medical_id LIMIT 5",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM prepared.completed c \
         WHERE account_id = $1 ORDER BY c.medical_amt DESC, tx_date DESC, medical_id LIMIT 5",
    ),
    (
        "q3 customer",
        "SELECT r.medical_id, account_id, r.tx_date, r.medical_purpose, r.medical_amt::text \
         FROM account a JOIN record r USING (account_id) WHERE a.cust_id = $1 AND r.tx_date < {as_of} \
         ORDER BY r.medical_amt DESC, r.tx_date DESC, r.medical_id LIMIT 5",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM prepared.completed c \
         WHERE cust_id = $1 ORDER BY c.medical_amt DESC, tx_date DESC, medical_id LIMIT 5",
    ),
    (
        "q4",
        "SELECT doc_id, d.first_name, d.last_name, r.n FROM (SELECT doc_id, count(*) AS n FROM record \
         WHERE tx_date < {as_of} GROUP BY doc_id ORDER BY n DESC, doc_id LIMIT 1) r JOIN doctor d USING (doc_id)",
        "SELECT doc_id, first_name, last_name, record_count FROM prepared.doctors ORDER BY record_count DESC, doc_id LIMIT 1",
    ),
    (
        "q4 region",
        "SELECT d.doc_id, d.first_name, d.last_name, count(*) AS n FROM organisation o JOIN doctor d USING (org_id) \
         JOIN record r USING (doc_id) WHERE o.region_id = $1 AND r.tx_date < {as_of} \
         GROUP BY 1, 2, 3 ORDER BY n DESC, 1 LIMIT 1",
        "SELECT doc_id, first_name, last_name, record_count FROM prepared.doctors WHERE region_id = $1 \
         ORDER BY record_count DESC, doc_id LIMIT 1",
    ),
    (
        "q4 organisation",
        "SELECT d.doc_id, d.first_name, d.last_name, count(*) AS n FROM doctor d JOIN record r USING (doc_id) \
         WHERE d.org_id = $1 AND r.tx_date < {as_of} GROUP BY 1, 2, 3 ORDER BY n DESC, 1 LIMIT 1",
        "SELECT doc_id, first_name, last_name, record_count FROM prepared.doctors WHERE org_id = $1 \
         ORDER BY record_count DESC, doc_id LIMIT 1",
    ),
    (
        "q5 account, 6 months",
        "SELECT to_char(month, 'YYYY-MM'), total::text, hundredths(three, 3) FROM (\
         SELECT month, coalesce(total, 0) AS total, sum(coalesce(total, 0)) OVER last AS three, row_number() OVER last AS n \
         FROM (SELECT g::date AS month FROM generate_series(month_of({as_of}) - interval '7 months', \
         month_of({as_of}), interval '1 month') g) months \
         LEFT JOIN (SELECT month_of(tx_date) AS month, sum(medical_amt) AS total FROM record \
         WHERE account_id = $1 AND tx_date < {as_of} \
         AND tx_date >= (month_of({as_of}) - interval '7 months') AT TIME ZONE 'UTC' GROUP BY 1) totals USING (month) \
         WINDOW last AS (ORDER BY month ROWS 2 PRECEDING)) t WHERE n > 2 ORDER BY month",
        "SELECT to_char(month, 'YYYY-MM'), total::text, hundredths(three, 3) FROM (\
         SELECT month, coalesce(total, 0) AS total, sum(coalesce(total, 0)) OVER last AS three, row_number() OVER last AS n \
         FROM (SELECT g::date AS month FROM generate_series(month_of({as_of}) - interval '7 months', \
         month_of({as_of}), interval '1 month') g) months \
         LEFT JOIN (SELECT month, total FROM prepared.expenses WHERE account_id = $1 \
         AND month >= month_of({as_of}) - interval '7 months') totals USING (month) \
         WINDOW last AS (ORDER BY month ROWS 2 PRECEDING)) t WHERE n > 2 ORDER BY month",
    ),
    (
        "q6 account",
        "SELECT medical_id, doc_id, tx_date, medical_purpose FROM record WHERE account_id = $1 AND tx_date >= {as_of} \
         AND tx_date < ({as_of} AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' \
         ORDER BY tx_date, medical_id LIMIT 3",
        "SELECT medical_id, doc_id, tx_date, medical_purpose FROM prepared.upcoming \
         WHERE account_id = $1 AND tx_date >= {as_of} \
         AND tx_date < ({as_of} AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' \
         ORDER BY tx_date, medical_id LIMIT 3",
    ),
    ("q7 doctor", DOCTOR, DOCTOR),
    (
        "q8 doctor",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM record \
         WHERE doc_id = $1 AND tx_date < {as_of} ORDER BY tx_date DESC, medical_id LIMIT 10",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM prepared.completed \
         WHERE doc_id = $1 ORDER BY tx_date DESC, medical_id LIMIT 10",
    ),
    (
        "q8 organisation",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text \
         FROM doctor d JOIN record r USING (doc_id) WHERE d.org_id = $1 AND tx_date < {as_of} \
         ORDER BY tx_date DESC, medical_id LIMIT 10",
        "SELECT medical_id, account_id, tx_date, medical_purpose, medical_amt::text FROM prepared.completed \
         WHERE org_id = $1 ORDER BY tx_date DESC, medical_id LIMIT 10",
    ),
    (
        "q9 organisation",
        "SELECT to_char(month, 'YYYY-MM'), hundredths(s, n), n FROM (SELECT month_of(review_date) AS month, \
         sum(rating) AS s, count(*) AS n FROM review WHERE org_id = $1 GROUP BY 1) t ORDER BY month DESC",
        "SELECT to_char(month, 'YYYY-MM'), hundredths(rating_sum, rating_count), rating_count FROM prepared.ratings \
         WHERE org_id = $1 ORDER BY month DESC",
    ),
    (
        "q10 doctor",
        "SELECT medical_id, account_id, tx_date, medical_purpose FROM record \
         WHERE doc_id = $1 AND tx_date >= {as_of} ORDER BY tx_date, medical_id LIMIT 10",
        "SELECT medical_id, account_id, tx_date, medical_purpose FROM prepared.upcoming \
         WHERE doc_id = $1 AND tx_date >= {as_of} ORDER BY tx_date, medical_id LIMIT 10",
    ),
    (
        "q11",
        "SELECT cust_id, c.first_name, c.last_name, c.first_name || ' ' || c.last_name, a.account_id, a.opened_at \
         FROM (SELECT * FROM account ORDER BY opened_at DESC, account_id LIMIT 100) a JOIN customer c USING (cust_id) \
         ORDER BY a.opened_at DESC, a.account_id",
        "SELECT cust_id, first_name, last_name, first_name || ' ' || last_name, account_id, opened_at \
         FROM prepared.accounts ORDER BY opened_at DESC, account_id LIMIT 100",
    ),
    (
        "q11 customer",
        "SELECT cust_id, c.first_name, c.last_name, c.first_name || ' ' || c.last_name, a.account_id, a.opened_at \
         FROM customer c JOIN account a USING (cust_id) WHERE c.cust_id = $1 ORDER BY a.opened_at DESC, a.account_id",
        "SELECT cust_id, first_name, last_name, first_name || ' ' || last_name, account_id, opened_at \
         FROM prepared.accounts WHERE cust_id = $1 ORDER BY opened_at DESC, account_id",
    ),
    (
        "q12 organisation, 1 year",
        "SELECT g::date::text, coalesce(n, 0) FROM generate_series(timestamp '2026-01-01', '2026-12-31', '1 day') g \
         LEFT JOIN (SELECT day_of(tx_date) AS day, count(*) AS n FROM doctor d JOIN record r USING (doc_id) \
         WHERE d.org_id = $1 AND tx_date < {as_of} AND tx_date >= timestamptz '2026-01-01T00:00:00Z' \
         AND tx_date < timestamptz '2027-01-01T00:00:00Z' GROUP BY 1) t ON t.day = g::date ORDER BY g",
        "SELECT g::date::text, coalesce(transaction_count, 0) \
         FROM generate_series(timestamp '2026-01-01', '2026-12-31', '1 day') g \
         LEFT JOIN (SELECT day, transaction_count FROM prepared.days WHERE org_id = $1 \
         AND day >= date '2026-01-01' AND day <= date '2026-12-31') t ON t.day = g::date ORDER BY g",
    ),
    (
        "q13",
        "SELECT l.region_id, l.region_name, count(*) AS n FROM customer c JOIN location l USING (state_id) \
         GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT 10",
        "SELECT region_id, region_name, customer_count FROM prepared.regions ORDER BY customer_count DESC, region_id LIMIT 10",
    ),
    (
        "q14 organisation",
        "SELECT d.doc_id, d.first_name, d.last_name, sum(r.medical_amt)::text FROM doctor d JOIN record r USING (doc_id) \
         WHERE d.org_id = $1 AND r.tx_date < {as_of} GROUP BY 1, 2, 3 ORDER BY sum(r.medical_amt) DESC, 1 LIMIT 50",
        "SELECT doc_id, first_name, last_name, revenue::text FROM prepared.revenue \
         WHERE org_id = $1 AND period = 'all' ORDER BY prepared.revenue.revenue DESC, doc_id LIMIT 50",
    ),
];
