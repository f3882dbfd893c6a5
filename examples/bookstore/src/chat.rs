//! `chat.ChatService`: an echo in both directions.

use polywire::{Message, Result, Streaming, service};

/// Something said.
#[derive(Debug, Clone, PartialEq, Message)]
pub(crate) struct ChatMessage {
    /// What.
    #[example("hi")]
    pub message: String,
}

/// Talks back.
#[service(package = "chat")]
pub(crate) trait ChatService {
    /// Answers each message with its echo.
    #[ws("/ws/chat")]
    async fn chat(&self, messages: Streaming<ChatMessage>) -> Result<Streaming<ChatMessage>>;
}

/// The echo.
pub(crate) struct Chat;

impl ChatService for Chat {
    async fn chat(&self, messages: Streaming<ChatMessage>) -> Result<Streaming<ChatMessage>> {
        Ok(messages.map(|said| ChatMessage { message: format!("Echo: {}", said.message) }))
    }
}
