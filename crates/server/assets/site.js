// Makes the sites pleasanter; everything works without it too.
const gallery = document.querySelector(".gallery");
gallery?.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  gallery.scrollBy({ left: step * gallery.clientWidth, behavior: "smooth" });
});
// The button of the filters tells how many there would be.
const filters = document.querySelector("#filters");
if (filters) {
  const button = filters.querySelector("button");
  const word = button.textContent;
  let asked = 0;
  filters.addEventListener("input", async () => {
    const turn = ++asked;
    const pairs = new URLSearchParams(new FormData(filters));
    const address = `${filters.getAttribute("action")}?${pairs}&count=1`;
    await new Promise((done) => setTimeout(done, 250));
    if (turn !== asked) return;
    const answer = await fetch(address);
    const count = answer.ok && (await answer.text());
    if (turn === asked && /^[0-9.,\s\u202f]+$/.test(count)) button.textContent = `${word} (${count})`;
  });
}
