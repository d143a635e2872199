//! Images that go with a message.

use serde::{Deserialize, Serialize};

/// Images of one message at most.
pub const MOST_IMAGES: usize = 10;

/// What `POST /api/attachments` answers: an image that was taken, and can go with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Names the content: `{SHA-256, in hex}-{width}x{height}.{png|jpg}`. It is also the text of the part that shows it.
    pub name: String,
}

/// Width and height of an image in pixels, by its name.
pub fn size_of(name: &str) -> Option<(u32, u32)> {
    let (_, rest) = name.split_once('-')?;
    let (size, _) = rest.split_once('.')?;
    let (width, height) = size.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::size_of;

    #[test]
    fn a_name_tells_the_size() {
        assert_eq!(size_of("ab12-640x480.png"), Some((640, 480)));
        for name in ["", "ab12", "ab12-640.png", "ab12-640x480", "ab12-ax480.png", "ab12--1x2.png"] {
            assert_eq!(size_of(name), None, "{name}");
        }
    }
}
