//! The promise of an answer: whoever holds it answers one request, from whatever thread.
//!
//! A promise that is dropped, because what held it panicked, answers with an error, so that no
//! request stays in flight for ever.

use tokio::sync::mpsc::UnboundedSender;

use crate::failure::Failure;
use crate::response::{Format, Reply};

/// Answers one request.
pub(crate) struct Promise {
    finished: UnboundedSender<Vec<u8>>,
    format: Format,
    stream: i16,
    kept: bool,
}

impl Promise {
    /// A promise to answer on a stream of the connection that listens to `finished`.
    pub(crate) fn new(finished: UnboundedSender<Vec<u8>>, format: Format, stream: i16) -> Self {
        Self { finished, format, stream, kept: false }
    }

    /// Answers. The frame is written here, so that a long one keeps no connection's thread busy.
    pub(crate) fn keep(mut self, reply: &Reply) {
        self.send(reply);
    }

    fn send(&mut self, reply: &Reply) {
        self.kept = true;
        let mut frame = Vec::new();
        reply.write(self.format, self.stream, &mut frame);
        // The client may have gone.
        drop(self.finished.send(frame));
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if !self.kept {
            self.send(&Reply::from(Failure::Abandoned));
        }
    }
}
