//! HTTP's chunks, taken apart: as much as costs nothing.

/// Where in the chunks the bytes stand.
pub enum Chunked {
    /// In the line that tells a chunk's size.
    Size(usize),
    /// This much of the chunk is still to come.
    Data(usize),
    /// In the line end behind a chunk.
    Behind,
}

impl Default for Chunked {
    fn default() -> Self {
        Self::Size(0)
    }
}

impl Chunked {
    /// Adds the content of `bytes` to `content`. The last chunk has none, and nothing comes behind it.
    pub fn read(&mut self, mut bytes: &[u8], content: &mut Vec<u8>) {
        while let Some((&first, rest)) = bytes.split_first() {
            match self {
                Self::Size(size) => {
                    match (first as char).to_digit(16) {
                        Some(digit) => *size = *size * 16 + digit as usize,
                        None if first == b'\n' => *self = Self::Data(*size),
                        None => {}
                    }
                    bytes = rest;
                }
                Self::Data(0) => *self = Self::Behind,
                Self::Data(left) => {
                    let (data, rest) = bytes.split_at(bytes.len().min(*left));
                    content.extend_from_slice(data);
                    *left -= data.len();
                    bytes = rest;
                }
                Self::Behind => {
                    if first == b'\n' {
                        *self = Self::Size(0);
                    }
                    bytes = rest;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_the_bytes_are_cut_the_content_is_the_same() {
        let bytes = b"5\r\nbrook\r\n10\r\n0123456789abcdef\r\n3\r\nlet\r\n0\r\n\r\n";
        for size in 1..=bytes.len() {
            let (mut chunked, mut content) = (Chunked::default(), Vec::new());
            bytes.chunks(size).for_each(|bytes| chunked.read(bytes, &mut content));
            assert_eq!(content, b"brook0123456789abcdeflet", "in pieces of {size}");
        }
    }
}
