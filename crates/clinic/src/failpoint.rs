//! Places where a test can kill the process, in debug builds only.
//!
//! A crash between two writes is what the event log exists for, so the tests must be able to
//! make one happen at each of those places. A release build contains none of this.

/// Kills the process here if a test armed this place.
#[macro_export]
#[doc(hidden)]
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(debug_assertions)]
        $crate::failpoint::reached($name);
    };
}

/// Every place, in the order in which a command passes them.
#[cfg(debug_assertions)]
pub const ALL: &[&str] =
    &["claimed", "appended", "projected", "cursor-saved", "followed-up", "released", "board-written"];

#[cfg(debug_assertions)]
mod armed {
    use std::sync::Mutex;
    use std::sync::PoisonError;

    static ARMED: Mutex<Option<(String, u32)>> = Mutex::new(None);

    /// Kills the process, as `kill -9` would, when a place is reached for the `nth` time (from 1).
    pub fn arm(name: &str, nth: u32) {
        *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some((name.to_owned(), nth));
    }

    #[doc(hidden)]
    pub fn reached(name: &str) {
        let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((place, left)) = armed.as_mut()
            && place == name
        {
            *left = left.saturating_sub(1);
            if *left == 0 {
                std::process::abort();
            }
        }
    }
}

#[cfg(debug_assertions)]
pub use armed::{arm, reached};
