//! Settings: flags, then the environment, then `brooklet.toml`, then the defaults; the same names everywhere.
//!
//! Values are read as text and judged here, so that a wrong one ends with one line that names the setting, the value and what
//! is allowed. An empty value is none. A field's doc comment is its `--help`.

mod providers;

use crate::{
    providers::{Places, guide::System},
    replies::Titles,
    store::sqlite::Durability,
};
use clap::Parser;
use secrecy::SecretString;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
};

/// A self-hosted AI chat: one page, any model, and replies that are never lost.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "brooklet", version, after_help = providers::help())]
struct Flags {
    /// Where to listen: an address and a port. Beyond this machine (0.0.0.0:3000) a token link is printed at start
    /// [default: 127.0.0.1:3000]
    #[arg(long, env = "BROOKLET_ADDR", value_name = "HOST:PORT", hide_env_values = true)]
    addr: Option<String>,

    /// The folder in which conversations are kept [default: ~/.local/share/brooklet, or as XDG_DATA_HOME says]
    #[arg(long, env = "BROOKLET_DATA_DIR", value_name = "FOLDER", hide_env_values = true)]
    data_dir: Option<String>,

    /// Names under which browsers may reach this server, joined by commas, such as chat.example.org
    #[arg(long, env = "BROOKLET_HOSTS", value_name = "NAMES", hide_env_values = true)]
    hosts: Option<String>,

    /// The database: sqlite:FILE [default: brooklet.db in the data folder]
    #[arg(long, env = "BROOKLET_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,

    /// What a stored reply survives: normal (a killed server) or full (a power cut as well, with slower commits)
    /// [default: normal]
    #[arg(long, env = "BROOKLET_DURABILITY", value_name = "normal|full", hide_env_values = true)]
    durability: Option<String>,

    /// How conversations are named: model (after the first reply its model is asked, in one short request more) or words
    /// (the first words of the first message) [default: model]
    #[arg(long, env = "BROOKLET_TITLES", value_name = "model|words", hide_env_values = true)]
    titles: Option<String>,

    /// What to log: error, warn, info, debug or trace, also by module (brooklet::journal=debug) [default: info]
    #[arg(long, env = "BROOKLET_LOG", value_name = "LEVEL", hide_env_values = true)]
    log: Option<String>,

    /// The base URL of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1; one that ends in /responses is that API of OpenAI's
    /// [default: https://api.openai.com/v1 where a key is set]
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL", hide_env_values = true)]
    openai_base_url: Option<String>,

    /// Ports of this machine where model servers are looked for, joined by commas, or off
    /// [default: 11434,8080,1234,8000, for Ollama, llama.cpp, LM Studio and vLLM]
    #[arg(long, env = "BROOKLET_LOCAL_PORTS", value_name = "PORTS", hide_env_values = true)]
    local_ports: Option<String>,

    /// A file with the settings [default: brooklet.toml in ~/.config/brooklet, or as XDG_CONFIG_HOME says]
    #[arg(long, env = "BROOKLET_CONFIG", value_name = "FILE", hide_env_values = true)]
    config: Option<String>,

    /// Asks the server at --addr whether it answers, and ends with 0 if it does: for containers
    #[arg(long)]
    healthcheck: bool,
}

/// `brooklet.toml`: the names of the flags, with underscores.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    addr: Option<String>,
    data_dir: Option<String>,
    hosts: Option<String>,
    database_url: Option<String>,
    durability: Option<String>,
    titles: Option<String>,
    log: Option<String>,
    openai_base_url: Option<String>,
    local_ports: Option<String>,
}

/// What the server runs with.
#[derive(Debug)]
pub struct Config {
    pub addr: SocketAddr,
    /// Absolute.
    pub data_dir: PathBuf,
    /// Lower case, without ports.
    pub hosts: Vec<String>,
    pub database: PathBuf,
    pub durability: Durability,
    pub titles: Titles,
    pub log: String,
    /// Where models are looked for.
    pub places: Places,
    /// Locks providers' keys at rest, in 64 hex digits; without it a file in the data folder does.
    pub key: Option<SecretString>,
    /// What the guide speaks of.
    pub system: System,
    /// Only ask whether a server answers at `addr`.
    pub healthcheck: bool,
}

/// One line: the setting, the value, what is allowed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is `{value}`: {allowed}")]
pub struct WrongSetting {
    name: String,
    value: String,
    allowed: String,
}

/// Why there are no settings.
#[derive(Debug)]
pub enum Stop {
    /// `--help`, `--version` or an unknown flag: what clap prints.
    Clap(clap::Error),
    Wrong(WrongSetting),
}

impl Config {
    /// From the command line, the environment and the file.
    pub fn read() -> Result<Self, Stop> {
        let flags = Flags::try_parse().map_err(Stop::Clap)?;
        let environment = Environment {
            home: std::env::var_os("HOME").map(PathBuf::from),
            config_home: std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from),
            data_home: std::env::var_os("XDG_DATA_HOME").map(PathBuf::from),
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            in_container: ["/.dockerenv", "/run/.containerenv"].iter().any(|file| Path::new(file).exists()),
        };
        Self::from_parts(flags, environment).map_err(Stop::Wrong)
    }

    fn from_parts(flags: Flags, environment: Environment) -> Result<Self, WrongSetting> {
        let file = environment.file(flags.config.as_deref())?;
        let data_dir = environment.data_dir(given(flags.data_dir, file.data_dir))?;
        let durability = match given(flags.durability, file.durability).as_deref() {
            None | Some("normal") => Durability::Normal,
            Some("full") => Durability::Full,
            Some(other) => return Err(wrong("durability (BROOKLET_DURABILITY)", other, "it must be normal or full")),
        };
        let titles = match given(flags.titles, file.titles).as_deref() {
            None | Some("model") => Titles::Model,
            Some("words") => Titles::Words,
            Some(other) => return Err(wrong("titles (BROOKLET_TITLES)", other, "it must be model or words")),
        };
        Ok(Self {
            healthcheck: flags.healthcheck,
            addr: address(given(flags.addr, file.addr).as_deref().unwrap_or("127.0.0.1:3000"))?,
            hosts: hosts(given(flags.hosts, file.hosts).as_deref().unwrap_or(""))?,
            database: environment.database(given(flags.database_url, file.database_url).as_deref(), &data_dir)?,
            data_dir,
            durability,
            titles,
            log: log(given(flags.log, file.log).as_deref().unwrap_or("info"))?,
            places: providers::places(
                given(flags.openai_base_url, file.openai_base_url),
                given(flags.local_ports, file.local_ports),
                &environment,
            )?,
            key: providers::key(&environment)?,
            system: providers::system(&environment),
        })
    }
}

/// The flag (or its variable) wins. An empty value is none: that is how a variable is taken back in many tools.
fn given(flag: Option<String>, file: Option<String>) -> Option<String> {
    let some = |value: &String| !value.trim().is_empty();
    flag.filter(some).or(file.filter(some))
}

/// What the process finds around it, apart from what clap reads.
#[derive(Default)]
struct Environment {
    home: Option<PathBuf>,
    config_home: Option<PathBuf>,
    data_home: Option<PathBuf>,
    variables: BTreeMap<String, String>,
    /// Something marked the file system as a container's.
    in_container: bool,
}

impl Environment {
    /// Blank is as good as unset.
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.trim().is_empty()).cloned()
    }

    fn file(&self, named: Option<&str>) -> Result<File, WrongSetting> {
        let usual = self.config_home.clone().or_else(|| Some(self.home.as_ref()?.join(".config")));
        let path = match (named.filter(|path| !path.trim().is_empty()), usual) {
            (Some(path), _) => self.path(path),
            (None, Some(folder)) if folder.join("brooklet/brooklet.toml").exists() => {
                folder.join("brooklet/brooklet.toml")
            }
            _ => return Ok(File::default()),
        };
        let name = "config (BROOKLET_CONFIG)";
        let value = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(name, &value, &format!("the file cannot be read ({error})")))?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            wrong(name, &value, &format!("line {line}: {}", error.message().replace('\n', ", ")))
        })
    }

    fn data_dir(&self, asked: Option<String>) -> Result<PathBuf, WrongSetting> {
        let name = "data_dir (BROOKLET_DATA_DIR)";
        let folder = match asked {
            Some(folder) => self.path(&folder),
            None => match (&self.data_home, &self.home) {
                (Some(data), _) if data.is_absolute() => data.join("brooklet"),
                (_, Some(home)) => home.join(".local/share/brooklet"),
                _ => return Err(wrong(name, "", "there is no home folder, so it must name a folder")),
            },
        };
        std::path::absolute(&folder).map_err(|error| wrong(name, &folder.display().to_string(), &error.to_string()))
    }

    fn database(&self, url: Option<&str>, data_dir: &Path) -> Result<PathBuf, WrongSetting> {
        let Some(url) = url else { return Ok(data_dir.join("brooklet.db")) };
        match url.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest)) {
            // A relative file lies in the data folder, whose lock guards it.
            Some(file) if !file.is_empty() && !file.contains('?') => Ok(data_dir.join(self.path(file))),
            _ => Err(wrong("database_url (BROOKLET_DATABASE_URL)", &without_password(url), "it must be sqlite:FILE")),
        }
    }

    /// `~/` is the home folder in the file too, where no shell has read it.
    fn path(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, WrongSetting> {
    let allowed = "it must be an address and a port, such as 127.0.0.1:3000 or 0.0.0.0:3000";
    let mut found = text.trim().to_socket_addrs().map_err(|_| wrong("addr (BROOKLET_ADDR)", text, allowed))?;
    found.next().ok_or_else(|| wrong("addr (BROOKLET_ADDR)", text, allowed))
}

fn hosts(text: &str) -> Result<Vec<String>, WrongSetting> {
    let names = text.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let fits = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':'))
                && (!name.contains(':') || name.starts_with('['));
            let allowed =
                "it must be host names joined by commas, without scheme, port or path, such as chat.example.org";
            if fits { Ok(name) } else { Err(wrong("hosts (BROOKLET_HOSTS)", text, allowed)) }
        })
        .collect()
}

fn log(text: &str) -> Result<String, WrongSetting> {
    // A word alone would be taken for the name of a module, with everything of it logged.
    let is_level =
        |part: &str| part.contains('=') || part.trim().parse::<tracing::level_filters::LevelFilter>().is_ok();
    let parsed = text.parse::<tracing_subscriber::filter::Targets>();
    if parsed.is_ok() && text.split(',').all(is_level) {
        return Ok(text.to_owned());
    }
    Err(wrong("log (BROOKLET_LOG)", text, "it must be error, warn, info, debug, trace or off, or module=level pairs"))
}

/// An error line must not show what stands between `//` and `@`.
fn without_password(url: &str) -> String {
    match (url.find("//"), url.rfind('@')) {
        (Some(start), Some(end)) if start + 2 < end => format!("{}…{}", &url[..start + 2], &url[end..]),
        _ => url.to_owned(),
    }
}

fn wrong(name: &str, value: &str, allowed: &str) -> WrongSetting {
    WrongSetting { name: name.to_owned(), value: value.to_owned(), allowed: allowed.to_owned() }
}

/// The `--help` text as a page of docs, so that the two cannot part.
pub fn documentation() -> String {
    use clap::CommandFactory;
    let mut page = String::from(
        "# Configuration\n\nA flag wins over the environment, the environment over `brooklet.toml`, and that over the default. The file uses the flags' names \
         with underscores: `data_dir = \"/srv/brooklet\"`.\n\n| flag | environment | what it sets |\n| --- | --- | --- |\n",
    );
    for argument in Flags::command().get_arguments() {
        let (Some(flag), Some(environment)) = (argument.get_long(), argument.get_env()) else { continue };
        let help =
            argument.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|").replace('\n', " ");
        page += &format!("| `--{flag}` | `{}` | {help} |\n", environment.to_string_lossy());
    }
    for (name, says) in providers::variables() {
        page += &format!("| | `{name}` | {says}; it is only read from the environment |\n");
    }
    page
}

#[cfg(test)]
mod tests;
