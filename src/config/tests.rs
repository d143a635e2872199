use super::*;

fn read(flags: &[&str], environment: Environment) -> Result<Config, WrongSetting> {
    let words = std::iter::once("brooklet").chain(flags.iter().copied());
    Config::from_parts(Flags::try_parse_from(words).expect("flags that exist"), environment)
}

fn at_home() -> Environment {
    Environment { home: Some("/home/ada".into()), ..Environment::default() }
}

fn with(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Environment { variables, ..at_home() }
}

fn refusal(flags: &[&str]) -> String {
    read(flags, at_home()).expect_err("a wrong value").to_string()
}

#[test]
fn nothing_is_needed() {
    let settings = read(&[], at_home()).unwrap();
    assert_eq!(settings.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.data_dir, Path::new("/home/ada/.local/share/brooklet"));
    assert_eq!(settings.database, Path::new("/home/ada/.local/share/brooklet/brooklet.db"));
    assert!(settings.places.accounts.is_empty() && settings.places.ollama_host.is_none());
    assert_eq!(settings.places.local_ports, [11434, 8080, 1234, 8000]);
}

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("brooklet.toml");
    std::fs::write(&file, "addr = \"127.0.0.1:4000\"\ndata_dir = \"/srv/brooklet\"\n").unwrap();
    let config = file.to_str().unwrap();
    let settings = read(&["--config", config, "--addr", "127.0.0.1:5000"], at_home()).unwrap();
    assert_eq!(settings.addr.port(), 5000);
    assert_eq!(settings.data_dir, Path::new("/srv/brooklet"));
}

#[test]
fn the_usual_file_is_found_and_its_mistakes_are_told_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("brooklet")).unwrap();
    let file = folder.path().join("brooklet/brooklet.toml");
    std::fs::write(&file, "log = \"warn\"\nadr = \"127.0.0.1:4000\"\n").unwrap();
    let environment = Environment { config_home: Some(folder.path().into()), ..at_home() };
    let error = read(&[], environment).unwrap_err().to_string();
    assert!(error.contains("brooklet.toml`: line 2: unknown field `adr`"), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[test]
fn a_wrong_value_is_one_line_with_setting_value_and_what_is_allowed() {
    for (flags, line) in [
        (["--addr", "nowhere"], "addr (BROOKLET_ADDR) is `nowhere`: it must be an address and a port"),
        (["--durability", "some"], "durability (BROOKLET_DURABILITY) is `some`: it must be normal or full"),
        (["--titles", "none"], "titles (BROOKLET_TITLES) is `none`: it must be model or words"),
        (["--hosts", "https://x.org/"], "hosts (BROOKLET_HOSTS) is `https://x.org/`: it must be host names"),
        (["--database-url", "postgres://u:secret@db/x"], "database_url (BROOKLET_DATABASE_URL) is `postgres://…@db/x`"),
        (
            ["--openai-base-url", "ftp://x"],
            "openai_base_url (OPENAI_BASE_URL) is `ftp://x`: it must be an http or https URL",
        ),
        (["--log", "loud=very"], "log (BROOKLET_LOG) is `loud=very`: it must be error, warn"),
        (["--log", "loud"], "log (BROOKLET_LOG) is `loud`: it must be error, warn"),
    ] {
        let told = refusal(&flags);
        assert!(told.starts_with(line), "{told}");
        assert!(!told.contains('\n'), "{told}");
    }
}

#[test]
fn a_key_alone_means_openai_itself_and_is_not_shown() {
    let settings = read(&[], with(&[("OPENAI_API_KEY", "sk-secret")])).unwrap();
    let [openai] = &settings.places.accounts[..] else { panic!("{settings:?}") };
    assert_eq!((openai.service.id, &openai.base_url), ("openai", &None));
    assert!(openai.key.is_some() && !format!("{settings:?}").contains("sk-secret"));
}

#[test]
fn hosts_are_names_without_ports() {
    let settings = read(&["--hosts", "Chat.Example.org, ,brook.local"], at_home()).unwrap();
    assert_eq!(settings.hosts, ["chat.example.org", "brook.local"]);
}

#[test]
fn keys_are_found_by_the_names_that_people_have_in_their_environment() {
    let environment = with(&[
        ("GEMINI_API_KEY", "g-secret"),
        ("ANTHROPIC_API_KEY", "a-secret"),
        ("ANTHROPIC_BASE_URL", "https://proxy.example.org"),
        ("DEEPSEEK_API_KEY", "  "),
        ("QIANFAN_API_KEY", "q-secret"),
        ("OLLAMA_HOST", "0.0.0.0"),
    ]);
    let settings = read(&["--openai-base-url", "http://127.0.0.1:8000/v1"], environment).unwrap();
    let ids: Vec<_> = settings.places.accounts.iter().map(|account| account.service.id).collect();
    assert_eq!(ids, ["openai", "anthropic", "gemini", "qianfan"]);
    assert_eq!(settings.places.accounts[1].base_url.as_deref(), Some("https://proxy.example.org"));
    assert_eq!(settings.places.ollama_host.as_deref(), Some("0.0.0.0"));
    assert!(!format!("{settings:?}").contains("secret"));

    // Another program's address without a key is nothing to ask.
    let settings = read(&[], with(&[("ANTHROPIC_BASE_URL", "https://proxy.example.org")])).unwrap();
    assert!(settings.places.accounts.is_empty());
}

#[test]
fn local_ports_are_numbers_or_off() {
    let ports = |text| read(&["--local-ports", text], at_home()).map(|settings| settings.places.local_ports);
    assert_eq!(ports("off").unwrap(), [0; 0]);
    assert_eq!(ports(" 11434, 9000,11434").unwrap(), [11434, 9000]);
    for text in ["none", "0", "70000", "1,,2", "11434;8080"] {
        let told = ports(text).unwrap_err().to_string();
        assert!(
            told.starts_with(&format!("local_ports (BROOKLET_LOCAL_PORTS) is `{}`: it must be", text.trim())),
            "{told}"
        );
    }
}

#[test]
fn help_names_every_variable() {
    let page = documentation();
    let help = providers::help();
    for name in [
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "GEMINI_API_KEY",
        "DEEPSEEK_API_KEY",
        "QIANFAN_API_KEY",
        "OLLAMA_HOST",
    ] {
        assert!(help.contains(name) && page.contains(name), "{name}");
    }
}

#[test]
fn a_container_is_known_by_its_marks() {
    assert_eq!(read(&[], with(&[("KUBERNETES_SERVICE_HOST", "10.0.0.1")])).unwrap().system, System::Container);
    assert_eq!(read(&[], Environment { in_container: true, ..at_home() }).unwrap().system, System::Container);
    assert_eq!(read(&[], at_home()).unwrap().system, System::of_this_build());
}

#[test]
fn an_empty_value_is_none() {
    let flags = ["--addr", "", "--data-dir", " ", "--log", "", "--openai-base-url", "", "--database-url", ""];
    let settings = read(&flags, at_home()).unwrap();
    assert_eq!((settings.addr.port(), settings.log.as_str()), (3000, "info"));
    assert_eq!(settings.database, Path::new("/home/ada/.local/share/brooklet/brooklet.db"));
}

#[test]
fn the_home_folder_is_found_where_no_shell_has_read() {
    let settings = read(&["--data-dir", "~/chats", "--database-url", "sqlite:~/other.db"], at_home()).unwrap();
    assert_eq!(settings.data_dir, Path::new("/home/ada/chats"));
    assert_eq!(settings.database, Path::new("/home/ada/other.db"));
}
