//! What a follower is asked for: what stands behind the `?`.

use app::wire::ConversationId;
use std::time::Duration;
use uuid::Uuid;

/// A long poll waits this long, or shorter where it is asked to: proxies give up on an answer after 30 s and more.
const WAIT_S: u64 = 25;

/// A reader waits no longer than this for what is there.
const APART_MS: u64 = 1000;

/// Anything can be read: a refusal would close a browser's stream for good.
pub struct Query {
    /// What is no id names nothing that is there: the answer says `reset {gone}`.
    pub conversation: Option<ConversationId>,
    pub after: Option<String>,
    /// How long a poll may wait for news.
    pub wait: Duration,
    /// What a stream says is at least this far apart: what comes meanwhile is merged. For who draws seldomer than models write.
    pub apart: Duration,
}

impl Query {
    pub fn read(query: Option<&str>) -> Self {
        let find = |name| {
            let mut pairs = url::form_urlencoded::parse(query.unwrap_or("").as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let wait = find("wait").and_then(|wait| wait.parse().ok()).unwrap_or(WAIT_S);
        let apart = find("apart").and_then(|apart| apart.parse().ok()).unwrap_or(0);
        Self {
            conversation: find("conversation").map(|id| id.parse().unwrap_or(ConversationId(Uuid::nil()))),
            after: find("after"),
            wait: Duration::from_secs(wait.min(WAIT_S)),
            apart: Duration::from_millis(apart.min(APART_MS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_wait_is_a_number_of_seconds_up_to_25() {
        let wait = |query| Query::read(Some(query)).wait.as_secs();
        assert_eq!(["wait=0", "wait=7", "wait=25"].map(wait), [0, 7, 25]);
        for query in
            ["", "wait=", "wait=-1", "wait=0.5", "wait=26", "wait=99999999999999999999", "wait=%FF", "wait=soon"]
        {
            assert_eq!(wait(query), 25, "{query}");
        }
    }

    #[test]
    fn any_distance_is_a_number_of_milliseconds_up_to_1000() {
        let apart = |query| Query::read(Some(query)).apart.as_millis();
        assert_eq!(["", "apart=50", "apart=1001", "apart=-1", "apart=soon"].map(apart), [0, 50, 1000, 0, 0]);
    }

    #[test]
    fn what_is_no_id_names_what_is_not_there() {
        let conversation = |query| Query::read(query).conversation;
        assert_eq!(conversation(None), None);
        assert_eq!(conversation(Some("conversation=nonsense")), Some(ConversationId(Uuid::nil())));
    }
}
