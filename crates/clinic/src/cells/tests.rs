//! Compared with the codec of the session, which is the driver's.

use bigdecimal::BigDecimal;
use quorate_session::SerializeValue;
use quorate_session::codec::{CollectionType, ColumnSpec, ColumnType, NativeType, TableSpec};
use quorate_session::codec::{CqlDate, CqlTimestamp, RowSerializationContext, RowWriter};
use uuid::Uuid;

use super::*;

fn written(cells: &Cells) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut writer = RowWriter::new(&mut buffer);
    cells.serialize(&RowSerializationContext::empty(), &mut writer).unwrap();
    buffer
}

fn codec_cell(ty: ColumnType<'static>, value: &impl SerializeValue) -> Vec<u8> {
    let specs = [ColumnSpec::owned("c".to_owned(), ty, TableSpec::owned("k".to_owned(), "t".to_owned()))];
    let mut buffer = Vec::new();
    let mut writer = RowWriter::new(&mut buffer);
    SerializeRow::serialize(&(value,), &RowSerializationContext::from_specs(&specs), &mut writer).unwrap();
    buffer
}

#[test]
fn every_cell_is_what_the_codec_writes() {
    let id = Uuid::from_u128(7);
    let native = ColumnType::Native;
    let amount: BigDecimal = "-12.50".parse().unwrap();
    let texts = vec!["a".to_owned(), String::new()];
    let list = ColumnType::Collection {
        frozen: true,
        typ: CollectionType::List(Box::new(ColumnType::Native(NativeType::Text))),
    };
    for (cells, expected) in [
        (Cells::new().uuid(id), codec_cell(native(NativeType::Uuid), &id)),
        (Cells::new().text("ä"), codec_cell(native(NativeType::Text), &"ä")),
        (Cells::new().int(-3), codec_cell(native(NativeType::Int), &-3_i32)),
        (Cells::new().bigint(i64::MIN), codec_cell(native(NativeType::BigInt), &i64::MIN)),
        (Cells::new().timestamp(-1), codec_cell(native(NativeType::Timestamp), &CqlTimestamp(-1))),
        (Cells::new().date(-1), codec_cell(native(NativeType::Date), &CqlDate((1 << 31) - 1))),
        (Cells::new().decimal(&amount), codec_cell(native(NativeType::Decimal), &amount)),
        (Cells::new().text_or_null(None), codec_cell(native(NativeType::Text), &None::<&str>)),
        (Cells::new().texts(&texts), codec_cell(list, &texts)),
    ] {
        assert_eq!(written(&cells), expected);
        assert_eq!(cells.as_bytes(), expected);
    }
}

#[test]
fn cells_come_back_in_order_and_are_cut_where_asked() {
    let cells = Cells::new().text("a").raw(None).int(1);
    let back: Vec<_> = cells.iter().collect();
    assert_eq!(back, [Some("a".as_bytes()), None, Some(&1_i32.to_be_bytes()[..])]);
    assert_eq!(cells.prefix(2), Cells::new().text("a").raw(None));
    assert_eq!(Cells::from_bytes(cells.as_bytes().to_vec()), Some(cells.clone()));
    assert_eq!(Cells::from_bytes(cells.as_bytes()[..6].to_vec()), None, "cut short");
}
