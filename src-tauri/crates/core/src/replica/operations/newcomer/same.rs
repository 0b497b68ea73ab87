//! Whether a member is found under another name.

use super::{Entry, has_login, over_http};
use crate::{
    connection::Greeting,
    replica::{
        ConfigRule, OperationCheck,
        operations::scene::{Hands, Scene},
    },
};

/// Whether the mongod at another place is the member itself: it tells by which process it is, or by which name it finds itself,
/// without a login.
pub(in crate::replica::operations) async fn is_same(
    hands: &Hands,
    scene: &Scene,
    set_name: &str,
    before: &str,
    now: &str,
) -> OperationCheck {
    let (old, new) = futures_util::join!(
        hands.session.greet(scene.address(before)),
        hands.session.greet(scene.address(now))
    );
    let check = match new {
        Ok(new) if is_the_member(before, set_name, old.ok().as_ref(), &new) => {
            if hands.distrusts && has_login(hands) {
                return over_http(now, Entry::Added, true);
            }
            return OperationCheck::fine(format!("{now} is the same mongod as {before}."))
                .by(ConfigRule::NewServerNewId);
        }
        Ok(_) => format!(
            "{now} is not the mongod that is {before}: the server would take it for that one and count its vote at once. Remove \
             {before} and add {now}, or say that it is another server."
        ),
        Err(error) => format!("Whether {now} is the same mongod as {before} cannot be told: {error}"),
    };
    OperationCheck::refused(check).by(ConfigRule::NewServerNewId).ours()
}

/// Names are not unique: two sets may use the same ones. Processes are, where both ends tell theirs.
fn is_the_member(before: &str, set_name: &str, old: Option<&Greeting>, new: &Greeting) -> bool {
    if new.set_name.as_deref() != Some(set_name) {
        return false;
    }
    match (old.and_then(|old| old.process), new.process) {
        (Some(old), Some(new)) => old == new,
        _ => new.me.as_deref() == Some(before),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::greeting, *};

    #[test]
    fn another_mongod_of_the_same_name_in_another_set_is_not_the_member() {
        let [one, other] = [1, 2].map(|byte| bson::oid::ObjectId::from_bytes([byte; 12]));
        let process = |process| Greeting { me: Some("b:1".to_owned()), process, ..greeting(Some("rs0")) };
        assert!(
            is_the_member("b:1", "rs0", None, &process(None)),
            "by its name, where nothing else is known"
        );
        assert!(!is_the_member("c:1", "rs0", None, &process(None)));
        assert!(!is_the_member("b:1", "rs1", None, &process(None)), "of another set");
        assert!(!is_the_member("b:1", "rs0", Some(&process(Some(one))), &process(Some(other))));
        assert!(
            is_the_member("c:1", "rs0", Some(&process(Some(one))), &process(Some(one))),
            "the same process"
        );
        assert!(is_the_member("b:1", "rs0", Some(&process(None)), &process(Some(one))));
    }
}
