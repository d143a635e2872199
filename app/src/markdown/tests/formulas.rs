//! Formulas: what is one, how it is drawn, and how it looks while it is written.

use super::{drawn, grow_by_characters, page, whole};

fn span(kind: &str, source: &str) -> String {
    let scrolls = if kind == "block" { " role=\"group\" tabindex=\"0\" aria-label=\"Formula\"" } else { "" };
    format!("<span class=\"math\" data-math=\"{kind}\" dir=\"ltr\"{scrolls}>{source}</span>")
}

#[test]
fn all_forms_are_formulas_wherever_they_stand() {
    let forms = [("inline", "$x_1*y*$"), ("block", "$$x$$"), ("inline", "\\(x^2\\)"), ("block", "\\[x_*1*\\]")];
    for (kind, source) in forms {
        for (before, after) in [
            ("", ""),
            ("an ", " end"),
            ("令", "为"),
            ("- a\n- b ", "\n"),
            ("1. a\n\n   ", " b\n"),
            ("> > - ", "\n"),
            ("| a | b |\n|---|---|\n| *c* `d` | ", " |\n"),
            ("# ", ""),
            ("**a ", " b**"),
            ("[^1] and\n\n[^1]: ", "\n"),
            ("one\ntwo ", " three\nfour"),
            ("\\(y\n+z\\) and ", ""),
        ] {
            let text = format!("{before}{source}{after}");
            let html = whole(&text);
            assert!(html.contains(&span(kind, source)), "{text:?} is {html}");
            grow_by_characters(&text);
        }
    }
}

#[test]
fn what_may_be_wider_than_a_phone_scrolls_by_itself() {
    let html = whole(&format!("a ${}$ b", "x+".repeat(30)));
    assert!(html.contains("data-long=\"true\" role=\"group\" tabindex=\"0\" aria-label=\"Formula\""), "{html}");
    assert!(!whole("a $x+y$ b").contains("tabindex"));
}

#[test]
fn what_costs_something_is_no_formula() {
    for text in [
        "It costs $5 and $6.",
        "From $5 to $10, or US$5/US$6.",
        "$5-$6, $100.00–$200",
        "Set $HOME/$USER and $PATH:$HOME/bin.",
        "$5 to the waiter and 10$ more",
        "a $ b $ c, $$$ and $",
        "`$x$` \\$x\\$",
        "```\n$x$ $$y$$\n```\n",
        "Pay $20,000 (about $1,666/month) by 2$.",
    ] {
        let html = whole(text);
        assert!(!html.contains("math"), "{text:?} is {html}");
        let page = grow_by_characters(text);
        let plain = text.replace("`", "").replace("\\", "");
        assert!(page::text(&page.elements).contains(plain.lines().next().unwrap_or_default()) || text.contains("```"));
    }
    for (text, html) in [
        ("It costs $6, and `$HOME` *is* $x$.", "<code dir=\"auto\">$HOME</code> <em>is</em>"),
        ("$PATH *and* `$HOME`, $A/$B/$C $d", "$PATH <em>and</em> <code dir=\"auto\">$HOME</code>, $A/$B/$C $d"),
        ("| $A/$B `$c` | *d* |\n|---|---|\n| `$x` $5 `$y` | $z$ |\n", "<code dir=\"auto\">$x</code> $5 <code"),
    ] {
        let drawn = whole(text);
        assert!(drawn.contains(html), "{text:?} is {drawn}");
        grow_by_characters(text);
    }
    for text in ["$5$", "$2 x$", "($x$)", "$x$, $y$.", "价格$x$元"] {
        assert!(whole(text).contains("data-math"), "{text:?} is {}", whole(text));
    }
}

#[test]
fn a_formula_of_several_lines_is_one_whatever_they_begin_with() {
    for (begin, end) in [("$$", "$$"), ("\\[", "\\]")] {
        let lines = "a\n+ b\n- c\n=\n---\n# d\n> e\n1. f\n| g |\n|---|\n<div>\n[x]: /y\n* h\n";
        for (before, indent) in [("", ""), ("words\n", ""), ("- item\n\n  ", "  "), ("> ", "> "), ("1. ", "   ")] {
            let source = format!("{begin}\n{lines}{end}");
            let text = format!("{before}{}\n\nafter\n\n- list\n", source.replace('\n', &format!("\n{indent}")));
            let html = whole(&text);
            let expected = source.replace('<', "&lt;").replace('>', "&gt;");
            assert!(html.contains(&span("block", &expected)), "{text:?} is {html}");
            let page = grow_by_characters(&text);
            assert_eq!(page.elements, drawn(&text));
        }
    }
}

#[test]
fn a_formula_that_is_being_written_looks_as_it_will() {
    let text = "So:\n\n$$ \\frac{a_1}{b*c*d_2} \\\\ \\{x\\}\n- y_1 _z_\n$$\n\nDone.";
    let (from, to) = (text.find("$$").unwrap(), text.rfind("$$").unwrap());
    for end in from + 2..to + 2 {
        let html = whole(&text[..end]);
        let source = text[from..end].replace('&', "&amp;");
        // The last line end is not drawn.
        assert!(
            html.contains("data-math=\"block\"") && html.contains(source.trim_end()),
            "{:?} is {html}",
            &text[..end]
        );
        assert!(!html.contains("<em>") && !html.contains("<li"), "{html}");
    }
    grow_by_characters(text);
    // What never ends is text, once it is known.
    let html = whole("$$ a\n- b\n\nc");
    assert!(html.contains("<p>$$ a<br>\n- b</p>"), "{html}");
}

#[test]
fn what_stands_in_for_an_end_is_never_drawn() {
    for text in [
        "```\n$$\n- a\n\\[\n=\nb",
        "    $$\n- a\n- b",
        "`a\n\\[ b` c",
        "<pre>\n$$\n- x\n",
        "| a |\n|---|\n$$ | c\n- x",
        "a | b\n--|--\n$$ | c\n",
        "- ```\n  \\[\nfoo\n\\]\n- b",
        "[a](\n$$\n- b)\n",
        "\u{fdd0}- a\u{fdd1}b",
        "*$$\n- a*\n\n- b",
        "$$ a \\",
        "\\[ a \\",
        "$$ a $",
        "> $$\n- a\n> b\n$$",
    ] {
        let page = grow_by_characters(text);
        assert_eq!(page.elements, drawn(text), "{text:?}");
        let shown = page::text(&page.elements);
        assert!(!shown.contains(['\u{fdd0}', '\u{fdd1}']), "{text:?} shows {shown:?}");
        assert!(shown.matches("$$").count() <= text.matches("$$").count(), "{text:?} shows {shown:?}");
        assert!(shown.matches("\\]").count() <= text.matches("\\]").count(), "{text:?} shows {shown:?}");
    }
}
