//! The choice of the local data centre.

use super::*;

#[test]
fn the_only_data_centre_is_local() {
    assert_eq!(local_datacenter(None, &BTreeSet::from(["dc1"])).unwrap(), "dc1");
}

#[test]
fn several_data_centres_need_a_choice() {
    let present = BTreeSet::from(["dc1", "dc2"]);
    assert_eq!(local_datacenter(Some("dc2"), &present).unwrap(), "dc2");
    let error = local_datacenter(None, &present).unwrap_err();
    assert!(matches!(&error, Error::Config { message } if message.contains("dc1, dc2")), "{error}");
}

#[test]
fn an_unknown_data_centre_is_refused() {
    let error = local_datacenter(Some("dc3"), &BTreeSet::from(["dc1"])).unwrap_err();
    assert!(matches!(&error, Error::Config { message } if message.contains("dc3") && message.contains("dc1")));
}
