//! Going on with replies that ended before they were complete.
//!
//! After a kill the server does so by itself, twice at most. The rest is asked for, as the Continue button does.

use crate::{
    plan::Length,
    server::{Refused, Server, soon},
    world::{Reply, World},
};
use app::wire::{Code, Sent, Status};
use serde_json::json;

/// As many as these are asked for, of those that kills have interrupted and of those that are stopped for it.
const REPLIES: usize = 6;

/// Asks for replies to go on: the same one, in its next run; where its model cannot, or had only thought so far, another begins
/// beside it, which is then followed as well.
pub async fn ask(world: &mut World, server: &Server) {
    let all = 0..world.replies.len();
    let known = |index: &usize| world.replies[*index].known.as_ref().map(|known| known.status);
    let interrupted = all.clone().filter(|index| known(index) == Some(Status::Interrupted)).take(REPLIES);
    let lasts = |reply: &Reply| reply.is_running() && reply.length == Length::Lasting;
    let running = all.filter(|index| lasts(&world.replies[*index])).take(REPLIES);
    let (interrupted, running): (Vec<_>, Vec<_>) = (interrupted.collect(), running.collect());
    for index in &running {
        let () = server.call("stop_reply", &json!({ "reply": world.replies[*index].sent.reply })).await;
    }
    for index in interrupted.into_iter().chain(running) {
        let reply = &mut world.replies[index];
        match soon("continue_reply", server.post::<Sent>("continue_reply", &json!({ "reply": reply.sent.reply }))).await
        {
            Ok(began) if began.reply == reply.sent.reply => {
                reply.run += 1;
                world.counts.asked += 1;
                world.call_readers();
            }
            Ok(began) => {
                let (length, river) = (reply.length, reply.river.clone());
                world.counts.asked += 1;
                world.follow(began, length, river);
            }
            // It was complete before it could be stopped.
            Err(Refused::Error(error)) if error.code == Code::Invalid => {}
            Err(refused) => panic!("continue_reply: {refused:?}"),
        }
    }
}
