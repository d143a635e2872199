//! What the guide says to a question: that it is no model, what the documentation has, and how to connect a model here.

use super::{System, library::search, words::is_chinese};

/// The fixed words, in the language of the question.
struct Words {
    /// No model is there: the first sentence says so.
    alone: &'static str,
    /// A model is there, and the guide was chosen all the same.
    chosen: &'static str,
    quotes: &'static str,
    nothing: &'static str,
    connect: &'static str,
    found: &'static str,
    recite: &'static str,
}

const ENGLISH: Words = Words {
    alone: "**No language model is connected**, so you are talking to Brooklet’s built-in guide, which only quotes from \
            Brooklet’s documentation.",
    chosen: "You are talking to Brooklet’s built-in guide, which is **no language model** and only quotes from Brooklet’s \
             documentation. A model is connected: choose it in the model picker to talk to it.",
    quotes: "The documentation says under",
    nothing: "I found nothing about that in the documentation. I can quote, for example, how to connect a model, where \
              conversations are stored, how to reach Brooklet from a phone, how to back it up, or what a setting does.",
    connect: "To connect a model",
    found: "Brooklet finds it by itself within half a minute; the model picker then shows it.",
    recite: "To see how a reply streams, send `/recite 300 50`.",
};

const CHINESE: Words = Words {
    alone: "**还没有连接任何语言模型**，现在回答的是 Brooklet 的内置向导，它只会引用 Brooklet 自带的（英文）文档。",
    chosen: "现在回答的是 Brooklet 的内置向导，它**不是语言模型**，只会引用 Brooklet 自带的（英文）文档。已经有模型可用：请在模型选择器中选择它。",
    quotes: "文档中的说明：",
    nothing: "文档中没有找到相关内容。可以问我，例如：怎么连接模型、对话保存在哪里、怎么用手机访问、怎么备份，或某项设置的作用。",
    connect: "连接模型的方法",
    found: "Brooklet 会在半分钟内自动发现它，并显示在模型选择器中。",
    recite: "想看看回复是怎样逐字出现的，请发送 `/recite 300 50`。",
};

/// The whole reply, in Markdown.
pub fn answer(question: &str, system: System, connected: bool) -> String {
    let words = if is_chinese(question) { &CHINESE } else { &ENGLISH };
    let mut paragraphs = vec![if connected { words.chosen } else { words.alone }.to_owned()];
    let sections: Vec<_> = search(question).into_iter().collect();
    if sections.is_empty() {
        paragraphs.push(words.nothing.to_owned());
    }
    for section in &sections {
        paragraphs.push(format!("{} **{}**:", words.quotes, section.title()));
        paragraphs.push(quote(&section.body));
    }
    if !connected {
        paragraphs.push(format!("**{} ({}):**", words.connect, system.name()));
        paragraphs.push(system.steps());
        paragraphs.push(words.found.to_owned());
    }
    if sections.is_empty() {
        paragraphs.push(words.recite.to_owned());
    }
    paragraphs.join("\n\n") + "\n"
}

fn quote(markdown: &str) -> String {
    markdown.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [System; 4] = [System::Linux, System::MacOs, System::Windows, System::Container];

    #[test]
    fn the_first_sentence_says_that_no_model_is_connected() {
        for system in ALL {
            for question in ["How do I connect Ollama?", "", "What is the capital of France?", "你好"] {
                let said = answer(question, system, false);
                let first = said.split(['.', '。']).next().unwrap();
                assert!(
                    first.contains("No language model is connected") || first.contains("没有连接任何语言模型"),
                    "{said}"
                );
                assert!(said.contains(&system.steps()) && said.contains(system.name()), "{said}");
            }
        }
    }

    #[test]
    fn with_a_model_it_says_so_and_explains_no_set_up() {
        let said = answer("Where are my conversations stored?", System::Linux, true);
        assert!(said.contains("no language model") && said.contains("A model is connected"), "{said}");
        assert!(!said.contains("No language model is connected") && !said.contains("To connect a model"), "{said}");
        assert!(said.contains("> "), "it quotes: {said}");
    }

    #[test]
    fn each_system_has_commands_of_its_own() {
        for (system, command) in [
            (System::Linux, "ollama.com/install.sh"),
            (System::MacOs, "brew install ollama"),
            (System::Windows, "winget install Ollama.Ollama"),
            (System::Container, "host.docker.internal"),
        ] {
            assert!(system.steps().contains(command), "{system:?}");
            assert!(system.steps().contains("OPENAI_API_KEY"), "{system:?}");
        }
    }

    #[test]
    fn code_stays_code_in_a_quotation() {
        assert_eq!(quote("a\n\n```sh\nb\n```"), "> a\n>\n> ```sh\n> b\n> ```");
    }
}
