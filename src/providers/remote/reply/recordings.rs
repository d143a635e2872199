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
    },
    Recording {
        name: "deepseek",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/deepseek.sse"),
        text: "你好！",
        reasoning: "The  user greets。",
        finish: "stop",
        usage: (5, 7, Some(4)),
    },
    Recording {
        name: "ollama",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/ollama.sse"),
        text: "Hi there",
        reasoning: "Okay, hi",
        finish: "length",
        usage: (4, 5, None),
    },
    Recording {
        name: "unicode",
        format: Format::Chat,
        bytes: include_bytes!("../../../../tests/it/transcripts/chat/unicode.sse"),
        text: include_str!("../../../../tests/it/transcripts/chat/unicode.text"),
        reasoning: include_str!("../../../../tests/it/transcripts/chat/unicode.reasoning"),
        finish: "stop",
        usage: (11, 34, Some(9)),
    },
    Recording {
        name: "anthropic",
        format: Format::Anthropic,
        bytes: include_bytes!("../../../../tests/it/transcripts/anthropic/thinking.sse"),
        text: "你好 😀, friend <think>",
        reasoning: "A greeting, in 中文.",
        finish: "length",
        usage: (128, 15, Some(7)),
    },
    Recording {
        name: "gemini",
        format: Format::Gemini,
        bytes: include_bytes!("../../../../tests/it/transcripts/gemini/thoughts.sse"),
        text: "你好, friend 🐟",
        reasoning: "**Greeting**\n\nA short one.hm",
        finish: "stop",
        usage: (4, 43, Some(36)),
    },
    Recording {
        name: "ollama's own",
        format: Format::Ollama,
        bytes: include_bytes!("../../../../tests/it/transcripts/ollama/thinking.ndjson"),
        text: "Hi 😀 there, 你好",
        reasoning: "Okay, 中文 hi",
        finish: "length",
        usage: (26, 282, None),
    },
    Recording {
        name: "responses",
        format: Format::Responses,
        bytes: include_bytes!("../../../../tests/it/transcripts/responses/reasoning.sse"),
        text: "你好 😀, friend",
        reasoning: "**A greeting**\n\n**中文**",
        finish: "stop",
        usage: (37, 211, Some(192)),
    },
];
