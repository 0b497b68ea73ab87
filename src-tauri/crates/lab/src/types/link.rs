//! Links between members, and what they let through.

use serde::{Deserialize, Serialize};
use specta::Type;
use utoipa::ToSchema;

use super::usual_lab;

/// What a link lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum LinkPolicy {
    /// Everything.
    #[default]
    Pass,
    /// Nothing, and the caller hears so at once: a firewall that rejects, or a process that is gone.
    Refuse,
    /// Nothing, and the caller hears nothing: a firewall that drops, or a network that is gone. What hung is reset when the
    /// policy ends.
    BlackHole,
    /// Everything, each piece later, there and back.
    Delay {
        /// Milliseconds, 1 to 10,000.
        ms: u32,
    },
}

/// The way from one member to another: what the first asks of the second goes over it, and the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabLink {
    /// The id of the member that calls; null for every caller. Where `linksByCaller` is false it can be null only.
    pub from: Option<u32>,
    /// The id of the member that is called.
    pub to: u32,
    /// What it lets through.
    pub policy: LinkPolicy,
}

/// Asks to cut links, to slow them down, or to let everything through again.
#[derive(Clone, Debug, Serialize, Deserialize, Type, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabLinkRequest {
    /// Which lab; the usual one where none is named.
    #[serde(default = "usual_lab")]
    pub lab: String,
    /// The links with their new policies; those that are not named stay as they are. Both ways are two links.
    pub links: Vec<LabLink>,
}
