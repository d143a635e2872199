//! The system that Brooklet runs on, as far as connecting a model differs on it.

use super::words::Language;

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

/// The machine that runs a container, as the container reaches it.
const HOST: &str = "host.docker.internal";

impl System {
    pub fn of_this_build() -> Self {
        match std::env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }

    pub fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Linux, _) => "Linux",
            (Self::MacOs, _) => "macOS",
            (Self::Windows, _) => "Windows",
            (Self::Container, Language::English) => "in a container",
            (Self::Container, Language::Chinese) => "在容器中",
        }
    }

    /// The host on which the person's own servers are found.
    pub fn host(self) -> &'static str {
        if self == Self::Container { HOST } else { "127.0.0.1" }
    }

    /// Ollama with a model, in code blocks.
    pub fn ollama(self, language: Language) -> String {
        match self {
            Self::Linux => block("sh", "curl -fsSL https://ollama.com/install.sh | sh\nollama pull qwen3"),
            Self::MacOs => block("sh", "brew install ollama\nbrew services start ollama\nollama pull qwen3"),
            Self::Windows => block("powershell", "winget install Ollama.Ollama\nollama pull qwen3"),
            Self::Container => {
                let (serve, pull) = match language {
                    Language::English => (
                        "on the host, so that containers reach it; stop an Ollama that runs already first",
                        "in another terminal of the host",
                    ),
                    Language::Chinese => {
                        ("在宿主机上运行，让容器可以访问；已经在运行的 Ollama 要先停止", "在宿主机的另一个终端中")
                    }
                };
                let serve = block("sh", &format!("# {serve}\nOLLAMA_HOST=0.0.0.0 ollama serve"));
                format!("{serve}\n\n{}", block("sh", &format!("# {pull}\nollama pull qwen3")))
            }
        }
    }

    /// Starts Brooklet anew with these variables, in a code block. A container is another one then: the old one, as
    /// docs/self-hosting.md names it, has the port and the volume.
    pub fn start(self, variables: &[(&str, &str)]) -> String {
        let each = |line: fn(&str, &str) -> String| {
            variables.iter().map(|(name, value)| line(name, value)).collect::<String>()
        };
        match self {
            Self::Linux | Self::MacOs => {
                block("sh", &format!("{}brooklet", each(|name, value| format!("{name}={value} "))))
            }
            Self::Windows => {
                block("powershell", &format!("{}brooklet", each(|name, value| format!("$env:{name} = \"{value}\"\n"))))
            }
            Self::Container => {
                let reaches_host = variables.iter().any(|(_, value)| value.contains(HOST));
                let host = if reaches_host { format!("--add-host {HOST}:host-gateway ") } else { String::new() };
                let variables = each(|name, value| format!("-e {name}={value} "));
                let stop = "docker stop brooklet && docker rm brooklet";
                let run = "docker run -d --name brooklet -p 127.0.0.1:3000:3000 -v brooklet:/data";
                block("sh", &format!("{stop}\n{run} {host}{variables}brooklet"))
            }
        }
    }

    /// What the documentation has for all systems, with the commands of this one: getting Ollama, and starting Brooklet with
    /// variables. Other code stays.
    pub fn adapt(self, markdown: &str, language: Language) -> String {
        let mut out = vec![];
        let mut parts = markdown.split("```sh\n");
        out.extend(parts.next().map(str::to_owned));
        for part in parts {
            let (code, after) = part.split_once("\n```").unwrap_or((part, ""));
            let own = match variables(code) {
                _ if code == "ollama pull qwen3" => self.ollama(language),
                Some(variables) => {
                    let here: Vec<_> = variables
                        .iter()
                        .map(|(name, value)| (*name, value.replace("127.0.0.1", self.host())))
                        .collect();
                    self.start(&here.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
                }
                None => block("sh", code),
            };
            out.push(own + after);
        }
        out.concat()
    }
}

fn block(shell: &str, code: &str) -> String {
    format!("```{shell}\n{code}\n```")
}

/// `NAME=value … brooklet`, taken apart.
fn variables(code: &str) -> Option<Vec<(&str, &str)>> {
    let set = code.strip_suffix(" brooklet").filter(|set| !set.contains('\n'))?;
    set.split_whitespace().map(|word| word.split_once('=').filter(|(name, _)| !name.contains('-'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_commands_of_its_own() {
        for (system, ollama, start) in [
            (System::Linux, "ollama.com/install.sh", "A=1 B=2 brooklet"),
            (System::MacOs, "brew install ollama", "A=1 B=2 brooklet"),
            (System::Windows, "winget install Ollama.Ollama", "$env:A = \"1\"\n$env:B = \"2\"\nbrooklet"),
            (System::Container, "OLLAMA_HOST=0.0.0.0", "-v brooklet:/data -e A=1 -e B=2 brooklet"),
        ] {
            assert!(system.ollama(Language::English).contains(ollama), "{system:?}");
            assert!(system.start(&[("A", "1"), ("B", "2")]).contains(start), "{system:?}");
        }
    }

    /// `docker run … brooklet` could not be pasted, and would have left the conversations behind.
    #[test]
    fn a_container_is_replaced_and_keeps_its_volume() {
        let start = System::Container.start(&[("OLLAMA_HOST", HOST)]);
        let expected = "```sh\ndocker stop brooklet && docker rm brooklet\n\
            docker run -d --name brooklet -p 127.0.0.1:3000:3000 -v brooklet:/data \
            --add-host host.docker.internal:host-gateway -e OLLAMA_HOST=host.docker.internal brooklet\n```";
        assert_eq!(start, expected);
        let page = include_str!("../../../docs/connect-a-model.md");
        assert!(page.contains(start.trim_start_matches("```sh\n")), "the page has the same");
        for language in [Language::English, Language::Chinese] {
            assert!(!(start.clone() + &System::Container.ollama(language)).contains('…'));
        }
    }

    #[test]
    fn quoted_commands_are_those_of_the_system() {
        let quoted = "First:\n\n```sh\nollama pull qwen3\n```\n\nThen:\n\n\
            ```sh\nOPENAI_BASE_URL=http://127.0.0.1:8000/v1 OPENAI_API_KEY=your-key brooklet\n```\n\n\
            ```sh\nbrooklet --addr 0.0.0.0:3000\n```\n\nEnd.";
        let adapted = |system: System| system.adapt(quoted, Language::English);
        assert_eq!(
            adapted(System::Linux),
            quoted.replace("ollama pull", "curl -fsSL https://ollama.com/install.sh | sh\nollama pull")
        );
        assert!(
            adapted(System::Windows).contains("$env:OPENAI_API_KEY = \"your-key\"\nbrooklet\n```\n\n```sh\nbrooklet")
        );
        assert!(adapted(System::Container).contains("-e OPENAI_BASE_URL=http://host.docker.internal:8000/v1"));
        assert!(adapted(System::Container).ends_with("```sh\nbrooklet --addr 0.0.0.0:3000\n```\n\nEnd."));
    }
}
