//! What the guide says to a question: first what the documentation has on it, then in one line that no model answered.
//!
//! How to connect a model is told in full only where that was asked, or where nothing was understood.

use super::{
    Known,
    here::{Here, Server},
    library::search,
    phrases::Phrases,
    problems,
    section::Section,
    words::Language,
};

/// The whole reply, in Markdown.
pub fn answer(question: &str, here: &Here, known: &Known) -> String {
    let language = Language::of(question);
    let phrases = Phrases::of(language);
    let mut paragraphs: Vec<String> = vec![];
    match search(question) {
        Some(section) if section.connects() => {
            paragraphs.extend(in_the_way(known, language));
            let overview = section.heading.is_empty();
            paragraphs.push(if overview { how_to_connect(here, language) } else { quote(section, here, language) });
            paragraphs.push(if known.connected { phrases.chosen } else { phrases.not_yet }.to_owned());
        }
        Some(section) => {
            paragraphs.push(quote(section, here, language));
            paragraphs.push(if known.connected { phrases.chosen } else { phrases.alone }.to_owned());
        }
        None => {
            let nothing = if known.connected { phrases.nothing_chosen } else { phrases.nothing_alone };
            paragraphs.extend([nothing.to_owned(), phrases.examples.to_owned()]);
            if !known.connected {
                paragraphs.extend(in_the_way(known, language));
                paragraphs.push(how_to_connect(here, language));
            }
            paragraphs.push(phrases.recite.to_owned());
        }
    }
    paragraphs.join("\n\n") + "\n"
}

/// What somebody set up already and what keeps it from working comes before how to set it up.
fn in_the_way(known: &Known, language: Language) -> Option<String> {
    let list = problems::list(&known.failures, language);
    (!list.is_empty()).then(|| format!("**{}**\n\n{list}", Phrases::of(language).problems))
}

fn how_to_connect(here: &Here, language: Language) -> String {
    let phrases = Phrases::of(language);
    let system = here.system;
    [
        format!("**{}**", phrases.connect.replace("{system}", system.name(language))),
        phrases.own.to_owned(),
        system.ollama(language),
        here.next(Server::ollama(), language),
        phrases.key.to_owned(),
        phrases.others.to_owned(),
    ]
    .join("\n\n")
}

/// A section with the commands of this system. Where a server is looked for gives way to what holds here.
fn quote(section: &Section, here: &Here, language: Language) -> String {
    let body = here.system.adapt(&section.body, language);
    let body = match Server::named(&section.heading).filter(|_| section.connects()) {
        Some(server) => {
            let paragraphs = body.split("\n\n").map(|paragraph| match paragraph.contains("`BROOKLET_LOCAL_PORTS`") {
                true => here.next(server, language),
                false => paragraph.to_owned(),
            });
            paragraphs.collect::<Vec<_>>().join("\n\n")
        }
        None => body,
    };
    format!("**{}**\n\n{body}", section.title())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::{Error, Failure, KeyFrom, guide::System};

    const ALL: [System; 4] = [System::Linux, System::MacOs, System::Windows, System::Container];
    const HOW_TO: [&str; 2] = ["To connect a model (", "连接模型的方法（"];

    fn on(system: System) -> Here {
        Here { system, ..Here::default() }
    }

    fn alone(question: &str) -> String {
        answer(question, &on(System::Linux), &Known::default())
    }

    fn has_how_to(said: &str) -> bool {
        HOW_TO.iter().any(|words| said.contains(words))
    }

    #[test]
    fn every_answer_says_that_no_model_is_connected() {
        for system in ALL {
            for question in
                ["How do I connect Ollama?", "how do I back up?", "", "capital of France?", "你好", "怎么备份？"]
            {
                let said = answer(question, &on(system), &Known::default());
                let says =
                    said.contains("**No language model is connected**") || said.contains("**还没有连接任何语言模型**");
                assert!(says, "{said}");
            }
        }
    }

    /// Every reply repeated the whole of it, whatever was asked.
    #[test]
    fn how_to_connect_is_told_to_who_asks_that_or_is_not_understood() {
        for question in ["How do I connect a model?", "What is the capital of France?", "", "怎么连接模型？", "你好"]
        {
            for system in ALL {
                let said = answer(question, &on(system), &Known::default());
                let language = Language::of(question);
                assert!(has_how_to(&said) && said.contains(system.name(language)), "{said}");
                let connect =
                    if language == Language::English { "**Connect a provider**" } else { "**连接服务商**" };
                assert!(said.contains(&system.ollama(language)) && said.contains(connect), "{said}");
            }
        }
        for (question, first) in [
            ("how do I back up?", "**Questions: How do I back up?**\n\nStop Brooklet and copy the data folder, or"),
            ("is my data private?", "**Questions: What leaves this machine?**\n\nThe messages"),
            ("where do I change the theme", "**Using the page: Light or dark**\n\nThe button"),
            ("怎么删除对话？", "**使用页面：删除对话**\n\n在侧边栏中"),
        ] {
            let said = alone(question);
            assert!(said.starts_with(first) && !has_how_to(&said), "{said}");
            let last = said.trim_end().lines().last().unwrap();
            assert!(last.contains("how to connect a model") || last.contains("怎么连接模型"), "{last}");
        }
    }

    #[test]
    fn with_a_model_it_says_so() {
        let connected = Known { connected: true, ..Known::default() };
        for question in ["Where are my conversations stored?", "How do I connect Ollama?", "capital of France?"] {
            let said = answer(question, &on(System::Linux), &connected);
            assert!(said.contains("no language model") && said.contains("A model is connected"), "{said}");
            assert!(!said.contains("No language model is connected") && !has_how_to(&said), "{said}");
        }
    }

    /// A key was said to be found by itself within half a minute.
    #[test]
    fn a_key_is_entered_and_not_found() {
        for question in ["How do I use Claude?", "How do I connect a model by its key?"] {
            let said = alone(question);
            assert!(said.contains("Open the settings") && !said.contains("by itself"), "{said}");
        }
        let said = alone("how to connect a model");
        let (own, key) = said.split_once("Or a service with a key: open the settings").unwrap();
        assert!(own.contains("finds Ollama by itself") && !key.contains("by itself"), "{said}");
    }

    #[test]
    fn a_quoted_server_is_promised_only_where_it_is_looked_for() {
        let off = Here { ports: vec![], ..Here::default() };
        for question in
            ["How do I connect Ollama?", "connect a model", "llama.cpp", "vllm", "LM Studio", "怎么连接模型？"]
        {
            let said = answer(question, &off, &Known::default());
            assert!(!said.contains("half a minute") && !said.contains("半分钟"), "{said}");
            assert!(said.contains("127.0.0.1"), "it says how: {said}");
        }
        for (question, name) in [("Ollama", "Ollama"), ("vllm", "vLLM"), ("LM Studio 怎么用", "LM Studio")] {
            let said = alone(question);
            let found = on(System::Linux).next(Server::named(name).unwrap(), Language::of(question));
            assert!(said.contains(&found) && !said.contains("BROOKLET_LOCAL_PORTS"), "it gives way: {said}");
        }
    }

    /// Who had set a wrong key was told to set a key.
    #[test]
    fn what_stands_in_the_way_comes_first() {
        let error = Error::Key {
            provider: "OpenAI".into(),
            message: "no".into(),
            from: KeyFrom::Setting("OPENAI_API_KEY"),
            given: true,
        };
        let source = "OPENAI_API_KEY".to_owned();
        let failures = vec![Failure { id: "openai".into(), name: "OpenAI".into(), source, error }];
        let known = Known { connected: false, failures };
        let said = |question| answer(question, &on(System::Linux), &known);
        let problem = "**This stands in the way now:**\n\n- OpenAI refused the key: no. Set a valid key";
        for question in ["how do I connect a model", "How do I connect Ollama?", "no model appears"] {
            assert!(said(question).starts_with(problem), "{}", said(question));
        }
        assert!(
            said("怎么连接模型？").starts_with("**目前的问题：**\n\n- OpenAI 拒绝了密钥"),
            "{}",
            said("怎么连接模型？")
        );
        assert!(said("capital of France?").contains(problem));
        assert!(!said("how do I back up?").contains("stands in the way"));
    }

    /// Only the first and the last line were Chinese.
    #[test]
    fn a_chinese_question_has_a_chinese_answer() {
        for system in ALL {
            for question in ["怎么连接模型？", "怎么备份？", "如何使用 Ollama", "怎么用 Claude", "怎么删除对话", "你好"]
            {
                let said = answer(question, &Here { ports: vec![1], ..on(system) }, &Known::default());
                let code = said.split("```").skip(1).step_by(2).flat_map(str::lines);
                let prose = said.split("```").step_by(2).flat_map(str::lines);
                let prose = prose.filter(|line| !line.starts_with("| "));
                for line in prose.chain(code.filter(|line| line.starts_with("# "))).filter(|line| !line.is_empty()) {
                    assert_eq!(Language::of(line), Language::Chinese, "{line} in {said}");
                }
            }
        }
    }
}
