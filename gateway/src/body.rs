//! Bodies of requests that are read whole: of the large ones a few at once, so that memory is bounded whoever sends them.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A body of up to so many bytes is read at once.
const SMALL: usize = 128 * 1024;
/// So many larger ones are read at once; the others wait.
const LARGE: usize = 32;

static PLACES: Semaphore = Semaphore::const_new(LARGE);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is longer than allowed.
    TooLarge,
    /// It broke off.
    Broken,
}

/// A body.
#[derive(Debug)]
pub(crate) struct Whole<'a> {
    pub(crate) bytes: Bytes,
    /// That of a large one. Whoever keeps the bytes, or what was made of them, keeps it.
    pub(crate) place: Option<SemaphorePermit<'a>>,
}

/// Reads a body of up to `most` bytes. How long that may take is for the caller to say.
pub(crate) async fn read<B>(body: B, most: usize) -> Result<Whole<'static>, Unread>
where
    B: http_body::Body<Data = Bytes> + Send,
{
    read_among(&PLACES, body, most).await
}

async fn read_among<B>(places: &Semaphore, body: B, most: usize) -> Result<Whole<'_>, Unread>
where
    B: http_body::Body<Data = Bytes> + Send,
{
    let mut body = pin!(body);
    let mut bytes = BytesMut::new();
    let mut place = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(piece) = frame.into_data() else { continue };
        let length = bytes.len() + piece.len();
        if length > most {
            return Err(Unread::TooLarge);
        }
        if length > SMALL && place.is_none() {
            // The places are never closed.
            place = places.acquire().await.ok();
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Whole {
        bytes: bytes.freeze(),
        place,
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use futures_util::{StreamExt as _, stream};
    use http_body::Frame;
    use http_body_util::{Full, StreamBody};
    use tokio::time::timeout;

    use super::*;

    fn full(length: usize) -> Full<Bytes> {
        Full::new(Bytes::from(vec![b'x'; length]))
    }

    /// A body that goes on after so many bytes, but not soon.
    fn endless(length: usize) -> impl http_body::Body<Data = Bytes, Error = Infallible> + Send {
        let first = Frame::data(Bytes::from(vec![b'x'; length]));
        StreamBody::new(stream::iter([Ok(first)]).chain(stream::pending()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_body_waits_for_a_place_and_a_small_one_does_not() {
        let places = Semaphore::new(1);
        let soon = Duration::from_secs(1);
        let mut slow = Box::pin(read_among(&places, endless(SMALL + 1), 10 * SMALL));
        assert!(timeout(soon, &mut slow).await.is_err());
        let small = read_among(&places, full(SMALL), 10 * SMALL).await.unwrap();
        assert_eq!((small.bytes.len(), small.place.is_none()), (SMALL, true));
        let mut large = Box::pin(read_among(&places, full(2 * SMALL), 10 * SMALL));
        assert!(timeout(soon, &mut large).await.is_err());
        drop(slow);
        let large = large.await.unwrap();
        assert_eq!((large.bytes.len(), places.available_permits()), (2 * SMALL, 0));
        drop(large);
        assert_eq!(places.available_permits(), 1);
    }

    #[tokio::test]
    async fn the_limit_is_the_last_length_that_is_read() {
        assert_eq!(read(full(10), 10).await.unwrap().bytes.len(), 10);
        assert_eq!(read(full(11), 10).await.unwrap_err(), Unread::TooLarge);
        assert_eq!(read(full(0), 10).await.unwrap().bytes.len(), 0);
        let broken = StreamBody::new(stream::iter([Err::<Frame<Bytes>, _>("broken off")]));
        assert_eq!(read(broken, 10).await.unwrap_err(), Unread::Broken);
    }
}
