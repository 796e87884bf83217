-- The source system's tables, with the columns that the fourteen questions need.
CREATE TABLE location (state_id uuid NOT NULL, country_id uuid NOT NULL, region_id uuid NOT NULL, region_name text NOT NULL);
CREATE TABLE organisation (org_id uuid NOT NULL, org_type text NOT NULL, region_id uuid NOT NULL, updated_at timestamptz);
CREATE TABLE customer (cust_id uuid NOT NULL, first_name text NOT NULL, last_name text NOT NULL,
    joined_date timestamptz NOT NULL, country_id uuid NOT NULL, state_id uuid NOT NULL);
CREATE TABLE doctor (doc_id uuid NOT NULL, org_id uuid NOT NULL, first_name text NOT NULL, last_name text NOT NULL,
    experience_year int NOT NULL, birth_year int NOT NULL, degree_type text, institution text, certification_date date);
CREATE TABLE account (account_id uuid NOT NULL, account_type text NOT NULL, cust_id uuid NOT NULL, org_id uuid NOT NULL,
    opened_at timestamptz);
CREATE TABLE record (medical_id uuid NOT NULL, account_id uuid NOT NULL, doc_id uuid NOT NULL, tx_date timestamptz NOT NULL,
    medical_purpose text NOT NULL, medical_amt numeric NOT NULL);
CREATE TABLE review (review_id uuid NOT NULL, review_date timestamptz NOT NULL, rating int NOT NULL, comment text,
    org_id uuid NOT NULL, cust_id uuid NOT NULL);

-- A sum by a number of parts, in hundredths; what lies in the middle goes to the even neighbour, as the clinic rounds.
CREATE FUNCTION hundredths(sum numeric, parts numeric) RETURNS text LANGUAGE sql IMMUTABLE RETURN (
    (div(sum * 100, parts) + CASE
        WHEN 2 * mod(sum * 100, parts) > parts THEN 1
        WHEN 2 * mod(sum * 100, parts) = parts AND mod(div(sum * 100, parts), 2) = 1 THEN 1
        ELSE 0 END) / 100)::text;
CREATE FUNCTION month_of(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
    RETURN date_trunc('month', at AT TIME ZONE 'UTC')::date;
CREATE FUNCTION day_of(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE RETURN (at AT TIME ZONE 'UTC')::date;
