//! Connections that speak Socket.IO: let in to be refused, opened, pinged and closed.

use serde_json::json;

use crate::rest::From;
use crate::world::World;

pub(crate) async fn socket_io(world: &World) {
    let dialects = json!({ "dialects": [{ "service": "chat-panel" }, { "service": "callsewa" }] });
    world.rest(From::Backend, "PATCH /app", dialects, 200).await;
    let user = world.users(1).await.remove(0);
    for service in ["chat-panel", "callsewa"] {
        let nobody = world.visitor(&user, ("token", &user.token)).await.refused(service);
        assert_eq!(world.open(&nobody, true).await["statusCode"], 200);
        world.frame(&nobody, "default", "$default", "40").await;
        world.act(&nobody, "send_message", json!({})).await;
        world.close(&nobody).await;

        let client = world
            .visitor(&user, ("token", &user.token))
            .await
            .speaking(service, None);
        assert_eq!(world.open(&client, true).await["statusCode"], 200);
        for packet in ["40", "40/elsewhere,", r#"421["anything"]"#, "3", "nonsense"] {
            world.frame(&client, "default", "$default", packet).await;
        }
        world.act(&client, "send_message", json!({})).await;
        world.pass(8 * 60 + 30);
        world.sweep().await;
        world.frame(&client, "default", "$default", "3").await;
        world.close(&client).await;
        world.pass(60);
        world.fan_out().await;
        // Nobody is told of it any more, so it is to come again.
        world.frame(&client, "default", "$default", "3").await;
    }
}
