// Makes the office quicker to use; everything works without it too.
const zone = document.querySelector(".drop");
if (zone) {
  const input = zone.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"])
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.form.requestSubmit();
      }
    });
  input.addEventListener("change", () => input.files.length && input.form.requestSubmit());
}
// A correction shows all rows anew at once, and the counts come when the whole file is read.
let asking = null;
// A page that changes under a finger loses its press.
let pressed = false;
addEventListener("pointerdown", (event) => (pressed = Boolean(event.target.closest?.("#look button"))));
addEventListener("pointerup", () => setTimeout(() => (pressed = false)));
async function lookAnew(button) {
  const look = document.querySelector("#look");
  const open = [...look.querySelectorAll("details[open]")].map((d) => d.id);
  const { id, name } = document.activeElement;
  const body = new URLSearchParams(new FormData(look));
  if (button?.name) body.append(button.name, button.value);
  asking?.abort();
  asking = new AbortController();
  look.setAttribute("aria-busy", "true");
  try {
    const { signal } = asking;
    const answer = await fetch(look.action, { method: "POST", body, signal, headers: { "x-part": "look" } });
    if (!answer.ok) return look.submit();
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    while (pressed) await new Promise((next) => setTimeout(next, 50));
    if (signal.aborted || !look.isConnected) return;
    look.replaceWith(made.content);
    for (const own of open) document.getElementById(own)?.setAttribute("open", "");
    const back = id ? document.getElementById(id) : name && document.getElementsByName(name)[0];
    back?.focus?.({ preventScroll: true });
    awaitTrial();
  } catch (error) {
    if (error.name !== "AbortError") look.removeAttribute("aria-busy");
  }
}
async function awaitTrial() {
  const trial = document.querySelector("[data-poll]");
  if (!trial) return;
  const answer = await fetch(trial.dataset.poll).catch(() => null);
  if (!trial.isConnected) return;
  const said = answer?.ok ? await answer.text() : null;
  if (said === "") return lookAnew();
  if (said) trial.innerHTML = said;
  setTimeout(awaitTrial, 600);
}
if (document.querySelector("#look")) {
  document.addEventListener("change", ({ target }) => {
    const look = target.closest("#look");
    if (!look || !target.matches("select, input[type=checkbox]")) return;
    for (const twin of look.querySelectorAll("select"))
      if (twin !== target && twin.name === target.name) twin.value = target.value;
    lookAnew();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "look" || event.submitter?.classList.contains("apply")) return;
    event.preventDefault();
    lookAnew(event.submitter);
  });
  awaitTrial();
}
// Photos are put in order by dragging; the arrows do the same.
const strip = document.querySelector(".strip[data-order]");
if (strip) {
  const figures = [...strip.querySelectorAll("figure")];
  let held = -1;
  figures.forEach((figure, at) => {
    figure.draggable = true;
    figure.addEventListener("dragstart", () => (held = at));
    figure.addEventListener("dragover", (event) => {
      event.preventDefault();
      figure.classList.add("over");
    });
    figure.addEventListener("dragleave", () => figure.classList.remove("over"));
    figure.addEventListener("drop", (event) => {
      event.preventDefault();
      if (held < 0 || held === at) return;
      const form = document.createElement("form");
      form.method = "post";
      const { search } = new URL(strip.querySelector("form").action);
      form.action = `${strip.dataset.order}${held}/to/${at}${search}`;
      document.body.append(form);
      form.submit();
    });
  });
}
// One tick ticks all of the page.
const all = document.querySelector("input[data-all]");
if (all) {
  const ticks = [...document.querySelectorAll("input[name=id]")];
  all.hidden = false;
  all.addEventListener("change", () => ticks.forEach((tick) => (tick.checked = all.checked)));
}
// A text in four languages shows one at a time; one choice holds for the whole form.
const texts = [...document.querySelectorAll("[data-tongues]")];
function speak(code) {
  for (const text of texts) {
    for (const label of text.querySelectorAll("label")) label.hidden = label.dataset.code !== code;
    for (const tab of text.querySelectorAll(".tabs button")) tab.setAttribute("aria-pressed", tab.textContent.startsWith(code));
  }
}
for (const text of texts) {
  const tabs = document.createElement("div");
  tabs.className = "tabs";
  for (const label of text.querySelectorAll("label")) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.className = "plain";
    tab.textContent = label.dataset.code + (label.querySelector("textarea").value ? " •" : "");
    tab.addEventListener("click", () => speak(label.dataset.code));
    tabs.append(tab);
  }
  text.prepend(tabs);
}
if (texts.length) speak(document.documentElement.lang);
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input,select,textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[name=q]")?.focus();
  }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("tbody a")];
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))]?.focus();
  }
});
let dirty = false;
const form = document.querySelector("form[data-guard]");
form?.addEventListener("input", () => (dirty = true));
form?.addEventListener("submit", () => (dirty = false));
addEventListener("beforeunload", (event) => dirty && event.preventDefault());
