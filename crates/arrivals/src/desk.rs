//! What an SFTP client asks (SFTP version 3), answered from its source's folder.

use std::collections::HashMap;
use std::path::Path;

use ::store::Error;
use media::Incoming;
use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::{Handler, StatusReply};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::shelf::{Shelf, Shown, file_name, is_root};
use crate::source::Source;

const OPEN_MAX: usize = 16;
const READ_BYTES_MAX: u32 = 256 << 10;
const FILE_MODE: u32 = 0o100_600;
const FOLDER_MODE: u32 = 0o040_700;

type Answer<T> = std::result::Result<T, StatusReply>;

pub(crate) struct Desk {
    shelf: Shelf,
    source: Source,
    open: HashMap<String, Open>,
    opened: u64,
}

/// What a client has open.
enum Open {
    /// The folder; its lines are read once.
    Folder(Vec<File>),
    Read(tokio::fs::File, Shown),
    /// A file that is coming; nothing of it is there before its first byte.
    Write(String, Option<Box<Incoming>>),
    /// What could not be written cannot become whole any more.
    Failed,
}

fn no(code: StatusCode, said: &str) -> StatusReply {
    StatusReply::new(code).with_message(said)
}

fn failed(error: &Error) -> StatusReply {
    match error {
        Error::NotFound { .. } => no(StatusCode::NoSuchFile, "there is no such file"),
        Error::Refused { message, .. } => no(StatusCode::Failure, &message.en),
        error => {
            tracing::warn!(%error, "a file by SFTP could not be taken");
            no(StatusCode::Failure, "it could not be kept; try again later")
        }
    }
}

fn name_of(path: &str) -> Answer<&str> {
    file_name(Path::new(path))
        .ok_or_else(|| no(StatusCode::NoSuchFile, "that is no name of a file"))
}

fn done(id: u32) -> Status {
    Status {
        id,
        status_code: StatusCode::Ok,
        error_message: "Ok".into(),
        language_tag: "en".into(),
    }
}

fn seconds(shown: &Shown) -> u32 {
    u32::try_from(shown.at.0 / 1_000).unwrap_or(0)
}

fn attributes(shown: &Shown) -> FileAttributes {
    FileAttributes {
        size: Some(shown.bytes),
        permissions: Some(FILE_MODE),
        atime: Some(seconds(shown)),
        mtime: Some(seconds(shown)),
        ..FileAttributes::default()
    }
}

fn folder() -> FileAttributes {
    FileAttributes {
        size: Some(0),
        permissions: Some(FOLDER_MODE),
        ..FileAttributes::default()
    }
}

impl Desk {
    pub(crate) fn new(shelf: Shelf, source: Source) -> Desk {
        Desk {
            shelf,
            source,
            open: HashMap::new(),
            opened: 0,
        }
    }

    fn keep_open(&mut self, id: u32, what: Open) -> Answer<Handle> {
        if self.open.len() >= OPEN_MAX {
            return Err(no(StatusCode::Failure, "too many files are open"));
        }
        self.opened += 1;
        let handle = self.opened.to_string();
        self.open.insert(handle.clone(), what);
        Ok(Handle { id, handle })
    }

    fn handle(&mut self, handle: &str) -> Answer<&mut Open> {
        let found = self.open.get_mut(handle);
        found.ok_or_else(|| no(StatusCode::Failure, "that is not open"))
    }

    async fn look(&self, path: &str) -> Answer<FileAttributes> {
        if is_root(Path::new(path)) {
            return Ok(folder());
        }
        let found = self.shelf.find(&self.source, name_of(path)?).await;
        found
            .map(|shown| attributes(&shown))
            .map_err(|e| failed(&e))
    }

    /// Takes bytes in the order of the file, as every client sends them.
    async fn take(&mut self, handle: &str, offset: u64, data: &[u8]) -> Answer<()> {
        let (shelf, source) = (self.shelf.clone(), self.source.clone());
        let open = self.handle(handle)?;
        let Open::Write(name, coming) = open else {
            return Err(no(StatusCode::Failure, "that is not open for writing"));
        };
        if coming.is_none() {
            let begun = shelf.begin(&source, name, offset).await;
            *coming = Some(Box::new(begun.map_err(|e| failed(&e))?));
        }
        let Some(file) = coming else {
            return Err(no(StatusCode::Failure, "it could not be begun"));
        };
        let wrote = match file.bytes() == offset {
            true => file.write(data).map_err(|e| failed(&e)),
            false => Err(no(
                StatusCode::Failure,
                "write from the beginning to the end",
            )),
        };
        if wrote.is_err() {
            *open = Open::Failed;
        }
        wrote
    }
}

impl Handler for Desk {
    type Error = StatusReply;

    fn unimplemented(&self) -> StatusReply {
        no(StatusCode::OpUnsupported, "this folder cannot do that")
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        flags: OpenFlags,
        _: FileAttributes,
    ) -> Answer<Handle> {
        let name = name_of(&filename)?;
        if flags.contains(OpenFlags::WRITE) {
            return self.keep_open(id, Open::Write(name.to_owned(), None));
        }
        let found = self.shelf.find(&self.source, name).await;
        let shown = found.map_err(|e| failed(&e))?;
        let file = self.shelf.files.get(&shown.hash).map_err(|e| failed(&e))?;
        self.keep_open(id, Open::Read(tokio::fs::File::from_std(file), shown))
    }

    /// Closed, a file is whole; the sender hears yes when it is kept.
    async fn close(&mut self, id: u32, handle: String) -> Answer<Status> {
        match self.open.remove(&handle) {
            Some(Open::Write(name, Some(coming))) => {
                let ended = self.shelf.end(&self.source, &name, *coming).await;
                ended.map_err(|e| failed(&e))?;
            }
            Some(Open::Failed) => return Err(no(StatusCode::Failure, "it was not taken")),
            Some(Open::Write(_, None) | Open::Folder(_) | Open::Read(..)) => {}
            None => return Err(no(StatusCode::Failure, "that is not open")),
        }
        Ok(done(id))
    }

    async fn read(&mut self, id: u32, handle: String, offset: u64, len: u32) -> Answer<Data> {
        let Open::Read(file, _) = self.handle(&handle)? else {
            return Err(no(StatusCode::Failure, "that is not open for reading"));
        };
        let broken = |_| no(StatusCode::Failure, "it cannot be read");
        let seek = file.seek(std::io::SeekFrom::Start(offset)).await;
        seek.map_err(broken)?;
        let mut data = Vec::new();
        let mut part = file.take(u64::from(len.min(READ_BYTES_MAX)));
        part.read_to_end(&mut data).await.map_err(broken)?;
        if data.is_empty() {
            return Err(StatusReply::new(StatusCode::Eof));
        }
        Ok(Data { id, data })
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Answer<Status> {
        self.take(&handle, offset, &data).await?;
        Ok(done(id))
    }

    async fn stat(&mut self, id: u32, path: String) -> Answer<Attrs> {
        let attrs = self.look(&path).await?;
        Ok(Attrs { id, attrs })
    }

    async fn lstat(&mut self, id: u32, path: String) -> Answer<Attrs> {
        self.stat(id, path).await
    }

    async fn fstat(&mut self, id: u32, handle: String) -> Answer<Attrs> {
        let attrs = match self.handle(&handle)? {
            Open::Folder(_) => folder(),
            Open::Read(_, shown) => attributes(shown),
            Open::Write(_, coming) => FileAttributes {
                size: Some(coming.as_ref().map_or(0, |coming| coming.bytes())),
                permissions: Some(FILE_MODE),
                ..FileAttributes::default()
            },
            Open::Failed => return Err(no(StatusCode::Failure, "it was not taken")),
        };
        Ok(Attrs { id, attrs })
    }

    /// Times and rights are ours; clients that set them are not bothered.
    async fn setstat(&mut self, id: u32, _: String, _: FileAttributes) -> Answer<Status> {
        Ok(done(id))
    }

    async fn fsetstat(&mut self, id: u32, _: String, _: FileAttributes) -> Answer<Status> {
        Ok(done(id))
    }

    async fn opendir(&mut self, id: u32, path: String) -> Answer<Handle> {
        if !is_root(Path::new(&path)) {
            return Err(no(StatusCode::NoSuchFile, "there is one folder alone"));
        }
        let shown = self.shelf.shown(&self.source).await;
        let shown = shown.map_err(|e| failed(&e))?;
        let lines = shown.iter().map(|s| File::new(&s.name, attributes(s)));
        self.keep_open(id, Open::Folder(lines.collect()))
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Answer<Name> {
        let Open::Folder(lines) = self.handle(&handle)? else {
            return Err(no(StatusCode::Failure, "that is no folder"));
        };
        match std::mem::take(lines) {
            files if files.is_empty() => Err(StatusReply::new(StatusCode::Eof)),
            files => Ok(Name { id, files }),
        }
    }

    async fn realpath(&mut self, id: u32, path: String) -> Answer<Name> {
        let path = match (is_root(Path::new(&path)), file_name(Path::new(&path))) {
            (false, Some(name)) => format!("/{name}"),
            _ => "/".to_owned(),
        };
        let files = vec![File::dummy(path)];
        Ok(Name { id, files })
    }

    async fn remove(&mut self, id: u32, filename: String) -> Answer<Status> {
        self.shelf.forget(&self.source, name_of(&filename)?);
        Ok(done(id))
    }

    async fn rename(&mut self, id: u32, from: String, to: String) -> Answer<Status> {
        let (from, to) = (name_of(&from)?, name_of(&to)?);
        let renamed = self.shelf.rename(&self.source, from, to).await;
        renamed.map_err(|e| failed(&e))?;
        Ok(done(id))
    }

    async fn mkdir(&mut self, _: u32, _: String, _: FileAttributes) -> Answer<Status> {
        Err(no(
            StatusCode::PermissionDenied,
            "there is one folder alone",
        ))
    }

    async fn rmdir(&mut self, _: u32, _: String) -> Answer<Status> {
        Err(no(
            StatusCode::PermissionDenied,
            "there is one folder alone",
        ))
    }
}
