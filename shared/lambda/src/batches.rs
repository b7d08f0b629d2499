//! Cutting what is put into a queue, or on an event bus, into calls.

/// Messages of one call, by the rules of SQS and of EventBridge.
const BATCH: usize = 10;
/// Bytes of the messages of one call, altogether and so also of each: the limit that every queue and bus has, whatever its age.
const BATCH_BYTES: usize = 256 * 1024;

/// As many as fit into one call, in their order; or the length of one that fits into none.
pub(crate) fn batches<T>(messages: &[T], length: impl Fn(&T) -> usize) -> Result<Vec<&[T]>, usize> {
    let (mut batches, mut begin, mut bytes) = (Vec::new(), 0, 0);
    for (place, message) in messages.iter().enumerate() {
        let length = length(message);
        if length > BATCH_BYTES {
            return Err(length);
        }
        if place - begin == BATCH || bytes + length > BATCH_BYTES {
            batches.push(messages.get(begin..place).unwrap_or_default());
            (begin, bytes) = (place, 0);
        }
        bytes += length;
    }
    batches.extend(messages.get(begin..).filter(|rest| !rest.is_empty()));
    Ok(batches)
}
