-- What the clinic's views hold, as tables that are read by one index each.
CREATE SCHEMA prepared;
CREATE TABLE prepared.completed AS
    SELECT r.medical_id, r.account_id, a.cust_id, r.doc_id, a.org_id, r.tx_date, r.medical_purpose, r.medical_amt
    FROM record r JOIN account a USING (account_id) WHERE r.tx_date < {as_of};
CREATE INDEX ON prepared.completed (account_id, medical_amt DESC, tx_date DESC, medical_id);
CREATE INDEX ON prepared.completed (cust_id, medical_amt DESC, tx_date DESC, medical_id);
CREATE INDEX ON prepared.completed (doc_id, tx_date DESC, medical_id);
CREATE INDEX ON prepared.completed (org_id, tx_date DESC, medical_id);
CREATE TABLE prepared.upcoming AS SELECT * FROM record WHERE tx_date >= {as_of};
CREATE INDEX ON prepared.upcoming (account_id, tx_date, medical_id);
CREATE INDEX ON prepared.upcoming (doc_id, tx_date, medical_id);
CREATE TABLE prepared.doctors AS
    SELECT d.doc_id, d.org_id, o.region_id, d.first_name, d.last_name, count(*) AS record_count
    FROM prepared.completed c JOIN doctor d USING (doc_id) JOIN organisation o ON o.org_id = d.org_id GROUP BY 1, 2, 3, 4, 5;
CREATE INDEX ON prepared.doctors (record_count DESC, doc_id);
CREATE INDEX ON prepared.doctors (region_id, record_count DESC, doc_id);
CREATE INDEX ON prepared.doctors (org_id, record_count DESC, doc_id);
CREATE TABLE prepared.expenses AS
    SELECT account_id, month_of(tx_date) AS month, sum(medical_amt) AS total FROM prepared.completed GROUP BY 1, 2;
ALTER TABLE prepared.expenses ADD PRIMARY KEY (account_id, month);
CREATE TABLE prepared.ratings AS
    SELECT org_id, month_of(review_date) AS month, sum(rating)::int8 AS rating_sum, count(*) AS rating_count
    FROM review GROUP BY 1, 2;
ALTER TABLE prepared.ratings ADD PRIMARY KEY (org_id, month);
CREATE TABLE prepared.accounts AS
    SELECT a.account_id, a.cust_id, a.opened_at, c.first_name, c.last_name FROM account a JOIN customer c USING (cust_id);
CREATE INDEX ON prepared.accounts (opened_at DESC, account_id);
CREATE INDEX ON prepared.accounts (cust_id, opened_at DESC, account_id);
CREATE TABLE prepared.days AS
    SELECT org_id, day_of(tx_date) AS day, count(*) AS transaction_count FROM prepared.completed GROUP BY 1, 2;
ALTER TABLE prepared.days ADD PRIMARY KEY (org_id, day);
CREATE TABLE prepared.regions AS
    SELECT l.region_id, l.region_name, count(*) AS customer_count FROM customer c JOIN location l USING (state_id) GROUP BY 1, 2;
CREATE INDEX ON prepared.regions (customer_count DESC, region_id);
CREATE TABLE prepared.revenue AS
    SELECT c.org_id, 'all' AS period, c.doc_id, d.first_name, d.last_name, sum(c.medical_amt) AS revenue
    FROM prepared.completed c JOIN doctor d USING (doc_id) GROUP BY 1, 3, 4, 5;
INSERT INTO prepared.revenue
    SELECT c.org_id, to_char(month_of(c.tx_date), 'YYYY'), c.doc_id, d.first_name, d.last_name, sum(c.medical_amt)
    FROM prepared.completed c JOIN doctor d USING (doc_id) GROUP BY 1, 2, 3, 4, 5;
INSERT INTO prepared.revenue
    SELECT c.org_id, to_char(month_of(c.tx_date), 'YYYY-MM'), c.doc_id, d.first_name, d.last_name, sum(c.medical_amt)
    FROM prepared.completed c JOIN doctor d USING (doc_id) GROUP BY 1, 2, 3, 4, 5;
CREATE INDEX ON prepared.revenue (org_id, period, revenue DESC, doc_id);
