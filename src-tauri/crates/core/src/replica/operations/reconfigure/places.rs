//! What stands at places that are new to the configuration.

use futures_util::future::join_all;

use crate::replica::{
    OperationCheck,
    config::WholeConfig,
    operations::{
        newcomer::{self, Entry, Wanted},
        scene::{Hands, Scene},
    },
};

/// Whether what stands at new places is what it is to be: a new member is ready, and a member with another name is the same.
pub(super) async fn places(
    hands: &Hands,
    scene: &Scene,
    current: &WholeConfig,
    wished: &WholeConfig,
) -> Vec<OperationCheck> {
    let settings = current.document().get_document("settings").ok();
    let version = scene.now.servers.versions.first().map(String::as_str);
    let wanted = Wanted {
        set_name: scene.set_name(),
        set_id: settings.and_then(|settings| settings.get_object_id("replicaSetId").ok()),
        version,
    };
    let known = current.members();
    let all = wished.members();
    let looked = all.iter().map(async |member| match known.iter().find(|known| known.id == member.id) {
        None => newcomer::look(hands, scene, &member.host, Entry::Added, &wanted).await,
        Some(before) if before.host != member.host => {
            vec![newcomer::is_same(hands, scene, wanted.set_name, &before.host, &member.host).await]
        }
        Some(_) => Vec::new(),
    });
    join_all(looked).await.into_iter().flatten().collect()
}
