//! Brooklet's own documentation by its sections, in both languages, and the search over them.

use super::{
    index::Index,
    section::{Section, by_rows, sections},
    words::{Language, terms},
};
use std::sync::LazyLock;

/// What the guide quotes from, and how much each page weighs beside the others: what is written for people who ask comes
/// before tables and the setting up of servers. README is not among them: it speaks to who has the source. A test holds that
/// no page of `docs` is missing.
const PAGES: [Page; 8] = [
    Page {
        file: "docs/connect-a-model.md",
        weight: 1.0,
        english: include_str!("../../../docs/connect-a-model.md"),
        chinese: Some(include_str!("../../../docs/zh/connect-a-model.md")),
    },
    Page {
        file: "docs/using-the-page.md",
        weight: 1.0,
        english: include_str!("../../../docs/using-the-page.md"),
        chinese: Some(include_str!("../../../docs/zh/using-the-page.md")),
    },
    Page {
        file: "docs/questions.md",
        weight: 1.0,
        english: include_str!("../../../docs/questions.md"),
        chinese: Some(include_str!("../../../docs/zh/questions.md")),
    },
    Page {
        file: "docs/self-hosting.md",
        weight: 0.8,
        english: include_str!("../../../docs/self-hosting.md"),
        chinese: None,
    },
    Page {
        file: "docs/configuration.md",
        weight: 0.6,
        english: include_str!("../../../docs/configuration.md"),
        chinese: None,
    },
    Page { file: "docs/streaming.md", weight: 0.4, english: include_str!("../../../docs/streaming.md"), chinese: None },
    Page { file: "docs/providers.md", weight: 0.3, english: include_str!("../../../docs/providers.md"), chinese: None },
    Page {
        file: "docs/benchmarks.md",
        weight: 0.3,
        english: include_str!("../../../docs/benchmarks.md"),
        chinese: None,
    },
];

struct Page {
    file: &'static str,
    weight: f64,
    english: &'static str,
    /// The same sections in the same order.
    chinese: Option<&'static str>,
}

static ENGLISH: LazyLock<Library> = LazyLock::new(|| Library::new(PAGES.iter().flat_map(Page::in_english)));
static CHINESE: LazyLock<Library> = LazyLock::new(|| Library::new(PAGES.iter().flat_map(Page::in_chinese)));

/// The section that answers best, in the language of the question where there is such; none where nothing fits.
pub fn search(question: &str) -> Option<&'static Section> {
    let library: &Library = match Language::of(question) {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    };
    library.index.best(&terms(question)).map(|at| &library.sections[at])
}

struct Library {
    sections: Vec<Section>,
    index: Index,
}

impl Library {
    fn new(sections: impl Iterator<Item = Section>) -> Self {
        let sections: Vec<_> = sections.flat_map(by_rows).collect();
        Self { index: Index::new(&sections), sections }
    }
}

impl Page {
    fn in_english(&self) -> Vec<Section> {
        sections(self.file, self.english, self.weight, titled)
    }

    /// What is not translated stays English. Only the English page says in which words people ask, in both languages.
    fn in_chinese(&self) -> Vec<Section> {
        let english = self.in_english();
        let Some(text) = self.chinese else { return english };
        let chinese = sections(self.file, text, self.weight, titled);
        chinese.into_iter().zip(english).map(|(own, english)| Section { asked_as: english.asked_as, ..own }).collect()
    }
}

/// The title of the page that a link leads to.
fn titled(target: &str) -> Option<&'static str> {
    let page = PAGES.iter().find(|page| page.file.ends_with(target.trim_start_matches("../")))?;
    page.english.lines().next()?.strip_prefix("# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people ask, and the section that answers.
    const QUESTIONS: [(&str, &str); 80] = [
        ("How do I connect a model?", "Connect a model"),
        ("how to connect a model", "Connect a model"),
        ("How do I connect Ollama on this machine?", "Connect a model: Ollama"),
        ("How do I connect a model by its key?", "Connect a model: A service with a key"),
        ("How can I use ChatGPT here?", "Connect a model: A service with a key"),
        ("where do I put my OpenAI API key", "Connect a model: A service with a key"),
        ("Can I use Claude?", "Connect a model: A service with a key"),
        ("I want to use Gemini", "Connect a model: A service with a key"),
        ("How do I set up Ollama?", "Connect a model: Ollama"),
        ("How do I connect Ollama?", "Connect a model: Ollama"),
        ("what does OLLAMA_HOST do", "Connect a model: Ollama"),
        ("llama.cpp server", "Connect a model: llama.cpp"),
        ("how to run vllm with brooklet", "Connect a model: vLLM"),
        ("LM Studio models do not show up", "Connect a model: LM Studio"),
        ("How do I use OpenRouter?", "Connect a model: More services"),
        ("Brooklet runs in Docker and finds no model", "Connect a model: Brooklet in a container"),
        ("No model appears in the picker", "Connect a model: If no model appears"),
        ("Does my API key cost money?", "Questions: What does it cost?"),
        ("What is Brooklet?", "Questions: What is Brooklet?"),
        ("Where are my conversations stored?", "Questions: Where are my conversations?"),
        ("how do I make a backup", "Questions: How do I back up?"),
        ("how do I back up?", "Questions: How do I back up?"),
        ("Can I open it from my phone?", "Questions: How do I reach it from my phone?"),
        ("What happens to a reply when I close the tab?", "Questions: What happens when I close the page?"),
        ("is my data sent to anyone", "Questions: What leaves this machine?"),
        ("is my data private?", "Questions: What leaves this machine?"),
        ("address already in use", "Questions: What if the port is in use?"),
        ("how do I change the port", "Questions: What if the port is in use?"),
        ("nginx reverse proxy", "Running Brooklet for yourself or a team: nginx"),
        ("how do I upgrade", "Running Brooklet for yourself or a team: Keep it"),
        ("how do I start a new chat", "Using the page: Start a new chat"),
        ("how do I rename a conversation", "Using the page: Rename a conversation"),
        ("change the title of a chat", "Using the page: Rename a conversation"),
        ("how do I delete a conversation", "Using the page: Delete a conversation"),
        ("I deleted a chat by mistake, can I undo that?", "Using the page: Delete a conversation"),
        ("where do I change the theme", "Using the page: Light or dark"),
        ("is there a dark mode?", "Using the page: Light or dark"),
        ("can I edit my message", "Using the page: Edit a message"),
        ("what does 2 / 3 with arrows below a message mean", "Using the page: Versions of a message"),
        ("how do I see the earlier version", "Using the page: Versions of a message"),
        ("how to regenerate an answer", "Using the page: Regenerate a reply"),
        ("How do I stop a reply?", "Using the page: Stop a reply"),
        ("cancel the generation", "Using the page: Stop a reply"),
        ("how can I copy the code", "Using the page: Copy a message or code"),
        ("keyboard shortcuts", "Using the page: Keys"),
        ("how do I make a new line without sending", "Using the page: Keys"),
        ("how do I switch to another model", "Using the page: Choose a model"),
        ("how do I choose a model", "Using the page: Choose a model"),
        ("where is my draft", "Using the page: Drafts"),
        ("how do I scroll to the end", "Using the page: Read further up"),
        ("what does the dot in the sidebar mean", "Using the page: Marks in the sidebar"),
        ("how do I hide the sidebar", "Using the page: The sidebar"),
        ("怎么连接模型？", "连接模型"),
        ("如何添加模型", "连接模型"),
        ("没有模型怎么办", "连接模型：模型没有出现时"),
        ("如何使用 Ollama", "连接模型：Ollama"),
        ("怎么填 OpenAI 的密钥", "连接模型：使用密钥的在线服务"),
        ("在容器里找不到模型", "连接模型：在容器中运行 Brooklet"),
        ("Brooklet 是什么？", "常见问题：Brooklet 是什么？"),
        ("对话保存在哪里？", "常见问题：对话保存在哪里？"),
        ("怎么备份？", "常见问题：怎么备份？"),
        ("手机上怎么打开", "常见问题：怎么用手机访问？"),
        ("我的数据安全吗", "常见问题：哪些数据会离开这台机器？"),
        ("要收费吗", "常见问题：要花钱吗？"),
        ("端口被占用了", "常见问题：端口被占用怎么办？"),
        ("怎么新建对话", "使用页面：新建对话"),
        ("怎么修改对话的标题", "使用页面：重命名对话"),
        ("怎么删除对话？", "使用页面：删除对话"),
        ("误删了对话能恢复吗", "使用页面：删除对话"),
        ("深色模式在哪里", "使用页面：浅色或深色"),
        ("怎么切换主题", "使用页面：浅色或深色"),
        ("消息发出去以后还能修改吗", "使用页面：编辑消息"),
        ("怎么看之前的版本", "使用页面：消息的版本"),
        ("怎么重新生成回复", "使用页面：重新生成回复"),
        ("怎么停止生成", "使用页面：停止回复"),
        ("如何复制代码", "使用页面：复制消息或代码"),
        ("有哪些快捷键", "使用页面：快捷键"),
        ("怎么换一个模型", "使用页面：选择模型"),
        ("草稿会丢吗", "使用页面：草稿"),
        ("怎么隐藏侧边栏", "使用页面：侧边栏"),
    ];

    #[test]
    fn real_questions_find_their_section() {
        let wrong: Vec<_> = QUESTIONS
            .iter()
            .filter_map(|(question, title)| {
                let found = search(question).map(Section::title);
                (found.as_deref() != Some(title)).then(|| format!("{question}: {found:?}, not {title}"))
            })
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn a_setting_is_found_by_its_row() {
        for (question, row) in [("BROOKLET_DURABILITY", "`--durability`"), ("log level debug or trace", "`--log`")] {
            let found = search(question).unwrap();
            assert_eq!(found.title(), format!("Configuration: {row}"), "{question}");
            assert!(found.body.contains(row) && found.body.lines().count() == 3, "{found:?}");
        }
    }

    #[test]
    fn what_is_not_documented_finds_nothing() {
        for question in [
            "What is the capital of France?",
            "the theme of Hamlet",
            "",
            "hi",
            "你好",
            "写一首关于春天的诗",
            "?!",
            "2+2",
            "\u{0}",
        ] {
            assert_eq!(search(question), None, "{question}");
        }
        assert!(search(&"model ".repeat(100_000)).is_some(), "however long");
    }

    #[test]
    fn every_page_of_docs_can_be_quoted() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        let names = |folder: &std::path::Path| {
            let entries = std::fs::read_dir(folder).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.ends_with(".md")).collect::<Vec<_>>()
        };
        let page = |name: &str| PAGES.iter().find(|page| page.file == format!("docs/{name}"));
        for name in names(&root) {
            assert!(page(&name).is_some(), "docs/{name} belongs into PAGES of {}", file!());
        }
        for name in names(&root.join("zh")) {
            let known = page(&name).is_some_and(|page| page.chinese.is_some());
            assert!(known, "docs/zh/{name} belongs into PAGES of {}", file!());
        }
    }

    /// Code blocks, whose commands must not differ by the language.
    fn commands(sections: &[Section]) -> Vec<Vec<&str>> {
        sections.iter().map(|section| section.body.split("```").skip(1).step_by(2).collect()).collect()
    }

    #[test]
    fn both_languages_have_the_same_sections_with_the_same_commands() {
        for page in PAGES.iter().filter(|page| page.chinese.is_some()) {
            let (english, chinese) =
                (page.in_english(), sections(page.file, page.chinese.unwrap(), page.weight, titled));
            assert_eq!(english.len(), chinese.len(), "{}", page.file);
            assert_eq!(commands(&english), commands(&chinese), "{}", page.file);
            for (english, chinese) in english.iter().zip(&chinese) {
                let count = |section: &Section, mark| section.body.matches(mark).count();
                assert_eq!(count(english, "\n- "), count(chinese, "\n- "), "{}", english.title());
                assert_eq!(count(english, "\n|"), count(chinese, "\n|"), "{}", english.title());
                assert!(chinese.asked_as.is_empty(), "{}: the English page says it", chinese.title());
            }
        }
    }

    /// Who sits at the page may have neither the source nor these files.
    #[test]
    fn nothing_is_quoted_that_only_the_source_has() {
        for section in ENGLISH.sections.iter().chain(&CHINESE.sections) {
            for foreign in [".md", "](docs", "target/", "make run", "make build", "make test", "cargo "] {
                assert!(!section.body.contains(foreign), "{}: {foreign}", section.title());
            }
        }
    }
}
