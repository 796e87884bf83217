//! The command line is consistent in itself, and every setting with a flag can be given by it.

use clap::CommandFactory as _;

use super::*;
use crate::config::KEYS;

#[test]
fn the_definition_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_setting_that_may_be_typed_has_a_flag_and_no_other_has() {
    let command = Cli::command();
    for key in KEYS {
        let flag = command.get_arguments().any(|argument| argument.get_long() == Some(key.name));
        assert_eq!(flag, key.flag.is_some(), "{}", key.name);
    }
}
