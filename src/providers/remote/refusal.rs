//! What a provider's error means. Each has words and numbers of its own for the few causes that a person can act on.

use serde_json::Value;
use std::time::Duration;

/// Why a provider did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It does not take the key.
    Key,
    /// The account is empty, or its limit is spent.
    Credit,
    /// Too many requests for now.
    Limit,
    /// The conversation is longer than the model can read.
    Context,
    /// It will not speak of this.
    Content,
    NoModel,
    /// It may answer in a moment.
    Busy,
    Other,
}

/// What the body of an error says.
pub struct Said {
    pub message: String,
    /// The message is the provider's, not ours about its body.
    pub own_words: bool,
    /// Some put the status into the body of a 200.
    pub status: Option<u16>,
    /// Some put the time after which to ask again into the body.
    pub retry_after: Option<Duration>,
    /// Its words for the cause (`code`, `type`, `status`, `reason`), in lower case.
    words: Vec<String>,
}

/// Words by which providers tell a cause; the first cause of which a word is there is it. They are from the references of the
/// services' APIs, and from the sources of the servers, read in November 2026.
const WORDS: [(Cause, &[&str]); 7] = [
    (
        Cause::NoModel,
        &["model_not_found", "invalid_model", "model_not_exist", "unsupported_model", "model_not_supported"],
    ),
    (
        Cause::Credit,
        &[
            "insufficient_quota",
            "billing_error",
            "billing_hard_limit_reached",
            "billing_not_active",
            "insufficient_balance",
            "exceeded_current_quota_error",
            "contract_spend_limit_reached",
            "account_overdue",
            // Zhipu, SiliconFlow.
            "1113",
            "30001",
        ],
    ),
    (
        Cause::Context,
        &[
            "context_length_exceeded",
            "exceed_context_size_error",
            "request_too_large",
            "prompt_too_long",
            "tokens_too_long",
            // Baidu's older number, Zhipu's.
            "336103",
            "1261",
        ],
    ),
    (
        Cause::Content,
        &[
            "content_filter",
            "content_policy_violation",
            "image_content_policy_violation",
            "responsibleaipolicyviolation",
            "moderation",
            "bio_policy",
            "misalignment_policy_violation",
            "1301",
        ],
    ),
    (
        Cause::Key,
        &[
            "invalid_api_key",
            "authentication_error",
            "invalid_authentication_error",
            "incorrect_api_key_error",
            "api_key_invalid",
            "unauthenticated",
            "invalid_iam_token",
            "access_denied",
            "permission_error",
            "permission_denied",
            // Baidu's, for a token that is wrong or over.
            "110",
            "111",
        ],
    ),
    (
        Cause::Limit,
        &[
            "rate_limit_error",
            "rate_limit_exceeded",
            "rate_limit_reached_error",
            "rpm_rate_limit_exceeded",
            "tpm_rate_limit_exceeded",
            "resource_exhausted",
            // Baidu's for a day and for a second, and Zhipu's.
            "17",
            "18",
            "1302",
            "1303",
        ],
    ),
    (
        Cause::Busy,
        &[
            "overloaded_error",
            "engine_overloaded_error",
            "api_error",
            "server_error",
            "internal_server_error",
            "timeout_error",
            "unavailable",
            "internal",
            "deadline_exceeded",
            // Baidu's own "try again".
            "336100",
        ],
    ),
];

/// What some say only in a sentence, in lower case.
const SENTENCES: [(Cause, &[&str]); 4] = [
    (
        Cause::Credit,
        &[
            "credit balance is too low",
            "insufficient balance",
            "balance is insufficient",
            "insufficient credits",
            "欠费",
            "余额不足",
        ],
    ),
    (
        Cause::Context,
        &[
            "maximum context length",
            "context length exceeded",
            "exceeds the available context size",
            "context window",
            "prompt is too long",
            "prompt tokens too long",
            "exceeds the maximum number of tokens",
            "input length exceeds",
        ],
    ),
    (Cause::Content, &["content exists risk", "content management policy", "flagged by", "requires moderation"]),
    (Cause::Key, &["api key not valid", "invalid api key", "incorrect api key", "api key expired"]),
];

impl Said {
    /// Knows `{"error": {"message"}}`, `{"error": "…"}`, `{"message"}`, `{"error_msg"}` and `{"detail"}`; else the body itself is the
    /// message.
    pub fn read(body: &[u8]) -> Self {
        let body = String::from_utf8_lossy(body);
        let Ok(json) = serde_json::from_str::<Value>(&body) else {
            let html = body.trim_start().starts_with('<');
            let message = if html { "an HTML page instead of a reply" } else { &body };
            let (status, retry_after, words) = (None, None, Vec::new());
            return Self { message: message.to_owned(), own_words: false, status, retry_after, words };
        };
        // An OpenAI response that failed holds its error; Google puts one into a list.
        let json = json.as_array().and_then(|list| list.first()).unwrap_or(&json);
        let error = [&json["error"], &json["response"]["error"]].into_iter().find(|error| error.is_object());
        let error = error.unwrap_or(json);
        let message = [&error["message"], &json["error"], &json["message"], &json["error_msg"], &json["detail"]]
            .into_iter()
            .find(|field| !field.is_null())
            .unwrap_or(json);
        let details = error["details"].as_array().into_iter().flatten();
        let retry_after = details.clone().find_map(|detail| {
            let seconds: f64 = detail["retryDelay"].as_str()?.strip_suffix('s')?.parse().ok()?;
            Duration::try_from_secs_f64(seconds).ok()
        });
        let named =
            [&error["code"], &error["type"], &error["status"], &json["error_code"], &error["innererror"]["code"]];
        let words = named.into_iter().chain(details.map(|detail| &detail["reason"])).filter_map(|word| match word {
            Value::String(word) => Some(word.to_lowercase()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        Self {
            message: message.as_str().map_or_else(|| message.to_string(), str::to_owned),
            own_words: true,
            status: error["code"]
                .as_u64()
                .and_then(|code| u16::try_from(code).ok())
                .filter(|code| (400..600).contains(code)),
            retry_after,
            words: words.collect(),
        }
    }

    /// The cause, by the provider's words before the status: many answer 400 or 429 to everything.
    pub fn cause(&self, status: Option<u16>) -> Cause {
        let said = self.message.to_lowercase();
        let is_word = |words: &&[&str]| self.words.iter().any(|word| words.contains(&word.as_str()));
        let is_said = |parts: &&[&str]| parts.iter().any(|part| said.contains(part));
        let sentence = SENTENCES.iter().find(|(_, parts)| is_said(parts)).map(|(cause, _)| *cause);
        let word = WORDS.iter().find(|(_, words)| is_word(words)).map(|(cause, _)| *cause);
        // The sentences are more exact than the words for everything, such as `invalid_request_error` or `RESOURCE_EXHAUSTED`.
        if let Some(cause) = sentence.or(word) {
            return cause;
        }
        match status {
            Some(404) if said.contains("model") => Cause::NoModel,
            Some(400 | 422) if said.contains("not a valid model") => Cause::NoModel,
            Some(401 | 403) => Cause::Key,
            Some(402) => Cause::Credit,
            Some(413) => Cause::Context,
            Some(429) => Cause::Limit,
            Some(408 | 500..) => Cause::Busy,
            _ => Cause::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_says_each_cause_in_its_own_way() {
        for (status, body, cause) in [
            // OpenAI
            (
                401,
                r#"{"error":{"message":"Incorrect API key provided: sk-x.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
                Cause::Key,
            ),
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
                Cause::Credit,
            ),
            (
                429,
                r#"{"error":{"message":"Rate limit reached for gpt-5 in organization org-x on tokens per min.","type":"tokens","code":"rate_limit_exceeded"}}"#,
                Cause::Limit,
            ),
            (
                400,
                r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
                Cause::Context,
            ),
            (
                404,
                r#"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","code":"model_not_found"}}"#,
                Cause::NoModel,
            ),
            (500, r#"{"error":{"message":"The server had an error","type":"server_error","code":null}}"#, Cause::Busy),
            // Azure
            (
                400,
                r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
                Cause::Content,
            ),
            // Anthropic
            (
                401,
                r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}"#,
                Cause::Key,
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
                Cause::Credit,
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 207000 tokens > 200000 maximum"}}"#,
                Cause::Context,
            ),
            (
                413,
                r#"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
                Cause::Context,
            ),
            (404, r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}}"#, Cause::NoModel),
            (
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"Number of request tokens has exceeded your per-minute rate limit"}}"#,
                Cause::Limit,
            ),
            (529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, Cause::Busy),
            // Gemini
            (
                400,
                r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#,
                Cause::Key,
            ),
            (
                429,
                r#"{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}]}}"#,
                Cause::Limit,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
                Cause::Context,
            ),
            (
                404,
                r#"{"error":{"code":404,"message":"models/gemini-9 is not found for API version v1beta","status":"NOT_FOUND"}}"#,
                Cause::NoModel,
            ),
            (
                503,
                r#"[{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}]"#,
                Cause::Busy,
            ),
            // DeepSeek
            (
                402,
                r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
                Cause::Credit,
            ),
            (
                400,
                r#"{"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
                Cause::Content,
            ),
            // Qianfan, new and old
            (
                401,
                r#"{"error":{"code":"invalid_iam_token","message":"IAM Certification failed","type":"invalid_request_error"},"id":"as-x"}"#,
                Cause::Key,
            ),
            (200, r#"{"error_code":336103,"error_msg":"Prompt tokens too long"}"#, Cause::Context),
            (200, r#"{"error_code":18,"error_msg":"Open api qps request limit reached"}"#, Cause::Limit),
            (200, r#"{"error_code":110,"error_msg":"Access token invalid or no longer valid"}"#, Cause::Key),
            // Moonshot, Zhipu, SiliconFlow, OpenRouter
            (
                429,
                r#"{"error":{"message":"Your account is suspended, please check your plan and billing details","type":"exceeded_current_quota_error"}}"#,
                Cause::Credit,
            ),
            (
                429,
                r#"{"error":{"message":"The engine is currently overloaded","type":"engine_overloaded_error"}}"#,
                Cause::Busy,
            ),
            (429, r#"{"error":{"code":"1113","message":"您的账户已欠费，请充值后重试"}}"#, Cause::Credit),
            (
                403,
                r#"{"code":30001,"message":"Sorry, your account balance is insufficient","data":null}"#,
                Cause::Credit,
            ),
            (402, r#"{"error":{"message":"Insufficient credits","code":402}}"#, Cause::Credit),
            (400, r#"{"error":{"message":"foo/bar is not a valid model ID","code":400}}"#, Cause::NoModel),
            (
                403,
                r#"{"error":{"message":"Your chosen model requires moderation and your input was flagged","code":403}}"#,
                Cause::Content,
            ),
            // llama.cpp, vLLM, Ollama
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_ctx":4096}}"#,
                Cause::Context,
            ),
            (
                400,
                r#"{"object":"error","message":"This model's maximum context length is 2048 tokens. However, you requested 4096","type":"BadRequestError","code":400}"#,
                Cause::Context,
            ),
            (404, r#"{"error":"model 'qwen9' not found"}"#, Cause::NoModel),
            (
                500,
                r#"{"error":"model requires more system memory (5.6 GiB) than is available (3.1 GiB)"}"#,
                Cause::Busy,
            ),
            // Nobody's words.
            (401, "", Cause::Key),
            (502, "<html>Bad Gateway", Cause::Busy),
            (404, "404 page not found", Cause::Other),
            (400, r#"{"error":{"message":"bad request"}}"#, Cause::Other),
        ] {
            let said = Said::read(body.as_bytes());
            assert_eq!(said.cause(Some(status)), cause, "{status} {body}");
            if body.contains("retryDelay") {
                assert_eq!(said.retry_after, Some(Duration::from_secs(37)));
            }
        }
    }
}
