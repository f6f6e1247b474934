//! What a feed no longer names is withdrawn, unless the file looks as if it were not whole.

use ::store::Result;

use crate::import::Run;
use crate::policy::Removal;
use crate::report::Report;
use crate::store::Known;
use crate::write::Writer;

/// A feed that would withdraw more than this share of what it brought waits for a person.
const SHRINK_MAX_PERCENT: u64 = 30;
/// So few may always go, as long as something stays.
const SHRINK_FEW: u64 = 2;

/// How much of a file could be read.
pub(crate) struct Read {
    /// It did not break off.
    pub(crate) whole: bool,
    /// Refused rows of which not even the key could be read.
    pub(crate) unnamed: u64,
    /// It was given up, because nearly all of it was refused.
    pub(crate) hopeless: bool,
}

impl Run<'_> {
    /// The removal guard, and behind it the removal.
    pub(crate) async fn remove(
        &self,
        writer: &mut Writer<'_>,
        known: &Known,
        report: &mut Report,
        read: Read,
    ) -> Result<()> {
        let gone: Vec<_> = known
            .rows
            .iter()
            .filter(|row| !row.seen && !row.gone)
            .map(|row| (row.key, row.listing))
            .collect();
        let removal = self.options.policy.removal;
        let stays = matches!(removal, Removal::Status | Removal::Never);
        let partial = self.options.partial || self.names_only_some();
        if partial || read.hopeless || stays {
            return Ok(());
        }
        if gone.is_empty() {
            if removal == Removal::Twice {
                writer.absent_again(gone, known, report).await?;
            }
            return Ok(());
        }
        let had = known.rows.iter().filter(|row| !row.gone).count() as u64;
        let share = gone.len() as u64 * 100 / had.max(1);
        if !read.whole {
            report.tell_file(
                "not_whole",
                "the file breaks off, so nothing that it does not name was withdrawn",
            );
        } else if read.unnamed > 0 && !self.options.clearance {
            let said = format!(
                "{} rows could not be read well enough to tell which listings they are, so nothing \
                 was withdrawn; mend them, or import the file again with --clearance",
                read.unnamed
            );
            report.tell_file("unnamed_rows", said);
        } else if report.rows == 0 {
            report.tell_file(
                "no_rows",
                "the file holds no rows, so nothing was withdrawn",
            );
        } else if is_shrunken(gone.len() as u64, had) && !self.options.clearance {
            let said = format!(
                "the file no longer names {} of {had} listings ({share} %), so none was withdrawn; \
                 if that is meant, import it again with --clearance",
                gone.len()
            );
            report.tell_file("shrunken", said);
        } else if removal == Removal::Twice && !self.options.clearance {
            let gone = writer.absent_again(gone, known, report).await?;
            writer.withdraw(gone, report).await?;
        } else {
            writer.withdraw(gone, report).await?;
        }
        Ok(())
    }
}

/// Whether a file names so few of the listings it brought that something is wrong with it.
pub(crate) fn is_shrunken(gone: u64, had: u64) -> bool {
    (gone > SHRINK_FEW && gone * 100 > had * SHRINK_MAX_PERCENT) || (gone == had && had > 1)
}
