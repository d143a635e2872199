//! Footnotes: a mark leads to what is there, growing or whole.

use super::{drawn, grow_by_characters, page, whole};

/// Values of this attribute, in order.
fn values(nodes: &[page::Node], name: &str) -> Vec<String> {
    let mut found = vec![];
    for node in nodes {
        if let page::Node::Element(element) = node {
            found.extend(element.attributes.iter().filter(|(other, _)| other == name).map(|(_, value)| value.clone()));
            found.extend(values(&element.children, name));
        }
    }
    found
}

/// Where the marks lead, after each character as for the whole; all of them lead somewhere.
fn marks(text: &str) -> Vec<String> {
    let elements = grow_by_characters(text).elements;
    assert_eq!(page::write(&elements), page::write(&drawn(text)), "{text:?}");
    let ids = values(&elements, "id");
    for (index, id) in ids.iter().enumerate() {
        assert!(!ids[..index].contains(id), "{id} twice: {text:?}");
    }
    let marks: Vec<_> = values(&elements, "href").into_iter().filter(|href| href.starts_with('#')).collect();
    for mark in &marks {
        assert!(ids.contains(&mark[1..].to_owned()), "{mark} leads nowhere: {text:?}");
    }
    marks
}

#[test]
fn every_mark_leads_to_its_footnote() {
    for (text, expected) in [
        ("a[^1] b[^2]\n\n[^1]: One.\n\n[^2]: Two.\n", &["#m-1", "#m-2"][..]),
        ("a[^2] b[^1] c[^2]\n\n[^1]: One.\n[^2]: Two.\n", &["#m-2", "#m-1", "#m-2"]),
        ("[^x]: First.\n\nlate[^x] and[^X]\n", &["#m-1", "#m-1"]),
        ("- a[^1]\n- b[^2]\n  - c[^1]\n\n> d[^2]\n\n[^1]: One.\n[^2]: Two.\n", &["#m-1", "#m-2", "#m-1", "#m-2"]),
        ("| a[^1] |\n|---|\n| b[^1] |\n\n[^1]: One.\n", &["#m-1", "#m-1"]),
        ("a[^1]\n\n[^1]: One[^2].\n[^2]: Two[^1].\n", &["#m-1", "#m-2", "#m-1"]),
        ("a[^1]\n\n[^1]: First.\n\n[^1]: Second.\n", &["#m-1"]),
        ("a[^1]\n\n> [^1]: in a quote\n\n- [^2]: in a list\n\nb[^2]", &["#m-1", "#m-2"]),
        ("a[^1] `[^1]` \\[^1]\n\n[^1]: One.\n", &["#m-1"]),
        ("**a[^1]** [b[^1]](https://c.d)\n\n[^1]: One.\n", &["#m-1"]),
        ("a[^none]\n", &[]),
    ] {
        assert_eq!(marks(text), expected, "{text:?}: {}", whole(text));
    }
}

#[test]
fn a_footnote_of_many_blocks_is_one() {
    marks("a[^1]\n\n[^1]: One\n    more\n\n    - a list\n    - of two\n\n    ```\n    code\n    ```\n\nend[^1]\n");
    marks("[^a]: One\n\n    [^b]: in it\n\nx[^a] y[^b]\n");
}

#[test]
fn a_links_definition_takes_the_label_from_a_footnote() {
    for text in [
        "[a]:u\r\t[^1]:a\n- [^1]\n",
        "[^1]\n[^1]:\n*\n[b]:v\n    [^1]:c",
        "[^1]: note\n\nx[^1]\n\n[a]:u\n\t[^1]:a\n- [^1]\n",
        "[^1]\n\n[ ^1]: /u\n\n[ ^1]: /v\n\n[^1]: x\n\n[^1] [ ^1]\n[a]: /u\n    [^1]: /w\n\n[^1]",
        "use [^1 x]\n\n[^1 x]: /u\n\nuse [^1 x]",
    ] {
        marks(text);
    }
}
