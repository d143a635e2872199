//! What an event is given as it leaves: when that was, and what hides how long its text is.

use app::wire::Event;

/// Deltas are padded to a multiple of this many bytes.
const PAD: usize = 32;

/// `t` is in milliseconds since the answer began.
pub fn stamp(event: &mut Event, t: u64) {
    if let Event::Delta(delta) = event {
        delta.t = t;
        delta.pad = pad(&delta.text);
    }
}

/// Spaces that bring the text, as JSON escapes it, to a multiple of 32 bytes.
fn pad(text: &str) -> String {
    let escaped: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0x00..=0x1f => 6,
            _ => 1,
        })
        .sum();
    " ".repeat(escaped.next_multiple_of(PAD) - escaped)
}

#[cfg(test)]
mod tests {
    use super::pad;

    #[test]
    fn text_and_pad_together_are_a_multiple_of_32_bytes_in_json() {
        for text in ["a", "a \"quoted\" line\n", "\u{1}\u{8}\t", "溪流", "🐟", &"x".repeat(31), &"x".repeat(32)] {
            let escaped = serde_json::to_string(text).unwrap().len() - 2;
            assert_eq!((escaped + pad(text).len()) % 32, 0, "{text:?}");
        }
    }
}
