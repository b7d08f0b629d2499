//! Sorting more than fits into memory: sorted parts go into a temporary file without a name, which ends with the process, and come
//! back as one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};

/// Bytes of a part that are read at once.
const READ_BYTES: u64 = 32 * 1024;

/// A key and what stands under it.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// What is being sorted.
#[derive(Debug)]
pub(super) struct Spill {
    file: File,
    parts: Vec<Part>,
    held: Vec<Pair>,
    size: usize,
    most: usize,
}

/// A sorted part of the file.
#[derive(Debug)]
struct Part {
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    used: usize,
}

impl Spill {
    /// Sorts, with about `most` bytes in memory.
    pub(super) fn new(most: usize) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            parts: Vec::new(),
            held: Vec::new(),
            size: 0,
            most,
        })
    }

    pub(super) fn push(&mut self, key: Vec<u8>, value: Vec<u8>) -> io::Result<()> {
        self.size += key.len() + value.len() + 2 * size_of::<Vec<u8>>();
        self.held.push((key, value));
        if self.size >= self.most { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let at = self.file.seek(SeekFrom::End(0))?;
        let mut output = BufWriter::new(&self.file);
        for (key, value) in self.held.drain(..) {
            for bytes in [&key, &value] {
                let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
                output.write_all(&length.to_le_bytes())?;
                output.write_all(bytes)?;
            }
        }
        output.flush()?;
        drop(output);
        let end = self.file.stream_position()?;
        self.size = 0;
        self.parts.push(Part {
            at,
            end,
            buffer: Vec::new(),
            used: 0,
        });
        Ok(())
    }

    /// Everything, in the order of the keys.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        if !self.held.is_empty() {
            self.spill()?;
        }
        let mut sorted = Sorted {
            file: self.file,
            parts: self.parts,
            firsts: BinaryHeap::new(),
        };
        for index in 0..sorted.parts.len() {
            sorted.advance(index)?;
        }
        Ok(sorted)
    }
}

/// What was sorted, to be read once.
#[derive(Debug)]
pub(super) struct Sorted {
    file: File,
    parts: Vec<Part>,
    firsts: BinaryHeap<Reverse<(Pair, usize)>>,
}

impl Sorted {
    pub(super) fn next(&mut self) -> io::Result<Option<Pair>> {
        let Some(Reverse((pair, index))) = self.firsts.pop() else {
            return Ok(None);
        };
        self.advance(index)?;
        Ok(Some(pair))
    }

    fn advance(&mut self, index: usize) -> io::Result<()> {
        let part = &mut self.parts[index];
        if let Some(key) = part.text(&mut self.file)? {
            let value = part.text(&mut self.file)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.firsts.push(Reverse(((key, value), index)));
        }
        Ok(())
    }
}

impl Part {
    fn text(&mut self, file: &mut File) -> io::Result<Option<Vec<u8>>> {
        let Some(length) = self.take(file, 4)? else {
            return Ok(None);
        };
        let length = length.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
        self.take(file, length)
    }

    /// The next `count` bytes; `None` at the end.
    fn take(&mut self, file: &mut File, count: usize) -> io::Result<Option<Vec<u8>>> {
        let there = self.buffer.len() - self.used;
        if there < count {
            self.buffer.drain(..self.used);
            self.used = 0;
            let wanted = READ_BYTES.max((count - there) as u64).min(self.end - self.at);
            file.seek(SeekFrom::Start(self.at))?;
            let read = file.take(wanted).read_to_end(&mut self.buffer)?;
            self.at += read as u64;
            if self.buffer.len() < count {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
        let taken = self.buffer[self.used..self.used + count].to_vec();
        self.used += count;
        Ok(Some(taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(most: usize, count: u32) -> Vec<Pair> {
        let mut spill = Spill::new(most).unwrap();
        for number in 0..count {
            // 7919 is a prime: every number once, in another order.
            let key = (number * 7_919 % count).to_be_bytes().to_vec();
            let value = vec![b'x'; key[3].into()];
            spill.push(key, value).unwrap();
        }
        let mut sorted = spill.sorted().unwrap();
        let mut pairs = Vec::new();
        while let Some(pair) = sorted.next().unwrap() {
            pairs.push(pair);
        }
        pairs
    }

    #[test]
    fn many_parts_come_back_as_one_and_so_does_one() {
        let expected: Vec<Pair> = (0..5_000_u32)
            .map(|number| {
                (
                    number.to_be_bytes().to_vec(),
                    vec![b'x'; number.to_be_bytes()[3].into()],
                )
            })
            .collect();
        for most in [1_000, 100_000, usize::MAX] {
            assert!(sorted(most, 5_000) == expected, "{most}");
        }
    }

    #[test]
    fn what_is_larger_than_a_read_comes_back_whole() {
        let mut spill = Spill::new(10).unwrap();
        for (key, size) in [(b"b", 100_000), (b"a", 0)] {
            spill.push(key.to_vec(), vec![7; size]).unwrap();
        }
        let mut sorted = spill.sorted().unwrap();
        assert_eq!(sorted.next().unwrap(), Some((b"a".to_vec(), Vec::new())));
        assert_eq!(sorted.next().unwrap().map(|pair| pair.1.len()), Some(100_000));
        assert_eq!(sorted.next().unwrap(), None);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(Spill::new(10).unwrap().sorted().unwrap().next().unwrap(), None);
    }
}
