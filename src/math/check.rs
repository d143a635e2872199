//! What may come to a page: MathML is read strictly and written anew, from a closed set of elements, attributes and values.
//! Whatever else there is refuses the formula.

/// Elements with the attributes that each may have.
const ELEMENTS: [(&str, &[&str]); 19] = [
    ("math", &["display"]),
    ("mfrac", &["linethickness"]),
    ("mi", &["mathvariant"]),
    ("mn", &[]),
    ("mo", &["largeop", "maxsize", "minsize", "movablelimits", "stretchy", "symmetric"]),
    ("mover", &[]),
    ("mroot", &[]),
    ("mrow", &[]),
    ("mspace", &["depth", "height", "width"]),
    ("msqrt", &[]),
    ("msub", &[]),
    ("msubsup", &[]),
    ("msup", &[]),
    ("mtable", &[]),
    ("mtd", &[]),
    ("mtext", &[]),
    ("mtr", &[]),
    ("munder", &[]),
    ("munderover", &[]),
];

/// What every element may have besides.
const EVERYWHERE: [&str; 3] = ["class", "displaystyle", "scriptlevel"];

/// How `style/math.css` calls what it draws, and how pulldown-latex does.
const CLASSES: [(&str, &str); 17] = [
    ("cell-left", "math-left"),
    ("cell-right", "math-right"),
    ("menv-align", "math-pairs"),
    ("menv-alignlike", "math-aligned"),
    ("menv-arraylike", "math-array"),
    ("menv-border-only", "math-rule"),
    ("menv-cases", "math-cases"),
    ("menv-cells-left", "math-cells-left"),
    ("menv-cells-right", "math-cells-right"),
    ("menv-hdashline", "math-dashes-above"),
    ("menv-hline", "math-line-above"),
    ("menv-left-dashed", "math-dashes-before"),
    ("menv-left-solid", "math-line-before"),
    ("menv-right-dashed", "math-dashes-behind"),
    ("menv-right-solid", "math-line-behind"),
    ("mop-negated", "math-negated"),
    ("small", "math-small"),
];

/// A browser lays out what is nested several times for each level.
const DEEPEST: usize = 48;
const LONGEST: usize = 192 * 1024;

/// The formula as a page may have it.
pub fn checked(mathml: &str) -> Option<String> {
    let mut written = String::with_capacity(mathml.len());
    let (mut open, mut rest) = (vec![], mathml);
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("</") {
            let (name, behind) = inner.split_once('>')?;
            (open.pop()? == name).then_some(())?;
            written.push_str(&format!("</{name}>"));
            rest = behind;
        } else if let Some(inner) = rest.strip_prefix('<') {
            // There is one formula, and nothing beside it.
            (inner.starts_with("math ") == (open.is_empty() && written.is_empty())).then_some(())?;
            rest = tag(inner, &mut open, &mut written)?;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            (!open.is_empty()).then_some(())?;
            push_text(&mut written, &rest[..end])?;
            rest = &rest[end..];
        }
        if open.len() > DEEPEST || written.len() > LONGEST {
            return None;
        }
    }
    (open.is_empty() && !written.is_empty()).then_some(written)
}

/// Reads a tag behind its `<`; gives what stands behind the tag.
fn tag<'m>(inner: &'m str, open: &mut Vec<&'m str>, written: &mut String) -> Option<&'m str> {
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, mut rest) = inner.split_at(end);
    let (_, allowed) = ELEMENTS.iter().find(|(known, _)| *known == name)?;
    written.push_str(&format!("<{name}"));
    let mut classes: Vec<&str> = vec![];
    loop {
        // Between the two last attributes of a delimiter the space is forgotten.
        rest = rest.trim_start_matches(' ');
        if let Some(behind) = rest.strip_prefix("/>") {
            push_classes(written, &classes);
            written.push_str(&format!("></{name}>"));
            return Some(behind);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            push_classes(written, &classes);
            written.push('>');
            open.push(name);
            return Some(behind);
        }
        let (attribute, behind) = rest.split_once("=\"")?;
        let (value, behind) = behind.split_once('"')?;
        rest = behind;
        match attribute {
            // The page allows no styles. Frames are drawn by a class, and gaps are as wide as they are.
            "style" => classes.extend(value.starts_with("border:").then_some("math-frame")),
            "class" => {
                let known = |name: &str| CLASSES.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours);
                classes.extend(value.split(' ').filter_map(known));
            }
            _ if !allowed.contains(&attribute) && !EVERYWHERE.contains(&attribute) => return None,
            _ => {
                if let Some(value) = checked_value(attribute, value)? {
                    written.push_str(&format!(" {attribute}=\"{value}\""));
                }
            }
        }
    }
}

fn push_classes(written: &mut String, classes: &[&str]) {
    if !classes.is_empty() {
        written.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
}

/// The value as it is written, nothing if the attribute is to be left out, or none if there must be no such value.
fn checked_value(attribute: &str, value: &str) -> Option<Option<String>> {
    let is_one_of = |known: &[&str]| known.contains(&value).then(|| Some(value.to_owned()));
    match attribute {
        "display" => is_one_of(&["block", "inline"]),
        "mathvariant" => is_one_of(&["normal"]),
        "scriptlevel" => is_one_of(&["0", "1", "2"]),
        "displaystyle" | "largeop" | "movablelimits" | "stretchy" | "symmetric" => is_one_of(&["true", "false"]),
        "depth" | "height" | "linethickness" | "maxsize" | "minsize" | "width" => length(value),
        _ => None,
    }
}

/// A length that stays in its line: nothing reaches over what stands elsewhere. MathML knows none below zero.
fn length(value: &str) -> Option<Option<String>> {
    let end = value.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(value.len());
    let (number, unit) = value.split_at(end);
    let number: f32 = number.trim().parse().ok()?;
    // Its eighteenths of an em are counted already, and still called so.
    let unit = if unit == "mu" { "em" } else { unit };
    let most = match unit {
        "em" | "" => 20.0,
        "ex" => 40.0,
        "pc" => 20.0,
        "pt" | "px" => 240.0,
        "mm" => 80.0,
        "cm" => 8.0,
        "in" => 3.0,
        _ => return None,
    };
    match number {
        0.0.. if number <= most => Some(Some(format!("{}{unit}", (number * 1e4).round() / 1e4))),
        0.0.. => None,
        _ if number.is_nan() => None,
        _ => Some(None),
    }
}

/// Text, with the few names of characters that may be in it.
fn push_text(written: &mut String, text: &str) -> Option<()> {
    for (index, part) in text.split('&').enumerate() {
        let mut rest = part;
        if index > 0 {
            let (name, behind) = part.split_once(';')?;
            written.push_str(match name {
                "amp" => "&amp;",
                "lt" => "&lt;",
                "gt" => "&gt;",
                "nbsp" => "\u{a0}",
                _ => return None,
            });
            rest = behind;
        }
        (!rest.contains(['>', '\0', '\r'])).then_some(())?;
        written.push_str(rest);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(inner: &str) -> Option<String> {
        checked(&format!("<math display=\"block\">{inner}</math>"))
    }

    #[test]
    fn what_is_known_stays() {
        for inner in ["<mi>x</mi>", "<mrow><mn>1</mn></mrow>", "<mo stretchy=\"true\" minsize=\"1.2em\">(</mo>"] {
            assert_eq!(inside(inner), Some(format!("<math display=\"block\">{inner}</math>")));
        }
        let frame = inside("<mrow style=\"border: 0.06em solid rgb(0 0 0)\" class=\"small\">&lt;</mrow>").unwrap();
        assert!(frame.contains("<mrow class=\"math-frame math-small\">&lt;</mrow>"), "{frame}");
        assert!(inside("<mspace width=\"3mu\" />").unwrap().contains("<mspace width=\"3em\"></mspace>"));
        assert!(inside("<mspace width=\"-1em\" style=\"margin-left: -1em\" />").unwrap().contains("<mspace></mspace>"));
        assert!(inside("<mo symmetric=\"true\"minsize=\"1em\">|</mo>").unwrap().contains("\"true\" minsize="));
        assert!(inside("<mtext>&nbsp;a</mtext>").unwrap().contains("<mtext>\u{a0}a</mtext>"));
    }

    #[test]
    fn what_is_not_known_refuses_the_formula() {
        for inner in [
            "<script>x</script>",
            "<mi onclick=\"x\">a</mi>",
            "<mi href=\"javascript:x\">a</mi>",
            "<a href=\"x\">a</a>",
            "<mi>a",
            "<mi>a</mn>",
            "a</math><script>",
            "<math display=\"block\"></math>",
            "<mi class='x'>a</mi>",
            "<mi class=\"x>a</mi>",
            "<!-- x -->",
            "<mi>&#106;</mi>",
            "<mi>&quot;</mi>",
            "<mi>& </mi>",
            "<mi>></mi>",
            "<annotation-xml encoding=\"text/html\">x</annotation-xml>",
            "<maction>a</maction>",
            "<semantics><mi>a</mi></semantics>",
            "<mspace width=\"9999em\" />",
            "<mspace width=\"nan\" />",
            "<mspace width=\"1e9\" />",
            "<mspace width=\"1vw\" />",
            "<mspace width=\"calc(1em)\" />",
            "<mi mathvariant=\"x\">a</mi>",
            "<mi\nx=\"y\">a</mi>",
            "<mglyph src=\"x\" />",
            "<mi xlink:href=\"x\">a</mi>",
        ] {
            assert_eq!(inside(inner), None, "{inner}");
        }
        assert_eq!(checked(""), None);
        assert_eq!(checked("<mi>a</mi>"), None);
        assert_eq!(checked("x<math display=\"block\"></math>"), None);
        assert_eq!(checked("<math display=\"block\"></math><math display=\"block\"></math>"), None);
        assert_eq!(checked("<math display=\"block\"></math>x"), None);
        let class = inside("<mi class=\"evil small\">a</mi>").unwrap();
        assert!(class.contains("<mi class=\"math-small\">"), "{class}");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |depth: usize| inside(&format!("{}{}", "<mrow>".repeat(depth), "</mrow>".repeat(depth)));
        assert!(nested(DEEPEST - 1).is_some() && nested(DEEPEST).is_none());
        assert_eq!(inside(&"<mi>x</mi>".repeat(LONGEST / 10)), None);
    }

    #[test]
    fn names_are_in_order() {
        assert!(ELEMENTS.is_sorted() && CLASSES.is_sorted());
    }
}
