//! A paging state comes back as it was, or not at all.

use super::PagingState;
use crate::error::Error;

fn state() -> PagingState {
    PagingState { statement: 7, limit: u32::MAX, in_partition: 3, key: vec![0, 255, 1] }
}

#[test]
fn comes_back() {
    let empty = PagingState { key: Vec::new(), ..state() };
    for state in [state(), empty] {
        assert_eq!(PagingState::decode(&state.encode(), 7).unwrap(), state);
    }
}

#[test]
fn another_statement_refuses_it() {
    assert!(matches!(PagingState::decode(&state().encode(), 8), Err(Error::PagingState)));
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let bytes = state().encode();
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        PagingState::decode(&damaged, 7).unwrap_err();
    }
    for cut in 0..bytes.len() {
        PagingState::decode(&bytes[..cut], 7).unwrap_err();
    }
}
