//! An answer's body that stands in a file: read piece by piece, each on a thread that may wait, so that no more than one
//! piece is in memory.

use std::{
    fs::File,
    io::{self, Read},
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

/// Bytes that are read at a time.
const PIECE: u64 = 64 * 1024;

/// The rest of a file, and what is held until it is sent or nobody takes it any more.
pub struct FileBody<H> {
    state: State,
    left: u64,
    _held: H,
}

enum State {
    Idle(File),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
    Done,
}

impl<H> FileBody<H> {
    /// The whole file, which stands at its beginning.
    ///
    /// # Errors
    /// [`io::Error`] if its length cannot be asked for.
    pub fn of(file: File, held: H) -> io::Result<Self> {
        let left = file.metadata()?.len();
        Ok(Self { state: State::Idle(file), left, _held: held })
    }
}

/// The next piece, and the file behind it.
fn read(mut file: File) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::new();
    Read::by_ref(&mut file).take(PIECE).read_to_end(&mut piece)?;
    Ok((file, piece.into()))
}

impl<H: Unpin> HttpBody for FileBody<H> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        loop {
            match std::mem::replace(&mut this.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Idle(_) if this.left == 0 => return Poll::Ready(None),
                State::Idle(file) => this.state = State::Reading(spawn_blocking(move || read(file))),
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                        this.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    return Poll::Ready(Some(this.piece(read.map_err(io::Error::other).flatten())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl<H> FileBody<H> {
    /// What was read. A file that is shorter than it was ends the answer with an error.
    fn piece(&mut self, read: io::Result<(File, Bytes)>) -> io::Result<Frame<Bytes>> {
        let (file, piece) = read?;
        if piece.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.state = State::Idle(file);
        Ok(Frame::data(piece))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_file_comes_whole_and_a_shortened_one_is_an_error() {
        let content: Vec<u8> = (0..200_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for (left, whole) in [(content.len(), true), (content.len() + 1, false)] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&content).unwrap();
            file.rewind().unwrap();
            let mut body = FileBody::of(file, ()).unwrap();
            assert_eq!(body.size_hint().exact(), Some(200_000));
            body.left = u64::try_from(left).unwrap();
            let collected = body.collect().await;
            assert_eq!(collected.is_ok(), whole, "{left}");
            if let Ok(collected) = collected {
                assert_eq!(collected.to_bytes(), content);
            }
        }
        let empty = FileBody::of(tempfile::tempfile().unwrap(), ()).unwrap();
        assert!(empty.is_end_stream() && empty.collect().await.unwrap().to_bytes().is_empty());
    }
}
