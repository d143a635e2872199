//! The guide's own sentences, in the languages that it answers in. What stands in braces is filled in.

use super::words::Language;

pub struct Phrases {
    /// The last line where no model is there and something else was asked: what to ask next.
    pub alone: &'static str,
    /// The same where connecting was asked about: that is said by then.
    pub not_yet: &'static str,
    /// The last line where a model is there, and the guide was chosen all the same.
    pub chosen: &'static str,
    /// The first line where nothing was found, without and with a model.
    pub nothing_alone: &'static str,
    pub nothing_chosen: &'static str,
    pub examples: &'static str,
    pub recite: &'static str,
    /// How a model is connected.
    pub connect: &'static str,
    pub own: &'static str,
    pub key: &'static str,
    pub others: &'static str,
    /// What becomes of a server that was started.
    pub found: &'static str,
    pub told: &'static str,
    pub not_looked: &'static str,
    pub no_port: &'static str,
    pub these_ports: &'static str,
    pub start_container: &'static str,
    pub not_in_container: &'static str,
    /// Above what failed.
    pub problems: &'static str,
}

const ENGLISH: Phrases = Phrases {
    alone: "**No language model is connected**: this is Brooklet’s built-in guide, which quotes its documentation. To talk to \
            a model, ask me *how to connect a model*.",
    not_yet: "**No language model is connected** yet: this is Brooklet’s built-in guide, which quotes its documentation.",
    chosen: "This is Brooklet’s built-in guide, which is **no language model** and quotes its documentation. A model is \
             connected: choose it in the model picker to talk to it.",
    nothing_alone: "**No language model is connected**: this is Brooklet’s built-in guide, and it found nothing about that in \
                    Brooklet’s documentation.",
    nothing_chosen: "This is Brooklet’s built-in guide, which is **no language model**, and it found nothing about that in \
                     Brooklet’s documentation. A model is connected: choose it in the model picker to talk to it.",
    examples: "I can tell, for example, how to connect a model, where conversations are stored, how to delete one, how to reach \
               Brooklet from a phone, how to back it up, or what a setting does.",
    recite: "To see how a reply streams, send `/recite 300 50`.",
    connect: "To connect a model ({system})",
    own: "A model of your own, with Ollama:",
    key: "Or a service with a key: open the settings (the sliders at the bottom of the sidebar), press **Connect a provider**, \
          and enter it. Its models are there at once.",
    others: "Ask me as well about llama.cpp, LM Studio, vLLM, OpenRouter, Claude or Gemini.",
    found: "Brooklet finds {name} by itself within half a minute; the model picker then shows it.",
    told: "Brooklet looks for Ollama where `OLLAMA_HOST` says, as it was started.",
    not_looked: "As it was started, Brooklet does not find {name} by itself: {looks} \
                 (`BROOKLET_LOCAL_PORTS`), and {name} is on {port}. Stop Brooklet and start it with the address:",
    no_port: "it looks at no port of this machine",
    these_ports: "of this machine’s ports it looks at {ports}",
    start_container: "Then start Brooklet’s container anew with Ollama’s address; conversations stay in the volume:",
    not_in_container: "Brooklet runs in a container and does not see {name} on the host by itself. Let it listen beyond the host \
                       (mostly by `--host 0.0.0.0`), and start Brooklet’s container anew with the address; conversations \
                       stay in the volume:",
    problems: "This stands in the way now:",
};

const CHINESE: Phrases = Phrases {
    alone: "**还没有连接任何语言模型**：现在回答的是 Brooklet 的内置向导，内容来自它自带的文档。想和模型对话，可以问我：*怎么连接模型*。",
    not_yet: "**还没有连接任何语言模型**：现在回答的是 Brooklet 的内置向导，内容来自它自带的文档。",
    chosen: "现在回答的是 Brooklet 的内置向导，它**不是语言模型**，内容来自 Brooklet 自带的文档。已经有模型可用：请在模型选择器中选择它。",
    nothing_alone: "**还没有连接任何语言模型**：现在回答的是 Brooklet 的内置向导，它在自带的文档中没有找到相关内容。",
    nothing_chosen: "现在回答的是 Brooklet 的内置向导，它**不是语言模型**，在自带的文档中也没有找到相关内容。已经有模型可用：\
                     请在模型选择器中选择它。",
    examples: "可以问我，例如：怎么连接模型、对话保存在哪里、怎么删除对话、怎么用手机访问、怎么备份，或某项设置的作用。",
    recite: "想看看回复是怎样逐字出现的，请发送 `/recite 300 50`。",
    connect: "连接模型的方法（{system}）",
    own: "用 Ollama 运行自己的模型：",
    key: "或者使用需要密钥的在线服务：打开设置（侧边栏底部的滑块图标），按 **连接服务商**，填入密钥。它的模型马上就会出现。",
    others: "也可以问我 llama.cpp、LM Studio、vLLM、OpenRouter、Claude 或 Gemini 怎么用。",
    found: "Brooklet 会在半分钟内自动发现 {name}，并显示在模型选择器中。",
    told: "Brooklet 启动时设置了 `OLLAMA_HOST`，会在那里寻找 Ollama。",
    not_looked: "按现在的启动方式，Brooklet 不会自动发现 {name}：{looks}（`BROOKLET_LOCAL_PORTS`），而 {name} 在 {port} 端口。\
                 请停止 Brooklet，再用地址启动：",
    no_port: "它不查看本机的任何端口",
    these_ports: "它只查看本机的 {ports} 端口",
    start_container: "然后用 Ollama 的地址重新启动 Brooklet 的容器；对话保存在卷里，不会丢失：",
    not_in_container: "Brooklet 运行在容器中，不会自动发现宿主机上的 {name}。请让它监听外部地址（通常是 `--host 0.0.0.0`），\
                       再用它的地址重新启动 Brooklet 的容器；对话保存在卷里，不会丢失：",
    problems: "目前的问题：",
};

impl Phrases {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }
}
