//! What Brooklet was started with, as far as it decides whether a model server is found.

use super::{System, phrases::Phrases, words::Language};
use crate::providers::places::{LOCAL_PORTS, USUAL};

/// Where the guide speaks.
#[derive(Clone, Debug)]
pub struct Here {
    pub system: System,
    /// Ports of this machine at which model servers are looked for.
    pub ports: Vec<u16>,
    /// `OLLAMA_HOST` was set.
    pub ollama_told: bool,
}

impl Default for Here {
    fn default() -> Self {
        Self { system: System::default(), ports: LOCAL_PORTS.to_vec(), ollama_told: false }
    }
}

/// A model server with a usual port.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    pub name: &'static str,
    port: u16,
}

impl Server {
    pub fn ollama() -> Self {
        let (port, _, name) = USUAL[0];
        Self { name, port }
    }

    /// The one that a heading names.
    pub fn named(heading: &str) -> Option<Self> {
        USUAL.iter().find(|(_, _, name)| *name == heading).map(|(port, _, name)| Self { name, port: *port })
    }

    fn is_ollama(self) -> bool {
        self.name == Self::ollama().name
    }
}

impl Here {
    /// What comes next when the server runs: it is found, or Brooklet must be told of it.
    pub fn next(&self, server: Server, language: Language) -> String {
        let phrases = Phrases::of(language);
        let Server { name, port } = server;
        let looks = match self.ports.as_slice() {
            [] => phrases.no_port.to_owned(),
            ports => phrases.these_ports.replace("{ports}", &joined(ports, language)),
        };
        let words = match self.system {
            System::Container if server.is_ollama() => phrases.start_container,
            System::Container => phrases.not_in_container,
            _ if self.ports.contains(&port) => return phrases.found.replace("{name}", name),
            _ if server.is_ollama() && self.ollama_told => return phrases.told.to_owned(),
            _ => phrases.not_looked,
        };
        let words = words.replace("{name}", name).replace("{looks}", &looks).replace("{port}", &port.to_string());
        format!("{words}\n\n{}", self.start_with(server))
    }

    fn start_with(&self, server: Server) -> String {
        let host = self.system.host();
        if server.is_ollama() {
            self.system.start(&[("OLLAMA_HOST", host)])
        } else {
            self.system.start(&[("OPENAI_BASE_URL", &format!("http://{host}:{}/v1", server.port))])
        }
    }
}

fn joined(ports: &[u16], language: Language) -> String {
    let comma = if language == Language::Chinese { "、" } else { ", " };
    ports.iter().map(u16::to_string).collect::<Vec<_>>().join(comma)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(here: &Here, heading: &str) -> String {
        here.next(Server::named(heading).unwrap(), Language::English)
    }

    /// With other ports it still promised to find Ollama on 11434.
    #[test]
    fn promises_only_what_is_looked_for() {
        let here = Here::default();
        assert_eq!(
            next(&here, "Ollama"),
            "Brooklet finds Ollama by itself within half a minute; the model picker then shows it."
        );
        for (ports, looks) in
            [(vec![], "looks at no port of this machine"), (vec![9, 99], "machine’s ports it looks at 9, 99")]
        {
            let here = Here { ports, ..Here::default() };
            for (heading, start) in [
                ("Ollama", "\nOLLAMA_HOST=127.0.0.1 brooklet\n"),
                ("llama.cpp", "\nOPENAI_BASE_URL=http://127.0.0.1:8080/v1 brooklet\n"),
                ("LM Studio", "\nOPENAI_BASE_URL=http://127.0.0.1:1234/v1 brooklet\n"),
                ("vLLM", "\nOPENAI_BASE_URL=http://127.0.0.1:8000/v1 brooklet\n"),
            ] {
                let said = next(&here, heading);
                assert!(said.contains(looks) && said.contains(start) && !said.contains("half a minute"), "{said}");
            }
            let told = Here { ollama_told: true, ..here };
            assert!(next(&told, "Ollama").contains("where `OLLAMA_HOST` says"));
        }
        let container = Here { system: System::Container, ..here };
        assert!(next(&container, "Ollama").contains("-e OLLAMA_HOST=host.docker.internal brooklet"));
        assert!(next(&container, "vLLM").contains("-e OPENAI_BASE_URL=http://host.docker.internal:8000/v1 brooklet"));
    }
}
