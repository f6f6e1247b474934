// Makes the sites pleasanter; everything works without it too.
const one = (selector, within = document) => within.querySelector(selector);

// Photos: arrows on the keyboard and on the screen, and which of how many is seen.
const gallery = one(".gallery");
if (gallery && gallery.children.length > 1) {
  const photos = [...gallery.children];
  const at = one(".turn .at");
  const seen = () => {
    const middle = gallery.scrollLeft + gallery.clientWidth / 2 - gallery.offsetLeft;
    const end = gallery.scrollLeft + gallery.clientWidth >= gallery.scrollWidth - 2;
    const first = gallery.scrollLeft < 2;
    const near = photos.findIndex((photo) => photo.offsetLeft - gallery.offsetLeft + photo.clientWidth > middle);
    return first ? 0 : end ? photos.length - 1 : Math.max(near, 0);
  };
  const tell = () => (at.textContent = `${seen() + 1} / ${photos.length}`);
  const still = matchMedia("(prefers-reduced-motion:reduce)");
  const turn = (step) => {
    const to = photos[(seen() + step + photos.length) % photos.length];
    gallery.scrollTo({ left: to.offsetLeft - photos[0].offsetLeft, behavior: still.matches ? "auto" : "smooth" });
  };
  gallery.addEventListener("scroll", tell, { passive: true });
  gallery.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    turn(step);
  });
  for (const button of document.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => turn(Number(button.dataset.step)));
  }
  tell();
}

// The address of the page for somebody else, and the page on paper.
const copy = one("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(one("link[rel=canonical]").href);
    copy.textContent = copy.dataset.copy;
  });
}
const paper = one("[data-print]");
if (paper) {
  paper.hidden = false;
  paper.addEventListener("click", () => print());
}

// The filters lie open where there is room, and their button tells how many there would be.
const filters = one("#filters");
if (filters) {
  const wide = matchMedia("(min-width:861px)");
  const fold = one(".fold", filters);
  const lay = () => (fold.open = wide.matches);
  wide.addEventListener("change", lay);
  lay();
  const button = one("button", filters);
  const word = button.textContent;
  let asked = 0;
  filters.addEventListener("input", async () => {
    const turn = ++asked;
    await new Promise((done) => setTimeout(done, 250));
    if (turn !== asked) return;
    const pairs = new URLSearchParams(new FormData(filters));
    const answer = await fetch(`${filters.getAttribute("action")}?${pairs}&count=1`);
    const count = answer.ok && (await answer.text());
    if (turn === asked && /^[0-9.,\s\u202f]+$/.test(count)) button.textContent = `${word} (${count})`;
  });
}
