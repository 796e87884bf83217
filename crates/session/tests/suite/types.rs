//! Every type there and back, and the bytes of some as the native protocol's specification gives them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::str::FromStr as _;

use quorate_session::codec::{
    BigDecimal, ColumnSpec, CqlDate, CqlDuration, CqlTime, CqlTimestamp, CqlTimeuuid, CqlVarint, MaybeUnset, Uuid,
};
use quorate_session::{Class, DeserializeRow, DeserializeValue, SerializeRow, SerializeValue};

use super::back_ends::on_each;

#[derive(Debug, Clone, PartialEq, SerializeRow, DeserializeRow)]
#[scylla(crate = quorate_session)]
struct Natives {
    id: i32,
    c_ascii: String,
    c_bigint: i64,
    c_blob: Vec<u8>,
    c_boolean: bool,
    c_date: CqlDate,
    c_decimal: BigDecimal,
    c_double: f64,
    c_duration: CqlDuration,
    c_float: f32,
    c_inet: IpAddr,
    c_smallint: i16,
    c_text: String,
    c_time: CqlTime,
    c_timestamp: CqlTimestamp,
    c_timeuuid: CqlTimeuuid,
    c_tinyint: i8,
    c_uuid: Uuid,
    c_varint: CqlVarint,
}

const NATIVES: &str = "CREATE TABLE KS.natives (id int PRIMARY KEY, c_ascii ascii, c_bigint bigint, c_blob blob, \
    c_boolean boolean, c_date date, c_decimal decimal, c_double double, c_duration duration, c_float float, \
    c_inet inet, c_smallint smallint, c_text text, c_time time, c_timestamp timestamp, c_timeuuid timeuuid, \
    c_tinyint tinyint, c_uuid uuid, c_varint varint)";

fn natives() -> Vec<Natives> {
    let lowest = Natives {
        id: 1,
        c_ascii: String::new(),
        c_bigint: i64::MIN,
        c_blob: Vec::new(),
        c_boolean: false,
        c_date: CqlDate(0),
        c_decimal: BigDecimal::from_str("-0.00000000000000000000000000001").unwrap(),
        c_double: f64::MIN,
        c_duration: CqlDuration { months: -1, days: -2, nanoseconds: -3 },
        c_float: f32::NEG_INFINITY,
        c_inet: "127.0.0.1".parse().unwrap(),
        c_smallint: i16::MIN,
        c_text: String::new(),
        c_time: CqlTime(0),
        c_timestamp: CqlTimestamp(-1),
        c_timeuuid: CqlTimeuuid::from_str("8e14e760-7fa8-11eb-bc66-000000000001").unwrap(),
        c_tinyint: i8::MIN,
        c_uuid: Uuid::nil(),
        c_varint: CqlVarint::from_signed_bytes_be(vec![0x80]),
    };
    let highest = Natives {
        id: 2,
        c_ascii: "~".to_owned(),
        c_bigint: i64::MAX,
        c_blob: vec![0, 255],
        c_boolean: true,
        c_date: CqlDate(u32::MAX),
        c_decimal: BigDecimal::from_str("123456789012345678901234567890.10").unwrap(),
        c_double: f64::MIN_POSITIVE,
        c_duration: CqlDuration { months: 1, days: 2, nanoseconds: 3 },
        c_float: 0.1,
        c_inet: "2001:db8::1".parse().unwrap(),
        c_smallint: i16::MAX,
        c_text: "ß 漢 🦀 'x'".to_owned(),
        c_time: CqlTime(86_399_999_999_999),
        c_timestamp: CqlTimestamp(253_402_300_799_999),
        c_timeuuid: CqlTimeuuid::from_str("13814000-1dd2-11b2-8080-808080808080").unwrap(),
        c_tinyint: i8::MAX,
        c_uuid: Uuid::max(),
        c_varint: CqlVarint::from_signed_bytes_be(vec![0x7F; 40]),
    };
    vec![lowest, highest]
}

#[tokio::test]
async fn native_types_round_trip() {
    on_each("natives", async |f| {
        f.schema(NATIVES).await;
        let insert = "INSERT INTO KS.natives (id, c_ascii, c_bigint, c_blob, c_boolean, c_date, c_decimal, c_double, \
            c_duration, c_float, c_inet, c_smallint, c_text, c_time, c_timestamp, c_timeuuid, c_tinyint, c_uuid, \
            c_varint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        for natives in natives() {
            f.write(insert, &natives).await;
            let rows = f.read("SELECT * FROM KS.natives WHERE id = ?", (natives.id,)).await;
            assert_eq!(rows.first::<Natives>().unwrap().as_ref(), Some(&natives));
        }
    })
    .await;
}

/// Section 6 of `native_protocol_v4.spec`: dates are centred on 2^31, a decimal is a 32-bit scale
/// and the unscaled integer, integers are big-endian and varints as short as can be.
#[tokio::test]
async fn serialisation_is_that_of_the_native_protocol() {
    on_each("bytes", async |f| {
        f.schema("CREATE TABLE KS.b (id int PRIMARY KEY, d date, n decimal, v varint, t text, m boolean)").await;
        f.write("INSERT INTO KS.b (id, d, n, v, t) VALUES (7, '1970-01-02', -1.28, 128, 'é')", ()).await;
        let rows = f.read("SELECT id, d, n, v, t, m FROM KS.b WHERE id = 7", ()).await;
        let names: Vec<&str> = rows.columns().iter().map(ColumnSpec::name).collect();
        assert_eq!(names, ["id", "d", "n", "v", "t", "m"]);
        let cells = rows.cells().unwrap().next().unwrap().unwrap();
        let expected: [Option<&[u8]>; 6] = [
            Some(&[0, 0, 0, 7]),
            Some(&[0x80, 0, 0, 1]),
            Some(&[0, 0, 0, 2, 0x80]),
            Some(&[0, 0x80]),
            Some(&[0xC3, 0xA9]),
            None,
        ];
        assert_eq!(cells, expected);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, SerializeValue, DeserializeValue)]
#[scylla(crate = quorate_session)]
struct PersonName {
    first_name: String,
    last_name: Option<String>,
}

type Composed =
    (Vec<i32>, BTreeSet<String>, BTreeMap<String, i64>, (i32, Option<String>), PersonName, PersonName, Vec<f32>);

#[tokio::test]
async fn composed_types_round_trip() {
    on_each("composed", async |f| {
        f.schema("CREATE TYPE KS.person_name (first_name text, last_name text)").await;
        f.schema(
            "CREATE TABLE KS.composed (id int PRIMARY KEY, l list<int>, s set<text>, m map<text, bigint>, \
             t tuple<int, text>, frozen_name frozen<person_name>, name person_name, v vector<float, 3>)",
        )
        .await;
        let name = PersonName { first_name: "Ada".to_owned(), last_name: None };
        let value: Composed = (
            vec![3, 1, 3],
            BTreeSet::from(["b".to_owned(), "a".to_owned()]),
            BTreeMap::from([("k".to_owned(), -1)]),
            (5, None),
            name.clone(),
            PersonName { last_name: Some("Lovelace".to_owned()), ..name },
            vec![1.5, -0.0, 2.0],
        );
        let (list, set, map, tuple, frozen, plain, vector) = value.clone();
        f.write(
            "INSERT INTO KS.composed (id, l, s, m, t, frozen_name, name, v) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (1, list, set, map, tuple, frozen, plain, vector),
        )
        .await;
        let rows = f.read("SELECT l, s, m, t, frozen_name, name, v FROM KS.composed WHERE id = 1", ()).await;
        assert_eq!(rows.first::<Composed>().unwrap(), Some(value));
    })
    .await;
}

/// A null deletes, an unset value leaves what is there, an empty collection is a null.
#[tokio::test]
async fn null_deletes_and_unset_leaves() {
    on_each("absent", async |f| {
        f.schema("CREATE TABLE KS.a (id int PRIMARY KEY, x int, y int, l list<int>)").await;
        let insert = "INSERT INTO KS.a (id, x, y, l) VALUES (?, ?, ?, ?)";
        f.write(insert, (1, 10, 20, vec![1])).await;
        f.write(insert, (1, None::<i32>, MaybeUnset::<i32>::Unset, Vec::<i32>::new())).await;
        let rows = f.read("SELECT x, y, l FROM KS.a WHERE id = 1", ()).await;
        let row = rows.first::<(Option<i32>, Option<i32>, Option<Vec<i32>>)>().unwrap();
        assert_eq!(row, Some((None, Some(20), None)));
    })
    .await;
}

/// Text may be read without copying it.
#[tokio::test]
async fn rows_may_be_borrowed() {
    on_each("borrowed", async |f| {
        f.schema("CREATE TABLE KS.t (id int PRIMARY KEY, name text)").await;
        f.write("INSERT INTO KS.t (id, name) VALUES (?, ?)", (1, "Ada")).await;
        let select = f.prepare("SELECT name FROM KS.t WHERE id = ?", Class::Read).await;
        let rows = f.session.execute(&select, (1,)).await.unwrap();
        assert_eq!(rows.first::<(&str,)>().unwrap(), Some(("Ada",)));
        assert_eq!(f.session.execute(&select, (2,)).await.unwrap().first::<(&str,)>().unwrap(), None);
    })
    .await;
}
