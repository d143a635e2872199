//! Sources of models that were told of and gave none, with what to do about each.

use super::words::Language;
use crate::providers::{Error, Failure, KeyFrom, PAGE};

/// A list, in Markdown.
pub fn list(failures: &[Failure], language: Language) -> String {
    let line = |failure: &Failure| {
        let words = match language {
            Language::English => english(failure),
            Language::Chinese => chinese(failure),
        };
        format!("- {}", plain(&words))
    };
    failures.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn english(Failure { source, error, .. }: &Failure) -> String {
    let sentence = |text: &str| {
        let mut chars = text.chars();
        let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}.", chars.as_str().trim_end_matches('.'))
    };
    format!("{} {}", sentence(&error.to_string()), sentence(&error.listing_hint(source)))
}

/// What others said (a cause, a message) stays in their words.
fn chinese(Failure { name, source, error, .. }: &Failure) -> String {
    let again = "Brooklet 会自动再次查找";
    // A source names the address before the key.
    let source = match source.split_once(" and ").map_or(source.as_str(), |(address, _)| address) {
        PAGE => "设置页里的地址".to_owned(),
        setting => format!("`{setting}`"),
    };
    match error {
        Error::Unreachable { url, cause, .. } => {
            let cause = if cause == "nothing listens there" { "那里没有服务在监听" } else { cause };
            format!("在 `{url}` 连接不到 {name}（{cause}）。请启动它，或检查 {source} 和网络；{again}。")
        }
        Error::Stranger { url, .. } => format!("`{url}` 上回应的不是模型服务。请检查 {source}。"),
        Error::Silent { after, .. } => {
            format!("{name} 在 {} 秒内没有回应。它可能正在启动；{again}。", after.as_secs())
        }
        Error::Key { message, from: KeyFrom::Page, given: false, .. } => {
            format!("{name} 需要密钥（{message}）。请在设置页里填入它的密钥。")
        }
        Error::Key { message, from: KeyFrom::Setting(setting), .. } => {
            format!("{name} 拒绝了密钥（{message}）。请把有效的密钥设为 `{setting}`，然后重启 Brooklet。")
        }
        Error::Key { message, .. } => format!("{name} 拒绝了密钥（{message}）。请在设置页里为它填入有效的密钥。"),
        Error::Credit { message, .. } => format!("{name} 的账户余额不足（{message}）。请在那里充值，或选择别的模型。"),
        Error::Busy { message, .. } => format!("{name} 出了问题（{message}）。请稍等一会儿；{again}。"),
        Error::Limit { message, .. } => format!("{name} 已达到用量上限（{message}）。请稍等一会儿。"),
        Error::Empty { .. } if name == "Ollama" => {
            format!("Ollama 里还没有模型。请用 `ollama pull qwen3` 下载一个；{again}。")
        }
        Error::Empty { .. } => format!("{name} 里还没有可以对话的模型。请在那里加载一个；{again}。"),
        Error::Entered { cause, .. } => format!("{name} 无法使用（{cause}）。请在设置页里改正。"),
        Error::Setting { setting, cause } => format!("`{setting}` 无法使用（{cause}）。请改正后重启 Brooklet。"),
        Error::NoModel { .. }
        | Error::Context { .. }
        | Error::Content { .. }
        | Error::Refused { .. }
        | Error::Malformed { .. }
        | Error::Cut { .. } => {
            format!("{name} 没有给出模型列表（{error}）。请检查 {source} 是不是它的接口地址，以它的文档为准。")
        }
    }
}

/// A server's own words make neither links nor lines of ours.
fn plain(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace('[', "\\[").replace('<', "\\<")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(name: &str, source: &str, error: Error) -> Failure {
        Failure { id: name.to_lowercase(), name: name.into(), source: source.into(), error }
    }

    #[test]
    fn each_problem_has_its_next_step() {
        let provider = || "OpenAI".to_owned();
        let key = Error::Key {
            provider: provider(),
            message: "no\n[such](x) <key>".into(),
            from: KeyFrom::Setting("OPENAI_API_KEY"),
            given: true,
        };
        let failures = [
            failure("OpenAI", "OPENAI_API_KEY", key),
            failure(
                "Ollama",
                "OLLAMA_HOST",
                Error::Unreachable {
                    provider: "Ollama".into(),
                    url: "http://gpu-box".into(),
                    cause: "nothing listens there".into(),
                },
            ),
        ];
        assert_eq!(
            list(&failures, Language::English),
            "- OpenAI refused the key: no \\[such](x) \\<key>. Set a valid key as `OPENAI_API_KEY` and restart Brooklet.\n\
             - Ollama cannot be reached at `http://gpu-box`: nothing listens there. Start it, or check `OLLAMA_HOST`; it is looked for \
             again by itself."
        );
        assert_eq!(
            list(&failures, Language::Chinese),
            "- OpenAI 拒绝了密钥（no \\[such](x) \\<key>）。请把有效的密钥设为 `OPENAI_API_KEY`，然后重启 Brooklet。\n\
             - 在 `http://gpu-box` 连接不到 Ollama（那里没有服务在监听）。请启动它，或检查 `OLLAMA_HOST` 和网络；Brooklet 会自动再次查找。"
        );
    }
}
