//! Files in: drop one, look, correct a column, apply, undo.

use std::io::Cursor;
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use exchange::{Mapping, Options, Preview};
use store::{Error, Id, Result};

use super::desk::{Desk, page};
use super::{Answer, Visit, batches, see};
use crate::api;
use crate::site::view;
use crate::text::say;

const ROWS: usize = 20;
const FILES_MAX: usize = 40;
const BATCHES: usize = 30;
/// So long an import may keep its page waiting.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Targets of a mapping beside the fields of the vertical.
const PARTS: [&str; 13] = [
    "category",
    "category.sub",
    "status",
    "photos",
    "currency",
    "place.country",
    "place.postcode",
    "place.town",
    "place.region",
    "place.street",
    "place.number",
    "place.lat",
    "place.lon",
];

#[derive(Template)]
#[template(path = "office/imports.html")]
struct Page {
    desk: Desk,
    preview: Option<Shown>,
    wrong: Option<String>,
    fields: Vec<(String, String)>,
    batches: Vec<batches::Line>,
}

struct Shown {
    name: String,
    object: String,
    total: u64,
    format: String,
    encoding: String,
    counts: Vec<(&'static str, u64)>,
    /// Nothing would change: there is nothing to apply.
    idle: bool,
    problems: Vec<String>,
    problems_total: u64,
    columns: Vec<ColumnView>,
    categories: Vec<(String, String, bool)>,
    rows: Vec<Vec<String>>,
}

struct ColumnView {
    name: String,
    example: String,
    reason: String,
    field: String,
    sure: String,
}

/// The files of a multipart form, by name.
pub async fn uploads(visit: &Visit) -> Result<Vec<(String, Bytes)>> {
    let unreadable = || {
        Error::refused(
            "upload",
            [
                "Envoi illisible",
                "Onleesbare upload",
                "The upload could not be read; try again",
                "Unlesbarer Upload",
            ],
        )
    };
    let mut request = Request::new(Body::from(visit.body.clone()));
    let kind = visit
        .headers
        .get(header::CONTENT_TYPE)
        .cloned()
        .ok_or_else(unreadable)?;
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| unreadable())?;
    let mut files = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.file_name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if !bytes.is_empty() && files.len() < FILES_MAX {
            files.push((name, bytes));
        }
    }
    Ok(files)
}

pub async fn list(visit: &Visit) -> Answer {
    show(visit, None, None).await
}

/// The list, above it a preview or what is wrong with the file.
async fn show(visit: &Visit, preview: Option<Shown>, wrong: Option<String>) -> Answer {
    let unfit = wrong.is_some();
    let batches = batches::lines(visit, BATCHES).await?;
    let moving = batches.iter().any(|b| b.running.is_some());
    let desk = Desk::of(visit, "imports", say(visit.language, "imports")).await?;
    let fields = match preview {
        Some(_) => fields(visit)?,
        None => Vec::new(),
    };
    let mut response = page(&Page {
        desk,
        preview,
        wrong,
        fields,
        batches,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    if moving {
        let soon = HeaderValue::from_static("2;url=/imports");
        response.headers_mut().insert("refresh", soon);
    }
    Ok(response)
}

/// Where a column can go: key and name.
fn fields(visit: &Visit) -> Result<Vec<(String, String)>> {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&visit.account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let parts = PARTS.map(|key| (key.to_owned(), String::new()));
    let fields = vertical.fields.iter().filter(|f| f.key.as_ref() != "place");
    let named = fields.map(|f| {
        let label = f.label.get(visit.language);
        (f.key.to_string(), label.to_owned())
    });
    Ok(parts.into_iter().chain(named).collect())
}

pub async fn preview(visit: &Visit) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let mut files = uploads(visit).await?;
    let Some((name, bytes)) = files.pop() else {
        return list(visit).await;
    };
    // The raw file is kept with its hash; what is applied later is what was looked at now.
    let object = visit.deps.objects.put(&bytes)?;
    let looked_at = shown(visit, name.clone(), object, bytes, None, None).await;
    looked(visit, &name, looked_at).await
}

pub async fn again(visit: &Visit) -> Answer {
    let (name, object, bytes, category) = kept(visit)?;
    let mapping = corrected(visit, &bytes, category.as_deref()).await?;
    let looked_at = shown(visit, name.clone(), object, bytes, mapping, category).await;
    looked(visit, &name, looked_at).await
}

/// The preview, or on top of the page why there is none.
async fn looked(visit: &Visit, name: &str, looked_at: Result<Shown>) -> Answer {
    match looked_at {
        Ok(shown) => show(visit, Some(shown), None).await,
        Err(error) if error.status() < 500 && error.status() != 403 => {
            let said = super::listings::said(visit, &error).join(" · ");
            show(visit, None, Some(format!("{name}: {said}"))).await
        }
        Err(error) => Err(error),
    }
}

pub async fn apply(visit: &Visit) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let (name, _, bytes, category) = kept(visit)?;
    let form = visit.form();
    let expected = form.iter().find(|(n, _)| n == "expected");
    let expected = expected.map_or("", |(_, v)| v.as_str());
    let mapping = corrected(visit, &bytes, category.as_deref()).await?;
    let options = Options {
        name,
        category,
        mapping,
        expected: expected.parse().ok(),
        // The preview told how much is refused, and a person said yes.
        anyway: true,
        by: Some(visit.act().actor),
        ..Options::default()
    };
    let (scope, account) = (visit.own()?, visit.account.clone());
    let whole = api::import_to_the_end(&visit.deps, scope, account, bytes, options);
    // What takes longer goes on by itself; its line in the list says how far it has come.
    let Ok(report) = tokio::time::timeout(PATIENCE, whole).await else {
        return see("/imports");
    };
    match report?.batch {
        Some(batch) => see(&format!("/imports?said=imported&batch={batch}")),
        None => see("/imports?said=saved"),
    }
}

fn kept(visit: &Visit) -> Result<(String, String, Bytes, Option<String>)> {
    let form = visit.form();
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
            .unwrap_or_default()
    };
    let object = get("object");
    let bytes = visit
        .deps
        .objects
        .get(&object)?
        .ok_or(Error::NotFound { what: "file" })?;
    Ok((
        get("name"),
        object,
        bytes,
        Some(get("category")).filter(|c| !c.is_empty()),
    ))
}

/// The proposed mapping with what the person changed in it.
async fn corrected(
    visit: &Visit,
    bytes: &Bytes,
    category: Option<&str>,
) -> Result<Option<Mapping>> {
    let options = Options {
        category: category.map(str::to_owned),
        ..Options::default()
    };
    let mut mapping = run(visit, bytes, options, 0).await?.mapping;
    for (name, field) in visit.form() {
        let at = name
            .strip_prefix("c_")
            .and_then(|n| n.parse::<usize>().ok());
        if let Some(column) = at.and_then(|at| mapping.columns.get_mut(at)) {
            let chosen = Some(field.trim().to_owned()).filter(|f| !f.is_empty());
            if chosen != column.field {
                column.choose(chosen);
            }
        }
    }
    Ok((!mapping.columns.is_empty()).then_some(mapping))
}

async fn run(visit: &Visit, bytes: &Bytes, options: Options, rows: usize) -> Result<Preview> {
    let source = Box::new(Cursor::new(bytes.clone()));
    let dictionary = visit.deps.dictionary.get();
    exchange::preview(
        &visit.deps.store,
        &dictionary,
        &visit.own()?,
        visit.account.clone(),
        source,
        options,
        rows,
    )
    .await
}

async fn shown(
    visit: &Visit,
    name: String,
    object: String,
    bytes: Bytes,
    mapping: Option<Mapping>,
    category: Option<String>,
) -> Result<Shown> {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&visit.account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let options = Options {
        name: name.clone(),
        category,
        mapping,
        language: Some(visit.language),
        ..Options::default()
    };
    let chosen = options.category.clone();
    let preview = run(visit, &bytes, options.clone(), ROWS).await?;
    let source = Box::new(Cursor::new(bytes));
    let whole = Options {
        dry_run: true,
        ..options
    };
    let report = exchange::import(
        &visit.deps.store,
        &dictionary,
        &visit.own()?,
        visit.account.clone(),
        source,
        whole,
        &mut |_| {},
    )
    .await?;
    if report.rows == 0
        && let Some(problem) = report.problems.first().filter(|p| p.refused)
    {
        let message = [problem.message.as_str(); 4];
        return Err(Error::refused(problem.code, message));
    }
    let language = visit.language;
    let columns = preview
        .mapping
        .columns
        .iter()
        .enumerate()
        .map(|(at, c)| ColumnView {
            name: c.column.clone(),
            example: preview
                .sample
                .iter()
                .filter_map(|r| r.get(at))
                .find(|v| !v.trim().is_empty())
                .map(|v| v.chars().take(40).collect())
                .unwrap_or_default(),
            reason: c.reason.say(language),
            field: c.field.clone().unwrap_or_default(),
            sure: format!("{:.0} %", c.confidence * 100.0),
        });
    let rows = preview.listings.iter().flatten().map(|new| {
        let listing = example(new, visit);
        vec![
            new.reference.clone(),
            view::title(&listing, language, Some(vertical)),
            view::place(&listing),
            view::price(&listing, language),
        ]
    });
    Ok(Shown {
        idle: report.created + report.changed + report.merged + report.removed == 0,
        counts: vec![
            ("created", report.created),
            ("changed", report.changed),
            ("unchanged", report.unchanged),
            ("merged", report.merged),
            ("removed", report.removed),
            ("refused", report.refused),
        ],
        problems: report
            .problems
            .iter()
            .take(30)
            .map(|p| format!("{}:{} {}", p.row, p.column, p.message))
            .collect(),
        problems_total: report.problems_total,
        columns: columns.collect(),
        categories: vertical
            .categories
            .iter()
            .map(|c| {
                let chosen = chosen.as_deref() == Some(c.key.as_ref());
                (c.key.to_string(), c.label.get(language).to_owned(), chosen)
            })
            .collect(),
        rows: rows.collect(),
        total: report.rows,
        format: report.format,
        encoding: report.encoding,
        name,
        object,
    })
}

/// The listing that a draft would become.
fn example(new: &catalog::NewListing, visit: &Visit) -> catalog::Listing {
    let now = visit.deps.store.now();
    catalog::Listing {
        id: Id::from_uuid(store::Uuid::nil()),
        account: visit.account.id,
        vertical: new.vertical.clone(),
        category: new.category.clone(),
        status: new.status,
        parent: None,
        level: None,
        reference: new.reference.clone(),
        values: new.values.clone(),
        photos: new.photos.clone(),
        created_at: now,
        updated_at: now,
        version: 0,
    }
}
