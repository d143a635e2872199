//! A backend that says what the test wants.

use crate::{
    backend::Backend,
    markdown::Typeset,
    stream::example,
    wire::{
        Code, CodeBlock, CodeSpan, ConversationId, ConversationList, ConversationPage, ConversationSetup, Cursor,
        Error, Formula, GetConversation, Hint, KeptPreferences, Message, MessageId, Model, ModelKind, ModelList,
        NewProvider, Preferences, ProviderChange, ProviderList, ProviderSettings, SendMessage, Sent, Setup, SpanClass,
        Summary, Tested,
    },
};
use std::sync::{Arc, Mutex};

/// Holds one conversation, and remembers what it was asked.
#[derive(Default)]
pub struct Fake {
    pub messages: Vec<Message>,
    pub asked: Mutex<Vec<String>>,
}

impl Fake {
    pub fn with(messages: Vec<Message>) -> Arc<Self> {
        Arc::new(Self { messages, ..Self::default() })
    }

    fn note(&self, asked: String) {
        self.asked.lock().unwrap().push(asked);
    }
}

/// Knows what stands in lines of its own.
pub struct Typesetter;

impl Typeset for Typesetter {
    fn typeset(&self, formulas: Vec<Formula>) -> Vec<Option<String>> {
        let one = |Formula { source, display }| display.then(|| format!("<math><mi>{source}</mi></math>"));
        formulas.into_iter().map(one).collect()
    }
}

pub const SENT: Sent = Sent {
    conversation: example::CONVERSATION,
    message: MessageId(uuid::Uuid::from_u128(1)),
    reply: MessageId(uuid::Uuid::from_u128(2)),
};

#[async_trait::async_trait]
impl Backend for Fake {
    async fn send_message(&self, message: SendMessage) -> Result<Sent, Error> {
        self.note(serde_json::to_string(&message).unwrap());
        Ok(SENT)
    }

    async fn stop_reply(&self, reply: MessageId) -> Result<(), Error> {
        self.note(format!("stop {reply}"));
        Ok(())
    }

    async fn regenerate_reply(
        &self,
        reply: MessageId,
        model: Option<String>,
        hint: Option<Hint>,
    ) -> Result<Sent, Error> {
        self.note(format!("regenerate {reply} by {model:?}, {hint:?}"));
        Ok(SENT)
    }

    async fn choose_branch(&self, message: MessageId) -> Result<(), Error> {
        self.note(format!("choose {message}"));
        Ok(())
    }

    async fn continue_reply(&self, reply: MessageId) -> Result<Sent, Error> {
        self.note(format!("continue {reply}"));
        Ok(SENT)
    }

    async fn list_conversations(&self, _: Option<ConversationId>, _: Option<u32>) -> Result<ConversationList, Error> {
        self.note("list".into());
        let cursor = Cursor { log: 1, seq: 0, list: 1 };
        Ok(ConversationList { conversations: vec![example::summary()], more: false, cursor })
    }

    async fn get_conversation(&self, which: GetConversation) -> Result<ConversationPage, Error> {
        self.note("get".into());
        if let Some(leaf) = which.leaf {
            self.note(format!("through {leaf}"));
        }
        if which.conversation != example::CONVERSATION {
            return Err(Error::new(Code::NotFound, "no such conversation"));
        }
        Ok(example::page(self.messages.clone()))
    }

    async fn rename_conversation(&self, _: ConversationId, title: String, seen: u64) -> Result<Summary, Error> {
        Ok(Summary { title, version: seen + 1, ..example::summary() })
    }

    async fn delete_conversation(&self, conversation: ConversationId) -> Result<(), Error> {
        self.note(format!("delete {conversation}"));
        Ok(())
    }

    async fn get_setup(&self, _: ConversationId) -> Result<ConversationSetup, Error> {
        Ok(ConversationSetup::default())
    }

    async fn change_setup(&self, _: ConversationId, _: Setup, _: u64) -> Result<Summary, Error> {
        Ok(example::summary())
    }

    async fn mark_read(&self, conversation: ConversationId, seq: u64) -> Result<(), Error> {
        self.note(format!("read {conversation} to {seq}"));
        Ok(())
    }

    async fn undelete_conversation(&self, conversation: ConversationId) -> Result<Summary, Error> {
        self.note(format!("undelete {conversation}"));
        Ok(example::summary())
    }

    async fn highlight_code(&self, blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error> {
        self.note("highlight".into());
        let whole = |block: CodeBlock| vec![CodeSpan { class: SpanClass::Keyword, bytes: block.code.len() as u32 }];
        Ok(blocks.into_iter().map(whole).collect())
    }

    async fn typeset_math(&self, formulas: Vec<Formula>) -> Result<Vec<Option<String>>, Error> {
        self.note("typeset".into());
        Ok(Typesetter.typeset(formulas))
    }

    async fn get_preferences(&self) -> Result<KeptPreferences, Error> {
        self.note("get_preferences".into());
        Ok(KeptPreferences::default())
    }

    async fn change_preferences(&self, preferences: Preferences, seen: u64) -> Result<KeptPreferences, Error> {
        self.note(format!("change_preferences {seen}"));
        Ok(KeptPreferences { preferences, version: seen + 1 })
    }

    async fn list_providers(&self) -> Result<ProviderList, Error> {
        Ok(ProviderList::default())
    }

    async fn add_provider(&self, _: NewProvider) -> Result<ProviderSettings, Error> {
        Err(Error::new(Code::Invalid, "no providers here"))
    }

    async fn change_provider(&self, _: ProviderChange) -> Result<ProviderSettings, Error> {
        Err(Error::new(Code::NotFound, "no providers here"))
    }

    async fn delete_provider(&self, _: String) -> Result<(), Error> {
        Ok(())
    }

    async fn test_provider(&self, _: Option<String>, _: Option<NewProvider>) -> Result<Tested, Error> {
        Err(Error::new(Code::Invalid, "no providers here"))
    }

    async fn list_models(&self, look: bool) -> Result<ModelList, Error> {
        self.note(if look { "look" } else { "models" }.into());
        let model = |id: &str, name: &str| Model {
            id: id.into(),
            name: name.into(),
            provider: "Example".into(),
            source: "built in".into(),
            kind: ModelKind::Local,
            hidden: false,
            facts: None,
        };
        let models = vec![model("example/first", "First"), model("example/model", "Model")];
        Ok(ModelList { models, ..ModelList::default() })
    }
}
