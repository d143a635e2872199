//! Text as a search sees it: words without their endings, and pairs of characters where no spaces stand between words.

/// Say nothing about what is asked.
const STOP: [&str; 61] = [
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for", "from",
    "get", "go", "has", "have", "help", "how", "i", "if", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on",
    "or", "please", "should", "so", "some", "tell", "that", "the", "there", "this", "to", "up", "use", "using", "want",
    "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your",
];

/// The same in Chinese.
const STOP_PAIRS: [&str; 17] = [
    "怎么", "如何", "什么", "可以", "请问", "我的", "是否", "为什", "怎样", "么样", "么用", "在哪", "哪里", "一个",
    "能不", "不能", "想要",
];

/// The terms of a text, in order and as often as they stand there.
pub fn terms(text: &str) -> Vec<String> {
    let mut terms = vec![];
    let mut word = String::new();
    let mut wide: Vec<char> = vec![];
    for char in text.chars().chain([' ']) {
        let is_wide = is_wide(char);
        if !is_wide {
            pairs(&mut wide, &mut terms);
        }
        if is_wide || !char.is_alphanumeric() {
            // A single letter or digit tells nothing.
            if word.chars().nth(1).is_some() && !STOP.contains(&word.as_str()) {
                terms.push(stem(&word).to_owned());
            }
            word.clear();
        }
        if is_wide {
            wide.push(char);
        } else if char.is_alphanumeric() {
            word.extend(char.to_lowercase());
        }
    }
    terms
}

/// In which the guide can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// The one of a question.
    pub fn of(question: &str) -> Self {
        if is_chinese(question) { Self::Chinese } else { Self::English }
    }
}

/// Somebody writes in Chinese, or quotes it.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|char| matches!(char, '\u{4e00}'..='\u{9fff}'))
}

/// Neighbours among characters of one run; a single one stands for itself.
fn pairs(run: &mut Vec<char>, terms: &mut Vec<String>) {
    match run[..] {
        [] => {}
        [single] => terms.push(single.to_string()),
        _ => {
            let pairs = run.windows(2).map(|pair| pair.iter().collect::<String>());
            terms.extend(pairs.filter(|pair| !STOP_PAIRS.contains(&pair.as_str())));
        }
    }
    run.clear();
}

/// Letters of scripts without spaces between words.
fn is_wide(char: char) -> bool {
    matches!(char, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Without the endings that only grammar asks for. Crude, and the same for question and text.
fn stem(word: &str) -> &str {
    let without = |ending: &str, least: usize| word.strip_suffix(ending).filter(|rest| rest.len() >= least);
    let plural = || without("s", 3).filter(|rest| !rest.ends_with(['s', 'u', 'i']));
    without("ing", 4).or_else(|| without("ed", 4)).or_else(plural).map_or(word, |rest| rest.trim_end_matches('e'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_endings_and_characters_pair_up() {
        assert_eq!(terms("How do I connect OPENAI_API_KEY keys?"), ["connect", "openai", "api", "key", "key"]);
        assert_eq!(terms("Connecting models, connected model"), ["connect", "model", "connect", "model"]);
        assert_eq!(terms("如何连接模型？Ollama 呢"), ["何连", "连接", "接模", "模型", "ollama", "呢"]);
        assert!(terms(" ?! ").is_empty() && terms("what is it").is_empty());
        assert!(is_chinese("模型 model") && !is_chinese("モデル model"));
    }
}
