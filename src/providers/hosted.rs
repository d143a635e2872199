//! Services with a key, by the names that their users already have in their environment.
//!
//! Each is asked in its own format where that can do more (thoughts in full, prompt caching), else at the OpenAI-compatible
//! address that it documents itself.

use super::{
    prefill::{Form, Prefill},
    remote::{Dialect, Format},
};

/// A row of the table.
#[derive(Debug)]
pub struct Service {
    /// The first half of its models' ids.
    pub id: &'static str,
    /// What to call it on the page.
    pub name: &'static str,
    /// The variable that holds its key.
    pub key: &'static str,
    /// The variable that holds another address for it.
    pub address: Option<&'static str>,
    /// What that variable leaves out by custom, and the API's address has at its end.
    pub version: &'static str,
    /// Its own address.
    pub url: &'static str,
    /// Where its website gives keys.
    pub keys_at: &'static str,
    pub dialect: Dialect,
}

/// The one whose address may be any server's.
pub const OPENAI: Service = Service {
    id: "openai",
    name: "OpenAI",
    key: "OPENAI_API_KEY",
    address: Some("OPENAI_BASE_URL"),
    version: "",
    url: "https://api.openai.com/v1",
    keys_at: "https://platform.openai.com/api-keys",
    // Some answer at another address of its API only, and one of them must not be the default.
    dialect: Dialect {
        format: Format::Responses,
        aside: &["-pro", "codex", "deep-research", "search", "computer-use"],
        ..Dialect::PLAIN
    },
};

/// All of them, in the order in which they are shown.
pub const SERVICES: [&Service; 12] = [
    &OPENAI,
    &Service {
        id: "anthropic",
        name: "Anthropic",
        key: "ANTHROPIC_API_KEY",
        address: Some("ANTHROPIC_BASE_URL"),
        version: "/v1",
        url: "https://api.anthropic.com/v1",
        keys_at: "https://console.anthropic.com/settings/keys",
        dialect: Dialect { format: Format::Anthropic, ..Dialect::PLAIN },
    },
    &Service {
        id: "gemini",
        name: "Google Gemini",
        key: "GEMINI_API_KEY",
        address: None,
        version: "",
        url: "https://generativelanguage.googleapis.com/v1beta",
        keys_at: "https://aistudio.google.com/apikey",
        dialect: Dialect { format: Format::Gemini, prefix: "models/", ..Dialect::PLAIN },
    },
    &Service {
        id: "deepseek",
        name: "DeepSeek",
        key: "DEEPSEEK_API_KEY",
        address: None,
        version: "",
        url: "https://api.deepseek.com/v1",
        keys_at: "https://platform.deepseek.com/api_keys",
        dialect: Dialect {
            prefill: Some(Form::Prefix(Some("https://api.deepseek.com/beta")).plain()),
            ..Dialect::PLAIN
        },
    },
    &Service {
        id: "mistral",
        name: "Mistral",
        key: "MISTRAL_API_KEY",
        address: None,
        version: "",
        url: "https://api.mistral.ai/v1",
        keys_at: "https://console.mistral.ai/api-keys",
        dialect: Dialect { prefill: Some(Prefill { form: Form::Prefix(None), restates: true }), ..Dialect::PLAIN },
    },
    &Service {
        id: "qianfan",
        name: "Baidu Qianfan",
        key: "QIANFAN_API_KEY",
        address: None,
        version: "",
        url: "https://qianfan.baidubce.com/v2",
        keys_at: "https://console.bce.baidu.com/qianfan/ais/console/apiKey",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "openrouter",
        name: "OpenRouter",
        key: "OPENROUTER_API_KEY",
        address: None,
        version: "",
        url: "https://openrouter.ai/api/v1",
        keys_at: "https://openrouter.ai/settings/keys",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "groq",
        name: "Groq",
        key: "GROQ_API_KEY",
        address: None,
        version: "",
        url: "https://api.groq.com/openai/v1",
        keys_at: "https://console.groq.com/keys",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "xai",
        name: "xAI",
        key: "XAI_API_KEY",
        address: None,
        version: "",
        url: "https://api.x.ai/v1",
        keys_at: "https://console.x.ai",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "moonshot",
        name: "Moonshot",
        key: "MOONSHOT_API_KEY",
        // Its two platforms, for China and for elsewhere, each have keys of their own.
        address: Some("MOONSHOT_BASE_URL"),
        version: "",
        url: "https://api.moonshot.ai/v1",
        keys_at: "https://platform.moonshot.ai/console/api-keys",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "zhipu",
        name: "Zhipu",
        key: "ZHIPUAI_API_KEY",
        address: None,
        version: "",
        url: "https://open.bigmodel.cn/api/paas/v4",
        keys_at: "https://open.bigmodel.cn/usercenter/apikeys",
        dialect: Dialect::PLAIN,
    },
    &Service {
        id: "siliconflow",
        name: "SiliconFlow",
        key: "SILICONFLOW_API_KEY",
        address: None,
        version: "",
        url: "https://api.siliconflow.cn/v1",
        keys_at: "https://cloud.siliconflow.cn/account/ak",
        dialect: Dialect::PLAIN,
    },
];
