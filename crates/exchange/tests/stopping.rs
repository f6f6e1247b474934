//! An import in the works is watched, stopped, and undone.

use std::io::Read;
use std::sync::mpsc::{Receiver, channel};

use exchange::{MIGRATIONS, Options, import, undo};
use store::{Act, Actor, Batch, BatchState, Via};
use testkit::on_both;

const ROWS: usize = 1_600;
/// Behind two chunks, before the third.
const PAUSE_AT: usize = 1_200;

/// A file whose second part only comes when somebody says so.
struct Halting {
    text: std::io::Cursor<Vec<u8>>,
    halt: u64,
    go_on: Receiver<()>,
}

impl Read for Halting {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let at = self.text.position();
        if at == self.halt {
            let _ = tokio::task::block_in_place(|| self.go_on.recv());
            self.halt = u64::MAX;
        }
        let most = (self.halt.saturating_sub(at) as usize).min(into.len());
        let most = if self.halt == u64::MAX {
            into.len()
        } else {
            most
        };
        self.text.read(&mut into[..most])
    }
}

fn houses() -> (Vec<u8>, u64) {
    let mut text = String::from("ref,category,town,price,description\n");
    let mut halt = 0;
    // Long texts, so that what is read ahead to tell the format is only a part of the file.
    let words = "maison lumineuse ".repeat(60);
    for row in 0..ROWS {
        if row == PAUSE_AT {
            halt = text.len() as u64;
        }
        text += &format!("R{row},house,Gent,{},{words}\n", 100_000 + row);
    }
    (text.into_bytes(), halt)
}

on_both! { MIGRATIONS,
    async fn what_was_done_until_the_stop_is_undone(world) {
        let (text, halt) = houses();
        let (go_on, waits) = channel();
        let source = Halting { text: std::io::Cursor::new(text), halt, go_on: waits };
        let (store, dictionary) = (world.store.clone(), world.dictionary.clone());
        let (scope, account) = (world.scope(), world.account.clone());
        let options = Options { name: "houses.csv".into(), expected: Some(ROWS as u64), ..Options::default() };
        let work = tokio::spawn(async move {
            import(&store, &dictionary, &scope, account, Box::new(source), options, &mut |_| {}).await
        });

        let running = loop {
            let mut read = world.store.read(&world.store.operator()).await.expect("a reader");
            let running = Batch::running(&mut read).await.expect("batches");
            drop(read);
            match running.into_iter().find(|b| b.counts.contains("\"created\":1000")) {
                Some(batch) => break batch,
                None => tokio::task::yield_now().await,
            }
        };
        assert!(running.counts.contains("\"of\":1600"), "{}", running.counts);

        let mut tx = world.tx().await;
        let stopped = tx.stop_batch(running.id).await.expect("it is stopped");
        tx.commit().await.expect("a commit");
        assert_eq!(stopped.state, BatchState::Cancelled);
        go_on.send(()).expect("the file goes on");
        let error = work.await.expect("no panic").expect_err("a stopped import");
        assert_eq!(error.code(), "stopped");

        let mut read = world.read().await;
        let listed = catalog::list(&mut read, &world.dictionary, world.account.id, &catalog::Filter { limit: 1, ..Default::default() }).await;
        assert_eq!(listed.expect("listings").1, 1_000);
        drop(read);
        let act = Act::by(Actor::System("story")).via(Via::Undo);
        let report = undo(&world.store, &world.dictionary, &world.scope(), act, running.id).await.expect("undone");
        assert_eq!(report.trashed, 1_000);
    }
}
