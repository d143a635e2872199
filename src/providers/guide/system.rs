//! The system that Brooklet runs on, as far as connecting a model differs on it.

/// Where a person who reads the guide would type a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    #[default]
    Linux,
    MacOs,
    Windows,
    /// `127.0.0.1` is the container itself there.
    Container,
}

impl System {
    pub fn of_this_build() -> Self {
        match std::env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
            Self::Container => "in a container",
        }
    }

    /// Two ways to a model: one that runs at home, and a key for a service.
    pub fn steps(self) -> String {
        let (local, key) = match self {
            Self::Linux => (
                "```sh\ncurl -fsSL https://ollama.com/install.sh | sh\nollama pull qwen3\n```",
                "```sh\nOPENAI_API_KEY=sk-… brooklet\n```",
            ),
            Self::MacOs => (
                "```sh\nbrew install ollama\nbrew services start ollama\nollama pull qwen3\n```",
                "```sh\nOPENAI_API_KEY=sk-… brooklet\n```",
            ),
            Self::Windows => (
                "```powershell\nwinget install Ollama.Ollama\nollama pull qwen3\n```",
                "```powershell\n$env:OPENAI_API_KEY = \"sk-…\"\nbrooklet\n```",
            ),
            Self::Container => (
                "```sh\n# on the host: a model server that listens beyond itself\nOLLAMA_HOST=0.0.0.0 ollama serve\n\
                 # and Brooklet's container, told where that is\ndocker run --add-host host.docker.internal:host-gateway \
                 -e OLLAMA_HOST=http://host.docker.internal:11434 … brooklet\n```",
                "```sh\ndocker run -e OPENAI_API_KEY=sk-… … brooklet\n```",
            ),
        };
        format!(
            "A model of your own, with Ollama:\n\n{local}\n\nOr a key of a service, with which Brooklet is started:\n\n{key}"
        )
    }
}
