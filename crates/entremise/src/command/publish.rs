//! `publish`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use dictionary::Language;
use exchange::Portal;

use crate::command::account::LANGUAGES;
use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise publish --portal kyero --account lumen --out feed.xml
  entremise publish --portal csv --account lumen --out - > listings.csv
  entremise publish --portal kyero --account lumen --out feed.xml --json | jq .left_out")]
pub struct Publish {
    /// The portal that will read it: kyero, csv
    #[arg(long, value_name = "PORTAL")]
    portal: String,
    /// The account whose listings go out
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// Where to write the feed; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The public address below which pictures are found
    #[arg(long, default_value = "http://localhost:8080", value_name = "URL")]
    base: String,
    /// The language of the reasons for what is left out; by default the account's
    #[arg(long, value_parser = LANGUAGES, ignore_case = true)]
    language: Option<String>,
}

const LEFT_OUT_SHOWN: usize = 20;

impl Publish {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let portal = Portal::find(&self.portal).ok_or_else(|| {
            let known: Vec<&str> = exchange::PORTALS.iter().map(|p| p.key.as_str()).collect();
            Failure::unknown("portal", &self.portal, &known)
        })?;
        let folder = self.out.parent().filter(|f| !f.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let said = format!(
                "there is no folder {} to write the feed to; make it first",
                folder.display()
            );
            return Err(Failure::new("no_such_folder", said));
        }
        let house = place.open().await?;
        let (account, scope) = house.account(&self.account).await?;
        let language = self.language.as_deref().unwrap_or(&account.language);
        let language = Language::parse(language).unwrap_or_default();
        if !portal.verticals.contains(&account.vertical) {
            let (label, takes) = (&portal.label, portal.verticals.join(", "));
            let said = format!(
                "{label} takes {takes}; {} deals in {}",
                account.slug, account.vertical
            );
            return Err(Failure::new("wrong_vertical", said));
        }
        let mut read = house.store.read(&scope).await?;
        let dictionary = house.dictionary.get();
        let to_stdout = self.out.as_os_str() == "-";
        // The last good feed stays until the new one is whole.
        let unfinished = match self.out.file_name() {
            Some(name) if self.out.is_file() || !self.out.exists() => {
                let mut name = name.to_owned();
                name.push(".unfinished");
                self.out.with_file_name(name)
            }
            _ => self.out.clone(),
        };
        let mut out: Box<dyn Write + Send> = match to_stdout {
            true => Box::new(BufWriter::new(std::io::stdout())),
            false => {
                let file = File::create(&unfinished)
                    .map_err(|e| format!("cannot write {}: {e}", unfinished.display()))?;
                Box::new(BufWriter::new(file))
            }
        };
        let published = exchange::publish(
            &mut read,
            &dictionary,
            &portal,
            &account,
            &self.base,
            language,
            &mut out,
        )
        .await?;
        out.flush()
            .map_err(|e| format!("cannot write {}: {e}", self.out.display()))?;
        drop(out);
        if !to_stdout && unfinished != self.out {
            std::fs::rename(&unfinished, &self.out)
                .map_err(|e| format!("cannot write {}: {e}", self.out.display()))?;
        }
        if to_stdout {
            let told = serde_json::to_string(&published).unwrap_or_default();
            eprintln!("{told}");
        } else {
            print(json, &published, || {
                out!("{} listings in {}", published.listings, self.out.display());
                for left in published.left_out.iter().take(LEFT_OUT_SHOWN) {
                    let (id, reference) = (left.listing, &left.reference);
                    out!("  left out {id} {reference}: {}", left.reason);
                }
                let more = published.left_out.len().saturating_sub(LEFT_OUT_SHOWN);
                if more > 0 {
                    out!("  and {more} more; --json names them all");
                }
            });
        }
        Ok(())
    }
}
