//! Everything about MongoDB that Trivet knows, without a window and without a listener.
//!
//! [`Engine`] is the one entry to every operation: the desktop shell and the HTTP server are adapters over
//! it. Nothing here reads the environment, the home folder or the clock behind the caller's back.

pub mod catalog;
pub mod connection;
pub mod document;
mod engine;
mod error;
pub mod event;
pub mod namespace;
pub mod number;
pub mod operation;
pub mod program;
pub mod replica;
pub mod storage;
mod time;
pub mod value;

pub use engine::{Clock, Engine, EngineConfig, Startup, USUAL_PORT};
pub use error::{Error, ErrorBody, ErrorCode, FailedRule, Result, ServerCode, TextPart, TextPlace};
