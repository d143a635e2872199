//! What the settings page asks of the server.

use crate::wire::{Error, NewProvider, ProviderChange, ProviderList, ProviderSettings, Tested};
use leptos::{prelude::*, server_fn::codec::Json};

/// All providers, and what else could be connected.
#[server(prefix = "/api", endpoint = "list_providers", input = Json, output = Json)]
pub async fn list_providers() -> Result<ProviderList, Error> {
    crate::backend::backend()?.list_providers().await
}

/// Connects a provider.
#[server(prefix = "/api", endpoint = "add_provider", input = Json, output = Json)]
pub async fn add_provider(provider: NewProvider) -> Result<ProviderSettings, Error> {
    crate::backend::backend()?.add_provider(provider).await
}

/// Changes how a provider is set up.
#[server(prefix = "/api", endpoint = "change_provider", input = Json, output = Json)]
pub async fn change_provider(change: ProviderChange) -> Result<ProviderSettings, Error> {
    crate::backend::backend()?.change_provider(change).await
}

/// Forgets a provider and its key.
#[server(prefix = "/api", endpoint = "delete_provider", input = Json, output = Json)]
pub async fn delete_provider(id: String) -> Result<(), Error> {
    crate::backend::backend()?.delete_provider(id).await
}

/// Asks a provider for its models and for a word; nothing is kept.
#[server(prefix = "/api", endpoint = "test_provider", input = Json, output = Json)]
pub async fn test_provider(id: Option<String>, provider: Option<NewProvider>) -> Result<Tested, Error> {
    crate::backend::backend()?.test_provider(id, provider).await
}
