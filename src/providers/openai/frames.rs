//! Cuts the bytes of an event stream into frames.
//!
//! The lines are split by sseer. Putting them together is ours, for three things that its stream does not do: a bound
//! on what is held, data as bytes (a broken UTF-8 sequence is mended later, in `text`, and costs no frame), and the
//! last frame of a stream that ends without an empty line.

use bytes::BytesMut;
use sseer::parser::{RawEventLineOwned as Line, parse_line_from_buffer};

/// The longest frame that is taken, in bytes. Real ones are a few hundred; a whole reply in one frame fits.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// What the provider sent between two empty lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The data lines, joined by line feeds; never empty.
    pub data: Vec<u8>,
    /// It is called an error: by `event: error`, or by a field `error:` in the place of `data:`, as llama.cpp sends it.
    pub error: bool,
}

/// A frame is longer than [`LONGEST`].
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

#[derive(Default)]
pub struct Frames {
    buffer: BytesMut,
    /// Bytes of `buffer` without a line end, so that a long line is not searched again for each piece of it.
    scanned: usize,
    frame: Frame,
}

impl Frames {
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Nothing more will come: the last frame counts as whole.
    pub fn end(&mut self) {
        self.buffer.extend_from_slice(b"\n\n");
    }

    /// The next frame that is there, or none before more bytes are pushed.
    ///
    /// A carriage return at the very end waits for the byte behind it, which may belong to the same line end.
    pub fn next(&mut self) -> Result<Option<Frame>, TooLong> {
        while let Some(line) = parse_line_from_buffer(&mut self.buffer, &mut self.scanned) {
            match line {
                Line::Empty => {
                    let frame = std::mem::take(&mut self.frame);
                    if !frame.data.is_empty() {
                        return Ok(Some(frame));
                    }
                }
                Line::Comment => {}
                Line::Field { field_name, field_value } => {
                    self.frame.add(&field_name, &field_value.unwrap_or_default())
                }
            }
            if self.frame.data.len() > LONGEST {
                return Err(TooLong);
            }
        }
        if self.buffer.len() > LONGEST { Err(TooLong) } else { Ok(None) }
    }
}

impl Frame {
    fn add(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"data" | b"error" => {
                if !self.data.is_empty() {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.error |= name == b"error";
            }
            b"event" => self.error |= value == b"error",
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(pieces: &[&[u8]]) -> Vec<String> {
        let mut frames = Frames::default();
        let mut out = Vec::new();
        for piece in pieces {
            frames.push(piece);
            while let Some(frame) = frames.next().unwrap() {
                out.push(String::from_utf8(frame.data).unwrap());
            }
        }
        frames.end();
        while let Some(frame) = frames.next().unwrap() {
            out.push(String::from_utf8(frame.data).unwrap());
        }
        out
    }

    #[test]
    fn takes_every_line_end() {
        for text in ["data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r"] {
            assert_eq!(frames(&[text.as_bytes()]), ["a", "b"], "{text:?}");
            let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
            assert_eq!(frames(&bytes), ["a", "b"], "{text:?} byte by byte");
        }
    }

    #[test]
    fn passes_over_comments_and_other_fields() {
        let text = ": keep-alive\n\n:\n\nid: 7\nretry: 9\nevent: message\ndata:a\ndata: b\n\ndata\n\n\n";
        assert_eq!(frames(&[text.as_bytes()]), ["a\nb"]);
    }

    #[test]
    fn gives_the_last_frame_without_an_empty_line() {
        for text in ["data: a", "data: a\n", "data: a\r", "data: a\r\n"] {
            assert_eq!(frames(&[text.as_bytes()]), ["a"], "{text:?}");
        }
    }

    #[test]
    fn knows_errors_by_event_and_by_field() {
        for (text, error) in
            [("event: error\ndata: a\n\n", true), ("error: a\n\n", true), ("event: error\n\ndata: a\n\n", false)]
        {
            let mut frames = Frames::default();
            frames.push(text.as_bytes());
            assert_eq!(frames.next(), Ok(Some(Frame { data: b"a".to_vec(), error })), "{text:?}");
        }
    }

    #[test]
    fn refuses_a_huge_line_and_a_huge_frame() {
        let mut line = Frames::default();
        line.push(b"data: ");
        for _ in 0..4 {
            assert_eq!(line.next(), Ok(None));
            line.push(&vec![b'a'; LONGEST / 4]);
        }
        assert_eq!(line.next(), Err(TooLong));

        let mut frame = Frames::default();
        let mut refused = false;
        for _ in 0..5 {
            frame.push(&[b"data: ", vec![b'a'; LONGEST / 4].as_slice(), b"\n"].concat());
            refused |= frame.next() == Err(TooLong);
        }
        assert!(refused);
    }
}
