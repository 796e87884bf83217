//! Expected ids were computed with Python's `uuid` module, the order by hand from Cassandra's rules.

use super::*;

#[test]
fn the_namespace_is_the_v5_of_the_dns_name() {
    assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"quorate"));
}

#[test]
fn a_text_is_hashed_with_its_entity() {
    assert_eq!(id(Entity::Customer, "C1").to_string(), "f3d1b15f-87fb-5c53-b7c6-69915d16f700");
    assert_eq!(id(Entity::Region, "Südtirol").to_string(), "47c758d5-34fb-5e41-acc5-4a71ef90a390");
    assert_ne!(id(Entity::Doctor, "1"), id(Entity::Account, "1"));
    assert_ne!(id(Entity::Doctor, "1"), id(Entity::Doctor, " 1"));
}

#[test]
fn a_uuid_is_itself_in_any_case() {
    let text = "6252ef78-e442-3081-f63b-36435c505a7f";
    assert_eq!(id(Entity::Customer, text).to_string(), text);
    assert_eq!(id(Entity::Record, &text.to_uppercase()).to_string(), text);
}

#[test]
fn other_spellings_of_a_uuid_are_texts() {
    let plain = id(Entity::Customer, "6252ef78-e442-3081-f63b-36435c505a7f");
    for text in ["6252ef78e4423081f63b36435c505a7f", "{6252ef78-e442-3081-f63b-36435c505a7f}"] {
        assert_ne!(id(Entity::Customer, text), plain, "{text}");
    }
}

#[test]
fn versions_come_first_then_time_then_bytes() {
    let ascending = [
        // Version 0, whatever its bytes.
        "ffffffff-ffff-0fff-8000-000000000000",
        // Version 1: the low part of the time stands first but counts least.
        "ffffffff-0000-1000-8000-000000000000",
        "00000000-0001-1000-8000-000000000000",
        "00000000-0000-1001-8000-000000000000",
        "00000000-0000-1001-8000-000000000001",
        // The second half is unsigned, unlike in timeuuid.
        "00000000-0000-1001-ff00-000000000000",
        "00000000-0000-4000-8000-000000000000",
        "7fffffff-0000-4000-8000-000000000000",
        "80000000-0000-4000-8000-000000000000",
        "00000000-0000-5000-8000-000000000000",
        "00000000-0000-f000-8000-000000000000",
    ]
    .map(|text| Uuid::try_parse(text).unwrap());
    let mut shuffled = ascending;
    shuffled.reverse();
    shuffled.sort_by(cassandra_order);
    assert_eq!(shuffled, ascending);
    assert_eq!(cassandra_order(&ascending[3], &ascending[3]), Ordering::Equal);
}
