//! Dollars: two of them may stand around a formula, or cost something, or begin the name of a variable.
//!
//! For comrak a dollar with a word right behind it opens a formula that goes on to the next dollar with a word right before it,
//! wherever that is, in code as well. One that is no formula is told to it as an escaped dollar, and the text is read again.

use comrak::nodes::{Node, NodeMath, NodeValue, Sourcepos};

/// So often at most: each time all that was found is told, and there may be others behind it.
pub const ROUNDS: usize = 6;

/// Where lines begin in what comrak read.
pub struct Source {
    pub text: String,
    starts: Vec<usize>,
}

impl Source {
    pub fn new(text: String) -> Self {
        let starts = match text.contains('$') {
            true => [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            false => vec![],
        };
        Self { text, starts }
    }

    /// Where the dollar stands that a formula begins with, if it does.
    pub fn dollar(&self, position: Sourcepos) -> Option<usize> {
        let line = self.starts.get(position.start.line.checked_sub(1)?)?;
        let at = line + position.start.column.checked_sub(1)?;
        (self.text.as_bytes().get(at) == Some(&b'$')).then_some(at)
    }

    /// Tells comrak that these are dollars and nothing else; gives whether there are any.
    pub fn escape(&mut self, mut dollars: Vec<usize>) -> bool {
        dollars.sort_unstable();
        let mut text = std::mem::take(&mut self.text);
        for at in dollars.iter().rev() {
            text.insert(*at, '\\');
        }
        *self = Self::new(text);
        !dollars.is_empty()
    }
}

/// The dollars that begin no formula although comrak says so, in the blocks behind a line.
pub fn no_formulas<'a>(root: Node<'a>, line: usize, source: &Source) -> Vec<usize> {
    if source.starts.is_empty() {
        return vec![];
    }
    let blocks = root.children().filter(|node| node.data().sourcepos.start.line > line);
    let found = blocks.flat_map(|block| block.descendants()).filter_map(|node| {
        let data = node.data();
        let NodeValue::Math(math) = &data.value else { return None };
        source.dollar(data.sourcepos).filter(|_| is_no_formula(node, math))
    });
    found.collect()
}

/// Of what stands between single dollars: a letter or a digit stands right before or behind (`$HOME/$USER`), it is an amount and
/// words, or it would tear code apart.
pub fn is_no_formula(node: Node<'_>, math: &NodeMath) -> bool {
    !math.display_math && (is_in_word(node) || is_price(&math.literal) || math.literal.contains('`'))
}

fn is_in_word(formula: Node<'_>) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let text = |node: Option<Node<'_>>, last: bool| match &node?.data().value {
        NodeValue::Text(text) if last => text.chars().next_back(),
        NodeValue::Text(text) => text.chars().next(),
        _ => None,
    };
    text(formula.previous_sibling(), true).is_some_and(is_word)
        || text(formula.next_sibling(), false).is_some_and(is_word)
}

/// “5 to the waiter and 10”.
fn is_price(source: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    source.starts_with(|c: char| c.is_ascii_digit()) && source.split(' ').skip(1).any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_words_behind_it() {
        assert!(is_price("5 to him and 10") && !is_price("2 x") && !is_price("x and y") && !is_price("5"));
    }

    #[test]
    fn dollars_are_escaped_where_they_stand() {
        let mut source = Source::new("a $b\n$c\n".to_owned());
        assert!(source.escape(vec![5, 2]));
        assert_eq!(source.text, "a \\$b\n\\$c\n");
        assert!(!source.escape(vec![]));
        assert!(Source::new("a\nb".to_owned()).starts.is_empty());
    }
}
