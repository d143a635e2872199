//! Bare addresses, which end where a person would end them.
//!
//! For comrak an address goes on to the next space, and Chinese and Japanese are written without: the rest of the sentence
//! would be part of it. What it took with it is given back, and read as any other text is, labels and all.

use comrak::{
    Arena, Options,
    nodes::{Node, NodeValue},
    parse_document,
};

/// Bare addresses that run into one another without a space are no more than this.
const MOST_RUN_ON: usize = 4;
/// What comrak does not count to an address at its end. Behind what is given back it is Markdown again.
const TRIMMED: [char; 10] = ['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"'];

/// Gives back what the addresses in this tree took with them. `preamble` comes before what is parsed for that.
pub fn part<'a>(arena: &'a Arena<'a>, top: Node<'a>, preamble: &str, options: &Options<'_>, cost: &mut usize) {
    let links: Vec<_> = top.descendants().filter(|node| matches!(node.data().value, NodeValue::Link(_))).collect();
    for link in links {
        let mut address = Some(link);
        for runs_on in 1..=MOST_RUN_ON {
            let Some((link, rest)) = address.and_then(|link| Some((link, cut(link)?))) else { break };
            if runs_on == MOST_RUN_ON || !rest.contains(['*', '`', '~', '[', ':', '\\', '&', '_']) {
                link.insert_after(arena.alloc(NodeValue::Text(rest.into()).into()));
                break;
            }
            let source = format!("{preamble}{rest}");
            *cost += source.len();
            address = parse_document(arena, &source, options).last_child().and_then(|read| move_behind(link, read));
        }
    }
}

/// Moves what was read behind the link; gives the last address in it.
fn move_behind<'a>(link: Node<'a>, read: Node<'a>) -> Option<Node<'a>> {
    let (mut last, mut address) = (link, None);
    while let Some(node) = read.first_child() {
        node.detach();
        last.insert_after(node);
        last = node;
        address = node.descendants().filter(|node| is_bare(node)).last().or(address);
    }
    address
}

/// Takes off the link what is not its address.
fn cut(link: Node<'_>) -> Option<String> {
    if !is_bare(&link) {
        return None;
    }
    let child = link.first_child()?;
    let mut rest = match &mut child.data_mut().value {
        NodeValue::Text(text) => {
            let end = end(text);
            text.to_mut().split_off(end)
        }
        _ => return None,
    };
    if rest.is_empty() {
        return None;
    }
    if let NodeValue::Link(link) = &mut link.data_mut().value {
        link.url.truncate(link.url.len() - rest.len());
    }
    if let Some(next) = link.next_sibling()
        && let NodeValue::Text(text) = &mut next.data_mut().value
    {
        let trimmed = text.len() - text.trim_start_matches(TRIMMED).len();
        let behind = text.to_mut().split_off(trimmed);
        rest.push_str(text);
        *text = behind.into();
    }
    Some(rest)
}

/// Whether the link is an address in the text and nothing else: it stands where its text stands.
fn is_bare(link: &Node<'_>) -> bool {
    let data = link.data();
    let NodeValue::Link(address) = &data.value else { return false };
    let child = link.first_child().filter(|child| child.next_sibling().is_none());
    child.is_some_and(|child| {
        let text = child.data();
        text.sourcepos == data.sourcepos
            && matches!(&text.value, NodeValue::Text(text) if address.url.ends_with(&**text))
    })
}

/// Where a bare address ends: Chinese and Japanese punctuation behind it is not part of it.
fn end(url: &str) -> usize {
    let is_punctuation = |c: char| {
        matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
            | '\u{ff5b}'..='\u{ff65}' | '\u{2018}'..='\u{201f}' | '\u{2026}' | '\u{2014}')
    };
    url.find(is_punctuation).unwrap_or(url.len())
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn chinese_punctuation_ends_a_bare_address() {
        for (text, address) in [
            ("https://a.b/c，然后", "https://a.b/c"),
            ("https://a.b/c。", "https://a.b/c"),
            ("https://a.b）", "https://a.b"),
            ("https://a.b/中文", "https://a.b/中文"),
            ("https://a.b?x=1&y", "https://a.b?x=1&y"),
        ] {
            assert_eq!(&text[..end(text)], address);
        }
    }
}
