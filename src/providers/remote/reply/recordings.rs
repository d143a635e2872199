//! Streams as they were recorded, or made by hand after the references of the services, and what they say.

use crate::providers::remote::codec::Format;

pub struct Recording {
    pub name: &'static str,
    pub format: Format,
    pub bytes: &'static [u8],
    pub text: &'static str,
    pub reasoning: &'static str,
    pub finish: &'static str,
    /// Prompt, completion, reasoning.
    pub usage: (u64, u64, Option<u64>),
    /// Of the prompt: what the provider had read before, and what it keeps.
    pub cached: (Option<u64>, Option<u64>),
}

pub const RECORDINGS: [Recording; 8] = [
    Recording {
        name: "openai",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/openai.sse"),
        text: "Hello! How can I help?",
        reasoning: "",
        finish: "stop",
        usage: (9, 8, Some(0)),
        cached: (None, None),
    },
    Recording {
        name: "deepseek",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/deepseek.sse"),
        text: "你好！",
        reasoning: "The  user greets。",
        finish: "stop",
        usage: (5, 7, Some(4)),
        cached: (None, None),
    },
    Recording {
        name: "ollama",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/ollama.sse"),
        text: "Hi there",
        reasoning: "Okay, hi",
        finish: "length",
        usage: (4, 5, None),
        cached: (None, None),
    },
    Recording {
        name: "unicode",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/unicode.sse"),
        text: include_str!("../../../../tests/it/transcripts/chat/unicode.text"),
        reasoning: include_str!("../../../../tests/it/transcripts/chat/unicode.reasoning"),
        finish: "stop",
        usage: (11, 34, Some(9)),
        cached: (None, None),
    },
    Recording {
        name: "anthropic",
        format: Format::Anthropic,
        bytes: include_bytes!("../../../../tests/it/transcripts/anthropic/thinking.sse"),
        text: "你好 😀, friend <think>",
        reasoning: "A greeting, in 中文.",
        finish: "length",
        usage: (128, 15, Some(7)),
        cached: (Some(100), Some(3)),
    },
    Recording {
        name: "gemini",
        format: Format::Gemini,
        bytes: include_bytes!("../../../../tests/it/transcripts/gemini/thoughts.sse"),
        text: "你好, friend 🐟",
        reasoning: "**Greeting**\n\nA short one.hm",
        finish: "stop",
        usage: (4, 43, Some(36)),
        cached: (None, None),
    },
    Recording {
        name: "ollama's own",
        format: Format::Ollama,
        bytes: include_bytes!("../../../../tests/it/transcripts/ollama/thinking.ndjson"),
        text: "Hi 😀 there, 你好",
        reasoning: "Okay, 中文 hi",
        finish: "length",
        usage: (26, 282, None),
        cached: (None, None),
    },
    Recording {
        name: "responses",
        format: Format::Responses,
        bytes: include_bytes!("../../../../tests/it/transcripts/responses/reasoning.sse"),
        text: "你好 😀, friend",
        reasoning: "**A greeting**\n\n**中文**",
        finish: "stop",
        usage: (37, 211, Some(192)),
        cached: (None, None),
    },
];
