//! Compared with a calendar library over four centuries and at the edges.

use jiff::civil::{Date, date};

use super::*;

fn days(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

#[test]
fn every_day_of_four_centuries_agrees_with_the_library() {
    let mut day = date(1799, 12, 30);
    while day < date(2201, 1, 3) {
        let number = days(day);
        assert_eq!(year_month(number), (i32::from(day.year()), i32::from(day.month())), "{day}");
        assert_eq!(month_of(number), days(day.first_of_month()), "{day}");
        assert_eq!(first_day(i32::from(day.year()), i32::from(day.month())), month_of(number), "{day}");
        assert_eq!(month_text(number), day.strftime("%Y-%m").to_string());
        day = day.tomorrow().unwrap();
    }
}

#[test]
fn instants_before_the_epoch_belong_to_the_day_before() {
    assert_eq!(day_of(-1), -1);
    assert_eq!(day_of(0), 0);
    assert_eq!(day_of(86_400_000), 1);
}

#[test]
fn months_carry_into_the_year() {
    assert_eq!(first_day(2026, 13), days(date(2027, 1, 1)));
    assert_eq!(first_day(2026, 0), days(date(2025, 12, 1)));
    assert_eq!(quarter_text(days(date(2026, 11, 21))), "2026-Q4");
}
