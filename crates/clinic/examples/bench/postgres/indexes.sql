-- For each question the index that its order and its condition ask for.
ALTER TABLE location ADD PRIMARY KEY (state_id);
ALTER TABLE organisation ADD PRIMARY KEY (org_id);
ALTER TABLE customer ADD PRIMARY KEY (cust_id);
ALTER TABLE doctor ADD PRIMARY KEY (doc_id);
ALTER TABLE account ADD PRIMARY KEY (account_id);
ALTER TABLE record ADD PRIMARY KEY (medical_id);
ALTER TABLE review ADD PRIMARY KEY (review_id);
CREATE INDEX ON organisation (updated_at DESC, org_id);
CREATE INDEX ON organisation (region_id);
CREATE INDEX ON customer (state_id);
CREATE INDEX ON doctor (org_id);
CREATE INDEX ON account (cust_id);
CREATE INDEX ON account (opened_at DESC, account_id);
CREATE INDEX ON record (account_id, medical_amt DESC, tx_date DESC, medical_id);
CREATE INDEX ON record (account_id, tx_date, medical_id);
CREATE INDEX ON record (doc_id, tx_date DESC, medical_id);
CREATE INDEX ON record (doc_id, tx_date, medical_id);
CREATE INDEX ON review (org_id, review_date);
