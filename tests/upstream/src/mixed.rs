//! A model that writes mixed Markdown at a steady pace: what a page that draws replies has to bear.

use crate::step::{Step, done};
use std::{str::FromStr, time::Duration};

/// What to write, as the user's message has it: `mixed <characters> <a piece> <pieces a second>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mixed {
    pub characters: usize,
    /// Characters of a piece.
    pub piece: usize,
    pub per_second: u64,
}

impl Mixed {
    /// All that it says: sections of headings, prose, lists, tables, code, quotes and math, cut at the length.
    pub fn text(self) -> String {
        (1..).map(section).flat_map(|section| section.chars().collect::<Vec<_>>()).take(self.characters).collect()
    }

    pub(crate) fn steps(self) -> Vec<Step> {
        let text: Vec<char> = self.text().chars().collect();
        let gap = 1_000_000 / self.per_second.max(1);
        let pieces = text.chunks(self.piece.max(1)).zip(0..).flat_map(|(piece, index)| {
            [Step::Until(Duration::from_micros(index * gap)), Step::Text(piece.iter().collect())]
        });
        [Step::stream()].into_iter().chain(pieces).chain([done(text.len())]).collect()
    }
}

impl FromStr for Mixed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let words: Vec<_> = text.split(' ').collect();
        let ["mixed", characters, piece, per_second] = words[..] else { return Err(()) };
        let (characters, piece) = (characters.parse().map_err(drop)?, piece.parse().map_err(drop)?);
        Ok(Self { characters, piece, per_second: per_second.parse().map_err(drop)? })
    }
}

/// About 1,500 characters; no two are alike.
fn section(number: usize) -> String {
    let (slope, flow) = (number * 7 % 40 + 3, number * 13 % 90 + 11);
    format!(
        "## {number}. Where the water goes\n\n\
         A brook falls by **{slope} m** on its first kilometre and by *half of that* on the next; what it carries grows with \
         the [square of its speed](https://example.com/flow/{number}), so `flow({number})` is {flow} litres a second at the \
         ford, and ~~twice~~ three times that after rain. 溪水向下流，越流越慢。\n\n\
         - stones that the current moves\n  - of the size of a fist, {slope} of them\n  - of the size of a pea\n\
         - sand, in **banks** behind each bend\n- silt, which settles at `{flow}` cm\n\n\
         1. Measure the width at three places.\n2. Take the mean of {slope} and {flow}.\n3. Multiply by the depth.\n\n\
         | place | width | depth | flow |\n| :--- | ---: | ---: | ---: |\n\
         | ford {number} | {slope} m | 0.{slope} m | {flow} l/s |\n| bend | 4 m | 0.9 m | {flow} l/s |\n\
         | mill | 3 m | 1.2 m | **{flow} l/s** |\n| mouth | 11 m | 0.4 m | {slope} l/s |\n\n\
         ```rust\n/// Litres a second, by Manning's formula.\nfn flow_{number}(slope: f64, radius: f64) -> f64 {{\n    \
         let rough = 0.0{slope};\n    let speed = radius.powf(2.0 / 3.0) * slope.sqrt() / rough;\n    \
         // The banks hold some of it back.\n    if speed > {flow}.0 {{ {flow}.0 }} else {{ speed * 1000.0 }}\n}}\n```\n\n\
         > What goes down does not come back, said the miller; but he had {slope} wheels and\n> needed the water once.\n\n\
         The speed follows $v = \\frac{{1}}{{n}} R^{{2/3}} S^{{1/2}}$, and over the whole length\n\n\
         $$Q_{{{number}}} = \\int_0^{{{slope}}} w(x)\\, d(x)\\, v(x)\\, \\mathrm{{d}}x$$\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long_as_it_was_asked_for_and_comes_in_pieces_that_are_the_whole() {
        let mixed: Mixed = "mixed 5000 4 100".parse().unwrap();
        let text = mixed.text();
        assert_eq!(text.chars().count(), 5_000);
        let said: Vec<_> = mixed
            .steps()
            .into_iter()
            .filter_map(|step| match step {
                Step::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!((said.len(), said.concat()), (1_250, text));
        assert_eq!("mixed 5000 4".parse::<Mixed>(), Err(()));
    }
}
