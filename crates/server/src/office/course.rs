//! A migration on its way, or the look at one: it goes on beside the page and says how far it is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dictionary::Language;
use migration::{Options, Report};
use store::Result;
use tokio::sync::Notify;

use super::Visit;
use super::parcel::Asked;
use crate::api;
use crate::api::migrations::Handed;

/// Of one parcel under what a person said of it; other answers make another one.
pub struct Course {
    asked: Asked,
    stage: Mutex<Stage>,
    superseded: Notify,
    ended: Notify,
}

/// So long a look may keep its page waiting.
const PATIENCE: Duration = Duration::from_millis(800);

#[derive(Clone)]
pub enum Stage {
    /// What is being read, and how many of its rows are.
    Reading(String, u64),
    Done(Arc<Report>),
    /// What is wrong, in the reader's language.
    Failed(String),
}

impl Course {
    fn of(asked: &Asked) -> Arc<Course> {
        Arc::new(Course {
            asked: asked.clone(),
            stage: Mutex::new(Stage::Reading(String::new(), 0)),
            superseded: Notify::new(),
            ended: Notify::new(),
        })
    }

    pub fn stage(&self) -> Stage {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        stage.clone()
    }

    fn comes_to(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn ends(&self, language: Language, ended: Result<Report>) {
        self.comes_to(match ended {
            Ok(report) => Stage::Done(Arc::new(report)),
            Err(error) => {
                if error.status() >= 500 {
                    tracing::error!(%error, "a migration failed");
                }
                Stage::Failed(error.message().get(language).to_owned())
            }
        });
        self.ended.notify_one();
    }
}

fn look_key(visit: &Visit, parcel: &str) -> String {
    format!("look {} {} {parcel}", visit.account.id, visit.user.id)
}

fn run_key(visit: &Visit, parcel: &str) -> String {
    format!("run {} {parcel}", visit.account.id)
}

/// The look at a parcel, as far as it is.
pub fn looked(visit: &Visit, parcel: &str) -> Option<Stage> {
    let course = visit.deps.courses.get(&look_key(visit, parcel));
    course.map(|c| c.stage())
}

/// The migration of a parcel that this node has begun: what it was called, and as far as it is.
pub fn run(visit: &Visit, parcel: &str) -> Option<(String, Stage)> {
    let course = visit.deps.courses.get(&run_key(visit, parcel))?;
    Some((course.asked.name.clone(), course.stage()))
}

/// The look at a parcel under some answers: the one that goes on or has ended, or else a new one.
pub async fn look(visit: &Visit, parcel: &str, handed: Handed, asked: &Asked) -> Result<Stage> {
    let key = look_key(visit, parcel);
    if let Some(known) = visit.deps.courses.get(&key) {
        if known.asked == *asked {
            return Ok(known.stage());
        }
        known.superseded.notify_one();
    }
    let course = Course::of(asked);
    visit.deps.courses.insert(key, course.clone());
    let work = begin(visit, handed, asked, true, course.clone())?;
    let language = visit.language;
    let own = course.clone();
    tokio::spawn(async move {
        tokio::select! {
            ended = work => own.ends(language, ended),
            () = own.superseded.notified() => {}
        }
    });
    // What is small is there at once; what is large goes on beside the page.
    let _ = tokio::time::timeout(PATIENCE, course.ended.notified()).await;
    Ok(course.stage())
}

/// Begins the migration of a parcel, unless it is in the works.
pub fn migrate(visit: &Visit, parcel: &str, handed: Handed, asked: &Asked) -> Result<()> {
    let key = run_key(visit, parcel);
    if let Some((_, Stage::Reading(..))) = run(visit, parcel) {
        return Ok(());
    }
    let course = Course::of(asked);
    visit.deps.courses.insert(key, course.clone());
    let work = begin(visit, handed, asked, false, course.clone())?;
    let language = visit.language;
    tokio::spawn(async move { course.ends(language, work.await) });
    Ok(())
}

fn begin(
    visit: &Visit,
    handed: Handed,
    asked: &Asked,
    dry_run: bool,
    course: Arc<Course>,
) -> Result<impl Future<Output = Result<Report>> + Send + 'static> {
    let options = Options {
        dry_run,
        category: asked.category.clone(),
        language: Some(visit.language),
        answers: asked.answers(),
        by: Some(visit.act().actor),
        ..Options::default()
    };
    let name = match asked.name.trim() {
        "" => handed.usual_name(),
        own => own.to_owned(),
    };
    let (deps, whose) = (visit.deps.clone(), (visit.own()?, visit.account.clone()));
    let told = move |what: &str, done: u64| {
        course.comes_to(Stage::Reading(what.to_owned(), done));
    };
    Ok(async move { api::migrations::to_the_end(&deps, whose, handed, name, options, told).await })
}
