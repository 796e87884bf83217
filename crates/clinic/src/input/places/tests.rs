//! Each contradiction between two locations, and what stays.

use super::*;
use crate::ids::id;
use crate::input::reject::Source;

fn row(line: u64, state: [&str; 2], country: [&str; 2], region: [&str; 2]) -> LocationRow {
    LocationRow {
        source: Source { file: "location.csv", line, offset: line * 40, len: 40 },
        state_id: id(Entity::State, state[0]),
        state_name: state[1].to_owned(),
        country_id: id(Entity::Country, country[0]),
        country_name: country[1].to_owned(),
        region_id: id(Entity::Region, region[0]),
        region_name: region[1].to_owned(),
    }
}

#[test]
fn the_first_of_two_that_disagree_stays() {
    let mut places = Places::default();
    let first = row(2, ["ZH", "Zürich"], ["CH", "Switzerland"], ["EU", "Europe"]);
    assert_eq!(places.add(&first), Ok(Addition::New));
    assert_eq!(places.add(&row(3, ["ZH", "Zürich"], ["CH", "Switzerland"], ["EU", "Europe"])), Ok(Addition::Known));
    assert_eq!(places.add(&row(4, ["BE", "Bern"], ["CH", "Switzerland"], ["EU", "Europe"])), Ok(Addition::New));
    let cases = [
        (
            row(5, ["ZH", "Zurich"], ["CH", "Switzerland"], ["EU", "Europe"]),
            "STATE_NAME",
            Reason::OtherName(Entity::State),
        ),
        (
            row(6, ["VD", "Vaud"], ["CH", "Suisse"], ["EU", "Europe"]),
            "COUNTRY_NAME",
            Reason::OtherName(Entity::Country),
        ),
        (
            row(7, ["VD", "Vaud"], ["CH", "Switzerland"], ["EU", "Europa"]),
            "REGION_NAME",
            Reason::OtherName(Entity::Region),
        ),
        (row(8, ["ZH", "Zürich"], ["DE", "Germany"], ["EU", "Europe"]), "COUNTRY_ID", Reason::OtherContent),
        (row(9, ["ZH", "Zürich"], ["CH", "Switzerland"], ["AS", "Asia"]), "REGION_ID", Reason::OtherContent),
    ];
    for (row, column, reason) in cases {
        assert_eq!(places.add(&row), Err(row.source.reject(Some(column), reason)), "line {}", row.source.line);
    }
    // A rejected row leaves nothing behind.
    assert_eq!(places.country_name(&id(Entity::Country, "DE")), None);
    assert_eq!(places.state(&id(Entity::State, "VD")), None);
    assert_eq!(places.state(&first.state_id).map(|place| place.country_id), Some(first.country_id));
    assert_eq!(places.region_name(&first.region_id), Some("Europe"));
}
