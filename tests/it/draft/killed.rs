//! The program is killed while a save is under way.

use bson::doc;
use serde_json::json;
use trivet_core::{document::Settled, value::ejson::parse_document};
use trivet_tests::{Bench, DEADLINE, ServerBuilder, eventually, set, set_of_one};

#[tokio::test]
async fn between_note_and_answer_it_is_not_known_until_it_is_checked() {
    let (_mongod, uri) = set_of_one(&["--setParameter", "enableTestCommands=1"]).await;
    let bench = Bench::on(&uri).await;
    let read = r#"{"_id":1,"name":"as read"}"#;
    let view = bench.insert(read).await.expect("inserted").document;
    let draft = bench.edit(&view, vec![set("1:name", r#""mine""#)]).await.expect("edited").expect("a change");

    // Another program on the same files, whose commit takes its time.
    let server = ServerBuilder::on(&uri).in_folder(bench.data_dir()).start().ready().await;
    let admin = bench.raw.client().database("admin");
    let data = doc! {
        "failCommands": ["commitTransaction"], "appName": "Trivet", "blockConnection": true, "blockTimeMS": 1_000,
    };
    let point = doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data };
    admin.run_command(point).await.expect("a fail point");
    let url = format!("{}/api/v1/connections/default/operations/save_draft", server.url());
    let mut request = json!(bench.saving(&draft));
    request["connection"] = json!("default");
    let saving = tokio::spawn(server.client().post(url).json(&request).send());
    let wait = doc! { "waitForFailPoint": "failCommand", "timesEntered": 1, "maxTimeMS": 10_000 };
    admin.run_command(wait).await.expect("the commit is sent");
    drop(server);
    saving.await.expect("ended").expect_err("killed");
    assert_eq!(bench.only_bytes().await, parse_document(read).expect("a document"));
    let kept = bench.engine.draft(bench.draft_of(&draft.id)).await.expect("asked").draft.expect("kept");
    assert!(kept.unsettled);

    eventually("the server is done with it", DEADLINE, async || {
        let status = admin.run_command(doc! { "serverStatus": 1 }).await.expect("a status");
        status.get_document("transactions").and_then(|all| all.get_i64("currentOpen")).expect("a figure") == 0
    })
    .await;
    let checked = bench.check_draft(&draft.id).await.expect("checked");
    let mine = parse_document(r#"{"_id":1,"name":"mine"}"#).expect("a document");
    let applied = bench.only_bytes().await == mine;
    assert_eq!(checked.settled, if applied { Settled::Applied } else { Settled::NotApplied });
    if let Some(draft) = checked.draft {
        bench.save(&draft).await.expect("saved");
    }
    assert_eq!(bench.only_bytes().await, mine);
}
