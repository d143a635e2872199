//! Documents of all kinds: each construct by itself, in others, before and after others, cut off, and in answers as
//! models write them.

/// One construct each; `\n` ends a line.
const CONSTRUCTS: [&str; 50] = [
    "plain words\nin two lines",
    "hard  \nbreak\\\nand back",
    "# Heading one #\ntext",
    "###### Six\n####### seven",
    "Setext one\n===\nSetext two\n---\n",
    "***\n---\n_ _ _\n",
    "*em* **strong** ***both*** ~~gone~~ `code` ``co`de``",
    "**注意：**中文里的**强调。**没有空格",
    "一段中文，**「引用」**和*斜体*，以及`代码`。",
    "unclosed *em and **strong and `code",
    "[link](https://a.example/b?c=d&e \"title\") and <https://b.example>",
    "https://c.example/d_e，然后 www.f.example。ok@g.example",
    "[bad](javascript:alert(1)) [rel](/c/1) [mail](mailto:a@b.example)",
    "![alt *text*](https://i.example/x.png) [![badge](https://i.example/y.svg)](https://z.example)",
    "[ref], [Ref][], [text][ref] and [none]\n\n[ref]: https://r.example 'T'\n",
    "[late] here\n\nmore\n\n- and [late]\n- there\n\n[late]: https://l.example\n[late]: https://second.example\n",
    "note[^1] and[^two] and[^none]\n\n[^1]: First.\n[^two]: Second\n    with more.\n\n    And a block.\n",
    "[^b]: defined before\n\nused[^b] after[^B]\n",
    "- one\n- two\n- three\n",
    "* one\n\n* two\n\n* three\n",
    "+ a\n  - b\n    - c\n  - d\n+ e\n",
    "1. first\n2. second\n   with more\n3. third\n",
    "7) seven\n8) eight\n\n9) nine\n",
    "- [ ] to do\n- [x] done\n- [X] **done** too\n",
    "- item\n\n  second block\n\n      code in it\n- next\n",
    "- a\n\n\n- b\n\n\n\nend",
    "-\n- b\n-\n",
    "- a\n- b\n\n1. c\n2. d\n* e\n",
    "> quote\n> more\nlazy\n",
    "> a\n>\n> b\n>\n> - c\n> - d\n>\n> e\n",
    "> a\n> > b\n> > c\n> d\n",
    "> [!NOTE]\n> Useful.\n>\n> More.\n",
    "> [!WARNING] Own title\n> Text\n\n> text\n> [!TIP]\n> no head\n",
    "```rust\nfn main() {\n    println!(\"<hi> & bye\");\n}\n```\nafter",
    "~~~\n```\ncode\n~~~\n",
    "```\nnever closed\n\n# no heading\n",
    "````md\n```js\nx\n```\n````\ndone",
    "  ```py\n  indented\n     more\n  ```\n",
    "    indented code\n\n    more of it\n\nend",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\n| `x\\|y` | **z** |\n| only one |\n",
    "before\n| h |\n|---|\n| r |\nrow without pipes\n\nafter",
    "a | b\n- | -\n1 | 2\n> ends it\n",
    "<div class=\"x\">\n<b>raw</b>\n</div>\n\ntext <i>inline</i> a<br>b<br/>c",
    "<!-- a comment\n\nstill -->\nafter\n<script>alert(1)</script>\n\n<?php\n",
    "escaped \\*stars\\* \\(x^2\\) \\[y\\] $z$ &copy; &#35; &nosuch;",
    "$a_1*b*$, $$c$$ and \\(d\\), for $5 or $6.",
    "$$\na\n- b\n=\n+ c\n$$\n- list\n",
    "\\[\n1. x\n> y\n\\]\nafter",
    "$$ never\n- closed\n\n- list\n",
    "zero\u{200b}width \u{202e}turned\u{202c} and \u{2066}isolated\u{2069} `\u{202e}code`",
];

const ANSWERS: [&str; 12] = [
    "Sure! Here is a small function:\n\n```python\ndef add(a: int, b: int) -> int:\n    \"\"\"Adds.\"\"\"\n    return a + b\n\n\nprint(add(1, 2))\n```\n\n**How it works**\n\n1. It takes two numbers.\n2. It adds them:\n   ```python\n   a + b\n   ```\n3. It returns the sum.\n\nLet me know if you need *more*!",
    "## Comparison\n\n| Feature | SQLite | PostgreSQL |\n|:--------|:------:|-----------:|\n| Setup | none | some |\n| Writers | one | many |\n| Size | `< 1 MB` | ~50 MB |\n\n> **Tip:** start with SQLite.\n\n### Sources\n\nSee the manual[^1] and the wiki[^2].\n\n[^1]: The SQLite manual, <https://sqlite.org>.\n[^2]: A wiki.\n",
    "当然可以！下面是步骤：\n\n1. **安装：**运行 `cargo install`。\n2. **配置：**编辑`config.toml`，例如：\n\n   ```toml\n   [server]\n   port = 3000\n   ```\n\n3. **启动。**打开 http://127.0.0.1:3000，然后登录。\n\n更多内容见[文档](https://例子.中国/文档)。\n",
    "Checklist:\n\n- [x] Read the issue\n- [x] Write a test\n  - [x] that fails\n  - [ ] that passes\n- [ ] Fix it\n\n---\n\nDone soon.\n",
    "# Title\n\nIntro with a [reference][spec] and [another].\n\n- First point, see [spec].\n\n  It has two paragraphs.\n- Second point.\n\nThe end.\n\n[spec]: https://spec.example \"The spec\"\n[another]: <https://other.example>\n",
    "Here's the formula: \\(E = mc^2\\) and\n\n\\[\n\\int_0^1 x\\,dx = \\frac{1}{2}\n\\]\n\nwith $a_1 + b_1$ inline.",
    "```mermaid\ngraph TD;\n  A-->B;\n```\n\n```diff\n- old\n+ new\n```\n\n```\nplain\n```",
    "Steps\n=====\n\n* Open the app\n* Choose **Settings**\n    * then *Network*\n    * then `Proxy`\n* Save\n\nThat's all — really.\n",
    "1. One\n\n   > quoted in a list\n   > and more\n\n2. Two\n\n   | a | b |\n   |---|---|\n   | 1 | 2 |\n\n3. Three\n",
    "<details>\n<summary>More</summary>\n\nHidden **text**.\n\n</details>\n\nAfter.",
    "> [!IMPORTANT]\n> Back up first.\n>\n> ```sh\n> cp -r data backup\n> ```\n\nThen go on.\r\nA line with CR LF.\r\n\r\nAnd another.\r\n",
    "Q: Why?\nA: Because.\n\nمرحبا بالعالم **نص عريض** و `code`.\n\nשלום עולם\n\nEmoji 👩‍👩‍👧‍👦 and flags 🇨🇳.",
];

/// Answers as models write them.
pub fn answers() -> &'static [&'static str] {
    &ANSWERS
}

/// All constructs in all surroundings.
pub fn documents() -> Vec<String> {
    let mut documents: Vec<String> = ANSWERS.iter().map(|answer| (*answer).to_owned()).collect();
    for (index, construct) in CONSTRUCTS.into_iter().enumerate() {
        let next = CONSTRUCTS[(index * 7 + 3) % CONSTRUCTS.len()];
        let indented = |first: &str, rest: &str| prefixed(construct, first, rest);
        documents.extend([
            construct.to_owned(),
            construct.replace('\n', "\r\n"),
            indented("> ", "> "),
            indented("- ", "  "),
            format!("1. first\n{}\n3. third\n", indented("2. ", "   ")),
            format!("> - {}\n> end\n", prefixed(construct, "", ">   ")),
            format!("words before\n{construct}\n\nwords behind"),
            format!("{construct}\n{next}"),
            format!("{next}\n\n{construct}"),
        ]);
    }
    documents
}

fn prefixed(text: &str, first: &str, rest: &str) -> String {
    let lines = text.split_inclusive('\n').enumerate();
    lines.map(|(index, line)| format!("{}{line}", if index == 0 { first } else { rest })).collect()
}
